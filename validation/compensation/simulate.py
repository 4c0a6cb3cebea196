"""How near the matrix of single stains comes to the one the events were made with.

    python validation/compensation/simulate.py

Prints the tables of the README: beads and cells, bright and dim, many and few stained; cells whose
autofluorescence varies alike in all detectors; and a control with a few junk events.
"""

import numpy as np

from stroma.cytometry.single_stains import (
    SingleStain,
    populations_of,
    robust_sd,
    spillover_from,
)
from stroma.errors import FileProblem
from stroma.records import Channel, Events, Origin
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


SHINING = tuple(f"{dye}-A" for dye in ("FITC", "PE", "APC", "BV421"))
SHINING_TRUE = np.array(
    [[1.0, 0.15, 0.002, 0.0], [0.02, 1.0, 0.01, 0.001], [0.0, 0.005, 1.0, 0.0], [0.003, 0, 0, 1.0]]
)
AUTOFLUORESCENCE = np.array([120.0, 80.0, 30.0, 150.0])


def shining_cell(
    detector, brightness, generator, *, varied=0.4, share=0.5, dead=0.0, shine=1.0, cells=10_000
):
    """Cells whose autofluorescence is one number a cell, seen in every detector in proportion."""
    own, stained = SHINING.index(detector), int(cells * share)
    light = np.outer(np.exp(generator.normal(0, varied, cells)), shine * AUTOFLUORESCENCE)
    stain = brightness * np.exp(generator.normal(0, 0.35, stained))
    light[:stained] += np.outer(stain, SHINING_TRUE[own])
    size = 60_000 * np.exp(generator.normal(0, 0.12, cells))
    if dead:
        count = int(cells * dead)
        more = np.exp(generator.normal(np.log(12), 0.5, count))
        low = np.outer(more, AUTOFLUORESCENCE * [1, 1.5, 2, 1.2])
        low[:, own] += 0.05 * brightness
        light = np.vstack([light, low])
        size = np.append(size, 36_000 * np.exp(generator.normal(0, 0.2, count)))
    light += generator.normal(size=light.shape) * np.sqrt(5 * light + 400)
    height = 0.8 * size * np.exp(generator.normal(0, 0.02, len(size)))
    side = 0.6 * size * np.exp(generator.normal(0, 0.2, len(size)))
    values = np.column_stack([size, height, side, light])
    return generator.permutation(values)


def shining_events(values):
    names = ("FSC-A", "FSC-H", "SSC-A", *SHINING)
    return Events(Origin("control.fcs", "0" * 64), "FCS3.1", tuple(map(Channel, names)), values, {})


def junk_cell(detector, generator):
    """All stained, beside 80 events that shine a tenth as brightly."""
    return np.vstack([
        shining_cell(detector, 3_000.0, generator, share=1.0),
        shining_cell(detector, 0.0, generator, share=0.0, shine=0.1, cells=80),
    ])  # fmt: skip


def row(name, make, *, names=NAMES, true=TRUE, as_events=events_of, unstained=None):
    others = ~np.eye(len(names), dtype=bool)
    worst, typical, rms, held, shift, refused = [], [], [], [], [], 0
    for replicate in range(REPLICATES):
        try:
            populations = [
                populations_of(
                    SingleStain(
                        detector=detector,
                        events=as_events(
                            make(detector, np.random.default_rng([SEED, replicate, i]))
                        ),
                    ),
                    names,
                    unstained=None
                    if unstained is None
                    else as_events(unstained(np.random.default_rng([SEED, replicate, len(names)]))),
                )
                for i, detector in enumerate(names)
            ]
        except FileProblem:
            refused += 1
            continue
        found = spillover_from(populations)
        error = np.abs(found.spillover.matrix - true)
        low = np.array([[c.low for c in fit.coefficients] for fit in found.fits])
        high = np.array([[c.high for c in fit.coefficients] for fit in found.fits])
        worst.append(error.max())
        typical.append(np.median(error[others]))
        rms.append(np.mean(error[others] ** 2))
        held.append(((low <= true) & (high >= true))[others].mean())
        noise = np.array([[robust_sd(column) for column in p.unstained.T] for p in populations])
        light = np.array([fit.brightness for fit in found.fits])[:, None]
        shift.append((error * light / noise)[others].max())
    if not worst:
        print(f"| {name} | – | – | – | – | – | {refused} |")
        return
    print(
        f"| {name} | {100 * np.mean(typical):.3f} | {100 * np.sqrt(np.mean(rms)):.3f} | "
        f"{100 * np.mean(worst):.2f} | {100 * np.mean(held):.0f} | {np.mean(shift):.2f} | "
        f"{refused} |",
        flush=True,
    )


def heads(first):
    print(f"| {first} | Median error, points | RMS error, points | Largest error, points | "
          "Intervals that hold, % | Largest shift, SD of unstained | Refused of 20 |")  # fmt: skip
    print("|---" * 7 + "|")


def main():
    heads("Controls")
    for count in (500, 2_000, 10_000):
        row(f"beads, {count:,}", lambda d, g, n=count: bead(d, n, g))
    for percent in (98.0, 50.0, 5.0):
        row(f"cells, {percent:g} % stained", lambda d, g, p=percent: cell(d, p, g))
    for level in (2_000.0, 1_000.0, 400.0):
        simulated.LEVELS = {m: StainLevel(level, held.log_sd) for m, held in LEVELS.items()}
        row(f"cells, 50 % stained with {level:,.0f} units", lambda d, g: cell(d, 50.0, g))
    simulated.LEVELS = LEVELS
    shining = {"names": SHINING, "true": SHINING_TRUE, "as_events": shining_events}
    print()
    heads("Autofluorescence alike in all detectors")
    for varied in (0.4, 0.1, 0.0):
        for level in (20_000.0, 5_000.0, 2_000.0, 1_000.0, 600.0, 400.0):
            row(
                f"varies {100 * varied:.0f} %, {level:,.0f} units",
                lambda d, g, v=varied, b=level: shining_cell(d, b, g, varied=v),
                **shining,
            )
    for level in (20_000.0, 2_000.0):
        row(
            f"varies 40 %, {level:,.0f} units, 15 % dead",
            lambda d, g, b=level: shining_cell(d, b, g, dead=0.15),
            **shining,
        )
    row(
        "varies 40 %, 20,000 units, 5 % stained",
        lambda d, g: shining_cell(d, 20_000.0, g, share=0.05),
        **shining,
    )
    row("all stained, 80 junk events", junk_cell, **shining)
    row(
        "the same, with an unstained tube",
        junk_cell,
        unstained=lambda g: shining_cell(SHINING[0], 0.0, g, share=0.0),
        **shining,
    )


if __name__ == "__main__":
    main()
