"""The parts of a search string: what it demands, and what it keeps out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_TOKEN: Final = re.compile(r'"[^"]*"|«[^»]*»|“[^”]*”|[()]|[^\s()"«“]+')
_AND: Final = frozenset({"AND", "И", "ЖӘНЕ", "&"})
_OR: Final = frozenset({"OR", "ИЛИ", "НЕМЕСЕ", "|"})
_NOT: Final = frozenset({"NOT", "НЕ", "ЕМЕС"})


@dataclass(frozen=True, slots=True)
class Demand:
    """A part of a search string that every record found fulfils.

    Parameters
    ----------
    alternatives
        The words joined by OR, of which one is enough.
    denied
        Whether NOT stands before it: then a record fulfils none.
    """

    alternatives: tuple[str, ...]
    denied: bool = False


def demands_of(query: str) -> tuple[Demand, ...]:
    """Take a search string apart at its AND and NOT.

    Parameters
    ----------
    query
        As typed. Operators are those in capitals, of English, Russian or Kazakh; where there are
        none, those in small letters.

    Returns
    -------
    tuple of Demand
        In their order. Without brackets OR binds closer than AND, as Scopus reads it. What stands
        in brackets inside brackets is taken as one run of words for each OR of its own.

    Examples
    --------
    >>> [demand.alternatives for demand in demands_of("(placenta OR cord) AND adult stem cells")]
    [('placenta', 'cord'), ('adult stem cells',)]
    """
    signs = [match[0] for match in _TOKEN.finditer(query)]
    if not any(sign in _AND | _OR | _NOT for sign in signs):
        signs = [sign.upper() if sign.upper() in _AND | _OR | _NOT else sign for sign in signs]
    return tuple(demand for demand in _demands(_unwrapped(signs)) if demand.alternatives)


def _demands(signs: list[str]) -> list[Demand]:
    found: list[Demand] = []
    part: list[str] = []
    denied = depth = 0
    for place, sign in enumerate([*signs, "AND"]):
        depth += (sign == "(") - (sign == ")")
        # The end ends also a bracket that was never closed.
        if place < len(signs) and (depth > 0 or sign not in _AND | _NOT):
            part.append(sign)
            continue
        inner = _unwrapped(part)
        if inner:
            # A bracket that itself joins by AND demands each of its parts.
            whole = [_demand(inner, denied)]
            found += _demands(inner) if _joins(inner) and not denied else whole
            part, denied = [], 0
        denied = int(sign in _NOT) or (denied if not inner else 0)
    return found


def _joins(signs: list[str]) -> bool:
    depth = 0
    for sign in signs:
        depth += (sign == "(") - (sign == ")")
        if depth == 0 and sign in _AND | _NOT:
            return True
    return False


def _demand(signs: list[str], denied: int) -> Demand:
    words: list[list[str]] = [[]]
    for sign in signs:
        if sign in _OR:
            words.append([])
        elif sign not in "()" and sign not in _AND | _NOT:
            words[-1].append(sign.strip('"«»“”'))
    return Demand(tuple(" ".join(one) for one in words if one), bool(denied))


def _unwrapped(signs: list[str]) -> list[str]:
    """Take off brackets that hold everything, with the name of a field before them."""
    while signs and signs[-1] == ")":
        opening = 1 if len(signs) > 1 and signs[1] == "(" and _is_field(signs[0]) else 0
        if signs[opening] != "(" or not _closes_last(signs[opening:]):
            break
        signs = signs[opening + 1 : -1]
    return signs


def _is_field(sign: str) -> bool:
    return sign.endswith("=") or sign.replace("-", "").isupper()


def _closes_last(signs: list[str]) -> bool:
    depth = 0
    for place, sign in enumerate(signs):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place == len(signs) - 1
    return False
