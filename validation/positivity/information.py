"""How well a share could be known at best, over the shifted negatives of the grid.

    python validation/positivity/information.py

For each pair of tubes of the grid: the standard error of the best unbiased estimate (generalised
least squares over the bins of both tubes) for somebody who knows the distribution of the positive
cells exactly, which no method does. Once the shift and the width of the negative cells are known to
them as well, once not. Beside it the error of counting, were the label of every cell known.
"""

import multiprocessing

import numpy as np
from cells import draw_nature, draw_tubes
from tables import LARGEST_SHIFT, LEAST_CELLS, LEAST_INDEX

from simulate import SEED, WORKERS, grid

CELLS = 400_000
MOST_POSITIVE = 0.02
EDGES = np.linspace(-8, 16, 121)
STEP = 0.02
LEAST_PROBABILITY = 1e-7


def shifted_negatives():
    """Pairs of the realistic part whose negative cells have moved, 2 % or fewer positive."""
    return [
        pair
        for pair in grid()
        if 0 < abs(pair[3]) <= LARGEST_SHIFT
        and pair[4] >= LEAST_CELLS
        and pair[1] <= MOST_POSITIVE
        and (pair[2] >= LEAST_INDEX or pair[1] == 0)
    ]


def distribution(values, centre, spread):
    """Probabilities of the bins, none of them zero."""
    places = np.clip(2 * np.arcsinh((values - centre) / spread / 2), EDGES[0], EDGES[-1] - 1e-6)
    counts = np.histogram(places, EDGES)[0] + LEAST_PROBABILITY * CELLS
    return counts / counts.sum()


def moved(negative, shift, stretch):
    """The negative cells shifted by some standard deviations and spread by a factor."""
    places = (EDGES[1:] + EDGES[:-1]) / 2
    before = 2 * np.arcsinh((2 * np.sinh(places / 2) - shift) / stretch / 2)
    density = np.exp(np.interp(before, places, np.log(negative)))
    return density / density.sum()


def errors(job):
    """Variances, in points squared: of counting labels, the move known, and unknown."""
    pair, share, stain_index, shift, cells = job
    nature = draw_nature(np.random.default_rng([SEED, pair]))
    dark, bright = (
        draw_tubes(
            nature, np.random.default_rng([number, pair]), cells=CELLS, share=whole,
            stain_index=stain_index, shift=shift,
        )[0]
        for number, whole in ((1, 0.0), (2, 1.0))
    )  # fmt: skip
    centre = np.median(dark)
    spread = 1.4826 * np.median(np.abs(dark - centre))
    negative, positive = (distribution(values, centre, spread) for values in (dark, bright))
    both = (1 - share) * negative + share * positive + negative
    slopes = np.stack(
        [
            positive - negative,
            (1 - share) * (moved(negative, STEP, 1) - moved(negative, -STEP, 1)) / (2 * STEP),
            (1 - share)
            * (moved(negative, 0, 1 + STEP) - moved(negative, 0, 1 - STEP))
            / (2 * STEP),
        ]
    )
    information = cells * (slopes / both) @ slopes.T
    known, unknown = 1 / information[0, 0], np.linalg.inv(information)[0, 0]
    return cells, share, 1e4 * share * (1 - share) / cells, 1e4 * known, 1e4 * unknown


def main():
    with multiprocessing.get_context("spawn").Pool(WORKERS) as pool:
        found = np.array(pool.map(errors, shifted_negatives(), chunksize=8))
    print("cells | labels | move known | unknown | the same, without error where none is positive")
    for cells in (*np.unique(found[:, 0]), None):
        held = found if cells is None else found[found[:, 0] == cells]
        some = held[:, 1:2] > 0
        shown = [*np.sqrt(held[:, 2:].mean(0)), *np.sqrt((held[:, 3:] * some).mean(0))]
        print("all" if cells is None else f"{cells:.0f}", *(f"{value:.3f}" for value in shown))


if __name__ == "__main__":
    main()
