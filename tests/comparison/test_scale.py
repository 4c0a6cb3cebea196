"""Scales and margins, against arithmetic done by hand."""

from __future__ import annotations

import math

import pytest

from stroma.comparison.results import Margin, Scale
from stroma.comparison.scale import (
    as_effect,
    choose_scale,
    from_scale,
    in_unit,
    margin_on_scale,
    on_scale,
    to_scale,
)


@pytest.mark.parametrize(
    ("quantity", "values", "scale"),
    [
        ("percent_positive", [97.0, 99.5], Scale.LOGIT),
        ("percent_positive", [25.0, 75.0], Scale.IDENTITY),
        ("percent_positive", [25.0, 81.0], Scale.LOGIT),
        ("viability", [92.0, 97.0], Scale.LOGIT),
        ("doubling_time", [30.0, 60.0], Scale.LOG),
        ("viable_cells", [1e6, 5e6], Scale.LOG),
        ("differentiation_ratio", [4.0, 6.0], Scale.LOG),
        ("population_doublings", [3.0, 4.0], Scale.IDENTITY),
        ("threshold_cycle", [20.0, 24.0], Scale.IDENTITY),
        # Without a lower bound a percentage is not a share.
        ("proliferation_inhibition", [-5.0, 60.0], Scale.IDENTITY),
        ("endotoxin", [0.0, 0.3], Scale.IDENTITY),
        ("percent_positive", [100.0, 100.0], Scale.IDENTITY),
    ],
)
def test_scales(quantity, values, scale):
    assert choose_scale(quantity, values).scale is scale


@pytest.mark.parametrize("scale", list(Scale))
def test_there_and_back(scale):
    effect = as_effect(0.7, scale)
    assert on_scale(effect, scale) == pytest.approx(0.7, rel=1e-12)


def test_logit_by_hand():
    chosen = choose_scale("percent_positive", [98.0, 99.0])
    assert to_scale([98.0], chosen)[0] == pytest.approx(math.log(0.98 / 0.02), rel=1e-12)
    assert from_scale(math.log(0.98 / 0.02), Scale.LOGIT) == pytest.approx(98.0, rel=1e-12)


def test_a_margin_in_hours_is_met_by_means_that_far_apart():
    # 43 h and 37 h lie 6 h apart about their geometric middle.
    middle = (math.log(43.0) + math.log(37.0)) / 2
    held = margin_on_scale(6, "h", quantity="doubling_time", middle=middle, scale=Scale.LOG)
    assert isinstance(held, Margin)
    assert held.high == pytest.approx(43.0 / 37.0, rel=1e-12)
    assert held.low == pytest.approx(37.0 / 43.0, rel=1e-12)


def test_a_margin_in_days_is_the_same_in_hours():
    days = margin_on_scale(0.25, "d", quantity="doubling_time", middle=3.7, scale=Scale.LOG)
    hours = margin_on_scale(6, None, quantity="doubling_time", middle=3.7, scale=Scale.LOG)
    assert isinstance(days, Margin)
    assert isinstance(hours, Margin)
    assert days.high == pytest.approx(hours.high, rel=1e-12)


def test_a_margin_in_percentage_points_on_the_logit():
    # 97 % and 99 % lie two points apart about the middle of their logits.
    logits = [math.log(p / (1 - p)) for p in (0.97, 0.99)]
    held = margin_on_scale(
        2, "%", quantity="percent_positive", middle=sum(logits) / 2, scale=Scale.LOGIT
    )
    assert isinstance(held, Margin)
    assert held.high == pytest.approx(math.exp(logits[1] - logits[0]), rel=1e-10)
    assert in_unit(math.log(held.high), middle=sum(logits) / 2, scale=Scale.LOGIT) == pytest.approx(
        2.0, rel=1e-10
    )


@pytest.mark.parametrize(
    ("value", "unit", "quantity", "said"),
    [
        (6, "kg", "doubling_time", 'the unit "kg" of the margin is not known'),
        (6, "mL", "doubling_time", "state it in h or in % of the value"),
        (6, "%", "population_doublings", "which is measured in doublings"),
        (6, "h", "percent_positive", "cannot be held against positive cells"),
        (-1, "h", "doubling_time", "is not above zero"),
        (6, "h", "sterility", "has no unit"),
    ],
)
def test_margins_that_are_none(value, unit, quantity, said):
    scale = choose_scale(quantity, [40.0, 90.0]).scale
    told = margin_on_scale(value, unit, quantity=quantity, middle=1.0, scale=scale)
    assert said in str(told)
