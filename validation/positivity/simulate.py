"""How good each method of positivity is, and how often its verdict is wrong.

    python validation/positivity/simulate.py            the whole grid, resumed where it stopped
    python validation/positivity/simulate.py --quick    one tube pair in sixteen
    python validation/positivity/simulate.py --tables   the tables from what has been simulated

Every tube pair has its own seed, so that the numbers do not depend on how the work is divided.
"""

import argparse
import collections
import csv
import itertools
import multiprocessing
import time
from pathlib import Path

import numpy as np
from cells import draw_nature, draw_tubes
from tables import write_tables

from stroma.cytometry.positivity_methods.estimate import TubePair
from stroma.cytometry.positivity_methods.registry import SHARE_METHODS
from stroma.house_rules import PositivityRule

HERE = Path(__file__).parent
SEED = 20270711
SHARES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)
STAIN_INDICES = (1.0, 2.0, 3.0, 5.0, 10.0)
SHIFTS = (-0.3, 0.0, 0.15, 0.3, 0.8)
CELLS = (500, 2_000, 10_000, 100_000)
REPLICATES = 12
WORKERS = 2

COLUMNS = (
    "pair", "share", "stain_index", "shift", "cells", "shape", "antigen", "change", "outliers",
    "method", "percent", "low", "high", "separable", "milliseconds",
)  # fmt: skip


def grid():
    """Pairs of tubes by number: replicate, then cell of the grid."""
    crossed = list(itertools.product(SHARES, STAIN_INDICES, SHIFTS, CELLS))
    return [
        (replicate * len(crossed) + number, *cell)
        for replicate in range(REPLICATES)
        for number, cell in enumerate(crossed)
    ]


def simulate(job):
    pair, share, stain_index, shift, cells = job
    generator = np.random.default_rng([SEED, pair])
    nature = draw_nature(generator)
    stained, control = draw_tubes(
        nature, generator, cells=cells, share=share, stain_index=stain_index, shift=shift
    )
    rule = PositivityRule()
    rows = []
    for method in SHARE_METHODS:
        begun = time.perf_counter()
        found = method.estimate(TubePair(stained, control), rule)
        spent = 1000 * (time.perf_counter() - begun)
        rows.append(
            (
                pair, 100 * share, stain_index, shift, cells, nature.shape, nature.antigen,
                nature.change, nature.outliers, method.name, f"{found.percent:.5g}",
                f"{found.low:.5g}", f"{found.high:.5g}", int(found.separable), f"{spent:.1f}",
            )
        )  # fmt: skip
    return rows


def resume(path):
    """Numbers of the pairs already simulated; rows of a pair that was cut off are taken out."""
    if not path.exists():
        return set()
    with path.open(newline="") as file:
        rows = [row for row in csv.reader(file) if len(row) == len(COLUMNS)][1:]
    counts = collections.Counter(row[0] for row in rows)
    whole = {pair for pair, methods in counts.items() if methods == len(SHARE_METHODS)}
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([COLUMNS, *(row for row in rows if row[0] in whole)])
    return {int(pair) for pair in whole}


def run(path, jobs):
    path.parent.mkdir(exist_ok=True)
    known = resume(path)
    waiting = [job for job in jobs if job[0] not in known]
    fresh = not path.exists()
    with (
        path.open("a", newline="") as file,
        multiprocessing.get_context("spawn").Pool(WORKERS) as pool,
    ):
        writer = csv.writer(file, lineterminator="\n")
        if fresh:
            writer.writerow(COLUMNS)
        begun = time.time()
        for number, rows in enumerate(pool.imap_unordered(simulate, waiting, chunksize=10), 1):
            writer.writerows(rows)
            if number % 500 == 0:
                file.flush()
                print(f"{number} of {len(waiting)} pairs, {time.time() - begun:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one tube pair in sixteen")
    parser.add_argument("--tables", action="store_true", help="only write the tables")
    options = parser.parse_args()
    raw = HERE / "work" / ("quick.csv" if options.quick else "estimates.csv")
    if not options.tables:
        jobs = grid()
        # 16 and the number of grid cells have a common divisor, so that a fixed step would skip
        # whole values; a seeded choice does not.
        if options.quick:
            chosen = np.random.default_rng(SEED).permutation(len(jobs))[: len(jobs) // 16]
            jobs = [jobs[place] for place in sorted(chosen)]
        run(raw, jobs)
    write_tables(raw, HERE / "work" if options.quick else HERE / "results")


if __name__ == "__main__":
    main()
