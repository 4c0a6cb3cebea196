"""Taking each fluorochrome's light out of the other detectors, by one matrix product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stroma.errors import FileProblem, Place, Problem
from stroma.records import (
    Events,
    FloatArray,
    Spillover,
    SpilloverDoubt,
    are_compensated,
    is_identity,
)
from stroma.texts import Text, text

WORST_CONDITION = 1e4
"""Condition number above which a matrix is refused. Coefficients are written to about four
digits; the condition number bounds how much a relative error in them can grow in the result
(Golub GH, Van Loan CF. Matrix Computations, 4th ed. 2013, section 2.6), so that beyond 10⁴ not
one digit of a compensated value is certain."""

BLOCK = 4096
"""Events multiplied at a time: with a dozen channels they and their product stay in the cache."""


@dataclass(frozen=True, slots=True)
class Compensation:
    """Which matrix a file is compensated with, and why.

    Parameters
    ----------
    spillover
        The matrix; ``None`` where values are used as they are.
    source
        ``"declared matrix"``, ``"file"``, ``"single stains"``, ``"already in the file"`` or
        ``"none"``.
    note
        What a reader has to know, if anything.
    """

    spillover: Spillover | None
    source: str
    note: Text | None = None


def choose_compensation(
    events: Events,
    declared: Spillover | None,
    *,
    single_stains: Spillover | None = None,
    source: str | None = None,
) -> Compensation:
    """Return the matrix to compensate a file with.

    Parameters
    ----------
    events
        The file.
    declared
        A matrix the study declares.
    single_stains
        A matrix computed from the panel's single stains.
    source
        Which of them the laboratory asks for: ``"matrix"``, ``"file"`` or ``"single_stains"``;
        ``None`` for the declared one, else the file's own, else that of the single stains.

    Returns
    -------
    Compensation
        The matrix and where it comes from.

    Raises
    ------
    FileProblem
        The matrix the laboratory asks for is not there; the file's own would be used and it states
        several that differ; or it states one beside the identity, and the laboratory has not said
        that the file's own is to be used.
    """
    doubt = events.spillover_doubt
    from_file = source == "file" or (source is None and declared is None)
    if doubt is SpilloverDoubt.COMPENSATED and from_file:
        return _compensated_already()
    if (doubt is SpilloverDoubt.SEVERAL and from_file) or (
        doubt is SpilloverDoubt.IDENTITY and source is None and declared is None
    ):
        raise FileProblem(_several(events, doubt))
    held = {
        "matrix": ("declared matrix", declared),
        "file": ("file", events.spillover),
        "single_stains": ("single stains", single_stains),
    }
    if source is not None and held[source][1] is None:
        raise FileProblem(_not_there(events, held[source][0]))
    source, matrix = (
        held[source]
        if source is not None
        else next((found for found in held.values() if found[1] is not None), ("none", None))
    )
    if matrix is None:
        return Compensation(
            None,
            "none",
            text("no spillover matrix: values are not compensated")
            if doubt is None
            else text("the file's spillover matrix cannot be used: values are not compensated"),
        )
    if are_compensated(matrix.channels, events.names):
        return _compensated_already()
    if is_identity(matrix):
        return Compensation(
            None,
            source,
            text("the spillover matrix is the identity: values are used as they are"),
        )
    return Compensation(matrix, source)


def _compensated_already() -> Compensation:
    return Compensation(
        None, "already in the file", text("the file holds compensated values already")
    )


def _several(events: Events, doubt: SpilloverDoubt) -> Problem:
    return Problem(
        Place(file=events.origin.file),
        found=text("spillover matrices that differ, under several keywords"),
        expected=text("one matrix"),
        action=text(
            'set compensation.source = "file" for the first of them, which the notes on the file '
            "name, or declare compensation.matrix; until then nothing is compensated by them"
        )
        if doubt is SpilloverDoubt.IDENTITY
        else text(
            "declare the right one as compensation.matrix, or take that of the single stains; "
            "until then the tube is not measured"
        ),
    )


def _not_there(events: Events, asked: str) -> Problem:
    return Problem(
        Place(file=events.origin.file),
        found=text("no spillover matrix of the source {source}", source=asked),
        expected=text("the matrix that compensation.source in study.toml asks for"),
        action=text("provide it, or name another source; until then the tube is not measured"),
    )


def same_spillover(first: Spillover | None, second: Spillover | None) -> bool:
    """Return whether two files are compensated alike.

    Parameters
    ----------
    first, second
        The matrices; ``None`` for none.

    Returns
    -------
    bool
        True where both are none, or channels and coefficients are equal.
    """
    if first is None or second is None:
        return first is second
    return first.channels == second.channels and bool(np.array_equal(first.matrix, second.matrix))


def compensate(
    events: Events, spillover: Spillover | None, *, channels: Sequence[str] | None = None
) -> FloatArray:
    """Return compensated values of some channels.

    Parameters
    ----------
    events
        The file: its values are measured = true @ matrix.
    spillover
        The matrix; ``None`` returns the values as they are.
    channels
        The channels wanted; all of the file by default. Those outside the matrix are returned as
        they are.

    Returns
    -------
    numpy.ndarray
        Array of shape (events, channels), of the floating type of the events; each channel lies
        in one piece of memory.

    Raises
    ------
    FileProblem
        The file lacks a channel, or the matrix cannot be inverted reliably.

    Notes
    -----
    Bagwell CB, Adams EG. Ann N Y Acad Sci 1993;677:167-184. The matrix is inverted once in double
    precision; the events are multiplied once, in their own precision.
    """
    wanted = tuple(events.names if channels is None else channels)
    _require(events, wanted)
    if spillover is not None:
        _require(events, spillover.channels, for_matrix=True)
    factor = _factor(events.names, wanted, spillover, Place(file=events.origin.file))
    return _products(events.values, factor.astype(events.values.dtype, copy=False))


def _products(values: FloatArray, factor: FloatArray) -> FloatArray:
    """Return values @ factor, each column in one piece: every later step reads whole channels."""
    result = np.empty((factor.shape[1], values.shape[0]), values.dtype)
    with np.errstate(invalid="ignore", over="ignore"):
        for begin in range(0, values.shape[0], BLOCK):
            part = values[begin : begin + BLOCK]
            product = part @ factor
            # A sum is finite only if all of it is; overflow alone costs the second look.
            if not np.isfinite(product.sum()):
                _mend(product, part, factor)
            result[:, begin : begin + BLOCK] = product.T
    return result.T


def _mend(product: FloatArray, values: FloatArray, factor: FloatArray) -> None:
    """Multiply anew, in place, the events in which a value is not a finite number."""
    # The zeros of the factor make NaN of a channel that is infinite and not wanted.
    rows = np.flatnonzero(~np.isfinite(product).all(axis=1))
    for column in range(factor.shape[1]):
        used = factor[:, column] != 0
        product[rows, column] = values[np.ix_(rows, used)] @ factor[used, column]


def _factor(
    names: Sequence[str], wanted: Sequence[str], spillover: Spillover | None, place: Place
) -> FloatArray:
    """Return what the events are multiplied with, of shape (channels of the file, wanted)."""
    rows = {name: row for row, name in reversed(list(enumerate(names)))}
    factor = np.zeros((len(names), len(wanted)))
    inverse = None if spillover is None else inverted(spillover, place)
    for column, name in enumerate(wanted):
        if spillover is None or inverse is None or name not in spillover.channels:
            factor[rows[name], column] = 1.0
            continue
        among = spillover.channels.index(name)
        for other, detector in enumerate(spillover.channels):
            factor[rows[detector], column] = inverse[other, among]
    return factor


def inverted(spillover: Spillover, place: Place) -> FloatArray:
    """Return the compensation matrix: the inverse of the spillover matrix.

    Parameters
    ----------
    spillover
        The matrix.
    place
        Where it is used, for the message.

    Returns
    -------
    numpy.ndarray
        Array of shape (detectors, detectors), in double precision.

    Raises
    ------
    FileProblem
        The matrix is not square, not finite, singular or too near to it.
    """
    matrix = np.asarray(spillover.matrix, dtype=np.float64)
    detectors = len(spillover.channels)
    if matrix.shape != (detectors, detectors):
        raise FileProblem(
            Problem(
                place,
                found=text(
                    "a spillover matrix of {rows} by {columns} for {detectors} detectors",
                    rows=matrix.shape[0],
                    columns=matrix.shape[-1],
                    detectors=detectors,
                ),
                expected=text("one row and one column for each detector"),
                action=text("export the matrix anew from the instrument's software"),
            )
        )
    condition = float(np.linalg.cond(matrix)) if np.isfinite(matrix).all() else float("nan")
    # A comparison with NaN is false: this refuses what is not finite as well.
    if not condition <= WORST_CONDITION:
        raise FileProblem(
            Problem(
                place,
                found=text(
                    "a spillover matrix of {detectors} detectors with condition number {condition}",
                    detectors=detectors,
                    condition=condition,
                ),
                expected=text(
                    "a condition number of {worst} at most; beyond it no digit of a compensated "
                    "value is certain",
                    worst=WORST_CONDITION,
                ),
                action=text(
                    "look for two detectors whose rows are nearly alike, and repeat the "
                    "single-stain controls"
                ),
            )
        )
    inverse: FloatArray = np.linalg.inv(matrix)
    return inverse


def _require(events: Events, channels: Sequence[str], *, for_matrix: bool = False) -> None:
    missing = [name for name in channels if name not in events.names]
    if missing:
        names = ", ".join(f'"{n}"' for n in missing)
        raise FileProblem(
            Problem(
                Place(file=events.origin.file),
                found=text("no channel {missing}, which the spillover matrix needs", missing=names)
                if for_matrix
                else text("no channel {missing}", missing=names),
                expected=text("one of {channels}", channels=", ".join(events.names)),
                action=text(
                    "export the tube with every channel of the matrix, or name a matrix of the "
                    "channels it has, written as the file names them"
                )
                if for_matrix
                else text("write the detectors as the file names them"),
            )
        )
