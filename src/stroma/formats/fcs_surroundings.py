"""What the bytes of and around a DATA segment say of changes after the file was written."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final

from stroma.errors import FileProblem
from stroma.formats.fcs_data import doubt
from stroma.formats.fcs_encoding import BITS_IN_A_BYTE, DOUBLE, SINGLE
from stroma.formats.fcs_evidence import (
    BAD,
    GOOD,
    Candidate,
    Fit,
    Search,
    is_beside,
    offsets_of,
)
from stroma.formats.fcs_header import HEADER_BYTES, is_padding
from stroma.formats.fcs_values import refusal
from stroma.records import Repair
from stroma.texts import text

_FURTHEST_SHIFT: Final = 16
_MISREAD: Final = 0.5
_SAMPLE: Final = 1 << 20
_BLANKS: Final = b" \t\r\n"
# Of bytes that happen to stand in a row, so many do not follow one rule.
_LINE_FEEDS: Final = 8
_HIGH_BYTES: Final = 256
_LONGEST_CHARACTER: Final = 4
_CHECKSUM_BYTES: Final = 8


def check_byte_order(search: Search, place: Candidate) -> None:
    """Refuse values that are measurements only in the byte order the file does not state.

    Parameters
    ----------
    search
        What is known.
    place
        The place that was decided on.

    Raises
    ------
    FileProblem
        The opposite byte order makes sense and the stated one does not.
    """
    encoding = place.reading.encoding
    window, begin, events = search.window, place.begin, place.events
    stated = search.doubt(place)
    if stated <= (_MISREAD if _has_floats(place) else BAD):
        return
    backwards = encoding.reversed()
    opposite = doubt(window, begin, events=events, encoding=backwards, times=())
    if opposite <= GOOD / 10 and search.varied(place):
        raise refusal(
            found=text(
                "in the byte order the file states, {order}, {share} % of the values are none an "
                "instrument measures; in the opposite order all are",
                order=",".join(map(str, encoding.order)),
                share=100 * stated,
            ),
            expected=text("values that $BYTEORD describes rightly"),
        )


def check_surroundings(search: Search, place: Candidate, places: list[Candidate]) -> None:
    """Refuse a place that an irregular file leads to if the bytes around it speak against it.

    Parameters
    ----------
    search
        What is known.
    place
        The place that was decided on.
    places
        All that were possible.

    Raises
    ------
    FileProblem
        Something else than padding lies around the place.
    """
    begins = {extent.begin for extent in search.stated}
    unsure = len(begins) > 1 or not search.readable
    rivals = [
        other
        for other in places
        if other is not place
        and not (is_beside(search, place, other) or is_beside(search, other, place))
    ]
    if unsure and not rivals and not search.clean_before(place.begin):
        raise refusal(
            found=text(
                "the offsets of the DATA segment are {offsets}, and there is something else than "
                "padding right before byte {begin}",
                offsets=offsets_of(search),
                begin=place.begin,
            ),
            expected=text("the same offsets in HEADER and TEXT"),
        )
    regular = search.tidy or search.others or search.usual_tail(place)
    if search.swallows_checksum(place) or not regular:
        raise _moved(place)


def check_moved(search: Search, place: Candidate) -> None:
    """Refuse events that were changed as text, or lie some bytes beside where the file says.

    Parameters
    ----------
    search
        What is known.
    place
        The place that was decided on.

    Raises
    ------
    FileProblem
        The bytes have moved.
    """
    whole = search.whole_after(place.stop)
    # Events may be in any order, and values above their range fit another parameter's: where a file
    # ends as it should, neither is a reason.
    width = min(field.bits for field in place.reading.encoding.fields) // BITS_IN_A_BYTE
    shifts = [
        shift for shift in range(1, _FURTHEST_SHIFT + 1) if not whole or (width and shift % width)
    ]
    # What is put in or lost between events moves only those behind it.
    parts = [_last(place, place.events // share) for share in (1, 4, 16, 64)]
    if any(_fits_beside(search, part, shifts, timed=not whole) for part in parts):
        raise _moved(place)
    if whole:
        return
    _refuse_text(search, place)
    misread = _has_floats(place) and not search.others and search.doubt(place) >= BAD
    if misread or _begins_in_padding(search, place):
        raise _moved(place)


def stray_bytes(search: Search, place: Candidate) -> Iterator[Repair]:
    """Yield a note on bytes behind the DATA segment that belong to nothing the file states.

    Parameters
    ----------
    search
        What is known.
    place
        The place that was decided on.

    Yields
    ------
    Repair
        One, or none.
    """
    if search.others or search.whole_after(place.stop):
        return
    note = text(
        "the bytes behind it, {begin} to {end}, are neither padding nor a checksum and were left "
        "out; compare the values with those of the cytometer's software",
        begin=place.stop,
        end=place.stop + len(search.behind(place.stop)) - 1,
    )
    yield Repair("DATA", note)


def _has_floats(place: Candidate) -> bool:
    return any(field.kind in (SINGLE, DOUBLE) for field in place.reading.encoding.fields)


def _last(place: Candidate, events: int) -> Candidate:
    """Return the last few events of a place."""
    begin = place.begin + place.reading.encoding.bytes_for(place.events - events)
    return Candidate(begin, events, place.reading, place.fit)


def _fits_beside(search: Search, place: Candidate, shifts: list[int], *, timed: bool) -> bool:
    """Return whether values are measurements only some bytes beside a place."""
    if search.doubt(place, timed=timed) < BAD or not search.varied(place):
        return False
    size = place.stop - place.begin
    return any(
        search.doubt(Candidate(begin, place.events, place.reading, Fit.OPEN), timed=timed) <= GOOD
        for shift in shifts
        for begin in (place.begin + shift, place.begin - shift)
        if HEADER_BYTES <= begin <= len(search.window) - size
    )


def _begins_in_padding(search: Search, place: Candidate) -> bool:
    """Return whether as many bytes of padding begin the events as lie astray behind them."""
    astray = len(search.behind(place.stop)) - _CHECKSUM_BYTES
    if astray <= 0:
        return False
    first = search.window[place.begin : min(place.begin + astray, place.stop)]
    blank = len(first) <= _SAMPLE and not first.tobytes().strip(_BLANKS)
    # Fewer zeros may be values.
    return blank or (len(first) >= place.reading.encoding.bytes_for(1) and is_padding(first))


def _refuse_text(search: Search, place: Candidate) -> None:
    """Refuse events whose bytes follow the rules of text, which no measurements do."""
    sample = search.window[place.begin : min(place.stop, place.begin + _SAMPLE)].tobytes()
    feeds = sample.count(b"\n")
    if feeds >= _LINE_FEEDS and sample.count(b"\r\n") == feeds:
        raise refusal(
            found=text(
                "each of {count} line feeds in the DATA segment follows a carriage return: the "
                "file was copied or sent as text",
                count=feeds,
            ),
            expected=text("a file as the cytometer wrote it, never edited as text"),
        )
    high = sum(byte >= 0x80 for byte in sample[: 1 << 14])
    if high >= _HIGH_BYTES and _is_utf8(sample):
        raise refusal(
            found=text("the bytes of the DATA segment are UTF-8: the file was converted as text"),
            expected=text("a file as the cytometer wrote it, never edited as text"),
        )


def _is_utf8(sample: bytes) -> bool:
    """Return whether bytes are UTF-8 but for a part of a character at either end."""
    for cut in range(_LONGEST_CHARACTER):
        try:
            codecs.getincrementaldecoder("utf-8")().decode(sample[cut:])
        except UnicodeDecodeError:
            continue
        return True
    return False


def _moved(place: Candidate) -> FileProblem:
    return refusal(
        found=text(
            "the DATA segment is stated from byte {begin} to {end}, but the bytes there and behind "
            "it do not fit: something was put into the file or lost from it before them",
            begin=place.begin,
            end=place.stop - 1,
        ),
        expected=text("a file as the cytometer wrote it, never edited as text"),
    )
