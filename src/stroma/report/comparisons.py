"""What the report shows of comparisons of sources; the template only lays it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stroma.comparison import wording
from stroma.comparison.reasons import assumed_label, middle_of
from stroma.comparison.results import (
    Answer,
    Comparison,
    ComparisonFamily,
    Estimate,
    PublishedLine,
    SourceSummary,
)
from stroma.comparison.scale import from_scale, in_unit, on_scale
from stroma.figures.source_forest import ForestView, Lane, source_forest
from stroma.figures.variance_bars import variance_bars
from stroma.texts import Language, Number, Text, join, text, texts
from stroma.unit_words import unit_label
from stroma.vocabulary import tissue_label

SHOWN = 6
"""Published rows of a comparison that the page shows; report.json holds all."""

KINDS = {Answer.DIFFERENT: "d", Answer.EQUIVALENT: "p", Answer.UNDECIDED: "q", None: "a"}
"""Class of the style sheet for each answer."""

SIGNS = {Answer.DIFFERENT: "≠", Answer.EQUIVALENT: "≈", Answer.UNDECIDED: "?", None: "–"}


@dataclass(frozen=True, slots=True)
class ComparisonBlock:
    """A comparison on the page.

    Parameters
    ----------
    held
        The comparison.
    number
        From 1; its anchor is ``C`` and this number.
    label, pair
        The quantity, the two sources.
    answer, kind, sign
        The answer in words, its class of the style sheet and its sign.
    difference, margin, adjusted
        In words; ``None`` where there is none.
    donors
        Of each side.
    forest, bars
        Pictures; empty where there is nothing to draw.
    design
        What the answer rests on.
    beside
        Method, estimate and p value of the other estimates.
    needed
        For what, and how many donors at each power.
    published
        Rows of the literature; the rest is counted in ``more``.
    more
        How many published rows are not shown.
    correlation
        Of two values of one donor, in words; ``None`` where it is not known.
    rests
        What the numbers of donors rest on; ``None`` where there are none.
    """

    held: Comparison
    number: int
    label: Text
    pair: Text
    answer: Text
    kind: str
    sign: str
    difference: Text | None
    margin: Text | None
    adjusted: Text | None
    donors: str
    forest: str
    bars: str
    design: tuple[Text, ...]
    beside: tuple[tuple[Text, Text, Text], ...]
    needed: tuple[tuple[Text, Text, tuple[Text, ...]], ...]
    published: tuple[tuple[PublishedLine, Text], ...]
    more: int
    correlation: Text | None
    rests: Text | None


@dataclass(frozen=True, slots=True)
class ComparisonSection:
    """All comparisons on the page.

    Parameters
    ----------
    blocks
        In the order asked.
    counts
        Kind, sign, word and number of each answer that was given.
    adjustment
        How p values were adjusted, in words.
    key
        What the pictures show.
    """

    blocks: tuple[ComparisonBlock, ...]
    counts: tuple[tuple[str, str, Text, int], ...]
    adjustment: Text
    key: Text


def comparisons_of(family: ComparisonFamily | None, language: Language) -> ComparisonSection | None:
    """Gather what the report shows of comparisons.

    Parameters
    ----------
    family
        The answers; ``None`` where the study asks none.
    language
        Of the words in the pictures.

    Returns
    -------
    ComparisonSection or None
        ``None`` where there is nothing to show.
    """
    if family is None or not family.comparisons:
        return None
    blocks = tuple(
        _block(held, number, language) for number, held in enumerate(family.comparisons, start=1)
    )
    answers: tuple[Answer | None, ...] = (*Answer, None)
    counts = [
        (KINDS[answer], SIGNS[answer], wording.answer_label(answer),
         sum(block.held.answer is answer for block in blocks))
        for answer in answers
    ]  # fmt: skip
    asked = sum(held.answer is not None for held in family.comparisons)
    return ComparisonSection(
        blocks=blocks,
        counts=tuple(count for count in counts if count[3]),
        adjustment=adjustment_label(family.adjustment, asked),
        key=text(
            "Dots: donors; small dots: their values at each lot and passage. Diamonds: the "
            "model's means and their difference, with {level} % intervals. Shaded: differences "
            "that would not matter.",
            level=Number(100.0 * family.level, 0),
        ),
    )


def adjustment_label(adjustment: str, asked: int) -> Text:
    """Return how p values were adjusted, in words.

    Parameters
    ----------
    adjustment
        Its name.
    asked
        Over how many questions.

    Returns
    -------
    Text
        A sentence.
    """
    match adjustment:
        case "holm":
            return texts(
                "p values are adjusted over {count} question after Holm: the chance of any false "
                "answer is held",
                "p values are adjusted over {count} questions after Holm: the chance of any false "
                "answer is held",
                asked,
            )
        case "benjamini_hochberg":
            return texts(
                "p values are adjusted over {count} question after Benjamini and Hochberg: the "
                "share of false ones among the answers is held",
                "p values are adjusted over {count} questions after Benjamini and Hochberg: the "
                "share of false ones among the answers is held",
                asked,
            )
        case _:
            return texts(
                "p values of {count} question are not adjusted",
                "p values of {count} questions are not adjusted: some may be small by chance",
                asked,
            )


def _block(held: Comparison, number: int, language: Language) -> ComparisonBlock:
    label = wording.compared_label(held)
    pair = wording.pair_label(held)
    drawn = bool(held.observations) and len(held.summaries) == 2
    bars = [(wording.VARIANCE_LABELS[part.level], part.share) for part in held.variances]
    title = text("Variance of {quantity}", quantity=label)
    return ComparisonBlock(
        held=held,
        number=number,
        label=label,
        pair=pair,
        answer=wording.answer_label(held.answer),
        kind=KINDS[held.answer],
        sign=SIGNS[held.answer],
        difference=None
        if held.difference is None
        else wording.interval_label(held.difference, held.unit),
        margin=None if held.margin is None else wording.margin_label(held.margin, held.unit),
        adjusted=_adjusted(held),
        donors=" / ".join(str(len(side)) for side in held.design.donors),
        forest=source_forest(forest_view(held), language) if drawn else "",
        bars=variance_bars(bars, title, language) if any(share for _, share in bars) else "",
        design=wording.design_lines(held) if held.estimate is not None else (),
        beside=tuple(_estimate_row(held, other) for other in _all_estimates(held)),
        needed=tuple(_needed_rows(held)),
        published=tuple(
            (line, wording.certainty_label(line.certainty)) for line in held.published[:SHOWN]
        ),
        more=max(len(held.published) - SHOWN, 0),
        correlation=None
        if held.intraclass_correlation is None
        else text(
            "correlation of two values of one donor: {correlation}",
            correlation=Number(held.intraclass_correlation, 2),
        ),
        rests=next((n.reason for n in held.donors_needed if n.per_side is not None), None),
    )


def _adjusted(held: Comparison) -> Text | None:
    if held.answer is Answer.EQUIVALENT:
        return wording.p_label(held.adjusted_p_equivalence)
    return None if held.adjusted_p is None else wording.p_label(held.adjusted_p)


def _all_estimates(held: Comparison) -> Iterable[Estimate]:
    return () if held.estimate is None else (held.estimate, *held.beside)


def _estimate_row(held: Comparison, other: Estimate) -> tuple[Text, Text, Text]:
    method = wording.method_label(other.method)
    if other.method in wording.ON_SCALE_OF_THEIR_OWN:
        named = method
    else:
        named = text("{effect}: {method}", effect=wording.SCALE_EFFECTS[held.scale], method=method)
    told = join([]) if other.p_value is None else wording.p_label(other.p_value)
    return named, wording.interval_label(other), told


def _needed_rows(held: Comparison) -> Iterable[tuple[Text, Text, tuple[Text, ...]]]:
    """Yield for what answer, under what truth, and the donors at each power."""
    rows: dict[tuple[Answer, float], list[Text]] = {}
    for needed in held.donors_needed:
        key = (needed.answer, needed.assumed_difference)
        told = (
            text("–") if needed.per_side is None else text("{count}", count=needed.per_side)
        )  # fmt: skip
        rows.setdefault(key, []).append(told)
    for (answer, assumed), numbers in rows.items():
        yield wording.answer_label(answer), assumed_label(held, assumed), tuple(numbers)


def forest_view(held: Comparison) -> ForestView:
    """Return what the forest of a comparison shows.

    Parameters
    ----------
    held
        A comparison with two summaries.

    Returns
    -------
    ForestView
        Donors as the means of their values on the scale; the margin in the quantity's unit.
    """
    lanes = [_lane(held, side) for side in held.summaries]
    told = held.difference
    middle = middle_of(held)
    margin = None
    if held.margin is not None:
        low, high = (
            in_unit(on_scale(bound, held.scale), middle=middle, scale=held.scale)
            for bound in (held.margin.low, held.margin.high)
        )
        margin = (low, high)
    unit = unit_label(held.unit)
    return ForestView(
        title=text("{quantity}: {pair}", quantity=wording.compared_label(held),
                   pair=wording.pair_label(held)),
        unit=unit,
        scale=held.scale,
        lanes=(lanes[0], lanes[1]),
        difference=None if told is None else told.value,
        low=None if told is None else told.low,
        high=None if told is None else told.high,
        margin=margin,
        caption=text("{second} less {first}", second=tissue_label(held.sources[1]),
                     first=tissue_label(held.sources[0])),
    )  # fmt: skip


def _lane(held: Comparison, side: SourceSummary) -> Lane:
    own = [row for row in held.observations if row.source == side.source]
    donors: dict[str, list[float]] = {}
    for row in own:
        donors.setdefault(row.donor, []).append(row.scaled)
    return Lane(
        label=tissue_label(side.source),
        note=texts("{count} donor", "{count} donors", side.donors),
        donors=tuple(
            from_scale(sum(values) / len(values), held.scale) for values in donors.values()
        ),
        observations=tuple(row.value for row in own) if len(own) > len(donors) else (),
        mean=side.mean,
        low=side.low,
        high=side.high,
    )
