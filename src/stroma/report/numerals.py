"""How numbers are written so that a reader is not misled by rounding.

Numbers near a limit are the hard case: 94.96 % against a limit of 95 % must not be printed as
"95.0 %, FAIL". Every number that is judged is therefore shown with as many decimals as it takes to
see on which side of its limit it lies.
"""

from __future__ import annotations

from stroma.criteria.rounding import common_digits, shown, with_digits
from stroma.criteria.verdicts import CriterionResult
from stroma.criteria.wording import category_label, margin_number
from stroma.measurements import Measurement
from stroma.report.words import NO_BREAK, limits_of
from stroma.texts import Language, join
from stroma.unit_words import with_unit


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


def short_number(
    value: float, language: Language, *, limits: tuple[float, ...] = (), unit: str = ""
) -> str:
    """Write a number for a narrow cell: one decimal, more where a limit would be hidden.

    Parameters
    ----------
    value
        The number.
    language
        Whose signs to use.
    limits
        What it is judged against.
    unit
        UCUM code; a small percentage has one decimal too, a small concentration all it needs.

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
    return number(
        value if hidden or (abs(value) < 0.1 and unit != "%") else rounded, language, limits=limits
    )


def with_interval(
    value: float | None,
    low: float | None,
    high: float | None,
    language: Language,
    *,
    unit: str = "",
    limits: tuple[float, ...] = (),
) -> tuple[str, str]:
    """Write a value and its interval, all numbers with the same decimals.

    Parameters
    ----------
    value
        The number; ``None`` where only its bounds are to be written.
    low, high
        Its bounds; ``None`` for a bound that cannot be stated.
    language
        Whose signs to use.
    unit
        UCUM code; it is not written.
    limits
        What they are judged against.

    Returns
    -------
    tuple of str
        The value and the interval, for example "98.73" and "98.54–98.90", "12" and "≥ 9"; empty
        where there is none.

    Examples
    --------
    >>> from stroma.texts import ENGLISH
    >>> with_interval(98.7317, 98.5433, 98.8961, ENGLISH, unit="%")
    ('98.73', '98.54–98.90')
    >>> with_interval(93.9, None, None, ENGLISH, unit="%")
    ('93.9', '')
    """
    if low is None and high is None:
        return ("" if value is None else number(value, language, limits=limits), "")
    digits = common_digits(value, (low, high), unit=unit, beside=limits)

    def written(one: float | None) -> str:
        return "" if one is None else join([with_digits(one, digits)]).render(language)

    if low is None:
        return (written(value), f"≤{NO_BREAK}{written(high)}")
    if high is None:
        return (written(value), f"≥{NO_BREAK}{written(low)}")
    return (written(value), f"{written(low)}–{written(high)}")


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
    written = (
        short_number(result.value, language, limits=limits_of(result), unit=result.unit)
        if short
        else _judged(result, language)[0]
    )
    return tied(written, result.unit, language)


def judged_interval(result: CriterionResult, language: Language) -> str:
    """Return the interval of what was judged, without its unit.

    Parameters
    ----------
    result
        A criterion.
    language
        Whose signs to use.

    Returns
    -------
    str
        For example "0.30–1.14", "≤ 0.5"; empty where there is none.
    """
    return _judged(result, language)[1]


def _judged(result: CriterionResult, language: Language) -> tuple[str, str]:
    return with_interval(
        result.value, result.low, result.high, language,
        unit=result.unit, limits=limits_of(result),
    )  # fmt: skip


def judged_margin(result: CriterionResult, language: Language) -> str:
    """Write a margin with its sign, as finely as the interval it belongs to.

    Parameters
    ----------
    result
        A criterion.
    language
        Whose signs to use.

    Returns
    -------
    str
        For example "+3.90", "−0.04"; empty where there is none.
    """
    if result.margin is None:
        return ""
    if result.low is None and result.high is None:
        return signed(result.margin, language)
    digits = common_digits(
        result.value, (result.low, result.high), unit=result.unit, beside=limits_of(result)
    )
    written = join([margin_number(result.margin, digits)]).render(language)
    return f"+{written}" if result.margin > 0 else written


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


def tied(written: str, unit: str, language: Language) -> str:
    """Return a number with its unit on one line.

    Parameters
    ----------
    written
        The number in words.
    unit
        UCUM code.
    language
        Of the unit.

    Returns
    -------
    str
        Without a space a line could end at.
    """
    return with_unit(join([written]), unit).render(language).replace(" ", NO_BREAK)


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
    return tied(measured_number(row, language)[0], row.unit, language)


def measured_number(row: Measurement, language: Language) -> tuple[str, str]:
    """Return the number of a row and its interval, without the unit.

    Parameters
    ----------
    row
        A measurement.
    language
        Whose signs to use.

    Returns
    -------
    tuple of str
        As :func:`with_interval` writes them.
    """
    return with_interval(row.value, row.low, row.high, language, unit=row.unit)
