"""Indices of division from the cells in each generation, each under the name of who defined it.

One word means different things: FlowJo's proliferation index (divisions of a precursor that
divided) is not the one of FCS Express and flowFit (cells for each precursor, which FlowJo calls the
expansion index). Every index supposes that no cell died or was lost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from stroma.stats.proportions import Interval

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionIndices:
    """Indices of one tube; N(i) cells in generation i came of N(i)/2^i precursors.

    Parameters
    ----------
    percent_divided
        Precursors that divided at least once over all precursors, as a fraction: FlowJo's
        "percent divided", the precursor frequency of Roederer M. Cytometry A 2011;79:95.
    division_index
        Divisions of the average precursor, undivided ones included: FlowJo and Roederer 2011. It is
        the mean division number of Gett AV, Hodgkin PD. Nat Immunol 2000;1:239.
    proliferation_index
        Divisions of the average precursor that divided: FlowJo and Roederer 2011; ``None`` where
        none did.
    expansion_index
        Cells for each precursor: FlowJo and Roederer 2011; called "proliferation index" by Munson
        ME. Cytometry A 2010;77:909, FCS Express and flowFit.
    replication_index
        Cells for each precursor that divided: FlowJo and Roederer 2011; called "division index" by
        FCS Express; ``None`` where none did.
    dim_fraction
        Cells in generations from 1 on over all cells: what a gate on dim cells counts; no
        correction for doubling.
    """

    percent_divided: float
    division_index: float
    proliferation_index: float | None
    expansion_index: float
    replication_index: float | None
    dim_fraction: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexIntervals:
    """Intervals of the indices, by the delta method on a scale where each is unbounded.

    Parameters
    ----------
    percent_divided, dim_fraction
        On the logit.
    division_index, proliferation_index, replication_index
        On the logarithm; ``None`` where no cell divided.
    expansion_index
        On the logarithm of what it is above 1.
    """

    percent_divided: Interval
    division_index: Interval | None
    proliferation_index: Interval | None
    expansion_index: Interval
    replication_index: Interval | None
    dim_fraction: Interval


def indices_of(cells: Sequence[float] | Floats) -> DivisionIndices:
    """Return the indices of a tube.

    Parameters
    ----------
    cells
        In each generation from 0 on, not below zero, not all zero.

    Returns
    -------
    DivisionIndices
        The indices.

    Raises
    ------
    ValueError
        There are no cells, or fewer than none.

    Examples
    --------
    Half of the precursors divided three times (FlowJo's own example):

    >>> found = indices_of([1, 0, 0, 8])
    >>> found.division_index, found.proliferation_index, found.percent_divided
    (1.5, 3.0, 0.5)
    """
    counts = np.asarray(cells, np.float64)
    if not counts.size or counts.min() < 0 or counts.sum() <= 0:
        msg = f"cells of generations have to be above zero: {list(cells)}"
        raise ValueError(msg)
    generation = np.arange(counts.size)
    precursors = counts / 2.0**generation
    divided = float(precursors[1:].sum())
    divisions = float(generation @ precursors)
    return DivisionIndices(
        percent_divided=divided / float(precursors.sum()),
        division_index=divisions / float(precursors.sum()),
        proliferation_index=divisions / divided if divided > 0 else None,
        expansion_index=float(counts.sum() / precursors.sum()),
        replication_index=float(counts[1:].sum()) / divided if divided > 0 else None,
        dim_fraction=float(counts[1:].sum() / counts.sum()),
    )


def index_variances(cells: Floats, covariance: Floats) -> dict[str, float]:
    """Return the variance of each index by the delta method.

    Parameters
    ----------
    cells
        In each generation, shape (g,).
    covariance
        Of the cells, shape (g, g).

    Returns
    -------
    dict
        Name of the index to its variance; an index that is not defined is left out.
    """
    generation = np.arange(len(cells))
    halved = 2.0**-generation
    divided = (generation > 0).astype(np.float64)
    ratios = {
        "percent_divided": (divided * halved, halved),
        "division_index": (generation * halved, halved),
        "proliferation_index": (generation * halved, divided * halved),
        "expansion_index": (np.ones(len(cells)), halved),
        "replication_index": (divided, divided * halved),
        "dim_fraction": (divided, np.ones(len(cells))),
    }
    made: dict[str, float] = {}
    for name, (above, below) in ratios.items():
        under = float(below @ cells)
        if under <= 0:
            continue
        slope = (above - float(above @ cells) / under * below) / under
        made[name] = max(float(slope @ covariance @ slope), 0.0)
    return made


def index_intervals(cells: Floats, covariance: Floats, *, level: float) -> IndexIntervals:
    """Return the intervals of the indices.

    Parameters
    ----------
    cells
        In each generation, shape (g,).
    covariance
        Of the cells, shape (g, g).
    level
        Of the intervals.

    Returns
    -------
    IndexIntervals
        The intervals.
    """
    found, variances = indices_of(cells), index_variances(cells, covariance)
    z = float(special.ndtri(0.5 + level / 2))

    def within(name: str, *, kind: str) -> Interval | None:
        value = getattr(found, name)
        if value is None or name not in variances:
            return None
        return _bounded(value, math.sqrt(variances[name]), z, level=level, kind=kind)

    kinds = {
        "percent_divided": "share",
        "dim_fraction": "share",
        "expansion_index": "above one",
    }
    made: dict[str, Any] = {
        field.name: within(field.name, kind=kinds.get(field.name, "positive"))
        for field in fields(DivisionIndices)
    }
    return IndexIntervals(**made)


def _bounded(value: float, error: float, z: float, *, level: float, kind: str) -> Interval | None:
    """Return an interval on the scale of its kind; at an end of that scale, value and no more."""
    if kind == "share":
        if not 0 < value < 1:
            return Interval(value, value, value, level)
        half = z * error / (value * (1 - value))
        low, high = (float(special.expit(special.logit(value) + s * half)) for s in (-1, 1))
        return Interval(value, low, high, level)
    least = 1.0 if kind == "above one" else 0.0
    if value <= least:
        return Interval(value, value, value, level) if kind == "above one" else None
    factor = math.exp(min(z * error / (value - least), 50.0))
    return Interval(
        value, least + (value - least) / factor, least + (value - least) * factor, level
    )
