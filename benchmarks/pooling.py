"""A thousand random-effects fits with their intervals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.timing import Line, in_turn, processor_seconds
from stroma.stats.meta.heterogeneity import Method, between_variance
from stroma.stats.meta.pooling import pool
from stroma.stats.meta.weights import estimates

FITS = 1000
STUDIES = 15
SECONDS = 2.0


def simulated():
    """Sets of estimates, some of which agree better than chance."""
    random = np.random.default_rng(1)
    for spread in random.uniform(0, 0.3, FITS):
        variances = random.uniform(0.01, 0.3, STUDIES)
        yield random.normal(0.3, np.sqrt(variances + spread)), variances


def lines() -> Iterator[Line]:
    """Measure, a line at a time."""
    held = list(simulated())

    def whole() -> None:
        for values, variances in held:
            pool(values, variances)

    def variance_alone() -> None:
        for values, variances in held:
            between_variance(estimates(values, variances), Method.RESTRICTED_MAXIMUM_LIKELIHOOD)

    ours, alone = in_turn(
        lambda: processor_seconds(whole), lambda: processor_seconds(variance_alone), rounds=3
    )
    yield Line(
        f"{FITS} REML fits of {STUDIES} studies with Hartung-Knapp and Q-profile intervals",
        f"{ours:.2f} s = {ours / SECONDS:.2f} of the limit; the REML estimate alone {alone:.2f} s",
        f"{SECONDS} s",
        ours <= SECONDS,
    )
