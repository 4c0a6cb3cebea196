"""The ``markers`` cell: which detector sees which marker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stroma.analytes import find_marker, markers_named
from stroma.readings import ReadingError
from stroma.records import VIABILITY_DYE
from stroma.study.words import canonical_stain
from stroma.texts import Text, text

_BETWEEN_PAIRS: Final = re.compile(r"[;\n]")


@dataclass(frozen=True, slots=True)
class Markers:
    """What a ``markers`` cell says.

    Parameters
    ----------
    pairs
        Detector to marker, in the order written.
    refusals
        What is wrong with it; the pairs are not to be used where there is any.
    """

    pairs: Mapping[str, str]
    refusals: tuple[ReadingError, ...] = ()


def read_markers(written: str) -> Markers:
    """Read a ``markers`` cell.

    Parameters
    ----------
    written
        ``detector=marker`` pairs with semicolons between.

    Returns
    -------
    Markers
        The pairs and everything that is wrong with them.

    Examples
    --------
    >>> read_markers("FITC-A=CD 90; PE-A=cd105").pairs
    {'FITC-A': 'CD90', 'PE-A': 'CD105'}
    >>> str(read_markers("FITC-A=CD90, PE-A=CD105").refusals[0].found)
    'the pair "FITC-A=CD90, PE-A=CD105"'
    """
    pairs: dict[str, str] = {}
    refusals = []
    for pair in filter(None, (part.strip() for part in _BETWEEN_PAIRS.split(written))):
        detector, equals, stain = (part.strip() for part in pair.partition("="))
        if not (detector and equals and stain) or "=" in stain:
            refusals.append(_not_a_pair(pair))
            continue
        marker = canonical_stain(stain)
        if marker != VIABILITY_DYE and find_marker(stain) is None:
            refusals.append(_no_marker(stain))
        elif detector in pairs:
            refusals.append(_twice(text('the detector "{name}" twice', name=detector)))
        elif marker in pairs.values():
            refusals.append(_twice(text('the marker "{name}" twice', name=marker)))
        else:
            pairs[detector] = marker
    return Markers(pairs, tuple(refusals))


def _not_a_pair(pair: str) -> ReadingError:
    return ReadingError(
        text('the pair "{pair}"', pair=pair),
        text("detector=marker pairs with semicolons between, such as FITC-A=CD90; PE-A=CD105"),
        text("write the pairs in this form"),
    )


def _no_marker(stain: str) -> ReadingError:
    named = markers_named(stain)
    return ReadingError(
        text('the marker "{marker}"', marker=stain),
        text("a surface marker in Latin letters and digits, such as CD105 or HLA-DR"),
        text("write {marker} alone", marker=next(iter(named)))
        if len(named) == 1
        else text("correct the marker"),
    )


def _twice(found: Text) -> ReadingError:
    return ReadingError(
        found,
        text("every detector and every marker of a tube once"),
        text("correct the pairs"),
    )
