"""Control charts, against the NIST handbook, Montgomery and R."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stroma.stats.control_charts import (
    D2_OF_TWO,
    D4_OF_TWO,
    chart_cumulative,
    chart_individuals,
    chart_means,
    chart_weighted,
    unbiasing_c4,
)

SMALL = Path(__file__).resolve().parents[2] / "validation" / "small_samples"
REFERENCES = json.loads((SMALL / "limits.json").read_text(encoding="utf-8"))
CHART = REFERENCES["chart"]
# NIST/SEMATECH handbook 6.3.2.2, flow rate of ten batches.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# Montgomery 2013, table 9.1: twenty values about 10, ten about 11.
SHIFTED = [
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40,
    10.08, 9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62,
    11.31, 10.52,
]  # fmt: skip


def test_individuals_of_the_nist_handbook():
    chart = chart_individuals(FLOW)
    assert chart.centre == pytest.approx(50.81, abs=5e-3)
    assert chart.mean_range == pytest.approx(1.8778, abs=5e-5)
    # The handbook rounds d2 to 1.128, which moves its limits by 0.0017.
    assert chart.high == pytest.approx(55.8041, abs=2e-3)
    assert chart.low == pytest.approx(45.8159, abs=2e-3)


def test_constants_as_every_table_has_them():
    # Montgomery 2013, appendix VI.
    assert pytest.approx(1.128, abs=5e-4) == D2_OF_TWO
    assert pytest.approx(3.267, abs=5e-4) == D4_OF_TWO
    for size, c4 in ((2, 0.7979), (3, 0.8862), (5, 0.9400), (10, 0.9727), (25, 0.9896)):
        assert unbiasing_c4(size) == pytest.approx(c4, abs=5e-5)


def test_a_declared_baseline_sets_the_limits():
    chart = chart_individuals(CHART["values"], baseline=CHART["baseline"])
    assert chart.centre == pytest.approx(CHART["centre"], rel=1e-12)
    assert chart.sigma == pytest.approx(CHART["sigma"], rel=1e-12)
    assert len(chart.ranges) == len(chart.values) - 1


def test_weighted_averages_as_r_filters_them():
    chart = chart_weighted(CHART["values"], centre=CHART["centre"], sigma=CHART["sigma"])
    assert chart.averages == pytest.approx(CHART["weighted"], rel=1e-12)


def test_sums_as_r_reduces_them():
    chart = chart_cumulative(CHART["values"], centre=CHART["centre"], sigma=CHART["sigma"])
    assert chart.above == pytest.approx(CHART["above"], abs=1e-12)
    assert chart.below == pytest.approx(CHART["below"], abs=1e-12)


def test_cusum_of_montgomery():
    # Table 9.2: the upper sum passes 5 at the 29th value with 5.28, and stands at 5.30 at the 30th.
    chart = chart_cumulative(SHIFTED, centre=10, sigma=1)
    assert [round(value, 2) for value in chart.above[:8]] == [0, 0, 0, 1.16, 2.82, 2.5, 0.04, 1.0]
    assert chart.above[28] == pytest.approx(5.28, abs=5e-3)
    assert chart.above[29] == pytest.approx(5.30, abs=5e-3)
    assert chart.beyond == (28, 29)


def test_ewma_of_montgomery():
    # Example 9.2: weight 0.1, width 2.7; 10.6468 and 10.6341, the last two, are marked as beyond.
    chart = chart_weighted(SHIFTED, centre=10, sigma=1, weight=0.1, width=2.7)
    assert chart.averages[:3] == pytest.approx((9.945, 9.7495, 9.70355), abs=5e-7)
    assert chart.averages[28:] == pytest.approx((10.6468, 10.6341), abs=5e-5)
    assert chart.beyond == (28, 29)
    # Limits at the first values 9.73 and 10.27, settling at 9.38 and 10.62.
    assert (round(chart.low[0], 2), round(chart.high[0], 2)) == (9.73, 10.27)
    assert (round(chart.low[-1], 2), round(chart.high[-1], 2)) == (9.38, 10.62)


def test_means_and_deviations_as_r_has_them():
    case = REFERENCES["means"]
    chart = chart_means(case["groups"])
    assert chart.centre == pytest.approx(case["centre"], rel=1e-12)
    assert chart.sigma == pytest.approx(case["sigma"], rel=1e-12)
    assert chart.high[0] - chart.centre == pytest.approx(case["half_width"], rel=1e-12)
    assert chart.deviation_high[0] == pytest.approx(case["deviation_high"], rel=1e-12)
    assert chart.deviation_low == (0.0,) * 4


def test_larger_subgroups_have_narrower_limits():
    chart = chart_means([[1.0, 2.0], [1.0, 3.0, 2.0, 2.5, 1.5], [2.0, 1.0]], baseline=2)
    assert chart.high[1] < chart.high[0] == chart.high[2]


def test_what_makes_no_chart_is_refused():
    with pytest.raises(ValueError, match="2 or more"):
        chart_individuals([1.0])
    with pytest.raises(ValueError, match="baseline of 1 among 3"):
        chart_individuals([1.0, 2.0, 3.0], baseline=1)
    with pytest.raises(ValueError, match="baseline of 4 among 3"):
        chart_individuals([1.0, 2.0, 3.0], baseline=4)
    with pytest.raises(ValueError, match="spread of 0"):
        chart_cumulative([1.0], centre=0, sigma=0)
    with pytest.raises(ValueError, match=r"weight 1\.5"):
        chart_weighted([1.0], centre=0, sigma=1, weight=1.5)
