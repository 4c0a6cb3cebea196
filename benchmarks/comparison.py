"""Comparison of sources: 40 attributes of 60 lots, four passages each, on one core."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.timing import Line, in_turn, processor_seconds

ATTRIBUTES, LOTS, PASSAGES = 40, 60, 4
LIMIT_SECONDS = 5.0


def lines() -> Iterator[Line]:
    """Measure, a line at a time."""
    from stroma.comparison.compare import compare
    from stroma.comparison.questions import Question
    from stroma.measurements import Measurement

    random = np.random.default_rng(1)
    sources = ("bone_marrow", "placenta")
    names = [f"CD{number}" for number in range(1, ATTRIBUTES + 1)]
    rows = [
        Measurement(
            lot=f"L{lot}",
            donor=f"D{lot}",
            source=sources[lot % 2],
            passage=f"P{passage}",
            quantity="percent_positive",
            analyte=name,
            value=float(100.0 / (1.0 + np.exp(-2.0 - donor - 0.2 * random.normal()))),
            unit="%",
        )
        for name in names
        for lot in range(LOTS)
        for donor in [0.4 * random.normal()]
        for passage in range(1, PASSAGES + 1)
    ]
    questions = [
        Question(quantity="percent_positive", analyte=name, sources=sources, margin=5.0, unit="%")
        for name in names
    ]
    (seconds,) = in_turn(lambda: processor_seconds(lambda: compare(rows, questions)), rounds=3)
    family = compare(rows, questions)
    answered = sum(held.answer is not None for held in family.comparisons)
    yield Line(
        f"{answered} attributes of {LOTS} lots compared on one core",
        f"{seconds:.2f} s",
        f"{LIMIT_SECONDS:.0f} s",
        seconds < LIMIT_SECONDS and answered == ATTRIBUTES,
    )
