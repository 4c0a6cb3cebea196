"""What would settle a criterion; numbers of events by hand from z² L (1 - L) / (p - L)²."""

from __future__ import annotations

import pytest

from stroma.criteria.judge import judge
from stroma.criteria.settle import events_needed


@pytest.mark.parametrize(
    ("percent", "limit", "level", "needed"),
    [
        # 1.959964² x 0.02 x 0.98 / 0.005² = 3011.7
        (1.5, 2.0, 0.95, 3100),
        # 1.959964² x 0.95 x 0.05 / 0.01² = 1824.7
        (96.0, 95.0, 0.95, 1900),
        # 2.575829² x 0.95 x 0.05 / 0.01² = 3151.5
        (96.0, 95.0, 0.99, 3200),
        # The distance counts, not its side.
        (94.0, 95.0, 0.95, 1900),
        (60.0, 95.0, 0.95, 2),
        (95.0, 95.0, 0.95, None),
        (99.0, 100.0, 0.95, None),
    ],
)
def test_how_many_events_would_clear_the_limit(percent, limit, level, needed):
    assert events_needed(percent, limit, level=level) == needed


def wilson(positive: int, total: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson 1927, written out once more."""
    share = positive / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * (share * (1 - share) / total + z * z / (4 * total**2)) ** 0.5
    return 100 * (middle - half), 100 * (middle + half)


def test_that_many_events_do_clear_it_and_fewer_do_not():
    assert wilson(45, 3000)[1] > 2.0
    assert wilson(47, 3133)[1] < 2.0  # 1.5 % of 3,133, just above 3,012


def settle(rows, isct) -> str:
    (verdict,) = judge(rows, isct)
    (found,) = {str(c.settle) for c in verdict.criteria if c.outcome.value == "INCONCLUSIVE"}
    return found


def test_an_inconclusive_percentage_says_how_many_events(isct_lot, row, isct):
    rows = [r for r in isct_lot() if r.analyte != "CD34"]
    cd34 = row(analyte="CD34", value=1.5, low=0.8, high=2.6, level=0.95, n=640, n_counts="cells")
    expected = "about 3,100 live events of the CD34 tube; 640 seen"
    assert settle([*rows, cd34], isct) == expected


def test_an_estimate_beyond_the_limit_promises_no_pass(isct_lot, row, isct):
    rows = [r for r in isct_lot() if r.analyte != "CD34"]
    cd34 = row(analyte="CD34", value=2.5, low=1.6, high=3.9, level=0.95, n=640, n_counts="cells")
    assert settle([*rows, cd34], isct).endswith("they would more likely show a FAIL")


def test_enough_events_point_to_the_control(isct_lot, row, isct):
    rows = [r for r in isct_lot() if r.analyte != "CD34"]
    cd34 = row(analyte="CD34", value=1.5, low=0.9, high=2.2, level=0.95, n=9000, n_counts="cells")
    assert settle([*rows, cd34], isct).startswith("not more cells: 3,100 would do and 9,000 were")


def test_an_estimate_at_the_limit_cannot_be_cleared(isct_lot, row, isct):
    rows = [r for r in isct_lot() if r.analyte != "CD34"]
    cd34 = row(analyte="CD34", value=2.0, low=1.1, high=3.4, level=0.95, n=640, n_counts="cells")
    assert "no number of cells would clear it" in settle([*rows, cd34], isct)


def test_an_undecided_differentiation_asks_for_a_repeat(isct_lot, row, isct):
    rows = [r for r in isct_lot() if r.analyte != "osteogenic"]
    rows.append(row("differentiation", "osteogenic", category="undecided"))
    assert settle(rows, isct).startswith("a repeat of the test, or the house rule")


def test_what_was_not_measured_says_what_to_measure(isct):
    (verdict,) = judge([], isct, lots=[("L", "bone_marrow")])
    settled = {c.analyte or c.quantity: str(c.settle) for c in verdict.criteria}
    assert settled["CD14 or CD11b"] == "stain CD14 or CD11b, with its control"
    assert settled["osteogenic"] == (
        "measure osteogenic differentiation against an undifferentiated control"
    )
    assert settled["plastic_adherence"] == "measure or enter: adherence to plastic"
