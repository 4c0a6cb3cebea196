"""Parallel lines and slope ratios against the European Pharmacopoeia's and CombiStats' examples."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.stats.potency.linear import (
    LinearAssay,
    Response,
    UnfitAssayError,
    parallel_lines,
    slope_ratio,
)

TRANSFORMATIONS: Mapping[str, Callable[[float], float]] = {
    "y": float,
    "ln y": math.log,
    "y^2": lambda value: value * value,
    "log10 y": math.log10,
}
IN_TABLE = {"prep": "preparations", "reg": "regression", "nonpar": "non_parallelism",
            "nonlin": "non_linearity"}  # fmt: skip
CASES = (
    "pla_pheur5_3_5_1_1_corticotrophin_s_t",
    "pla_pheur5_3_5_1_2_nystatin_agar_diffusion_latin_square",
    "pla_pheur5_3_5_1_3_turbidimetric_randomised_block",
    "pla_pheur5_3_5_1_4_hepatitis_b_s_t_u_v",
    "pla_combistats_ex1_diphtheria",
    "pla_combistats_ex2_erythropoietin_rbd",
    "pla_combistats_ex3_factor_ix",
)
# Printed in the shared data files (C1@Correlation); with two block factors for the Latin square.
CORRELATIONS = {
    "pla_pheur5_3_5_1_3_turbidimetric_randomised_block": 0.991424,
    "pla_pheur5_3_5_1_4_hepatitis_b_s_t_u_v": 0.996560,
    "pla_combistats_ex1_diphtheria": 0.880367,
    "pla_combistats_ex2_erythropoietin_rbd": 0.715210,
    "pla_combistats_ex3_factor_ix": 0.987805,
}


def _case(shared: Path, name: str) -> Mapping[str, Any]:
    cases = json.loads((shared / "cases" / "assay_cases.json").read_text("utf-8"))
    return next(case for case in cases if case["id"] == name)


def _analyse(case: Mapping[str, Any]) -> LinearAssay:
    said = case["inputs"]
    transform = TRANSFORMATIONS[said["transform"]]
    responses = [
        Response(
            row["prep"], row["dose"], transform(row["y"]), tuple(row[b] for b in said["blocks"])
        )
        for row in said["rows"]
    ]
    return parallel_lines(responses, standard=said["reference"])


@pytest.mark.parametrize("name", CASES)
def test_potency_and_its_limits(shared: Path, name: str) -> None:
    case = _case(shared, name)
    found = _analyse(case)
    for sample, expected in case["expected"]["potency"].items():
        potency = found.potencies[sample]
        assert potency.low is not None
        assert potency.high is not None
        told = np.array([potency.low, potency.value, potency.high]) * case["inputs"]["scale"]
        assert told == pytest.approx(
            [expected["lower"], expected["estimate"], expected["upper"]], rel=case["rtol"]
        )


@pytest.mark.parametrize("name", CASES)
def test_analysis_of_variance(shared: Path, name: str) -> None:
    case = _case(shared, name)
    found, expected = _analyse(case), case["expected"]["anova"]
    for printed, own in IN_TABLE.items():
        if printed in expected:
            line = found.source(own)
            assert line is not None
            assert line.sum_of_squares == pytest.approx(expected[printed], rel=1e-5)
    for printed, own in (("p_nonpar", "non_parallelism"), ("p_nonlin", "non_linearity")):
        if printed in expected:
            line = found.source(own)
            assert line is not None
            assert line.p_value == pytest.approx(expected[printed], abs=5e-4)
    assert found.residual_variance == pytest.approx(expected["s2"], rel=1e-5)
    assert found.degrees_of_freedom == expected["df"]
    if "slope" in expected:
        assert found.slope == pytest.approx(expected["slope"], rel=1e-5)
    if name in CORRELATIONS:
        assert found.correlation == pytest.approx(CORRELATIONS[name], abs=1e-6)


def test_a_missing_value_needs_no_estimate(shared: Path) -> None:
    """Fitting without a response equals fitting with it free (Ph. Eur. 5.3, section 3.2.2)."""
    case = _case(shared, "pla_pheur5_3_5_1_3_turbidimetric_randomised_block")
    said = dict(case["inputs"])
    said["rows"] = said["rows"][:-1]
    found = _analyse({"inputs": said})
    whole = _analyse(case)
    assert found.degrees_of_freedom == whole.degrees_of_freedom - 1
    assert found.potencies["T"].value == pytest.approx(whole.potencies["T"].value, rel=0.03)


def _lines(slope_of_sample: float, *, curvature: float = 0.0) -> list[Response]:
    rng = np.random.default_rng(7)
    return [
        Response(
            name,
            dose,
            slope * math.log(dose) + curvature * math.log(dose) ** 2 + rng.normal(0, 0.2),
        )
        for name, slope in (("S", 4.0), ("T", slope_of_sample))
        for dose in (1.0, 2.0, 4.0, 8.0)
        for _ in range(4)
    ]


def test_lines_that_are_not_parallel_fail_by_both_rules() -> None:
    found = parallel_lines(_lines(2.6), standard="S")
    line = found.source("non_parallelism")
    assert line is not None
    assert line.p_value is not None
    assert line.p_value < 0.001
    assert not found.similarities["T"].is_within(0.8, 1.25)


def test_parallel_lines_pass_by_both_rules() -> None:
    found = parallel_lines(_lines(4.0), standard="S")
    line = found.source("non_parallelism")
    assert line is not None
    assert line.p_value is not None
    assert line.p_value > 0.05
    assert found.similarities["T"].is_within(0.8, 1.25)


def test_curved_lines_fail_linearity_and_not_parallelism() -> None:
    found = parallel_lines(_lines(4.0, curvature=1.0), standard="S")
    curved, parallel = found.source("non_linearity"), found.source("non_parallelism")
    assert curved is not None
    assert curved.p_value is not None
    assert parallel is not None
    assert parallel.p_value is not None
    assert curved.p_value < 1e-6
    assert parallel.p_value > 0.05


def test_without_a_slope_the_limits_are_not_bounded() -> None:
    rng = np.random.default_rng(3)
    flat = [
        Response(name, dose, rng.normal())
        for name in ("S", "T")
        for dose in (1.0, 2.0, 4.0)
        for _ in range(3)
    ]
    found = parallel_lines(flat, standard="S").potencies["T"]
    assert not found.is_bounded


def _responses(text: str) -> list[Response]:
    made = []
    for line in text.strip().splitlines():
        name, dose, *values = line.split()
        made += [Response(name, float(dose), float(value)) for value in values]
    return made


def test_slope_ratio_by_hand() -> None:
    """Exact lines 2 + 3x and 2 + 4.5x with errors of ±0.1 that leave the fit alone."""
    responses = _responses(
        """
        S 0 1.9 2.1
        S 1 4.9 5.1
        S 2 7.9 8.1
        T 1 6.4 6.6
        T 2 10.9 11.1
        """
    )
    found = slope_ratio(responses, standard="S")
    assert found.potencies["T"].value == pytest.approx(1.5, rel=1e-12)
    assert found.residual_variance == pytest.approx(0.1 / 5, rel=1e-9)
    assert found.degrees_of_freedom == 5
    names = [line.name for line in found.anova]
    # With two doses there is nothing to tell curvature from the intersection.
    assert names == ["regression", "blanks", "intersection", "treatments", "residual", "total"]
    assert found.source("intersection").sum_of_squares == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("responses", "standard", "code"),
    [
        ("S 1 1 2\nS 2 3 4\nT 1 1 2\nT 2 3 4", "R", "no_standard"),
        ("S 1 1 2\nS 2 3 4", "S", "no_sample"),
        ("S 1 1 2\nS 2 3 4\nT 1 1 2", "S", "one_dose"),
        ("S 1 1 2\nS 2 3 4\nT 0 1 2\nT 2 1 2", "S", "dose_not_positive"),
        ("S 1 1\nS 2 3\nT 1 1\nT 2 3", "S", "no_residual"),
        ("S 1 1 1\nS 2 3 3\nT 1 1 1\nT 2 3 3", "S", "no_spread"),
    ],
)
def test_designs_without_a_potency(responses: str, standard: str, code: str) -> None:
    with pytest.raises(UnfitAssayError) as refused:
        parallel_lines(_responses(responses), standard=standard)
    assert refused.value.code == code


@given(factor=st.floats(0.01, 100), shift=st.floats(-50, 50), scale=st.floats(0.1, 10))
def test_potency_moves_with_doses_and_not_with_the_scale_of_responses(
    factor: float, shift: float, scale: float
) -> None:
    base = _lines(3.9)
    moved = [
        Response(
            r.preparation,
            r.dose / factor if r.preparation == "T" else r.dose,
            shift + scale * r.value,
        )
        for r in base
    ]
    one, two = (parallel_lines(rows, standard="S").potencies["T"] for rows in (base, moved))
    assert two.value == pytest.approx(one.value * factor, rel=1e-6)
    assert two.low == pytest.approx(one.low * factor, rel=1e-6)
