"""What is said of a criterion: its label, its limit, and the reason of an outcome."""

from __future__ import annotations

from stroma.analytes import quantity_label
from stroma.criteria.limits import ENTERED, Extent, reported_bound
from stroma.criteria.profile import Criterion
from stroma.criteria.rounding import common_digits, shown, with_digits
from stroma.criteria.verdicts import CriterionResult, Limit, Outcome, Role
from stroma.measurements import (
    COMPENSATION_DISPUTE,
    CONTROL_DISPUTE,
    GATE_DISPUTE,
    LABEL_DISPUTE,
    RECORDING_DISPUTE,
    Measurement,
)
from stroma.texts import Number, Text, join, text
from stroma.unit_words import with_unit
from stroma.vocabulary import find_category, find_quantity, find_tissue

SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "==": "=", "between": ""}
ROLE_LABELS = {
    Role.REQUIRED: text("required"),
    Role.INFORMATIVE: text("informative"),
    Role.HOLD: text("holds the lot until a person has decided"),
}
_DISPUTES = {
    LABEL_DISPUTE: text("the file labels the detector with another marker"),
    CONTROL_DISPUTE: text("its control seems to hold stained cells"),
    COMPENSATION_DISPUTE: text("the spillover matrix does not fit the single stains"),
    GATE_DISPUTE: text("an automatic gate may have kept the wrong cells"),
    RECORDING_DISPUTE: text("the same recording also stands for another lot, passage or treatment"),
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
    return with_unit(join([shown(value, beside=beside)]), unit)


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
            return with_unit(text("{low} to {high}", low=low, high=high), criterion.unit)
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
    >>> from stroma.criteria.known_profiles import load_profile
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
    if criterion.beside:
        parts.append(text("beside {cells}", cells=criterion.beside))
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
        For example "98.73 % [98.54–98.90 %, 95 %]", 'reported as "<0.1 EU/mL"'.
    """
    ends, unit = _ends(criterion.limit), criterion.unit
    if reported_bound(row):
        return text('reported as "{entered}"', entered=str(row.settings[ENTERED]))
    if not extent.stated:
        return amount(extent.value, unit, beside=ends)
    digits = extent_digits(extent, criterion)
    value, low, high = (
        join([with_digits(number, digits)]) for number in (extent.value, extent.low, extent.high)
    )
    value, high = with_unit(value, unit), with_unit(high, unit)
    if row.level is None:
        return text("{value} [{low}–{high}]", value=value, low=low, high=high)
    level = 100 * row.level
    return text("{value} [{low}–{high}, {level} %]", value=value, low=low, high=high, level=level)


def extent_digits(extent: Extent, criterion: Criterion) -> int:
    """Return the decimals a value and its interval are written with.

    Parameters
    ----------
    extent
        What is known of a value, in the criterion's unit.
    criterion
        The criterion, for its unit and limit.

    Returns
    -------
    int
        See :func:`stroma.criteria.rounding.common_digits`.
    """
    return common_digits(
        extent.value,
        (extent.low, extent.high),
        unit=criterion.unit,
        beside=_ends(criterion.limit),
    )


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
    reach = margin if outcome is Outcome.PASS else -margin
    distance = _distance(reach, criterion.unit, extent_digits(extent, criterion))
    if outcome is Outcome.PASS:
        return text("the whole interval is within the limit, margin {margin}", margin=distance)
    if outcome is Outcome.FAIL:
        return text("the whole interval is beyond the limit, its far end by {margin}",
                    margin=distance)  # fmt: skip
    return text("the limit lies inside the interval, which reaches {margin} beyond it",
                margin=distance)  # fmt: skip


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


def _distance(distance: float, unit: str, digits: int | None = None) -> Text:
    """Return a distance from a limit, written as finely as the interval it belongs to."""
    number = shown(distance) if digits is None else margin_number(distance, digits)
    if unit != "%":
        return with_unit(join([number]), unit)
    return (
        text("1 point")
        if number in {1.0, Number(1.0, 0)}
        else text("{number} points", number=number)
    )


def margin_number(margin: float, digits: int) -> Number:
    """Return a distance from a limit as finely as its interval, and never as none.

    Parameters
    ----------
    margin
        The distance.
    digits
        Decimals of the interval.

    Returns
    -------
    Number
        With more decimals where it would be written as 0 otherwise.

    Examples
    --------
    >>> margin_number(3.5433, 2), margin_number(0.0004, 2)
    (Number(value=3.54, digits=2), Number(value=0.0004, digits=4))
    """
    finer = common_digits(margin, beside=(0.0,)) if round(margin, digits) == 0 else digits
    return with_digits(margin, max(digits, finer))


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


def dispute_text(code: object) -> Text:
    """Return why a row cannot decide before a person has.

    Parameters
    ----------
    code
        As :data:`stroma.measurements.DISPUTED` lists it.

    Returns
    -------
    Text
        A clause; the code itself where it is not known.
    """
    return _DISPUTES.get(str(code), join([str(code)]))
