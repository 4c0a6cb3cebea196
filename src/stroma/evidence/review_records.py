"""What a review holds: its protocol, the decisions of its people, what they took from papers.

A review is a folder of plain text. ``review.toml`` is the protocol; ``searches/`` holds the
exports as downloaded; ``duplicates.csv`` which records are one publication; ``decisions.csv`` and
``extractions.csv`` what people decided and read. Nothing else is stored: queues, flows and pooled
answers follow from these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from stroma.errors import Problem
from stroma.evidence.duplicates.deduplication import Link, Member, Possible
from stroma.origin import Origin
from stroma.reference_records import Reference


class Side(StrEnum):
    """What a criterion does to the publications it holds for."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of what is let in or kept out.

    Parameters
    ----------
    key
        Its name in ``decisions.csv``: ``"E2"``.
    side
        Whether it includes or excludes.
    words
        As a person reads it.
    stages
        The stages at which it can be judged.
    """

    key: str
    side: Side
    words: str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSearch:
    """A search as it was run in one database.

    Parameters
    ----------
    database
        Name of the database.
    query
        The search string as typed.
    run
        The day; ``None`` where it was not noted.
    hits
        How many records the database said it found; ``None`` where it was not noted.
    exports
        Files in ``searches/`` that came of it.
    """

    database: str
    query: str
    run: date | None = None
    hits: int | None = None
    exports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """``review.toml``.

    Parameters
    ----------
    title, question
        What the review asks.
    searches
        Where it looked.
    criteria
        What it lets in and keeps out.
    people
        Short names of those who decide.
    deciders
        How many of them have to agree on a record: 1 or 2.
    arbiter
        Who decides where two disagree; empty where they talk it over.
    """

    title: str
    question: str
    searches: tuple[DatabaseSearch, ...]
    criteria: tuple[Criterion, ...]
    people: tuple[str, ...]
    deciders: int = 2
    arbiter: str = ""


class Stage(StrEnum):
    """Where a record is judged."""

    TITLE_ABSTRACT = "title_abstract"
    FULL_TEXT = "full_text"


class Choice(StrEnum):
    """What a person decided of a record."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    UNSURE = "unsure"
    NOT_RETRIEVED = "not_retrieved"
    """The full text could not be had; at the stage of the full text only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A row of ``decisions.csv``. Rows are added, never changed: the latest of a person counts.

    Parameters
    ----------
    group
        The publication: the name of its first record.
    stage
        Where it was judged.
    choice
        What was decided.
    criterion
        The criterion that excluded it; empty otherwise.
    reason
        In the person's words.
    person
        Who decided.
    day
        When.
    row
        In the file, the header being row 1; 0 for one not written yet.
    """

    group: str
    stage: Stage
    choice: Choice
    person: str
    day: date
    criterion: str = ""
    reason: str = ""
    row: int = 0


class SpreadKind(StrEnum):
    """What the printed spread is."""

    SD = "SD"
    SEM = "SEM"
    CI95 = "CI95"
    RANGE = "range"
    IQR = "IQR"
    NOT_STATED = "not_stated"


class Counted(StrEnum):
    """What a printed n counts."""

    DONORS = "donors"
    LOTS = "lots"
    WELLS = "wells"
    EXPERIMENTS = "experiments"
    PATIENTS = "patients"
    NOT_STATED = "not_stated"


class Direction(StrEnum):
    """How a tissue stands against its comparator, in the words of the paper."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_DIFFERENCE = "no_difference"
    NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canonical:
    """A printed value in the unit of the vocabulary.

    Parameters
    ----------
    value, spread, low, high
        Converted; ``None`` where nothing was printed.
    unit
        UCUM code.
    conversion
        What was done: ``"d x 24 = h"``, ``"SD = SEM 3.4 x sqrt(6)"``; one step an entry.
    estimated_mean, estimated_spread
        Mean and standard deviation as estimated from a range or from quartiles; ``None`` where
        they were printed or can be calculated. They never stand in ``value`` and ``spread``.
    """

    value: float | None
    spread: float | None
    low: float | None
    high: float | None
    unit: str
    conversion: tuple[str, ...]
    estimated_mean: float | None = None
    estimated_spread: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """A row of ``extractions.csv``: one figure, or one stated direction, of one paper.

    Parameters
    ----------
    key
        Its name: ``"X0017"``.
    group
        The publication it was read in.
    place
        Where in it: ``"table 2"``.
    quantity, analyte
        In the vocabulary, or the paper's own word where the vocabulary has none.
    tissue, part
        In the vocabulary; the part of the placenta where it is stated.
    comparator, direction
        The tissue it was set against in the same paper and how it stood; empty and ``None`` where
        nothing was said.
    value, low, high, spread
        As printed; ``None`` where not printed. ``low`` and ``high`` are an interval's or range's
        ends, ``spread`` the figure behind a plus-minus sign; ``spread_kind`` says which.
    bound
        ``"<"``, ``">"`` and the like before a value.
    unit
        As printed.
    n, n_counts
        How many, of what.
    passage, medium, condition, p_printed
        As printed.
    extractor, checker
        Who read it, and who read it again; the latter empty while nobody has.
    note
        What the next reader has to know.
    canonical
        The same in the vocabulary's unit; ``None`` where there is no value or no conversion.
    row
        In the file, the header being row 1; 0 for one not written yet.
    written
        The figures as they stand in the file, by column: ``"5.10"`` shows two decimals, which the
        number 5.1 no longer does.
    """

    key: str
    group: str
    place: str
    quantity: str
    tissue: str
    analyte: str = ""
    part: str = ""
    comparator: str = ""
    direction: Direction | None = None
    value: float | None = None
    bound: str = ""
    low: float | None = None
    high: float | None = None
    spread: float | None = None
    spread_kind: SpreadKind = SpreadKind.NOT_STATED
    unit: str = ""
    n: int | None = None
    n_counts: Counted = Counted.NOT_STATED
    passage: str = ""
    medium: str = ""
    condition: str = ""
    p_printed: str = ""
    extractor: str = ""
    checker: str = ""
    note: str = ""
    canonical: Canonical | None = None
    row: int = 0
    written: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review folder as read.

    Parameters
    ----------
    protocol
        What was asked and how it is decided.
    references
        Every record of the exports by its name.
    databases
        Where each record came from.
    members
        Which records are one publication.
    links
        Notices, versions and answers, each with the publication it belongs to.
    possible
        Pairs of records a person has to look at.
    decisions
        In the order of the file.
    extractions
        In the order of the file.
    files
        What was read, with digests.
    problems
        What a person has to look at.
    """

    protocol: Protocol
    references: Mapping[str, Reference]
    databases: Mapping[str, str]
    members: tuple[Member, ...]
    links: tuple[Link, ...] = ()
    possible: tuple[Possible, ...] = ()
    decisions: tuple[Decision, ...] = ()
    extractions: tuple[Extraction, ...] = ()
    files: tuple[Origin, ...] = ()
    problems: tuple[Problem, ...] = ()
