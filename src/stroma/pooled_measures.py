"""Effect sizes by metafor's names, and the columns of a table each is made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from stroma.stats.meta import count_sizes as counts
from stroma.stats.meta import effect_sizes as means
from stroma.stats.meta.effect_sizes import EffectSize

GENERIC: Final = "GEN"
"""Estimates that come with their own variance."""

LOGARITHMS: Final = frozenset({"ROM", "ROMC", "RR", "OR", "PETO", "VR", "CVR", "MNLN", "CVLN",
                               "SDLN", "PLN", "IRLN"})  # fmt: skip
"""Measures that are read as ratios, or in their unit, once exponentiated."""

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Measure:
    """An effect size and the columns it is made from.

    Parameters
    ----------
    columns
        Without their final ``i``.
    size
        From the numbers of a row.
    otherwise
        Columns that serve as well.
    """

    columns: tuple[str, ...]
    size: Callable[[Numbers], EffectSize]
    otherwise: tuple[str, ...] = ()


def _group(row: Numbers, side: str = "") -> means.Group:
    return means.Group(row[f"m{side}"], row[f"sd{side}"], _whole(row[f"n{side}"]))


def _whole(number: float) -> int:
    if number != int(number):
        msg = f"n = {number:g}"
        raise ValueError(msg)
    return int(number)


def _two(convert: Callable[[means.Group, means.Group], EffectSize]) -> Measure:
    return Measure(
        ("m1", "sd1", "n1", "m2", "sd2", "n2"),
        lambda row: convert(_group(row, "1"), _group(row, "2")),
    )


def _one(convert: Callable[[means.Group], EffectSize]) -> Measure:
    return Measure(("m", "sd", "n"), lambda row: convert(_group(row)))


def _counted(convert: Callable[[counts.TwoByTwo], EffectSize]) -> Measure:
    def size(row: Numbers) -> EffectSize:
        without = row["b"] if "b" in row else row["n1"] - row["a"]
        others = row["d"] if "d" in row else row["n2"] - row["c"]
        return convert(counts.TwoByTwo(row["a"], without, row["c"], others))

    return Measure(("a", "b", "c", "d"), size, otherwise=("a", "n1", "c", "n2"))


def _share(convert: Callable[[float, float], EffectSize]) -> Measure:
    return Measure(("x", "n"), lambda row: convert(row["x"], row["n"]))


def _rate(convert: Callable[[float, float], EffectSize]) -> Measure:
    return Measure(("x", "t"), lambda row: convert(row["x"], row["t"]))


def _pairs(convert: Callable[[means.Pairs], EffectSize]) -> Measure:
    def size(row: Numbers) -> EffectSize:
        n = _whole(row["n"])
        first = means.Group(row["m1"], row["sd1"], n)
        return convert(means.Pairs(first, means.Group(row["m2"], row["sd2"], n), row["r"]))

    return Measure(("m1", "sd1", "m2", "sd2", "n", "r"), size)


MEASURES: Final[Mapping[str, Measure]] = {
    GENERIC: Measure(
        ("y", "v"),
        lambda row: EffectSize(row["y"], row["v"] if "v" in row else row["se"] ** 2),
        otherwise=("y", "se"),
    ),
    "MD": _two(means.mean_difference),
    "SMD": _two(means.standardised_mean_difference),
    "ROM": _two(means.log_ratio_of_means),
    "VR": _two(means.log_variability_ratio),
    "CVR": _two(means.log_cv_ratio),
    "MC": _pairs(means.mean_change),
    "ROMC": _pairs(means.log_ratio_within_pairs),
    "MN": _one(means.single_mean),
    "MNLN": _one(means.log_mean),
    "CVLN": _one(means.log_cv),
    "SDLN": _one(means.log_sd),
    "RR": _counted(counts.log_risk_ratio),
    "OR": _counted(counts.log_odds_ratio),
    "PETO": _counted(counts.log_peto_odds_ratio),
    "RD": _counted(counts.risk_difference),
    "AS": _counted(counts.arcsine_difference),
    "PR": _share(counts.proportion),
    "PLN": _share(counts.log_proportion),
    "PLO": _share(counts.logit_proportion),
    "PAS": _share(counts.arcsine_proportion),
    "PFT": _share(counts.double_arcsine),
    "IR": _rate(counts.rate),
    "IRLN": _rate(counts.log_rate),
    "IRS": _rate(counts.root_rate),
    "ZCOR": Measure(("r", "n"), lambda row: counts.fisher_z(row["r"], _whole(row["n"]))),
}
