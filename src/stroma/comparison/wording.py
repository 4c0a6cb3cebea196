"""What belongs to a comparison as a reader sees it: labels, numbers with units, refusals."""

from __future__ import annotations

import math

from stroma.analytes import quantity_label
from stroma.comparison.results import (
    Answer,
    Comparison,
    ComparisonFamily,
    DonorsNeeded,
    Estimate,
    Margin,
    Scale,
)
from stroma.texts import Number, Text, join, text, texts
from stroma.unit_words import with_unit
from stroma.vocabulary import tissue_label

SMALLEST_P = 0.0001
"""Below it a p value says nothing more that few donors could bear."""

ANSWER_LABELS = {
    Answer.DIFFERENT: text("different"),
    Answer.EQUIVALENT: text("equivalent"),
    Answer.UNDECIDED: text("undecided"),
}

METHOD_LABELS = {
    "mixed_model_kenward_roger/1": text("mixed model, Kenward-Roger"),
    "mixed_model_satterthwaite/1": text("mixed model, Satterthwaite"),
    "donor_means_t/1": text("t test of donors"),
    "paired_donor_means_t/1": text("paired t test of donors"),
    "welch_t/1": text("Welch's t test of donors"),
    "exact_permutation/1": text("exact permutation of donors"),
    "hedges_g/1": text("Hedges' g"),
    "paired_d_av/1": text("standardized paired difference"),
    "ratio_of_means/1": text("ratio of means"),
}

ON_SCALE_OF_THEIR_OWN = ("hedges_g/1", "paired_d_av/1", "ratio_of_means/1")
"""Methods whose estimate is not on the scale of the comparison."""

SCALE_EFFECTS = {
    Scale.IDENTITY: text("difference"),
    Scale.LOG: text("ratio"),
    Scale.LOGIT: text("odds ratio"),
}

VARIANCE_LABELS = {
    "source": text("source"),
    "donor": text("donor"),
    "tissue": text("tissues of a donor"),
    "lot": text("lot"),
    "passage": text("passage"),
    "residual": text("residual"),
}

CERTAINTY_LABELS = {
    "primary": text("a study's own number"),
    "direction": text("direction only"),
    "secondary": text("from a review"),
}


def compared_label(held: Comparison) -> Text:
    """Return what is compared.

    Parameters
    ----------
    held
        A comparison.

    Returns
    -------
    Text
        For example "population doubling time".
    """
    return quantity_label(held.quantity, held.analyte)


def pair_label(held: Comparison) -> Text:
    """Return the two sources.

    Parameters
    ----------
    held
        A comparison.

    Returns
    -------
    Text
        For example "placenta against bone marrow".
    """
    return text(
        "{second} against {first}",
        second=tissue_label(held.sources[1]),
        first=tissue_label(held.sources[0]),
    )


def answer_label(answer: Answer | None) -> Text:
    """Return an answer as a reader sees it.

    Parameters
    ----------
    answer
        ``None`` for a question that was refused.

    Returns
    -------
    Text
        The word.
    """
    return text("cannot be asked") if answer is None else ANSWER_LABELS[answer]


def method_label(method: str) -> Text:
    """Return a method as a reader sees it.

    Parameters
    ----------
    method
        Name and version.

    Returns
    -------
    Text
        Its label.
    """
    return METHOD_LABELS.get(method, join([method]))


def three_digits(value: float, unit: str = "") -> Text:
    """Return a number with three significant digits and its unit.

    Parameters
    ----------
    value
        The number.
    unit
        UCUM code.

    Returns
    -------
    Text
        For example "−16.9 h".

    Examples
    --------
    >>> str(three_digits(-16.9312, "h")), str(three_digits(0.0))
    ('−16.9 h', '0')
    """
    digits = 0
    if value != 0 and math.isfinite(value):
        digits = max(2 - math.floor(math.log10(abs(value))), 0)
    return with_unit(join([Number(value, min(digits, 6))]), unit)


def p_label(p_value: float | None) -> Text:
    """Return a p value as a reader sees it.

    Parameters
    ----------
    p_value
        ``None`` where none could be made.

    Returns
    -------
    Text
        For example "p = 0.031".

    Examples
    --------
    >>> str(p_label(0.0312)), str(p_label(1e-9)), str(p_label(None))
    ('p = 0.031', 'p < 0.0001', 'no p value')
    """
    if p_value is None:
        return text("no p value")
    if p_value < SMALLEST_P:
        return text("p < {bound}", bound=SMALLEST_P)
    digits = 2 if p_value >= 0.1 else 3 if p_value >= 0.01 else 4
    return text("p = {p}", p=Number(p_value, digits))


def interval_label(held: Estimate, unit: str = "") -> Text:
    """Return an estimate with its interval.

    Parameters
    ----------
    held
        The estimate.
    unit
        UCUM code.

    Returns
    -------
    Text
        For example "−16.9 h (−25.6 to −9.9)".
    """
    if held.low is None or held.high is None:
        return text("{value} (no interval)", value=difference_label(held.value, unit))
    return text(
        "{value} ({low} to {high})",
        value=difference_label(held.value, unit),
        low=three_digits(held.low),
        high=three_digits(held.high),
    )


def difference_label(value: float, unit: str) -> Text:
    """Return a difference with its unit: of percentages it is in percentage points.

    Parameters
    ----------
    value
        The difference.
    unit
        UCUM code of the quantity.

    Returns
    -------
    Text
        For example "−0.3 percentage points".
    """
    if unit == "%":
        return text("{value} percentage points", value=three_digits(value))
    return three_digits(value, unit)


def margin_label(held: Margin, unit: str = "") -> Text:
    """Return a margin as it was stated.

    Parameters
    ----------
    held
        The margin.
    unit
        UCUM code of the quantity: of percentages a margin is in percentage points.

    Returns
    -------
    Text
        For example "6 h".
    """
    if unit == "%":
        return text("{value} percentage points", value=held.value)
    return with_unit(join([held.value]), held.unit)


def needed_label(held: DonorsNeeded) -> Text:
    """Return a number of donors in words.

    Parameters
    ----------
    held
        The number.

    Returns
    -------
    Text
        For example "17 donors a side, 13 more".
    """
    if held.per_side is None:
        return text("no number can be given") if held.reason is None else held.reason
    if held.more_per_side == held.per_side:
        return text("{count} donors a side", count=held.per_side)
    if not held.more_per_side:
        return text("{count} donors a side, which there are", count=held.per_side)
    return text(
        "{count} donors a side, {more} more than there are",
        count=held.per_side,
        more=held.more_per_side,
    )


NO_EVIDENCE = text("no evidence held")


def certainty_label(certainty: str) -> Text:
    """Return what kind of evidence a published row is, in words.

    Parameters
    ----------
    certainty
        As :class:`stroma.comparison.results.PublishedLine` holds it.

    Returns
    -------
    Text
        Its label.
    """
    return CERTAINTY_LABELS.get(certainty, join([certainty]))


def design_lines(held: Comparison) -> tuple[Text, ...]:
    """Return what the answer rests on, a sentence each.

    Parameters
    ----------
    held
        A comparison.

    Returns
    -------
    tuple of Text
        Donors and lots of each source, the method and the scale, what was left out.
    """
    sides = join(
        [
            text(
                "{source}: {donors}, {lots}, {values}",
                source=tissue_label(source),
                donors=texts("{count} donor", "{count} donors", len(donors)),
                lots=texts("{count} lot", "{count} lots", lots),
                values=texts("{count} value", "{count} values", values),
            )
            for source, donors, lots, values in zip(
                held.design.sources,
                held.design.donors,
                held.design.lots,
                held.design.observations,
                strict=True,
            )
        ],
        "; ",
    )
    told = [sides]
    if held.estimate is not None:
        told.append(
            text("{method}; {scale}", method=method_label(held.estimate.method),
                 scale=held.scale_reason)
        )  # fmt: skip
    if held.design.left_out:
        told.append(text("Left out or changed: {what}", what=join(held.design.left_out, "; ")))
    return tuple(told)


def needed_line(held: DonorsNeeded, assumed: Text) -> Text:
    """Return what a number of donors is for, and the number.

    Parameters
    ----------
    held
        The number.
    assumed
        The true difference it was worked out for, in words.

    Returns
    -------
    Text
        For example "different, if the true difference is 1.2: 12 donors a side (power 80 %)".
    """
    return text(
        "{answer}, if the true difference is {assumed}: {donors} (power {power} %)",
        answer=ANSWER_LABELS[held.answer],
        assumed=assumed,
        donors=needed_label(held),
        power=Number(100.0 * held.power, 0),
    )


def refusals(family: ComparisonFamily) -> tuple[tuple[Text, Text, bool], ...]:
    """Return what could not be asked, or not as it was asked.

    Parameters
    ----------
    family
        All questions.

    Returns
    -------
    tuple of (Text, Text, bool)
        The questions, why, and whether only donors or values are missing that may still come;
        questions refused for one reason stand together.
    """
    told: dict[tuple[Text, bool], list[Text]] = {}
    for held in family.comparisons:
        why = held.reason if held.answer is None else held.margin_refusal
        if why is not None:
            label = text("{quantity}, {pair}", quantity=compared_label(held), pair=pair_label(held))
            told.setdefault((why, held.waits), []).append(label)
    return tuple((join(labels, "; "), why, waits) for (why, waits), labels in told.items())
