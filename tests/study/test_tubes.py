from __future__ import annotations

import re

import pytest

from stroma.records import TubeRole

HEADER = "file | lot | passage | role | markers | left_out | panel | stimulated"
STAINED = "raw/a.fcs | BM-01 | P3 | stained | FITC-A=CD90; PE-A=cd 105; PerCP-A=viability"
UNSTAINED = "raw/u.fcs | BM-01 | P3 | unstained"
FILES = ("raw/a.fcs", "raw/u.fcs", "raw/b.fcs")


def tubes(*rows):
    return "\n".join((HEADER, *rows))


def test_tubes_are_read(check):
    study = check(
        tubes=tubes(
            STAINED,
            "raw\\u.fcs | BM-01 | p3 | Isotype control | FITC-A = CD90 ; PE-A = CD105",
            "./raw/b.fcs | BM-01 | 3 | FMO | PE-A=CD105 | CD 90",
        ),
        files=FILES,
    )
    assert study.problems == ()
    stained, isotype, fmo = study.tubes
    assert dict(stained.markers) == {"FITC-A": "CD90", "PE-A": "CD105", "PerCP-A": "viability"}
    assert (stained.role, isotype.role, fmo.role) == (
        TubeRole.STAINED,
        TubeRole.ISOTYPE,
        TubeRole.FMO,
    )
    assert (isotype.file, isotype.passage, isotype.left_out) == ("raw/u.fcs", "P3", None)
    assert (fmo.file, fmo.left_out, fmo.passage) == ("raw/b.fcs", "CD90", "P3")
    assert stained.origin_of_row.place == "row 2"
    assert study.raw_files == ("raw/a.fcs", "raw/b.fcs", "raw/u.fcs")


@pytest.mark.parametrize(
    ("written", "similar"),
    [
        ("raw/BM-01_stained.fcs", "raw/flow/BM-01_stained.fcs"),
        ("raw/flow/BM-01_stained.FCS", "raw/flow/BM-01_stained.fcs"),
        ("raw/flow/BM01_staind.fcs", "raw/flow/BM-01_stained.fcs"),
    ],
)
def test_a_file_that_does_not_exist_lists_similar_ones(check, said, written, similar):
    study = check(
        tubes=tubes(f"{written} | BM-01 | P3 | stained | FITC-A=CD90"),
        files=["raw/flow/BM-01_stained.fcs", "raw/flow/~$x.fcs"],
    )
    assert re.search(
        rf'tubes.csv, row 2, column "file", lot BM-01: "{re.escape(written)}", which does not '
        rf"exist\. Expected: a file of the study folder, in the same capitals\. What to do: write "
        rf"{re.escape(similar)} if that is meant, or add the file; until then the row is left out",
        said(study, "error"),
    )
    assert study.tubes == ()


@pytest.mark.parametrize("written", ["/data/a.fcs", "C:\\data\\a.fcs", "\\\\server\\a.fcs"])
def test_a_path_from_the_root_is_refused(check, said, written):
    study = check(tubes=tubes(f"{written} | BM-01 | P3 | stained | FITC-A=CD90"), files=FILES)
    assert re.search(
        r"which begins at the root of the disk\. Expected: a path inside the study folder, such as "
        r"raw/flow/tube.fcs\. What to do: write the path from the study folder on; copy the file "
        r"under raw if it is not there; until then the row is left out",
        said(study, "error"),
    )
    assert study.tubes == ()


@pytest.mark.parametrize("written", ["../a.fcs", "raw/../../a.fcs"])
def test_a_path_out_of_the_study_is_refused(check, said, written):
    study = check(tubes=tubes(f"{written} | BM-01 | P3 | stained | FITC-A=CD90"), files=FILES)
    assert re.search(
        r"which is outside the study folder\. Expected: a path inside the study folder, such as "
        r"raw/flow/tube.fcs.*the row is left out",
        said(study, "error"),
    )
    assert study.tubes == ()


def test_letters_composed_differently_name_the_same_file(check):
    decomposed = "raw/и\u0306.fcs"
    study = check(tubes=tubes("raw/й.fcs | BM-01 | P3 | unstained"), files=[decomposed])
    assert study.tubes[0].file == decomposed


def test_one_file_in_two_rows_is_not_used(check, said):
    study = check(tubes=tubes(UNSTAINED, "raw\\u.fcs | PL-01 | P3 | unstained"), files=FILES)
    assert re.search(
        r'row 3, column "file", lot PL-01: the file "raw/u\.fcs" again; row 2 differs in lot',
        said(study, "error"),
    )
    assert study.tubes == ()


def test_files_no_sheet_names_are_noted(check, said):
    study = check(
        tubes=tubes(STAINED, UNSTAINED),
        files=[*FILES, "stray.fcs", "raw/README.md", "raw/.DS_Store", "notes.pdf", "results/a.fcs"],
    )
    assert re.search(
        r"\[note\] raw/b\.fcs: a file that no sheet names\. Expected: every raw file in a row of "
        r"a sheet",
        said(study),
    )
    assert [problem.place.file for problem in study.problems] == ["raw/b.fcs", "stray.fcs"]


def test_a_file_of_a_row_left_out_is_named_all_the_same(check):
    study = check(tubes=tubes("raw/a.fcs | BM-77 | P3 | unstained"), files=["raw/a.fcs"])
    assert len(study.problems) == 1


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (
            "raw/a.fcs | BM-01 | P3 | sorted",
            "role",
            r'the unknown word "sorted"\. Expected: one of stained, isotype, fmo, unstained',
        ),
        (
            "raw/a.fcs | BM-01 | P3 | stained",
            "markers",
            r"an empty cell\. Expected: what each detector of the tube sees",
        ),
        (
            "raw/a.fcs | | P3 | stained | FITC-A=CD90",
            "lot",
            r"an empty cell\. Expected: the lot whose cells were stained",
        ),
        (
            "raw/a.fcs | BM-01 | P3 | isotype",
            "markers",
            r"Expected: the markers the isotypes stand for",
        ),
        (
            "raw/a.fcs | BM-01 | P3 | fmo | FITC-A=CD90",
            "left_out",
            r"an empty cell\. Expected: the marker that was left out of the FMO tube",
        ),
        (
            "raw/a.fcs | BM-01 | P3 | fmo | FITC-A=CD90 | cd90",
            "left_out",
            r'"cd90", which the tube holds by its markers',
        ),
        (
            "raw/a.fcs | BM-01 | P3 | single_stain | A=CD90; B=CD73",
            "markers",
            r'"A=CD90; B=CD73"\. Expected: one detector=marker pair in a single-stain tube',
        ),
        (
            "raw/a.fcs | BM-01 | P3 | stained | FITC-A=CD90, PE-A=CD105",
            "markers",
            r'the pair "FITC-A=CD90, PE-A=CD105"\. Expected: detector=marker pairs with semicolons',
        ),
        ("raw/a.fcs | BM-01 | P3 | stained | CD90", "markers", r'the pair "CD90"'),
        ("raw/a.fcs | BM-01 | P3 | stained | =CD90", "markers", r'the pair "=CD90"'),
        ("raw/a.fcs | BM-01 | P3 | stained | A=CD90; A=CD73", "markers", r'the detector "A" twice'),
        (
            "raw/a.fcs | BM-01 | P3 | stained | A=CD90; B=cd-90",
            "markers",
            r'the marker "CD90" twice',
        ),
        (
            "raw/a.fcs | BM-01 | Px | stained | A=CD90",
            "passage",
            r'"Px"\. Expected: P and a number',
        ),
        ("| BM-01 | P3 | stained | A=CD90", "file", r"an empty cell"),
    ],
)
def test_a_wrong_tube_is_left_out(check, said, row, column, message):
    study = check(tubes=tubes(row, UNSTAINED), files=["raw/a.fcs", "raw/u.fcs"])
    errors = said(study, "error")
    assert re.search(
        rf'tubes.csv, row 2, column "{column}".*{message}.*the row is left out', errors
    )
    assert [tube.file for tube in study.tubes] == ["raw/u.fcs"]


def test_every_wrong_pair_is_said(check, said):
    study = check(
        tubes=tubes("raw/a.fcs | BM-01 | P3 | stained | CD90; A=CD73; A=CD44"), files=FILES
    )
    errors = said(study, "error")
    assert re.search(r'the pair "CD90"', errors)
    assert re.search(r'the detector "A" twice', errors)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("raw/b.fcs | BM-01 | P3 | unstained | A=CD90", r'"A=CD90" in an unstained tube'),
        (
            "raw/b.fcs | BM-01 | P3 | isotype | FITC-A=CD90 | CD90",
            r'column "left_out", lot BM-01: "CD90" in a tube that is not FMO',
        ),
        (
            "raw/b.fcs | BM-01 | P3 | isotype | PE-A=CD90",
            r'"CD90" on detector PE-A\. Expected: FITC-A, as in the stained tube',
        ),
        (
            "raw/b.fcs | BM-01 | P3 | fmo | | CD34",
            r'"CD34", which no stained tube holds\. Expected: one of CD90, CD105, viability',
        ),
        (
            "raw/b.fcs | BM-01 | P3 | stained | APC-A=7-AAD",
            r'the marker "7-AAD"\. Expected: a surface marker, or "viability" for a dead-cell dye',
        ),
        (
            "raw/b.fcs | BM-01 | P3 | unstained | | | | yes",
            r'column "stimulated", lot BM-01: "yes"\. Expected: what the cells were stimulated',
        ),
    ],
)
def test_what_does_not_fit_is_used_and_said(check, said, row, message):
    study = check(tubes=tubes(STAINED, UNSTAINED, row), files=FILES)
    assert re.search(message, said(study, "warning"))
    assert len(study.tubes) == 3
    assert said(study, "error") == ""


def test_a_stained_tube_without_control_is_said(check, said):
    study = check(
        tubes=tubes(STAINED, "raw/u.fcs | BM-01 | P2 | unstained"),
        files=FILES[:2],
        settings='[positivity]\ncontrols = ["isotype", "unstained"]',
    )
    assert re.search(
        r"\[warning\] tubes.csv, row 2, lot BM-01: a stained tube without any control of its lot, "
        r"passage and panel\. Expected: one of isotype, unstained, in the order of "
        r"positivity.controls in study.toml",
        said(study),
    )
    assert re.search(
        r"\[note\] tubes.csv, row 3, lot BM-01: a control that serves no stained tube", said(study)
    )


@pytest.mark.parametrize(
    "written",
    [
        "IFN-gamma",
        "IFN-γ",
        "IFNγ",
        "IFNg",
        "ifn gamma",
        "ИФН-гамма",
        "ИФН-γ",
        "интерферон-гамма",
        "Interferon gamma",
    ],
)
def test_interferon_gamma_has_one_name(check, written):
    study = check(tubes=tubes(f"raw/u.fcs | BM-01 | P3 | unstained | | | | {written}"), files=FILES)
    assert study.tubes[0].stimulated == "IFN-gamma"


@pytest.mark.parametrize("written", ["", "-", "no", "нет", "жоқ", "none"])
def test_not_stimulated_is_empty(check, written):
    study = check(tubes=tubes(f"raw/u.fcs | BM-01 | P3 | unstained | | | | {written}"), files=FILES)
    assert study.tubes[0].stimulated == ""


def test_a_control_entered_for_two_lots_is_told_how_to_serve_both(check, said):
    study = check(
        files=["raw/u.fcs"],
        tubes=(
            "file | lot | passage | role\n"
            "raw/u.fcs | BM-01 | P4 | unstained\n"
            "raw/u.fcs | PL-01 | P4 | unstained"
        ),
    )
    assert (
        "row 2 differs in lot. Expected: one row each. What to do: keep one row and leave lot and "
        "passage empty for a control that serves the whole study; until then none of them is used"
    ) in said(study, "error")


def test_a_stained_tube_entered_for_two_lots_is_one_of_them(check, said):
    study = check(
        files=["raw/s.fcs"],
        tubes=(
            "file | lot | passage | role | markers\n"
            "raw/s.fcs | BM-01 | P4 | stained | FITC-A=CD90\n"
            "raw/s.fcs | PL-01 | P4 | stained | FITC-A=CD90"
        ),
    )
    assert "delete the wrong row; until then none of them is used" in said(study, "error")
