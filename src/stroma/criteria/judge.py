"""Measurement rows -> verdict of each lot under a profile. Pure.

Per criterion PASS, FAIL, INCONCLUSIVE, NOT_MEASURED or NOT_APPLICABLE; per lot FAIL before
INCOMPLETE before INCONCLUSIVE before PASS. Silence never passes: a lot passes only where at least
one required criterion was measured and every required one that applies to it passes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from stroma.criteria.conflicts import find_conflicts
from stroma.criteria.criterion import judge_criterion
from stroma.criteria.profile import Profile
from stroma.criteria.refusals import of_lot, with_refusals
from stroma.criteria.select import with_canonical_names
from stroma.criteria.strategies import other_strategies
from stroma.criteria.verdicts import CriterionResult, LotOutcome, LotVerdict, Outcome, Role
from stroma.criteria.wording import criterion_label, tissue_labels
from stroma.measurements import Measurement, RefusedRow
from stroma.texts import Text, join, text, texts


def judge(
    measurements: Iterable[Measurement],
    profile: Profile,
    *,
    lots: Iterable[tuple[str, str]] | None = None,
    refused: Iterable[RefusedRow] = (),
) -> tuple[LotVerdict, ...]:
    """Judge every lot under a profile.

    Parameters
    ----------
    measurements
        Rows of any number of lots, in any order. Rows that name one lot but two tissues are
        judged as two lots: which of them is right is not Stroma's to say.
    profile
        The criteria.
    lots
        Lot and tissue of lots that have to appear even where nothing of them was measured.
    refused
        Rows that could not be read. A criterion that such a row belongs to is never met: what the
        row says may fail it.

    Returns
    -------
    tuple of LotVerdict
        In alphabetical order of lots.

    Examples
    --------
    >>> from stroma.criteria.known_profiles import load_profile
    >>> row = Measurement(lot="BM-01", source="bone_marrow", quantity="percent_positive",
    ...                   analyte="CD105", value=90.0, unit="%")
    >>> (verdict,) = judge([row], load_profile("isct_2006"))
    >>> verdict.verdict.value, verdict.missing[:2]
    ('FAIL', ('CD73', 'CD90'))
    """
    grouped = _by_lot(measurements, lots or ())
    unread: dict[str, list[RefusedRow]] = {}
    for row in refused:
        unread.setdefault(row.lot, []).append(row)
    return tuple(
        _judge_lot(lot, source, rows, profile, refused=of_lot(unread.get(lot, ()), lot, source))
        for (lot, source), rows in sorted(grouped.items())
    )


def _by_lot(
    measurements: Iterable[Measurement], lots: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], list[Measurement]]:
    """Return rows by lot and tissue; rows without a tissue join the lot's only one."""
    rows = list(measurements)
    known = list(lots)
    sources: dict[str, set[str]] = {}
    for lot, source in [*known, *((row.lot, row.source) for row in rows)]:
        sources.setdefault(lot, set())
        if source:
            sources[lot].add(source)

    def tissue(lot: str, source: str) -> str:
        return next(iter(sources[lot])) if not source and len(sources[lot]) == 1 else source

    grouped: dict[tuple[str, str], list[Measurement]] = {
        (lot, tissue(lot, source)): [] for lot, source in known
    }
    for row in rows:
        grouped.setdefault((row.lot, tissue(row.lot, row.source)), []).append(row)
    return grouped


def _judge_lot(
    lot: str,
    source: str,
    measurements: Sequence[Measurement],
    profile: Profile,
    *,
    refused: Sequence[RefusedRow],
) -> LotVerdict:
    rows = [with_canonical_names(row) for row in measurements]
    results = tuple(
        with_refusals(result, rows, refused) if refused else result
        for criterion in profile.criteria
        for result in judge_criterion(criterion, rows, source=source)
    )
    holds = (
        *(
            result.reason
            for result in results
            if result.role is Role.HOLD and result.outcome is Outcome.INCONCLUSIVE
        ),
        *other_strategies(results, profile),
    )
    verdict = LotVerdict(
        lot=lot,
        source=source,
        verdict=_lot_outcome(results, held=bool(holds)),
        summary=join([]),
        criteria=results,
        conflicts=find_conflicts(rows, results),
        holds=holds,
        missing=tuple(str(criterion_label(r)) for r in _required(results, Outcome.NOT_MEASURED)),
    )
    return replace(verdict, summary=_summary(verdict, profile))


def _required(results: Iterable[CriterionResult], outcome: Outcome) -> tuple[CriterionResult, ...]:
    return tuple(r for r in results if r.role is Role.REQUIRED and r.outcome is outcome)


def _lot_outcome(results: Sequence[CriterionResult], *, held: bool) -> LotOutcome:
    if _required(results, Outcome.FAIL):
        return LotOutcome.FAIL
    if _required(results, Outcome.NOT_MEASURED):
        return LotOutcome.INCOMPLETE
    if _required(results, Outcome.INCONCLUSIVE):
        return LotOutcome.INCONCLUSIVE
    if not _required(results, Outcome.PASS):
        return LotOutcome.INCOMPLETE
    return LotOutcome.INCONCLUSIVE if held else LotOutcome.PASS


def _labels(results: Iterable[CriterionResult]) -> Text:
    return join([criterion_label(result) for result in results])


def _summary(verdict: LotVerdict, profile: Profile) -> Text:
    failed = _required(verdict.criteria, Outcome.FAIL)
    missing = _required(verdict.criteria, Outcome.NOT_MEASURED)
    undecided = _required(verdict.criteria, Outcome.INCONCLUSIVE)
    passed = _required(verdict.criteria, Outcome.PASS)
    parts: list[object] = []
    if not profile.can_pass:
        parts.append(text("the profile has no required criterion, so that no lot can pass it"))
    elif not (failed or missing or undecided or passed):
        parts.append(text("no required criterion of the profile applies to this lot"))
    if failed:
        parts.append(text("not met: {criteria}", criteria=_labels(failed)))
    if missing:
        parts.append(text("not measured: {criteria}", criteria=_labels(missing)))
    if undecided:
        parts.append(text("undecided: {criteria}", criteria=_labels(undecided)))
    if passed and not (failed or missing or undecided):
        parts.append(
            texts(
                "{count} required criterion met", "all {count} required criteria met", len(passed)
            )
        )
    parts += verdict.holds
    parts += [
        text("{what} was not shown", what=criterion_label(result))
        for result in verdict.criteria
        if result.role is Role.HOLD and result.outcome is Outcome.NOT_MEASURED
    ]
    if verdict.conflicts:
        parts.append(
            texts("{count} quantity has two different values",
                  "{count} quantities have two different values", len(verdict.conflicts))
        )  # fmt: skip
    if profile.sources and verdict.source and verdict.source not in profile.sources:
        parts.append(
            text(
                "the profile was written for {expected}, this lot is from {source}",
                expected=tissue_labels(profile.sources),
                source=tissue_labels((verdict.source,)),
            )
        )
    return join(parts, "; ")
