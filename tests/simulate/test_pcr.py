"""The simulated run of a thermocycler is one that QuantStudio's reader takes without a word."""

from __future__ import annotations

import math

import pytest

from stroma.formats.cyclers import read_cycle_file
from stroma.simulate.pcr import (
    BASE,
    REFERENCES,
    SERIES,
    cycler_export,
    expression_rows,
    fold_of,
)
from stroma.simulate.truth import lot_truths

TRUTHS = lot_truths(7, 8)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("pcr") / "run.txt"
    path.write_bytes(cycler_export(TRUTHS, 7).encode())
    return read_cycle_file(path, file="run.txt")


def cycle(run, sample, gene):
    held = [r.threshold_cycle.value for r in run.readings if (r.sample, r.target) == (sample, gene)]
    return sum(held) / len(held)


def test_it_is_read_whole(run):
    assert run.problems == ()
    assert run.reference_targets == REFERENCES
    assert len(run.readings) == len(BASE) * (8 * 2 * 3 + len(SERIES) * 2)


def test_the_sheet_names_samples_of_the_run(run):
    named = {row["sample"] for row in expression_rows(TRUTHS)}
    assert named < {reading.sample for reading in run.readings}


def test_cycles_hold_the_true_ratio(run):
    def delta(sample):
        return cycle(run, sample, "ALPL") - cycle(run, sample, "GAPDH")

    rise = delta("PL-01") - delta("PL-01 osteo")
    truth = next(truth for truth in TRUTHS if truth.lot == "PL-01")
    assert rise == pytest.approx(math.log2(fold_of(truth, "ALPL", 7)), abs=0.25)


def test_a_tenfold_dilution_costs_as_many_cycles_as_it_should(run):
    steps = [cycle(run, f"series {step}", "TBP") for step in (1, 2, 3, 4)]
    assert steps[3] - steps[0] == pytest.approx(3 * math.log2(10), abs=0.3)
