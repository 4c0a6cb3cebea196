"""How verdicts, quantities, limits and units are put into words and signs."""

from __future__ import annotations

from collections.abc import Sequence

from stroma.analytes import quantity_label
from stroma.assays.potency_runs import OF_RUN
from stroma.criteria.criterion import COCULTURE
from stroma.criteria.verdicts import CriterionResult, LotOutcome, Outcome, Role
from stroma.criteria.wording import criterion_label
from stroma.errors import Severity
from stroma.measurements import Measurement
from stroma.texts import Text, join, text, texts

NO_BREAK = "\u00a0"

SIGNS: dict[str, str] = {
    "PASS": "✓",
    "FAIL": "✗",
    "INCONCLUSIVE": "?",
    "INCOMPLETE": "…",
    "NOT_MEASURED": "…",
    "NOT_APPLICABLE": "·",
}
"""A verdict is never shown by colour alone; the command line uses the same signs. None of them
could be taken for the minus of a number behind it."""

CLASSES: dict[str, str] = {
    "PASS": "p",
    "FAIL": "f",
    "INCONCLUSIVE": "q",
    "INCOMPLETE": "n",
    "NOT_MEASURED": "n",
    "NOT_APPLICABLE": "a",
}
"""Classes of the style sheet; one letter each, because a report holds thousands."""


def sign(outcome: Outcome | LotOutcome) -> str:
    """Return the sign of a verdict.

    Parameters
    ----------
    outcome
        Of a criterion or of a lot.

    Returns
    -------
    str
        One character.
    """
    return SIGNS[outcome.value]


def role_label(role: Role) -> Text:
    """Return what a criterion may do, as a reader sees it.

    Parameters
    ----------
    role
        The role.

    Returns
    -------
    Text
        One word or two.
    """
    labels = {
        Role.REQUIRED: text("required"),
        Role.INFORMATIVE: text("informative"),
        Role.HOLD: text("a person decides"),
    }
    return labels[role]


def severity_label(severity: Severity) -> Text:
    """Return a severity as a reader sees it.

    Parameters
    ----------
    severity
        The severity.

    Returns
    -------
    Text
        One word.
    """
    labels = {
        Severity.ERROR: text("error"),
        Severity.WARNING: text("warning"),
        Severity.NOTE: text("note"),
    }
    return labels[severity]


def asked_label(result: CriterionResult) -> Text:
    """Return what a criterion is about, with what the cells had been stimulated with.

    Parameters
    ----------
    result
        A criterion.

    Returns
    -------
    Text
        For example "CD14 or CD11b", "HLA-DR after IFN-gamma".
    """
    return _conditioned(criterion_label(result), result.condition)


def measured_label(row: Measurement) -> Text:
    """Return what was measured, with what the cells had been stimulated with.

    Parameters
    ----------
    row
        A measurement.

    Returns
    -------
    Text
        For example "CD105", "HLA-DR after IFN-gamma".
    """
    label = quantity_label(row.quantity, row.analyte)
    if row.condition and row.condition == row.settings.get("lymphocyte_donor"):
        return text("{quantity}, lymphocytes of {donor}", quantity=label, donor=row.condition)
    if row.quantity == OF_RUN:
        return text("{quantity}: {run}", quantity=label, run=row.condition)
    return _conditioned(label, row.condition)


def _conditioned(label: Text, condition: str) -> Text:
    if not condition:
        return label
    if condition.startswith(COCULTURE):
        return text("{quantity} beside {cells}", quantity=label, cells=condition)
    return text("{quantity} after {condition}", quantity=label, condition=condition)


def control_short(role: str) -> Text:
    """Return what a control is called where space is short.

    Parameters
    ----------
    role
        ``"fmo"``, ``"isotype"``, ``"unstained"``; another word is given back as it is.

    Returns
    -------
    Text
        One word.
    """
    names = {"fmo": text("FMO"), "isotype": text("isotype"), "unstained": text("unstained")}
    return names.get(role, join([role]))


def listed(parts: Sequence[object], separator: str = ", ") -> Text | None:
    """Join what is there.

    Parameters
    ----------
    parts
        Texts, strings or numbers.
    separator
        What stands between them.

    Returns
    -------
    Text or None
        ``None`` where there is nothing.
    """
    return join(tuple(parts), separator) if parts else None


def limits_of(result: CriterionResult) -> tuple[float, ...]:
    """Return the numbers a criterion compares with.

    Parameters
    ----------
    result
        A criterion.

    Returns
    -------
    tuple of float
        None for a word, one for a limit, two for a range.
    """
    limits = result.limit if isinstance(result.limit, tuple) else (result.limit,)
    return tuple(float(limit) for limit in limits if isinstance(limit, int | float))


def tube_role(role: str) -> Text:
    """Return what a tube is for.

    Parameters
    ----------
    role
        A name of :class:`stroma.records.TubeRole`; another word is given back as it is.

    Returns
    -------
    Text
        One word or two.
    """
    names = {
        "stained": text("stained"),
        "isotype": text("isotype"),
        "fmo": text("FMO"),
        "unstained": text("unstained"),
        "single_stain": text("single stain"),
    }
    return names.get(role, join([role]))


def observed_things(counted: str, number: int) -> Text:
    """Return what a measurement's ``n`` counts, in the form that goes with the number.

    Parameters
    ----------
    counted
        As in :class:`~stroma.measurements.Measurement`; another word stays as it is.
    number
        How many.

    Returns
    -------
    Text
        Without the number.
    """
    names = {
        "cells": texts("cell", "cells", number),
        "events": texts("event", "events", number),
        "replicates": texts("replicate", "replicates", number),
        "counts": texts("count", "counts", number),
        "wells": texts("well", "wells", number),
        "dishes": texts("dish", "dishes", number),
        "ratios": texts("ratio", "ratios", number),
        "concentrations": texts("concentration", "concentrations", number),
        "runs": texts("run", "runs", number),
        "dilutions": texts("dilution", "dilutions", number),
        "additions": texts("addition", "additions", number),
    }
    return names.get(counted, join([counted]))
