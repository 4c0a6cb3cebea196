"""Linear mixed models with random intercepts, for the few dozen values a laboratory has.

REML after Bates D et al. J Stat Softw 2015;67(1), degrees of freedom after Satterthwaite
(Kuznetsova A et al. J Stat Softw 2017;82(13)) and Kenward and Roger (Biometrics 1997;53:983;
Halekoh U, Højsgaard S. J Stat Softw 2014;59(9)). Held to lme4, lmerTest, pbkrtest and emmeans in
``validation/mixed_models``.
"""

from stroma.stats.degrees_of_freedom import (
    Contrast,
    DegreesOfFreedom,
    JointTest,
    contrast,
    joint_test,
)
from stroma.stats.marginal_means import Averaging, marginal_mean_weights
from stroma.stats.mixed_design import DependentColumnError, InseparableFactorError, NoSpreadError
from stroma.stats.mixed_fit import MixedModel, VarianceUncertainty, fit_mixed_model
from stroma.stats.mixed_likelihood import FloatArray, IntArray
from stroma.stats.variance_intervals import (
    VarianceInterval,
    intraclass_correlation,
    variance_intervals,
)

__all__ = [
    "Averaging",
    "Contrast",
    "DegreesOfFreedom",
    "DependentColumnError",
    "FloatArray",
    "InseparableFactorError",
    "IntArray",
    "JointTest",
    "MixedModel",
    "NoSpreadError",
    "VarianceInterval",
    "VarianceUncertainty",
    "contrast",
    "fit_mixed_model",
    "intraclass_correlation",
    "joint_test",
    "marginal_mean_weights",
    "variance_intervals",
]
