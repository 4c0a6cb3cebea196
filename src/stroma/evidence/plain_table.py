"""The plain tables of a review: comma, UTF-8, LF, header first, so that git can diff them.

A spreadsheet that saved such a table may have set semicolons or tabs, CR LF and a byte order mark;
that is read too, by what the header row shows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.texts import text

_DELIMITERS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A table as it stands.

    Parameters
    ----------
    columns
        Names of its header, lower case.
    rows
        The number of each row in the file, the header being row 1, and its cells by column;
        empty rows are left out.
    delimiter
        What stands between its cells.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    delimiter: str = ","


def read_plain_table(
    written: str, *, file: str, needed: Sequence[str], known: Sequence[str]
) -> tuple[PlainTable, tuple[Problem, ...]]:
    r"""Read a table.

    Parameters
    ----------
    written
        Its text.
    file
        Its name, for problems.
    needed
        Columns it has to have.
    known
        Every column that is read.

    Returns
    -------
    table
        Its rows; none where a column that is needed is missing.
    problems
        Columns that are missing or not known, and rows with more cells than the header.

    Examples
    --------
    >>> table, _ = read_plain_table(
    ...     "\ufeffName;Age\r\nA;3\r\n", file="a.csv", needed=["name"], known=["name", "age"]
    ... )
    >>> table.rows
    ((2, {'name': 'A', 'age': '3'}),)
    """
    plain = written.removeprefix("\ufeff")
    first = plain.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=delimiter)
    lines: list[tuple[int, list[str]]] = []
    # A cell may hold line ends; a person counts rows as a spreadsheet does.
    for number, cells in enumerate(reader, start=1):
        if any(cell.strip() for cell in cells):
            lines.append((number, cells))
    if not lines:
        return PlainTable((), ()), ()
    (head, names), *body = lines
    columns = tuple(name.strip().casefold() for name in names)
    problems = list(_column_problems(columns, file, head, needed, known))
    missing = any(name not in columns for name in needed)
    rows: list[tuple[int, dict[str, str]]] = []
    for number, cells in [] if missing else body:
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            problems.append(_too_many(file, number, cells, columns))
            continue
        filled = [cell.strip() for cell in cells] + [""] * (len(columns) - len(cells))
        rows.append((number, dict(zip(columns, filled, strict=False))))
    return PlainTable(columns, tuple(rows), delimiter), tuple(problems)


def table_text(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, header: bool = True
) -> str:
    r"""Write a table the one way it is written.

    Parameters
    ----------
    columns
        Names of its header.
    rows
        The cells of each row.
    header
        Whether the header is written too.

    Returns
    -------
    str
        CSV with commas and LF.

    Examples
    --------
    >>> table_text(["name", "note"], [("A", "x, y")])
    'name,note\nA,"x, y"\n'
    """
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    if header:
        writer.writerow(columns)
    writer.writerows(rows)
    return written.getvalue()


def _column_problems(
    columns: Sequence[str], file: str, row: int, needed: Sequence[str], known: Sequence[str]
) -> Iterable[Problem]:
    missing = [name for name in needed if name not in columns]
    if missing:
        yield Problem(
            Place(file=file, row=row),
            found=text("no column {columns}", columns=", ".join(missing)),
            expected=text("the columns {columns}", columns=", ".join(needed)),
            action=text("restore the header; until then nothing of the table is used"),
        )
    for name in dict.fromkeys(columns):
        if name and name not in known:
            yield Problem(
                Place(file=file, row=row, column=name),
                found=text("a column that is not read"),
                expected=text("one of {columns}", columns=", ".join(known)),
                action=text("correct its name, or leave it for your own use"),
                severity=Severity.NOTE,
            )
        if name and columns.count(name) > 1:
            yield Problem(
                Place(file=file, row=row, column=name),
                found=text("two columns of one name"),
                expected=text("each column once"),
                action=text("remove one of them; the last was read"),
                severity=Severity.WARNING,
            )


def _too_many(file: str, number: int, cells: Sequence[str], columns: Sequence[str]) -> Problem:
    return Problem(
        Place(file=file, row=number),
        found=text("{found} cells: {row}", found=len(cells), row=" | ".join(cells)[:120]),
        expected=text("{expected} cells, as in the header", expected=len(columns)),
        action=text("set cells that hold a separator in quotation marks; the row was left out"),
    )
