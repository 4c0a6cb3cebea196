from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stroma.errors import Place, Problem, Severity
from stroma.records import Origin, Row, Sheet
from stroma.study.check import check_study
from stroma.study.columns import SHEETS
from stroma.study.settings import Settings, read_settings
from stroma.texts import text

LOTS = "lot | donor | source\nBM-01 | D01 | bm"
PASSAGES = "lot | passage\nBM-01 | P1"


def study_of(sheets, files=(), **more):
    return check_study(Settings(), sheets, frozenset(files), root=Path("study"), **more)


def test_a_sheet_as_csv_and_workbook_is_asked_about(make_sheet, said):
    study = study_of(
        {
            "lots": (
                make_sheet("lots", LOTS),
                make_sheet("lots", LOTS, file="lots.xlsx", worksheet="Sheet1"),
            )
        }
    )
    assert re.search(
        r"lots.csv: lots in several files: lots.csv, lots.xlsx\. Expected: one file for lots\. "
        r"What to do: keep the one that is right and move the others away; until then none is read",
        said(study, "error"),
    )
    assert study.lots == ()


def test_a_second_file_that_could_not_be_read_is_asked_about_too(make_sheet, said):
    study = study_of({"lots": (make_sheet("lots", LOTS),)}, files=["lots.csv", "Lots.ods"])
    assert re.search(r"lots in several files: lots.csv, Lots.ods", said(study, "error"))


def test_an_unreadable_sheet_is_not_called_absent():
    problem = Problem(Place("lots.csv"), text("a"), text("b"), text("c"))
    study = study_of({}, files=["lots.csv"], earlier=[problem])
    assert study.problems == (problem,)


def test_one_workbook_may_hold_all_sheets(make_sheet, said):
    study = study_of(
        {
            "study": (
                make_sheet("study", LOTS, file="study.xlsx", worksheet="Lots"),
                make_sheet("study", PASSAGES, file="study.xlsx", worksheet="passages"),
                make_sheet("study", "a | b\n1 | 2", file="study.xlsx", worksheet="Справка"),
                make_sheet("study", "a | b\n1 | 2", file="study.xlsx", worksheet="shipments"),
            )
        },
        files=["study.xlsx"],
    )
    assert [passage.passage for passage in study.passages] == ["P1"]
    assert study.passages[0].origin_of_row.place == 'sheet "passages", row 2'
    assert [p.place for p in study.problems] == [Place(file="study.xlsx", sheet="shipments")]
    assert re.search(r"a worksheet that is not read yet", said(study, "note"))
    assert study.inputs == (Origin("study.xlsx", "sha256-of-study.xlsx"),)


def test_a_sheet_beside_the_common_workbook_is_asked_about(make_sheet, said):
    study = study_of(
        {
            "lots": (make_sheet("lots", LOTS),),
            "study": (make_sheet("study", LOTS, file="study.xlsx", worksheet="lots"),),
        }
    )
    assert re.search(r"lots in several files: lots.csv, study.xlsx", said(study, "error"))


def test_a_workbook_with_several_worksheets(make_sheet, said):
    def lots(worksheet, written=LOTS):
        return make_sheet("lots", written, file="lots.xlsx", worksheet=worksheet)

    other = "colour | size\nred | 5"
    by_name = study_of({"lots": (lots("old"), lots("LOTS"))})
    assert re.search(r'\[note\] lots.xlsx, sheet "old": a worksheet beside "LOTS"', said(by_name))
    by_header = study_of({"lots": (lots("Sheet1", other), lots("Sheet2"))})
    assert [study.lots[0].lot for study in (by_name, by_header)] == ["BM-01", "BM-01"]
    undecided = study_of({"lots": (lots("Sheet1"), lots("Sheet2"))})
    assert re.search(
        r'lots.xlsx: the worksheets "Sheet1", "Sheet2"\. Expected: one worksheet named "lots"',
        said(undecided, "error"),
    )
    assert undecided.lots == ()


def test_tables_that_are_not_read_yet_are_noted(make_sheet, said):
    study = study_of(
        {"lots": (make_sheet("lots", LOTS),)},
        files=["lots.csv", "shipments.csv", "passage.xlsx", "README.md", "templates/study.xlsx"],
    )
    notes = said(study, "note")
    assert re.search(
        r"shipments.csv: a table that is not read yet\. Expected: one of lots, tubes, passages, "
        r"differentiation, safety, statistics, plates, layouts, conditioned, suppression, "
        r"colonies, images, expression, study\.",
        notes,
    )
    assert re.search(r"passage.xlsx: .*rename it if passages is meant", notes)
    assert len(study.problems) == 2


def test_what_programs_leave_behind_is_no_part_of_the_study(make_sheet):
    study = study_of(
        {"lots": (make_sheet("lots", LOTS),)},
        files=[
            "lots.csv",
            "~$lots.xlsx",
            ".~lock.lots.csv#",
            ".DS_Store",
            "Thumbs.db",
            "raw/Thumbs.db",
            "raw/~$a.xlsx",
            "raw/._a.fcs",
            "desktop.ini",
            "results/lots.xlsx",
            ".git/lots.csv",
            "lots.csv~",
        ],
    )
    assert study.problems == ()


def test_a_profile_inside_the_study_has_to_exist(make_sheet, said):
    sheets = {"lots": (make_sheet("lots", LOTS),)}
    chosen = Settings(profiles=("isct_2006", "profiles/own.toml"))
    absent = check_study(chosen, sheets, frozenset(), root=Path("study"))
    assert re.search(
        r'study.toml, column "profiles": "profiles/own.toml", which does not exist',
        said(absent, "error"),
    )
    there = check_study(chosen, sheets, {"profiles/own.toml"}, root=Path("study"))
    assert there.problems == ()


def test_a_common_workbook_without_lots_is_said(make_sheet, said):
    passages = make_sheet("study", PASSAGES, file="study.xlsx", worksheet="passages")
    study = study_of({"study": (passages,)}, files=["study.xlsx"])
    assert re.search(
        r'study.xlsx: no worksheet named "lots" that can be read', said(study, "error")
    )


def test_a_spillover_matrix_has_to_exist_and_is_no_stray_file(make_sheet, said):
    sheets = {"lots": (make_sheet("lots", LOTS),)}
    chosen, problems = read_settings('[compensation]\nmatrix = "spill.csv"')
    absent = check_study(chosen, sheets, {"Spill.csv"}, root=Path("study"))
    assert re.search(
        r'study.toml, column "compensation.matrix": "spill.csv", which does not exist',
        said(absent, "error"),
    )
    there = check_study(chosen, sheets, {"spill.csv"}, root=Path("study"))
    assert (problems, there.problems) == ((), ())
    _settings, problems = read_settings('[compensation]\nmatrix = "../spill.csv"')
    assert re.search(r"Expected: the path of a table inside the study", problems[0].render())


def test_all_problems_come_at_once_in_the_order_of_the_study(make_sheet):
    earlier = Problem(Place("study.toml"), text("a"), text("b"), text("c"))
    study = study_of(
        {
            "lots": (make_sheet("lots", f"{LOTS}\nBM-02 | D02 | moon"),),
            "tubes": (make_sheet("tubes", "file | role\nraw/x.fcs | unstained"),),
            "passages": (make_sheet("passages", f"{PASSAGES}\nBM-01 | Px"),),
            "differentiation": (
                make_sheet("differentiation", "lot | lineage | condition | readout | value\n"),
            ),
            "safety": (make_sheet("safety", "lot | test | result\nBM-01 | sterility | fine"),),
        },
        files=["raw/stray.fcs", "shipments.csv"],
        earlier=[earlier],
        settings_origin=Origin("study.toml", "sha256"),
    )
    assert [problem.place.file for problem in study.problems] == [
        "study.toml",
        "lots.csv",
        "tubes.csv",
        "passages.csv",
        "safety.csv",
        "raw/stray.fcs",
        "shipments.csv",
    ]
    assert study.inputs[0] == Origin("study.toml", "sha256")
    assert len(study.inputs) == 6


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "BM-01",
            "PL-01",
            "P1",
            "raw/a.fcs",
            "stained",
            "fmo",
            "induced",
            "score",
            "absorbance",
            "OD",
            "1,250",
            "-5",
            "0.95",
            "101",
            "bm",
            "placenta",
            "endotoxin",
            "<0.05",
            "EU/mL",
            "A=CD90; B=CD73",
            "CD90",
            "2026-03-14",
            "03/04/2026",
            "osteo",
            "yes",
            "IFN-γ",
            "n/a",
        ]
    ),
)


@st.composite
def any_sheet(draw, layout):
    header = draw(st.lists(st.sampled_from([*layout.names, "colour"]), unique=True))
    columns = tuple(dict.fromkeys([*header, *(c.name for c in layout.columns if c.required)]))
    rows = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, CELLS)), max_size=6))
    return Sheet(
        Origin(f"{layout.name}.csv", "sha256"),
        None,
        columns,
        tuple(
            Row(number, {k: v.strip() for k, v in row.items()})
            for number, row in enumerate(rows, 2)
        ),
    )


def _every_row(written):
    first, last = map(int, written.groups())
    return " ".join(str(row) for row in range(first, last + 1))


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({layout.name: any_sheet(layout) for layout in SHEETS}))
def test_whatever_the_cells_hold_every_row_is_used_or_explained(sheets):
    study = study_of({name: (sheet,) for name, sheet in sheets.items()}, files=["raw/a.fcs"])
    used = {
        layout.name: {int(record.origin_of_row.place.removeprefix("row ")) for record in records}
        for layout in SHEETS
        for records in [getattr(study, layout.name, None) or getattr(study.bench, layout.name, ())]
    }
    errors = [p for p in study.problems if p.severity is Severity.ERROR or "again" in p.render()]
    for name, sheet in sheets.items():
        said = " ".join(p.render() for p in errors if p.place.file == sheet.origin.file)
        said = re.sub(r"\b(\d+)–(\d+)\b", _every_row, said)
        for row in sheet.rows:
            assert row.number in used[name] or re.search(rf"\b{row.number}\b", said)


@pytest.mark.parametrize("layout", SHEETS, ids=lambda layout: layout.name)
def test_every_column_has_its_field(layout):
    from stroma.study import bench
    from stroma.study.differentiation import DifferentiationRow
    from stroma.study.lots import LotRow
    from stroma.study.passages import PassageRow
    from stroma.study.safety import SafetyRow
    from stroma.study.stored_statistics import StatisticRow
    from stroma.study.tubes import TubeRow

    model = {
        "lots": LotRow,
        "tubes": TubeRow,
        "passages": PassageRow,
        "differentiation": DifferentiationRow,
        "safety": SafetyRow,
        "statistics": StatisticRow,
        "plates": bench.PlateRow,
        "layouts": bench.LayoutRow,
        "conditioned": bench.ConditionedRow,
        "suppression": bench.SuppressionRow,
        "colonies": bench.ColonyRow,
        "images": bench.ImageRow,
        "expression": bench.ExpressionRow,
    }[layout.name]
    assert tuple(model.model_fields) == layout.names
    required = {name for name, field in model.model_fields.items() if field.is_required()}
    assert required == {column.name for column in layout.columns if column.required}


def test_lots_without_a_row(tmp_path):
    empty = Sheet(Origin("lots.csv", ""), None, ("lot", "donor", "source"), ())
    study = check_study(Settings(), {"lots": (empty,)}, {"lots.csv"}, root=tmp_path)
    (problem,) = study.problems
    assert problem.render().startswith("lots.csv: no lot. Expected: one row per lot. What to do:")


@pytest.mark.parametrize(
    ("toml", "severity", "message"),
    [
        (
            '[compensation]\nsource = "matrix"\n',
            Severity.ERROR,
            r'study\.toml, column "compensation\.source": "matrix", and no matrix is named',
        ),
        (
            '[compensation]\nsource = "file"\nmatrix = "spill.csv"\n',
            Severity.WARNING,
            r'"file", while the matrix "spill\.csv" is named.*is not used until then',
        ),
    ],
)
def test_a_source_of_the_matrix_that_contradicts_it_is_named(toml, severity, message):
    settings, _ = read_settings(toml)
    study = check_study(settings, {}, ["spill.csv"], root=Path())
    (problem,) = [p for p in study.problems if p.place.column == "compensation.source"]
    assert problem.severity is severity
    assert re.search(message, problem.render())
