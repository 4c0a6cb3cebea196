"""What the picture of a dye needs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stroma.assays.suppression_runs import INDEX, FittedRun, FittedTube, condition_of
from stroma.stats.dye_peaks import shown_positions
from stroma.views import DyeDilutionView, Subject, Tick

Float = npt.NDArray[np.float64]

_DECADES = range(1, 7)
_CLEARANCE = 0.08
"""Of the axis, between 0 and the first decade that is written: nearer ones would overlap."""


def dye_view(held: FittedTube, run: FittedRun) -> DyeDilutionView:
    """Return what the picture of a tube's generations needs.

    Parameters
    ----------
    held
        The tube.
    run
        Its run.

    Returns
    -------
    DyeDilutionView
        The view.
    """
    fit = held.fit
    top = float(max(fit.observed.max(), fit.fitted.sum(axis=0).max(), 1.0))
    zero = shown_positions([0.0], run.control)[0]
    superscript = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    decades = shown_positions([10.0**power for power in _DECADES], run.control)
    ticks = [
        Tick(_rounded(at), f"10{str(power).translate(superscript)}")
        for power, at in zip(_DECADES, decades, strict=True)
        if zero + _CLEARANCE <= at <= 1.0
    ]
    return DyeDilutionView(
        subject=Subject(held.tube.lot, held.tube.passage, INDEX, "", condition_of(held.tube, run)),
        channel=held.tube.dye,
        observed=tuple(_rounded(float(count) / top) for count in fit.observed),
        control=run.undivided_heights,
        generations=tuple(
            tuple(_rounded(float(count) / top) for count in row) for row in fit.fitted
        ),
        ticks=(Tick(_rounded(zero), "0"), *ticks),
        events=fit.events,
        file=held.tube.file,
        control_file=run.undivided.tube.file,
    )


def normalised(heights: Float) -> tuple[float, ...]:
    """Return heights as shares of the highest.

    Parameters
    ----------
    heights
        Shape (n,).

    Returns
    -------
    tuple of float
        As many.
    """
    top = max(float(heights.max()), 1.0)
    return tuple(_rounded(float(height) / top) for height in heights)


def _rounded(value: float) -> float:
    return round(value, 3)
