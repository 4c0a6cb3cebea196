"""What pictures are made of."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from stroma.cytometry.gates import GateResult
from stroma.cytometry.pictures import (
    BINS,
    GRID,
    SHOWN,
    density_rows,
    gate_view,
    histogram_heights,
    shown_position,
    thinned,
)
from stroma.cytometry.populations import Step
from stroma.cytometry.scales import Linear, Logicle
from stroma.views import Subject

SUBJECT = Subject("L1", "P4", "gate", "debris")


def step(gate, method, cut, *, x="FSC-A", y="SSC-A", size=4):
    kept = np.ones(size, dtype=bool)
    kept[0] = False
    return Step(gate, GateResult(kept, method, "valley", cut), x, y, np.arange(size))


def view(of, x, y):
    return gate_view(of, x, y, ends=(1e5, 1e5), subject=SUBJECT, file="a.fcs")


def inside(region, x, y):
    """Whether a point lies within a convex polygon whose corners run counter-clockwise."""
    return all(
        (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= -1e-9
        for (ax, ay), (bx, by) in pairwise(region)
    )


def test_bins_are_counted_where_the_scale_puts_them():
    generator = np.random.default_rng(1)
    values = generator.lognormal(6, 2, 5_000) - 300
    scale = Logicle(262_144.0, 0.9)
    positions = np.clip(scale.positions(values), 0, 1 - 1e-12)
    counts = np.bincount((positions * BINS).astype(int), minlength=BINS)
    np.testing.assert_allclose(histogram_heights(values, scale), counts / counts.max(), atol=5.1e-4)


def test_values_beyond_the_axis_stand_in_the_outermost_bins():
    heights = histogram_heights(np.array([-50.0, -50.0, 500.0]), Linear(100.0))
    assert (heights[0], heights[-1], len(heights)) == (1.0, 0.5, BINS)
    assert set(histogram_heights(np.array([]), Linear(100.0))) == {0.0}


def test_a_threshold_is_shown_on_the_axis():
    scale = Linear(100.0)
    assert shown_position(scale, 25.0) == 0.25
    assert shown_position(scale, 250.0) == 1.0
    assert shown_position(scale, math.inf) == 1.0
    assert shown_position(scale, -math.inf) == 0.0


def test_density_runs_from_the_top_and_climbs_a_ladder():
    x = np.array([0.0] * 100 + [0.999] * 10 + [0.5])
    y = np.array([0.0] * 100 + [0.999] * 10 + [0.5])
    rows = density_rows(x, y)
    assert len(rows) == GRID
    assert {len(row) for row in rows} == {GRID}
    assert rows[-1][0] == "9"
    assert rows[0][-1] == "5"
    assert rows[GRID // 2 - 1][GRID // 2] == "1"
    assert sum(row.count("0") for row in rows) == GRID * GRID - 3
    assert set("".join(density_rows(np.array([]), np.array([])))) == {"0"}


def test_debris_region_holds_the_events_that_were_kept():
    generator = np.random.default_rng(2)
    x, y = generator.lognormal(8, 1.5, 400), generator.lognormal(8, 1.5, 400)
    shown = view(step("debris", "debris_valley/1", 1e7, size=400), x, y)
    axes = [
        {tick.label: tick.position for tick in ticks} for ticks in (shown.x_ticks, shown.y_ticks)
    ]
    looked_at = 0
    for values in zip(x, y, strict=True):
        place = [
            axis["10³"] + (axis["10⁴"] - axis["10³"]) * (math.log10(value) - 3)
            for axis, value in zip(axes, values, strict=True)
        ]
        if abs(math.log10(values[0] * values[1] / 1e7)) > 0.05 and 0 < min(place) < max(place) < 1:
            assert inside(shown.region, *place) == (values[0] * values[1] > 1e7)
            looked_at += 1
    assert looked_at > 300
    assert shown.region[0] == shown.region[-1]
    assert (shown.kept, shown.total, str(shown.name)) == (399, 400, "cells")
    assert (shown.x_label, shown.y_label) == ("FSC-A", "SSC-A")


@pytest.mark.parametrize(
    ("gate", "method", "y", "cut", "kept_at", "gone_at"),
    [
        ("doublets", "doublet_ratio/1", "FSC-H", 0.7, (0.5, 0.9), (0.5, 0.1)),
        ("doublets", "doublet_width/1", "FSC-W", 2e3, (0.5, 0.05), (0.5, 0.98)),
        ("dead", "dead_valley/1", "DYE-A", 2e3, (0.5, 0.05), (0.5, 0.98)),
    ],
)
def test_regions_lie_on_the_kept_side(gate, method, y, cut, kept_at, gone_at):
    values = np.geomspace(100, 9e4, 300)
    shown = view(step(gate, method, cut, y=y, size=300), values, values)
    assert inside(shown.region, *kept_at)
    assert not inside(shown.region, *gone_at)
    assert all(0 <= place <= 1 for corner in shown.region for place in corner)


def test_one_dimensional_debris_is_cut_across():
    values = np.geomspace(100, 9e4, 300)
    shown = view(step("debris", "debris_valley/1", 3e3, y=None, size=300), values, values)
    assert inside(shown.region, 0.95, 0.5)
    assert not inside(shown.region, 0.02, 0.5)


def test_without_a_cut_the_whole_picture_is_kept():
    values = np.geomspace(100, 9e4, 300)
    shown = view(step("debris", "debris_valley/1", None, size=300), values, values)
    assert set(shown.region) == {(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)}


def test_a_picture_needs_no_more_than_it_can_show():
    assert thinned(np.arange(SHOWN)).size == SHOWN
    many = thinned(np.arange(3 * SHOWN + 1))
    assert many.size <= SHOWN
    assert many[:3].tolist() == [0, 4, 8]
