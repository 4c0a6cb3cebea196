"""Allotrope Simple Model JSON of bead readers, as the allotropy converters write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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
from stroma.formats.plate_cells import role_of
from stroma.formats.raw import RawFile
from stroma.plate_records import BeadFile, BeadReading, WellStatus, WrittenNumber
from stroma.texts import text, texts

NAME: Final = "Allotrope Simple Model of a bead reader (JSON)"
_MINIMUM: Final = (
    "minimum assay bead count setting",
    "minimum assay bead count threshold setting",
)
_MEDIAN: Final = "median role"
_FEATURE: Final = re.compile(r"(?P<analyte>.+?)\s*<(?P<part>[^>]+)>")
_ROLES: Final = (
    ("standard", "standard"),
    ("blank", "blank"),
    ("control", "control"),
    ("unknown", "sample"),
)


def sniff(raw: RawFile) -> bool:
    """Say whether a file is such a document.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether it is JSON of multi-analyte profiling.
    """
    return family_of(raw) == "bead"


def read(raw: RawFile, *, decimal_mark: str | None = None, encoding: str | None = None) -> BeadFile:
    """Read the document of a bead reader.

    Parameters
    ----------
    raw
        The file.
    decimal_mark
        Not needed: JSON has points.
    encoding
        The laboratory's encoding of files that are not Unicode.

    Returns
    -------
    BeadFile
        One reading a well and analyte.

    Raises
    ------
    FileProblem
        The document is damaged or holds no analyte.
    """
    del decimal_mark
    document, _ = read_document(raw, encoding)
    readings: dict[str, BeadReading] = {}
    minima: list[float] = []
    for measured in measurements(document):
        minima += [
            value
            for key in _MINIMUM
            if (value := number(measured.controls.get(key))[0].value) is not None
        ]
        for identifier, reading in _readings(measured):
            readings[identifier or str(len(readings))] = reading
    if not readings:
        raise nothing_measured(raw.place, text("an analyte"))
    left = _take_calculated(document, readings)
    found = tuple(readings.values())
    return BeadFile(
        origin=raw.origin,
        instrument=instrument_of(document),
        readings=found,
        minimum_beads=int(minima[0]) if len(set(minima)) == 1 else None,
        problems=(
            *not_taken(raw.place, len(left), left),
            *_several_minima(minima, raw.place),
            *_without_median(found, raw.place),
        ),
    )


def _readings(measured: Measured) -> Iterator[tuple[str, BeadReading]]:
    sample = written(measured.sample, "sample identifier")
    stated = written(measured.sample, "sample role type").casefold()
    role = next((role for word, role in _ROLES if word in stated), "") or role_of(sample)
    words = dict(_words(measured))
    dilution = number(measured.controls.get("dilution factor setting"))[0].value
    analytes = items(child(measured.node, "analyte aggregate document"), "analyte document")
    for item in analytes:
        name = written(item, "analyte name")
        beads = number(item.get("assay bead count"))[0].value
        yield (
            written(item, "analyte identifier"),
            BeadReading(
                well=measured.well or written(measured.sample, "location identifier"),
                sample=sample,
                analyte=name,
                median_fluorescence=_median(item, words.get((name, _MEDIAN), "")),
                beads=None if beads is None else int(beads),
                dilution=dilution,
                role=role,
            ),
        )


def _words(measured: Measured) -> Iterator[tuple[tuple[str, str], str]]:
    for word, feature in measured.errors():
        match = _FEATURE.fullmatch(feature)
        if match is not None:
            yield (match["analyte"], match["part"].casefold()), word


def _median(item: Node, word: str) -> WrittenNumber | None:
    """Return the median: stated by itself in documents of 2024, among statistics since."""
    words = [word] if word else []
    alone = item.get("fluorescence")
    if isinstance(alone, Mapping) and written(alone, "has statistic datum role") in ("", _MEDIAN):
        return number(alone, words)[0]
    for statistics in items(child(item, "statistics aggregate document"), "statistics document"):
        inner = child(statistics, "statistic dimension aggregate document")
        for dimension in items(inner, "statistic dimension document"):
            value = child(dimension, "statistical value")
            if written(value, "has statistic datum role") == _MEDIAN:
                return number(value, words)[0]
    return None


def _take_calculated(document: Node, readings: dict[str, BeadReading]) -> list[str]:
    """Put net fluorescence and concentrations to their analytes; return the names of all else."""
    left = []
    for item in calculated(document):
        name = written(item, "calculated data name")
        identifiers = sources(item)
        key = identifiers[0] if len(identifiers) == 1 else ""
        value, _ = number(item.get("calculated result"))
        folded = name.casefold()
        if key in readings and folded in {"net mfi", "fi - bkgd"}:
            readings[key] = replace(readings[key], net_fluorescence=value)
        elif key in readings and folded in {"result", "concentration", "obs conc"}:
            readings[key] = replace(readings[key], result=value)
        else:
            left.append(name or "?")
    return left


def _several_minima(minima: Sequence[float], place: Place) -> list[Problem]:
    distinct = sorted(set(minima))
    if len(distinct) < 2:
        return []
    return [
        Problem(
            place,
            found=text(
                "different least numbers of beads: {numbers}",
                numbers=", ".join(f"{value:g}" for value in distinct),
            ),
            expected=text("one for the whole run"),
            action=text("declare the least number of beads in the study"),
            severity=Severity.WARNING,
        )
    ]


def _without_median(readings: Sequence[BeadReading], place: Place) -> list[Problem]:
    left = [
        reading
        for reading in readings
        if reading.median_fluorescence is None
        or reading.median_fluorescence.status is not WellStatus.MEASURED
    ]
    if not left:
        return []
    return [
        Problem(
            place,
            found=texts(
                "no median fluorescence of {count} analyte in a well, {first}",
                "no median fluorescence of {count} analytes in wells, the first {first}",
                len(left),
                first=f"{left[0].well} {left[0].analyte}",
            ),
            expected=text("a median for every analyte and well"),
            action=text("nothing is taken from these; look at the numbers of beads"),
            severity=Severity.WARNING,
        )
    ]
