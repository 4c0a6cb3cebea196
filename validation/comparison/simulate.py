"""What the answers DIFFERENT, EQUIVALENT and UNDECIDED are worth, over designs a laboratory has.

Two sources, donors of each, values of each donor at one to four passages, three wells a value.
The total standard deviation between values of different donors is one; the part of it that is the
donor's is the correlation of two values of one donor. Besides the program's answer, each study is
answered as it is when every well counts as a donor, and when every passage does.

    .venv/bin/python validation/comparison/simulate.py [studies a design] [processes]

prints the tables of README.md and writes them to results/tables.md.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy import stats

from stroma.comparison.compare import compare_observations
from stroma.comparison.results import Answer, Margin, Observation, Scale

SEED = 20261122
WELLS = 3
WELL_SD = 0.3
"""Of wells round their value, in units of the standard deviation between values."""
MARGIN = 1.0
DIFFERENCE = 1.2
SOURCES = ("bone_marrow", "placenta")
RESULTS = Path(__file__).parent / "results" / "tables.md"


@dataclass(frozen=True)
class Layout:
    """One design of a study.

    Parameters
    ----------
    donors
        Of each source.
    passages
        Values of each donor.
    correlation
        Of two values of one donor.
    shape
        ``"balanced"``, ``"unequal"`` (twice the donors of the second source), ``"many_lots"``
        (the first donor of each source has three lots), ``"paired"`` (each donor gives both).
    """

    donors: int
    passages: int
    correlation: float
    shape: str = "balanced"


@dataclass(frozen=True)
class Rates:
    """How often a design answered what."""

    layout: Layout
    true_difference: float
    different: float
    equivalent: float
    covered: float
    wells: float
    passages: float
    studies: int


def layouts() -> list[Layout]:
    """Return every design, the plain ones first."""
    plain = [
        Layout(donors, passages, correlation)
        for donors, passages, correlation in product(
            (3, 4, 6, 10, 20), (1, 2, 4), (0.0, 0.3, 0.6, 0.9)
        )
        if passages > 1 or correlation == 0.6  # with one value a donor it is in the total
    ]
    odd = [
        Layout(donors, passages, correlation, shape)
        for shape in ("unequal", "many_lots", "paired")
        for donors, passages, correlation in product((3, 6, 10), (1, 3), (0.3, 0.9))
    ]
    return plain + odd


def study(
    layout: Layout, difference: float, rng: np.random.Generator
) -> tuple[list[Observation], dict[str, np.ndarray]]:
    """Make the values of a study, and the wells of each source."""
    observations: list[Observation] = []
    wells: dict[str, list[np.ndarray]] = {source: [] for source in SOURCES}
    shared = rng.normal(0, np.sqrt(layout.correlation), layout.donors)
    for side, source in enumerate(SOURCES):
        count = layout.donors * (2 if layout.shape == "unequal" and side else 1)
        paired = layout.shape == "paired"
        own = shared if paired else rng.normal(0, np.sqrt(layout.correlation), count)
        for donor in range(count):
            name = f"donor {donor}" if paired else f"{source} {donor}"
            lots = 3 if layout.shape == "many_lots" and donor == 0 else 1
            for lot, passage in product(range(lots), range(layout.passages)):
                value = own[donor] + rng.normal(0, np.sqrt(1 - layout.correlation))
                value += difference * side + 0.4 * passage
                seen = value + rng.normal(0, WELL_SD, WELLS)
                wells[source].append(seen - 0.4 * passage)
                observations.append(
                    Observation(
                        lot=f"{source} {name} {lot}",
                        donor=name,
                        source=source,
                        passage=f"P{passage + 2}",
                        value=float(seen.mean()),
                        scaled=float(seen.mean()),
                        replicates=WELLS,
                    )
                )
    return observations, {source: np.array(held) for source, held in wells.items()}


def rates(task: tuple[int, Layout, float, int]) -> Rates:
    """Answer many studies of a design."""
    number, layout, difference, studies = task
    rng = np.random.default_rng([SEED, number])
    margin = Margin(value=MARGIN, unit="1", low=-MARGIN, high=MARGIN)
    counts = np.zeros(5)
    for _ in range(studies):
        observations, wells = study(layout, difference, rng)
        found = compare_observations(
            observations, scale=Scale.IDENTITY, margin=margin, sources=SOURCES
        )
        different = found.p_value is not None and found.p_value < 0.05
        low, high = found.estimate.low, found.estimate.high
        one, two = (wells[source] for source in SOURCES)
        counts += [
            different,
            found.answer is Answer.EQUIVALENT,
            low is not None and high is not None and low <= difference <= high,
            stats.ttest_ind(one.ravel(), two.ravel()).pvalue < 0.05,
            stats.ttest_ind(one.mean(axis=1), two.mean(axis=1)).pvalue < 0.05,
        ]
    return Rates(layout, difference, *(counts / studies), studies)


HEADER = (
    "shape",
    "donors a side",
    "values a donor",
    "donor's part",
    "DIFFERENT",
    "EQUIVALENT",
    "interval covers",
    "wells as donors",
    "passages as donors",
)


def table(held: list[Rates], difference: float) -> Iterator[str]:
    """Yield the rows of a table."""
    yield f"| {' | '.join(HEADER)} |"
    yield "|---" * len(HEADER) + "|"
    for one in held:
        if one.true_difference == difference:
            told = " | ".join(
                f"{100 * rate:.1f} %"
                for rate in (one.different, one.equivalent, one.covered, one.wells, one.passages)
            )
            layout = one.layout
            yield (
                f"| {layout.shape} | {layout.donors} | {layout.passages} | "
                f"{layout.correlation:.1f} | {told} |"
            )


def summary(held: list[Rates]) -> Iterator[str]:
    """Yield what the tables come to."""
    null = [one for one in held if one.true_difference == 0]
    studies = null[0].studies
    error = 100 * np.sqrt(0.05 * 0.95 / studies)
    different = [100 * one.different for one in null]
    covered = [100 * one.covered for one in held]
    margin = [100 * one.equivalent for one in held if one.true_difference == MARGIN]
    apart = [one for one in null if one.layout.shape != "paired"]
    wells = [100 * one.wells for one in apart]
    passages = [100 * one.passages for one in apart if one.layout.passages > 1]
    yield f"{studies:,} studies a design; a rate of 5 % has a standard error of {error:.2f} %."
    yield ""
    yield f"- No difference, DIFFERENT: {np.mean(different):.2f} % over all designs,"
    yield f"  {min(different):.1f} to {max(different):.1f} %."
    yield f"- Intervals cover {np.mean(covered):.2f} % over all designs,"
    yield f"  {min(covered):.1f} to {max(covered):.1f} %."
    yield f"- A true difference at the margin, EQUIVALENT: {np.mean(margin):.2f} %,"
    yield f"  {min(margin):.1f} to {max(margin):.1f} %."
    yield f"- No difference, every well a donor: {min(wells):.0f} to {max(wells):.0f} % call it"
    yield f"  different; every passage a donor: {min(passages):.0f} to {max(passages):.0f} %."


def main() -> None:
    """Simulate, print and keep the tables."""
    studies = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    processes = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    tasks = [
        (number, layout, difference, studies)
        for number, (layout, difference) in enumerate(product(layouts(), (0.0, MARGIN, DIFFERENCE)))
    ]
    with ProcessPoolExecutor(processes) as pool:
        held = list(pool.map(rates, tasks, chunksize=4))
    lines = ["# What an answer is worth", "", "Made by `simulate.py`.", "", *summary(held)]
    for difference, title in (
        (0.0, "No difference"),
        (MARGIN, f"A true difference of {MARGIN} standard deviation, which is the margin"),
        (DIFFERENCE, f"A true difference of {DIFFERENCE} standard deviations"),
    ):
        lines += ["", f"## {title}", "", *table(held, difference)]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
