"""What is said where a standard curve, a level or a sample has no number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from stroma.assays.standard_wells import AnalyteWells, AssayWell
from stroma.errors import Place, Problem, Severity
from stroma.stats.curves import CurveChoice
from stroma.stats.quantification import (
    SHARE_OF_LEVELS,
    WorkingRange,
)
from stroma.texts import Number, Text, join, text, texts

_MOST_NAMED = 12


def no_curve(wells: AnalyteWells, block: str, reason: str, value: float | None = None) -> Problem:
    """Say that an analyte has no curve.

    Parameters
    ----------
    wells, block
        Whose.
    reason
        Of :class:`stroma.stats.curves.UnfitCurveError`, or ``"moved"``, ``"lost"`` or
        ``"no_standards"``.
    value
        The number that was too large.

    Returns
    -------
    Problem
        An error.
    """
    return Problem(
        place=_place(wells),
        found=text("no standard curve{block}: {why}", block=_block(block), why=why(reason, value)),
        expected=text("standards that say what curve they lie on"),
        action=text("correct the layout, or measure the standards again; no sample has a number"),
    )


def why(reason: str, value: float | None) -> Text:
    """Return why a curve was refused.

    Parameters
    ----------
    reason, value
        Of :class:`stroma.stats.curves.UnfitCurveError`.

    Returns
    -------
    Text
        A phrase.
    """
    number = math.nan if value is None else value
    said = {
        "few_doses": text("too few standard levels ({number})", number=Number(number, 0)),
        "few_values": text("too few standard wells ({number})", number=Number(number, 0)),
        "no_spread": text("all standards read the same"),
        "not_positive": text("a reading of zero or less cannot be weighted by its size"),
        "negative_dose": text("a standard below zero"),
        "not_finite": text("a reading that is no number"),
        "asymmetry": text("the asymmetry runs away (beyond {number})", number=min(number, 1e6)),
        "asymmetry_error": text(
            "the standards do not say how asymmetric the curve is (error of ln f {number})",
            number=Number(number, 1),
        ),
        "lower_plateau": text("the lower plateau is not seen (would be {number})", number=number),
        "upper_plateau": text("the upper plateau is not seen (would be {number})", number=number),
        "no_convergence": text("no best curve was found"),
        "lower_elsewhere": text("the best curve lies where no curve is certain"),
        "moved": text("the layouts contradict each other about its standards"),
        "lost": text("half of the standard levels or more are without a reading"),
        "no_standards": text("no well holds a standard of stated concentration"),
    }
    return said.get(reason, text("the standards do not say what its parameters are"))


def left_models(wells: AnalyteWells, block: str, choice: CurveChoice) -> Problem:
    """Say that a smaller model was taken.

    Parameters
    ----------
    wells, block, choice
        Whose.

    Returns
    -------
    Problem
        A warning.
    """
    parts = [
        text("{model}: {why}", model=left.model, why=why(left.reason, left.value))
        for left in choice.left
    ]
    return Problem(
        place=_place(wells),
        found=text(
            "{model} is used{block}, because a larger model is not identified: {parts}",
            model=choice.curve.model, block=_block(block), parts=join(parts, "; "),
        ),
        expected=text("standards that reach both plateaus"),
        action=text("look at the curve; widen the standards for the next plate"),
        severity=Severity.WARNING,
    )  # fmt: skip


def plateau_missing(wells: AnalyteWells, block: str, part: float) -> Problem:
    """Say that the upper plateau is extrapolated.

    Parameters
    ----------
    wells, block
        Whose.
    part
        Of the way between the plateaus that the standards go.

    Returns
    -------
    Problem
        A note: the curve is read between its standards only.
    """
    return Problem(
        place=_place(wells),
        found=text(
            "the standards go {percent} % of the way to the upper plateau{block}",
            percent=Number(100 * part, 0), block=_block(block),
        ),
        expected=text("standards up to the plateau where its height matters"),
        action=text("nothing for samples in the range; the plateau itself is extrapolated"),
        severity=Severity.NOTE,
    )  # fmt: skip


def no_range(wells: AnalyteWells, block: str, held: WorkingRange, model: str) -> Problem:
    """Say that a curve does not find its own standards again.

    Parameters
    ----------
    wells, block, held, model
        Whose.

    Returns
    -------
    Problem
        An error.
    """
    levels = join(
        [
            text("{dose}: {bias} %", dose=level.nominal, bias=Number(level.bias_percent, 0))
            if level.bias_percent is not None
            else text("{dose}: not on the curve", dose=level.nominal)
            for level in held.levels
        ]
    )
    return Problem(
        place=_place(wells),
        found=text(
            "the {model} curve{block} does not find its standards again: {levels}",
            model=model, block=_block(block), levels=levels,
        ),
        expected=text(
            "{share} % of the levels within 15 %, the lowest within 20 % (ICH M10)",
            share=Number(100 * SHARE_OF_LEVELS, 0),
        ),
        action=text("measure the standards again; no sample has a number"),
    )  # fmt: skip


def several_series(
    wells: AnalyteWells, tops: Mapping[str, float], lost: Sequence[AssayWell]
) -> Problem:
    """Say that samples cannot be told which of several series they belong to.

    Parameters
    ----------
    wells
        Whose.
    tops
        Block to its highest standard.
    lost
        Wells of no series.

    Returns
    -------
    Problem
        An error.
    """
    named = join([text("{block}: {top}", block=block or "–", top=top)
                  for block, top in tops.items()])  # fmt: skip
    return Problem(
        place=_place(wells),
        found=text(
            "series of standards with different highest concentrations ({series}), and wells of "
            "none of them: {wells}",
            series=named, wells=_wells(lost),
        ),
        expected=text("each sample in the block of its standards"),
        action=text("write the block of these wells in layouts; they have no number until then"),
    )  # fmt: skip


def several_values(wells: AnalyteWells, double: Mapping[str, set[float]]) -> Problem:
    """Say that a standard has two concentrations.

    Parameters
    ----------
    wells
        Whose.
    double
        Standard to its concentrations.

    Returns
    -------
    Problem
        An error.
    """
    named = join(
        [text("{name}: {doses}", name=name, doses=join(sorted(doses), " / "))
         for name, doses in list(double.items())[:_MOST_NAMED]]
    )  # fmt: skip
    return Problem(
        place=_place(wells),
        found=text("standards with two concentrations: {named}", named=named),
        expected=text("one concentration for a standard"),
        action=text("correct the layout, or name two series as two blocks; no sample has a number"),
    )


def uneven_levels(
    wells: AnalyteWells, uneven: Mapping[float, float], *, is_blocked: bool
) -> Problem:
    """Say that replicates of standards disagree.

    Parameters
    ----------
    wells
        Whose.
    uneven
        Level to the coefficient of variation of its readings.
    is_blocked
        Whether they are so many that there is no curve.

    Returns
    -------
    Problem
        An error, or a warning where the levels are left out.
    """
    named = join([text("{dose}: {cv} %", dose=dose, cv=Number(cv, 0))
                  for dose, cv in list(uneven.items())[:_MOST_NAMED]])  # fmt: skip
    return Problem(
        place=_place(wells),
        found=text("replicates of standards disagree, coefficient of variation {named}",
                   named=named),
        expected=text("20 % at the most"),
        action=text("look for two series laid out as one, or measure again; no sample has a number")
        if is_blocked
        else text("look at these wells; the curve is fitted without these levels"),
        severity=Severity.ERROR if is_blocked else Severity.WARNING,
    )  # fmt: skip


def not_in_order(wells: AnalyteWells, order: float) -> Problem:
    """Say that responses do not follow the concentrations.

    Parameters
    ----------
    wells
        Whose.
    order
        Rank correlation.

    Returns
    -------
    Problem
        An error.
    """
    return Problem(
        place=_place(wells),
        found=text(
            "the standards' readings do not follow their concentrations (rank correlation {r})",
            r=Number(order, 2),
        ),
        expected=text("readings that rise or fall from standard to standard"),
        action=text("see whether the layout was moved or turned; no sample has a number"),
    )


def unread(wells: AnalyteWells, gone: Sequence[AssayWell], *, is_standard: bool) -> Problem:
    """Say that wells of the layout hold no number.

    Parameters
    ----------
    wells, gone
        Which.
    is_standard
        Whether they are standards.

    Returns
    -------
    Problem
        A warning for standards, of which the others are used; an error for samples.
    """
    written = join(sorted({well.reading.as_written or "–" for well in gone}))
    if is_standard:
        found = texts("{count} standard without a reading: {wells} ({written})",
                      "{count} standards without a reading: {wells} ({written})",
                      len(gone), wells=_wells(gone), written=written)  # fmt: skip
    else:
        found = texts("{count} well of a sample without a reading: {wells} ({written})",
                      "{count} wells of a sample without a reading: {wells} ({written})",
                      len(gone), wells=_wells(gone), written=written)  # fmt: skip
    return Problem(
        place=_place(wells),
        found=found,
        expected=text("a reading in every well of the layout"),
        action=text("export the whole plate; the other standards make the curve")
        if is_standard
        else text("export the whole plate; these wells are left out"),
        severity=Severity.WARNING if is_standard else Severity.ERROR,
    )


def without_concentration(wells: AnalyteWells, held: Sequence[AssayWell]) -> Problem:
    """Say that standards have no stated concentration.

    Parameters
    ----------
    wells, held
        Which.

    Returns
    -------
    Problem
        A warning.
    """
    return Problem(
        place=_place(wells),
        found=texts(
            "{count} well of a standard without a concentration: {wells}",
            "{count} wells of standards without a concentration: {wells}",
            len(held), wells=_wells(held),
        ),
        expected=text("the concentration of each standard"),
        action=text("write it in layouts; the curve is fitted without these wells"),
        severity=Severity.WARNING,
    )  # fmt: skip


def missed_control(
    wells: AnalyteWells, held: Sequence[AssayWell], nominal: float, bias: float | None
) -> Problem:
    """Say that a control is not found again.

    Parameters
    ----------
    wells, held
        Which.
    nominal
        Its stated concentration.
    bias
        What was found less that, in percent; ``None`` where it is out of range.

    Returns
    -------
    Problem
        A warning.
    """
    found = (
        text('control "{sample}" of {nominal} is out of the range of the curve',
             sample=held[0].sample, nominal=nominal)
        if bias is None
        else text('control "{sample}" of {nominal} is found {bias} % off',
                  sample=held[0].sample, nominal=nominal, bias=Number(bias, 0))
    )  # fmt: skip
    return Problem(
        place=_place(wells),
        found=found,
        expected=text("controls within 20 % of what they hold"),
        action=text("look at the standards and the control before using the samples of this plate"),
        severity=Severity.WARNING,
    )


def few_levels(wells: AnalyteWells, count: int) -> Problem:
    """Say that a curve has few standards.

    Parameters
    ----------
    wells, count
        Whose, and how many levels above zero.

    Returns
    -------
    Problem
        A note.
    """
    return Problem(
        place=_place(wells),
        found=texts(
            "{count} level of standards above zero", "{count} levels of standards above zero", count
        ),
        expected=text("six or more (ICH M10)"),
        action=text("nothing for this plate; add levels to the next"),
        severity=Severity.NOTE,
    )


def odd_dilution(wells: AnalyteWells, held: Sequence[AssayWell]) -> Problem:
    """Say that a dilution below 1 can be read in two ways.

    Parameters
    ----------
    wells, held
        Which.

    Returns
    -------
    Problem
        An error.
    """
    return Problem(
        place=_place(wells),
        found=text(
            "dilutions below 1 ({dilutions}) of wells {wells}",
            dilutions=join(sorted({well.dilution or 0.0 for well in held})),
            wells=_wells(held),
        ),
        expected=text("the factor by which the sample was diluted, 1 or more"),
        action=text("write 2 for a sample diluted to its half; these wells have no number"),
    )


def uneven_sample(wells: AnalyteWells, held: Sequence[AssayWell], cv: float) -> Problem:
    """Say that replicates of a sample disagree.

    Parameters
    ----------
    wells, held, cv
        Which.

    Returns
    -------
    Problem
        A warning; the mean is used.
    """
    return Problem(
        place=_place(wells),
        found=text(
            'replicates of "{sample}" in {wells} differ, coefficient of variation {cv} %',
            sample=held[0].sample, wells=_wells(held), cv=Number(cv, 0),
        ),
        expected=text("20 % at the most"),
        action=text("look at these wells; their mean is used"),
        severity=Severity.WARNING,
    )  # fmt: skip


def far_apart(
    wells: AnalyteWells, held: Sequence[AssayWell], found: Sequence[tuple[float, float]]
) -> Problem:
    """Say that dilutions of a sample do not come to the same.

    Parameters
    ----------
    wells, held
        Which.
    found
        Dilution, and concentration of the undiluted sample.

    Returns
    -------
    Problem
        A warning; the least diluted is used.
    """
    named = join([text("{dilution} times: {value}", dilution=dilution, value=value)
                  for dilution, value in found])  # fmt: skip
    return Problem(
        place=_place(wells),
        found=text('dilutions of "{sample}" do not come to the same: {named}',
                   sample=held[0].sample, named=named),
        expected=text("within 20 % of their mean (ICH M10)"),
        action=text("look for a matrix that disturbs; the least diluted in range is used"),
        severity=Severity.WARNING,
    )  # fmt: skip


def no_concentration(wells: AnalyteWells, held: Sequence[AssayWell]) -> Problem:
    """Say that a sample is below the range at one dilution and above it at another.

    Parameters
    ----------
    wells, held
        Which.

    Returns
    -------
    Problem
        An error.
    """
    return Problem(
        place=_place(wells),
        found=text('"{sample}" is below the range at one dilution and above it at another',
                   sample=held[0].sample),
        expected=text("less in the more diluted well"),
        action=text("see whether wells were exchanged; the sample has no number"),
    )  # fmt: skip


def missed_addition(wells: AnalyteWells, held: Sequence[AssayWell], recovery: float) -> Problem:
    """Say that what was added to a sample is not found again.

    Parameters
    ----------
    wells, held
        Which.
    recovery
        What is found of it, in percent.

    Returns
    -------
    Problem
        A warning.
    """
    return Problem(
        place=_place(wells),
        found=text('of what was added to "{sample}" {percent} % is found ({wells})',
                   sample=held[0].sample, percent=Number(recovery, 0), wells=_wells(held)),
        expected=text("80 to 120 %, as ICH M10 asks of selectivity"),
        action=text("look for a matrix that disturbs; dilute the sample further"),
        severity=Severity.WARNING,
    )  # fmt: skip


def no_recovery(wells: AnalyteWells, held: Sequence[AssayWell], reason: str) -> Problem:
    """Say that a recovery cannot be told.

    Parameters
    ----------
    wells, held
        Which.
    reason
        ``"no_sample"``, ``"no_amount"``, ``"below"`` or ``"above"``.

    Returns
    -------
    Problem
        A warning.
    """
    said = {
        "no_sample": text("no wells of the sample without it in the same dilution"),
        "no_amount": text("the amount that was added is not stated, or is not above zero"),
        "below": text("with it, the sample is below the range of the curve"),
        "above": text("with it or without, the sample is above the range of the curve"),
    }
    return Problem(
        place=_place(wells),
        found=text('no recovery of what was added to "{sample}" in {wells}: {why}',
                   sample=held[0].sample, wells=_wells(held), why=said[reason]),
        expected=text("the sample with and without the addition, both within the curve"),
        action=text("correct the layout, or choose another amount for the next plate"),
        severity=Severity.WARNING,
    )  # fmt: skip


def _place(wells: AnalyteWells) -> Place:
    return Place(wells.origin.file, column=wells.analyte or None)


def _block(block: str) -> Text:
    return text(" of block {block}", block=block) if block else join([])


def _wells(held: Sequence[AssayWell]) -> Text:
    names = list(dict.fromkeys(well.well for well in held))
    more = ["…"] if len(names) > _MOST_NAMED else []
    return join([*names[:_MOST_NAMED], *more])
