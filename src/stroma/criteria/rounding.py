"""How many decimals a number is written with, so that rounding misleads nobody."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stroma.texts import Number

USUAL_DECIMALS = 2
"""What a percentage, a doubling time or a ratio is read with."""

MOST_SIGNIFICANT = 4
"""Digits beyond which an estimate with an interval is only noise: a cell count of 10 % error."""

LEAST_SIGNIFICANT = 2
"""Digits a value keeps however small it is."""

MOST_DECIMALS = 12


def shown(value: float, *, beside: tuple[float, ...] = ()) -> float | Number:
    """Return a number with no more decimals than a reader needs.

    Parameters
    ----------
    value
        The number.
    beside
        Limits it must not seem to meet by rounding.

    Returns
    -------
    float or Number
        Two decimals, more where fewer would hide on which side of a limit it lies; four
        significant digits for a small number.

    Examples
    --------
    >>> shown(94.9983, beside=(95.0,))
    Number(value=94.998, digits=3)
    """
    if not math.isfinite(value) or abs(value) < 0.1:
        return value
    for digits in range(USUAL_DECIMALS, MOST_DECIMALS):
        if not _hides(value, digits, beside):
            rounded = round(value, digits)
            return rounded if digits == USUAL_DECIMALS else Number(rounded, digits)
    return value


def common_digits(
    value: float | None,
    ends: Sequence[float | None] = (),
    *,
    unit: str = "",
    beside: tuple[float, ...] = (),
) -> int:
    """Return the decimals that a value and its interval are all written with.

    Parameters
    ----------
    value
        The value; ``None`` where only the interval is written.
    ends
        The ends of its interval; those that cannot be stated are left aside.
    unit
        UCUM code: a percentage is written with two decimals whatever its size.
    beside
        Limits none of them must seem to meet by rounding.

    Returns
    -------
    int
        As many as any of them needs: two at most, where that leaves the value two significant
        digits and shows on which side of a limit each lies, otherwise more. Below 0 for large
        numbers, which keep four significant digits: -3 is thousands.

    Examples
    --------
    >>> common_digits(98.7317, (98.5433, 98.8961), unit="%")
    2
    >>> common_digits(2380000.0, (2157960.3, 2624886.1), unit="{cells}")
    -3
    """
    stated = [number for number in ends if number is not None and math.isfinite(number)]
    if value is not None and math.isfinite(value):
        stated.insert(0, value)
    largest = max(map(abs, stated), default=0.0)
    if largest == 0:
        return 0
    usual = USUAL_DECIMALS
    if unit != "%":
        usual = min(usual, MOST_SIGNIFICANT - 1 - _power(largest))
        reference = abs(stated[0]) if stated[0] != 0 else largest
        usual = max(usual, LEAST_SIGNIFICANT - 1 - _power(reference))
    else:
        # A share near 0 has no digits of its own: how wide its interval is says what it is worth.
        worth = max(stated) - min(stated) or largest
        usual = max(usual, LEAST_SIGNIFICANT - 1 - _power(worth))
    digits = min(usual, MOST_DECIMALS)
    while digits > 0 and all(round(n, digits) == round(n, digits - 1) for n in stated):
        digits -= 1
    while digits < MOST_DECIMALS and any(_hides(n, digits, beside) for n in stated):
        digits += 1
    return digits


def with_digits(value: float, digits: int) -> Number:
    """Return a number to be written with given decimals.

    Parameters
    ----------
    value
        The number.
    digits
        Decimals; below 0 for tens, hundreds, thousands.

    Returns
    -------
    Number
        Rounded.

    Examples
    --------
    >>> with_digits(98.9, 2), with_digits(2157960.3, -3)
    (Number(value=98.9, digits=2), Number(value=2158000.0, digits=0))
    """
    return Number(round(value, digits), max(digits, 0))


def _power(number: float) -> int:
    return math.floor(math.log10(number))


def _hides(value: float, digits: int, limits: tuple[float, ...]) -> bool:
    """Return whether rounding would hide on which side of a limit a number lies."""
    rounded = round(value, digits)
    return any(
        (rounded > limit) != (value > limit) or (rounded < limit) != (value < limit)
        for limit in limits
    )
