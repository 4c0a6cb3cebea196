"""Small views, one of each kind."""

from __future__ import annotations

import pytest

from stroma.texts import text
from stroma.views import (
    CompensationView,
    GateView,
    GrowthView,
    HistogramView,
    ReplicateView,
    Subject,
    Tick,
)


@pytest.fixture
def histogram_view() -> HistogramView:
    return HistogramView(
        subject=Subject("BM-01", "P4", "percent_positive", "CD105"),
        channel="PE-A",
        stained=(0.0, 0.0, 0.0, 0.1, 0.6, 1.0, 0.6, 0.1),
        control=(0.2, 1.0, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0),
        threshold=0.5, threshold_low=0.45, threshold_high=0.6,
        ticks=(Tick(0.0, "0"), Tick(0.25, ""), Tick(0.5, "10³")),
        stained_events=18240, control_events=9105, control_role="fmo",
        stained_file="a.fcs", control_file="b.fcs",
    )  # fmt: skip


@pytest.fixture
def gate_view() -> GateView:
    return GateView(
        subject=Subject("BM-01", "P4", "gate", "debris"), name=text("cells"),
        x_label="FSC-A", y_label="SSC-A", density=("00", "19"),
        region=((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0)), kept=9, total=10,
        x_ticks=(Tick(0.5, "10⁴"),), y_ticks=(Tick(1.0, "10⁵"), Tick(0.5, "")), file="a.fcs",
    )  # fmt: skip


@pytest.fixture
def growth_view() -> GrowthView:
    return GrowthView(
        subject=Subject("BM-01", "", "cumulative_population_doublings", ""),
        passages=("P1", "P2"), days=(4.0, 8.0), doublings=(2.0, 4.0), low=(1.5, 3.0),
        high=(2.5, 5.0), viability=(97.2, None), convention=text("summed from P1"),
    )  # fmt: skip


@pytest.fixture
def replicate_view() -> ReplicateView:
    return ReplicateView(
        subject=Subject("BM-01", "P4", "differentiation", "osteogenic"), readout="absorbance",
        unit="OD", induced=(0.8, 1.0), control=(0.1, 0.2, 0.0),
    )  # fmt: skip


@pytest.fixture
def compensation_view() -> CompensationView:
    return CompensationView(
        subject=Subject("BM-01", "P4", "compensation", "identity"),
        stains=("FITC-A", "PE-A"), channels=("FITC-A", "PE-A", "APC-A"),
        left=((None, 1.25, -0.02), (-0.31, None, 2.5)),
        certain=((True, True, False), (False, True, True)),
        condition=1.42, source="file", worst=text("FITC-A leaves 1.3 % in PE-A"),
        files=("a.fcs", "b.fcs"),
        widened=(1.0, 2.24, 3.4), widest=text("PE-A makes APC-A 3.4 times as wide"),
    )  # fmt: skip
