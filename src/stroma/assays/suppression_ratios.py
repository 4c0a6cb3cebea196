"""What the ratios of a run say together: half suppression, and potency against a reference lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stroma.assays.result import AssayResult
from stroma.assays.suppression_runs import INDEX, INHIBITION, FittedRun, settings_of, short
from stroma.assays.suppression_words import no_answer
from stroma.bench_records import SuppressionTube
from stroma.errors import Problem
from stroma.house_rules import PotencyRule
from stroma.measurements import Measurement
from stroma.records import Lot, Origin
from stroma.stats.suppression import (
    NoAnswerError,
    RatioPoint,
    half_suppression,
    suppression_potency,
)
from stroma.texts import text
from stroma.views import Subject, SuppressionCurveView


def measure_half_suppression(
    tubes: Sequence[SuppressionTube],
    points: Sequence[RatioPoint],
    bounds: Sequence[tuple[float, float]],
    run: FittedRun,
    lot: Lot,
    *,
    level: float,
) -> AssayResult:
    """Measure the ratio of half suppression of one lot.

    Parameters
    ----------
    tubes
        Its co-cultures.
    points, bounds
        Inhibition at each ratio, and its interval.
    run
        Their run.
    lot
        The lot.
    level
        Of the interval.

    Returns
    -------
    AssayResult
        At most one row, why there is none, and the picture.
    """
    rows: tuple[Measurement, ...] = ()
    problems: tuple[Problem, ...] = ()
    half: tuple[float, float | None, float | None] | None = None
    try:
        found = half_suppression(points, level=level)
    except NoAnswerError as refusal:
        problems = (no_answer(tubes[0], refusal, text("no ratio of half suppression")),)
    else:
        half = (found.ratio, found.low, found.high)
        bounded = found.low is not None and found.high is not None
        rows = (
            Measurement(
                lot=lot.lot,
                donor=lot.donor,
                source=lot.source,
                passage=tubes[0].passage,
                condition=run.donor,
                quantity="half_suppression_ratio",
                value=found.ratio,
                unit="1",
                low=found.low,
                high=found.high,
                level=level if bounded else None,
                n=len(points),
                n_counts="ratios",
                method=INHIBITION,
                settings={
                    **settings_of(run),
                    "model": found.method,
                    "top": None if found.top is None else short(found.top),
                    "slope": short(found.slope),
                    "dispersion": short(found.dispersion),
                    "index": INDEX,
                },
                origins=_origins(tubes, run),
            ),
        )
    ordered = sorted(zip(points, bounds, strict=True), key=lambda pair: pair[0].ratio)
    view = SuppressionCurveView(
        subject=Subject(lot.lot, tubes[0].passage, "proliferation_inhibition", "", run.donor),
        ratios=tuple(point.ratio for point, _ in ordered),
        percents=tuple(point.percent for point, _ in ordered),
        low=tuple(low for _, (low, _) in ordered),
        high=tuple(min(high, 100.0) for _, (_, high) in ordered),
        half=None if half is None else half[0],
        half_low=None if half is None else half[1],
        half_high=None if half is None else half[2],
    )
    return AssayResult(rows, problems, (view,))


def _origins(tubes: Sequence[SuppressionTube], run: FittedRun) -> tuple[Origin, ...]:
    files = {tube.file for tube in tubes}
    return tuple(held.origin for held in run.cocultures if held.tube.file in files)


def measure_potencies(
    points: Mapping[tuple[str, str], Sequence[RatioPoint]],
    run: FittedRun,
    lots: Mapping[str, Lot],
    *,
    rule: PotencyRule,
) -> AssayResult:
    """Measure the potency of each lot relative to the reference lot of its run.

    Parameters
    ----------
    points
        Lot and passage to inhibition at each ratio.
    run
        Their run.
    lots
        Lot to its description.
    rule
        Margins of similarity and level.

    Returns
    -------
    AssayResult
        Nothing where the run holds no reference lot. A lot whose lines are not similar to the
        reference lot's has no row and a problem.
    """
    tubes = {(held.tube.lot, held.tube.passage): held.tube for held in run.cocultures}
    reference = next((key for key in points if tubes[key].is_reference), None)
    if reference is None:
        return AssayResult()
    rows: list[Measurement] = []
    problems: list[Problem] = []
    for key, held in points.items():
        if tubes[key].is_reference:
            continue
        lot = lots[key[0]]
        try:
            found = suppression_potency(
                points[reference], held, margins=rule.margins, level=rule.level
            )
        except NoAnswerError as refusal:
            missing = text("no potency relative to {reference}", reference=reference[0])
            problems.append(no_answer(tubes[key], refusal, missing, rule.margins))
            continue
        potency, slopes = found.potency, found.slope_ratio
        margins = {} if rule.margins is None else {"slope_ratio": list(rule.margins)}
        rows.append(
            Measurement(
                lot=lot.lot,
                donor=lot.donor,
                source=lot.source,
                passage=key[1],
                condition=run.donor,
                quantity="relative_potency",
                value=100.0 * potency.value,
                unit="%",
                low=None if potency.low is None else 100.0 * potency.low,
                high=None if potency.high is None else 100.0 * potency.high,
                level=rule.level,
                n=len(held) + len(points[reference]),
                n_counts="ratios",
                method=INHIBITION,
                settings={
                    **settings_of(run),
                    "reference_lot": reference[0],
                    "response": INDEX,
                    "similarity": "difference" if rule.margins is None else "equivalence",
                    **margins,
                    "slope_ratio_found": [
                        short(end) for end in (slopes.value, slopes.low, slopes.high)
                    ],
                    "slope_ratio_level": slopes.level,
                    "p_of_non_parallelism": short(found.p_value),
                },
                origins=_origins([tubes[key], tubes[reference]], run),
            )
        )
    return AssayResult(tuple(rows), tuple(problems))
