"""What is in the wells of a standard curve: blanks, standards, controls and samples.

What the export says of a well and what the laboratory's sheet says are put together here; where
they contradict each other neither is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stroma.assays.plate_readings import ABSENT, plate_signal
from stroma.bench_records import PlateUse, WellUse
from stroma.errors import Place, Problem, Severity
from stroma.origin import Origin
from stroma.plate_records import (
    BeadFile,
    LayoutWell,
    PlateFile,
    VendorCurve,
    WrittenNumber,
)
from stroma.texts import join, text, texts
from stroma.wells import wells_of

STANDARD, BLANK, SAMPLE, CONTROL, SPIKE = "standard", "blank", "sample", "control", "spike"

SAME_CONCENTRATION = 1e-3
"""Relative: sheets and exports round concentrations of dilution series differently."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssayWell:
    """One analyte in one well.

    Parameters
    ----------
    well, role, sample
        Where, what it is, and its name.
    reading
        What was read, a reference wavelength taken off.
    concentration
        Of a standard or control, as stated.
    dilution
        Factor; ``None`` where it is not stated, which is none.
    lot, passage, block
        As the sheet says; empty for none.
    vendor
        Concentration that the instrument's program calculated.
    """

    well: str
    role: str
    sample: str
    reading: WrittenNumber
    concentration: float | None = None
    dilution: float | None = None
    lot: str = ""
    passage: str = ""
    block: str = ""
    vendor: WrittenNumber | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyteWells:
    """The wells of one analyte on one plate.

    Parameters
    ----------
    analyte, unit
        Name, and the unit of its standards.
    wells
        In the order of the layout.
    origin
        The export.
    is_blanked
        Whether the instrument's program took the blank off already.
    curve
        What the instrument's program fitted.
    blocked
        Wells that nothing is read from, because the layouts contradict each other.
    """

    analyte: str
    unit: str
    wells: tuple[AssayWell, ...]
    origin: Origin
    is_blanked: bool = False
    curve: VendorCurve | None = None
    blocked: tuple[AssayWell, ...] = ()


def plate_wells(
    file: PlateFile, *, use: PlateUse, layout: Sequence[WellUse] = ()
) -> tuple[AnalyteWells | None, tuple[Problem, ...]]:
    """Put together what a plate's readings and layouts say.

    Parameters
    ----------
    file
        The export.
    use
        What it was read for.
    layout
        Rows of all layouts; those of the one that ``use`` names are taken. Without a name the
        export's own layout is.

    Returns
    -------
    tuple
        The wells, ``None`` where no reading can be chosen or no layout is there; and problems.
    """
    signal, problems = plate_signal(file, use)
    if signal is None:
        return None, problems
    reading = signal.reading
    own = [well for well in file.layout if well.plate == reading.plate]
    vendor = {r.well: r.concentration for r in file.results if r.plate == reading.plate}
    said = [row for row in layout if use.layout and row.layout == use.layout]
    if (use.layout and not said) or (not own and not said):
        return None, (_no_layout(file, use),)
    wells = (
        [well for row in said for well in _from_sheet(row)]
        if said
        else [_from_file(well) for well in own]
    )
    filled = [
        replace(well, reading=signal.wells.get(well.well, ABSENT), vendor=vendor.get(well.well))
        for well in wells
    ]
    moved = _contradicted(filled, own) if said else []
    found = tuple(well for well in filled if well.well not in moved)
    units = {well.unit for well in own if well.unit}
    return (
        AnalyteWells(
            analyte=use.analyte,
            unit=use.unit or (units.pop() if len(units) == 1 else ""),
            wells=found,
            origin=file.origin,
            is_blanked=reading.is_derived and "blank" in reading.name.casefold(),
            curve=file.curves[0] if len(file.curves) == 1 else None,
            blocked=tuple(well for well in filled if well.well in moved),
        ),
        (_moved(file, use, moved),) if moved else (),
    )


def bead_wells(
    file: BeadFile, *, layout: Sequence[WellUse] = ()
) -> tuple[tuple[AnalyteWells, ...], tuple[Problem, ...]]:
    """Put together what a bead reader's export and a sheet say, for each analyte.

    Parameters
    ----------
    file
        The export.
    layout
        Rows of the layout the plate was filled by; none where the export says what is in each well.

    Returns
    -------
    tuple
        The wells of each analyte in the order of the file, and problems. A result that the
        export says for a well is taken for that of the diluted sample, as it is in the well.
    """
    sheet = {well.well: well for row in layout for well in _from_sheet(row)}
    curves = {curve.analyte: curve for curve in file.curves}
    held: dict[str, list[AssayWell]] = {}
    for row in file.readings:
        said = sheet.get(row.well)
        stated = row.expected.value if row.expected is not None else None
        held.setdefault(row.analyte, []).append(
            AssayWell(
                well=row.well,
                role=row.role if said is None else said.role,
                sample=row.sample if said is None else said.sample,
                reading=ABSENT if row.median_fluorescence is None else row.median_fluorescence,
                concentration=stated
                if said is None or said.concentration is None
                else said.concentration,
                dilution=row.dilution if said is None or said.dilution is None else said.dilution,
                lot="" if said is None else said.lot,
                passage="" if said is None else said.passage,
                block="" if said is None else said.block,
                vendor=row.result,
            )
        )
    return tuple(
        AnalyteWells(
            analyte=analyte, unit=file.units.get(analyte, ""), wells=tuple(wells),
            origin=file.origin, curve=curves.get(analyte),
        )
        for analyte, wells in held.items()
    ), ()  # fmt: skip


def _from_file(well: LayoutWell) -> AssayWell:
    return AssayWell(
        well=well.well, role=well.role, sample=well.sample, reading=ABSENT,
        concentration=well.concentration, dilution=well.dilution,
    )  # fmt: skip


def _from_sheet(row: WellUse) -> list[AssayWell]:
    # The sheet was checked when it was read: what names no well is not here.
    name = row.name or " ".join(part for part in (row.lot, row.passage) if part) or row.role
    return [
        AssayWell(
            well=well, role=row.role, sample=name, reading=ABSENT,
            concentration=row.concentration, dilution=row.dilution,
            lot=row.lot, passage=row.passage, block=row.block,
        )
        for well in wells_of(row.wells) or ()
    ]  # fmt: skip


def _contradicted(wells: Sequence[AssayWell], own: Sequence[LayoutWell]) -> list[str]:
    """Return wells of which the sheet and the export say different things."""
    told = {well.well: well for well in own}
    return [
        well.well
        for well in wells
        if (other := told.get(well.well)) is not None
        and (
            (other.role and (well.role == STANDARD) != (other.role == STANDARD))
            or (
                well.role == STANDARD
                and other.concentration is not None
                and well.concentration is not None
                and abs(other.concentration - well.concentration)
                > SAME_CONCENTRATION * abs(well.concentration)
            )
        )
    ]


def _no_layout(file: PlateFile, use: PlateUse) -> Problem:
    return Problem(
        place=Place(file.origin.file, column="layout"),
        found=text('no wells of a layout "{name}"', name=use.layout)
        if use.layout
        else text("no layout in the file and none named"),
        expected=text("what is in each well"),
        action=text("describe the wells in layouts and name that layout in plates"),
    )


def _moved(file: PlateFile, use: PlateUse, wells: Sequence[str]) -> Problem:
    return Problem(
        place=Place(file.origin.file, column="layout"),
        found=texts(
            'the layout "{name}" and the file say different things of {count} well: {wells}',
            'the layout "{name}" and the file say different things of {count} wells: {wells}',
            len(wells), name=use.layout, wells=join(wells[:12]),
        ),
        expected=text("the same standards in the same wells"),
        action=text("correct the one that is wrong; nothing is read from these wells until then"),
        severity=Severity.ERROR,
    )  # fmt: skip
