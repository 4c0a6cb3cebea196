"""What a report of many lots leaves out of its page, and the sentence that says so.

Nothing is lost: what the page leaves out stands in the tables and twins written beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from stroma.analytes import quantity_label
from stroma.criteria.limits import reported_bound
from stroma.criteria.settle import USUAL_LEVEL
from stroma.criteria.verdicts import CriterionResult, Outcome
from stroma.texts import Text, join, text
from stroma.views import CompensationView, GateView, View

MOST_IN_FULL = 60
"""Lots that a report tells in full. At 45 kB a lot, what the example study takes, these are less
than 3 MB; a hundred and ten would be the 5 MB above which a page is slow to open on an office
computer and is refused by many mail boxes."""


def is_compact(lots: int) -> bool:
    """Return whether a report is told compactly.

    Parameters
    ----------
    lots
        How many it has.

    Returns
    -------
    bool
        Whether there are more than :data:`MOST_IN_FULL`.
    """
    return lots > MOST_IN_FULL


def notice() -> Text:
    """Return what a compact report leaves out, and where it stands.

    Returns
    -------
    Text
        One sentence.
    """
    return text(
        "Compact, because it has more than {most} lots: gates are drawn for the first stained tube "
        "of a lot, a criterion that is met is told by its columns (intervals at {level} %), and "
        "the settings of methods stand in measurements.csv, report.xlsx and report.json.",
        most=MOST_IN_FULL,
        level=round(100 * USUAL_LEVEL),
    )


def drawn(views: Sequence[View]) -> tuple[View, ...]:
    """Return the views of a lot that a compact report draws.

    Parameters
    ----------
    views
        Of one lot.

    Returns
    -------
    tuple of View
        All but the gates of a second tube and the compensation of a second panel.
    """
    tube = next((view.file for view in views if isinstance(view, GateView)), "")
    panel = next((view for view in views if isinstance(view, CompensationView)), None)
    return tuple(
        view
        for view in views
        if (not isinstance(view, GateView) or view.file == tube)
        and (not isinstance(view, CompensationView) or view is panel)
    )


def spoken(result: CriterionResult) -> Text | None:
    """Return what a compact report says of a criterion beside its columns.

    Parameters
    ----------
    result
        A criterion of a lot.

    Returns
    -------
    Text or None
        The whole reason, unless it is met and value, interval, limit and margin say all of it;
        then which of its alternatives was measured, and what has to be known besides.
    """
    row = result.row
    if result.outcome is not Outcome.PASS or row is None or reported_bound(row):
        return result.reason
    if row.level is not None and row.level != USUAL_LEVEL:
        return result.reason
    told: list[Text] = []
    if row.analyte != result.analyte:
        told.append(quantity_label(row.quantity, row.analyte))
    told += result.remarks
    return join(told, "; ") if told else None
