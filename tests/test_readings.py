"""Numbers and dates as laboratories write them; every expected value was read by hand."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.errors import Place, Severity
from stroma.readings import (
    ReadingError,
    column_date_order,
    column_decimal_mark,
    read_date,
    read_decimal,
    read_moment,
    read_number,
)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0", 0.0),
        ("007", 7.0),
        ("12", 12.0),
        ("1.5", 1.5),
        ("5.", 5.0),
        ("5,", 5.0),
        ("1,5", 1.5),
        ("0,25", 0.25),
        ("0,125", 0.125),  # nobody groups digits after a zero
        ("0.000", 0.0),
        (".5", 0.5),
        (",5", 0.5),
        ("1250.75", 1250.75),
        ("1250,75", 1250.75),
        ("1250,750", 1250.75),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("1 234,5", 1234.5),
        ("1 234.5", 1234.5),
        ("1\u00a0234\u00a0567", 1234567.0),
        ("1\u202f234,5", 1234.5),
        ("1\u2009234", 1234.0),
        ("1'234.5", 1234.5),
        ("1’234,5", 1234.5),
        ("−3.5", -3.5),
        ("-3", -3.0),
        ("+3", 3.0),
        ("1e6", 1e6),
        ("2.45E6", 2450000.0),
        ("1.250e6", 1250000.0),
        ("1,250E+06", 1250000.0),
        ("7.46E4", 74600.0),
        ("5e-3", 0.005),
        ("5e−3", 0.005),
        ("1.2x10^6", 1200000.0),
        ("1,2 × 10⁶", 1200000.0),
        ("3·10⁻²", 0.03),
        ("  42 ", 42.0),
    ],
)
def test_numbers_with_one_reading(written, value):
    assert read_number(written) == value


@pytest.mark.parametrize(
    ("written", "point", "comma"),
    [("1,250", 1250.0, 1.25), ("1.250", 1.25, 1250.0), ("-12.500", -12.5, -12500.0)],
)
def test_numbers_with_two_readings_are_asked_about(written, point, comma):
    with pytest.raises(ReadingError, match=r"with a decimal point and .* with a decimal comma"):
        read_number(written)
    assert read_number(written, decimal_mark=".") == point
    assert read_number(written, decimal_mark=",") == comma


def test_a_zero_has_no_sign():
    assert repr(read_number("-0.0")) == "0.0"


def test_both_readings_and_the_rule_to_set_are_said():
    with pytest.raises(ReadingError) as caught:
        read_number("1,250")
    assert caught.value.at(Place("passages.csv", row=4, column="seeded")).render() == (
        'passages.csv, row 4, column "seeded": "1,250" is 1250 with a decimal point and 1.25 with '
        "a decimal comma. Expected: a number with one reading. What to do: write it without marks "
        "between groups of digits, or declare the decimal mark: decimal_mark in study.toml, or "
        "--decimal-mark on the command line."
    )


@pytest.mark.parametrize(
    "written",
    [
        "OVRFLW", "n/a", "inf", "-inf", "Infinity", "nan", "NaN", "ERROR", "#DIV/0!", "1.2.3",
        "12 34", "1 2345", "1,2,3", "1,23,456", "5..", ".", "5.,", "1e", "e5", "1e1000",
        "0x10", "1_000", "--5",
        "1 000,000.5", "1,000 000", "x106", "1x106", "٣", "５", "–5", "1..5", "½", "2.45E6 cells",
    ],
)  # fmt: skip
def test_what_is_not_a_number_is_refused(written):
    with pytest.raises(ReadingError, match="is not a number"):
        read_number(written)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "^an empty cell$"),
        (" \u00a0", "^an empty cell$"),
        ("<0.1", '"<0.1" is a limit, not a value'),
        ("> 5", '"> 5" is a limit, not a value'),
        ("95 %", '"95 %" carries a percent sign'),
        ("1e400", '"1e400", which is too large or too small'),
        ("1e-400", '"1e-400", which is too large or too small'),
    ],
)
def test_special_refusals_say_why(written, message):
    with pytest.raises(ReadingError, match=message):
        read_number(written)


@pytest.mark.parametrize(("written", "mark"), [("0,25", "."), ("1.5", ","), ("1,234.5", ",")])
def test_a_declared_mark_is_not_overruled(written, mark):
    with pytest.raises(ReadingError, match=f'which "{mark}" as the decimal mark does not allow'):
        read_number(written, decimal_mark=mark)


def test_only_two_decimal_marks_exist():
    with pytest.raises(ValueError, match="a decimal mark is one of"):
        read_number("1", decimal_mark=";")


def test_decimals_are_exact():
    assert read_decimal("0.1") == Decimal("0.1")
    assert read_decimal("2.63") * 10**6 == 2630000
    assert read_decimal("2.630e6").as_tuple().exponent == 3  # printed to the thousand
    assert read_decimal("12").as_tuple().exponent == 0
    assert read_decimal("0.9703072143554687") == Decimal("0.9703072143554687")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_back_with_a_point(value):
    assert read_number(repr(value), decimal_mark=".") == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_back_with_a_comma(value):
    written = repr(value).replace(".", ",").replace("-", "−")
    assert read_number(written, decimal_mark=",") == value


@given(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2),
    st.sampled_from([" ", "\u00a0", "\u202f", ",", "'"]),
)
def test_every_grouped_number_is_read_back(value, group):
    assert read_decimal(f"{value:,.2f}".replace(",", group), decimal_mark=".") == value


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(written):
    try:
        value = read_number(written)
    except ReadingError:
        return
    assert math.isfinite(value)
    assert any(character.isdigit() for character in written)


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_without_a_mark_no_wrong_reading_is_chosen(value):
    """A number is read rightly or asked about, whichever mark its writer meant."""
    for written in (f"{value:,}", f"{value}", f"{value}".replace(".", ",")):
        try:
            assert read_decimal(written) == value
        except ReadingError as error:
            assert "with a decimal comma" in str(error)  # noqa: PT017


def test_a_column_settles_its_own_ambiguous_cells():
    assert column_decimal_mark([(2, "1,250"), (3, "0,5"), (4, "n/a"), (5, "")]) == ","
    assert column_decimal_mark([(2, "1,250"), (3, "12.5")]) == "."
    assert column_decimal_mark([(2, "1,250"), (3, "1,234,567")]) == "."
    assert column_decimal_mark([(2, "1,250"), (3, "2,250e3")]) == ","


def test_a_column_without_marks_needs_none():
    assert column_decimal_mark([(2, "12"), (3, "1 250"), (4, "OVRFLW")]) is None
    assert column_decimal_mark([]) is None


def test_an_open_column_is_asked_about_with_its_first_row():
    with pytest.raises(
        ReadingError,
        match=r'^in row 3 "1,250" is 1250 with a decimal point and 1\.25 with a decimal comma$',
    ):
        column_decimal_mark([(2, "7"), (3, "1,250"), (4, "2,500")])


def test_a_column_with_both_marks_names_both_rows():
    with pytest.raises(
        ReadingError,
        match=r'^a decimal point in row 7 \("1\.5"\) and a decimal comma in row 4 \("0,25"\)$',
    ):
        column_decimal_mark([(4, "0,25"), (5, "0,5"), (7, "1.5")])


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-03-14", date(2026, 3, 14)),
        ("2026-3-4", date(2026, 3, 4)),
        ("2026/03/14", date(2026, 3, 14)),
        ("2026.03.14", date(2026, 3, 14)),
        ("2026-03-14 23:59", date(2026, 3, 14)),
        ("13/04/2026", date(2026, 4, 13)),
        ("13.04.2026", date(2026, 4, 13)),
        ("04/13/2026", date(2026, 4, 13)),
        ("03/03/2026", date(2026, 3, 3)),
        ("29 Sep 2023", date(2023, 9, 29)),
        ("29-SEP-2023", date(2023, 9, 29)),
        ("1 March 2024", date(2024, 3, 1)),
        ("Sept 29, 2023", date(2023, 9, 29)),
        ("29/02/2024", date(2024, 2, 29)),
    ],
)
def test_dates_with_one_reading(written, day):
    assert read_date(written) == day


def test_a_date_with_two_readings_is_asked_about():
    with pytest.raises(ReadingError) as caught:
        read_date("03/04/2026")
    problem = caught.value.at(Place("safety.csv", row=2, column="tested_on"), Severity.WARNING)
    assert problem.severity is Severity.WARNING
    assert problem.render() == (
        'safety.csv, row 2, column "tested_on": "03/04/2026" is 2026-04-03 with the day first and '
        "2026-03-04 with the month first. Expected: a date with one reading. What to do: write it "
        "as YYYY-MM-DD, or set date_order in study.toml."
    )
    assert read_date("03/04/2026", order="day-month-year") == date(2026, 4, 3)
    assert read_date("03/04/2026", order="month-day-year") == date(2026, 3, 4)
    assert read_date("2026-03-04", order="month-day-year") == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("written", "order", "message"),
    [
        ("", None, "^an empty cell$"),
        ("soon", None, '^"soon" is not a date$'),
        ("20260314", None, "is not a date"),
        ("46000", None, "is not a date"),
        ("2026-03", None, "is not a date"),
        ("03/04/26", None, "whose year has two digits"),
        ("31/02/2026", None, "a day that does not exist"),
        ("2026-02-30", None, "a day that does not exist"),
        ("32 May 2026", None, "a day that does not exist"),
        ("3 Foo 2026", None, "a day that does not exist"),
        ("29/02/2026", None, "a day that does not exist"),
        ("13/04/2026", "month-day-year", "which the order month-day-year does not allow"),
        ("13/04/2026", "year-month-day", "which the order year-month-day does not allow"),
    ],
)
def test_what_is_not_a_date_is_refused(written, order, message):
    with pytest.raises(ReadingError, match=message):
        read_date(written, order=order)


def test_only_three_orders_exist():
    with pytest.raises(ValueError, match="a date order is one of"):
        read_date("13/04/2026", order="dmy")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("29 Sep 2023  5:21:32 AM", "2023-09-29T05:21:32"),
        ("31 Aug 2021  4:31:23 PM", "2021-08-31T16:31:23"),
        ("1 Jan 2024 12:00:00 AM", "2024-01-01T00:00:00"),
        ("1 Jan 2024 12:30 PM", "2024-01-01T12:30:00"),
        ("3/21/2022 16:56", "2022-03-21T16:56:00"),
        ("2026-03-14T09:30:05.25", "2026-03-14T09:30:05.250000"),
        ("20231120 163016", "2023-11-20T16:30:16"),
        ("2026-03-14 09:30Z", "2026-03-14T09:30:00+00:00"),
        ("2026-03-14 09:30−0730", "2026-03-14T09:30:00-07:30"),
    ],
)
def test_moments(written, moment):
    assert read_moment(written).isoformat() == moment


@pytest.mark.parametrize(
    "written", ["2026-03-14", "2026-03-14 25:00", "2026-03-14 13:00 PM", "2026-03-14 09:30+99:00"]
)
def test_a_time_of_day_is_never_invented(written):
    with pytest.raises(ReadingError, match="has no readable time of day"):
        read_moment(written)


def test_a_column_shows_its_order_of_day_and_month():
    assert column_date_order([(2, "3/4/2022"), (3, "3/21/2022 16:56")]) == "month-day-year"
    assert column_date_order([(2, "3/4/2022"), (3, "21/3/2022"), (4, "")]) == "day-month-year"
    assert column_date_order([(2, "2022-03-04"), (3, "29 Sep 2023"), (4, "3.3.2022")]) is None


def test_an_open_order_is_asked_about():
    with pytest.raises(ReadingError, match=r'^in row 5 "3/4/2022 9:06" is 2022-04-03 with the'):
        column_date_order([(4, "3/3/2022"), (5, "3/4/2022 9:06")])


def test_two_orders_in_one_column_name_both_rows():
    with pytest.raises(
        ReadingError,
        match=r'day first in row 3 \("21/3/2022"\) and the month first in row 2 \("3/22/2022"\)',
    ):
        column_date_order([(2, "3/22/2022"), (3, "21/3/2022")])


FIRST, LAST = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2199-12-31")


@given(st.datetimes(FIRST, LAST))
def test_every_moment_is_read_back(moment):
    assert read_moment(moment.isoformat()) == moment
    assert read_moment(moment.isoformat(" ", "seconds")) == moment.replace(microsecond=0)
    assert read_moment(f"{moment:%m/%d/%Y %I:%M:%S %p}", order="month-day-year") == moment.replace(
        microsecond=0
    )


@given(st.text(max_size=25))
def test_any_text_is_a_date_or_refused(written):
    for read in (read_date, read_moment):
        try:
            read(written)
        except ReadingError as error:
            assert str(error)  # noqa: PT017
