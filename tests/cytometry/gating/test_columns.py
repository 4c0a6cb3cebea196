"""Values of a gate's dimension."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from stroma.cytometry.gating.columns import Source, ratio_of, unmixing_factors
from stroma.errors import FileProblem, Place
from stroma.gating_records import (
    FROM_FILE,
    Dimension,
    GatingStrategy,
    LinearAxis,
    NamedAxis,
    Ratio,
    SpectrumMatrix,
)
from stroma.records import Channel, Spillover, SpilloverDoubt

# 100 FITC and 200 PE, seen by detectors as 100 + 0.1 × 200 and 200 + 0.25 × 100.
MEASURED = {"FL1": [120.0], "FL2": [225.0], "FSC": [7.0]}
MATRIX = SpectrumMatrix("M", ("FITC", "PE"), ("FL1", "FL2"), ((1.0, 0.25), (0.1, 1.0)))


def column(events, dimension, *, matrices=(MATRIX,), ratios=(), gain_undone=False):
    strategy = GatingStrategy((), ratios=ratios, matrices=matrices, gain_undone=gain_undone)
    return Source(events, strategy).column(dimension).tolist()


def test_uncompensated(events_of):
    assert column(events_of(MEASURED), Dimension("FL1")) == [120.0]


def test_compensated_by_fluorochrome(events_of):
    events = events_of(MEASURED)
    assert column(events, Dimension("FITC", compensation="M")) == pytest.approx([100.0])
    assert column(events, Dimension("PE", compensation="M")) == pytest.approx([200.0])


def test_a_channel_outside_the_matrix_is_as_measured(events_of):
    assert column(events_of(MEASURED), Dimension("FSC", compensation="M")) == [7.0]


def test_a_matrix_inverted_already(events_of):
    inverse = np.linalg.inv([[1.0, 0.25], [0.1, 1.0]])
    matrix = SpectrumMatrix(
        "M", ("FITC", "PE"), ("FL1", "FL2"), tuple(map(tuple, inverse.tolist())), inverted=True
    )
    found = column(events_of(MEASURED), Dimension("PE", compensation="M"), matrices=(matrix,))
    assert found == pytest.approx([200.0])


def test_more_detectors_than_fluorochromes(events_of):
    """Least squares find the light that was mixed, where nothing else shines."""
    matrix = SpectrumMatrix("M", ("A", "B"), ("D1", "D2", "D3"), ((1.0, 0.5, 0.1), (0.0, 0.3, 1.0)))
    light = np.array([40.0, 90.0]) @ np.array(matrix.rows)
    events = events_of({f"D{n + 1}": [value] for n, value in enumerate(light)})
    for name, expected in (("A", 40.0), ("B", 90.0)):
        found = column(events, Dimension(name, compensation="M"), matrices=(matrix,))
        assert found == pytest.approx([expected])


def test_the_matrix_of_the_file(events_of):
    spillover = Spillover(("FL1", "FL2"), np.array([[1.0, 0.25], [0.1, 1.0]]))
    events = events_of(MEASURED, spillover=spillover)
    assert column(events, Dimension("FL1", compensation=FROM_FILE)) == pytest.approx([100.0])


def test_a_file_without_a_matrix_is_as_measured(events_of):
    assert column(events_of(MEASURED), Dimension("FL1", compensation=FROM_FILE)) == [120.0]


@pytest.mark.parametrize(
    ("doubt", "message"),
    [
        (SpilloverDoubt.UNUSABLE, "a spillover matrix that cannot be used"),
        (SpilloverDoubt.SEVERAL, "spillover matrices that differ.*to the files they were drawn on"),
        (SpilloverDoubt.IDENTITY, "spillover matrices that differ"),
    ],
)
def test_a_matrix_of_the_file_that_is_doubtful_is_refused(events_of, doubt, message):
    events = dataclasses.replace(events_of(MEASURED), spillover_doubt=doubt)
    with pytest.raises(FileProblem, match=message):
        column(events, Dimension("FL1", compensation=FROM_FILE))


def test_a_ratio_whose_ends_are_exchanged_is_refused(events_of):
    ratio = Ratio("R", "FL1", "FL2", 1.0, 0.0, 0.0, low=2.0, high=1.0)
    with pytest.raises(FileProblem, match='ratio "R" that ends at 2 below and at 1 above'):
        column(events_of(MEASURED), Dimension(None, "R"), ratios=(ratio,))


def test_gain_undone_except_for_time_and_logarithms(events_of):
    channels = (
        Channel("FSC", gain=4.0),
        Channel("Time", gain=100.0),
        Channel("FL1", amplification=(4.0, 1.0), gain=2.0),
    )
    events = events_of({"FSC": [5.0], "Time": [1.0], "FL1": [3.0]}, channels=channels)
    found = [column(events, Dimension(name), gain_undone=True) for name in ("FSC", "Time", "FL1")]
    assert found == [[20.0], [1.0], [3.0]]
    assert column(events, Dimension("FSC")) == [5.0]


def test_ratio_by_hand():
    ratio = Ratio("R", "X", "Y", 2.7, -100.0, -300.0)
    values = ratio_of(ratio, np.array([500.0, 1.0]), np.array([240.0, -300.0]))
    assert values.tolist() == [pytest.approx(2.7 * 600 / 540), np.inf]


def test_ratio_of_compensated_channels_within_bounds(events_of):
    ratio = Ratio("R", "PE", "FITC", 1.0, 0.0, 0.0, low=None, high=1.5)
    dimension = Dimension(ratio="R", compensation="M")
    assert column(events_of(MEASURED), dimension, ratios=(ratio,)) == [1.5]


@pytest.mark.parametrize(("dimension", "message"), [
    (Dimension("FL9"), 'no channel "FL9". Expected: one of FL1, FL2, FSC'),
    (Dimension("FL1", compensation="N"), 'no compensation matrix "N"'),
    (Dimension(ratio="R"), 'no ratio "R"'),
])  # fmt: skip
def test_what_is_not_there(events_of, dimension, message):
    with pytest.raises(FileProblem, match=message):
        column(events_of(MEASURED), dimension)


def test_axes(events_of):
    strategy = GatingStrategy((), axes=(NamedAxis("L", LinearAxis(50.0, -60.0)),))
    source = Source(events_of(MEASURED), strategy)
    with pytest.raises(FileProblem, match='no transformation "M"'):
        source.scale(Dimension("FL1", axis="M"))
    with pytest.raises(FileProblem, match='transformation "L": no linear scale has T = 50'):
        source.scale(Dimension("FL1", axis="L"))


@pytest.mark.parametrize(("matrix", "message"), [
    (SpectrumMatrix("M", ("A", "B"), ("D",), ((1.0,), (1.0,))), "of fluorochromes 2"),
    (SpectrumMatrix("M", ("A",), ("D",), ((1.0,), (1.0,))), "of fluorochromes 1"),
    (SpectrumMatrix("M", ("A", "B"), ("D", "E"), ((1.0, 1.0), (1.0, 1.0))), "condition number"),
    (SpectrumMatrix("M", ("A", "B"), ("D", "E", "F"), ((1.0, 1.0, 2.0), (1.0, 1.0, 2.0))),
     "condition number"),
])  # fmt: skip
def test_no_unmixing(matrix, message):
    with pytest.raises(FileProblem, match=message):
        unmixing_factors(matrix, Place())
