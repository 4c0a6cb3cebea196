"""Linear mixed models with random intercepts, for the few dozen values a laboratory has.

REML after Bates D et al. J Stat Softw 2015;67(1) (profiled criterion in the relative standard
deviations of the random intercepts), degrees of freedom after Satterthwaite (Kuznetsova A et al.
J Stat Softw 2017;82(13)) and Kenward and Roger (Biometrics 1997;53:983; Halekoh U, Højsgaard S.
J Stat Softw 2014;59(9)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


class DegreesOfFreedom(StrEnum):
    """How the degrees of freedom of a contrast are found."""

    SATTERTHWAITE = "satterthwaite"
    KENWARD_ROGER = "kenward_roger"


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
        -2 log restricted likelihood, as lme4 prints it.
    singular
        Whether a random variance came out at zero.
    response, design, groups
        What was fitted, so that contrasts can be asked of it.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A linear combination of fixed effects.

    Parameters
    ----------
    estimate, standard_error, degrees_of_freedom
        Of the combination.
    low, high, level
        Its interval.
    p_value
        Two-sided, of no effect.
    """

    estimate: float
    standard_error: float
    degrees_of_freedom: float
    low: float
    high: float
    level: float
    p_value: float


def fit_mixed_model(
    response: Sequence[float] | FloatArray,
    design: FloatArray,
    groups: Sequence[Sequence[int] | IntArray],
) -> MixedModel:
    """Fit by REML; see the module."""
    raise NotImplementedError


def contrast(
    model: MixedModel,
    weights: Sequence[float] | FloatArray,
    *,
    degrees_of_freedom: DegreesOfFreedom,
    level: float = 0.95,
) -> Contrast:
    """Return a linear combination of the fixed effects; see the module."""
    raise NotImplementedError
