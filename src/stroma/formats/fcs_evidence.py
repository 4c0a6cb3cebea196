"""What the bytes of a data set say for and against a place of its DATA segment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from stroma.formats.fcs_data import doubt, varied
from stroma.formats.fcs_encoding import ASCII, Reading
from stroma.formats.fcs_header import (
    HEADER_BYTES,
    LARGEST_HEADER_OFFSET,
    Bytes,
    Extent,
    is_padding,
)
from stroma.formats.fcs_segments import Segment
from stroma.formats.fcs_text import PADDING
from stroma.texts import Text, join, text

CHECKSUM: Final = b"0"
"""Eight digits may follow the last segment; all but a few writers leave them zero."""
_BLANKS: Final = b" \t\r\n"
_CHECKSUM_BYTES: Final = 8
_LONGEST_TAIL: Final = 1 << 12
"""Nobody puts more bytes than these into a TEXT segment by hand."""
# Measurements raise no doubt but for a stray value; misread bytes do in a fifth to all of them.
GOOD: Final = 0.01
BAD: Final = 0.05


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
    others
        Whether the HEADER goes on with offsets of segments of the instrument's own.
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
    others: bool
    readable: bool

    @property
    def stated(self) -> tuple[Extent, ...]:
        """The offsets that are stated, those of the HEADER first."""
        return tuple(extent for extent in (self.header, self.text) if extent is not None)

    def doubt(self, place: Candidate, *, timed: bool = False) -> float:
        """Return how much the values at a place look misread, their order in time only if asked."""
        return doubt(
            self.window,
            place.begin,
            events=place.events,
            encoding=place.reading.encoding,
            times=self.times if timed else (),
        )

    def forward(self, place: Candidate) -> bool:
        """Return whether time runs forward at a place; FCS asks for no order of events."""
        return self.doubt(place, timed=True) < BAD

    def varied(self, place: Candidate) -> bool:
        """Return whether there are enough values at a place to judge them."""
        encoding = place.reading.encoding
        return varied(self.window, place.begin, events=place.events, encoding=encoding)

    def clean_before(self, begin: int) -> bool:
        """Return whether nothing but padding lies between the segment before and a place."""
        before = max([s.stop for s in self.segments if s.stop <= begin], default=HEADER_BYTES)
        return is_padding(self.window[before:begin])

    def behind(self, stop: int) -> Bytes:
        """Return the bytes from a place to the next segment or the end."""
        after = min([s.begin for s in self.segments if s.begin >= stop], default=len(self.window))
        return self.window[stop:after]

    def clean_after(self, stop: int) -> bool:
        """Return whether nothing but padding or zeros of a checksum lie behind a place."""
        return is_padding(self.behind(stop), CHECKSUM)

    def whole_after(self, stop: int) -> bool:
        """Return whether nothing, padding or one whole checksum lies behind a place."""
        tail = self.behind(stop)
        if len(tail) > _LONGEST_TAIL:
            return is_padding(tail)
        digits = tail.tobytes().strip(PADDING)
        whole = len(digits) == _CHECKSUM_BYTES or digits.strip(CHECKSUM) != b""
        return not digits or (digits.isdigit() and len(digits) <= _CHECKSUM_BYTES and whole)

    def usual_tail(self, place: Candidate) -> bool:
        """Return whether what follows a place can be no part of its events."""
        tail = self.behind(place.stop)
        if len(tail) > _LONGEST_TAIL:
            return True
        zeros = tail.tobytes().strip(_BLANKS)
        if not zeros or zeros.strip(b"\x00"):
            return self.whole_after(place.stop)
        # A few zeros may be the end of the last event; then as much padding begins the first.
        first = self.window[place.begin : place.begin + len(zeros)]
        fits = place.fit is Fit.EXACT and self.doubt(place) <= GOOD and not is_padding(first)
        return fits or len(zeros) >= place.reading.encoding.bytes_for(1)

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


def is_beside(search: Search, place: Candidate, other: Candidate) -> bool:
    """Return whether a place takes the stated end for right and the stated beginning for wrong.

    Parameters
    ----------
    search
        What is known.
    place
        The place.
    other
        The place at the stated beginning.

    Returns
    -------
    bool
        True if they lie one byte apart and only the other one's beginning is stated.
    """
    return (
        place.fit is Fit.EXACT
        and other.fit is Fit.ONE_BYTE_OFF
        and abs(place.begin - other.begin) == 1
        and place.events == other.events
        and all(extent.begin != place.begin for extent in search.stated)
    )


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
    values = (here <= GOOD and there >= BAD) - (there <= GOOD and here >= BAD)
    clock = search.forward(place) - search.forward(other)
    before = search.clean_before(place.begin) - search.clean_before(other.begin)
    measured = text("its values are measurements and those at the other place are not")
    signs = [(before, text("nothing but padding lies before it"))]
    if is_beside(search, place, other) or is_beside(search, other, place):
        whole = search.whole_after(place.stop) - search.whole_after(other.stop)
        signs.append((values, measured))
        signs.append((whole, text("nothing but padding or a whole checksum lies behind it")))
        reason = _weigh(signs, clock)
        # Many a writer states the byte behind the last one as the end.
        usual = place.fit is Fit.ONE_BYTE_OFF and place.begin < other.begin
        if reason is None and usual and clock == 0 and all(sign == 0 for sign, _ in signs):
            return text("its beginning is the stated one")
        return reason
    if values:
        return measured if values > 0 else None
    clean = search.clean_after(place.stop) - search.clean_after(other.stop)
    signs.append((int(other.fit) - int(place.fit), text("its end agrees with $TOT")))
    signs.append((clean, text("nothing but padding lies behind it")))
    return _weigh(signs, clock)


def _weigh(signs: list[tuple[int, Text]], clock: int) -> Text | None:
    """Return the reasons for a place; time decides unless two signs more are against it.

    Events may be in any order, and then another parameter may look like time.
    """
    reasons: list[object] = [reason for sign, reason in signs if sign > 0]
    against = sum(sign < 0 for sign, _ in signs)
    if clock > 0 and against - len(reasons) < 2:
        reasons.append(text("time runs forward in it"))
        return join(reasons)
    return join(reasons) if reasons and not against and clock == 0 else None


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
