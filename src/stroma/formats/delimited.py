"""Text tables with separators: records, and the separator on evidence of the whole file.

Records follow RFC 4180; on top of it a line that begins with ``#`` outside quotes is a comment,
and Excel's ``sep=;`` in the first line declares the separator. A record is one row however many
lines its quoted cells take, as a spreadsheet numbers it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from stroma.errors import FileProblem, Place, Problem
from stroma.texts import Text, join, text

COMMENT_MARK: Final = "#"
DELIMITERS: Final = (",", ";", "\t")
_NAMES: Final = {",": text("comma"), ";": text("semicolon"), "\t": text("tab")}
# A spreadsheet's error in the first cell ("#N/A,12") is a row, not a comment.
ERROR_VALUE: Final = re.compile(r"#(?:N/A|[A-Z0-9/_]+[!?])(?=[,;\t\r\n]|\Z)")
_DECLARED: Final = re.compile(r'"?sep=(?P<delimiter>[,;\t])"?[ \t]*(?:\r\n|\r|\n|\Z)')
_PLAIN_LINE: Final = re.compile(r'(?P<line>[^"\r\n]*+)(?:\r\n|\r|\n|\Z)')
_LINE: Final = re.compile(r"(?P<line>[^\r\n]*)(?:\r\n|\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a text table.

    Parameters
    ----------
    number
        Row as a spreadsheet counts it, from 1; blank rows and comments count.
    cells
        Their texts, without quotes, not stripped.
    comment
        Whether the row is a comment or declares the separator.
    stray_quote
        Whether a quotation mark stands inside a cell that is not quoted.
    """

    number: int
    cells: tuple[str, ...]
    comment: bool = False
    stray_quote: bool = False

    @property
    def filled(self) -> int:
        """How many cells hold anything."""
        return sum(bool(cell.strip()) for cell in self.cells)


class _BrokenQuotesError(Exception):
    def __init__(self, row: int) -> None:
        self.row = row
        super().__init__(row)


def split_records(written: str, delimiter: str, *, place: Place) -> tuple[Record, ...]:
    r"""Split a text into records.

    Parameters
    ----------
    written
        The whole text.
    delimiter
        What separates cells.
    place
        The file, for problems.

    Returns
    -------
    tuple of Record
        All records, blank ones and comments too.

    Raises
    ------
    FileProblem
        A quoted cell is not closed, or text follows its closing quotation mark.

    Examples
    --------
    >>> [record.cells for record in split_records('a,b\n"1,5",2', ",", place=Place())]
    [('a', 'b'), ('1,5', '2')]
    """
    try:
        return _split(written, delimiter)
    except _BrokenQuotesError as error:
        raise FileProblem(
            Problem(
                replace(place, row=error.row),
                found=text("a quoted cell that is not closed before the next separator"),
                expected=text('cells in pairs of quotation marks, with "" for a mark inside'),
                action=text("mend the quotation marks of this row; the file may be cut off"),
            )
        ) from error


def comment_cells(line: str, delimiter: str) -> tuple[str, ...]:
    """Split the line of a comment as if it were a row.

    Parameters
    ----------
    line
        The line, its comment mark included.
    delimiter
        What separates cells.

    Returns
    -------
    tuple of str
        Its cells; the whole line alone where its quotation marks do not fit a row.

    Examples
    --------
    >>> comment_cells("#12,bone_marrow,34", ",")
    ('#12', 'bone_marrow', '34')
    """
    try:
        # A space in front, so that the mark does not begin the line.
        (record,) = _split(f" {line}", delimiter)
    except _BrokenQuotesError:
        return (line,)
    return (record.cells[0][1:], *record.cells[1:])


def find_delimiter(written: str, *, place: Place, suffix: str = "") -> str:
    r"""Determine the separator from the whole text.

    A separator fits the better the more evenly it splits: every row into as many cells as the
    header; every row but the titles above the header; the header alone.

    Parameters
    ----------
    written
        The whole text.
    place
        The file, for problems.
    suffix
        Ending of the file's name; ``".tsv"`` declares tabs where tabs are possible.

    Returns
    -------
    str
        ``","``, ``";"`` or a tab.

    Raises
    ------
    FileProblem
        No separator fits, or two fit equally well.

    Examples
    --------
    >>> find_delimiter("lot;viability\nL1;95,5\nL2;97,1\n", place=Place())
    ';'
    """
    declared = _DECLARED.match(written)
    if declared is not None:
        return declared["delimiter"]
    fits = {delimiter: _fit(written, delimiter) for delimiter in DELIMITERS}
    best = max(fits.values())
    fitting = [delimiter for delimiter, fit in fits.items() if fit == best]
    if best == _Fit.NONE:
        raise _no_delimiter(written, place)
    if len(fitting) == 1:
        return fitting[0]
    if suffix == ".tsv" and "\t" in fitting:
        return "\t"
    raise FileProblem(
        Problem(
            place,
            found=text(
                "rows that split equally well at each of: {separators}",
                separators=join([_NAMES[delimiter] for delimiter in fitting]),
            ),
            expected=text("one possible separator"),
            action=text("save the table as .xlsx, or put cells that hold a separator in quotes"),
        )
    )


def _split(written: str, delimiter: str) -> tuple[Record, ...]:
    mark = re.escape(delimiter)
    cell = re.compile(
        rf'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)"|(?P<bare>[^{mark}\r\n]*+))'
        rf"(?P<end>{mark}|\r\n|\r|\n|\Z)"
    )
    records: list[Record] = []
    position = 0
    while position < len(written):
        number = len(records) + 1
        if _is_comment(written, position):
            line = _LINE.match(written, position)
            end = len(written) if line is None else line.end()
            records.append(Record(number, (written[position:end].strip(),), comment=True))
            position = end
            continue
        # Most lines hold no quotation mark, and are split many times faster without the pattern.
        plain = _PLAIN_LINE.match(written, position)
        if plain is not None:
            records.append(Record(number, tuple(plain["line"].split(delimiter))))
            position = plain.end()
            continue
        cells: list[str] = []
        stray = False
        while True:
            found = cell.match(written, position)
            if found is None or (found["bare"] or "").startswith('"'):
                raise _BrokenQuotesError(number)
            quoted = found["quoted"]
            cells.append(found["bare"] if quoted is None else quoted.replace('""', '"'))
            stray = stray or (quoted is None and '"' in found["bare"])
            position = found.end()
            if found["end"] != delimiter:
                break
        records.append(Record(number, tuple(cells), stray_quote=stray))
    return tuple(records)


def _is_comment(written: str, position: int) -> bool:
    if position == 0 and _DECLARED.match(written) is not None:
        return True
    return (
        written.startswith(COMMENT_MARK, position) and ERROR_VALUE.match(written, position) is None
    )


class _Fit(IntEnum):
    NONE = 0
    SOMEWHERE = 1
    HEADER = 2
    BELOW_TITLES = 3
    EVERYWHERE = 4


def _fit(written: str, delimiter: str) -> _Fit:
    try:
        records = _split(written, delimiter)
    except _BrokenQuotesError:
        # The right separator may well meet broken quotes; then its own reading will say so.
        first = next((line for line in written.splitlines() if line.strip()), "")
        return _Fit.SOMEWHERE if delimiter in first else _Fit.NONE
    body = [record for record in records if not record.comment and record.filled]
    start = next((i for i, record in enumerate(body) if record.filled > 1), None)
    if start is None:
        return _Fit.NONE
    table = body[start:]
    even = len({len(record.cells) for record in table}) == 1
    if even and not any(record.stray_quote for record in table):
        if start == 0:
            return _Fit.EVERYWHERE
        if len(table) > 1:
            return _Fit.BELOW_TITLES
    return _Fit.HEADER if start == 0 else _Fit.SOMEWHERE


def _no_delimiter(written: str, place: Place) -> FileProblem:
    lines = [line.strip() for line in written.splitlines()]
    first = next((line for line in lines if line and not line.startswith(COMMENT_MARK)), "")
    found: Text
    if first:
        found = text("no row with two cells; it begins with “{line}”", line=first[:60])
    else:
        found = text("nothing but blank lines and comments")
    return FileProblem(
        Problem(
            place,
            found=found,
            expected=text("a table with commas, semicolons or tabs between its cells"),
            action=text("export the table as CSV or save it as .xlsx"),
        )
    )
