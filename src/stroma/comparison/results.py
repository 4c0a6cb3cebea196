"""What a comparison of tissue sources comes to, as values that a report can show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stroma.texts import Text


class Answer(StrEnum):
    """Whether two sources differ in a quantity."""

    DIFFERENT = "DIFFERENT"
    EQUIVALENT = "EQUIVALENT"
    UNDECIDED = "UNDECIDED"


class Scale(StrEnum):
    """The scale on which donors are compared."""

    IDENTITY = "identity"
    LOG = "log"
    LOGIT = "logit"


class Pairing(StrEnum):
    """How the donors of two sources relate."""

    UNPAIRED = "unpaired"
    PAIRED = "paired"
    PARTLY_PAIRED = "partly_paired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One value as it enters the comparison: a lot at a passage.

    Parameters
    ----------
    lot, donor, source, passage
        Where it comes from; the passage is empty where the table names none.
    value
        In the quantity's canonical unit.
    scaled
        On the scale of the comparison.
    replicates
        How many rows of one lot and passage were averaged into it.
    """

    lot: str
    donor: str
    source: str
    passage: str
    value: float
    scaled: float
    replicates: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What the table says about the experiment, read before anything is estimated.

    Parameters
    ----------
    sources
        Names of tissues, in the order asked for.
    donors
        Donors of each source, in the same order.
    lots, observations
        Lots and values of each source, in the same order.
    pairing
        Whether donors gave both tissues.
    passages
        Passages that every source holds, and are compared.
    left_out
        Sentences: rows that do not enter, and why (passages only one side has, no donor named,
        stimulated cells, values of exactly 0 or 100 % and how they were treated).
    remarks
        Sentences a reader has to know: pools, one donor with many lots, a covariate that cannot
        be told from the source, sources of unequal passage.
    """

    sources: tuple[str, ...]
    donors: tuple[tuple[str, ...], ...]
    lots: tuple[int, ...]
    observations: tuple[int, ...]
    pairing: Pairing
    passages: tuple[str, ...] = ()
    left_out: tuple[Text, ...] = ()
    remarks: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A difference or ratio of two sources with its interval.

    Parameters
    ----------
    value, low, high
        Difference on the identity scale, ratio on the logarithm, odds ratio on the logit;
        in ``unit``. ``low`` and ``high`` are ``None`` where no interval can be stated.
    level
        Confidence level.
    standard_error, degrees_of_freedom
        On the scale of the comparison.
    method
        Name and version: ``"mixed_model_kenward_roger/1"``, ``"mixed_model_satterthwaite/1"``,
        ``"donor_means_t/1"``, ``"paired_donor_means_t/1"``, ``"welch_t/1"``,
        ``"exact_permutation/1"``, ``"hedges_g/1"``, ``"paired_d_av/1"``, ``"ratio_of_means/1"``.
    p_value
        Two-sided; ``None`` where none is made.
    smallest_p
        Of a permutation test: the smallest p value this many donors can give.
    """

    value: float
    low: float | None
    high: float | None
    level: float
    method: str
    unit: str = ""
    standard_error: float | None = None
    degrees_of_freedom: float | None = None
    p_value: float | None = None
    smallest_p: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceShare:
    """A part of the variance.

    Parameters
    ----------
    level
        ``"source"``, ``"donor"``, ``"tissue"`` (the tissues of donors that gave both), ``"lot"``,
        ``"passage"`` or ``"residual"``.
    variance
        On the scale of the comparison; ``None`` where the design cannot tell it from another.
    share
        Of the total, 0 to 1; ``None`` likewise.
    """

    level: str
    variance: float | None
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorsNeeded:
    """How many donors a side an answer would take.

    Parameters
    ----------
    answer
        ``DIFFERENT`` (for the difference seen, and for the margin) or ``EQUIVALENT``.
    power
        E.g. 0.8.
    assumed_difference
        The true difference the number was worked out for, on the scale of ``Estimate.value``.
    per_side
        Donors of each source; ``None`` where even the largest number tried is too few.
    more_per_side
        ``per_side`` less those already there, not below zero.
    reason
        Why there is no number, or what the number rests on.
    """

    answer: Answer
    power: float
    assumed_difference: float
    per_side: int | None
    more_per_side: int | None
    reason: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLine:
    """A published value of the same contrast, or of one of its sides.

    Parameters
    ----------
    sentence
        What was published, in words and numbers.
    certainty
        ``"primary"`` (a study's own number), ``"direction"`` (only which side is higher),
        ``"secondary"`` (a review's table).
    citation, address, place
        Paper, DOI or address, and where in the paper.
    """

    sentence: Text
    certainty: str
    citation: str
    address: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """The largest difference that would not matter, as stated by the laboratory.

    Parameters
    ----------
    value, unit
        As stated.
    low, high
        The bounds on the scale of ``Estimate.value``: the difference, ratio or odds ratio.
    """

    value: float
    unit: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSummary:
    """One side of a comparison.

    Parameters
    ----------
    source
        Tissue.
    donors, lots, observations
        How many.
    mean, low, high
        The model's mean over donors brought back to the quantity's unit, with its interval.
    """

    source: str
    donors: int
    lots: int
    observations: int
    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sources in one quantity.

    Parameters
    ----------
    quantity, analyte, unit
        What is compared, in its canonical unit.
    sources
        The two tissues; the estimate is the second less (or over) the first.
    scale
        On which donors were compared, with its reason in ``scale_reason``.
    design
        What was read of the design.
    observations
        Every value that entered.
    summaries
        One a source.
    answer
        ``None`` where the question is refused.
    reason
        The answer, or the refusal, in a sentence.
    waits
        Whether it is refused only because donors, or values, are not there yet.
    estimate
        Of the method that decides; ``None`` where it is refused.
    difference
        The same in the quantity's unit: of means that lie about the middle of both.
    beside
        The other estimates: the other degrees of freedom, permutation, Hedges' g, ratio of means.
    margin
        ``None`` where none was stated, or none that can be held against the quantity.
    margin_refusal
        Why a margin that was stated is none, in a sentence.
    p_equivalence
        Of two one-sided tests; ``None`` without a margin.
    adjusted_p, adjusted_p_equivalence
        Over the family of questions.
    variances, intraclass_correlation
        Split of the variance; the correlation of two values of one donor.
    donors_needed
        For either answer.
    published
        What is held of the literature; empty for "no evidence held".
    """

    quantity: str
    analyte: str
    unit: str
    sources: tuple[str, str]
    scale: Scale
    scale_reason: Text
    design: Design
    observations: tuple[Observation, ...] = ()
    summaries: tuple[SourceSummary, ...] = ()
    answer: Answer | None = None
    reason: Text
    waits: bool = False
    estimate: Estimate | None = None
    difference: Estimate | None = None
    beside: tuple[Estimate, ...] = ()
    margin: Margin | None = None
    margin_refusal: Text | None = None
    p_equivalence: float | None = None
    adjusted_p: float | None = None
    adjusted_p_equivalence: float | None = None
    variances: tuple[VarianceShare, ...] = ()
    intraclass_correlation: float | None = None
    donors_needed: tuple[DonorsNeeded, ...] = ()
    published: tuple[PublishedLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonFamily:
    """All questions that were asked of one table, adjusted together.

    Parameters
    ----------
    comparisons
        In the order asked.
    adjustment
        ``"holm"``, ``"benjamini_hochberg"`` or ``"none"``.
    level
        Confidence level; 1 - level is the error rate held over the family.
    """

    comparisons: tuple[Comparison, ...]
    adjustment: str
    level: float
