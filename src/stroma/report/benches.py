"""What the assays on plates say over all lots: curves, secretion, potency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from stroma import figures
from stroma.assays.secretome import secretome_view
from stroma.measurements import Measurement
from stroma.report.gallery import Picture, hang
from stroma.report.numerals import measured_number
from stroma.results import StudyResults
from stroma.texts import Language
from stroma.views import StandardCurveView

PIXELS_A_UNIT: Final = 1.25
"""At which a drawing's letters are as large as those of the page's tables."""


@dataclass(frozen=True, slots=True)
class PotencyLine:
    """A lot beside its reference lot.

    Parameters
    ----------
    lot, passage
        Which.
    potency
        In percent, with its interval.
    reference
        The reference lot.
    wells
        How many wells it rests on.
    method
        Name and version.
    """

    lot: str
    passage: str
    potency: str
    reference: str
    wells: int
    method: str


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
        One line a lot.
    """

    curves: tuple[Picture, ...]
    secretome: Markup | None
    secretome_width: int
    potencies: tuple[PotencyLine, ...]


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
    potencies = tuple(
        _potency(row, language)
        for row in results.measurements
        if row.quantity == "relative_potency" and row.value is not None
    )
    if not (curves or heatmap or potencies):
        return None
    return BenchSection(curves, heatmap, _width(heatmap or ""), potencies)


def _width(drawn: str) -> int:
    """Return the width of a drawing at its natural size; 0 for none."""
    box = re.search(r'viewBox="\S+ \S+ (?P<width>[\d.]+)', drawn)
    return 0 if box is None else round(PIXELS_A_UNIT * float(box["width"]))


def _potency(row: Measurement, language: Language) -> PotencyLine:
    number, interval = measured_number(row, language)
    return PotencyLine(
        lot=row.lot,
        passage=row.passage,
        potency=f"{number} % ({interval})" if interval else f"{number} %",
        reference=str(row.settings.get("reference_lot", "")),
        wells=row.n or 0,
        method=row.method,
    )
