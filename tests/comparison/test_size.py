"""Donors needed, against tables of sample size."""

from __future__ import annotations

import pytest

from stroma.comparison.size import Plan, donors_for
from stroma.errors import StudyProblem


# R's power.t.test(strict = TRUE): 63.77 and 85.03 a side for 0.5, 25.52 and 33.83 for 0.8, 11.94
# and 15.62 for 1.2 standard deviations.
@pytest.mark.parametrize(
    ("difference", "expected"), [(0.5, [64, 86]), (0.8, [26, 34]), (1.2, [12, 16])]
)
def test_differences(difference, expected):
    found = [needed.per_side for needed in donors_for(Plan(difference=difference, sd=1.0))]
    assert found == expected


def test_more_lots_of_a_donor_lower_only_the_spread_between_lots():
    one = donors_for(Plan(difference=1.0, sd=0.0001, within=1.0, powers=(0.8,)))
    four = donors_for(Plan(difference=1.0, sd=0.0001, within=1.0, lots_per_donor=4, powers=(0.8,)))
    plain = donors_for(Plan(difference=1.0, sd=0.5, powers=(0.8,)))
    assert four[0].per_side == plain[0].per_side < one[0].per_side


def test_a_difference_beyond_the_margin_is_never_equivalent():
    found = donors_for(Plan(difference=2.0, margin=1.0, sd=1.0, powers=(0.8,)))
    assert [needed.per_side for needed in found][-1] is None
    assert "beyond the margin" in str(found[-1].reason)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (Plan(difference=1.0), "neither or both of --sd and --cv"),
        (Plan(sd=1.0), "neither --difference nor --margin"),
        (Plan(difference=0.0, sd=1.0), "other than 0"),
        (Plan(difference=1.0, sd=-1.0), "above zero"),
        (Plan(difference=1.0, sd=1.0, lots_per_donor=0), "a whole number from 1 on"),
        (Plan(difference=1.0, sd=1.0, powers=(80.0,)), "a chance such as 0.8"),
        (Plan(difference=1.0, sd=1.0, within=-1.0), "zero or more"),
    ],
)
def test_what_cannot_be_planned(plan, said):
    with pytest.raises(StudyProblem, match=said):
        donors_for(plan)
