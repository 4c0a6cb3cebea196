"""The scale on which donors are compared, and a margin brought onto it.

A percentage near 0 or 100 has little room on one side, and its spread shrinks with the room: its
logit has not. Times, concentrations, ratios and counts vary in proportion to their size: their
logarithm does not. A margin is stated in the quantity's unit and holds between the two sources'
means: at the margin, the means that lie evenly about the middle of both differ by exactly so
much. That makes it the same whichever source is named first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stroma.comparison.results import Margin, Scale
from stroma.texts import Text, text, texts
from stroma.units import convert, find_unit
from stroma.vocabulary import Quantity, find_quantity

FloatArray = npt.NDArray[np.float64]

MIDDLE = (20.0, 80.0)
"""Percentages between which the spread of a percentage changes by no more than a fifth
(``sqrt(p (1 - p))`` is 0.4 at its ends and 0.5 at 50 %), so that none needs a logit."""

ADDITIVE_UNITS = ("{doublings}", "{score}", "{Ct}")
"""Units of what is a logarithm or a rank already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenScale:
    """A scale and why.

    Parameters
    ----------
    scale
        The scale.
    reason
        Why, in a sentence.
    inset
        By how much percentages of exactly 0 and 100 are moved inwards, in percent; ``None`` where
        there are none, or where nothing says by how much.
    remarks
        How values at the bounds were treated.
    """

    scale: Scale
    reason: Text
    inset: float | None = None
    remarks: tuple[Text, ...] = ()


def choose_scale(
    quantity: str, values: Sequence[float], counted: Sequence[int | None] = ()
) -> ChosenScale:
    """Choose the scale of a comparison.

    Parameters
    ----------
    quantity
        Name in the vocabulary.
    values
        Every value that enters, in the quantity's unit.
    counted
        Cells behind each value, where they are known.

    Returns
    -------
    ChosenScale
        Percentages with any value outside 20 to 80 % on the logit, other quantities that cannot
        be below zero on the logarithm, the rest as they are.

    Examples
    --------
    >>> choose_scale("percent_positive", [98.5, 99.2]).scale
    <Scale.LOGIT: 'logit'>
    >>> choose_scale("doubling_time", [46.0, 31.0]).scale
    <Scale.LOG: 'log'>
    """
    known = find_quantity(quantity)
    if known is None or known.unit in ADDITIVE_UNITS or known.low is None:
        return ChosenScale(
            scale=Scale.IDENTITY,
            reason=text("compared as it is: differences of this quantity add up"),
        )
    if known.unit == "%" and known.high == 100:
        return _of_percentages(values, counted)
    if min(values, default=1.0) <= 0:
        return ChosenScale(
            scale=Scale.IDENTITY,
            reason=text("compared as it is: a value of 0 has no logarithm"),
        )
    return ChosenScale(
        scale=Scale.LOG,
        reason=text("compared on the logarithm: such values vary in proportion to their size"),
    )


def _of_percentages(values: Sequence[float], counted: Sequence[int | None]) -> ChosenScale:
    if all(MIDDLE[0] <= value <= MIDDLE[1] for value in values):
        return ChosenScale(
            scale=Scale.IDENTITY,
            reason=text("compared as percentages: all lie between 20 and 80 %"),
        )
    reason = text("compared on the logit: near 0 and 100 % a percentage has no room to vary")
    at_bound = [value for value in values if value <= 0 or value >= 100]
    if not at_bound:
        return ChosenScale(scale=Scale.LOGIT, reason=reason)
    inset = _inset(values, counted)
    if inset is None:
        return ChosenScale(
            scale=Scale.IDENTITY,
            reason=text("compared as percentages: every value is exactly 0 or 100 %"),
        )
    return ChosenScale(
        scale=Scale.LOGIT,
        reason=reason,
        inset=inset,
        remarks=(
            texts(
                "{count} value of exactly 0 or 100 % has no logit and was moved inwards by "
                "{inset} %",
                "{count} values of exactly 0 or 100 % have no logit and were moved inwards by "
                "{inset} %",
                len(at_bound),
                inset=inset,
            ),
        ),
    )


def _inset(values: Sequence[float], counted: Sequence[int | None]) -> float | None:
    """Return half a cell of the smallest sample, or half the smallest distance of the others.

    One for all values, or a sample of more cells would look like a higher percentage; never so
    large that another value lies nearer to the bound.
    """
    distances = [min(value, 100.0 - value) for value in values if 0 < value < 100]
    halved = min(distances) / 2.0 if distances else None
    cells = [n for n in counted if n is not None and n > 0]
    of_counts = 50.0 / min(cells) if cells else None
    known = [inset for inset in (halved, of_counts) if inset is not None]
    return min(known) if known else None


def to_scale(values: Sequence[float] | FloatArray, chosen: ChosenScale) -> FloatArray:
    """Bring values onto a scale.

    Parameters
    ----------
    values
        In the quantity's unit, shape (n,).
    chosen
        The scale.

    Returns
    -------
    ndarray of float64, shape (n,)
        The same on the scale.

    Examples
    --------
    >>> logit = choose_scale("percent_positive", [50.0, 90.0])
    >>> float(to_scale([50.0], logit)[0])
    0.0
    """
    array = np.asarray(values, dtype=np.float64)
    match chosen.scale:
        case Scale.LOG:
            return np.log(array)
        case Scale.LOGIT:
            inset = 0.0 if chosen.inset is None else chosen.inset
            share = np.clip(array, inset, 100.0 - inset) / 100.0
            return np.asarray(np.log(share / (1.0 - share)), dtype=np.float64)
        case Scale.IDENTITY:
            return array


def from_scale(value: float, scale: Scale) -> float:
    """Bring a mean on a scale back to the quantity's unit.

    Parameters
    ----------
    value
        On the scale.
    scale
        The scale.

    Returns
    -------
    float
        On the logarithm a geometric mean.

    Examples
    --------
    >>> from_scale(0.0, Scale.LOGIT), from_scale(0.0, Scale.LOG)
    (50.0, 1.0)
    """
    match scale:
        case Scale.LOG:
            return _exponential(value)
        case Scale.LOGIT:
            return 50.0 * (1.0 + math.tanh(value / 2.0))
        case Scale.IDENTITY:
            return value


def as_effect(difference: float, scale: Scale) -> float:
    """Return a difference on a scale as what a reader is told: difference, ratio or odds ratio.

    Parameters
    ----------
    difference
        On the scale.
    scale
        The scale.

    Returns
    -------
    float
        The effect.

    Examples
    --------
    >>> as_effect(0.0, Scale.LOG), as_effect(2.0, Scale.IDENTITY)
    (1.0, 2.0)
    """
    return difference if scale is Scale.IDENTITY else _exponential(difference)


def _exponential(value: float) -> float:
    """Return the exponential; the end of an interval of two donors can lie beyond all numbers."""
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def on_scale(effect: float, scale: Scale) -> float:
    """Return what :func:`as_effect` was made from.

    Parameters
    ----------
    effect
        Difference, ratio or odds ratio.
    scale
        The scale.

    Returns
    -------
    float
        On the scale.
    """
    return effect if scale is Scale.IDENTITY else math.log(effect)


def in_unit(difference: float, *, middle: float, scale: Scale) -> float:
    """Return by how much two means differ in the quantity's unit.

    Parameters
    ----------
    difference
        Of the means, on the scale.
    middle
        The middle of the means, on the scale.
    scale
        The scale.

    Returns
    -------
    float
        ``f(middle + difference/2) - f(middle - difference/2)``, where ``f`` brings a mean back to
        its unit; it grows with the difference.

    Examples
    --------
    >>> round(in_unit(math.log(2.0), middle=math.log(40.0), scale=Scale.LOG), 3)
    28.284
    """
    if scale is Scale.IDENTITY:
        return difference
    above = from_scale(middle + difference / 2.0, scale)
    return above - from_scale(middle - difference / 2.0, scale)


def margin_on_scale(
    value: float, unit: str | None, *, quantity: str, middle: float, scale: Scale
) -> Margin | Text:
    """Bring a margin onto the scale of a comparison.

    Parameters
    ----------
    value, unit
        As stated: in a unit of the quantity (``None`` for its own), or, for a quantity on the
        logarithm, in percent of the value.
    quantity
        Name in the vocabulary.
    middle
        The middle of the two sources' means, on the scale.
    scale
        The scale.

    Returns
    -------
    Margin or Text
        The margin, or why it is none, in a sentence.

    Examples
    --------
    >>> held = margin_on_scale(
    ...     6.0, "h", quantity="doubling_time", middle=math.log(40.0), scale=Scale.LOG
    ... )
    >>> round(held.low, 3), round(held.high, 3)
    (0.861, 1.162)
    >>> held = margin_on_scale(20, "%", quantity="doubling_time", middle=3.0, scale=Scale.LOG)
    >>> round(held.low, 3), round(held.high, 3)
    (0.833, 1.2)
    """
    known = find_quantity(quantity)
    stated = find_unit(unit) if unit is not None else None
    if known is None or known.unit is None:
        return text("{quantity} has no unit a margin could be stated in", quantity=quantity)
    own = find_unit(known.unit)
    if own is None:  # the vocabulary names units of this package only
        return text("{quantity} has no unit a margin could be stated in", quantity=quantity)
    stated = own if unit is None else stated
    if stated is None:
        return text('the unit "{unit}" of the margin is not known', unit=unit)
    if not (math.isfinite(value) and value > 0):
        return text("a margin of {value} is not above zero", value=value)
    if stated.code == "%" and own.code != "%" and scale is Scale.LOG:
        reach = math.log1p(value / 100.0)
    elif stated.dimension != own.dimension:
        return _wrong_unit(known, value, stated.label or stated.code, scale=scale)
    else:
        own_value = convert(value, stated, own)
        if own.code == "%" and own_value >= 100:
            return text("a margin of {value} % holds every percentage", value=own_value)
        reach = _reach(own_value, middle=middle, scale=scale)
    return Margin(
        value=value,
        unit=stated.code,
        low=as_effect(-reach, scale),
        high=as_effect(reach, scale),
    )


def _wrong_unit(known: Quantity, value: float, unit: str, *, scale: Scale) -> Text:
    if scale is Scale.LOG:
        return text(
            "a margin of {value} {unit} cannot be held against {quantity}, which is measured in "
            "{own}; state it in {own} or in % of the value",
            value=value,
            unit=unit,
            quantity=known.label,
            own=_unit_word(known.unit),
        )
    return text(
        "a margin of {value} {unit} cannot be held against {quantity}, which is measured in {own}",
        value=value,
        unit=unit,
        quantity=known.label,
        own=_unit_word(known.unit),
    )


def _unit_word(code: str | None) -> str | Text:
    unit = None if code is None else find_unit(code)
    if unit is None or unit.code == "1":
        return text("no unit")
    return unit.label


def _reach(margin: float, *, middle: float, scale: Scale) -> float:
    """Return how far apart means lie on a scale that differ by a margin in the unit."""
    match scale:
        case Scale.IDENTITY:
            return margin
        case Scale.LOG:
            # exp(m + d/2) - exp(m - d/2) = 2 exp(m) sinh(d/2)
            return 2.0 * math.asinh(margin / (2.0 * math.exp(middle)))
        case Scale.LOGIT:
            # p(m + d/2) - p(m - d/2) = sinh(d/2) / (cosh(m) + cosh(d/2)), a quadratic in exp(d/2)
            share, curve = margin / 100.0, math.cosh(middle)
            root = math.sqrt((share * curve) ** 2 + 1.0 - share**2)
            return 2.0 * math.log((share * curve + root) / (1.0 - share))
