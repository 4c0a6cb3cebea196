"""One question to an answer, before the others of its family are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stroma.comparison.donor_means import Line
from stroma.comparison.model import SourceFit, fit_sources
from stroma.comparison.results import Answer, Estimate, Margin, Observation, Scale
from stroma.comparison.scale import as_effect, in_unit, on_scale
from stroma.stats.equivalence import two_one_sided_tests

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two sources compared on a scale, before anything is adjusted.

    Parameters
    ----------
    fit
        What the model says.
    estimate
        Second less (or over) first, as a reader is told it.
    margin
        What was held against.
    p_value, p_equivalence
        ``None`` where nothing varies; the second also without a margin.
    answer
        To this one question alone.
    """

    fit: SourceFit
    estimate: Estimate
    margin: Margin | None
    p_value: float | None
    p_equivalence: float | None
    answer: Answer


def compare_observations(
    observations: Sequence[Observation],
    *,
    scale: Scale,
    margin: Margin | None = None,
    level: float = 0.95,
    sources: tuple[str, str] | None = None,
    covariates: FloatArray | None = None,
) -> Compared:
    """Compare two sources in one quantity.

    Parameters
    ----------
    observations
        Two donors of each source at the least, already on the scale (``scaled``).
    scale
        Which it is.
    margin
        Bounds on the scale of the estimate; ``None`` for none.
    level
        Confidence level; 1 - level is the level of each test.
    sources
        First and second; ``None`` for the order in which they come.
    covariates
        Centred columns to adjust for, shape (n, k).

    Returns
    -------
    Compared
        The estimate and the answer to this question alone.

    Raises
    ------
    ValueError
        There are not two sources, or one has fewer than two donors.

    Examples
    --------
    >>> held = [
    ...     Observation(lot=d, donor=d, source=s, passage="", value=v, scaled=v)
    ...     for s, values in (("bone_marrow", (7.1, 8.0, 7.5)), ("placenta", (9.1, 8.8, 9.9)))
    ...     for d, v in ((f"{s} {i}", v) for i, v in enumerate(values))
    ... ]
    >>> found = compare_observations(held, scale=Scale.IDENTITY)
    >>> found.answer, round(found.estimate.value, 3), found.estimate.degrees_of_freedom
    (<Answer.DIFFERENT: 'DIFFERENT'>, 1.733, 4)
    """
    named = tuple(dict.fromkeys(held.source for held in observations))
    if sources is None and len(named) != 2:
        msg = f"needed are observations of two sources, not of {len(named)}"
        raise ValueError(msg)
    pair = (named[0], named[1]) if sources is None else sources
    fit = fit_sources(observations, pair, level=level, covariates=covariates)
    return held_against(fit, margin, scale=scale, level=level)


def held_against(
    fit: SourceFit, margin: Margin | None, *, scale: Scale, level: float
) -> Compared:  # fmt: skip
    """Hold what the model says against a margin.

    Parameters
    ----------
    fit
        What the model says.
    margin
        ``None`` for none.
    scale
        The scale.
    level
        Confidence level.

    Returns
    -------
    Compared
        With the answer to this question alone.
    """
    found = fit.difference
    p_equivalence: float | None = None
    if margin is not None and fit.has_spread:
        p_equivalence = two_one_sided_tests(
            found.estimate,
            found.standard_error,
            degrees_of_freedom=found.degrees_of_freedom,
            lower_margin=on_scale(margin.low, scale),
            upper_margin=on_scale(margin.high, scale),
            alpha=1.0 - level,
        ).p_value
    return Compared(
        fit=fit,
        estimate=as_estimate(found, fit.method, scale=scale, level=level),
        margin=margin,
        p_value=found.p_value,
        p_equivalence=p_equivalence,
        answer=answer_of(found.p_value, p_equivalence, level=level),
    )


def answer_of(p_value: float | None, p_equivalence: float | None, *, level: float) -> Answer:
    """Return the answer that two p values give.

    Parameters
    ----------
    p_value
        Of no difference; ``None`` where none can be made.
    p_equivalence
        Of a difference as large as the margin; ``None`` likewise.
    level
        Confidence level.

    Returns
    -------
    Answer
        EQUIVALENT goes before DIFFERENT: a difference that is shown and lies wholly within the
        margin is one that does not matter.

    Examples
    --------
    >>> answer_of(0.001, 0.002, level=0.95), answer_of(0.2, None, level=0.95)
    (<Answer.EQUIVALENT: 'EQUIVALENT'>, <Answer.UNDECIDED: 'UNDECIDED'>)
    """
    alpha = 1.0 - level
    # 1 - 0.95 is a little more than 0.05; a p value of exactly 0.05 counts either way.
    if p_equivalence is not None and p_equivalence <= alpha:
        return Answer.EQUIVALENT
    if p_value is not None and p_value <= alpha:
        return Answer.DIFFERENT
    return Answer.UNDECIDED


def as_estimate(held: Line, method: str, *, scale: Scale, level: float) -> Estimate:
    """Return a difference on a scale as a reader is told it.

    Parameters
    ----------
    held
        On the scale.
    method
        Name and version.
    scale
        The scale.
    level
        Confidence level of its interval.

    Returns
    -------
    Estimate
        Difference, ratio or odds ratio; standard error and degrees of freedom stay on the scale.
    """
    return Estimate(
        value=as_effect(held.estimate, scale),
        low=None if held.low is None else as_effect(held.low, scale),
        high=None if held.high is None else as_effect(held.high, scale),
        level=level,
        method=method,
        standard_error=held.standard_error,
        degrees_of_freedom=held.degrees_of_freedom,
        p_value=held.p_value,
    )


def difference_in_unit(
    fit: SourceFit, *, scale: Scale, unit: str, level: float
) -> Estimate:  # fmt: skip
    """Return the difference of the two means in the quantity's unit.

    Parameters
    ----------
    fit
        What the model says.
    scale
        On which scale.
    unit
        The quantity's.
    level
        Confidence level.

    Returns
    -------
    Estimate
        The interval is that of the scale, about the middle of both means, so that it holds 0, or
        lies within a margin, exactly when the interval on the scale does.
    """
    found = fit.difference

    def told(value: float) -> float:
        return in_unit(value, middle=fit.middle, scale=scale)

    return Estimate(
        value=told(found.estimate),
        low=None if found.low is None else told(found.low),
        high=None if found.high is None else told(found.high),
        level=level,
        method=fit.method,
        unit=unit,
        p_value=found.p_value,
    )
