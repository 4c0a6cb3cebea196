"""How long a passage was in culture: its hours, its days, or the dates of seeding and harvest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, TypeVar

from stroma.errors import Problem, Severity
from stroma.study.tables import ReadRow, SheetRow, counts_as_empty
from stroma.texts import text

R = TypeVar("R", bound=SheetRow)

HOURS_PER_DAY: Final = 24.0


def hours_in_culture(row: ReadRow[R]) -> tuple[float | None, tuple[Problem, ...]]:
    """Return the hours between seeding and harvest of a row of ``passages``.

    Parameters
    ----------
    row
        The row.

    Returns
    -------
    hours
        As entered; else from the days; else from the dates.
    problems
        A harvest that is not after its seeding; hours, days and dates that contradict each other.
    """
    dated, problems = _between_dates(row)
    hours: float | None = getattr(row.value, "hours")  # noqa: B009 - the row is of any sheet
    days: float | None = getattr(row.value, "days")  # noqa: B009
    by_days = None if days is None else days * HOURS_PER_DAY
    told = [
        (name, value)
        for name, value in (("hours", hours), ("days", by_days), ("harvested_on", dated))
        if value is not None
    ]
    for (_, used), (name, other) in zip(told[:1] * 2, told[1:], strict=False):
        # Days are rounded to whole ones, and a date says nothing of the time of day.
        if abs(used - other) >= HOURS_PER_DAY:
            problems = (*problems, _contradiction(row, told[0][0], used, name, other))
    return (told[0][1] if told else None), problems


def by_date_alone(rows: Sequence[ReadRow[R]]) -> tuple[Problem, ...]:
    """Note that times are taken from dates, which are right to a day.

    Parameters
    ----------
    rows
        Rows of ``passages``.

    Returns
    -------
    tuple of Problem
        One note, at the first such row.
    """
    for row in rows:
        said = row.written
        if "harvested_on" in said and "seeded_on" in said and not {"hours", "days"} & set(said):
            return (
                Problem(
                    row.place("harvested_on"),
                    found=text("a time in culture told by dates alone"),
                    expected=text("hours, for a doubling time that is right to the hour"),
                    action=text("nothing; doubling times are right to a day in the whole passage"),
                    severity=Severity.NOTE,
                ),
            )
    return ()


def _between_dates(row: ReadRow[R]) -> tuple[float | None, tuple[Problem, ...]]:
    seeded, harvested = getattr(row.value, "seeded_on"), getattr(row.value, "harvested_on")  # noqa: B009
    if seeded is None or harvested is None:
        return None, ()
    days = (date.fromisoformat(harvested) - date.fromisoformat(seeded)).days
    if days > 0:
        return days * HOURS_PER_DAY, ()
    return None, (
        Problem(
            row.place("harvested_on"),
            found=text("harvested on {harvest}, seeded on {seeding}", harvest=harvested,
                       seeding=seeded),
            expected=text("a harvest after the day of its seeding"),
            action=counts_as_empty(text("correct the dates, or write the hours")),
        ),
    )  # fmt: skip


def _contradiction(
    row: ReadRow[R], used_name: str, used: float, name: str, other: float
) -> Problem:
    return Problem(
        row.place(name),
        found=text(
            "{other} hours by {name} and {used} by {used_name}",
            other=other,
            name=name,
            used=used,
            used_name=used_name,
        ),
        expected=text("one time in culture"),
        action=text("correct one of them; {used_name} is used", used_name=used_name),
        severity=Severity.WARNING,
    )
