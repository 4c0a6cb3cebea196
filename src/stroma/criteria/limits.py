"""An interval against a limit: pure comparisons, no words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from stroma.criteria.verdicts import Limit, Outcome
from stroma.measurements import Measurement
from stroma.units import Unit, convert, find_unit
from stroma.vocabulary import split_bound

ENTERED = "entered"
"""Key of a measurement's settings that holds a result as it was entered, such as ``"<0.1"``."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What is known of a value: from where to where it may lie.

    Parameters
    ----------
    value
        The point estimate; a bound where only a bound was reported.
    low, high
        The ends; equal to the value where no interval is stated, infinite where a reported bound
        leaves that side open.
    low_open, high_open
        Whether the end itself is left out: ``"<0.1"`` does not hold 0.1.
    stated
        Whether any end was stated.
    """

    value: float
    low: float
    high: float
    low_open: bool = False
    high_open: bool = False
    stated: bool = False


def extent_of(row: Measurement, unit: str) -> Extent | None:
    """Return what a measurement knows of its value, in a unit.

    Parameters
    ----------
    row
        A measurement with a number.
    unit
        UCUM code of the unit wanted.

    Returns
    -------
    Extent or None
        ``None`` where the row has no finite number or its unit measures something else. An
        interval with a confidence level and one end is open on the other side, as that of a
        doubling time whose culture may not have grown; without a level the value stands for the
        end that is missing. A value outside its own interval widens it.

    Examples
    --------
    >>> row = Measurement(lot="L", quantity="percent_positive", value=96.0, unit="%", low=94.0)
    >>> extent_of(row, "%")
    Extent(value=96.0, low=94.0, high=96.0, low_open=False, high_open=False, stated=True)
    """
    given, wanted = find_unit(row.unit), find_unit(unit)
    if row.value is None or not math.isfinite(row.value) or given is None or wanted is None:
        return None
    if given.dimension != wanted.dimension:
        return None
    value = convert(row.value, given, wanted)
    low, high = _end(row.low, given, wanted), _end(row.high, given, wanted)
    stated = low is not None or high is not None
    match reported_bound(row):
        case ">" | "≥" as sign:
            return Extent(value, value, math.inf if high is None else max(high, value),
                          low_open=sign == ">", stated=True)  # fmt: skip
        case "<" | "≤" as sign:
            return Extent(value, -math.inf if low is None else min(low, value), value,
                          high_open=sign == "<", stated=True)  # fmt: skip
    one_sided = stated and row.level is not None
    without_low, without_high = (-math.inf, math.inf) if one_sided else (value, value)
    return Extent(
        value,
        without_low if low is None else min(low, value),
        without_high if high is None else max(high, value),
        stated=stated,
    )


def reported_bound(row: Measurement) -> str:
    """Return the sign of a result that was reported as a bound.

    Parameters
    ----------
    row
        A measurement.

    Returns
    -------
    str
        ``"<"``, ``"≤"``, ``">"`` or ``"≥"``; empty where a value was reported.
    """
    return split_bound(str(row.settings.get(ENTERED, "")))[0] if row.value is not None else ""


def _end(end: float | None, given: Unit, wanted: Unit) -> float | None:
    if end is None or math.isnan(end):
        return None
    return end if math.isinf(end) else convert(end, given, wanted)


def compare(extent: Extent, operator: str, limit: Limit, *, gate: str = "") -> Outcome:
    """Hold an extent against a limit.

    Parameters
    ----------
    extent
        What is known of the value, in the limit's unit.
    operator
        As in :class:`stroma.criteria.profile.Criterion`.
    limit
        A number, or a pair for ``between``.
    gate
        For ``between``: the one end that decides.

    Returns
    -------
    Outcome
        PASS where the whole extent is on the limit's side, FAIL where none of it is, INCONCLUSIVE
        where the limit lies inside.

    Raises
    ------
    ValueError
        Operator and limit do not fit together.

    Examples
    --------
    >>> compare(Extent(96, 94, 97, stated=True), ">=", 95.0).value
    'INCONCLUSIVE'
    >>> compare(Extent(95, 95, 95), ">", 95.0).value, compare(Extent(95, 95, 95), ">=", 95.0).value
    ('FAIL', 'PASS')
    """
    match operator, limit:
        case ">=" | ">" | "<=" | "<", float() | int():
            return _one_sided(extent, operator, float(limit))
        case "==", float() | int():
            return _equal(extent, float(limit))
        case "between", (float() | int() as low, float() | int() as high):
            sides = []
            if gate != "maximum":
                sides.append(_one_sided(extent, ">=", float(low)))
            if gate != "minimum":
                sides.append(_one_sided(extent, "<=", float(high)))
            return worst(sides)
        case _:
            msg = f"{operator!r} does not go with {limit!r}"
            raise ValueError(msg)


def _one_sided(extent: Extent, operator: str, limit: float) -> Outcome:
    if operator in {">=", ">"}:
        all_above = extent.low > limit or (
            extent.low == limit and (operator == ">=" or extent.low_open)
        )
        any_above = extent.high > limit or (
            extent.high == limit and operator == ">=" and not extent.high_open
        )
        return _outcome(all_inside=all_above, any_inside=any_above)
    mirrored = Extent(-extent.value, -extent.high, -extent.low, extent.high_open, extent.low_open)
    return _one_sided(mirrored, ">=" if operator == "<=" else ">", -limit)


def _equal(extent: Extent, limit: float) -> Outcome:
    inside = extent.low <= limit <= extent.high
    if (limit == extent.low and extent.low_open) or (limit == extent.high and extent.high_open):
        inside = False
    return _outcome(all_inside=extent.low == extent.high == limit, any_inside=inside)


def _outcome(*, all_inside: bool, any_inside: bool) -> Outcome:
    if all_inside:
        return Outcome.PASS
    return Outcome.INCONCLUSIVE if any_inside else Outcome.FAIL


_SEVERITY = {
    Outcome.NOT_APPLICABLE: 0,
    Outcome.PASS: 1,
    Outcome.INCONCLUSIVE: 2,
    Outcome.FAIL: 3,
    Outcome.NOT_MEASURED: 4,
}


def severity(outcome: Outcome) -> int:
    """Return how bad an outcome is, to find the worse of two.

    Parameters
    ----------
    outcome
        An outcome.

    Returns
    -------
    int
        The larger the worse.
    """
    return _SEVERITY[outcome]


def worst(outcomes: list[Outcome]) -> Outcome:
    """Return the worst of several outcomes.

    Parameters
    ----------
    outcomes
        At least one.

    Returns
    -------
    Outcome
        FAIL before INCONCLUSIVE before PASS.
    """
    return max(outcomes, key=severity)


def margin(extent: Extent, operator: str, limit: Limit, *, gate: str = "") -> float | None:
    """Return how far the less favourable end of an extent is from the limit, on the passing side.

    Parameters
    ----------
    extent, operator, limit, gate
        As in :func:`compare`.

    Returns
    -------
    float or None
        In the limit's unit, negative beyond the limit; ``None`` for ``==``, which has no side, and
        where that end is infinite.

    Examples
    --------
    >>> margin(Extent(0.61, 0.45, 0.82, stated=True), "<=", 2.0)
    1.18
    """
    distances: list[float] = []
    match operator, limit:
        case ">=" | ">", float() | int():
            distances = [_difference(extent.low, limit)]
        case "<=" | "<", float() | int():
            distances = [_difference(limit, extent.high)]
        case "between", (float() | int() as low, float() | int() as high):
            if gate != "maximum":
                distances.append(_difference(extent.low, float(low)))
            if gate != "minimum":
                distances.append(_difference(float(high), extent.high))
    distance = min(distances, default=math.inf)
    return distance if math.isfinite(distance) else None


def _difference(one: float, other: float) -> float:
    """Subtract as a person does: 2 - 0.82 is 1.18, not 1.1800000000000002."""
    return float(Decimal(repr(float(one))) - Decimal(repr(float(other))))


def nearest_limit(extent: Extent, limit: Limit, *, gate: str = "") -> float | None:
    """Return the limit an extent is nearest to.

    Parameters
    ----------
    extent, limit, gate
        As in :func:`compare`.

    Returns
    -------
    float or None
        ``None`` where the limit is no number.
    """
    match limit:
        case float() | int():
            return float(limit)
        case (float() | int() as low, float() | int() as high):
            if gate:
                return float(low if gate == "minimum" else high)
            return min((float(low), float(high)), key=lambda end: abs(extent.value - end))
        case _:
            return None
