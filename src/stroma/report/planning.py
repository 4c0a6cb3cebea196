"""The planning section of the page: questions and answers, inputs with their origin, curves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stroma.figures.planning_curves import ChanceLine, chances
from stroma.planning.results import DosePlan, OriginKind, SourcePlan
from stroma.planning.wording import (
    ORIGINS,
    answers_told,
    break_even_told,
    endotoxin_told,
    input_labels,
    input_told,
    probability_told,
    rounded,
)
from stroma.texts import Language, Text, join, text, texts
from stroma.unit_words import unit_label
from stroma.vocabulary import tissue_label

LEAST_SHOWN = 0.02
"""Numbers of doses that no source gives with this probability are not drawn."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One question with an answer for each source.

    Parameters
    ----------
    question
        In words.
    answers
        One a source; ``None`` where the question has no answer for it.
    """

    question: Text
    answers: tuple[Text | None, ...]


@dataclass(frozen=True, slots=True)
class InputRow:
    """One input with where it comes from, for each source that has it.

    Parameters
    ----------
    label
        Of the input.
    cells
        One a source: value, origin's class and label, more words, citations; ``None`` where the
        answers do not rest on it.
    """

    label: Text
    cells: tuple[InputCell | None, ...]


@dataclass(frozen=True, slots=True)
class InputCell:
    """An input of one source.

    Parameters
    ----------
    value
        Its middle and ends.
    kind
        Class of the style sheet: ``"own"``, ``"published"``, ``"declared"`` or ``"unknown"``.
    origin, told
        In words.
    citations
        Of the papers.
    """

    value: Text
    kind: str
    origin: Text
    told: Text
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanFigure:
    """A drawing with what it says.

    Parameters
    ----------
    drawn
        SVG.
    caption
        In words.
    """

    drawn: str
    caption: Text


@dataclass(frozen=True, slots=True)
class PlanSection:
    """Everything the planning section shows.

    Parameters
    ----------
    plan
        What it was made from.
    asked
        The demand in a sentence.
    sentences
        The answers that come first, one a source.
    sources
        Labels, in the order of the columns.
    rows, inputs
        Questions with answers; inputs with their origin.
    figures
        The curves.
    break_evens
        What is varied, and where the lead changes.
    unanswered, assumptions
        What cannot be said, and what the answers rest on, once each.
    endotoxin
        ``None`` where it was not asked for.
    """

    plan: DosePlan
    asked: Text
    sentences: tuple[Text, ...]
    sources: tuple[Text, ...]
    rows: tuple[PlanRow, ...]
    inputs: tuple[InputRow, ...]
    figures: tuple[PlanFigure, ...]
    break_evens: tuple[tuple[Text, Text], ...]
    unanswered: tuple[Text, ...]
    assumptions: tuple[Text, ...]
    endotoxin: Text | None


def plan_section(plan: DosePlan | None, language: Language) -> PlanSection | None:
    """Gather the planning section.

    Parameters
    ----------
    plan
        Of the study; ``None`` where it holds none.
    language
        Of the words in the curves.

    Returns
    -------
    PlanSection or None
        ``None`` where there is no plan.
    """
    if plan is None:
        return None
    return PlanSection(
        plan=plan,
        asked=_asked(plan),
        sentences=tuple(_sentence(source, plan) for source in plan.sources),
        sources=tuple(tissue_label(source.source) for source in plan.sources),
        rows=_rows(plan),
        inputs=_inputs(plan),
        figures=tuple(_figures(plan, language)),
        break_evens=tuple((found.label, break_even_told(found)) for found in plan.break_evens),
        unanswered=_told_once(plan, "unanswered"),
        assumptions=_told_once(plan, "assumptions"),
        endotoxin=None if plan.endotoxin is None else endotoxin_told(plan.endotoxin),
    )


def _asked(plan: DosePlan) -> Text:
    doses = texts("{count} dose", "{count} doses", plan.demand.doses)
    cells = rounded(plan.demand.cells_per_dose)
    if plan.dose_per_kg is None or plan.weight is None:
        return text("{doses} of {cells} viable cells", doses=doses, cells=cells)
    return text(
        "{doses} of {cells} viable cells: {per_kg} for a kilogram, {weight} kg",
        doses=doses,
        cells=cells,
        per_kg=rounded(plan.dose_per_kg),
        weight=plan.weight,
    )


def _sentence(source: SourcePlan, plan: DosePlan) -> Text:
    """Return the answer to the first question, in a sentence."""
    name = tissue_label(source.source)
    told = source.answers
    if told is None:
        return text(
            "{source}: no answer; nobody has told {inputs}",
            source=name,
            inputs=input_labels(source.missing),
        )
    sure = probability_told(source, told.probability)
    if told.donations is None:
        return text(
            "{source}: one donation gives the doses with a probability of {sure}; more than {n} "
            "donations are needed for {confidence} % confidence",
            source=name,
            sure=sure,
            n=told.searched,
            confidence=rounded(100 * plan.demand.confidence),
        )
    return texts(
        "{source}: one donation gives the doses with a probability of {sure}; {count} donation "
        "gives them with {confidence} % confidence",
        "{source}: one donation gives the doses with a probability of {sure}; {count} donations "
        "give them with {confidence} % confidence",
        told.donations,
        source=name,
        sure=sure,
        confidence=rounded(100 * plan.demand.confidence),
    )


def _rows(plan: DosePlan) -> tuple[PlanRow, ...]:
    questions: dict[str, Text] = {}
    answers: list[dict[str, Text]] = []
    for source in plan.sources:
        told: dict[str, Text] = {}
        for question, answer in answers_told(source, plan.demand):
            questions.setdefault(str(question), question)
            told[str(question)] = answer
        answers.append(told)
    return tuple(
        PlanRow(question, tuple(told.get(key) for told in answers))
        for key, question in questions.items()
    )


def _inputs(plan: DosePlan) -> tuple[InputRow, ...]:
    labels: dict[str, Text] = {}
    for source in plan.sources:
        shown = {*source.missing, *source.not_counted}
        for one in source.inputs:
            if one.used or one.kind.name in shown:
                labels.setdefault(one.kind.name, one.kind.label)
    order = {
        one.kind.name: number for source in plan.sources for number, one in enumerate(source.inputs)
    }
    return tuple(
        InputRow(labels[name], tuple(_cell(source, name) for source in plan.sources))
        for name in sorted(labels, key=lambda name: order[name])
    )


def _cell(source: SourcePlan, name: str) -> InputCell | None:
    named = {*source.missing, *source.not_counted}
    for one in source.inputs:
        if one.kind.name == name and (one.used or name in named):
            kinds = {OriginKind.OWN: "own", OriginKind.PUBLISHED: "published",
                     OriginKind.DECLARED: "declared", OriginKind.UNKNOWN: "unknown"}  # fmt: skip
            return InputCell(
                input_told(one), kinds[one.origin], ORIGINS[one.origin], one.told, one.citations
            )
    return None


def _figures(plan: DosePlan, language: Language) -> Iterator[PlanFigure]:
    answered = [(source, source.answers) for source in plan.sources if source.answers is not None]
    if not answered:
        return
    most = max(
        [n for _s, told in answered for n, chance in told.curve if chance >= LEAST_SHOWN],
        default=plan.demand.doses,
    )
    most = max(most, 2 * plan.demand.doses)
    curves = [
        ChanceLine(
            tissue_label(source.source),
            tuple((float(n), chance) for n, chance in told.curve if n <= most),
        )
        for source, told in answered
    ]
    yield PlanFigure(
        chances(
            curves,
            text("doses, at least"),
            language,
            title=text("Probability of at least so many doses from one donation"),
            logarithmic=True,
            asked=float(plan.demand.doses),
        ),
        text("Probability of at least so many doses from one donation"),
    )
    passages = [
        ChanceLine(
            tissue_label(source.source),
            tuple((float(n), chance) for n, chance in told.by_passage),
        )
        for source, told in answered
        if len(told.by_passage) > 1
    ]
    if passages and not any(found.varied == "last_passage" for found in plan.break_evens):
        words = text("last passage")
        yield PlanFigure(chances(passages, words, language, title=_against(words)), _against(words))
    for found in plan.break_evens:
        if found.varied == "doses":
            continue
        unit = unit_label(found.unit)
        words = found.label if unit is None else join([found.label, unit])
        lines = [
            ChanceLine(tissue_label(source), tuple(zip(found.values, shares, strict=True)))
            for source, shares in found.probabilities
        ]
        caption = _against(found.label)
        if found.varied == "doublings_ceiling":
            caption = text("{caption}, with passages enough to reach it", caption=caption)
        yield PlanFigure(chances(lines, words, language, title=caption), caption)


def _against(words: Text) -> Text:
    return text(
        "Probability of the doses from one donation against: {what}; all else as planned",
        what=words,
    )


def _told_once(plan: DosePlan, name: str) -> tuple[Text, ...]:
    """Return sentences of all sources, each once, with the sources it is not true of all for."""
    told: dict[str, tuple[Text, list[Text]]] = {}
    for source in plan.sources:
        for sentence in getattr(source, name):
            told.setdefault(str(sentence), (sentence, []))[1].append(tissue_label(source.source))
    return tuple(
        sentence
        if len(sources) == len(plan.sources)
        else text("{source}: {sentence}", source=join(sources), sentence=sentence)
        for sentence, sources in told.values()
    )
