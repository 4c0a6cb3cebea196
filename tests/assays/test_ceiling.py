"""How far a lot can still double: simulated slowing, R's zero of a line, and what is refused."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest

from stroma.assays.growth import measure_growth
from stroma.errors import Severity
from stroma.house_rules import CountingRule, GrowthRule
from stroma.records import Lot, Origin, Passage

LOT = Lot(lot="BM-01", donor="D01", source="bone_marrow", origin_of_row=Origin("lots.csv", "0"))
REFERENCES = json.loads(
    (Path(__file__).parents[2] / "validation/slowing_growth/references.json").read_text("utf-8")
)


def grown(doublings, *, hours=96.0, **fields):
    """Measure a lot whose passages made these doublings."""
    each = hours if isinstance(hours, list) else [hours] * len(doublings)
    passages = [
        Passage(lot="BM-01", passage=f"P{number}", seeded=5e5, harvested=5e5 * 2**doubled,
                hours=time, area_cm2=175.0,
                origin_of_row=Origin("passages.csv", "a", f"row {number + 1}"), **fields)
        for number, (doubled, time) in enumerate(zip(doublings, each, strict=True), 1)
    ]  # fmt: skip
    return measure_growth(
        passages, {}, lot=LOT, counting=CountingRule(cv_percent=10.0), growth=GrowthRule()
    )


def rows(result, quantity):
    return [row for row in result.measurements if row.quantity == quantity]


def slowing(passages, *, ceiling=30.0, rate=0.9, days=4.0):
    """Doublings of cells whose rate falls in proportion to those behind them: the exact solution
    of dC/dt = rate * (1 - C / ceiling)."""
    total, doublings = 0.0, []
    for _ in range(passages):
        doubled = (ceiling - total) * -math.expm1(-rate / ceiling * days)
        doublings.append(doubled)
        total += doubled
    return doublings


def test_the_ceiling_of_cells_that_slow_down_is_found():
    result = grown(slowing(8))
    (ceiling,), (left,) = rows(result, "projected_ceiling"), rows(result, "remaining_doublings")
    # The rate in the middle of a passage is its mean rate to (rate/ceiling*days)^2/12, 0.1 %.
    assert ceiling.value == pytest.approx(30.0, rel=2e-3)
    assert left.value == pytest.approx(30.0 - sum(slowing(8)), rel=1e-2)
    assert (ceiling.passage, ceiling.n, ceiling.level) == ("P8", 16, 0.95)
    assert left.low is not None
    assert left.low >= 0
    (view,) = result.views
    assert view.ceiling == ceiling.value
    assert "dashed: growth is projected to cease at" in str(view.convention)


def test_interval_is_that_of_r():
    case = REFERENCES["far"]
    # Passages whose middles and rates are those of the reference: doublings and days follow.
    behind, doublings, hours = 0.0, [], []
    for middle, rate in zip(case["totals"], case["rates"], strict=True):
        doubled = 2 * (middle - behind)
        doublings.append(doubled)
        hours.append(doubled / rate * 24)
        behind += doubled
    (ceiling,) = rows(grown(doublings, hours=hours), "projected_ceiling")
    assert (ceiling.value, ceiling.low, ceiling.high) == pytest.approx(
        (case["value"], case["low"], case["high"]), rel=1e-8
    )


def test_a_far_ceiling_and_missing_hours_are_said():
    far = rows(grown(slowing(5, ceiling=60.0)), "projected_ceiling")[0]
    assert any("less than half of the ceiling" in str(said) for said in far.warnings)
    untimed = rows(grown(slowing(8), hours=None), "projected_ceiling")[0]
    assert any("taken to have lasted equally long" in str(said) for said in untimed.warnings)
    assert untimed.value == pytest.approx(30.0, rel=2e-3)


@pytest.mark.parametrize(
    ("doublings", "message"),
    [
        ([2.1, 1.9, 2.0, 2.2, 1.8, 2.1], "growth that has not surely slowed over 6 passages"),
        ([3.0, 2.0, 1.0, 0.1, -0.3, -0.4], "past the .* at which growth was projected to cease"),
    ],
)
def test_no_ceiling_is_told_where_none_is_seen(doublings, message):
    result = grown(doublings)
    assert rows(result, "projected_ceiling") == []
    said = [p for p in result.problems if p.severity is Severity.NOTE]
    assert any(re.search(message, p.render()) for p in said)
    assert result.views[0].ceiling is None


def test_four_passages_project_nothing_and_say_nothing():
    result = grown([3.0, 2.5, 2.0, 1.5])
    assert rows(result, "projected_ceiling") == []
    assert [p for p in result.problems if p.severity is Severity.NOTE] == []


def test_senescent_cells_are_reported_as_entered():
    result = grown([2.0], senescent_percent=12.5)
    (row,) = rows(result, "senescent_cells")
    assert (row.value, row.unit, row.passage, row.low) == (12.5, "%", "P1", None)
