"""What would settle a criterion that is inconclusive or was not measured."""

from __future__ import annotations

import math
from statistics import NormalDist

from stroma.analytes import quantity_label
from stroma.criteria.limits import Extent, nearest_limit, reported_bound
from stroma.criteria.profile import Criterion
from stroma.criteria.wording import criterion_label, either
from stroma.measurements import Measurement
from stroma.texts import Text, join, text
from stroma.vocabulary import find_quantity

USUAL_LEVEL = 0.95
"""Where a row states no level: that of every default of the house rules."""

CELL_FRACTIONS = frozenset({"percent_positive", "percent_coexpressing", "viability"})
"""Quantities that are a share of the cells that were looked at."""


def events_needed(percent: float, limit: float, *, level: float = USUAL_LEVEL) -> int | None:
    """Return how many cells would move an interval clear of a limit, at the present estimate.

    The score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953) of a share p of n cells
    leaves a limit L out exactly when n > z² L (1 - L) / (p - L)².

    Parameters
    ----------
    percent
        The estimate, in percent.
    limit
        The limit, in percent.
    level
        Confidence level of the interval.

    Returns
    -------
    int or None
        Rounded up to two significant digits; ``None`` where the estimate is at the limit, or the
        limit at 0 or 100 %, so that no number of cells would do.

    Examples
    --------
    >>> events_needed(1.5, 2.0)
    3100
    """
    share, bound = percent / 100.0, limit / 100.0
    if share == bound or not 0 < bound < 1:
        return None
    z = NormalDist().inv_cdf(0.5 + level / 2)
    return _rounded_up(z * z * bound * (1 - bound) / (share - bound) ** 2)


def _rounded_up(number: float) -> int:
    if number < 1:
        return 1
    step = int(10 ** max(math.floor(math.log10(number)) - 1, 0))
    return math.ceil(number / step) * step


def settle_number(row: Measurement, extent: Extent, criterion: Criterion) -> Text:
    """Return what would settle a number whose interval holds the limit.

    Parameters
    ----------
    row
        The measurement.
    extent
        What is known of its value, in the criterion's unit.
    criterion
        The criterion.

    Returns
    -------
    Text
        For example "about 3,100 live events of the CD34 tube; 640 seen".
    """
    limit = nearest_limit(extent, criterion.limit, gate=criterion.gate)
    if reported_bound(row):
        return text("a method that reaches lower or higher than the limit, or a repeat with it")
    if limit is None or criterion.operator == "==":
        return text("more replicates, or a more precise method")
    if row.quantity in CELL_FRACTIONS and criterion.unit == "%":
        return _settle_share(row, extent, limit, criterion)
    return _settle_replicates(row, extent, limit, criterion)


def _settle_share(
    row: Measurement, extent: Extent, limit: float, criterion: Criterion
) -> Text:  # fmt: skip
    level = USUAL_LEVEL if row.level is None else row.level
    needed = events_needed(extent.value, limit, level=level)
    if needed is None:
        return text("a repeat: the estimate is at the limit, and no number of cells would clear it")
    seen = row.n if row.n_counts in {"cells", "events", ""} else None
    if seen is not None and seen >= needed:
        return text(
            "not more cells: {needed} would do and {seen} were seen; the width comes from the "
            "threshold, so more events in the control, or a better control",
            needed=needed,
            seen=seen,
        )
    what = _cells_of(row, needed)
    if seen is not None:
        what = text("{what}; {seen} seen", what=what, seen=seen)
    if not _is_inside(extent.value, limit, criterion):
        return text(
            "{what}; the estimate is beyond the limit, so that they would more likely show a FAIL",
            what=what,
        )
    return what


def _cells_of(row: Measurement, needed: int) -> Text:
    if row.quantity == "viability":
        return text("about {needed} counted cells", needed=needed)
    what = quantity_label(row.quantity, row.analyte)
    return text("about {needed} live events of the {what} tube", needed=needed, what=what)


def _is_inside(value: float, limit: float, criterion: Criterion) -> bool:
    match criterion.operator:
        case ">=" | ">":
            return value >= limit
        case "<=" | "<":
            return value <= limit
        case _:
            low, high = criterion.limit if isinstance(criterion.limit, tuple) else (limit, limit)
            return float(low) <= value <= float(high)


def _settle_replicates(
    row: Measurement, extent: Extent, limit: float, criterion: Criterion
) -> Text:  # fmt: skip
    """Return how many replicates would do: the half-width shrinks with the root of their number."""
    toward = extent.value - extent.low if limit <= extent.value else extent.high - extent.value
    gap = abs(extent.value - limit)
    if row.n is None or row.n_counts != "replicates" or gap == 0 or not math.isfinite(toward):
        what = text("more replicates, or a more precise method")
    else:
        needed = math.ceil(row.n * (toward / gap) ** 2)
        what = text("about {needed} replicates, if their spread stays as it is; {seen} made",
                    needed=needed, seen=row.n)  # fmt: skip
    if not _is_inside(extent.value, limit, criterion):
        return text(
            "{what}; the estimate is beyond the limit, so that they would more likely show a FAIL",
            what=what,
        )
    return what


def settle_word() -> Text:
    """Return what would settle a result that decides neither way.

    Returns
    -------
    Text
        A phrase.
    """
    return text("a repeat of the test, or the house rule that its warning asks for")


def settle_missing(criterion: Criterion) -> Text:
    """Return what to measure.

    Parameters
    ----------
    criterion
        A criterion that was not measured.

    Returns
    -------
    Text
        For example "stain CD14 or CD11b, with its control".
    """
    what = (
        criterion_label(criterion)
        if len(criterion.analytes) == 1
        else either([join([name]) for name in criterion.analytes])
    )
    quantity = find_quantity(criterion.quantity)
    kind = None if quantity is None else quantity.analyte
    if kind == "marker":
        asked = text("stain {what}, with its control", what=what)
    elif kind == "phenotype":
        asked = text("stain the markers of {what} in one tube, with their controls", what=what)
    elif kind == "lineage":
        asked = text("measure {what} against an undifferentiated control", what=what)
    else:
        asked = text("measure or enter: {what}", what=what)
    if criterion.stimulated:
        return text("{asked}, after {stimulus}", asked=asked, stimulus=criterion.stimulated)
    if criterion.beside:
        return text("{asked}, beside {cells}", asked=asked, cells=criterion.beside)
    return asked
