"""Assays analysed by R (``validation/potency``)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stroma.stats.potency.four_parameter import logistic, parallel_curves
from stroma.stats.potency.linear import Response, UnfitAssayError, parallel_lines, slope_ratio

FILE = Path(__file__).resolve().parents[3] / "validation" / "potency" / "references.json"


@pytest.fixture(scope="module")
def references() -> Any:
    return json.loads(FILE.read_text("utf-8"))


def _responses(rows: list[dict[str, Any]]) -> list[Response]:
    return [
        Response(row["prep"], row["dose"], row["y"], (row["block"],) if "block" in row else ())
        for row in rows
    ]


def test_parallel_lines_in_blocks_with_a_missing_value(references: Any) -> None:
    expected = references["lines"]
    found = parallel_lines(_responses(expected["rows"]), standard="S")
    assert found.slope == pytest.approx(expected["slope"], rel=1e-9)
    assert [math.log(found.potencies[name].value) for name in ("T", "U")] == pytest.approx(
        expected["log_potency"], rel=1e-9
    )
    assert found.residual_variance == pytest.approx(expected["residual_variance"], rel=1e-9)
    assert found.degrees_of_freedom == expected["degrees_of_freedom"]
    names = ("blocks_1", "preparations", "regression", "non_linearity", "non_parallelism")
    sums = {line.name: line.sum_of_squares for line in found.anova}
    # R puts the interaction after the treatments, which hold it: the two together are the same.
    told = [sums[name] for name in names[:3]] + [sums[names[3]] + sums[names[4]]]
    r_sums = expected["sums"]
    assert told == pytest.approx([*r_sums[:3], math.fsum(r_sums[3:-1])], rel=1e-9)


def test_slope_ratios(references: Any) -> None:
    expected = references["ratios"]
    found = slope_ratio(_responses(expected["rows"]), standard="S")
    assert found.potencies["T"].value == pytest.approx(expected["potency"], rel=1e-9)
    assert found.residual_variance == pytest.approx(expected["residual_variance"], rel=1e-9)
    assert found.degrees_of_freedom == expected["degrees_of_freedom"]


def test_parallel_curves(references: Any) -> None:
    expected = references["curves"]
    found = parallel_curves(_responses(expected["rows"]), standard="S")
    said = expected["parameters"]
    assert (found.lower, found.upper, found.slope) == pytest.approx(
        (said["low"], said["up"], said["s"]), rel=1e-5
    )
    assert math.log(found.midpoints["S"]) == pytest.approx(said["e"], rel=1e-5)
    potency = found.potencies["T"]
    assert math.log(potency.value) == pytest.approx(said["rho"], rel=1e-5)
    assert potency.high is not None
    half = math.log(potency.high / potency.value) / 2.0128955989194317  # t(46, 0.975)
    assert half == pytest.approx(expected["log_potency_error"], rel=1e-4)
    assert found.residual_variance == pytest.approx(expected["residual_variance"], rel=1e-6)
    assert found.f_ratio == pytest.approx(expected["f"], rel=1e-4)
    assert found.p_value == pytest.approx(expected["p"], rel=1e-4)


def _curve(upper_of_sample: float, doses: list[float]) -> list[Response]:
    rng = np.random.default_rng(4)
    return [
        Response(name, dose, float(logistic(np.log([dose]), 0.1, upper, 1.5, math.log(10))[0])
                 + rng.normal(0, 0.02))
        for name, upper in (("S", 2.0), ("T", upper_of_sample))
        for dose in doses
        for _ in range(3)
    ]  # fmt: skip


DOSES = [0.6, 1.25, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0]


def test_a_sample_with_a_lower_plateau_is_not_similar() -> None:
    found = parallel_curves(_curve(1.4, DOSES), standard="S")
    assert found.p_value < 1e-6
    assert not found.similarities["T"].is_within(0.8, 1.25, shift=0.1)
    assert found.similarities["T"].range_ratio.value == pytest.approx(1.3 / 1.9, abs=0.05)


def test_the_same_curve_is_similar_and_fits() -> None:
    found = parallel_curves(_curve(2.0, DOSES), standard="S")
    assert found.similarities["T"].is_within(0.8, 1.25, shift=0.1)
    assert found.lack_of_fit_p is not None
    assert found.lack_of_fit_p > 0.01


def test_doses_far_below_the_midpoint_identify_no_curve() -> None:
    exact = [
        Response(name, dose, dose * potency)
        for name, potency in (("S", 1.0), ("T", 1.2))
        for dose in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
    ]
    with pytest.raises(UnfitAssayError) as refused:
        parallel_curves(exact, standard="S")
    assert refused.value.code in {"not_identified", "no_convergence"}


def test_three_doses_are_too_few_for_a_curve() -> None:
    with pytest.raises(UnfitAssayError, match="few_doses S"):
        parallel_curves(_curve(2.0, DOSES[:3]), standard="S")
