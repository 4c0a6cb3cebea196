"""A panel from events to rows, on tubes whose truth is known."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from stroma.assays.frozen_panel import freeze_panel
from stroma.assays.immunophenotype import PanelTubes, measure_immunophenotype
from stroma.cytometry.positivity import CONTROL_PERCENTILE
from stroma.errors import Severity
from stroma.formats.fcs import read_fcs
from stroma.house_rules import CleaningRule, CompensationRule, PositivityRule
from stroma.measurements import to_rows
from stroma.records import Channel, Events, Origin, Repair, Spillover, Tube, TubeRole
from stroma.stats.proportions import wilson_interval
from stroma.strategy_records import CleaningStrategy, HeldStrategy
from stroma.texts import text
from stroma.views import GateView, HistogramView

SCATTER = ("FSC-A", "FSC-H", "SSC-A")
DETECTORS = ("FITC-A", "PE-A", "APC-A", "BV421-A", "DYE-A")
NAMES = (*SCATTER, *DETECTORS, "Time")
MATRIX = Spillover(
    DETECTORS,
    np.array(
        [
            [1.0, 0.15, 0.0, 0.01, 0.0],
            [0.01, 1.0, 0.0, 0.0, 0.0],
            [0.0, 0.0, 1.0, 0.0, 0.08],
            [0.0, 0.0, 0.0, 1.0, 0.0],
            [0.0, 0.0, 0.03, 0.0, 1.0],
        ]
    ),
)
PANEL = {"FITC-A": "CD90", "PE-A": "CD105", "APC-A": "CD73", "BV421-A": "CD34"}
DYE = {"DYE-A": "viability"}
TRUTH = {"CD90": 99.4, "CD105": 95.6, "CD73": 98.5, "CD34": 0.4}
ROW = Origin("tubes.csv", "f" * 64, "row 2")


def simulate(file, truth, *, live=9_000, stained=(), seed=0, autofluorescence=1.0, dye=True):
    """Events of a tube: live cells, and a tenth each of debris, doublets and dead cells."""
    generator = np.random.default_rng(seed)
    other = live // 10
    kind = np.repeat(["live", "debris", "doublet", "dead"], [live, other, other, other])
    total = len(kind)
    size = generator.lognormal(np.log(85_000), 0.2, total)
    side = generator.lognormal(np.log(50_000), 0.3, total)
    size[kind == "debris"] = 5_000 + generator.exponential(3_000, other)
    side[kind == "debris"] = generator.lognormal(np.log(6_000), 0.5, other)
    size[kind == "dead"] *= 0.65
    height = 0.8 * size * generator.normal(1, 0.03, total)
    own = autofluorescence * np.array([300.0, 200.0, 60.0, 220.0, 80.0])
    light = own * generator.lognormal(0, 0.3, (total, len(DETECTORS)))
    light[kind == "dead"] *= 2.5
    for detector, marker in stained:
        percent = truth.get(marker, 0.0)
        column = DETECTORS.index(detector)
        carries = np.zeros(total, dtype=bool)
        carries[:live] = np.arange(live) < round(live * percent / 100)
        carries[:live] = generator.permutation(carries[:live])
        carries[live:] = generator.random(total - live) < percent / 100
        carries[kind == "debris"] = False
        light[carries, column] += generator.lognormal(np.log(8_000), 0.4, int(carries.sum()))
    if dye:
        light[:, 4] += 120 * generator.lognormal(0, 0.3, total)
        light[kind == "dead", 4] += generator.lognormal(np.log(22_000), 0.3, other)
    twice = kind == "doublet"
    size[twice] *= 1.95
    side[twice] *= 1.95
    light[twice] *= 2
    measured = light @ MATRIX.matrix + generator.normal(0, 20, light.shape)
    values = np.column_stack([size, height, side, measured])[generator.permutation(total)]
    values = np.column_stack([np.minimum(values, 262_143.0), np.arange(total) / 400])
    return events_of(file, values.astype(np.float32))


def events_of(file, values, names=NAMES, spillover=MATRIX):
    channels = tuple(Channel(name, range=262_144.0, voltage=450.0) for name in names)
    sha256 = f"{sum(map(ord, file)):064x}"
    return Events(Origin(file, sha256), "FCS3.1", channels, values, {}, spillover)


def tube(file, role, markers, **more):
    return Tube(
        file=file, lot="L1", passage="P4", role=role, markers=markers, origin_of_row=ROW, **more
    )


STAINED = tube("raw/stained.fcs", TubeRole.STAINED, PANEL | DYE)
ISOTYPE = tube("raw/isotype.fcs", TubeRole.ISOTYPE, PANEL | DYE)
FMO = tube(
    "raw/fmo.fcs",
    TubeRole.FMO,
    {d: m for d, m in PANEL.items() if m != "CD34"} | DYE,
    left_out="cd 34",
)
UNSTAINED = tube("raw/unstained.fcs", TubeRole.UNSTAINED, {})


@pytest.fixture(scope="module")
def events():
    return {
        STAINED.file: simulate(
            STAINED.file, TRUTH, stained=PANEL.items(), seed=1, autofluorescence=1.08
        ),
        ISOTYPE.file: simulate(ISOTYPE.file, {}, seed=2),
        FMO.file: simulate(
            FMO.file, TRUTH, stained=[(d, m) for d, m in PANEL.items() if m != "CD34"], seed=3
        ),
        UNSTAINED.file: simulate(UNSTAINED.file, {}, seed=4, dye=False),
    }


def group(stained=(STAINED,), controls=(ISOTYPE, UNSTAINED, FMO)):
    return PanelTubes(
        lot="L1", donor="D1", source="bone_marrow", passage="P4", stained=stained, controls=controls
    )


def measure(held, events, **more):
    more = {
        "positivity": PositivityRule(method=CONTROL_PERCENTILE),
        "cleaning": CleaningRule(),
    } | more
    return measure_immunophenotype(held, events, **more)


def rows_of(result, quantity):
    return {row.analyte: row for row in result.measurements if row.quantity == quantity}


def found(result):
    return [str(problem.found) for problem in result.problems]


def test_every_marker_comes_within_a_point_and_a_half_of_the_truth(events):
    rows = rows_of(measure(group(), events), "percent_positive")
    assert set(rows) == set(TRUTH)
    for marker, truth in TRUTH.items():
        assert abs(rows[marker].value - truth) < 1.5
        assert rows[marker].low <= rows[marker].value <= rows[marker].high


def test_a_row_carries_all_that_a_judge_and_an_auditor_need(events):
    row = rows_of(measure(group(), events), "percent_positive")["CD34"]
    assert (row.lot, row.donor, row.source, row.passage) == ("L1", "D1", "bone_marrow", "P4")
    assert (row.condition, row.unit, row.level, row.n_counts) == ("", "%", 0.95, "cells")
    assert row.method == "control_percentile/1"
    assert [origin.file for origin in row.origins] == ["raw/stained.fcs", "raw/fmo.fcs"]
    assert [origin.sha256 for origin in row.origins] == [
        events[file].origin.sha256 for file in ("raw/stained.fcs", "raw/fmo.fcs")
    ]
    settings = json.loads(to_rows([row])[0]["settings"])
    assert settings["percentile"] == 99.5
    assert settings["control"] == "raw/fmo.fcs"
    assert settings["control_role"] == "fmo"
    assert settings["compensation"] == "file"
    assert settings["channel"] == "BV421-A"
    assert settings["cleaning"] == [
        "scatter_range/1",
        "unstable_time/1",
        "debris_valley/1",
        "doublet_ratio/1",
        "dead_valley/1",
    ]
    low, high = settings["threshold_interval"]
    assert low < settings["threshold"] < high
    assert 100 * settings["positive_cells"] / row.n == pytest.approx(row.value)
    assert row.warnings == ()


def test_cells_of_the_phenotype_carry_all_three_markers(events):
    result = measure(group(), events)
    joint = rows_of(result, "percent_coexpressing")
    assert list(joint) == ["CD105+/CD73+/CD90+"]
    row = joint["CD105+/CD73+/CD90+"]
    # The markers were drawn independently of one another.
    assert row.value == pytest.approx(99.4 * 95.6 * 98.5 / 1e4, abs=0.6)
    assert row.low < row.value < row.high
    assert row.value <= min(
        single.value
        for name, single in rows_of(result, "percent_positive").items()
        if name != "CD34"
    )
    assert {"CD73", "CD90", "CD105"} <= set(row.settings)


def test_live_cells_and_viability_are_counted(events):
    result = measure(group(), events)
    live = rows_of(result, "live_events")["stained"]
    assert (live.unit, live.n, live.n_counts) == ("{cells}", 11_700, "events")
    assert live.value == pytest.approx(9_000, abs=40)
    viability = rows_of(result, "viability")["flow cytometry"]
    # 9,000 live and 900 dead single cells.
    assert viability.value == pytest.approx(100 / 1.1, abs=0.5)
    wilson = wilson_interval(int(live.value), viability.n)
    assert (viability.low, viability.high) == pytest.approx((100 * wilson.low, 100 * wilson.high))
    assert viability.method == "dead_valley/1"


def test_the_account_adds_up_for_every_tube(events):
    steps = measure(group(), events).exclusions
    for file in events:
        own = [step for step in steps if step.file == file]
        assert own[0].gate == "recorded"
        assert own[0].remaining == len(events[file])
        assert sum(step.removed for step in own) + own[-1].remaining == len(events[file])
    assert [step.gate for step in steps if step.file == STAINED.file] == [
        "recorded",
        "margins",
        "time",
        "debris",
        "doublets",
        "dead",
    ]
    assert "dead" not in [step.gate for step in steps if step.file == UNSTAINED.file]


def test_views_show_each_marker_and_each_gate(events):
    views = measure(group(), events).views
    histograms = [view for view in views if isinstance(view, HistogramView)]
    assert {view.subject.analyte for view in histograms} == set(TRUTH)
    for view in histograms:
        assert view.threshold_low <= view.threshold <= view.threshold_high
        assert max(view.stained) == max(view.control) == 1.0
        assert len(view.stained) == len(view.control)
    gates = [view for view in views if isinstance(view, GateView)]
    assert [view.subject.analyte for view in gates] == ["debris", "doublets", "dead"]
    assert all(view.file == STAINED.file and view.subject.quantity == "gate" for view in gates)


def test_controls_are_chosen_in_the_laboratorys_order(events):
    def roles(order):
        rule = PositivityRule(method=CONTROL_PERCENTILE, controls=order)
        rows = rows_of(measure(group(), events, positivity=rule), "percent_positive")
        return {marker: row.settings["control_role"] for marker, row in rows.items()}

    assert roles(("fmo", "isotype", "unstained")) == {
        "CD90": "isotype",
        "CD105": "isotype",
        "CD73": "isotype",
        "CD34": "fmo",
    }
    assert set(roles(("unstained", "fmo")).values()) == {"unstained"}
    assert roles(("fmo",)) == {"CD34": "fmo"}


def test_a_control_without_dye_is_a_warning(events):
    rule = PositivityRule(method=CONTROL_PERCENTILE, controls=("unstained",))
    row = rows_of(measure(group(), events, positivity=rule), "percent_positive")["CD90"]
    no_dye, dead = (str(warning) for warning in row.warnings)
    assert [no_dye] == [
        "the control raw/unstained.fcs has no viability dye: its dead cells are counted"
    ]
    assert "it seems to hold positive or dead cells" in dead


def test_without_a_control_there_is_a_problem_and_no_row(events):
    result = measure(group(controls=(FMO,)), events)
    assert set(rows_of(result, "percent_positive")) == {"CD34"}
    assert rows_of(result, "percent_coexpressing") == {}
    problem = result.problems[0]
    assert problem.severity is Severity.ERROR
    assert problem.render() == (
        'raw/stained.fcs, column "FITC-A", lot L1: CD90 was not measured, it has no usable '
        "control: none is named. Expected: a tube of the kinds fmo, isotype, unstained with 1,000 "
        "live single cells or more: FMO without CD90, isotype on FITC-A, or unstained. What to "
        "do: record such a control and name it in tubes, in the same panel."
    )


def test_an_unreadable_control_is_passed_over_and_named(events):
    held = {file: tube for file, tube in events.items() if file != FMO.file}
    row = rows_of(measure(group(), held), "percent_positive")["CD34"]
    assert row.settings["control_role"] == "isotype"
    assert [str(warning) for warning in row.warnings] == [
        "the control raw/isotype.fcs stands in: raw/fmo.fcs could not be read"
    ]


@pytest.mark.parametrize(
    ("cells", "message", "bounded"),
    [
        (900, "fewer than the 1,000 the laboratory asks for", True),
        (500, "fewer than the 736 that bound percentile 99.5 from above", False),
    ],
)
def test_a_small_control_widens_the_interval_and_warns(events, cells, message, bounded):
    small = simulate(ISOTYPE.file, {}, live=cells, seed=5)
    rows = rows_of(
        measure(group(controls=(ISOTYPE,)), events | {ISOTYPE.file: small}), "percent_positive"
    )
    assert message in str(rows["CD90"].warnings[0])
    assert (rows["CD90"].low > 90) is bounded
    assert (rows["CD90"].low == 0) is not bounded
    assert (rows["CD90"].settings["threshold_interval"][1] is not None) is bounded


def test_a_control_that_cannot_hold_the_percentile_is_refused(events):
    tiny = simulate(ISOTYPE.file, {}, live=150, seed=6)
    result = measure(group(controls=(ISOTYPE,)), events | {ISOTYPE.file: tiny})
    assert rows_of(result, "percent_positive") == {}
    assert "fewer than the 200 without which the percentile 99.5 lies beyond" in found(result)[0]


def test_few_stained_cells_are_measured_with_a_wide_interval(events):
    few = simulate(STAINED.file, TRUTH, live=640, stained=PANEL.items(), seed=7)
    rows = rows_of(measure(group(), events | {STAINED.file: few}), "percent_positive")
    for marker, truth in TRUTH.items():
        assert rows[marker].n == pytest.approx(640, abs=12)
        assert rows[marker].low - 0.5 <= truth <= rows[marker].high + 0.5
        assert rows[marker].high - rows[marker].low > 0.8


def test_a_detector_the_file_lacks_is_a_problem_that_lists_its_channels(events):
    wrong = replace(STAINED, markers=PANEL | DYE | {"BL1-A": "CD45"})
    result = measure(group(stained=(wrong,)), events)
    assert set(rows_of(result, "percent_positive")) == set(TRUTH)
    (problem,) = [p for p in result.problems if p.place.column == "BL1-A"]
    assert str(problem.found) == 'the study reads CD45 on "BL1-A", which the file does not hold'
    assert str(problem.expected) == f"one of {', '.join(NAMES)}"
    assert str(problem.action) == "name the detector in tubes as the file does"


def test_a_detector_in_other_capitals_is_proposed(events):
    wrong = replace(STAINED, markers={"fitc-a": "CD90", "PE-A": "CD105"} | DYE)
    result = measure(group(stained=(wrong,)), events)
    (problem,) = [p for p in result.problems if p.place.column == "fitc-a"]
    assert str(problem.action) == "write FITC-A in tubes, if it is meant"


def test_detectors_set_differently_are_a_warning(events):
    control = events[ISOTYPE.file]
    channels = tuple(
        replace(c, voltage=500.0, range=1_048_576.0) if c.name == "PE-A" else c
        for c in control.channels
    )
    held = events | {ISOTYPE.file: replace(control, channels=channels)}
    rows = rows_of(measure(group(), held), "percent_positive")
    assert [str(warning) for warning in rows["CD105"].warnings] == [
        "detector PE-A was set to 450 V, in the control raw/isotype.fcs to 500 V",
        "detector PE-A has the range 262,144, in the control raw/isotype.fcs 1,048,576",
    ]
    assert rows["CD90"].warnings == ()


def test_controls_treated_alike_come_first(events):
    stimulated = replace(STAINED, file="raw/ifn.fcs", stimulated="IFN-gamma")
    alike = replace(ISOTYPE, file="raw/isotype_ifn.fcs", stimulated="IFN-gamma")
    held = events | {
        stimulated.file: events[STAINED.file],
        alike.file: simulate(alike.file, {}, seed=8),
    }
    result = measure(group(stained=(STAINED, stimulated), controls=(ISOTYPE, alike)), held)
    chosen = {
        row.condition: row.settings["control"]
        for row in result.measurements
        if row.analyte == "CD90"
    }
    assert chosen == {"": ISOTYPE.file, "IFN-gamma": alike.file}
    result = measure(group(stained=(stimulated,), controls=(ISOTYPE,)), held)
    assert str(rows_of(result, "percent_positive")["CD90"].warnings[0]) == (
        "the cells of the control raw/isotype.fcs were treated with nothing, those of this tube "
        "with IFN-gamma"
    )


def test_two_tubes_of_one_marker_give_two_rows(events):
    second = replace(STAINED, file="raw/again.fcs")
    held = events | {second.file: simulate(second.file, TRUTH, stained=PANEL.items(), seed=9)}
    result = measure(group(stained=(STAINED, second)), held)
    assert [row.origins[0].file for row in result.measurements if row.analyte == "CD90"] == [
        STAINED.file,
        second.file,
    ]


def test_the_declared_matrix_counts_and_is_named(events):
    declared = replace(MATRIX, matrix=MATRIX.matrix.copy())
    bare = {file: replace(tube, spillover=None) for file, tube in events.items()}
    sheet = Origin("matrix.csv", "a" * 64)
    by_study = measure(group(), bare, spillover=declared, spillover_origin=sheet)
    by_file = measure(group(), events)
    for marker, row in rows_of(by_study, "percent_positive").items():
        assert row.value == rows_of(by_file, "percent_positive")[marker].value
        assert row.settings["compensation"] == "declared matrix"
        assert row.origins[-1] == sheet


def test_an_uncompensated_panel_is_a_warning(events):
    bare = {file: replace(tube, spillover=None) for file, tube in events.items()}
    row = rows_of(measure(group(), bare), "percent_positive")["CD90"]
    assert str(row.warnings[0]) == "not compensated: no spillover matrix in the file or the study"


def test_a_control_with_another_matrix_is_compensated_like_the_stained_tube(events):
    other = replace(MATRIX, matrix=np.eye(5) + 0.001)
    held = events | {ISOTYPE.file: replace(events[ISOTYPE.file], spillover=other)}
    row = rows_of(measure(group(), held), "percent_positive")["CD90"]
    assert str(row.warnings[0]) == (
        "the control raw/isotype.fcs carries another spillover matrix; this tube's was used"
    )
    plain = rows_of(measure(group(), events), "percent_positive")["CD90"]
    assert row.settings["threshold"] == pytest.approx(plain.settings["threshold"], rel=1e-3)


def test_a_matrix_that_cannot_be_inverted_stops_the_tube(events):
    singular = replace(MATRIX, matrix=np.ones((5, 5)))
    held = events | {STAINED.file: replace(events[STAINED.file], spillover=singular)}
    result = measure(group(), held)
    assert result.measurements == ()
    assert "a spillover matrix of 5 detectors with condition number" in found(result)[0]


def test_steps_left_out_travel_as_notes_and_repairs_are_told_by_whoever_read_the_file(events):
    repaired = replace(events[STAINED.file], repairs=(Repair("$ENDDATA", text("off by one")),))
    no_dye = replace(STAINED, markers=PANEL)
    result = measure(group(stained=(no_dye,)), events | {STAINED.file: repaired})
    notes = [p for p in result.problems if p.severity is Severity.NOTE]
    assert [(str(p.found), p.place.column) for p in notes] == [
        ("no viability dye in this tube: dead cells not excluded", None),
    ]
    row = rows_of(result, "percent_positive")["CD90"]
    assert "no viability dye: dead cells are counted" in [str(w) for w in row.warnings]
    assert rows_of(result, "viability") == {}


@pytest.fixture(scope="module")
def frozen(events):
    held = freeze_panel(group(), events, cleaning=CleaningRule(), compensation=CompensationRule())
    strategy = CleaningStrategy(name="msc", lot="L1", passage="P4", panels=(held,))
    return HeldStrategy(strategy=strategy, sha256="ab" * 32, file="msc.json")


FROZEN = CleaningRule(strategy="msc.json")


def test_rows_carry_the_frozen_gates_and_what_departs_from_them(events, frozen):
    result = measure(group(), events, cleaning=FROZEN, strategy=frozen)
    rows = result.measurements
    assert {row.quantity for row in rows} == {
        "live_events", "percent_coexpressing", "percent_positive", "viability",
    }  # fmt: skip
    for row in rows:
        assert row.settings["strategy"] == frozen.reference
        assert "strategy_departures" not in row.settings
    off = replace(FROZEN, dead=False, margins=False)
    for row in measure(group(), events, cleaning=off, strategy=frozen).measurements:
        assert row.settings["strategy"] == frozen.reference
        assert row.settings["strategy_departures"] == ["margins:off", "dead:off"]


def test_a_gate_the_strategy_lacks_and_a_dye_the_tube_lacks_are_warned_of(events, frozen):
    (panel,) = frozen.strategy.panels
    gates = tuple(gate for gate in panel.gates if gate.gate != "dead")
    fewer = replace(
        frozen, strategy=replace(frozen.strategy, panels=(replace(panel, gates=gates),))
    )
    result = measure(group(), events, cleaning=FROZEN, strategy=fewer)
    said = [p for p in result.problems if p.severity is Severity.WARNING]
    assert {(p.place.file, str(p.found)) for p in said} == {
        (tube.file, 'the strategy holds no gate "dead cells"') for tube in (STAINED, ISOTYPE, FMO)
    }
    assert rows_of(result, "viability") == {}
    assert {row.settings["strategy_departures"][0] for row in result.measurements} == {
        "dead:not held"
    }
    no_dye = replace(STAINED, markers=PANEL)
    result = measure(group(stained=(no_dye,)), events, cleaning=FROZEN, strategy=frozen)
    assert (
        'the gate "dead cells" was not applied, as the tube names no dye',
        STAINED.file,
    ) in {(str(p.found), p.place.file) for p in result.problems}
    assert rows_of(result, "percent_positive")["CD90"].settings["strategy_departures"] == [
        "dead:no dye"
    ]


def test_another_matrix_is_noted_and_warned_of_where_it_sorts_other_cells(events, frozen):
    near = replace(MATRIX, matrix=MATRIX.matrix + np.triu(np.full((5, 5), 1e-4), 1))
    result = measure(group(), events, cleaning=FROZEN, strategy=frozen, spillover=near)
    said = {str(p.found): p.severity for p in result.problems}
    assert said["another spillover matrix than when the gates were frozen"] is Severity.NOTE
    assert all("strategy_departures" not in row.settings for row in result.measurements)
    skewed = MATRIX.matrix.copy()
    skewed[:3, 4] = 0.9
    far = replace(MATRIX, matrix=skewed)
    result = measure(group(), events, cleaning=FROZEN, strategy=frozen, spillover=far)
    said = {(str(p.found), p.place.file): p.severity for p in result.problems}
    found = (
        'the gate "dead cells" sorts other cells than under the spillover matrix it was frozen with'
    )
    assert said[found, STAINED.file] is Severity.WARNING
    assert rows_of(result, "viability")["flow cytometry"].settings["strategy_departures"] == [
        "dead:other matrix"
    ]


@pytest.mark.parametrize("events_left", [0, 9_000])
def test_a_tube_without_an_event_for_the_dead_gate_has_no_viability(events, frozen, events_left):
    held = events[STAINED.file]
    values = held.values[:events_left].copy()
    values[:, :3] /= 100
    dim = events | {STAINED.file: replace(held, values=values)}
    result = measure(group(), dim, cleaning=FROZEN, strategy=frozen)
    assert rows_of(result, "viability") == {}
    assert rows_of(result, "live_events")["stained"].value == 0
    assert f"no live single cell among {events_left:,} events" in found(result)


def test_a_gate_that_takes_too_much_is_a_warning(events):
    values = events[STAINED.file].values.copy()
    values[:3_000, 0] = 262_143.0
    held = events | {STAINED.file: replace(events[STAINED.file], values=values)}
    warnings = [p for p in measure(group(), held).problems if p.severity is Severity.WARNING]
    (warning,) = warnings
    share = round(100 * np.mean(values[:, 0] >= 262_143.0), 1)
    assert str(warning.found) == (
        f"{share} % of the events were excluded as outside a detector's range"
    )


def test_a_tube_without_cells_is_a_problem(events):
    empty = events_of(STAINED.file, np.zeros((30, len(NAMES)), dtype=np.float32))
    result = measure(group(), events | {STAINED.file: empty})
    assert rows_of(result, "percent_positive") == {}
    assert rows_of(result, "live_events")["stained"].value == 0
    assert "no live single cell among 30 events" in found(result)
    nothing = events_of(STAINED.file, np.zeros((0, len(NAMES)), dtype=np.float32))
    result = measure(group(), events | {STAINED.file: nothing})
    assert "no live single cell among 0 events" in found(result)


def test_files_that_could_not_be_read_leave_nothing_behind(events):
    assert measure(group(), {}).measurements == ()
    assert measure(group(), {ISOTYPE.file: events[ISOTYPE.file]}).exclusions == ()


def test_gates_the_laboratory_leaves_out_are_not_applied(events):
    rule = CleaningRule(margins=False, time=False, debris=False, doublets=False, dead=False)
    result = measure(group(), events, cleaning=rule)
    assert {step.gate for step in result.exclusions} == {"recorded"}
    assert rows_of(result, "live_events")["stained"].value == len(events[STAINED.file])
    assert rows_of(result, "viability") == {}


def test_the_order_of_the_events_changes_nothing(events):
    order = np.random.default_rng(10).permutation(len(events[STAINED.file]))
    stained = events[STAINED.file]
    held = events | {STAINED.file: replace(stained, values=stained.values[order])}
    first, second = measure(group(), events), measure(group(), held)
    for marker, row in rows_of(first, "percent_positive").items():
        assert rows_of(second, "percent_positive")[marker].value == row.value


def test_a_real_file_against_itself_shows_what_the_percentile_says(shared):
    path = shared / "data" / "flow" / "qc_time" / "111.fcs"
    (real,) = read_fcs(path, file="raw/111.fcs")
    markers = {"B515-A": "CD34", "R660-A": "CD45", "V545-A": "viability"}
    stained = tube("raw/111.fcs", TubeRole.STAINED, markers)
    control = tube("raw/control.fcs", TubeRole.ISOTYPE, markers)
    result = measure(
        group(stained=(stained,), controls=(control,)),
        {stained.file: real, control.file: replace(real, values=real.values[:-1])},
    )
    rows = rows_of(result, "percent_positive")
    assert set(rows) == {"CD34", "CD45"}
    for row in rows.values():
        # One cell either side of the percentile of its own distribution, but for the last event.
        assert row.value == pytest.approx(0.5, abs=100 / row.n)
        assert row.low < 0.5 < row.high
    assert math.isfinite(rows["CD34"].settings["threshold"])


def with_time_shift(held, first, last, factor):
    values = held.values.copy()
    values[first:last, : len(NAMES) - 1] *= factor
    return replace(held, values=values)


def test_a_disturbed_stretch_is_excluded_and_accounted_for(events):
    held = events | {STAINED.file: with_time_shift(events[STAINED.file], 4_000, 5_600, 0.5)}
    result = measure(group(), held)
    (step,) = [s for s in result.exclusions if (s.file, s.gate) == (STAINED.file, "time")]
    assert step.removed == pytest.approx(1_600, abs=60)
    assert step.method == "unstable_time/1"
    warnings = [str(p.found) for p in result.problems if p.severity is Severity.WARNING]
    assert any("were excluded as unstable stretches of the acquisition" in w for w in warnings)
    undisturbed = rows_of(measure(group(), events), "percent_positive")
    for marker, row in rows_of(result, "percent_positive").items():
        assert row.value == pytest.approx(undisturbed[marker].value, abs=0.6)


def test_signals_that_move_throughout_are_a_warning_and_nothing_is_excluded(events):
    stained = events[STAINED.file]
    factors = np.repeat(1.6 ** np.arange(12.0), 975)[:, None]
    values = stained.values.copy()
    values[:, 3 : len(NAMES) - 1] *= factors
    result = measure(group(), events | {STAINED.file: replace(stained, values=values)})
    (step,) = [s for s in result.exclusions if (s.file, s.gate) == (STAINED.file, "time")]
    assert step.removed == 0
    assert any(
        p.severity is Severity.WARNING and "the signals move throughout" in str(p.found)
        for p in result.problems
    )


def exported_again(events, file, original):
    """The events of ``original`` in a file of other bytes."""
    held = events[original]
    return events | {file: replace(held, origin=Origin(file, f"{len(file):064x}"))}


def test_a_stained_tube_is_never_its_own_control_however_its_file_was_written(events):
    copied = exported_again(events, ISOTYPE.file, STAINED.file)
    result = measure(group(controls=(ISOTYPE, UNSTAINED)), copied)
    assert result.measurements == ()
    problem = next(p for p in result.problems if "same recording" in str(p.found))
    assert problem.severity is Severity.ERROR
    assert str(problem.found) == (
        "the control raw/isotype.fcs and the stained tube raw/stained.fcs hold the same recording"
    )
    assert (problem.place.file, problem.place.row, problem.place.lot) == ("tubes.csv", 2, "L1")


def test_a_copied_control_leaves_other_stained_tubes_their_numbers(events):
    other = replace(STAINED, file="raw/second.fcs")
    copied = exported_again(events, ISOTYPE.file, STAINED.file) | {
        other.file: simulate(other.file, TRUTH, stained=PANEL.items(), seed=9)
    }
    result = measure(group(stained=(STAINED, other), controls=(ISOTYPE, UNSTAINED)), copied)
    row = rows_of(result, "percent_positive")["CD73"]
    assert row.origins[0].file == "raw/second.fcs"
    assert row.settings["control"] == "raw/unstained.fcs"
    assert "raw/isotype.fcs holds the same recording as a stained tube" in " ".join(
        map(str, row.warnings)
    )


def test_a_control_of_stained_cells_decides_nothing(events):
    """Another lot's stained tube is named as isotype control; the unstained tube shows it."""
    wrong = events | {ISOTYPE.file: simulate(ISOTYPE.file, TRUTH, stained=PANEL.items(), seed=8)}
    result = measure(group(controls=(ISOTYPE, UNSTAINED)), wrong, positivity=PositivityRule())
    rows = rows_of(result, "percent_positive")
    # Also where the other lot's cells are negative: the tube is no control.
    assert {marker: row.settings.get("disputed") for marker, row in rows.items()} == {
        marker: ["control"] for marker in TRUTH
    }
    said = (
        "half of the cells of the control raw/isotype.fcs lie more than 6 standard deviations "
        "above those of the unstained tube raw/unstained.fcs on FITC-A, PE-A, APC-A: it seems to "
        "be stained"
    )
    (problem,) = [p for p in result.problems if str(p.found) == said]
    assert problem.severity is Severity.WARNING
    assert said in map(str, rows["CD34"].warnings)


def test_good_controls_are_not_disputed(events):
    result = measure(group(), events)
    assert all(
        "disputed" not in row.settings for row in rows_of(result, "percent_positive").values()
    )
    assert not [said for said in found(result) if "seems to be stained" in said]


def test_an_fmo_control_is_looked_at_where_it_leaves_its_marker_out(events):
    swapped = replace(FMO, left_out="CD90")
    result = measure(group(controls=(swapped, UNSTAINED)), events)
    rows = rows_of(result, "percent_positive")
    assert rows["CD90"].settings["disputed"] == ["control"]
    assert "disputed" not in rows["CD34"].settings


def labelled(events, **labels):
    """The stained tube, whose file labels detectors."""
    held = events[STAINED.file]
    channels = tuple(
        replace(channel, marker=labels.get(channel.name.removesuffix("-A")))
        for channel in held.channels
    )
    return events | {STAINED.file: replace(held, channels=channels)}


def test_a_label_of_another_marker_keeps_a_number_from_deciding(events):
    exchanged = labelled(events, BV421="CD45 BV421", FITC="cd90", APC="Ecto", DYE="CD19")
    result = measure(group(), exchanged, positivity=PositivityRule())
    rows = rows_of(result, "percent_positive")
    assert rows["CD34"].settings["disputed"] == ["label"]
    assert [marker for marker, row in rows.items() if "disputed" in row.settings] == ["CD34"]
    problems = [p for p in result.problems if "labels" in str(p.found)]
    assert [str(p.found) for p in problems] == [
        'the study reads CD34 on BV421-A, which raw/stained.fcs labels "CD45 BV421"',
        'the study reads viability on DYE-A, which raw/stained.fcs labels "CD19"',
    ]
    assert {p.severity for p in problems} == {Severity.WARNING}
    assert (problems[0].place.file, problems[0].place.row) == ("tubes.csv", 2)
    rule = PositivityRule(compare_labels=False)
    trusted = measure(group(), exchanged, positivity=rule)
    assert not [p for p in trusted.problems if "labels" in str(p.found)]
    assert "disputed" not in rows_of(trusted, "percent_positive")["CD34"].settings


def test_a_marker_that_all_carry_is_disputed_with_one_of_its_own(events):
    result = measure(group(), labelled(events, FITC="CD14"))
    (phenotype,) = rows_of(result, "percent_coexpressing").values()
    assert phenotype.settings["disputed"] == ["label"]


def test_a_detector_that_a_named_control_lacks_is_a_warning(events):
    held = events[ISOTYPE.file]
    channels = tuple(replace(c, name=c.name.replace("APC", "X")) for c in held.channels)
    lacking = replace(held, channels=channels, spillover=None)
    result = measure(group(), events | {ISOTYPE.file: lacking})
    problems = [p for p in result.problems if p.place.file == ISOTYPE.file]
    assert 'the study reads CD73 on "APC-A", which the file does not hold' in [
        str(p.found) for p in problems if p.severity is Severity.WARNING
    ]


def test_the_default_method_is_the_mixture_and_the_others_stand_beside_it(events):
    result = measure(group(), events, positivity=PositivityRule())
    row = rows_of(result, "percent_positive")["CD90"]
    assert row.method == "shifted_mixture/5"
    assert row.low <= row.value <= row.high
    others = row.settings["alternatives"]
    assert set(others) == {
        "control_percentile/1",
        "subtracted_percentile/1",
        "overton_area/1",
        "overton_mode/1",
        "enhanced_normalised_subtraction/1",
    }
    assert others["control_percentile/1"][0] == pytest.approx(row.value, abs=2)


def with_small_cells(events, *, marker):
    """The stained tube with a tenth of lymphocytes: as small as debris, and bright."""
    held = events[STAINED.file]
    values = held.values.copy()
    generator = np.random.default_rng(12)
    small = np.flatnonzero(values[:, 0] < 30_000)
    assert small.size > 800
    column = NAMES.index(marker)
    values[small, column] = generator.lognormal(np.log(8_000), 0.3, small.size)
    return events | {STAINED.file: replace(held, values=values)}


def test_small_cells_that_carry_a_marker_do_not_go_in_silence(events):
    result = measure(group(), with_small_cells(events, marker="BV421-A"))
    rows = rows_of(result, "percent_positive")
    assert rows["CD34"].settings["disputed"] == ["gate"]
    (problem,) = [p for p in result.problems if "excluded as debris is positive" in str(p.found)]
    assert problem.severity is Severity.WARNING
    assert problem.place.column == "BV421-A"
    assert "disputed" not in rows["CD90"].settings


def test_dead_cells_taken_for_live_decide_nothing(events):
    held = events[STAINED.file]
    values = held.values.copy()
    dye = NAMES.index("DYE-A")
    generator = np.random.default_rng(13)
    alive = generator.random(len(values)) < 0.06
    values[~alive, dye] = generator.lognormal(np.log(22_000), 0.3, int((~alive).sum()))
    values[alive, dye] = generator.lognormal(np.log(120), 0.3, int(alive.sum()))
    result = measure(group(), events | {STAINED.file: replace(held, values=values)})
    for quantity in ("percent_positive", "viability"):
        for row in rows_of(result, quantity).values():
            assert row.settings["disputed"] == ["gate"]
    assert any("these may be dead" in said for said in found(result))


def test_a_matrix_that_is_named_and_not_read_leaves_the_tubes_unmeasured(events):
    asked = CompensationRule(matrix="matrix.csv")
    assert measure(group(), events, compensation=asked).measurements == ()


@pytest.mark.parametrize(("smaller", "said"), [(0.4, True), (0.12, False)])
def test_dead_cells_that_left_as_debris_are_told_and_fragments_are_not(events, smaller, said):
    held = events[STAINED.file]
    values = held.values.copy()
    generator = np.random.default_rng(14)
    cells = np.flatnonzero(values[:, 0] > 40_000)
    dead = generator.choice(cells, size=cells.size // 2, replace=False)
    values[np.ix_(dead, [0, 1, 2])] *= smaller
    values[dead, NAMES.index("DYE-A")] = generator.lognormal(np.log(22_000), 0.3, dead.size)
    result = measure(group(), events | {STAINED.file: replace(held, values=values)})
    (viability,) = rows_of(result, "viability").values()
    told = [p for p in result.problems if "take up the dye as dead cells do" in str(p.found)]
    assert viability.value > 80
    assert bool(told) is said
    assert viability.settings.get("disputed") == (["gate"] if said else None)
    if said:
        assert told[0].severity is Severity.WARNING
        assert "disputed" not in rows_of(result, "percent_positive")["CD90"].settings
