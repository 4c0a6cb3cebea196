"""What the picture of a standard curve needs."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from stroma.assays.standard_wells import AnalyteWells
from stroma.stats.curves import CurveChoice
from stroma.stats.quantification import (
    WorkingRange,
)
from stroma.views import StandardCurveView, Subject, Tick

Floats = npt.NDArray[np.float64]

_POINTS = 121
_MARGIN = 0.05
"""Of the axes, so that no standard lies on the frame."""


def curve_view(
    wells: AnalyteWells,
    block: str,
    choice: CurveChoice,
    held: WorkingRange,
    nominal: Floats,
    responses: Floats,
) -> StandardCurveView:
    """Place a curve and its standards on axes of logarithmic concentration.

    Parameters
    ----------
    wells, block
        Whose.
    choice
        The curve.
    held
        Where it may be read.
    nominal, responses
        Its standards; those without concentration have no place on the axis.

    Returns
    -------
    StandardCurveView
        For :func:`stroma.figures.standard_curve`.
    """
    curve = choice.curve
    above = nominal > 0
    first, last = (math.log10(float(v)) for v in (nominal[above].min(), nominal[above].max()))
    doses = np.geomspace(10**first, 10**last, _POINTS)
    line = curve.values(curve.scale(doses))
    low = float(min(line.min(), responses.min()))
    high = float(max(line.max(), responses.max()))

    # A single level has no width; it stands at the begin of its axis.
    width, height = (last - first) or 1.0, (high - low) or 1.0

    def x(dose: float) -> float:
        return _MARGIN + (1 - 2 * _MARGIN) * (math.log10(dose) - first) / width

    def y(response: float) -> float:
        return _MARGIN + (1 - 2 * _MARGIN) * (response - low) / height

    decades = range(math.ceil(first - 1e-9), math.floor(last + 1e-9) + 1)
    return StandardCurveView(
        subject=Subject("", "", "standard_curve", wells.analyte, block),
        unit=wells.unit,
        model=curve.model,
        standards=tuple(
            (x(float(dose)), y(float(response)))
            for dose, response in zip(nominal[above], responses[above], strict=True)
        ),
        curve=tuple(
            (x(float(dose)), y(float(response))) for dose, response in zip(doses, line, strict=True)
        ),
        lower=None if held.lower is None else x(held.lower),
        upper=None if held.upper is None else x(held.upper),
        x_ticks=tuple(Tick(x(10.0**power), f"{10.0**power:g}") for power in decades),
        y_ticks=tuple(Tick(y(value), f"{value:.3g}") for value in (low, (low + high) / 2, high)),
        left=tuple(refused.model for refused in choice.left),
        file=wells.origin.file,
    )
