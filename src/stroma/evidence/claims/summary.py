"""What papers found of placenta against bone marrow, property by property."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stroma.evidence.claims.comparisons import judge_compared
from stroma.evidence.claims.records import EvidenceRow, Grade, PartAnswer
from stroma.evidence.claims.rows import OWN_LOTS
from stroma.evidence.claims.rules import BM, PL, PROPERTIES, Compared
from stroma.texts import Text

SHOWN: Final = (
    "proliferation", "colonies", "osteogenic", "chondrogenic", "adipogenic", "immunomodulation",
    "immunogenicity", "HLA", "telomerase", "secretome", "support", "yield",
)  # fmt: skip
"""Properties in the order of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A property of placental cells against those of bone marrow.

    Parameters
    ----------
    name, label
        Of the property.
    higher, alike, lower, divided
        Papers in which placenta is higher, that found no difference, in which it is lower, and
        whose rows point in different directions.
    only_reviews
        Whether no paper that measured it is held, so that reviews are counted.
    own
        The rows of the reader's own lots.
    """

    name: str
    label: Text
    higher: int
    alike: int
    lower: int
    divided: int
    only_reviews: bool
    own: tuple[EvidenceRow, ...]

    @property
    def papers(self) -> int:
        """All of them."""
        return self.higher + self.alike + self.lower + self.divided


def placenta_against_marrow(rows: Sequence[EvidenceRow]) -> tuple[Finding, ...]:
    """Count the papers that compare placenta with bone marrow.

    Parameters
    ----------
    rows
        Everything that is held; own lots are set beside and not counted.

    Returns
    -------
    tuple of Finding
        One a property; those that no paper compares have no papers.

    Examples
    --------
    >>> from stroma.evidence.claims.rows import evidence_rows
    >>> first = placenta_against_marrow(evidence_rows())[0]
    >>> first.name, first.higher, first.alike, first.lower
    ('proliferation', 7, 1, 0)
    """
    papers = [row for row in rows if row.table != OWN_LOTS]
    return tuple(_finding(name, papers, rows) for name in SHOWN)


def _finding(
    name: str, papers: Sequence[EvidenceRow], rows: Sequence[EvidenceRow]
) -> Finding:  # fmt: skip
    def counted(expected: str) -> PartAnswer:
        asked = Compared(subject=PL, against=BM, name=name, expected=expected)
        return judge_compared(asked, papers)

    higher = counted("higher")
    alike, lower = counted("no_difference").papers_for, counted("lower").papers_for
    total = higher.papers_for + higher.papers_against + higher.papers_divided
    asked = Compared(subject=PL, against=BM, name=name, expected="higher")
    own = [held.row for held in judge_compared(asked, rows).rows if held.row.table == OWN_LOTS]
    return Finding(
        name=name,
        label=PROPERTIES[name].label,
        higher=higher.papers_for,
        alike=alike,
        lower=lower,
        divided=total - higher.papers_for - alike - lower,
        only_reviews=higher.grade is Grade.REVIEWS,
        own=tuple(own),
    )
