"""Expression: genes of a lot relative to reference genes and a calibrator, from threshold cycles.

``2^-ddCt`` with the t interval of the ddCt; beside it, each under its name, the range of Livak and
Schmittgen 2001 and, where every gene has a dilution series on the plate, the ratio of Pfaffl 2001.
Genes whose reactions share their wells with the reference genes are paired well by well.

A reaction that never crossed the threshold has no cycle, and the number of the last one is not
put in its place: the mean of the others would be too low by an unknown amount.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from stroma.assays.dilution_series import efficiencies, factors_of
from stroma.assays.places import place_of
from stroma.assays.result import AssayResult
from stroma.bench_records import ExpressionSample
from stroma.errors import Place, Problem, Severity
from stroma.measurements import ALTERNATIVES, Measurement
from stroma.plate_records import CycleFile, CycleReading, WellStatus
from stroma.records import Lot
from stroma.stats.relative_expression import (
    Cycles,
    DeltaCt,
    Efficiency,
    RelativeExpression,
    delta_ct,
    delta_ct_bounds,
    relative_expression,
)
from stroma.texts import Number, Text, join, text
from stroma.views import ExpressionView, Subject

LEVEL: Final = 0.95
METHOD: Final = "delta_delta_ct/1"
LIVAK: Final = "livak_2001/1"
PFAFFL: Final = "pfaffl/1"
DELTA: Final = "delta_ct/1"
_NO_SAMPLE: Final = ("standard", "ntc")
_WATER: Final = "ntc"


@dataclass(frozen=True, slots=True)
class _Plate:
    """A file with the genes its samples are set against."""

    file: CycleFile
    references: tuple[str, ...]
    measured: Mapping[str, Efficiency]
    level: float


@dataclass(frozen=True, slots=True)
class _Gene:
    """One gene of one sample, measured."""

    name: str
    cycles: Cycles
    delta: DeltaCt


def measure_expression(
    samples: Sequence[ExpressionSample],
    files: Mapping[str, CycleFile],
    *,
    lot: Lot,
    level: float = LEVEL,
) -> AssayResult:
    """Measure the expression of genes in the samples of one lot.

    Parameters
    ----------
    samples
        Rows of ``expression``; those of other lots are used as calibrators only.
    files
        What thermocyclers exported, by the name the rows call them.
    lot
        The lot.
    level
        Confidence level of the t intervals, between 0 and 1.

    Returns
    -------
    AssayResult
        Rows ``delta_threshold_cycle`` and ``relative_expression``, one a gene, an
        :class:`~stroma.views.ExpressionView` a sample, and what could not be measured.
    """
    rows: list[Measurement] = []
    problems: list[Problem] = []
    views: list[ExpressionView] = []
    of_files: set[str] = set()
    for sample in samples:
        if sample.lot != lot.lot or sample.file not in files:
            continue
        file = files[sample.file]
        measured, said = efficiencies(file, level=level)
        if sample.file not in of_files:
            of_files.add(sample.file)
            problems += [*said, *_water(file)]
        references = sample.reference_genes or file.reference_targets
        plate = _Plate(file, references, measured, level)
        genes, said = _genes(sample, sample.sample, plate)
        problems += said
        rows += [_delta_row(gene, sample, plate, lot) for gene in genes]
        if sample.is_calibrator or not genes:
            continue
        calibrator, wrong = _calibrator(sample, samples, file)
        if wrong is not None:
            problems.append(wrong)
            continue
        others, said = _genes(sample, calibrator, plate)
        problems += said
        found = _relative(genes, others, sample, plate, calibrator=calibrator, lot=lot)
        rows += found.measurements
        problems += found.problems
        views += [view for view in found.views if isinstance(view, ExpressionView)]
    return AssayResult(tuple(rows), tuple(dict.fromkeys(problems)), tuple(views))


def _relative(
    genes: Sequence[_Gene],
    others: Sequence[_Gene],
    sample: ExpressionSample,
    plate: _Plate,
    *,
    calibrator: str,
    lot: Lot,
) -> AssayResult:
    held = {gene.name: gene for gene in others}
    rows: list[Measurement] = []
    problems: list[Problem] = []
    folds: dict[str, RelativeExpression] = {}
    for gene in genes:
        other = held.get(gene.name)
        if other is None or other.cycles.same_tube != gene.cycles.same_tube:
            problems.append(_without_calibrator(gene.name, calibrator, sample))
            continue
        found = relative_expression(gene.cycles, other.cycles, level=plate.level)
        folds[gene.name] = found
        rows.append(
            _relative_row(gene, other, found, sample, plate, calibrator=calibrator, lot=lot)
        )
    views = (_view(folds, sample, calibrator),) if folds else ()
    return AssayResult(tuple(rows), tuple(problems), views)


def _calibrator(
    sample: ExpressionSample, samples: Sequence[ExpressionSample], file: CycleFile
) -> tuple[str, Problem | None]:
    """Return the sample others are set against: the lot's own before that of the whole file."""
    flagged = [each for each in samples if each.is_calibrator and each.file == sample.file]
    own = [each for each in flagged if each.lot == sample.lot]
    names = list(dict.fromkeys(each.sample for each in own or flagged))
    if not names and file.calibrator:
        names = [file.calibrator]
    if len(names) == 1:
        return names[0], None
    found = text("no calibrator for {sample}", sample=sample.sample)
    if names:
        found = text(
            "{count} calibrators for {sample}: {names}",
            count=len(names),
            sample=sample.sample,
            names=", ".join(names),
        )
    return "", Problem(
        place_of(sample.origin_of_row, column="calibrator", lot=sample.lot),
        found=found,
        expected=text("one calibrator among the samples of the file"),
        action=text("mark one sample as the calibrator; delta-Ct is given without it"),
        severity=Severity.WARNING,
    )


def _genes(sample: ExpressionSample, name: str, plate: _Plate) -> tuple[list[_Gene], list[Problem]]:
    """Return the genes of a sample that are measured with all their references."""
    place = place_of(sample.origin_of_row, lot=sample.lot or None)
    own = [
        reading
        for reading in plate.file.readings
        if reading.sample == name and reading.task not in _NO_SAMPLE and not reading.omitted
    ]
    if not own:
        return [], [
            Problem(
                place,
                found=text('no reactions of a sample "{name}" in {file}', name=name,
                           file=plate.file.origin.file),
                expected=text("the name that the sample has in the export"),
                action=text("write the same name in both"),
            )
        ]  # fmt: skip
    if not plate.references:
        return [], [
            Problem(
                place,
                found=text("no reference gene for {sample}", sample=name),
                expected=text("one gene or more that the others are set against"),
                action=text("name them in reference_genes"),
            )
        ]
    targets = dict.fromkeys(reading.target for reading in own)
    missing = [gene for gene in plate.references if gene not in targets]
    problems = [_not_on_plate(gene, name, place) for gene in missing]
    usable: dict[str, list[CycleReading]] = {}
    for gene in targets:
        held = [reading for reading in own if reading.target == gene]
        wrong = _undetermined(gene, name, held, place, is_reference=gene in plate.references)
        if wrong is None:
            usable[gene] = held
        else:
            problems.append(wrong)
    if any(gene not in usable for gene in plate.references):
        return [], problems
    references = [usable[gene] for gene in plate.references]
    genes = []
    for gene, readings in usable.items():
        if gene not in plate.references:
            cycles = _cycles(readings, references)
            genes.append(_Gene(gene, cycles, delta_ct(cycles)))
    return genes, problems


def _cycles(target: Sequence[CycleReading], references: Sequence[Sequence[CycleReading]]) -> Cycles:
    """Return the cycles, paired by well where every well of the target holds every reference."""
    wells = [{reading.well: reading for reading in gene} for gene in (target, *references)]
    shared = [well for well in wells[0] if all(well in gene for gene in wells[1:])]
    if len(shared) == len(target):
        paired = [tuple(_value(gene[well]) for well in shared) for gene in wells]
        return Cycles(paired[0], tuple(paired[1:]), same_tube=True)
    return Cycles(
        tuple(_value(reading) for reading in target),
        tuple(tuple(_value(reading) for reading in gene) for gene in references),
    )


def _value(reading: CycleReading) -> float:
    value = reading.threshold_cycle.value
    if value is None:  # pragma: no cover - readings without a cycle are left out before
        msg = f"no threshold cycle in {reading.well}"
        raise ValueError(msg)
    return value


def _undetermined(
    gene: str, sample: str, held: Sequence[CycleReading], place: Place, *, is_reference: bool
) -> Problem | None:
    """Return why a gene of a sample has no mean cycle; ``None`` where it has one."""
    without = [each for each in held if each.threshold_cycle.status is not WellStatus.MEASURED]
    if not without:
        return None
    every = len(without) == len(held)
    action = text("repeat the reactions, or omit them in the program of the thermocycler")
    if every and not is_reference:
        action = text("nothing, where the gene is not expressed; it is given no number")
    return Problem(
        Place(place.file, place.sheet, place.row, gene, place.lot),
        found=text(
            "{without} of {count} reactions of {gene} in {sample} without a threshold cycle",
            without=len(without),
            count=len(held),
            gene=gene,
            sample=sample,
        ),
        expected=text("a threshold cycle in every reaction"),
        action=action,
        severity=Severity.WARNING if every and not is_reference else Severity.ERROR,
    )


def _not_on_plate(gene: str, sample: str, place: Place) -> Problem:
    return Problem(
        place,
        found=text(
            "no reaction of the reference gene {gene} in {sample}", gene=gene, sample=sample
        ),
        expected=text("every reference gene in every sample"),
        action=text("correct reference_genes, or run the gene"),
    )


def _without_calibrator(gene: str, calibrator: str, sample: ExpressionSample) -> Problem:
    return Problem(
        place_of(sample.origin_of_row, column="calibrator", lot=sample.lot),
        found=text(
            "{gene} is not measured alike in the calibrator {calibrator}",
            gene=gene,
            calibrator=calibrator,
        ),
        expected=text("the same genes in the sample and in the calibrator, in the same tubes"),
        action=text("run the gene in the calibrator; delta-Ct is given without it"),
        severity=Severity.WARNING,
    )


def _water(file: CycleFile) -> list[Problem]:
    """Return the genes amplified where no template was.

    Five cycles are a thirtieth: Bustin 2009 (Clin Chem 55:611) lets a control at cycle 40 pass
    where the least sample is at 35.
    """
    amplified = [
        text("{gene} {well} ({cycle})", gene=reading.target, well=reading.well,
             cycle=Number(reading.threshold_cycle.value, 1))
        for reading in file.readings
        if reading.task == _WATER
        and not reading.omitted
        and reading.threshold_cycle.value is not None
    ]  # fmt: skip
    if not amplified:
        return []
    return [
        Problem(
            Place(file.origin.file),
            found=text("amplification without template: {wells}", wells=join(amplified)),
            expected=text("no threshold cycle in a control without template"),
            action=text(
                "compare its cycles with those of the samples; less than five cycles apart is "
                "contamination that counts"
            ),
            severity=Severity.WARNING,
        )
    ]


def _delta_row(gene: _Gene, sample: ExpressionSample, plate: _Plate, lot: Lot) -> Measurement:
    bounds = delta_ct_bounds(gene.delta, level=plate.level)
    return Measurement(
        lot=lot.lot, donor=lot.donor, source=lot.source, passage=sample.passage,
        condition=sample.condition, quantity="delta_threshold_cycle", analyte=gene.name,
        value=gene.delta.value, unit="{Ct}",
        low=None if bounds is None else bounds[0],
        high=None if bounds is None else bounds[1],
        level=None if bounds is None else plate.level,
        n=len(gene.cycles.target), n_counts="reactions", method=DELTA,
        settings={
            "formula": "mean Ct - mean Ct of the reference genes",
            **_shared_settings(gene, sample, plate),
            "sd": gene.delta.deviation,
        },
        origins=(plate.file.origin, sample.origin_of_row),
        warnings=_replicates_only(bounds is not None),
    )  # fmt: skip


def _relative_row(
    gene: _Gene,
    other: _Gene,
    found: RelativeExpression,
    sample: ExpressionSample,
    plate: _Plate,
    *,
    calibrator: str,
    lot: Lot,
) -> Measurement:
    alternatives: dict[str, tuple[float, float | None, float | None]] = {
        LIVAK: (found.fold, found.livak_low, found.livak_high)
    }
    factors = factors_of(gene.name, plate.references, plate.measured)
    settings: dict[str, object] = {
        "formula": "2^-(delta Ct - delta Ct of the calibrator)",
        **_shared_settings(gene, sample, plate),
        "calibrator": calibrator,
        "ddct": found.ddct,
        "interval": "t interval of the ddCt",
    }
    if found.livak_low is not None and found.livak_high is not None:
        settings["livak_range"] = [found.livak_low, found.livak_high]
    if factors is not None:
        corrected = relative_expression(
            gene.cycles, other.cycles, level=plate.level, factors=factors
        )
        alternatives[PFAFFL] = (corrected.fold, corrected.low, corrected.high)
        settings["pfaffl_ratio"] = corrected.fold
        if corrected.low is not None and corrected.high is not None:
            settings["pfaffl_interval"] = [corrected.low, corrected.high]
        settings["efficiency_percent"] = {
            name: round(plate.measured[name].percent, 1) for name in (gene.name, *plate.references)
        }
    settings[ALTERNATIVES] = alternatives
    return Measurement(
        lot=lot.lot, donor=lot.donor, source=lot.source, passage=sample.passage,
        condition=sample.condition, quantity="relative_expression", analyte=gene.name,
        value=found.fold, unit="1", low=found.low, high=found.high,
        level=None if found.low is None else found.level,
        n=len(gene.cycles.target), n_counts="reactions", method=METHOD, settings=settings,
        origins=(plate.file.origin, sample.origin_of_row),
        warnings=_replicates_only(found.low is not None),
    )  # fmt: skip


def _shared_settings(gene: _Gene, sample: ExpressionSample, plate: _Plate) -> dict[str, object]:
    return {
        "sample": sample.sample,
        "reference_genes": list(plate.references),
        "tubes": "same" if gene.cycles.same_tube else "separate",
    }


def _replicates_only(has_interval: bool) -> tuple[Text, ...]:  # noqa: FBT001 - its only argument
    if not has_interval:
        return ()
    return (text("the interval is of reactions on one plate, not of cultures or donors"),)


def _view(
    folds: Mapping[str, RelativeExpression], sample: ExpressionSample, calibrator: str
) -> ExpressionView:
    found = tuple(folds.values())
    return ExpressionView(
        subject=Subject(
            sample.lot, sample.passage, "relative_expression", "", condition=sample.condition
        ),
        sample=sample.sample,
        calibrator=calibrator,
        genes=tuple(folds),
        folds=tuple(one.fold for one in found),
        low=tuple(one.low for one in found),
        high=tuple(one.high for one in found),
        livak_low=tuple(one.livak_low for one in found),
        livak_high=tuple(one.livak_high for one in found),
    )
