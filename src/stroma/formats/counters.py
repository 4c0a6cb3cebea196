"""The cell counters Stroma reads, and the one way to read their exports.

A new counter is one module with ``NAME``, ``sniff`` and ``read``, and one line in
:data:`COUNTERS`. A file is read by the one format that recognises it; where none does, or two do,
it is refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from stroma.errors import Problem
from stroma.formats import allotrope_counts, nc_view, nucleoview, vicell_blu, vicell_xr
from stroma.formats.families import Format, only_recognised
from stroma.formats.raw import RawFile, read_raw
from stroma.records import CellCount
from stroma.texts import text


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


COUNTERS: Final[tuple[Format[CountReader], ...]] = (
    Format(nucleoview.NAME, nucleoview.sniff, nucleoview.read),
    Format(nc_view.NAME, nc_view.sniff, nc_view.read),
    Format(vicell_blu.NAME, vicell_blu.sniff, vicell_blu.read),
    Format(vicell_xr.NAME, vicell_xr.sniff, vicell_xr.read),
    Format(allotrope_counts.NAME, allotrope_counts.sniff, allotrope_counts.read),
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
    counter = only_recognised(
        raw,
        COUNTERS,
        expected=text("an export of one counter"),
        apart=text("export the counts of each instrument into a file of its own"),
        action=text("export again from the counter, or enter the counts in passages by hand"),
    )
    return counter.read(raw, decimal_mark=decimal_mark, date_order=date_order, encoding=encoding)
