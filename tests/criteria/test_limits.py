"""Intervals against limits; every expected outcome was decided by hand on a number line."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.criteria.limits import Extent, compare, extent_of, margin, nearest_limit, reported_bound
from stroma.measurements import Measurement


def interval(value: float, low: float, high: float) -> Extent:
    return Extent(value, low, high, stated=True)


@pytest.mark.parametrize(
    ("extent", "operator", "limit", "outcome"),
    [
        (interval(97, 96, 98), ">=", 95.0, "PASS"),
        (interval(97, 95, 98), ">=", 95.0, "PASS"),
        (interval(97, 95, 98), ">", 95.0, "INCONCLUSIVE"),
        (interval(96, 94, 98), ">=", 95.0, "INCONCLUSIVE"),
        (interval(94, 92, 95), ">=", 95.0, "INCONCLUSIVE"),  # its end may be at the limit
        (interval(94, 92, 95), ">", 95.0, "FAIL"),
        (interval(93, 92, 94), ">=", 95.0, "FAIL"),
        (interval(0.61, 0.45, 0.82), "<=", 2.0, "PASS"),
        (interval(1.5, 1.0, 2.0), "<=", 2.0, "PASS"),
        (interval(1.5, 1.0, 2.0), "<", 2.0, "INCONCLUSIVE"),
        (interval(2.5, 2.0, 3.0), "<=", 2.0, "INCONCLUSIVE"),
        (interval(2.5, 2.0, 3.0), "<", 2.0, "FAIL"),
        (interval(2.5, 2.1, 3.0), "<=", 2.0, "FAIL"),
        (Extent(95, 95, 95), ">=", 95.0, "PASS"),
        (Extent(95, 95, 95), ">", 95.0, "FAIL"),
        (Extent(2, 2, 2), "<=", 2.0, "PASS"),
        (Extent(2, 2, 2), "<", 2.0, "FAIL"),
        (Extent(0, 0, 0), "<=", 2.0, "PASS"),
        (interval(200, 190, 210), "between", (180.0, 220.0), "PASS"),
        (interval(180, 180, 220), "between", (180.0, 220.0), "PASS"),
        (interval(185, 175, 195), "between", (180.0, 220.0), "INCONCLUSIVE"),
        (interval(200, 170, 230), "between", (180.0, 220.0), "INCONCLUSIVE"),
        (interval(230, 221, 240), "between", (180.0, 220.0), "FAIL"),
        (interval(170, 160, 179), "between", (180.0, 220.0), "FAIL"),
        (Extent(100, 100, 100), "==", 100.0, "PASS"),
        (interval(101, 99, 103), "==", 100.0, "INCONCLUSIVE"),
        (interval(105, 103, 107), "==", 100.0, "FAIL"),
        # A doubling time whose culture may not have grown has no upper end.
        (interval(40, 30, math.inf), "<", 48.0, "INCONCLUSIVE"),
        (interval(60, 50, math.inf), "<", 48.0, "FAIL"),
    ],
)
def test_an_interval_is_held_against_a_limit(extent, operator, limit, outcome):
    assert compare(extent, operator, limit).value == outcome


@pytest.mark.parametrize(
    ("gate", "value", "outcome"),
    [
        ("minimum", 160, "PASS"),
        ("minimum", 74, "FAIL"),
        ("maximum", 74, "PASS"),
        ("maximum", 160, "FAIL"),
    ],
)
def test_a_gate_lets_one_end_decide(gate, value, outcome):
    extent = Extent(value, value, value)
    assert compare(extent, "between", (75.0, 150.0), gate=gate).value == outcome


def test_operator_and_limit_have_to_fit():
    with pytest.raises(ValueError, match=r"'between' does not go with 5\.0"):
        compare(Extent(1, 1, 1), "between", 5.0)


def endotoxin(value: float, entered: str, **fields) -> Measurement:
    return Measurement(lot="L", quantity="endotoxin", value=value, unit="[EU]/mL",
                       settings={"entered": entered}, **fields)  # fmt: skip


@pytest.mark.parametrize(
    ("entered", "operator", "limit", "outcome"),
    [
        # Below the limit of quantification, which is the very limit: it is below it.
        ("<0.0625", "<", 0.0625, "PASS"),
        ("≤0.0625", "<", 0.0625, "INCONCLUSIVE"),
        ("<0.0625", "<=", 0.0625, "PASS"),
        ("<0.0625", "<", 0.05, "INCONCLUSIVE"),
        ("<0.0625", ">=", 0.0625, "FAIL"),
        (">0.0625", ">", 0.0625, "PASS"),
        (">0.0625", "<=", 0.0625, "FAIL"),
        (">0.0625", "<", 1.0, "INCONCLUSIVE"),
        ("менее 0,0625 ЕЭ/мл", "<", 0.0625, "PASS"),
    ],
)
def test_a_result_reported_as_a_bound_keeps_its_meaning(entered, operator, limit, outcome):
    low = 0.0 if entered[0] in "<≤м" else None
    extent = extent_of(endotoxin(0.0625, entered, low=low), "[EU]/mL")
    assert extent is not None
    assert compare(extent, operator, limit).value == outcome


def test_a_plain_result_is_no_bound():
    assert reported_bound(endotoxin(0.2, "0.2 EU/mL")) == ""
    assert reported_bound(endotoxin(0.2, "< 0.2 EU/mL")) == "<"


def percent(value: float, **fields) -> Measurement:
    return Measurement(lot="L", quantity="viability", value=value, unit="%", **fields)


def test_what_stands_for_an_end_that_is_missing():
    assert extent_of(percent(96), "%") == Extent(96, 96, 96)
    assert extent_of(percent(96, low=94), "%") == Extent(96, 94, 96, stated=True)
    assert extent_of(percent(96, high=97), "%") == Extent(96, 96, 97, stated=True)
    one_sided = extent_of(percent(96, low=94, level=0.95), "%")
    assert one_sided == Extent(96, 94, math.inf, stated=True)


def test_a_value_outside_its_own_interval_widens_it():
    assert extent_of(percent(90, low=94, high=97), "%") == Extent(90, 90, 97, stated=True)


def test_a_row_is_converted_to_the_unit_of_the_criterion():
    cells = Measurement(lot="L", quantity="cells_per_container", value=2.1e8, unit="{cells}",
                        low=2.0e8, high=2.2e8)  # fmt: skip
    assert extent_of(cells, "10*6.{cells}") == Extent(210, 200, 220, stated=True)


@pytest.mark.parametrize(
    "row",
    [
        percent(math.nan),
        percent(math.inf),
        Measurement(lot="L", quantity="viability", value=0.95, unit="1"),
        Measurement(lot="L", quantity="viability", value=95, unit=""),
        Measurement(lot="L", quantity="viability", value=95, unit="furlong"),
    ],
)
def test_a_number_that_cannot_be_compared_has_no_extent(row):
    assert extent_of(row, "%") is None


@pytest.mark.parametrize(
    ("extent", "operator", "limit", "expected"),
    [
        (interval(0.61, 0.45, 0.82), "<=", 2.0, 1.18),
        (interval(96, 94, 98), ">=", 95.0, -1.0),
        (Extent(96, 96, 96), ">=", 95.0, 1.0),
        (interval(200, 190, 215), "between", (180.0, 220.0), 5.0),
        (Extent(100, 100, 100), "==", 100.0, None),
        (interval(40, 30, math.inf), "<", 48.0, None),
    ],
)
def test_the_margin_is_that_of_the_less_favourable_end(extent, operator, limit, expected):
    found = margin(extent, operator, limit)
    assert found == expected


def test_the_nearest_limit_of_a_range():
    assert nearest_limit(Extent(185, 185, 185), (180.0, 220.0)) == 180.0
    assert nearest_limit(Extent(185, 185, 185), (180.0, 220.0), gate="maximum") == 220.0
    assert nearest_limit(Extent(1, 1, 1), "positive") is None


numbers = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)
operators = st.sampled_from([">=", ">", "<=", "<"])


@given(value=numbers, width=st.tuples(*[st.floats(0, 1e6)] * 2), more=st.floats(0, 1e6),
       operator=operators, limit=numbers)  # fmt: skip
def test_a_wider_interval_never_decides_what_a_narrower_left_open(
    value, width, more, operator, limit
):
    narrow = interval(value, value - width[0], value + width[1])
    wide = interval(value, narrow.low - more, narrow.high + more)
    outcomes = compare(narrow, operator, limit).value, compare(wide, operator, limit).value
    assert outcomes[1] in {outcomes[0], "INCONCLUSIVE"}


@given(value=numbers, operator=operators, limit=numbers)
def test_a_point_value_is_always_decided(value, operator, limit):
    outcome = compare(Extent(value, value, value), operator, limit).value
    holds = {">=": value >= limit, ">": value > limit, "<=": value <= limit, "<": value < limit}
    assert outcome == ("PASS" if holds[operator] else "FAIL")
