"""`stroma compare` and `stroma size`, as a laboratory calls them."""

from __future__ import annotations

import json

import pytest

from stroma.cli import main

HEADER = "lot,donor,source,quantity,analyte,value,unit\n"
MARROW = (46.0, 51.5, 43.2, 58.0)
PLACENTA = (31.0, 36.4, 29.8, 34.1)


def table_of(marrow=MARROW, placenta=PLACENTA, names=("BM", "placenta")):
    rows = [
        f"{name[:2]}-{i},{name[:1]}{i},{name},doubling_time,,{value},h"
        for name, values in zip(names, (marrow, placenta), strict=True)
        for i, value in enumerate(values)
    ]
    return HEADER + "\n".join(rows) + "\n"


@pytest.fixture
def compared(tmp_path, capsys):
    """Compare the text of a table; return the exit code, what was printed and what was said."""

    def run(table, *words):
        path = tmp_path / "numbers.csv"
        path.write_text(table, encoding="utf-8")
        code = main(["compare", str(path), "--lang", "en", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_a_table(compared):
    code, out, _err = compared(table_of(), "--margin", "6", "--unit", "h", "--json")
    twin = json.loads(out)
    (held,) = twin["comparisons"]
    assert code == 0
    assert twin["schema_version"] == "1"
    assert held["answer"] == "DIFFERENT"
    assert held["sources"] == ["bone_marrow", "placenta"]
    assert held["margin"]["value"] == 6
    assert [row["donor"] for row in held["observations"]][:2] == ["B0", "B1"]
    assert twin["inputs"][0]["file"] == "numbers.csv"


def test_in_words(compared):
    code, out, _err = compared(table_of())
    assert code == 0
    assert "≠ DIFFERENT  population doubling time: placenta against bone marrow" in out
    assert "bone marrow: 4 donors, 4 lots, 4 values" in out
    assert "Published: " in out


def test_a_source_spelled_two_ways_is_one(compared):
    first = table_of(names=("BM", "placenta"))
    second = table_of(names=("bone marrow", "placenta")).splitlines()[1:3]
    lines = first.splitlines()
    mixed = "\n".join([lines[0], *second, *lines[3:]]) + "\n"
    _code, out, _err = compared(mixed, "--json")
    (held,) = json.loads(out)["comparisons"]
    assert [len(side) for side in held["design"]["donors"]] == [4, 4]


def test_an_unknown_tissue_is_reported_with_the_known_ones(compared):
    code, _out, err = compared(table_of(names=("bone marow", "placenta")))
    assert code == 1
    assert "bone marow" in err
    assert "bone_marrow" in err


def test_no_donor_column(compared):
    table = "\n".join(
        ",".join(line.split(",")[:1] + line.split(",")[2:]) for line in table_of().splitlines()
    )
    code, out, err = compared(table, "--json")
    assert code == 1
    assert json.loads(out)["comparisons"][0]["answer"] is None
    assert "Fill in the column donor" in err


def test_one_source_only(compared):
    code, out, err = compared(table_of(placenta=()), "--json")
    assert code == 1
    assert json.loads(out)["comparisons"] == []
    assert "no quantity that two sources hold as a number" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--sources", "BM", "--sources", "bone marrow"), "two spellings of one tissue"),
        (("--quantity", "dubling_time"), "doubling_time"),
        (("--adjust", "sidak"), "one of holm"),
        (("--unit", "h"), "without a margin"),
        (("--margin", "nan"), "a number above zero"),
        (("--margin", "-6", "--unit", "h"), "the margin −6"),
    ],
)
def test_misuse(compared, words, said):
    code, _out, err = compared(table_of(), *words)
    assert code == 2
    assert said in " ".join(err.split())


def test_no_such_file(capsys):
    assert main(["compare", "no-such-file.csv"]) == 2
    assert "no-such-file.csv" in capsys.readouterr().err


def test_size(capsys):
    assert main(["size", "--difference", "1.2", "--sd", "1", "--margin", "1.5", "--json"]) == 0
    needed = json.loads(capsys.readouterr().out)["donors_needed"]
    assert [(n["answer"], n["power"], n["per_side"]) for n in needed][:2] == [
        ("DIFFERENT", 0.8, 12), ("DIFFERENT", 0.9, 16),
    ]  # fmt: skip


def test_size_in_words(capsys):
    assert main(["size", "--margin", "20", "--cv", "15", "--lang", "en"]) == 0
    assert "13 donors a side (power 80 %)" in capsys.readouterr().out


def test_size_of_a_table(tmp_path, capsys):
    path = tmp_path / "numbers.csv"
    path.write_text(table_of(), encoding="utf-8")
    assert main(["size", str(path), "--lang", "en"]) == 0
    assert "donors a side" in capsys.readouterr().out


def test_size_without_a_spread(capsys):
    assert main(["size", "--difference", "1"]) == 2
    assert "--sd and --cv" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--cv", "20", "--difference", "30", "--unit", "h"), "are in %, not in h"),
        (("--sd", "5", "--difference", "6", "--unit", "parsec"), "parsec"),
        (("--sd", "5", "--difference", "6", "--quantity", "doubling_time"), "none is named"),
        (("--sd", "5", "--difference", "nan"), "a difference other than 0"),
    ],
)
def test_size_passes_no_word_over(capsys, words, said):
    assert main(["size", *words, "--lang", "en"]) == 2
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_size_of_a_table_takes_no_declared_spread(tmp_path, capsys):
    path = tmp_path / "numbers.csv"
    path.write_text(table_of(), encoding="utf-8")
    assert main(["size", str(path), "--sd", "5", "--lang", "en"]) == 2
    assert "a study or table is named" in " ".join(capsys.readouterr().err.split())


def test_size_says_its_unit(capsys):
    words = ("size", "--sd", "5", "--difference", "6", "--unit", "h", "--lang", "en")
    assert main(list(words)) == 0
    assert "if the true difference is 6.00 h" in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unit"] == "h"


def test_a_donor_spelled_two_ways_is_asked_about(compared):
    table = table_of() + "BM-9,b 0,BM,doubling_time,,47.0,h\n"
    code, _out, err = compared(table)
    assert code == 1
    assert 'column "donor"' in err
    assert "they are compared as two" in err


AGED = "lot,donor,source,quantity,analyte,value,unit,donor_age\n"


def test_a_covariate_is_a_column_of_the_table(compared):
    ages = {"BM": (25, 40, 61, 55), "placenta": (30, 33, 28, 35)}
    values = {"BM": MARROW, "placenta": PLACENTA}
    rows = [
        f"{source}-{i},{source}{i},{source},doubling_time,,{value},h,{ages[source][i]}"
        for source in ages
        for i, value in enumerate(values[source])
    ]
    code, out, err = compared(AGED + "\n".join(rows) + "\n", "--covariate", "donor_age")
    assert (code, err) == (0, "")
    assert "adjusted for donor age" in out


def test_a_covariate_that_goes_with_the_source_is_said(compared):
    rows = [
        f"{source}-{i},{source}{i},{source},doubling_time,,{40 + i},h,{start + i}"
        for source, start in (("BM", 60), ("placenta", 25))
        for i in range(4)
    ]
    _code, out, _err = compared(AGED + "\n".join(rows) + "\n", "--covariate", "donor_age")
    assert "donor age was not adjusted for: it goes with the source" in out


def test_one_fault_of_many_rows_is_said_once(compared):
    table = table_of().replace(",h\n", ",pgml\n")
    code, _out, err = compared(table)
    assert code == 1
    said = [line for line in err.splitlines() if "pgml" in line]
    assert len(said) == 1
    assert 'the unknown unit "pgml" (rows 2–9)' in said[0]
