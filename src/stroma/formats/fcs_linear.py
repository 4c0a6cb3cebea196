"""Stored values to linear units: logarithms, gains and clock ticks undone (FCS 3.1, ``$PnE``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np

from stroma.formats.fcs_channels import LINEAR, Scale
from stroma.formats.fcs_data import DIGITS_IN_SINGLE, Numbers
from stroma.formats.fcs_encoding import ASCII, BITS_IN_A_BYTE, INTEGER, Field
from stroma.records import FloatArray

Write: TypeAlias = Callable[[FloatArray, Numbers], None]
"""Fills a part of a column, its first argument, from stored values."""

_TABLE: Final = 1 << 16
"""Logarithms of up to 16 bits are looked up instead of calculated for each event."""
_WORTH: Final = 8
"""Values for each entry of a table, so that the table is small beside them."""
_BLOCK: Final = 1 << 12
_EXACT_IN_SINGLE: Final = 24
_COARSE: Final = 16
"""Bits of integers that single precision holds with eight to spare, whatever multiplies them."""
_STEP: Final = 2.0**-_COARSE
EXACT_IN_DOUBLE: Final = 53
_DOUBLE_BITS: Final = 64


def linear_matrix(matrix: FloatArray, scales: Sequence[Scale]) -> FloatArray:
    """Bring floating-point values to linear units.

    Parameters
    ----------
    matrix
        Stored values, shape (events, parameters).
    scales
        Of the parameters.

    Returns
    -------
    ndarray
        The same array if nothing has to be done; else a copy of the same type.
    """
    if all(scale.identity for scale in scales):
        return matrix
    values = matrix.copy()
    for n, scale in enumerate(scales):
        _apply(scale, values[:, n])
    return values


def linear_values(
    scales: Sequence[Scale], *, events: int, fields: Sequence[Field]
) -> tuple[FloatArray, tuple[Write, ...]]:
    """Return room for values in linear units, and what fills each of its columns.

    Parameters
    ----------
    scales
        Of the parameters.
    events
        How many.
    fields
        How each parameter is stored.

    Returns
    -------
    values
        Shape (events, parameters), not filled: float32 where it holds every value exactly or, of
        integers up to 16 bits on a logarithmic scale or with a gain, at least 256 times as finely
        as they were stored; a clock in seconds does not make it double where that takes more than
        twice the file; else float64.
    writers
        One a parameter, called with stored values and the part of its column they belong in.
    """
    single = _all_fit_single(scales, fields)
    values = np.empty((events, len(fields)), np.float32 if single else np.float64)
    # Parameters of one instrument have mostly one scale, and share its table.
    writers: dict[tuple[Scale, Field], Write] = {}
    for pair in zip(scales, fields, strict=True):
        if pair not in writers:
            writers[pair] = _writer(*pair, values)
    return values, tuple(writers[pair] for pair in zip(scales, fields, strict=True))


def significant_bits(field: Field) -> int:
    """Return how many bits of a stored value count.

    Parameters
    ----------
    field
        The parameter.

    Returns
    -------
    int
        For floating point, those of its significand.
    """
    if field.kind == ASCII:
        short = 0 < field.bits <= DIGITS_IN_SINGLE * BITS_IN_A_BYTE
        return _EXACT_IN_SINGLE if short else EXACT_IN_DOUBLE
    if field.kind != INTEGER:
        return _EXACT_IN_SINGLE if field.kind == "F" else EXACT_IN_DOUBLE
    return field.bits if field.mask is None else field.mask.bit_length()


def rounded(column: Numbers, field: Field) -> bool:
    """Return whether a stored integer is too long to be a floating-point number exactly.

    Parameters
    ----------
    column
        Stored values.
    field
        The parameter.

    Returns
    -------
    bool
        True from 2**53 on.
    """
    if field.kind == ASCII:
        return bool(np.abs(column).max(initial=0) > 1 << EXACT_IN_DOUBLE)
    if field.kind != INTEGER or significant_bits(field) <= EXACT_IN_DOUBLE:
        return False
    return int(column.max(initial=0)) > 1 << EXACT_IN_DOUBLE


def _apply(scale: Scale, values: FloatArray) -> None:
    """Bring values to linear units in place; those that are linear stay untouched."""
    if scale.identity:
        return
    undo = _linear if scale.amplification == LINEAR else _delogged
    for part in _blocks(len(values)):
        values[part] = undo(scale, values[part])


def _writer(scale: Scale, field: Field, whole: FloatArray) -> Write:
    """Return what brings stored values to linear units."""
    if scale.identity:
        return _write_as_they_are
    undo = _linear if scale.amplification == LINEAR else _delogged
    entries = 1 << significant_bits(field)
    if field.kind == INTEGER and entries <= _TABLE and entries * _WORTH <= whole.size:
        table = np.empty(entries, whole.dtype)
        for part in _blocks(entries):
            table[part] = undo(scale, np.arange(part.start, min(part.stop, entries)))

        def look_up(values: FloatArray, column: Numbers) -> None:
            values[:] = table[column]

        return look_up

    def calculate(values: FloatArray, column: Numbers) -> None:
        values[:] = undo(scale, column)

    return calculate


def _write_as_they_are(values: FloatArray, column: Numbers) -> None:
    values[:] = column


def _linear(scale: Scale, column: Numbers) -> FloatArray:
    """Undo a gain, or turn ticks into seconds, in double precision."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asarray(column.astype(np.float64) * scale.multiplier / scale.gain)


def _delogged(scale: Scale, column: Numbers) -> FloatArray:
    """Undo a logarithm, in double precision."""
    decades, first = scale.amplification
    full = scale.full if scale.full is not None else 1.0
    with np.errstate(over="ignore"):
        return np.asarray(first * 10.0 ** (decades * column / full))


def _all_fit_single(scales: Sequence[Scale], fields: Sequence[Field]) -> bool:
    """Return whether single precision holds all, or all but a clock it is good enough for.

    Where the other parameters are short integers, double precision for the clock alone would take
    four times the file. In seconds it is finer than anything asked of it also rounded: 0.2 ms after
    an hour.
    """
    room = sum(field.bits for field in fields)
    doubled = _DOUBLE_BITS * len(fields) > 2 * room
    return all(
        _fits_single(field, scale) or (doubled and _is_clock(field, scale))
        for field, scale in zip(fields, scales, strict=True)
    )


def _is_clock(field: Field, scale: Scale) -> bool:
    """Return whether a parameter counts ticks, and single precision reaches the last of them."""
    limits = np.finfo(np.float32)
    reaches = float(limits.tiny) <= scale.multiplier < float(limits.max) / 2.0**field.bits
    return field.kind == INTEGER and scale.multiplier != 1 and reaches


def _fits_single(field: Field, scale: Scale) -> bool:
    """Return whether single precision holds a parameter as finely as it was stored.

    Its rounding is at most 2**-24 of a value. Neighbouring stored values differ by at least
    2**-16 of the larger where they are integers of 16 bits, whatever they are multiplied by; on a
    logarithmic scale by what a step of it is.
    """
    bits = significant_bits(field)
    if scale.identity:
        return bits <= _EXACT_IN_SINGLE
    if field.kind != INTEGER or bits > _COARSE:
        return False
    most = (1 << bits) - 1
    undo = _linear if scale.amplification == LINEAR else _delogged
    # The steps that are the smallest parts of what they lead to are at the ends.
    lower, upper = (undo(scale, np.array(held)) for held in ([0, most - 1], [1, most]))
    limits = np.finfo(np.float32)
    within = ((lower == 0) | (lower >= limits.tiny)) & (upper >= limits.tiny) & (upper < limits.max)
    return bool(np.all(within & (upper - lower >= upper * _STEP)))


def _blocks(events: int) -> Iterator[slice]:
    """Yield consecutive events, few enough for intermediate values to need next to no memory."""
    return (slice(begin, begin + _BLOCK) for begin in range(0, events, _BLOCK))
