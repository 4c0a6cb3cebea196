"""A plan asked for by a study folder or beside one."""

from __future__ import annotations

import pytest

from stroma.errors import FileProblem
from stroma.measurements import Measurement
from stroma.plan_run import ages_of, plan_of_study, plan_request
from stroma.records import Lot, Origin

PLAN = "doses = 5\ndose_per_kg = 1e6\nweight = 70\n"


def lot(name="L1", source="placenta", age=None):
    return Lot(
        lot=name, donor=name, source=source, donor_age_years=age, origin_of_row=Origin("", "")
    )


def test_a_study_without_a_plan_file_has_no_plan(tmp_path):
    assert plan_of_study(tmp_path, [lot()], ()) == (None, ())


def test_sources_are_those_of_the_lots_where_none_is_named(tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    plan, problems = plan_of_study(tmp_path, [lot(), lot("L2"), lot("L3", "bone_marrow")], ())
    assert [source.source for source in plan.sources] == ["placenta", "bone_marrow"]
    assert [problem.place.file for problem in problems] == ["plan.toml"]


@pytest.mark.parametrize("content", ["doses = ", "doses = 5\nweight = 0\ndose_per_kg = 1e6\n"])
def test_a_plan_file_that_cannot_be_used_is_a_problem_and_no_end(tmp_path, content):
    (tmp_path / "plan.toml").write_text(content, encoding="utf-8")
    plan, problems = plan_of_study(tmp_path, [lot()], ())
    assert plan is None
    assert problems[0].place.file == "plan.toml"


def test_what_is_asked_comes_before_the_file(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    asked = {"doses": 9, "dose_cells": 1e8, "sources": ("BM",), "weight": None}
    request = plan_request(file, asked, ["placenta"])
    assert (request.doses, request.dose_cells, request.dose_per_kg) == (9, 1e8, None)
    assert request.sources == ("BM",)
    assert request.weight == 70


def test_a_file_that_is_no_toml_is_said(tmp_path):
    file = tmp_path / "plan.toml"
    file.write_bytes(b"\xff")
    with pytest.raises(FileProblem, match=r"plan\.toml: it is not TOML"):
        plan_request(file, {}, [])


def test_ages_that_are_known():
    assert ages_of([lot(age=30), lot("L2")]) == {"L1": 30}


def test_ages_and_growth_of_a_study_bear_on_its_plan(tmp_path):
    (tmp_path / "plan.toml").write_text(
        PLAN + '[all_sources]\ndonor_age = {value = 60, unit = "years"}\n', encoding="utf-8"
    )
    lots = [lot(f"L{n}", "bone_marrow", 20.0 + n) for n in range(3)]
    rows = [
        Measurement(lot=one.lot, donor=one.donor, source=one.source, passage=passage,
                    quantity=quantity, value=value + number)
        for number, one in enumerate(lots)
        for passage, quantity, value in (("P0", "viable_cells", 5e6),
                                         ("P1", "population_doublings", 2.0))
    ]  # fmt: skip
    plan, _problems = plan_of_study(tmp_path, lots, rows)
    used = {one.kind.name: one for one in plan.sources[0].inputs if one.used}
    assert used["reference_age"].median == 21
    assert used["yield_change_per_decade"].median < 0
