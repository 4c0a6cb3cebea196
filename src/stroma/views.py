"""What a picture needs: numbers already counted, placed and bounded.

An assay or the cytometry makes a view beside its measurements; ``figures`` draws it and neither
decides nor calculates. Positions on an axis are display positions between 0 and 1, made by the
stage that knows the scale; ticks carry their label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from stroma.texts import Text


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis.

    Parameters
    ----------
    position
        Display position, 0 to 1.
    label
        What stands there; empty for a minor mark.
    """

    position: float
    label: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a view shows.

    Parameters
    ----------
    lot
        The lot.
    passage
        The passage, e.g. ``"P4"``; empty where it spans passages.
    quantity, analyte
        The measurement it stands behind.
    condition
        For example ``"IFN-gamma"``; empty for none.
    """

    lot: str
    passage: str
    quantity: str
    analyte: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class HistogramView:
    """Stained cells over their control, on one scale, with the threshold.

    Parameters
    ----------
    subject
        What it shows.
    channel
        Name of the detector.
    stained, control
        Heights of equal bins from position 0 to 1, each normalised to its own maximum (0 to 1);
        the control is empty where none was used.
    threshold, threshold_low, threshold_high
        Display positions of the threshold and of its interval.
    ticks
        The axis.
    stained_events, control_events
        Cells behind each curve.
    control_role
        ``"fmo"``, ``"isotype"`` or ``"unstained"``.
    stained_file, control_file
        Where the cells came from.
    """

    subject: Subject
    channel: str
    stained: tuple[float, ...]
    control: tuple[float, ...]
    threshold: float
    threshold_low: float
    threshold_high: float
    ticks: tuple[Tick, ...]
    stained_events: int
    control_events: int
    control_role: str
    stained_file: str
    control_file: str


@dataclass(frozen=True, slots=True)
class GateView:
    """Two channels as a density, with the region that was kept.

    Parameters
    ----------
    subject
        What it shows; quantity is ``"gate"``, analyte the gate's name.
    name
        The gate for a reader: "cells", "single cells", "live cells".
    x_label, y_label
        The channels.
    density
        Rows from the top of the picture, each a string of equal length of the digits 0 to 9: the
        share of events in a cell of the grid on a logarithmic ladder, 0 for none.
    region
        Vertices of the kept region in display positions (x, y), y upwards; closed.
    kept, total
        Events inside, and events the gate was asked about.
    x_ticks, y_ticks
        The axes.
    file
        Where the events came from.
    """

    subject: Subject
    name: Text
    x_label: str
    y_label: str
    density: tuple[str, ...]
    region: tuple[tuple[float, float], ...]
    kept: int
    total: int
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    file: str


@dataclass(frozen=True, slots=True)
class GrowthView:
    """Cumulative population doublings over the days in culture.

    Parameters
    ----------
    subject
        What it shows.
    passages
        Labels of the points.
    days
        Days since the first seeding, one a point; ``None`` where hours are missing.
    doublings, low, high
        Cumulative population doublings with their interval; the bounds equal the doublings where
        no counting error is declared, so that nothing is drawn around them.
    viability
        Viability in percent at each harvest; ``None`` where not measured.
    convention
        What counts as the start, in words.
    ceiling, ceiling_low, ceiling_high
        Cumulative doublings at which growth is projected to cease, with their interval; ``None``
        where none can be told.
    """

    subject: Subject
    passages: tuple[str, ...]
    days: tuple[float | None, ...]
    doublings: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    viability: tuple[float | None, ...]
    convention: Text
    ceiling: float | None = None
    ceiling_low: float | None = None
    ceiling_high: float | None = None


@dataclass(frozen=True, slots=True)
class ReplicateView:
    """Replicates of an induced culture beside its undifferentiated control.

    Parameters
    ----------
    subject
        What it shows; analyte is the lineage.
    readout
        What was read, e.g. ``"absorbance"``.
    unit
        Its unit; empty for scores.
    induced, control
        The replicates.
    """

    subject: Subject
    readout: str
    unit: str
    induced: tuple[float, ...]
    control: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CompensationView:
    """What a spillover matrix leaves of each stain in the single-stain controls.

    Parameters
    ----------
    subject
        What it shows; analyte is the panel.
    stains
        Detectors whose fluorochrome has a control, one a row.
    channels
        Detectors of the matrix, one a column.
    left
        One row a stain: light left in each detector, in percent of that in the stain's own; above
        0 is too little compensation, below 0 too much; ``None`` in the stain's own.
    certain
        One row a stain: whether the interval of what is left excludes 0.
    condition
        Condition number of the matrix.
    source
        Where the matrix is from.
    worst
        What the largest one does, in words; empty where nothing is left.
    files
        The controls.
    widened
        One a channel: how many times as wide the negative events are made by the stain that widens
        them most, after compensation; 1 where none does, empty where it was not measured.
    widest
        The largest of them in words; empty where it matters little.
    """

    subject: Subject
    stains: tuple[str, ...]
    channels: tuple[str, ...]
    left: tuple[tuple[float | None, ...], ...]
    certain: tuple[tuple[bool, ...], ...]
    condition: float
    source: str
    worst: Text
    files: tuple[str, ...]
    widened: tuple[float, ...]
    widest: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardCurveView:
    """Standards of an analyte, the curve through them, and the range it may be read in.

    Parameters
    ----------
    subject
        What it shows; quantity is ``"standard_curve"``.
    unit
        Of the concentrations; UCUM.
    model
        ``"5PL"``, ``"4PL"`` or ``"linear"``.
    standards
        Display positions (x, y), y upwards.
    curve
        Display positions of the line; empty where none was fitted.
    lower, upper
        Display positions of the limits of quantification along x; ``None`` where there are none.
    x_ticks, y_ticks
        The axes.
    left
        Larger models that were not identified.
    file
        The export.
    """

    subject: Subject
    unit: str
    model: str
    standards: tuple[tuple[float, float], ...]
    curve: tuple[tuple[float, float], ...]
    lower: float | None
    upper: float | None
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    left: tuple[str, ...]
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChartView:
    """The lots of a quantity in their order, between the limits of a chart of individuals.

    Parameters
    ----------
    label
        The quantity for a reader.
    unit
        Its unit for a reader; ``None`` for a plain number.
    lots
        In order.
    values
        One a lot.
    averages
        Exponentially weighted moving average after each lot.
    signals
        Whether the lot stands out.
    centre, low, high
        Of the chart; ``None`` for a limit that no lot can pass.
    baseline
        How many of the first lots set the limits.
    """

    label: Text
    unit: Text | None
    lots: tuple[str, ...]
    values: tuple[float, ...]
    averages: tuple[float, ...]
    signals: tuple[bool, ...]
    centre: float
    low: float | None
    high: float | None
    baseline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionView:
    """Genes of a sample relative to its calibrator, with both intervals.

    Parameters
    ----------
    subject
        What it shows; analyte is empty: it shows all genes.
    sample, calibrator
        Names of the samples.
    genes
        One a line.
    folds
        Ratio to the calibrator, one a gene; above zero.
    low, high
        Ends of the t interval; ``None`` where there is none.
    livak_low, livak_high
        Ends of ``2^-(ddCt ± s)``; ``None`` where there is none.
    """

    subject: Subject
    sample: str
    calibrator: str
    genes: tuple[str, ...]
    folds: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    livak_low: tuple[float | None, ...]
    livak_high: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretomeView:
    """What each lot secretes of each analyte.

    Parameters
    ----------
    lots
        One a row: the lot, with passage and condition where there are several.
    analytes
        One a column.
    values
        One row a lot, in pg by 10⁶ cells and 24 h; ``None`` where not measured.
    bounds
        One row a lot: ``"<"`` or ``">"`` where the value is a bound, else empty.
    shades
        One row a lot: from 0 for the least to 1 for the most of the analyte among the lots, on a
        logarithm; ``None`` where there is no value above zero.
    """

    lots: tuple[str, ...]
    analytes: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    bounds: tuple[tuple[str, ...], ...]
    shades: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DyeDilutionView:
    """Lymphocytes by their dye, with the generations they are made of, over the undivided control.

    Parameters
    ----------
    subject
        What it shows; the condition names ratio and donor.
    channel
        Detector of the dye.
    observed
        Heights of equal bins from position 0 to 1, as shares of the highest of the picture.
    control
        Of the undivided control, as shares of its own highest.
    generations
        Of each generation from 0 on, on the scale of ``observed``.
    ticks
        The axis.
    events
        Cells behind ``observed``.
    file, control_file
        Where the cells came from.
    """

    subject: Subject
    channel: str
    observed: tuple[float, ...]
    control: tuple[float, ...]
    generations: tuple[tuple[float, ...], ...]
    ticks: tuple[Tick, ...]
    events: int
    file: str
    control_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionCurveView:
    """Inhibition over the ratio of stromal cells to lymphocytes.

    Parameters
    ----------
    subject
        What it shows; the condition names the donor of the lymphocytes.
    ratios
        Stromal cells to one lymphocyte, ascending, above zero.
    percents, low, high
        Inhibition with its interval, one a ratio.
    half, half_low, half_high
        Ratio of half suppression with its interval; ``None`` where there is none.
    """

    subject: Subject
    ratios: tuple[float, ...]
    percents: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    half: float | None
    half_low: float | None
    half_high: float | None


@dataclass(frozen=True, slots=True)
class ColonyView:
    """A picture of a dish with what is proposed as its colonies.

    Parameters
    ----------
    subject
        Whose dish.
    file
        The picture.
    seeded
        Cells in the dish.
    picture
        A small copy of it as a ``data:`` address.
    height
        Its height, as a share of its width.
    colonies
        Middle (from the left and from the top) and radius of each; the horizontal ones as shares of
        the width, the vertical one as a share of the height.
    counted
        Colonies a person wrote; ``None`` for none yet.
    confirmed_by
        Who counted or confirmed; empty for nobody.
    replicate
        Of the dish.
    """

    subject: Subject
    file: str
    seeded: float
    picture: str
    height: float
    colonies: tuple[tuple[float, float, float], ...]
    counted: int | None
    confirmed_by: str
    replicate: str


View: TypeAlias = (
    HistogramView
    | GateView
    | GrowthView
    | ColonyView
    | ReplicateView
    | CompensationView
    | ExpressionView
    | StandardCurveView
    | DyeDilutionView
    | SuppressionCurveView
)


@dataclass(frozen=True, slots=True)
class ExclusionStep:
    """Events of one tube that one gate took away; each event is counted once.

    Parameters
    ----------
    file, lot, passage, role
        The tube.
    gate
        ``"margins"``, ``"time"``, ``"debris"``, ``"doublets"`` or ``"dead"``; ``"recorded"`` for
        the start.
    label
        The gate for a reader.
    removed, remaining
        Events taken away by it, and left after it.
    method
        Name and version of the method.
    settings
        Its parameters in words: threshold, channel.
    """

    file: str
    lot: str
    passage: str
    role: str
    gate: str
    label: Text
    removed: int
    remaining: int
    method: str
    settings: str
