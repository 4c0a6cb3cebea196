"""What the report shows of choosing a source; the template only lays it out."""

from __future__ import annotations

from dataclasses import dataclass

from stroma.choosing.results import AttributeScores, Choice, Score
from stroma.choosing.wording import figure_words, order_words, percent
from stroma.figures.acceptability import acceptability
from stroma.figures.partial_value import partial_value
from stroma.results import StudyResults
from stroma.texts import Language, Number, Text, join, text
from stroma.unit_words import with_unit
from stroma.vocabulary import tissue_label

WORTHS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """A source in an attribute.

    Parameters
    ----------
    origin
        Where the score comes from, and its class of the style sheet.
    kind
        ``"own"``, ``"published"``, ``"order"`` or ``"unknown"``.
    own, published
        The figures in words; ``None`` where none is held.
    picture
        Its place between worst and best.
    remarks
        What has to be said beside it; a disagreement first.
    """

    origin: Text
    kind: str
    own: Text | None
    published: Text | None
    picture: str
    remarks: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """An attribute with every source.

    Parameters
    ----------
    label, reason
        In words.
    ends
        Worst and best in words; ``None`` where only orders are held.
    weight
        Its mean weight.
    worth
        What it would be worth to know it of all sources.
    cells
        One a source.
    orders
        What papers say of pairs, in words.
    citations
        Of the reason, and of the papers.
    """

    label: Text
    reason: Text
    ends: Text | None
    weight: Text
    worth: Text | None
    cells: tuple[ScoreCell, ...]
    orders: tuple[Text, ...]
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChoiceSection:
    """An application on the page.

    Parameters
    ----------
    choice
        The answer.
    picture
        Ranks of the sources.
    rows
        The attributes.
    sources
        Their labels, in the order of the columns.
    typical
        For each source the weights it comes first with, in words.
    influences
        What each unknown score could change: attribute, source, share if worst, share if best.
    worths
        What it would be worth to know: what, and how many percentage points.
    """

    choice: Choice
    picture: str
    rows: tuple[AttributeRow, ...]
    sources: tuple[Text, ...]
    typical: tuple[Text, ...]
    influences: tuple[tuple[Text, Text, Text, Text], ...]
    worths: tuple[tuple[Text, Text], ...]


def choices_of(results: StudyResults, language: Language) -> tuple[ChoiceSection, ...]:
    """Gather what the report shows of choosing a source.

    Parameters
    ----------
    results
        Of a study.
    language
        Of the words in the pictures.

    Returns
    -------
    tuple of ChoiceSection
        One an application.
    """
    return tuple(_section(choice, language) for choice in results.choices)


def _section(choice: Choice, language: Language) -> ChoiceSection:
    labels = {held.attribute.name: held.attribute.label for held in choice.attributes}
    worths = {one.attribute: one.value for one in choice.assays}
    told = [
        (
            text(
                "{attribute}, {source}",
                attribute=labels[one.attribute],
                source=tissue_label(one.source),
            ),
            _points(one.value),
        )
        for one in choice.single[:WORTHS_SHOWN]
        if one.value > 0
    ]
    if choice.weights_worth is not None:
        told.append((text("the weights"), _points(choice.weights_worth.value)))
    return ChoiceSection(
        choice=choice,
        picture=acceptability(choice, language),
        rows=tuple(
            _row(held, choice.weighting.means[i], worths.get(held.attribute.name), language)
            for i, held in enumerate(choice.attributes)
        ),
        sources=tuple(tissue_label(source) for source in choice.sources),
        typical=tuple(_typical(choice, i) for i in range(len(choice.acceptabilities))),
        influences=tuple(
            (
                labels[one.attribute],
                tissue_label(one.source),
                percent(one.if_worst),
                percent(one.if_best),
            )
            for one in choice.unknown
        ),
        worths=tuple(told),
    )


def _points(share: float) -> Text:
    return join([Number(100 * share, 1)])


def _typical(choice: Choice, number: int) -> Text:
    one = choice.acceptabilities[number]
    if one.central_weights is None or one.confidence is None:
        return text("{source}: never first", source=tissue_label(one.source))
    named = zip(choice.attributes, one.central_weights, strict=True)
    heaviest = sorted(named, key=lambda pair: -pair[1])
    parts = [
        text("{attribute} {share}", attribute=held.attribute.label, share=percent(weight))
        for held, weight in heaviest
    ]
    return text(
        "{source}: {weights}; with these weights first in {confidence}; between {least} and "
        "{most}, whatever the unknown scores are",
        source=tissue_label(one.source),
        weights=join(parts),
        confidence=percent(one.confidence),
        least=percent(one.least),
        most=percent(one.most),
    )


def _row(
    held: AttributeScores, weight: float, worth: float | None, language: Language
) -> AttributeRow:
    attribute = held.attribute
    cited = dict.fromkeys(
        f"doi:{one}" if one.startswith("10.") else one for one in attribute.citations
    )
    for order in held.orders:
        cited |= dict.fromkeys(order.citations)
    for score in held.scores:
        cited |= dict.fromkeys(() if score.published is None else score.published.citations)
    return AttributeRow(
        label=attribute.label,
        reason=attribute.reason,
        ends=_ends(held),
        weight=percent(weight),
        worth=None if worth is None else _points(worth),
        cells=tuple(_cell(score, held, language) for score in held.scores),
        orders=tuple(order_words(order) for order in held.orders),
        citations=tuple(cited),
    )


def _ends(held: AttributeScores) -> Text | None:
    attribute = held.attribute

    def written(value: float | None) -> Text:
        return with_unit(join([value]), attribute.unit)

    if attribute.target is not None:
        return text(
            "best {target}, worst {tolerance} away",
            target=written(attribute.target),
            tolerance=written(attribute.tolerance),
        )
    if attribute.best is None:
        return None
    return text(
        "worst {worst}, best {best}", worst=written(attribute.worst), best=written(attribute.best)
    )


def _cell(score: Score, held: AttributeScores, language: Language) -> ScoreCell:
    attribute = held.attribute
    first = () if score.disagreement is None else (score.disagreement,)
    return ScoreCell(
        origin=score.origin.label,
        kind=score.origin.value.removeprefix("published_"),
        own=None if score.own is None else figure_words(score.own, attribute),
        published=None if score.published is None else figure_words(score.published, attribute),
        picture=partial_value(score, language),
        remarks=(*first, *score.remarks),
    )
