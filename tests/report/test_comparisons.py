"""The comparison section: what is shown of each answer."""

from __future__ import annotations

import pytest

from stroma.comparison.compare import compare
from stroma.comparison.questions import Question
from stroma.figures.source_forest import source_forest
from stroma.locale import get_language
from stroma.measurements import Measurement
from stroma.report.comparisons import comparisons_of, forest_view
from stroma.texts import ENGLISH

BOTH = ("bone_marrow", "placenta")


def rows(first, second, quantity="doubling_time", unit="h"):
    return [
        Measurement(
            lot=f"{source}{i}",
            donor=f"{source}{i}",
            source=source,
            passage="P2",
            quantity=quantity,
            value=value,
            unit=unit,
        )
        for source, values in zip(BOTH, (first, second), strict=True)
        for i, value in enumerate(values)
    ]


@pytest.fixture
def family():
    """A difference and a question that cannot be asked."""
    return compare(
        [*rows((46.0, 51.5, 43.2), (31.0, 36.4, 29.8)),
         *rows((1e6, 2e6), (3e6,), "viable_cells", "{cells}")],
        [Question(quantity="doubling_time", sources=BOTH, margin=6.0, unit="h"),
         Question(quantity="viable_cells", sources=BOTH)],
    )  # fmt: skip


def test_nothing_asked_shows_nothing():
    assert comparisons_of(None, ENGLISH) is None


def test_a_refused_question_is_shown_with_its_reason(family):
    section = comparisons_of(family, ENGLISH)
    assert [(kind, count) for kind, _sign, _word, count in section.counts] == [("d", 1), ("a", 1)]
    refused = section.blocks[1]
    assert refused.forest == ""
    assert "placenta has one donor" in str(refused.held.reason)


def test_the_forest_shows_every_donor_and_the_margin_in_the_unit(family):
    view = forest_view(family.comparisons[0])
    assert view.lanes[0].donors == pytest.approx((46.0, 51.5, 43.2))
    assert view.margin == pytest.approx((-6.0, 6.0))
    assert view.difference < 0
    drawing = source_forest(view, ENGLISH)
    dots = next(part for part in drawing.split("<path") if 'class="on"' in part)
    assert dots.count("h0") == 3
    assert drawing.startswith("<svg")
    assert drawing.endswith("</svg>")


def test_a_level_without_interval_is_drawn(family):
    level = compare(
        rows((40.0, 40.0), (30.0, 30.0)), [Question(quantity="doubling_time", sources=BOTH)]
    )
    section = comparisons_of(level, get_language("ru"))
    assert section.blocks[0].forest.startswith("<svg")


def test_donors_needed_in_the_unit(family):
    needed = comparisons_of(family, ENGLISH).blocks[0].needed
    told = [(str(answer), str(assumed)) for answer, assumed, _numbers in needed]
    assert ("different", "6.00 h") in told
    assert ("equivalent", "0 h") in told
