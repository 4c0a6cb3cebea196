"""Comparisons of single-precision values with double-precision boundaries are exact."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stroma.cytometry.comparing import BLOCK, above, below, how_many_above, where

singles = st.floats(width=32, allow_nan=True, allow_infinity=True)


@settings(deadline=None)
@given(values=st.lists(singles, max_size=20), boundary=st.floats(allow_nan=True))
def test_as_if_the_values_were_doubles(values, boundary):
    held = np.array(values, dtype=np.float32)
    np.testing.assert_array_equal(above(held, boundary), held.astype(np.float64) > boundary)
    np.testing.assert_array_equal(below(held, boundary), held.astype(np.float64) < boundary)
    doubles = held.astype(np.float64)
    np.testing.assert_array_equal(above(doubles, boundary), doubles > boundary)
    np.testing.assert_array_equal(below(doubles, boundary), doubles < boundary)


@settings(deadline=None)
@example(value=0.0)
@example(value=1.401298464324817e-45)
@example(value=3.4028234663852886e38)
@given(value=st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_just_beside_a_value(value):
    held = np.array([value], dtype=np.float32)
    assert not above(held, float(held[0]))[0]
    assert above(held, np.nextafter(float(held[0]), -np.inf))[0]
    assert below(held, np.nextafter(float(held[0]), np.inf))[0]


@pytest.mark.parametrize("boundary", [1e300, -1e300, np.inf, -np.inf])
def test_beyond_what_single_precision_holds(boundary):
    held = np.array([0.0, 3e38, -3e38], dtype=np.float32)
    assert above(held, boundary).tolist() == [boundary < 0] * 3
    assert below(held, boundary).tolist() == [boundary > 0] * 3


@pytest.mark.parametrize("events", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_a_condition_is_asked_of_each_event_once(events: int) -> None:
    values = np.arange(events) % 5

    met = where(lambda part: values[part] > 2, events)

    assert met.tolist() == (values > 2).tolist()
    both = [values.astype(np.float32), values.astype(np.float64)]
    assert how_many_above(both, [[2.0, 3.0], [-1.0, 2.5]]) == [
        np.count_nonzero(values > 3),
        np.count_nonzero(values > 2),
    ]
