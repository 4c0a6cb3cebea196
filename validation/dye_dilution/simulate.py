"""How near precursor frequency and division index come to the truth; how often intervals hold it.

    .venv/bin/python validation/dye_dilution/simulate.py

Prints the tables of the README. The tubes (stroma.simulate.lymphocytes) are made by another model
than the one that is fitted: uptake is gamma times surface, each division parts the dye by a beta
distribution and loses 1 % of it, cells that divided glow 15 % more and by their size, photons and
electronics add noise, cells that were not stimulated are not the same cells. What is realistic was
fixed before the first estimate: uptake varies by 0.10 to 0.25, the undivided peak is 160 times
brighter than cells without dye; 65 times is shown beside it as a dim stain.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from multiprocessing import get_context

import numpy as np

from stroma.simulate.lymphocytes import (
    DyeTruth,
    LymphocyteTruth,
    dividing,
    simulate_lymphocytes,
)
from stroma.stats.dye_dilution import NotIdentifiedError, dye_control, fit_generations

SEED = 20261122
TUBES = 3
GENERATIONS = (3, 4, 5, 6, 7, 8)
EVENTS = (5_000, 20_000)
VARIATIONS = (0.10, 0.14, 0.25, 0.35)
FLOORS = (160.0, 400.0)
SHARES = ((0.03, 1.4), (0.3, 2.0), (0.7, 3.0))
"""Share of precursors that divide, and mean divisions of those."""
PROCESSES = 2


def light(truth, generator):
    events = simulate_lymphocytes(truth, generator)
    return events.values[events.kind == 0, 3].astype(np.float64)


def tube(key):
    variation, floor, events, generations, which, number = key
    share, rounds = SHARES[which]
    dye = DyeTruth(uptake_cv=variation, autofluorescence=floor)
    seed = [SEED, round(1000 * variation), round(floor), events, generations, which, number]
    generator = np.random.default_rng(seed)
    truth = LymphocyteTruth(
        precursors=dividing(share, rounds, most=generations), live=events, dye=dye
    )
    try:
        control = dye_control(
            light(LymphocyteTruth(dye=dye), generator),
            light(LymphocyteTruth(labelled=False, dye=dye), generator),
        )
        found = fit_generations(light(truth, generator), control)
    except NotIdentifiedError as refusal:
        return (key, str(refusal.reason))
    divided, index = found.intervals.percent_divided, found.intervals.division_index
    true = truth.percent_divided / 100
    return (
        key,
        divided.estimate - true,
        divided.low <= true <= divided.high,
        index.estimate / truth.division_index - 1,
        index.low <= truth.division_index <= index.high,
        found.misfit,
    )


def row(label, results):
    fitted = [result for result in results if len(result) > 2]
    if not fitted:
        return f"| {label} | {len(results)} | {len(results)} | | | | | | |"
    error, held, ratio, index_held, misfit = (
        np.array(column) for column in zip(*(result[1:] for result in fitted), strict=True)
    )
    return (
        f"| {label} | {len(results)} | {len(results) - len(fitted)} | {np.abs(error).mean():.3f} "
        f"| {np.abs(error).max():.3f} | {(np.abs(error) <= 0.03).mean():.0%} | {held.mean():.0%} "
        f"| {100 * ratio.mean():+.1f} % ± {100 * ratio.std():.1f} | {index_held.mean():.0%} "
        f"| {misfit.max():.3f} |"
    )


HEADER = (
    "| {} | Tubes | Refused | Mean error | Largest error | Within 0.03 | Interval holds "
    "| Division index, error | Its interval holds | Misfit, largest |\n" + "|---" * 10 + "|"
)


def main():
    keys = [
        (variation, floor, events, generations, which, number)
        for variation in VARIATIONS
        for floor in FLOORS
        for events in EVENTS
        for generations in GENERATIONS
        for which in range(len(SHARES))
        for number in range(TUBES if floor == FLOORS[0] else TUBES // 3)
    ]
    with get_context("spawn").Pool(PROCESSES) as pool:
        results = pool.map(tube, keys, chunksize=8)
    real = [r for r in results if r[0][0] <= 0.25 and r[0][1] == FLOORS[0]]
    print("Realistic tubes, precursor frequency as a fraction:\n")
    print(HEADER.format("Generations"))
    for generations in GENERATIONS:
        print(row(generations, [r for r in real if r[0][3] == generations]))
    print("\n" + HEADER.format("Events"))
    for events in EVENTS:
        print(row(f"{events:,}", [r for r in real if r[0][2] == events]))
    print("\n" + HEADER.format("Precursors that divide"))
    for which, (share, _) in enumerate(SHARES):
        print(row(share, [r for r in real if r[0][4] == which]))
    print("\nAll tubes:\n")
    print(HEADER.format("Variation of uptake, brightness"))
    for floor in FLOORS:
        for variation in VARIATIONS:
            chosen = [r for r in results if r[0][0] == variation and r[0][1] == floor]
            print(row(f"{variation:.2f}, {26_000 / floor:.0f} times", chosen))
    reasons = sorted({r[1] for r in results if len(r) == 2})
    print("\nRefused: " + (", ".join(reasons) or "none"))


if __name__ == "__main__":
    main()
