"""How often the interval of population doublings holds the true number.

Prints the table of ``README.md``. The interval takes the error of a count as log-normal with the
declared coefficient of variation; the simulated error is log-normal, normal or gamma, with
Poisson sampling of the harvested cells on top. 40,000 simulated cultures a line.

    python validation/counting/coverage.py
"""

import itertools
import math

import numpy as np

from stroma.stats.counting import Estimate, log2_ratio, log_variance, normal_bounds, total

CULTURES = 40_000
LEVEL = 0.95
SEEDED, HARVESTED = 5.0e5, 4.0e6


def errors(generator, error, spread, size):
    """Relative errors around 1 with the given coefficient of variation."""
    if error == "log-normal":
        return np.exp(math.sqrt(math.log1p(spread**2)) * generator.standard_normal(size))
    if error == "gamma":
        return generator.gamma(1.0 / spread**2, spread**2, size)
    return np.clip(1.0 + spread * generator.standard_normal(size), 1e-3, None)


def measured(generator, error, spread, observed, passages):
    """Measured minus true doublings of cultures of one or more passages."""
    before = errors(generator, error, spread, (CULTURES, passages))
    after = errors(generator, error, spread, (CULTURES, passages))
    if observed is not None:
        after = after * generator.poisson(observed, after.shape) / observed
    return np.log2(after / before).sum(axis=1)


def half_width(spread, observed, passages):
    """Half the width of the interval Stroma states; it does not depend on the counts."""
    culture = log2_ratio(
        HARVESTED,
        SEEDED,
        variance_after=log_variance(cv_percent=100 * spread, observed=observed),
        variance_before=log_variance(cv_percent=100 * spread),
    )
    bounds = normal_bounds(Estimate(0.0, total([culture] * passages).variance), level=LEVEL)
    return bounds.high


def main():
    generator = np.random.default_rng(20260314)
    print("| error of a count | CV | cells seen | passages | holds the truth |")
    print("|---|---|---|---|---|")
    cases = itertools.product(
        ("log-normal", "normal", "gamma"), (0.05, 0.1, 0.2), (None, 200, 20), (1, 4)
    )
    for error, spread, observed, passages in cases:
        away = np.abs(measured(generator, error, spread, observed, passages))
        held = (away <= half_width(spread, observed, passages)).mean()
        print(f"| {error} | {spread:.0%} | {observed or '–'} | {passages} | {held:.1%} |")


if __name__ == "__main__":
    main()
