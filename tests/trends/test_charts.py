"""Lots on control charts."""

from __future__ import annotations

import json
import math

import pytest

from stroma.errors import StudyProblem
from stroma.measurements import Measurement
from stroma.stats.chart_rules import NELSON, ChartRule
from stroma.trends.charts import chart_lots, chart_view, rule_label
from stroma.trends.json_twin import to_json
from stroma.trends.results import ChartKind
from stroma.trends.series import series_of

# NIST/SEMATECH handbook 6.3.2.2, flow rate of ten batches: limits 45.8 and 55.8 about 50.81.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]


def lots_of(values, quantity="population_doublings", unit="{doublings}"):
    rows = [Measurement(lot=f"L{i}", quantity=quantity, value=float(v), unit=unit)
            for i, v in enumerate(values)]  # fmt: skip
    return series_of(rows, quantity=quantity)


def test_limits_as_the_nist_handbook_has_them():
    chart = chart_lots(lots_of(FLOW))
    assert chart.centre == pytest.approx(50.81)
    assert (round(chart.low, 1), round(chart.high, 1)) == (45.8, 55.8)
    assert [str(problem.found) for problem in chart.problems] == [
        "limits of a chart set from 10 lots"
    ]


def test_a_lot_that_stands_out_is_named_with_the_rule():
    chart = chart_lots(lots_of([*FLOW, 58.0]), baseline=10)
    first = [signal for signal in chart.signals if signal.lot == "L10"]
    assert [(signal.chart, signal.rule) for signal in first] == [
        (ChartKind.INDIVIDUALS, ChartRule.WESTERN_ELECTRIC_1),
        (ChartKind.WEIGHTED_AVERAGE, None),
        (ChartKind.CUMULATIVE_SUM, None),
    ]
    assert str(first[0].label) == "beyond three standard deviations (Western Electric 1)"
    assert first[0].since == "L10"
    assert not chart.points[10].in_baseline


def test_times_are_charted_on_their_logarithm():
    values = [30.0, 33.0, 28.0, 31.0, 36.0]
    chart = chart_lots(lots_of(values, "doubling_time", "h"))
    logs = [math.log(value) for value in values]
    assert chart.centre == pytest.approx(math.exp(sum(logs) / 5))
    assert chart.low * chart.high == pytest.approx(chart.centre**2)


def test_a_jump_is_seen_by_the_moving_range():
    chart = chart_lots(lots_of([10, 11, 10, 11, 10, 11, 10, 11, 30, 11]), baseline=8)
    jumps = [s for s in chart.signals if s.chart is ChartKind.MOVING_RANGE]
    assert [(signal.lot, signal.since) for signal in jumps] == [("L8", "L7"), ("L9", "L8")]


def test_a_limit_no_lot_can_pass_is_not_drawn():
    chart = chart_lots(lots_of([100, 98, 99, 97, 100, 99], "viability", "%"))
    assert chart.high is None
    assert chart_view(chart).high is None


def test_every_rule_has_words():
    assert len({str(rule_label(rule)) for rule in ChartRule}) == 12
    falling = chart_lots(lots_of([5, 4.9, 4.8, 4.7, 4.6, 4.5, 5.2, 4.0]), rules=NELSON)
    assert ChartRule.NELSON_3 in {signal.rule for signal in falling.signals}


def test_what_makes_no_chart_is_said():
    with pytest.raises(StudyProblem, match=r"a baseline of 1 among 1 lot[.]"):
        chart_lots(lots_of([1.0]))
    with pytest.raises(StudyProblem, match="a baseline of 9 among 3 lots"):
        chart_lots(lots_of([1.0, 2.0, 3.0]), baseline=9)
    with pytest.raises(StudyProblem, match="the same value in all 3 lots of the baseline"):
        chart_lots(lots_of([2.0, 2.0, 2.0, 3.0]), baseline=3)


def test_the_twin_is_json():
    twin = to_json(chart_lots(lots_of(FLOW)))
    assert json.loads(json.dumps(twin, allow_nan=False)) == twin
    assert twin["points"][0]["moving_range"] is None
