"""How often a stable tube loses events, and how much of a disturbed stretch is found.

    python validation/stability/simulate.py

Prints the tables of the README. Tubes are those of the simulated cytometer: nine stains, debris,
doublets and dead cells, 12,000 or 40,000 events. A disturbance multiplies what every event of one
stretch shows, scatter and fluorescence alike.
"""

import numpy as np

from stroma.cytometry.stability import time_gate
from stroma.simulate.cells import TubeTruth, simulate_tube
from stroma.simulate.cytometer import channels, identity_panel

SEED = 20270401
STABLE, DISTURBED = 400, 25
FACTORS = (0.3, 0.5, 0.7, 0.8, 0.9, 1.1, 1.25, 1.5)
SHARES = (0.01, 0.02, 0.05, 0.2)
PANEL = identity_panel("CD14", "CD19")
POSITIVE = {"CD73": 99.0, "CD90": 99.0, "CD105": 96.0, "CD34": 0.5, "CD14": 30.0, "HLA-DR": 5.0}
NAMES = [channel.name for channel in channels({})]
WATCHED = [NAMES.index(name) for name in ("FSC-A", "SSC-A", *PANEL)]


def tube(events, *key):
    shares = {"dead": 0.05, "doublets": 0.065, "debris": 0.11}
    other = {name: round(events * share) for name, share in shares.items()}
    truth = TubeTruth(live=events - sum(other.values()), **other, positive=POSITIVE)
    return simulate_tube(truth, PANEL, np.random.default_rng([SEED, *key])).values


def kept(values):
    return time_gate(values[:, -1], {NAMES[i]: values[:, i] for i in WATCHED}).kept


def main():
    print("| Events | Stable tubes | that lose any event |")
    print("|---|---|---|")
    for events in (12_000, 40_000):
        lost = sum(not kept(tube(events, 0, events, i)).all() for i in range(STABLE))
        print(f"| {events:,} | {STABLE} | {lost} |")
    print(
        "\n| Every signal × | "
        + " | ".join(f"{share:.0%} of the events" for share in SHARES)
        + " |"
    )
    print("|---" * (len(SHARES) + 1) + "|")
    for factor in FACTORS:
        cells = []
        for share in SHARES:
            found, beside = [], []
            for i in range(DISTURBED):
                values = tube(12_000, 1, i)
                first = 3_000 + 200 * (i % 7)
                last = first + round(share * len(values))
                values[first:last, :-1] *= factor
                removed = ~kept(values)
                found.append(removed[first:last].mean())
                beside.append(removed.sum() - removed[first:last].sum())
            cells.append(f"{100 * np.mean(found):.0f} % (+{np.mean(beside):.0f})")
        print(f"| {factor} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
