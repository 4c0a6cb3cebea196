"""The few shapes raw data can take. A record says what a file said, with its origin.

A format makes records and never calculates; an assay reads records and never opens a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Never, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from stroma.errors import Problem
from stroma.texts import Text

FloatArray: TypeAlias = npt.NDArray[np.floating]
BoolArray: TypeAlias = npt.NDArray[np.bool_]


class _Digits:
    """Digits that may be calculated when they are first asked for, and are kept then."""

    @overload
    def __get__(self, origin: None, owner: type[Origin]) -> Never: ...
    @overload
    def __get__(self, origin: Origin, owner: type[Origin]) -> str: ...

    def __get__(self, origin: Origin | None, owner: type[Origin]) -> str:
        if origin is None:
            # What tells a dataclass that the field has no default.
            raise AttributeError
        held = vars(origin)["sha256"]
        if not isinstance(held, str):
            held = vars(origin)["sha256"] = held()
        return str(held)

    def __set__(self, origin: Origin, digits: str | Callable[[], str]) -> None:
        vars(origin)["sha256"] = digits


@dataclass(frozen=True)
class Origin:
    """The file a record came from.

    Parameters
    ----------
    file
        Path relative to the study folder, with forward slashes; otherwise the path as given.
    sha256
        Hexadecimal SHA-256 of the file's bytes. A function that returns it may be given instead,
        and is called when it is first asked for: a large file takes many times as long to hash as
        to read.
    place
        Where in the file, in words a person can follow ("row 4", "data set 2"); empty for all.

    Examples
    --------
    >>> Origin("tube.fcs", lambda: "00ff").sha256
    '00ff'
    """

    file: str
    sha256: _Digits = _Digits()
    place: str = ""

    def __reduce__(self) -> tuple[type[Origin], tuple[str, str, str]]:
        # Another process gets the digits, not the bytes they are calculated from.
        return Origin, (self.file, self.sha256, self.place)


@dataclass(frozen=True, slots=True)
class Channel:
    """One parameter of an event file.

    Parameters
    ----------
    name
        Short name, ``$PnN``; never empty (``P3`` where the file has none).
    marker
        ``$PnS``, what was stained; ``None`` where the file does not say.
    bits
        ``$PnB``.
    range
        ``$PnR``: the detector's full scale.
    amplification
        ``$PnE`` as (decades, value at zero); ``(0, 0)`` is linear.
    gain
        ``$PnG``; 1 where the file does not say.
    voltage
        ``$PnV``, if stated.
    wavelengths
        ``$PnL`` as printed, if stated.
    """

    name: str
    marker: str | None = None
    bits: int | None = None
    range: float | None = None
    amplification: tuple[float, float] = (0.0, 0.0)
    gain: float = 1.0
    voltage: float | None = None
    wavelengths: str | None = None


@dataclass(frozen=True, slots=True)
class Spillover:
    """A spillover matrix.

    Parameters
    ----------
    channels
        Names of the detectors, in the order of the matrix.
    matrix
        Array of shape (detectors, detectors): row = fluorochrome, column = detector, so that
        measured = true @ matrix. The diagonal is 1.
    """

    channels: tuple[str, ...]
    matrix: FloatArray


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing a reader had to decide or mend to read a file rightly.

    Parameters
    ----------
    keyword
        What was wrong: the keyword or segment.
    decision
        What was found, what was decided, and on what evidence.
    """

    keyword: str
    decision: Text


@dataclass(frozen=True, slots=True)
class Events:
    """The events of one data set of a cytometer's file, in linear units.

    Parameters
    ----------
    origin
        The file.
    version
        ``"FCS3.1"`` and so on.
    channels
        The parameters, in the order of the columns.
    values
        Array of shape (events, channels): channel values brought to a linear scale by ``$PnE``
        and ``$PnG`` (and ``$TIMESTEP`` for time, in seconds), not compensated.
    keywords
        Every keyword of the TEXT segments, upper case, values as printed.
    spillover
        The matrix the file carries; ``None`` where it carries none.
    instrument
        ``$CYT``, if stated.
    acquired
        Beginning of the acquisition, if the file states a readable date and time.
    repairs
        What had to be mended, in order.
    data_set
        Number of this data set in the file, from 1.
    data_sets
        How many data sets the file holds.
    """

    origin: Origin
    version: str
    channels: tuple[Channel, ...]
    values: FloatArray
    keywords: Mapping[str, str]
    spillover: Spillover | None = None
    instrument: str | None = None
    acquired: datetime | None = None
    repairs: tuple[Repair, ...] = ()
    data_set: int = 1
    data_sets: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the channels, in the order of the columns."""
        return tuple(channel.name for channel in self.channels)

    def __len__(self) -> int:
        return int(self.values.shape[0])


@dataclass(frozen=True, slots=True)
class CellCount:
    """One count of one sample by a counter. What the instrument did not state is ``None``.

    Parameters
    ----------
    origin
        The file and the place in it.
    sample
        The sample's name as entered at the instrument.
    instrument
        Make and model.
    counted_at
        When, as the instrument's clock showed it; aware of the time zone where the file states it.
    total_per_ml, viable_per_ml, dead_per_ml
        Densities in cells per millilitre of the original sample, as the instrument reports them.
    viability_percent
        Viable of total, in percent.
    cells_counted, viable_cells_counted
        Cells in the images, for the counting error.
    diameter_um
        Mean cell diameter in micrometres.
    dilution
        Dilution factor the instrument has already applied.
    warnings
        What has to be known of its numbers: fields the instrument could not state or doubts, and
        numbers that contradict each other.
    extra
        Every other field of the export as printed, so that nothing is dropped in silence.
    """

    origin: Origin
    sample: str | None
    instrument: str
    counted_at: datetime | None = None
    total_per_ml: float | None = None
    viable_per_ml: float | None = None
    dead_per_ml: float | None = None
    viability_percent: float | None = None
    cells_counted: int | None = None
    viable_cells_counted: int | None = None
    diameter_um: float | None = None
    dilution: float | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet, all cells as text.

    Parameters
    ----------
    number
        Row as a person counts it in the file; the header is row 1 unless comments precede it.
    cells
        Column name to text, stripped; an empty cell is the empty string. A date cell of a
        workbook is written ISO 8601, a number cell in its shortest exact decimal form.
    numbers
        Columns whose cell the file itself stores as a number, so that its decimal mark is a point
        for certain; a number that a workbook keeps as text is not among them.
    """

    number: int
    cells: Mapping[str, str]
    numbers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as a laboratory keeps it: CSV file or a sheet of a workbook.

    Parameters
    ----------
    origin
        The file.
    name
        Name of the sheet inside a workbook; ``None`` for CSV.
    columns
        Column names as printed, in order.
    rows
        The rows that hold anything, in order.
    typed
        True where the file says itself what is a number and what is a date (workbooks); False
        where all is text and a decimal mark has to be determined (CSV).
    problems
        What was not read, and what a person has to look at.
    """

    origin: Origin
    name: str | None
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    typed: bool = False
    problems: tuple[Problem, ...] = ()


class TubeRole(StrEnum):
    """What a tube is for."""

    STAINED = "stained"
    ISOTYPE = "isotype"
    FMO = "fmo"
    UNSTAINED = "unstained"
    SINGLE_STAIN = "single_stain"


VIABILITY_DYE = "viability"
"""The word for a dead-cell dye where a marker is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A lot as the laboratory describes it. What is not stated is ``None``.

    Parameters
    ----------
    lot, donor
        Identifiers; a pool is one donor with its own name.
    source
        Tissue, a name of :data:`stroma.vocabulary.TISSUES`.
    placental_part
        Amnion, chorion, villi, decidua and so on, as written.
    donor_age_years, donor_sex
        Of the donor; for perinatal tissue of the mother.
    origin
        ``"fetal"``, ``"maternal"`` or ``"mixed"``, shown by genotype.
    autologous
        Whether the donor is the recipient.
    plastic_adherent
        Whether the cells adhered to plastic in standard culture.
    pooled_donors
        Number of donors in a pool.
    process, medium, note
        As written.
    origin_of_row
        The sheet and row.
    """

    lot: str
    donor: str
    source: str
    origin_of_row: Origin
    placental_part: str | None = None
    donor_age_years: float | None = None
    donor_sex: str | None = None
    origin: str | None = None
    autologous: bool | None = None
    plastic_adherent: bool | None = None
    pooled_donors: int | None = None
    process: str | None = None
    medium: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tube:
    """One tube of a flow cytometry panel.

    Parameters
    ----------
    file
        Path relative to the study folder.
    lot, passage
        Whose cells; a tube that serves the whole study (compensation beads) has an empty lot.
    role
        What it is for.
    markers
        Detector to marker, in the order written; :data:`VIABILITY_DYE` for a dead-cell dye. In an
        isotype tube the markers are those the isotypes stand for; in an FMO tube those present.
    left_out
        In an FMO tube, the marker that was left out.
    panel
        Tubes of one panel share their controls; empty for the only panel.
    stimulated
        What the cells were stimulated with, ``"IFN-gamma"``; empty for nothing.
    origin_of_row
        The sheet and row.
    """

    file: str
    lot: str
    passage: str
    role: TubeRole
    markers: Mapping[str, str]
    origin_of_row: Origin
    left_out: str | None = None
    panel: str = ""
    stimulated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One passage of a lot, from seeding to harvest. What is not stated is ``None``.

    Parameters
    ----------
    lot, passage
        Whose, and which (``"P0"`` is the primary culture).
    seeded, harvested
        Viable cells put in and taken out.
    hours
        Time in culture between them.
    viability_percent
        At harvest.
    area_cm2
        Culture area.
    count_method
        As written: "hemocytometer", "NC-200".
    count_file, count_sample
        Export of a counter, and the sample's name in it, that holds the harvest count.
    suspension_ml
        Volume of the suspension that was counted, to turn a density into cells.
    cells_counted
        Cells seen while counting, for the Poisson part of the counting error.
    origin_of_row
        The sheet and row.
    """

    lot: str
    passage: str
    origin_of_row: Origin
    seeded: float | None = None
    harvested: float | None = None
    hours: float | None = None
    viability_percent: float | None = None
    area_cm2: float | None = None
    count_method: str | None = None
    count_file: str | None = None
    count_sample: str | None = None
    suspension_ml: float | None = None
    cells_counted: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentiationReading:
    """One replicate of a differentiation assay.

    Parameters
    ----------
    lot, passage
        Whose cells.
    lineage
        ``"osteogenic"``, ``"adipogenic"`` or ``"chondrogenic"``.
    induced
        True for the induced culture, False for its undifferentiated control.
    replicate
        As written.
    readout
        ``"absorbance"``, ``"area"`` or ``"score"``.
    value
        The reading; a blank has already been subtracted where the laboratory does so.
    unit
        UCUM code; empty for a score.
    stain
        As written: "Alizarin Red".
    entered_unit
        UCUM code of the unit it was entered in, where that is another; empty for ``unit``.
    origin_of_row
        The sheet and row.
    """

    lot: str
    passage: str
    lineage: str
    induced: bool
    readout: str
    value: float
    origin_of_row: Origin
    replicate: str = ""
    unit: str = ""
    stain: str | None = None
    entered_unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyResult:
    """A safety test as entered.

    Parameters
    ----------
    lot, passage
        Whose.
    quantity
        Name in :data:`stroma.vocabulary.QUANTITIES`.
    analyte
        The agent or stage, where the quantity takes one.
    category
        The result where it is a word.
    value
        The result where it is a number, in the quantity's canonical unit.
    below
        True where it was entered as "< value": the result lies between 0 and ``value``.
    entered
        Exactly what was entered.
    method
        As written.
    tested_on
        ISO date.
    origin_of_row
        The sheet and row.
    """

    lot: str
    quantity: str
    entered: str
    origin_of_row: Origin
    passage: str = ""
    analyte: str = ""
    category: str | None = None
    value: float | None = None
    below: bool = False
    method: str | None = None
    tested_on: str | None = None
