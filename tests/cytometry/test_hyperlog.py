"""The hyperlog scale against the values Gating-ML 2.0 publishes for it, and against its formula."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.cytometry.hyperlog import Hyperlog

# Spidlen J et al. Gating-ML 2.0 specification, table of the hyperlog transformation.
VALUES = [-10.0, -5.0, -1.0, 0.0, 0.3, 1.0, 3.0, 10.0, 100.0, 1000.0]
PUBLISHED = {
    (1000.0, 1.0, 4.0, 0.0): [
        0.083554, 0.155868, 0.229477, 0.250000, 0.256239,
        0.270523, 0.309091, 0.416446, 0.731875, 1.000000,
    ],
    (1000.0, 1.0, 4.0, 1.0): [
        0.266843, 0.324695, 0.383581, 0.400000, 0.404991,
        0.416419, 0.447273, 0.533157, 0.7855, 1.000000,
    ],
    (1000.0, 0.01, 4.0, 1.0): [
        0.017447, 0.106439, 0.182593, 0.202000, 0.207833,
        0.221407, 0.259838, 0.386553, 0.774211, 1.000000,
    ],
}  # fmt: skip


@pytest.mark.parametrize("parameters", PUBLISHED)
def test_published_positions(parameters):
    """To the table's last digit: it cuts 0.3090918 where it rounds the rest."""
    positions = Hyperlog(*parameters).positions(VALUES)
    np.testing.assert_allclose(positions, PUBLISHED[parameters], atol=1e-6, rtol=0)


def formula(y, top, width, decades, negative):
    """Return the linear value, as the specification writes it."""
    w = width / (decades + negative)
    x2 = negative / (decades + negative)
    x1, x0 = x2 + w, x2 + 2 * w
    b = (decades + negative) * math.log(10)
    ca = math.exp(b * x0) / w
    fa = math.exp(b * x1) + ca * x1
    a = top / (math.exp(b) + ca - fa)
    if y >= x1:
        return a * math.exp(b * y) + ca * a * y - fa * a
    return -formula(2 * x1 - y, top, width, decades, negative)


@pytest.mark.parametrize("parameters", [*PUBLISHED, (262144.0, 0.5, 4.5, 0.0)])
def test_values_are_the_formula(parameters):
    places = np.linspace(-0.2, 1.1, 27)
    expected = [formula(place, *parameters) for place in places]
    np.testing.assert_allclose(
        Hyperlog(*parameters).values(places), expected, rtol=1e-9, atol=1e-11
    )


@given(
    value=st.floats(-1e6, 1e6),
    width=st.floats(0.001, 2.0),
    negative=st.floats(0.0, 0.5),
)
def test_there_and_back(value, width, negative):
    scale = Hyperlog(262144.0, width, 4.5, negative)
    back = float(scale.values(scale.positions(value)))
    assert back == pytest.approx(value, rel=1e-11, abs=1e-9)


def test_what_is_no_number_stays_so():
    scale = Hyperlog(1000.0, 1.0, 4.0)
    assert np.isnan(scale.positions(np.nan))
    assert scale.positions([np.inf, -np.inf]).tolist() == [np.inf, -np.inf]


@pytest.mark.parametrize("parameters", [
    (0.0, 1.0, 4.0, 0.0), (1000.0, 0.0, 4.0, 0.0), (1000.0, 2.5, 4.0, 0.0),
    (1000.0, 1.0, 4.0, 2.5), (1000.0, 1.0, 4.0, -1.5),
])  # fmt: skip
def test_undefined(parameters):
    with pytest.raises(ValueError, match="no hyperlog scale has T"):
        Hyperlog(*parameters)
