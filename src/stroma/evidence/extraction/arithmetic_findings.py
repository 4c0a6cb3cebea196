"""One finding among figures, before it has a place."""

from __future__ import annotations

from dataclasses import dataclass

from stroma.errors import Place, Problem, Severity
from stroma.evidence.review_records import Extraction
from stroma.texts import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """What cannot be, or can hardly be, in a row.

    Parameters
    ----------
    column
        The column of the figure in question.
    found, expected, action
        As in :class:`stroma.errors.Problem`.
    """

    column: str
    found: Text
    expected: Text
    action: Text

    def at(self, row: Extraction, file: str) -> Problem:
        """Return the warning at a row.

        Parameters
        ----------
        row
            The row.
        file
            Where it stands.

        Returns
        -------
        Problem
            The figure is used all the same; a person has to look.
        """
        return Problem(
            Place(file=file, row=row.row or None, column=self.column),
            self.found,
            self.expected,
            self.action,
            Severity.WARNING,
        )
