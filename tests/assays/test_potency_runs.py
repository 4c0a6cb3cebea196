"""Runs of one potency assay, combined: European Pharmacopoeia 5.3, section 6, by hand."""

from __future__ import annotations

import math

import pytest
from scipy import special

from stroma.assays.potency_runs import combine_runs
from stroma.measurements import Measurement
from stroma.records import Origin


def run(name, potency, error, *, lot="PL-01", condition="", freedom=20, response="inhibition"):
    quantile = special.stdtrit(freedom, 0.975)
    settings = {"run": name, "reference_lot": "REF", "response": response}
    if math.isfinite(freedom):
        settings["degrees_of_freedom"] = freedom
    return Measurement(
        lot=lot, passage="P4", quantity="relative_potency", condition=condition,
        value=100 * potency, low=100 * potency * math.exp(-quantile * error),
        high=100 * potency * math.exp(quantile * error), unit="%", level=0.95, n=24,
        n_counts="wells", method="parallel_lines/1", settings=settings,
        origins=(Origin(f"raw/{name}.csv", "00ff"),),
    )  # fmt: skip


def test_runs_that_agree_are_weighted_by_their_precision():
    # Logarithms 0 and 0.1 with errors 0.1 and 0.05 weigh 100 and 400: their mean is 0.08.
    found = combine_runs([run("a", 1.0, 0.1), run("b", math.exp(0.1), 0.05)])
    combined, *single = found
    assert combined.quantity == "relative_potency"
    assert combined.value == pytest.approx(100 * math.exp(0.08))
    half = special.stdtrit(40, 0.975) / math.sqrt(500)
    assert combined.low == pytest.approx(100 * math.exp(0.08 - half))
    assert combined.high == pytest.approx(100 * math.exp(0.08 + half))
    assert (combined.n, combined.n_counts, combined.method) == (2, "runs", "combined_runs/1")
    assert combined.settings["runs"] == ["a", "b"]
    # χ² = 100 × 0.08² + 400 × 0.02² = 0.8 with one degree of freedom.
    assert combined.settings["heterogeneity"] == pytest.approx(0.8)
    assert combined.settings["p_of_homogeneity"] == pytest.approx(0.3711, abs=1e-4)
    assert combined.warnings == ()
    assert [origin.file for origin in combined.origins] == ["raw/a.csv", "raw/b.csv"]
    assert [(row.quantity, row.condition) for row in single] == [
        ("relative_potency_of_run", "a"),
        ("relative_potency_of_run", "b"),
    ]


def test_runs_that_disagree_say_so_and_widen_the_interval():
    combined, *_ = combine_runs([run("a", 0.5, 0.02), run("b", 1.0, 0.02), run("c", 2.0, 0.02)])
    assert combined.settings["weighting"] == "semi_weighted"
    assert combined.value == pytest.approx(100.0, rel=1e-6)
    assert combined.low < 50 < 200 < combined.high
    assert "the runs differ more than their intervals explain (p = 0.000)" in str(
        combined.warnings[0]
    )


def test_runs_of_tubes_have_a_known_spread():
    runs = [run(name, 1.0, 0.1, condition="PB-07", freedom=math.inf) for name in ("1", "2")]
    combined, first, _ = combine_runs(runs)
    assert math.log(combined.high / 100) == pytest.approx(1.959964 / math.sqrt(200))
    assert (combined.condition, first.condition) == ("PB-07", "1, PB-07")


def test_two_readings_of_one_plate_are_no_two_runs():
    rows = [run("a", 1.0, 0.1), run("a", 1.2, 0.1)]
    assert combine_runs(rows) == tuple(rows)


def test_what_belongs_to_different_assays_stays_apart():
    rows = [
        run("a", 1.0, 0.1),
        run("b", 1.1, 0.1, response="IDO"),
        run("c", 1.2, 0.1, lot="PL-02"),
        Measurement(lot="PL-01", quantity="viability", value=90.0, unit="%"),
    ]
    assert combine_runs(rows) == tuple(rows)
