"""How often the interval of a difference of scores holds the true difference of mean scores.

Wells have a latent differentiation that varies around their culture's; the eye rounds it to 0, 1,
2 or 3. With the variance of rounding as the least variance of a group every assay has an interval;
without it the assays in which all wells of both cultures agree have none, and those left are
counted. 40,000 simulated assays a line.

    python validation/ratios/scores.py
"""

import itertools

import numpy as np
from scipy import special

ASSAYS = 40_000
LEVEL = 0.95
HIGHEST = 3
STEP_VARIANCE = 1.0 / 12.0


def scores(generator, means, spread, wells):
    latent = means[:, None] + spread * generator.standard_normal((ASSAYS, wells))
    return np.clip(np.round(latent), 0, HIGHEST)


def expected_score(means, spread):
    """Mean score of a culture: the sum over scores of the chance to reach them."""
    return sum(special.ndtr((means - (k - 0.5)) / spread) for k in range(1, HIGHEST + 1))


def holds(difference, truth, one, other, wells):
    """Share of assays with an interval, and share of those that hold the truth."""
    usable = one + other > 0
    share = np.divide(one, one + other, out=np.full_like(one, 0.5), where=usable)
    freedom = (wells - 1) / (share**2 + (1 - share) ** 2)
    reach = special.stdtrit(freedom, 0.5 + LEVEL / 2) * np.sqrt(one + other)
    return usable.mean(), (np.abs(difference - truth) <= reach)[usable].mean()


def main():
    generator = np.random.default_rng(20260314)
    print("| spread of wells | wells | with the step | an interval without it | without it |")
    print("|---|---|---|---|---|")
    for spread, wells in itertools.product((0.1, 0.3, 0.5, 0.8), (2, 3, 4, 6)):
        means = generator.uniform(0.0, HIGHEST, (2, ASSAYS))
        induced, control = (scores(generator, m, spread, wells) for m in means)
        truth = expected_score(means[0], spread) - expected_score(means[1], spread)
        difference = induced.mean(axis=1) - control.mean(axis=1)
        variances = [x.var(axis=1, ddof=1) for x in (induced, control)]
        floored = [np.maximum(v, STEP_VARIANCE) / wells for v in variances]
        plain = [v / wells for v in variances]
        _, with_step = holds(difference, truth, *floored, wells)
        defined, without = holds(difference, truth, *plain, wells)
        print(f"| {spread} | {wells} + {wells} | {with_step:.1%} | {defined:.1%} | {without:.1%} |")


if __name__ == "__main__":
    main()
