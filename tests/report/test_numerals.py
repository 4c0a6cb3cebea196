from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.report.numerals import (
    judged_interval,
    judged_margin,
    judged_value,
    number,
    short_number,
    signed,
    with_interval,
)
from stroma.texts import ENGLISH, Language

RUSSIAN = Language("ru", ",", "\u202f")


@pytest.mark.parametrize(
    ("value", "limit", "written"),
    [(94.96, 95, "94.96"), (94.9983, 95, "94.998"), (95.0, 95, "95"), (2.04, 2, "2.04"),
     (98.97, 95, "99"), (0.04, 2, "0.04"), (0.0, 2, "0"), (0.68, 2, "0.7")],
)  # fmt: skip
def test_a_short_number_keeps_its_side_of_the_limit(value, limit, written):
    assert short_number(value, ENGLISH, limits=(limit,)) == written


@given(st.floats(0.1, 100), st.sampled_from([2.0, 5.0, 70.0, 95.0]))
def test_no_number_is_written_onto_or_over_its_limit(value, limit):
    for write in (number, short_number):
        shown = float(write(value, ENGLISH, limits=(limit,)))
        assert (shown > limit, shown < limit) == (value > limit, value < limit)


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [(0.3, 1.12, "0,30–1,12"), (None, 0.5, "≤\u00a00,50"), (2.0, None, "≥\u00a02,00"),
     (None, None, "")],
)  # fmt: skip
def test_an_interval_may_lack_an_end(low, high, written):
    assert with_interval(0.45, low, high, RUSSIAN)[1] == written


def test_a_margin_is_written_as_finely_as_its_interval(results):
    (judged,) = results.verdicts
    said = {
        result.analyte: (
            judged_value(result, ENGLISH).replace("\u00a0", " "),
            judged_interval(result, ENGLISH),
            judged_margin(result, ENGLISH),
        )
        for result in judged.lots[0].criteria
        if result.value is not None
    }
    assert said["CD105"] == ("99.10 %", "98.68–99.52", "+3.68")
    assert said["CD45"] == ("0.68 %", "0.27–1.09", "+0.91")


@pytest.mark.parametrize(
    ("value", "written"), [(3.9, "+3.9"), (-0.004, "−0.004"), (0.0, "0"), (2 - 0.82, "+1.18")]
)
def test_a_margin_has_its_sign_and_no_binary_dust(value, written):
    assert signed(value, ENGLISH) == written
