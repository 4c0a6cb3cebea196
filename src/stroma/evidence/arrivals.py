"""What a new export brought to a review: what is new, merged, linked, reopened, to be decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stroma.evidence.duplicates.deduplication import Link, Member, Possible
from stroma.evidence.review_records import Review
from stroma.evidence.screening.standing import PublicationStanding, hosts, standings


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What is there now and was not before.

    Parameters
    ----------
    records
        Every new record.
    publications
        New publications to be screened, by the names of their first records.
    merged
        New records that are a publication held before, or another new record's, with the reason.
    linked
        New notices, versions and answers, each with the publication it belongs to.
    reopened
        Publications whose decisions a new notice reopened, as they stand now.
    possible
        Pairs a person has to look at: one publication, or two.
    """

    records: tuple[str, ...]
    publications: tuple[str, ...]
    merged: tuple[Member, ...]
    linked: tuple[Link, ...]
    reopened: tuple[PublicationStanding, ...]
    possible: tuple[Possible, ...]


def arrivals(before: Review, after: Review) -> Arrivals:
    """Compare a review before and after an export.

    Parameters
    ----------
    before, after
        The review; the later one holds every record of the earlier.

    Returns
    -------
    Arrivals
        What came.
    """
    new = [name for name in after.references if name not in before.references]
    added = set(new)
    held = {member.group for member in before.members}
    linked = hosts(after)
    group_of = {member.record: member.group for member in after.members}
    known = _by_pair(before.links, group_of)
    stale = {
        group: one.title_abstract.stale + one.full_text.stale
        for group, one in standings(before).items()
    }
    return Arrivals(
        records=tuple(new),
        publications=tuple(
            group
            for group in dict.fromkeys(
                member.group for member in after.members if member.record in added
            )
            if group not in held and group not in linked
        ),
        merged=tuple(
            member
            for member in after.members
            if member.record in added and member.record != member.group
        ),
        linked=tuple(
            link for pair, link in _by_pair(after.links, group_of).items() if pair not in known
        ),
        reopened=tuple(
            one
            for group, one in standings(after).items()
            if len(one.title_abstract.stale + one.full_text.stale) > len(stale.get(group, ()))
        ),
        possible=tuple(
            pair for pair in after.possible if pair.record in added or pair.other in added
        ),
    )


def _by_pair(links: Iterable[Link], group_of: Mapping[str, str]) -> dict[tuple[str, str], Link]:
    """Return the first link of each notice to each publication, however often it was exported."""
    found: dict[tuple[str, str], Link] = {}
    for link in links:
        found.setdefault((group_of[link.record], link.group), link)
    return found
