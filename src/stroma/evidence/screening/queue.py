"""What a person has to decide next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stroma.evidence.review_records import Protocol, Stage
from stroma.evidence.screening.standing import PublicationStanding, StageStanding, Standing
from stroma.evidence.screening.stopping import random_order


def queue_of(
    person: str,
    by_group: Mapping[str, PublicationStanding],
    order: Sequence[str],
    protocol: Protocol,
    *,
    stage: Stage = Stage.TITLE_ABSTRACT,
) -> tuple[str, ...]:
    """Return the publications that wait for a person.

    Parameters
    ----------
    person
        Who decides.
    by_group
        Where the publications stand.
    order
        The order to keep.
    protocol
        Who decides where two disagree.
    stage
        Where.

    Returns
    -------
    tuple of str
        First what a notice reopened, then what this person has not decided, then what people
        could not settle: that waits for the arbiter, or for those who decided where there is none.
    """
    turns: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for group in order:
        turn = _turn(person, by_group[group].at(stage), protocol)
        if turn is not None:
            turns[turn].append(group)
    return tuple(group for groups in turns.values() for group in groups)


def sample_of(
    by_group: Mapping[str, PublicationStanding],
    count: int,
    *,
    stage: Stage = Stage.TITLE_ABSTRACT,
) -> tuple[str, ...]:
    """Draw publications at random among those that nobody has decided on.

    Parameters
    ----------
    by_group
        Where the publications stand.
    count
        How many.
    stage
        Where.

    Returns
    -------
    tuple of str
        The first of :func:`stroma.evidence.screening.stopping.random_order` among them; fewer
        where there are fewer.
    """
    left = [
        group for group, one in by_group.items() if one.at(stage).standing is Standing.UNDECIDED
    ]
    return random_order(left)[:count]


def _turn(person: str, at: StageStanding, protocol: Protocol) -> int | None:
    voted = any(vote.person == person for vote in at.votes)
    match at.standing:
        case Standing.REOPENED if not voted:
            return 0
        case Standing.UNDECIDED | Standing.AWAITING if not voted and person in protocol.people:
            return 1
        case Standing.CONFLICT | Standing.UNSURE:
            settles = person == protocol.arbiter if protocol.arbiter else voted
            return 2 if settles else None
        case _:
            return None
