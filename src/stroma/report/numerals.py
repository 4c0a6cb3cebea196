"""How numbers are written so that a reader is not misled by rounding.

Numbers near a limit are the hard case: 94.96 % against a limit of 95 % must not be printed as
"95.0 %, FAIL". Every number that is judged is therefore shown with as many decimals as it takes to
see on which side of its limit it lies.
"""

from __future__ import annotations

from stroma.criteria.verdicts import CriterionResult
from stroma.criteria.wording import category_label, shown
from stroma.measurements import Measurement
from stroma.report.words import NO_BREAK, limits_of, with_unit
from stroma.texts import Language, Text, join, text


def number(value: float, language: Language, *, limits: tuple[float, ...] = ()) -> str:
    """Write a number so that the side of a limit it lies on can be seen.

    Parameters
    ----------
    value
        The number.
    language
        Whose signs to use.
    limits
        What it is judged against.

    Returns
    -------
    str
        The number without its unit, as the sentences of a verdict write it.

    Examples
    --------
    >>> from stroma.texts import ENGLISH
    >>> number(94.9983, ENGLISH), number(94.9983, ENGLISH, limits=(95.0,))
    ('95', '94.998')
    """
    return join([shown(value, beside=limits)]).render(language)


def short_number(value: float, language: Language, *, limits: tuple[float, ...] = ()) -> str:
    """Write a number for a narrow cell: one decimal, more where a limit would be hidden.

    Parameters
    ----------
    value
        The number.
    language
        Whose signs to use.
    limits
        What it is judged against.

    Returns
    -------
    str
        The number without its unit.

    Examples
    --------
    >>> from stroma.texts import ENGLISH
    >>> short_number(98.97, ENGLISH, limits=(95.0,)), short_number(94.96, ENGLISH, limits=(95.0,))
    ('99', '94.96')
    """
    rounded = round(value, 1)
    hidden = any((rounded > end, rounded < end) != (value > end, value < end) for end in limits)
    return number(value if hidden or abs(value) < 0.1 else rounded, language, limits=limits)


def judged_value(result: CriterionResult, language: Language, *, short: bool = False) -> str:
    """Return what was judged, with its unit.

    Parameters
    ----------
    result
        A criterion.
    language
        Of the words.
    short
        Whether space is short.

    Returns
    -------
    str
        Empty where nothing was judged.
    """
    if result.category is not None:
        return category_label(result.quantity, result.category).render(language)
    if result.value is None:
        return ""
    write = short_number if short else number
    shown_value = write(result.value, language, limits=limits_of(result))
    return with_unit(join([shown_value]), result.unit).render(language)


def interval(
    low: float | None, high: float | None, language: Language, *, limits: tuple[float, ...] = ()
) -> str:
    """Return an interval without its unit.

    Parameters
    ----------
    low, high
        Its bounds; ``None`` for a bound that cannot be stated.
    language
        Whose signs to use.
    limits
        What they are judged against.

    Returns
    -------
    str
        For example "0.3–1.1", "≤ 0.5"; empty where there is none.
    """
    if low is None:
        return "" if high is None else f"≤{NO_BREAK}{number(high, language, limits=limits)}"
    if high is None:
        return f"≥{NO_BREAK}{number(low, language, limits=limits)}"
    ends = (number(end, language, limits=limits) for end in (low, high))
    return "–".join(ends)


def signed(value: float, language: Language) -> str:
    """Write a margin with its sign, and enough decimals that it is not read as none.

    Parameters
    ----------
    value
        The margin.
    language
        Whose signs to use.

    Returns
    -------
    str
        For example "+3.9", "−0.04", "0".

    Examples
    --------
    >>> from stroma.texts import ENGLISH
    >>> signed(3.9, ENGLISH), signed(-0.04, ENGLISH)
    ('+3.9', '−0.04')
    """
    # Differences of decimal fractions carry binary dust: 2 - 0.82 is 1.1800000000000002.
    written = number(float(f"{value:.10g}"), language, limits=(0.0,))
    return f"+{written}" if value > 0 else written


def measured_value(row: Measurement, language: Language) -> str:
    """Return the value of a row, with its unit.

    Parameters
    ----------
    row
        A measurement.
    language
        Of the words.

    Returns
    -------
    str
        For example "98.9 %", "no growth".
    """
    if row.value is None:
        return category_label(row.quantity, row.category or "").render(language)
    return with_unit(join([number(row.value, language)]), row.unit).render(language)


def setting_words(value: object, language: Language) -> str:
    """Return the value of a setting in words.

    Parameters
    ----------
    value
        What a method was told.
    language
        Of the words.

    Returns
    -------
    str
        The value.
    """
    match value:
        case None:
            return "–"
        case Text():
            return value.render(language)
        case bool():
            return (text("yes") if value else text("no")).render(language)
        case int():
            return language.number(value, 0)
        case float():
            return language.number(value)
        case list() | tuple() if all(isinstance(part, str) for part in value):
            return ", ".join(value)
        case list() | tuple():
            # Not a comma, which is the decimal mark in two of the three languages.
            return f"[{'; '.join(setting_words(part, language) for part in value)}]"
        case dict():
            pairs = (f"{key} {setting_words(part, language)}" for key, part in value.items())
            return ", ".join(pairs)
        case _:
            return str(value)
