"""Text of a bibliographic export and its lines, for every format that has tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from stroma.errors import Problem
from stroma.formats.encoding import decode
from stroma.formats.raw import RawFile
from stroma.formats.reference_fields import Entry, make_reference
from stroma.reference_records import BrokenReference, Reference, ReferenceFile
from stroma.texts import text

_BREAKS: Final = str.maketrans(
    {"\u2028": " ", "\u2029": " ", "\x85": " ", "\x0b": " ", "\x0c": " "}
)


def read_lines(raw: RawFile, encoding: str | None) -> list[str]:
    """Return the lines of a file.

    Parameters
    ----------
    raw
        The file.
    encoding
        The single-byte encoding where it is not Unicode.

    Returns
    -------
    list of str
        Without line ends and byte order marks. Exports put together from several files have marks
        in the middle, and abstracts have separators that are no ends of lines.
    """
    written = decode(raw.data, place=raw.place, encoding=encoding)
    plain = written.replace("\ufeff", "").translate(_BREAKS)
    return plain.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def collect(
    raw: RawFile,
    entries: Iterable[Entry],
    *,
    name: str,
    database: str = "",
    stray: Iterable[BrokenReference] = (),
    problems: Iterable[Problem] = (),
) -> ReferenceFile:
    """Make a file's entries into references.

    Parameters
    ----------
    raw
        The file.
    entries
        Its records.
    name
        Of the format.
    database
        Where it was exported from; empty to tell it from the records.
    stray
        What stands in the file and is no record.
    problems
        What is wrong with the file as a whole.

    Returns
    -------
    ReferenceFile
        What can be used, and what cannot.
    """
    made = [make_reference(raw, entry, database=database) for entry in entries]
    references = tuple(one for one in made if isinstance(one, Reference))
    broken = [one for one in made if isinstance(one, BrokenReference)]
    said = {reference.database for reference in references if reference.database}
    return ReferenceFile(
        origin=raw.origin,
        format=name,
        database=database or (said.pop() if len(said) == 1 else ""),
        references=references,
        broken=(*broken, *stray),
        problems=tuple(problems),
    )


def stray_lines(raw: RawFile, row: int, lines: str, *, after: int) -> BrokenReference:
    """Keep lines aside that belong to no record.

    Parameters
    ----------
    raw
        The file.
    row
        Where they begin.
    lines
        What they say.
    after
        Number of the record before them; 0 for none.

    Returns
    -------
    BrokenReference
        With the problem that names them.
    """
    shown = next((line.strip() for line in lines.splitlines() if line.strip()), "")[:60]
    return BrokenReference(
        origin=replace(
            raw.origin, place=str(text("after record {n}, line {row}", n=str(after), row=str(row)))
        ),
        problem=Problem(
            replace(raw.place, row=row),
            found=text(
                'record {n} is followed by lines outside it, the first "{line}"',
                n=str(after),
                line=shown,
            ),
            expected=text("the beginning of the next record"),
            action=text("look whether they belong to the record before; they were kept aside"),
        ),
        lines=lines,
    )


Block = tuple[int, list[str]]
"""The lines of a record, or between records, and the number of the first."""


def blocks_of(
    lines: Iterable[str], begins: Callable[[str, Sequence[str]], bool]
) -> Iterator[Block]:
    """Part lines into records.

    Parameters
    ----------
    lines
        Of the whole file.
    begins
        Whether a line begins a record, told the lines of the one that is open.

    Yields
    ------
    Block
        Lines that belong together; empty lines before them are left out.
    """
    held: list[str] = []
    begun = 1
    for row, line in enumerate(lines, start=1):
        if held and begins(line, held):
            yield begun, held
            held = []
        if not held:
            begun = row
            if not line.strip():
                continue
        held.append(line)
    if held:
        yield begun, held


def sort_blocks(
    raw: RawFile,
    blocks: Iterable[Block],
    *,
    is_record: Callable[[Sequence[str]], bool],
    read: Callable[[list[str], int, int], Entry],
) -> tuple[list[Entry], list[BrokenReference]]:
    """Read the blocks that are records, and keep the others aside.

    Parameters
    ----------
    raw
        The file.
    blocks
        In the file's order.
    is_record
        Whether lines are a record.
    read
        Makes a record of its lines, the number of the first and its own number.

    Returns
    -------
    entries
        The records.
    stray
        Lines of none, each block with the record it follows.
    """
    entries: list[Entry] = []
    stray: list[BrokenReference] = []
    for row, lines in blocks:
        if is_record(lines):
            entries.append(read(lines, row, len(entries) + 1))
        else:
            stray.append(stray_lines(raw, row, "\n".join(lines), after=len(entries)))
    return entries, stray
