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

from stroma.errors import FileProblem
from stroma.formats.fcs_data import free_ascii_events
from stroma.formats.fcs_encoding import BITS_IN_A_BYTE, Encoding, Reading
from stroma.formats.fcs_evidence import (
    CHECKSUM,
    Candidate,
    Fit,
    Search,
    evidence,
    fit_of,
    is_beside,
    obstacle,
    offsets_of,
)
from stroma.formats.fcs_header import HEADER_BYTES, Bytes, is_padding, stated_extent
from stroma.formats.fcs_segments import DataSetText
from stroma.formats.fcs_surroundings import (
    check_byte_order,
    check_moved,
    check_surroundings,
    stray_bytes,
)
from stroma.formats.fcs_values import refusal, whole_number
from stroma.records import Repair
from stroma.texts import Text, join, text


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
    search = Search(
        window=window,
        header=said.header.data,
        text=stated_extent(said.keywords, "$BEGINDATA", "$ENDDATA"),
        segments=said.segments,
        total=whole_number(said.keywords.get("$TOT")),
        times=times,
        tidy=said.tidy,
        others=said.others,
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
    places = _places(search, readings)
    if not places:
        raise _impossible(search, readings[0].encoding)
    place = _decide(search, places)
    check_surroundings(search, place, places)
    check_byte_order(search, place)
    check_moved(search, place)
    repairs.extend(place.reading.repairs)
    repairs.extend(_offset_repairs(search, place, places))
    repairs.extend(stray_bytes(search, place))
    return Located(place.begin, place.stop, place.events, place.reading.encoding, tuple(repairs))


def _missing_keywords(said: DataSetText, search: Search) -> Iterator[Repair]:
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


def _no_events(search: Search, reading: Reading, repairs: list[Repair]) -> Located:
    one = reading.encoding.bytes_for(1)
    for extent in search.stated:
        end = extent.end if extent.end is not None else 0
        held = search.window[extent.begin : end + 1]
        if len(held) >= one and not is_padding(held, CHECKSUM):
            raise refusal(
                found=text(
                    "$TOT says 0 events, the DATA segment from byte {begin} to {end} is not empty",
                    begin=extent.begin,
                    end=end,
                ),
                expected=text("the number of events the DATA segment holds"),
            )
    return Located(0, 0, 0, reading.encoding, (*repairs, *reading.repairs))


def _free(search: Search, reading: Reading, repairs: list[Repair]) -> Located:
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
                offsets=offsets_of(search),
                size=size,
            ),
            expected=text("one place inside the file for values of free-format ASCII"),
        )
    begin, stop = inside.pop()
    parameters = len(reading.encoding.fields)
    events = free_ascii_events(search.window, begin, stop, parameters=parameters)
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


def _places(search: Search, readings: Sequence[Reading]) -> list[Candidate]:
    """Return the possible places; only those of the best fitting way to read the events."""
    every: list[Candidate] = []
    for reading in readings:
        found = list(
            dict.fromkeys(
                place
                for begin in dict.fromkeys(extent.begin for extent in search.stated)
                for place in _places_at(search, begin, reading)
            )
        )
        every.extend(found)
        agrees = any(
            place.fit is Fit.EXACT and not any(is_beside(search, place, o) for o in found)
            for place in found
        )
        if found and (reading is readings[-1] or agrees):
            return found
    return every


def _places_at(search: Search, begin: int, reading: Reading) -> Iterator[Candidate]:
    for events in _event_counts(search, begin, reading.encoding):
        needed = reading.encoding.bytes_for(events)
        for first in (begin, begin + 1, begin - 1):
            fit = fit_of(search, first, needed)
            if first != begin and fit is not Fit.EXACT:
                continue  # only the stated end can speak for another beginning
            if fit is not None and obstacle(search, first, needed) is None:
                yield Candidate(first, events, reading, fit)
                if fit is not Fit.ONE_BYTE_OFF:
                    break


def _event_counts(search: Search, begin: int, encoding: Encoding) -> tuple[int, ...]:
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


def _decide(search: Search, places: list[Candidate]) -> Candidate:
    for place in places:
        others = [other for other in places if other is not place]
        if all(evidence(search, place, other) is not None for other in others):
            return place
    if len({extent.begin for extent in search.stated}) == 1:
        raise _one_byte_off(search, places[0])
    raise refusal(
        found=text(
            "the offsets of the DATA segment are {offsets}; each can be read, and nothing in the "
            "file tells which is right",
            offsets=offsets_of(search),
        ),
        expected=text("the same offsets in HEADER and TEXT"),
    )


def _one_byte_off(search: Search, place: Candidate) -> FileProblem:
    """Return the refusal where the beginning and the end do not fit each other by a byte."""
    return refusal(
        found=text(
            "the DATA segment ({offsets}) is one byte longer or shorter than {events} events of "
            "{width} bytes, and nothing in the file tells whether its begin or its end is wrong",
            offsets=offsets_of(search),
            events=place.events,
            width=place.reading.encoding.stride_bits / BITS_IN_A_BYTE,
        ),
        expected=text("a DATA segment of that length"),
    )


def _offset_repairs(search: Search, place: Candidate, places: list[Candidate]) -> Iterator[Repair]:
    begins = {extent.begin for extent in search.stated}
    if begins != {place.begin}:
        yield Repair(
            "$BEGINDATA",
            text(
                "the offsets of the DATA segment are {offsets}; byte {begin} was taken as its "
                "first: {reason}",
                offsets=offsets_of(search),
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


def _why(search: Search, place: Candidate, places: list[Candidate]) -> Text:
    """Return why the other stated beginnings were not taken."""
    reasons: list[object] = []
    needed = place.stop - place.begin
    for begin in dict.fromkeys(extent.begin for extent in search.stated):
        if begin == place.begin:
            continue
        rival = next((other for other in places if other.begin == begin), None)
        in_the_way = obstacle(search, begin, needed)
        if rival is not None:
            reasons.append(evidence(search, place, rival) or text("its values are measurements"))
        elif in_the_way is not None:
            reasons.append(text("at byte {begin} {obstacle}", begin=begin, obstacle=in_the_way))
        else:
            reasons.append(text("from byte {begin} $TOT does not fit the length", begin=begin))
    return join(reasons, "; ")


def _impossible(search: Search, encoding: Encoding) -> FileProblem:
    """Return the refusal where no stated place can hold the events."""
    size = len(search.window)
    extent = search.stated[-1]
    width = encoding.stride_bits / BITS_IN_A_BYTE
    if search.total is None:
        return refusal(
            found=text(
                "the DATA segment is stated as {offsets} and the file does not say how many events "
                "of {width} bytes it holds; the file ends after {size} bytes",
                offsets=offsets_of(search),
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
        text("from byte {begin} {obstacle}", begin=extent.begin, obstacle=in_the_way)
        for extent in dict.fromkeys(search.stated)
        if (in_the_way := obstacle(search, extent.begin, needed)) is not None
    ]
    fits = [fit_of(search, e.begin, needed) for e in search.stated]
    if any(fit is not None for fit in fits) and len(reasons) == len(set(search.stated)):
        return refusal(
            found=text(
                "the DATA segment ({offsets}) cannot be where the file says: {reasons}",
                offsets=offsets_of(search),
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
            offsets=offsets_of(search),
        ),
        expected=text("a DATA segment of that length"),
    )
