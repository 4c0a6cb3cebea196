"""The cell counters Stroma reads, and the one way to read their exports.

A new counter is one module with ``NAME``, ``sniff`` and ``read``, and one line in
:data:`COUNTERS`. A file is read by the one format that recognises it; where none does, or two do,
it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from stroma.errors import FileProblem, Problem
from stroma.formats import allotrope_counts, nc_view, nucleoview, vicell_blu, vicell_xr
from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile, read_raw
from stroma.formats.workbooks import is_workbook, read_grids
from stroma.records import CellCount
from stroma.texts import Text, text


class CountReader(Protocol):
    """What reads the counts of a file once its format is known."""

    def __call__(
        self,
        raw: RawFile,
        *,
        decimal_mark: str | None = None,
        date_order: str | None = None,
        encoding: str | None = None,
    ) -> tuple[tuple[CellCount, ...], tuple[Problem, ...]]:
        """Return the counts and their problems."""


@dataclass(frozen=True, slots=True)
class CounterFormat:
    """A counter's export format.

    Parameters
    ----------
    name
        Make, model and kind of file.
    sniff
        Whether a file is of this format; sure of it, and never by its name.
    read
        Reads it.
    """

    name: str
    sniff: Callable[[RawFile], bool]
    read: CountReader


COUNTERS: Final = (
    CounterFormat(nucleoview.NAME, nucleoview.sniff, nucleoview.read),
    CounterFormat(nc_view.NAME, nc_view.sniff, nc_view.read),
    CounterFormat(vicell_blu.NAME, vicell_blu.sniff, vicell_blu.read),
    CounterFormat(vicell_xr.NAME, vicell_xr.sniff, vicell_xr.read),
    CounterFormat(allotrope_counts.NAME, allotrope_counts.sniff, allotrope_counts.read),
)


def read_counts(
    path: Path,
    *,
    file: str | None = None,
    decimal_mark: str | None = None,
    date_order: str | None = None,
    encoding: str | None = None,
) -> tuple[tuple[CellCount, ...], tuple[Problem, ...]]:
    """Read the export of a cell counter.

    Parameters
    ----------
    path
        The file; recognised by its content.
    file
        How records and problems name it; the path itself if not given.
    decimal_mark, date_order, encoding
        The laboratory's habits, only for what the file itself leaves open.

    Returns
    -------
    tuple
        The counts, densities in cells per mL of the original sample as the instrument reports
        them; and the problems: what is missing, doubtful, unreadable or in contradiction.

    Raises
    ------
    FileProblem
        The file is of no known format or of two, is damaged, or leaves two readings open.
    """
    raw = read_raw(path, file=file)
    found = [counter for counter in COUNTERS if counter.sniff(raw)]
    if len(found) != 1:
        raise FileProblem(_not_one(raw, found))
    return found[0].read(raw, decimal_mark=decimal_mark, date_order=date_order, encoding=encoding)


def _not_one(raw: RawFile, found: list[CounterFormat]) -> Problem:
    supported = "; ".join(counter.name for counter in COUNTERS)
    if found:
        return Problem(
            raw.place,
            found=text(
                "a file that could be each of: {names}",
                names="; ".join(counter.name for counter in found),
            ),
            expected=text("an export of one counter"),
            action=text("export the counts of each instrument into a file of its own"),
        )
    return Problem(
        raw.place,
        found=_seen(raw),
        expected=text("one of: {supported}", supported=supported),
        action=text("export again from the counter, or enter the counts in passages by hand"),
    )


def _seen(raw: RawFile) -> Text:
    if is_workbook(raw.data):
        names = [grid.name for grid in read_grids(raw)]
        return text("a workbook with the sheets {names}", names=", ".join(names))
    first = peek(raw.data).strip().partition("\n")[0].strip()
    return text("a file that begins with “{line}”", line=first[:60])
