"""What a report of many lots leaves out of its page, and the sentence that says so.

Nothing is lost: what the page leaves out stands in the tables and twins written beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stroma.analytes import quantity_label
from stroma.criteria.limits import reported_bound
from stroma.criteria.settle import USUAL_LEVEL
from stroma.criteria.verdicts import CriterionResult, LotVerdict, Outcome
from stroma.report.files import Files, NumberedFile
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
        "of a lot, compensation is told in words, a criterion that is met is told by its columns "
        "(intervals at {level} %), and the settings of methods stand in measurements.csv, "
        "report.xlsx and report.json.",
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


@dataclass(frozen=True, slots=True)
class MetTogether:
    """Criteria that are met by measurements of one passage and the same files.

    Parameters
    ----------
    passage
        The passage; empty where none is named.
    files
        Where the measurements come from.
    told
        Each criterion with its position in the verdict.
    outcome
        That of all of them.
    """

    passage: str
    files: tuple[NumberedFile, ...]
    told: tuple[tuple[int, CriterionResult], ...]
    outcome: Outcome = Outcome.PASS


def is_met(result: CriterionResult) -> bool:
    """Return whether a criterion is met by a measurement.

    Parameters
    ----------
    result
        A criterion of a lot.

    Returns
    -------
    bool
        Whether a compact report tells it beside others.
    """
    return result.outcome is Outcome.PASS and result.row is not None


def met_together(verdict: LotVerdict, files: Files) -> tuple[MetTogether, ...]:
    """Gather the criteria of a lot that are met, so that passage and files are said once.

    Parameters
    ----------
    verdict
        Of one lot.
    files
        All files of the report.

    Returns
    -------
    tuple of MetTogether
        In the order of the first criterion of each.
    """
    groups: dict[tuple[str, tuple[NumberedFile, ...]], list[tuple[int, CriterionResult]]] = {}
    for number, result in enumerate(verdict.criteria):
        if result.row is not None and is_met(result):
            cited = tuple(entry for entry, _place in files.cited(result.row.origins))
            groups.setdefault((result.row.passage, cited), []).append((number, result))
    return tuple(
        MetTogether(passage, cited, tuple(told)) for (passage, cited), told in groups.items()
    )


def spoken(result: CriterionResult) -> Text | None:
    """Return what a compact report says of a criterion that is met beside its columns.

    Parameters
    ----------
    result
        A criterion that is met.

    Returns
    -------
    Text or None
        Which of its alternatives was measured, and what has to be known besides value, interval,
        limit and margin; the whole reason where the interval is of another level or the value a
        bound.
    """
    row = result.row
    if row is None or reported_bound(row):
        return result.reason
    if row.level is not None and row.level != USUAL_LEVEL:
        return result.reason
    told: list[Text] = []
    if row.analyte != result.analyte:
        told.append(quantity_label(row.quantity, row.analyte))
    told += result.remarks
    return join(told, "; ") if told else None
