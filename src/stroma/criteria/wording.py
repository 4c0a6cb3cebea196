"""What is said of a criterion: its label, its limit, and the reason of an outcome."""

from __future__ import annotations

import math

from stroma.analytes import quantity_label
from stroma.criteria.limits import ENTERED, Extent, reported_bound
from stroma.criteria.profile import Criterion
from stroma.criteria.verdicts import CriterionResult, Limit, Outcome, Role
from stroma.measurements import Measurement
from stroma.texts import Number, Text, join, text
from stroma.units import find_unit
from stroma.vocabulary import find_category, find_quantity, find_tissue

SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "==": "=", "between": ""}
ROLE_LABELS = {
    Role.REQUIRED: text("required"),
    Role.INFORMATIVE: text("informative"),
    Role.HOLD: text("holds the lot until a person has decided"),
}


def criterion_label(criterion: Criterion | CriterionResult) -> Text:
    """Return what a criterion asks for.

    Parameters
    ----------
    criterion
        A criterion, or its result.

    Returns
    -------
    Text
        For example "CD105", "CD14 or CD11b", "osteogenic differentiation".
    """
    names = criterion.analyte.split(" or ")
    if len(names) == 1:
        return quantity_label(criterion.quantity, names[0])
    return either([quantity_label(criterion.quantity, name) for name in names])


def either(labels: list[Text]) -> Text:
    """Return labels joined by "or".

    Parameters
    ----------
    labels
        At least one.

    Returns
    -------
    Text
        For example "CD14 or CD11b".
    """
    first, *rest = labels
    for label in rest:
        first = text("{one} or {other}", one=first, other=label)
    return first


def category_label(quantity: str, name: str) -> Text:
    """Return a result that is a word as a reader sees it.

    Parameters
    ----------
    quantity
        Name of the quantity.
    name
        Name of the result.

    Returns
    -------
    Text
        Its label; the name itself where the vocabulary has none.
    """
    known = find_quantity(quantity)
    category = None if known is None else find_category(known, name)
    return join([name]) if category is None else category.label


def unit_label(unit: str) -> str:
    """Return a unit as a reader sees it.

    Parameters
    ----------
    unit
        UCUM code.

    Returns
    -------
    str
        For example ``"EU/mL"``; empty for a ratio.
    """
    known = find_unit(unit)
    return unit if known is None else known.label


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
    for digits in range(2, 12):
        rounded = round(value, digits)
        if all((rounded > limit) == (value > limit) and (rounded < limit) == (value < limit)
               for limit in beside):  # fmt: skip
            return rounded if digits == 2 else Number(rounded, digits)
    return value


def amount(value: float, unit: str, *, beside: tuple[float, ...] = ()) -> Text:
    """Return a number with its unit.

    Parameters
    ----------
    value
        The number.
    unit
        UCUM code.
    beside
        Limits it must not seem to meet by rounding.

    Returns
    -------
    Text
        For example "0.61 %".
    """
    label = unit_label(unit)
    number = shown(value, beside=beside)
    return join([number, label], " ") if label else join([number])


def _ends(limit: Limit) -> tuple[float, ...]:
    ends = limit if isinstance(limit, tuple) else (limit,)
    return tuple(float(end) for end in ends if isinstance(end, float | int))


def limit_text(criterion: Criterion | CriterionResult) -> Text:
    """Return a limit with its sign and unit.

    Parameters
    ----------
    criterion
        A criterion, or its result.

    Returns
    -------
    Text
        For example "≤ 2 %", "180 to 220 10⁶ cells", "fetal or maternal"; empty without a limit.
    """
    match criterion.limit:
        case None:
            return join([""])
        case str() as word:
            return category_label(criterion.quantity, word)
        case (float() | int() as low, float() | int() as high):
            label = unit_label(criterion.unit)
            pair = text("{low} to {high}", low=low, high=high)
            return join([pair, label], " ") if label else pair
        case tuple() as words:
            return either([category_label(criterion.quantity, str(word)) for word in words])
        case number:
            return join([SIGNS[criterion.operator], amount(float(number), criterion.unit)], " ")


def describe_criterion(criterion: Criterion) -> Text:
    """Return a criterion in one line.

    Parameters
    ----------
    criterion
        A criterion of a profile.

    Returns
    -------
    Text
        For example "CD105 ≥ 95 %, required".

    Examples
    --------
    >>> from stroma.criteria.profile import load_profile
    >>> str(describe_criterion(load_profile("isct_2006").criteria[0]))
    'CD105 ≥ 95 %, required'
    """
    limit = limit_text(criterion)
    known = find_quantity(criterion.quantity)
    if criterion.limit is None:
        asked = text("{what}, without a limit", what=criterion_label(criterion))
    elif known is not None and known.is_category:
        asked = text("{what}: {result}", what=criterion_label(criterion), result=limit)
    else:
        asked = join([criterion_label(criterion), limit], " ")
    parts: list[object] = [asked]
    if criterion.stimulated:
        parts.append(text("after {stimulus}", stimulus=criterion.stimulated))
    parts.append(ROLE_LABELS[criterion.role])
    parts += [
        text("after {stimulus} {role}", stimulus=c.stimulated, role=ROLE_LABELS[c.role])
        for c in criterion.conditions
    ]
    if criterion.sources:
        parts.append(text("only for {tissues}", tissues=tissue_labels(criterion.sources)))
    line = join(parts)
    if criterion.note is not None:
        return text("{criterion} ({note})", criterion=line, note=criterion.note)
    return line


def tissue_labels(names: tuple[str, ...]) -> Text:
    """Return tissues as a reader sees them.

    Parameters
    ----------
    names
        Names in :data:`stroma.vocabulary.TISSUES`.

    Returns
    -------
    Text
        Their labels with commas between.
    """
    tissues = [(name, find_tissue(name)) for name in names]
    return join([name if tissue is None else tissue.label for name, tissue in tissues])


def measured_text(row: Measurement, extent: Extent, criterion: Criterion) -> Text:
    """Return a value with its interval.

    Parameters
    ----------
    row
        The measurement.
    extent
        What is known of its value, in the criterion's unit.
    criterion
        The criterion, for its unit and limit.

    Returns
    -------
    Text
        For example "0.61 % [0.45–0.82 %, 95 %]", 'reported as "<0.1 EU/mL"'.
    """
    ends, unit = _ends(criterion.limit), criterion.unit
    if reported_bound(row):
        return text('reported as "{entered}"', entered=str(row.settings[ENTERED]))
    value = amount(extent.value, unit, beside=ends)
    if not extent.stated:
        return value
    low, high = shown(extent.low, beside=ends), amount(extent.high, unit, beside=ends)
    if row.level is None:
        return text("{value} [{low}–{high}]", value=value, low=low, high=high)
    level = 100 * row.level
    return text("{value} [{low}–{high}, {level} %]", value=value, low=low, high=high, level=level)


def against_limit(
    what: Text, row: Measurement, extent: Extent, margin: float | None, *, criterion: Criterion,
    outcome: Outcome,
) -> Text:  # fmt: skip
    """Return the sentence that holds a number against its limit.

    Parameters
    ----------
    what
        Label of the quantity.
    row, extent, margin
        What was measured.
    criterion
        The criterion.
    outcome
        What came of it.

    Returns
    -------
    Text
        For example "CD34 0.61 % [0.45–0.82 %, 95 %] against ≤ 2 %: the whole interval is within
        the limit, margin 1.18 points".
    """
    return text(
        "{what} {measured} against {limit}: {finding}",
        what=what,
        measured=measured_text(row, extent, criterion),
        limit=limit_text(criterion),
        finding=_finding(row, extent, margin, criterion=criterion, outcome=outcome),
    )


def _finding(
    row: Measurement, extent: Extent, margin: float | None, *, criterion: Criterion,
    outcome: Outcome,
) -> Text:  # fmt: skip
    if margin is None:
        return _finding_without_margin(outcome)
    if not extent.stated:
        return _point_finding(margin, criterion, outcome)
    if reported_bound(row):
        return {
            Outcome.PASS: text("all that the report leaves open is within the limit"),
            Outcome.FAIL: text("all that the report leaves open is beyond the limit"),
        }.get(outcome, text("the limit lies in what the report leaves open"))
    if outcome is Outcome.PASS:
        return text("the whole interval is within the limit, margin {margin}",
                    margin=_distance(margin, criterion.unit))  # fmt: skip
    if outcome is Outcome.FAIL:
        return text("the whole interval is beyond the limit, its far end by {margin}",
                    margin=_distance(-margin, criterion.unit))  # fmt: skip
    return text("the limit lies inside the interval, which reaches {margin} beyond it",
                margin=_distance(-margin, criterion.unit))  # fmt: skip


def _finding_without_margin(outcome: Outcome) -> Text:
    """Return the finding where there is no distance: ``==``, or an end that is not bounded."""
    match outcome:
        case Outcome.PASS:
            return text("the limit is met")
        case Outcome.FAIL:
            return text("the limit is not met")
        case _:
            return text("the limit lies inside the interval")


def _point_finding(margin: float, criterion: Criterion, outcome: Outcome) -> Text:
    if outcome is Outcome.PASS:
        return text("within the limit, margin {margin}; point value, no interval stated",
                    margin=_distance(margin, criterion.unit))  # fmt: skip
    if margin == 0:
        return text("at the limit, which the limit leaves out; point value, no interval stated")
    return text("beyond the limit by {margin}; point value, no interval stated",
                margin=_distance(-margin, criterion.unit))  # fmt: skip


def _distance(distance: float, unit: str) -> Text:
    number = shown(distance)
    if unit == "%":
        return text("1 point") if number == 1 else text("{number} points", number=number)
    label = unit_label(unit)
    return join([number, label], " ") if label else join([number])


def word_against_limit(
    what: Text, row: Measurement, criterion: Criterion, outcome: Outcome
) -> Text:
    """Return the sentence that holds a result that is a word against what is asked for.

    Parameters
    ----------
    what
        Label of the quantity.
    row
        The measurement.
    criterion
        The criterion.
    outcome
        What came of it.

    Returns
    -------
    Text
        For example "sterility: no growth, as asked for".
    """
    found = category_label(row.quantity, row.category or "")
    match outcome:
        case Outcome.PASS:
            return text("{what}: {found}, as asked for", what=what, found=found)
        case Outcome.FAIL:
            return text("{what}: {found}, where {wanted} is asked for", what=what, found=found,
                        wanted=limit_text(criterion))  # fmt: skip
        case _:
            return text("{what}: {found}, which decides neither way", what=what, found=found)
