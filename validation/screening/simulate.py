"""How often the stopping report says a recall that was not reached.

Publications have a score; that of relevant ones is shifted by so many standard deviations. They are
screened in the order of the score, or in this order first and then at random. At fixed shares of
the screening the report is made, and what it says is held against what is left.

    .venv/bin/python validation/screening/simulate.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from stroma.evidence.review_records import Choice, Decision, Protocol, Stage
from stroma.evidence.screening.standing import (
    PublicationStanding,
    StageStanding,
    Standing,
    stage_standing,
)
from stroma.evidence.screening.stopping import random_order, stopping_report

PUBLICATIONS = 1000
RUNS = 200
SHARES = (0.2, 0.4, 0.6, 0.8)
DRAW = 150
SEED = 20261122
PROTOCOL = Protocol(title="", question="?", searches=(), criteria=(), people=("A",), deciders=1)
OPEN = StageStanding(standing=Standing.UNDECIDED)
SHUT = StageStanding(standing=Standing.NOT_REACHED)


def main() -> None:
    rng = np.random.default_rng(SEED)
    print("| relevant | shift | order | screened, % | says too much, % | recall, % | said, % |")
    print("|---|---|---|---|---|---|---|")
    for relevant in (20, 100):
        for shift in (0.0, 1.0, 2.0):
            rows = {share: [] for share in SHARES}
            drawn = {share: [] for share in SHARES}
            for run in range(RUNS):
                names = [f"{run}-{number}" for number in range(PUBLICATIONS)]
                truth = dict.fromkeys(names, False) | dict.fromkeys(names[:relevant], True)
                score = rng.normal(size=PUBLICATIONS)
                score[:relevant] += shift
                order = [names[place] for place in np.argsort(-score)]
                for share in SHARES:
                    count = int(share * PUBLICATIONS)
                    rows[share].append(told(order[:count], truth))
                    ranked = order[: count - DRAW]
                    held = set(ranked)
                    left = [name for name in random_order(names) if name not in held]
                    drawn[share].append(told([*ranked, *left[:DRAW]], truth))
            for label, found in (("ranked", rows), (f"ranked, then {DRAW} at random", drawn)):
                for share in SHARES:
                    print(line(relevant, shift, label, share, found[share]))
    sys.stdout.flush()


def told(screened: Sequence[str], truth: dict[str, bool]) -> tuple[float, float]:
    """Return the recall that was reached and the one the report says."""
    decisions = list(decided(screened, truth))
    shown = dict.fromkeys(truth)
    standing = {
        name: PublicationStanding(group=name, title_abstract=OPEN, full_text=SHUT) for name in shown
    }
    for one in decisions:
        at = stage_standing([one], PROTOCOL)
        standing[one.group] = PublicationStanding(
            group=one.group, title_abstract=at, full_text=SHUT
        )
    report = stopping_report(standing, decisions)
    found = sum(truth[name] for name in screened)
    return found / sum(truth.values()), report.recall or 0.0


def decided(screened: Sequence[str], truth: dict[str, bool]) -> Iterator[Decision]:
    for name in screened:
        yield Decision(
            group=name,
            stage=Stage.TITLE_ABSTRACT,
            choice=Choice.INCLUDE if truth[name] else Choice.EXCLUDE,
            person="A",
            day=date(2026, 1, 31),
        )


def line(
    relevant: int, shift: float, order: str, share: float, found: Sequence[tuple[float, float]]
) -> str:
    values = np.array(found)
    wrong = 100 * np.mean(values[:, 1] > values[:, 0] + 1e-12)
    true, said = 100 * values.mean(axis=0)
    told = f"{100 * share:.0f} | {wrong:.1f} | {true:.1f} | {said:.1f}"
    return f"| {relevant} | {shift:.0f} | {order} | {told} |"


if __name__ == "__main__":
    main()
