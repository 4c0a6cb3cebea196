"""From what is held of each source to how often each comes first."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from stroma.choosing.application import Application, Attribute, Direction
from stroma.choosing.evidence import (
    Held,
    own_lots,
    published_figures,
    reported_orders,
)
from stroma.choosing.results import (
    Answer,
    AttributeScores,
    Choice,
    ReportedOrder,
    Score,
    ScoreOrigin,
    SourceAcceptability,
    UnknownInfluence,
    Weighting,
    Worth,
)
from stroma.choosing.scales import FloatArray, partial_value
from stroma.choosing.weights import ALL_WEIGHTS, Weights
from stroma.choosing.wording import (
    answer_sentence,
    disagreement_of_figures,
    disagreement_of_orders,
    next_sentence,
    unknown_sentence,
)
from stroma.errors import Place, Problem, StudyProblem
from stroma.measurements import Measurement
from stroma.records import BoolArray
from stroma.stats.acceptability import (
    acceptability,
    confidence_factors,
    first_shares,
    values_of,
)
from stroma.stats.information import information_value
from stroma.stats.witnesses import Credence, Reports, sample_reported
from stroma.texts import Text, text
from stroma.vocabulary import TISSUES, find_tissue

DRAWS = 20_000
"""The Monte Carlo standard error of a share is then at most 0.35 percentage points."""

SEED = 2026

DECIDE_AT = 0.8
"""Share of first places from which a source is called preferred: the power a study is commonly
planned for (Cohen 1988), here too four times in five; declared with every answer."""

CREDENCE = Credence(agreement=0.75, alike_within=0.25)
"""How far a published direction is believed. Of pairs of papers held here that both take a side on
which of two tissues is higher in an attribute, 28 of 34 take the same (82 %, 95 % interval 66 to
92 %; the test counts them again); rounded down, because papers that agree cite each other. "No
difference" is read as within a quarter of the range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One attribute of all sources: what is held, and its draws."""

    attribute: Attribute
    own: dict[str, Held]
    published: dict[str, Held]
    orders: tuple[ReportedOrder, ...]
    origins: tuple[ScoreOrigin, ...]
    draws: FloatArray


def choose_source(
    measurements: Iterable[Measurement],
    application: Application,
    sources: Sequence[str],
    *,
    weights: Weights = ALL_WEIGHTS,
    draws: int = DRAWS,
    seed: int = SEED,
    decide_at: float = DECIDE_AT,
) -> Choice:
    """Return how often each source comes first for an application.

    Parameters
    ----------
    measurements
        Of own lots; may be empty.
    application
        What matters.
    sources
        Names of tissues; at least two.
    weights
        Of the attributes; all at once where none are stated.
    draws
        Of the simulation.
    seed
        Of all chance: the same seed gives the same answer, in whatever order the sources are
        named.
    decide_at
        Share of first places from which a source is preferred.

    Returns
    -------
    Choice
        Acceptability of each rank, central weights, confidence, what is unknown and what it would
        be worth to know.

    Raises
    ------
    StudyProblem
        Fewer than two sources.
    """
    names = check_sources(sources)
    rows = tuple(measurements)
    cells = tuple(
        _cell(attribute, rows, names, draws, seed) for attribute in application.attributes
    )
    scores = np.stack([cell.draws for cell in cells], axis=2)
    weighed = weights.draw(len(cells), draws, seed)
    values = values_of(scores, weighed)
    unknown = np.array([[o is ScoreOrigin.UNKNOWN for o in cell.origins] for cell in cells]).T
    rated = _acceptabilities(names, scores, weighed, values, unknown)
    found = acceptability(values, weighed)
    influence = _influence(names, cells, values, scores, weighed, unknown)
    first = first_shares(values)
    single, assays = _worths(names, cells, first, scores)
    settled = None
    if weights.kind != "exact":
        worth = information_value(first, weighed[:, :-1])
        settled = Worth(
            attribute="", source="", value=worth.value, error=worth.error, measurable=False
        )
    leader = rated[0]
    sure = leader.ranks[0] - 2 * leader.errors[0] >= decide_at
    answer = Answer.PREFERRED if sure else Answer.UNDECIDED
    return Choice(
        application=application,
        sources=names,
        attributes=tuple(_scores(cell, names) for cell in cells),
        weighting=Weighting(
            kind=weights.kind,
            sentence=weights.sentence,
            means=tuple(float(mean) for mean in weighed.mean(axis=0)),
            file=weights.file,
        ),
        answer=answer,
        sentence=answer_sentence(answer, rated, decide_at, exact=weights.kind == "exact"),
        unknown_sentence=unknown_sentence(application, influence),
        next_sentence=next_sentence(application, single, assays, settled),
        acceptabilities=rated,
        pairwise=tuple(tuple(float(share) for share in row) for row in found.pairwise),
        unknown=influence,
        single=single,
        assays=assays,
        weights_worth=settled,
        decide_at=decide_at,
        draws=draws,
        seed=seed,
        agreement=CREDENCE.agreement,
    )


def check_sources(sources: Sequence[str]) -> tuple[str, ...]:
    """Return the sources by their names in the vocabulary.

    Parameters
    ----------
    sources
        As written.

    Returns
    -------
    tuple of str
        Each once, in their order.

    Raises
    ------
    StudyProblem
        One is not known, or there are fewer than two.
    """
    known = [(word, find_tissue(word)) for word in sources]
    unknown = [word for word, tissue in known if tissue is None]
    if unknown:
        raise StudyProblem([_unknown_source(word) for word in unknown])
    names = tuple(dict.fromkeys(tissue.name for _, tissue in known if tissue is not None))
    if len(names) < 2:
        raise StudyProblem(
            Problem(
                Place(column="sources"),
                found=text("{names} alone", names=", ".join(names)) if names else text("no source"),
                expected=text("at least two sources: a choice of one is none"),
                action=text("name another source to put beside it"),
            )
        )
    return names


def sources_to_choose(own: Iterable[str], application: Application) -> tuple[str, ...]:
    """Return the tissues to put beside each other where nobody names them.

    Parameters
    ----------
    own
        Tissues of the laboratory's lots.
    application
        Which names others.

    Returns
    -------
    tuple of str
        The laboratory's own; with the application's where it has fewer than two.
    """
    held = tuple(dict.fromkeys(source for source in own if source))
    return held if len(held) > 1 else tuple(dict.fromkeys((*held, *application.sources)))


def _unknown_source(word: str) -> Problem:
    return Problem(
        Place(column="sources"),
        found=text('the source "{word}"', word=word),
        expected=text("one of {names}", names=", ".join(tissue.name for tissue in TISSUES)),
        action=text("write one of these names"),
    )


def _stream(seed: int, *names: str) -> np.random.Generator:
    """Return chance that belongs to a name, so that no other draw shifts it."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def _cell(
    attribute: Attribute,
    rows: tuple[Measurement, ...],
    sources: tuple[str, ...],
    draws: int,
    seed: int,
) -> _Cell:
    own = own_lots(rows, attribute, sources)
    published = published_figures(attribute, sources)
    orders = reported_orders(attribute, sources)
    ordered = sorted(sources)
    held = np.zeros((draws, len(ordered)))
    origins: dict[str, ScoreOrigin] = {}
    for i, source in enumerate(ordered):
        spread = own[source].spread if source in own else None
        if spread is not None:
            drawn = spread.draw(draws, _stream(seed, attribute.name, source))
            held[:, i] = partial_value(attribute, drawn)
            origins[source] = ScoreOrigin.OWN
    free = [i for i, source in enumerate(ordered) if source not in origins]
    reports = _reports(orders, ordered, free)
    told = {i for report in reports for i in (report.one, report.other)}
    spreads = [published[s].spread if (s := ordered[i]) in published else None for i in free]
    for i, spread in zip(free, spreads, strict=True):
        origins[ordered[i]] = (
            ScoreOrigin.PUBLISHED
            if spread is not None
            else ScoreOrigin.ORDER
            if i in told
            else ScoreOrigin.UNKNOWN
        )
    streams = [_stream(seed, attribute.name, ordered[i]) for i in free]

    def propose(count: int) -> FloatArray:
        drawn = np.empty((count, len(free)))
        for place, (spread, random) in enumerate(zip(spreads, streams, strict=True)):
            drawn[:, place] = (
                random.random(count)
                if spread is None
                else partial_value(attribute, spread.draw(count, random))
            )
        return drawn

    if free:
        held = sample_reported(
            held,
            free,
            reports,
            propose,
            credence=CREDENCE,
            random=_stream(seed, attribute.name),
        )
    return _Cell(
        attribute=attribute,
        own=own,
        published=published,
        orders=orders,
        origins=tuple(origins[source] for source in sources),
        draws=held[:, [ordered.index(source) for source in sources]],
    )


def _reports(
    orders: Iterable[ReportedOrder], names: Sequence[str], free: Sequence[int]
) -> tuple[Reports, ...]:
    """Return the orders that can still tell something: of two of own lots, the lots tell."""
    found = []
    for order in orders:
        one, other = names.index(order.source), names.index(order.other)
        if one in free or other in free:
            found.append(Reports(one, other, order.better, order.worse, order.alike))
    return tuple(found)


def _scores(cell: _Cell, sources: tuple[str, ...]) -> AttributeScores:
    percentiles = np.percentile(cell.draws, [5, 50, 95], axis=0)
    scores = []
    for i, source in enumerate(sources):
        own, published = cell.own.get(source), cell.published.get(source)
        remarks: tuple[Text, ...] = () if own is None else own.remarks
        if published is not None and cell.origins[i] is not ScoreOrigin.OWN:
            remarks = (*remarks, *published.remarks)
        scores.append(
            Score(
                source=source,
                origin=cell.origins[i],
                own=None if own is None else own.figure,
                published=None if published is None else published.figure,
                low=float(percentiles[0, i]),
                middle=float(percentiles[1, i]),
                high=float(percentiles[2, i]),
                remarks=remarks,
                disagreement=_disagreement(cell, source, own, published),
            )
        )
    return AttributeScores(attribute=cell.attribute, scores=tuple(scores), orders=cell.orders)


def _disagreement(
    cell: _Cell, source: str, own: Held | None, published: Held | None
) -> Text | None:
    """Return where own lots and papers part; the order of two sources is told at the first."""
    if own is None:
        return None
    if published is not None and published.figure.low is not None:
        low, high = published.figure.low, published.figure.high
        if high is not None and not low <= own.figure.value <= high:
            return disagreement_of_figures(published.figure, cell.attribute)
    for order in cell.orders:
        other = cell.own.get(order.other)
        if order.source != source or other is None or order.better == order.worse:
            continue
        lead = _goodness(cell.attribute, own) - _goodness(cell.attribute, other)
        if lead * (order.better - order.worse) < 0:
            return disagreement_of_orders(order)
    return None


def _goodness(attribute: Attribute, held: Held) -> float:
    value = held.figure.value
    match attribute.direction:
        case Direction.MORE:
            return value
        case Direction.LESS:
            return -value
    return -abs(value - (attribute.target or 0.0))


def _acceptabilities(
    sources: tuple[str, ...],
    scores: FloatArray,
    weights: FloatArray,
    values: FloatArray,
    unknown: BoolArray,
) -> tuple[SourceAcceptability, ...]:
    found = acceptability(values, weights)
    confidence = confidence_factors(scores, found.central_weights)
    rated = []
    for i, source in enumerate(sources):
        central = found.central_weights[i]
        comes_first = bool(np.isfinite(central).all())
        mine = np.zeros_like(unknown)
        mine[i] = unknown[i]
        extremes = [
            first_shares(values_of(np.where(unknown, ends, scores), weights))[:, i].mean()
            for ends in (unknown & ~mine, mine)
        ]
        rated.append(
            SourceAcceptability(
                source=source,
                ranks=tuple(float(share) for share in found.ranks[i]),
                errors=tuple(float(error) for error in found.errors[i]),
                central_weights=tuple(float(w) for w in central) if comes_first else None,
                confidence=float(confidence[i]) if comes_first else None,
                least=float(extremes[0]),
                most=float(extremes[1]),
            )
        )
    # Who comes first most often; among equals who has the better mean rank, then the name.
    return tuple(
        sorted(
            rated,
            key=lambda one: (
                -one.ranks[0],
                sum(rank * share for rank, share in enumerate(one.ranks)),
                one.source,
            ),
        )
    )


def _influence(
    sources: tuple[str, ...],
    cells: tuple[_Cell, ...],
    values: FloatArray,
    scores: FloatArray,
    weights: FloatArray,
    unknown: BoolArray,
) -> tuple[UnknownInfluence, ...]:
    found = []
    for i, j in zip(*np.nonzero(unknown), strict=True):
        shares = []
        for end in (0.0, 1.0):
            moved = values.copy()
            moved[:, i] += weights[:, j] * (end - scores[:, i, j])
            shares.append(float(first_shares(moved)[:, i].mean()))
        found.append(
            UnknownInfluence(
                source=sources[i],
                attribute=cells[j].attribute.name,
                if_worst=shares[0],
                if_best=shares[1],
            )
        )
    return tuple(
        sorted(found, key=lambda one: (one.if_worst - one.if_best, one.attribute, one.source))
    )


def _worths(
    sources: tuple[str, ...], cells: tuple[_Cell, ...], first: FloatArray, scores: FloatArray
) -> tuple[tuple[Worth, ...], tuple[Worth, ...]]:
    """Return what it would be worth to know each score, and each attribute of all sources."""
    single: list[Worth] = []
    assays: list[Worth] = []
    for j, cell in enumerate(cells):
        attribute = cell.attribute
        open_ones = [i for i in range(len(sources)) if np.ptp(scores[:, i, j]) > 0]
        asked = [(sources[i], [i], single) for i in open_ones]
        asked += [("", open_ones, assays)] if open_ones else []
        for source, which, kept in asked:
            worth = information_value(first, scores[:, which, j])
            kept.append(
                Worth(
                    attribute=attribute.name,
                    source=source,
                    value=worth.value,
                    error=worth.error,
                    measurable=bool(attribute.quantity),
                )
            )
    return _most_first(single), _most_first(assays)


def _most_first(worths: Iterable[Worth]) -> tuple[Worth, ...]:
    return tuple(sorted(worths, key=lambda one: (-one.value, one.attribute, one.source)))
