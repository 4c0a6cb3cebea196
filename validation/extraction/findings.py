"""How often a suspicion about printed figures falls on an honest paper, and how often it is right.

Simulates papers that print what their samples gave, rounded as papers round, and papers with one
slip: an SEM called SD, an SD called SEM. Runs the package's own checks on the rows and prints the
tables of ``README.md``. 1,000 simulated papers a line.

    python validation/extraction/findings.py
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from stroma.evidence.extraction.arithmetic import check_extractions
from stroma.evidence.extraction.conversion import with_canonical
from stroma.evidence.review_records import Counted, Direction, Extraction, SpreadKind

PAPERS = 1_000
SD, SEM = SpreadKind.SD, SpreadKind.SEM


def rounded(value, digits=3):
    """A figure as papers print it: three significant digits."""
    return float(f"{value:.{digits}g}")


def row(number, paper, values, *, kind=SD, label=None, **cells):
    """What a paper prints of a sample; ``label`` is what it calls the spread."""
    spread = np.std(values, ddof=1)
    if kind is SEM:
        spread /= math.sqrt(len(values))
    return with_canonical(
        Extraction(
            key=f"X{number:04d}",
            group=paper,
            place="table 1",
            quantity="doubling_time",
            unit="h",
            value=rounded(np.mean(values)),
            spread=rounded(spread),
            spread_kind=label or kind,
            n=len(values),
            n_counts=Counted.DONORS,
            row=number,
            **{"tissue": "placenta", **cells},
        )
    )


def flagged(rows, column):
    """Whether the first row has a finding in a column."""
    return any(
        problem.place.row == 1 and problem.place.column == column
        for problem in check_extractions(rows, file="extractions.csv")
    )


def spread_beside_others(generator, *, others, between, n, kind, label):
    """One paper among others whose true relative spreads differ by a factor exp(between)."""
    rows = []
    for number in range(1, others + 2):
        relative = 0.2 * math.exp(between * generator.standard_normal())
        size = n if number == 1 else int(generator.integers(3, 13))
        values = 40 * np.exp(relative * generator.standard_normal(size))
        first = {"kind": kind, "label": label} if number == 1 else {}
        rows.append(row(number, f"p-{number}", values, **first))
    return flagged(rows, "spread_kind")


def p_value(generator, *, n, effect, test, label):
    """A paper with two tissues and a p value by its own test; ``label`` as the spread is called."""
    correlation = {"paired, r 0.5": 0.5, "paired, r 0.8": 0.8}.get(test, 0.0)
    shared = generator.standard_normal(n)
    groups = [
        40 + 8 * (shift + math.sqrt(correlation) * shared
                  + math.sqrt(1 - correlation) * generator.standard_normal(n))
        for shift in (0.0, effect)
    ]  # fmt: skip
    if test == "Student":
        p = stats.ttest_ind(*groups).pvalue
    elif test == "Mann-Whitney":
        p = stats.mannwhitneyu(*groups).pvalue
    else:
        p = stats.ttest_rel(*groups).pvalue
    printed = "NS" if p >= 0.05 else f"p = {p:.2g}"
    kind = SEM if label is not None else SD
    rows = [
        row(1, "p-1", groups[0], kind=kind, label=label, comparator="bone_marrow",
            direction=Direction.NOT_STATED, p_printed=printed),
        row(2, "p-1", groups[1], kind=kind, label=label, tissue="bone_marrow"),
    ]  # fmt: skip
    return flagged(rows, "p_printed")


def ends(generator, *, n, shape, kind, label):
    """A paper that prints the smallest and the largest value beside the spread."""
    noise = generator.standard_normal(n)
    values = 40 + 8 * noise if shape == "normal" else 40 * np.exp(0.4 * noise)
    held = {"low": rounded(values.min()), "high": rounded(values.max())}
    return flagged([row(1, "p-1", values, kind=kind, label=label, **held)], "spread")


def share(simulate, seed, **case):
    """The share of papers that are flagged."""
    generator = np.random.default_rng(seed)
    return np.mean([simulate(generator, **case) for _ in range(PAPERS)])


def main():
    print("| other papers | spread between papers | n | honest SD | honest SEM "
          "| SEM called SD | SD called SEM |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for others in (3, 8):
        for between in (0.3, 0.6):
            for n in (6, 10, 20):
                case = {"others": others, "between": between, "n": n}
                cells = [
                    share(spread_beside_others, 1, kind=kind, label=label, **case)
                    for kind, label in ((SD, SD), (SEM, SEM), (SEM, SD), (SD, SEM))
                ]
                told = " | ".join(f"{cell:.1%}" for cell in cells)
                print(f"| {others} | × {math.exp(between):.2f} | {n} | {told} |")
    print("\n| test of the paper | n | true difference | honest | SEM called SD |")
    print("|---|---|---|---|---|")
    for test in ("Student", "Mann-Whitney", "paired, r 0.5", "paired, r 0.8"):
        for n in (3, 6, 12):
            for effect in (0.0, 1.0, 2.0):
                case = {"n": n, "effect": effect, "test": test}
                honest = share(p_value, 2, label=None, **case)
                slip = share(p_value, 2, label=SD, **case)
                print(f"| {test} | {n} + {n} | {effect:.0f} SD | {honest:.1%} | {slip:.1%} |")
    print("\n| values | n | honest SD | honest SEM | SEM called SD | SD called SEM |")
    print("|---|---|---|---|---|---|")
    for shape in ("normal", "log-normal"):
        for n in (3, 6, 12, 30):
            cells = [
                share(ends, 3, n=n, shape=shape, kind=kind, label=label)
                for kind, label in ((SD, SD), (SEM, SEM), (SEM, SD), (SD, SEM))
            ]
            print(f"| {shape} | {n} | {' | '.join(f'{cell:.1%}' for cell in cells)} |")


if __name__ == "__main__":
    main()
