"""What the assays on plates say over all lots: curves, secretion, potency."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from stroma import figures
from stroma.assays.potency_runs import OF_RUN, POTENCY
from stroma.assays.secretome import secretome_view
from stroma.measurements import Measurement
from stroma.report.gallery import Picture, hang
from stroma.report.numerals import measured_number
from stroma.report.words import observed_things
from stroma.results import StudyResults
from stroma.texts import Language, Number, text
from stroma.views import StandardCurveView
from stroma.vocabulary import find_quantity

POTENCIES: Final = (POTENCY, OF_RUN)
CHECKS: Final = ("spike_recovery", "dilution_departure", "dilution_cv")
PIXELS_A_UNIT: Final = 1.25
"""At which a drawing's letters are as large as those of the page's tables."""


@dataclass(frozen=True, slots=True)
class PotencyLine:
    """A lot beside its reference lot.

    Parameters
    ----------
    lot, passage
        Which.
    run
        The run, where the line is one of several; empty for the lot's own potency.
    condition
        What it was measured beside; empty for nothing.
    potency
        In percent, with its interval.
    reference
        The reference lot.
    observed
        How many wells, ratios or runs it rests on.
    homogeneity
        How the runs agree; empty where there is one.
    method
        Name and version.
    """

    lot: str
    passage: str
    run: str
    condition: str
    potency: str
    reference: str
    observed: str
    homogeneity: str
    method: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """What a plate says of itself, for one sample.

    Parameters
    ----------
    lot, passage, condition, analyte
        Whose, and of what.
    label
        What was checked.
    percent
        With its interval.
    observed
        How many dilutions or additions it rests on.
    warnings
        What is said beside it.
    """

    lot: str
    passage: str
    condition: str
    analyte: str
    label: str
    percent: str
    observed: str
    warnings: str


@dataclass(frozen=True, slots=True)
class BenchSection:
    """The section on plates.

    Parameters
    ----------
    curves
        Standard curves.
    secretome
        Heat map over lots and analytes; ``None`` where nothing was measured.
    secretome_width
        Of the heat map in pixels, so that few analytes are not drawn across the page.
    potencies
        One line a lot; below the line of several runs, one for each.
    checks
        Dilutions and additions, one line a sample and question.
    """

    curves: tuple[Picture, ...]
    secretome: Markup | None
    secretome_width: int
    potencies: tuple[PotencyLine, ...]
    checks: tuple[CheckLine, ...]


def bench_section(
    results: StudyResults, language: Language, shared: figures.SharedPieces
) -> BenchSection | None:
    """Gather what the assays on plates say.

    Parameters
    ----------
    results
        Of a study.
    language
        Of the words.
    shared
        Where the page keeps what several pictures have.

    Returns
    -------
    BenchSection or None
        ``None`` where the study has no such assay.
    """
    of_curves = [view for view in results.views if isinstance(view, StandardCurveView)]
    curves = hang(of_curves, (), language, shared).curves
    secreted = secretome_view(results.measurements)
    heatmap = (
        None if secreted is None else Markup(figures.secretome_heatmap(secreted, language))  # noqa: S704 - escapes its words
    )
    measured = [row for row in results.measurements if row.value is not None]
    potencies = tuple(_potency(row, language) for row in measured if row.quantity in POTENCIES)
    checks = tuple(_check(row, language) for row in measured if row.quantity in CHECKS)
    if not (curves or heatmap or potencies or checks):
        return None
    return BenchSection(curves, heatmap, _width(heatmap or ""), potencies, checks)


def _width(drawn: str) -> int:
    """Return the width of a drawing at its natural size; 0 for none."""
    box = re.search(r'viewBox="\S+ \S+ (?P<width>[\d.]+)', drawn)
    return 0 if box is None else round(PIXELS_A_UNIT * float(box["width"]))


def _potency(row: Measurement, language: Language) -> PotencyLine:
    is_run = row.quantity == OF_RUN
    agreement = ""
    if "p_of_homogeneity" in row.settings:
        agreement = text(
            "χ² {chi}, p = {p}",
            chi=Number(_number(row, "heterogeneity"), 2),
            p=Number(_number(row, "p_of_homogeneity"), 3),
        ).render(language)
    return PotencyLine(
        lot=row.lot,
        passage=row.passage,
        run=row.condition if is_run else "",
        condition="" if is_run else row.condition,
        potency=_percent(row, language),
        reference=str(row.settings.get("reference_lot", "")),
        observed=_observed(row, language),
        homogeneity=agreement,
        method=row.method,
    )


def _number(row: Measurement, name: str) -> float:
    held = row.settings[name]
    return float(held) if isinstance(held, int | float) else math.nan


def _check(row: Measurement, language: Language) -> CheckLine:
    known = find_quantity(row.quantity)
    return CheckLine(
        lot=row.lot,
        passage=row.passage,
        condition=row.condition,
        analyte=row.analyte,
        label=row.quantity if known is None else known.label.render(language),
        percent=_percent(row, language),
        observed=_observed(row, language),
        warnings="; ".join(warning.render(language) for warning in row.warnings),
    )


def _percent(row: Measurement, language: Language) -> str:
    number, interval = measured_number(row, language)
    return f"{number} % ({interval})" if interval else f"{number} %"


def _observed(row: Measurement, language: Language) -> str:
    if row.n is None:
        return ""
    counted = observed_things(row.n_counts, row.n).render(language)
    return f"{language.number(row.n, 0)} {counted}".strip()
