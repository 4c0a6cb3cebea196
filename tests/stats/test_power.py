"""Power and numbers of donors, against R's power.t.test and printed results of PowerTOST."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.stats.power import (
    donors_for_difference,
    donors_for_equivalence,
    power_equivalence,
    power_of_contrast,
    power_paired,
    power_two_sample,
    variance_of_donor_mean,
)

SMALL = Path(__file__).resolve().parents[2] / "validation" / "small_samples"
REFERENCES = json.loads((SMALL / "references.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", REFERENCES["power_t"])
def test_power_of_t_tests_as_r_has_it(case):
    if case["type"] == "paired":
        found = power_paired(case["delta"], case["sd"], pairs=case["n"], alpha=case["alpha"])
    else:
        found = power_two_sample(
            case["delta"], case["sd"], first=case["n"], second=case["n"], alpha=case["alpha"]
        )
    assert found == pytest.approx(case["power"], abs=1e-9)


@pytest.mark.parametrize("case", REFERENCES["size_t"])
def test_donors_as_r_has_them(case):
    found = donors_for_difference(
        case["delta"], case["sd"] ** 2, power=case["power"], paired=case["type"] == "paired"
    )
    assert found.per_side == math.ceil(case["n"])
    assert found.power >= case["power"]


@pytest.mark.parametrize("case", REFERENCES["power_tost"])
def test_power_of_equivalence_as_r_integrates_it(case):
    found = power_equivalence(
        case["delta"],
        case["se"],
        degrees_of_freedom=case["df"],
        lower_margin=case["low"],
        upper_margin=case["high"],
        alpha=case["alpha"],
    )
    assert found == pytest.approx(case["power"], abs=1e-9)


@pytest.mark.parametrize(
    ("ratio", "cv", "share", "groups", "margin", "printed", "decimals"),
    # README of PowerTOST 1.5-2, section Examples: power.TOST(CV = 0.35, n = c(52, 49), design =
    # "parallel"); sampleN.TOST(CV = 0.20); sampleN.TOST(CV = 0.125, theta0 = 0.975, theta1 = 0.90).
    # In a 2x2 crossover the error is half that of parallel groups of the sequences' size.
    [
        (0.95, 0.35, 1.0, (52, 49), 0.8, 0.8011186, 7),
        (0.95, 0.20, 0.5, (10, 10), 0.8, 0.834680, 6),
        (0.975, 0.125, 0.5, (16, 16), 0.9, 0.800218, 6),
    ],
)
def test_power_of_equivalence_as_powertost_printed_it(
    ratio, cv, share, groups, margin, printed, decimals
):
    variance = math.log(cv**2 + 1)
    error = math.sqrt(share * variance * sum(1 / n for n in groups))
    found = power_equivalence(
        math.log(ratio),
        error,
        degrees_of_freedom=sum(groups) - 2,
        lower_margin=math.log(margin),
        upper_margin=-math.log(margin),
    )
    assert found == pytest.approx(printed, abs=0.5 * 10**-decimals)


def test_no_number_of_donors_is_enough_at_the_margin():
    found = donors_for_equivalence(
        1.0, 1.0, lower_margin=-1.0, upper_margin=1.0, power=0.8, cap=200
    )
    assert found.per_side is None
    # At the margin the power is the level of the test.
    assert found.power == pytest.approx(0.05, abs=1e-6)
    assert donors_for_difference(0.0, 1.0, power=0.8, cap=50).per_side is None


def test_the_number_is_the_smallest():
    found = donors_for_equivalence(0.1, 0.8, lower_margin=-1, upper_margin=1, power=0.9)
    assert found.per_side is not None

    def power(donors):
        return power_equivalence(
            0.1, math.sqrt(1.6 / donors), degrees_of_freedom=2 * donors - 2, lower_margin=-1,
            upper_margin=1,
        )  # fmt: skip

    assert power(found.per_side) == pytest.approx(found.power)
    assert max(power(n) for n in range(2, found.per_side)) < 0.9


def test_more_lots_lower_only_the_second_part():
    assert variance_of_donor_mean(4.0, 2.0, lots_per_donor=1) == 6.0
    assert variance_of_donor_mean(4.0, 2.0, lots_per_donor=4) == 4.5
    with pytest.raises(ValueError, match="0 lots"):
        variance_of_donor_mean(1.0, 1.0, lots_per_donor=0)


@given(st.floats(0, 5), st.integers(2, 60), st.floats(0.001, 0.3))
def test_power_is_a_chance_and_at_least_the_level(difference, donors, alpha):
    found = power_two_sample(difference, 1.0, first=donors, second=donors, alpha=alpha)
    assert alpha - 1e-12 <= found <= 1.0


def test_a_thousand_donors_are_no_trouble():
    assert power_two_sample(1.0, 1.0, first=1000, second=1000) == pytest.approx(1.0, abs=1e-12)
    assert power_of_contrast(0.0, 1.0, degrees_of_freedom=math.inf) == pytest.approx(0.05)


def test_what_has_no_power_is_refused():
    with pytest.raises(ValueError, match="spread of 0"):
        power_paired(1.0, 0.0, pairs=5)
    with pytest.raises(ValueError, match="0 degrees of freedom"):
        power_paired(1.0, 1.0, pairs=1)
    with pytest.raises(ValueError, match="are no margins"):
        power_equivalence(0, 1, degrees_of_freedom=5, lower_margin=1, upper_margin=-1)
    with pytest.raises(ValueError, match="cap of 1"):
        donors_for_difference(1.0, 1.0, power=0.8, cap=1)
