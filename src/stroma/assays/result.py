"""What an assay gives back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stroma.errors import Problem
from stroma.measurements import Measurement
from stroma.views import ExclusionStep, View


@dataclass(frozen=True, slots=True)
class AssayResult:
    """Rows, and what has to be said and shown beside them.

    Parameters
    ----------
    measurements
        The rows.
    problems
        What could not be measured, and what a person has to look at.
    views
        What the pictures need.
    exclusions
        Account of events left out, for cytometry.
    """

    measurements: tuple[Measurement, ...] = ()
    problems: tuple[Problem, ...] = ()
    views: tuple[View, ...] = ()
    exclusions: tuple[ExclusionStep, ...] = ()


def combine(results: Iterable[AssayResult]) -> AssayResult:
    """Put several results into one, in their order.

    Parameters
    ----------
    results
        Results of assays.

    Returns
    -------
    AssayResult
        All rows, problems, views and exclusions.
    """
    held = tuple(results)
    return AssayResult(
        tuple(row for result in held for row in result.measurements),
        tuple(problem for result in held for problem in result.problems),
        tuple(view for result in held for view in result.views),
        tuple(step for result in held for step in result.exclusions),
    )
