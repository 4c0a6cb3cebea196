"""A thousand weighted curves of four parameters, and a plate of thirty analytes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.optimize import curve_fit

from benchmarks.timing import Line, in_turn, processor_seconds
from stroma.assays.curve_series import BEAD_RULE
from stroma.assays.standard_curves import measure_curves
from stroma.assays.standard_wells import AnalyteWells, AssayWell
from stroma.origin import Origin
from stroma.plate_records import WrittenNumber
from stroma.stats.curve_batches import fit_curves
from stroma.stats.curves import CurveSettings

CURVES = 1000
PLATE_SECONDS = 2.0
ANALYTES = 30
LARGEST_PART = 0.6
"""Of the time of a loop of scipy.optimize.curve_fit that begins at the truth."""


def lines() -> Iterator[Line]:
    """Measure, a line at a time."""
    yield against_scipy()
    yield plate_of_thirty()


def logistic(x, a, b, c, d):
    """The curve as readers' programs write it."""
    return d + (a - d) / (1 + (x / c) ** b)


def simulated():
    """Doses, responses with 3 % error, and the truth they began from."""
    random = np.random.default_rng(1)
    doses = np.repeat(1000 / 2.5 ** np.arange(8), 2)
    truth = np.stack(
        [
            random.uniform(0.03, 0.1, CURVES),
            random.uniform(0.8, 1.6, CURVES),
            np.exp(random.uniform(np.log(20), np.log(150), CURVES)),
            random.uniform(2, 4, CURVES),
        ],
        axis=1,
    )
    exact = np.array([logistic(doses, *own) for own in truth])
    return doses, exact * (1 + 0.03 * random.standard_normal(exact.shape)), truth


def against_scipy() -> Line:
    """All curves at once beside a plain loop, squares weighted by 1/y^2 in both."""
    doses, responses, truth = simulated()

    def loop() -> None:
        for own, start in zip(responses, truth, strict=True):
            curve_fit(logistic, doses, own, p0=start, sigma=own)

    def together() -> None:
        fit_curves(doses, responses, CurveSettings(weighting="1/y^2"))

    ours, theirs = in_turn(
        lambda: processor_seconds(together), lambda: processor_seconds(loop), rounds=3
    )
    return Line(
        f"{CURVES} weighted curves beside a loop of scipy.optimize.curve_fit",
        f"{ours:.2f} s : {theirs:.2f} s = {ours / theirs:.2f}",
        f"{LARGEST_PART}",
        ours <= LARGEST_PART * theirs,
    )


def beads(analyte: int) -> AnalyteWells:
    """A plate of one analyte: sixteen standards, eighty samples."""
    random = np.random.default_rng(analyte)
    doses = 4000.0 / 2 ** np.arange(16)
    samples = np.exp(random.uniform(np.log(0.5), np.log(3000), 80))
    slope, middle = random.uniform(0.7, 1.0), random.uniform(30, 120)
    everything = np.concatenate([doses, samples])
    light = 1.3 + 2.4 / (1 + (everything / middle) ** -slope)
    light = 10 ** (light + 0.02 * random.standard_normal(96))
    wells = tuple(
        AssayWell(
            well=f"{'ABCDEFGH'[i % 8]}{i // 8 + 1}",
            role="standard" if i < 16 else "sample",
            sample=f"{i}",
            reading=WrittenNumber(float(light[i])),
            concentration=float(doses[i]) if i < 16 else None,
        )
        for i in range(96)
    )
    origin = Origin("beads.csv", lambda: "")
    return AnalyteWells(analyte=f"analyte {analyte}", unit="pg/mL", wells=wells, origin=origin)


def plate_of_thirty() -> Line:
    """From readings to concentrations of thirty analytes in 96 wells."""
    plate = [beads(analyte) for analyte in range(ANALYTES)]
    (seconds,) = in_turn(
        lambda: processor_seconds(lambda: measure_curves(plate, rule=BEAD_RULE)), rounds=3
    )
    return Line(
        f"{ANALYTES} analytes of 96 wells to concentrations",
        f"{seconds:.2f} s",
        f"{PLATE_SECONDS} s",
        seconds <= PLATE_SECONDS,
    )
