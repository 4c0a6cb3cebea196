"""From responses back to doses.

The interval of a dose holds the uncertainty of the curve and, unless it is told otherwise, that of
the response that is read from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from stroma.stats.curve_records import Curve
from stroma.stats.effect_sizes import checked_level

Floats = npt.NDArray[np.float64]
_HALVINGS = 60


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class BackCalculation:
    """Doses of responses.

    Parameters
    ----------
    doses
        Not a number where the curve never has the response.
    low, high
        Interval; not a number where it is not bounded.
    errors
        Standard errors on the curve's scale: of ln dose, or of dose.
    level
        Of the interval.
    method
        ``"delta"`` or ``"inverse"``.
    """

    doses: Floats
    low: Floats
    high: Floats
    errors: Floats
    level: float
    method: str


def back_calculate(
    curve: Curve,
    responses: Sequence[float] | Floats,
    *,
    replicates: int = 1,
    level: float = 0.95,
    method: str = "delta",
    with_response: bool = True,
    observed: bool = False,
) -> BackCalculation:
    """Read doses from a curve.

    Parameters
    ----------
    curve
        The curve.
    responses
        Shape (n,); each the mean of some replicates.
    replicates
        How many.
    level
        Of the interval.
    method
        ``"delta"``: symmetric about the dose on the curve's scale; ``"inverse"``: the doses whose
        prediction interval holds the response.
    with_response
        Whether the response's own error counts; otherwise the curve's alone.
    observed
        Which covariance, see :meth:`stroma.stats.curves.Curve.covariance`.

    Returns
    -------
    BackCalculation
        One a response.

    Raises
    ------
    ValueError
        The method is not known, or weights were given that say nothing of other responses.

    Examples
    --------
    >>> from stroma.stats.curves import fit_curve
    >>> dose = [25, 12.5, 6.25, 3.125, 1.563, 0.781, 0.391, 0.195, 0.098]
    >>> od = [1.7914, 1.6828, 1.5004, 1.1800, 0.8225, 0.5019, 0.3013, 0.1875, 0.1300]
    >>> found = back_calculate(fit_curve(dose, od), [0.6, 1.9])
    >>> found.doses.round(2).tolist()
    [0.99, nan]
    """
    y = np.asarray(responses, np.float64)
    checked_level(level)
    quantile = float(special.stdtrit(curve.fit.degrees_of_freedom, (1 + level) / 2))
    places = curve.inverse(y)
    errors = scale_errors(
        curve, places, replicates=replicates, with_response=with_response, observed=observed
    )
    if method == "delta":
        low, high = places - quantile * errors, places + quantile * errors
    elif method == "inverse":
        low, high = _inverse_bounds(
            curve, y, places, quantile,
            replicates=replicates, with_response=with_response, observed=observed,
        )  # fmt: skip
    else:
        msg = f"no interval is called {method}"
        raise ValueError(msg)
    return BackCalculation(
        doses=curve.doses_at(places), low=curve.doses_at(low), high=curve.doses_at(high),
        errors=errors, level=level, method=method,
    )  # fmt: skip


def response_variance(curve: Curve, values: Floats) -> Floats:
    """Return the variance of single responses.

    Parameters
    ----------
    curve
        Whose weighting or transformation says how the spread grows.
    values
        Expected responses.

    Returns
    -------
    ndarray
        Of the same shape.

    Raises
    ------
    ValueError
        Weights were given one by one.
    """
    settings = curve.settings
    if settings.weighting == "given":
        msg = "weights that were given say nothing of other responses"
        raise ValueError(msg)
    power = {"none": 0.0, "1/y": 1.0, "1/y^2": 2.0}[settings.weighting]
    if settings.box_cox is not None:
        power += 2 * (1 - settings.box_cox)
    if power == 0:
        return np.full_like(values, curve.fit.variance)
    return np.asarray(curve.fit.variance * np.maximum(values, 0.0) ** power)


def scale_errors(
    curve: Curve,
    places: Floats,
    *,
    replicates: int = 1,
    with_response: bool = True,
    observed: bool = False,
) -> Floats:
    """Return standard errors along the curve's scale, by the delta method.

    Parameters
    ----------
    curve
        The curve.
    places
        On its scale.
    replicates, with_response, observed
        As for :func:`back_calculate`.

    Returns
    -------
    ndarray
        One a place.
    """
    known = np.isfinite(places)
    held = np.where(known, places, range_of(curve)[0])
    spread = _response_errors(
        curve, held, replicates=replicates, with_response=with_response, observed=observed
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known, spread / np.abs(curve.slope_along(held)), np.nan)


def _response_errors(
    curve: Curve, places: Floats, *, replicates: int, with_response: bool, observed: bool
) -> Floats:
    slopes = curve.slopes(places)
    covariance = curve.covariance(observed=observed)
    made = np.einsum("np,pq,nq->n", slopes, covariance, slopes)
    if with_response:
        made = made + response_variance(curve, curve.values(places)) / replicates
    return np.asarray(np.sqrt(made))


def range_of(curve: Curve) -> tuple[float, float]:
    """Return between which places on its scale a curve was fitted.

    Parameters
    ----------
    curve
        Any.

    Returns
    -------
    tuple of float
        First and last place of its doses, those of 0 apart.
    """
    scale = curve.scale(curve.doses)
    placed = scale[np.isfinite(scale)]
    return float(placed.min()), float(placed.max())


def _inverse_bounds(
    curve: Curve,
    y: Floats,
    places: Floats,
    quantile: float,
    *,
    replicates: int,
    with_response: bool,
    observed: bool,
) -> tuple[Floats, Floats]:
    first, last = range_of(curve)
    reach = last - first
    direction = np.sign(curve.slope_along(np.array([(first + last) / 2])))[0]

    def band(t: Floats, side: float) -> Floats:
        spread = _response_errors(
            curve, t, replicates=replicates, with_response=with_response, observed=observed
        )
        return curve.values(t) + side * quantile * spread

    # Going down from the dose, the band's far edge meets the response; going up, the near one.
    bounds = []
    for way in (-1.0, 1.0):
        side = -way * direction
        known = np.isfinite(places)
        near = np.where(known, places, (first + last) / 2)
        steps = np.linspace(0.0, 2.0, 81)[1:]
        met = np.zeros(len(y), bool)
        inside, outside = near.copy(), near.copy()
        for step in steps:
            trial = near + way * step * reach
            passed = (band(trial, side) - y) * direction * way >= 0
            fresh = passed & ~met
            outside[fresh] = trial[fresh]
            inside[~met & ~passed] = trial[~met & ~passed]
            met |= passed
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            passed = (band(middle, side) - y) * direction * way >= 0
            outside, inside = np.where(passed, middle, outside), np.where(passed, inside, middle)
        bounds.append(np.where(met & known, outside, np.nan))
    return bounds[0], bounds[1]
