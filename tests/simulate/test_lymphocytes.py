"""Tubes of lymphocytes: their truth, and that a file can be read back."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.formats.fcs import read_fcs
from stroma.simulate.cells import Kind
from stroma.simulate.lymphocytes import (
    LymphocyteTruth,
    dividing,
    simulate_lymphocytes,
    suppressed,
    write_lymphocytes,
)


def test_the_truth_is_that_of_the_allotted_cells():
    truth = LymphocyteTruth(precursors=(0.5, 0.0, 0.0, 0.5), live=900)
    assert truth.cells == (100, 0, 0, 800)
    assert truth.percent_divided == pytest.approx(50.0)
    assert truth.division_index == pytest.approx(1.5)


def test_each_generation_holds_half_the_dye():
    truth = LymphocyteTruth(precursors=dividing(0.6, 2.0, most=3), live=20_000)
    events = simulate_lymphocytes(truth, np.random.default_rng(1))
    live = events.kind == Kind.LIVE
    counted = tuple(int((live & (events.generation == i)).sum()) for i in range(4))
    assert counted == truth.cells
    middles = [np.median(events.values[live & (events.generation == i), 3]) for i in range(4)]
    ratios = np.array(middles[:-1]) / np.array(middles[1:])
    assert np.all((ratios > 1.8) & (ratios < 2.1))


def test_more_stromal_cells_leave_fewer_precursors_dividing():
    shares = [1 - suppressed(ratio, half=0.1)[0] for ratio in (0.0, 0.02, 0.1, 0.5)]
    assert shares == sorted(shares, reverse=True)
    assert shares[2] == pytest.approx(shares[0] / 2)


def test_a_written_tube_is_read_back(tmp_path):
    path = tmp_path / "tube.fcs"
    truth = LymphocyteTruth(live=500, dead=20, doublets=10, debris=30)
    made = write_lymphocytes(path, truth, np.random.default_rng(2), keywords={"$SRC": "PB-07"})
    read = read_fcs(path, file="tube.fcs")[0]
    assert read.keywords["$SRC"] == "PB-07"
    assert read.values.shape == (560, 6)
    assert read.values[:, 3] == pytest.approx(made.values[:, 3])


def test_the_same_seed_gives_the_same_events():
    truth = LymphocyteTruth(live=300)
    first, second = (simulate_lymphocytes(truth, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first.values, second.values)
