"""The verbs of the library, as a notebook calls them."""

from __future__ import annotations

import pandas as pd
import pytest

import stroma
from stroma.errors import FileProblem, StudyProblem

TIMES = {"bone_marrow": (46.0, 51.5, 43.2, 58.0), "placenta": (31.0, 36.4, 29.8, 34.1)}
AGES = {"bone_marrow": (25, 40, 61, 55), "placenta": (30, 33, 28, 35)}


@pytest.fixture
def frame():
    return pd.DataFrame(
        [
            {"lot": f"{source}{i}", "donor": f"{source}{i}", "source": source,
             "quantity": "doubling_time", "value": value, "unit": "h",
             "donor_age": AGES[source][i]}
            for source, values in TIMES.items()
            for i, value in enumerate(values)
        ]
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """A study of eight lots with a passage each; hours such that doublings take the times."""
    place = tmp_path / "study"
    place.mkdir()
    lots, passages = ["lot,donor,source,donor_age_years"], ["lot,passage,seeded,harvested,hours"]
    for source, values in TIMES.items():
        for i, value in enumerate(values):
            lot = f"{source}{i}"
            lots.append(f"{lot},D-{lot},{source},{AGES[source][i]}")
            passages.append(f"{lot},P1,1000000,4000000,{2 * value}")
    (place / "lots.csv").write_text("\n".join(lots) + "\n", encoding="utf-8")
    (place / "passages.csv").write_text("\n".join(passages) + "\n", encoding="utf-8")
    return place


def test_a_study_is_taken_opened_or_by_its_folder(folder, tmp_path):
    study = stroma.open_study(folder)
    table = stroma.measure(study)
    pd.testing.assert_frame_equal(stroma.measure(str(folder)), table)
    times = table[table["quantity"] == "doubling_time"]["value"].tolist()
    assert sorted(times) == pytest.approx(sorted((*TIMES["bone_marrow"], *TIMES["placenta"])))
    asked = {"quantity": "doubling_time", "covariates": ["donor_age"]}
    pd.testing.assert_frame_equal(stroma.compare(folder, **asked), stroma.compare(study, **asked))
    plans = [stroma.plan(place, doses=5, dose_cells=1e8) for place in (study, folder)]
    assert plans[0] == plans[1]
    choices = [stroma.choose(place, application="wound") for place in (study, str(folder))]
    assert choices[0] == choices[1]
    assert choices[0].rests_on_own_lots


def test_the_frame_says_what_was_adjusted_for_and_what_was_not(frame):
    (adjusted,) = stroma.compare(frame, covariates=["donor_age"])["remarks"]
    assert adjusted == "adjusted for donor age"
    few = frame[frame["lot"].str.endswith(("0", "1"))]
    (not_adjusted,) = stroma.compare(few, covariates=["donor_age"])["remarks"]
    assert "donor age was not adjusted for: there are too few donors" in not_adjusted


def test_rows_that_were_left_out_are_told_by_every_verb(frame):
    frame.loc[0, "unit"] = "parsec"
    said = [
        stroma.compare(frame).attrs["problems"],
        [str(problem.found) for problem in stroma.plan(frame, doses=5, dose_cells=1e8).problems],
        [str(problem.found) for problem in stroma.choose(frame, application="wound").problems],
    ]
    assert all(any("parsec" in line for line in problems) for problems in said)


def test_a_word_that_no_plan_asks():
    with pytest.raises(StudyProblem, match="write doses, if it is meant"):
        stroma.plan(sources=["placenta"], dosis=5)


def test_a_folder_is_no_table(folder):
    with pytest.raises(FileProblem, match=r"a folder\. Expected: a file"):
        stroma.judge(folder, profile="isct_2006")


def test_weights_without_a_file_are_named_as_such(frame):
    with pytest.raises(FileProblem, match='column "weights": no weight for'):
        stroma.choose(frame, application="wound", weights={"exact": {}})
