"""How often Shapiro and Wilk's test sees that values are not normal, by their number."""

from __future__ import annotations

import numpy as np

from stroma.stats.normality import shapiro_wilk_p

SEED, SAMPLES, LEVEL = 20260101, 4000, 0.05


def main() -> None:
    generator = np.random.default_rng(SEED)
    print("| lots | exponential, seen | normal, false alarm |")
    print("|---|---|---|")
    for lots in (5, 10, 15, 20, 30):
        shares = []
        for draw in (generator.exponential, generator.normal):
            found = [shapiro_wilk_p(draw(size=lots)) for _ in range(SAMPLES)]
            shares.append(100 * np.mean([p is not None and p < LEVEL for p in found]))
        print(f"| {lots} | {shares[0]:.0f}% | {shares[1]:.0f}% |")


if __name__ == "__main__":
    main()
