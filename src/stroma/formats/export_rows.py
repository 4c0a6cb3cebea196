"""Rows of an exported table, whatever it is kept in, and the numbers in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from stroma.errors import FileProblem, Place, Problem
from stroma.formats.delimited import DELIMITERS, split_records
from stroma.formats.encoding import decode
from stroma.formats.raw import RawFile
from stroma.formats.workbooks import is_workbook, read_grids
from stroma.readings import ReadingError, read_number
from stroma.texts import text


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A row of an export.

    Parameters
    ----------
    number
        Row as a spreadsheet counts it, from 1.
    cells
        Its texts, stripped.
    """

    number: int
    cells: tuple[str, ...]

    def at(self, index: int) -> str:
        """Return a cell; empty where the row is shorter.

        Parameters
        ----------
        index
            Its column, from 0.

        Returns
        -------
        str
            Its text.
        """
        return self.cells[index] if index < len(self.cells) else ""

    @property
    def filled(self) -> int:
        """How many cells hold anything."""
        return sum(cell != "" for cell in self.cells)


Rows = tuple[ExportRow, ...]


def rows_of(raw: RawFile, fits: Callable[[Rows], bool], *, encoding: str | None = None) -> Rows:
    """Return the rows of an export: of the first sheet, or with the first separator, that fits.

    Parameters
    ----------
    raw
        The file.
    fits
        Whether rows are those of the export that is meant.
    encoding
        The laboratory's encoding of text files that are not Unicode.

    Returns
    -------
    tuple of ExportRow
        All rows, blank ones too; none where nothing fits.

    Raises
    ------
    FileProblem
        The file holds no table, or a damaged one.
    """
    if is_workbook(raw.data):
        for grid in read_grids(raw):
            rows = tuple(
                ExportRow(number, tuple(cell.text.strip() for cell in cells))
                for number, cells in enumerate(grid.rows, start=1)
            )
            if fits(rows):
                return rows
        return ()
    written = decode(raw.data, place=raw.place, encoding=encoding)
    refusals: list[Problem] = []
    fitting: list[Rows] = []
    for delimiter in DELIMITERS:
        try:
            records = split_records(written, delimiter, place=raw.place)
        except FileProblem as refusal:
            refusals += refusal.problems
            continue
        rows = tuple(
            ExportRow(record.number, tuple(cell.strip() for cell in record.cells))
            for record in records
        )
        if fits(rows):
            fitting.append(rows)
    if len(refusals) == len(DELIMITERS):
        raise FileProblem(refusals[0])
    # With another separator than its own a header may stay whole, and names parted at their commas.
    return max(fitting, key=_consistent, default=())


def _consistent(rows: Rows) -> int:
    """Return how many rows have as many cells as the first of them, if those are two or more."""
    widths = [len(row.cells) for row in rows if row.filled]
    return sum(width == widths[0] for width in widths) * widths[0] if widths[0] > 1 else 0


def number_at(
    row: ExportRow, index: int, column: str, *, place: Place, decimal_mark: str | None
) -> float | None:
    """Return the number in a cell of an export.

    Parameters
    ----------
    row
        The row.
    index
        The cell's column, from 0.
    column
        Its name.
    place
        The file.
    decimal_mark
        Of the export, where the number leaves it open.

    Returns
    -------
    float or None
        ``None`` where the program had no number: an empty cell, ``####``, ``n/a``.

    Raises
    ------
    FileProblem
        The cell holds something else.
    """
    written = row.at(index)
    bare = written.removesuffix("%").strip()
    if bare.strip("#*-") == "" or bare.casefold() in {"n/a", "nan"}:
        return None
    try:
        return read_number(bare, decimal_mark=decimal_mark)
    except ReadingError as refusal:
        raise FileProblem(refusal.at(replace(place, row=row.number, column=column))) from None


def count_at(
    row: ExportRow, index: int, column: str, *, place: Place, decimal_mark: str | None
) -> int | None:
    """Return the number of events in a cell of an export.

    Parameters
    ----------
    row
        The row.
    index
        The cell's column, from 0.
    column
        Its name.
    place
        The file.
    decimal_mark
        Of the export, where the number leaves it open.

    Returns
    -------
    int or None
        ``None`` where the program had no number.

    Raises
    ------
    FileProblem
        The cell holds something else than a whole number from 0.
    """
    value = number_at(row, index, column, place=place, decimal_mark=decimal_mark)
    if value is None:
        return None
    if value < 0 or value != int(value):
        raise FileProblem(
            Problem(
                replace(place, row=row.number, column=column),
                found=text('"{written}"', written=row.at(index)),
                expected=text("a number of events: whole, from 0"),
                action=text("export the statistics again"),
            )
        )
    return int(value)


def is_repeated(names: Sequence[str]) -> str | None:
    """Return the first name that stands twice.

    Parameters
    ----------
    names
        The names; empty ones do not count.

    Returns
    -------
    str or None
        ``None`` where each stands once.
    """
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            return name
        seen.add(name)
    return None
