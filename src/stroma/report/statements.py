"""The statements that journals and regulators ask for, filled from what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stroma.measurements import Measurement
from stroma.report.doses import DOSES, LotKnown
from stroma.report.miflowcyt import MIFLOWCYT, StudyKnown
from stroma.report.reporting_items import Statement, fill
from stroma.results import StudyResults


@dataclass(frozen=True, slots=True)
class Statements:
    """All statements of a study.

    Parameters
    ----------
    doses
        Lot to its five items of DOSES.
    miflowcyt
        Items of MIFlowCyt; empty where no cell was counted by flow cytometry.
    """

    doses: Mapping[str, tuple[Statement, ...]]
    miflowcyt: tuple[Statement, ...]


def state(results: StudyResults) -> Statements:
    """Fill the statements of a study.

    Parameters
    ----------
    results
        The results.

    Returns
    -------
    Statements
        For every described lot DOSES; MIFlowCyt once.
    """
    rows: dict[str, list[Measurement]] = {}
    for row in results.measurements:
        rows.setdefault(row.lot, []).append(row)
    doses = {
        lot.lot: fill(DOSES, LotKnown(lot, rows.get(lot.lot, []), results.settings))
        for lot in results.lots
    }
    study = StudyKnown(results)
    return Statements(doses, fill(MIFLOWCYT, study) if study.has_flow else ())
