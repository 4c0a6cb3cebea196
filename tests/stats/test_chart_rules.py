"""The rules that read a chart, each on a run that just meets it and one that just does not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.stats.chart_rules import NELSON, WESTERN_ELECTRIC, ChartRule, read_chart

# Written from the wording of the rules: what meets each, completed by the last value, and what
# just does not.
CASES = (
    (ChartRule.WESTERN_ELECTRIC_1, [3.01], [3.0]),
    (ChartRule.WESTERN_ELECTRIC_2, [2.1, 0.0, 2.1], [2.1, 0.0, -2.1]),
    (ChartRule.WESTERN_ELECTRIC_3, [1.1, 1.1, -0.2, 1.1, 1.1], [1.1, 1.1, -0.2, 1.1, 0.9]),
    (ChartRule.WESTERN_ELECTRIC_4, [-0.1] * 8, [-0.1] * 7),
    (ChartRule.NELSON_1, [-3.01], [-2.99]),
    (ChartRule.NELSON_2, [0.1] * 9, [0.1] * 8),
    (ChartRule.NELSON_3, [-0.5, -0.3, -0.1, 0.1, 0.2, 0.3], [-0.5, -0.3, -0.1, 0.1, 0.1, 0.3]),
    (ChartRule.NELSON_4, [0.1, -0.1] * 7, [0.1, -0.1] * 6 + [0.1]),
    (ChartRule.NELSON_5, [0.0, -2.1, -2.1], [-2.1, -2.1, 0.0]),
    (ChartRule.NELSON_6, [-1.1, 0.0, -1.1, -1.1, -1.1], [-1.1, 0.0, 0.0, -1.1, -1.1]),
    (ChartRule.NELSON_7, [0.5, -0.5, 0.4] * 5, [0.5, -0.5, 0.4] * 4 + [0.5, -0.5]),
    (ChartRule.NELSON_8, [1.1, -1.2] * 4, [1.1, -1.2] * 3 + [1.1, -0.9]),
)


@pytest.mark.parametrize(("rule", "met", "not_met"), CASES)
def test_a_rule_is_met_where_its_words_say(rule, met, not_met):
    (signal,) = read_chart(met, [rule])
    assert (signal.rule, signal.at, signal.first) == (rule, len(met) - 1, 0)
    assert read_chart(not_met, [rule]) == ()


def test_there_are_four_and_eight_rules():
    assert (len(WESTERN_ELECTRIC), len(NELSON)) == (4, 8)


def test_signals_come_in_order():
    found = read_chart([0.1, 2.2, 3.3], (*WESTERN_ELECTRIC, *NELSON))
    assert [(signal.at, signal.rule.value) for signal in found] == [
        (2, "western_electric_1"), (2, "western_electric_2"), (2, "nelson_1"), (2, "nelson_5"),
    ]  # fmt: skip


@given(st.lists(st.floats(-4, 4), max_size=25))
def test_turning_the_chart_upside_down_changes_nothing(deviations):
    rules = (*WESTERN_ELECTRIC, *NELSON)
    assert read_chart(deviations, rules) == read_chart([-z for z in deviations], rules)


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="nan"):
        read_chart([0.0, math.nan], NELSON)
