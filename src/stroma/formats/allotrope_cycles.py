"""Allotrope Simple Model JSON of thermocyclers, as the allotropy converters write it.

A threshold cycle that the instrument did not reach is missing in these documents, and cannot be
told from one that was not reported; it is left without a value and said. The instrument's own
export has the word.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    measurements,
    not_taken,
    nothing_measured,
    number,
    read_document,
    written,
)
from stroma.formats.raw import RawFile
from stroma.plate_records import CycleFile, CycleReading, WellStatus
from stroma.texts import text, texts

NAME: Final = "Allotrope Simple Model of a thermocycler (JSON)"
_CYCLE: Final = "cycle threshold result"
_TASKS: Final = (
    ("no template", "ntc"),
    ("negative", "ntc"),
    ("standard", "standard"),
    ("unknown", "unknown"),
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
        Whether it is JSON of a quantitative PCR.
    """
    return family_of(raw) == "cycle"


def read(
    raw: RawFile, *, decimal_mark: str | None = None, encoding: str | None = None
) -> CycleFile:
    """Read the document of a thermocycler.

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
    CycleFile
        One reading a well and target.

    Raises
    ------
    FileProblem
        The document is damaged or holds no threshold cycle.
    """
    del decimal_mark
    document, _ = read_document(raw, encoding)
    readings, settings = [], []
    for measured in measurements(document):
        if written(measured.node, "target DNA description") or _result(measured) is not None:
            readings.append(_reading(measured))
            settings.append(_settings(measured))
    if not readings:
        raise nothing_measured(raw.place, text("a target"))
    names = [written(item, "calculated data name") for item in calculated(document)]
    problems = not_taken(raw.place, len(names), names)
    problems += _missing(readings, raw.place)
    references = dict.fromkeys(said[0] for said in settings if said[0])
    calibrators = list(dict.fromkeys(said[1] for said in settings if said[1]))
    return CycleFile(
        origin=raw.origin,
        instrument=instrument_of(document),
        readings=tuple(readings),
        reference_targets=tuple(references),
        calibrator=calibrators[0] if len(calibrators) == 1 else "",
        problems=tuple(problems),
    )


def _result(measured: Measured) -> object:
    for item in measured.processed:
        for key, value in item.items():
            if key.partition(" (")[0] == _CYCLE and value is not None:
                return value
    return None


def _reading(measured: Measured) -> CycleReading:
    words = [word for word, _ in measured.errors()]
    cycle, _ = number(_result(measured), words)
    if any(word.casefold() == "undetermined" for word in words):
        cycle = replace(cycle, value=None, status=WellStatus.ABOVE_RANGE, as_written="Undetermined")
    stated = written(measured.sample, "sample role type").casefold()
    return CycleReading(
        well=measured.well or written(measured.sample, "location identifier"),
        sample=written(measured.sample, "sample identifier"),
        target=written(measured.node, "target DNA description"),
        task=next((task for word, task in _TASKS if word in stated), stated),
        threshold_cycle=cycle,
        quantity=_quantity(measured),
        reporter=written(measured.controls, "reporter dye setting"),
        omitted=any(_is_omitted(part) for item in measured.processed for part in _parts(item)),
    )


def _quantity(measured: Measured) -> float | None:
    for node in (measured.sample, *measured.processed):
        for key, value in node.items():
            if key.partition(" (")[0] in {"quantity", "target quantity"}:
                return number(value)[0].value
    return None


def _parts(item: Node) -> tuple[Node, ...]:
    inner = child(item, "data processing document")
    custom = "custom information document"
    return item, child(item, custom), inner, child(inner, custom)


def _is_omitted(node: Node) -> bool:
    return node.get("omit") is True


def _settings(measured: Measured) -> tuple[str, str]:
    parts = [part for item in measured.processed for part in _parts(item)]
    return _said(parts, "reference dna description"), _said(parts, "reference sample description")


def _said(parts: Sequence[Node], name: str) -> str:
    found = [written(part, key) for part in parts for key in part if key.casefold().strip() == name]
    return next((value for value in found if value), "")


def _missing(readings: Sequence[CycleReading], place: Place) -> list[Problem]:
    wells = [r.well for r in readings if r.threshold_cycle.status is WellStatus.NOT_REPORTED]
    if not wells:
        return []
    return [
        Problem(
            place,
            found=texts(
                "no threshold cycle of {count} well, {well}",
                "no threshold cycle of {count} wells, the first {well}",
                len(wells),
                well=wells[0],
            ),
            expected=text("a threshold cycle, or the word Undetermined"),
            action=text(
                "give Stroma the instrument's own export, which tells what was not reached from "
                "what was not reported"
            ),
            severity=Severity.WARNING,
        )
    ]
