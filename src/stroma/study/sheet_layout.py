"""What a sheet of the study folder is made of: columns, and how their cells are read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from stroma.study.words import Word
from stroma.texts import Text


class Kind(Enum):
    """How the cells of a column are read."""

    TEXT = "text"
    """As written."""
    IDENTIFIER = "identifier"
    """A name that other sheets repeat; compared by its exact spelling."""
    PASSAGE = "passage"
    """P and a number."""
    NUMBER = "number"
    """A number in the column's unit."""
    WHOLE = "whole"
    """A number without fraction."""
    DATE = "date"
    """A day."""
    WORD = "word"
    """One of the column's words."""
    PATH = "path"
    """A file inside the study folder."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    Parameters
    ----------
    name
        Its header; the same in every language, so that a study can travel.
    help
        What belongs in it.
    example
        A filled cell of the template.
    required
        Whether a row needs it.
    kind
        How its cells are read.
    words
        The only words allowed, where there are such.
    unit
        Unit sign that may follow a number in the cell because it changes nothing.
    dispensable
        Whether the rest of a row is kept where this cell is wrong; the cell then counts as empty.
    spellings
        Other headers laboratories give it, folded by :func:`stroma.study.header.fold_header`.
    """

    name: str
    help: Text
    example: str = ""
    required: bool = False
    kind: Kind = Kind.TEXT
    words: tuple[Word, ...] = ()
    unit: str = ""
    dispensable: bool = False
    spellings: tuple[str, ...] = ()

    @property
    def choices(self) -> tuple[str, ...]:
        """Names of the only words allowed, where there are such."""
        return tuple(str(word.name) for word in self.words)


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A sheet of the study folder.

    Parameters
    ----------
    name
        File name without ending: ``lots`` is read from ``lots.csv`` or ``lots.xlsx``.
    help
        What a row of it is.
    columns
        Its columns.
    required
        Whether a study can do without it.
    """

    name: str
    help: Text
    columns: tuple[Column, ...]
    required: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its columns, in order."""
        return tuple(column.name for column in self.columns)
