"""Bio-Rad Bio-Plex Manager: the XML export of a bead assay.

``Samples`` says what is in each well and what the program calculated of it; ``Wells`` holds what
was acquired: median and count of the beads of each region. Rows and columns are counted from 1.
An expected concentration of zero in every standard is what the program writes where none was
entered, and is read as not stated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.bead_checks import shortened, too_few_beads, without_median
from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile
from stroma.formats.safe_xml import Element, decimal, read_xml
from stroma.plate_records import BeadFile, BeadReading, WellStatus, WrittenNumber
from stroma.texts import Text, text, texts
from stroma.wells import well_name

NAME: Final = "Bio-Rad Bio-Plex Manager (XML)"
_ROLES: Final = {
    "Blank": "blank",
    "Control": "control",
    "Standard": "standard",
    "Unknown": "sample",
}
_READING_CODES: Final = {
    "1": text("low bead number"),
    "2": text("aggregated beads"),
    "3": text("classify efficiency"),
    "4": text("region selection"),
    "5": text("platform temperature"),
}


def sniff(raw: RawFile) -> bool:
    """Say whether a file is an export of Bio-Plex Manager.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether its root element is of that program.
    """
    head = peek(raw.data)
    return head.lstrip().startswith("<") and "BioPlexManager" in head


@dataclass(frozen=True, slots=True)
class _Well:
    """What is in a well, and what the program calculated of each region in it."""

    sample: str
    role: str
    dilution: float | None
    analytes: Mapping[str, str]
    expected: Mapping[str, WrittenNumber]
    results: Mapping[str, WrittenNumber]


def read(raw: RawFile, *, decimal_mark: str | None = None, encoding: str | None = None) -> BeadFile:
    """Read the plate.

    Parameters
    ----------
    raw
        The file.
    decimal_mark, encoding
        Not needed: XML says both itself.

    Returns
    -------
    BeadFile
        One reading a well and analyte.

    Raises
    ------
    FileProblem
        The file is no whole XML, lacks its samples or its wells, or holds no number where one has
        to be.
    """
    _ = decimal_mark, encoding
    root = read_xml(raw)
    samples, wells = root.first("Samples"), root.first("Wells")
    if samples is None or wells is None or not wells.all("Well"):
        missing = "Samples" if samples is None else "Wells"
        raise FileProblem(
            Problem(
                Place(raw.place.file, row=root.line),
                found=text("no <{tag}> in the file", tag=missing),
                expected=text("the samples, and the wells with the counts of their beads"),
                action=text("export the plate again with its raw data; the file may be cut off"),
            )
        )
    held = dict(_wells(samples, raw))
    readings = tuple(_readings(wells, held, raw))
    least = {_least(well) for well in wells.all("Well")} - {None}
    wanted = next(iter(least)) if len(least) == 1 else None
    analytes = list(dict.fromkeys(reading.analyte for reading in readings))
    problems = [
        *_without_reading(wells, held, raw),
        *_flagged(samples, raw),
        *without_median(readings, place=raw.place),
    ]
    if wanted is not None:
        problems += too_few_beads(readings, dict.fromkeys(analytes, wanted), place=raw.place)
    return BeadFile(
        origin=raw.origin,
        instrument=_instrument(root, wells),
        readings=readings,
        units=_units(root),
        minimum_beads=wanted,
        problems=tuple(problems),
    )


def _wells(samples: Element, raw: RawFile) -> Iterator[tuple[str, _Well]]:
    seen: set[str] = set()
    for group in samples.children:
        for sample in group.children:
            role = _ROLES.get(sample.tag)
            members = sample.first("MemberWells")
            if role is None or members is None:
                continue
            expected = _expected(sample) if _any_expected(group) else {}
            for member in members.all("MemberWell"):
                well = _name(member, raw)
                if well in seen:
                    raise _refusal(
                        raw,
                        member,
                        text("a second sample in well {well}", well=well),
                        text("one sample in each well"),
                    )
                seen.add(well)
                yield well, _well_of(sample, member, role, expected)


def _well_of(
    sample: Element, member: Element, role: str, expected: Mapping[str, WrittenNumber]
) -> _Well:
    analytes: dict[str, str] = {}
    results: dict[str, WrittenNumber] = {}
    held = member.first("MWAnalytes")
    for analyte in [] if held is None else held.all("MWAnalyte"):
        region = analyte.attributes.get("RegionNumber", "")
        analytes[region] = _content(analyte, "AnalyteName")
        observed = analyte.first("MWObsConc")
        if observed is not None:
            results[region] = _observed(observed)
    dilution = decimal(_content(sample, "Dilution"))
    label, description = _content(sample, "Label"), _content(sample, "Description")
    return _Well(description or label, role, dilution, analytes, expected, results)


def _observed(element: Element) -> WrittenNumber:
    """Return a concentration of the program: the number, or which side of its range it is on."""
    value = decimal(element.text)
    if element.attributes.get("ReadingOK", "").casefold() == "true" and value is not None:
        return WrittenNumber(value, as_written=element.text)
    said = element.attributes.get("ReadError", "")
    if "<" in said:
        return WrittenNumber(None, WellStatus.BELOW_RANGE, said)
    if ">" in said:
        return WrittenNumber(None, WellStatus.ABOVE_RANGE, said)
    return WrittenNumber(None, WellStatus.NOT_REPORTED, said)


def _any_expected(group: Element) -> bool:
    return any(
        (decimal(element.text) or 0.0) != 0.0
        for element in group.descendants()
        if element.tag == "ExpectedConc"
    )


def _expected(sample: Element) -> dict[str, WrittenNumber]:
    held = sample.first("Analytes")
    found: dict[str, WrittenNumber] = {}
    for analyte in [] if held is None else held.all("Analyte"):
        element = analyte.first("ExpectedConc")
        value = None if element is None else decimal(element.text)
        if element is not None and value is not None:
            found[analyte.attributes.get("RegionNumber", "")] = WrittenNumber(
                value, as_written=element.text
            )
    return found


def _readings(wells: Element, held: Mapping[str, _Well], raw: RawFile) -> Iterator[BeadReading]:
    for element in wells.all("Well"):
        name = _name(element, raw)
        well = held.get(name)
        if well is None:
            continue
        for region in element.descendants():
            number = region.attributes.get("RegionNumber", "")
            if region.tag != "BeadRegion" or number not in well.analytes:
                continue
            yield BeadReading(
                well=name,
                sample=well.sample,
                analyte=well.analytes[number],
                median_fluorescence=_number(region, "Median"),
                beads=_count(region, raw),
                expected=well.expected.get(number),
                result=well.results.get(number),
                dilution=well.dilution,
                role=well.role,
            )


def _number(parent: Element, tag: str) -> WrittenNumber:
    written = _content(parent, tag)
    value = decimal(written)
    if value is not None:
        return WrittenNumber(value, as_written=written)
    status = WellStatus.NOT_A_NUMBER if written else WellStatus.EMPTY
    return WrittenNumber(None, status, written)


def _count(region: Element, raw: RawFile) -> int | None:
    written = _content(region, "RegionCount")
    if not written:
        return None
    if not (written.isascii() and written.isdigit()):
        raise _refusal(
            raw,
            region,
            text('"{written}" beads', written=written),
            text("a whole number from 0"),
        )
    return int(written)


def _least(well: Element) -> int | None:
    """Return how many beads a well was read for; none where it does not say."""
    settings = well.first("RunSettings")
    stop = None if settings is None else settings.first("StopReadingCriteria")
    written = "" if stop is None else stop.attributes.get("BeadCount", "")
    return int(written) if written.isascii() and written.isdigit() else None


def _name(element: Element, raw: RawFile) -> str:
    row, column = (element.attributes.get(name, "") for name in ("RowNo", "ColNo"))
    if not (row.isdecimal() and column.isdecimal() and int(row) > 0 and int(column) > 0):
        raise _refusal(
            raw,
            element,
            text('a well with the row "{row}" and the column "{column}"', row=row, column=column),
            text("RowNo and ColNo, counted from 1"),
        )
    return well_name(int(row) - 1, int(column) - 1)


def _content(parent: Element, tag: str) -> str:
    child = parent.first(tag)
    return "" if child is None else child.text


def _units(root: Element) -> dict[str, str]:
    return {
        _content(element, "AnalyteName"): _content(element, "ConcentrationUnits")
        for element in root.descendants()
        if element.tag == "Interpolator" and _content(element, "ConcentrationUnits")
    }


def _instrument(root: Element, wells: Element) -> str:
    version = root.attributes.get("BioPlexManagerVersion", "")
    machine = wells.all("Well")[0].first("MachineInfo")
    serial = "" if machine is None else _content(machine, "SerialNumber")
    parts = ("Bio-Rad Bio-Plex", serial, "Bio-Plex Manager", version)
    return " ".join(part for part in parts if part)


def _without_reading(
    wells: Element, held: Mapping[str, _Well], raw: RawFile
) -> tuple[Problem, ...]:
    """Return the wells that have a sample and no data, or data and no sample."""
    read_wells = [_name(element, raw) for element in wells.all("Well")]
    problems = []
    missing = [well for well in held if well not in read_wells]
    if missing:
        problems.append(
            Problem(
                raw.place,
                found=texts(
                    "{count} well with a sample and without data: {wells}",
                    "{count} wells with a sample and without data: {wells}",
                    len(missing),
                    wells=shortened(missing),
                ),
                expected=text("data of every well that has a sample"),
                action=text("export the plate again, or run these wells"),
            )
        )
    other = [well for well in read_wells if well not in held]
    if other:
        problems.append(
            Problem(
                raw.place,
                found=texts(
                    "{count} well with data and without a sample: {wells}",
                    "{count} wells with data and without a sample: {wells}",
                    len(other),
                    wells=shortened(other),
                ),
                expected=text("a sample in every well that was read"),
                action=text("complete the plate's layout in Bio-Plex Manager and export again"),
                severity=Severity.WARNING,
            )
        )
    return tuple(problems)


def _flagged(samples: Element, raw: RawFile) -> tuple[Problem, ...]:
    """Return the readings the instrument itself found wrong, by reason."""
    wells: dict[str, list[str]] = {}
    for member in samples.descendants():
        if member.tag != "MemberWell":
            continue
        for reading in member.descendants():
            code = reading.attributes.get("Code", "0")
            if reading.tag == "Reading" and code != "0":
                wells.setdefault(code, []).append(_name(member, raw))
    return tuple(
        Problem(
            raw.place,
            found=text(
                "the instrument flagged wells {wells}: {reason}",
                wells=shortened(list(dict.fromkeys(held))),
                reason=_READING_CODES.get(code, text("code {code}", code=code)),
            ),
            expected=text("readings without a flag"),
            action=text("look at these wells; run them again where their beads are few"),
            severity=Severity.WARNING,
        )
        for code, held in wells.items()
    )


def _refusal(raw: RawFile, element: Element, found: Text, expected: Text) -> FileProblem:
    return FileProblem(
        Problem(
            Place(raw.place.file, row=element.line),
            found,
            expected,
            text("export the plate again from Bio-Plex Manager"),
        )
    )
