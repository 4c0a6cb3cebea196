"""Tables to CSV and XLSX files, the same bytes from the same values."""

from __future__ import annotations

import datetime as dt
import io
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import xlsxwriter

from stroma.errors import FileProblem, Place, Problem
from stroma.formats.delimited import COMMENT_MARK
from stroma.formats.workbooks import value_text
from stroma.texts import text, texts

Writable = str | float | int | bool | dt.date | None

_CREATED: Final = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's date has no time zone
"""The same in every workbook, so that two runs give the same bytes."""
_LONGEST_TEXT: Final = 32767  # characters in a cell, Excel specifications and limits
_LONGEST_LIST: Final = 255  # characters of a list of choices, Excel specifications and limits
_LONGEST_HINT: Final = 255
_WIDEST: Final = 60
_NARROWEST: Final = 10
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UNWRITABLE: Final = re.compile("[\x80-\x9f\ud800-\udfff\ufffe\uffff]")
# Quoted although RFC 4180 does not ask for it: any of these could pass for another separator, a
# comment or the declaration of a separator.
_TO_QUOTE: Final = re.compile(r'[,;\t"\r\n]|^#|^sep=')


@dataclass(frozen=True, slots=True)
class SheetContent:
    r"""What to write into a sheet of a workbook.

    Parameters
    ----------
    name
        Its name: at most 31 characters, none of ``[]:*?/\``.
    columns
        Names of the columns.
    rows
        From a column's name to its value; a column left out is an empty cell.
    comments
        Rows of comment above the header.
    choices
        Words allowed in a column, offered as a list.
    hints
        What belongs in a column, shown when a cell of it is chosen.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Writable]] = ()
    comments: Sequence[str] = ()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)


def write_csv(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Writable]],
    *,
    comments: Sequence[str] = (),
) -> None:
    """Write a CSV file that spreadsheets open rightly in every language.

    UTF-8 with a byte order mark, without which Excel shows Cyrillic as Latin signs; lines end in
    CR LF as RFC 4180 asks and as Excel saves them, so that saving from Excel changes no line. A
    control character, which no spreadsheet can hold, is written as its picture (``␀``).

    Parameters
    ----------
    path
        The file; replaced whole or not at all.
    columns
        Names of the columns.
    rows
        From a column's name to its value; a column left out is an empty cell.
    comments
        Lines of comment above the header.

    Raises
    ------
    FileProblem
        The file cannot be written.
    ValueError
        A row has a column that is not named, or a number that is not finite.
    """
    lines = [f"{COMMENT_MARK} {_printable(line)}" for line in _single_lines(comments)]
    lines.append(_csv_line(columns))
    lines += [_csv_line(_ordered(row, columns)) for row in rows]
    replace_file(path, ("\r\n".join(lines) + "\r\n").encode("utf-8-sig"))


def write_xlsx(path: Path, sheets: Sequence[SheetContent]) -> None:
    """Write a workbook; the same sheets give the same bytes.

    Parameters
    ----------
    path
        The file; replaced whole or not at all.
    sheets
        What to write, at least one sheet.

    Raises
    ------
    FileProblem
        The file cannot be written, or a text is longer than a cell.
    ValueError
        A row has a column that is not named, a number is not finite, or a list of choices is
        longer than a workbook allows.
    """
    _check_sheet_names([content.name for content in sheets])
    target = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as workbook:
        workbook.set_properties({"created": _CREATED})
        formats = {
            "header": workbook.add_format({"bold": True, "bottom": 1}),
            "comment": workbook.add_format({"italic": True, "font_color": "#555555"}),
            "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        for content in sheets:
            _write_sheet(workbook.add_worksheet(content.name), content, formats, path)
    replace_file(path, target.getvalue())


def _check_sheet_names(names: Sequence[str]) -> None:
    folded = [name.casefold() for name in names]
    for name in names:
        if not 0 < len(name) <= 31 or re.search(r"[\[\]:*?/\\]|^'|'$", name) is not None:
            msg = f"{name!r} is no name for a sheet"
            raise ValueError(msg)
        if folded.count(name.casefold()) > 1:
            msg = f"two sheets are named {name!r}"
            raise ValueError(msg)


def _write_sheet(
    sheet: xlsxwriter.worksheet.Worksheet,
    content: SheetContent,
    formats: Mapping[str, xlsxwriter.format.Format],
    path: Path,
) -> None:
    comments = _single_lines(content.comments)
    for number, comment in enumerate(comments):
        sheet.write_string(number, 0, f"{COMMENT_MARK} {_printable(comment)}", formats["comment"])
    header = len(comments)
    widths = [len(column) for column in content.columns]
    for index, column in enumerate(content.columns):
        sheet.write_string(header, index, _printable(column), formats["header"])
        _write_validation(sheet, header + 1, index, content)
    for number, row in enumerate(content.rows, header + 1):
        for index, value in enumerate(_ordered(row, content.columns)):
            place = Place(path.as_posix(), content.name, number + 1, content.columns[index])
            _write_cell(sheet, (number, index), value, formats, place)
            widths[index] = max(widths[index], len(_cell_text(value)))
    for index, width in enumerate(widths):
        sheet.set_column(index, index, min(max(width + 2, _NARROWEST), _WIDEST))
    sheet.freeze_panes(header + 1, 0)


def _write_cell(
    sheet: xlsxwriter.worksheet.Worksheet,
    position: tuple[int, int],
    value: Writable,
    formats: Mapping[str, xlsxwriter.format.Format],
    place: Place,
) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_boolean(*position, value)
        case int() | float():
            _cell_text(value)  # refuses what is not finite
            sheet.write_number(*position, value)
        case dt.datetime() if value.tzinfo is None:
            sheet.write_datetime(*position, value, formats["moment"])
        case dt.date() if not isinstance(value, dt.datetime):
            sheet.write_datetime(*position, value, formats["date"])
        case _:
            written = _cell_text(value)
            if len(written) > _LONGEST_TEXT:
                raise FileProblem(
                    Problem(
                        place,
                        found=texts(
                            "a text of {count} character",
                            "a text of {count} characters",
                            len(written),
                        ),
                        expected=texts(
                            "at most {count} character",
                            "at most {count} characters",
                            _LONGEST_TEXT,
                        ),
                        action=text("write the table as CSV"),
                    )
                )
            sheet.write_string(*position, written)


def _write_validation(
    sheet: xlsxwriter.worksheet.Worksheet, first: int, index: int, content: SheetContent
) -> None:
    column = content.columns[index]
    choices, hint = content.choices.get(column, ()), content.hints.get(column, "")
    if not choices and not hint:
        return
    rule: dict[str, object] = {"validate": "list" if choices else "any"}
    if choices:
        if any("," in word for word in choices) or len(",".join(choices)) > _LONGEST_LIST:
            msg = f"the choices of {column!r} are too long for a workbook or hold a comma"
            raise ValueError(msg)
        rule |= {"source": list(choices), "error_type": "warning"}
    if hint:
        rule["input_message"] = hint[:_LONGEST_HINT]
    sheet.data_validation(first, index, first + max(len(content.rows), 1000), index, rule)


def _ordered(row: Mapping[str, Writable], columns: Sequence[str]) -> list[Writable]:
    unknown = set(row) - set(columns)
    if unknown:
        msg = f"columns that are not named: {sorted(unknown)}"
        raise ValueError(msg)
    return [row.get(column) for column in columns]


def _cell_text(value: Writable) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and not math.isfinite(value):
        msg = f"{value} is not a value: leave the cell out"
        raise ValueError(msg)
    return _printable(value_text(value))


def _printable(written: str) -> str:
    """Replace what a table cannot hold by a picture of it."""
    pictured = _CONTROL.sub(lambda sign: chr(0x2400 + min(ord(sign[0]), 0x21)), written)
    return _UNWRITABLE.sub("\ufffd", pictured)


def _single_lines(comments: Sequence[str]) -> list[str]:
    return [line for comment in comments for line in comment.splitlines() or [""]]


def _csv_line(values: Sequence[Writable]) -> str:
    return ",".join(_quoted(_cell_text(value)) for value in values)


def _quoted(written: str) -> str:
    if _TO_QUOTE.search(written) is None:
        return written
    doubled = written.replace('"', '""')
    return f'"{doubled}"'


def replace_file(path: Path, data: bytes) -> None:
    """Write a file beside its place and move it there, so that no reader sees half of it.

    Parameters
    ----------
    path
        The file; replaced whole or not at all.
    data
        Its bytes.

    Raises
    ------
    FileProblem
        The file cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        try:
            with beside.open("wb") as target:
                target.write(data)
                target.flush()
                os.fsync(target.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> FileProblem:
    """Return the refusal of a file that cannot be written.

    Parameters
    ----------
    path
        The file.
    error
        What the system said.

    Returns
    -------
    FileProblem
        To raise.
    """
    return FileProblem(
        Problem(
            Place(file=path.as_posix()),
            found=text("it cannot be written ({reason})", reason=error.strerror or str(error)),
            expected=text("a folder that can be written to, with space left"),
            action=text("check the folder, and close the file where it is open"),
        )
    )
