"""The few shapes raw data can take. A record says what a file said, with its origin.

A format makes records and never calculates; an assay reads records and never opens a file. What a
laboratory says in its sheets stands in :mod:`stroma.description_records`, and here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from stroma.description_records import (
    VIABILITY_DYE,
    DifferentiationReading,
    Lot,
    Passage,
    SafetyResult,
    Tube,
    TubeRole,
)
from stroma.errors import Problem
from stroma.origin import Origin
from stroma.texts import Text

__all__ = [
    "COMPENSATED_PREFIX",
    "VIABILITY_DYE",
    "BoolArray",
    "CellCount",
    "Channel",
    "DifferentiationReading",
    "Events",
    "FloatArray",
    "Lot",
    "Origin",
    "Passage",
    "Repair",
    "Row",
    "SafetyResult",
    "Sheet",
    "Spillover",
    "SpilloverDoubt",
    "Tube",
    "TubeRole",
    "are_compensated",
    "is_identity",
]

FloatArray: TypeAlias = npt.NDArray[np.floating]
BoolArray: TypeAlias = npt.NDArray[np.bool_]


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


def is_identity(spillover: Spillover) -> bool:
    """Return whether a matrix changes nothing.

    Parameters
    ----------
    spillover
        The matrix.

    Returns
    -------
    bool
        True for ones on the diagonal and zeros elsewhere, exactly.
    """
    return bool(np.array_equal(spillover.matrix, np.eye(len(spillover.channels))))


COMPENSATED_PREFIX = "Comp-"
"""What FlowJo puts before the name of a detector whose values it has compensated."""


class SpilloverDoubt(StrEnum):
    """Why values may be other than the matrix of a file says.

    ``COMPENSATED``: they are compensated already. ``SEVERAL``: the file states matrices that
    differ. ``IDENTITY``: it states one matrix, and beside it the identity. ``UNUSABLE``: it states
    one that cannot be used.
    """

    COMPENSATED = "compensated"
    SEVERAL = "several"
    IDENTITY = "identity"
    UNUSABLE = "unusable"


def are_compensated(detectors: Iterable[str], names: Iterable[str]) -> bool:
    """Return whether a file holds the values of detectors compensated, by FlowJo's names.

    Parameters
    ----------
    detectors
        Of a spillover matrix.
    names
        Of the file's channels.

    Returns
    -------
    bool
        True where the matrix names compensated values, or the file holds no others of them.

    Examples
    --------
    >>> are_compensated(["FITC-A"], ["FSC-A", "Comp-FITC-A"])
    True
    >>> are_compensated(["FITC-A"], ["FSC-A", "FITC-A", "Comp-FITC-A"])
    False
    """
    held, wanted = set(names), set(detectors)
    if all(name.startswith(COMPENSATED_PREFIX) for name in wanted):
        return True
    return not held & wanted and all(COMPENSATED_PREFIX + name in held for name in wanted)


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
    spillover_doubt
        Why values may be other than that matrix says, if so.
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
    spillover_doubt: SpilloverDoubt | None = field(default=None, kw_only=True)
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
