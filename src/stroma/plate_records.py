"""What plate readers, bead readers, thermocyclers and cameras said, with its origin.

The shapes every format of this family is read into. A well that holds no number keeps what was
written and what it means: a reader beyond its range is not a missing well, and a value below a
limit is not zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from stroma.errors import Problem
from stroma.records import Origin


class WellStatus(StrEnum):
    """What a cell of an export means."""

    MEASURED = "measured"
    ABOVE_RANGE = "above_range"
    BELOW_RANGE = "below_range"
    MASKED = "masked"
    NOT_REPORTED = "not_reported"
    NOT_A_NUMBER = "not_a_number"
    EMPTY = "empty"


class ReadingKind(StrEnum):
    """What a plate reader measured."""

    ABSORBANCE = "absorbance"
    FLUORESCENCE = "fluorescence"
    LUMINESCENCE = "luminescence"
    CONCENTRATION = "concentration"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number as an export wrote it.

    Parameters
    ----------
    value
        The number; set where ``status`` is ``MEASURED``, and the bound where it is
        ``ABOVE_RANGE`` or ``BELOW_RANGE`` and one was written ("<0.1"); else ``None``.
    status
        What the cell means.
    as_written
        Exactly what the cell held: "OVRFLW", "<0.1".
    """

    value: float | None
    status: WellStatus = WellStatus.MEASURED
    as_written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateReading:
    """One reading of one plate: a number a well.

    Parameters
    ----------
    plate
        Its name in the export; empty for the only plate.
    name
        What the export calls the reading: "450", "Read 1:450,650", "Blank 450".
    kind
        What was measured.
    unit
        UCUM code as meant (absorbance labelled mAU that is OD is ``"[OD]"``, and the file's
        problems say so); ``"{RFU}"``, ``"{RLU}"``; empty where unknown.
    rows, columns
        Of the plate.
    wells
        Well to number, wells named "A1" to "P24" without leading zeros.
    wavelengths_nm
        Of the reading: one for absorbance, excitation and emission for fluorescence.
    seconds
        Of a kinetic run, as printed: since its start, so that the first may be above 0; ``None``
        for an end point.
    is_derived
        Whether the instrument's program calculated it (blanked, path-length corrected, reduced).
    """

    plate: str
    name: str
    kind: ReadingKind
    unit: str
    rows: int
    columns: int
    wells: Mapping[str, WrittenNumber]
    wavelengths_nm: tuple[float, ...] = ()
    seconds: float | None = None
    is_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutWell:
    """What an export says is in a well.

    Parameters
    ----------
    plate, well
        Where.
    sample
        Identifier as written: "STD1", "SPL3", "BLK".
    role
        ``"standard"``, ``"blank"``, ``"sample"``, ``"control"`` or empty where it is not said.
    concentration, unit
        Of a standard, as stated; ``None`` where it is not.
    dilution
        Factor, as stated.
    """

    plate: str
    well: str
    sample: str
    role: str = ""
    concentration: float | None = None
    unit: str = ""
    dilution: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorCurve:
    """A standard curve as the instrument's program fitted it.

    Parameters
    ----------
    analyte
        Empty for the only one.
    model
        As written: "4-Parameter", "y = (A - D)/(1 + (x/C)^B) + D".
    parameters
        Name to value, as printed.
    r_squared
        As printed.
    place
        Where in the file.
    """

    analyte: str
    model: str
    parameters: Mapping[str, float]
    r_squared: float | None = None
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorResult:
    """A concentration as the instrument's program calculated it.

    Parameters
    ----------
    plate, well, sample, analyte
        Of what.
    concentration
        As printed.
    unit
        As written.
    """

    plate: str
    well: str
    sample: str
    analyte: str
    concentration: WrittenNumber
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateFile:
    """An export of a plate reader.

    Parameters
    ----------
    origin
        The file.
    instrument
        Maker, model, program and version, as far as the file says.
    readings
        Every reading of every plate, in the order of the file.
    layout
        What the file says is in the wells.
    curves, results
        What the instrument's program calculated.
    problems
        What is wrong with the file though it can be read.
    """

    origin: Origin
    instrument: str
    readings: tuple[PlateReading, ...]
    layout: tuple[LayoutWell, ...] = ()
    curves: tuple[VendorCurve, ...] = ()
    results: tuple[VendorResult, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BeadReading:
    """One analyte in one well of a bead assay.

    Parameters
    ----------
    well, sample
        Where, and what the file says is in it.
    analyte
        As written.
    median_fluorescence, net_fluorescence
        As exported.
    beads
        How many were counted.
    expected
        Concentration of a standard or control, as stated.
    result
        Concentration the instrument's program calculated.
    dilution
        Factor, as stated.
    role
        ``"standard"``, ``"blank"``, ``"sample"``, ``"control"`` or empty.
    """

    well: str
    sample: str
    analyte: str
    median_fluorescence: WrittenNumber | None
    beads: int | None = None
    net_fluorescence: WrittenNumber | None = None
    expected: WrittenNumber | None = None
    result: WrittenNumber | None = None
    dilution: float | None = None
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeadFile:
    """An export of a bead reader (Luminex, Bio-Plex).

    Parameters
    ----------
    origin, instrument
        The file and what made it.
    readings
        One a well and analyte.
    units
        Analyte to the unit of its concentrations, as written.
    minimum_beads
        The count the protocol asked for; ``None`` where it is not said.
    curves
        What the instrument's program fitted.
    problems
        What is wrong with the file though it can be read.
    """

    origin: Origin
    instrument: str
    readings: tuple[BeadReading, ...]
    units: Mapping[str, str] = field(default_factory=dict)
    minimum_beads: int | None = None
    curves: tuple[VendorCurve, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleReading:
    """One target in one well of a quantitative PCR.

    Parameters
    ----------
    well, sample, target
        As written.
    task
        ``"unknown"``, ``"standard"``, ``"ntc"`` or as written.
    threshold_cycle
        As exported; "Undetermined" is ``ABOVE_RANGE`` without a bound.
    quantity
        Of a standard, as stated.
    reporter
        Dye.
    omitted
        Whether the program left it out.
    """

    well: str
    sample: str
    target: str
    threshold_cycle: WrittenNumber
    task: str = ""
    quantity: float | None = None
    reporter: str = ""
    omitted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleFile:
    """An export of a thermocycler.

    Parameters
    ----------
    origin, instrument
        The file and what made it.
    readings
        One a well and target.
    reference_targets, calibrator
        As the file says; empty where it does not.
    problems
        What is wrong with the file though it can be read.
    """

    origin: Origin
    instrument: str
    readings: tuple[CycleReading, ...]
    reference_targets: tuple[str, ...] = ()
    calibrator: str = ""
    problems: tuple[Problem, ...] = ()
