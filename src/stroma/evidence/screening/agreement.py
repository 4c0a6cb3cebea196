"""How far two people agree who decide on the same publications.

Cohen, J. (1960) A coefficient of agreement for nominal scales, Educ. Psychol. Meas. 20:37-46;
standard error by Fleiss, J.L., Cohen, J. and Everitt, B.S. (1969) Large sample standard errors of
kappa and weighted kappa, Psychol. Bull. 72:323-327; PABAK by Byrt, T., Bishop, J. and Carlin, J.B.
(1993) Bias, prevalence and kappa, J. Clin. Epidemiol. 46:423-429.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from scipy.special import ndtri

from stroma.evidence.review_records import Choice, Decision, Stage
from stroma.evidence.screening.standing import PublicationStanding, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two people agree.

    Parameters
    ----------
    people
        Both, in the order of the protocol.
    stage
        Where they decided.
    table
        How many publications both decided, by the choice of the first and of the second.
    both
        Publications both decided.
    observed
        Share on which they agree; ``None`` where both decided none.
    expected
        Share on which two would agree who choose as often as they and by chance; ``None`` likewise.
    kappa
        Agreement beyond chance; ``None`` where it is not defined: both made the same choice every
        time, so that chance alone would agree as well.
    standard_error, low, high
        Of kappa, and its interval, cut at 1.
    pabak
        Kappa as it would be if all choices that were made were as frequent and neither person
        leaned to one of them; ``None`` where only one choice was made.
    level
        Of the interval.
    """

    people: tuple[str, str]
    stage: Stage
    table: Mapping[tuple[Choice, Choice], int]
    both: int
    observed: float | None
    expected: float | None
    kappa: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    pabak: float | None
    level: float = 0.95


def agreement_of(
    table: Mapping[tuple[Choice, Choice], int],
    *,
    people: tuple[str, str],
    stage: Stage,
    level: float = 0.95,
) -> Agreement:
    """Calculate the agreement of two people.

    Parameters
    ----------
    table
        How many publications both decided, by the choice of either.
    people
        Both.
    stage
        Where they decided.
    level
        Of the interval of kappa.

    Returns
    -------
    Agreement
        Observed agreement, kappa with its standard error and interval, and PABAK.

    Examples
    --------
    >>> both = {
    ...     (Choice.INCLUDE, Choice.INCLUDE): 20, (Choice.INCLUDE, Choice.EXCLUDE): 5,
    ...     (Choice.EXCLUDE, Choice.INCLUDE): 10, (Choice.EXCLUDE, Choice.EXCLUDE): 15,
    ... }
    >>> found = agreement_of(both, people=("AB", "CD"), stage=Stage.TITLE_ABSTRACT)
    >>> found.observed, round(found.kappa, 6)
    (0.7, 0.4)
    """
    total = sum(table.values())
    if total == 0:
        return Agreement(
            people=people, stage=stage, table=table, both=0, observed=None, expected=None,
            kappa=None, standard_error=None, low=None, high=None, pabak=None, level=level,
        )  # fmt: skip
    share = {pair: count / total for pair, count in table.items()}
    chosen = [choice for choice in Choice if any(choice in pair for pair, n in table.items() if n)]
    first = {choice: sum(p for (a, _), p in share.items() if a is choice) for choice in chosen}
    second = {choice: sum(p for (_, b), p in share.items() if b is choice) for choice in chosen}
    observed = sum(share.get((choice, choice), 0.0) for choice in chosen)
    expected = sum(first[choice] * second[choice] for choice in chosen)
    kappa = error = low = high = pabak = None
    if len(chosen) > 1:
        pabak = (len(chosen) * observed - 1) / (len(chosen) - 1)
        kappa = (observed - expected) / (1 - expected)
        error = _standard_error(share, first, second, observed, expected, total)
        reach = float(ndtri((1 + level) / 2)) * error
        low, high = kappa - reach, min(kappa + reach, 1.0)
    return Agreement(
        people=people,
        stage=stage,
        table=table,
        both=total,
        observed=observed,
        expected=expected,
        kappa=kappa,
        standard_error=error,
        low=low,
        high=high,
        pabak=pabak,
        level=level,
    )


def _standard_error(
    share: Mapping[tuple[Choice, Choice], float],
    first: Mapping[Choice, float],
    second: Mapping[Choice, float],
    observed: float,
    expected: float,
    total: int,
) -> float:
    """Return the standard error of kappa for its interval: equation 13 of Fleiss et al. 1969."""
    agreed = sum(
        share.get((one, one), 0.0)
        * ((1 - expected) - (first[one] + second[one]) * (1 - observed)) ** 2
        for one in first
    )
    differed = (1 - observed) ** 2 * sum(
        share.get((one, other), 0.0) * (second[one] + first[other]) ** 2
        for one in first
        for other in first
        if one is not other
    )
    chance = (observed * expected - 2 * expected + observed) ** 2
    variance = (agreed + differed - chance) / (total * (1 - expected) ** 4)
    # Rounding leaves a perfect agreement a hair below zero.
    return math.sqrt(max(variance, 0.0))


def agreements(
    decisions: Sequence[Decision],
    by_group: Mapping[str, PublicationStanding],
    people: Sequence[str],
) -> tuple[Agreement, ...]:
    """Calculate the agreement of every two people at every stage.

    Parameters
    ----------
    decisions
        In the order of the file.
    by_group
        The publications that are judged, as
        :func:`stroma.evidence.screening.standing.standings` has them.
    people
        Who decides; without the arbiter, who saw both decisions.

    Returns
    -------
    tuple of Agreement
        One for each stage and two people who both decided a publication. Of each person the first
        decision is taken: a later one may follow from talking it over, and would agree by that.
        That the full text could not be had is no judgement and is left out.
    """
    firsts: dict[tuple[Stage, str], dict[str, Choice]] = {}
    for decision in decisions:
        if decision.group in by_group and decision.choice is not Choice.NOT_RETRIEVED:
            mine = firsts.setdefault((decision.stage, decision.person), {})
            mine.setdefault(decision.group, decision.choice)
    found: list[Agreement] = []
    for stage in Stage:
        for pair in combinations(people, 2):
            one, other = (firsts.get((stage, person), {}) for person in pair)
            table = Counter((one[group], other[group]) for group in one if group in other)
            if table:
                found.append(agreement_of(table, people=pair, stage=stage))
    return tuple(found)


def conflicts(by_group: Mapping[str, PublicationStanding], stage: Stage) -> tuple[str, ...]:
    """Return the publications that two people decided differently and nobody settled.

    Parameters
    ----------
    by_group
        As :func:`stroma.evidence.screening.standing.standings` has them.
    stage
        Where.

    Returns
    -------
    tuple of str
        Their groups.
    """
    return tuple(
        group for group, one in by_group.items() if one.at(stage).standing is Standing.CONFLICT
    )
