"""A laboratory's own table of numbers, a file or a frame -> the rows of all its sheets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stroma.formats.sheets import read_sheet
from stroma.frames import sheet_of
from stroma.measurement_lots import TableLots, describe_lots, table_lots
from stroma.measurement_table import read_measurement_table
from stroma.provenance import hash_file
from stroma.records import Origin
from stroma.study.same_message import one_message_each

if TYPE_CHECKING:
    import pandas as pd

    from stroma.errors import Problem
    from stroma.measurements import Measurement, RefusedRow


@dataclass(frozen=True, slots=True)
class TableRows:
    """What a table of numbers holds.

    Parameters
    ----------
    origin
        The file, or the frame.
    rows
        Of all sheets, in their order.
    problems
        What was left out, and what a person has to look at.
    refused
        Rows that were left out although what they are of can be told.
    lots
        Every lot that is named, with its tissue.
    described
        What the table says of its lots beside their numbers.
    """

    origin: Origin
    rows: tuple[Measurement, ...]
    problems: tuple[Problem, ...]
    refused: tuple[RefusedRow, ...]
    lots: tuple[tuple[str, str], ...]
    described: TableLots


def read_table_rows(
    table: pd.DataFrame | Path,
    *,
    decimal_mark: str | None = None,
    encoding: str | None = None,
) -> TableRows:
    """Read a laboratory's own table of numbers.

    Parameters
    ----------
    table
        A frame, or a CSV file or workbook, with the columns lot, source, quantity, analyte,
        value, unit.
    decimal_mark
        Of the table, where its columns leave it open.
    encoding
        Of a text file that is not Unicode, such as ``"cp1251"``.

    Returns
    -------
    TableRows
        What it holds.

    Raises
    ------
    FileProblem
        The table cannot be read.
    """
    if isinstance(table, Path):
        sheets = read_sheet(table, file=table.name, encoding=encoding)
        origin = Origin(table.name, hash_file(table))
    else:
        sheets = (sheet_of(table),)
        origin = sheets[0].origin
    rows: list[Measurement] = []
    problems: list[Problem] = []
    refused: list[RefusedRow] = []
    lots: list[tuple[str, str]] = []
    for sheet in sheets:
        measured, doubts, unread = read_measurement_table(sheet, decimal_mark=decimal_mark)
        rows += measured
        problems += [*sheet.problems, *doubts]
        refused += unread
        lots += table_lots(sheet)
    described = describe_lots(sheets, decimal_mark=decimal_mark)
    said = one_message_each(described.problems, across_lots=True)
    return TableRows(
        origin, tuple(rows), (*problems, *said), tuple(refused), tuple(lots), described
    )
