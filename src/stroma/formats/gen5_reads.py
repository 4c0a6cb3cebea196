"""What Gen5's procedure says was read, and what the name of a line therefore means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from stroma.formats.export_rows import Rows
from stroma.plate_records import ReadingKind

_MODE: Final = re.compile(r"(?P<mode>Absorbance|Fluorescence|Luminescence|Alpha)\b.*")
_KINDS: Final = {
    "Absorbance": ReadingKind.ABSORBANCE,
    "Fluorescence": ReadingKind.FLUORESCENCE,
    "Luminescence": ReadingKind.LUMINESCENCE,
    "Alpha": ReadingKind.LUMINESCENCE,
}
_UNITS: Final = {
    ReadingKind.ABSORBANCE: "[OD]",
    ReadingKind.FLUORESCENCE: "{RFU}",
    ReadingKind.LUMINESCENCE: "{RLU}",
}
_FILTER: Final = r"\d{3,4}(?:/\d{1,3})?"
_OPTICS: Final = re.compile(
    rf"(?P<first>{_FILTER})(?:,(?P<second>{_FILTER}))?(?: ?\[[^\]]+\])?|Lum|Alpha|Spectrum",
    re.IGNORECASE,
)
_DERIVED_OF: Final = re.compile(r"(?:Blank|Corrected \[Blank|Corrected \[?)\s*(?P<of>[^\]]+)\]?")
_CONCENTRATION: Final = re.compile(r"\bconc(?:entration)?\b", re.IGNORECASE)
_UNIT: Final = re.compile(r"\bconc(?:entration)?\b\W*(?P<unit>\S+/\S+)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a line holds.

    Parameters
    ----------
    kind, unit, wavelengths, is_derived
        As in :class:`stroma.plate_records.PlateReading`.
    """

    kind: ReadingKind
    unit: str
    wavelengths: tuple[float, ...]
    is_derived: bool


@dataclass(frozen=True, slots=True)
class Reads:
    """The reads of a procedure.

    Parameters
    ----------
    kinds
        Name of each read to what it measured; the empty name where it has none.
    """

    kinds: dict[str, ReadingKind] = field(default_factory=dict)

    def of(self, label: str) -> Measured:
        """Return what a line with this name holds.

        Parameters
        ----------
        label
            As printed: ``"od:600"``, ``"Blank 450"``, ``"[Concentration]"``.

        Returns
        -------
        Measured
            ``OTHER`` and calculated where the name is none of a read.
        """
        raw = self._raw(label)
        if raw is not None:
            return raw
        inner = _DERIVED_OF.fullmatch(label)
        measured = self._raw(inner["of"].strip()) if inner is not None else None
        if measured is not None:
            return Measured(measured.kind, measured.unit, measured.wavelengths, is_derived=True)
        if _CONCENTRATION.search(label):
            unit = _UNIT.search(label)
            return Measured(
                ReadingKind.CONCENTRATION, "" if unit is None else unit["unit"], (), is_derived=True
            )
        return Measured(ReadingKind.OTHER, "", (), is_derived=True)

    def _raw(self, label: str) -> Measured | None:
        name, colon, optics = label.rpartition(":")
        match = _OPTICS.fullmatch(optics.strip())
        if match is None or (colon and name not in self.kinds):
            kind = self.kinds.get(label)
            return None if kind is None else Measured(kind, _UNITS[kind], (), is_derived=False)
        kind = self.kinds.get(name) or self._only(optics)
        return Measured(kind, _UNITS.get(kind, ""), _wavelengths(match), is_derived=False)

    def _only(self, optics: str) -> ReadingKind:
        """Return the kind of a read that a line does not name."""
        if optics.casefold() in {"lum", "alpha"}:
            return ReadingKind.LUMINESCENCE
        kinds = set(self.kinds.values())
        return next(iter(kinds)) if len(kinds) == 1 else ReadingKind.OTHER


def _wavelengths(match: re.Match[str]) -> tuple[float, ...]:
    parts = (match["first"], match["second"])
    return tuple(float(part.partition("/")[0]) for part in parts if part)


def read_procedure(
    rows: Rows, start: int, begins_block: Callable[[Rows, int], bool]
) -> tuple[Reads, int]:
    """Read a procedure.

    Parameters
    ----------
    rows
        Of the plate.
    start
        The first after the heading.
    begins_block
        Whether a row is the title of a block.

    Returns
    -------
    tuple
        The reads, and the first row after the procedure.
    """
    kinds: dict[str, ReadingKind] = {}
    name, reads, i = "", 0, start
    while i < len(rows):
        row = rows[i]
        cells = [cell for cell in row.cells if cell]
        if len(cells) == 1 and not rows[i - 1].filled and begins_block(rows, i):
            break
        if cells and cells[0] in {"Layout", "Results", "Actual Temperature:"}:
            break
        if cells and cells[0] == "Read":
            name, reads = "", reads + 1
            cells = cells[1:]
            if cells and _MODE.fullmatch(cells[0]) is None:
                name, cells = cells[0], cells[1:]
        mode = _MODE.fullmatch(cells[0]) if cells else None
        if mode is not None and ":" not in cells[0]:
            kinds.setdefault(name, _KINDS[mode["mode"]])
            if not name:
                # Where a procedure has several reads without names, Gen5 numbers them.
                kinds.setdefault(f"Read {reads}", _KINDS[mode["mode"]])
        i += 1
    return Reads(kinds), i
