"""What a pooled answer is made of: papers, arms, effects, what was left out, and votes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stroma.evidence.review_records import Direction
from stroma.texts import Text


class Scale(StrEnum):
    """On what effects are pooled."""

    IDENTITY = "identity"
    LOG = "log"
    LOGIT = "logit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """How a reader finds a publication.

    Parameters
    ----------
    group
        Its name in the review.
    label
        ``"Sung 2010"``; the group where nothing better is known.
    address
        DOI or address; empty where none is known.
    """

    group: str
    label: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One tissue in one paper, ready to be pooled.

    Parameters
    ----------
    row
        The extraction it comes from.
    repeats
        Further extractions that print the same.
    paper, place
        Where it was read.
    tissue, part
        Of what.
    circumstances
        Passage, medium and condition as printed.
    mean, sd
        In the quantity's unit.
    n
        Donors.
    steps
        How the printed figures were converted.
    doubts
        What a reader has to know of it.
    """

    row: str
    paper: Paper
    place: str
    tissue: str
    part: str
    circumstances: tuple[str, str, str]
    mean: float
    sd: float
    n: int
    steps: tuple[str, ...]
    doubts: tuple[Text, ...] = ()
    repeats: tuple[str, ...] = ()

    def is_of(self, source: str) -> bool:
        """Tell whether the arm is of a tissue, or of a part that is named as one.

        Parameters
        ----------
        source
            Name in the vocabulary.

        Returns
        -------
        bool
            True when it is.
        """
        return source in (self.tissue, self.part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A contrast of two arms of a paper, or a single arm, on the scale of pooling.

    Parameters
    ----------
    measure
        As metafor names it: ``"ROM"``, ``"MD"``, ``"MNLN"``, ``"MN"``; on the logit
        ``"LOGIT_DIFFERENCE"`` and ``"LOGIT"``.
    value, variance
        Second arm against the first, or the arm's own.
    arms
        One or two.
    doubts
        What a reader has to know of it.
    """

    measure: str
    value: float
    variance: float
    arms: tuple[Arm, ...]
    doubts: tuple[Text, ...] = ()

    @property
    def paper(self) -> Paper:
        """Return the paper it is from."""
        return self.arms[0].paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row that holds a figure and does not enter, and why.

    Parameters
    ----------
    row
        The extraction.
    paper
        Where it was read.
    tissues
        Of which it is.
    reason
        In a sentence.
    """

    row: str
    paper: Paper
    tissues: tuple[str, ...]
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A stated direction: counted beside the pooled number, never in it.

    Parameters
    ----------
    row
        The extraction.
    paper
        Where it was read.
    direction
        Of the second tissue against the first.
    is_secondary
        Whether it was seen in a review of others' work.
    """

    row: str
    paper: Paper
    direction: Direction
    is_secondary: bool
