"""What a written date says, and which order of day and month a column shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from stroma.readings.refusal import ReadingError, Seen
from stroma.texts import text

DAY_FIRST: Final = "day-month-year"
MONTH_FIRST: Final = "month-day-year"
YEAR_FIRST: Final = "year-month-day"
DATE_ORDERS: Final = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)

_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_YEAR: Final = r"(?P<year>[12]\d{3})"
_CLOCK: Final = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_COMPACT_CLOCK: Final = r"(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})"


def _date_pattern(day: str, clock: str = rf"(?:(?:[T,]|,?\s)\s*{_CLOCK})?") -> re.Pattern[str]:
    return re.compile(rf"{day}{clock}", re.ASCII)


_YEAR_FIRST_DATE: Final = _date_pattern(
    rf"{_YEAR}(?P<sep>[-/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})"
)
_YEAR_LAST_DATE: Final = _date_pattern(
    rf"(?P<first>\d{{1,2}})(?P<sep>[-/.])(?P<second_part>\d{{1,2}})(?P=sep){_YEAR}"
)
_NAMED_DATES: Final = (
    _date_pattern(rf"(?P<day>\d{{1,2}})[-/. ]\s*(?P<name>[A-Za-z]{{3,9}})[-/., ]\s*{_YEAR}"),
    _date_pattern(rf"(?P<name>[A-Za-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}}),?\s+{_YEAR}"),
)
# The basic form of ISO 8601; only with its time, since eight digits alone may be any number.
_COMPACT_DATE: Final = _date_pattern(
    rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})", rf"[T ]{_COMPACT_CLOCK}"
)
_SHORT_YEAR: Final = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?:\D.*)?", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class _DateReadings:
    """The days a text can name, by the order that makes it so; "" where no order is needed."""

    days: Mapping[str, date]
    clock: Mapping[str, str | None]

    def ambiguous(self) -> bool:
        return len(set(self.days.values())) > 1


def _month_number(name: str) -> int:
    wanted = "sep" if name.casefold() == "sept" else name.casefold()
    matching = [i for i, month in enumerate(_MONTHS, 1) if wanted in (month, month[:3])]
    return matching[0] if matching else 0


def _existing(year: str, month: int, day: int) -> date | None:
    try:
        return date(int(year), month, day)
    except ValueError:
        return None


def _date_readings(written: str) -> _DateReadings | None:
    """Return what the text can mean; ``None`` where it does not look like a date at all."""
    bare = " ".join(written.replace("−", "-").split())
    days: dict[str, date | None]
    if match := _YEAR_LAST_DATE.fullmatch(bare):
        first, second, year = int(match["first"]), int(match["second_part"]), match["year"]
        days = {
            DAY_FIRST: _existing(year, second, first),
            MONTH_FIRST: _existing(year, first, second),
        }
    elif match := _YEAR_FIRST_DATE.fullmatch(bare) or _COMPACT_DATE.fullmatch(bare):
        days = {"": _existing(match["year"], int(match["month"]), int(match["day"]))}
    elif match := _NAMED_DATES[0].fullmatch(bare) or _NAMED_DATES[1].fullmatch(bare):
        days = {"": _existing(match["year"], _month_number(match["name"]), int(match["day"]))}
    else:
        return None
    return _DateReadings(
        {order: day for order, day in days.items() if day is not None}, match.groupdict()
    )


def _two_dates(written: str, readings: _DateReadings) -> ReadingError:
    return ReadingError(
        text(
            '"{written}" is {day_first} with the day first and {month_first} with the month first',
            written=written.strip(),
            day_first=readings.days[DAY_FIRST].isoformat(),
            month_first=readings.days[MONTH_FIRST].isoformat(),
        ),
        text("a date with one reading"),
        text("write it as YYYY-MM-DD, or set date_order in study.toml"),
    )


def _not_a_date(written: str) -> ReadingError:
    bare = written.strip()
    if not bare:
        return ReadingError(text("an empty cell"), text("a date"), text("write the date"))
    if _SHORT_YEAR.fullmatch(bare):
        found = text('"{written}", whose year has two digits', written=bare)
    else:
        found = text('"{written}" is not a date', written=bare)
    return ReadingError(
        found, text("a date such as 2026-03-14"), text("write the date as YYYY-MM-DD")
    )


def _day_of(written: str, readings: _DateReadings | None, order: str | None) -> date:
    if order is not None and order not in DATE_ORDERS:
        msg = f"a date order is one of {DATE_ORDERS}, not {order!r}"
        raise ValueError(msg)
    if readings is None:
        raise _not_a_date(written)
    if not readings.days:
        raise ReadingError(
            text('"{written}", a day that does not exist', written=written.strip()),
            text("a day of the calendar"),
            text("correct the date"),
        )
    if "" in readings.days:
        return readings.days[""]
    if order is None:
        if readings.ambiguous():
            raise _two_dates(written, readings)
        return next(iter(readings.days.values()))
    if order not in readings.days:
        raise ReadingError(
            text(
                '"{written}", which the order {order} does not allow',
                written=written.strip(),
                order=order,
            ),
            text("a date in the order {order}", order=order),
            text("correct the date, or date_order in study.toml"),
        )
    return readings.days[order]


def _time_of(clock: Mapping[str, str | None]) -> time | None:
    """Return the time of day; ``None`` where the text has none that exists."""
    if clock.get("hour") is None:
        return None
    hour, half = int(clock["hour"] or 0), clock.get("half")
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "pP" else 0)
    fraction = (clock.get("fraction") or "").ljust(6, "0")[:6]
    try:
        return time(
            hour,
            int(clock["minute"] or 0),
            int(clock.get("second") or 0),
            int(fraction),
            tzinfo=_zone_of(clock.get("zone")),
        )
    except ValueError:
        return None


def _zone_of(zone: str | None) -> timezone | None:
    if zone is None:
        return None
    if zone == "Z":
        return UTC
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if zone[0] == "-" else offset)


def read_date(written: str, *, order: str | None = None) -> date:
    """Return the day a text says; a time of day that follows it is not part of the answer.

    Parameters
    ----------
    written
        The text, as printed: ISO 8601, numbers with ``/``, ``.`` or ``-``, or an English month.
    order
        One of :data:`DATE_ORDERS` for dates that can be read in two ways; ``None`` to refuse them.

    Returns
    -------
    date
        The day.

    Raises
    ------
    ReadingError
        The text is no date, or one that can be read in two ways.

    Examples
    --------
    >>> read_date("13/04/2026")
    datetime.date(2026, 4, 13)
    >>> read_date("03/04/2026", order="month-day-year")
    datetime.date(2026, 3, 4)
    """
    return _day_of(written, _date_readings(written), order)


def read_moment(written: str, *, order: str | None = None) -> datetime:
    """Return the day and time a text says, as the clock showed them.

    Parameters
    ----------
    written
        The text, as printed.
    order
        One of :data:`DATE_ORDERS` for dates that can be read in two ways; ``None`` to refuse them.

    Returns
    -------
    datetime
        Aware of the time zone only where the text states its offset.

    Raises
    ------
    ReadingError
        The text is no date and time, or one that can be read in two ways.

    Examples
    --------
    >>> read_moment("29 Sep 2023  5:21:32 AM")
    datetime.datetime(2023, 9, 29, 5, 21, 32)
    """
    readings = _date_readings(written)
    day = _day_of(written, readings, order)
    clock = None if readings is None else _time_of(readings.clock)
    if clock is None:
        raise ReadingError(
            text('"{written}", which has no readable time of day', written=written.strip()),
            text("a date with a time such as 2026-03-14 09:30"),
            text("write the date and the time"),
        )
    return datetime.combine(day, clock)


def column_date_order(cells: Iterable[tuple[int, str]]) -> str | None:
    """Determine the order of day and month of a column from all its cells.

    Cells that are no dates are left to :func:`read_date` to report.

    Parameters
    ----------
    cells
        Row and text of each cell.

    Returns
    -------
    str or None
        One of :data:`DATE_ORDERS` where a cell shows it; ``None`` where no cell needs it.

    Raises
    ------
    ReadingError
        Both orders occur, or a cell can be read in two ways and no other cell settles it.

    Examples
    --------
    >>> column_date_order([(2, "3/4/2022 9:06"), (3, "3/21/2022 16:56")])
    'month-day-year'
    """
    shown: dict[str, Seen] = {}
    open_cell: ReadingError | None = None
    for row, written in cells:
        readings = _date_readings(written)
        if readings is None or "" in readings.days:
            continue
        if len(readings.days) == 1:
            shown.setdefault(next(iter(readings.days)), Seen(row, written.strip()))
        elif readings.ambiguous() and open_cell is None:
            open_cell = _two_dates(written, readings).in_row(row)
    if len(shown) > 1:
        raise ReadingError(
            text(
                'the day first in row {day_row} ("{day}") and the month first in row {month_row} '
                '("{month}")',
                day_row=str(shown[DAY_FIRST].row),
                day=shown[DAY_FIRST].written,
                month_row=str(shown[MONTH_FIRST].row),
                month=shown[MONTH_FIRST].written,
            ),
            text("one order of day and month in the whole column"),
            text("write every date of the column as YYYY-MM-DD"),
        )
    if shown:
        return next(iter(shown))
    if open_cell is not None:
        raise open_cell
    return None
