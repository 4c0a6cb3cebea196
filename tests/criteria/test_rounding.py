"""Decimals: alike for a value and its interval, never onto a limit, never finer than the error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.criteria.rounding import common_digits, shown, with_digits
from stroma.criteria.wording import margin_number
from stroma.texts import Number, join

SHARE = st.floats(0.0, 100.0)


def written(value, low, high, unit, beside=()):
    digits = common_digits(value, (low, high), unit=unit, beside=beside)
    return [str(join([with_digits(number, digits)])) for number in (value, low, high)]


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "expected"),
    [
        (98.7317, 98.5433, 98.8961, "%", ["98.73", "98.54", "98.90"]),
        (0.779, 0.637, 0.9996, "%", ["0.78", "0.64", "1.00"]),
        (96.0, 94.0, 98.0, "%", ["96", "94", "98"]),
        (99.9, 99.5, 100.0, "%", ["99.9", "99.5", "100.0"]),
        (0.0, 0.0, 0.39, "%", ["0.00", "0.00", "0.39"]),
        # How wide the interval is says how many decimals a share near 0 is worth.
        (0.0837, 0.0, 0.3911, "%", ["0.08", "0.00", "0.39"]),
        (0.000226, 0.0, 0.4312, "%", ["0.00", "0.00", "0.43"]),
        (0.0004, 0.0001, 0.0011, "%", ["0.0004", "0.0001", "0.0011"]),
        (50.3748, 46.2878, 55.2536, "h", ["50.37", "46.29", "55.25"]),
        (155.264, 140.21, 170.93, "h", ["155.3", "140.2", "170.9"]),
        (2380000.0, 2157960.27, 2624886.14, "{cells}", ["2,380,000", "2,158,000", "2,625,000"]),
        (10095.24, 9153.41, 11133.97, "{cells}/cm2", ["10,100", "9,150", "11,130"]),
        # However wide the interval, the value keeps two digits.
        (5.33, 1.2, 1400.0, "1", ["5.3", "1.2", "1,400.0"]),
    ],
)
def test_a_value_and_its_interval_have_the_same_decimals(value, low, high, unit, expected):
    assert written(value, low, high, unit) == expected


def test_near_a_limit_all_three_are_written_more_finely():
    assert written(95.3, 94.9983, 95.6, "%", (95.0,)) == ["95.300", "94.998", "95.600"]


@given(SHARE, SHARE, SHARE, st.sampled_from([2.0, 5.0, 70.0, 95.0]))
def test_no_number_of_an_interval_is_written_onto_or_over_a_limit(value, low, high, limit):
    digits = common_digits(value, (low, high), unit="%", beside=(limit,))
    for number in (value, low, high):
        rounded = with_digits(number, digits).value
        if abs(number - limit) > 1e-11:
            assert (rounded > limit, rounded < limit) == (number > limit, number < limit)


def test_an_end_that_cannot_be_stated_is_left_aside():
    assert common_digits(12.34, (None, float("inf")), unit="h") == 2
    assert common_digits(None, (9.1, None), unit="h") == 1
    assert common_digits(None) == 0


def test_a_single_number_keeps_what_was_entered():
    assert shown(0.0625) == 0.0625
    assert shown(15533.0) == 15533.0


@pytest.mark.parametrize(
    ("margin", "digits", "expected"),
    [(1.0, 2, Number(1.0, 2)), (0.0004, 2, Number(0.0004, 4)), (0.0, 2, Number(0.0, 2)),
     (806000.4, -3, Number(806000.0, 0)), (-0.2, 1, Number(-0.2, 1))],
)  # fmt: skip
def test_a_margin_is_never_written_as_none(margin, digits, expected):
    assert margin_number(margin, digits) == expected
