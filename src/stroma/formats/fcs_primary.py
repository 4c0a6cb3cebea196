"""The primary TEXT segment: where it truly begins and ends, and what separates its values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from stroma.formats.fcs_header import (
    HEADER_BYTES,
    Bytes,
    Extent,
    Header,
    begins_like_fcs,
    stated_extent,
)
from stroma.formats.fcs_text import PADDING, TextSegment, is_text, parse_text, shown
from stroma.formats.fcs_values import refusal, whole_number
from stroma.records import Repair
from stroma.texts import text

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


@dataclass(slots=True)
class Reading:
    """A data set while it is being read.

    Parameters
    ----------
    window
        The data set's bytes.
    header
        Its HEADER.
    delimiter
        What separates keywords and values; known once the primary TEXT segment is found.
    keywords
        Those read so far.
    disagreeing
        Keywords with several values, and the values that were not kept.
    segments
        Those found so far, the primary TEXT segment first.
    tidy
        Whether the HEADER states the TEXT segment as it is.
    repairs
        What had to be decided.
    """

    window: Bytes
    header: Header
    delimiter: bytes = b""
    keywords: dict[str, str] = field(default_factory=dict)
    disagreeing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    segments: list[Segment] = field(default_factory=list)
    tidy: bool = True
    repairs: list[Repair] = field(default_factory=list)

    def between(self, begin: int, stop: int) -> bytes:
        """Return some bytes of the data set.

        Parameters
        ----------
        begin, stop
            The first, and one past the last.

        Returns
        -------
        bytes
            A copy.
        """
        return self.window[begin:stop].tobytes()

    def padding(self) -> bytes:
        """Return what counts as padding around text here.

        Returns
        -------
        bytes
            Each byte that does, but not the delimiter.
        """
        return PADDING.replace(self.delimiter, b"")


def read_primary(reading: Reading) -> None:
    """Read the primary TEXT segment.

    Parameters
    ----------
    reading
        Takes its keywords, its place, its delimiter and what had to be decided.

    Raises
    ------
    FileProblem
        There is none that can be read.
    """
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


def _primary_extent(reading: Reading) -> tuple[int, int]:
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


def _first_delimiter(reading: Reading, begin: int) -> int:
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


def _before_data(reading: Reading, begin: int, end: int) -> int:
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


def _extended(reading: Reading, primary: TextSegment, stated: Segment) -> TextSegment | None:
    """Return the TEXT segment read further where the HEADER cuts it short.

    Evidence: keywords and values go on right behind the stated end and close with the delimiter
    before the next segment or the end of the window.
    """
    later = _later(reading.header, primary.keywords)
    begins = [extent.begin for extent in later if extent.begin >= stated.stop]
    limit = min([*begins, _next_data_set(reading, primary.keywords, stated.stop)])
    first = reading.between(stated.stop, min(stated.stop + 1, limit))
    if primary.closed and first in (reading.delimiter, b" ", b"\x00"):
        return None  # another segment begins here, or something after padding
    rest = reading.between(stated.stop, limit).rstrip(reading.padding())
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


def _next_data_set(reading: Reading, keywords: Mapping[str, str], stop: int) -> int:
    """Return where the next data set begins, or the window ends."""
    offset = whole_number(keywords.get("$NEXTDATA"))
    if offset is None or offset < stop:
        return len(reading.window)
    follows = begins_like_fcs(reading.between(offset, offset + HEADER_BYTES))
    return offset if follows else len(reading.window)


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


def _later(header: Header, keywords: Mapping[str, str]) -> list[Extent]:
    stated = (
        header.data,
        header.analysis,
        stated_extent(keywords, "$BEGINDATA", "$ENDDATA"),
        stated_extent(keywords, "$BEGINSTEXT", "$ENDSTEXT"),
        stated_extent(keywords, "$BEGINANALYSIS", "$ENDANALYSIS"),
    )
    return [extent for extent in stated if extent is not None]
