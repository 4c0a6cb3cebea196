"""One criterion applied to the rows of one lot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stroma.analytes import quantity_label
from stroma.criteria.limits import Extent, compare, extent_of, margin, severity
from stroma.criteria.profile import Condition, Criterion
from stroma.criteria.select import Selection, distinct_values, select
from stroma.criteria.settle import settle_missing, settle_number, settle_word
from stroma.criteria.verdicts import CriterionResult, Outcome, Role
from stroma.criteria.wording import (
    against_limit,
    amount,
    category_label,
    criterion_label,
    dispute_text,
    limit_text,
    measured_text,
    tissue_labels,
    word_against_limit,
)
from stroma.measurements import DISPUTED, Measurement
from stroma.texts import Text, join, text
from stroma.unit_words import with_unit
from stroma.vocabulary import UNDECIDED, find_category, find_quantity

COCULTURE = "MSC:PBMC"
"""How the condition of a co-culture with lymphocytes begins."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """One row held against a criterion."""

    row: Measurement
    outcome: Outcome
    extent: Extent | None = None
    margin: float | None = None

    @property
    def decided(self) -> Outcome:
        """The outcome, which a row that is disputed leaves open."""
        is_open = self.disputes and self.outcome in {Outcome.PASS, Outcome.FAIL}
        return Outcome.INCONCLUSIVE if is_open else self.outcome

    @property
    def disputes(self) -> tuple[Text, ...]:
        """Why a person has to decide first."""
        codes = self.row.settings.get(DISPUTED)
        return tuple(dispute_text(code) for code in codes) if isinstance(codes, list) else ()

    @property
    def rank(self) -> tuple[int, float]:
        """The larger the worse."""
        return (severity(self.decided), 0.0 if self.margin is None else -self.margin)


def judge_criterion(
    criterion: Criterion, rows: Sequence[Measurement], *, source: str
) -> tuple[CriterionResult, ...]:
    """Hold the rows of a lot against a criterion.

    Parameters
    ----------
    criterion
        The criterion.
    rows
        The rows of one lot.
    source
        Its tissue; empty where it is not stated.

    Returns
    -------
    tuple of CriterionResult
        The criterion itself, and one more for each of its conditions that was measured: a
        stimulated tube never decides for the unstimulated cells, nor the other way round.
    """
    results = [_result(criterion, rows, source=source)]
    for condition in criterion.conditions:
        stimulated = _under(criterion, condition)
        if any(_selections(stimulated, rows).values()):
            results.append(_result(stimulated, rows, source=source))
    return tuple(results)


def _under(criterion: Criterion, condition: Condition) -> Criterion:
    """Return what a criterion becomes: where it only informs, its limit is for other cells."""
    changed = replace(criterion, role=condition.role, stimulated=condition.stimulated)
    if condition.role is Role.INFORMATIVE:
        return replace(changed, operator="", limit=None)
    return changed


def _selections(
    criterion: Criterion, rows: Sequence[Measurement]
) -> dict[str, Selection | None]:  # fmt: skip
    return {
        analyte: select(rows, criterion.quantity, analyte, condition=criterion.condition)
        for analyte in criterion.analytes
    }


def _result(
    criterion: Criterion, rows: Sequence[Measurement], *, source: str
) -> CriterionResult:  # fmt: skip
    if criterion.sources and source not in criterion.sources:
        return _outside_sources(criterion, source)
    found = {
        analyte: selection
        for analyte, selection in _selections(criterion, rows).items()
        if selection is not None
    }
    if not found:
        return _not_measured(criterion, rows)
    # The first of equals: rows come in their one order.
    judged = max(
        (_judge_row(row, criterion) for selection in found.values() for row in selection.rows),
        key=lambda one: one.rank,
    )
    return _measured(criterion, judged, found)


def _answer(
    criterion: Criterion,
    outcome: Outcome,
    reason: Text,
    *,
    judged: _Judged | None = None,
    remarks: Sequence[Text] = (),
    settle: Text | None = None,
) -> CriterionResult:
    extent = None if judged is None else judged.extent
    is_open = extent is not None and not extent.stated
    return CriterionResult(
        quantity=criterion.quantity,
        analyte=criterion.analyte,
        operator=criterion.operator,
        limit=criterion.limit,
        unit=criterion.unit,
        outcome=outcome,
        role=criterion.role,
        reason=reason,
        citation=criterion.citation,
        condition=criterion.condition,
        purpose=criterion.purpose,
        value=None if extent is None else extent.value,
        category=None if judged is None else judged.row.category,
        low=None if extent is None or is_open else _finite(extent.low),
        high=None if extent is None or is_open else _finite(extent.high),
        margin=None if judged is None else judged.margin,
        settle=settle,
        row=None if judged is None else judged.row,
        remarks=tuple(remarks),
    )


def _outside_sources(criterion: Criterion, source: str) -> CriterionResult:
    what, tissues = criterion_label(criterion), tissue_labels(criterion.sources)
    if source:
        reason = text("{what} is asked of {tissues} only; this lot is from {source}", what=what,
                      tissues=tissues, source=tissue_labels((source,)))  # fmt: skip
        return _answer(criterion, Outcome.NOT_APPLICABLE, reason)
    reason = text("{what} is asked of {tissues} only, and the lot's tissue is not stated",
                  what=what, tissues=tissues)  # fmt: skip
    return _answer(criterion, Outcome.NOT_MEASURED, reason, settle=text("state the lot's tissue"))


def _not_measured(criterion: Criterion, rows: Sequence[Measurement]) -> CriterionResult:
    what = criterion_label(criterion)
    reason = text("{what} was not measured", what=what)
    if criterion.stimulated:
        reason = text("{what} was not measured after {stimulus}", what=what,
                      stimulus=criterion.stimulated)  # fmt: skip
    if criterion.beside:
        reason = text("{what} was not measured beside {cells}", what=what, cells=criterion.beside)
    if criterion.role is Role.HOLD:
        reason = text("{what} was not shown; the profile does not demand it", what=what)
    others = _nearly(criterion, rows)
    if others:
        reason = text("{reason}; there is {others}, which does not answer it",
                      reason=reason, others=join(others))  # fmt: skip
    return _answer(criterion, Outcome.NOT_MEASURED, reason, settle=settle_missing(criterion))


def _nearly(criterion: Criterion, rows: Sequence[Measurement]) -> list[object]:
    """Return what was measured of the same kind under another condition or stage."""
    quantity = find_quantity(criterion.quantity)
    is_stage = quantity is not None and quantity.analyte == "stage"
    found = {
        (row.analyte, row.condition)
        for row in rows
        if row.quantity == criterion.quantity and (is_stage or row.analyte in criterion.analytes)
    }
    return [
        _under_condition(quantity_label(criterion.quantity, analyte), condition)
        for analyte, condition in sorted(found)
    ]


def _under_condition(what: Text, condition: str) -> Text:
    if condition.startswith(COCULTURE):
        return text("{what} beside {cells}", what=what, cells=condition)
    return text("{what} after {stimulus}", what=what, stimulus=condition) if condition else what


def _judge_row(row: Measurement, criterion: Criterion) -> _Judged:
    quantity = find_quantity(criterion.quantity)
    if quantity is not None and quantity.is_category:
        return _Judged(row, _judge_word(row, criterion))
    extent = extent_of(row, criterion.unit)
    if extent is None:
        return _Judged(row, Outcome.INCONCLUSIVE)
    if criterion.limit is None:
        return _Judged(row, Outcome.NOT_APPLICABLE, extent)
    return _Judged(
        row,
        compare(extent, criterion.operator, criterion.limit, gate=criterion.gate),
        extent,
        margin(extent, criterion.operator, criterion.limit, gate=criterion.gate),
    )


def _judge_word(row: Measurement, criterion: Criterion) -> Outcome:
    quantity = find_quantity(criterion.quantity)
    category = None if quantity is None else find_category(quantity, row.category or "")
    if category is None or category.name == UNDECIDED.name:
        return Outcome.INCONCLUSIVE
    if criterion.limit is None:
        return Outcome.NOT_APPLICABLE
    wanted = criterion.limit if isinstance(criterion.limit, tuple) else (criterion.limit,)
    return Outcome.PASS if category.name in wanted else Outcome.FAIL


def _measured(
    criterion: Criterion, judged: _Judged, found: dict[str, Selection]
) -> CriterionResult:  # fmt: skip
    outcome = judged.decided
    sentence = _sentence(judged, criterion)
    if outcome is not judged.outcome:
        sentence = text("HOLD: {reason}; but {dispute}: a person has to decide",
                        reason=sentence, dispute=join(judged.disputes))  # fmt: skip
    elif criterion.role is Role.HOLD and outcome in {Outcome.FAIL, Outcome.INCONCLUSIVE}:
        outcome = Outcome.INCONCLUSIVE
        sentence = text("HOLD: {reason}; a person has to decide before the lot can pass",
                        reason=sentence)  # fmt: skip
    remarks = _remarks(criterion, judged, found)
    return _answer(
        criterion,
        outcome,
        join([sentence, *remarks], "; "),
        judged=judged,
        remarks=remarks,
        settle=_settle(judged, criterion) if outcome is Outcome.INCONCLUSIVE else None,
    )


def _finite(end: float) -> float | None:
    return None if end in {float("inf"), float("-inf")} else end


def _sentence(judged: _Judged, criterion: Criterion) -> Text:
    row, extent = judged.row, judged.extent
    what = quantity_label(row.quantity, row.analyte)
    if criterion.stimulated:
        what = text("{what} after {stimulus}", what=what, stimulus=criterion.stimulated)
    if criterion.beside:
        what = text("{what} beside {cells}", what=what, cells=row.condition)
    if criterion.limit is None and judged.outcome is Outcome.NOT_APPLICABLE:
        found = (
            category_label(row.quantity, row.category or "")
            if extent is None
            else measured_text(row, extent, criterion)
        )
        if any(condition.stimulated == criterion.stimulated for condition in criterion.conditions):
            return text("{what} {measured}; the limit is for cells that were not stimulated",
                        what=what, measured=found)  # fmt: skip
        return text("{what} {measured}; the profile states no limit for it", what=what,
                    measured=found)  # fmt: skip
    if extent is not None:
        return against_limit(what, row, extent, judged.margin, criterion=criterion,
                             outcome=judged.outcome)  # fmt: skip
    if row.category is not None and not criterion.unit:
        return word_against_limit(what, row, criterion, judged.outcome)
    found = (
        category_label(row.quantity, row.category or "")
        if row.value is None
        else amount(row.value, row.unit)
    )
    return text("{what} {measured} cannot be held against {limit}", what=what, measured=found,
                limit=limit_text(criterion))  # fmt: skip


def _settle(judged: _Judged, criterion: Criterion) -> Text:
    if criterion.role is Role.HOLD or judged.decided is not judged.outcome:
        return text("the decision of a person")
    if judged.extent is not None:
        return settle_number(judged.row, judged.extent, criterion)
    if judged.row.category is not None and not criterion.unit:
        return settle_word()
    form = with_unit(join(["…"]), criterion.unit)
    return text('a value of the form "{form}"', form=form)


def _remarks(
    criterion: Criterion, judged: _Judged, found: dict[str, Selection]
) -> list[Text]:  # fmt: skip
    remarks = []
    selection = found[judged.row.analyte]
    if selection.earlier:
        remarks.append(
            text("{passage} is the latest passage measured, and the one that is judged; also "
                 "measured: {earlier}", passage=selection.passage,
                 earlier=", ".join(selection.earlier))
        )  # fmt: skip
    values = distinct_values(selection.rows)
    if len(values) > 1:
        quantity = find_quantity(criterion.quantity)
        unit = "" if quantity is None or quantity.unit is None else quantity.unit
        listed = join([
            category_label(criterion.quantity, value) if isinstance(value, str)
            else amount(value, unit)
            for value in values
        ])  # fmt: skip
        remarks.append(text("of the different values {values} the worse is judged", values=listed))
    if len(criterion.analytes) > 1 and len(found) > 1:
        tested = ", ".join(sorted(found))
        remarks.append(
            text("{tested} were tested, and by our reading of the alternative each has to pass",
                 tested=tested)
        )  # fmt: skip
    gate = _gate_remark(criterion, judged)
    return remarks if gate is None else [*remarks, gate]


def _gate_remark(criterion: Criterion, judged: _Judged) -> Text | None:
    if not criterion.gate or judged.extent is None or not isinstance(criterion.limit, tuple):
        return None
    outside = compare(judged.extent, "between", criterion.limit) is not judged.outcome
    if not outside:
        return None
    if criterion.gate == "minimum":
        return text("above the stated range, whose minimum alone decides")
    return text("below the stated range, whose maximum alone decides")
