"""Potency of lots relative to a reference lot, from the wells of a plate.

The reference lot is the standard, its dose and the samples' the cells of a well (or their ratio to
lymphocytes). Assay validity (the reference responds, in a straight line) and sample validity (the
sample's line or curve is parallel) are separate statements; a sample that is not parallel has no
potency, and a reason instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stroma.assays.places import place_of
from stroma.assays.plate_wells import UsedWell, used_wells
from stroma.assays.result import AssayResult
from stroma.bench_records import PlateUse, WellUse
from stroma.errors import Problem
from stroma.house_rules import PotencyRule
from stroma.measurements import Measurement
from stroma.plate_records import PlateFile
from stroma.records import Lot, Origin
from stroma.stats.potency.fieller import Ratio
from stroma.stats.potency.four_parameter import CurveAssay, parallel_curves
from stroma.stats.potency.linear import LinearAssay, Response, UnfitAssayError, parallel_lines
from stroma.texts import Text, text

LINES = "parallel_lines/1"
CURVES = "parallel_curves/1"
SIGNIFICANT = 0.05

_UNFIT: Mapping[str, Text] = {
    "no_standard": text("no well of the reference lot"),
    "no_sample": text("no lot beside the reference lot"),
    "one_dose": text("a single dose"),
    "few_doses": text("fewer than four doses, too few for a curve"),
    "dose_not_positive": text("a dose that is not above zero"),
    "no_residual": text("no replicates to judge the scatter by"),
    "no_spread": text("readings without any scatter"),
    "not_estimable": text("no slope"),
    "no_convergence": text("readings that no curve could be fitted to"),
    "not_identified": text("doses that leave a plateau of the curve open"),
}


@dataclass(frozen=True, slots=True)
class _Judged:
    """What an assay says of one sample."""

    potency: Ratio
    similar: bool
    reason: Text
    p_value: float
    degrees_of_freedom: int


def measure_potency(
    file: PlateFile,
    use: PlateUse,
    layout: Sequence[WellUse],
    *,
    lots: Mapping[str, Lot],
    rule: PotencyRule,
) -> AssayResult:
    """Measure the potency of the lots on a plate relative to its reference lot.

    Parameters
    ----------
    file
        Export of the plate reader.
    use
        Row of ``plates``; its model is ``"linear"`` for parallel lines of the logarithm of dose,
        or ``"4PL"`` for parallel curves.
    layout
        Rows of its layout; reference and samples have their dose in ``concentration``.
    lots
        Lot to its description.
    rule
        Margins of similarity and level.

    Returns
    -------
    AssayResult
        A row ``relative_potency`` in percent for each lot that is similar to the reference, and
        why another has none.
    """
    wells, problems = used_wells(file, use, layout)
    if problems and not wells:
        # Why no well can be read is said; that no reference is among them would mislead.
        return AssayResult(problems=problems)
    tested = [well for well in wells if well.use.role in {"reference", "sample"}]
    without = [well for well in tested if well.use.concentration is None or not well.use.lot]
    if without:
        return AssayResult(problems=(*problems, _no_dose(without[0])))
    references = {well.use.lot for well in tested if well.use.role == "reference"}
    if len(references) != 1:
        return AssayResult(problems=(*problems, _not_one_reference(use, references)))
    (reference,) = references
    blank = _blank(wells)
    responses = [
        Response(
            well.use.lot,
            0.0 if well.use.concentration is None else well.use.concentration,
            well.value - blank,
            (well.use.block,) if _in_blocks(tested) else (),
        )
        for well in tested
    ]
    try:
        assay = _fit(responses, reference, use, rule)
    except UnfitAssayError as unfit:
        return AssayResult(problems=(*problems, _unfit(use, unfit)))
    fault = _assay_fault(assay)
    if fault is not None:
        return AssayResult(problems=(*problems, _invalid(use, fault)))
    rows: list[Measurement] = []
    more = list(problems)
    for lot in dict.fromkeys(well.use.lot for well in tested if well.use.lot != reference):
        own = [well for well in tested if well.use.lot == lot]
        judged = _judge(assay, lot, rule)
        if not judged.similar or not judged.potency.is_bounded:
            more.append(_no_potency(own[0], judged))
            continue
        rows.append(_row(judged, own, lots.get(lot), file.origin, use, reference, rule))
    return AssayResult(tuple(rows), tuple(more))


def _blank(wells: Sequence[UsedWell]) -> float:
    blanks = [well.value for well in wells if well.use.role == "blank"]
    return sum(blanks) / len(blanks) if blanks else 0.0


def _in_blocks(wells: Sequence[UsedWell]) -> bool:
    return all(well.use.block for well in wells)


def _fit(
    responses: Sequence[Response], reference: str, use: PlateUse, rule: PotencyRule
) -> LinearAssay | CurveAssay:
    if use.model == "linear":
        return parallel_lines(responses, standard=reference, level=rule.level)
    return parallel_curves(responses, standard=reference, level=rule.level)


def _assay_fault(assay: LinearAssay | CurveAssay) -> Text | None:
    """Return why the assay as a whole cannot be used; ``None`` where it can."""
    if isinstance(assay, CurveAssay):
        if assay.lack_of_fit_p is not None and assay.lack_of_fit_p < SIGNIFICANT:
            return text("readings that depart from four-parameter curves (p {p})",
                        p=_p(assay.lack_of_fit_p))  # fmt: skip
        return None
    regression = assay.source("regression")
    if regression is None or regression.p_value is None or regression.p_value >= SIGNIFICANT:
        return text("no rise or fall of the readings with the dose")
    curved = assay.source(f"non_linearity:{assay.standard}")
    if curved is not None and curved.p_value is not None and curved.p_value < SIGNIFICANT:
        return text("a reference lot whose readings are not on a straight line (p {p})",
                    p=_p(curved.p_value))  # fmt: skip
    return None


def _p(value: float) -> str:
    return f"= {value:.3f}" if value >= 0.001 else "< 0.001"


def _judge(assay: LinearAssay | CurveAssay, lot: str, rule: PotencyRule) -> _Judged:
    """Return the potency of a lot, and whether its line or curve is like the reference's."""
    potency, margins = assay.potencies[lot], rule.margins
    freedom = assay.degrees_of_freedom
    ratio = assay.similarities[lot].slope_ratio
    p_value = assay.p_value if isinstance(assay, CurveAssay) else assay.similarities[lot].p_value
    if margins is None:
        reason = text("slopes that differ from the reference lot's (p {p})", p=_p(p_value))
        return _Judged(potency, p_value >= SIGNIFICANT, reason, p_value, freedom)
    if isinstance(assay, CurveAssay):
        within = assay.similarities[lot].is_within(*margins, shift=rule.plateau_shift)
    else:
        within = assay.similarities[lot].is_within(*margins)
    reason = (
        text("a slope over the reference lot's that cannot be bounded")
        if ratio.low is None or ratio.high is None
        else text(
            "a slope {low} to {high} times the reference lot's, or plateaus apart, where {least} "
            "to {most} was declared",
            low=round(ratio.low, 3),
            high=round(ratio.high, 3),
            least=margins[0],
            most=margins[1],
        )
    )
    return _Judged(potency, within, reason, p_value, freedom)


def _row(
    judged: _Judged,
    wells: Sequence[UsedWell],
    lot: Lot | None,
    origin: Origin,
    use: PlateUse,
    reference: str,
    rule: PotencyRule,
) -> Measurement:
    potency, said = judged.potency, wells[0].use
    place = ", ".join(dict.fromkeys(well.use.wells for well in wells))
    settings: dict[str, object] = {
        "run": " ".join(part for part in (use.file, use.plate) if part),
        "response": use.analyte,
        "reference_lot": reference,
        "similarity": "difference" if rule.margins is None else "equivalence",
        "p_of_non_parallelism": round(judged.p_value, 4),
        "degrees_of_freedom": judged.degrees_of_freedom,
    }
    if rule.margins is not None:
        settings["slope_ratio"] = list(rule.margins)
    return Measurement(
        lot=said.lot,
        donor="" if lot is None else lot.donor,
        source="" if lot is None else lot.source,
        passage=said.passage,
        quantity="relative_potency",
        value=100 * potency.value,
        unit="%",
        low=None if potency.low is None else 100 * potency.low,
        high=None if potency.high is None else 100 * potency.high,
        level=potency.level,
        n=len(wells),
        n_counts="wells",
        method=LINES if use.model == "linear" else CURVES,
        settings=settings,
        origins=(Origin(origin.file, origin.sha256, place),),
    )


def _no_dose(well: UsedWell) -> Problem:
    column = "lot" if not well.use.lot else "concentration"
    return Problem(
        place_of(well.use.origin_of_row, column=column, lot=well.use.lot or None),
        found=text("an empty cell"),
        expected=text("lot and dose of every reference and sample well of a potency assay"),
        action=text("fill the cell; until then no potency of this plate is worked out"),
    )


def _not_one_reference(use: PlateUse, references: set[str]) -> Problem:
    found = (
        text("the reference lots {lots}", lots=", ".join(sorted(references)))
        if references
        else text("no well with the role reference")
    )
    return Problem(
        place_of(use.origin_of_row, column="layout"),
        found=found,
        expected=text("one reference lot on the plate"),
        action=text("name it in layouts; until then no potency of this plate is worked out"),
    )


def _unfit(use: PlateUse, unfit: UnfitAssayError) -> Problem:
    return Problem(
        place_of(use.origin_of_row, column="layout", lot=unfit.preparation or None),
        found=_UNFIT[unfit.code],
        expected=text("doses of the reference lot and of each sample, in replicates"),
        action=text("check layout and plate; no potency of this plate is worked out"),
    )


def _invalid(use: PlateUse, fault: Text) -> Problem:
    return Problem(
        place_of(use.origin_of_row, column="file"),
        found=fault,
        expected=text("an assay that is valid: readings follow the dose as the model says"),
        action=text("repeat the assay; no potency of this plate is worked out"),
    )


def _no_potency(well: UsedWell, judged: _Judged) -> Problem:
    unbounded = text("a slope that cannot be told from zero")
    return Problem(
        place_of(well.use.origin_of_row, column="lot", lot=well.use.lot),
        found=judged.reason if not judged.similar else unbounded,
        expected=text("a sample whose readings run parallel to the reference lot's"),
        action=text("look at the plot and repeat the sample; it has no relative potency"),
    )
