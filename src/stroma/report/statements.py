"""The statements that journals and regulators ask for, filled from what is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from stroma.measurements import Measurement
from stroma.report.doses import DOSES, LotKnown
from stroma.report.miflowcyt import MIFLOWCYT, StudyKnown
from stroma.report.reporting_items import Statement, fill
from stroma.results import StudyResults
from stroma.texts import Text


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


@dataclass(frozen=True, slots=True)
class Lacking:
    """What an item lacks in some lots.

    Parameters
    ----------
    item
        The item's label.
    what
        The thing that is missing.
    lots
        In how many lots.
    """

    item: Text
    what: Text
    lots: int


def lacking_lots(statements: Statements) -> tuple[Lacking, ...]:
    """Count the lots whose DOSES lack something.

    Parameters
    ----------
    statements
        Of a study.

    Returns
    -------
    tuple of Lacking
        In the order in which it is first missing.
    """
    counts: Counter[tuple[Text, Text]] = Counter()
    for held in statements.doses.values():
        counts.update((one.label, what) for one in held for what in one.missing)
    return tuple(Lacking(item, what, lots) for (item, what), lots in counts.items())


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
