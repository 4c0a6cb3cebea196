"""Names of quantities and units for a reader."""

from __future__ import annotations

import math

from stroma.texts import Text, join
from stroma.trends.results import Series
from stroma.vocabulary import find_quantity, find_tissue


def quantity_label(series: Series) -> Text:
    """Return what a series is of.

    Parameters
    ----------
    series
        The lots.

    Returns
    -------
    Text
        For example ``positive cells, CD105, bone marrow``.
    """
    quantity, tissue = find_quantity(series.quantity), find_tissue(series.source)
    parts: list[object] = [series.quantity if quantity is None else quantity.label]
    parts += [series.analyte] if series.analyte else []
    parts += [] if tissue is None else [tissue.label]
    return join(parts)


def possible(series: Series, value: float | None) -> float | None:
    """Return a limit, where a lot can be beyond it.

    Parameters
    ----------
    series
        The lots.
    value
        In the quantity's unit.

    Returns
    -------
    float or None
        ``None`` for a limit outside what the quantity can be, such as 103 %: it limits nothing.
    """
    quantity = find_quantity(series.quantity)
    if value is None or quantity is None:
        return value
    low = -math.inf if quantity.low is None else quantity.low
    high = math.inf if quantity.high is None else quantity.high
    return value if math.isfinite(value) and low <= value <= high else None
