"""The input of a mixed model: refused where it cannot be estimated, reduced where it can.

What is refused is named, column or factor, so that whoever asked can leave it out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stroma.stats.mixed_likelihood import (
    DEPENDENT,
    FloatArray,
    IntArray,
    LikelihoodProblem,
    indicator_columns,
    reduce_problem,
)

# Of a column's length, what must be left of it beside the columns before; and of the correlation
# between what two variances explain, how far it must stay from 1.
DEPENDENT_COLUMN = 1e-9
DEPENDENT_FACTOR = 1e-9
# Of the length of the response: a remainder below it is the rounding of equal numbers.
NO_REMAINDER = 1e-9


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

    problem: LikelihoodProblem
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


def checked(
    response: Sequence[float] | FloatArray,
    design: FloatArray,
    groups: Sequence[Sequence[int] | IntArray],
) -> tuple[FloatArray, FloatArray, tuple[IntArray, ...]]:
    """Return the input as arrays, the levels numbered from 0 without gaps.

    Parameters
    ----------
    response, design, groups
        As given to the fit.

    Returns
    -------
    values, columns, factors
        Checked.

    Raises
    ------
    ValueError
        Shapes that do not fit, or numbers that are not finite.
    """
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
    """Return the input with the fixed effects taken out, or refuse it.

    Parameters
    ----------
    values, columns, factors
        From :func:`checked`.

    Returns
    -------
    Reduction
        The input without fixed effects.

    Raises
    ------
    DependentColumnError
        A column of the design can be made from the others.
    NoSpreadError
        No degree of freedom is left.
    ValueError
        The design has no column.
    """
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
    if problem.remainder == 0 or not problem.blocks:
        return False
    outside, axes = np.linalg.eigh(problem.design_outside)
    seen = outside > DEPENDENT
    along = axes[:, seen].T @ problem.cross_outside
    left = problem.response_outside - float(along**2 @ (1 / outside[seen]))
    rounding = NO_REMAINDER * (1.0 + 1e-6 * float(np.linalg.norm(values)) / reduction.scale)
    return left <= rounding**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Collapse:
    """The levels of a factor within which nothing varies, counted once each.

    Parameters
    ----------
    response, design, groups
        Of the levels; the factor itself is not among the groups.
    factor
        Which factor it was.
    """

    response: FloatArray
    design: FloatArray
    groups: tuple[IntArray, ...]
    factor: int


def collapsed(
    values: FloatArray,
    columns: FloatArray,
    factors: tuple[IntArray, ...],
    reduction: Reduction,
) -> Collapse | None:
    """Return the levels to be counted once each; ``None`` where a residual is left.

    Parameters
    ----------
    values, columns, factors
        From :func:`checked`.
    reduction
        From :func:`reduced`.

    Returns
    -------
    Collapse or None
        What stands for the observations.

    Raises
    ------
    NoSpreadError
        No residual is left, and no factor's levels stand for the observations.
    """
    if not _without_remainder(reduction, values):
        return None
    everything = np.column_stack([values, columns, *factors])
    for index, codes in enumerate(factors):
        first = np.unique(codes, return_index=True)[1]
        spread = np.abs(everything - everything[first][codes]).max(axis=0)
        if (spread <= NO_REMAINDER * np.abs(everything).max(axis=0)).all():
            rest = tuple(
                np.unique(other[first], return_inverse=True)[1].astype(np.intp)
                for other in factors[:index] + factors[index + 1 :]
            )
            return Collapse(
                response=values[first], design=columns[first], groups=rest, factor=index
            )
    msg = (
        "the fixed effects and the grouping factors explain every value: no residual is left to "
        "estimate with"
    )
    raise NoSpreadError(msg)
