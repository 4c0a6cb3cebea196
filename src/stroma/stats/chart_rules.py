"""The rules that read a control chart, each by its name.

Western Electric 1956, Statistical quality control handbook, pages 25-28; Nelson 1984, J Qual
Technol 16:237. The more rules are read, the more false alarms there are: the four of Western
Electric give one in about 92 lots of an unchanged process, a lot beyond the limits alone one in 370
(Champ and Woodall 1987, Technometrics 29:393).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


class ChartRule(StrEnum):
    """A rule, under its name and number."""

    WESTERN_ELECTRIC_1 = "western_electric_1"
    """A lot beyond three standard deviations."""
    WESTERN_ELECTRIC_2 = "western_electric_2"
    """Two of three lots beyond two standard deviations, on one side."""
    WESTERN_ELECTRIC_3 = "western_electric_3"
    """Four of five lots beyond one standard deviation, on one side."""
    WESTERN_ELECTRIC_4 = "western_electric_4"
    """Eight lots in a row on one side of the centre."""
    NELSON_1 = "nelson_1"
    """A lot beyond three standard deviations."""
    NELSON_2 = "nelson_2"
    """Nine lots in a row on one side of the centre."""
    NELSON_3 = "nelson_3"
    """Six lots in a row, each above, or each below, the one before."""
    NELSON_4 = "nelson_4"
    """Fourteen lots in a row that alternate up and down."""
    NELSON_5 = "nelson_5"
    """Two of three lots beyond two standard deviations, on one side."""
    NELSON_6 = "nelson_6"
    """Four of five lots beyond one standard deviation, on one side."""
    NELSON_7 = "nelson_7"
    """Fifteen lots in a row within one standard deviation of the centre."""
    NELSON_8 = "nelson_8"
    """Eight lots in a row beyond one standard deviation, on either side."""


WESTERN_ELECTRIC = tuple(rule for rule in ChartRule if rule.startswith("western"))
"""The four rules of Western Electric."""

NELSON = tuple(rule for rule in ChartRule if rule.startswith("nelson"))
"""The eight rules of Nelson."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A place where a rule is met.

    Parameters
    ----------
    rule
        The rule.
    at
        Place of the value that completes it, from 0.
    first
        Place of the first value it rests on.
    """

    rule: ChartRule
    at: int
    first: int


def read_chart(
    deviations: Sequence[float] | FloatArray, rules: Sequence[ChartRule]
) -> tuple[Signal, ...]:
    """Return every place of a chart where a rule is met.

    Parameters
    ----------
    deviations
        Of the values from the centre, in standard deviations, in order.
    rules
        The rules to read by.

    Returns
    -------
    tuple of Signal
        By place, then in the order of the rules.

    Examples
    --------
    >>> [(signal.rule.value, signal.at) for signal in read_chart([0.1, 3.2], WESTERN_ELECTRIC)]
    [('western_electric_1', 1)]
    """
    z = np.asarray(deviations, dtype=np.float64)
    if not np.isfinite(z).all():
        msg = f"not all of {z.tolist()} are finite"
        raise ValueError(msg)
    found = [signal for rule in rules for signal in _met(z, rule)]
    order = {rule: i for i, rule in enumerate(rules)}
    return tuple(sorted(found, key=lambda signal: (signal.at, order[signal.rule])))


def _met(z: FloatArray, rule: ChartRule) -> Iterator[Signal]:
    length, test = _TESTS[rule]
    for end in range(length, z.size + 1):
        if test(z[end - length : end]):
            yield Signal(rule=rule, at=end - 1, first=end - length)


def _on_one_side(count: int, beyond: float) -> Callable[[FloatArray], bool]:
    """Return a test that so many values, the newest among them, lie beyond on one side."""

    def test(z: FloatArray) -> bool:
        return any(side[-1] > beyond and int((side > beyond).sum()) >= count for side in (z, -z))

    return test


def _rises_or_falls(z: FloatArray) -> bool:
    steps = np.diff(z)
    return bool((steps > 0).all() or (steps < 0).all())


def _alternates(z: FloatArray) -> bool:
    steps = np.diff(z)
    return bool((steps[1:] * steps[:-1] < 0).all())


def _hugs_the_centre(z: FloatArray) -> bool:
    return bool((np.abs(z) < 1.0).all())


def _shuns_the_centre(z: FloatArray) -> bool:
    return bool((np.abs(z) > 1.0).all())


_TESTS: dict[ChartRule, tuple[int, Callable[[FloatArray], bool]]] = {
    ChartRule.WESTERN_ELECTRIC_1: (1, _on_one_side(1, 3.0)),
    ChartRule.WESTERN_ELECTRIC_2: (3, _on_one_side(2, 2.0)),
    ChartRule.WESTERN_ELECTRIC_3: (5, _on_one_side(4, 1.0)),
    ChartRule.WESTERN_ELECTRIC_4: (8, _on_one_side(8, 0.0)),
    ChartRule.NELSON_1: (1, _on_one_side(1, 3.0)),
    ChartRule.NELSON_2: (9, _on_one_side(9, 0.0)),
    ChartRule.NELSON_3: (6, _rises_or_falls),
    ChartRule.NELSON_4: (14, _alternates),
    ChartRule.NELSON_5: (3, _on_one_side(2, 2.0)),
    ChartRule.NELSON_6: (5, _on_one_side(4, 1.0)),
    ChartRule.NELSON_7: (15, _hugs_the_centre),
    ChartRule.NELSON_8: (8, _shuns_the_centre),
}
"""How many values a rule looks at, and what it asks of them."""
