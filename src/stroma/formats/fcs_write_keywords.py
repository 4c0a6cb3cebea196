"""The keywords of an FCS file to be written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from stroma.errors import FileProblem
from stroma.formats.fcs_channels import LINEAR, describe_parameters
from stroma.formats.fcs_data import Numbers
from stroma.formats.fcs_encoding import INTEGER, Field
from stroma.formats.fcs_spillover import SPILLOVER_KEYWORDS, find_spillover, print_spillover
from stroma.formats.fcs_values import BLANKS, refusal
from stroma.records import Channel, Spillover
from stroma.texts import text

CORRECT: Final = text("correct what is to be written")
_LAYOUT: Final = (
    "$BEGINANALYSIS",
    "$ENDANALYSIS",
    "$BEGINDATA",
    "$ENDDATA",
    "$BEGINSTEXT",
    "$ENDSTEXT",
    "$NEXTDATA",
    "$BYTEORD",
    "$DATATYPE",
    "$MODE",
    "$PAR",
    "$TOT",
)
_OF_A_CHANNEL: Final = {
    "N": "name",
    "S": "marker",
    "B": "bits",
    "R": "range",
    "E": "amplification",
    "G": "gain",
    "V": "voltage",
    "L": "wavelengths",
}
"""The $Pn keywords a channel holds."""
# In the order of habit: instruments use the first four; control characters occur in no text.
_DELIMITERS: Final = "|/\\\f\x1e\x1f\x1d\x1c\v\x01\x02\x03\x04\x05\x06\x07"


@dataclass(frozen=True, slots=True)
class Content:
    """What a file is to hold.

    Parameters
    ----------
    version
        ``"FCS3.1"`` and so on.
    channels
        The parameters.
    fields
        How each is stored.
    keywords
        Further keywords.
    data
        The DATA segment.
    columns
        The values by parameter, before they were encoded.
    spillover
        Matrix to write; ``None`` keeps what the keywords say.
    analysis
        Keywords of the ANALYSIS segment.
    """

    version: str
    channels: tuple[Channel, ...]
    fields: tuple[Field, ...]
    keywords: Mapping[str, str]
    data: Numbers
    columns: Sequence[Numbers]
    spillover: Spillover | None = None
    analysis: Mapping[str, str] = field(default_factory=dict)


def text_keywords(content: Content) -> dict[str, str]:
    """Return the keywords of the TEXT segment but for the offsets, the required ones first.

    Parameters
    ----------
    content
        What the file is to hold.

    Returns
    -------
    dict of str to str
        Keywords and values.

    Raises
    ------
    FileProblem
        A keyword cannot be written.
    """
    kinds = [stored.kind for stored in content.fields]
    kept = _kept(content.keywords)
    required = {
        "$BYTEORD": "1,2,3,4",
        "$DATATYPE": kinds[0],
        "$MODE": "L",
        "$NEXTDATA": "0",
        "$PAR": str(len(content.fields)),
        "$TOT": str(len(content.columns[0])),
    }
    parameters = _parameter_keywords(content, kept)
    for n, kind in enumerate(kinds, start=1):
        kept.pop(f"$P{n}DATATYPE", None)
        if kind != kinds[0]:
            if content.version != "FCS3.2":
                raise refusal(
                    found=text("integers beside floating-point values"),
                    expected=text("one type of value, or FCS 3.2"),
                    action=CORRECT,
                )
            parameters[f"$P{n}DATATYPE"] = kind
    if content.spillover is not None:
        _put_spillover(content, kept, content.spillover)
    return {**required, **parameters, **{k: v for k, v in kept.items() if k not in parameters}}


def _kept(keywords: Mapping[str, str]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for given, value in keywords.items():
        keyword = given.strip(BLANKS).upper()
        if not keyword or kept.setdefault(keyword, value) != value:
            raise refusal(
                found=text('the keyword "{keyword}"', keyword=given),
                expected=text("keywords that are not empty and differ in more than capitals"),
                action=CORRECT,
            )
    return {keyword: value for keyword, value in kept.items() if keyword not in _LAYOUT}


def _parameter_keywords(content: Content, kept: dict[str, str]) -> dict[str, str]:
    """Return the keywords of the parameters, as printed where they say what the channel says."""
    try:
        printed = describe_parameters(kept, content.fields, version=content.version).channels
    except FileProblem:
        printed = ()
    written: dict[str, str] = {}
    for n, channel in enumerate(content.channels, start=1):
        stored = content.fields[n - 1]
        of_channel = _channel_keywords(channel, stored, content.columns[n - 1])
        for letter, attribute in _OF_A_CHANNEL.items():
            keyword = f"$P{n}{letter}"
            given = kept.pop(keyword, None)
            agrees = bool(printed) and getattr(printed[n - 1], attribute) == getattr(
                channel, attribute
            )
            if letter == "B":
                written[keyword] = str(stored.bits)
            elif agrees and given is not None:
                written[keyword] = given
            elif letter in of_channel:
                written[keyword] = of_channel[letter]
    return written


def _channel_keywords(channel: Channel, stored: Field, column: Numbers) -> dict[str, str]:
    decades, first = channel.amplification
    linear = stored.kind != INTEGER or channel.amplification == LINEAR
    letters = {
        "N": channel.name,
        "E": "0,0" if linear else f"{_printed(decades)},{_printed(first)}",
        "R": _range(channel, stored, column),
    }
    if channel.marker is not None:
        letters["S"] = channel.marker
    if channel.gain != 1:
        letters["G"] = _printed(channel.gain)
    if channel.voltage is not None:
        letters["V"] = _printed(channel.voltage)
    if channel.wavelengths is not None:
        letters["L"] = channel.wavelengths
    return letters


def _range(channel: Channel, stored: Field, column: Numbers) -> str:
    """Return the range, which FCS requires: what the values span where the channel has none."""
    if stored.kind == INTEGER:
        return str(1 << stored.bits if channel.range is None else int(channel.range))
    if channel.range is not None and math.isfinite(channel.range):
        return _printed(channel.range)
    finite = column[np.isfinite(column)]
    return str(max(math.ceil(float(finite.max(initial=0))), 1))


def _put_spillover(content: Content, kept: dict[str, str], spillover: Spillover) -> None:
    found, _ = find_spillover(kept, content.channels)
    if (
        found is not None
        and found.channels == spillover.channels
        and np.array_equal(found.matrix, spillover.matrix)
    ):
        return
    for keyword in SPILLOVER_KEYWORDS:
        kept.pop(keyword, None)
    if any("," in name for name in spillover.channels):
        raise refusal(
            found=text("a detector of the spillover matrix with a comma in its name"),
            expected=text("names without commas, which separate them"),
            action=CORRECT,
        )
    standard = content.version in ("FCS3.1", "FCS3.2")
    kept["$SPILLOVER" if standard else "SPILL"] = print_spillover(spillover)


def choose_delimiter(keywords: Mapping[str, str]) -> str:
    """Return a delimiter that no value holds, at least no keyword.

    Parameters
    ----------
    keywords
        Of all segments.

    Returns
    -------
    str
        One character.

    Raises
    ------
    FileProblem
        The keywords hold all of the usual delimiters.
    """
    everything = "".join(keywords.values())
    names = "".join(keywords)
    for candidate in _DELIMITERS:
        if candidate not in everything and candidate not in names:
            return candidate
    for candidate in _DELIMITERS:
        if candidate not in names:
            return candidate
    raise refusal(
        found=text("keywords with all of the characters that can separate them"),
        expected=text("keywords without control characters"),
        action=CORRECT,
    )


def _printed(number: float) -> str:
    return repr(float(number)).removesuffix(".0")
