"""Cells the grid does not hold: negative ones of two kinds, very bright and cut off positive ones.

python validation/positivity/unlike.py      prints the table of the README, two minutes
"""

import itertools

import numpy as np

from stroma.cytometry.positivity_methods.estimate import TubePair
from stroma.cytometry.positivity_methods.registry import find_share_method
from stroma.cytometry.positivity_methods.shifted_mixture import SHIFTED_MIXTURE
from stroma.house_rules import PositivityRule

SEED = 20270712
REPLICATES = 8
CELLS = (2_000, 10_000, 50_000)
DETECTOR_END = 262_143.0
METHODS = (SHIFTED_MIXTURE, "control_percentile/1", "subtracted_percentile/1")


def negative(generator, n, *, brighter=0.0, part=0.0):
    """Dim cells; a part of them brighter by a factor, as a logarithm."""
    light = generator.normal(np.log(150), 0.45, n)
    light[: round(n * part)] += brighter
    return np.exp(light) + generator.normal(0, 25, n)


def positive(generator, n, *, median, log_sd=0.5):
    return np.exp(generator.normal(np.log(median), log_sd, n))


def two_kinds():
    for part, brighter, share in itertools.product((0.1, 0.5, 0.9), (0.6, 1.2, 2.0), (0.0, 2.0)):
        kinds = {"part": part, "brighter": brighter}
        yield share, kinds, {"median": 8_000.0}, np.inf


def bright():
    for median, share in itertools.product((8e3, 1e5, 1e6), (0.5, 2.0, 5.0)):
        yield share, {}, {"median": median}, np.inf


def cut_off():
    for median, share in itertools.product((150e3, 260e3, 1e6), (0.5, 2.0, 50.0, 95.0, 99.0)):
        yield share, {}, {"median": median}, DETECTOR_END


def row(name, cases):
    errors, held, widths = ({method: [] for method in METHODS} for _ in range(3))
    cells = itertools.product(cases, CELLS, range(REPLICATES))
    for number, ((share, kinds, stain, end), count, _) in enumerate(cells):
        generator = np.random.default_rng([SEED, number])
        few = round(count * share / 100)
        light = np.append(
            negative(generator, count - few, **kinds), positive(generator, few, **stain)
        )
        pair = TubePair(np.minimum(light, end), negative(generator, count, **kinds))
        for method in METHODS:
            found = find_share_method(method).estimate(pair, PositivityRule())
            errors[method].append(found.percent - share)
            held[method].append(found.low <= share <= found.high)
            widths[method].append(found.high - found.low)
    for method in METHODS:
        error = np.array(errors[method])
        print(
            f"| {name} | {method} | {error.size} | {np.sqrt(np.mean(error**2)):.2f} | "
            f"{np.abs(error).max():.2f} | {100 * np.mean(held[method]):.1f} % | "
            f"{np.median(widths[method]):.2f} |"
        )


def main():
    print("| Cells | Method | Pairs | RMSE | Largest error | Intervals that hold | Median width |")
    print("|---" * 7 + "|")
    row("two kinds of negative cells", list(two_kinds()))
    row("positive cells of any brightness", list(bright()))
    row("positive cells cut off at the detector's end", list(cut_off()))


if __name__ == "__main__":
    main()
