import tomllib

import pytest

from stroma.locale import get_language
from stroma.simulate.bench import cultures
from stroma.simulate.study_rows import (
    count_file,
    count_sample,
    differentiation_rows,
    harvested_at,
    lot_row,
    passage_row,
    safety_rows,
    settings_text,
    tube_row,
)
from stroma.simulate.truth import DEFAULT_SEED, lot_truths
from stroma.simulate.tubes import plan_tubes
from stroma.study.columns import DIFFERENTIATION, LOTS, PASSAGES, SAFETY, TUBES
from stroma.study.settings import read_settings
from stroma.texts import ENGLISH


@pytest.fixture(scope="module")
def truths():
    return {truth.lot: truth for truth in lot_truths(DEFAULT_SEED, 8)}


@pytest.mark.parametrize("code", ["en", "ru", "kk"])
def test_the_settings_are_read_without_a_problem(code):
    settings, problems = read_settings(settings_text(get_language(code)))
    assert problems == ()
    assert settings.language == code
    assert settings.profiles[0] == "isct_2006"
    assert len(settings.profiles) == 2
    assert settings.house_rules.reading.decimal_mark == "."
    assert settings.house_rules.counting.cv_percent == 5.0
    assert settings.house_rules.differentiation.minimum_ratio == 2.0
    assert settings.house_rules.differentiation.minimum_score_difference == 1.0
    assert settings.house_rules.positivity.percentile == 99.5


def test_the_settings_ask_whether_the_sources_differ():
    held = tomllib.loads(settings_text(ENGLISH))
    questions = {(q["quantity"], q["analyte"]): q["margin"] for q in held["comparison"]}
    assert questions["doubling_time", ""] == 6.0
    assert all(q["sources"] == ["bone_marrow", "placenta"] for q in held["comparison"])


def test_rows_have_only_columns_of_their_sheet(truths):
    for truth in truths.values():
        assert set(lot_row(truth, ENGLISH)) <= set(LOTS.names)
        for plan in plan_tubes(truth):
            assert set(tube_row(truth, plan, "raw/a.fcs")) <= set(TUBES.names)
        for culture in cultures(truth, DEFAULT_SEED):
            assert set(passage_row(truth, culture)) <= set(PASSAGES.names)
        for row in differentiation_rows(truth, DEFAULT_SEED):
            assert set(row) <= set(DIFFERENTIATION.names)
        for row in safety_rows(truth, DEFAULT_SEED):
            assert set(row) <= set(SAFETY.names)


def test_the_last_passage_points_to_the_counter_and_holds_no_count(truths):
    *earlier, last = cultures(truths["BM-01"], DEFAULT_SEED)
    row = passage_row(truths["BM-01"], last)
    assert row["count_file"] == "raw/counters/NC-200_BM-01_P4.csv"
    assert row["count_sample"] == "20260113-0001-BM-01 P4"
    assert row["suspension_ml"] == 2.0
    assert "harvested" not in row
    assert all("harvested" in passage_row(truths["BM-01"], culture) for culture in earlier)


def test_the_primary_culture_has_a_harvest_only(truths):
    primary, first, *_ = cultures(truths["PL-01"], DEFAULT_SEED)
    assert passage_row(truths["PL-01"], primary)["seeded"] is None
    assert passage_row(truths["PL-01"], primary)["harvested"] > 1e6
    assert passage_row(truths["PL-01"], first)["seeded"] == 525_000


def test_placental_lots_share_one_export(truths):
    files = {count_file(truth) for truth in truths.values() if truth.is_placental}
    samples = {count_sample(truth) for truth in truths.values() if truth.is_placental}
    assert len(files) == 1
    assert len(samples) == 4


def test_an_isotype_tube_names_the_markers_its_isotypes_stand_for(truths):
    plan = next(plan for plan in plan_tubes(truths["BM-02"]) if plan.name == "isotype")
    row = tube_row(truths["BM-02"], plan, "raw/flow/a.fcs")
    assert row["role"] == "isotype"
    assert row["markers"] == (
        "BV421-A=CD11b; BV605-A=CD19; FITC-A=CD90; PE-A=CD105; PerCP-Cy5.5-A=CD34; "
        "PE-Cy7-A=HLA-DR; APC-A=CD73; APC-R700-A=CD45; APC-H7-A=viability"
    )


def test_harvests_fall_on_days_that_cannot_be_months():
    moments = [harvested_at(truth) for truth in lot_truths(1, 200)]
    assert len(set(moments)) == 200
    assert all(moment.day > 12 for moment in moments)
    assert moments == sorted(moments)


def test_the_title_is_in_the_reader_s_language():
    language = get_language("kk")
    title = tomllib.loads(settings_text(language))["title"]
    assert title
    assert tomllib.loads(settings_text(language))["language"] == "kk"
