"""The rows and cells of ``extractions.csv``, however a spreadsheet saved it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.evidence.extraction.cells import warning_at
from stroma.evidence.extraction.words import CALCULATED, COLUMNS, REQUIRED
from stroma.texts import text
from stroma.vocabulary import fold_word

_SEPARATORS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table.

    Parameters
    ----------
    number
        As a spreadsheet counts it, from 1.
    cells
        Text by column, under the names of :data:`stroma.evidence.extraction.words.COLUMNS`.
    """

    number: int
    cells: Mapping[str, str]


def grid_of(written: str) -> list[tuple[int, list[str]]] | None:
    r"""Split a text into rows of cells.

    Parameters
    ----------
    written
        The text; a comma, a semicolon or a tab between cells, as its header shows.

    Returns
    -------
    list of tuple, or None
        Number and cells of each row, blank ones too; ``None`` where a quotation is left open.

    Examples
    --------
    >>> grid_of("record;value\na-1;61,2\n")
    [(1, ['record', 'value']), (2, ['a-1', '61,2'])]
    """
    plain = written.removeprefix("\ufeff")
    lines = plain.splitlines()
    skipped = 0
    if lines and lines[0].strip().casefold().startswith("sep="):
        plain, skipped = plain.partition("\n")[2], 1
    header = next((line for line in plain.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=lambda mark: _known_names(header, mark))
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=separator, strict=True)
    try:
        return [(number, list(cells)) for number, cells in enumerate(reader, start=1 + skipped)]
    except csv.Error:
        return None


def is_whole(written: str) -> bool:
    """Tell whether a text splits into rows and cells to its end.

    Parameters
    ----------
    written
        The text.

    Returns
    -------
    bool
        False where a quotation mark is left open.
    """
    return grid_of(written) is not None


def lines_of(written: str, file: str, problems: list[Problem], *, keyed: bool) -> list[Line]:
    """Return the rows under the header.

    Parameters
    ----------
    written
        The text.
    file
        Its name, for problems.
    problems
        What is wrong with header and rows is added to them.
    keyed
        Whether every row has to have a name.

    Returns
    -------
    list of Line
        The rows that can be split; none where a column that is needed is missing.
    """
    grid = grid_of(written)
    if grid is None:
        problems.append(
            Problem(
                Place(file=file),
                found=text("a quotation mark that is not closed"),
                expected=text("cells in pairs of quotation marks"),
                action=text("mend the row, or restore the file from its last version"),
            )
        )
        return []
    header_number, header = next((number, cells) for number, cells in grid if any(cells))
    names = [fold_word(name) for name in header]
    wrong = _header_problems(file, header_number, header, keyed=keyed)
    problems += wrong
    if any(problem.severity is Severity.ERROR for problem in wrong):
        return []
    lines = []
    for number, cells in grid:
        if number <= header_number or not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            problems.append(_too_wide(file, number, len(cells), len(header)))
            continue
        lines.append(Line(number, dict(zip(names, cells, strict=False))))
    return lines


def _header_problems(file: str, row: int, header: Sequence[str], *, keyed: bool) -> list[Problem]:
    names = [fold_word(name) for name in header]
    problems = []
    required = ("extraction", *REQUIRED) if keyed else REQUIRED
    missing = [name for name in required if name not in names]
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if missing:
        problems.append(
            Problem(
                Place(file=file, row=row),
                found=text("no column {columns}", columns=", ".join(missing)),
                expected=text("the columns {columns}", columns=", ".join(required)),
                action=text("give the columns these names; until then nothing of it is read"),
            )
        )
    if twice:
        problems.append(
            Problem(
                Place(file=file, row=row),
                found=text("two columns {columns}", columns=", ".join(twice)),
                expected=text("every column once"),
                action=text("delete one of them; until then nothing of it is read"),
            )
        )
    known = COLUMNS if keyed else tuple(name for name in COLUMNS[1:] if name not in CALCULATED)
    problems += [
        warning_at(
            Place(file=file, row=row),
            name,
            text("a column that is not known"),
            text("the columns {columns}", columns=", ".join(known)),
            text("rename it if one of them is meant; it is not read"),
        )
        for name in header
        if name.strip() and fold_word(name) not in COLUMNS
    ]
    return problems


def _too_wide(file: str, row: int, cells: int, columns: int) -> Problem:
    return Problem(
        Place(file=file, row=row),
        found=text("{cells} cells under {columns} columns", cells=cells, columns=columns),
        expected=text("a cell for each column"),
        action=text("put quotation marks around a cell that holds the separator"),
    )


def _known_names(header: str, separator: str) -> int:
    return sum(fold_word(name.strip('"')) in COLUMNS for name in header.split(separator))
