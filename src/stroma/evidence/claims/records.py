"""What judging a claim comes to: answers, votes and the chain between them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stroma.published import Claim
from stroma.texts import Text


class ClaimAnswer(StrEnum):
    """What the held evidence says of a claim."""

    SUPPORTED = "SUPPORTED"
    CONTRADICTED = "CONTRADICTED"
    MIXED = "MIXED"
    NO_EVIDENCE = "NO_EVIDENCE"


class Vote(StrEnum):
    """How a row, or a paper, stands to a claim."""

    FOR = "for"
    AGAINST = "against"
    DIVIDED = "divided"
    """A paper whose rows point both ways."""
    BESIDE = "beside"
    """Shown to the reader, counted for neither side."""


class Grade(StrEnum):
    """What kind of evidence decided, the strongest first."""

    FIGURES = "figures"
    """Papers that measured it, at least one on each deciding side with figures."""
    DIRECTIONS = "directions"
    """Papers that measured it and print which is higher, without figures."""
    BETWEEN = "between"
    """Figures of separate papers set beside each other."""
    REVIEWS = "reviews"
    """Tables of reviews alone."""
    COUNTS = "counts"
    """Numbers of trials, centres or registered studies."""
    STANDARD = "standard"
    """The text of a standard."""
    RECORD = "record"
    """The article's own words and its list of references."""
    NOTHING = "nothing"
    """Nothing that is held answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One row of any table, in the one shape in which it is judged.

    Parameters
    ----------
    table
        ``"contrasts"``, ``"values"``, ``"planning_inputs"``, ``"clinical_results"``,
        ``"trials"``, ``"release_specifications"``, ``"rules"``, ``"references"``, ``"review"``
        or ``"own_lots"``.
    key
        Its name there.
    paper
        The paper as the table names it.
    identity
        By which rows of one paper are known as such; the same for all of them.
    place, citation, address
        Where in the paper; the paper's DOI or address; its address.
    attribute, quantity, analytes
        What it is about.
    tissues, tissue_printed, part_printed
        Of what, in the vocabulary (parts of the placenta too) and as printed.
    comparators, comparator_printed
        Against what.
    direction
        Of the tissue against the comparator; empty where there is none.
    value, low, high, bound
        Its figure.
    value_printed, unit_printed
        As printed.
    n, n_counts
        How many, of what.
    condition
        Passage and condition as printed.
    is_secondary
        True where it was seen in a review.
    has_figure
        True where a figure is printed.
    study_type, species
        As the table has them.
    note
        Further words of the row, already in a reader's language; ``None`` for most.
    remark
        What an extraction's author noted beside it.
    """

    table: str
    key: str
    paper: str
    identity: str
    place: str
    citation: str
    address: str
    attribute: str
    quantity: str = ""
    analytes: tuple[str, ...] = ()
    tissues: frozenset[str] = frozenset()
    tissue_printed: str = ""
    part_printed: str = ""
    comparators: frozenset[str] = frozenset()
    comparator_printed: str = ""
    direction: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    bound: str = ""
    value_printed: str = ""
    unit_printed: str = ""
    n: int | None = None
    n_counts: str = ""
    condition: str = ""
    is_secondary: bool = False
    has_figure: bool = False
    study_type: str = ""
    species: str = "human"
    note: Text | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRow:
    """A row as it stands in the chain of a claim.

    Parameters
    ----------
    row
        The row.
    vote
        How it stands to the claim.
    told
        What it says, in words.
    """

    row: EvidenceRow
    vote: Vote
    told: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAnswer:
    """One part of a claim, judged.

    Parameters
    ----------
    asked
        What is asked of the evidence.
    rule
        What counts for it and what against it.
    answer
        What the evidence says.
    grade
        What kind of evidence decided.
    papers_for, papers_against, papers_divided
        Voices on each side: one a paper.
    tally
        The count in words.
    rows
        What was found: first what votes, then what stands beside.
    missing
        What is left open though the part is answered; ``None`` for nothing.
    """

    asked: Text
    rule: Text
    answer: ClaimAnswer
    grade: Grade
    papers_for: int
    papers_against: int
    papers_divided: int
    tally: Text
    rows: tuple[ChainRow, ...]
    missing: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedClaim:
    """A claim with its answer and everything between.

    Parameters
    ----------
    claim
        As the table has it.
    sentence
        The claim in words.
    answer
        What the held evidence says.
    parts
        The chain.
    faults
        What is wrong with the claim as the article has it: contradictions, omissions, citations.
    """

    claim: Claim
    sentence: Text
    answer: ClaimAnswer
    parts: tuple[PartAnswer, ...]
    faults: tuple[Text, ...]

    @property
    def rows(self) -> tuple[ChainRow, ...]:
        """Every row of the chain."""
        return tuple(row for part in self.parts for row in part.rows)

    @property
    def deciding(self) -> PartAnswer:
        """The part the answer rests on: of a supported claim its weakest, else its strongest."""
        parts = [part for part in self.parts if part.answer is self.answer] or list(self.parts)
        if self.answer is ClaimAnswer.SUPPORTED:
            return min(parts, key=lambda part: part.papers_for)
        return max(parts, key=lambda part: part.papers_against)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAnswer:
    """What the laboratory's own lots say of two sources.

    Parameters
    ----------
    quantity, analyte
        What was compared.
    sources
        The two tissues.
    answer
        ``"DIFFERENT"``, ``"EQUIVALENT"`` or ``"UNDECIDED"``.
    direction
        Of the second source against the first: ``"higher"`` or ``"lower"``; empty where they do
        not differ or nothing is decided.
    donors
        Of each side.
    told
        The answer in words.
    """

    quantity: str
    analyte: str
    sources: tuple[str, str]
    answer: str
    direction: str
    donors: tuple[int, int]
    told: Text
