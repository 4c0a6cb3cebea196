"""A plan in sentences and numbers for a reader; nothing is calculated here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stroma.planning.inputs import inputs_by_name
from stroma.planning.results import (
    BreakEven,
    Demand,
    EndotoxinLimit,
    OriginKind,
    PlanInput,
    Range,
    SourceAnswers,
    SourcePlan,
)
from stroma.texts import Number, Text, join, text, texts
from stroma.unit_words import unit_label
from stroma.vocabulary import tissue_label

ORIGINS = {
    OriginKind.OWN: text("own lots"),
    OriginKind.PUBLISHED: text("published"),
    OriginKind.DECLARED: text("declared"),
    OriginKind.UNKNOWN: text("not known"),
}
ROUTE_LABELS = {
    "intravenous": text("intravenous"),
    "intrathecal": text("intrathecal"),
    "other": text("another route"),
}


def rounded(value: float) -> float:
    """Return a number with three significant digits.

    Parameters
    ----------
    value
        Any.

    Returns
    -------
    float
        Rounded.

    Examples
    --------
    >>> rounded(6045037.3)
    6050000.0
    """
    return float(f"{value:.3g}")


def percent(share: float) -> Text:
    """Return a probability in percent, never as a certainty that a simulation cannot give.

    Parameters
    ----------
    share
        From 0 to 1.

    Returns
    -------
    Text
        Whole percent.

    Examples
    --------
    >>> str(percent(0.214)), str(percent(0.002)), str(percent(1.0))
    ('21 %', 'below 1 %', 'above 99 %')
    """
    if share < 0.01:
        return text("below 1 %")
    if share > 0.99:
        return text("above 99 %")
    return text("{share} %", share=Number(100 * share, 0))


def range_told(held: Range, unit: str) -> Text:
    """Return the middle of a range and its ends.

    Parameters
    ----------
    held
        The range.
    unit
        Code of its unit.

    Returns
    -------
    Text
        For example ``15 (10 – 23) days``.

    Examples
    --------
    >>> str(range_told(Range(15.2, 10, 23.4), "d"))
    '15.2 (10 – 23.4) days'
    """
    named = unit_label(unit) if unit else None
    value = rounded(held.median)
    if held.low == held.high:
        return join([value] if named is None else [value, named], " ")
    ends = {"value": value, "low": rounded(held.low), "high": rounded(held.high)}
    if named is None:
        return text("{value} ({low} – {high})", **ends)
    return text("{value} ({low} – {high}) {unit}", **ends, unit=named)


def input_told(one: PlanInput) -> Text:
    """Return an input's middle and ends.

    Parameters
    ----------
    one
        The input.

    Returns
    -------
    Text
        A dash where it is not known.
    """
    if one.median is None or one.low is None or one.high is None:
        return text("–")
    return range_told(Range(one.median, one.low, one.high), one.kind.unit)


def probability_told(plan: SourcePlan, share: float) -> Text:
    """Return a probability, as an upper bound where a loss is not counted.

    Parameters
    ----------
    plan
        Of the source.
    share
        The probability.

    Returns
    -------
    Text
        In words.
    """
    if not plan.not_counted or share < 0.01:
        return percent(share)
    return text("at most {share}", share=percent(share))


def input_labels(names: Sequence[str]) -> Text:
    """Return inputs as a reader sees them.

    Parameters
    ----------
    names
        Of the inputs.

    Returns
    -------
    Text
        A list.
    """
    kinds = inputs_by_name()
    return join([kinds[name].label for name in names])


def answers_told(plan: SourcePlan, demand: Demand) -> Iterator[tuple[Text, Text]]:
    """Yield each question and its answer.

    Parameters
    ----------
    plan
        Of one source.
    demand
        What is asked.

    Yields
    ------
    question, answer
        In words.
    """
    told = plan.answers
    if told is None:
        yield (
            text("What would have to be known"),
            input_labels(plan.missing),
        )
        return
    yield (
        texts("{count} dose from one donation", "{count} doses from one donation", demand.doses),
        probability_told(plan, told.probability),
    )
    yield text("Doses of one donation"), range_told(told.doses, "")
    yield _donations(plan, told, demand)
    if told.ready_passage is not None:
        yield text("Passage at which they are ready"), range_told(told.ready_passage, "")
    if told.ready_days is not None:
        question = (
            text("Days from the donation")
            if told.days_from == "donation"
            else text("Days from the first harvest")
        )
        yield question, range_told(told.ready_days, "")
    if told.doublings is not None:
        yield text("Cumulative doublings at the end"), range_told(told.doublings, "")
    if told.peak_area is not None:
        yield text("Flask area of the last passage"), range_told(told.peak_area, "cm2")
    if told.total_area is not None:
        yield text("Flask area of all passages"), range_told(told.total_area, "cm2")
    if told.medium is not None:
        yield text("Medium"), range_told(told.medium, "L")
    if told.drivers:
        yield text("What drives the spread"), drivers_told(told)


def _donations(plan: SourcePlan, told: SourceAnswers, demand: Demand) -> tuple[Text, Text]:
    question = texts(
        "Donations for {count} dose with {confidence} % confidence",
        "Donations for {count} doses with {confidence} % confidence",
        demand.doses,
        confidence=rounded(100 * demand.confidence),
    )
    if told.donations is None:
        return question, text("more than {n}", n=told.searched)
    if plan.not_counted:
        return question, text("at least {n}", n=told.donations)
    return question, join([told.donations])


def drivers_told(told: SourceAnswers, most: int = 3) -> Text:
    """Return the inputs that drive the spread, with their shares.

    Parameters
    ----------
    told
        The answers.
    most
        How many are named.

    Returns
    -------
    Text
        A list.
    """
    kinds = inputs_by_name()
    return join(
        [
            text("{name} {share}", name=kinds[name].label, share=percent(share))
            for name, share in told.drivers[:most]
        ]
    )


def break_even_told(found: BreakEven) -> Text:
    """Return where the lead changes.

    Parameters
    ----------
    found
        Of one varied input.

    Returns
    -------
    Text
        A sentence without its stop.
    """
    if found.turns:
        parts = [
            text(
                "{before} gives the doses more surely up to {value}, {after} beyond",
                before=tissue_label(before),
                value=turn_value(found, at),
                after=tissue_label(after),
            )
            for at, before, after in found.turns
        ]
        return join(parts, "; ")
    if found.leader is not None:
        return text(
            "{source} gives the doses more surely wherever the sources differ",
            source=tissue_label(found.leader),
        )
    return text("no value tried sets the sources apart")


def turn_value(found: BreakEven, at: float) -> Text:
    """Return the value at which the lead changes.

    Parameters
    ----------
    found
        Of one varied input.
    at
        The value.

    Returns
    -------
    Text
        With its unit; whole where only whole numbers have sense.
    """
    if found.varied in ("doses", "last_passage"):
        return join([int(at)])
    return range_told(Range(at, at, at), found.unit)


def endotoxin_told(limit: EndotoxinLimit) -> Text:
    """Return the endotoxin limit with its sum.

    Parameters
    ----------
    limit
        The limit.

    Returns
    -------
    Text
        In words.
    """
    return text(
        "{limit} EU/mL, {dose} EU in the whole dose: K / M with K = {k} EU/kg/h ({route}) and "
        "M = {m} mL/kg/h",
        limit=rounded(limit.limit),
        dose=rounded(limit.per_dose),
        k=limit.threshold,
        route=ROUTE_LABELS[limit.route],
        m=rounded(limit.volume_per_kg_hour),
    )
