"""The shapes of a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from stroma.measurements import Measurement
from stroma.texts import Text, text

Limit: TypeAlias = float | str | tuple[float, float] | tuple[str, ...] | None
"""A number, a word, a pair for ``between``, words of which any will do, or none."""


class Outcome(StrEnum):
    """What came of one criterion."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_MEASURED = "NOT_MEASURED"
    NOT_APPLICABLE = "NOT_APPLICABLE"

    @property
    def label(self) -> Text:
        """The outcome as a reader sees it."""
        return _OUTCOME_LABELS[self]


class LotOutcome(StrEnum):
    """What came of a lot."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    INCOMPLETE = "INCOMPLETE"

    @property
    def label(self) -> Text:
        """The verdict as a reader sees it."""
        return _LOT_LABELS[self]


_OUTCOME_LABELS = {
    Outcome.PASS: text("PASS"),
    Outcome.FAIL: text("FAIL"),
    Outcome.INCONCLUSIVE: text("INCONCLUSIVE"),
    Outcome.NOT_MEASURED: text("NOT MEASURED"),
    Outcome.NOT_APPLICABLE: text("NOT APPLICABLE"),
}
_LOT_LABELS = {
    LotOutcome.PASS: text("PASS"),
    LotOutcome.FAIL: text("FAIL"),
    LotOutcome.INCONCLUSIVE: text("INCONCLUSIVE"),
    LotOutcome.INCOMPLETE: text("INCOMPLETE"),
}


class Role(StrEnum):
    """What a criterion may do to the verdict of a lot."""

    REQUIRED = "required"
    INFORMATIVE = "informative"
    HOLD = "hold"
    """Cannot fail a lot, but keeps it from passing until a person has decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """One criterion applied to one lot.

    Parameters
    ----------
    quantity, analyte, operator, limit, unit
        The criterion as the profile states it; ``limit`` is a number, a word, a pair
        ("180 to 220" for ``between``) or the words of which any will do; ``analyte`` names
        alternatives as ``"CD14 or CD11b"``; operator and limit are empty where the profile only
        asks for the value.
    outcome
        What came of it.
    role
        What it may do here: a condition can have made it informative.
    reason
        The row it read, the interval, the limit, the margin, in one sentence.
    remarks
        What of it is no part of value, interval, limit and margin.
    value, category, low, high
        What was judged, in the criterion's unit; ``None`` where nothing was.
    margin
        Distance from the limit on the passing side of the interval's less favourable end, of the
        value where there is no interval; negative where it lies beyond the limit.
    settle
        What would settle it, where it is inconclusive or not measured.
    row
        The measurement it read.
    citation
        Where the limit comes from.
    condition
        What the cells had been stimulated with; empty for nothing.
    purpose
        What the source calls the criterion: "release", "potency".
    """

    quantity: str
    analyte: str
    operator: str
    limit: Limit
    unit: str
    outcome: Outcome
    role: Role
    reason: Text
    value: float | None = None
    category: str | None = None
    low: float | None = None
    high: float | None = None
    margin: float | None = None
    settle: Text | None = None
    row: Measurement | None = None
    remarks: tuple[Text, ...] = ()
    citation: str = ""
    condition: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two different values of one quantity for one lot.

    Parameters
    ----------
    quantity, analyte, passage, condition
        The quantity.
    values
        The different values, the smallest first.
    judged
        The one that was judged: the worse; ``None`` where the profile does not ask for it.
    reason
        In one sentence.
    """

    quantity: str
    analyte: str
    passage: str
    condition: str
    values: tuple[float | str, ...]
    judged: float | str | None
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LotVerdict:
    """A lot under a profile.

    Parameters
    ----------
    lot, source
        The lot and its tissue.
    verdict
        What came of it.
    summary
        Why, in one sentence.
    criteria
        Every criterion of the profile, in its order.
    conflicts
        Quantities with two different values.
    holds
        Why a person has to decide before it can pass.
    missing
        What an incomplete lot lacks: labels of criteria not measured.
    """

    lot: str
    source: str
    verdict: LotOutcome
    summary: Text
    criteria: tuple[CriterionResult, ...]
    conflicts: tuple[Conflict, ...] = ()
    holds: tuple[Text, ...] = ()
    missing: tuple[str, ...] = ()
