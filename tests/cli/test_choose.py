"""`stroma choose`: sources beside each other, from a table, from papers, with weights."""

from __future__ import annotations

import json

import pytest

import stroma
from stroma.choosing.json_twin import choice_to_json
from stroma.cli import main

HEADER = "lot,donor,source,passage,quantity,analyte,value,unit\n"
LOTS = HEADER + "".join(
    f"{source}-{i},{source}-{i},{source},P4,doubling_time,,{value},h\n"
    for source, values in {"bm": (50, 52, 49), "placenta": (30, 33, 31)}.items()
    for i, value in enumerate(values)
)


@pytest.fixture
def chosen(tmp_path, capsys, monkeypatch):
    """Run the command in an empty folder; return the exit code, what it printed and said."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lots.csv").write_text(LOTS, encoding="utf-8")

    def choose(*words):
        code = main(["choose", *words, "--lang", "en"])
        said = capsys.readouterr()
        return code, said.out, said.err

    return choose


def test_own_lots_and_papers_are_told_apart(chosen):
    code, out, err = chosen("lots.csv", "--application", "cartilage_bone", "--json")
    twin = json.loads(out)
    assert (code, err) == (0, "")
    assert twin["schema_version"] == "1"
    assert twin["sources"] == ["bone_marrow", "placenta"]
    expansion = next(a for a in twin["attributes"] if a["attribute"] == "expansion")
    bone, placenta = expansion["scores"]
    assert bone["origin"] == placenta["origin"] == "own"
    assert bone["own"]["value"] == pytest.approx((50 * 52 * 49) ** (1 / 3))
    assert bone["own"]["counts"] == "donors"
    assert bone["published"]["counts"] == "studies"
    assert {one["attribute"] for one in twin["unknown"]["scores"]} == {
        "knee_outcome", "viability",
    }  # fmt: skip
    assert sum(one["ranks"][0] for one in twin["acceptabilities"]) == pytest.approx(1)


def test_the_answer_in_words_never_stands_without_its_share(chosen):
    code, out, _ = chosen("lots.csv", "--application", "cartilage_bone")
    assert code == 0
    assert "placenta: first in " in out
    assert "UNDECIDED: less than the declared 80 %" in out
    assert "all weights at once" in out
    assert "4 scores are unknown" in out
    assert "The single measurement that would change the choice most: " in out


def test_the_same_in_the_library_and_on_the_command_line(chosen):
    import pandas as pd

    _, out, _ = chosen("lots.csv", "--application", "wound", "--json")
    twin = json.loads(out)
    assert twin.pop("problems") == []
    assert twin == choice_to_json(stroma.choose("lots.csv", application="wound"))
    assert twin == choice_to_json(stroma.choose(pd.read_csv("lots.csv"), application="wound"))


def test_papers_alone_answer_too(chosen):
    code, out, _ = chosen("--application", "gvhd", "--sources", "bm, placenta", "--sources", "uc")
    assert code == 0
    assert "rank 3" in out
    assert "own lots" not in out


def test_weights_are_read_from_a_file(chosen, tmp_path):
    (tmp_path / "weights.toml").write_text(
        'ranking = ["expansion", ["angiogenesis", "vegf", "hgf", "migration"], '
        '"t_cell_suppression", ["hla_dr", "viability"]]\n',
        encoding="utf-8",
    )
    words = ("lots.csv", "--application", "wound", "--weights", "weights.toml")
    code, out, _ = chosen(*words)
    assert code == 0
    assert "Weights: all weights that keep the order stated" in out


def test_one_source_of_own_lots_is_put_beside_those_of_the_application(chosen, tmp_path):
    (tmp_path / "one.csv").write_text(
        "".join(line for line in LOTS.splitlines(True) if not line.startswith("bm")), "utf-8"
    )
    code, out, _ = chosen("one.csv", "--application", "gvhd", "--json")
    assert code == 0
    assert json.loads(out)["sources"] == [
        "placenta", "bone_marrow", "umbilical_cord", "adipose_tissue",
    ]  # fmt: skip


def test_a_table_that_bears_on_nothing_is_said_so(chosen, tmp_path):
    (tmp_path / "other.csv").write_text(HEADER + "a,a,placenta,P1,sterility,,sterile,\n", "utf-8")
    code, _, err = chosen("other.csv", "--application", "gvhd")
    assert code == 1
    assert "other.csv: no number that a score could rest on" in err


def test_the_applications_are_listed(chosen):
    code, out, _ = chosen("--list")
    assert code == 0
    assert "gvhd" in out
    assert "t_cell_suppression: T-cell suppression" in out
    code, out, _ = chosen("--list", "--json")
    assert json.loads(out)[0]["name"] == "cardiovascular"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "stroma choose --list lists them"),
        (("--application", "gvdh"), "write gvhd, if it is meant"),
        (("--application", "gvhd", "--sources", "bm"), "bone_marrow alone"),
        (("--application", "gvhd", "--sources", "bm,bonemeal"), 'the source "bonemeal"'),
        (("none.csv", "--application", "gvhd"), "there is no file or folder none.csv"),
        (("lots.csv", "--application", "gvhd", "--decimal-mark", ";"), "neither . nor ,"),
    ],
)
def test_misuse_is_answered_with_a_sentence(chosen, words, told):
    code, out, err = chosen(*words)
    assert (code, out) == (2, "")
    assert told in err


def test_weights_that_name_no_attribute_are_refused(chosen, tmp_path):
    (tmp_path / "weights.toml").write_text("[exact]\nhladr = -1\n", encoding="utf-8")
    code, _, err = chosen("--application", "gvhd", "--weights", "weights.toml")
    assert code == 1
    assert "write hla_dr, if it is meant" in err
    assert "the weight -1" in err


def test_lots_of_published_trials(shared, chosen):
    table = shared / "facts" / "cidmap_measurements.csv"
    code, out, _ = chosen(str(table), "--application", "gvhd", "--json")
    assert code == 0
    twin = json.loads(out)
    hla = next(a for a in twin["attributes"] if a["attribute"] == "hla_dr")
    own = next(score for score in hla["scores"] if score["source"] == "bone_marrow")
    assert own["origin"] == "own"
    assert any("no donor is named" in remark for remark in own["remarks"])
