"""FlowJo's biexponential scale against a table that FlowJo exported."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.cytometry.biexponential import CHANNELS, Biexponential

TABLE = "data/flow/flowjo_biex_lut/tr_biex_l256_w-7.943282_n1.000000_m4.418540_r262144.000029.csv"


@pytest.fixture(scope="module")
def table(shared):
    """Printed values by channel, and half of the last printed digit of each."""
    lines = (shared / TABLE).read_text(encoding="ascii").split()[1:]
    printed = [line.split(",")[1] for line in lines]
    assert len(printed) == 4096
    values = np.array([float(word) for word in printed])
    digits = [len(word.partition(".")[2]) for word in printed]
    return values, np.array([0.5 * 10.0**-places for places in digits])


def test_exported_table(table):
    """Within a thousandth of a channel, beyond what the table's six digits leave open."""
    values, rounding = table
    scale = Biexponential(262144.000029, 4.418540, 1.0, -7.943282)
    channels = np.arange(len(values))
    low = scale.positions(values - rounding) * CHANNELS
    high = scale.positions(values + rounding) * CHANNELS
    assert np.all(low - 1e-3 <= channels)
    assert np.all(channels <= high + 1e-3)
    bins = np.diff(scale.values(np.arange(CHANNELS + 1) / CHANNELS))
    miss = np.abs(scale.values(channels / CHANNELS) - values) - rounding
    assert np.all(miss <= 1e-3 * bins)


def test_vertices_that_flowjo_wrote():
    """Ends of an axis, to which FlowJo 10.10 drew the polygons of a shared workspace."""
    scale = Biexponential(262144.0, 4.418539922, 0.0, -15.8489319246)
    assert float(scale.positions(261713.8971285171)) == pytest.approx(1.0, abs=1e-6)


@given(
    value=st.floats(-1e6, 1e6),
    negative=st.floats(0.0, 2.0),
    basis=st.floats(-1000.0, -1.0),
)
def test_there_and_back(value, negative, basis):
    scale = Biexponential(262144.0, 4.418539922, negative, basis)
    back = float(scale.values(scale.positions(value)))
    assert back == pytest.approx(value, rel=1e-10, abs=1e-8)


def test_rises_everywhere():
    scale = Biexponential(262144.0, 4.5, 0.5, -100.0)
    assert np.all(np.diff(scale.values(np.linspace(-0.1, 1.1, 5001))) > 0)


def test_what_is_no_number_stays_so():
    scale = Biexponential(262144.0, 4.418539922, 0.0, -10.0)
    assert np.isnan(scale.positions(np.nan))
    assert scale.positions(np.inf) == np.inf


@pytest.mark.parametrize("parameters", [
    (0.0, 4.4, 0.0, -10.0), (262144.0, 4.4, 0.0, -0.5), (262144.0, 4.4, 0.0, 10.0),
    (262144.0, 0.5, 0.0, -1000.0),
])  # fmt: skip
def test_undefined(parameters):
    with pytest.raises(ValueError, match="no biexponential scale has maxRange"):
        Biexponential(*parameters)
