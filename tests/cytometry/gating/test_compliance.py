"""Gating-ML's compliance tests: membership of each event, against the truth files."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.cytometry.gating.apply import apply_gates
from stroma.formats.fcs import read_fcs
from stroma.formats.gatingml import read_gatingml, write_gatingml

FOLDER = "data/flow/gatingml_ref"

# One file calls its gate otherwise than the truth does; one has no truth.
TRUTH_OF = {"ParRectangle1": "ParQuadRect"}
WITHOUT_TRUTH = {"myEllipse2"}


@pytest.fixture(scope="module")
def reference(shared):
    (events,) = read_fcs(shared / FOLDER / "data1.fcs")
    truths = {
        path.stem.removeprefix("Results_"): np.loadtxt(path).astype(bool)
        for path in (shared / FOLDER / "truth").glob("Results_*.txt")
    }
    return events, truths


def test_every_gate_of_every_file(shared, reference, tmp_path):
    """No event differs, nor after the gates were written and read again."""
    events, truths = reference
    files = sorted((shared / FOLDER / "gml").glob("*.xml"))
    assert len(files) == 47
    compared, seen = 0, set()
    for path in files:
        strategy = read_gatingml(path).strategy
        copy = tmp_path / path.name
        write_gatingml(copy, strategy)
        again = read_gatingml(copy)
        assert (again.strategy, again.problems) == (strategy, ())
        for source in (strategy, again.strategy):
            for population in apply_gates(events, source).populations:
                if population.identifier in WITHOUT_TRUTH:
                    continue
                name = TRUTH_OF.get(population.identifier, population.identifier)
                differences = int(np.count_nonzero(population.mask != truths[name]))
                assert differences == 0, (path.name, name)
                compared += 1
                seen.add(name)
    assert seen == set(truths)
    assert compared == 2 * 133


def test_nothing_of_the_whole_file_is_left_out(shared, reference):
    read = read_gatingml(shared / FOLDER / "gml/gml_all_gates.xml")
    result = apply_gates(reference[0], read.strategy)
    # 40 gates and the 9 quadrants of two quadrant gates.
    assert len(result.populations) == 49
    assert result.problems == ()


def test_an_ellipse_without_truth_by_its_half_axes(shared, reference):
    """Half-axes 37 and 30 turned by 45 degrees, as its file says, around (40, 40)."""
    events, _ = reference
    read = read_gatingml(shared / FOLDER / "gml/gml_ellipse2_gate.xml")
    (population,) = apply_gates(events, read.strategy).populations
    x, y = (events.values[:, events.names.index(name)] - 40 for name in ("FSC-H", "SSC-H"))
    falling, rising = (x - y) / np.sqrt(2), (x + y) / np.sqrt(2)
    expected = (falling / 37) ** 2 + (rising / 30) ** 2 <= 1
    assert population.count == int(expected.sum())
    assert np.array_equal(population.mask, expected)
