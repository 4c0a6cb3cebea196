"""Judge one part of a claim: find its rows, give each its vote, count one voice a paper."""

from __future__ import annotations

from stroma.evidence.claims.answering import Rows
from stroma.evidence.claims.comparisons import (
    judge_aged,
    judge_compared,
    judge_differs,
    judge_marked,
    judge_phenotype,
    judge_within,
)
from stroma.evidence.claims.presence import (
    judge_dated,
    judge_lacking,
    judge_most_used,
    judge_record,
    judge_searched,
    judge_shown,
    judge_standard,
    judge_stated,
    judge_used,
)
from stroma.evidence.claims.records import PartAnswer
from stroma.evidence.claims.rules import (
    Aged,
    Compared,
    Dated,
    Differs,
    Lacking,
    Marked,
    MostUsed,
    Part,
    Phenotype,
    Record,
    Searched,
    Shown,
    Standard,
    Stated,
    Used,
    Within,
)


def judge_part(part: Part, rows: Rows) -> PartAnswer:
    """Judge one part of a claim.

    Parameters
    ----------
    part
        What is asked, one of the kinds of :mod:`stroma.evidence.claims.rules`.
    rows
        Everything that is held.

    Returns
    -------
    PartAnswer
        The answer with its rows.
    """
    match part:
        case Compared():
            return judge_compared(part, rows)
        case Differs():
            return judge_differs(part, rows)
        case Aged():
            return judge_aged(part, rows)
        case Marked():
            return judge_marked(part, rows)
        case Phenotype():
            return judge_phenotype(part, rows)
        case Within():
            return judge_within(part, rows)
        case MostUsed():
            return judge_most_used(part, rows)
        case Used():
            return judge_used(part, rows)
        case Shown():
            return judge_shown(part, rows)
        case Standard():
            return judge_standard(part, rows)
        case Dated():
            return judge_dated(part, rows)
        case Record():
            return judge_record(part, rows)
        case Lacking():
            return judge_lacking(part, rows)
        case Stated():
            return judge_stated(part, rows)
        case Searched():
            return judge_searched(part, rows)
