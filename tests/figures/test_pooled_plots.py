"""Forest and funnel plots: what is drawn where, in all three languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from stroma.figures.forest_plot import ForestBlock, ForestPlotView, ForestRow, forest_plot
from stroma.figures.funnel_plot import FunnelView, funnel_plot
from stroma.locale import get_language
from stroma.texts import text


def row(value: float | None, **more: object) -> ForestRow:
    plain = {
        "label": text("Sung 2010"), "note": text("table 2 · doi:10.1000/x"),
        "link": "https://doi.org/10.1000/x", "told": text("0.80"), "value": value,
        "low": None if value is None else value * 0.9,
        "high": None if value is None else value * 1.2, "weight": 50.0,
    }  # fmt: skip
    return ForestRow(**{**plain, **more})  # type: ignore[arg-type]


def forest(*rows: ForestRow, **more: object) -> ForestPlotView:
    within = ForestBlock(title=text("within"), rows=rows, outcome=text("0.8"), **more)  # type: ignore[arg-type]
    apart = ForestBlock(title=text("between"), rows=(row(None),), outcome=text("1 paper; 2 needed"))
    return ForestPlotView(
        title=text("doubling time"), blocks=(within, apart), is_ratio=True,
        axis=text("ratio"), lower=text("lower"), higher=text("higher"),
    )  # fmt: skip


@pytest.mark.parametrize("code", ["en", "ru", "kk"])
def test_a_forest_names_every_paper_and_what_is_not_pooled(code: str) -> None:
    drawn = forest_plot(
        forest(row(0.8), row(0.9), pooled=(0.85, 0.7, 1.0), prediction=(0.5, 1.3)),
        get_language(code),
    )
    assert drawn.count("Sung 2010") == 3
    assert drawn.count('class="sq"') == 2
    assert drawn.count('class="dm"') == 1
    assert drawn.count('class="pi"') == 1
    assert 'href="https://doi.org/10.1000/x"' in drawn
    assert "1 paper; 2 needed" in drawn


def test_no_difference_lies_between_lower_and_higher() -> None:
    drawn = forest_plot(forest(row(0.8), row(1.25), pooled=(1.0, 0.8, 1.25)), get_language("en"))
    null = float(re.search(r'class="zr" d="M([\d.]+)', drawn)[1])  # type: ignore[index]
    left, right = (float(found) for found in re.findall(r'class="sq" d="M([\d.]+)', drawn))
    # Corners of the squares: 0.8 and 1.25 lie alike on both sides of 1 on a ratio axis.
    assert (left + right) / 2 == pytest.approx(null - 3.9, abs=1.0)


def test_a_long_interval_ends_in_a_point_and_stays_within() -> None:
    drawn = forest_plot(
        forest(row(0.8, low=1e-9, high=1e9), row(0.9), pooled=(0.85, 0.0, float("inf"))),
        get_language("en"),
    )
    assert "l-4 3l4 3" in drawn
    assert "l4 3l-4 3" in drawn
    assert "nan" not in drawn
    assert "inf" not in drawn


def test_arms_alone_have_no_axis() -> None:
    drawn = forest_plot(forest(row(None)), get_language("en"))
    assert 'class="ax"' not in drawn
    assert drawn.count("Sung 2010") == 2


@pytest.mark.parametrize("is_ratio", [True, False])
@pytest.mark.parametrize("value", [1e-12, 1.0, 1e12])
def test_any_size_can_be_drawn(value: float, is_ratio: bool) -> None:
    view = replace(forest(row(value), pooled=(value, value, value)), is_ratio=is_ratio)
    drawn = forest_plot(view, get_language("en"))
    assert "nan" not in drawn
    assert "inf" not in drawn


def test_words_are_escaped() -> None:
    drawn = forest_plot(forest(row(0.8, label=text("<b>A & B"))), get_language("en"))
    assert "&lt;b&gt;A &amp; B" in drawn


@pytest.mark.parametrize("code", ["en", "ru", "kk"])
def test_a_funnel_shows_papers_and_those_taken_to_be_missing(code: str) -> None:
    view = FunnelView(
        title=text("doubling time"), points=((0.1, 0.1), (0.2, 0.3)), filled=((0.0, 0.3),),
        centre=0.1, quantile=1.96, is_ratio=True, axis=text("ratio"),
    )  # fmt: skip
    drawn = funnel_plot(view, get_language(code))
    assert drawn.count('class="on"') == 1
    assert drawn.count('class="ho"') == 1
    assert drawn.count("h0") == 4
