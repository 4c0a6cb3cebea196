"""A spillover matrix kept as a table: as FlowJo, FACSDiva and R's flowCore export it.

The first row names the detectors, each once; a first column that repeats them is allowed, and
orders the rows. A header that begins with ``#`` is taken as one. Values are fractions; a matrix in
percent (diagonal 100) is recognised by its diagonal. Between semicolons or tabs, decimal commas
are recognised.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np

from stroma.errors import FileProblem, Place, Problem
from stroma.formats.encoding import decode
from stroma.formats.raw import read_raw
from stroma.readings import ReadingError, read_number
from stroma.records import Spillover
from stroma.texts import Text, text, texts

_DELIMITERS = ("\t", ";", ",")
_DECIMAL_COMMA: Final = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
# As for the keyword of a file: rounded exports print 0.99999 on the diagonal.
_DIAGONAL_TOLERANCE: Final = 1e-3

_Mark = Literal[".", ","]


def read_spillover(path: Path, *, file: str | None = None) -> Spillover:
    """Read a spillover matrix from a delimited file.

    Parameters
    ----------
    path
        The file.
    file
        How problems name it; the path itself if not given.

    Returns
    -------
    Spillover
        Rows and columns in the order of the header, the diagonal 1.

    Raises
    ------
    FileProblem
        It is no square matrix of numbers with a diagonal of 1 (or of 100 throughout), or a
        detector has no name or the name of another.
    """
    raw = read_raw(path, file=file)
    rows = _rows(decode(raw.data, place=raw.place), raw.place)
    if len(rows) < 2:
        raise _refusal(
            raw.place,
            found=texts("{count} row", "{count} rows", len(rows)),
            expected=text("a row of detector names and one row a detector"),
        )
    header = [cell.removeprefix("#").strip() for cell in rows[0][1]]
    body = rows[1:]
    mark = _decimal_mark([cells for _, cells in body])
    labelled = all(_is_name(cells[0], mark) for _, cells in body)
    names = tuple(header[1:] if labelled and len(header) == len(body) + 1 else header)
    _check_names(names, Place(file=raw.place.file, row=rows[0][0]))
    labels = [cells[0] for _, cells in body]
    if labelled and len(labels) == len(names) and set(labels) == set(names):
        body = sorted(body, key=lambda row: names.index(row[1][0]))
    matrix = np.array(
        [_values(cells[1:] if labelled else cells, number, names, raw.place, mark=mark)
         for number, cells in body]
    )  # fmt: skip
    if matrix.shape[0] != matrix.shape[1]:
        raise _refusal(
            raw.place,
            found=texts(
                "{count} row for {columns} detectors",
                "{count} rows for {columns} detectors",
                len(body),
                columns=len(names),
            ),
            expected=text("as many rows as detectors"),
        )
    return Spillover(names, _with_unit_diagonal(matrix, names, raw.place))


def _rows(content: str, place: Place) -> list[tuple[int, list[str]]]:
    first = next((line for line in content.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(content, newline=None), delimiter=delimiter)
    try:
        return [
            (reader.line_num, [cell.strip() for cell in cells])
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise _refusal(
            Place(file=place.file, row=reader.line_num),
            found=text("no table: {reason}", reason=str(error)),
            expected=text("a row of detector names and one row a detector"),
        ) from None


def _decimal_mark(rows: Sequence[Sequence[str]]) -> _Mark:
    """Return the decimal mark; a comma in a cell is one where commas do not part cells."""
    commas = any(_DECIMAL_COMMA.fullmatch(cell) for cells in rows for cell in cells)
    return "," if commas else "."


def _check_names(names: Sequence[str], place: Place) -> None:
    for name in names:
        if name == "" or names.count(name) > 1:
            raise _refusal(
                place,
                found=text("a detector without a name")
                if name == ""
                else text('the detector "{name}" twice', name=name),
                expected=text("every detector once, by its name"),
            )


def _is_name(cell: str, mark: _Mark) -> bool:
    try:
        read_number(cell, decimal_mark=mark)
    except ReadingError:
        return True
    return False


def _values(
    cells: list[str], number: int, names: tuple[str, ...], place: Place, *, mark: _Mark
) -> list[float]:
    if len(cells) != len(names):
        raise _refusal(
            Place(file=place.file, row=number),
            found=texts("{count} value", "{count} values", len(cells)),
            expected=text("{expected} values, one a detector", expected=len(names)),
        )
    values = []
    for name, cell in zip(names, cells, strict=True):
        try:
            values.append(float(read_number(cell, decimal_mark=mark)))
        except ReadingError as error:
            raise FileProblem(error.at(Place(file=place.file, row=number, column=name))) from None
    return values


def _with_unit_diagonal(matrix: np.ndarray, names: tuple[str, ...], place: Place) -> np.ndarray:
    diagonal = np.diag(matrix)
    for scale in (1.0, 100.0):
        if all(math.isclose(value, scale, rel_tol=_DIAGONAL_TOLERANCE) for value in diagonal):
            return matrix / scale
    worst = int(np.argmax(np.abs(diagonal - 1.0)))
    raise _refusal(
        Place(file=place.file, column=names[worst]),
        found=text("{value} on the diagonal", value=float(diagonal[worst])),
        expected=text("1 throughout, or 100 throughout for a matrix in percent"),
    )


def _refusal(place: Place, *, found: Text, expected: Text) -> FileProblem:
    return FileProblem(Problem(place, found, expected, text("export the spillover matrix again")))
