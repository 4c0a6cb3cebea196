"""What a supernatant's row has to say before anything is calculated by cells and time."""

from __future__ import annotations

from typing import Final

from stroma.assays.places import place_of
from stroma.bench_records import ConditionedMedium
from stroma.errors import Problem, Severity
from stroma.texts import text

FEWEST_CELLS: Final = 1_000.0
"""No culture whose medium is assayed holds fewer; a smaller number counts millions."""


def supernatant_factor(medium: ConditionedMedium) -> tuple[float | None, tuple[Problem, ...]]:
    """Return the amount by 10⁶ cells and 24 h that one unit per millilitre stands for.

    Parameters
    ----------
    medium
        How the supernatant was made.

    Returns
    -------
    factor
        ``None`` where the row does not say all that is needed.
    problems
        What is missing, and fewer cells than were seeded.

    Examples
    --------
    >>> from stroma.records import Origin
    >>> made = ConditionedMedium(name="S", origin_of_row=Origin("conditioned.csv", ""),
    ...                          cells=2e6, volume_ml=10.0, hours=48.0)
    >>> supernatant_factor(made)
    (2.5, ())
    """
    numbers = {"cells": medium.cells, "volume_ml": medium.volume_ml, "hours": medium.hours}
    wrong = [name for name, number in numbers.items() if number is None or not number > 0]
    if wrong or medium.cells is None or medium.volume_ml is None or medium.hours is None:
        return None, tuple(
            Problem(
                place_of(medium.origin_of_row, column=name, lot=medium.lot),
                found=text("no {name} above zero for {sample}", name=name, sample=medium.name),
                expected=text("cells at harvest, millilitres of medium and hours on the cells"),
                action=text("complete the row; nothing is calculated by cells without it"),
            )
            for name in wrong
        )
    if medium.cells < FEWEST_CELLS:
        return None, (_too_few_cells(medium),)
    problems: tuple[Problem, ...] = ()
    if medium.cells_seeded is not None and medium.cells < medium.cells_seeded:
        problems = (_fewer_than_seeded(medium, medium.cells, medium.cells_seeded),)
    factor = medium.volume_ml / (medium.cells / 1e6) / (medium.hours / 24.0)
    return factor, problems


def _too_few_cells(medium: ConditionedMedium) -> Problem:
    return Problem(
        place_of(medium.origin_of_row, column="cells", lot=medium.lot),
        found=text("{cells} cells at harvest", cells=medium.cells),
        expected=text("a number of cells, such as 1200000, not of millions"),
        action=text("correct the cell; nothing is calculated by cells without it"),
    )


def _fewer_than_seeded(medium: ConditionedMedium, cells: float, seeded: float) -> Problem:
    return Problem(
        place_of(medium.origin_of_row, column="cells", lot=medium.lot),
        found=text("{cells} cells at harvest and {seeded} seeded", cells=cells, seeded=seeded),
        expected=text("as many cells as were seeded, or more"),
        action=text(
            "check the counts; cells that died have released what they held into the medium"
        ),
        severity=Severity.WARNING,
    )
