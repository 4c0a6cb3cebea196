"""What figures say against each other: two rows of one paper, one paper among others."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from stroma.errors import Problem
from stroma.evidence.extraction.arithmetic_findings import Finding
from stroma.evidence.extraction.conversion import deviation_of_error
from stroma.evidence.extraction.granularity import Sample, t_test_p_values
from stroma.evidence.review_records import Direction, Extraction, SpreadKind
from stroma.texts import Number, Text, text
from stroma.units import fold
from stroma.vocabulary import find_quantity

_LEAST_OTHER_PAPERS: Final = 3
"""Papers whose spreads one is held against: the median of fewer is one paper's."""
_LEAST_N_FOR_LIKENESS: Final = 6
"""Below it SD and SEM differ little more than the spreads of honest papers do: at 4 one in six of
them would be suspected, from 6 on one in twenty and fewer (validation/extraction)."""
_SIGNIFICANT: Final = 0.05
_LEAST_P: Final = 0.0001
"""Below it a p value of a few donors rests on the shape of the tails alone."""
_P: Final = re.compile(
    r"(?P<sign>[<>=≤≥])?\s*(?<![\w.,])(?P<p>\d+(?:[.,]\d+)?\s*(?:e|[x×·]\s*10\s*\^?)\s*-\s*\d+"
    r"|[01]?[.,]\d+)(?![\w.,]*\d)",
    re.IGNORECASE,
)
_SAME_SIGN: Final = str.maketrans("−–⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "---0123456789")
_POWER: Final = re.compile(r"\s*(?:e|[x×·]\s*10\s*\^?)\s*-\s*", re.IGNORECASE)


def spreads_beside_others(rows: Sequence[Extraction], file: str) -> Iterator[Problem]:
    """Find spreads that fit the other papers better under the other name.

    Parameters
    ----------
    rows
        Of one review, each with its canonical figure.
    file
        Where they stand.

    Yields
    ------
    Problem
        SD that may be an SEM, or an SEM that may be an SD.
    """
    like: dict[tuple[str, str], list[tuple[Extraction, float]]] = defaultdict(list)
    for row in rows:
        relative = _relative_spread(row)
        if relative is not None:
            like[row.quantity, row.analyte].append((row, relative))
    for held in like.values():
        for row, own in held:
            others: dict[str, list[float]] = defaultdict(list)
            for other, spread in held:
                if other.group != row.group:
                    others[other.group].append(spread)
            if row.n is None or row.n < _LEAST_N_FOR_LIKENESS or len(others) < _LEAST_OTHER_PAPERS:
                continue
            usual = median(median(spreads) for spreads in others.values())
            finding = _likeness(row, own, usual, len(others))
            if finding is not None:
                yield finding.at(row, file)


def rows_beside_comparators(rows: Sequence[Extraction], file: str) -> Iterator[Problem]:
    """Find what two rows of one paper say against each other.

    Parameters
    ----------
    rows
        Of one review, each with its canonical figure.
    file
        Where they stand.

    Yields
    ------
    Problem
        A direction or a p value that the printed figures do not have.
    """
    held: dict[tuple[str, ...], list[Extraction]] = defaultdict(list)
    figures = [row for row in rows if row.value is not None and not row.bound]
    for row in figures:
        held[_setting(row, row.tissue)].append(row)
    for row in figures:
        if not row.comparator:
            continue
        partners = [other for other in held[_setting(row, row.comparator)] if other is not row]
        if len(partners) != 1 or fold(partners[0].unit) != fold(row.unit):
            continue
        for finding in (_against_direction(row, partners[0]), _against_p(row, partners[0])):
            if finding is not None:
                yield finding.at(row, file)


def printed_p(printed: str) -> tuple[str, float] | None:
    """Read a printed p value.

    Parameters
    ----------
    printed
        As printed: ``"P < 0.05"``, ``".007"``, ``"NS"``.

    Returns
    -------
    sign : str
        ``"<"``, ``">"`` or ``"="``.
    p : float
        The number. ``None`` in place of both where there is none, or more than one.

    Examples
    --------
    >>> printed_p("P <0,05"), printed_p("NS"), printed_p("* P < 0.05, ** P < 0.01 (legend)")
    (('<', 0.05), ('>', 0.05), None)
    """
    plain = printed.strip()
    if plain.casefold().rstrip(".") in {"ns", "n.s", "not significant"}:
        return ">", _SIGNIFICANT
    found = list(_P.finditer(plain.translate(_SAME_SIGN)))
    if len(found) != 1 or "legend" in plain or "\\" in plain:
        return None
    sign = {"≤": "<", "≥": ">"}.get(found[0]["sign"] or "=", found[0]["sign"] or "=")
    return sign, float(_POWER.sub("e-", found[0]["p"].replace(",", ".")))


def _relative_spread(row: Extraction) -> float | None:
    """Return the standard deviation, over the mean where the quantity has no upper bound."""
    canonical = row.canonical
    if canonical is None or canonical.spread is None or not canonical.spread or not canonical.value:
        return None
    if row.spread_kind not in (SpreadKind.SD, SpreadKind.SEM):
        return None
    quantity = find_quantity(row.quantity)
    if quantity is not None and quantity.high is not None:
        return canonical.spread
    return abs(canonical.spread / canonical.value)


def _likeness(row: Extraction, own: float, usual: float, papers: int) -> Finding | None:
    if row.n is None:
        return None
    root = math.sqrt(row.n)
    if row.spread_kind is SpreadKind.SD and usual / own >= root:
        action = text("look whether it is an SEM; where the paper says SD, say so in note")
        found = text(
            "SD {spread}, {times} times below the median of {papers} other papers",
            spread=row.spread,
            times=Number(usual / own, 1),
            papers=papers,
        )
    elif row.spread_kind is SpreadKind.SEM and own / usual >= root:
        action = text("look whether it is an SD; where the paper says SEM, say so in note")
        found = text(
            "SEM {spread}, whose SD is {times} times above the median of {papers} other papers",
            spread=row.spread,
            times=Number(own / usual, 1),
            papers=papers,
        )
    else:
        return None
    expected = text(
        "a spread less than sqrt({n}) = {root} times away: SD and SEM differ by that",
        n=row.n,
        root=Number(root, 1),
    )
    return Finding("spread_kind", found, expected, action)


def _p_words(p: float) -> Text:
    if p < _LEAST_P:
        return text("p < {p}", p=_LEAST_P)
    return text("p = {p}", p=Number(p, 4))


def _setting(row: Extraction, tissue: str) -> tuple[str, ...]:
    return (
        row.group,
        row.quantity,
        row.analyte,
        tissue,
        row.passage,
        row.medium,
        row.condition,
    )


def _against_direction(row: Extraction, other: Extraction) -> Finding | None:
    if row.value is None or other.value is None:
        return None
    wrong = (row.direction is Direction.HIGHER and row.value < other.value) or (
        row.direction is Direction.LOWER and row.value > other.value
    )
    if not wrong or row.direction is None:
        return None
    words = {Direction.HIGHER: text("higher"), Direction.LOWER: text("lower")}
    return Finding(
        "direction",
        text(
            "“{direction}” with {value} against {other} in {key}",
            direction=words[row.direction],
            value=row.value,
            other=other.value,
            key=other.key,
        ),
        text("a direction that the two figures have"),
        text("check which figure is of which tissue"),
    )


def _is_significant(sign: str, p: float) -> bool | None:
    if sign == "<":
        return True if p <= _SIGNIFICANT else None
    if sign == ">":
        return False if p >= _SIGNIFICANT else None
    return p < _SIGNIFICANT


def _sample(row: Extraction) -> Sample | None:
    canonical = row.canonical
    value, spread = row.value, row.spread
    if canonical is not None:
        value, spread = canonical.value, canonical.spread
    elif row.spread_kind is SpreadKind.SEM and spread is not None and row.n is not None:
        spread = deviation_of_error(spread, row.n) if row.n > 1 else None
    elif row.spread_kind is not SpreadKind.SD:
        spread = None
    if value is None or spread is None or row.n is None or row.n < 2:
        return None
    return Sample(value, spread, row.n)


def _against_p(row: Extraction, other: Extraction) -> Finding | None:
    one, two, printed = _sample(row), _sample(other), printed_p(row.p_printed)
    if one is None or two is None or printed is None:
        return None
    significant = _is_significant(*printed)
    p_values = t_test_p_values(one, two)
    if significant is None or p_values is None:
        return None
    # A difference at the border is a matter of rounding and of the test's kind.
    if any((p < _SIGNIFICANT) is significant for p in p_values):
        return None
    if 0.5 * _SIGNIFICANT < p_values[0] < 2 * _SIGNIFICANT:
        return None
    return Finding(
        "p_printed",
        text(
            "“{printed}” where {mean} ± {spread} (n = {n}) against {other_mean} ± {other_spread} "
            "(n = {other_n}) in {key} give {p}",
            printed=row.p_printed,
            mean=one.mean,
            spread=one.deviation,
            n=one.n,
            other_mean=two.mean,
            other_spread=two.deviation,
            other_n=two.n,
            key=other.key,
            p=_p_words(p_values[1]),
        ),
        text("a p value on the same side of 0.05 as a t test of the printed figures"),
        text("check whether the spread is SD or SEM, and whether the paper tested pairs or ranks"),
    )
