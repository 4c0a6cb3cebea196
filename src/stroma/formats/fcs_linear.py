"""Stored values to linear units: logarithms, gains and clock ticks undone (FCS 3.1, ``$PnE``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from stroma.formats.fcs_channels import LINEAR, Scale
from stroma.formats.fcs_data import Numbers
from stroma.formats.fcs_encoding import INTEGER, Field
from stroma.records import FloatArray

_TABLE: Final = 1 << 16
"""Logarithms of up to 16 bits are looked up instead of calculated for each event."""
_BLOCK: Final = 1 << 12
_EXACT_IN_SINGLE: Final = 24
EXACT_IN_DOUBLE: Final = 53


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


def linear_columns(
    columns: Iterable[Numbers],
    scales: Sequence[Scale],
    *,
    events: int,
    fields: Sequence[Field],
) -> FloatArray:
    """Bring stored values to linear units, parameter by parameter.

    Parameters
    ----------
    columns
        Stored values, each of shape (events,); taken one at a time.
    scales
        Of the parameters.
    events
        How many.
    fields
        How each parameter is stored.

    Returns
    -------
    ndarray
        Shape (events, parameters): float32 where it holds every value exactly, else float64.
    """
    exact = all(scale.identity for scale in scales) and all(
        significant_bits(field) <= _EXACT_IN_SINGLE for field in fields
    )
    values = np.empty((events, len(fields)), np.float32 if exact else np.float64)
    for n, (column, scale) in enumerate(zip(columns, scales, strict=True)):
        if scale.amplification == LINEAR:
            values[:, n] = column
            _apply(scale, values[:, n])
        else:
            _amplify(scale, column, values[:, n])
    return values


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
    if field.kind != INTEGER or significant_bits(field) <= EXACT_IN_DOUBLE:
        return False
    return int(column.max(initial=0)) > 1 << EXACT_IN_DOUBLE


def _apply(scale: Scale, values: FloatArray) -> None:
    """Multiply and divide in place, in double precision; values that are linear stay untouched."""
    if scale.identity:
        return
    with np.errstate(over="ignore", invalid="ignore"):
        for part in _blocks(len(values)):
            values[part] = values[part].astype(np.float64) * scale.multiplier / scale.gain


def _amplify(scale: Scale, column: Numbers, values: FloatArray) -> None:
    """Undo a logarithm, writing into the values."""
    decades, first = scale.amplification
    full = scale.full if scale.full is not None else 1.0
    largest = int(column.max(initial=0)) if column.dtype.kind == "u" else _TABLE
    with np.errstate(over="ignore"):
        if largest < _TABLE <= len(column):
            table = first * 10.0 ** (decades * np.arange(largest + 1) / full)
            for part in _blocks(len(column)):
                values[part] = table[column[part]]
            return
        for part in _blocks(len(column)):
            values[part] = first * 10.0 ** (decades * column[part] / full)


def _blocks(events: int) -> Iterator[slice]:
    """Yield consecutive events, few enough for intermediate values to need next to no memory."""
    return (slice(begin, begin + _BLOCK) for begin in range(0, events, _BLOCK))
