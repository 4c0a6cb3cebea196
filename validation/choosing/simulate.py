"""How often a source is called PREFERRED, when none is better and when one is.

Two sources with own lots in six attributes. Donors differ by one standard deviation about the mean
of their source; the second source's means lie ``difference`` standard deviations above the first's
in every attribute. Each row of the table is the share of 400 simulated laboratories; the table
stands in README.md.

    .venv/bin/python validation/choosing/simulate.py
"""

from __future__ import annotations

import numpy as np

from stroma.choosing.analysis import choose_source
from stroma.choosing.application import Application, Attribute, Direction, WrittenText
from stroma.choosing.results import Answer
from stroma.measurements import Measurement

MARKERS = ("CD105", "CD73", "CD90", "CD44", "CD146", "CD271")
SOURCES = ("bone_marrow", "placenta")
LABORATORIES = 400
DRAWS = 1000
SPREAD = 5.0


def application() -> Application:
    return Application(
        name="six_attributes",
        version="1",
        label=WrittenText("six attributes"),
        citations=("simulated",),
        attributes=tuple(
            Attribute(
                name=marker.lower(),
                label=WrittenText(marker),
                direction=Direction.MORE,
                reason=WrittenText("simulated"),
                citations=("simulated",),
                quantity="percent_positive",
                analyte=marker,
                unit="%",
                worst=20.0,
                best=80.0,
            )
            for marker in MARKERS
        ),
    )


def lots(donors: int, difference: float, random: np.random.Generator) -> list[Measurement]:
    return [
        Measurement(
            lot=f"{source}-{donor}",
            donor=f"{source}-{donor}",
            source=source,
            quantity="percent_positive",
            analyte=marker,
            unit="%",
            value=float(random.normal(50 + SPREAD * difference * side, SPREAD)),
        )
        for side, source in enumerate(SOURCES)
        for donor in range(donors)
        for marker in MARKERS
    ]


def main() -> None:
    asked = application()
    print(
        "| donors a source | true difference, SD | the better PREFERRED | the other PREFERRED "
        "| UNDECIDED | mean share of the better |"
    )
    print("|---|---|---|---|---|---|")
    for difference in (0.0, 0.5, 1.0):
        for donors in (2, 3, 5, 10, 20):
            random = np.random.default_rng([2026, donors, int(10 * difference)])
            right = wrong = 0
            shares = []
            for _ in range(LABORATORIES):
                choice = choose_source(lots(donors, difference, random), asked, SOURCES,
                                       draws=DRAWS)  # fmt: skip
                better = choice.leader.source == SOURCES[1]
                if choice.answer is Answer.PREFERRED:
                    right += better
                    wrong += not better
                shares.append(choice.leader.ranks[0] if better else 1 - choice.leader.ranks[0])
            undecided = LABORATORIES - right - wrong
            told = [f"{100 * n / LABORATORIES:.1f} %" for n in (right, wrong, undecided)]
            print(
                f"| {donors} | {difference:g} | {' | '.join(told)} | "
                f"{100 * np.mean(shares):.0f} % |",
                flush=True,
            )


if __name__ == "__main__":
    main()
