"""Numbers that another program counted and stored, and what a laboratory says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stroma.records import Origin

ALL_EVENTS = "All Events"
"""All events of a sample, as FACSDiva calls them; the word for them in every export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredStatistic:
    """Which number of an export is what of a lot, as the laboratory declares it.

    Parameters
    ----------
    file
        The export: path relative to the study folder.
    sample
        Name of the sample, tube or well in it.
    population
        The positive cells: the population's path in the export, or its name where only one
        population has it.
    of
        The cells they are a share of, named in the same way; :data:`ALL_EVENTS` for all.
    quantity, analyte
        ``"percent_positive"`` of a marker, or ``"percent_coexpressing"`` of a phenotype.
    lot, passage
        Whose cells.
    stimulated
        What the cells were stimulated with; empty for nothing.
    origin_of_row
        The sheet and row.
    """

    file: str
    sample: str
    population: str
    of: str
    quantity: str
    analyte: str
    lot: str
    origin_of_row: Origin
    passage: str = ""
    stimulated: str = ""


@dataclass(frozen=True, slots=True)
class CountedPopulation:
    """A population of an export.

    Parameters
    ----------
    origin
        The export, with the place in it.
    name
        Its name.
    path
        Names from the first population down to this one, joined by slashes; the name alone where
        the export does not state what it lies in.
    parent
        Path of the population it lies in; :data:`ALL_EVENTS` for none, ``None`` where the export
        does not say.
    count
        Events in it; ``None`` where the export does not say.
    percents
        Shares the export states: of ``"parent"`` and ``"total"``, in percent.
    """

    origin: Origin
    name: str
    path: str
    parent: str | None
    count: int | None
    percents: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CountedSample:
    """A sample of an export.

    Parameters
    ----------
    names
        What it can be called by, the fullest name first.
    populations
        In the order of the export, :data:`ALL_EVENTS` among them where it is counted.
    """

    names: tuple[str, ...]
    populations: tuple[CountedPopulation, ...]


@dataclass(frozen=True, slots=True)
class StatisticsExport:
    """What another program counted.

    Parameters
    ----------
    origin
        The file.
    program
        ``"FlowJo"`` or ``"FACSDiva"``, with the version where the file states it.
    method
        Name and version of the way in which its numbers are taken: ``"flowjo_statistic/1"``.
    samples
        In the order of the file.
    """

    origin: Origin
    program: str
    method: str
    samples: tuple[CountedSample, ...]
