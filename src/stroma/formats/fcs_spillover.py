"""The spillover matrix a file carries.

FCS 3.1 puts it in ``$SPILLOVER``, instruments before that in ``SPILL`` or ``COMP``: the number of
detectors, their names, and the matrix row by row. ``$COMP`` of FCS 3.0 and ``$DFCiTOj`` of FCS 2.0
are something else: what *has been* done to the values in the instrument. FCS 3.0 defines ``$COMP``
by numbers alone, n by n for all parameters, where a negative number is the common case of a
subtraction that has been made (Seamer et al. 1997, $COMP; in FCS 3.1 ``$SPILLOVER`` took its place
because the values are stored uncompensated there). Compensating with them would compensate twice,
so they are reported and not used; ``$COMP`` with names of detectors is a spillover matrix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from stroma.formats.fcs_values import BLANKS, decimal_number, stated, whole_number
from stroma.records import (
    Channel,
    Repair,
    Spillover,
    SpilloverDoubt,
    are_compensated,
    is_identity,
)
from stroma.texts import Text, text

SPILLOVER_KEYWORDS: Final = ("$SPILLOVER", "SPILLOVER", "$SPILL", "SPILL", "$COMP", "COMP")
_USED_ALREADY: Final = text("percentages the instrument has subtracted already; not used again")
_COMPENSATED: Final = text("the file's values of these detectors are compensated; not used again")
_SUBTRACTED: Final = re.compile(r"\$DFC\d+TO\d+")
# Printed with four decimals and more; a diagonal further from 1 is a matrix in another unit.
_DIAGONAL_TOLERANCE: Final = 1e-3


def find_spillover(
    keywords: Mapping[str, str], channels: Sequence[Channel]
) -> tuple[Spillover | None, tuple[Repair, ...]]:
    """Return the spillover matrix of a data set.

    Parameters
    ----------
    keywords
        Of the TEXT segments.
    channels
        The data set's parameters.

    Returns
    -------
    Spillover or None, tuple of Repair
        ``None`` where there is none that can be used; the repairs say why.

    Examples
    --------
    >>> matrix, _ = find_spillover(
    ...     {"SPILL": "2,FL1-A,FL2-A,1,0.1,0.02,1"}, (Channel("FL1-A"), Channel("FL2-A"))
    ... )
    >>> matrix.matrix.tolist()
    [[1.0, 0.1], [0.02, 1.0]]
    """
    repairs: list[Repair] = []
    subtracted = [
        keyword
        for keyword, value in keywords.items()
        if _SUBTRACTED.fullmatch(keyword) is not None and decimal_number(value) != 0
    ]
    if subtracted:
        repairs.append(Repair(subtracted[0], _USED_ALREADY))
    used: tuple[str, Spillover] | None = None
    for keyword, matrix, note in _stated(keywords, channels):
        if used is not None and matrix is not None and not alike(used[1], matrix):
            note = text("holds another matrix than {used}, which is used", used=used[0])
        elif used is not None:
            continue
        if note is not None:
            repairs.append(Repair(keyword, note))
        if used is None and matrix is not None:
            used = keyword, matrix
    return None if used is None else used[1], tuple(repairs)


def spillover_doubt(
    keywords: Mapping[str, str], channels: Sequence[Channel]
) -> SpilloverDoubt | None:
    """Return why values may be other than the matrix of a data set says.

    Parameters
    ----------
    keywords
        Of the TEXT segments.
    channels
        The data set's parameters.

    Returns
    -------
    SpilloverDoubt or None
        ``None`` where there is one matrix that can be used, or none is stated.

    Examples
    --------
    >>> channels = (Channel("FL1-A"), Channel("FL2-A"))
    >>> spillover_doubt({"SPILL": "2,FL1-A,FL9-A,1,0.1,0.02,1"}, channels).value
    'unusable'
    """
    stated_ones = list(_stated(keywords, channels))
    matrices = [matrix for _, matrix, _ in stated_ones if matrix is not None]
    changing = [matrix for matrix in matrices if not is_identity(matrix)]
    if any(not alike(changing[0], matrix) for matrix in changing[1:]):
        return SpilloverDoubt.SEVERAL
    if changing and any(not alike(matrices[0], matrix) for matrix in matrices[1:]):
        return SpilloverDoubt.IDENTITY
    if matrices:
        return None
    notes = {note for _, _, note in stated_ones}
    if _COMPENSATED in notes:
        return SpilloverDoubt.COMPENSATED
    return SpilloverDoubt.UNUSABLE if notes - {_USED_ALREADY} else None


def alike(one: Spillover, other: Spillover) -> bool:
    """Return whether two matrices are one, but for the order of detectors and printed digits.

    Parameters
    ----------
    one, other
        The matrices.

    Returns
    -------
    bool
        True where they differ by 10⁻³ at most: the digits that programs print.
    """
    if set(one.channels) != set(other.channels):
        return False
    order = [other.channels.index(name) for name in one.channels]
    held = np.asarray(other.matrix)[np.ix_(order, order)]
    return bool(np.all(np.abs(np.asarray(one.matrix) - held) <= _DIAGONAL_TOLERANCE))


def _stated(
    keywords: Mapping[str, str], channels: Sequence[Channel]
) -> Iterator[tuple[str, Spillover | None, Text | None]]:
    for keyword in SPILLOVER_KEYWORDS:
        printed = stated(keywords, keyword)
        if printed not in ("", "0"):
            yield keyword, *_parse(printed, channels)


def print_spillover(spillover: Spillover) -> str:
    """Return a matrix as ``$SPILLOVER`` prints it.

    Parameters
    ----------
    spillover
        The matrix.

    Returns
    -------
    str
        Numbers in the shortest form that gives them back exactly.

    Examples
    --------
    >>> print_spillover(Spillover(("A", "B"), np.array([[1.0, 0.1], [0.0, 1.0]])))
    '2,A,B,1,0.1,0,1'
    """
    values = [f"{value!r}".removesuffix(".0") for value in spillover.matrix.ravel().tolist()]
    return ",".join([str(len(spillover.channels)), *spillover.channels, *values])


def _parse(printed: str, channels: Sequence[Channel]) -> tuple[Spillover | None, Text | None]:
    parts = [part.strip(BLANKS) for part in printed.split(",")]
    if parts[-1] == "":
        parts.pop()
    count = whole_number(parts[0]) if parts else None
    if count is None or count < 1:
        return None, text("does not begin with the number of detectors; not used")
    if len(parts) == 1 + count * count and all(decimal_number(p) is not None for p in parts):
        return None, _USED_ALREADY
    if len(parts) != 1 + count + count * count:
        return None, text(
            "{held} numbers and names for {count} detectors, {expected} were expected; not used",
            held=len(parts) - 1,
            count=count,
            expected=count + count * count,
        )
    names, note = _names(parts[1 : 1 + count], channels)
    if names is None:
        return None, note
    values = [decimal_number(part) for part in parts[1 + count :]]
    wrong = next(
        (part for part, v in zip(parts[1 + count :], values, strict=True) if v is None), None
    )
    if wrong is not None:
        return None, text('holds "{value}", which is no number; not used', value=wrong)
    matrix = np.array(values, dtype=np.float64).reshape(count, count)
    doubtful = _doubtful(matrix)
    return (None, doubtful) if doubtful is not None else (Spillover(names, matrix), note)


def _names(
    printed: Sequence[str], channels: Sequence[Channel]
) -> tuple[tuple[str, ...] | None, Text | None]:
    """Return the channels that are meant: by ``$PnN``, else by ``$PnS``, else by number."""
    names = [channel.name for channel in channels]
    if len(set(printed)) != len(printed):
        return None, text("names a detector twice; not used")
    if are_compensated(printed, names):
        return None, _COMPENSATED
    if set(printed) <= set(names):
        return tuple(printed), None
    markers = [channel.marker for channel in channels]
    if all(markers.count(name) == 1 for name in printed):
        meant = tuple(names[markers.index(name)] for name in printed)
        return meant, text(
            "names the detectors by their $PnS; taken as {names}", names=", ".join(meant)
        )
    numbers = [whole_number(name) for name in printed]
    if all(number is not None and 1 <= number <= len(names) for number in numbers):
        meant = tuple(names[number - 1] for number in numbers if number is not None)
        return meant, text(
            "names the detectors by their number; taken as {names}", names=", ".join(meant)
        )
    unknown = next(name for name in printed if name not in names)
    return None, text('names "{name}", which is no parameter of the file; not used', name=unknown)


def _doubtful(matrix: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Text | None:
    diagonal = np.diagonal(matrix)
    worst = int(np.argmax(np.abs(diagonal - 1)))
    if abs(diagonal[worst] - 1) > _DIAGONAL_TOLERANCE:
        return text(
            "its diagonal holds {value} instead of 1; not used", value=float(diagonal[worst])
        )
    with np.errstate(all="ignore"):
        try:
            singular = int(np.linalg.matrix_rank(matrix)) < len(matrix)
        except np.linalg.LinAlgError:
            singular = True
    return text("has no inverse; not used") if singular else None
