"""The answer in sentences; never a source without its share."""

from __future__ import annotations

from collections.abc import Sequence

from stroma.choosing.application import Application, Attribute
from stroma.choosing.results import (
    Answer,
    Figure,
    ReportedOrder,
    SourceAcceptability,
    UnknownInfluence,
    Worth,
)
from stroma.texts import Number, Text, join, text, texts
from stroma.unit_words import with_unit
from stroma.vocabulary import tissue_label

SMALLEST_WORTH = 0.005
"""Half a percentage point: less is not told as a reason to measure."""


def percent(share: float) -> Text:
    """Return a share in percent, so that no share short of all is rounded to all.

    Parameters
    ----------
    share
        0 to 1.

    Returns
    -------
    Text
        For example "61 %"; near the ends "99.7 %" and "over 99.9 %".

    Examples
    --------
    >>> [str(percent(share)) for share in (0.614, 0.997, 0.99999, 1.0, 0.0)]
    ['61 %', '99.7 %', 'over 99.9 %', '100 %', '0 %']
    """
    if 0.999 < share < 1:
        return text("over {percent} %", percent=Number(99.9, 1))
    if 0 < share < 0.001:
        return text("under {percent} %", percent=Number(0.1, 1))
    near_an_end = 0.99 < share < 1 or 0 < share < 0.01
    return text("{percent} %", percent=Number(100 * share, 1 if near_an_end else 0))


def answer_sentence(
    answer: Answer, rated: Sequence[SourceAcceptability], decide_at: float, *, exact: bool
) -> Text:
    """Return the answer in words.

    Parameters
    ----------
    answer
        The answer.
    rated
        The sources, the most often first at the top.
    decide_at
        Share that counts as an answer.
    exact
        Whether the weights are exact, so that only the scores are open.

    Returns
    -------
    Text
        With the share of the first and of the next.
    """
    first, second = rated[0], rated[1]
    where = (
        text("of all that is open in the scores")
        if exact
        else text("of all weights and of all that is open in the scores")
    )
    values = {
        "source": tissue_label(first.source),
        "share": percent(first.ranks[0]),
        "error": Number(100 * first.errors[0], 1),
        "where": where,
        "next": tissue_label(second.source),
        "next_share": percent(second.ranks[0]),
        "limit": percent(decide_at),
    }
    if answer is Answer.PREFERRED:
        return text(
            "{source}: first in {share} (± {error}) {where}, at least the declared {limit}; next "
            "{next}, first in {next_share}",
            **values,
        )
    return text(
        "{source}: first in {share} (± {error}) {where}; next {next}, first in {next_share}. "
        "UNDECIDED: less than the declared {limit}",
        **values,
    )


def unknown_sentence(
    application: Application, influence: Sequence[UnknownInfluence]
) -> Text | None:
    """Return what is unknown.

    Parameters
    ----------
    application
        Whose attributes.
    influence
        The unknown scores.

    Returns
    -------
    Text or None
        Attributes with their sources; ``None`` where nothing is unknown.
    """
    if not influence:
        return None
    parts = []
    for attribute in application.attributes:
        sources = [tissue_label(one.source) for one in influence if one.attribute == attribute.name]
        if sources:
            parts.append(
                text("{attribute} ({sources})", attribute=attribute.label, sources=join(sources))
            )
    return texts(
        "{count} score is unknown and counts as anything between worst and best: {what}",
        "{count} scores are unknown and count as anything between worst and best: {what}",
        len(influence),
        what=join(parts, "; "),
    )


def next_sentence(
    application: Application,
    single: Sequence[Worth],
    assays: Sequence[Worth],
    weights: Worth | None,
) -> Text:
    """Return what to measure next.

    Parameters
    ----------
    application
        Whose attributes.
    single, assays
        What it would be worth to know one score, and one attribute of all sources; the most first.
    weights
        What it would be worth to settle the weights; ``None`` where they are exact.

    Returns
    -------
    Text
        The single measurement and the assay that would change the choice most.
    """
    labels = {attribute.name: attribute.label for attribute in application.attributes}
    parts: list[Text] = []
    if single and _is_worth_telling(single[0]):
        parts.append(
            text(
                "The single measurement that would change the choice most: {attribute}, {source}. "
                "Knowing it would make the choice the right one {points} percentage points more "
                "often",
                attribute=labels[single[0].attribute],
                source=tissue_label(single[0].source),
                points=Number(100 * single[0].value, 1),
            )
        )
    else:
        parts.append(
            text(
                "No single measurement would make the choice the right one even half a percentage "
                "point more often"
            )
        )
    own = [one for one in assays if one.measurable]
    if own and _is_worth_telling(own[0]):
        parts.append(
            text(
                "the assay to do next, in lots of all sources: {attribute}, {points} points",
                attribute=labels[own[0].attribute],
                points=Number(100 * own[0].value, 1),
            )
        )
    elif own:
        parts.append(text("no assay of the laboratory's own would add half a point"))
    top = max([one.value for one in (*single[:1], *assays[:1])], default=0.0)
    if weights is not None and weights.value > max(top, SMALLEST_WORTH):
        parts.append(
            text(
                "settling the weights would be worth more than any measurement, {points} points",
                points=Number(100 * weights.value, 1),
            )
        )
    return join(parts, "; ")


def _is_worth_telling(worth: Worth) -> bool:
    return worth.value >= max(SMALLEST_WORTH, 2 * worth.error)


def figure_words(figure: Figure, attribute: Attribute) -> Text:
    """Return a figure with its interval and what it was averaged over.

    Parameters
    ----------
    figure
        Of own lots or of papers.
    attribute
        Whose unit.

    Returns
    -------
    Text
        For example "31 h (24–40; 4 donors)".
    """
    over = (
        texts("{count} donor", "{count} donors", figure.count)
        if figure.lots
        else texts("{count} study", "{count} studies", figure.count)
    )
    value = with_unit(join([_short(figure.value)]), attribute.unit)
    if figure.low is None or figure.high is None:
        return text("{value} ({over})", value=value, over=over)
    return text(
        "{value} ({low} to {high}; {over})",
        value=value,
        low=_short(figure.low),
        high=_short(figure.high),
        over=over,
    )


def _short(value: float) -> Number:
    size = abs(value)
    return Number(value, 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3)


def order_words(order: ReportedOrder) -> Text:
    """Return what papers say of two sources.

    Parameters
    ----------
    order
        The papers.

    Returns
    -------
    Text
        For example "placenta better than bone marrow in 6 papers, worse in 0, no difference in 1".
    """
    told = {
        "source": tissue_label(order.source),
        "other": tissue_label(order.other),
        "better": order.better,
        "worse": order.worse,
        "alike": order.alike,
    }
    if order.secondary:
        return text(
            "{source} against {other}, from reviews: better in {better}, worse in {worse}, no "
            "difference in {alike}",
            **told,
        )
    return text(
        "{source} against {other}: better in {better}, worse in {worse}, no difference in {alike}",
        **told,
    )


def disagreement_of_figures(published: Figure, attribute: Attribute) -> Text:
    """Return that own lots lie outside what papers report.

    Parameters
    ----------
    published
        What papers report.
    attribute
        Whose unit.

    Returns
    -------
    Text
        The sentence.
    """
    return text(
        "own lots lie outside what papers report, {published}; own lots lead",
        published=figure_words(published, attribute),
    )


def disagreement_of_orders(order: ReportedOrder) -> Text:
    """Return that own lots have the reverse of the published order.

    Parameters
    ----------
    order
        What papers report.

    Returns
    -------
    Text
        The sentence.
    """
    return text(
        "own lots have the reverse order of the papers ({papers}); own lots lead",
        papers=order_words(order),
    )
