"""A series of standards with its samples, and how its curve is fitted and read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stroma.assays.standard_wells import AnalyteWells, AssayWell
from stroma.bench_records import PlateUse
from stroma.plate_records import WellStatus
from stroma.stats.curves import FIVE, LINEAR, CurveChoice, CurveSettings
from stroma.stats.quantification import WorkingRange

LARGEST_CV_PERCENT = 20.0
"""Of replicates: what ICH M10 (2022) allows at the lower limit, where they spread most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveRule:
    """How standard curves are fitted and read.

    Parameters
    ----------
    settings
        Of the curve; where it is not identified, the next smaller one is taken and it is said.
    log_response
        Whether the curve is fitted to the decimal logarithm of the reading.
    subtract_blank
        Whether the mean of the blank wells is taken off first.
    level
        Confidence level of the intervals.
    """

    settings: CurveSettings
    log_response: bool = False
    subtract_blank: bool = True
    level: float = 0.95


BEAD_RULE = CurveRule(
    settings=CurveSettings(model=FIVE, slope_sign=-1), log_response=True, subtract_blank=False
)
"""Five parameters in the logarithm of fluorescence, as drLumi fits them (Sanz and others 2017, PLoS
One 12:e0187901): the spread of beads grows with their light."""


def plate_rule(use: PlateUse) -> CurveRule:
    """Return how the curve of a plate is fitted.

    Parameters
    ----------
    use
        The row of the laboratory's sheet.

    Returns
    -------
    CurveRule
        A straight line runs along concentration, other curves along its logarithm.
    """
    settings = CurveSettings(
        model=use.model, weighting=use.weighting, logarithmic=use.model != LINEAR
    )
    return CurveRule(settings=settings)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FittedCurve:
    """The curve of one analyte.

    Parameters
    ----------
    analyte, unit, block
        Of what; the block where several series of standards are on the plate.
    choice
        The curve, and the models that were left.
    range
        Where its standards are found again.
    """

    analyte: str
    unit: str
    block: str
    choice: CurveChoice
    range: WorkingRange


@dataclass(frozen=True, slots=True, eq=False)
class CurveSeries:
    """Standards and samples of one curve, with the responses the curve is fitted to.

    Parameters
    ----------
    wells
        All wells of the series.
    block
        Its name; empty for the only one.
    blank
        What is taken off every reading.
    rule
        How.
    standards
        Wells the curve is fitted to.
    """

    wells: AnalyteWells
    block: str
    blank: float
    rule: CurveRule
    standards: tuple[AssayWell, ...]

    def response(self, well: AssayWell) -> float:
        """Return what the curve sees.

        Parameters
        ----------
        well
            Any well of the series.

        Returns
        -------
        float
            Not a number where there is none.
        """
        held = well.reading
        if held.status is not WellStatus.MEASURED or held.value is None:
            return math.nan
        net = held.value - self.blank
        if not self.rule.log_response:
            return net
        return math.log10(net) if net > 0 else math.nan


def cv_percent(values: Sequence[float]) -> float | None:
    """Return the coefficient of variation of replicates.

    Parameters
    ----------
    values
        Readings.

    Returns
    -------
    float or None
        In percent; ``None`` for a single one, or where their mean is not above zero.

    Examples
    --------
    >>> round(cv_percent([0.9, 1.0, 1.1]), 6)
    10.0
    """
    mean = math.fsum(values) / len(values)
    if len(values) < 2 or mean <= 0:
        return None
    return float(100 * np.std(values, ddof=1) / mean)
