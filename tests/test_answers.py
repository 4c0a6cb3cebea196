"""A table of numbers from file to verdict: what is in doubt never passes unseen."""

from __future__ import annotations

import pytest

from stroma.answers import judge_table
from stroma.criteria.known_profiles import load_profile
from stroma.errors import FileProblem

HEADER = "lot,source,quantity,analyte,value,unit"
MARKERS = {"CD105": 99, "CD73": 98, "CD90": 97, "CD45": 0.3, "CD34": 0.4, "CD14": 0.5,
           "CD19": 0.2, "HLA-DR": 1.1}  # fmt: skip


def full(lot="A", source="bone_marrow", **changed) -> list[str]:
    """The twelve rows by which a lot meets isct_2006."""
    return [
        *(f"{lot},{source},percent_positive,{name},{changed.get(name, value)},%"
          for name, value in MARKERS.items()),
        f"{lot},{source},plastic_adherence,,yes,",
        *(f"{lot},{source},differentiation,{lineage},positive,"
          for lineage in ("osteogenic", "adipogenic", "chondrogenic")),
    ]  # fmt: skip


@pytest.fixture
def judged(tmp_path):
    """Judge the lines of a table; return results and the lots' verdicts."""

    def judge(*lines, encoding="utf-8", **options):
        path = tmp_path / "numbers.csv"
        path.write_text("\n".join([HEADER, *lines]) + "\n", encoding=encoding)
        results = judge_table(path, load_profile("isct_2006"), **options)
        return results, {lot.lot: lot.verdict.value for lot in results.verdicts[0].lots}

    return judge


@pytest.mark.parametrize(
    "line",
    [
        'A,bone_marrow,percent_positive,CD45,"9,7%",%',
        "A,bone_marrow,percent_positive,CD45,high,%",
        "A,bone_marrow,percent_positive,CD11b,9%,%",
        "A,bone_marrow,percent_positive,CD11b,9,",
    ],
)
def test_a_row_that_cannot_be_read_keeps_its_lot_from_passing(judged, line):
    results, verdicts = judged(*full(), *full("B"), line)
    assert verdicts == {"A": "INCONCLUSIVE", "B": "PASS"}
    assert "a row of it could not be read (row 26)" in " ".join(
        str(result.reason) for result in results.verdicts[0].lots[0].criteria
    )


def test_a_row_of_an_unknown_quantity_does_not_block(judged):
    results, verdicts = judged(*full(), "A,bone_marrow,colour,,red,")
    assert verdicts == {"A": "PASS"}
    assert 'the unknown quantity "colour"' in results.problems[0].render()


def test_a_perinatal_lot_passes_with_a_word_on_its_origin(judged):
    results, verdicts = judged(*full(source="placenta"))
    assert verdicts == {"A": "PASS"}
    (lot,) = results.verdicts[0].lots
    assert "fetal or maternal origin was not shown" in str(lot.summary)


def test_a_lot_named_with_a_hash_does_not_vanish(judged):
    results, verdicts = judged("# our lots", *full("#12"), *full("B"))
    assert verdicts == {"#12": "PASS", "B": "PASS"}
    (note,) = results.problems
    assert "12 rows that begin with #" in note.render()


def test_a_table_that_is_not_unicode_is_read_in_the_declared_encoding(judged):
    lines = full(source="костный мозг")
    with pytest.raises(FileProblem, match="or --encoding on the command line"):
        judged(*lines, encoding="cp1251")


def test_the_declared_encoding_reaches_the_table(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text("\n".join([HEADER, *full(source="костный мозг")]), encoding="cp1251")
    results = judge_table(path, load_profile("isct_2006"), encoding="cp1251")
    assert [lot.source for lot in results.verdicts[0].lots] == ["bone_marrow"]
