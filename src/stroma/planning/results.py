"""What a plan comes to, as values that a report can show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stroma.errors import Problem
from stroma.planning.distributions import Distribution
from stroma.planning.inputs import InputKind
from stroma.texts import Text


class OriginKind(StrEnum):
    """Where an input's numbers come from."""

    OWN = "own lots"
    PUBLISHED = "published"
    DECLARED = "declared"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInput:
    """An input of one source with where it comes from.

    Parameters
    ----------
    kind
        The input.
    origin
        Where its numbers come from.
    distribution
        Its spread; ``None`` where nobody knows it.
    told
        In words: how many donors, which papers, or why it is not known.
    citations
        DOIs or addresses of the papers.
    median, low, high
        The middle, and the 5 % and 95 % points of what is drawn, in the input's unit.
    used
        Whether the answers rest on it.
    """

    kind: InputKind
    origin: OriginKind
    distribution: Distribution | None = None
    told: Text
    citations: tuple[str, ...] = ()
    median: float | None = None
    low: float | None = None
    high: float | None = None
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is asked of the donations.

    Parameters
    ----------
    doses
        How many.
    cells_per_dose
        Viable cells that a patient is to be given.
    cells_per_vial
        Viable cells frozen in a vial; ``None`` where doses are not split into vials.
    confidence
        With what probability the doses are to be there.
    """

    doses: int
    cells_per_dose: float
    cells_per_vial: float | None = None
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class Range:
    """The middle and the 5 % and 95 % points of what was simulated.

    Parameters
    ----------
    median, low, high
        In the unit of what it is a range of.
    """

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAnswers:
    """What one source gives.

    Parameters
    ----------
    route
        ``"passages"`` where growth was followed passage by passage, ``"whole"`` where the yield
        of a whole published manufacture was taken.
    probability, standard_error
        Of the doses from one donation, and the error that simulation leaves in it.
    doses
        Doses of one donation, failures counted as none.
    curve
        Numbers of doses and the probability of at least so many from one donation.
    donations
        Donations that give the doses with the confidence asked for; ``None`` where more than
        ``searched`` are needed.
    searched
        How many donations were tried.
    probability_of_donations
        Of the doses from so many donations.
    by_passage
        Passages and the probability that one donation has given the doses by then.
    ready_passage, ready_days
        When, of the donations that give the doses; ``None`` where none does, or days are unknown.
    days_from
        ``"donation"``, or ``"first harvest"`` where the primary culture's days are unknown.
    doublings
        Cumulative doublings at the last harvest.
    peak_area, total_area
        Flask area of the last passage and of all, cm²; ``None`` where it is unknown.
    medium
        Litres; ``None`` where it is unknown.
    drivers
        Inputs and the share of the spread of the doses that each explains, largest first.
    """

    route: str
    probability: float
    standard_error: float
    doses: Range
    curve: tuple[tuple[int, float], ...]
    donations: int | None
    searched: int
    probability_of_donations: float
    by_passage: tuple[tuple[int, float], ...] = ()
    ready_passage: Range | None = None
    ready_days: Range | None = None
    days_from: str = ""
    doublings: Range | None = None
    peak_area: Range | None = None
    total_area: Range | None = None
    medium: Range | None = None
    drivers: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePlan:
    """The plan for one source.

    Parameters
    ----------
    source
        Name in :data:`stroma.vocabulary.TISSUES`.
    inputs
        Every input that bears on it, known or not.
    missing
        Names of inputs without which the question has no answer.
    not_counted
        Losses nobody knows: the answers hold as if nothing were lost there, and are upper bounds.
    unanswered
        Sentences: what else cannot be said, and for want of what.
    assumptions
        Sentences: what the answers rest on.
    answers
        ``None`` where an input is missing.
    """

    source: str
    inputs: tuple[PlanInput, ...]
    missing: tuple[str, ...] = ()
    not_counted: tuple[str, ...] = ()
    unanswered: tuple[Text, ...] = ()
    assumptions: tuple[Text, ...] = ()
    answers: SourceAnswers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """Which source gives the doses more surely as one input changes.

    Parameters
    ----------
    varied
        ``"doses"``, or the name of the input.
    label, unit
        For a reader.
    values
        What was tried.
    probabilities
        Source to the probability of the doses from one donation, one for each value.
    turns
        Value at which the lead changes, the source before it, and the source after it.
    leader
        The source ahead throughout, where the lead does not change; ``None`` where none is.
    """

    varied: str
    label: Text
    unit: str
    values: tuple[float, ...]
    probabilities: tuple[tuple[str, tuple[float, ...]], ...]
    turns: tuple[tuple[float, str, str], ...]
    leader: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndotoxinLimit:
    """The most endotoxin a dose may hold.

    Parameters
    ----------
    route
        ``"intravenous"``, ``"intrathecal"`` or ``"other"``.
    threshold
        K, EU a kilogram and hour.
    volume_per_kg_hour
        M, millilitres a kilogram and hour.
    limit
        K / M, EU a millilitre.
    per_dose
        EU the whole dose may then hold.
    citation
        Of the rule.
    """

    route: str
    threshold: float
    volume_per_kg_hour: float
    limit: float
    per_dose: float
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePlan:
    """Donations to doses, for one source or several.

    Parameters
    ----------
    demand
        What is asked.
    weight, dose_per_kg
        Kilograms and cells a kilogram, where the dose is by weight.
    sources
        One plan each, in the order asked for.
    break_evens
        Where the better source changes.
    endotoxin
        ``None`` where the volume or the weight is not stated.
    problems
        What a person has to look at.
    laboratories, donations_each, seed
        What was simulated.
    """

    demand: Demand
    weight: float | None
    dose_per_kg: float | None
    sources: tuple[SourcePlan, ...]
    break_evens: tuple[BreakEven, ...] = ()
    endotoxin: EndotoxinLimit | None = None
    problems: tuple[Problem, ...] = ()
    laboratories: int
    donations_each: int
    seed: int
