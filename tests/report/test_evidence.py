from __future__ import annotations

from dataclasses import replace

from stroma.measurements import Measurement
from stroma.records import Origin
from stroma.report.evidence import gather
from stroma.report.files import joined_places, number_files
from stroma.texts import text


def row(passage: str, value: float, **changes: object) -> Measurement:
    made = Measurement(
        lot="A", quantity="doubling_time", value=value, unit="h", passage=passage,
        method="growth/1", settings={"formula": "f", "hours": 96.0},
        origins=(Origin("passages.csv", "11", f"row {passage[1:]}"),),
    )  # fmt: skip
    return replace(made, **changes)


def test_passages_share_a_line_and_what_differs_is_listed():
    rows = [row("P2", 50.0), row("P1", 40.0, settings={"formula": "f", "hours": 72.0})]
    files = number_files(o for r in rows for o in r.origins)
    (group,) = gather(rows, files)
    assert group.settings == {"formula": "f"}
    (line,) = group.lines
    assert [r.passage for r in line.rows] == ["P1", "P2"]
    assert line.settings == {"hours": (72.0, 96.0)}
    assert line.places == ("row 1", "row 2")


def test_one_and_true_are_different_settings():
    rows = [row("P1", 40.0, settings={"x": 1}), row("P2", 40.0, settings={"x": True})]
    (group,) = gather(rows, number_files(o for r in rows for o in r.origins))
    assert group.settings == {}
    assert group.lines[0].settings == {"x": (1, True)}


def test_a_counter_behind_one_passage_does_not_split_the_line():
    counted = row("P2", 50.0, origins=(Origin("passages.csv", "11"), Origin("nc.csv", "22")))
    rows = [row("P1", 40.0), counted]
    (group,) = gather(rows, number_files(o for r in rows for o in r.origins))
    assert [entry.file for entry in group.files] == ["nc.csv", "passages.csv"]
    assert len(group.lines[0].rows) == 2


def test_a_warning_is_said_once():
    careful = text("no interval of the count")
    rows = [row("P1", 40.0, warnings=(careful,)), row("P2", 50.0, warnings=(careful,))]
    (group,) = gather(rows, number_files(o for r in rows for o in r.origins))
    assert [str(w) for w in group.lines[0].warnings] == ["no interval of the count"]


def test_rows_that_follow_one_another_are_joined():
    places = ["row 9", "row 2", "row 3", "sheet 1", "row 4", "row 11"]
    assert [str(p) for p in joined_places(places)] == ["rows 2–4", "row 9", "row 11", "sheet 1"]


def test_the_same_path_with_two_contents_is_two_files():
    files = number_files([Origin("a.csv", "22"), Origin("a.csv", "11", "row 2")])
    assert [(f.number, f.sha256) for f in files.listed] == [(1, "11"), (2, "22")]
    cited = files.cited([Origin("a.csv", "22", "row 5"), Origin("a.csv", "22", "row 5")])
    assert [(entry.number, place) for entry, place in cited] == [(2, "row 5")]
