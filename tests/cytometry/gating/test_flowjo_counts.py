"""Counts of FlowJo's gates, against those FlowJo stored."""

from __future__ import annotations

import pytest

from stroma.cytometry.gating.apply import apply_gates
from stroma.formats.fcs import read_fcs
from stroma.formats.flowjo import read_flowjo

FOLDER = "data/flow/flowjo_small"
DIAMOND, LINE = "test_data_diamond_01.fcs", "data_set_simple_line_100.fcs"

# As FlowJo 10 counted them: data/flow/README.tsv.
EXPECTED = {
    "simple_diamond_example_quad_gate": (DIAMOND, [49671, 50596, 50330, 49403]),
    "test_data_diamond_asinh_rect": (DIAMOND, [50559]),
    "test_data_diamond_asinh_rect2": (DIAMOND, [50699]),
    "test_data_diamond_biex_rect": (DIAMOND, [50605]),
    "single_ellipse_51_events": (LINE, [51]),
}


@pytest.mark.parametrize("workspace", EXPECTED)
def test_counts(shared, workspace):
    file, expected = EXPECTED[workspace]
    (sample,) = read_flowjo(shared / FOLDER / f"{workspace}.wsp").samples
    (events,) = read_fcs(shared / FOLDER / file)
    assert (sample.name, sample.events) == (file, len(events))
    result = apply_gates(events, sample.strategy)
    assert result.problems == sample.problems == ()
    assert [each.count for each in result.populations] == expected
    assert {each.path: each.count for each in result.populations} == sample.counts


def test_a_polygon_that_cuts_the_line_in_half(shared):
    """Its stored count was saved before FlowJo counted; the file's name says what it counts."""
    path = shared / FOLDER / "simple_poly_and_rect_v2_poly50.wsp"
    (sample,) = read_flowjo(path).samples
    (events,) = read_fcs(shared / FOLDER / LINE)
    found = {each.name: each.count for each in apply_gates(events, sample.strategy).populations}
    assert found["poly1"] == 50
