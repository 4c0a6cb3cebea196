"""What a person has to look at in how the publications of a review stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stroma.errors import Place, Problem, Severity
from stroma.evidence.review_records import Decision, Review
from stroma.evidence.screening.standing import PublicationStanding, Standing
from stroma.reference_kinds import is_marked_retracted
from stroma.reference_records import ReferenceKind
from stroma.texts import text


def standing_problems(
    review: Review, by_group: Mapping[str, PublicationStanding], *, file: str
) -> tuple[Problem, ...]:
    """Return what a person has to look at in how publications stand.

    Parameters
    ----------
    review
        The review.
    by_group
        As :func:`stroma.evidence.screening.standing.standings` returned it.
    file
        The file of decisions, for problems.

    Returns
    -------
    tuple of Problem
        Decisions that a notice reopened, judgements of full texts that title and abstract kept
        out, and retracted publications that are included.
    """
    retracted = {
        member.group
        for member in review.members
        for one in [review.references[member.record]]
        if is_marked_retracted(one.title, one.publication_types)
    }
    problems: list[Problem] = []
    for group, one in by_group.items():
        stale = (*one.title_abstract.stale, *one.full_text.stale)
        if stale:
            problems.append(_reopened(one, stale, file))
        if one.title_abstract.standing is Standing.EXCLUDED and one.full_text.votes:
            problems.append(_judged_though_excluded(one, file))
        noticed = any(link.kind is ReferenceKind.RETRACTION for link in one.notices)
        if one.is_included and (noticed or group in retracted):
            problems.append(_included_though_retracted(group, file))
    return tuple(problems)


def _reopened(one: PublicationStanding, stale: Sequence[Decision], file: str) -> Problem:
    return Problem(
        Place(file=file, row=stale[-1].row or None, column="record"),
        found=text(
            "{record} was decided by {people} before they saw what belongs to it: {notices}",
            record=one.group,
            people=", ".join(dict.fromkeys(decision.person for decision in stale)),
            notices=", ".join(f"{link.record} ({link.kind.value})" for link in one.notices),
        ),
        expected=text("a decision made with the notice before one's eyes"),
        action=text("read the notice and decide again; until then these decisions do not count"),
        severity=Severity.WARNING,
    )


def _judged_though_excluded(one: PublicationStanding, file: str) -> Problem:
    return Problem(
        Place(file=file, row=one.full_text.votes[-1].row or None, column="stage"),
        found=text(
            "the full text of {record}, which title and abstract kept out", record=one.group
        ),
        expected=text("full texts of publications that were let through"),
        action=text("decide again on title and abstract, or leave the row: it does not count"),
        severity=Severity.WARNING,
    )


def _included_though_retracted(group: str, file: str) -> Problem:
    return Problem(
        Place(file=file, column="record"),
        found=text("{record} is included and was retracted", record=group),
        expected=text("publications that stand"),
        action=text("say in the review why its figures are used, or exclude it"),
        severity=Severity.WARNING,
    )
