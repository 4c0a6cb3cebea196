"""What the printed values of an FCS file say: numbers and dates, and how a file is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from stroma.errors import FileProblem, Place, Problem
from stroma.texts import Text, text

BLANKS: Final = " \t\r\n\x00"
"""What pads a value; other control characters are content, or damage."""
EXPORT_AGAIN: Final = text("export the file again from the cytometer's software")

# A 64-bit range needs 20 digits; more is not a number an instrument writes.
_WHOLE: Final = re.compile(r"\+?(\d{1,20})(?:\.0*)?", re.ASCII)
_DECIMAL: Final = re.compile(
    r"[+-]?(?:\d{1,40}\.?\d{0,40}|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII
)
_MONTHS: Final = (
    "JAN",
    "FEB",
    "MAR",
    "APR",
    "MAY",
    "JUN",
    "JUL",
    "AUG",
    "SEP",
    "OCT",
    "NOV",
    "DEC",
)
_DATE_NAMED: Final = re.compile(r"(\d{1,2})[-/. ]([A-Za-z]{3})[-/. ](\d{4}|\d{2})", re.ASCII)
_DATE_YEAR_NAMED: Final = re.compile(r"(\d{4})[-/. ]([A-Za-z]{3})[-/. ](\d{1,2})", re.ASCII)
_DATE_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_DATE_NUMBERS: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})(?:(\.)(\d{1,6})|:(\d{1,2}))?", re.ASCII)
_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII
)
# FCS 2.0 printed two digits of the year; no file is older than FCS 1.0 (Cytometry 1984;5:553).
_FIRST_YEAR: Final = 1984
_TICKS_PER_SECOND: Final = 60
_MONTHS_IN_A_YEAR: Final = 12


def refusal(found: Text, expected: Text, action: Text = EXPORT_AGAIN) -> FileProblem:
    """Return the error for a file that cannot be read rightly; its place is filled in later.

    Parameters
    ----------
    found, expected, action
        What was found, what was expected instead, what to do.

    Returns
    -------
    FileProblem
        To be raised.
    """
    return FileProblem(Problem(Place(), found, expected, action))


@contextmanager
def in_file(file: str, number: int = 1) -> Iterator[None]:
    """Fill the file and the data set into the problems that are raised inside.

    Parameters
    ----------
    file
        How problems name the file.
    number
        The data set, from 1.

    Yields
    ------
    None
        Nothing.

    Raises
    ------
    FileProblem
        The one raised inside, with its place.
    """
    try:
        yield
    except FileProblem as refused:
        raise FileProblem(
            replace(
                problem,
                place=replace(problem.place, file=file),
                found=problem.found
                if number == 1
                else text("in data set {number}, {found}", number=number, found=problem.found),
            )
            for problem in refused.problems
        ) from None


def stated(keywords: Mapping[str, str], keyword: str) -> str:
    """Return what a keyword says.

    Parameters
    ----------
    keywords
        Of the TEXT segments.
    keyword
        One of them, or not.

    Returns
    -------
    str
        Its value without padding; empty where it is missing.
    """
    return keywords.get(keyword, "").strip(BLANKS)


def whole_number(printed: str | None) -> int | None:
    """Return the whole number a value prints.

    Parameters
    ----------
    printed
        The value; ``None`` where the keyword is missing.

    Returns
    -------
    int or None
        ``None`` where it is no whole number of at most 20 digits.

    Examples
    --------
    >>> whole_number(" 0004096 "), whole_number("262144.0"), whole_number("1,024")
    (4096, 262144, None)
    """
    match = None if printed is None else _WHOLE.fullmatch(printed.strip(BLANKS))
    return None if match is None else int(match[1])


def decimal_number(printed: str | None) -> float | None:
    """Return the finite number a value prints.

    Parameters
    ----------
    printed
        The value; ``None`` where the keyword is missing.

    Returns
    -------
    float or None
        ``None`` where it is no finite decimal number.

    Examples
    --------
    >>> decimal_number("    0.000060"), decimal_number("-1.#QNAN0"), decimal_number("nan")
    (6e-05, None, None)
    """
    match = None if printed is None else _DECIMAL.fullmatch(printed.strip(BLANKS))
    number = math.nan if match is None else float(match[0])
    return number if math.isfinite(number) else None


def acquisition_begin(keywords: Mapping[str, str]) -> datetime | None:
    """Return when the acquisition began, if the file says it and it can be read in one way only.

    Parameters
    ----------
    keywords
        Of the TEXT segments.

    Returns
    -------
    datetime or None
        From ``$BEGINDATETIME`` (FCS 3.2), else from ``$DATE`` and ``$BTIM``; ``03-07-2024`` may be
        July or March and gives ``None``.

    Examples
    --------
    >>> acquisition_begin({"$DATE": "28-JUN-2019", "$BTIM": "17:29:39:51"})
    datetime.datetime(2019, 6, 28, 17, 29, 39, 850000)
    >>> acquisition_begin({"$DATE": "03-07-2024", "$BTIM": "13:46:37"}) is None
    True
    """
    moment = stated(keywords, "$BEGINDATETIME")
    day = _day(stated(keywords, "$DATE"))
    clock = _CLOCK.fullmatch(stated(keywords, "$BTIM"))
    try:
        if _MOMENT.fullmatch(moment) is not None:
            return datetime.fromisoformat(moment)
        if day is None or clock is None:
            return None
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3])
        return datetime(*day, hour, minute, second, _microsecond(clock))  # noqa: DTZ001 - as printed
    except ValueError:
        return None


def _microsecond(clock: re.Match[str]) -> int:
    """Return the printed fraction: ``.cc`` is decimal (FCS 3.1), ``:tt`` sixtieths (FCS 3.0)."""
    if clock[5] is not None:
        return int(clock[5].ljust(6, "0"))
    ticks = 0 if clock[6] is None else int(clock[6])
    return ticks * 1_000_000 // _TICKS_PER_SECOND if ticks < _TICKS_PER_SECOND else 0


def _day(printed: str) -> tuple[int, int, int] | None:
    if (match := _DATE_NAMED.fullmatch(printed)) is not None:
        return _named(int(match[3]), match[2], int(match[1]), two_digits=len(match[3]) == 2)
    if (match := _DATE_YEAR_NAMED.fullmatch(printed)) is not None:
        return _named(int(match[1]), match[2], int(match[3]), two_digits=False)
    if (match := _DATE_YEAR_FIRST.fullmatch(printed)) is not None:
        return int(match[1]), int(match[2]), int(match[3])
    if (match := _DATE_NUMBERS.fullmatch(printed)) is not None:
        return _by_elimination(int(match[1]), int(match[2]), int(match[3]))
    return None


def _named(year: int, month: str, day: int, *, two_digits: bool) -> tuple[int, int, int] | None:
    if month.upper() not in _MONTHS:
        return None
    if two_digits:
        year += 1900 if year + 1900 >= _FIRST_YEAR else 2000
    return year, _MONTHS.index(month.upper()) + 1, day


def _by_elimination(first: int, second: int, year: int) -> tuple[int, int, int] | None:
    """Return the date where only one of the two numbers can be the month."""
    if first == second:
        return year, first, second
    if first > _MONTHS_IN_A_YEAR >= second:
        return year, second, first
    if second > _MONTHS_IN_A_YEAR >= first:
        return year, first, second
    return None
