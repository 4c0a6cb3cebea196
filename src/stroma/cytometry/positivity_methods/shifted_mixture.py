"""Positive is the population that lies above the negative cells, wherever those have moved to."""

from __future__ import annotations

import math
from dataclasses import replace

from stroma.cytometry.positivity import least_control_cells
from stroma.cytometry.positivity_methods.estimate import PositiveShare, TubePair
from stroma.cytometry.positivity_methods.percentile import above_percentile
from stroma.cytometry.positivity_methods.subtraction import enhanced_normalised_subtraction
from stroma.house_rules import PositivityRule
from stroma.stats.mixtures import UNREPEATED, MixtureFit, fit_shifted_mixture
from stroma.texts import Number, Text, text

SHIFTED_MIXTURE = "shifted_mixture/5"

LEAST_CELLS = 200
"""Cells both tubes need: as many as the 99.5th percentile, the rule to fall back on, asks for."""

LEAST_STAIN_INDEX = 1.0
"""Positive and negative cells less than two standard deviations apart make one hump."""

WIDEST = 50.0
"""An interval wider than this, in points, says nothing of which population is the larger."""

LARGEST_SHIFT, LARGEST_STRETCH = 0.35, 1.3
"""How far up, in the control's standard deviations, and by which factor wider the negative cells
may have moved by more than twice the standard error. Beyond, a stain too dim to be seen apart
explains as much as autofluorescence does: half of the cells at a stain index of 0.4 look like a
shift of 0.45 and a factor of 1.15, and no histogram can tell."""

WORST_MISFIT = 3.0
"""Pearson's statistic over its degrees of freedom beyond which the model is not believed; up to
here the interval is enlarged by its root instead."""


def shifted_mixture(tubes: TubePair, rule: PositivityRule) -> PositiveShare:
    """Fit the stained tube as negative cells like the control's, moved a little, and positive ones.

    Where the two cannot be told apart the conservative rule holds: the interval is widened until
    it holds that of the control's percentile, which calls dim cells negative, and that of the
    enhanced normalised subtraction, which calls every shift positive, so that no verdict follows
    from the fit alone. That is so where one tube has fewer than 200 cells or the control no spread
    (the percentile then stands in), where the positive cells found lie less than a stain index of
    1 above the negative ones, where these have moved upwards or spread further than background
    does, where the interval is wider than 50 points, and where the model does not describe the
    histograms.

    Parameters
    ----------
    tubes
        Stained tube and control.
    rule
        Confidence level; percentile of the rule to fall back on.

    Returns
    -------
    PositiveShare
        Its interval holds sampling of both tubes, the shift, and the shape of the positive cells.

    Raises
    ------
    ValueError
        Too few cells for the fallback too.

    Notes
    -----
    See :func:`stroma.stats.mixtures.fit_shifted_mixture`.
    """
    tubes.check(least=least_control_cells(rule.percentile))
    if min(tubes.stained.size, tubes.control.size) < LEAST_CELLS:
        reason = text(
            "fewer than {least} cells in a tube: the share above the control's percentile "
            "stands in",
            least=LEAST_CELLS,
        )
        return _stand_in(tubes, rule, reason)
    if tubes.control.min() == tubes.control.max():
        reason = text(
            "all cells of the control have one value: the share above the control's percentile "
            "stands in"
        )
        return _stand_in(tubes, rule, reason)
    fit = fit_shifted_mixture(tubes.binned, level=rule.level)
    share = _as_share(fit, tubes)
    reason_not = _not_separable(fit)
    if reason_not is None:
        return share
    cautious = above_percentile(tubes, rule)
    generous = enhanced_normalised_subtraction(tubes, rule)
    return replace(
        share,
        low=min(share.low, cautious.low),
        high=max(share.high, cautious.high, generous.high),
        separable=False,
        warnings=(
            text(
                "{reason}; the interval holds what the control's percentile leaves certain and "
                "what a subtraction of the control leaves possible",
                reason=reason_not,
            ),
        ),
    )


def _as_share(fit: MixtureFit, tubes: TubePair) -> PositiveShare:
    return PositiveShare(
        percent=100 * fit.share,
        low=100 * fit.low,
        high=100 * fit.high,
        level=fit.level,
        method=SHIFTED_MIXTURE,
        cells=int(tubes.stained.size),
        control_cells=int(tubes.control.size),
        threshold=fit.boundary,
        by_threshold=False,
        diagnostics={
            "shift": fit.shift,
            "shift_error": fit.shift_error,
            "stretch": fit.stretch,
            "stretch_error": fit.stretch_error,
            "lopsided": fit.lopsided,
            "stain_index": fit.separation,
            "misfit": fit.misfit,
            "tops": float(fit.tops),
        },
    )


def _not_separable(fit: MixtureFit) -> Text | None:
    if fit.share > UNREPEATED and fit.separation < LEAST_STAIN_INDEX:
        return text(
            "positive and negative cells cannot be told apart: stain index {index}, less than "
            "{least}",
            index=Number(fit.separation, 1),
            least=Number(LEAST_STAIN_INDEX, 1),
        )
    shifted = fit.shift - 2 * fit.shift_error > LARGEST_SHIFT
    stretched = math.log(fit.stretch) - 2 * fit.stretch_error > math.log(LARGEST_STRETCH)
    if shifted or stretched:
        return text(
            "brighter background and a very dim stain cannot be told apart: negative cells moved "
            "by {shift} standard deviations of the control and {stretch} times as wide",
            shift=Number(fit.shift, 2),
            stretch=Number(fit.stretch, 2),
        )
    if 100 * (fit.high - fit.low) > WIDEST:
        return text(
            "positive and negative cells cannot be told apart: the interval spans {points} points",
            points=Number(100 * (fit.high - fit.low), 0),
        )
    if fit.misfit > WORST_MISFIT:
        return text(
            "the histograms are not those of moved negative cells and a population above them "
            "(misfit {misfit})",
            misfit=Number(fit.misfit, 1),
        )
    return None


def _stand_in(tubes: TubePair, rule: PositivityRule, reason: Text) -> PositiveShare:
    found = above_percentile(tubes, rule)
    return replace(found, method=SHIFTED_MIXTURE, separable=False, warnings=(reason,))
