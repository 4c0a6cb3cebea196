"""The boxes of a PRISMA 2020 flow, as numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """A box's line on one database or register.

    Parameters
    ----------
    name
        As the review names it; empty where it cannot be told.
    records
        How many records came from it.
    is_register
        Whether it is a register of trials and not a database of publications.
    """

    name: str
    records: int
    is_register: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludedReports:
    """Reports that one criterion excluded at the full text.

    Parameters
    ----------
    criterion
        Its key; empty where those who excluded named none.
    words
        As a person reads it; empty where the protocol does not hold it.
    reports
        How many.
    """

    criterion: str
    words: str
    reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousVersion:
    """What the searches of an earlier version of the review led to.

    Parameters
    ----------
    studies, reports
        Included.
    later_reports
        Notices and versions of these studies that the new search found.
    undecided
        Publications that are not decided to the end.
    """

    studies: int
    reports: int
    later_reports: int = 0
    undecided: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PrismaFlow:
    """How many records went which way; each box is counted for itself.

    Parameters
    ----------
    sources
        Records identified, a line for each database and register.
    duplicates
        Records beyond the first of a publication.
    linked
        Publications that are a notice, a version or an answer, and go the way of the publication
        they belong to.
    screened
        Publications to be judged by title and abstract.
    excluded, awaiting_screening, disputed_screening
        Of these: excluded, not decided yet, decided differently by two people.
    sought
        Publications whose full text is wanted.
    not_retrieved, awaiting_full_text
        Of these: could not be had, not decided yet.
    assessed
        Publications decided on by their full text.
    excluded_reports, disputed_full_text
        Of these: excluded, a line for each criterion; decided differently by two people.
    included
        Of these: included.
    linked_reports
        Notices, versions and answers that came in with them.
    previous
        What earlier searches led to, when the numbers above are those of a new search; ``None``
        for a review that is told as one.
    automation
        Records that a program excluded: always none. The model that orders the queue excludes
        nothing, so that every exclusion is a person's.

    Examples
    --------
    >>> flow = PrismaFlow(
    ...     sources=(SourceCount(name="PubMed", records=9),), duplicates=2, screened=7, excluded=6,
    ...     sought=1, assessed=1, included=1, linked_reports=1,
    ... )
    >>> flow.identified, flow.reports, flow.undecided
    (9, 2, 0)
    """

    sources: tuple[SourceCount, ...]
    duplicates: int = 0
    linked: int = 0
    screened: int = 0
    excluded: int = 0
    awaiting_screening: int = 0
    disputed_screening: int = 0
    sought: int = 0
    not_retrieved: int = 0
    awaiting_full_text: int = 0
    assessed: int = 0
    excluded_reports: tuple[ExcludedReports, ...] = ()
    disputed_full_text: int = 0
    included: int = 0
    linked_reports: int = 0
    previous: PreviousVersion | None = None
    automation: int = 0

    @property
    def identified(self) -> int:
        """Records of all databases and registers."""
        return sum(source.records for source in self.sources)

    @property
    def excluded_full_text(self) -> int:
        """Reports excluded at the full text, whatever the criterion."""
        return sum(line.reports for line in self.excluded_reports)

    @property
    def studies(self) -> int:
        """Included studies: a publication with all that belongs to it."""
        return self.included

    @property
    def reports(self) -> int:
        """Reports of the included studies."""
        return self.included + self.linked_reports

    @property
    def undecided(self) -> int:
        """Publications a person still has to decide on."""
        return (
            self.awaiting_screening
            + self.disputed_screening
            + self.awaiting_full_text
            + self.disputed_full_text
        )
