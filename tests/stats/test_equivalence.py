"""Two one-sided tests, against R's t.test."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.stats.equivalence import two_one_sided_tests

SMALL = Path(__file__).resolve().parents[2] / "validation" / "small_samples"
REFERENCES = json.loads((SMALL / "references.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", REFERENCES["tost"])
def test_as_r_has_it(case):
    found = two_one_sided_tests(
        case["estimate"],
        case["se"],
        degrees_of_freedom=case["df"],
        lower_margin=-case["margin"],
        upper_margin=case["margin"],
        alpha=case["alpha"],
    )
    assert found.p_above_lower == pytest.approx(case["p_above"], rel=1e-9)
    assert found.p_below_upper == pytest.approx(case["p_below"], rel=1e-9)
    assert found.low == pytest.approx(case["low"], rel=1e-9)
    assert found.high == pytest.approx(case["high"], rel=1e-9)
    assert found.equivalent == (max(case["p_above"], case["p_below"]) <= case["alpha"])


@given(
    st.floats(-2, 2), st.floats(0.01, 2), st.floats(1, 100), st.floats(0.1, 3), st.floats(0.01, 0.4)
)
def test_equivalent_exactly_where_the_interval_is_within(estimate, error, freedom, margin, alpha):
    found = two_one_sided_tests(
        estimate, error, degrees_of_freedom=freedom, lower_margin=-margin, upper_margin=margin,
        alpha=alpha,
    )  # fmt: skip
    within = -margin < found.low and found.high < margin
    if min(abs(found.low + margin), abs(found.high - margin)) > 1e-9:
        assert found.equivalent == within


def test_one_margin_is_a_test_of_non_inferiority():
    found = two_one_sided_tests(
        0.0, 1.0, degrees_of_freedom=math.inf, lower_margin=-1.6448536269514722, upper_margin=None
    )
    assert found.p_value == pytest.approx(0.05, abs=1e-12)
    assert found.p_below_upper is None
    other = two_one_sided_tests(0.0, 1.0, degrees_of_freedom=5, lower_margin=None, upper_margin=1.0)
    assert other.p_above_lower is None


@pytest.mark.parametrize(
    ("error", "freedom", "margins", "words"),
    [
        (0.0, 5, (-1, 1), "standard error 0.0"),
        (1.0, 0, (-1, 1), "0 degrees of freedom"),
        (1.0, 5, (1, 1), "1 to 1 are no margins"),
        (1.0, 5, (None, None), "None to None"),
    ],
)
def test_what_cannot_be_tested_is_refused(error, freedom, margins, words):
    with pytest.raises(ValueError, match=words):
        two_one_sided_tests(
            0.0, error, degrees_of_freedom=freedom, lower_margin=margins[0],
            upper_margin=margins[1],
        )  # fmt: skip
