"""Profiles that ask for what the bench assays measure: each outcome is reached, in the example."""

from __future__ import annotations

import pytest

from stroma.bench_run import measure_bench
from stroma.criteria.judge import judge
from stroma.criteria.profile_file import parse_profile
from stroma.pipeline import open_study

HEAD = """
name = "bench"
version = "1"
title = "What the bench assays are asked for"
citations = ["example"]
"""
RATIO = "MSC:PBMC 1:5"
PG = "pg/(10*6.{cells}.d)"
NMOL = "nmol/(10*6.{cells}.d)"
ASKED = [
    # Lot, quantity, unit, and what else the criterion says.
    ("BM-01", "secretion", PG, {"analyte": "IL-6"}),
    ("PL-01", "secretion", PG, {"analyte": "VEGF"}),
    ("BM-02", "relative_potency", "%", {}),
    ("PL-01", "relative_potency", "%", {}),
    ("PL-01", "proliferation_inhibition", "%", {"beside": RATIO}),
    ("PL-01", "percent_divided", "%", {"beside": RATIO}),
    ("PL-01", "half_suppression_ratio", "1", {}),
    ("PL-02", "kynurenine_production", NMOL, {"stimulated": "IFN-gamma"}),
    ("BM-03", "relative_expression", "1",
     {"analyte": "RUNX2", "stimulated": "osteogenic medium"}),
    ("BM-01", "stained_area", "%", {"analyte": "osteogenic"}),
    ("BM-01", "spike_recovery", "%", {"analyte": "IL-6"}),
]  # fmt: skip


def profile(quantity, operator, limit, unit, **more):
    lines = [f'{key} = "{value}"' for key, value in more.items()]
    asked = f'[[criterion]]\nquantity = "{quantity}"\noperator = "{operator}"\nlimit = {limit}\n'
    told = f'unit = "{unit}"\nrole = "required"\ncitation = "example"\n'
    content = f"{HEAD}\n{asked}{told}" + "\n".join(lines) + "\n"
    return parse_profile(content.encode(), file="bench.toml")


@pytest.fixture(scope="module")
def rows(demo):
    return measure_bench(open_study(demo.folder)).measurements


def judged(rows, lot, asked):
    (verdict,) = (held for held in judge(rows, asked) if held.lot == lot)
    (result,) = verdict.criteria
    return verdict.verdict.value, result


@pytest.mark.parametrize(
    ("lot", "quantity", "unit", "more"), ASKED, ids=lambda told: str(told)[:30]
)
def test_the_interval_decides_on_both_sides_of_the_limit(rows, lot, quantity, unit, more):
    _, found = judged(rows, lot, profile(quantity, ">=", 0.0, unit, **more))
    assert found.low < found.value < found.high
    inside = (found.low + found.value) / 2
    assert judged(rows, lot, profile(quantity, ">=", inside, unit, **more))[0] == "INCONCLUSIVE"
    below = found.low * 0.999 if found.low > 0 else 0.0
    if below > 0:
        assert judged(rows, lot, profile(quantity, ">=", below, unit, **more))[0] == "PASS"
    if found.high * 1.01 < 100 or unit != "%":
        above = found.high * 1.01
        assert judged(rows, lot, profile(quantity, ">=", above, unit, **more))[0] == "FAIL"
    pair = f"[{inside}, {(found.value + found.high) / 2}]"
    assert judged(rows, lot, profile(quantity, "between", pair, unit, **more))[0] == "INCONCLUSIVE"


def test_a_sample_below_its_curve_is_judged_as_the_bound_it_is(rows):
    # Cells that were not stimulated make less than the limit of quantification.
    limit = judged(rows, "BM-01", profile("kynurenine_production", "<=", 1000.0, NMOL))[1].value
    for operator, asked, verdict in (
        ("<=", limit * 2, "PASS"),
        ("<=", limit / 2, "INCONCLUSIVE"),
        (">=", limit / 2, "INCONCLUSIVE"),
        (">=", limit * 2, "FAIL"),
    ):
        given, result = judged(
            rows, "BM-01", profile("kynurenine_production", operator, asked, NMOL)
        )
        assert given == verdict, (operator, asked)
        assert "<26" in result.reason.render() or "less than" in result.reason.render()


def test_suppression_without_a_ratio_is_not_guessed(rows):
    verdict, result = judged(rows, "PL-01", profile("proliferation_inhibition", ">=", 20, "%"))
    assert verdict == "INCOMPLETE"
    assert "inhibition of lymphocyte proliferation beside MSC:PBMC 1:1.25, PB-01" in (
        result.reason.render()
    )
    asked = profile("proliferation_inhibition", ">=", 20, "%", beside="MSC:PBMC 1:7")
    assert "was not measured beside MSC:PBMC 1:7" in judged(rows, "PL-01", asked)[1].reason.render()
