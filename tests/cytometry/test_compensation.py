"""Compensation against hand calculation, real files and the Gating-ML compliance suite."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from stroma.cytometry.compensation import (
    BLOCK,
    choose_compensation,
    compensate,
    same_spillover,
)
from stroma.cytometry.scales import InverseSine, Linear, Logicle
from stroma.errors import FileProblem
from stroma.formats.fcs import read_fcs
from stroma.records import Channel, Events, Origin, Spillover, SpilloverDoubt, is_identity

# The matrix of the compliance suite: fluorochromes FITC, PE, PerCP on detectors FL1 to FL3.
SUITE_MATRIX = Spillover(
    ("FL1-H", "FL2-H", "FL3-H"),
    np.array([[1, 0.02, 0.06], [0.11, 1, 0.07], [0.09, 0.01, 1]]),
)
SUITE_NAMES = ("FSC-H", "SSC-H", "FL1-H", "FL2-H", "FL3-H", "FL2-A", "FL4-H", "Time")


def events_of(values, names, spillover=None, file="tube.fcs"):
    return Events(
        origin=Origin(file, "0" * 64),
        version="FCS3.1",
        channels=tuple(Channel(name) for name in names),
        values=values,
        keywords={},
        spillover=spillover,
    )


def test_two_fluorochromes_by_hand():
    # 100 and 200 of light; a quarter of the first spills into B, half of the second into A.
    matrix = Spillover(("A", "B"), np.array([[1.0, 0.25], [0.5, 1.0]]))
    measured = events_of(np.array([[7.0, 200.0, 225.0]]), ("FSC-A", "A", "B"))
    np.testing.assert_allclose(compensate(measured, matrix), [[7.0, 100.0, 200.0]], rtol=1e-12)
    np.testing.assert_allclose(compensate(measured, matrix, channels=["B"]), [[200.0]])


def test_order_of_the_matrix_need_not_be_that_of_the_file():
    matrix = Spillover(("B", "A"), np.array([[1.0, 0.5], [0.25, 1.0]]))
    measured = events_of(np.array([[200.0, 225.0]]), ("A", "B"))
    np.testing.assert_allclose(compensate(measured, matrix), [[100.0, 200.0]], rtol=1e-12)


def test_a_real_file_with_a_matrix_from_a_sheet(shared):
    folder = shared / "data" / "flow" / "compensation"
    with (folder / "comp_complete_example.csv").open(newline="") as sheet:
        header, *rows = csv.reader(sheet)
    matrix = Spillover(tuple(header), np.array(rows, dtype=float))
    (events,) = read_fcs(folder / "test_comp_example.fcs")
    found = compensate(events, matrix)
    # The array beside the file has no header and holds the events before compensation.
    measured = np.fromfile(folder / "test_comp_example.npy", "<f8").reshape(found.shape)
    columns = [events.names.index(name) for name in matrix.channels]
    spilled = found[:, columns].astype(float) @ matrix.matrix
    scale = np.abs(measured[:, columns]).max(axis=1, keepdims=True)
    assert np.max(np.abs(spilled - measured[:, columns]) / scale) < 1e-6
    oracle = np.linalg.solve(matrix.matrix.T, measured[:, columns].T).T
    assert np.max(np.abs(found[:, columns] - oracle) / scale) < 1e-6
    others = [i for i, name in enumerate(events.names) if name not in (*header, "Time")]
    np.testing.assert_allclose(found[:, others], measured[:, others], rtol=1e-6)


@pytest.mark.parametrize(
    ("truth", "channel", "scale", "low", "high"),
    [
        ("ScaleRange1c", "FL1-H", InverseSine(10_000.0, 4.0, 1.0), 0.37, 0.63),
        ("ScaleRange3c", "FL1-H", Linear(10_000.0, 500.0), 0.049, 0.055),
        ("ScaleRange4c", "FL1-H", Logicle(10_000.0, 0.5, 4.5, 0.0), 0.37, 0.63),
        ("ScaleRange5c", "FL1-H", Logicle(10_000.0, 1.0, 4.0, 0.5), 0.37, 0.63),
        ("ScaleRange6c", "FL2-H", InverseSine(10_000.0, 4.0, 1.0), 0.09, 0.36),
        ("ScaleRange8c", "FL2-H", Logicle(10_000.0, 1.0, 4.0, 0.5), 0.09, 0.36),
    ],
)
def test_every_event_falls_where_the_compliance_suite_says(
    shared, truth, channel, scale, low, high
):
    flow = shared / "data" / "flow"
    measured = np.load(flow / "fcs_truth_npy" / "data1_preprocessed.npy")
    expected = np.loadtxt(flow / "gatingml_ref" / "truth" / f"Results_{truth}.txt") == 1
    events = events_of(measured, SUITE_NAMES)
    positions = scale.positions(compensate(events, SUITE_MATRIX, channels=[channel])[:, 0])
    np.testing.assert_array_equal((positions >= low) & (positions < high), expected)


def test_single_precision_stays_single():
    matrix = Spillover(("A", "B"), np.array([[1.0, 0.1], [0.1, 1.0]]))
    values = np.array([[10.0, 20.0]], dtype=np.float32)
    assert compensate(events_of(values, ("A", "B")), matrix).dtype == np.float32
    assert compensate(events_of(values.astype(float), ("A", "B")), matrix).dtype == np.float64


def test_values_of_the_file_are_left_alone_and_without_a_matrix_unchanged():
    values = np.array([[10.123456789, 20.0]])
    values.setflags(write=False)
    events = events_of(values, ("A", "B"))
    found = compensate(events, None, channels=["B", "A"])
    np.testing.assert_array_equal(found, [[20.0, 10.123456789]])
    assert found.flags.writeable


def test_an_infinite_channel_that_is_not_wanted_does_no_harm():
    matrix = Spillover(("A", "B"), np.array([[1.0, 0.25], [0.5, 1.0]]))
    values = np.array([[np.inf, 200.0, 225.0], [1.0, np.nan, 3.0]])
    found = compensate(events_of(values, ("Time", "A", "B")), matrix, channels=["A", "Time"])
    np.testing.assert_allclose(found[0], [100.0, np.inf])
    assert np.isnan(found[1, 0])
    assert found[1, 1] == 1.0


def test_a_tube_of_several_blocks_is_one_product():
    matrix = Spillover(("A", "B"), np.array([[1.0, 0.25], [0.5, 1.0]]))
    odd = BLOCK + 1
    values = np.random.default_rng(5).lognormal(5, 1, (2 * BLOCK + 3, 3))
    values[odd, 0] = np.inf
    found = compensate(events_of(values, ("Time", "A", "B")), matrix)
    expected = values[:, 1:] @ np.linalg.inv(matrix.matrix)
    np.testing.assert_allclose(found[:, 1:], expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(found[:, 0], values[:, 0])
    assert all(found[:, column].flags.c_contiguous for column in range(3))


def test_a_channel_the_file_lacks_is_named_with_those_it_holds():
    events = events_of(np.zeros((1, 2)), ("FL1-H", "FL2-H"))
    with pytest.raises(
        FileProblem,
        match=r'no channel "FL3-H", which the spillover matrix needs\. .* one of FL1-H, FL2-H',
    ):
        compensate(events, SUITE_MATRIX)
    with pytest.raises(FileProblem, match=r'tube\.fcs: no channel "PE-A", "APC-A"'):
        compensate(events, None, channels=["PE-A", "FL1-H", "APC-A"])


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1.0, 1.0], [1.0, 1.0]], "2 detectors with condition number"),
        ([[1.0, 0.99999], [1.0, 1.0]], "condition number .* at most"),
        ([[1.0, np.nan], [0.0, 1.0]], "condition number not a number"),
        ([[1.0, 0.0]], "spillover matrix of 1 by 2 for 2 detectors"),
    ],
)
def test_a_matrix_that_cannot_be_inverted_reliably_is_refused(matrix, message):
    events = events_of(np.zeros((1, 2)), ("A", "B"))
    with pytest.raises(FileProblem, match=message):
        compensate(events, Spillover(("A", "B"), np.array(matrix)))


def test_the_declared_matrix_overrides_the_files():
    own = Spillover(("A", "B"), np.array([[1.0, 0.1], [0.1, 1.0]]))
    declared = replace(own, matrix=np.array([[1.0, 0.2], [0.2, 1.0]]))
    events = events_of(np.zeros((1, 2)), ("A", "B"), own)
    assert choose_compensation(events, declared).spillover is declared
    assert choose_compensation(events, declared).source == "declared matrix"
    assert choose_compensation(events, None).spillover is own
    assert choose_compensation(events, None).source == "file"


def test_an_identity_is_noted_and_not_applied():
    same = Spillover(("A", "B"), np.eye(2))
    found = choose_compensation(events_of(np.zeros((1, 2)), ("A", "B"), same), None)
    assert is_identity(same)
    assert (found.spillover, found.source) == (None, "file")
    assert "is the identity" in str(found.note)


def test_no_matrix_and_compensated_values_are_told_apart():
    none = choose_compensation(events_of(np.zeros((1, 1)), ("A",)), None)
    assert (none.spillover, none.source) == (None, "none")
    assert str(none.note) == "no spillover matrix: values are not compensated"
    own = Spillover(("A", "B"), np.array([[1.0, 0.1], [0.1, 1.0]]))
    exported = events_of(np.zeros((1, 3)), ("FSC-A", "Comp-A", "Comp-B"), own)
    found = choose_compensation(exported, None)
    assert (found.spillover, found.source) == (None, "already in the file")


def test_matrices_are_compared_by_what_they_hold():
    first = Spillover(("A", "B"), np.array([[1.0, 0.1], [0.1, 1.0]]))
    assert same_spillover(first, replace(first, matrix=first.matrix.copy()))
    assert not same_spillover(first, replace(first, channels=("B", "A")))
    assert not same_spillover(first, replace(first, matrix=np.eye(2)))
    assert not same_spillover(first, None)
    assert same_spillover(None, None)


def test_a_matrix_of_compensated_channels_is_not_used_again():
    own = Spillover(("Comp-A", "Comp-B"), np.array([[1.0, 0.1], [0.1, 1.0]]))
    found = choose_compensation(events_of(np.zeros((1, 2)), ("Comp-A", "Comp-B"), own), None)
    assert (found.spillover, found.source) == (None, "already in the file")


def test_compensated_values_of_a_file_are_left_as_they_are_where_its_matrix_is_asked_for():
    events = replace(
        events_of(np.zeros((1, 1)), ("Comp-A",)), spillover_doubt=SpilloverDoubt.COMPENSATED
    )
    for source in (None, "file"):
        assert choose_compensation(events, None, source=source).source == "already in the file"


def test_matrices_that_differ_leave_the_choice_to_the_laboratory():
    own = Spillover(("A", "B"), np.array([[1.0, 0.1], [0.1, 1.0]]))
    events = replace(
        events_of(np.zeros((1, 2)), ("A", "B"), own), spillover_doubt=SpilloverDoubt.SEVERAL
    )
    for source in (None, "file"):
        with pytest.raises(
            FileProblem, match=r"matrices that differ.*declare the right one as compe"
        ):
            choose_compensation(events, None, source=source)
    assert choose_compensation(events, own).source == "declared matrix"
    stains = choose_compensation(events, None, single_stains=own, source="single_stains")
    assert stains.source == "single stains"


def test_a_matrix_beside_the_identity_is_used_once_the_laboratory_asks_for_it():
    own = Spillover(("A", "B"), np.array([[1.0, 0.1], [0.1, 1.0]]))
    events = replace(
        events_of(np.zeros((1, 2)), ("A", "B"), own), spillover_doubt=SpilloverDoubt.IDENTITY
    )
    with pytest.raises(FileProblem, match=r'set compensation\.source = "file"'):
        choose_compensation(events, None)
    assert choose_compensation(events, None, source="file").spillover is own


def test_a_matrix_that_cannot_be_used_is_told_from_none():
    events = replace(events_of(np.zeros((1, 1)), ("A",)), spillover_doubt=SpilloverDoubt.UNUSABLE)
    assert "cannot be used" in str(choose_compensation(events, None).note)
