"""ChemoMetec NC-View (NucleoCounter NC-202): the CSV export of many counts, one in a row.

Densities are printed in cells per mL, large ones with a space between groups of digits or as
1.07E+06. The dilution factor that was entered is understood to be in them already, so that they
are those of the original sample; it is recorded and never applied. The real export this was checked
against prints a factor of 1 everywhere, which proves neither; another one is therefore warned of.
The export says no time of day: a count's name begins with its date.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.count_checks import unproven_dilutions
from stroma.formats.count_fields import (
    WORDS,
    Names,
    Printed,
    PrintedCount,
    Role,
    fold_label,
    sort_fields,
)
from stroma.formats.count_values import read_printed
from stroma.formats.delimited import Record, find_delimiter, split_records
from stroma.formats.encoding import decode, peek
from stroma.formats.raw import RawFile
from stroma.records import CellCount
from stroma.texts import text

NAME: Final = "ChemoMetec NC-View (CSV)"
_INSTRUMENT: Final = "ChemoMetec NC-202"
_TELLING: Final = ("name", "sample id", "live (cells/ml)", "viability (%)", "debris index")
_NAMES: Final[Names] = (
    (Role.SAMPLE, re.compile("sample id")),
    (Role.COUNTED_AT, re.compile("date(?: ?/ ?| )?time|date|time")),
    (Role.TOTAL, re.compile(r"total \((?P<unit>.*)\)")),
    (Role.VIABLE, re.compile(r"live \((?P<unit>.*)\)")),
    (Role.DEAD, re.compile(r"dead \((?P<unit>.*)\)")),
    (Role.VIABILITY, re.compile(r"viability \((?P<unit>.*)\)")),
    (Role.DIAMETER, re.compile(r"diameter \((?P<unit>.*)\)")),
    (Role.DILUTION, re.compile("dilution factor")),
)
_DIGITS: Final = 3  # of every number in the real export: 69 700, 1.07E+06, 45.1
_STATUS: Final = "status"
_FINE: Final = ("", "ok")
_UNTIMED: Final = text("no {quantity}", quantity=WORDS[Role.COUNTED_AT])


def sniff(raw: RawFile) -> bool:
    """Say whether a file is an export of NC-View.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether its first line names the columns that this program writes.
    """
    first = fold_label(peek(raw.data).lstrip("\ufeff \r\n").partition("\n")[0])
    return first.lstrip('"').startswith("name") and all(name in first for name in _TELLING)


def read(
    raw: RawFile,
    *,
    decimal_mark: str | None = None,
    date_order: str | None = None,
    encoding: str | None = None,
) -> tuple[tuple[CellCount, ...], tuple[Problem, ...]]:
    """Read the counts.

    Parameters
    ----------
    raw
        The file.
    decimal_mark, date_order, encoding
        The laboratory's habits, for what the file leaves open.

    Returns
    -------
    tuple
        The counts, and what is missing, doubtful or unreadable in them.

    Raises
    ------
    FileProblem
        The file holds no whole row, or leaves two readings open.
    """
    written = decode(raw.data, place=raw.place, encoding=encoding)
    delimiter = find_delimiter(written, place=raw.place, suffix=raw.suffix)
    records = [
        record
        for record in split_records(written, delimiter, place=raw.place)
        if record.filled and not record.comment
    ]
    head, rows = records[0], records[1:]
    whole = [row for row in rows if len(row.cells) >= len(head.cells)]
    problems = [_cut_off(raw.place, head, row) for row in rows if row not in whole]
    if not whole:
        raise FileProblem(problems or [_no_rows(raw.place, head)])
    counts = [_count(raw, head, row) for row in whole]
    found, said = read_printed(counts, raw.place, decimal_mark=decimal_mark, date_order=date_order)
    if not any(Role.COUNTED_AT in count.fields for count in counts):
        said = (*(problem for problem in said if problem.found != _UNTIMED), _no_time(raw.place))
    doubted = []
    for count, row in zip(found, whole, strict=True):
        doubts = _doubts(raw.place, head, row)
        problems += doubts
        warnings = (*count.warnings, *(doubt.found for doubt in doubts))
        doubted.append(replace(count, warnings=warnings))
    return tuple(doubted), (*problems, *said, *unproven_dilutions(found, raw.place))


def _count(raw: RawFile, head: Record, row: Record) -> PrintedCount:
    place = replace(raw.place, row=row.number)
    printed = [
        Printed(label.strip(), row.cells[i].strip(), row.number, digits=_DIGITS)
        for i, label in enumerate(head.cells)
        if label.strip()
    ]
    fields, extra = sort_fields(printed, _NAMES, place)
    serial = extra.get("INSTRUMENT", "")
    instrument = f"{_INSTRUMENT}, {serial}" if serial else _INSTRUMENT
    return PrintedCount(
        replace(raw.origin, place=f"row {row.number}"), place, instrument, fields, extra
    )


def _doubts(place: Place, head: Record, row: Record) -> list[Problem]:
    """Return what the instrument itself doubts about a count."""
    problems = []
    for label, cell in zip(head.cells, row.cells, strict=False):
        if label.strip().casefold() == _STATUS and cell.strip().casefold() not in _FINE:
            problems.append(
                Problem(
                    replace(place, row=row.number, column=label.strip()),
                    found=text('"{written}"', written=cell.strip()),
                    expected=text("OK"),
                    action=text("look at the images of this count; its numbers are kept"),
                    severity=Severity.WARNING,
                )
            )
    return problems


def _no_time(place: Place) -> Problem:
    return Problem(
        place,
        found=text("no time of any count; its name begins with the day"),
        expected=text("a date and time of each count"),
        action=text("nothing; counts are told apart by their names"),
        severity=Severity.NOTE,
    )


def _cut_off(place: Place, head: Record, row: Record) -> Problem:
    return Problem(
        replace(place, row=row.number),
        found=text(
            "{found} cells; it ends with “{cell}”",
            found=len(row.cells),
            cell=row.cells[-1].strip()[:40],
        ),
        expected=text("{count} cells, as in the first line", count=len(head.cells)),
        action=text("export the counts again; the file is cut off. The row is not read"),
    )


def _no_rows(place: Place, head: Record) -> Problem:
    return Problem(
        replace(place, row=head.number),
        found=text("names of columns and no count below them"),
        expected=text("a row for each count"),
        action=text("select the counts in NC-View and export them again"),
    )
