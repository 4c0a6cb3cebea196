"""How far a screening has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stroma.evidence.duplicates.deduplication import Link
from stroma.evidence.review_records import Review, Stage
from stroma.evidence.screening.agreement import Agreement, agreements, conflicts
from stroma.evidence.screening.criteria_check import CriteriaFinding, check_criteria
from stroma.evidence.screening.standing import PublicationStanding, Standing, hosts, standings
from stroma.evidence.screening.stopping import StoppingReport, stopping_report
from stroma.texts import Text, text

STAGE_LABELS: Final[Mapping[Stage, Text]] = {
    Stage.TITLE_ABSTRACT: text("title and abstract"),
    Stage.FULL_TEXT: text("full text"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A publication whose decisions a notice reopened.

    Parameters
    ----------
    group
        The publication.
    stage
        Where it was decided without the notice.
    people
        Who decided.
    notices
        What belongs to it.
    """

    group: str
    stage: Stage
    people: tuple[str, ...]
    notices: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningStatus:
    """How far a screening has come.

    Parameters
    ----------
    publications, linked
        Publications to be judged, and notices, versions and answers that go their way.
    counts
        How many stand how, by stage.
    by_criterion
        How many each criterion excluded, by stage; an empty key for those without one.
    agreements
        Of every two people who decided on the same publications.
    conflicts
        What two decided differently, by stage.
    reopened
        What a notice reopened.
    stopping
        What the decisions on title and abstract support.
    findings
        Criteria that contradict the question or lean to one side.
    """

    publications: int
    linked: int
    counts: Mapping[Stage, Mapping[Standing, int]]
    by_criterion: Mapping[Stage, Mapping[str, int]]
    agreements: tuple[Agreement, ...]
    conflicts: Mapping[Stage, tuple[str, ...]]
    reopened: tuple[Reopened, ...]
    stopping: StoppingReport
    findings: tuple[CriteriaFinding, ...]


def screening_status(review: Review) -> ScreeningStatus:
    """Say how far a screening has come.

    Parameters
    ----------
    review
        The review.

    Returns
    -------
    ScreeningStatus
        Counts, agreement, conflicts, what was reopened, and what the decisions support.
    """
    by_group = standings(review)
    protocol = review.protocol
    people = [person for person in protocol.people if person != protocol.arbiter]
    return ScreeningStatus(
        publications=len(by_group),
        linked=len(hosts(review)),
        counts={
            stage: Counter(one.at(stage).standing for one in by_group.values()) for stage in Stage
        },
        by_criterion={stage: _by_criterion(by_group, stage) for stage in Stage},
        agreements=agreements(review.decisions, by_group, people),
        conflicts={stage: conflicts(by_group, stage) for stage in Stage},
        reopened=tuple(
            Reopened(
                group=group,
                stage=stage,
                people=tuple(vote.person for vote in one.at(stage).stale),
                notices=one.notices,
            )
            for group, one in by_group.items()
            for stage in Stage
            if one.at(stage).stale
        ),
        stopping=stopping_report(by_group, review.decisions),
        findings=check_criteria(protocol),
    )


def _by_criterion(by_group: Mapping[str, PublicationStanding], stage: Stage) -> dict[str, int]:
    counted = Counter(
        one.at(stage).criterion
        for one in by_group.values()
        if one.at(stage).standing is Standing.EXCLUDED
    )
    return dict(sorted(counted.items()))
