from __future__ import annotations

from stroma.records import Origin, Tube, TubeRole
from stroma.study.groups import controls_for, tube_groups


def tube(file, lot, passage, role, *, panel="", stimulated=""):
    return Tube(
        file=file,
        lot=lot,
        passage=passage,
        role=TubeRole(role),
        markers={},
        origin_of_row=Origin("tubes.csv", ""),
        panel=panel,
        stimulated=stimulated,
    )


def names(tubes):
    return [held.file for held in tubes]


STAINED = tube("stained", "BM-01", "P3", "stained")
STIMULATED = tube("stimulated", "BM-01", "P3", "stained", stimulated="IFN-gamma")
OTHER_PASSAGE = tube("other passage", "BM-01", "P4", "stained")
OTHER_PANEL = tube("other panel", "BM-01", "P3", "stained", panel="B")
TUBES = (
    tube("study-wide unstained", "", "", "unstained"),
    tube("beads", "", "", "single_stain"),
    STAINED,
    tube("second stained", "BM-01", "P3", "stained"),
    STIMULATED,
    OTHER_PASSAGE,
    OTHER_PANEL,
    tube("fmo", "BM-01", "P3", "fmo"),
    tube("stimulated fmo", "BM-01", "P3", "fmo", stimulated="IFN-gamma"),
    tube("lot's isotype", "BM-01", "", "isotype"),
    tube("other lot's fmo", "PL-01", "P3", "fmo"),
    tube("panel B's isotype", "BM-01", "P3", "isotype", panel="B"),
    tube("single stain", "BM-01", "P3", "single_stain"),
)


def test_stained_tubes_of_one_kind_share_a_group():
    groups = tube_groups(TUBES)
    assert [names(group.stained) for group in groups] == [
        ["stained", "second stained"],
        ["stimulated"],
        ["other passage"],
        ["other panel"],
    ]
    assert [(g.lot, g.passage, g.panel, g.stimulated) for g in groups[:2]] == [
        ("BM-01", "P3", "", ""),
        ("BM-01", "P3", "", "IFN-gamma"),
    ]


def test_the_nearest_control_comes_first():
    assert names(controls_for(STAINED, TUBES)) == [
        "fmo",
        "stimulated fmo",
        "lot's isotype",
        "study-wide unstained",
    ]
    assert names(controls_for(STIMULATED, TUBES)) == [
        "stimulated fmo",
        "fmo",
        "lot's isotype",
        "study-wide unstained",
    ]


def test_controls_stay_within_passage_and_panel():
    assert names(controls_for(OTHER_PASSAGE, TUBES)) == ["lot's isotype", "study-wide unstained"]
    assert names(controls_for(OTHER_PANEL, TUBES)) == ["panel B's isotype"]


def test_single_stains_serve_compensation_only():
    assert names(tube_groups(TUBES)[0].single_stains) == ["single stain", "beads"]
    assert controls_for(STAINED, [STAINED, TUBES[1]]) == ()


def test_no_tubes_make_no_groups():
    assert tube_groups(()) == ()
