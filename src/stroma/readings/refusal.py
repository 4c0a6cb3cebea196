"""A text that cannot be read, said without knowing where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from stroma.errors import Place, Problem, Severity
from stroma.texts import Text, text


class ReadingError(Exception):
    """A text that cannot be read, or can be read in two ways; it does not know where it stands.

    Parameters
    ----------
    found, expected, action
        As in :class:`stroma.errors.Problem`.
    """

    def __init__(self, found: Text, expected: Text, action: Text) -> None:
        self.found = found
        self.expected = expected
        self.action = action
        super().__init__(str(found))

    def in_row(self, row: int) -> ReadingError:
        """Return the same refusal with the row it stands in.

        Parameters
        ----------
        row
            The row.

        Returns
        -------
        ReadingError
            A new one.
        """
        found = text("in row {row} {found}", row=str(row), found=self.found)
        return ReadingError(found, self.expected, self.action)

    def at(self, place: Place, severity: Severity = Severity.ERROR) -> Problem:
        """Return the problem at a place.

        Parameters
        ----------
        place
            Where the text stands.
        severity
            How it bears on the results.

        Returns
        -------
        Problem
            To be listed or raised.
        """
        return Problem(place, self.found, self.expected, self.action, severity)


@dataclass(frozen=True, slots=True)
class Seen:
    """A cell that showed something about its column.

    Parameters
    ----------
    row
        Its row.
    written
        Its text.
    """

    row: int
    written: str
