"""Which records of several exports are one publication, and which only belong to it.

Records are compared within blocks, so that the work grows with their number and not its square.
Groups grow from the surest pair down; two that anything bars stay two. What was decided before is
held: a new export meets the old groups and never joins or splits them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from stroma.errors import Place, Problem, StudyProblem
from stroma.evidence.duplicates.keys import Keys, keys_of
from stroma.evidence.duplicates.likeness import (
    APART,
    LEAST_TITLE,
    Likeness,
    Reason,
    compare,
    is_barred,
)
from stroma.reference_kinds import subject_of
from stroma.reference_records import Reference, ReferenceKind
from stroma.texts import text

LARGEST_BLOCK: Final = 150
"""Records that share a key; more of them share it by chance (a family name and year, the DOI of a
supplement), and what is one publication among them shares a title or a place too."""

_KEY_LETTERS: Final = 20
"""Letters at either end of a title that two spellings of it share at one end at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A row of the table of groups.

    Parameters
    ----------
    record
        Name of the record.
    group
        Name of its group: that of the group's first record.
    reason
        Why it is in the group.
    score
        Share of trigrams its title has in common with the matched one, 0 to 1.
    matched
        The record it was matched to, or is kept apart from; empty for the first of a group.
    """

    record: str
    group: str
    reason: Reason = Reason.FIRST
    score: float = 1.0
    matched: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A notice, version or answer, and the publication it belongs to.

    Parameters
    ----------
    record
        The erratum, retraction, comment, reply, preprint or abstract.
    group
        The group of the publication.
    kind
        What the record is.
    by
        ``"identifier"`` where the record names it, ``"title"`` where its title does.
    """

    record: str
    group: str
    kind: ReferenceKind
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """Two records a person has to look at.

    Parameters
    ----------
    record, other
        The records.
    score
        Share of trigrams of their titles, 0 to 1.
    """

    record: str
    other: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduplication:
    """Records in groups.

    Parameters
    ----------
    members
        A row for every record, in the order of the records.
    links
        What belongs to a publication without being it.
    possible
        What may be one publication and was not merged.
    """

    members: tuple[Member, ...]
    links: tuple[Link, ...] = ()
    possible: tuple[Possible, ...] = ()

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The records of each group, by its name."""
        found: dict[str, list[str]] = defaultdict(list)
        for member in self.members:
            found[member.group].append(member.record)
        return {name: tuple(records) for name, records in found.items()}


def deduplicate(
    references: Mapping[str, Reference], *, held: Sequence[Member] = ()
) -> Deduplication:
    """Put records of one publication into groups.

    Parameters
    ----------
    references
        Every record by its name, the held ones too, in a lasting order.
    held
        The table as it was decided before; its groups are neither joined nor split.

    Returns
    -------
    Deduplication
        The groups with a reason for each merge, the links, and the pairs to look at.

    Examples
    --------
    >>> from stroma.records import Origin
    >>> one = Reference(origin=Origin("a.ris", ""), title="Cells of the amnion", doi="10.1000/a1")
    >>> two = replace(one, origin=Origin("b.ris", ""), title="Cells of the Amnion.")
    >>> [member.group for member in deduplicate({"a1": one, "b1": two}).members]
    ['a1', 'a1']
    """
    keys = {name: keys_of(reference) for name, reference in references.items()}
    order = {name: place for place, name in enumerate(references)}
    known = {member.record: member for member in held if member.record in keys}
    found: list[tuple[Likeness, str, str]] = []
    for one, other in _pairs(keys, known):
        likeness = compare(keys[one], keys[other])
        if likeness is not None:
            found.append((likeness, one, other))
    # The surest first, so that a doubtful pair meets groups that are already whole.
    found.sort(
        key=lambda pair: (_RANK[pair[0].reason], -pair[0].score, order[pair[1]], order[pair[2]])
    )
    groups = _Groups(keys, known)
    possible: list[Possible] = []
    for likeness, one, other in found:
        if groups.are_one(one, other):
            continue
        if likeness.reason is Reason.POSSIBLE or not groups.join(one, other, likeness):
            possible.append(Possible(record=one, other=other, score=likeness.score))
    members = groups.members(order)
    return Deduplication(
        members=members,
        links=tuple(_links(references, keys, members)),
        possible=tuple(pair for pair in possible if not groups.are_one(pair.record, pair.other)),
    )


def separate(members: Sequence[Member], record: str) -> tuple[Member, ...]:
    """Take a record out of its group for good.

    Parameters
    ----------
    members
        The table.
    record
        The record to stand alone.

    Returns
    -------
    tuple of Member
        The table with the record in a group of its own, marked so that it is not merged again. A
        group that loses its first record takes the name of its next.

    Raises
    ------
    StudyProblem
        The table has no such record, or it stands alone already.
    """
    mine = next((member for member in members if member.record == record), None)
    others = [] if mine is None else [
        member for member in members if member.group == mine.group and member.record != record
    ]  # fmt: skip
    if mine is None or not others:
        raise StudyProblem(
            Problem(
                Place(column="record"),
                found=text('no merged record "{record}"', record=record),
                expected=text("a record that shares its group with another"),
                action=text("take the name from the table's column record"),
            )
        )
    name = mine.group if mine.group != record else others[0].record
    changed: dict[str, Member] = {
        record: Member(record=record, group=record, reason=Reason.APART, score=1.0, matched=name)
    }
    for other in others:
        row = replace(other, group=name)
        if other.record == name:
            row = Member(record=name, group=name)
        elif other.matched == record:
            row = replace(row, matched=name)
        changed[other.record] = row
    return tuple(changed.get(member.record, member) for member in members)


_RANK: Final = {
    Reason.DOI: 0,
    Reason.PMID: 1,
    Reason.TITLE_AND_PLACE: 2,
    Reason.TITLE_AND_AUTHORS: 3,
    Reason.LIKE_TITLE_AND_PLACE: 4,
    Reason.POSSIBLE: 5,
}


def _pairs(keys: Mapping[str, Keys], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each pair of records that share a key, unless both were compared before."""
    blocks: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for name, one in keys.items():
        for key in _block_keys(one):
            blocks[key].append(name)
    seen: set[tuple[str, str]] = set()
    for names in blocks.values():
        if len(names) > LARGEST_BLOCK:
            continue
        for pair in combinations(names, 2):
            if pair not in seen and not (pair[0] in known and pair[1] in known):
                seen.add(pair)
                yield pair


def _block_keys(one: Keys) -> set[tuple[object, ...]]:
    first = one.families[0] if one.families else ""
    keys: set[tuple[object, ...]] = {
        ("begins", one.title[:_KEY_LETTERS]),
        ("ends", one.title[-_KEY_LETTERS:]),
    }
    if one.doi:
        keys.add(("doi", one.doi))
    if one.pmid:
        keys.add(("pmid", one.pmid))
    if one.volume and one.first_page:
        keys.add(("place", one.volume, one.first_page))
    if first and one.year is not None:
        keys.add(("author", first, one.year))
    if first and one.first_page:
        keys.add(("page", first, one.first_page))
    return keys


class _Groups:
    """Groups while they grow."""

    def __init__(self, keys: Mapping[str, Keys], known: Mapping[str, Member]) -> None:
        self._keys = keys
        self._known = known
        self._of = {name: name for name in keys}
        self._records: dict[str, list[str]] = {}
        for name in keys:
            group = known[name].group if name in known else name
            self._of[name] = group
            self._records.setdefault(group, []).append(name)
        self._why: dict[str, tuple[Likeness, str]] = {}

    def are_one(self, one: str, other: str) -> bool:
        return self._of[one] == self._of[other]

    def join(self, one: str, other: str, likeness: Likeness) -> bool:
        mine, theirs = self._records[self._of[one]], self._records[self._of[other]]
        held = [any(name in self._known for name in names) for names in (mine, theirs)]
        if all(held) or not self._agree(mine, theirs):
            return False
        # The held group keeps its name, else the one whose record comes first.
        keep, leave = (one, other) if held[0] or not held[1] else (other, one)
        if len(self._records[self._of[leave]]) > len(self._records[self._of[keep]]) and not any(
            held
        ):
            keep, leave = leave, keep
        kept, left = self._of[keep], self._of[leave]
        self._lead_to(leave)
        self._why[leave] = (likeness, keep)
        for name in self._records.pop(left):
            self._of[name] = kept
            self._records[kept].append(name)
        return True

    def _agree(self, mine: Sequence[str], theirs: Sequence[str]) -> bool:
        """Tell whether no record of one group speaks against one of the other."""
        return all(
            not is_barred(self._keys[one], self._keys[other])
            and compare(self._keys[one], self._keys[other]) is not None
            for one in mine
            for other in theirs
        )

    def members(self, order: Mapping[str, int]) -> tuple[Member, ...]:
        rows: dict[str, Member] = {}
        for group, records in self._records.items():
            held = [name for name in records if name in self._known]
            first = group if held else min(records, key=order.__getitem__)
            if not held:
                self._lead_to(first)
            for name in records:
                if name in self._known:
                    rows[name] = self._known[name]
                elif name == first:
                    rows[name] = Member(record=name, group=first)
                else:
                    rows[name] = self._row(name, first)
        return tuple(rows[name] for name in order)

    def _lead_to(self, name: str) -> None:
        """Turn the matches of a group so that all of them lead to one record."""
        edge = self._why.pop(name, None)
        current = name
        while edge is not None:
            likeness, matched = edge
            edge = self._why.pop(matched, None)
            self._why[matched] = (likeness, current)
            current = matched

    def _row(self, name: str, first: str) -> Member:
        likeness, matched = self._why[name]
        return Member(
            record=name,
            group=first,
            reason=likeness.reason,
            score=round(likeness.score, 3),
            matched=matched,
        )


def _links(
    references: Mapping[str, Reference], keys: Mapping[str, Keys], members: Sequence[Member]
) -> Iterator[Link]:
    group_of = {member.record: member.group for member in members}
    by_number: dict[str, list[str]] = defaultdict(list)
    by_title: dict[str, list[str]] = defaultdict(list)
    for name, one in keys.items():
        for number in (one.doi, one.pmid):
            if number:
                by_number[number].append(name)
        if one.kind not in APART and len(one.title) >= LEAST_TITLE:
            by_title[one.title].append(name)
    for name, one in keys.items():
        if one.kind not in APART:
            continue
        reference = references[name]
        # Its own number too: databases give an abstract or a notice the number of its article.
        numbers = (*reference.related, one.doi, one.pmid)
        named = [
            target
            for number in numbers
            if number
            for target in by_number.get(number, ())
            if group_of[target] != group_of[name]
        ]
        targets, by = named, "identifier"
        if not named:
            subject = keys_of(replace(reference, title=subject_of(reference.title)))
            targets = [
                target
                for target in by_title.get(subject.title, ())
                if _may_belong(one, keys[target])
            ]
            by = "title"
        for group in dict.fromkeys(group_of[target] for target in targets):
            if group != group_of[name]:
                yield Link(record=name, group=group, kind=one.kind, by=by)


def _may_belong(one: Keys, article: Keys) -> bool:
    """Tell whether a notice or version under an article's title is the article's."""
    if one.kind in (ReferenceKind.COMMENT, ReferenceKind.REPLY):
        return True
    return not one.families or not article.families or bool({*one.families} & {*article.families})
