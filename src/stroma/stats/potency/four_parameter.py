"""Relative potency from parallel four-parameter logistic curves.

All preparations share both plateaus and the slope; a potency is the distance of the curves along
the logarithm of dose. Standard errors are Gauss and Newton's, at the fitted curves. Ph. Eur. 5.3,
section 3.4; similarity after USP <1032> and <1034>.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from stroma.stats.potency.fieller import Ratio, fieller
from stroma.stats.potency.linear import Response, UnfitAssayError

FloatArray = npt.NDArray[np.float64]

LARGEST_CONDITION = 1e6
"""Of the scaled Jacobian. Beyond it some parameters trade against each other within rounding, as
where a plateau lies outside all doses."""
FEWEST_DOSES = 4
STARTING_SLOPES = (1.0, 2.0, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveSimilarity:
    """How a sample's own curve relates to the standard's own.

    Parameters
    ----------
    slope_ratio
        With the interval at the similarity's level.
    range_ratio
        Of upper less lower plateau.
    lower_shift, lower_shift_low, lower_shift_high
        Sample's lower plateau less the standard's, over the standard's range.
    """

    slope_ratio: Ratio
    range_ratio: Ratio
    lower_shift: float
    lower_shift_low: float
    lower_shift_high: float

    def is_within(self, low: float, high: float, *, shift: float) -> bool:
        """Return whether every interval lies within its margins.

        Parameters
        ----------
        low, high
            Margins of both ratios.
        shift
            Margin of the lower plateau's shift, as a part of the standard's range.

        Returns
        -------
        bool
            False also where an interval is not bounded.
        """
        for ratio in (self.slope_ratio, self.range_ratio):
            if ratio.low is None or ratio.high is None:
                return False
            if ratio.low < low or ratio.high > high:
                return False
        return -shift <= self.lower_shift_low and self.lower_shift_high <= shift


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveAssay:
    """Parallel curves fitted to an assay.

    Parameters
    ----------
    standard
        Name of the standard.
    potencies
        Sample to its potency.
    lower, upper, slope
        Shared by all; the slope is on the natural logarithm of dose, above zero where responses
        rise.
    midpoints
        Preparation to the dose of its half response.
    residual_variance, degrees_of_freedom
        Of the free curves, one for each preparation.
    f_ratio, f_degrees_of_freedom, p_value
        Of what the parallel curves fit worse than free ones.
    lack_of_fit_p
        Of free curves against the means of replicates; ``None`` without replicates.
    similarities
        Sample to how its free curve relates to the standard's.
    condition
        Of the scaled Jacobian of the parallel fit.
    """

    standard: str
    potencies: Mapping[str, Ratio]
    lower: float
    upper: float
    slope: float
    midpoints: Mapping[str, float]
    residual_variance: float
    degrees_of_freedom: int
    f_ratio: float
    f_degrees_of_freedom: tuple[int, int]
    p_value: float
    lack_of_fit_p: float | None
    similarities: Mapping[str, CurveSimilarity]
    condition: float


@dataclass(frozen=True, slots=True)
class _Fitted:
    parameters: FloatArray
    inverse: FloatArray
    residual_sum: float
    condition: float


def logistic(x: FloatArray, lower: float, upper: float, slope: float, middle: float) -> FloatArray:
    """Return the four-parameter logistic.

    Parameters
    ----------
    x
        Natural logarithm of dose.
    lower, upper
        Responses far below and far above the midpoint, for a slope above zero.
    slope
        Of the logistic.
    middle
        Logarithm of the dose of half response.

    Returns
    -------
    ndarray
        Responses.
    """
    made: FloatArray = lower + (upper - lower) * special.expit(slope * (x - middle))
    return made


def parallel_curves(
    responses: Sequence[Response],
    *,
    standard: str,
    level: float = 0.95,
    similarity_level: float = 0.90,
) -> CurveAssay:
    """Fit parallel curves and read the potencies from them.

    Parameters
    ----------
    responses
        All responses; blocks are taken off as means where they are named.
    standard
        Name of the standard preparation.
    level
        Of the potency's limits.
    similarity_level
        Of the similarity's intervals.

    Returns
    -------
    CurveAssay
        Potencies are ratios of doses.

    Raises
    ------
    UnfitAssayError
        ``"few_doses"``, ``"no_convergence"``, ``"not_identified"`` (with the preparation) or a
        code of :mod:`stroma.stats.potency.linear`.
    """
    names = _names(responses, standard)
    x = np.log([r.dose for r in responses])
    y = _without_blocks(responses)
    which = np.array([names.index(r.preparation) for r in responses])
    own = {name: _single(x[which == i], y[which == i], name) for i, name in enumerate(names)}
    start = np.concatenate(
        [own[standard].parameters[:3], [own[name].parameters[3] for name in names]]
    )

    def shared(parameters: FloatArray) -> FloatArray:
        lower, upper, slope = parameters[:3]
        return logistic(x, lower, upper, slope, parameters[3 + which]) - y

    together = _minimum(shared, [start], "")
    free_sum = math.fsum(fit.residual_sum for fit in own.values())
    freedom = len(y) - 4 * len(names) - _block_freedom(responses)
    if freedom <= 0:
        raise UnfitAssayError("no_residual")
    if free_sum <= (1e-12 * float(np.ptp(y))) ** 2:
        raise UnfitAssayError("no_spread")
    variance = free_sum / freedom
    extra = 3 * (len(names) - 1)
    f = max(0.0, together.residual_sum - free_sum) / extra / variance
    lower, upper, slope = (float(value) for value in together.parameters[:3])
    if slope < 0:
        lower, upper = upper, lower
    return CurveAssay(
        standard=standard,
        potencies=_potencies(names, together, variance, freedom, level=level),
        lower=lower,
        upper=upper,
        slope=slope,
        midpoints={
            name: math.exp(float(together.parameters[3 + i])) for i, name in enumerate(names)
        },
        residual_variance=variance,
        degrees_of_freedom=freedom,
        f_ratio=f,
        f_degrees_of_freedom=(extra, freedom),
        p_value=float(special.fdtrc(extra, freedom, f)),
        lack_of_fit_p=_lack_of_fit(x, y, which, free_sum, 4 * len(names)),
        similarities={
            name: _similarity(own[standard], own[name], variance, freedom, level=similarity_level)
            for name in names[1:]
        },
        condition=together.condition,
    )


def _names(responses: Sequence[Response], standard: str) -> list[str]:
    names = list(dict.fromkeys(r.preparation for r in responses))
    if standard not in names:
        raise UnfitAssayError("no_standard", standard)
    names = [standard, *(name for name in names if name != standard)]
    if len(names) < 2:
        raise UnfitAssayError("no_sample")
    for name in names:
        doses = {r.dose for r in responses if r.preparation == name}
        if min(doses) <= 0:
            raise UnfitAssayError("dose_not_positive", name)
        if len(doses) < FEWEST_DOSES:
            raise UnfitAssayError("few_doses", name)
    return names


def _block_freedom(responses: Sequence[Response]) -> int:
    levels = len(responses[0].blocks)
    return sum(len({r.blocks[i] for r in responses}) - 1 for i in range(levels))


def _without_blocks(responses: Sequence[Response]) -> FloatArray:
    """Take the means of blocks off, which leaves treatments alone where each block holds all."""
    values = np.array([r.value for r in responses], np.float64)
    grand = values.mean()
    for level in range(len(responses[0].blocks)):
        labels = [r.blocks[level] for r in responses]
        for label in dict.fromkeys(labels):
            rows = np.array([own == label for own in labels])
            values[rows] -= values[rows].mean() - grand
    return values


def _single(x: FloatArray, y: FloatArray, name: str) -> _Fitted:
    order = np.argsort(x)
    third = max(1, len(x) // 4)
    low, high = float(y[order[:third]].mean()), float(y[order[-third:]].mean())
    if low == high:
        raise UnfitAssayError("no_spread", name)
    half = (low + high) / 2
    middle = float(x[np.argmin(np.abs(y - half))])

    def left(parameters: FloatArray) -> FloatArray:
        return logistic(x, *parameters) - y

    starts = [np.array([low, high, slope, middle]) for slope in STARTING_SLOPES]
    return _minimum(left, starts, name)


def _minimum(
    residuals: Callable[[FloatArray], FloatArray], starts: Sequence[FloatArray], name: str
) -> _Fitted:
    """Return the least-squares fit from the best of several starts."""
    best = None
    for start in starts:
        found = optimize.least_squares(
            residuals, start, method="lm", x_scale="jac", ftol=1e-14, xtol=1e-14, gtol=1e-14,
            max_nfev=4000,
        )  # fmt: skip
        if found.success and (best is None or found.cost < best.cost):
            best = found
    if best is None:
        raise UnfitAssayError("no_convergence", name)
    jacobian = np.asarray(best.jac, np.float64)
    lengths = np.linalg.norm(jacobian, axis=0)
    if not np.isfinite(lengths).all() or (lengths == 0).any():
        raise UnfitAssayError("not_identified", name)
    condition = float(np.linalg.cond(jacobian / lengths))
    if condition > LARGEST_CONDITION:
        raise UnfitAssayError("not_identified", name)
    inverse = np.asarray(np.linalg.inv(jacobian.T @ jacobian), np.float64)
    return _Fitted(np.asarray(best.x, np.float64), inverse, 2 * float(best.cost), condition)


def _potencies(
    names: Sequence[str], fit: _Fitted, variance: float, freedom: int, *, level: float
) -> dict[str, Ratio]:
    quantile = float(special.stdtrit(freedom, (1 + level) / 2))
    made: dict[str, Ratio] = {}
    for index, name in enumerate(names[1:], start=1):
        contrast = np.zeros(len(fit.parameters))
        contrast[[3, 3 + index]] = 1.0, -1.0
        centre = float(contrast @ fit.parameters)
        half = quantile * math.sqrt(variance * float(contrast @ fit.inverse @ contrast))
        made[name] = Ratio(
            math.exp(centre), math.exp(centre - half), math.exp(centre + half), level
        )
    return made


def _similarity(
    base: _Fitted, own: _Fitted, variance: float, freedom: int, *, level: float
) -> CurveSimilarity:
    """Compare two curves fitted apart, each with the variance of both."""
    spread = np.array([-1.0, 1.0, 0.0, 0.0])
    ranges = [float(spread @ fit.parameters) for fit in (own, base)]
    range_variances = [variance * float(spread @ fit.inverse @ spread) for fit in (own, base)]
    shift = float(own.parameters[0] - base.parameters[0])
    relative = fieller(
        shift,
        ranges[1],
        (
            variance * float(own.inverse[0, 0] + base.inverse[0, 0]),
            range_variances[1],
            -variance * float(base.inverse[0] @ spread),
        ),
        freedom,
        level=level,
    )
    return CurveSimilarity(
        slope_ratio=fieller(
            float(own.parameters[2]),
            float(base.parameters[2]),
            (variance * float(own.inverse[2, 2]), variance * float(base.inverse[2, 2]), 0.0),
            freedom,
            level=level,
        ),
        range_ratio=fieller(
            ranges[0], ranges[1], (range_variances[0], range_variances[1], 0.0), freedom,
            level=level,
        ),
        lower_shift=relative.value,
        lower_shift_low=-math.inf if relative.low is None else relative.low,
        lower_shift_high=math.inf if relative.high is None else relative.high,
    )  # fmt: skip


def _lack_of_fit(
    x: FloatArray, y: FloatArray, which: npt.NDArray[np.intp], free_sum: float, parameters: int
) -> float | None:
    cells: dict[tuple[int, float], list[float]] = {}
    for group, dose, value in zip(which, x, y, strict=True):
        cells.setdefault((int(group), float(dose)), []).append(float(value))
    pure = math.fsum(float(np.var(held)) * len(held) for held in cells.values())
    inside = len(y) - len(cells)
    between = len(cells) - parameters
    if inside <= 0 or between <= 0 or pure <= 0:
        return None
    f = max(0.0, free_sum - pure) / between / (pure / inside)
    return float(special.fdtrc(between, inside, f))
