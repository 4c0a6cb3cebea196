"""Numbers of which papers report an order, as witnesses that can err.

Several reports say "a is higher than b", "lower" or "no difference". Before any report a value has
the distribution its figures give it, or every value between 0 and 1 is as likely as any other. A
report makes what agrees with it more likely than what does not by fixed odds; reports count as
independent. Reports that contradict each other thus weaken each other, and no order is ever
excluded. Ordinal criteria in SMAA: Lahdelma, Miettinen and Salminen 2003, European Journal of
Operational Research 147:117; the odds are this package's own way to let reports contradict each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]

BATCH = 200_000
BATCHES = 15
"""Values are proposed and kept by how far the reports bear them out, which is exact; what is not
kept after this many batches of proposals is drawn one value at a time instead."""

SWEEPS = 100
"""Rounds of that other way, in each of which every value is proposed anew once; the tests compare
it with the exact one."""


@dataclass(frozen=True, slots=True)
class Reports:
    """What was reported of two of the values.

    Parameters
    ----------
    one, other
        Their positions.
    higher, lower, alike
        How many reports say that ``one`` is higher, lower, or no different.
    """

    one: int
    other: int
    higher: int = 0
    lower: int = 0
    alike: int = 0


@dataclass(frozen=True, slots=True)
class Credence:
    """How far a report is believed.

    Parameters
    ----------
    agreement
        The chance that the truth agrees with one report, when either order is as likely before
        it; more than 0.5, less than 1.
    alike_within
        Two values that are no further apart than this count as "no difference".
    """

    agreement: float
    alike_within: float

    @property
    def log_odds(self) -> float:
        """Logarithm of the odds one report is worth."""
        return float(np.log(self.agreement / (1 - self.agreement)))


def sample_reported(
    held: FloatArray,
    free: Sequence[int],
    reports: Sequence[Reports],
    propose: Callable[[int], FloatArray],
    *,
    credence: Credence,
    random: np.random.Generator,
) -> FloatArray:
    """Draw values of which orders were reported.

    Parameters
    ----------
    held
        Shape (draws, values): what the reports do not bear on stands here and stays as it is;
        the rest is replaced.
    free
        Positions of the values to be drawn.
    reports
        What was reported of pairs, of which at least one value is free.
    propose
        Draws free values as if there were no reports: a count to an array of shape (count, free).
    credence
        How far a report is believed.
    random
        Source of chance.

    Returns
    -------
    array
        Shape (draws, values).
    """
    columns = list(free)
    held = np.array(held, dtype=np.float64)
    held[:, columns] = propose(len(held))
    if not reports or not columns:
        return held
    # What the start meets best is the most that can be met, or so near it that it makes no odds.
    most = float(_support(held, reports, credence).max())
    waiting = np.arange(len(held))
    for _ in range(BATCHES):
        rows = np.tile(waiting, max(BATCH // len(waiting), 1))
        proposed = held[rows]
        proposed[:, columns] = propose(len(rows))
        chance = np.exp(credence.log_odds * (_support(proposed, reports, credence) - most))
        accepted = np.flatnonzero(random.random(len(rows)) < chance)
        kept, first = np.unique(rows[accepted], return_index=True)
        held[kept] = proposed[accepted[first]]
        waiting = np.setdiff1d(waiting, kept, assume_unique=True)
        if not len(waiting):
            return held
    held[waiting] = sample_in_turn(
        held[waiting], columns, reports, propose, credence=credence, random=random
    )
    return held


def sample_in_turn(
    start: FloatArray,
    free: Sequence[int],
    reports: Sequence[Reports],
    propose: Callable[[int], FloatArray],
    *,
    credence: Credence,
    random: np.random.Generator,
) -> FloatArray:
    """Draw the values one at a time, many times over (Metropolis within Gibbs).

    Parameters
    ----------
    start, free, reports, propose, credence, random
        As for :func:`sample_reported`; ``start`` holds a value everywhere.

    Returns
    -------
    array
        Shape (draws, values).
    """
    held = np.array(start, dtype=np.float64)
    support = _support(held, reports, credence)
    for _ in range(SWEEPS):
        proposals = propose(len(held))
        for place, column in enumerate(free):
            moved = held.copy()
            moved[:, column] = proposals[:, place]
            met = _support(moved, reports, credence)
            taken = random.random(len(held)) < np.exp(credence.log_odds * (met - support))
            held[taken, column] = moved[taken, column]
            support = np.where(taken, met, support)
    return held


def _support(held: FloatArray, reports: Sequence[Reports], credence: Credence) -> FloatArray:
    """Return how many reports each draw bears out; of a tie, half of those that see a side."""
    support = np.zeros(len(held))
    for report in reports:
        apart = held[:, report.one] - held[:, report.other]
        if report.higher != report.lower:
            support += (report.higher - report.lower) * (0.5 + 0.5 * np.sign(apart))
        if report.alike:
            support += report.alike * (np.abs(apart) < credence.alike_within)
    return support
