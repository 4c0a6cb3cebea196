"""Parallel-line and slope-ratio assays, in any design that least squares can carry.

The residual variance is that of treatments within the design's blocks, so that curvature and
departure from parallelism do not widen the limits they are tested by (Ph. Eur. 5.3, 3.2.3). Missing
values need no estimate: the sums of squares are those of the fits with and without each term, in
the Pharmacopoeia's order.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from stroma.stats.potency.fieller import Ratio, fieller

FloatArray = npt.NDArray[np.float64]


class UnfitAssayError(ValueError):
    """A design from which no potency can be worked out.

    Parameters
    ----------
    code
        ``"no_standard"``, ``"no_sample"``, ``"one_dose"``, ``"dose_not_positive"``,
        ``"no_residual"``, ``"no_spread"`` or ``"not_estimable"``.
    preparation
        Which one, where it is one; empty otherwise.
    """

    def __init__(self, code: str, preparation: str = "") -> None:
        super().__init__(f"{code} {preparation}".strip())
        self.code = code
        self.preparation = preparation


@dataclass(frozen=True, slots=True)
class Response:
    """One response of an assay.

    Parameters
    ----------
    preparation
        Name; the standard has its own.
    dose
        In one unit for all; zero for a blank of a slope-ratio assay.
    value
        Already transformed as declared.
    blocks
        Labels of its block, or of its row and column; empty for a randomised design.
    """

    preparation: str
    dose: float
    value: float
    blocks: tuple[Hashable, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A line of an analysis of variance.

    Parameters
    ----------
    name
        ``"blocks_1"``, ``"preparations"``, ``"regression"``, ``"non_parallelism"``,
        ``"non_linearity"``, ``"non_linearity:NAME"``, ``"blanks"``, ``"intersection"``,
        ``"treatments"``, ``"residual"`` or ``"total"``.
    degrees_of_freedom, sum_of_squares
        Of the line.
    f_ratio, p_value
        Against the residual; ``None`` for the residual and the total.
    """

    name: str
    degrees_of_freedom: int
    sum_of_squares: float
    f_ratio: float | None = None
    p_value: float | None = None

    @property
    def mean_square(self) -> float:
        """Return the sum of squares over its degrees of freedom."""
        return self.sum_of_squares / self.degrees_of_freedom


@dataclass(frozen=True, slots=True, kw_only=True)
class Similarity:
    """How a sample's slope relates to the standard's.

    Parameters
    ----------
    slope_ratio
        With the interval at ``level`` (0.90 for two one-sided tests at 5 %).
    slope_difference, difference_low, difference_high
        Sample less standard, likewise.
    f_ratio, p_value
        Of this sample's departure from the standard's slope.
    """

    slope_ratio: Ratio
    slope_difference: float
    difference_low: float
    difference_high: float
    f_ratio: float
    p_value: float

    def is_within(self, low: float, high: float) -> bool:
        """Return whether the interval of the slope ratio lies within the margins.

        Parameters
        ----------
        low, high
            Margins of the ratio, e.g. 0.8 and 1.25.

        Returns
        -------
        bool
            False also where the interval is not bounded.
        """
        ratio = self.slope_ratio
        if ratio.low is None or ratio.high is None:
            return False
        return low <= ratio.low and ratio.high <= high


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearAssay:
    """A fitted parallel-line or slope-ratio assay.

    Parameters
    ----------
    standard
        Name of the standard.
    potencies
        Sample to its potency relative to the standard: doses of the standard that do what one of
        the sample does, with Fieller's limits.
    anova
        The analysis of variance, in the Pharmacopoeia's order.
    residual_variance, degrees_of_freedom
        Of the responses within treatments and blocks.
    slope, slope_error
        Common slope on the natural logarithm of dose; of the standard in a slope-ratio assay.
    similarities
        Sample to its slope against the standard's.
    correlation
        Multiple correlation of the responses with blocks, preparations and the common slope;
        ``None`` for slope ratios.
    """

    standard: str
    potencies: Mapping[str, Ratio]
    anova: tuple[Source, ...]
    residual_variance: float
    degrees_of_freedom: int
    slope: float
    slope_error: float
    similarities: Mapping[str, Similarity]
    correlation: float | None

    def source(self, name: str) -> Source | None:
        """Return a line of the analysis of variance.

        Parameters
        ----------
        name
            Of the line.

        Returns
        -------
        Source or None
            ``None`` where the design has no such line.
        """
        return next((line for line in self.anova if line.name == name), None)


@dataclass(frozen=True, slots=True)
class _Fit:
    coefficients: FloatArray
    inverse: FloatArray
    residual_sum: float
    rank: int


def _fit(design: FloatArray, values: FloatArray) -> _Fit:
    inverse = np.asarray(np.linalg.pinv(design.T @ design, rcond=1e-12, hermitian=True))
    coefficients = inverse @ (design.T @ values)
    left = values - design @ coefficients
    return _Fit(coefficients, inverse, float(left @ left), int(np.linalg.matrix_rank(design)))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Columns of a design's terms."""

    values: FloatArray
    x: FloatArray
    names: tuple[str, ...]
    which: npt.NDArray[np.intp]
    blocks: tuple[FloatArray, ...]
    treatments: FloatArray

    def dummies(self) -> FloatArray:
        made: FloatArray = (self.which[:, None] == np.arange(len(self.names))).astype(np.float64)
        return made


def _coded(labels: Sequence[Hashable]) -> FloatArray:
    known = list(dict.fromkeys(labels))
    made: FloatArray = np.array([[own == label for label in known] for own in labels], np.float64)
    return made


def _layout(responses: Sequence[Response], standard: str, *, logarithmic: bool) -> _Layout:
    names = tuple(dict.fromkeys(r.preparation for r in responses))
    if standard not in names:
        raise UnfitAssayError("no_standard", standard)
    names = (standard, *(name for name in names if name != standard))
    if len(names) < 2:
        raise UnfitAssayError("no_sample")
    for name in names:
        doses = {r.dose for r in responses if r.preparation == name}
        if any(dose < 0 or (logarithmic and dose == 0) for dose in doses):
            raise UnfitAssayError("dose_not_positive", name)
        if len(doses) < (2 if logarithmic else 1):
            raise UnfitAssayError("one_dose", name)
    doses_all = np.array([r.dose for r in responses], np.float64)
    levels = len(responses[0].blocks)
    treatments = [(r.preparation if r.dose > 0 else "", r.dose) for r in responses]
    return _Layout(
        values=np.array([r.value for r in responses], np.float64),
        x=np.log(doses_all) if logarithmic else doses_all,
        names=names,
        which=np.array([names.index(r.preparation) for r in responses]),
        blocks=tuple(_coded([r.blocks[level] for r in responses]) for level in range(levels)),
        treatments=_coded(treatments),
    )


def _terms(values: FloatArray, steps: Sequence[tuple[str, FloatArray]]) -> tuple[
    list[Source], _Fit
]:  # fmt: skip
    """Return what each term takes from the residual, fitted one after the other."""
    design = np.ones((len(values), 1))
    before = _fit(design, values)
    total = Source("total", len(values) - 1, before.residual_sum)
    lines: list[Source] = []
    for name, columns in steps:
        design = np.column_stack([design, columns])
        after = _fit(design, values)
        freedom = after.rank - before.rank
        if freedom > 0:
            taken = max(0.0, before.residual_sum - after.residual_sum)
            lines.append(Source(name, freedom, taken))
        before = after
    return [*lines, total], before


def _tested(lines: Sequence[Source], residual: Source) -> tuple[Source, ...]:
    made: list[Source] = []
    for line in lines:
        f = line.mean_square / residual.mean_square
        tail = float(special.fdtrc(line.degrees_of_freedom, residual.degrees_of_freedom, f))
        made.append(Source(line.name, line.degrees_of_freedom, line.sum_of_squares, f, tail))
    return tuple(made)


def _residual(layout: _Layout, fit: _Fit) -> Source:
    freedom = len(layout.values) - fit.rank
    if freedom <= 0:
        raise UnfitAssayError("no_residual")
    spread = float(np.ptp(layout.values))
    if fit.residual_sum <= (1e-12 * spread) ** 2 * freedom:
        raise UnfitAssayError("no_spread")
    return Source("residual", freedom, fit.residual_sum)


def parallel_lines(
    responses: Sequence[Response],
    *,
    standard: str,
    level: float = 0.95,
    similarity_level: float = 0.90,
) -> LinearAssay:
    """Analyse a parallel-line assay.

    Parameters
    ----------
    responses
        All responses; every one names as many blocks as the others.
    standard
        Name of the standard preparation.
    level
        Of the potency's limits.
    similarity_level
        Of the slope ratio's interval.

    Returns
    -------
    LinearAssay
        Potencies are ratios of doses.

    Raises
    ------
    UnfitAssayError
        The design gives no potency; its code says why.

    Examples
    --------
    >>> made = [
    ...     Response(name, dose, 10 * math.log(dose * potency) + error)
    ...     for name, potency in (("S", 1.0), ("T", 2.0))
    ...     for dose in (1.0, 2.0, 4.0)
    ...     for error in (-0.5, 0.5)
    ... ]
    >>> round(parallel_lines(made, standard="S").potencies["T"].value, 6)
    2.0
    """
    layout = _layout(responses, standard, logarithmic=True)
    preparations, x = layout.dummies(), layout.x
    centred = x - x.mean()
    own_slopes = preparations * centred[:, None]
    steps = [(f"blocks_{i + 1}", columns) for i, columns in enumerate(layout.blocks)]
    blocks = [columns for _name, columns in steps]
    lines, full = _terms(
        layout.values,
        [
            *steps,
            ("preparations", preparations),
            ("regression", centred[:, None]),
            ("non_parallelism", own_slopes),
            ("non_linearity", layout.treatments),
        ],
    )
    residual = _residual(layout, full)
    design = np.column_stack([preparations, centred, *blocks])
    fit = _fit(design, layout.values)
    variance = residual.mean_square
    covariance = fit.inverse * variance
    at = len(layout.names)
    slope = float(fit.coefficients[at])
    if slope == 0:
        raise UnfitAssayError("not_estimable")
    potencies: dict[str, Ratio] = {}
    for index, name in enumerate(layout.names[1:], start=1):
        contrast = np.zeros(design.shape[1])
        contrast[[index, 0]] = 1.0, -1.0
        found = fieller(
            float(contrast @ fit.coefficients),
            slope,
            (
                float(contrast @ covariance @ contrast),
                float(covariance[at, at]),
                float(contrast @ covariance[:, at]),
            ),
            residual.degrees_of_freedom,
            level=level,
        )
        potencies[name] = _exponential(found)
    total = lines[-1]
    return LinearAssay(
        standard=standard,
        potencies=potencies,
        anova=(
            *_tested([*lines[:-1], *_curvatures(layout), _treatments(lines)], residual),
            residual,
            total,
        ),
        residual_variance=variance,
        degrees_of_freedom=residual.degrees_of_freedom,
        slope=slope,
        slope_error=math.sqrt(float(covariance[at, at])),
        similarities=_similarities(
            layout, np.column_stack([preparations, own_slopes, *blocks]), at, residual,
            level=similarity_level,
        ),
        correlation=math.sqrt(_explained(lines) / total.sum_of_squares),
    )  # fmt: skip


def _exponential(found: Ratio) -> Ratio:
    low = None if found.low is None else math.exp(found.low)
    high = None if found.high is None else math.exp(found.high)
    return Ratio(math.exp(found.value), low, high, found.level)


def _treatments(lines: Sequence[Source]) -> Source:
    parts = [line for line in lines if not line.name.startswith(("blocks", "total"))]
    return Source(
        "treatments",
        sum(part.degrees_of_freedom for part in parts),
        math.fsum(part.sum_of_squares for part in parts),
    )


def _explained(lines: Sequence[Source]) -> float:
    """Return the sum of squares of the blocks and of parallel straight lines."""
    return math.fsum(
        line.sum_of_squares
        for line in lines
        if line.name in ("preparations", "regression") or line.name.startswith("blocks")
    )


def _curvatures(layout: _Layout) -> list[Source]:
    """Return the departure from a line of each preparation by itself, where it has three doses."""
    made: list[Source] = []
    for index, name in enumerate(layout.names):
        rows = layout.which == index
        x, values = layout.x[rows], layout.values[rows]
        blocks = [columns[rows] for columns in layout.blocks]
        straight = _fit(np.column_stack([np.ones(len(x)), x - x.mean(), *blocks]), values)
        free = _fit(np.column_stack([np.ones(len(x)), _coded(list(x)), *blocks]), values)
        if free.rank > straight.rank:
            taken = max(0.0, straight.residual_sum - free.residual_sum)
            made.append(Source(f"non_linearity:{name}", free.rank - straight.rank, taken))
    return made


def _similarities(
    layout: _Layout, design: FloatArray, first: int, residual: Source, *, level: float
) -> dict[str, Similarity]:
    """Compare the slope of each sample with the standard's, each having its own."""
    fit = _fit(design, layout.values)
    covariance = fit.inverse * residual.mean_square
    freedom = residual.degrees_of_freedom
    quantile = float(special.stdtrit(freedom, (1 + level) / 2))
    made: dict[str, Similarity] = {}
    for index, name in enumerate(layout.names[1:], start=1):
        own, base = first + index, first
        difference = float(fit.coefficients[own] - fit.coefficients[base])
        variance = float(covariance[own, own] + covariance[base, base] - 2 * covariance[own, base])
        half = quantile * math.sqrt(variance)
        f = difference**2 / variance
        made[name] = Similarity(
            slope_ratio=fieller(
                float(fit.coefficients[own]),
                float(fit.coefficients[base]),
                (
                    float(covariance[own, own]),
                    float(covariance[base, base]),
                    float(covariance[own, base]),
                ),
                freedom,
                level=level,
            ),
            slope_difference=difference,
            difference_low=difference - half,
            difference_high=difference + half,
            f_ratio=f,
            p_value=float(special.fdtrc(1, freedom, f)),
        )
    return made


def slope_ratio(
    responses: Sequence[Response], *, standard: str, level: float = 0.95
) -> LinearAssay:
    """Analyse a slope-ratio assay: responses that rise with the dose from a common blank.

    Parameters
    ----------
    responses
        All responses; a dose of zero is a blank, of whatever preparation.
    standard
        Name of the standard preparation.
    level
        Of the potency's limits.

    Returns
    -------
    LinearAssay
        With ``blanks`` and ``intersection`` among the lines of the analysis of variance.

    Raises
    ------
    UnfitAssayError
        The design gives no potency; its code says why.
    """
    layout = _layout(responses, standard, logarithmic=False)
    preparations = layout.dummies() * (layout.x > 0)[:, None]
    slopes = layout.dummies() * layout.x[:, None]
    is_blank = (layout.x == 0).astype(np.float64)[:, None]
    steps = [(f"blocks_{i + 1}", columns) for i, columns in enumerate(layout.blocks)]
    blocks = [columns for _name, columns in steps]
    lines, full = _terms(
        layout.values,
        [
            *steps,
            ("regression", slopes),
            ("blanks", is_blank),
            ("intersection", preparations),
            ("non_linearity", layout.treatments),
        ],
    )
    residual = _residual(layout, full)
    design = np.column_stack([slopes, np.ones(len(layout.x)), *blocks])
    fit = _fit(design, layout.values)
    covariance = fit.inverse * residual.mean_square
    base = float(fit.coefficients[0])
    if base == 0:
        raise UnfitAssayError("not_estimable")
    potencies = {
        name: fieller(
            float(fit.coefficients[index]),
            base,
            (
                float(covariance[index, index]),
                float(covariance[0, 0]),
                float(covariance[index, 0]),
            ),
            residual.degrees_of_freedom,
            level=level,
        )
        for index, name in enumerate(layout.names[1:], start=1)
    }
    return LinearAssay(
        standard=standard,
        potencies=potencies,
        anova=(*_tested([*lines[:-1], _treatments(lines)], residual), residual, lines[-1]),
        residual_variance=residual.mean_square,
        degrees_of_freedom=residual.degrees_of_freedom,
        slope=base,
        slope_error=math.sqrt(float(covariance[0, 0])),
        similarities={},
        correlation=None,
    )
