"""Allotrope Simple Model JSON of plate readers, as the allotropy converters write it.

Single readings, kinetics and spectra (data cubes), what the instrument's program calculated of a
well, and the documents of 2023 that hold all wavelengths of a well in one cube. Absorbance is
labelled mAU by every version of the converters and is OD. An instrument's word such as OVRFLW
stands beside a minus zero; the word is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.formats.asm import (
    Measured,
    Node,
    calculated,
    child,
    family_of,
    instrument_of,
    items,
    measurements,
    not_taken,
    nothing_measured,
    number,
    read_document,
    sources,
    written,
)
from stroma.formats.plate_cells import (
    absorbance_unit,
    plate_size,
    role_of,
    wells_without_numbers,
)
from stroma.formats.raw import RawFile
from stroma.plate_records import (
    LayoutWell,
    PlateFile,
    PlateReading,
    ReadingKind,
    VendorResult,
    WellStatus,
    WrittenNumber,
)
from stroma.texts import text, texts
from stroma.wells import well_name, well_position

NAME: Final = "Allotrope Simple Model of a plate reader (JSON)"
_KINDS: Final = {
    "absorbance": ReadingKind.ABSORBANCE,
    "fluorescence": ReadingKind.FLUORESCENCE,
    "luminescence": ReadingKind.LUMINESCENCE,
}
_UNITS: Final = {"RFU": "{RFU}", "RLU": "{RLU}"}
_CONCENTRATION: Final = re.compile(r"\bconc(?:entration)?\b", re.IGNORECASE)
_ROLES: Final = (("standard", "standard"), ("blank", "blank"), ("control", "control"),
                 ("unknown", "sample"), ("sample", "sample"))  # fmt: skip
_LIGHT: Final = re.compile(r"(?P<nm>\d{3,4}(?:\.\d+)?)(?:/\d+)?")


def sniff(raw: RawFile) -> bool:
    """Say whether a file is such a document.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether it is JSON of a plate reader.
    """
    return family_of(raw) == "plate"


@dataclass(frozen=True, slots=True)
class _Key:
    plate: str
    name: str
    kind: ReadingKind
    unit: str
    wavelengths: tuple[float, ...] = ()
    seconds: float | None = None
    is_derived: bool = False
    time: int = 1


@dataclass(slots=True)
class _Found:
    wells: dict[_Key, dict[str, WrittenNumber]] = field(default_factory=dict)
    layout: dict[tuple[str, str], LayoutWell] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def add(self, key: _Key, well: str, value: WrittenNumber) -> None:
        """Put a number into its reading; a second of the same well begins another."""
        while well in self.wells.setdefault(key, {}):
            key = replace(key, time=key.time + 1)
        self.wells[key][well] = value


def read(
    raw: RawFile, *, encoding: str | None = None, decimal_mark: str | None = None
) -> PlateFile:
    """Read the document of a plate reader.

    Parameters
    ----------
    raw
        The file.
    encoding
        The laboratory's encoding of files that are not Unicode.
    decimal_mark
        Not needed: JSON has points.

    Returns
    -------
    PlateFile
        Every reading of every plate.

    Raises
    ------
    FileProblem
        The document is damaged or holds no measurement of a well.
    """
    del decimal_mark
    document, _ = read_document(raw, encoding)
    found = _Found()
    for measured in measurements(document):
        _take(measured, found)
    if not found.wells:
        raise nothing_measured(raw.place, text("a well"))
    left = _take_calculated(document, found)
    problems = not_taken(raw.place, len(left), left)
    readings = _readings(found, raw.place, problems)
    problems += _check_counts(found, raw.place)
    problems += wells_without_numbers(readings, raw.place)
    if found.unread:
        problems.append(_unread(raw.place, found.unread))
    return PlateFile(
        origin=raw.origin,
        instrument=instrument_of(document),
        readings=tuple(readings),
        layout=tuple(found.layout.values()),
        results=tuple(_results(readings, found)),
        problems=tuple(problems),
    )


def _take(measured: Measured, found: _Found) -> None:
    position = well_position(measured.well)
    if position is None:
        found.unread.append(measured.identifier or "?")
        return
    well = well_name(*position)
    plate = written(measured.sample, "well plate identifier") or written(
        measured.sample, "plate barcode"
    )
    found.places[measured.identifier] = (plate, well)
    _take_sample(measured, plate, well, found)
    for above in reversed(measured.above):
        count = number(above.get("plate well count"))[0].value
        if count is not None:
            found.counts[plate] = max(found.counts.get(plate, 0), int(count))
    words = [word for word, _ in measured.errors()]
    light = _light(measured.controls)
    taken = 0
    for key, value in measured.node.items():
        name = key.partition(" (")[0]
        if isinstance(value, dict) and "cube-structure" in value:
            taken += _take_cube(value, plate, well, light, words, found)
        elif name in _KINDS and value is not None:
            said, unit = number(value, words)
            label = ",".join(f"{nm:g}" for nm in light) or name
            found.add(_Key(plate, label, _KINDS[name], unit, light), well, said)
            taken += 1
    for item in measured.processed:
        _take_processed(item, plate, well, found)
    if not taken and not measured.processed:
        found.unread.append(measured.identifier or measured.well)


def _light(controls: Node) -> tuple[float, ...]:
    keys = ("excitation wavelength setting", "detector wavelength setting")
    values = [number(controls.get(key))[0].value for key in keys]
    return tuple(value for value in values if value is not None)


def _take_sample(measured: Measured, plate: str, well: str, found: _Found) -> None:
    sample = written(measured.sample, "sample identifier")
    stated = written(measured.sample, "sample role type").casefold()
    role = next((role for word, role in _ROLES if word in stated), "") or role_of(sample)
    # Converters name a sample after its plate and well where the file had no name for it.
    made_up = {f"{plate} {well}", f"{plate}_{well}", well}
    if (sample and sample not in made_up) or stated:
        item = LayoutWell(plate=plate, well=well, sample=sample, role=role)
        found.layout.setdefault((plate, well), item)


def _take_cube(
    cube: Node, plate: str, well: str, light: tuple[float, ...], words: Sequence[str],
    found: _Found, name: str = "",
) -> int:  # fmt: skip
    """Take a kinetic, a spectrum or all wavelengths of a well; return how many numbers."""
    structure, data = child(cube, "cube-structure"), child(cube, "data")
    concepts = [written(item, "concept") for item in items(structure, "dimensions")]
    heads = items(structure, "measures")
    steps, values = _first(data, "dimensions"), _first(data, "measures")
    kind = _KINDS.get(written(heads[0], "concept").partition(" (")[0] if heads else "")
    if len(concepts) != 1 or len(steps) != len(values) or not steps or kind is None:
        found.unread.append(written(cube, "label") or "data cube")
        return 0
    in_time = "time" in concepts[0]
    unit = written(heads[0], "unit")
    for step, value in zip(steps, values, strict=True):
        at = number(step)[0].value
        wavelengths, label = light, name or ",".join(f"{nm:g}" for nm in light)
        if not in_time:
            wavelengths = tuple(float(m["nm"]) for m in _LIGHT.finditer(str(step)))
            label = name or str(step)
        key = _Key(plate, label or written(cube, "label") or kind.value, kind, unit, wavelengths,
                   at if in_time else None, is_derived=bool(name))  # fmt: skip
        found.add(key, well, number(value, words)[0])
    return len(steps)


def _first(data: Node, key: str) -> list[object]:
    rows = data.get(key)
    first = rows[0] if isinstance(rows, list) and rows else None
    return first if isinstance(first, list) else []


def _take_processed(item: Node, plate: str, well: str, found: _Found) -> None:
    name = written(item, "data processing description")
    value = item.get("processed data")
    if isinstance(value, dict) and "cube-structure" in value:
        _take_cube(value, plate, well, (), (), found, name=name or "processed data")
    elif value is not None and name:
        _take_derived(name, "", value, plate, well, found)
    else:
        found.unread.append(name or "processed data")


def _take_derived(
    name: str, formula: str, value: object, plate: str, well: str, found: _Found
) -> None:
    said, unit = number(value)
    is_conc = formula.startswith("InterpX") or _CONCENTRATION.search(name) is not None
    kind = ReadingKind.CONCENTRATION if is_conc else ReadingKind.OTHER
    unit = "" if unit == "(unitless)" else unit
    found.add(_Key(plate, name, kind, unit, is_derived=True), well, said)


def _take_calculated(document: Node, found: _Found) -> list[str]:
    """Take what was calculated of one well; return the names of all else."""
    left = []
    for item in calculated(document):
        name = written(item, "calculated data name")
        identifiers = sources(item)
        wells = {found.places.get(identifier) for identifier in identifiers}
        place = next(iter(wells)) if len(wells) == 1 else None
        if place is None or not name:
            left.append(name or "?")
            continue
        found.places.setdefault(written(item, "calculated data identifier"), place)
        formula = written(item, "calculation description")
        _take_derived(name, formula, item.get("calculated result"), *place, found)
    return left


def _readings(found: _Found, place: Place, problems: list[Problem]) -> list[PlateReading]:
    sizes = {
        plate: plate_size(found.counts.get(plate), names) for plate, names in _names(found).items()
    }
    absorbances = [
        value
        for key, wells in found.wells.items()
        if key.kind is ReadingKind.ABSORBANCE
        for value in wells.values()
    ]
    labels = [key.unit for key in found.wells if key.kind is ReadingKind.ABSORBANCE]
    unit, said = absorbance_unit(labels[0] if labels else "", absorbances, place)
    problems += said
    return [
        PlateReading(
            plate=key.plate,
            name=key.name if key.time == 1 else f"{key.name} ({key.time})",
            kind=key.kind,
            unit=unit if key.kind is ReadingKind.ABSORBANCE else _UNITS.get(key.unit, key.unit),
            rows=sizes[key.plate][0],
            columns=sizes[key.plate][1],
            wells=wells,
            wavelengths_nm=key.wavelengths,
            seconds=key.seconds,
            is_derived=key.is_derived,
        )
        for key, wells in found.wells.items()
    ]


def _names(found: _Found) -> dict[str, set[str]]:
    names: dict[str, set[str]] = {}
    for key, wells in found.wells.items():
        names.setdefault(key.plate, set()).update(wells)
    return names


def _results(readings: Sequence[PlateReading], found: _Found) -> Iterator[VendorResult]:
    for reading in readings:
        if reading.kind is not ReadingKind.CONCENTRATION:
            continue
        for well, value in reading.wells.items():
            if value.status is not WellStatus.EMPTY:
                item = found.layout.get((reading.plate, well))
                yield VendorResult(
                    plate=reading.plate,
                    well=well,
                    sample="" if item is None else item.sample,
                    analyte="",
                    concentration=value,
                    unit=reading.unit,
                )


def _check_counts(found: _Found, place: Place) -> list[Problem]:
    problems = []
    for plate, names in _names(found).items():
        stated = found.counts.get(plate)
        if stated is not None and stated != len(names):
            problems.append(
                Problem(
                    replace(place, column=plate or None),
                    found=texts("{count} well", "{count} wells", len(names)),
                    expected=text("{count}, as the document states", count=stated),
                    action=text("nothing, where only a part of the plate was read"),
                    severity=Severity.WARNING,
                )
            )
    return problems


def _unread(place: Place, names: Sequence[str]) -> Problem:
    return Problem(
        place,
        found=texts(
            "{count} measurement that was not read, {name}",
            "{count} measurements that were not read, the first {name}",
            len(names),
            name=names[0],
        ),
        expected=text("a well with absorbance, fluorescence or luminescence"),
        action=text("give Stroma the instrument's own file, if these are needed"),
    )
