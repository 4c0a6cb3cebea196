"""The likelihood of a sample that mixes a moved copy of its reference with something above it.

Both samples are counted in bins ``j`` on a :class:`~stroma.stats.signed_scale.SignedScale`::

    reference   q_j = f(z_j)
    sample      p_j = (1 - share) f(u(z_j)) u'(z_j) + share g(z_j)

``f`` is the exponential of a spline fitted to both samples at once, so that the sampling error of
the reference is part of the likelihood. ``u`` undoes a shift and a change of scale in linear units,
and a power of the distance from the centre: where the spread of log-normal light differs between
the samples, distances far to the right are stretched by more than those near the centre. ``g`` is
the exponential of a spline whose third differences are small save at a few places: one bell, skewed
or not, or several.
Slopes are analytic; the climb is Fisher scoring with damping.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from stroma.stats.signed_scale import BinnedPair
from stroma.stats.splines import Floats, LocalBasis, UniformBasis, difference_matrix

SHIFT, LOG_SCALE, LOGIT_SHARE, LOPSIDED = 0, 1, 2, 3
"""Places of the four parameters that are not coefficients of a spline."""
FIRST_COEFFICIENT = 4

WORST_REFERENCE_MISFIT = 2.0
"""Pearson's statistic over its degrees of freedom beyond which the spline does not describe the
reference. Of 12,000 simulated negative populations of one kind 1 in 100 had more, the worst 3.0; of
two kinds a factor of 3 apart it is 3 to 6, and grows with their number."""

_FINEST = 0.1
"""Spacing of the reference's spline below which it is not made finer; bins are little narrower."""
LEAST_EXPECTED = 5.0
"""Expected count of a pooled bin of Pearson's statistic: Cochran WG. Biometrics 1954;10:417-451."""

_RIDGE = 1e-4
_TINY = 1e-15
_LIMITS = ((SHIFT, 2.0), (LOG_SCALE, 0.7), (LOGIT_SHARE, 13.0), (LOPSIDED, 0.6))
"""No further than this; all far beyond what their priors leave likely."""
_LARGEST_STEP = ((SHIFT, 0.5), (LOG_SCALE, 0.2), (LOGIT_SHARE, 1.5), (LOPSIDED, 0.2))
_LARGEST_COEFFICIENT_STEP = 4.0
_REFERENCE_STEPS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class MixtureSettings:
    """What is taken for likely before the data are seen. Unit: standard deviation of the reference.

    The values were chosen on simulated samples and the method is held to others, see
    ``validation/positivity``.

    Parameters
    ----------
    shift_sd, log_scale_sd, lopsided_sd
        How far the copy of the reference may move, stretch, and grow in power to the right:
        standard deviations of normal priors around what the next two expect.
    stretch_with_shift, power_with_stretch
        Logarithm of the stretch expected per standard deviation of shift, and power expected per
        logarithm of the stretch. Light that is multiplied moves and spreads at once, and what part
        of the spread is constant noise, more of it near the centre, does not grow with it.
    least_distance, distance_sd
        The mean of the component above lies at least this far above the copy's centre; below that
        a normal penalty with this standard deviation begins.
    knots_reference, knots_above
        Spacing of the splines.
    smooth_reference
        Weight of squared third differences of the reference's spline.
    smooth_above, kink_freedom
        The same of the component's, as a Student t penalty with this many degrees of freedom: most
        third differences are small, a few may be large.
    width_above, width_weight
        A bell of this standard deviation has the second differences that cost nothing; weight of
        the squared departure.
    usual_distance, usual_distance_sd
        Prior of the mean of the component: places nearer the copy cost a little; those further
        away cost nothing, however bright the component is.
    believed_distance_sd
        The same for the estimate itself, firmer: where a dim component and a shift explain the
        sample nearly as well, the brighter and smaller component is reported and the interval
        holds both.
    ridge_above
        Weight of the squared coefficients of the component's spline.
    share_power
        Prior density of the share: its power, and that of what is left of 1, less 1.
    coarse
        Number of values from which more of them say little more, because the model is not exact.
    """

    shift_sd: float = 0.4
    log_scale_sd: float = 0.11
    lopsided_sd: float = 0.07
    stretch_with_shift: float = 0.2
    power_with_stretch: float = 0.2
    least_distance: float = 2.5
    distance_sd: float = 0.3
    knots_reference: float = 0.75
    knots_above: float = 0.75
    smooth_reference: float = 0.3
    smooth_above: float = 12.0
    kink_freedom: float = 1.0
    width_above: float = 1.1
    width_weight: float = 0.15
    usual_distance: float = 6.0
    usual_distance_sd: float = 2.5
    believed_distance_sd: float = 1.0
    ridge_above: float = 1e-4
    share_power: float = 0.0
    coarse: float = 12_000.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything of a fit that does not change while climbing; build it with :func:`lay_out`.

    Parameters
    ----------
    pair
        The counts.
    settings
        Priors.
    copied, above
        Splines of the reference and of the component above.
    fixed, raised
        Their values at the bins: shape (bins, copied.size) and (bins from ``begin``, above.size).
    begin
        First bin the component may reach.
    linear, log_slope
        Bins' middles in standard deviations, and the logarithm of that scale's derivative.
    precision, pull
        Of the normal priors of all parameters.
    kinks
        Third differences of the component's coefficients.
    expected
        Logarithm of what the component is without its spline, shape (bins from ``begin``,).
    """

    pair: BinnedPair
    settings: MixtureSettings
    copied: UniformBasis
    above: UniformBasis
    fixed: Floats = field(repr=False)
    raised: Floats = field(repr=False)
    begin: int
    linear: Floats = field(repr=False)
    log_slope: Floats = field(repr=False)
    precision: Floats = field(repr=False)
    pull: Floats = field(repr=False)
    kinks: Floats = field(repr=False)
    expected: Floats = field(repr=False)

    @property
    def size(self) -> int:
        """Number of parameters."""
        return FIRST_COEFFICIENT + self.copied.size + self.above.size

    @property
    def of_copied(self) -> slice:
        """Where the reference's coefficients stand among the parameters."""
        return slice(FIRST_COEFFICIENT, FIRST_COEFFICIENT + self.copied.size)

    @property
    def of_above(self) -> slice:
        """Where the component's coefficients stand."""
        return slice(FIRST_COEFFICIENT + self.copied.size, self.size)


@dataclass(frozen=True, slots=True)
class State:
    """The model at one set of parameters.

    Parameters
    ----------
    parameters
        Shape (layout.size,).
    objective
        Log likelihood of both samples plus log priors.
    share
        Of the component above.
    reference, copy, component, sample
        Probabilities of the bins: of the reference, its moved copy, the component above, and the
        sample.
    mean
        Of the component, on the scale.
    gap
        How far the mean is too near, in standard deviations of the penalty.
    bends
        Third differences of the component's coefficients.
    basis
        Splines at the bins moved back.
    moved
        Bins moved back, in standard deviations.
    away, turn, factor
        Distance from the copy's centre, its inverse hyperbolic sine, and the derivative's factor.
    """

    parameters: Floats
    objective: float
    share: float
    reference: Floats
    copy: Floats
    component: Floats
    sample: Floats
    mean: float
    gap: float
    bends: Floats
    basis: LocalBasis
    moved: Floats
    away: Floats
    turn: Floats
    factor: Floats


@dataclass(frozen=True, slots=True)
class Slopes:
    """Derivatives of the objective.

    Parameters
    ----------
    gradient
        Shape (parameters,).
    information
        Expected information plus that of the priors, shape (parameters, parameters).
    from_data
        Expected information of the counts alone.
    """

    gradient: Floats
    information: Floats
    from_data: Floats


def lay_out(pair: BinnedPair, settings: MixtureSettings) -> Layout:
    """Prepare a fit.

    Parameters
    ----------
    pair
        The counts.
    settings
        Priors.

    Returns
    -------
    Layout
        Bases and penalties.
    """
    z = pair.middles
    half = pair.width / 2
    low, high = float(z[0]) - half, float(z[-1]) + half
    # Room for the largest shift and stretch on either side, and for the component from one
    # standard deviation below the reference's median.
    copied = UniformBasis.covering(low - 1.5, high + 1.5, spacing=settings.knots_reference)
    above = UniformBasis.covering(-1.0, high, spacing=settings.knots_above)
    begin = int(np.searchsorted(z, -1.0))
    size = FIRST_COEFFICIENT + copied.size + above.size
    own, other = slice(FIRST_COEFFICIENT, FIRST_COEFFICIENT + copied.size), slice(-above.size, None)
    precision, pull = np.zeros((size, size)), np.zeros(size)
    for place, sd, on, slope in (
        (SHIFT, settings.shift_sd, SHIFT, 0.0),
        (LOG_SCALE, settings.log_scale_sd, SHIFT, settings.stretch_with_shift),
        (LOPSIDED, settings.lopsided_sd, LOG_SCALE, settings.power_with_stretch),
    ):
        departure = np.zeros(size)
        departure[on] = -slope
        departure[place] = 1.0
        precision += np.outer(departure, departure) / sd**2
    third = difference_matrix(copied.size, 3)
    precision[own, own] = settings.smooth_reference * third.T @ third + _RIDGE * np.eye(copied.size)
    second = difference_matrix(above.size, 2)
    bell = -((settings.knots_above / settings.width_above) ** 2)
    precision[other, other] = settings.width_weight * second.T @ second
    precision[other, other] += settings.ridge_above * np.eye(above.size)
    pull[other] = settings.width_weight * bell * second.sum(axis=0)
    return Layout(
        pair=pair,
        settings=settings,
        copied=copied,
        above=above,
        fixed=copied.at(z).dense(copied.size),
        raised=above.at(z[begin:]).dense(above.size),
        begin=begin,
        linear=2 * np.sinh(z / 2),
        log_slope=np.log(np.cosh(z / 2)),
        precision=precision,
        pull=pull,
        kinks=difference_matrix(above.size, 3),
        expected=np.zeros(z.size - begin),
    )


def evaluate(layout: Layout, parameters: Floats) -> State:
    """Evaluate the model.

    Parameters
    ----------
    layout
        The fit.
    parameters
        Shape (layout.size,).

    Returns
    -------
    State
        Probabilities and the objective.
    """
    shift, log_scale, logit, lopsided = (float(value) for value in parameters[:FIRST_COEFFICIENT])
    share = 1 / (1 + math.exp(-logit))
    coefficients = parameters[layout.of_copied]
    away = layout.linear - shift
    turn = np.arcsinh(away)
    moved = away * np.exp(-log_scale - lopsided * turn)
    factor = 1 - lopsided * away / np.sqrt(1 + away * away)
    basis = layout.copied.at(2 * np.arcsinh(moved / 2))
    curve = basis.curve(coefficients)
    jacobian = (
        layout.log_slope - 0.5 * np.log1p(moved * moved / 4) - lopsided * turn + np.log(factor)
    )
    copy = normalised(curve + jacobian)
    reference = normalised(layout.fixed @ coefficients)
    component = np.zeros_like(copy)
    component[layout.begin :] = normalised(
        layout.expected + layout.raised @ parameters[layout.of_above]
    )
    sample = np.maximum((1 - share) * copy + share * component, _TINY)
    mean = float(component @ layout.pair.middles)
    settings = layout.settings
    gap = max(0.0, settings.least_distance - (mean - shift)) / settings.distance_sd
    bends = layout.kinks @ parameters[layout.of_above]
    objective = (
        layout.pair.sample @ np.log(sample)
        + layout.pair.reference @ np.log(np.maximum(reference, _TINY))
        + layout.pull @ parameters
        - 0.5 * parameters @ layout.precision @ parameters
        - 0.5 * gap**2
        - 0.5 * (_too_near(mean - shift, settings) / settings.usual_distance_sd) ** 2
        # The logarithms of the share and of what it leaves, without overflow.
        - settings.share_power * (abs(logit) + 2 * math.log1p(math.exp(-abs(logit))))
        - 0.5
        * (settings.kink_freedom + 1)
        * np.log1p(bends * bends * (settings.smooth_above / settings.kink_freedom)).sum()
    )
    return State(
        parameters=parameters,
        objective=float(objective),
        share=share,
        reference=reference,
        copy=copy,
        component=component,
        sample=sample,
        mean=mean,
        gap=gap,
        bends=bends,
        basis=basis,
        moved=moved,
        away=away,
        turn=turn,
        factor=factor,
    )


def slopes(layout: Layout, state: State) -> Slopes:
    """Return gradient and information.

    Parameters
    ----------
    layout
        The fit.
    state
        The model at the parameters of interest.

    Returns
    -------
    Slopes
        Of the objective.
    """
    pair, share = layout.pair, state.share
    begin = layout.begin
    component = state.component[begin:]
    centred = layout.raised - component @ layout.raised
    jacobian = np.zeros((pair.middles.size, layout.size))
    jacobian[:, : layout.of_above.start] = _slopes_of_copy(layout, state)
    jacobian[:, LOGIT_SHARE] = share * (1 - share) * (state.component - state.copy)
    jacobian[begin:, layout.of_above] = (share * component)[:, None] * centred
    gradient = jacobian.T @ (pair.sample / state.sample)
    from_data = (jacobian.T * (pair.sample.sum() / state.sample)) @ jacobian
    own = layout.of_copied
    fixed = layout.fixed - state.reference @ layout.fixed
    gradient[own] += fixed.T @ pair.reference
    from_data[own, own] += pair.reference.sum() * (fixed.T * state.reference) @ fixed
    information = from_data + layout.precision
    gradient += layout.pull - layout.precision @ state.parameters
    _add_penalties(layout, state, centred, gradient, information)
    return Slopes(gradient, information, from_data)


def climb(
    layout: Layout, start: Floats, *, steps: int, hold_share: bool = False, tolerance: float = 2e-3
) -> State:
    """Climb to the top of the objective near a start.

    Parameters
    ----------
    layout
        The fit.
    start
        Parameters to begin with.
    steps
        At most this many.
    hold_share
        Leave the share as it is.
    tolerance
        Stop when a step gains less, in units of log likelihood.

    Returns
    -------
    State
        The highest point met.
    """
    state = evaluate(layout, start)
    damping = 1e-3
    for _ in range(steps):
        found = slopes(layout, state)
        gradient, information = found.gradient, found.information
        if hold_share:
            information[LOGIT_SHARE] = information[:, LOGIT_SHARE] = 0.0
            information[LOGIT_SHARE, LOGIT_SHARE] = 1.0
            gradient[LOGIT_SHARE] = 0.0
        diagonal = np.diag(information).copy()
        for _ in range(7):
            damped = information + np.diag(damping * diagonal + 1e-9)
            step: Floats = np.linalg.solve(damped, gradient).astype(np.float64, copy=False)
            tried = evaluate(layout, _within_limits(state.parameters + _shortened(step)))
            if tried.objective >= state.objective - 1e-9:
                break
            damping = max(8 * damping, 1e-2)
        else:
            return state
        gain = tried.objective - state.objective
        state, damping = tried, damping / 6
        if gain < tolerance:
            break
    return state


def fit_reference(layout: Layout) -> Floats:
    """Return the reference's coefficients from the reference alone, to begin with.

    Parameters
    ----------
    layout
        The fit.

    Returns
    -------
    ndarray
        Shape (layout.copied.size,).
    """
    counts, own = layout.pair.reference, layout.of_copied
    penalty = layout.precision[own, own]
    total = counts.sum()
    coefficients = np.maximum(-0.5 * (layout.copied.centres / 1.2) ** 2, -14.0)

    def height(tried: Floats) -> float:
        logarithms = np.log(np.maximum(normalised(layout.fixed @ tried), 1e-300))
        return float(counts @ logarithms - 0.5 * tried @ penalty @ tried)

    reached = height(coefficients)
    for _ in range(_REFERENCE_STEPS):
        shares = normalised(layout.fixed @ coefficients)
        centred = layout.fixed - shares @ layout.fixed
        gradient = centred.T @ counts - penalty @ coefficients
        step = np.linalg.solve(total * (centred.T * shares) @ centred + penalty, gradient)
        length = 1.0
        while length > 1e-3 and height(coefficients + length * step) < reached - 1e-9:
            length /= 2
        coefficients = coefficients + length * step
        gain = height(coefficients) - reached
        reached += gain
        if gain < 1e-3:
            break
    return coefficients


def describing(pair: BinnedPair, settings: MixtureSettings) -> tuple[Layout, Floats]:
    """Prepare a fit whose spline is as fine as the reference asks for.

    A spline too stiff for two kinds of negative cells leaves the same rest in both samples, which
    in the one of them passes for a component above.

    Parameters
    ----------
    pair
        The counts.
    settings
        Priors; the spacing of the reference's spline is halved until the spline describes it.

    Returns
    -------
    Layout, ndarray
        The fit, and the reference's coefficients from the reference alone.
    """
    while True:
        layout = lay_out(pair, settings)
        coefficients = fit_reference(layout)
        finer = settings.knots_reference / 2
        if finer < _FINEST or _reference_misfit(layout, coefficients) <= WORST_REFERENCE_MISFIT:
            return layout, coefficients
        settings = replace(settings, knots_reference=finer)


def _reference_misfit(layout: Layout, coefficients: Floats) -> float:
    counts, own = layout.pair.reference, layout.of_copied
    shares = normalised(layout.fixed @ coefficients)
    centred = layout.fixed - shares @ layout.fixed
    information = counts.sum() * (centred.T * shares) @ centred
    penalised = information + layout.precision[own, own]
    used = float(np.trace(np.linalg.solve(penalised, information)))
    statistic, bins = pearson(counts, counts.sum() * shares)
    return statistic / max(bins - used, 10.0)


def pearson(counts: Floats, expected: Floats) -> tuple[float, int]:
    """Return Pearson's statistic, over bins pooled until enough is expected in each.

    Parameters
    ----------
    counts, expected
        Shape (bins,).

    Returns
    -------
    float, int
        The statistic and the number of pooled bins; a last part that expects too little is left
        out.

    Examples
    --------
    >>> pearson(np.array([4.0, 4.0, 14.0]), np.array([3.0, 3.0, 10.0]))
    (2.2666666666666666, 2)
    """
    statistic, bins = 0.0, 0
    seen = wanted = 0.0
    for count, mean in zip(counts.tolist(), expected.tolist(), strict=True):
        seen, wanted = seen + count, wanted + mean
        if wanted >= LEAST_EXPECTED:
            statistic += (seen - wanted) ** 2 / wanted
            bins += 1
            seen = wanted = 0.0
    return statistic, bins


def coarsened(pair: BinnedPair, coarse: float) -> BinnedPair:
    """Return counts that weigh as many values as the model can be trusted with.

    Parameters
    ----------
    pair
        The counts.
    coarse
        Number of values from which more of them say little more.

    Returns
    -------
    BinnedPair
        Of n values, n / (1 + n / coarse).
    """
    return replace(
        pair,
        sample=pair.sample / (1 + pair.sample.sum() / coarse),
        reference=pair.reference / (1 + pair.reference.sum() / coarse),
    )


def normalised(logarithms: Floats) -> Floats:
    """Return probabilities from their logarithms, up to a constant.

    Parameters
    ----------
    logarithms
        Shape (n,).

    Returns
    -------
    ndarray
        Shape (n,), of sum 1.
    """
    shares: Floats = np.exp(logarithms - logarithms.max())
    shares /= shares.sum()
    return shares


def _slopes_of_copy(layout: Layout, state: State) -> Floats:
    """Return derivatives of the sample's probabilities, save by share and component."""
    lopsided = float(state.parameters[LOPSIDED])
    log_scale = float(state.parameters[LOG_SCALE])
    away, turn, moved, factor = state.away, state.turn, state.moved, state.factor
    bend = 1 / np.sqrt(1 + away * away)
    root = 1 + moved * moved / 4
    by_moved = state.basis.slope(state.parameters[layout.of_copied]) / np.sqrt(root)
    by_moved -= moved / 4 / root
    moved_by_shift = -np.exp(-log_scale - lopsided * turn) * (1 - away * lopsided * bend)
    jacobian_by_away = -lopsided * bend * (1 + bend * bend / factor)
    result = np.zeros((away.size, layout.of_above.start))
    result[:, SHIFT] = by_moved * moved_by_shift - jacobian_by_away
    result[:, LOG_SCALE] = -by_moved * moved
    result[:, LOPSIDED] = -by_moved * moved * turn - turn - away * bend / factor
    result[:, layout.of_copied] = state.basis.dense(layout.copied.size)
    result -= state.copy @ result
    result *= ((1 - state.share) * state.copy)[:, None]
    return result


def _add_penalties(
    layout: Layout, state: State, centred: Floats, gradient: Floats, information: Floats
) -> None:
    """Add what is no normal prior of the parameters: bends, share, and the component's distance."""
    settings = layout.settings
    other = layout.of_above
    weights = (
        settings.smooth_above
        * (settings.kink_freedom + 1)
        / (settings.kink_freedom + settings.smooth_above * state.bends**2)
    )
    gradient[other] -= layout.kinks.T @ (weights * state.bends)
    information[other, other] += (layout.kinks.T * weights) @ layout.kinks
    gradient[LOGIT_SHARE] += settings.share_power * (1 - 2 * state.share)
    information[LOGIT_SHARE, LOGIT_SHARE] += (
        2 * settings.share_power * state.share * (1 - state.share)
    )
    direction = np.zeros(layout.size)
    direction[SHIFT] = -1.0
    component = state.component[layout.begin :]
    direction[other] = (component * layout.pair.middles[layout.begin :]) @ centred
    short = _too_near(state.mean - float(state.parameters[SHIFT]), settings)
    weight = settings.usual_distance_sd**-2 if short > 0 else 0.0
    pull = short * weight
    if state.gap > 0:
        pull += state.gap / settings.distance_sd
        weight += settings.distance_sd**-2
    gradient += pull * direction
    information += weight * np.outer(direction, direction)


def _too_near(distance: float, settings: MixtureSettings) -> float:
    return max(0.0, settings.usual_distance - distance)


def _shortened(step: Floats) -> Floats:
    longest = np.max(np.abs(step[FIRST_COEFFICIENT:])) / _LARGEST_COEFFICIENT_STEP
    for place, most in _LARGEST_STEP:
        longest = max(longest, abs(float(step[place])) / most)
    return step / min(longest, 20.0) if longest > 1 else step


def _within_limits(parameters: Floats) -> Floats:
    for place, most in _LIMITS:
        parameters[place] = min(max(parameters[place], -most), most)
    return parameters
