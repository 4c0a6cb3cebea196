"""Transformations and compensation of a sample in a FlowJo workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from stroma.errors import FileProblem, Problem, Severity
from stroma.formats.xml_fields import Fields, not_used
from stroma.gating_records import (
    UNCOMPENSATED,
    Axis,
    BiexponentialAxis,
    BoundedAxis,
    Dimension,
    HyperlogAxis,
    InverseSineAxis,
    LinearAxis,
    LogarithmicAxis,
    LogicleAxis,
    NamedAxis,
    SpectrumMatrix,
)
from stroma.texts import text

DISPLAY_BINS: Final = 256
"""Bins of FlowJo's display, in which it writes ellipses."""

_TIME: Final = "TIME"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the dimensions of a sample's gates refer to.

    Parameters
    ----------
    axes
        One a channel, by the name gates use for it.
    matrix
        Compensation; ``None`` where FlowJo applied none.
    compensated
        Names of compensated channels, with the detector of each.
    problems
        What was not read.
    refused
        Names of channels compensated with a matrix that was not read; ``None`` where it does not
        even tell which these are.
    """

    axes: tuple[NamedAxis, ...]
    matrix: SpectrumMatrix | None
    compensated: Mapping[str, str]
    problems: tuple[Problem, ...]
    refused: frozenset[str] | None = frozenset()

    def is_refused(self, name: str) -> bool:
        """Return whether values of a channel would need a matrix that was not read.

        Parameters
        ----------
        name
            As gates use it.

        Returns
        -------
        bool
            True for every channel where the matrix does not tell its own.
        """
        return self.refused is None or name in self.refused

    def dimension(self, name: str, *, linear_coordinates: bool) -> Dimension:
        """Return a dimension of a gate by the name FlowJo gives it.

        Parameters
        ----------
        name
            A channel, or a compensated one with FlowJo's prefix.
        linear_coordinates
            Whether the gate's numbers are in linear units.

        Returns
        -------
        Dimension
            Of the detector, with the compensation and axis FlowJo used.
        """
        detector = self.compensated.get(name)
        known = {axis.name for axis in self.axes}
        axis = detector if name not in known and detector in known else name
        return Dimension(
            channel=name if detector is None else detector,
            compensation=(
                UNCOMPENSATED if detector is None or self.matrix is None else self.matrix.name
            ),
            axis=axis,
            linear_coordinates=linear_coordinates,
        )


def read_calibration(sample: Fields) -> Calibration:
    """Read the transformations and the matrix of a sample.

    Parameters
    ----------
    sample
        The ``<Sample>``.

    Returns
    -------
    Calibration
        What could be read, and a problem for what could not.
    """
    problems: list[Problem] = []
    axes: dict[str, NamedAxis] = {}
    for group in sample.children("Transformations"):
        for child in group.element.children:
            fields = Fields(child, group.file)
            try:
                name = fields.child("parameter").text_of("name")
                axes[name] = NamedAxis(name, _axis(fields, name, problems))
            except FileProblem as refusal:
                problems += refusal.problems
    matrix, compensated = None, {}
    refused: frozenset[str] | None = frozenset()
    matrices = sample.children("spilloverMatrix")
    if len(matrices) > 1:
        what = text("several matrices for one sample; the number is {count}", count=len(matrices))
        problems.append(not_used(matrices[0], what, Severity.ERROR))
        refused = _channels_of(matrices)
    elif matrices:
        try:
            matrix = _matrix(matrices[0])
            compensated = _compensated(matrices[0])
        except FileProblem as refusal:
            problems += refusal.problems
            matrix, refused = None, _channels_of(matrices)
    return Calibration(tuple(axes.values()), matrix, compensated, tuple(problems), refused)


def _channels_of(matrices: Sequence[Fields]) -> frozenset[str] | None:
    """Return the names gates use for channels of matrices, where these tell them."""
    try:
        return frozenset(name for fields in matrices for name in _compensated(fields))
    except FileProblem:
        return None


def _axis(fields: Fields, channel: str, problems: list[Problem]) -> Axis:
    number = fields.number
    match fields.element.tag:
        case "linear":
            gain = fields.optional_number("gain")
            if gain is not None and gain != 1 and channel.upper() != _TIME:
                what = text(
                    "a gain of {gain} on the linear axis of {channel}", gain=gain, channel=channel
                )
                problems.append(not_used(fields, what, Severity.WARNING))
            return LinearAxis(number("maxRange"), -number("minRange"))
        case "log":
            decades = number("decades")
            # FlowJo puts what is below the offset, zero and less included, on the axis' end.
            return BoundedAxis(LogarithmicAxis(number("offset") * 10**decades, decades), low=0.0)
        case "biex":
            if number("length") != DISPLAY_BINS:
                raise fields.refusal(
                    text("a biexponential axis of length {length}", length=number("length")),
                    text("the length {bins}", bins=DISPLAY_BINS),
                )
            # FlowJo's table of the scale ends here; what is beyond is put on its ends.
            return BoundedAxis(
                BiexponentialAxis(
                    number("maxRange"), number("pos"), number("neg"), number("width")
                ),
                low=0.0,
                high=1.0,
            )
        case "fasinh":
            return InverseSineAxis(number("T"), number("M"), number("A"))
        case "logicle":
            return LogicleAxis(number("T"), number("W"), number("M"), number("A"))
        case "hyperlog":
            return HyperlogAxis(number("T"), number("W"), number("M"), number("A"))
        case tag:
            raise fields.refusal(
                text("the transformation <{tag}> of {channel}", tag=tag, channel=channel),
                text("one of linear, log, biex, logicle, hyperlog, fasinh"),
            )


def _matrix(fields: Fields) -> SpectrumMatrix:
    parameters = _parameters(fields)
    spectral = fields.flag("spectral")
    algorithm = fields.element.attributes.get("weightOptAlgorithmType", "OLS")
    if spectral and algorithm != "OLS":
        raise fields.refusal(
            text("unmixing by {algorithm}", algorithm=algorithm),
            text("unmixing by ordinary least squares (OLS)"),
        )
    rows: dict[str, dict[str, float]] = {}
    for spillover in fields.children("spillover"):
        rows[spillover.text_of("parameter")] = {
            each.text_of("parameter"): each.number("value")
            for each in spillover.children("coefficient")
        }
    detectors = tuple(next(iter(rows.values()), {})) if spectral else parameters
    if set(rows) != set(parameters) or any(set(row) != set(detectors) for row in rows.values()):
        raise fields.refusal(
            text("a matrix whose rows and columns are not its channels"),
            text("one row a fluorochrome, with one coefficient a detector"),
        )
    return SpectrumMatrix(
        name=fields.text_of("name"),
        fluorochromes=parameters,
        detectors=detectors,
        rows=tuple(
            tuple(rows[parameter][detector] for detector in detectors) for parameter in parameters
        ),
    )


def _parameters(fields: Fields) -> tuple[str, ...]:
    listed = fields.child("parameters").children("parameter")
    return tuple(each.text_of("name") for each in listed)


def _compensated(fields: Fields) -> dict[str, str]:
    """Return the names gates use for compensated channels, with the channel of each."""
    prefix = fields.element.attributes.get("prefix", "")
    suffix = fields.element.attributes.get("suffix", "")
    names: dict[str, str] = {}
    for each in fields.child("parameters").children("parameter"):
        name = each.text_of("name")
        names[prefix + name + suffix] = name
        infix = each.element.attributes.get("userProvidedCompInfix")
        if infix:
            names[infix] = name
    return names
