"""Fit a linear model with random intercepts by restricted maximum likelihood.

What cannot be estimated is refused with the column or the factor named, so that whoever asked can
leave it out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg

from stroma.stats.mixed_likelihood import (
    FloatArray,
    IntArray,
    Point,
    Problem,
    indicator_columns,
    lowest,
    reduce_problem,
)

# Of a column's length, what must be left of it beside the columns before; and of the correlation
# between what two variances explain, how far it must stay from 1.
DEPENDENT_COLUMN = 1e-9
DEPENDENT_FACTOR = 1e-9
# Of the length of the response: a remainder below it is the rounding of equal numbers.
NO_REMAINDER = 1e-9
# lme4 calls a fit singular below this ratio of standard deviations (isSingular, tol = 1e-4).
SINGULAR = 1e-4


class DependentColumnError(ValueError):
    """A column of the design is a combination of the columns before it.

    Parameters
    ----------
    column
        Which column, from 0.
    """

    def __init__(self, column: int) -> None:
        super().__init__(
            f"column {column} of the design (counted from 0) is zero or a combination of the "
            "columns before it: its effect cannot be told from theirs"
        )
        self.column = column


class InseparableFactorError(ValueError):
    """The variance of a grouping factor cannot be told from the rest of the model.

    Parameters
    ----------
    factor
        Which grouping factor, from 0.
    reason
        What it cannot be told from.
    """

    def __init__(self, factor: int, reason: str) -> None:
        super().__init__(f"grouping factor {factor} (counted from 0) {reason}")
        self.factor = factor


class NoSpreadError(ValueError):
    """The fixed effects, or they and the random intercepts, leave nothing to estimate with."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """A fit's input with the fixed effects taken out and the response brought to size 1.

    Parameters
    ----------
    problem
        What the likelihood is evaluated on.
    basis, triangle
        ``design = basis @ triangle`` with orthonormal columns.
    scale
        Root of the mean square that the fixed effects leave.
    along
        The response's coordinates in the basis.
    """

    problem: Problem
    basis: FloatArray
    triangle: FloatArray
    scale: float
    along: FloatArray

    @property
    def constant(self) -> float:
        """What the criterion of the reduced problem lacks of -2 log likelihood."""
        left = self.problem.size - self.problem.fixed
        return left * math.log(2 * math.pi * self.scale**2) + 2.0 * float(
            np.log(np.abs(np.diag(self.triangle))).sum()
        )


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
        or from other factors.
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
    values, columns, factors = _checked(response, design, groups)
    reduction = reduced(values, columns, factors)
    if _without_remainder(reduction, values):
        return _collapsed(values, columns, factors)
    return _described(lowest(reduction.problem), reduction, values, columns, factors)


def _checked(
    response: Sequence[float] | FloatArray,
    design: FloatArray,
    groups: Sequence[Sequence[int] | IntArray],
) -> tuple[FloatArray, FloatArray, tuple[IntArray, ...]]:
    """Return the input as arrays, the levels numbered from 0 without gaps."""
    values = np.array(response, dtype=np.float64)
    columns = np.array(design, dtype=np.float64)
    if values.ndim != 1 or columns.ndim != 2 or columns.shape[0] != values.size:
        msg = f"the response has shape {values.shape} and the design {columns.shape}"
        raise ValueError(msg)
    if not (np.isfinite(values).all() and np.isfinite(columns).all()):
        msg = "the response or the design holds a number that is not finite"
        raise ValueError(msg)
    factors: list[IntArray] = []
    for index, levels in enumerate(groups):
        codes = np.asarray(levels)
        if codes.shape != values.shape:
            msg = f"grouping factor {index} has {codes.size} levels for {values.size} observations"
            raise ValueError(msg)
        factors.append(np.unique(codes, return_inverse=True)[1].astype(np.intp))
    return values, columns, tuple(factors)


def reduced(values: FloatArray, columns: FloatArray, factors: tuple[IntArray, ...]) -> Reduction:
    """Return the input with the fixed effects taken out, or refuse it."""
    size, count = columns.shape
    if count == 0:
        msg = "the design has no column"
        raise ValueError(msg)
    lengths = np.linalg.norm(columns, axis=0)
    basis, triangle = np.linalg.qr(columns / np.where(lengths > 0, lengths, 1.0))
    diagonal = np.abs(np.diag(triangle))
    short = np.flatnonzero(diagonal < DEPENDENT_COLUMN)
    if short.size:
        raise DependentColumnError(int(short[0]))
    if size <= count:
        msg = f"{size} observations for {count} fixed effects leave no degree of freedom"
        raise NoSpreadError(msg)
    _refuse_inseparable(basis, factors)
    along = basis.T @ values
    left = values - basis @ along
    left -= basis @ (basis.T @ left)
    length = float(np.linalg.norm(left))
    if length <= NO_REMAINDER * float(np.linalg.norm(values)):
        msg = "the fixed effects explain every value: no spread is left to estimate with"
        raise NoSpreadError(msg)
    scale = length / math.sqrt(size - count)
    return Reduction(
        problem=reduce_problem(left / scale, basis, factors),
        basis=basis,
        triangle=triangle * lengths,
        scale=scale,
        along=along,
    )


def _refuse_inseparable(basis: FloatArray, factors: tuple[IntArray, ...]) -> None:
    """Refuse factors whose variance is not identified beside the residual and one another.

    The expected information of the variances at zero is ``tr(M Gᵢ M Gⱼ)/2`` with M the projection
    that takes the fixed effects out; what it cannot tell apart, no data can.
    """
    size, fixed = basis.shape
    for index, codes in enumerate(factors):
        levels = int(codes.max()) + 1
        if levels < 2:
            raise InseparableFactorError(index, "has a single level")
        if levels == size:
            raise InseparableFactorError(
                index,
                "has one level for each observation: its variance cannot be told from the residual",
            )
    indicators, blocks = indicator_columns(factors, size)
    centred = indicators - basis @ (basis.T @ indicators)
    inner = centred.T @ centred
    information = np.empty((len(blocks) + 1, len(blocks) + 1))
    information[0, 0] = size - fixed
    for i, one in enumerate(blocks):
        information[0, i + 1] = information[i + 1, 0] = np.trace(inner[one, one])
        if information[0, i + 1] < DEPENDENT_FACTOR * size:
            raise InseparableFactorError(
                i, "is explained by the fixed effects: its variance cannot be estimated"
            )
        for j, other in enumerate(blocks):
            information[i + 1, j + 1] = np.sum(inner[one, other] ** 2)
    scale = 1.0 / np.sqrt(np.diag(information))
    alike = information * np.outer(scale, scale)
    for i in range(1, len(alike)):
        if np.linalg.eigvalsh(alike[: i + 1, : i + 1])[0] < DEPENDENT_FACTOR:
            raise InseparableFactorError(
                i - 1,
                "groups the observations as the residual or the factors before it do: its "
                "variance cannot be told from theirs",
            )


def _without_remainder(reduction: Reduction, values: FloatArray) -> bool:
    """Whether fixed effects and random intercepts explain every value though they need not."""
    problem = reduction.problem
    if problem.rank == 0:
        return False
    values_outside, axes = np.linalg.eigh(problem.design_outside)
    seen = values_outside > NO_REMAINDER
    if problem.rank + int(seen.sum()) >= problem.size:
        return False
    along = axes[:, seen].T @ problem.cross_outside
    left = problem.response_outside - float(along**2 @ (1 / values_outside[seen]))
    rounding = NO_REMAINDER * (1.0 + 1e-6 * float(np.linalg.norm(values)) / reduction.scale)
    return left <= rounding**2


def _collapsed(
    values: FloatArray, columns: FloatArray, factors: tuple[IntArray, ...]
) -> MixedModel:
    """Fit the levels of the factor within which nothing varies, counted once each."""
    everything = np.column_stack([values, columns, *factors])
    for index, codes in enumerate(factors):
        first = np.unique(codes, return_index=True)[1]
        spread = np.abs(everything - everything[first][codes]).max(axis=0)
        if (spread > NO_REMAINDER * np.abs(everything).max(axis=0)).any():
            continue
        rest = tuple(
            np.unique(other[first], return_inverse=True)[1].astype(np.intp)
            for other in factors[:index] + factors[index + 1 :]
        )
        model = fit_mixed_model(values[first], columns[first], rest)
        order = np.insert(np.arange(len(rest)), index, len(rest))
        return _with_residual_as(model, order, values, columns, factors)
    msg = (
        "the fixed effects and the grouping factors explain every value: no residual is left to "
        "estimate with"
    )
    raise NoSpreadError(msg)


def _with_residual_as(
    model: MixedModel,
    order: IntArray,
    values: FloatArray,
    columns: FloatArray,
    factors: tuple[IntArray, ...],
) -> MixedModel:
    """Return a fit of levels as one of observations: its residual is a factor's variance."""
    variances = (*model.variances, model.residual_variance)
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
        response=values,
        design=columns,
        groups=factors,
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
    back = linalg.solve_triangular(reduction.triangle, np.eye(columns.shape[1]))
    square = reduction.scale**2
    variances = tuple(float(v) * square for v in point.variances)
    covariance = square * (back @ point.covariance @ back.T)
    return MixedModel(
        coefficients=back @ (reduction.along + reduction.scale * point.coefficients),
        covariance=covariance,
        variances=variances[:-1],
        residual_variance=variances[-1],
        criterion=point.criterion + reduction.constant,
        singular=any(v < SINGULAR**2 * variances[-1] for v in variances[:-1]),
        response=values,
        design=columns,
        groups=factors,
        uncertainty=_uncertainty(point, back, square),
    )


def _uncertainty(point: Point, back: FloatArray, square: float) -> VarianceUncertainty:
    """Return how well the variances are known, in the units that were given."""
    expected = 2.0 * _inverse(point.expected)
    free = point.variances > 0
    try:
        inverse = _inverse(point.observed[np.ix_(free, free)])
    except linalg.LinAlgError:
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
        raise linalg.LinAlgError(msg)
    scale = 1.0 / np.sqrt(diagonal)
    factor = linalg.cho_factor(matrix * np.outer(scale, scale), lower=True)
    return np.asarray(linalg.cho_solve(factor, np.diag(scale))) * scale[:, None]
