"""Formats of one kind of instrument or program, and which of them a file is.

A family is a tuple of :class:`Format`. A file is recognised by its content, never by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from stroma.errors import FileProblem, Problem
from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile
from stroma.formats.workbooks import is_workbook, read_grids
from stroma.texts import Text, text

Reader = TypeVar("Reader", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Format(Generic[Reader]):
    """One format of a family.

    Parameters
    ----------
    name
        Maker, program and kind of file.
    sniff
        Whether a file is of this format; sure of it, and by its content.
    read
        Reads it.
    is_plain
        Whether it is a table of no instrument, looked for only where no instrument's own marks
        are found.
    """

    name: str
    sniff: Callable[[RawFile], bool]
    read: Reader
    is_plain: bool = False


def first_recognised(
    raw: RawFile, formats: Sequence[Format[Reader]], *, action: Text
) -> Format[Reader]:
    """Return the first format that recognises a file.

    Parameters
    ----------
    raw
        The file.
    formats
        The family; where one can hold another the more particular one stands first.
    action
        What to do where none does.

    Returns
    -------
    Format
        The first that does.

    Raises
    ------
    FileProblem
        None does.
    """
    for known in formats:
        if known.sniff(raw):
            return known
    raise FileProblem(_unknown(raw, formats, action))


def only_recognised(
    raw: RawFile, formats: Sequence[Format[Reader]], *, expected: Text, apart: Text, action: Text
) -> Format[Reader]:
    """Return the one format that recognises a file.

    Parameters
    ----------
    raw
        The file.
    formats
        The family.
    expected, apart
        What a file should be, and what to do where several recognise it.
    action
        What to do where none does.

    Returns
    -------
    Format
        The only one that does.

    Raises
    ------
    FileProblem
        None does, or several do.
    """
    found = [known for known in formats if not known.is_plain and known.sniff(raw)]
    if not found:
        found = [known for known in formats if known.is_plain and known.sniff(raw)]
    if not found:
        raise FileProblem(_unknown(raw, formats, action))
    if len(found) > 1:
        raise FileProblem(
            Problem(
                raw.place,
                found=text(
                    "a file that could be each of: {names}",
                    names="; ".join(known.name for known in found),
                ),
                expected=expected,
                action=apart,
            )
        )
    return found[0]


def _unknown(raw: RawFile, formats: Sequence[Format[Reader]], action: Text) -> Problem:
    return Problem(
        raw.place,
        found=_seen(raw),
        expected=text("one of: {supported}", supported="; ".join(known.name for known in formats)),
        action=action,
    )


def _seen(raw: RawFile) -> Text:
    if is_workbook(raw.data):
        names = [grid.name for grid in read_grids(raw)]
        return text("a workbook with the sheets {names}", names=", ".join(names))
    first = peek(raw.data).strip().partition("\n")[0].strip()
    return text("a file that begins with “{line}”", line=first[:60])
