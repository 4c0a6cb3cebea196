"""What is held of an attribute: own lots, published figures, published orders."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeAlias

import numpy as np
from scipy import special

from stroma.choosing.application import Attribute, Direction, PublishedKey
from stroma.choosing.results import Figure, ReportedOrder
from stroma.choosing.scales import (
    NEAREST_PERCENT,
    FloatArray,
    Scale,
    scale_of,
    scaled,
    unscaled,
)
from stroma.measurements import Measurement, passage_number
from stroma.published.rows import Certainty, ClinicalResult, Contrast, PublishedValue
from stroma.published.tables import clinical_results, contrasts, values
from stroma.texts import Text, text, texts
from stroma.units import convert, find_unit

LEVEL = 0.95

NOT_USED = frozenset({"check_first", "donor_age_contrast", "not_human_cells", "not_msc"})
"""Notes of rows that do not speak of two tissues' stromal cells, or are to be checked first."""

Numbered: TypeAlias = Contrast | PublishedValue | ClinicalResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A mean and what is not known of it, on a scale.

    Parameters
    ----------
    location, error
        The mean and the scale of the t distribution about it.
    degrees_of_freedom
        Of that distribution.
    scale
        On which it stands.
    """

    location: float
    error: float
    degrees_of_freedom: int
    scale: Scale

    def draw(self, draws: int, random: np.random.Generator) -> FloatArray:
        """Draw values in the attribute's unit.

        Parameters
        ----------
        draws
            How many.
        random
            Source of chance.

        Returns
        -------
        array
            Shape (draws,).
        """
        chance = random.standard_t(self.degrees_of_freedom, draws)
        return unscaled(self.location + self.error * chance, self.scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of one source.

    Parameters
    ----------
    figure
        The number to show.
    spread
        To draw from; ``None`` where nothing tells how far the next donor, or paper, would lie.
    remarks
        What a reader has to know.
    """

    figure: Figure
    spread: Spread | None
    remarks: tuple[Text, ...] = ()


@dataclass(slots=True)
class _Group:
    """Values of one source by their unit of evidence: a donor, or a paper."""

    values: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    lots: set[str] = field(default_factory=set)
    citations: dict[str, None] = field(default_factory=dict)
    remarks: dict[str, Text] = field(default_factory=dict)


def own_lots(
    rows: Iterable[Measurement], attribute: Attribute, sources: Sequence[str]
) -> dict[str, Held]:
    """Return what a laboratory's own lots say of an attribute.

    Parameters
    ----------
    rows
        Measurements of any lots.
    attribute
        The attribute.
    sources
        Tissues.

    Returns
    -------
    dict
        Source to its mean over donors; a source without a value is not in it. A donor's values
        are averaged first, so that many lots of one donor count once.
    """
    if not attribute.quantity:
        return {}
    groups: dict[str, _Group] = defaultdict(_Group)
    for row in _counted(rows, attribute, sources):
        group = groups[row.source]
        if not row.donor:
            group.remarks["donor"] = text("no donor is named: each lot counts as a donor")
        value = float(row.value) if row.value is not None else math.nan
        if attribute.unit == "%" and not NEAREST_PERCENT <= value <= 100 - NEAREST_PERCENT:
            group.remarks["bound"] = text(
                "percentages nearer than {least} % to 0 or 100 count as {least} % away",
                least=NEAREST_PERCENT,
            )
        group.values[row.donor or f"lot {row.lot}"].append(value)
        group.lots.add(row.lot)
    return _summaries(groups, attribute, of_mean=True)


def _counted(
    rows: Iterable[Measurement], attribute: Attribute, sources: Sequence[str]
) -> list[Measurement]:
    """Return the rows that count: of several passages all, or the latest of each lot."""
    asked = (attribute.quantity, attribute.analyte, attribute.condition)
    found = [
        row
        for row in rows
        if (row.quantity, row.analyte, row.condition) == asked
        and row.value is not None
        and row.source in sources
    ]
    if not attribute.latest:
        return found
    latest: dict[tuple[str, str], int] = {}
    for row in found:
        key = (row.source, row.lot)
        latest[key] = max(latest.get(key, -1), passage_number(row.passage))
    return [row for row in found if passage_number(row.passage) == latest[row.source, row.lot]]


def published_figures(attribute: Attribute, sources: Sequence[str]) -> dict[str, Held]:
    """Return the published figures of an attribute.

    Parameters
    ----------
    attribute
        The attribute.
    sources
        Tissues.

    Returns
    -------
    dict
        Source to its mean over papers, each paper once, with the interval in which another
        paper's value would lie. Reviews count only where no paper of its own figure is held.
    """
    if not attribute.has_numbers:
        return {}
    found: dict[str, list[tuple[Numbered, str, float]]] = defaultdict(list)
    for key in attribute.published:
        for row, condition in _rows_of(key):
            value = _in_unit(row, attribute.unit)
            if value is None:
                continue
            study = f"{row.doi or row.address} {condition if key.separate else ''}".strip()
            for source in sources:
                if row.is_from(source) and len(row.tissues) == 1:
                    found[source].append((row, study, value))
    groups: dict[str, _Group] = {}
    for source, rows in found.items():
        primary = [one for one in rows if one[0].certainty is not Certainty.SECONDARY_REVIEW]
        group = groups[source] = _Group()
        if not primary:
            group.remarks["review"] = text("from a review, not from the papers themselves")
        for row, study, value in primary or rows:
            if value not in group.values[study]:  # the tables may hold one figure twice
                group.values[study].append(value)
            group.citations[row.citation] = None
    return _summaries(groups, attribute, of_mean=False)


def _rows_of(key: PublishedKey) -> Iterator[tuple[Numbered, str]]:
    if not key.numbers:
        return
    if key.outcome:
        for result in clinical_results():
            if (result.indication, result.outcome) == (key.indication, key.outcome):
                yield result, result.product
        return
    for contrast in contrasts():
        usable = contrast.species == "human" and not contrast.bound
        if contrast.attribute == key.attribute and usable and not NOT_USED & set(contrast.notes):
            yield contrast, contrast.condition
    for value in values():
        usable = not value.bound and not NOT_USED & set(value.notes)
        if value.attribute == key.attribute and usable:
            yield value, value.condition


def _in_unit(row: Numbered, code: str) -> float | None:
    written, wanted = find_unit(row.unit) if row.unit else None, find_unit(code)
    if row.value is None or written is None or wanted is None:
        return None
    if written.dimension != wanted.dimension:
        return None
    return convert(row.value, written, wanted)


def _summaries(
    groups: Mapping[str, _Group], attribute: Attribute, *, of_mean: bool
) -> dict[str, Held]:
    """Average each source over its donors or papers; their spread is pooled over the sources."""
    if not groups:
        return {}
    everything = np.array([v for g in groups.values() for vs in g.values.values() for v in vs])
    scale = scale_of(attribute, everything)
    units = {
        source: np.array([scaled(np.array(vs), scale).mean() for vs in group.values.values()])
        for source, group in groups.items()
    }
    freedom = sum(len(held) - 1 for held in units.values())
    squares = sum(float(((held - held.mean()) ** 2).sum()) for held in units.values())
    spread = math.sqrt(squares / freedom) if freedom else None
    found: dict[str, Held] = {}
    for source, held in units.items():
        count, mean = len(held), float(held.mean())
        distribution = None
        bounds: tuple[float | None, float | None] = (None, None)
        remarks = dict(groups[source].remarks)
        if spread is None:
            remarks["spread"] = _no_spread(count, of_mean=of_mean)
        else:
            error = spread * math.sqrt(1 / count if of_mean else 1 + 1 / count)
            distribution = Spread(
                location=mean, error=error, degrees_of_freedom=freedom, scale=scale
            )
            reach = float(special.stdtrit(freedom, (1 + LEVEL) / 2)) * error
            ends = unscaled(np.array([mean - reach, mean + reach]), scale)
            bounds = (float(ends[0]), float(ends[1]))
            if count == 1:
                remarks["spread"] = _borrowed(of_mean=of_mean)
        found[source] = Held(
            figure=Figure(
                value=float(unscaled(np.array([mean]), scale)[0]),
                low=bounds[0],
                high=bounds[1],
                level=LEVEL,
                count=count,
                lots=len(groups[source].lots),
                citations=tuple(groups[source].citations),
            ),
            spread=distribution,
            remarks=tuple(remarks.values()),
        )
    return found


def _no_spread(count: int, *, of_mean: bool) -> Text:
    if of_mean:
        return texts(
            "{count} donor, and no source has two: how far donors lie apart is not known, so the "
            "number is shown and not used",
            "{count} donors, and no source has two: how far donors lie apart is not known, so the "
            "number is shown and not used",
            count,
        )
    return text(
        "no source has two papers: how far papers lie apart is not known, so the number is shown "
        "and not used"
    )


def _borrowed(*, of_mean: bool) -> Text:
    if of_mean:
        return text("one donor: how far donors lie apart is taken from the other sources")
    return text("one paper: how far papers lie apart is taken from the other sources")


def reported_orders(attribute: Attribute, sources: Sequence[str]) -> tuple[ReportedOrder, ...]:
    """Return which papers put one source before another.

    Parameters
    ----------
    attribute
        The attribute.
    sources
        Tissues.

    Returns
    -------
    tuple of ReportedOrder
        One a pair of which anything is held, in the order of the names. Each paper counts once a
        pair: one that says both counts as no difference. Reviews count only where no paper does.
    """
    return tuple(
        order
        for one, other in combinations(sorted(sources), 2)
        if (order := _order(attribute, one, other)) is not None
    )


def _order(attribute: Attribute, one: str, other: str) -> ReportedOrder | None:
    signs: dict[bool, dict[str, list[int]]] = {True: defaultdict(list), False: defaultdict(list)}
    citations: dict[bool, dict[str, None]] = {True: {}, False: {}}
    for key in attribute.published:
        if not key.attribute or key.direction is Direction.TARGET:
            continue
        better = 1 if key.direction is Direction.MORE else -1
        for row in contrasts():
            sign = _sign(row, one, other) if row.attribute == key.attribute else None
            if sign is not None:
                secondary = row.certainty is Certainty.SECONDARY_REVIEW
                signs[secondary][row.paper].append(sign * better)
                citations[secondary][row.citation] = None
    secondary = not signs[False]
    papers = [int(np.sign(sum(held))) for held in signs[secondary].values()]
    if not papers:
        return None
    return ReportedOrder(
        source=one,
        other=other,
        better=papers.count(1),
        worse=papers.count(-1),
        alike=papers.count(0),
        secondary=secondary,
        citations=tuple(citations[secondary]),
    )


def _sign(row: Contrast, one: str, other: str) -> int | None:
    """Return 1 where a row has ``one`` higher than ``other``, -1 lower, 0 alike, else ``None``."""
    sign = {"higher": 1, "lower": -1, "no_difference": 0}.get(row.direction)
    if sign is None or row.species != "human" or NOT_USED & set(row.notes):
        return None
    of, against = row.is_from, row.is_compared_with
    # A row of one tissue at two ages, or of parts of it, says nothing of two tissues.
    if of(one) and against(other) and not of(other) and not against(one):
        return sign
    if of(other) and against(one) and not of(one) and not against(other):
        return -sign
    return None
