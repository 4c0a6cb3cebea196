"""The segments of a data set and the keywords in them.

Offsets count from the beginning of the data set (FCS 3.0, section 2.2.13). A data set is looked at
through a window: the bytes from its beginning to the next data set or the end of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
from stroma.formats.fcs_text import PADDING, TextSegment, is_text, parse_text, shown
from stroma.formats.fcs_values import decimal_number, refusal
from stroma.records import Repair
from stroma.texts import text

# What decides the numbers: two values of one of these are two readings of the file.
_DECISIVE: Final = re.compile(
    r"\$(?:PAR|TOT|DATATYPE|BYTEORD|MODE|TIMESTEP|SPILLOVER|P\d+(?:[BEGNR]|DATATYPE))|SPILL"
)
_LONGEST_HEADER: Final = 1 << 12
_DELIMITER_FORBIDDEN: Final = re.compile(rb"[A-Za-z0-9$\x00\x80-\xff]")


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment that was found.

    Parameters
    ----------
    name
        ``"TEXT"``, ``"supplemental TEXT"`` or ``"ANALYSIS"``.
    begin, stop
        First byte, and one past the last.
    """

    name: str
    begin: int
    stop: int


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


@dataclass(slots=True)
class _Reading:
    """A data set while it is being read."""

    window: Bytes
    header: Header
    delimiter: bytes = b""
    keywords: dict[str, str] = field(default_factory=dict)
    disagreeing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)
    tidy: bool = True
    repairs: list[Repair] = field(default_factory=list)

    def between(self, begin: int, stop: int) -> bytes:
        """Return some bytes of the data set."""
        return self.window[begin:stop].tobytes()

    def padding(self) -> bytes:
        """Return what counts as padding around text here."""
        return PADDING.replace(self.delimiter, b"")


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
    reading = _Reading(window, parse_header(window[:HEADER_BYTES].tobytes()))
    _read_primary(reading)
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


def _read_primary(reading: _Reading) -> None:
    begin, stop = _primary_extent(reading)
    primary = parse_text(reading.between(begin, stop), reading.delimiter, "TEXT")
    longer = _extended(reading, primary, Segment("TEXT", begin, stop))
    if longer is not None:
        primary = longer
    reading.tidy = primary.tidy and longer is None
    reading.segments.append(Segment("TEXT", begin, begin + primary.used))
    reading.keywords.update(primary.keywords)
    reading.disagreeing.update(primary.disagreeing)
    reading.repairs.extend(primary.repairs)


def _primary_extent(reading: _Reading) -> tuple[int, int]:
    """Return where the primary TEXT segment begins and stops, and note its delimiter."""
    begin, end = reading.header.text.begin, reading.header.text.end
    if end is None or not HEADER_BYTES <= begin < end:
        raise refusal(
            found=text(
                "the HEADER states the TEXT segment from byte {begin} to {end}",
                begin=begin,
                end=end if end is not None else 0,
            ),
            expected=text("a segment behind the HEADER of {size} bytes", size=HEADER_BYTES),
        )
    size = len(reading.window)
    begin = _first_delimiter(reading, begin) if begin < size else begin
    stop = _before_data(reading, begin, end)
    if stop > size:
        raise refusal(
            found=text(
                "the HEADER states the TEXT segment from byte {begin} to {end}, and the file ends "
                "after {size} bytes",
                begin=begin,
                end=end,
                size=size,
            ),
            expected=text("a file that holds its whole TEXT segment"),
        )
    return begin, stop


def _first_delimiter(reading: _Reading, begin: int) -> int:
    first, before = reading.between(begin, begin + 1), reading.between(begin - 1, begin)
    if _DELIMITER_FORBIDDEN.match(first) is None:
        reading.delimiter = first
        return begin
    late = begin > HEADER_BYTES and first == b"$" and before not in (b" ", b"\r", b"\n", b"\t")
    if not late or _DELIMITER_FORBIDDEN.match(before) is not None:
        raise refusal(
            found=text(
                'the TEXT segment at byte {begin} begins with "{first}"',
                begin=begin,
                first=shown(reading.between(begin, begin + 20)),
            ),
            expected=text("the delimiter of keywords and values, such as / or |"),
        )
    reading.delimiter = before
    reading.repairs.append(
        Repair(
            "TEXT",
            text(
                'the HEADER states its beginning one byte late (byte {begin} is "$"); the '
                'delimiter "{delimiter}" before it was taken',
                begin=begin,
                delimiter=shown(before),
            ),
        )
    )
    return begin - 1


def _before_data(reading: _Reading, begin: int, end: int) -> int:
    """Return where the TEXT segment stops; before the DATA segment if it closes there."""
    data, size = reading.header.data, len(reading.window)
    if data is None or not begin < data.begin <= min(end, size):
        return end + 1
    inside = reading.between(begin, data.begin)
    closes = inside.rstrip(reading.padding()).endswith(reading.delimiter)
    binary = end >= size or not is_text(reading.between(data.begin, end + 1), reading.delimiter)
    if not (closes and binary and is_text(inside, reading.delimiter)):
        return end + 1
    if end > data.begin:
        reading.repairs.append(
            Repair(
                "TEXT",
                text(
                    "the HEADER states its end at byte {end}, inside the DATA segment; keywords "
                    "and values close before byte {begin}, where the DATA segment begins",
                    end=end,
                    begin=data.begin,
                ),
            )
        )
    return data.begin


def _extended(reading: _Reading, primary: TextSegment, stated: Segment) -> TextSegment | None:
    """Return the TEXT segment read further where the HEADER cuts it short.

    Evidence: keywords and values go on right behind the stated end and close with the delimiter
    before the next segment or the end of the window.
    """
    later = _later(reading.header, primary.keywords)
    begins = [extent.begin for extent in later if extent.begin >= stated.stop]
    limit = min([*begins, len(reading.window)])
    rest = reading.between(stated.stop, limit).rstrip(reading.padding())
    if primary.closed and rest[:1] in (reading.delimiter, b" ", b"\x00"):
        return None  # another segment begins here, or something after padding
    if not rest.endswith(reading.delimiter) or not is_text(rest, reading.delimiter):
        _refuse_cut(primary, rest, stated)
        return None
    true_stop = stated.stop + len(rest)
    whole = parse_text(reading.between(stated.begin, true_stop), reading.delimiter, "TEXT")
    if not whole.closed or len(whole.keywords) < len(primary.keywords):
        return None
    reading.repairs.append(
        Repair(
            "TEXT",
            text(
                "the HEADER states its end at byte {end}, but keywords and values go on to byte "
                "{true}; read to there",
                end=stated.stop - 1,
                true=true_stop - 1,
            ),
        )
    )
    return whole


def _refuse_cut(primary: TextSegment, rest: bytes, stated: Segment) -> None:
    """Refuse a segment that breaks off inside a value while the file goes on with something."""
    if primary.closed or not rest.strip(PADDING):
        return
    raise refusal(
        found=text(
            "the HEADER states the end of the TEXT segment at byte {end}, inside a value",
            end=stated.stop - 1,
        ),
        expected=text("an end behind the delimiter of the last value"),
    )


def _other_segments(reading: _Reading) -> bool:
    """Return whether offsets follow the six of the HEADER."""
    behind = reading.between(HEADER_BYTES, min(reading.segments[0].begin, _LONGEST_HEADER))
    return any(number.isdigit() and int(number) > 0 for number in behind.split())


def _later(header: Header, keywords: Mapping[str, str]) -> list[Extent]:
    stated = (
        header.data,
        header.analysis,
        stated_extent(keywords, "$BEGINDATA", "$ENDDATA"),
        stated_extent(keywords, "$BEGINSTEXT", "$ENDSTEXT"),
        stated_extent(keywords, "$BEGINANALYSIS", "$ENDANALYSIS"),
    )
    return [extent for extent in stated if extent is not None]


def _read_supplement(reading: _Reading) -> None:
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


def _read_analysis(reading: _Reading) -> Mapping[str, str]:
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
    reading: _Reading, extent: Extent, *, name: str
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


def _refuse_disagreement(reading: _Reading) -> None:
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
