"""What a plate says of itself: dilutions of a sample that agree, additions that are found again.

Rows of the lot whose sample it is, so that a profile can limit them. Where a sample was read at
several dilutions or with several additions, the row is that of the one farthest off; the others
stand in its settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from stroma.bench_records import ConditionedMedium
from stroma.measurements import Measurement
from stroma.origin import Origin
from stroma.records import Lot
from stroma.stats.dilution import DilutionSeries
from stroma.texts import Text

RECOVERY: Final = "spike_recovery/1"
SERIES: Final = "dilution_series/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dilutions:
    """A sample at two dilutions or more that lie on its curve.

    Parameters
    ----------
    lot, passage, sample, analyte
        Whose; lot and passage as the layout says, empty where it does not.
    origin
        The file, and the wells in it.
    dilutions
        Factors, least first.
    series
        What they come to.
    level
        Of the slope's interval.
    """

    lot: str
    passage: str
    sample: str
    analyte: str
    origin: Origin
    dilutions: tuple[float, ...]
    series: DilutionSeries
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """How much of what was added to a sample is found.

    Parameters
    ----------
    lot, passage, sample, analyte
        Whose; lot and passage as the layout says, empty where it does not.
    origin
        The file, and the wells in it.
    dilution
        Of the sample with and without the addition.
    added, unit
        Concentration that the addition makes in the well.
    recovery
        In percent.
    low, high, level
        Its interval; ``None`` where the curve gives none.
    warnings
        What a reader has to know beside the number.
    """

    lot: str
    passage: str
    sample: str
    analyte: str
    origin: Origin
    dilution: float
    added: float
    unit: str
    recovery: float
    low: float | None
    high: float | None
    level: float
    warnings: tuple[Text, ...] = ()


def measure_checks(
    dilutions: Sequence[Dilutions],
    additions: Sequence[Addition],
    conditioned: Sequence[ConditionedMedium],
    *,
    lot: Lot,
) -> tuple[Measurement, ...]:
    """Return what the plates say of the samples of a lot.

    Parameters
    ----------
    dilutions, additions
        Of all plates; samples of other lots and of none are left aside.
    conditioned
        Which sample is whose, where the layout names a supernatant.
    lot
        The lot.

    Returns
    -------
    tuple of Measurement
        ``dilution_departure`` and ``dilution_cv`` of each sample at several dilutions,
        ``spike_recovery`` of each with an addition, all in percent.
    """
    named = {medium.name: medium for medium in conditioned}
    rows: list[Measurement] = []
    for held in dilutions:
        if (whose := _whose(held, named, lot)) is not None:
            rows += _of_dilutions(held, *whose, lot=lot)
    groups: dict[tuple[str, str], list[Addition]] = {}
    for addition in additions:
        groups.setdefault((addition.sample, addition.analyte), []).append(addition)
    for group in groups.values():
        if (whose := _whose(group[0], named, lot)) is not None:
            rows.append(_of_additions(group, *whose, lot=lot))
    return tuple(rows)


def _whose(
    held: Dilutions | Addition, named: Mapping[str, ConditionedMedium], lot: Lot
) -> tuple[str, str] | None:
    """Return passage and condition of a sample of the lot; ``None`` of another lot's."""
    medium = named.get(held.sample)
    if medium is not None and not medium.is_blank:
        return (medium.passage, medium.condition) if medium.lot == lot.lot else None
    return (held.passage, "") if held.lot == lot.lot else None


def _of_dilutions(
    held: Dilutions, passage: str, condition: str, *, lot: Lot
) -> tuple[Measurement, Measurement]:
    series = held.series
    settings: dict[str, object] = {
        "sample": held.sample,
        "dilutions": list(held.dilutions),
        "percent_of_mean": [round(part, 2) for part in series.percent_of_mean],
    }
    if series.slope is not None:
        ends = (series.slope, series.slope_low, series.slope_high)
        settings["dilution_slope"] = [None if end is None else round(end, 4) for end in ends]

    def row(quantity: str, value: float) -> Measurement:
        return Measurement(
            lot=lot.lot,
            donor=lot.donor,
            source=lot.source,
            passage=passage,
            condition=condition,
            quantity=quantity,
            analyte=held.analyte,
            value=value,
            unit="%",
            n=len(held.dilutions),
            n_counts="dilutions",
            method=SERIES,
            settings=settings,
            origins=(held.origin,),
        )

    departure = max(abs(part - 100.0) for part in series.percent_of_mean)
    return row("dilution_departure", departure), row("dilution_cv", series.cv_percent)


def _of_additions(
    group: Sequence[Addition], passage: str, condition: str, *, lot: Lot
) -> Measurement:
    worst = max(group, key=lambda each: abs(each.recovery - 100.0))
    bounded = worst.low is not None or worst.high is not None
    return Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=passage,
        condition=condition,
        quantity="spike_recovery",
        analyte=worst.analyte,
        value=worst.recovery,
        unit="%",
        low=worst.low,
        high=worst.high,
        level=worst.level if bounded else None,
        n=len(group),
        n_counts="additions",
        method=RECOVERY,
        settings={
            "sample": worst.sample,
            "additions": [
                {
                    "added": each.added,
                    "unit": each.unit,
                    "dilution": each.dilution,
                    "percent": round(each.recovery, 2),
                }
                for each in group
            ],
        },
        origins=tuple(dict.fromkeys(each.origin for each in group)),
        warnings=worst.warnings,
    )
