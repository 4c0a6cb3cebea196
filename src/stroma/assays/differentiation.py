"""Differentiation against the undifferentiated control: how much more, and whether enough.

The ISCT asks for differentiation into osteoblasts, adipocytes and chondroblasts shown by staining
(Dominici 2006, Cytotherapy 8:315) and gives no number. The ratio of an absorbance or stained area
and the difference of a score are measured here with their intervals; a culture is positive where
the whole interval clears the minimum the laboratory declares, negative where all of it stays
below, and undecided otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stroma.assays.inductions import SCORE, Induction, group_readings
from stroma.assays.places import house_rule
from stroma.assays.result import AssayResult
from stroma.errors import Problem, Severity
from stroma.house_rules import DifferentiationRule
from stroma.measurements import Measurement
from stroma.records import DifferentiationReading, Lot
from stroma.stats.ratios import MeanComparison, common_step, fieller_ratio, welch_difference
from stroma.texts import Text, text, texts
from stroma.views import ReplicateView, Subject
from stroma.vocabulary import NEGATIVE, POSITIVE, UNDECIDED, Category


@dataclass(frozen=True, slots=True)
class _Outcome:
    """An induction, compared with its control and held against the house rule."""

    induction: Induction
    comparison: MeanComparison
    minimum: float | None
    category: Category
    warnings: tuple[Text, ...]


def measure_differentiation(
    readings: Sequence[DifferentiationReading], *, lot: Lot, rule: DifferentiationRule
) -> AssayResult:
    """Measure the differentiation of one lot, for each passage and lineage.

    Parameters
    ----------
    readings
        Rows of ``differentiation.csv``; those of other lots are left aside.
    lot
        The lot.
    rule
        The minimum that has to be cleared, and the confidence level.

    Returns
    -------
    AssayResult
        Rows ``differentiation_ratio`` (absorbance, area) and
        ``differentiation_score_difference`` (score), one for each readout and stain; one row
        ``differentiation`` for each passage and lineage; a
        :class:`~stroma.views.ReplicateView` for each readout.

    Notes
    -----
    Where a lineage was read in several ways, those with a declared minimum decide, and they have
    to agree; the others are reported beside.
    """
    own = [reading for reading in readings if reading.lot == lot.lot]
    inductions, problems = group_readings(own)
    found = list(problems)
    outcomes: list[_Outcome] = []
    for induction in inductions:
        undefined = _undefined(induction)
        if undefined is not None:
            found.append(undefined)
            continue
        outcome = _compare(induction, rule)
        outcomes.append(outcome)
        found.extend(_unbounded(outcome))
    rows = [_comparison_row(outcome, lot, rule) for outcome in outcomes]
    for group in _by_lineage(outcomes):
        row, doubts = _decision(group, lot, rule)
        rows.append(row)
        found.extend(doubts)
    views = tuple(_view(induction) for induction in inductions)
    return AssayResult(tuple(rows), tuple(found), views)


def _compare(induction: Induction, rule: DifferentiationRule) -> _Outcome:
    if induction.readout == SCORE:
        minimum = rule.minimum_score_difference
        comparison = welch_difference(
            induction.induced,
            induction.control,
            level=rule.level,
            step=common_step((*induction.induced, *induction.control)),
        )
    else:
        minimum = rule.minimum_ratio
        comparison = fieller_ratio(induction.induced, induction.control, level=rule.level)
    if minimum is None or len(induction.entered_units) > 1:
        category = UNDECIDED
    else:
        category = _against_minimum(comparison, minimum)
    return _Outcome(induction, comparison, minimum, category, _warnings(induction, comparison))


def _against_minimum(comparison: MeanComparison, minimum: float) -> Category:
    if comparison.low is not None and comparison.low > minimum:
        return POSITIVE
    if comparison.high is not None and comparison.high < minimum:
        return NEGATIVE
    return UNDECIDED


def _warnings(induction: Induction, comparison: MeanComparison) -> tuple[Text, ...]:
    said: list[Text] = []
    readings = (*induction.induced, *induction.control)
    below = sum(reading < 0 for reading in readings)
    if len(induction.entered_units) > 1:
        said.append(
            text(
                "undecided: readings of one series were entered in several units, {units}",
                units=", ".join(induction.entered_units),
            )
        )
    if below > 0:
        said.append(
            texts("{count} reading is below zero", "{count} readings are below zero", below)
        )
    if not comparison.is_bounded:
        said.append(_why_unbounded(induction, comparison))
    elif comparison.high is None:
        said.append(text("no upper bound: the control cannot be told from zero"))
    return tuple(said)


def _why_unbounded(induction: Induction, comparison: MeanComparison) -> Text:
    if min(len(induction.induced), len(induction.control)) == 1:
        return text("no interval: a single replicate cannot be bounded")
    if comparison.degrees_of_freedom is None:
        return text("no interval: the replicates show no spread")
    return text("no interval: neither induced culture nor control can be told from zero")


def _unbounded(outcome: _Outcome) -> tuple[Problem, ...]:
    if outcome.comparison.is_bounded:
        return ()
    induction = outcome.induction
    return (
        Problem(
            induction.place,
            found=text(
                "{name}: {reason}",
                name=induction.name,
                reason=_why_unbounded(induction, outcome.comparison),
            ),
            expected=text("at least two replicates of each culture that differ by their error"),
            action=text("read more wells; the differentiation is undecided until then"),
            severity=Severity.WARNING,
        ),
    )


def _undefined(induction: Induction) -> Problem | None:
    """Say why a ratio is not defined."""
    if induction.readout == SCORE:
        return None
    induced = math.fsum(induction.induced) / len(induction.induced)
    control = math.fsum(induction.control) / len(induction.control)
    if control > 0 and induced >= 0:
        return None
    return Problem(
        induction.place,
        found=text("{name}: the control's mean is {mean}", name=induction.name, mean=control)
        if control <= 0
        else text("{name}: the induced mean is {mean}", name=induction.name, mean=induced),
        expected=text("a control above zero and an induced culture not below it, for their ratio"),
        action=text("check the blank, or enter a score; no ratio is reported until then"),
    )


def _comparison_row(outcome: _Outcome, lot: Lot, rule: DifferentiationRule) -> Measurement:
    induction, comparison = outcome.induction, outcome.comparison
    is_score = induction.readout == SCORE
    settings: dict[str, object] = {
        "formula": "mean(induced) - mean(undifferentiated)"
        if is_score
        else "mean(induced) / mean(undifferentiated)",
        "interval": "Welch" if is_score else "Fieller, unequal variances",
        "readout": induction.readout,
        "n_induced": len(induction.induced),
        "n_control": len(induction.control),
    }
    if induction.unit:
        settings["unit"] = induction.unit
    if induction.stain is not None:
        settings["stain"] = induction.stain
    return Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=induction.passage,
        quantity=induction.quantity,
        analyte=induction.lineage,
        value=comparison.value,
        unit="{score}" if is_score else "1",
        low=comparison.low,
        high=comparison.high,
        level=rule.level if comparison.is_bounded else None,
        n=len(induction.induced) + len(induction.control),
        n_counts="replicates",
        method="welch_difference/1" if is_score else "fieller_ratio/1",
        settings=settings,
        origins=induction.origins,
        warnings=outcome.warnings,
    )


def _by_lineage(outcomes: Sequence[_Outcome]) -> list[list[_Outcome]]:
    groups: dict[tuple[str, str], list[_Outcome]] = {}
    for outcome in outcomes:
        key = (outcome.induction.passage, outcome.induction.lineage)
        groups.setdefault(key, []).append(outcome)
    return list(groups.values())


def _decision(
    outcomes: Sequence[_Outcome], lot: Lot, rule: DifferentiationRule
) -> tuple[Measurement, tuple[Problem, ...]]:
    """Return the row ``differentiation`` of one passage and lineage."""
    deciding = [outcome for outcome in outcomes if outcome.minimum is not None]
    categories = {outcome.category.name for outcome in deciding}
    category = deciding[0].category if len(categories) == 1 else UNDECIDED
    problems: tuple[Problem, ...] = ()
    if not deciding:
        problems = tuple(_no_minimum(readout) for readout in _readouts(outcomes))
    elif {POSITIVE.name, NEGATIVE.name} <= categories:
        problems = (_conflict(deciding),)
    used = deciding if deciding else outcomes
    minima: dict[str, object] = {
        _rule_name(outcome.induction.readout): outcome.minimum for outcome in deciding
    }
    first = used[0].induction
    row = Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=first.passage,
        quantity="differentiation",
        analyte=first.lineage,
        category=category.name,
        n=sum(len(o.induction.induced) + len(o.induction.control) for o in used),
        n_counts="replicates",
        method="interval_against_minimum/1",
        settings={"readouts": _readouts(used), "level": rule.level, **minima},
        origins=tuple(dict.fromkeys(origin for o in used for origin in o.induction.origins)),
        warnings=tuple(warning for outcome in used for warning in _reason(outcome)),
    )
    return row, problems


def _readouts(outcomes: Sequence[_Outcome]) -> list[str]:
    return list(dict.fromkeys(outcome.induction.readout for outcome in outcomes))


def _rule_name(readout: str) -> str:
    return "minimum_score_difference" if readout == SCORE else "minimum_ratio"


def _reason(outcome: _Outcome) -> tuple[Text, ...]:
    """Say what a decision rests on."""
    comparison = outcome.comparison
    stated = text(
        "{name}: {value}, interval {low} to {high}",
        name=outcome.induction.name,
        value=comparison.value,
        low=-math.inf if comparison.low is None else comparison.low,
        high=math.inf if comparison.high is None else comparison.high,
    )
    against = (
        text("no minimum is declared")
        if outcome.minimum is None
        else text("the declared minimum is {minimum}", minimum=outcome.minimum)
    )
    return (stated, against, *outcome.warnings)


def _no_minimum(readout: str) -> Problem:
    name = f"differentiation.{_rule_name(readout)}"
    return Problem(
        house_rule(name),
        found=text("no minimum for a differentiation to be positive"),
        expected=text("the laboratory's own, since the ISCT's criteria give no number"),
        action=text("declare {rule}; differentiation is undecided until then", rule=name),
        severity=Severity.NOTE,
    )


def _conflict(outcomes: Sequence[_Outcome]) -> Problem:
    first = outcomes[0].induction
    return Problem(
        first.place,
        found=text("{name}: readouts disagree, one positive, one negative", name=first.name),
        expected=text("one answer for a lineage of a passage"),
        action=text("look at the wells; the differentiation is undecided until then"),
        severity=Severity.WARNING,
    )


def _view(induction: Induction) -> ReplicateView:
    return ReplicateView(
        Subject(induction.lot, induction.passage, induction.quantity, induction.lineage),
        readout=induction.readout,
        unit=induction.unit,
        induced=induction.induced,
        control=induction.control,
    )
