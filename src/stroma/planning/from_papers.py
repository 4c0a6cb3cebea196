"""Inputs from published values, each with its papers.

A simulated laboratory is like one of the papers, drawn with equal chance; the conditions a paper
prints share its chance. So the spread between laboratories is what the papers show, and nothing is
extrapolated beyond them. Within a paper donations spread as it prints.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from stroma.planning.distributions import NORMAL_95, Component, Distribution, to_scale
from stroma.planning.inputs import InputKind, Scale, inputs_by_name
from stroma.planning.results import OriginKind, PlanInput
from stroma.published import (
    Certainty,
    Evidence,
    PlanningInput,
    PublishedValue,
    planning_inputs_for,
    values_for,
)
from stroma.texts import Text, join, text, texts
from stroma.units import convert, find_unit

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "isolation_success": ("isolation_success",),
    "isolated_cells": ("nucleated_cells_per_donation", "isolated_cells_per_donation"),
    "plating_efficiency": ("cfu_f_frequency",),
    "primary_days": ("explant_outgrowth_time",),
    "doublings_per_passage": ("population_doublings_per_passage",),
    "doubling_time": ("doubling_time",),
    "doublings_ceiling": (
        "cumulative_population_doublings",
        "cumulative_population_doublings_max",
        "cumulative_population_doublings_growth_drop",
    ),
    "harvest_recovery": ("harvest_efficiency",),
    "thaw_recovery": ("viable_recovery_after_thaw",),
    "release_rate": ("batch_release_rate",),
    "batch_yield": ("batch_yield",),
    "expansion_days": ("expansion_time",),
    "harvest_density": ("harvest_density",),
}
"""The tables' names of each input. Clonogenic efficiencies are of cells already in culture and say
nothing of a donation; a doubling time of a bioreactor or of a selected fraction is left out."""

OTHER_MATERIAL = re.compile(
    r"CD105|epithel|cryopreserved|first_trimester|microcarrier|Quantum", re.I
)
"""Fractions that are not what a donation gives, by part, tissue or condition."""

SCALES = (
    (re.compile(r"CFU-F per 1e5"), 1e-3),
    (re.compile(r"CFU-F per 1e6"), 1e-4),
    (re.compile(r"1e8 cells"), 1e8),
)
"""What one of a printed unit is in the input's unit: per 10⁵ as a percentage is a thousandth."""

BOUNDS = ("lower_bound", "upper_bound")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A row as numbers in the input's unit."""

    row: Evidence
    value: float | None
    low: float | None
    high: float | None
    spread: float | None
    kind: str
    n: int | None


def published_inputs(source: str) -> dict[str, PlanInput]:
    """Return what the published values say of a source.

    Parameters
    ----------
    source
        The tissue.

    Returns
    -------
    dict
        Input name to input, with the papers; inputs no paper prints are absent.

    Examples
    --------
    >>> published_inputs("bone_marrow")["release_rate"].distribution.counted
    (8, 11)
    """
    found: dict[str, PlanInput] = {}
    for name in ATTRIBUTES:
        kind = inputs_by_name()[name]
        figures = _best(list(_figures(name, kind, source)))
        if figures:
            made = _input(kind, figures)
            if made is not None:
                found[name] = made
    if (slope := _age_slope(source)) is not None:
        found[slope.kind.name] = slope
    return found


def _figures(name: str, kind: InputKind, source: str) -> Iterator[_Figure]:
    for attribute in ATTRIBUTES[name]:
        for planned in planning_inputs_for(attribute, source):
            words = f"{planned.part_printed} {planned.condition}"
            if planned.spread_kind in BOUNDS or OTHER_MATERIAL.search(words):
                continue
            factor = _factor(planned.unit_printed, planned.unit, kind)
            half = _half_width(planned.value, planned.low, planned.high)
            yield _figure(planned, factor, half)
        for valued in values_for(attribute, "", source):
            words = f"{valued.tissue_printed} {valued.condition}"
            if valued.bound or OTHER_MATERIAL.search(words):
                continue
            factor = _factor(valued.unit_printed, valued.unit, kind)
            yield _figure(valued, factor, valued.spread)


def _figure(row: PlanningInput | PublishedValue, factor: float, spread: float | None) -> _Figure:
    return _Figure(
        row=row,
        value=_times(row.value, factor),
        low=_times(row.low, factor),
        high=_times(row.high, factor),
        spread=_times(spread, factor),
        kind=row.spread_kind,
        n=row.n,
    )


def _factor(printed: str, code: str, kind: InputKind) -> float:
    for pattern, factor in SCALES:
        if pattern.search(printed):
            return factor
    known, wanted = find_unit(code) if code else None, find_unit(kind.unit)
    if known is not None and wanted is not None and known.dimension == wanted.dimension:
        return convert(1.0, known, wanted)
    return 1.0


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _half_width(value: float | None, low: float | None, high: float | None) -> float | None:
    return None if value is None or low is None or high is None else (high - low) / 2


def _best(figures: list[_Figure]) -> list[_Figure]:
    """Keep primary papers where there are any; rows without a figure say nothing here."""
    told = [f for f in figures if f.value is not None or (f.low is not None and f.high is not None)]
    primary = [f for f in told if f.row.certainty is Certainty.PRIMARY_VALUE]
    return primary or told


def _input(kind: InputKind, figures: list[_Figure]) -> PlanInput | None:
    if kind.scale is Scale.CHANCE and len(figures) == 1:
        counted = _counted(figures[0])
        if counted is not None:
            return PlanInput(
                kind=kind,
                origin=OriginKind.PUBLISHED,
                distribution=Distribution(scale=kind.scale, counted=counted),
                told=_told(figures, text("{k} of {n}", k=counted[0], n=counted[1])),
                citations=_citations(figures),
            )
    by_paper: dict[str, list[Component]] = {}
    taken = [(figure, _component(figure, kind)) for figure in figures]
    kept = [(figure, component) for figure, component in taken if component is not None]
    for figure, component in kept:
        by_paper.setdefault(figure.row.citation, []).append(component)
    if not kept:
        return None
    parts = [part for paper in by_paper.values() for part in paper]
    weights = [1 / len(by_paper) / len(paper) for paper in by_paper.values() for _part in paper]
    return PlanInput(
        kind=kind,
        origin=OriginKind.PUBLISHED,
        distribution=Distribution(
            scale=kind.scale, components=tuple(parts), weights=tuple(weights)
        ),
        told=_told([figure for figure, _component in kept], _spread_words(kept)),
        citations=_citations([figure for figure, _component in kept]),
    )


def _counted(figure: _Figure) -> tuple[int, int] | None:
    if figure.n is None or figure.value is None:
        return None
    return round(figure.value / 100 * figure.n), figure.n


def _component(figure: _Figure, kind: InputKind) -> Component | None:
    scale = kind.scale
    if figure.value is None:
        if figure.low is None or figure.high is None or figure.low <= 0:
            return None
        low, high = to_scale(figure.low, scale), to_scale(figure.high, scale)
        half = (high - low) / 2
        return Component(centre=(low + high) / 2, below=half, above=half, uniform=True)
    if scale is Scale.LOG and figure.value <= 0:
        return None
    spread = _between_donations(figure)
    centre = to_scale(figure.value, scale)
    if spread is None or spread <= 0:
        return Component(centre=centre)
    if scale is Scale.LOG:
        # A log-normal with this mean and standard deviation.
        relative = math.log1p((spread / figure.value) ** 2)
        return Component(
            centre=centre - relative / 2, below=math.sqrt(relative), above=math.sqrt(relative)
        )
    if scale is Scale.LOGIT:
        share = min(max(figure.value / 100, 0.001), 0.999)
        wide = spread / 100 / (share * (1 - share))
        return Component(centre=centre, below=wide, above=wide)
    return Component(centre=centre, below=spread, above=spread)


def _between_donations(figure: _Figure) -> float | None:
    """Return the standard deviation between donations, where the paper lets it be known."""
    if figure.spread is None:
        return None
    if figure.kind == "SEM":
        return None if figure.n is None else figure.spread * math.sqrt(figure.n)
    if figure.kind == "range":
        return figure.spread / NORMAL_95
    return figure.spread  # SD; of an unnamed kind a standard error would be narrower still


def _spread_words(kept: list[tuple[_Figure, Component]]) -> Text:
    if all(not part.below + part.above for _figure, part in kept):
        return text("no spread printed between donations")
    if any(figure.kind == "not_stated" for figure, _part in kept):
        return text("what the printed spread is, is not said; taken as a standard deviation")
    return text("with the printed spread")


def _told(figures: list[_Figure], more: Text) -> Text:
    papers = len(_citations(figures))
    told = texts("{count} paper", "{count} papers", papers)
    if all(f.row.certainty is Certainty.SECONDARY_REVIEW for f in figures):
        told = texts("{count} review or summary", "{count} reviews or summaries", papers)
    return join([told, more], "; ")


def _citations(figures: list[_Figure]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(figure.row.citation for figure in figures))


_AGES = re.compile(r"donor age (\d+)-(\d+) y")


def _age_slope(source: str) -> PlanInput | None:
    """Return the change of the yield with the donor's age, from one paper's groups of age."""
    points: list[tuple[float, float]] = []
    citations: list[str] = []
    for row in planning_inputs_for("mnc_per_volume", source):
        ages = _AGES.search(row.condition)
        if ages is not None and row.value is not None:
            points.append(((float(ages[1]) + float(ages[2])) / 2, math.log(row.value)))
            citations.append(row.citation)
    if len(points) < 3:
        return None
    years, logs = (np.array(column) for column in zip(*points, strict=True))
    slope = float(np.polyfit(years, logs, 1)[0])
    kind = inputs_by_name()["yield_change_per_decade"]
    percent = 100 * (math.exp(10 * slope) - 1)
    return PlanInput(
        kind=kind,
        origin=OriginKind.PUBLISHED,
        distribution=Distribution(
            scale=kind.scale, components=(Component(centre=percent),), weights=(1.0,)
        ),
        told=texts(
            "a line through the mononuclear cells of {count} age group on the log scale",
            "a line through the mononuclear cells of {count} age groups on the log scale",
            len(points),
        ),
        citations=tuple(dict.fromkeys(citations)),
    )
