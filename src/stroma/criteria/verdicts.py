"""The shapes of a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stroma.measurements import Measurement
from stroma.texts import Text


class Outcome(StrEnum):
    """What came of one criterion."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_MEASURED = "NOT_MEASURED"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class LotOutcome(StrEnum):
    """What came of a lot."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    INCOMPLETE = "INCOMPLETE"


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
        The criterion as the profile states it; ``limit`` is a number, a word or a pair
        ("180 to 220" for ``between``); ``analyte`` names alternatives as ``"CD14 or CD11b"``.
    outcome
        What came of it.
    role
        What it may do here: a condition can have made it informative.
    reason
        The row it read, the interval, the limit, the margin, in one sentence.
    value, category, low, high
        What was judged; ``None`` where nothing was.
    margin
        Distance of the value from the limit on the passing side, in the unit; negative beyond it.
    settle
        What would settle it, where it is inconclusive or not measured.
    row
        The measurement it read.
    citation
        Where the limit comes from.
    """

    quantity: str
    analyte: str
    operator: str
    limit: float | str | tuple[float, float] | None
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
    citation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two different values of one quantity for one lot.

    Parameters
    ----------
    quantity, analyte, passage, condition
        The quantity.
    values
        The different values, in the order found.
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
