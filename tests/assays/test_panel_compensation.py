"""Where a panel's matrix comes from, and what its single stains say of it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from stroma.assays.immunophenotype import PanelTubes, measure_immunophenotype
from stroma.cytometry.compensation import choose_compensation
from stroma.errors import FileProblem, Severity
from stroma.house_rules import CleaningRule, CompensationRule, PositivityRule
from stroma.measurements import DISPUTED
from stroma.records import Events, Origin, Spillover, Tube, TubeRole
from stroma.simulate.cytometer import channels, detector_names, spillover
from stroma.simulate.truth import DEFAULT_SEED, lot_truths
from stroma.simulate.tubes import plan_tubes, tube_events
from stroma.views import CompensationView

NAMES = detector_names()
TRUE = spillover()
ROW = Origin("tubes.csv", "f" * 64, "row 2")
WRONG = TRUE.matrix.copy()
WRONG[NAMES.index("FITC-A"), NAMES.index("PerCP-Cy5.5-A")] = -0.014


@pytest.fixture(scope="module")
def lot():
    """The first lot of the example study: its panel and what each tube holds."""
    truth = lot_truths(DEFAULT_SEED, 8)[0]
    tubes, held = {}, {}
    for number, plan in enumerate(plan_tubes(truth)):
        if plan.panel != "identity" or plan.stimulated:
            continue
        file = f"raw/{plan.file_name}"
        values = tube_events(truth, plan, number=number, seed=DEFAULT_SEED).values
        held[file] = Events(
            Origin(file, f"{number:064x}"), "FCS3.1", channels(plan.stained), values, {}, TRUE
        )
        tubes.setdefault(plan.role, []).append(
            Tube(
                file=file,
                lot=truth.lot,
                passage="P4",
                role=plan.role,
                markers=plan.markers,
                left_out=plan.left_out or None,
                origin_of_row=ROW,
            )
        )
    group = PanelTubes(
        lot=truth.lot,
        donor="D1",
        source="bone_marrow",
        passage="P4",
        stained=tuple(tubes[TubeRole.STAINED]),
        controls=(
            *tubes.get(TubeRole.FMO, ()),
            *tubes[TubeRole.ISOTYPE],
            *tubes[TubeRole.UNSTAINED],
        ),
        single_stains=tuple(tubes[TubeRole.SINGLE_STAIN]),
    )
    return group, held


def without_matrix(held):
    return {file: events_with(events, None) for file, events in held.items()}


def events_with(events, matrix):
    return Events(
        events.origin, events.version, events.channels, events.values, events.keywords, matrix
    )


def measure(group, held, **more):
    return measure_immunophenotype(
        group, held, positivity=PositivityRule(), cleaning=CleaningRule(), **more
    )


def percents(result):
    return {r.analyte: r for r in result.measurements if r.quantity == "percent_positive"}


def warnings_of(result):
    return [str(p.found) for p in result.problems if p.severity is Severity.WARNING]


def test_the_files_own_matrix_is_used_first_and_agrees_with_the_single_stains(lot):
    group, held = lot
    result = measure(group, held)
    assert {row.settings["compensation"] for row in percents(result).values()} == {"file"}
    assert not any("single stains" in warning for warning in warnings_of(result))
    (view,) = [view for view in result.views if isinstance(view, CompensationView)]
    assert view.stains == view.channels == NAMES
    assert view.source == "file"
    assert view.condition == pytest.approx(np.linalg.cond(TRUE.matrix), rel=1e-3)
    left = [share for row in view.left for share in row if share is not None]
    assert max(map(abs, left)) <= 0.06
    assert str(view.worst).startswith("furthest from 0: ")
    assert (view.subject.lot, view.subject.quantity) == (group.lot, "compensation")


def test_single_stains_stand_in_where_no_file_has_a_matrix(lot):
    group, held = lot
    with_own, without = measure(group, held), measure(group, without_matrix(held))
    rows = percents(without)
    assert {row.settings["compensation"] for row in rows.values()} == {"single stains"}
    for marker, row in percents(with_own).items():
        assert rows[marker].value == pytest.approx(row.value, abs=0.3)
    files = [origin.file for origin in rows["CD34"].origins]
    assert [tube.file for tube in group.single_stains] == files[-9:]


def test_a_laboratory_that_asks_for_its_single_stains_gets_them(lot):
    group, held = lot
    wrong = {file: events_with(events, Spillover(NAMES, WRONG)) for file, events in held.items()}
    asked = measure(group, wrong, compensation=CompensationRule(source="single_stains"))
    rows = percents(asked)
    assert {row.settings["compensation"] for row in rows.values()} == {"single stains"}
    for marker, row in percents(measure(group, held)).items():
        assert rows[marker].value == pytest.approx(row.value, abs=0.3)
    (view,) = [view for view in asked.views if isinstance(view, CompensationView)]
    assert max(abs(share) for row in view.left for share in row if share is not None) <= 0.02


def test_a_matrix_that_does_not_fit_is_a_warning_that_names_the_pair(lot):
    group, held = lot
    wrong = {file: events_with(events, Spillover(NAMES, WRONG)) for file, events in held.items()}
    result = measure(group, wrong)
    (warning,) = [w for w in warnings_of(result) if "does not fit the single stains" in w]
    assert "FITC-A is compensated too little in PerCP-Cy5.5-A, where 2.00 % of its" in warning
    assert "% of negative cells would count as positive" in warning
    (view,) = [view for view in result.views if isinstance(view, CompensationView)]
    assert view.left[NAMES.index("FITC-A")][NAMES.index("PerCP-Cy5.5-A")] == pytest.approx(
        2.0, abs=0.05
    )
    assert view.certain[NAMES.index("FITC-A")][NAMES.index("PerCP-Cy5.5-A")]
    disputed = {marker: row.settings.get(DISPUTED) for marker, row in percents(result).items()}
    assert disputed["CD34"] == ["compensation"]
    assert disputed["CD90"] is None


def without_detector(name):
    keep = [i for i, channel in enumerate(NAMES) if channel != name]
    return Spillover(tuple(NAMES[i] for i in keep), TRUE.matrix[np.ix_(keep, keep)])


def test_a_matrix_without_a_stained_detector_is_a_warning_and_is_seen_in_the_picture(lot):
    group, held = lot
    result = measure(group, held, spillover=without_detector("FITC-A"))
    (warning,) = [w for w in warnings_of(result) if "does not hold" in w]
    assert warning.startswith("the spillover matrix does not hold FITC-A, for which the tube is")
    (warning,) = [w for w in warnings_of(result) if "does not fit the single stains" in w]
    assert "FITC-A is compensated too little in PE-A, where 15.97 %" in warning
    (view,) = [view for view in result.views if isinstance(view, CompensationView)]
    assert view.channels == (*(name for name in NAMES if name != "FITC-A"), "FITC-A")
    left = view.left[view.stains.index("FITC-A")][view.channels.index("PE-A")]
    assert left == pytest.approx(16.0, abs=0.1)


@pytest.mark.parametrize("names", [("PE-A",), ("BV421-A", "APC-H7-A")])
def test_an_identity_of_few_detectors_is_told_without_single_stains(lot, names):
    group, held = lot
    bare = dataclasses.replace(group, single_stains=())
    result = measure(bare, held, spillover=Spillover(names, np.eye(len(names))))
    (warning,) = [w for w in warnings_of(result) if "does not hold" in w]
    assert "FITC-A" in warning
    assert not any(f"{name}," in warning for name in names)
    whole = measure(bare, held, spillover=Spillover(NAMES, np.eye(len(NAMES))))
    assert not any("does not hold" in w for w in warnings_of(whole))


def exchanged(group, *files):
    """Two or more single stains that are named by each other's tube."""
    tubes = list(group.single_stains)
    places = [NAMES.index(name) for name in files]
    for place, other in zip(places, (*places[1:], places[0]), strict=True):
        tubes[place] = dataclasses.replace(tubes[place], file=group.single_stains[other].file)
    return dataclasses.replace(group, single_stains=tuple(tubes))


def test_exchanged_single_stains_give_no_matrix(lot):
    group, held = lot
    names = ("FITC-A", "PE-A")
    swapped = exchanged(group, *names)
    result = measure(swapped, held, compensation=CompensationRule(source="single_stains"))
    assert percents(result) == {}
    found = [str(p.found) for p in result.problems if p.severity is Severity.ERROR]
    first, second = sorted(names)
    assert [f for f in found if "look exchanged" in f] == [
        f"brighter in {other} than in its own detector {own}; the single stains of {first}, "
        f"{second} look exchanged, and none of them is used"
        for own, other in (names, names[::-1])
    ]
    # Beside the file's own matrix they are a warning, and the others are held against it.
    result = measure(swapped, held)
    assert len(percents(result)) == 8
    assert sum("look exchanged" in w for w in warnings_of(result)) == 2
    assert not any("does not fit" in w for w in warnings_of(result))
    (view,) = [view for view in result.views if isinstance(view, CompensationView)]
    assert set(view.stains) == set(NAMES) - set(names)


def test_exchanged_tubes_of_which_one_shows_nothing_are_told_by_the_other(lot):
    """PE hardly sees PerCP-Cy5.5: that tube shows one population there, and no ring can close."""
    group, held = lot
    swapped = exchanged(group, "PE-A", "PerCP-Cy5.5-A")
    result = measure(swapped, held, compensation=CompensationRule(source="single_stains"))
    assert percents(result) == {}
    found = [str(p.found) for p in result.problems]
    assert "brighter in PE-A than in its own detector PerCP-Cy5.5-A" in found
    assert "no usable single stain for PE-A" in found


def test_one_stain_brighter_elsewhere_is_a_warning(lot):
    """A tandem dye that has come apart shines in its donor's detector."""
    group, held = lot
    file = group.single_stains[NAMES.index("PE-Cy7-A")].file
    values = held[file].values.copy()
    columns = {channel.name: i for i, channel in enumerate(held[file].channels)}
    values[:, columns["PE-A"]] += 2 * values[:, columns["PE-Cy7-A"]]
    apart = {**held, file: dataclasses.replace(held[file], values=values)}
    result = measure(group, apart, compensation=CompensationRule(source="single_stains"))
    assert "brighter in PE-A than in its own detector PE-Cy7-A" in warnings_of(result)
    assert len(percents(result)) == 8


def test_the_picture_tells_which_stain_widens_a_detector_most(lot):
    group, held = lot
    (view,) = [v for v in measure(group, held).views if isinstance(v, CompensationView)]
    assert len(view.widened) == len(NAMES)
    assert min(view.widened) >= 1
    assert str(view.widest).startswith("widest: ")
    assert f"{max(view.widened)} times as wide" in str(view.widest)


def test_too_much_compensation_is_told_from_too_little(lot):
    group, held = lot
    matrix = TRUE.matrix.copy()
    matrix[NAMES.index("FITC-A"), NAMES.index("PerCP-Cy5.5-A")] = 0.026
    result = measure(group, held, spillover=Spillover(NAMES, matrix))
    (warning,) = [w for w in warnings_of(result) if "does not fit the single stains" in w]
    assert "FITC-A is compensated too much in PerCP-Cy5.5-A, by 2" in warning


def test_the_laboratorys_matrix_comes_before_all_others(lot):
    group, held = lot
    declared = Origin("spill.csv", "a" * 64)
    result = measure(group, held, spillover=TRUE, spillover_origin=declared)
    row = percents(result)["CD90"]
    assert row.settings["compensation"] == "declared matrix"
    assert row.origins[-1] == declared
    asked = measure(
        group,
        held,
        spillover=TRUE,
        spillover_origin=declared,
        compensation=CompensationRule(source="file"),
    )
    row = percents(asked)["CD90"]
    assert row.settings["compensation"] == "file"
    assert declared not in row.origins


def test_a_missing_single_stain_leaves_the_tubes_unmeasured_where_it_is_asked_for(lot):
    group, held = lot
    fewer = PanelTubes(
        lot=group.lot,
        donor=group.donor,
        source=group.source,
        passage=group.passage,
        stained=group.stained,
        controls=group.controls,
        single_stains=group.single_stains[1:],
    )
    result = measure(fewer, held, compensation=CompensationRule(source="single_stains"))
    assert percents(result) == {}
    found = [str(p.found) for p in result.problems if p.severity is Severity.ERROR]
    assert "no usable single stain for BV421-A" in found
    assert "no spillover matrix of the source single stains" in found
    # Where the file's matrix serves, the stains that are there are still held against it.
    result = measure(fewer, held)
    assert len(percents(result)) == 8
    (view,) = [view for view in result.views if isinstance(view, CompensationView)]
    assert view.stains == NAMES[1:]
    assert view.channels == NAMES
    # Without any other matrix the numbers say that they are not compensated.
    result = measure(fewer, without_matrix(held))
    assert any("no usable single stain for BV421-A" in w for w in warnings_of(result))
    assert "not compensated: no spillover matrix" in str(percents(result)["CD90"].warnings[0])


def test_a_control_that_cannot_be_used_is_a_warning_beside_the_files_matrix(lot):
    group, held = lot
    blank = dict(held)
    file = group.single_stains[0].file
    values = held[file].values[held[file].values[:, 4] < 5_000]
    blank[file] = Events(
        held[file].origin, "FCS3.1", held[file].channels, np.ascontiguousarray(values), {}
    )
    result = measure(group, blank)
    assert any("one population on BV421-A" in warning for warning in warnings_of(result))
    assert len(percents(result)) == 8


def test_without_single_stains_nothing_is_checked(lot):
    group, held = lot
    bare = PanelTubes(
        lot=group.lot,
        donor=group.donor,
        source=group.source,
        passage=group.passage,
        stained=group.stained,
        controls=group.controls,
    )
    assert not [v for v in measure(bare, held).views if isinstance(v, CompensationView)]


@pytest.mark.parametrize(
    ("source", "message"),
    [("matrix", "the source declared matrix"), ("file", "the source file"),
     ("single_stains", "the source single stains")],
)  # fmt: skip
def test_a_matrix_that_is_asked_for_and_not_there_is_refused(lot, source, message):
    _, held = lot
    events = next(iter(without_matrix(held).values()))
    with pytest.raises(FileProblem, match=rf"no spillover matrix of {message}.*not measured"):
        choose_compensation(events, None, source=source)


def test_the_order_of_the_sources(lot):
    _, held = lot
    events = next(iter(held.values()))
    other = Spillover(NAMES, WRONG)
    chosen = choose_compensation(events, None, single_stains=other)
    assert (chosen.source, chosen.spillover) == ("file", TRUE)
    bare = events_with(events, None)
    chosen = choose_compensation(bare, None, single_stains=other)
    assert (chosen.source, chosen.spillover) == ("single stains", other)
    chosen = choose_compensation(events, TRUE, single_stains=other, source="single_stains")
    assert chosen.source == "single stains"


def test_a_control_with_hardly_an_unstained_event_and_no_unstained_tube_is_a_warning(lot):
    group, held = lot
    alone = dataclasses.replace(
        group,
        controls=tuple(tube for tube in group.controls if tube.role is not TubeRole.UNSTAINED),
    )
    own = NAMES.index("PE-A")
    file = group.single_stains[own].file
    column = held[file].names.index("PE-A")
    values = held[file].values
    dark = np.flatnonzero(values[:, column] < np.median(values[:, column]))
    few = np.delete(values, dark[52:], axis=0)
    more = {file: dataclasses.replace(held[file], values=few)}
    asked = CompensationRule(source="single_stains")
    (warning,) = warnings_of(measure(alone, held | more, compensation=asked))
    assert warning == "only 4.9 % of the events are unstained; they may be debris and dead cells"
    assert warnings_of(measure(alone, held, compensation=asked)) == []
