"""The events of a DATA segment: bytes to stored values, and how likely a reading is."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from stroma.errors import FileProblem
from stroma.formats.fcs_encoding import ASCII, BITS_IN_A_BYTE, INTEGER, Encoding, Field
from stroma.formats.fcs_header import Bytes
from stroma.formats.fcs_text import shown
from stroma.formats.fcs_values import refusal
from stroma.texts import text

Numbers: TypeAlias = npt.NDArray[Any]

_NATIVE: Final = "<" if sys.byteorder == "little" else ">"
_MACHINE_WIDTHS: Final = (1, 2, 4, 8)
BLOCK: Final = 1 << 13
"""Events at a time where they are read in parts: a multiple of 8, so that each part of packed bits
begins with a byte, and few enough for a part to stay in the processor's cache."""
_ASCII_BYTES: Final = 1 << 16
DIGITS_IN_SINGLE: Final = 7
"""Whole numbers of so many digits are exact in single precision, and other ones as fine."""
_ASCII_SEPARATORS: Final = b" \t,\r\n"
_ASCII_FORBIDDEN: Final = re.compile(rb"[^0-9+\-.eE \t,\r\n]")
_VARIED: Final = 64
_FEW: Final = 16
_SAMPLE: Final = 2_000
"""Events that are enough to tell measurements from misread bytes."""
# Photon counts, volts, ticks and their ratios lie within; random bytes do in half of all cases.
_SMALLEST: Final = 1e-20
_LARGEST: Final = 1e15
_UNORDERED_TIME: Final = 0.25
"""Share of steps back in time; a misread column has about one half, a wrapped clock a few."""


def float_matrix(window: Bytes, begin: int, *, events: int, encoding: Encoding) -> Numbers | None:
    """Read events that are all floating point of one type.

    Parameters
    ----------
    window
        The data set's bytes.
    begin
        First byte of the DATA segment; all events lie inside the window.
    events
        How many.
    encoding
        How they are written.

    Returns
    -------
    ndarray or None
        Shape (events, parameters), float32 or float64; not copied where the byte order is the
        machine's. ``None`` for other events.

    Raises
    ------
    FileProblem
        The byte order cannot be applied to values of this length.
    """
    kinds = {field.kind for field in encoding.fields}
    if len(kinds) != 1 or kinds & {INTEGER, ASCII}:
        return None
    block = window[begin : begin + encoding.bytes_for(events)]
    width = encoding.fields[0].bits // BITS_IN_A_BYTE
    parameters = len(encoding.fields)
    direction = encoding.direction(width)
    if direction is None:
        words = _permuted(block.reshape(events * parameters, width), encoding.order)
        return words.view(f"{_NATIVE}f{width}").reshape(events, parameters)
    matrix = block.view(f"{direction}f{width}").reshape(events, parameters)
    return matrix.astype(f"{_NATIVE}f{width}", copy=False)


def stored_columns(
    window: Bytes, begin: int, *, events: int, encoding: Encoding
) -> Iterator[tuple[Numbers, int]]:
    """Read events parameter by parameter.

    Parameters
    ----------
    window
        The data set's bytes.
    begin
        First byte of the DATA segment; all events lie inside the window.
    events
        How many.
    encoding
        How they are written; not free-format ASCII.

    Yields
    ------
    ndarray, int
        The stored values after the bit masks, shape (events,): unsigned integers for ``I``,
        floating point for the others; and how many events had bits that do not count.

    Raises
    ------
    FileProblem
        ASCII values are no numbers, or a byte order cannot be applied to a value's length.
    """
    block = window[begin : begin + encoding.bytes_for(events)]
    for field, column in zip(encoding.fields, _columns(block, events, encoding), strict=True):
        yield _masked(field, column)


def stored_blocks(
    window: Bytes, begin: int, *, events: int, encoding: Encoding
) -> Iterator[tuple[slice, int, Iterator[tuple[Numbers, int]]]]:
    """Read events some at a time.

    Parameters
    ----------
    window
        The data set's bytes.
    begin
        First byte of the DATA segment; all events lie inside the window.
    events
        How many.
    encoding
        How they are written; not free-format ASCII.

    Yields
    ------
    slice, int, iterator
        Which events; the place of the byte after their last whole one; and what
        :func:`stored_columns` yields, for these events.

    Raises
    ------
    FileProblem
        ASCII values are no numbers, or a byte order cannot be applied to a value's length.
    """
    for first in range(0, events, BLOCK):
        count = min(BLOCK, events - first)
        place = begin + first * encoding.stride_bits // BITS_IN_A_BYTE
        columns = stored_columns(window, place, events=count, encoding=encoding)
        stop = place + count * encoding.stride_bits // BITS_IN_A_BYTE
        yield slice(first, first + count), stop, columns


def _masked(field: Field, column: Numbers) -> tuple[Numbers, int]:
    """Return the bits that count, and how many values had others."""
    mask = field.mask
    masked = 0 if mask is None else int(np.count_nonzero(column > mask))
    return (column & column.dtype.type(mask) if masked else column), masked


def free_ascii_events(window: Bytes, begin: int, stop: int, *, parameters: int) -> int:
    """Count free-format ASCII events.

    Parameters
    ----------
    window
        The data set's bytes.
    begin, stop
        First byte of the DATA segment, and one past its last.
    parameters
        Values of an event.

    Returns
    -------
    int
        How many.

    Raises
    ------
    FileProblem
        Something is too long for a number, or the last event is not whole.
    """
    values = sum(len(words) for words in _free_words(window, begin, stop))
    if values % parameters:
        raise refusal(
            found=text(
                "the DATA segment holds {values} numbers for {parameters} parameters",
                values=values,
                parameters=parameters,
            ),
            expected=text("a number for each parameter of each event"),
        )
    return values // parameters


def free_ascii(window: Bytes, begin: int, stop: int, *, events: int, parameters: int) -> Numbers:
    """Read free-format ASCII events.

    Parameters
    ----------
    window
        The data set's bytes.
    begin, stop
        First byte of the DATA segment, and one past its last.
    events
        How many, as :func:`free_ascii_events` counts them.
    parameters
        Values of an event.

    Returns
    -------
    ndarray
        Shape (events, parameters): float32 where no value has more than 7 characters, else
        float64.

    Raises
    ------
    FileProblem
        Something is no number.
    """
    longest = max(
        (len(word) for words in _free_words(window, begin, stop) for word in words), default=0
    )
    kind = np.float32 if longest <= DIGITS_IN_SINGLE else np.float64
    values: Numbers = np.empty(events * parameters, kind)
    place = 0
    for words in _free_words(window, begin, stop):
        values[place : place + len(words)] = _ascii_numbers(np.array(words))
        place += len(words)
    return values.reshape(-1, parameters)


def doubt(
    window: Bytes, begin: int, *, events: int, encoding: Encoding, times: tuple[int, ...]
) -> float:
    """Return how much speaks against reading the events from a place, 0 for nothing.

    Parameters
    ----------
    window
        The data set's bytes.
    begin
        The place; all events lie inside the window.
    events
        How many.
    encoding
        How they would be written.
    times
        Parameters that are time, from 0.

    Returns
    -------
    float
        The largest share, in a sample, of integers not below their range, of floating-point
        values no instrument measures, or of steps back in time.
    """
    if events == 0 or encoding.free or any(field.kind == ASCII for field in encoding.fields):
        return 0.0
    if encoding.packed:
        events = min(events, _SAMPLE)
        block = window[begin : begin + encoding.bytes_for(events)]
    else:
        width = encoding.stride_bits // BITS_IN_A_BYTE
        rows = window[begin : begin + events * width].reshape(events, width)
        rows = rows[:: -(-events // _SAMPLE)]
        events = len(rows)
        block = np.ascontiguousarray(rows).reshape(-1)
    columns = list(_columns(block, events, encoding))
    shares = [_outside(encoding.fields, columns), _impossible(encoding.fields, columns)]
    shares.extend(_backwards(columns[n]) for n in times)
    return max(shares)


def varied(window: Bytes, begin: int, *, events: int, encoding: Encoding) -> bool:
    """Return whether the events are many and different enough for a verdict on their byte order.

    Parameters
    ----------
    window
        The data set's bytes.
    begin
        First byte of the DATA segment.
    events
        How many.
    encoding
        How they are written.

    Returns
    -------
    bool
        True from 64 different values in a sample.
    """
    block = window[begin : begin + encoding.bytes_for(min(events, _SAMPLE))]
    widest = max(field.bits for field in encoding.fields) // BITS_IN_A_BYTE
    if widest < 2 or encoding.packed:
        return False
    whole = block[: len(block) - len(block) % widest].reshape(-1, widest)
    return len(np.unique(whole, axis=0)) >= _VARIED


def _columns(block: Bytes, events: int, encoding: Encoding) -> Iterator[Numbers]:
    """Yield the parameters one after the other, in the machine's byte order, not masked."""
    if encoding.packed:
        yield from _packed(block, events, encoding)
        return
    width = encoding.event_bits // BITS_IN_A_BYTE
    rows = block.reshape(events, width)
    place = 0
    for field in encoding.fields:
        size = field.bits // BITS_IN_A_BYTE
        yield _column(rows[:, place : place + size], field, encoding)
        place += size


def _column(part: Bytes, field: Field, encoding: Encoding) -> Numbers:
    events, size = part.shape
    if field.kind == ASCII:
        written = np.ascontiguousarray(part).view(f"S{size}").reshape(events)
        return _ascii_numbers(written)
    kind = "u" if field.kind == INTEGER else "f"
    direction = encoding.direction(size)
    if direction is None:
        return _permuted(part, encoding.order).view(f"{_NATIVE}{kind}{size}").reshape(events)
    if size in _MACHINE_WIDTHS:
        words = part.view(f"{direction}{kind}{size}")[:, 0]
        return words.astype(f"{_NATIVE}{kind}{size}", copy=False)
    wide = next(width for width in _MACHINE_WIDTHS if width > size)
    padded = np.zeros((events, wide), np.uint8)
    padded[:, :size] = part if direction == "<" else part[:, ::-1]
    return padded.view(f"<u{wide}").reshape(events).astype(f"{_NATIVE}u{wide}", copy=False)


def _permuted(words: Bytes, order: tuple[int, ...]) -> Bytes:
    """Return words in the machine's byte order from the permutation ``$BYTEORD`` states."""
    if words.shape[1] != len(order):
        raise refusal(
            found=text(
                'the byte order "{order}" for values of {bits} bits',
                order=",".join(map(str, order)),
                bits=words.shape[1] * BITS_IN_A_BYTE,
            ),
            expected=text("an order of as many bytes as a value has"),
        )
    places = [order.index(significance) for significance in range(1, len(order) + 1)]
    return np.ascontiguousarray(words[:, places if _NATIVE == "<" else places[::-1]])


def _packed(block: Bytes, events: int, encoding: Encoding) -> Iterator[Numbers]:
    """Yield parameters that share bytes: a continuous stream of bits (FCS 3.0, $DATATYPE)."""
    sizes = [field.bits for field in encoding.fields]
    if any(field.kind != INTEGER for field in encoding.fields):
        raise refusal(
            found=text("integers that do not fill bytes beside other types of number"),
            expected=text("bits of all parameters in multiples of 8"),
        )
    least_first = encoding.order == tuple(sorted(encoding.order))
    if not least_first and encoding.order != tuple(sorted(encoding.order, reverse=True)):
        raise refusal(
            found=text(
                'the byte order "{order}" for values that do not fill bytes',
                order=",".join(map(str, encoding.order)),
            ),
            expected=text('"1,2,3,4" or "4,3,2,1"'),
        )
    columns = [np.empty(events, _unsigned(size)) for size in sizes]
    for first in range(0, events, BLOCK):
        count = min(BLOCK, events - first)
        begin = first * encoding.stride_bits // BITS_IN_A_BYTE
        part = block[begin : begin + encoding.bytes_for(count)]
        bits = np.unpackbits(
            part, count=count * encoding.stride_bits, bitorder="little" if least_first else "big"
        ).reshape(count, encoding.stride_bits)
        place = 0
        for column, size in zip(columns, sizes, strict=True):
            value = np.zeros(count, np.uint64)
            steps = range(size - 1, -1, -1) if least_first else range(size)
            for step in steps:
                value = (value << np.uint64(1)) | bits[:, place + step]
            column[first : first + count] = value
            place += size
    yield from columns


def _unsigned(bits: int) -> str:
    return next(f"{_NATIVE}u{width}" for width in _MACHINE_WIDTHS if width * BITS_IN_A_BYTE >= bits)


def _free_words(window: Bytes, begin: int, stop: int) -> Iterator[list[bytes]]:
    carried = b""
    for place in range(begin, stop, _ASCII_BYTES):
        part = carried + window[place : min(place + _ASCII_BYTES, stop)].tobytes()
        cut = len(part)
        if place + _ASCII_BYTES < stop:
            cut = max(part.rfind(bytes([separator])) for separator in _ASCII_SEPARATORS) + 1
        carried = part[cut:]
        if len(carried) > _ASCII_BYTES:
            raise _not_a_number(carried)
        words = part[:cut].translate(bytes.maketrans(b"\t,\r\n", b"    ")).split()
        if words:
            yield words


def _ascii_numbers(written: npt.NDArray[np.bytes_]) -> Numbers:
    forbidden = _ASCII_FORBIDDEN.search(written.tobytes().replace(b"\x00", b" "))
    try:
        if forbidden is None:
            return written.astype(np.float64)
    except ValueError:
        pass
    raise _not_a_number(next((w for w in written.tolist() if not _is_number(w)), b""))


def _is_number(written: bytes) -> bool:
    try:
        float(written)
    except ValueError:
        return False
    return _ASCII_FORBIDDEN.search(written) is None


def _not_a_number(written: bytes) -> FileProblem:
    return refusal(
        found=text('the DATA segment holds "{written}"', written=shown(written)),
        expected=text("numbers written in ASCII, as $DATATYPE says"),
    )


def _outside(fields: tuple[Field, ...], columns: list[Numbers]) -> float:
    """Return the share of integers that are not below their range."""
    outside = total = 0
    for field, column in zip(fields, columns, strict=True):
        if field.limit is not None and field.limit < 1 << field.bits:
            outside += int(np.count_nonzero(column >= field.limit))
            total += len(column)
    return outside / total if total else 0.0


def _impossible(fields: tuple[Field, ...], columns: list[Numbers]) -> float:
    """Return the share of floating-point values other than zero that no instrument measures."""
    impossible = total = 0
    for field, column in zip(fields, columns, strict=True):
        if field.kind == INTEGER:
            continue
        size = np.abs(column[column != 0])
        with np.errstate(invalid="ignore"):
            likely = np.count_nonzero((size > _SMALLEST) & (size < _LARGEST))
        impossible += len(size) - int(likely)
        total += len(size)
    return impossible / total if total else 0.0


def _backwards(column: Numbers) -> float:
    if len(column) < _FEW:
        return 0.0
    with np.errstate(invalid="ignore"):
        share = float(np.count_nonzero(column[1:] < column[:-1])) / (len(column) - 1)
    return share if share > _UNORDERED_TIME else 0.0
