"""The model of two sources: donors as random effects, passages and covariates as fixed ones.

::

    value = source + passage + covariates + donor + donor's tissue + lot + residual

A random effect enters only where the design can tell it from the others. The degrees of freedom
are those of Kenward and Roger; with one value a donor the model is the t test of donors, and with
one value a tissue of donors that gave both, the paired t test.

Where the model puts the spread between donors at zero, it would take passages and lots for donors.
The donors' means are then compared instead, each donor counted once: with donors observed alike
that test holds its level whatever the spread is (``validation/comparison``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stroma.comparison.donor_means import (
    Arrays,
    CellMeans,
    Line,
    cell_means,
    least_squares,
    line,
    to_arrays,
)
from stroma.comparison.results import Observation
from stroma.stats.mixed_models import (
    Contrast,
    DegreesOfFreedom,
    InseparableFactorError,
    MixedModel,
    NoSpreadError,
    contrast,
    fit_mixed_model,
)
from stroma.texts import Text, text

FloatArray = npt.NDArray[np.float64]

KENWARD_ROGER = "mixed_model_kenward_roger/1"
SATTERTHWAITE = "mixed_model_satterthwaite/1"
DONOR_T = "donor_means_t/1"
PAIRED_T = "paired_donor_means_t/1"

# Of the residual variance: what lme4 calls singular (isSingular, tol = 1e-4), squared.
SINGULAR = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The parts of the variance on the scale; ``None`` where the design cannot tell one.

    Parameters
    ----------
    donor
        Between donors; of donors that gave both tissues, what the tissues share.
    tissue
        Between the tissues of one donor; ``None`` without such donors.
    lot, residual
        Between lots of one donor's tissue; what is left.
    donor_mean
        Of one donor's mean, observed as donors are here; of the difference of a donor's tissues
        where every donor gave both.
    """

    donor: float | None
    tissue: float | None
    lot: float | None
    residual: float | None
    donor_mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFit:
    """What the model says of two sources, on the scale.

    Parameters
    ----------
    difference
        Second less first.
    means
        Of the sources, over donors and over the shared passages alike.
    method
        Of the difference.
    satterthwaite
        The same with the other degrees of freedom; ``None`` without a mixed model.
    spread
        The parts of the variance.
    passage_effects
        Of each passage against the first.
    paired
        Whether every donor gave both tissues.
    remarks
        What a reader has to know of the fit.
    """

    difference: Line
    means: tuple[Line, Line]
    method: str
    satterthwaite: Line | None
    spread: Spread
    passage_effects: tuple[float, ...]
    paired: bool
    remarks: tuple[Text, ...] = ()

    @property
    def middle(self) -> float:
        """The middle of the two means."""
        return (self.means[0].estimate + self.means[1].estimate) / 2.0

    @property
    def has_spread(self) -> bool:
        """Whether anything varies, so that a difference can be judged."""
        return self.difference.standard_error > 0.0


def fit_sources(
    observations: Sequence[Observation],
    sources: tuple[str, str],
    *,
    level: float,
    covariates: FloatArray | None = None,
) -> SourceFit:
    """Fit the model of two sources.

    Parameters
    ----------
    observations
        Two donors of each source at the least.
    sources
        First and second.
    level
        Confidence level.
    covariates
        Centred columns to adjust for, shape (n, k).

    Returns
    -------
    SourceFit
        On the scale of the observations.

    Raises
    ------
    ValueError
        A source has fewer than two donors.
    """
    arrays = to_arrays(observations, sources, covariates)
    for side in (0, 1):
        if len(np.unique(arrays.donors[arrays.second == side])) < 2:
            msg = f"{sources[side]} has fewer than two donors"
            raise ValueError(msg)
    means = cell_means(arrays)
    if not _has_replicates(arrays) and arrays.paired_donors == 0:
        return _of_donor_means(arrays, means, level=level)
    try:
        model, factors = _fit(arrays)
    except NoSpreadError:
        return _of_donor_means(arrays, means, level=level)
    if "donor" not in factors and "tissue" not in factors:
        return _of_donor_means(arrays, means, level=level)
    if _is_blind(model, factors, arrays):
        return _of_donor_means(arrays, means, level=level, told=_BLIND)
    return _of_model(arrays, model, factors, level=level)


_BLIND = text(
    "the model puts the spread between donors at zero and would count passages or lots as donors, "
    "so that the donors' means were compared instead"
)


def _has_replicates(arrays: Arrays) -> bool:
    return len(arrays.response) > int(arrays.cells.max()) + 1


def _design(arrays: Arrays) -> FloatArray:
    ones = np.ones(len(arrays.response))
    return np.column_stack([ones, arrays.second, arrays.passages, arrays.covariates])


def _fit(arrays: Arrays) -> tuple[MixedModel, tuple[str, ...]]:
    """Fit with every random effect the design can tell from the others."""
    factors = {"donor": arrays.donors}
    if arrays.paired_donors > 0:
        factors["tissue"] = arrays.cells
    if arrays.lots.max() > arrays.cells.max():
        factors["lot"] = arrays.lots
    design = _design(arrays)
    while True:
        names = tuple(factors)
        try:
            return fit_mixed_model(arrays.response, design, list(factors.values())), names
        except InseparableFactorError as inseparable:
            del factors[names[inseparable.factor]]


def _is_blind(model: MixedModel, factors: tuple[str, ...], arrays: Arrays) -> bool:
    """Tell whether the level that the sources are compared at has no variance of its own.

    Donors of one source each are compared by what differs between donors. Donors of both are
    compared by what differs between their tissues, but a model without what these share takes
    them for strangers.
    """
    floor = SINGULAR * model.residual_variance
    held = dict(zip(factors, model.variances, strict=True))
    if arrays.is_fully_paired:
        return any(held[name] <= floor for name in ("donor", "tissue") if name in held)
    between = held.get("donor", 0.0) + held.get("tissue", 0.0)
    return between <= floor and _has_replicates(arrays)


def _of_model(
    arrays: Arrays, model: MixedModel, factors: tuple[str, ...], *, level: float
) -> SourceFit:
    columns = model.design.shape[1]
    passages = arrays.passages.shape[1]
    difference = np.zeros(columns)
    difference[1] = 1.0
    first = np.zeros(columns)
    first[0] = 1.0
    # The mean over passages, each counted once whatever the number of values it has.
    first[2 : 2 + passages] = 1.0 / (passages + 1)
    second = first + difference

    def found(weights: FloatArray, freedom: DegreesOfFreedom) -> Line:
        return _line(contrast(model, weights, degrees_of_freedom=freedom, level=level))

    kenward_roger = DegreesOfFreedom.KENWARD_ROGER
    held = dict(zip(factors, model.variances, strict=True))
    return SourceFit(
        difference=found(difference, kenward_roger),
        means=(found(first, kenward_roger), found(second, kenward_roger)),
        method=KENWARD_ROGER,
        satterthwaite=found(difference, DegreesOfFreedom.SATTERTHWAITE),
        spread=Spread(
            donor=held.get("donor"),
            tissue=held.get("tissue"),
            lot=held.get("lot"),
            residual=model.residual_variance,
            donor_mean=_donor_mean(arrays, held, model.residual_variance),
        ),
        passage_effects=tuple(model.coefficients[2 : 2 + passages].tolist()),
        paired=arrays.is_fully_paired,
    )


def _line(held: Contrast) -> Line:
    return Line(
        estimate=held.estimate,
        standard_error=held.standard_error,
        degrees_of_freedom=held.degrees_of_freedom,
        low=held.low,
        high=held.high,
        p_value=held.p_value,
    )


def _donor_mean(arrays: Arrays, held: dict[str, float], residual: float) -> float:
    """Return the variance of a donor's mean as donors are observed here, in the harmonic mean."""
    cells = np.bincount(arrays.cells)
    lots = np.array(
        [len(np.unique(arrays.lots[arrays.cells == cell])) for cell in range(len(cells))]
    )
    inside = (
        held.get("tissue", 0.0)
        + held.get("lot", 0.0) * float(np.mean(1.0 / lots))
        + residual * float(np.mean(1.0 / cells))
    )
    if arrays.is_fully_paired:
        return 2.0 * inside
    return held.get("donor", 0.0) + inside


def _of_donor_means(
    arrays: Arrays, means: CellMeans, *, level: float, told: Text | None = None
) -> SourceFit:
    """Compare donors' means: the paired t test, or the t test with one spread for both sources."""
    remarks = () if told is None else (told,)
    if arrays.is_fully_paired and means.covariates.shape[1] == 0:
        return _of_pairs(means, remarks, level=level)
    design = np.column_stack([np.ones_like(means.second), means.second, means.covariates])
    rows = [np.zeros(design.shape[1]) for _ in range(3)]
    rows[0][1] = rows[1][0] = rows[2][0] = rows[2][1] = 1.0
    (difference, first, second), variance = least_squares(means.values, design, rows, level=level)
    several = _has_replicates(arrays)
    return SourceFit(
        difference=difference,
        means=(first, second),
        method=DONOR_T,
        satterthwaite=None,
        spread=Spread(
            donor=0.0 if told is not None else None,
            tissue=None,
            lot=None,
            residual=variance if not several else None,
            donor_mean=variance,
        ),
        passage_effects=(),
        paired=False,
        remarks=remarks,
    )


def _of_pairs(means: CellMeans, remarks: tuple[Text, ...], *, level: float) -> SourceFit:
    pairs = means.pairs()
    (difference,), variance = least_squares(
        pairs, np.ones((len(pairs), 1)), [np.ones(1)], level=level
    )
    sides = []
    for side in (0, 1):
        values = means.of(side)
        spread = float(values.std(ddof=1)) if np.ptp(values) > 0 else 0.0
        sides.append(
            line(float(values.mean()), spread / len(values) ** 0.5, len(values) - 1, level=level)
        )
    return SourceFit(
        difference=difference,
        means=(sides[0], sides[1]),
        method=PAIRED_T,
        satterthwaite=None,
        spread=Spread(donor=None, tissue=None, lot=None, residual=None, donor_mean=variance),
        passage_effects=(),
        paired=True,
        remarks=remarks,
    )
