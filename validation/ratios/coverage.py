"""How often the interval of a ratio of two means holds the true ratio, for few replicates.

Prints the table of ``README.md``: Fieller's interval as Stroma makes it, and beside it Welch's
interval on the logarithm, over normal and log-normal readings. 20,000 simulated assays a line.

    python validation/ratios/coverage.py
"""

import itertools

import numpy as np
from scipy import special, stats

ASSAYS = 20_000
LEVEL = 0.95


def draw(generator, error, ratio, spreads, sizes):
    """Readings of all assays: induced around the ratio, controls around 1."""
    groups = []
    for mean, spread, size in zip((ratio, 1.0), spreads, sizes, strict=True):
        noise = generator.standard_normal((ASSAYS, size))
        if error == "normal":
            groups.append(mean * (1.0 + spread * noise))
        else:
            sigma = np.sqrt(np.log1p(spread**2))
            groups.append(mean * np.exp(sigma * noise - sigma**2 / 2.0))
    return groups


def quantiles(one, other, sizes):
    share = one / (one + other)
    freedom = 1.0 / (share**2 / (sizes[0] - 1) + (1.0 - share) ** 2 / (sizes[1] - 1))
    return special.stdtrit(freedom, 0.5 + LEVEL / 2.0)


def fieller(induced, control, ratio):
    """Share of assays whose interval holds the ratio, and share without an upper bound."""
    sizes = (induced.shape[1], control.shape[1])
    x, y = induced.mean(axis=1), control.mean(axis=1)
    u, v = induced.var(axis=1, ddof=1) / sizes[0], control.var(axis=1, ddof=1) / sizes[1]
    t = quantiles(u, (x / y) ** 2 * v, sizes)
    holds = (x - ratio * y) ** 2 <= t**2 * (u + ratio**2 * v)
    return holds.mean(), (y**2 <= t**2 * v).mean()


def on_logarithm(induced, control, ratio):
    """The same for Welch's interval of log readings; assays it cannot take are left out."""
    usable = (induced > 0).all(axis=1) & (control > 0).all(axis=1)
    x, y = np.log(induced[usable]), np.log(control[usable])
    sizes = (x.shape[1], y.shape[1])
    u, v = x.var(axis=1, ddof=1) / sizes[0], y.var(axis=1, ddof=1) / sizes[1]
    away = np.abs(x.mean(axis=1) - y.mean(axis=1) - np.log(ratio))
    return (away <= quantiles(u, v, sizes) * np.sqrt(u + v)).mean()


def check_against_package():
    """The vectorised formula above is the package's own."""
    from stroma.stats.ratios import fieller_ratio

    generator = np.random.default_rng(1)
    for _ in range(50):
        x, y = generator.normal(3.0, 0.3, 3), generator.normal(1.0, 0.1, 3)
        ratio = fieller_ratio(x, y, level=LEVEL)
        edge = np.array([ratio.low, ratio.high])
        u, v = x.var(ddof=1) / 3, y.var(ddof=1) / 3
        t = stats.t.ppf(0.975, ratio.degrees_of_freedom)
        np.testing.assert_allclose(
            np.abs(x.mean() - edge * y.mean()), t * np.sqrt(u + edge**2 * v), rtol=1e-9
        )


def main():
    check_against_package()
    generator = np.random.default_rng(20260314)
    print("| error | CV induced | CV control | wells | Fieller | no upper bound | logarithm |")
    print("|---|---|---|---|---|---|---|")
    cases = itertools.product(
        ("normal", "log-normal"),
        ((0.1, 0.1), (0.3, 0.1), (0.1, 0.3), (0.3, 0.3)),
        ((2, 2), (3, 2), (3, 3), (6, 3), (6, 6)),
    )
    for error, spreads, sizes in cases:
        induced, control = draw(generator, error, 3.0, spreads, sizes)
        held, open_above = fieller(induced, control, 3.0)
        log_held = on_logarithm(induced, control, 3.0)
        print(
            f"| {error} | {spreads[0]:.0%} | {spreads[1]:.0%} | {sizes[0]} + {sizes[1]} "
            f"| {held:.1%} | {open_above:.1%} | {log_held:.1%} |"
        )


if __name__ == "__main__":
    main()
