"""What could not be compared, as problems for a person to work through."""

from __future__ import annotations

from collections.abc import Sequence

from stroma.comparison.questions import Question
from stroma.comparison.results import ComparisonFamily
from stroma.comparison.wording import refusals
from stroma.errors import Place, Problem, Severity
from stroma.texts import text


def comparison_problems(
    family: ComparisonFamily | None, file: str, *, is_asked: bool = True
) -> tuple[Problem, ...]:
    """Return the questions that could not be asked, as problems.

    Parameters
    ----------
    family
        The answers; ``None`` for none.
    file
        Where the questions, or the rows, stand.
    is_asked
        Whether a person asks now; a study that is still growing may wait for donors in silence.

    Returns
    -------
    tuple of Problem
        Warnings: what the other questions came to holds.
    """
    if family is None:
        return ()
    return tuple(
        Problem(
            Place(file=file),
            found=text("the comparison of {asked} cannot be made as asked: {why}",
                       asked=asked, why=why),
            expected=text("a question that these rows can answer"),
            action=text("correct the table or the question; the others are answered"),
            severity=Severity.NOTE if waits and not is_asked else Severity.WARNING,
        )
        for asked, why, waits in refusals(family)
    )  # fmt: skip


def not_asked(questions: Sequence[Question], file: str) -> tuple[Problem, ...]:
    """Return a warning where nothing can be asked.

    Parameters
    ----------
    questions
        What is asked.
    file
        Where the questions, or the rows, stand.

    Returns
    -------
    tuple of Problem
        One, where there is no question.
    """
    if questions:
        return ()
    return (
        Problem(
            Place(file=file),
            found=text("no quantity that two sources hold as a number"),
            expected=text("rows of two or more tissues in one quantity, such as doubling_time"),
            action=text("fill in the columns source, quantity and value, or ask another question"),
            severity=Severity.WARNING,
        ),
    )
