"""The endotoxin limit of a dose: K / M."""

from __future__ import annotations

from typing import Final

from stroma.planning.results import EndotoxinLimit

CITATION: Final = "USP <85> Bacterial Endotoxins Test; European Pharmacopoeia 5.1.10"
THRESHOLDS: Final = {"intravenous": 5.0, "intrathecal": 0.2, "other": 5.0}
"""K in EU a kilogram and hour. USP <85>, footnote 2: 5 EU/kg for any route other than intrathecal,
0.2 EU/kg for that; EP 5.1.10 has the same for the intravenous and the intrathecal route."""


def endotoxin_limit(
    volume_ml: float, weight: float, *, hours: float | None, route: str
) -> EndotoxinLimit:
    """Return the most endotoxin that a dose may hold.

    Parameters
    ----------
    volume_ml
        The greatest volume of a dose.
    weight
        Kilograms.
    hours
        Over which it is given; within an hour, or where it is not stated, all of it counts for
        one hour.
    route
        ``"intravenous"``, ``"intrathecal"`` or ``"other"``.

    Returns
    -------
    EndotoxinLimit
        In EU a millilitre, and EU of the whole dose.

    Examples
    --------
    >>> endotoxin_limit(50, 70, hours=None, route="intravenous").limit
    7.0
    """
    threshold = THRESHOLDS[route]
    per_kg_hour = volume_ml / weight / max(1.0 if hours is None else hours, 1.0)
    # Multiplied out, so that round numbers stay round.
    limit = threshold * weight * max(1.0 if hours is None else hours, 1.0) / volume_ml
    return EndotoxinLimit(
        route=route,
        threshold=threshold,
        volume_per_kg_hour=per_kg_hour,
        limit=limit,
        per_dose=limit * volume_ml,
        citation=CITATION,
    )
