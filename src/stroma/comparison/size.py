"""How many donors a comparison takes, from spreads that are declared and not yet measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stroma.comparison.results import Answer, DonorsNeeded
from stroma.errors import Place, Problem, StudyProblem
from stroma.stats.power import (
    CAP,
    donors_for_difference,
    donors_for_equivalence,
    variance_of_donor_mean,
)
from stroma.texts import Text, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a comparison is planned with.

    Parameters
    ----------
    difference
        True difference to be seen, in the unit of ``sd``, or in percent with ``cv``; ``None`` for
        none.
    sd
        Standard deviation between donors; of a donor's difference where ``paired``.
    cv
        The same as a coefficient of variation in percent: donors are then compared on the
        logarithm.
    within
        Standard deviation, or coefficient of variation, between lots of one donor.
    lots_per_donor
        Lots made of each donor.
    margin
        The largest difference that would not matter; ``None`` for none.
    paired
        Whether each donor gives both tissues.
    powers
        Chances of an answer.
    level
        Confidence level.
    """

    difference: float | None = None
    sd: float | None = None
    cv: float | None = None
    within: float = 0.0
    lots_per_donor: int = 1
    margin: float | None = None
    paired: bool = False
    powers: tuple[float, ...] = (0.8, 0.9)
    level: float = 0.95


def donors_for(plan: Plan) -> tuple[DonorsNeeded, ...]:
    """Return how many donors a side a planned comparison takes.

    Parameters
    ----------
    plan
        What is declared.

    Returns
    -------
    tuple of DonorsNeeded
        To see the difference, and to show equivalence when there is none and when there is the
        difference; for every power.

    Raises
    ------
    StudyProblem
        A number is missing or cannot be one of this kind.

    Examples
    --------
    >>> [needed.per_side for needed in donors_for(Plan(difference=1.2, sd=1.0))]
    [12, 16]
    >>> [needed.per_side for needed in donors_for(Plan(margin=1.0, sd=1.0))]
    [18, 23]
    """
    _check(plan)
    variance = variance_of_donor_mean(
        _variance(plan, plan.sd if plan.cv is None else plan.cv),
        _variance(plan, plan.within),
        lots_per_donor=plan.lots_per_donor,
    )
    alpha = 1.0 - plan.level
    found: list[DonorsNeeded] = []
    if plan.difference is not None:
        found += [
            _needed(
                Answer.DIFFERENT,
                power,
                plan.difference,
                donors_for_difference(
                    _on_scale(plan, plan.difference),
                    variance,
                    power=power,
                    alpha=alpha,
                    paired=plan.paired,
                ).per_side,
            )
            for power in plan.powers
        ]
    if plan.margin is None:
        return tuple(found)
    reach = _on_scale(plan, plan.margin)
    assumed = [0.0, *([] if plan.difference is None else [plan.difference])]
    for difference in assumed:
        if abs(_on_scale(plan, difference)) >= reach:
            found += [
                _needed(Answer.EQUIVALENT, power, difference, None, beyond=True)
                for power in plan.powers
            ]
            continue
        found += [
            _needed(
                Answer.EQUIVALENT,
                power,
                difference,
                donors_for_equivalence(
                    _on_scale(plan, difference),
                    variance,
                    lower_margin=-reach,
                    upper_margin=reach,
                    power=power,
                    alpha=alpha,
                    paired=plan.paired,
                ).per_side,
            )
            for power in plan.powers
        ]
    return tuple(found)


def _needed(
    answer: Answer, power: float, assumed: float, per_side: int | None, *, beyond: bool = False
) -> DonorsNeeded:
    reason: Text | None = None
    if beyond:
        reason = text("no number of donors shows equivalence of a difference beyond the margin")
    elif per_side is None:
        reason = text("more than {cap} donors a side", cap=CAP)
    return DonorsNeeded(
        answer=answer,
        power=power,
        assumed_difference=assumed,
        per_side=per_side,
        more_per_side=per_side,
        reason=reason,
    )


def _on_scale(plan: Plan, difference: float) -> float:
    """Return a difference as it is compared: a percentage on the logarithm."""
    return difference if plan.cv is None else math.log1p(difference / 100.0)


def _variance(plan: Plan, spread: float | None) -> float:
    held = 0.0 if spread is None else spread
    return held**2 if plan.cv is None else math.log1p((held / 100.0) ** 2)


def _check(plan: Plan) -> None:
    if (plan.sd is None) == (plan.cv is None):
        raise _wrong(
            "--sd",
            text("neither or both of --sd and --cv"),
            text("one of them: how much donors differ from each other"),
        )
    if plan.difference is None and plan.margin is None:
        raise _wrong(
            "--difference",
            text("neither --difference nor --margin"),
            text("a difference to be seen, a margin to stay within, or both"),
        )
    numbers: Sequence[tuple[str, float | None]] = (
        ("--sd", plan.sd), ("--cv", plan.cv), ("--margin", plan.margin),
    )  # fmt: skip
    for name, number in numbers:
        if number is not None and not (math.isfinite(number) and number > 0):
            raise _wrong(name, text("{value}", value=number), text("a number above zero"))
    if plan.difference is not None and (
        not math.isfinite(plan.difference)
        or plan.difference == 0
        or (plan.cv is not None and plan.difference <= -100)
    ):
        raise _wrong(
            "--difference",
            text("{value}", value=plan.difference),
            text("a difference other than 0, and above -100 %"),
        )
    if not (math.isfinite(plan.within) and plan.within >= 0):
        raise _wrong("--within-sd", text("{value}", value=plan.within), text("zero or more"))
    if plan.lots_per_donor < 1:
        raise _wrong(
            "--lots-per-donor",
            text("{value}", value=plan.lots_per_donor),
            text("a whole number from 1 on"),
        )
    for power in plan.powers:
        if not 0 < power < 1:
            raise _wrong("--power", text("{value}", value=power), text("a chance such as 0.8"))


def _wrong(option: str, found: Text, expected: Text) -> StudyProblem:
    return StudyProblem(
        Problem(Place(column=option), found, expected, text("correct the number or add it"))
    )
