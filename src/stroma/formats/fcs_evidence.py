"""What the bytes of a data set say for and against a place of its DATA segment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from stroma.errors import FileProblem
from stroma.formats.fcs_data import doubt, varied
from stroma.formats.fcs_encoding import ASCII, BITS_IN_A_BYTE, DOUBLE, SINGLE, Reading
from stroma.formats.fcs_header import (
    HEADER_BYTES,
    LARGEST_HEADER_OFFSET,
    Bytes,
    Extent,
    is_padding,
)
from stroma.formats.fcs_segments import Segment
from stroma.formats.fcs_values import refusal
from stroma.texts import Text, join, text

CHECKSUM: Final = b"0"
"""Eight digits may follow the last segment; all but a few writers leave them zero."""
_BLANKS: Final = b" \t\r\n"
_CHECKSUM_BYTES: Final = 8
_LONGEST_TAIL: Final = 1 << 12
"""Nobody puts more bytes than these into a TEXT segment by hand."""
_FURTHEST_SHIFT: Final = 16
# Measurements raise no doubt but for a stray value; misread bytes do in a fifth to all of them.
_GOOD: Final = 0.01
_BAD: Final = 0.05
_MISREAD: Final = 0.5


class Fit(IntEnum):
    """How well the stated end of the DATA segment agrees with ``$TOT``, best first."""

    EXACT = 0
    ONE_BYTE_OFF = 1
    PADDED = 2
    OPEN = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where the events can be.

    Parameters
    ----------
    begin
        First byte.
    events
        How many.
    reading
        How they are written.
    fit
        How the stated end agrees.
    """

    begin: int
    events: int
    reading: Reading
    fit: Fit

    @property
    def stop(self) -> int:
        """One past the last byte."""
        return self.begin + self.reading.encoding.bytes_for(self.events)


@dataclass(frozen=True, slots=True)
class Search:
    """What is known before the DATA segment is found.

    Parameters
    ----------
    window
        The data set's bytes.
    header, text
        The offsets that HEADER and TEXT state; ``None`` for none.
    segments
        The other segments.
    total
        ``$TOT``; ``None`` where it is missing or unreadable.
    times
        Parameters that are time, from 0.
    tidy
        Whether the TEXT segment ends where the HEADER says.
    readable
        Whether the HEADER's offsets are numbers.
    """

    window: Bytes
    header: Extent | None
    text: Extent | None
    segments: tuple[Segment, ...]
    total: int | None
    times: tuple[int, ...]
    tidy: bool
    readable: bool

    @property
    def stated(self) -> tuple[Extent, ...]:
        """The offsets that are stated, those of the HEADER first."""
        return tuple(extent for extent in (self.header, self.text) if extent is not None)

    def doubt(self, place: Candidate) -> float:
        """Return how much the values at a place look misread."""
        return doubt(
            self.window,
            place.begin,
            events=place.events,
            encoding=place.reading.encoding,
            times=self.times,
        )

    def varied(self, place: Candidate) -> bool:
        """Return whether there are enough values at a place to judge them."""
        encoding = place.reading.encoding
        return varied(self.window, place.begin, events=place.events, encoding=encoding)

    def clean_before(self, begin: int) -> bool:
        """Return whether nothing but padding lies between the segment before and a place."""
        before = max([s.stop for s in self.segments if s.stop <= begin], default=HEADER_BYTES)
        return is_padding(self.window[before:begin])

    def clean_after(self, stop: int) -> bool:
        """Return whether nothing but padding or a checksum lies behind a place."""
        after = min([s.begin for s in self.segments if s.begin >= stop], default=len(self.window))
        return is_padding(self.window[stop:after], CHECKSUM)

    def usual_tail(self, place: Candidate) -> bool:
        """Return whether a place is followed by nothing, padding or a whole checksum."""
        after = min(
            [s.begin for s in self.segments if s.begin >= place.stop], default=len(self.window)
        )
        if after - place.stop > _LONGEST_TAIL:
            return True
        raw = self.window[place.stop : after].tobytes().strip(_BLANKS)
        tail = raw.strip(b"\x00")
        if not tail:
            # A few zeros may be the end of the last event.
            return not raw or len(raw) >= place.reading.encoding.stride_bits // BITS_IN_A_BYTE
        whole = len(tail) == _CHECKSUM_BYTES or tail.strip(CHECKSUM) != b""
        return tail.isdigit() and len(tail) <= _CHECKSUM_BYTES and whole

    def swallows_checksum(self, place: Candidate) -> bool:
        """Return whether the last event is the eight zeros that stand for no checksum."""
        if any(field.kind == ASCII for field in place.reading.encoding.fields):
            return False
        last = self.window[max(place.stop - _CHECKSUM_BYTES, place.begin) : place.stop].tobytes()
        rest = self.window[place.stop :]
        return last == CHECKSUM * _CHECKSUM_BYTES and len(rest) == 0


def fit_of(search: Search, begin: int, needed: int) -> Fit | None:
    """Return how the stated ends agree with the length that is needed.

    Parameters
    ----------
    search
        What is known.
    begin
        First byte of the DATA segment.
    needed
        Its bytes.

    Returns
    -------
    Fit or None
        ``None`` where they do not agree at all.
    """
    last = begin + needed - 1
    size = len(search.window)
    ends = [extent.end for extent in search.stated if extent.end is not None]
    usable = [end for end in ends if begin <= end <= size and end != LARGEST_HEADER_OFFSET]
    if last in ends:
        return Fit.EXACT
    if any(abs(end - last) == 1 for end in usable):
        return Fit.ONE_BYTE_OFF
    if any(
        end > last and is_padding(search.window[last + 1 : end + 1], CHECKSUM) for end in usable
    ):
        return Fit.PADDED
    if not usable and search.clean_after(last + 1):
        return Fit.OPEN
    return None


def obstacle(search: Search, begin: int, needed: int) -> Text | None:
    """Return why the events cannot be at a place.

    Parameters
    ----------
    search
        What is known.
    begin
        First byte of the place.
    needed
        Its bytes.

    Returns
    -------
    Text or None
        ``None`` if they can.
    """
    if begin + needed > len(search.window):
        return text("the file ends before the last event")
    if begin < HEADER_BYTES:
        return text("it lies in the HEADER")
    for segment in search.segments:
        if begin < segment.stop and segment.begin < begin + needed:
            return text("it lies over the {segment} segment", segment=segment.name)
    return None


def evidence(search: Search, place: Candidate, other: Candidate) -> Text | None:
    """Return what speaks for a place against another.

    Parameters
    ----------
    search
        What is known.
    place, other
        The two places.

    Returns
    -------
    Text or None
        ``None`` where nothing does, or something speaks for the other one.
    """
    here, there = search.doubt(place), search.doubt(other)
    if here <= _GOOD and there >= _BAD:
        return text("its values are measurements and those at the other place are not")
    if there <= _GOOD and here >= _BAD:
        return None
    signs = (
        (int(other.fit) - int(place.fit), text("its end agrees with $TOT")),
        (
            search.clean_before(place.begin) - search.clean_before(other.begin),
            text("nothing but padding lies before it"),
        ),
        (
            search.clean_after(place.stop) - search.clean_after(other.stop),
            text("nothing but padding lies behind it"),
        ),
    )
    reasons: list[object] = [reason for sign, reason in signs if sign > 0]
    if not reasons or any(sign < 0 for sign, _ in signs):
        return None
    return join(reasons)


def beside(search: Search, place: Candidate) -> Candidate | None:
    """Return the place one byte beside if the stated end is right and the beginning wrong.

    Parameters
    ----------
    search
        What is known.
    place
        A place whose end is one byte off.

    Returns
    -------
    Candidate or None
        ``None`` if the beginning is right.
    """
    if place.fit is not Fit.ONE_BYTE_OFF or search.doubt(place) < _BAD:
        return None
    needed = place.stop - place.begin
    for begin in (place.begin + 1, place.begin - 1):
        if fit_of(search, begin, needed) is Fit.EXACT and obstacle(search, begin, needed) is None:
            candidate = Candidate(begin, place.events, place.reading, Fit.EXACT)
            if search.clean_before(begin) and search.doubt(candidate) <= _GOOD:
                return candidate
    return None


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
    stated = doubt(window, begin, events=events, encoding=encoding, times=())
    floats = any(field.kind in (SINGLE, DOUBLE) for field in encoding.fields)
    if stated <= (_MISREAD if floats else _BAD):
        return
    backwards = encoding.reversed()
    opposite = doubt(window, begin, events=events, encoding=backwards, times=())
    if opposite <= _GOOD / 10 and search.varied(place):
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
    if unsure and len(places) == 1 and not search.clean_before(place.begin):
        raise refusal(
            found=text(
                "the offsets of the DATA segment are {offsets}, and there is something else than "
                "padding right before byte {begin}",
                offsets=offsets_of(search),
                begin=place.begin,
            ),
            expected=text("the same offsets in HEADER and TEXT"),
        )
    if search.swallows_checksum(place) or not (search.tidy or search.usual_tail(place)):
        raise _moved(place)


def check_moved(search: Search, place: Candidate) -> None:
    """Refuse values that are measurements only some bytes beside the place the file states.

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
    if search.doubt(place) < _BAD or not search.varied(place):
        return
    size = place.stop - place.begin
    for shift in range(1, _FURTHEST_SHIFT + 1):
        for begin in (place.begin + shift, place.begin - shift):
            if not HEADER_BYTES <= begin <= len(search.window) - size:
                continue
            candidate = Candidate(begin, place.events, place.reading, Fit.OPEN)
            if search.doubt(candidate) <= _GOOD:
                raise _moved(place)


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


def offsets_of(search: Search) -> Text:
    """Return the stated offsets in words.

    Parameters
    ----------
    search
        What is known.

    Returns
    -------
    Text
        For example ``2,284 to 141,219 in HEADER; 2,330 to 141,265 in TEXT``.
    """
    parts: list[object] = []
    if search.header is not None:
        parts.append(_offset("HEADER", search.header))
    if search.text is not None:
        parts.append(_offset("TEXT", search.text))
    return join(parts, "; ")


def _offset(source: str, extent: Extent) -> Text:
    return text(
        "{begin} to {end} in {source}",
        begin=extent.begin,
        end="?" if extent.end is None else extent.end,
        source=source,
    )
