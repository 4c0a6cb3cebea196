"""What choosing a source comes to, as values that a report can show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stroma.choosing.application import Application, Attribute
from stroma.errors import Problem
from stroma.texts import Text, text


class Answer(StrEnum):
    """Whether one source comes first often enough."""

    PREFERRED = "PREFERRED"
    UNDECIDED = "UNDECIDED"


class ScoreOrigin(StrEnum):
    """Where a score comes from."""

    OWN = "own"
    """The laboratory's own lots."""
    PUBLISHED = "published"
    """Published figures."""
    ORDER = "published_order"
    """Papers that say which source is higher, without a figure that can be used."""
    UNKNOWN = "unknown"
    """Nothing is held: every value is as likely."""

    @property
    def label(self) -> Text:
        """Name of the origin as a reader sees it."""
        return {
            ScoreOrigin.OWN: text("own lots"),
            ScoreOrigin.PUBLISHED: text("published values"),
            ScoreOrigin.ORDER: text("published order"),
            ScoreOrigin.UNKNOWN: text("unknown"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its interval, over donors or over papers.

    Parameters
    ----------
    value, low, high
        In the attribute's unit; ``low`` and ``high`` are ``None`` where no spread is known. Of own
        lots the interval is that of the mean over donors; of papers it is where another paper's
        value would lie.
    level
        Confidence level.
    count
        Donors, or papers.
    lots
        Own lots behind it; 0 for papers.
    citations
        Of the papers.
    """

    value: float
    low: float | None
    high: float | None
    level: float
    count: int
    lots: int = 0
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedOrder:
    """How many papers put one source before another in an attribute.

    Parameters
    ----------
    source, other
        Tissues.
    better, worse, alike
        Papers that find ``source`` better, worse, or no difference, by the attribute's direction.
    secondary
        Whether only reviews say so.
    citations
        Of the papers.
    """

    source: str
    other: str
    better: int
    worse: int
    alike: int
    secondary: bool
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A source in an attribute.

    Parameters
    ----------
    source
        Tissue.
    origin
        What the score rests on.
    own, published
        The figures held; own lots lead.
    low, middle, high
        5th, 50th and 95th percentile of the partial value in the analysis, 0 worst, 1 best.
    remarks
        What a reader has to know beside it.
    disagreement
        Where own lots and papers do not say the same; ``None`` where they do, or one is missing.
    """

    source: str
    origin: ScoreOrigin
    own: Figure | None
    published: Figure | None
    low: float
    middle: float
    high: float
    remarks: tuple[Text, ...] = ()
    disagreement: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeScores:
    """All sources in an attribute.

    Parameters
    ----------
    attribute
        What was asked.
    scores
        One a source, in the order of the sources.
    orders
        What papers say of pairs of sources.
    """

    attribute: Attribute
    scores: tuple[Score, ...]
    orders: tuple[ReportedOrder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAcceptability:
    """How one source fares over all draws.

    Parameters
    ----------
    source
        Tissue.
    ranks
        Share of draws in which it comes first, second and so on.
    errors
        Monte Carlo standard errors of ``ranks``.
    central_weights
        Mean weights with which it comes first, in the order of the attributes; ``None`` where it
        never does.
    confidence
        How often it comes first under these weights; ``None`` likewise.
    least, most
        First places if everything unknown were as bad as can be for this source, and as good as
        can be for the others; and the other way round.
    """

    source: str
    ranks: tuple[float, ...]
    errors: tuple[float, ...]
    central_weights: tuple[float, ...] | None
    confidence: float | None
    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownInfluence:
    """What an unknown score could change.

    Parameters
    ----------
    source, attribute
        Which score.
    if_worst, if_best
        Share of first places of the source, were the score known to be the worst or the best.
    """

    source: str
    attribute: str
    if_worst: float
    if_best: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What it would be worth to know something before choosing.

    Parameters
    ----------
    attribute
        Of what; empty for the weights.
    source
        Of which source; empty for all sources together.
    value
        How much more often the chosen source would be the right one, 0 to 1.
    error
        Monte Carlo standard error.
    measurable
        Whether Stroma's tables hold a quantity for it.
    """

    attribute: str
    source: str
    value: float
    error: float
    measurable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighting:
    """Whose weights were used.

    Parameters
    ----------
    kind
        ``"all"``, ``"exact"``, ``"ranking"`` or ``"intervals"``.
    sentence
        The same in words.
    means
        Mean weight of each attribute over the draws, in the order of the attributes.
    file
        The file they stand in; empty for none.
    """

    kind: str
    sentence: Text
    means: tuple[float, ...]
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An application's answer.

    Parameters
    ----------
    application
        What was asked for.
    sources
        Tissues, in the order asked.
    attributes
        Every score with its origin.
    weighting
        Whose weights.
    answer
        Whether one source comes first in at least ``decide_at`` of the draws.
    sentence
        The answer in words; never a source without its share.
    unknown_sentence
        What is unknown, in words; ``None`` where nothing is.
    next_sentence
        What to measure next, in words.
    acceptabilities
        One a source, the most often first at the top.
    pairwise
        Share of draws in which the row's source is better than the column's, in the order of
        ``sources``.
    unknown
        What each unknown score could change, the most first.
    single, assays
        What it would be worth to know one score; one attribute of all sources. The most first.
    weights_worth
        What it would be worth to settle the weights; ``None`` where they are exact.
    decide_at
        Share of first places that counts as an answer.
    draws, seed
        Of the simulation.
    agreement
        How far a published direction was believed.
    problems
        What was left out of the lots, where they were read for this choice.
    """

    application: Application
    sources: tuple[str, ...]
    attributes: tuple[AttributeScores, ...]
    weighting: Weighting
    answer: Answer
    sentence: Text
    unknown_sentence: Text | None
    next_sentence: Text
    acceptabilities: tuple[SourceAcceptability, ...]
    pairwise: tuple[tuple[float, ...], ...]
    unknown: tuple[UnknownInfluence, ...]
    single: tuple[Worth, ...]
    assays: tuple[Worth, ...]
    weights_worth: Worth | None
    decide_at: float
    draws: int
    seed: int
    agreement: float
    problems: tuple[Problem, ...] = ()

    @property
    def leader(self) -> SourceAcceptability:
        """The source that comes first most often."""
        return self.acceptabilities[0]

    @property
    def rests_on_own_lots(self) -> bool:
        """Whether any score comes from own lots."""
        return any(
            score.origin is ScoreOrigin.OWN for held in self.attributes for score in held.scores
        )
