"""How often the interval of a projected ceiling holds the truth, in simulated passages.

Cells double at a rate that falls in proportion to the doublings they have behind them, and stop at
a ceiling of 30. Each passage takes four days; the count at its end and the count that is seeded
have a log-normal error. The first six, eight or ten passages are seen. Run from the root:

    .venv/bin/python validation/slowing_growth/coverage.py
"""

from __future__ import annotations

import numpy as np

from stroma.stats.slowing import find_ceiling

CEILING, FIRST_RATE, DAYS, RUNS = 30.0, 0.9, 4.0, 4000


def simulate(passages, cv, generator):
    total, seen, totals, rates = 0.0, 0.0, [], []
    for _ in range(passages):
        grown = (CEILING - total) * -np.expm1(-FIRST_RATE / CEILING * DAYS)
        error = np.sqrt(2.0 * np.log1p(cv**2)) / np.log(2.0) * generator.standard_normal()
        doublings = grown + error
        totals.append(seen + doublings / 2.0)
        rates.append(doublings / DAYS)
        total += grown
        seen += doublings
    return totals, rates


def main():
    print("| passages | CV of a count | ceiling told | interval holds it |")
    print("|---|---|---|---|")
    for passages in (6, 8, 10):
        for cv in (0.05, 0.1, 0.2):
            generator = np.random.default_rng(20260)
            told = held = 0
            for _ in range(RUNS):
                found = find_ceiling(*simulate(passages, cv, generator), level=0.95)
                if found is not None:
                    told += 1
                    held += found.low <= CEILING <= found.high
            print(f"| {passages} | {cv:.0%} | {told / RUNS:.1%} | {held / max(told, 1):.1%} |")


if __name__ == "__main__":
    main()
