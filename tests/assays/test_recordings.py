"""One recording under two names."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.assays.recordings import RECORDING, dispute_recordings, recording_of
from stroma.errors import Severity
from stroma.measurements import Measurement
from stroma.records import Channel, Events, Origin


def events(values, *, sha256="a" * 64):
    values = np.asarray(values, np.float32)
    channels = tuple(Channel(f"P{n + 1}") for n in range(values.shape[1]))
    return Events(Origin("tube.fcs", sha256), "FCS3.1", channels, values, {}, None)


@given(st.integers(1, 20_000), st.integers(1, 4))
def test_a_recording_is_known_by_its_events(count, columns):
    values = np.random.default_rng(count).normal(size=(count, columns))
    assert recording_of(events(values)) == recording_of(events(values, sha256="b" * 64))
    assert recording_of(events(values)) != recording_of(events(values + 1))
    assert recording_of(events(values)) != recording_of(events(np.vstack([values, values[:1]])))


def test_a_file_without_events_is_known_by_its_bytes():
    empty = np.empty((0, 2))
    assert recording_of(events(empty)) == "a" * 16
    assert recording_of(events(empty)) != recording_of(events(empty, sha256="b" * 64))


def rows(lot, file, recording, **more):
    origin = Origin(file, "c" * 64)
    share = Measurement(
        lot=lot, quantity="percent_positive", analyte="CD90", value=98.0, unit="%",
        origins=(origin, Origin("iso.fcs", "d" * 64)), **more,
    )  # fmt: skip
    cells = replace(
        share, quantity="live_events", analyte="tube", unit="{cells}",
        settings={RECORDING: recording},
    )  # fmt: skip
    return [share, cells]


def test_a_recording_of_two_lots_decides_for_neither():
    held = [*rows("L1", "a.fcs", "1"), *rows("L2", "b.fcs", "1"), *rows("L3", "c.fcs", "2")]
    marked, (problem,) = dispute_recordings(held)
    assert [row.settings.get("disputed") for row in marked] == [["recording"]] * 4 + [None] * 2
    assert problem.severity is Severity.WARNING
    assert str(problem.found) == (
        "the same recording under two names: a.fcs (lot L1), b.fcs (lot L2)"
    )
    assert str(problem.action) == (
        "name the tube's own file; until then neither can decide a verdict"
    )


@pytest.mark.parametrize("more", [{"passage": "P5"}, {"condition": "IFN-gamma"}])
def test_nor_does_one_of_two_passages_or_treatments(more):
    held = [*rows("L1", "a.fcs", "1", passage="P4"), *rows("L1", "b.fcs", "1", **more)]
    marked, _problems = dispute_recordings(held)
    assert all(row.settings["disputed"] == ["recording"] for row in marked)


def test_the_same_tube_twice_is_only_said():
    held = [*rows("L1", "a.fcs", "1"), *rows("L1", "b.fcs", "1")]
    marked, (problem,) = dispute_recordings(held)
    assert marked == tuple(held)
    assert str(problem.action) == "name the tube's own file; both are measured as they stand"


def test_one_tube_named_twice_is_one_recording():
    held = rows("L1", "a.fcs", "1")
    assert dispute_recordings([*held, *held]) == ((*held, *held), ())
