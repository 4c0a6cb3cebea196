"""Scales and back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.stats.transforms import Scale, from_scale, is_on_scale, to_scale


@given(st.floats(1e-6, 99.999), st.sampled_from(list(Scale)))
def test_there_and_back(value, scale):
    (there,) = to_scale([value], scale).tolist()
    assert from_scale(there, scale) == pytest.approx(value, rel=1e-9)


def test_logit_of_ninety_percent():
    assert to_scale([90.0], Scale.LOGIT)[0] == pytest.approx(math.log(9), rel=1e-14)


def test_far_places_stay_within_the_whole():
    assert from_scale(800.0, Scale.LOGIT) == 100.0
    assert from_scale(-800.0, Scale.LOGIT) == 0.0


def test_what_has_no_place_is_refused():
    assert not is_on_scale(math.inf, Scale.IDENTITY)
    with pytest.raises(ValueError, match=r"\[0.0, 100.0\] have no place on the scale logit"):
        to_scale([0, 50, 100], Scale.LOGIT)


def test_what_is_too_large_is_infinite():
    assert from_scale(1000.0, Scale.LOG) == math.inf
