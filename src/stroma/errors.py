"""What can go wrong, and for each: where, what was found, what was expected, what to do.

A :class:`Problem` is a line in the list a person works through. The exceptions carry problems and
say who is at fault::

    StromaError
    ├── FileProblem     a file cannot be read rightly
    ├── StudyProblem    the study's description contradicts itself, its files or the vocabulary
    ├── ProfileProblem  a profile of criteria is not well formed or not known
    └── StromaBug       Stroma itself is wrong

Nothing but :mod:`stroma.texts` is imported here, so every stage can raise them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from stroma.texts import ENGLISH, Language, Text, join, text


class Severity(Enum):
    """How a problem bears on the results."""

    ERROR = "error"
    """Something was left out of the results because of it."""
    WARNING = "warning"
    """The results use it; a person has to look."""
    NOTE = "note"
    """Worth knowing; nothing to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem is: as much of it as is known.

    Parameters
    ----------
    file
        Path, relative to the study folder where there is one.
    sheet
        Name of the sheet inside a workbook.
    row
        Row as a person counts it in the file: the header is row 1.
    column
        Name of the column, keyword, channel or field.
    lot
        The lot concerned.
    """

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    lot: str | None = None

    def describe(self) -> Text:
        """Return the place as one phrase.

        Returns
        -------
        Text
            For example ``tubes.csv, row 4, column "file"``.
        """
        parts: list[object] = []
        if self.file is not None:
            parts.append(self.file)
        if self.sheet is not None:
            parts.append(text('sheet "{sheet}"', sheet=self.sheet))
        if self.row is not None:
            parts.append(text("row {row}", row=str(self.row)))
        if self.column is not None:
            parts.append(text('column "{column}"', column=self.column))
        if self.lot is not None:
            parts.append(text("lot {lot}", lot=self.lot))
        return join(parts) if parts else text("the study")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong or doubtful, said so that a person can mend it.

    Parameters
    ----------
    place
        Where.
    found
        What was found, with the offending value.
    expected
        What was expected instead.
    action
        What to do.
    severity
        How it bears on the results.
    """

    place: Place
    found: Text
    expected: Text
    action: Text
    severity: Severity = Severity.ERROR

    def describe(self) -> Text:
        """Return the whole message.

        Returns
        -------
        Text
            ``where: found. Expected: … . What to do: … .``
        """
        return text(
            "{place}: {found}. Expected: {expected}. What to do: {action}.",
            place=self.place.describe(),
            found=self.found,
            expected=self.expected,
            action=self.action,
        )

    def render(self, language: Language = ENGLISH) -> str:
        """Put the whole message into words.

        Parameters
        ----------
        language
            The reader's language.

        Returns
        -------
        str
            The message.
        """
        return self.describe().render(language)


class StromaError(Exception):
    """An error that carries one or more problems.

    Parameters
    ----------
    problems
        What is wrong; at least one.
    """

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.render(ENGLISH)

    def render(self, language: Language = ENGLISH) -> str:
        """Put all problems into words, one a line.

        Parameters
        ----------
        language
            The reader's language.

        Returns
        -------
        str
            The messages.
        """
        return "\n".join(problem.render(language) for problem in self.problems)


class FileProblem(StromaError):
    """A file cannot be read rightly: its content is at fault."""


class StudyProblem(StromaError):
    """The study's description is at fault: its sheets, its settings or its vocabulary."""


class ProfileProblem(StromaError):
    """A profile of criteria is not known or not well formed."""


class StromaBug(StromaError):
    """Stroma itself is at fault; the message asks for a report."""
