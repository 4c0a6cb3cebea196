"""ChemoMetec NucleoView (NucleoCounter NC-200): the CSV export of one viability and cell count.

One file is one count. Its lines are a name and a value with semicolons; results come first, then
where and when they were made, and a line with a checksum. Densities are printed in cells per mL.
The multiplication factor, which follows from the sample and dilution volumes, is understood to be
in them already, so that they are those of the original sample; it is recorded and never applied.
The four real exports this was checked against (csv file version 2, software 1.4) all print a
factor of 1, which proves neither; another factor is therefore warned of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Final

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.count_checks import unproven_dilutions
from stroma.formats.count_fields import Names, Printed, PrintedCount, Role, sort_fields
from stroma.formats.count_values import read_printed
from stroma.formats.encoding import decode, peek
from stroma.formats.raw import RawFile
from stroma.readings import ReadingError, read_decimal
from stroma.records import CellCount
from stroma.texts import text

NAME: Final = "ChemoMetec NucleoView (CSV)"
_MAKER: Final = "ChemoMetec"
_MODEL: Final = "Instrument type"
_ZONE: Final = "Time zone offset"
_CHECKSUM: Final = re.compile(r"//\[(?P<sum>[0-9A-Fa-f]+)\]")
_RESULT: Final = re.compile(r"^(?:Viability|Live|Dead|Total) \(.*\)\s*;", re.MULTILINE)
_IMAGE: Final = re.compile(r"^Image\s*;", re.MULTILINE)
_NAMES: Final[Names] = (
    # The export has no other name of the sample; the image's name holds what was entered.
    (Role.SAMPLE, re.compile("image")),
    (Role.COUNTED_AT, re.compile("date time")),
    (Role.TOTAL, re.compile(r"total \((?P<unit>.*)\)")),
    (Role.VIABLE, re.compile(r"live \((?P<unit>.*)\)")),
    (Role.DEAD, re.compile(r"dead \((?P<unit>.*)\)")),
    (Role.VIABILITY, re.compile(r"viability \((?P<unit>.*)\)")),
    (Role.DIAMETER, re.compile(r"estimated cell diameter \((?P<unit>.*)\)")),
    (Role.DILUTION, re.compile("multiplication factor")),
)
_LONGEST_OFFSET: Final = 14  # hours; no time zone is further from UTC


def sniff(raw: RawFile) -> bool:
    """Say whether a file is an export of NucleoView.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    bool
        Whether it names an image and a result, each before a semicolon.
    """
    head = peek(raw.data)
    return _IMAGE.search(head) is not None and _RESULT.search(head) is not None


def read(
    raw: RawFile,
    *,
    decimal_mark: str | None = None,
    date_order: str | None = None,
    encoding: str | None = None,
) -> tuple[tuple[CellCount, ...], tuple[Problem, ...]]:
    """Read the count.

    Parameters
    ----------
    raw
        The file.
    decimal_mark, date_order, encoding
        The laboratory's habits, for what the file leaves open.

    Returns
    -------
    tuple
        One count, and what is missing, doubtful or unreadable in it.

    Raises
    ------
    FileProblem
        The file is cut off, holds a field twice, or leaves two readings open.
    """
    written = decode(raw.data, place=raw.place, encoding=encoding)
    lines = _joined(_lines(written))
    printed, problems = _fields(lines, raw.place)
    problems += _check_end(written, lines, raw.place)
    fields, extra = sort_fields(printed, _NAMES, raw.place)
    zone, said = _zone(printed, raw.place)
    count = PrintedCount(
        raw.origin,
        raw.place,
        f"{_MAKER} {extra.get(_MODEL) or 'NucleoView'}",
        fields,
        extra,
        zone,
    )
    counts, found = read_printed(
        [count], raw.place, decimal_mark=decimal_mark, date_order=date_order
    )
    return counts, (*problems, *said, *found, *unproven_dilutions(counts, raw.place))


def _lines(written: str) -> list[tuple[int, str]]:
    """Return the lines that hold anything, with their numbers.

    A file that went through a table with commas has one at the end of every line.
    """
    lines = [(i, line.strip()) for i, line in enumerate(re.split(r"\r\n|\r|\n", written), 1)]
    lines = [(i, line) for i, line in lines if line]
    if all(line.endswith(",") for _, line in lines):
        lines = [(i, line[:-1].rstrip()) for i, line in lines]
    return [(i, line) for i, line in lines if line.strip("; ")]


def _joined(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Put a value together that goes on in the next line: its bracket is still open."""
    joined: list[tuple[int, str]] = []
    for number, line in lines:
        if joined and ";" in joined[-1][1]:
            row, before = joined[-1]
            value = before.partition(";")[2]
            if value.count("(") > value.count(")"):
                joined[-1] = (row, f"{before} {line}")
                continue
        joined.append((number, line))
    return joined


def _fields(lines: list[tuple[int, str]], place: Place) -> tuple[list[Printed], list[Problem]]:
    printed: list[Printed] = []
    problems: list[Problem] = []
    for row, line in lines:
        checksum = _CHECKSUM.fullmatch(line)
        if checksum is not None:
            printed.append(Printed("//", f"[{checksum['sum']}]", row))
        elif ";" in line:
            label, _, value = line.partition(";")
            printed.append(Printed(label.strip(), value.strip("; "), row))
        else:
            problems.append(
                Problem(
                    replace(place, row=row),
                    found=text("“{line}”, which was not read", line=line[:60]),
                    expected=text("a name and a value with a semicolon between them"),
                    action=text("export the count again"),
                    severity=Severity.WARNING,
                )
            )
    return printed, problems


def _check_end(written: str, lines: list[tuple[int, str]], place: Place) -> Iterator[Problem]:
    if not lines or _CHECKSUM.fullmatch(lines[-1][1]) is not None:
        return
    problem = Problem(
        replace(place, row=lines[-1][0]),
        found=text("the file ends with “{line}”", line=lines[-1][1][:60]),
        expected=text("a last line with the checksum, //[…]"),
        action=text("export the count again; the file is cut off"),
    )
    if not written.endswith(("\n", "\r")):
        # The last value may have lost its end: 1.70E6 cut to 1.7 is still a number.
        raise FileProblem(problem)
    yield replace(problem, severity=Severity.WARNING)


def _zone(printed: list[Printed], place: Place) -> tuple[timezone | None, list[Problem]]:
    item = next((item for item in printed if item.label == _ZONE), None)
    if item is None or not item.text:
        return None, []
    try:
        hours = float(read_decimal(item.text))
    except ReadingError:
        hours = float("inf")
    if abs(hours) <= _LONGEST_OFFSET:
        return timezone(timedelta(hours=hours)), []
    return None, [
        Problem(
            replace(place, row=item.row, column=item.label),
            found=text('"{written}"', written=item.text),
            expected=text("hours from UTC, such as 5 or -3.5"),
            action=text("check the clock of the instrument; the time is kept without a zone"),
            severity=Severity.WARNING,
        )
    ]
