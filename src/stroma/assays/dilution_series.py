"""Efficiency of each gene's amplification, from the standards on the same plate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.plate_records import CycleFile, CycleReading, WellStatus
from stroma.stats.relative_expression import (
    Amplification,
    Efficiency,
    amplification_efficiency,
)
from stroma.texts import Number, text

LEAST_PERCENT: Final = 90.0
MOST_PERCENT: Final = 110.0
"""Slopes from −3.6 to −3.1 (ENGL 2015, Definition of minimum performance requirements)."""
_STANDARD: Final = "standard"
_LEAST_REACTIONS: Final = 3


def efficiencies(file: CycleFile, *, level: float) -> tuple[dict[str, Efficiency], list[Problem]]:
    """Return the efficiency of every gene that has a dilution series in a file.

    Parameters
    ----------
    file
        What the thermocycler exported.
    level
        Confidence level of the intervals, between 0 and 1.

    Returns
    -------
    efficiencies : dict
        Gene to its efficiency.
    problems : list of Problem
        Series that are none, and efficiencies outside 90 to 110 %.
    """
    found: dict[str, Efficiency] = {}
    problems: list[Problem] = []
    for gene, series in _series(file.readings).items():
        place = Place(file.origin.file, column=gene)
        quantities = [quantity for quantity, _ in series]
        try:
            efficiency = amplification_efficiency(
                quantities, [cycle for _, cycle in series], level=level
            )
        except ValueError:
            problems.append(_no_series(place, gene, len(series)))
            continue
        found[gene] = efficiency
        if not LEAST_PERCENT <= efficiency.percent <= MOST_PERCENT:
            problems.append(_unlike_doubling(place, gene, efficiency))
    return found, problems


def _series(readings: Sequence[CycleReading]) -> dict[str, list[tuple[float, float]]]:
    series: dict[str, list[tuple[float, float]]] = {}
    for reading in readings:
        cycle = reading.threshold_cycle
        if (
            reading.task == _STANDARD
            and not reading.omitted
            and reading.quantity is not None
            and cycle.status is WellStatus.MEASURED
            and cycle.value is not None
        ):
            series.setdefault(reading.target, []).append((reading.quantity, cycle.value))
    return series


def factors_of(
    target: str, references: Sequence[str], measured: Mapping[str, Efficiency]
) -> Amplification | None:
    """Return the amplification factors of a gene and its references.

    Parameters
    ----------
    target, references
        The genes.
    measured
        Efficiencies that are known.

    Returns
    -------
    Amplification or None
        ``None`` where one of them is not known.
    """
    held = [measured[gene] for gene in (target, *references) if gene in measured]
    if len(held) != len(references) + 1 or any(one.factor <= 1 for one in held):
        return None
    return Amplification(held[0].factor, tuple(one.factor for one in held[1:]), tuple(held))


def _no_series(place: Place, gene: str, count: int) -> Problem:
    return Problem(
        place,
        found=text("{count} standards of {gene} that are no dilution series", count=count,
                   gene=gene),
        expected=text(
            "{least} reactions or more of two quantities or more, whose cycles fall as the "
            "quantity rises",
            least=_LEAST_REACTIONS,
        ),
        action=text("check the quantities of the standards; the efficiency is not known"),
        severity=Severity.WARNING,
    )  # fmt: skip


def _unlike_doubling(place: Place, gene: str, efficiency: Efficiency) -> Problem:
    return Problem(
        place,
        found=text(
            "{gene} is amplified with an efficiency of {percent} % (slope {slope})",
            gene=gene,
            percent=Number(efficiency.percent, 1),
            slope=Number(efficiency.slope, 3),
        ),
        expected=text("90 to 110 %, slopes from −3.6 to −3.1"),
        action=text("compare 2^-ddCt with the ratio corrected for efficiency, given beside it"),
        severity=Severity.WARNING,
    )
