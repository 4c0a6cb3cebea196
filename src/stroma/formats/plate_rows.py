"""Rows of a plate reader's export: tabs, other separators or a workbook's sheets."""

from __future__ import annotations

import re
from typing import Final

from stroma.errors import FileProblem
from stroma.formats.delimited import find_delimiter, split_records
from stroma.formats.encoding import decode
from stroma.formats.export_rows import ExportRow, Rows
from stroma.formats.raw import RawFile
from stroma.formats.workbooks import is_workbook, read_grids

_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")
UNKNOWN: Final = "\ufffd"
"""Stands for a letter whose encoding is not known."""


def text_of(raw: RawFile, encoding: str | None = None) -> tuple[str, FileProblem | None]:
    """Return the text of an export even where the encoding of a few letters cannot be told.

    A degree sign in a heading must not stop a plate whose numbers are plain.

    Parameters
    ----------
    raw
        The file.
    encoding
        The laboratory's encoding of files that are not Unicode.

    Returns
    -------
    tuple
        The text, with U+FFFD for every letter that cannot be told; and the refusal to raise where
        such a letter matters.

    Raises
    ------
    FileProblem
        The file is no text, or damaged.
    """
    try:
        return decode(raw.data, place=raw.place, encoding=encoding), None
    except FileProblem as refusal:
        if encoding is not None:
            raise
        try:
            written = decode(raw.data, place=raw.place, encoding="cp1252")
        except FileProblem:
            raise refusal from None
        return _BEYOND_ASCII.sub(UNKNOWN, written), refusal


def sheets_of(
    raw: RawFile, encoding: str | None = None
) -> tuple[tuple[tuple[str, Rows], ...], FileProblem | None]:
    """Return the tables of an export.

    Parameters
    ----------
    raw
        The file: a text or a workbook.
    encoding
        As in :func:`text_of`.

    Returns
    -------
    tuple
        Name and rows of every sheet, one without a name for a text; and the refusal as in
        :func:`text_of`.

    Raises
    ------
    FileProblem
        The file is damaged or holds no table.
    """
    if is_workbook(raw.data):
        sheets = []
        for grid in read_grids(raw):
            rows = tuple(
                ExportRow(number, tuple(cell.text for cell in cells))
                for number, cells in enumerate(grid.rows, start=1)
            )
            sheets.append((grid.name, rows))
        return tuple(sheets), None
    written, refusal = text_of(raw, encoding)
    if "\t" in written:
        return (("", tab_rows(written)),), refusal
    delimiter = find_delimiter(written, place=raw.place, suffix=raw.suffix)
    records = split_records(written, delimiter, place=raw.place)
    rows = tuple(
        ExportRow(record.number, tuple(cell.strip() for cell in record.cells)) for record in records
    )
    return (("", rows),), refusal


def tab_rows(written: str) -> Rows:
    """Split a text at its tabs.

    Instruments write quotation marks inside notes and formulas without doubling them, so that
    they have no meaning but around a whole cell.

    Parameters
    ----------
    written
        The text.

    Returns
    -------
    tuple of ExportRow
        Every line, blank ones too.
    """
    return tuple(
        ExportRow(number, tuple(_unquoted(cell.strip()) for cell in line.split("\t")))
        for number, line in enumerate(re.split(r"\r\n|\r|\n", written), start=1)
    )


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].strip()
    return cell
