"""From arms to effects: contrasts within a paper, and single arms, on the scale of pooling.

Two arms of one paper under the same passage, medium and condition make a contrast.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

from stroma.evidence.pooling.arms import cell_of
from stroma.evidence.pooling.effect_records import Arm, Effect, Refusal, Scale
from stroma.stats.meta.effect_sizes import (
    EffectSize,
    Group,
    log_mean,
    log_ratio_of_means,
    mean_difference,
    single_mean,
)
from stroma.texts import Text, text
from stroma.vocabulary import find_quantity

MIDDLE = (20.0, 80.0)
"""Percentages between which the spread of a percentage hardly depends on it, so that none needs a
logit: as in the comparison of a laboratory's own lots."""

ADDITIVE_UNITS = ("{doublings}", "{score}", "{Ct}")
"""Units of what is a logarithm or a rank already."""

SURE_RATIO = 3.0
"""Mean over standard error, with Geary's correction, below which the variance of a log ratio is
not to be relied on (Lajeunesse 2015, Ecology 96:2056); of a percentage, the room left to 0 or
100 % over the standard error."""


def choose_scale(quantity: str, means: Sequence[float]) -> tuple[Scale, Text]:
    """Choose the scale on which effects of a quantity are pooled.

    Parameters
    ----------
    quantity
        Name in the vocabulary.
    means
        All that enter, in its unit.

    Returns
    -------
    scale, reason
        Percentages with any mean outside 20 to 80 % on the logit, other quantities that cannot
        be below zero on the logarithm, the rest as they are.

    Examples
    --------
    >>> choose_scale("doubling_time", [46.0, 31.0])[0]
    <Scale.LOG: 'log'>
    >>> choose_scale("cumulative_population_doublings", [15.7, 9.2])[0]
    <Scale.IDENTITY: 'identity'>
    """
    known = find_quantity(quantity)
    if known is None or known.unit in ADDITIVE_UNITS or known.low is None:
        return Scale.IDENTITY, text("pooled as differences: they add up in this quantity")
    if known.unit == "%" and known.high == 100:
        if all(MIDDLE[0] <= mean <= MIDDLE[1] for mean in means):
            return Scale.IDENTITY, text("pooled as differences: all means are 20 to 80 %")
        return Scale.LOGIT, text(
            "pooled as odds ratios: near 0 and 100 % a percentage has no room to vary"
        )
    return Scale.LOG, text("pooled as ratios: such values vary in proportion to their size")


def contrasts(
    arms: Sequence[Arm], pair: tuple[str, str], scale: Scale
) -> tuple[tuple[Effect, ...], tuple[Refusal, ...]]:
    """Return the contrasts of two tissues within papers.

    Parameters
    ----------
    arms
        Of one quantity and analyte.
    pair
        The tissues: the second is held against the first.
    scale
        Of the pooling.

    Returns
    -------
    tuple of Effect
        One for each pair of arms of a paper under the same passage, medium and condition.
    tuple of Refusal
        Arms that stand where both tissues are and make no contrast.
    """
    effects: list[Effect] = []
    refused: list[Refusal] = []
    for members in _cells(arms, pair).values():
        sides = [[arm for arm in members if _side(arm, pair) == side] for side in (0, 1)]
        if not (sides[0] and sides[1]):
            continue
        twice = [arm for side in sides for arm in side if _is_twice(arm, side)]
        refused += [
            _refusal(arm, text("the paper prints several figures of this tissue under the same "
                               "passage, medium and condition"))
            for arm in twice
        ]  # fmt: skip
        own = [[arm for arm in side if arm not in twice] for side in sides]
        for first, second in _couples(own[0], own[1]):
            made = _contrast(first, second, scale)
            if isinstance(made, Effect):
                effects.append(made)
            else:
                refused += [_refusal(arm, made) for arm in (first, second)]
    return tuple(effects), tuple(refused)


def _couples(first: Sequence[Arm], second: Sequence[Arm]) -> Iterator[tuple[Arm, Arm]]:
    """Yield couples of parts, of which none follows from the others.

    Three parts against two hold four contrasts; the other two are sums of these, and counting
    them would count the same arms again.
    """
    for other in second if first else ():
        yield first[0], other
    for other in first[1:] if second else ():
        yield other, second[0]


def _cells(arms: Sequence[Arm], pair: tuple[str, str]) -> Mapping[tuple[object, ...], list[Arm]]:
    cells: dict[tuple[object, ...], list[Arm]] = {}
    for arm in arms:
        if _side(arm, pair) is not None:
            cells.setdefault((arm.paper.group, cell_of(arm)), []).append(arm)
    return cells


def _side(arm: Arm, pair: tuple[str, str]) -> int | None:
    """Return which of two tissues an arm is of; ``None`` for neither, or for both."""
    of = [arm.is_of(source) for source in pair]
    return None if of[0] == of[1] else of.index(True)


def _is_twice(arm: Arm, side: Sequence[Arm]) -> bool:
    return sum(other.part == arm.part for other in side) > 1


def _refusal(arm: Arm, reason: Text) -> Refusal:
    tissues = tuple(word for word in (arm.tissue, arm.part) if word)
    return Refusal(row=arm.row, paper=arm.paper, tissues=tissues, reason=reason)


def _group(arm: Arm) -> Group:
    return Group(arm.mean, arm.sd, arm.n)


def _out_of_scale(arm: Arm, scale: Scale) -> Text | None:
    if scale is Scale.LOG and arm.mean <= 0:
        return text("a mean of {mean} has no logarithm", mean=arm.mean)
    if scale is Scale.LOGIT and not 0 < arm.mean < 100:
        return text("a mean of {mean} % has no logit", mean=arm.mean)
    return None


def _contrast(first: Arm, second: Arm, scale: Scale) -> Effect | Text:
    for arm in (first, second):
        wrong = _out_of_scale(arm, scale)
        if wrong is not None:
            return wrong
    doubts = dict.fromkeys((*first.doubts, *second.doubts))
    if scale is Scale.IDENTITY:
        size, measure = mean_difference(_group(second), _group(first)), "MD"
    elif scale is Scale.LOG:
        size, measure = log_ratio_of_means(_group(second), _group(first)), "ROM"
    else:
        one, two = _logit(first), _logit(second)
        size = EffectSize(two.value - one.value, one.variance + two.variance)
        measure = "LOGIT_DIFFERENCE"
    doubts |= dict.fromkeys((*_unsure(first, scale), *_unsure(second, scale)))
    return Effect(
        measure=measure,
        value=size.value,
        variance=size.variance,
        arms=(first, second),
        doubts=tuple(doubts),
    )


def _unsure(arm: Arm, scale: Scale) -> tuple[Text, ...]:
    """Return the doubt in a variance by the delta method, where the spread fills the room."""
    room = {Scale.LOG: arm.mean, Scale.LOGIT: min(arm.mean, 100 - arm.mean)}.get(scale)
    if room is None or room / arm.sd * 4 * arm.n * math.sqrt(arm.n) / (1 + 4 * arm.n) >= SURE_RATIO:
        return ()
    if scale is Scale.LOG:
        return (text("the SD is large beside the mean: the variance of its log is uncertain"),)
    return (
        text("the SD is large beside the room to 0 or 100 %: the variance of the logit is "
             "uncertain"),
    )  # fmt: skip


def _logit(arm: Arm) -> EffectSize:
    """Return the logit of a mean percentage of donors, its variance by the delta method."""
    share, sd = arm.mean / 100, arm.sd / 100
    return EffectSize(math.log(share / (1 - share)), (sd / (share * (1 - share))) ** 2 / arm.n)


def arm_size(arm: Arm, scale: Scale) -> EffectSize:
    """Return one arm on the scale of pooling.

    Parameters
    ----------
    arm
        With a mean the scale has a place for.
    scale
        The scale.

    Returns
    -------
    EffectSize
        The mean, its logarithm or its logit, with its variance.
    """
    match scale:
        case Scale.LOG:
            return log_mean(_group(arm))
        case Scale.LOGIT:
            return _logit(arm)
        case Scale.IDENTITY:
            return single_mean(_group(arm))


MEASURES_OF_ONE = {Scale.LOG: "MNLN", Scale.LOGIT: "LOGIT", Scale.IDENTITY: "MN"}


def single_arms(
    arms: Sequence[Arm], pair: tuple[str, str], scale: Scale, *, without: Collection[str]
) -> tuple[tuple[Effect, ...], tuple[Refusal, ...]]:
    """Return the arms of two tissues as effects of their own.

    Parameters
    ----------
    arms
        Of one quantity and analyte.
    pair
        The tissues.
    scale
        Of the pooling.
    without
        Papers that already give a contrast of the two: nothing counts twice.

    Returns
    -------
    tuple of Effect
        Of either tissue.
    tuple of Refusal
        Arms the scale has no place for.
    """
    effects: list[Effect] = []
    refused: list[Refusal] = []
    for arm in arms:
        if _side(arm, pair) is None or arm.paper.group in without:
            continue
        wrong = _out_of_scale(arm, scale)
        if wrong is not None:
            refused.append(_refusal(arm, wrong))
            continue
        size = arm_size(arm, scale)
        effects.append(
            Effect(
                measure=MEASURES_OF_ONE[scale],
                value=size.value,
                variance=size.variance,
                arms=(arm,),
                doubts=(*arm.doubts, *_unsure(arm, scale)),
            )
        )
    return tuple(effects), tuple(refused)


def side_of(effect: Effect, pair: tuple[str, str]) -> int:
    """Return which of two tissues a single arm is of.

    Parameters
    ----------
    effect
        Of one arm.
    pair
        The tissues.

    Returns
    -------
    int
        0 or 1.
    """
    return 1 if _side(effect.arms[0], pair) == 1 else 0
