"""What an XLSX workbook says about its cells beyond their values.

The reader of values gives a cell formatted as a percentage (95 % is stored as 0.95) as a bare
number, gives an error cell or a formula that was never calculated as an empty one, and reserves
memory for the whole rectangle up to the farthest cell. The workbook's own XML (ECMA-376) tells
these apart beforehand.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

Coordinates = tuple[int, int]
"""Row and column of a cell, both from 0."""

UNREADABLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ET.ParseError,
    EOFError,
    KeyError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""Everything that opening a damaged archive and parsing its XML can raise."""

# Built-in number formats that show a percentage, ECMA-376 part 1, 18.8.30.
_PERCENT_FORMATS: Final = frozenset({9, 10})
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.')
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


@dataclass(frozen=True, slots=True)
class CellMarks:
    """What is special about the cells of one sheet.

    Parameters
    ----------
    percent
        Number cells that show a percentage.
    errors
        Cells that hold an error, with its name (``#DIV/0!``).
    uncalculated
        Formulas without a stored result.
    extent
        Rows and columns up to the farthest cell that holds anything.
    """

    percent: frozenset[Coordinates]
    errors: Mapping[Coordinates, str]
    uncalculated: frozenset[Coordinates]
    extent: tuple[int, int]


def column_letters(column: int) -> str:
    """Return a column's letters as a spreadsheet shows them.

    Parameters
    ----------
    column
        Number of the column, from 0.

    Returns
    -------
    str
        ``"A"`` for 0.

    Examples
    --------
    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def read_cell_marks(data: bytes) -> dict[str, CellMarks]:
    """Return what is special about the cells of each worksheet.

    Parameters
    ----------
    data
        The workbook: an XLSX or XLSM archive.

    Returns
    -------
    dict
        From the sheet's name to its marks.

    Raises
    ------
    Exception
        One of :data:`UNREADABLE`, where the archive is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        workbook = _main_part(archive)
        folder = posixpath.dirname(workbook)
        styles = names.get(posixpath.join(folder, "styles.xml").lower())
        percent_styles = _percent_styles(archive.read(styles)) if styles else frozenset()
        return {
            sheet: _marks(archive, names[part.lower()], percent_styles)
            for sheet, part in _worksheets(archive, workbook)
        }


def kind_of_archive(data: bytes) -> str:
    """Say which kind of workbook an archive holds.

    Parameters
    ----------
    data
        A ZIP archive.

    Returns
    -------
    str
        ``"xlsx"`` (also for XLSM), ``"xlsb"``, ``"ods"``; empty for anything else.

    Raises
    ------
    Exception
        One of :data:`UNREADABLE`, where the archive is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "_rels/.rels" in names:
            main = _main_part(archive)
            return "xlsb" if main.endswith(".bin") else "xlsx" if "xl/" in main else ""
        return "ods" if {"content.xml", "mimetype"} <= names else ""


def has_percent_cells_ods(data: bytes) -> bool:
    """Say whether an OpenDocument spreadsheet holds cells formatted as percentages.

    Parameters
    ----------
    data
        The workbook: an ODS archive.

    Returns
    -------
    bool
        Whether any cell has the value type ``percentage``.

    Raises
    ------
    Exception
        One of :data:`UNREADABLE`, where the archive is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b'value-type="percentage"' in archive.read("content.xml")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _root(part: bytes) -> ET.Element:
    # Expat has refused entity expansion attacks since 2.4.1 and external entities are not read.
    return ET.fromstring(part)  # noqa: S314


def _relations(archive: zipfile.ZipFile, part: str, kind: str) -> dict[str, str]:
    """Return the parts a part refers to, by identifier, of one kind of relation."""
    folder, name = posixpath.split(part)
    relations = _root(archive.read(posixpath.join(folder, "_rels", f"{name}.rels")))
    return {
        relation.get("Id", ""): posixpath.normpath(
            posixpath.join("/", folder, relation.get("Target", ""))
        ).lstrip("/")
        for relation in relations
        if relation.get("Type", "").endswith(f"/{kind}")
    }


def _main_part(archive: zipfile.ZipFile) -> str:
    return next(iter(_relations(archive, "", "officeDocument").values()), "")


def _worksheets(archive: zipfile.ZipFile, workbook: str) -> Iterator[tuple[str, str]]:
    """Return the name and the part of each worksheet."""
    targets = _relations(archive, workbook, "worksheet")
    for element in _root(archive.read(workbook)).iter():
        if _local(element.tag) != "sheet":
            continue
        identifier = next(
            (value for key, value in element.attrib.items() if key.endswith("}id")), ""
        )
        if identifier in targets:
            yield element.get("name", ""), targets[identifier]


def _percent_styles(part: bytes) -> frozenset[int]:
    """Return the numbers of the cell styles that show a percentage."""
    root = _root(part)
    custom = {
        int(element.get("numFmtId", "0"))
        for element in root.iter()
        if _local(element.tag) == "numFmt"
        and "%" in _LITERAL.sub("", element.get("formatCode", ""))
    }
    formats = _PERCENT_FORMATS | custom
    cell_styles = next((child for child in root if _local(child.tag) == "cellXfs"), ())
    return frozenset(
        number
        for number, style in enumerate(cell_styles)
        if int(style.get("numFmtId", "0")) in formats
    )


def _marks(archive: zipfile.ZipFile, part: str, percent_styles: frozenset[int]) -> CellMarks:
    percent: set[Coordinates] = set()
    errors: dict[Coordinates, str] = {}
    uncalculated: set[Coordinates] = set()
    rows, columns = 0, 0
    row, column = -1, -1
    with archive.open(part) as stream:
        for event, element in ET.iterparse(stream, events=("start", "end")):  # noqa: S314
            tag = _local(element.tag)
            if tag == "row":
                if event == "start":
                    row, column = int(element.get("r", row + 2)) - 1, -1
                else:
                    element.clear()
            if tag != "c" or event == "start":
                continue
            row, column = _coordinates(element.get("r"), row, column + 1)
            value, formula, rich = _content(element)
            if value or rich:
                rows, columns = max(rows, row + 1), max(columns, column + 1)
            kind = element.get("t", "n")
            if kind == "e":
                errors[row, column] = value
            elif formula and not value and kind != "str":
                uncalculated.add((row, column))
            elif kind == "n" and value and int(element.get("s", "0")) in percent_styles:
                percent.add((row, column))
    return CellMarks(frozenset(percent), errors, frozenset(uncalculated), (rows, columns))


def _coordinates(reference: str | None, row: int, column: int) -> Coordinates:
    if reference is None:
        return row, column
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        msg = f"cell reference {reference!r}"
        raise ValueError(msg)
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, number - 1


def _content(cell: ET.Element) -> tuple[str, bool, bool]:
    """Return a cell's stored value, whether it has a formula, and whether it holds inline text."""
    value, formula, rich = "", False, False
    for child in cell:
        match _local(child.tag):
            case "v":
                value = child.text or ""
            case "f":
                formula = True
            case "is":
                rich = True
    return value, formula, rich
