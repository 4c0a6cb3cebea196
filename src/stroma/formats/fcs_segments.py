"""The segments of a data set and the keywords in them.

Offsets count from the beginning of the data set (FCS 3.0, section 2.2.13). A data set is looked at
through a window: the bytes from its beginning to the next data set or the end of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stroma.errors import FileProblem
from stroma.formats.fcs_header import (
    HEADER_BYTES,
    Bytes,
    Extent,
    Header,
    parse_header,
    stated_extent,
)
from stroma.formats.fcs_primary import Reading, Segment, read_primary
from stroma.formats.fcs_text import TextSegment, is_text, parse_text
from stroma.formats.fcs_values import decimal_number, refusal
from stroma.records import Repair
from stroma.texts import text

__all__ = ["DataSetText", "Segment", "read_text"]

# What decides the numbers: two values of one of these are two readings of the file.
_DECISIVE: Final = re.compile(
    r"\$(?:PAR|TOT|DATATYPE|BYTEORD|MODE|TIMESTEP|SPILLOVER|P\d+(?:[BEGNR]|DATATYPE))|SPILL"
)
_LONGEST_HEADER: Final = 1 << 12


@dataclass(frozen=True, slots=True)
class DataSetText:
    """What a data set says about itself.

    Parameters
    ----------
    header
        Its HEADER.
    keywords
        Of the primary and the supplemental TEXT segment.
    analysis
        Keywords of the ANALYSIS segment.
    segments
        The segments found, in the order of their names above.
    delimiter
        What separates keywords and values.
    tidy
        Whether the HEADER states the TEXT segment as it is; where not, the file may have been
        changed after it was written, and its other offsets may be stale.
    others
        Whether the HEADER goes on with offsets of segments of the instrument's own.
    repairs
        What was decided on the way.
    """

    header: Header
    keywords: Mapping[str, str]
    analysis: Mapping[str, str]
    segments: tuple[Segment, ...]
    delimiter: str
    tidy: bool
    others: bool
    repairs: tuple[Repair, ...]


def read_text(window: Bytes) -> DataSetText:
    """Read everything a data set says about itself.

    Parameters
    ----------
    window
        The data set's bytes.

    Returns
    -------
    DataSetText
        Its keywords and the places of its segments.

    Raises
    ------
    FileProblem
        The HEADER or the primary TEXT segment cannot be read.
    """
    reading = Reading(window, parse_header(window[:HEADER_BYTES].tobytes()))
    read_primary(reading)
    _read_supplement(reading)
    analysis = _read_analysis(reading)
    _refuse_disagreement(reading)
    return DataSetText(
        header=reading.header,
        keywords=reading.keywords,
        analysis=analysis,
        segments=tuple(reading.segments),
        delimiter=reading.delimiter.decode("ascii"),
        tidy=reading.tidy,
        others=_other_segments(reading),
        repairs=tuple(reading.repairs),
    )


def _other_segments(reading: Reading) -> bool:
    """Return whether offsets follow the six of the HEADER."""
    behind = reading.between(HEADER_BYTES, min(reading.segments[0].begin, _LONGEST_HEADER))
    return any(number.isdigit() and int(number) > 0 for number in behind.split())


def _read_supplement(reading: Reading) -> None:
    """Add the supplemental TEXT segment, or log why the stated one was left out."""
    extent = stated_extent(reading.keywords, "$BEGINSTEXT", "$ENDSTEXT")
    if extent is None:
        return
    found = _optional(reading, extent, name="supplemental TEXT")
    if isinstance(found, Repair):
        reading.repairs.append(found)
        return
    segment, supplement = found
    reading.segments.append(segment)
    reading.repairs.extend(supplement.repairs)
    reading.disagreeing.update(supplement.disagreeing)
    for keyword, value in supplement.keywords.items():
        kept = reading.keywords.setdefault(keyword, value)
        if kept != value:  # the primary TEXT segment holds what is required, so it is right
            reading.repairs.append(
                Repair(
                    keyword,
                    text(
                        'TEXT says "{kept}", supplemental TEXT "{other}"; the one in TEXT was kept',
                        kept=kept,
                        other=value,
                    ),
                )
            )


def _read_analysis(reading: Reading) -> Mapping[str, str]:
    """Return the keywords of the ANALYSIS segment, or log why the stated one was left out."""
    stated = (
        reading.header.analysis,
        stated_extent(reading.keywords, "$BEGINANALYSIS", "$ENDANALYSIS"),
    )
    left_out: list[Repair] = []
    for extent in dict.fromkeys(extent for extent in stated if extent is not None):
        found = _optional(reading, extent, name="ANALYSIS")
        if isinstance(found, Repair):
            left_out.append(found)
            continue
        segment, analysis = found
        reading.segments.append(segment)
        if "$PAR" not in reading.keywords and "$PAR" in analysis.keywords:
            reading.repairs.append(
                Repair("$PAR", text("the required keywords were found in the ANALYSIS segment"))
            )
            reading.repairs.extend(analysis.repairs)
            reading.keywords.update({**analysis.keywords, **reading.keywords})
        return analysis.keywords
    reading.repairs.extend(left_out)
    return {}


def _optional(
    reading: Reading, extent: Extent, *, name: str
) -> tuple[Segment, TextSegment] | Repair:
    """Read a segment that a file may do without; a repair says why it was left out."""
    begin, end, size = extent.begin, extent.end, len(reading.window)
    primary = reading.segments[0]
    if end == size:
        end -= 1
    if end is None or not HEADER_BYTES <= begin <= end < size:
        return Repair(
            name,
            text(
                "stated from byte {begin} to {end}, the file ends after {size}; left out",
                begin=begin,
                end="?" if extent.end is None else extent.end,
                size=size,
            ),
        )
    if begin < primary.stop and primary.begin <= end:
        return Repair(
            name,
            text(
                "stated from byte {begin} to {end}, over the TEXT segment; left out",
                begin=begin,
                end=end,
            ),
        )
    content = reading.between(begin, end + 1)
    blanks = len(content) - len(content.lstrip(reading.padding()))
    if not is_text(content, reading.delimiter):
        return Repair(
            name,
            text("no text from byte {begin} to {end} as stated; left out", begin=begin, end=end),
        )
    try:
        parsed = parse_text(content[blanks:], reading.delimiter, name)
    except FileProblem as problem:
        return Repair(name, text("{reason}; left out", reason=problem.problems[0].found))
    return Segment(name, begin, begin + blanks + parsed.used), parsed


def _refuse_disagreement(reading: Reading) -> None:
    for keyword, others in reading.disagreeing.items():
        kept = reading.keywords[keyword]
        number = decimal_number(kept)
        same = number is not None and all(decimal_number(other) == number for other in others)
        if _DECISIVE.fullmatch(keyword) is not None and not same:
            raise refusal(
                found=text(
                    '{keyword} is stated more than once, as "{kept}" and as "{other}"',
                    keyword=keyword,
                    kept=kept,
                    other=others[0],
                ),
                expected=text("one value, because the numbers depend on it"),
            )
