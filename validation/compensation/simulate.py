"""How near the matrix of single stains comes to the one the events were made with.

    python validation/compensation/simulate.py

Prints the tables of the README: beads and cells, bright and dim, many and few stained.
"""

import numpy as np

from stroma.cytometry.single_stains import (
    SingleStain,
    populations_of,
    robust_sd,
    spillover_from,
)
from stroma.errors import FileProblem
from stroma.records import Events, Origin
from stroma.simulate import cells as simulated
from stroma.simulate.cells import StainLevel, TubeTruth, simulate_beads, simulate_tube
from stroma.simulate.cytometer import channels, detector_names, identity_panel, spillover

SEED = 20270402
REPLICATES = 20
PANEL = identity_panel("CD14", "CD19")
NAMES = detector_names()[:-1]
"""Without the dead-cell dye: cells that take it up differ in autofluorescence as well."""
TRUE = spillover().matrix[:-1, :-1]
OTHERS = ~np.eye(len(NAMES), dtype=bool)
LEVELS = dict(simulated.LEVELS)


def events_of(values):
    return Events(Origin("control.fcs", "0" * 64), "FCS3.1", channels({}), values, {})


def bead(detector, count, generator):
    return simulate_beads(detector, count, generator).values


def cell(detector, percent, generator):
    truth = TubeTruth(
        live=8_000, dead=400, doublets=500, debris=900, positive={PANEL[detector]: percent}
    )
    return simulate_tube(truth, {detector: PANEL[detector]}, generator).values


def row(name, make):
    worst, typical, held, shift, refused = [], [], [], [], 0
    for replicate in range(REPLICATES):
        try:
            populations = [
                populations_of(
                    SingleStain(
                        detector=detector,
                        events=events_of(
                            make(detector, np.random.default_rng([SEED, replicate, i]))
                        ),
                    ),
                    NAMES,
                )
                for i, detector in enumerate(NAMES)
            ]
        except FileProblem:
            refused += 1
            continue
        found = spillover_from(populations)
        error = np.abs(found.spillover.matrix - TRUE)
        low = np.array([[c.low for c in fit.coefficients] for fit in found.fits])
        high = np.array([[c.high for c in fit.coefficients] for fit in found.fits])
        worst.append(error.max())
        typical.append(np.median(error[OTHERS]))
        held.append(((low <= TRUE) & (high >= TRUE))[OTHERS].mean())
        noise = np.array([[robust_sd(column) for column in p.unstained.T] for p in populations])
        light = np.array([fit.brightness for fit in found.fits])[:, None]
        shift.append((error * light / noise)[OTHERS].max())
    if not worst:
        print(f"| {name} | – | – | – | – | {refused} |")
        return
    print(
        f"| {name} | {100 * np.mean(typical):.3f} | {100 * np.mean(worst):.2f} | "
        f"{100 * np.mean(held):.0f} | {np.mean(shift):.2f} | {refused} |"
    )


def main():
    print("| Controls | Median error, points | Largest error, points | Intervals that hold, % | "
          "Largest shift, SD of unstained | Refused of 20 |")  # fmt: skip
    print("|---" * 6 + "|")
    for count in (500, 2_000, 10_000):
        row(f"beads, {count:,}", lambda d, g, n=count: bead(d, n, g))
    for percent in (98.0, 50.0, 5.0):
        row(f"cells, {percent:g} % stained", lambda d, g, p=percent: cell(d, p, g))
    for level in (2_000.0, 1_000.0, 400.0):
        simulated.LEVELS = {m: StainLevel(level, held.log_sd) for m, held in LEVELS.items()}
        row(f"cells, 50 % stained with {level:,.0f} units", lambda d, g: cell(d, 50.0, g))
    simulated.LEVELS = LEVELS


if __name__ == "__main__":
    main()
