"""Printed spreads as standard deviations, held to published worked examples."""

from __future__ import annotations

import math

import pytest

from stroma.evidence.extraction.conversion import (
    convert_extraction,
    deviation_of_error,
    deviation_of_interval,
    deviation_of_quartiles,
    deviation_of_range,
    mean_of_quartiles,
    mean_of_range,
    with_canonical,
)
from stroma.evidence.review_records import Extraction, SpreadKind


def row(**cells: object) -> Extraction:
    given = {
        "key": "X0001",
        "group": "a-1",
        "place": "table 2",
        "quantity": "doubling_time",
        "tissue": "placenta",
        "unit": "h",
        **cells,
    }
    return Extraction(**given)  # type: ignore[arg-type]


# Wan et al. 2014, table 1: the expected range of n standard normal values. Equation 9 approximates
# it by 2 x the quantile at (n - 0.375)/(n + 0.25).
WAN_TABLE_1 = {
    5: 2.326,
    10: 3.078,
    15: 3.472,
    20: 3.735,
    25: 3.931,
    30: 4.086,
    40: 4.322,
    50: 4.498,
}


@pytest.mark.parametrize(("n", "expected_range"), WAN_TABLE_1.items())
def test_a_range_as_wide_as_wan_expects_is_one_deviation(n: int, expected_range: float) -> None:
    assert deviation_of_range(0, expected_range, n) == pytest.approx(1, abs=0.02)


def test_quartiles_of_a_large_sample_are_the_handbook_s_135() -> None:
    # Cochrane Handbook 6.5.2.5: the width of the quartiles is about 1.35 standard deviations.
    assert deviation_of_quartiles(1.35, 100_000) == pytest.approx(1, abs=0.001)


def test_quartiles_of_a_printed_example() -> None:
    # R's qnorm in a worked answer to "mean and standard deviation from median and quartiles":
    # (0.04 - 0.02) / (2 qnorm((0.75 n - 0.125)/(n + 0.25))) with n = 100 is 0.0150441.
    assert deviation_of_quartiles(0.04 - 0.02, 100) == pytest.approx(0.0150441, abs=5e-8)


def test_a_range_of_25_is_about_four_deviations() -> None:
    # Hozo 2005, quoted by Wan 2014: width / 4 for samples of 15 to 70.
    assert 3.4 < 1 / deviation_of_range(0, 1, 15) < 4 < 1 / deviation_of_range(0, 1, 30) < 4.2


def test_the_handbook_s_quantile_for_25_people() -> None:
    # Cochrane Handbook 6.5.2.2: n = 25 per group, 2 x 2.0639 = 4.128 in the place of 3.92.
    assert deviation_of_interval(0, 4.128, 25) == pytest.approx(math.sqrt(25), abs=0.001)


def test_the_handbook_s_normal_quantile_for_many() -> None:
    # The same section: for 100 and more, sqrt(n) x width / 3.92.
    exact = deviation_of_interval(0, 1, 1000)
    assert exact == pytest.approx(math.sqrt(1000) / 3.92, rel=0.002)


def test_a_standard_error_times_the_root_of_n() -> None:
    assert deviation_of_error(3.4, 6) == pytest.approx(8.32826, abs=1e-5)


def test_the_mean_of_symmetric_quartiles_is_the_median() -> None:
    assert mean_of_quartiles(10, 15, 20, 9) == pytest.approx(15)
    assert mean_of_range(10, 15, 20, 9) == pytest.approx(15)


def test_the_mean_leans_less_on_the_ends_the_larger_the_sample() -> None:
    # Luo 2018: w = 4 / (4 + n^0.75); n = 16 gives 1/3, n = 81 gives 4/31.
    assert mean_of_range(0, 0, 2, 16) == pytest.approx(1 / 3)
    assert mean_of_range(0, 0, 2, 81) == pytest.approx(4 / 31)


def test_one_value_has_no_spread() -> None:
    with pytest.raises(ValueError, match="2 values or more, not 1"):
        deviation_of_error(1.0, 1)


def test_a_deviation_stays_as_it_is() -> None:
    canonical = with_canonical(row(value=60.0, spread=5.0, spread_kind=SpreadKind.SD)).canonical
    assert canonical is not None
    assert (canonical.value, canonical.spread, canonical.unit) == (60.0, 5.0, "h")
    assert canonical.conversion == ("SD as printed",)


def test_days_become_hours_with_their_error() -> None:
    canonical = with_canonical(
        row(value=1.6, spread=0.12, spread_kind=SpreadKind.SEM, n=6, unit="d")
    ).canonical
    assert canonical is not None
    assert canonical.value == pytest.approx(38.4)
    assert canonical.spread == pytest.approx(0.12 * math.sqrt(6) * 24)
    assert canonical.conversion == ("d x 24 = h", "SD = SEM 0.12 x sqrt(6)")


def test_an_interval_becomes_a_deviation() -> None:
    canonical = with_canonical(
        row(value=60.0, low=54.0, high=66.0, spread_kind=SpreadKind.CI95, n=6)
    ).canonical
    assert canonical is not None
    assert canonical.spread == pytest.approx(6 / 2.570582 * math.sqrt(6), abs=1e-4)
    assert (canonical.low, canonical.high) == (54.0, 66.0)
    assert canonical.conversion == ("SD = (66 - 54) / (2 x 2.5706) x sqrt(6)",)


def test_a_skewed_interval_gives_no_deviation() -> None:
    found = convert_extraction(
        row(value=20.0, low=10.0, high=40.0, spread_kind=SpreadKind.CI95, n=6)
    )
    assert found.canonical is not None
    assert found.canonical.spread is None
    assert "20 is not in the middle of 10 to 40" in str(found.withheld[0])


def test_estimates_never_stand_where_calculated_figures_do() -> None:
    canonical = with_canonical(
        row(value=20.0, low=10.0, high=40.0, spread_kind=SpreadKind.IQR, n=13)
    ).canonical
    assert canonical is not None
    assert (canonical.value, canonical.spread) == (20.0, None)
    # By hand: w = 0.7 + 0.39/13 = 0.73; 0.73 x 25 + 0.27 x 20 = 23.65.
    assert canonical.estimated_mean == pytest.approx(23.65)
    # By hand: (0.75 x 13 - 0.125) / 13.25 = 0.72642, quantile 0.60198; 30 / 1.20396.
    assert canonical.estimated_spread == pytest.approx(24.92, abs=0.01)
    assert "Wan 2014" in canonical.conversion[0]


def test_a_range_beside_a_mean_estimates_the_deviation_alone() -> None:
    cells = {"value": 20.0, "low": 10.0, "high": 40.0, "spread_kind": SpreadKind.RANGE, "n": 16}
    mean = with_canonical(row(**cells)).canonical
    median = with_canonical(row(**cells, condition="median (range)")).canonical
    assert mean is not None
    assert median is not None
    assert mean.estimated_mean is None
    assert median.estimated_mean == pytest.approx(65 / 3)
    assert mean.estimated_spread == median.estimated_spread


def test_a_spread_of_unknown_kind_is_never_guessed() -> None:
    found = convert_extraction(row(value=60.0, spread=5.0, n=6))
    assert found.canonical is not None
    assert found.canonical.spread is None
    assert str(found.withheld[0]) == "what the spread is was not stated"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"unit": "furlong"}, "the unit “furlong” is not known"),
        ({"unit": ""}, "no unit is stated"),
        ({"unit": "%"}, "does not measure population doubling time, which is counted in h"),
        ({"quantity": "adhesion"}, "the vocabulary has no quantity “adhesion”"),
        ({"quantity": "sterility"}, "sterility is a word, not a number"),
    ],
)
def test_what_cannot_be_brought_there_is_said(cells: dict[str, object], words: str) -> None:
    found = convert_extraction(row(value=60.0, **cells))
    assert found.canonical is None
    assert words in str(found.withheld[0])


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"spread": 1.0, "spread_kind": SpreadKind.SEM}, "SEM without n gives no SD"),
        ({"spread": 1.0, "spread_kind": SpreadKind.SEM, "n": 1}, "one value has no SD"),
        ({"spread_kind": SpreadKind.SEM, "n": 4}, "the standard error itself is missing"),
        ({"low": 50.0, "spread_kind": SpreadKind.CI95, "n": 4}, "one end only"),
        ({"low": 50.0, "spread_kind": SpreadKind.RANGE, "n": 4}, "one end only"),
        ({"low": 50.0, "spread_kind": SpreadKind.IQR, "n": 4}, "one of the quartiles"),
    ],
)
def test_what_a_spread_lacks_is_said(cells: dict[str, object], words: str) -> None:
    found = convert_extraction(row(value=60.0, **cells))
    assert found.canonical is not None
    assert found.canonical.spread is None
    assert words in str(found.withheld[0])


def test_a_stated_direction_alone_needs_no_conversion() -> None:
    found = convert_extraction(row(unit=""))
    assert found.canonical is None
    assert found.withheld == ()
