"""From rows of papers to effects: contrasts within a paper, single arms, and votes.

A row becomes an arm only with a mean, a standard deviation and a number of donors. What is
missing is said row by row; nothing is filled in. Two arms of one paper under the same passage,
medium and condition make a contrast.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from stroma.evidence.conversion import convert_extraction
from stroma.evidence.review_records import Counted, Direction, Extraction
from stroma.stats.meta.effect_sizes import (
    EffectSize,
    Group,
    log_mean,
    log_ratio_of_means,
    mean_difference,
    single_mean,
)
from stroma.texts import Text, text
from stroma.vocabulary import find_quantity, fold_word

SECONDARY = re.compile(r"\bsecondary\b|вторичн", re.IGNORECASE)
"""How a note or a place says that the figure was seen in a review of others' work."""

ANIMAL = re.compile(r"(?:^|; )\w+, animal(?:;|$)|\banimal cells\b|клетки животных", re.IGNORECASE)
"""How a note says that the cells were not human."""

MIDDLE = (20.0, 80.0)
"""Percentages between which the spread of a percentage hardly depends on it, so that none needs a
logit: as in the comparison of a laboratory's own lots."""

ADDITIVE_UNITS = ("{doublings}", "{score}", "{Ct}")
"""Units of what is a logarithm or a rank already."""

SURE_RATIO = 3.0
"""Mean over standard error, with Geary's correction, below which the variance of a log ratio is
not to be relied on (Lajeunesse 2015, Ecology 96:2056); of a percentage, the room left to 0 or
100 % over the standard error."""


class Scale(StrEnum):
    """On what effects are pooled."""

    IDENTITY = "identity"
    LOG = "log"
    LOGIT = "logit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """How a reader finds a publication.

    Parameters
    ----------
    group
        Its name in the review.
    label
        ``"Sung 2010"``; the group where nothing better is known.
    address
        DOI or address; empty where none is known.
    """

    group: str
    label: str
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One tissue in one paper, ready to be pooled.

    Parameters
    ----------
    row
        The extraction it comes from.
    repeats
        Further extractions that print the same.
    paper, place
        Where it was read.
    tissue, part
        Of what.
    circumstances
        Passage, medium and condition as printed.
    mean, sd
        In the quantity's unit.
    n
        Donors.
    steps
        How the printed figures were converted.
    doubts
        What a reader has to know of it.
    """

    row: str
    paper: Paper
    place: str
    tissue: str
    part: str
    circumstances: tuple[str, str, str]
    mean: float
    sd: float
    n: int
    steps: tuple[str, ...]
    doubts: tuple[Text, ...] = ()
    repeats: tuple[str, ...] = ()

    def is_of(self, source: str) -> bool:
        """Tell whether the arm is of a tissue, or of a part that is named as one.

        Parameters
        ----------
        source
            Name in the vocabulary.

        Returns
        -------
        bool
            True when it is.
        """
        return source in (self.tissue, self.part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A contrast of two arms of a paper, or a single arm, on the scale of pooling.

    Parameters
    ----------
    measure
        As metafor names it: ``"ROM"``, ``"MD"``, ``"MNLN"``, ``"MN"``; on the logit
        ``"LOGIT_DIFFERENCE"`` and ``"LOGIT"``.
    value, variance
        Second arm against the first, or the arm's own.
    arms
        One or two.
    doubts
        What a reader has to know of it.
    """

    measure: str
    value: float
    variance: float
    arms: tuple[Arm, ...]
    doubts: tuple[Text, ...] = ()

    @property
    def paper(self) -> Paper:
        """Return the paper it is from."""
        return self.arms[0].paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row that holds a figure and does not enter, and why.

    Parameters
    ----------
    row
        The extraction.
    paper
        Where it was read.
    tissues
        Of which it is.
    reason
        In a sentence.
    """

    row: str
    paper: Paper
    tissues: tuple[str, ...]
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A stated direction: counted beside the pooled number, never in it.

    Parameters
    ----------
    row
        The extraction.
    paper
        Where it was read.
    direction
        Of the second tissue against the first.
    is_secondary
        Whether it was seen in a review of others' work.
    """

    row: str
    paper: Paper
    direction: Direction
    is_secondary: bool


def is_secondary(row: Extraction, secondary: Collection[str] = ()) -> bool:
    """Tell whether a row was seen in a review of others' work.

    Parameters
    ----------
    row
        The row.
    secondary
        Publications that are reviews.

    Returns
    -------
    bool
        True where its note or place says so, or its publication is among them.
    """
    return row.group in secondary or bool(SECONDARY.search(f"{row.note} {row.place}"))


def paper_of(row: Extraction, papers: Mapping[str, Paper]) -> Paper:
    """Return the paper of a row.

    Parameters
    ----------
    row
        The row.
    papers
        Those that have a better name than their group.

    Returns
    -------
    Paper
        With the group for its name otherwise.
    """
    return papers.get(row.group) or Paper(group=row.group, label=row.group)


def find_arms(
    rows: Iterable[Extraction],
    *,
    papers: Mapping[str, Paper],
    secondary: Collection[str] = (),
    withheld: Mapping[str, Text] | None = None,
    use_estimated: bool = False,
) -> tuple[tuple[Arm, ...], tuple[Refusal, ...]]:
    """Return the arms that rows of one quantity and analyte make.

    Parameters
    ----------
    rows
        The rows.
    papers
        How their papers are named.
    secondary
        Publications that are reviews of others' work.
    withheld
        Publications that are not in the review, each with the reason.
    use_estimated
        Whether means and deviations estimated from ranges and quartiles enter.

    Returns
    -------
    tuple of Arm
        In order; a figure that is printed twice is one arm.
    tuple of Refusal
        The rows with a figure that make none.
    """
    arms: list[Arm] = []
    refused: list[Refusal] = []
    for row in rows:
        if row.value is None and row.low is None and row.high is None:
            continue
        paper = paper_of(row, papers)
        made: Arm | Text
        if withheld is not None and row.group in withheld:
            made = withheld[row.group]
        elif is_secondary(row, secondary):
            made = text("seen in a review of others' work: never pooled with what papers measured")
        elif ANIMAL.search(row.note):
            made = text("the cells are of animals")
        elif ";" in row.tissue:
            made = text("one figure is printed for several tissues")
        else:
            made = _arm(row, paper, use_estimated=use_estimated)
        if isinstance(made, Arm):
            _add(arms, made)
        else:
            tissues = tuple(word for word in (*row.tissue.split(";"), row.part) if word)
            refused.append(Refusal(row=row.key, paper=paper, tissues=tissues, reason=made))
    return tuple(arms), tuple(refused)


def _add(arms: list[Arm], made: Arm) -> None:
    """Add an arm, or its row to the arm that it repeats."""
    for index, arm in enumerate(arms):
        if _identity(arm) == _identity(made):
            arms[index] = replace(arm, repeats=(*arm.repeats, made.row))
            return
    arms.append(made)


def _identity(arm: Arm) -> tuple[object, ...]:
    return (arm.paper.group, arm.tissue, arm.part, _cell(arm), arm.mean, arm.sd, arm.n)


def _cell(arm: Arm) -> tuple[str, ...]:
    """Return what two arms of a paper have to share."""
    return tuple(fold_word(word) for word in arm.circumstances)


def _arm(row: Extraction, paper: Paper, *, use_estimated: bool) -> Arm | Text:
    conversion = convert_extraction(row)
    canonical = row.canonical if row.canonical is not None else conversion.canonical
    if canonical is None:
        return conversion.withheld[0] if conversion.withheld else text("the figure has no unit")
    if row.bound:
        return text("only a bound is printed: {bound} {value}", bound=row.bound, value=row.value)
    doubts: list[Text] = []
    mean, sd = canonical.value, canonical.spread
    if sd is None and use_estimated and canonical.estimated_spread is not None:
        sd = canonical.estimated_spread
        mean = canonical.estimated_mean if canonical.estimated_mean is not None else mean
        doubts.append(text("mean or SD is estimated from a range or quartiles"))
    if mean is None:
        return text("a range without a mean is printed")
    if sd is None:
        return _no_deviation(row, conversion.withheld)
    counted = _donors(row)
    if isinstance(counted, Text):
        return counted
    if sd <= 0:
        return text("an SD of zero gives no variance")
    if row.n_counts is Counted.LOTS:
        doubts.append(text("n counts lots: lots of one donor would count as donors"))
    return Arm(
        row=row.key,
        paper=paper,
        place=row.place,
        tissue=row.tissue,
        part=row.part,
        circumstances=(row.passage, row.medium, row.condition),
        mean=mean,
        sd=sd,
        n=counted,
        steps=canonical.conversion,
        doubts=tuple(doubts),
    )


def _no_deviation(row: Extraction, withheld: Sequence[Text]) -> Text:
    if row.canonical is not None and row.canonical.estimated_spread is not None:
        return text("its SD can only be estimated, from a range or quartiles")
    if withheld:
        return withheld[0]
    return text("no spread is printed")


def _donors(row: Extraction) -> int | Text:
    """Return how many donors the figure rests on, or why that is not known."""
    if row.n is None:
        return text("no n is printed")
    match row.n_counts:
        case Counted.WELLS:
            return text("n = {n} counts wells, not donors", n=row.n)
        case Counted.EXPERIMENTS:
            return text("n = {n} counts experiments, not donors", n=row.n)
        case Counted.NOT_STATED:
            return text("what n = {n} counts is not stated", n=row.n)
    if row.n < 2:
        return text("n = {n}: one donor has no spread", n=row.n)
    return row.n


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
            cells.setdefault((arm.paper.group, _cell(arm)), []).append(arm)
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


def find_votes(
    rows: Iterable[Extraction],
    pair: tuple[str, str],
    *,
    papers: Mapping[str, Paper],
    secondary: Collection[str] = (),
    without: Collection[str] = (),
) -> tuple[Vote, ...]:
    """Return the stated directions between two tissues.

    Parameters
    ----------
    rows
        Of one quantity and analyte.
    pair
        The tissues: a vote is of the second against the first.
    papers
        How their papers are named.
    secondary
        Publications that are reviews of others' work.
    without
        Papers whose figures are pooled already.

    Returns
    -------
    tuple of Vote
        One for each row.
    """
    return tuple(
        Vote(
            row=row.key,
            paper=paper_of(row, papers),
            direction=direction,
            is_secondary=is_secondary(row, secondary),
        )
        for row in rows
        if row.group not in without and not ANIMAL.search(row.note)
        for direction in _directions(row, pair)
    )


_TURNED = {Direction.HIGHER: Direction.LOWER, Direction.LOWER: Direction.HIGHER}


def _directions(row: Extraction, pair: tuple[str, str]) -> Iterator[Direction]:
    if row.direction is None or row.direction is Direction.NOT_STATED or not row.comparator:
        return
    own = (*(word.strip() for word in row.tissue.split(";")), row.part)
    against = [word.strip() for word in row.comparator.split(";")]
    first, second = pair
    if second in own and first not in own and first in against:
        yield row.direction
    elif first in own and second not in own and second in against:
        yield _TURNED.get(row.direction, row.direction)
