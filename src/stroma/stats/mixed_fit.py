"""Fit a linear model with random intercepts by restricted maximum likelihood."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stroma.stats.mixed_design import (
    Collapse,
    InseparableFactorError,
    Reduction,
    checked,
    collapsed,
    reduced,
)
from stroma.stats.mixed_likelihood import SINGULAR, FloatArray, IntArray, Point, lowest


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceUncertainty:
    """How well the variances are known, and what the covariance of the fixed effects owes them.

    The random intercepts come first, in the order given, and the residual last.

    Parameters
    ----------
    sensitivities
        Derivative of the covariance of the coefficients by each variance, ``(k + 1, p, p)``.
    expected
        Covariance of the variances from the expected information, all of them counted as free.
    observed
        The same from the observed information; a variance at zero is taken as known. ``None``
        where it is not positive definite, as on a ridge of the likelihood.
    adjusted_covariance
        Of the coefficients, after Kenward and Roger.
    """

    sensitivities: FloatArray
    expected: FloatArray
    observed: FloatArray | None
    adjusted_covariance: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedModel:
    """A fitted model.

    Parameters
    ----------
    coefficients
        Fixed effects, one a column of the design.
    covariance
        Of the coefficients, at the fitted variances.
    variances
        Of each random intercept, in the order given.
    residual_variance
        Of what is left.
    criterion
        -2 log restricted likelihood, as lme4 prints it; ``-inf`` where no residual is left.
    singular
        Whether a random variance came out at zero.
    response, design, groups
        What was fitted, so that contrasts can be asked of it.
    uncertainty
        Of the variances, from which degrees of freedom are found.
    """

    coefficients: FloatArray
    covariance: FloatArray
    variances: tuple[float, ...]
    residual_variance: float
    criterion: float
    singular: bool
    response: FloatArray
    design: FloatArray
    groups: tuple[IntArray, ...]
    uncertainty: VarianceUncertainty


def fit_mixed_model(
    response: Sequence[float] | FloatArray,
    design: FloatArray,
    groups: Sequence[Sequence[int] | IntArray],
) -> MixedModel:
    """Fit a linear model with random intercepts by restricted maximum likelihood.

    Where the response is the same within every level of a factor, and the design is too, there is
    no residual: the levels are then counted once each, and the factor's variance is theirs. The
    residual variance is reported as zero.

    Parameters
    ----------
    response
        One value an observation, ``(n,)``.
    design
        The fixed effects' columns, ``(n, p)``, a column of ones included where wanted.
    groups
        For each grouping factor the level of each observation, as any whole numbers; nested
        levels have to be numbered apart. None at all makes it an ordinary linear model.

    Returns
    -------
    MixedModel
        The fit.

    Raises
    ------
    DependentColumnError
        A column adds nothing to those before it.
    InseparableFactorError
        A factor has one level, one level an observation, or cannot be told from the fixed effects
        or from the factors before it: what matters most is best given first.
    NoSpreadError
        There are not more observations than fixed effects, or no spread is left by them.
    ValueError
        Lengths differ or a number is not finite.

    Examples
    --------
    Two sources of three donors, two lots a donor: the test is the t test of the donors' means.

    >>> import numpy as np
    >>> response = [7.1, 7.3, 8.0, 8.4, 7.5, 7.5, 9.1, 9.4, 8.8, 8.9, 9.9, 9.5]
    >>> source = np.repeat([0.0, 1.0], 6)
    >>> model = fit_mixed_model(
    ...     response, np.column_stack([np.ones(12), source]), [np.repeat(np.arange(6), 2)]
    ... )
    >>> np.round(model.coefficients, 3).tolist(), round(model.variances[0], 4)
    ([7.633, 1.633], 0.2029)
    """
    values, columns, factors = checked(response, design, groups)
    reduction = reduced(values, columns, factors)
    alone = collapsed(values, columns, factors, reduction)
    if alone is not None:
        model = fit_mixed_model(alone.response, alone.design, alone.groups)
        return replace(
            _with_residual_as(model, alone), response=values, design=columns, groups=factors
        )
    return _described(lowest(reduction.problem), reduction, values, columns, factors)


def _with_residual_as(model: MixedModel, alone: Collapse) -> MixedModel:
    """Return a fit of levels as one of observations: its residual is the factor's variance."""
    variances = (*model.variances, model.residual_variance)
    order = np.insert(np.arange(len(model.groups)), alone.factor, len(model.groups))
    known = model.uncertainty

    def spread(matrix: FloatArray) -> FloatArray:
        wider = np.zeros((order.size + 1, order.size + 1))
        wider[:-1, :-1] = matrix[np.ix_(order, order)]
        return wider

    sensitivities = np.zeros((order.size + 1, *model.covariance.shape))
    sensitivities[:-1] = known.sensitivities[order]
    return replace(
        model,
        variances=tuple(variances[i] for i in order),
        residual_variance=0.0,
        criterion=-math.inf,
        uncertainty=replace(
            known,
            sensitivities=sensitivities,
            expected=spread(known.expected),
            observed=None if known.observed is None else spread(known.observed),
        ),
    )


def _described(
    point: Point,
    reduction: Reduction,
    values: FloatArray,
    columns: FloatArray,
    factors: tuple[IntArray, ...],
) -> MixedModel:
    """Return a point of the reduced problem in the units and columns that were given."""
    back = np.asarray(np.linalg.inv(reduction.triangle), dtype=np.float64)
    square = reduction.scale**2
    variances = tuple(float(v) * square for v in point.variances)
    covariance = square * (back @ point.covariance @ back.T)
    return MixedModel(
        coefficients=back @ (reduction.along + reduction.scale * point.coefficients),
        covariance=covariance,
        variances=variances[:-1],
        residual_variance=variances[-1],
        criterion=point.criterion + reduction.constant,
        singular=any(v == 0 for v in variances[:-1]),
        response=values,
        design=columns,
        groups=factors,
        uncertainty=_uncertainty(point, back, square, reduction.problem.least_residual),
    )


def _uncertainty(
    point: Point, back: FloatArray, square: float, least_residual: float
) -> VarianceUncertainty:
    """Return how well the variances are known, in the units that were given."""
    try:
        expected = 2.0 * _inverse(point.expected)
    except np.linalg.LinAlgError as error:
        raise InseparableFactorError(
            point.variances.size - 2,
            "has a variance that cannot be told from the others where they are estimated",
        ) from error
    free = point.variances > 0
    free[-1] = point.variances[-1] > least_residual * (1 + SINGULAR)
    try:
        inverse = _inverse(point.observed[np.ix_(free, free)])
    except np.linalg.LinAlgError:
        observed = None
    else:
        observed = np.zeros_like(expected)
        observed[np.ix_(free, free)] = 2.0 * inverse * square**2
    turned = back @ point.covariance
    inner = np.einsum("rs,rsij->ij", expected, point.adjustment)
    adjusted = point.covariance + 2.0 * point.covariance @ inner @ point.covariance
    return VarianceUncertainty(
        sensitivities=np.einsum("ai,rij,bj->rab", turned, point.influence, turned),
        expected=expected * square**2,
        observed=observed,
        adjusted_covariance=square * (back @ adjusted @ back.T),
    )


def _inverse(matrix: FloatArray) -> FloatArray:
    """Return the inverse of a positive definite matrix of any scale."""
    diagonal = np.diag(matrix)
    if not (diagonal > 0).all():
        msg = "the matrix is not positive definite"
        raise np.linalg.LinAlgError(msg)
    scale = 1.0 / np.sqrt(diagonal)
    scaled = matrix * np.outer(scale, scale)
    np.linalg.cholesky(scaled)
    return np.linalg.inv(scaled) * np.outer(scale, scale)
