"""The values of one dimension of a gate: a channel or a ratio, compensated as the gate asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from stroma.cytometry.compensation import WORST_CONDITION, choose_compensation, inverted
from stroma.cytometry.gating.axes import scale_of
from stroma.cytometry.scales import Scale
from stroma.errors import FileProblem, Place, Problem
from stroma.gating_records import (
    FROM_FILE,
    UNCOMPENSATED,
    Dimension,
    GatingStrategy,
    Ratio,
    SpectrumMatrix,
)
from stroma.records import Channel, Events, FloatArray, Spillover, SpilloverDoubt
from stroma.texts import Text, text

_DOUBTS: Mapping[SpilloverDoubt | None, Text] = {
    SpilloverDoubt.UNUSABLE: text("a spillover matrix that cannot be used; a gate asks for it"),
    SpilloverDoubt.SEVERAL: text("spillover matrices that differ, under several keywords"),
    SpilloverDoubt.IDENTITY: text("spillover matrices that differ, under several keywords"),
}
"""Why a file does not tell which matrix its gates were drawn with."""

TIME = "TIME"
"""Name of the channel that has no gain."""


@dataclass(frozen=True, slots=True)
class _Unmixing:
    """What measured values are multiplied with: one column a fluorochrome."""

    fluorochromes: tuple[str, ...]
    measured: FloatArray
    factors: FloatArray


@dataclass(frozen=True, slots=True)
class Source:
    """The events gates are applied to, and what has been calculated of them.

    Parameters
    ----------
    events
        The file.
    strategy
        The gates, with what their dimensions refer to.
    """

    events: Events
    strategy: GatingStrategy
    _columns: dict[tuple[str, str], FloatArray] = field(default_factory=dict)
    _unmixings: dict[str, _Unmixing | None] = field(default_factory=dict)

    def column(self, dimension: Dimension) -> FloatArray:
        """Return the values of a dimension in linear units.

        Parameters
        ----------
        dimension
            The dimension.

        Returns
        -------
        numpy.ndarray
            Array of shape (events,) in double precision.

        Raises
        ------
        FileProblem
            The file or the strategy lacks what the dimension refers to.
        """
        if dimension.ratio is not None:
            return self._ratio(dimension.ratio, dimension.compensation)
        return self._channel(dimension.channel or "", dimension.compensation)

    def scale(self, dimension: Dimension) -> Scale:
        """Return the scale of the axis a dimension was drawn on.

        Parameters
        ----------
        dimension
            The dimension.

        Returns
        -------
        Scale
            Its calculation.

        Raises
        ------
        FileProblem
            The strategy lacks the axis, or no scale has its parameters.
        """
        name = dimension.axis
        axes = {named.name: named.axis for named in self.strategy.axes}
        if name is not None and name not in axes:
            raise self._refusal(
                text('no transformation "{name}"', name=name),
                text("the transformation the gate was drawn with"),
            )
        try:
            return scale_of(None if name is None else axes[name])
        except ValueError as error:
            raise self._refusal(
                text('transformation "{name}": {reason}', name=name, reason=str(error)),
                text("parameters within the limits of Gating-ML 2.0"),
            ) from error

    def _channel(self, name: str, compensation: str) -> FloatArray:
        key = (name, compensation)
        if key not in self._columns:
            unmixing = self._unmixing(compensation)
            if unmixing is not None and name in unmixing.fluorochromes:
                factors = unmixing.factors[:, unmixing.fluorochromes.index(name)]
                self._columns[key] = unmixing.measured @ factors
            else:
                self._columns[key] = self._measured(name)
        return self._columns[key]

    def _ratio(self, name: str, compensation: str) -> FloatArray:
        ratio = next((ratio for ratio in self.strategy.ratios if ratio.name == name), None)
        if ratio is None:
            raise self._refusal(
                text('no ratio "{name}"', name=name),
                text("the ratio the gate was drawn on"),
            )
        if ratio.low is not None and ratio.high is not None and ratio.low > ratio.high:
            raise self._refusal(
                text(
                    'ratio "{name}" that ends at {low} below and at {high} above',
                    name=name,
                    low=ratio.low,
                    high=ratio.high,
                ),
                text("ends in their order"),
            )
        return ratio_of(
            ratio,
            self._channel(ratio.numerator, compensation),
            self._channel(ratio.denominator, compensation),
        )

    def _measured(self, name: str) -> FloatArray:
        names = self.events.names
        if name not in names:
            raise self._refusal(
                text('no channel "{name}"', name=name),
                text("one of {channels}", channels=", ".join(names)),
            )
        column = names.index(name)
        values = self.events.values[:, column].astype(np.float64)
        gain = _gain(self.events.channels[column])
        return values * gain if self.strategy.gain_undone and gain != 1 else values

    def _unmixing(self, compensation: str) -> _Unmixing | None:
        if compensation == UNCOMPENSATED:
            return None
        if compensation not in self._unmixings:
            if compensation == FROM_FILE:
                doubt = _DOUBTS.get(self.events.spillover_doubt)
                if doubt is not None:
                    raise self._refusal(doubt, text("the matrix that the gate was drawn with"))
                spillover = choose_compensation(self.events, None).spillover
                self._unmixings[compensation] = (
                    None if spillover is None else self._unmixed(_matrix_of(spillover))
                )
            else:
                self._unmixings[compensation] = self._unmixed(self._matrix(compensation))
        return self._unmixings[compensation]

    def _matrix(self, name: str) -> SpectrumMatrix:
        for matrix in self.strategy.matrices:
            if matrix.name == name:
                return matrix
        raise self._refusal(
            text('no compensation matrix "{name}"', name=name),
            text("the matrix the gate was drawn with"),
        )

    def _unmixed(self, matrix: SpectrumMatrix) -> _Unmixing:
        measured = [self._measured(detector) for detector in matrix.detectors]
        factors = unmixing_factors(matrix, Place(file=self.events.origin.file, column=matrix.name))
        return _Unmixing(matrix.fluorochromes, np.column_stack(measured), factors)

    def _refusal(self, found: Text, expected: Text) -> FileProblem:
        return FileProblem(
            Problem(
                Place(file=self.events.origin.file),
                found,
                expected,
                text("apply the gates to the files they were drawn on"),
            )
        )


def ratio_of(ratio: Ratio, numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """Return a ratio of two channels, ``A (x - B) / (y - C)``.

    Parameters
    ----------
    ratio
        Its parameters.
    numerator, denominator
        The channels, each of shape (n,).

    Returns
    -------
    numpy.ndarray
        Array of shape (n,); not a number or infinite where the denominator vanishes.

    Examples
    --------
    >>> ratio = Ratio("R", "FL2-H", "FL2-A", 2.0, 1.0, -1.0)
    >>> ratio_of(ratio, np.array([7.0]), np.array([2.0])).tolist()
    [4.0]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        values: FloatArray = (
            ratio.factor
            * (numerator - ratio.numerator_offset)
            / (denominator - ratio.denominator_offset)
        )
    if ratio.low is None and ratio.high is None:
        return values
    return np.clip(values, ratio.low, ratio.high)


def unmixing_factors(matrix: SpectrumMatrix, place: Place) -> FloatArray:
    """Return what measured values are multiplied with to compensate them.

    Parameters
    ----------
    matrix
        Square, or with more detectors than fluorochromes.
    place
        Where it is used, for the message.

    Returns
    -------
    numpy.ndarray
        Array of shape (detectors, fluorochromes): the inverse, or the inverse of least squares
        where there are more detectors.

    Raises
    ------
    FileProblem
        The matrix has another shape, or cannot be inverted reliably.
    """
    fluorochromes, detectors = len(matrix.fluorochromes), len(matrix.detectors)
    expected = (detectors, fluorochromes) if matrix.inverted else (fluorochromes, detectors)
    rows = {len(row) for row in matrix.rows}
    if len(matrix.rows) != expected[0] or rows != {expected[1]} or fluorochromes > detectors:
        raise FileProblem(
            Problem(
                place,
                found=text(
                    "a matrix whose number of rows is {rows}, of fluorochromes {fluorochromes} "
                    "and of detectors {detectors}",
                    rows=len(matrix.rows),
                    fluorochromes=fluorochromes,
                    detectors=detectors,
                ),
                expected=text("one row a fluorochrome and one number a detector in each"),
                action=text("export the matrix anew"),
            )
        )
    coefficients = np.asarray(matrix.rows, dtype=np.float64)
    if matrix.inverted:
        return coefficients
    if fluorochromes == detectors:
        return inverted(Spillover(matrix.detectors, coefficients), place)
    condition = float(np.linalg.cond(coefficients))
    if not condition <= WORST_CONDITION:
        raise FileProblem(
            Problem(
                place,
                found=text("a matrix with condition number {condition}", condition=condition),
                expected=text("a condition number of {worst} at most", worst=WORST_CONDITION),
                action=text("look for two fluorochromes whose spectra are nearly alike"),
            )
        )
    return np.linalg.pinv(coefficients)


def _gain(channel: Channel) -> float:
    """Return what the reader divided the channel's values by."""
    linear = channel.amplification == (0.0, 0.0) and channel.name.upper() != TIME
    return channel.gain if linear else 1.0


def _matrix_of(spillover: Spillover) -> SpectrumMatrix:
    rows = tuple(tuple(row) for row in np.asarray(spillover.matrix, dtype=np.float64).tolist())
    return SpectrumMatrix(FROM_FILE, spillover.channels, spillover.channels, rows)
