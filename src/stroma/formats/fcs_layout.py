"""Which offsets of the DATA segment to believe.

A file states them twice, in its HEADER and in its TEXT, and often one of the two is wrong. A place
is possible if all events fit into the file there, without touching another segment, and end where
the file says or one byte beside it. Where several places are possible the bytes decide: whether
the values are measurements, and whether nothing but padding lies around the segment. Where they do
not decide, the file is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from stroma.errors import FileProblem
from stroma.formats.fcs_data import doubt, free_ascii, varied
from stroma.formats.fcs_encoding import BITS_IN_A_BYTE, DOUBLE, SINGLE, Encoding, Reading
from stroma.formats.fcs_header import (
    HEADER_BYTES,
    LARGEST_HEADER_OFFSET,
    Bytes,
    Extent,
    is_padding,
    stated_extent,
)
from stroma.formats.fcs_segments import DataSetText, Segment
from stroma.formats.fcs_values import refusal, whole_number
from stroma.records import Repair
from stroma.texts import Text, join, text

_CHECKSUM: Final = b"0"
"""Eight digits may follow the last segment; all but a few writers leave them zero."""
_BLANKS: Final = b" \t\r\n"
_CHECKSUM_BYTES: Final = 8
_LONGEST_TAIL: Final = 1 << 12
_FURTHEST_SHIFT: Final = 16
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
class Located:
    """The DATA segment.

    Parameters
    ----------
    begin, stop
        Its first byte, and one past its last.
    events
        How many it holds.
    encoding
        How they are written.
    repairs
        What was decided, on what evidence.
    """

    begin: int
    stop: int
    events: int
    encoding: Encoding
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A place where the events can be."""

    begin: int
    events: int
    reading: Reading
    fit: Fit

    @property
    def stop(self) -> int:
        return self.begin + self.reading.encoding.bytes_for(self.events)


@dataclass(frozen=True, slots=True)
class _Search:
    """What is known before the DATA segment is found."""

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
        return tuple(extent for extent in (self.header, self.text) if extent is not None)

    def doubt(self, place: _Place) -> float:
        return doubt(
            self.window,
            place.begin,
            events=place.events,
            encoding=place.reading.encoding,
            times=self.times,
        )

    def varied(self, place: _Place) -> bool:
        encoding = place.reading.encoding
        return varied(self.window, place.begin, events=place.events, encoding=encoding)

    def clean_before(self, begin: int) -> bool:
        """Return whether nothing but padding lies between the segment before and a place."""
        before = max([s.stop for s in self.segments if s.stop <= begin], default=HEADER_BYTES)
        return is_padding(self.window[before:begin])

    def clean_after(self, stop: int) -> bool:
        """Return whether nothing but padding or a checksum lies behind a place."""
        after = min([s.begin for s in self.segments if s.begin >= stop], default=len(self.window))
        return is_padding(self.window[stop:after], _CHECKSUM)

    def usual_tail(self, place: _Place) -> bool:
        """Return whether a place is followed by nothing, padding or a whole checksum."""
        after = min(
            [s.begin for s in self.segments if s.begin >= place.stop], default=len(self.window)
        )
        if after - place.stop > _LONGEST_TAIL:
            return is_padding(self.window[place.stop : after])
        raw = self.window[place.stop : after].tobytes().strip(_BLANKS)
        tail = raw.strip(b"\x00")
        if not tail:
            # A few zeros may be the end of the last event.
            return not raw or len(raw) >= place.reading.encoding.stride_bits // BITS_IN_A_BYTE
        whole = len(tail) == _CHECKSUM_BYTES or tail.strip(_CHECKSUM) != b""
        return tail.isdigit() and len(tail) <= _CHECKSUM_BYTES and whole

    def swallows_checksum(self, place: _Place) -> bool:
        """Return whether the last event is the eight zeros that stand for no checksum."""
        last = self.window[max(place.stop - _CHECKSUM_BYTES, place.begin) : place.stop].tobytes()
        rest = self.window[place.stop :]
        return last == _CHECKSUM * _CHECKSUM_BYTES and len(rest) == 0


def locate_data(
    window: Bytes, said: DataSetText, *, readings: Sequence[Reading], times: tuple[int, ...]
) -> Located:
    """Find the DATA segment.

    Parameters
    ----------
    window
        The data set's bytes.
    said
        Its keywords and other segments.
    readings
        The ways in which its events may be written.
    times
        Parameters that are time, from 0.

    Returns
    -------
    Located
        The place, and the reading of the events that fits it.

    Raises
    ------
    FileProblem
        The file is cut off, contradicts itself, or allows more than one reading.
    """
    search = _Search(
        window=window,
        header=said.header.data,
        text=stated_extent(said.keywords, "$BEGINDATA", "$ENDDATA"),
        segments=said.segments,
        total=whole_number(said.keywords.get("$TOT")),
        times=times,
        tidy=said.tidy,
        readable=said.header.readable,
    )
    repairs = list(_missing_keywords(said, search))
    if search.total == 0 and not readings[0].encoding.free:
        return _no_events(search, readings[0], repairs)
    if not search.stated:
        raise refusal(
            found=text("neither HEADER nor TEXT states where the DATA segment begins"),
            expected=text("its offsets in the HEADER or in $BEGINDATA and $ENDDATA"),
        )
    if readings[0].encoding.free:
        return _free(search, readings[0], repairs)
    places = list(_places(search, readings))
    if not places:
        raise _impossible(search, readings[0].encoding)
    place = _decide(search, places)
    shifted = _shifted(search, place)
    if shifted is not None:
        place = shifted
    _check_surroundings(search, place, places)
    _check_byte_order(search, place)
    _check_moved(search, place)
    repairs.extend(place.reading.repairs)
    repairs.extend(_offset_repairs(search, place, places))
    return Located(place.begin, place.stop, place.events, place.reading.encoding, tuple(repairs))


def _missing_keywords(said: DataSetText, search: _Search) -> Iterator[Repair]:
    if said.header.version == "FCS2.0":
        return  # neither keyword existed or was required then
    if search.total is None:
        yield Repair(
            "$TOT",
            text(
                'is "{value}"; the events were counted by the length of the DATA segment',
                value=said.keywords.get("$TOT", ""),
            ),
        )
    if "$BEGINDATA" not in said.keywords and search.header is not None:
        yield Repair("$BEGINDATA", text("missing; the offset in the HEADER was taken"))


def _no_events(search: _Search, reading: Reading, repairs: list[Repair]) -> Located:
    stride = reading.encoding.stride_bits // BITS_IN_A_BYTE
    for extent in search.stated:
        end = extent.end if extent.end is not None else 0
        held = search.window[extent.begin : end + 1]
        if len(held) > stride and not is_padding(held, _CHECKSUM):
            raise refusal(
                found=text(
                    "$TOT says 0 events, the DATA segment from byte {begin} to {end} is not empty",
                    begin=extent.begin,
                    end=end,
                ),
                expected=text("the number of events the DATA segment holds"),
            )
    return Located(0, 0, 0, reading.encoding, (*repairs, *reading.repairs))


def _free(search: _Search, reading: Reading, repairs: list[Repair]) -> Located:
    """Return the DATA segment of free-format ASCII; only its offsets say how long it is."""
    size = len(search.window)
    inside = {
        (extent.begin, min(extent.end + 1, size))
        for extent in search.stated
        if extent.end is not None and HEADER_BYTES <= extent.begin <= extent.end <= size
    }
    if len(inside) != 1:
        raise refusal(
            found=text(
                "the offsets of the DATA segment are {offsets}, the file ends after {size} bytes",
                offsets=_offsets(search),
                size=size,
            ),
            expected=text("one place inside the file for values of free-format ASCII"),
        )
    begin, stop = inside.pop()
    parameters = len(reading.encoding.fields)
    events = len(free_ascii(search.window, begin, stop, parameters=parameters))
    if search.total is not None and search.total != events:
        raise refusal(
            found=text(
                "$TOT says {total} events, the DATA segment holds {events}",
                total=search.total,
                events=events,
            ),
            expected=text("the number of events the DATA segment holds"),
        )
    return Located(begin, stop, events, reading.encoding, (*repairs, *reading.repairs))


def _places(search: _Search, readings: Sequence[Reading]) -> Iterator[_Place]:
    """Yield the possible places; only those of the best fitting way to read the events."""
    for reading in readings:
        found = [
            place
            for begin in dict.fromkeys(extent.begin for extent in search.stated)
            for place in _places_at(search, begin, reading)
        ]
        if found and (reading is readings[-1] or any(p.fit is Fit.EXACT for p in found)):
            yield from found
            return
    for reading in readings:
        for begin in dict.fromkeys(extent.begin for extent in search.stated):
            yield from _places_at(search, begin, reading)


def _places_at(search: _Search, begin: int, reading: Reading) -> Iterator[_Place]:
    for events in _event_counts(search, begin, reading.encoding):
        needed = reading.encoding.bytes_for(events)
        for first in (begin, begin + 1, begin - 1):
            fit = _fit(search, first, needed)
            if first != begin and fit is not Fit.EXACT:
                continue  # only the stated end can speak for another beginning
            if fit is not None and _obstacle(search, first, needed) is None:
                yield _Place(first, events, reading, fit)
                break


def _event_counts(search: _Search, begin: int, encoding: Encoding) -> tuple[int, ...]:
    if search.total is not None:
        return (search.total,)
    counts: dict[int, None] = {}
    for extent in search.stated:
        if extent.end is None or extent.begin != begin or extent.end > len(search.window):
            continue
        length = extent.end - begin + 1
        events = length * BITS_IN_A_BYTE // encoding.stride_bits
        surplus = length - encoding.bytes_for(events)
        if events > 0 and surplus <= 1:
            counts[events] = None
    return tuple(counts)


def _fit(search: _Search, begin: int, needed: int) -> Fit | None:
    """Return how the stated ends agree with the length that is needed; ``None`` for not at all."""
    last = begin + needed - 1
    size = len(search.window)
    ends = [extent.end for extent in search.stated if extent.end is not None]
    usable = [end for end in ends if begin <= end <= size and end != LARGEST_HEADER_OFFSET]
    if last in ends:
        return Fit.EXACT
    if any(abs(end - last) == 1 for end in usable):
        return Fit.ONE_BYTE_OFF
    if any(
        end > last and is_padding(search.window[last + 1 : end + 1], _CHECKSUM) for end in usable
    ):
        return Fit.PADDED
    if not usable and search.clean_after(last + 1):
        return Fit.OPEN
    return None


def _obstacle(search: _Search, begin: int, needed: int) -> Text | None:
    """Return why the events cannot be at a place, ``None`` if they can."""
    if begin + needed > len(search.window):
        return text("the file ends before the last event")
    if begin < HEADER_BYTES:
        return text("it lies in the HEADER")
    for segment in search.segments:
        if begin < segment.stop and segment.begin < begin + needed:
            return text("it lies over the {segment} segment", segment=segment.name)
    return None


def _decide(search: _Search, places: list[_Place]) -> _Place:
    for place in places:
        others = [other for other in places if other is not place]
        if all(_evidence(search, place, other) is not None for other in others):
            return place
    raise refusal(
        found=text(
            "the offsets of the DATA segment are {offsets}; each can be read, and nothing in the "
            "file tells which is right",
            offsets=_offsets(search),
        ),
        expected=text("the same offsets in HEADER and TEXT"),
    )


def _evidence(search: _Search, place: _Place, other: _Place) -> Text | None:
    """Return what speaks for a place against another, if all of it speaks for the same one."""
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


def _shifted(search: _Search, place: _Place) -> _Place | None:
    """Return the place one byte beside if the stated end is right and the beginning wrong."""
    if place.fit is not Fit.ONE_BYTE_OFF or search.doubt(place) < _BAD:
        return None
    needed = place.stop - place.begin
    for begin in (place.begin + 1, place.begin - 1):
        if _fit(search, begin, needed) is Fit.EXACT and _obstacle(search, begin, needed) is None:
            beside = _Place(begin, place.events, place.reading, Fit.EXACT)
            if search.clean_before(begin) and search.doubt(beside) <= _GOOD:
                return beside
    return None


def _check_byte_order(search: _Search, place: _Place) -> None:
    """Refuse values that are measurements only in the byte order the file does not state."""
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


def _check_surroundings(search: _Search, place: _Place, places: list[_Place]) -> None:
    """Refuse a place that an irregular file leads to if the bytes around it speak against it."""
    begins = {extent.begin for extent in search.stated}
    unsure = len(begins) > 1 or not search.readable
    if unsure and len(places) == 1 and not search.clean_before(place.begin):
        raise refusal(
            found=text(
                "the offsets of the DATA segment are {offsets}, and there is something else than "
                "padding right before byte {begin}",
                offsets=_offsets(search),
                begin=place.begin,
            ),
            expected=text("the same offsets in HEADER and TEXT"),
        )
    if search.swallows_checksum(place) or not (search.tidy or search.usual_tail(place)):
        raise _moved(place)


def _check_moved(search: _Search, place: _Place) -> None:
    """Refuse values that are measurements only some bytes beside the place the file states."""
    if search.doubt(place) < _BAD or not search.varied(place):
        return
    size = place.stop - place.begin
    for shift in range(1, _FURTHEST_SHIFT + 1):
        for begin in (place.begin + shift, place.begin - shift):
            if not HEADER_BYTES <= begin <= len(search.window) - size:
                continue
            beside = _Place(begin, place.events, place.reading, Fit.OPEN)
            if search.doubt(beside) <= _GOOD:
                raise _moved(place)


def _moved(place: _Place) -> FileProblem:
    return refusal(
        found=text(
            "the DATA segment is stated from byte {begin} to {end}, but the bytes there and behind "
            "it do not fit: something was put into the file or lost from it before them",
            begin=place.begin,
            end=place.stop - 1,
        ),
        expected=text("a file as the cytometer wrote it, never edited as text"),
    )


def _offset_repairs(search: _Search, place: _Place, places: list[_Place]) -> Iterator[Repair]:
    begins = {extent.begin for extent in search.stated}
    if begins != {place.begin}:
        yield Repair(
            "$BEGINDATA",
            text(
                "the offsets of the DATA segment are {offsets}; byte {begin} was taken as its "
                "first: {reason}",
                offsets=_offsets(search),
                begin=place.begin,
                reason=_why(search, place, places),
            ),
        )
    true = place.stop - 1
    wrong = sorted(
        {extent.end for extent in search.stated if extent.end not in (None, true)} - {None}
    )
    if wrong and begins == {place.begin}:
        yield Repair(
            "$ENDDATA",
            text(
                "the DATA segment is stated to end at byte {stated}; {events} events of {width} "
                "bytes from byte {begin} end at byte {true}",
                stated=join(list(wrong), " / "),
                events=place.events,
                width=place.reading.encoding.stride_bits / BITS_IN_A_BYTE,
                begin=place.begin,
                true=true,
            ),
        )


def _why(search: _Search, place: _Place, places: list[_Place]) -> Text:
    """Return why the other stated beginnings were not taken."""
    reasons: list[object] = []
    for extent in search.stated:
        if extent.begin == place.begin:
            continue
        rival = next((other for other in places if other.begin == extent.begin), None)
        needed = place.stop - place.begin
        obstacle = _obstacle(search, extent.begin, needed)
        if rival is not None:
            evidence = _evidence(search, place, rival)
            reasons.append(evidence or text("its values are measurements"))
        elif obstacle is not None:
            reasons.append(
                text("at byte {begin} {obstacle}", begin=extent.begin, obstacle=obstacle)
            )
        else:
            reasons.append(
                text("from byte {begin} $TOT does not fit the length", begin=extent.begin)
            )
    return join(reasons, "; ")


def _offsets(search: _Search) -> Text:
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


def _impossible(search: _Search, encoding: Encoding) -> FileProblem:
    """Return the refusal where no stated place can hold the events."""
    size = len(search.window)
    extent = search.stated[-1]
    width = encoding.stride_bits / BITS_IN_A_BYTE
    if search.total is None:
        return refusal(
            found=text(
                "the DATA segment is stated as {offsets} and the file does not say how many events "
                "of {width} bytes it holds; the file ends after {size} bytes",
                offsets=_offsets(search),
                width=width,
                size=size,
            ),
            expected=text("a DATA segment of whole events inside the file"),
        )
    needed = encoding.bytes_for(search.total)
    cut = [e for e in search.stated if e.end is None or e.end >= size or e.begin >= size]
    if extent.begin + needed > size and len(cut) == len(search.stated):
        return refusal(
            found=text(
                "the DATA segment needs {needed} bytes ({events} events x {width} bytes), the file "
                "holds {held} after byte {begin}",
                needed=needed,
                events=search.total,
                width=width,
                held=max(size - extent.begin, 0),
                begin=extent.begin,
            ),
            expected=text("a file that holds its whole DATA segment"),
        )
    reasons: list[object] = [
        text("from byte {begin} {obstacle}", begin=e.begin, obstacle=obstacle)
        for e in dict.fromkeys(search.stated)
        if (obstacle := _obstacle(search, e.begin, needed)) is not None
    ]
    fits = [_fit(search, e.begin, needed) for e in search.stated]
    if any(fit is not None for fit in fits) and len(reasons) == len(set(search.stated)):
        return refusal(
            found=text(
                "the DATA segment ({offsets}) cannot be where the file says: {reasons}",
                offsets=_offsets(search),
                reasons=join(reasons, "; "),
            ),
            expected=text("room for its {needed} bytes", needed=needed),
        )
    return refusal(
        found=text(
            "$TOT says {events} events of {width} bytes, {needed} bytes in all; the offsets of the "
            "DATA segment are {offsets}",
            events=search.total,
            width=width,
            needed=needed,
            offsets=_offsets(search),
        ),
        expected=text("a DATA segment of that length"),
    )
