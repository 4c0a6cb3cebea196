"""The PRISMA 2020 flow of a review, counted anew from its decisions each time.

Nothing of the flow is stored, so that it cannot disagree with the decisions. What is linked to a
publication (a correction, a preprint, a reply) is not screened for itself but goes its way, and
counts as a report of the study it came in with. Two publications on the same donors are two
studies: nothing in their records tells that they are one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stroma.errors import Place, Problem, Severity, StudyProblem
from stroma.evidence.prisma.records import (
    ExcludedReports,
    PreviousVersion,
    PrismaFlow,
    SourceCount,
)
from stroma.evidence.review_records import Review
from stroma.evidence.screening.standing import PublicationStanding, Standing, hosts, standings
from stroma.texts import text

REGISTERS: Final = (
    "clinicaltrials", "ictrp", "isrctn", "eudract", "eu clinical trials", "ctis", "chictr",
    "anzctr", "drks", "jprn", "umin", "jrct", "ctri", "irct", "rebec", "prospero", "register",
    "registry",
)  # fmt: skip
"""What names of registers hold, in lower case. CENTRAL of the Cochrane Library, a register by its
name, is searched and told as a database (Page et al. 2021, supplement 2)."""
DATABASES: Final = {
    "pubmed": "PubMed",
    "scopus": "Scopus",
    "wos": "Web of Science",
    "embase": "Embase",
    "cochrane": "Cochrane Library",
    "ovid": "Ovid",
    "google_scholar": "Google Scholar",
}
"""Names of databases that exports are known by, where the protocol names none."""
_NOT_REGISTERS: Final = ("cochrane", "central")


@dataclass(frozen=True, slots=True)
class _Counted:
    """Publications by what became of them."""

    excluded: frozenset[str]
    awaiting_screening: frozenset[str]
    disputed_screening: frozenset[str]
    sought: frozenset[str]
    not_retrieved: frozenset[str]
    awaiting_full_text: frozenset[str]
    excluded_full_text: frozenset[str]
    disputed_full_text: frozenset[str]
    included: frozenset[str]


def flow(
    review: Review,
    *,
    new_exports: Collection[str] = (),
    standing: Mapping[str, PublicationStanding] | None = None,
) -> PrismaFlow:
    """Count the flow of a review.

    Parameters
    ----------
    review
        The review.
    new_exports
        Files of an update, as the review names them (``"searches/pubmed-2.nbib"``). The flow is
        then that of their records, and what the others led to is the earlier version. A record of
        theirs that belongs to a publication held before is a duplicate. Empty for a review that is
        told as one.
    standing
        As :func:`stroma.evidence.screening.standing.standings` returned it, where it is known
        already.

    Returns
    -------
    PrismaFlow
        Every box. Nobody's decision moves a record but a person's: the model that orders the queue
        excludes none, so that the box of PRISMA for automation holds 0 for every review.

    Raises
    ------
    StudyProblem
        The review holds no file of such a name.
    """
    _check_exports(review, new_exports)
    by_group = standings(review) if standing is None else standing
    linked = hosts(review)
    new = _new_groups(review, new_exports)
    counted = _counted({group: one for group, one in by_group.items() if group in new})
    records = [
        name
        for name, one in review.references.items()
        if not new_exports or one.origin.file in new_exports
    ]
    mine = [group for group in linked if group in new]
    old = _counted({group: one for group, one in by_group.items() if group not in new})
    return PrismaFlow(
        sources=_sources(review, records),
        duplicates=len(records) - len(new),
        linked=len(mine),
        screened=sum(group in new for group in by_group),
        excluded=len(counted.excluded),
        awaiting_screening=len(counted.awaiting_screening),
        disputed_screening=len(counted.disputed_screening),
        sought=len(counted.sought),
        not_retrieved=len(counted.not_retrieved),
        awaiting_full_text=len(counted.awaiting_full_text),
        assessed=len(counted.sought - counted.not_retrieved - counted.awaiting_full_text),
        excluded_reports=_excluded_reports(review, by_group, counted.excluded_full_text),
        disputed_full_text=len(counted.disputed_full_text),
        included=len(counted.included),
        linked_reports=len(_followers(linked, counted.included)),
        previous=_previous(linked, mine, counted, old) if new_exports else None,
    )


def _check_exports(review: Review, new_exports: Collection[str]) -> None:
    held = {one.origin.file for one in review.references.values()}
    unknown = [name for name in new_exports if name not in held]
    if unknown:
        raise StudyProblem(
            Problem(
                Place(file=name),
                found=text("no record of this file in the review"),
                expected=text("one of {known}", known=", ".join(sorted(held)) or "–"),
                action=text("name the export as it stands in the folder searches"),
            )
            for name in unknown
        )


def _new_groups(review: Review, new_exports: Collection[str]) -> set[str]:
    """Return the publications without a record of an earlier export."""
    groups = {member.group for member in review.members}
    if not new_exports:
        return groups
    return groups - {
        member.group
        for member in review.members
        if review.references[member.record].origin.file not in new_exports
    }


def _counted(by_group: Mapping[str, PublicationStanding]) -> _Counted:
    first: dict[Standing, set[str]] = defaultdict(set)
    second: dict[Standing, set[str]] = defaultdict(set)
    for group, one in by_group.items():
        first[one.title_abstract.standing].add(group)
        if one.title_abstract.standing is Standing.INCLUDED:
            second[one.full_text.standing].add(group)
    waiting = [standing for standing in Standing if standing.is_open]
    waiting.remove(Standing.CONFLICT)
    return _Counted(
        excluded=frozenset(first[Standing.EXCLUDED]),
        # A text that could not be had is no judgement of a title.
        awaiting_screening=frozenset(first[Standing.NOT_RETRIEVED]).union(
            *(first[standing] for standing in waiting)
        ),
        disputed_screening=frozenset(first[Standing.CONFLICT]),
        sought=frozenset(first[Standing.INCLUDED]),
        not_retrieved=frozenset(second[Standing.NOT_RETRIEVED]),
        awaiting_full_text=frozenset().union(*(second[standing] for standing in waiting)),
        excluded_full_text=frozenset(second[Standing.EXCLUDED]),
        disputed_full_text=frozenset(second[Standing.CONFLICT]),
        included=frozenset(second[Standing.INCLUDED]),
    )


def _sources(review: Review, records: Iterable[str]) -> tuple[SourceCount, ...]:
    """Return the records of each source, in the order of the protocol, then of the records."""
    counts = Counter(_database(review.databases.get(name, "")) for name in records)
    named = [search.database for search in review.protocol.searches]
    order = dict.fromkeys([*(name for name in named if name in counts), *counts])
    return tuple(
        SourceCount(name=name, records=counts[name], is_register=is_register(name))
        for name in sorted(order, key=lambda name: (is_register(name), not name))
    )


def _database(name: str) -> str:
    """Return a database's own name for the word its exports are known by."""
    return DATABASES.get(name, name)


def is_register(name: str) -> bool:
    """Tell whether a source is a register of trials.

    Parameters
    ----------
    name
        As the protocol names it.

    Returns
    -------
    bool
        False for a database of publications.

    Examples
    --------
    >>> is_register("ClinicalTrials.gov"), is_register("Cochrane Central Register"), is_register("")
    (True, False, False)
    """
    plain = name.casefold()
    return any(word in plain for word in REGISTERS) and not any(
        word in plain for word in _NOT_REGISTERS
    )


def _excluded_reports(
    review: Review, by_group: Mapping[str, PublicationStanding], excluded: Iterable[str]
) -> tuple[ExcludedReports, ...]:
    counts = Counter(by_group[group].full_text.criterion for group in excluded)
    words = {criterion.key: criterion.words for criterion in review.protocol.criteria}
    order = [*words, *sorted(key for key in counts if key and key not in words), ""]
    return tuple(
        ExcludedReports(criterion=key, words=words.get(key, ""), reports=counts[key])
        for key in order
        if counts[key]
    )


def _followers(linked: Mapping[str, tuple[str, ...]], included: Collection[str]) -> set[str]:
    """Return what came in with an included publication."""
    return {group for group, ends in linked.items() if any(host in included for host in ends)}


def _previous(
    linked: Mapping[str, tuple[str, ...]],
    late: Collection[str],
    counted: _Counted,
    old: _Counted,
) -> PreviousVersion:
    """Return what publications of earlier exports led to, and what came later to them."""
    undecided = (
        old.awaiting_screening
        | old.disputed_screening
        | old.awaiting_full_text
        | old.disputed_full_text
    )
    # What belongs to a new study and an old one counts once, with the new.
    ties = {
        group for group in _followers(linked, old.included)
        if group not in _followers(linked, counted.included)
    }  # fmt: skip
    return PreviousVersion(
        studies=len(old.included),
        reports=len(old.included) + len(ties - set(late)),
        later_reports=len(ties & set(late)),
        undecided=len(undecided),
    )


def search_problems(review: Review) -> tuple[Problem, ...]:
    """Return what a reader of the flow would ask for.

    Parameters
    ----------
    review
        The review.

    Returns
    -------
    tuple of Problem
        Searches whose exports hold another number of records than they found, and exports that no
        search of the protocol names.
    """
    return tuple(_search_problems(review))


def _search_problems(review: Review) -> Iterator[Problem]:
    records = Counter(one.origin.file for one in review.references.values())
    named: set[str] = set()
    for number, search in enumerate(review.protocol.searches, start=1):
        files = [f"searches/{export}" for export in search.exports]
        named.update(files)
        held = sum(records[file] for file in files)
        if search.hits is not None and files and held != search.hits:
            yield Problem(
                Place(file="review.toml", column=f"search[{number}].hits"),
                found=text(
                    "records found in {database}: {hits}; usable in its exports: {held}",
                    database=search.database,
                    hits=search.hits,
                    held=held,
                ),
                expected=text("as many records as were found"),
                action=text("export the rest, or correct the number"),
                severity=Severity.WARNING,
            )
    for file in sorted(set(records) - named):
        yield Problem(
            Place(file=file),
            found=text("an export that no search of the protocol names"),
            expected=text("each export under the search it came of"),
            action=text("add its name to exports of a [[search]] in review.toml"),
            severity=Severity.WARNING,
        )
