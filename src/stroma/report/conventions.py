"""The conventions that change the numbers, printed beside them."""

from __future__ import annotations

from dataclasses import dataclass

from stroma.house_rules import HouseRules
from stroma.report.words import control_short
from stroma.texts import Text, join, text


@dataclass(frozen=True, slots=True)
class Convention:
    """One house rule as a reader sees it.

    Parameters
    ----------
    key
        Where it stands in ``study.toml``.
    label
        What it rules.
    value
        What was declared or holds by default.
    declared
        False where the rule has no default and was not declared.
    """

    key: str
    label: Text
    value: Text
    declared: bool = True


def conventions(rules: HouseRules) -> tuple[Convention, ...]:
    """Return the house rules that change numbers.

    Parameters
    ----------
    rules
        The rules of a study.

    Returns
    -------
    tuple of Convention
        In the order in which they bear on a study: flow cytometry, counting, growth,
        differentiation.
    """
    return (*_positivity(rules), *_counting(rules), *_differentiation(rules))


def _positivity(rules: HouseRules) -> tuple[Convention, ...]:
    positivity, cleaning = rules.positivity, rules.cleaning
    gates = {
        "margins": (cleaning.margins, text("events at a detector's end")),
        "time": (cleaning.time, text("unstable stretches of the acquisition")),
        "debris": (cleaning.debris, text("debris")),
        "doublets": (cleaning.doublets, text("doublets")),
        "dead": (cleaning.dead, text("dead cells")),
    }
    left_out = [label for applied, label in gates.values() if applied]
    return (
        Convention(
            "positivity.method",
            text("Positive cells are counted by"),
            join([positivity.method]),
        ),
        Convention(
            "positivity.percentile",
            text("Threshold of the percentile's method, and line in its pictures"),
            text("percentile {percentile} of its control", percentile=positivity.percentile),
        ),
        Convention(
            "positivity.controls",
            text("Control, the first that a panel has"),
            join([control_short(role) for role in positivity.controls], " → "),
        ),
        Convention(
            "positivity.minimum_control_events",
            text("Cells a control needs"),
            text("{count} live single cells", count=positivity.minimum_control_events),
        ),
        Convention(
            "positivity.level",
            text("Interval of a percentage"),
            _level(positivity.level),
        ),
        Convention(
            "positivity.compare_labels",
            text("A detector that its file labels with another marker"),
            text("decides nothing before a person has")
            if positivity.compare_labels
            else text("decides as the row of the tube says"),
        ),
        Convention(
            "cleaning",
            text("Left out before cells are counted"),
            join(tuple(left_out)) if left_out else text("nothing"),
        ),
    )


def _counting(rules: HouseRules) -> tuple[Convention, ...]:
    counting = rules.counting
    return (
        Convention(
            "counting.cv_percent",
            text("Coefficient of variation of a cell count"),
            text("not declared: the repeatability of counting is not in any interval")
            if counting.cv_percent is None
            else text("{percent} %", percent=counting.cv_percent),
            counting.cv_percent is not None,
        ),
        Convention(
            "counting.level",
            text("Interval of counts, doublings and doubling times"),
            _level(counting.level),
        ),
        Convention(
            "growth.count_from",
            text("Cumulative population doublings are summed from"),
            text("passage {passage}", passage=rules.growth.count_from),
        ),
    )


def _differentiation(rules: HouseRules) -> tuple[Convention, ...]:
    differentiation = rules.differentiation
    undeclared = text("not declared: differentiation by this reading stays undecided")
    ratio, difference = differentiation.minimum_ratio, differentiation.minimum_score_difference
    return (
        Convention(
            "differentiation.minimum_ratio",
            text("Differentiated from a ratio of induced over control of"),
            undeclared if ratio is None else text("{ratio} or more", ratio=ratio),
            ratio is not None,
        ),
        Convention(
            "differentiation.minimum_score_difference",
            text("Differentiated from a difference of scores of"),
            undeclared if difference is None else text("{score} or more", score=difference),
            difference is not None,
        ),
        Convention(
            "differentiation.level",
            text("Interval that has to clear it"),
            _level(differentiation.level),
        ),
    )


def _level(level: float) -> Text:
    # 0.95 × 100 is not 95 in binary numbers; ten digits are more than anyone declares.
    return text("{percent} %", percent=round(level * 100, 10))
