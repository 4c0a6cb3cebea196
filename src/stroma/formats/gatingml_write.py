"""Writing gates as a GatingML 2.0 file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

from stroma.errors import FileProblem, Place, Problem
from stroma.gating_records import (
    Axis,
    BiexponentialAxis,
    BooleanGate,
    BoundedAxis,
    Dimension,
    EllipsoidGate,
    FocalEllipseGate,
    Gate,
    GatingStrategy,
    HyperlogAxis,
    InverseSineAxis,
    LinearAxis,
    LogarithmicAxis,
    LogicleAxis,
    NamedAxis,
    PolygonGate,
    QuadrantGate,
    Ratio,
    RectangleGate,
    SpectrumMatrix,
    dimensions_of,
)
from stroma.texts import Text, text

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<gating:Gating-ML
    xmlns:gating="http://www.isac-net.org/std/Gating-ML/v2.0/gating"
    xmlns:transforms="http://www.isac-net.org/std/Gating-ML/v2.0/transformations"
    xmlns:data-type="http://www.isac-net.org/std/Gating-ML/v2.0/datatypes">
"""
_FOOT: Final = "</gating:Gating-ML>\n"
_INDENT: Final = "  "

# XML 1.0, production NCName, for the letters programs use; identifiers are of type xs:ID.
_NAME: Final = re.compile(r"[^\W\d][\w.\-·]*")

# What is no Char of XML 1.0.
_NO_CHARACTER: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Attributes = dict[str, str | float | bool | None]
Line = tuple[int, str]


def write_gatingml(path: Path, strategy: GatingStrategy) -> None:
    """Write gates as a GatingML 2.0 file.

    Parameters
    ----------
    path
        The file to write.
    strategy
        The gates. Reading the file again gives the same strategy, but for names that differ from
        identifiers, which the standard has no place for, and for names of axes, ratios and
        matrices that no identifier in XML can be: they get one like it.

    Raises
    ------
    FileProblem
        GatingML 2.0 cannot say what the strategy says; nothing is written.

    Examples
    --------
    >>> import tempfile
    >>> from stroma.gating_records import Interval
    >>> gate = RectangleGate(
    ...     identifier="Cells", name="Cells", intervals=(Interval(Dimension("FSC-A"), 50.0),)
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "gates.xml"
    ...     write_gatingml(path, GatingStrategy((gate,)))
    ...     'gating:min="50.0"' in path.read_text(encoding="utf-8")
    True
    """
    strategy = _with_identifiers(strategy)
    problems = list(_unsayable(strategy, path.name))
    if problems:
        raise FileProblem(problems)
    lines = [
        *(line for axis in strategy.axes for line in _axis(axis)),
        *(line for ratio in strategy.ratios for line in _ratio(ratio)),
        *(line for matrix in strategy.matrices for line in _matrix(matrix)),
        *(line for gate in strategy.gates for line in _gate(gate)),
    ]
    body = "".join(f"{_INDENT * (depth + 1)}{content}\n" for depth, content in lines)
    path.write_text(_HEAD + body + _FOOT, encoding="utf-8", newline="\n")


def _unsayable(strategy: GatingStrategy, file: str) -> Iterator[Problem]:
    """Yield what the standard has no words for."""
    if strategy.gain_undone:
        yield _problem(file, None, text("gates on values that were not divided by $PnG"))
    for named in strategy.axes:
        axis = named.axis.axis if isinstance(named.axis, BoundedAxis) else named.axis
        if isinstance(axis, BiexponentialAxis):
            yield _problem(file, named.name, text("a biexponential axis of FlowJo"))
    names = [
        *(axis.name for axis in strategy.axes),
        *(ratio.name for ratio in strategy.ratios),
        *(matrix.name for matrix in strategy.matrices),
        *(name for gate in strategy.gates for name in _identifiers(gate)),
    ]
    for channel in _channels(strategy):
        if _NO_CHARACTER.search(channel) is not None:
            yield _problem(file, repr(channel), text("a channel with a sign XML has not"))
    for name in names:
        if _NAME.fullmatch(name) is None:
            yield _problem(file, name, text("a name that no identifier in XML can be"))
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _problem(file, name, text("a name of several gates, axes or matrices"))
    for gate in strategy.gates:
        name = gate.identifier
        if isinstance(gate, FocalEllipseGate):
            yield _problem(file, name, text("an ellipse in bins of FlowJo's display"))
        if isinstance(gate, RectangleGate | PolygonGate) and gate.outside:
            yield _problem(file, name, text("a gate for the events outside its shape"))
        if any(dimension.linear_coordinates for dimension in dimensions_of(gate)):
            yield _problem(file, name, text("coordinates in linear units on an axis that is not"))


def _with_identifiers(strategy: GatingStrategy) -> GatingStrategy:
    """Return the strategy with axes, ratios and matrices named as XML can.

    FlowJo names an axis by its channel, in which blanks are common.
    """
    taken = {name for gate in strategy.gates for name in _identifiers(gate)}
    axes = {named.name: _identifier(named.name, taken) for named in strategy.axes}
    ratios = {ratio.name: _identifier(ratio.name, taken) for ratio in strategy.ratios}
    matrices = {matrix.name: _identifier(matrix.name, taken) for matrix in strategy.matrices}

    def renamed(dimension: Dimension) -> Dimension:
        return replace(
            dimension,
            axis=axes.get(dimension.axis or "", dimension.axis),
            ratio=ratios.get(dimension.ratio or "", dimension.ratio),
            compensation=matrices.get(dimension.compensation, dimension.compensation),
        )

    return replace(
        strategy,
        gates=tuple(_on(gate, renamed) for gate in strategy.gates),
        axes=tuple(replace(named, name=axes[named.name]) for named in strategy.axes),
        ratios=tuple(replace(ratio, name=ratios[ratio.name]) for ratio in strategy.ratios),
        matrices=tuple(replace(each, name=matrices[each.name]) for each in strategy.matrices),
    )


def _on(gate: Gate, renamed: Callable[[Dimension], Dimension]) -> Gate:
    """Return a gate drawn on dimensions of other names."""
    match gate:
        case RectangleGate():
            intervals = (
                replace(part, dimension=renamed(part.dimension)) for part in gate.intervals
            )
            return replace(gate, intervals=tuple(intervals))
        case PolygonGate() | FocalEllipseGate():
            first, second = gate.dimensions
            return replace(gate, dimensions=(renamed(first), renamed(second)))
        case EllipsoidGate():
            return replace(gate, dimensions=tuple(map(renamed, gate.dimensions)))
        case QuadrantGate():
            dividers = (replace(part, dimension=renamed(part.dimension)) for part in gate.dividers)
            return replace(gate, dividers=tuple(dividers))
        case BooleanGate():
            return gate


def _identifier(name: str, taken: set[str]) -> str:
    """Return the name, or one like it that is an identifier no other thing has."""
    found = name
    if _NAME.fullmatch(name) is None:
        found = re.sub(r"[^\w.\-·]", "_", name)
        found = found if _NAME.fullmatch(found) is not None else f"_{found}"
    while found in taken:
        found += "_"
    taken.add(found)
    return found


def _channels(strategy: GatingStrategy) -> Iterator[str]:
    for matrix in strategy.matrices:
        yield from (*matrix.fluorochromes, *matrix.detectors)
    for ratio in strategy.ratios:
        yield from (ratio.numerator, ratio.denominator)
    for gate in strategy.gates:
        yield from (dimension.channel or "" for dimension in dimensions_of(gate))


def _identifiers(gate: Gate) -> Iterator[str]:
    yield gate.identifier
    if isinstance(gate, QuadrantGate):
        yield from (divider.identifier for divider in gate.dividers)
        yield from (quadrant.identifier for quadrant in gate.quadrants)


def _axis(named: NamedAxis) -> Iterator[Line]:
    axis = named.axis
    low, high = (axis.low, axis.high) if isinstance(axis, BoundedAxis) else (None, None)
    function, parameters = _function(axis.axis if isinstance(axis, BoundedAxis) else axis)
    bounds: Attributes = {"transforms:boundMin": low, "transforms:boundMax": high}
    yield 0, _open("transforms:transformation", {"transforms:id": named.name, **bounds})
    letters: Attributes = {f"transforms:{letter}": value for letter, value in parameters.items()}
    yield 1, _empty(f"transforms:{function}", letters)
    yield 0, "</transforms:transformation>"


def _function(axis: Axis) -> tuple[str, dict[str, float]]:
    match axis:
        case LinearAxis(top, below):
            return "flin", {"T": top, "A": below}
        case LogarithmicAxis(top, decades):
            return "flog", {"T": top, "M": decades}
        case InverseSineAxis(top, decades, negative):
            return "fasinh", {"T": top, "M": decades, "A": negative}
        case LogicleAxis(top, linear, decades, negative):
            return "logicle", {"T": top, "W": linear, "M": decades, "A": negative}
        case HyperlogAxis(top, linear, decades, negative):
            return "hyperlog", {"T": top, "W": linear, "M": decades, "A": negative}
        case _:
            msg = f"{axis} was to be refused before"
            raise AssertionError(msg)


def _ratio(ratio: Ratio) -> Iterator[Line]:
    yield (
        0,
        _open(
            "transforms:transformation",
            {
                "transforms:id": ratio.name,
                "transforms:boundMin": ratio.low,
                "transforms:boundMax": ratio.high,
            },
        ),
    )
    parameters: Attributes = {
        "transforms:A": ratio.factor,
        "transforms:B": ratio.numerator_offset,
        "transforms:C": ratio.denominator_offset,
    }
    yield 1, _open("transforms:fratio", parameters)
    for channel in (ratio.numerator, ratio.denominator):
        yield 2, _channel(channel)
    yield 1, "</transforms:fratio>"
    yield 0, "</transforms:transformation>"


def _matrix(matrix: SpectrumMatrix) -> Iterator[Line]:
    inverted = True if matrix.inverted else None
    attributes: Attributes = {
        "transforms:id": matrix.name,
        "transforms:matrix-inverted-already": inverted,
    }
    yield 0, _open("transforms:spectrumMatrix", attributes)
    parts = {"fluorochromes": matrix.fluorochromes, "detectors": matrix.detectors}
    for tag, channels in parts.items():
        yield 1, f"<transforms:{tag}>"
        yield from ((2, _channel(channel)) for channel in channels)
        yield 1, f"</transforms:{tag}>"
    for row in matrix.rows:
        yield 1, "<transforms:spectrum>"
        for value in row:
            yield 2, _empty("transforms:coefficient", {"transforms:value": value})
        yield 1, "</transforms:spectrum>"
    yield 0, "</transforms:spectrumMatrix>"


def _gate(gate: Gate) -> Iterator[Line]:
    tag = f"gating:{type(gate).__name__}"
    attributes: Attributes = {"gating:id": gate.identifier, "gating:parent_id": gate.parent}
    yield 0, _open(tag, attributes)
    match gate:
        case RectangleGate():
            for each in gate.intervals:
                yield from _dimension(each.dimension, low=each.low, high=each.high)
        case PolygonGate():
            for dimension in gate.dimensions:
                yield from _dimension(dimension)
            for vertex in gate.vertices:
                yield from _point("vertex", vertex)
        case EllipsoidGate():
            yield from _ellipsoid(gate)
        case QuadrantGate():
            yield from _quadrants(gate)
        case BooleanGate():
            yield 1, f"<gating:{gate.operator.value}>"
            for operand in gate.operands:
                complement = True if operand.complement else None
                reference: Attributes = {
                    "gating:ref": operand.gate,
                    "gating:use-as-complement": complement,
                }
                yield 2, _empty("gating:gateReference", reference)
            yield 1, f"</gating:{gate.operator.value}>"
    yield 0, f"</{tag}>"


def _dimension(
    dimension: Dimension, *, low: float | None = None, high: float | None = None
) -> Iterator[Line]:
    ends: Attributes = {"gating:min": low, "gating:max": high}
    yield 1, _open("gating:dimension", {**_references(dimension), **ends})
    yield 2, _source(dimension)
    yield 1, "</gating:dimension>"


def _references(dimension: Dimension) -> Attributes:
    return {
        "gating:compensation-ref": dimension.compensation,
        "gating:transformation-ref": dimension.axis,
    }


def _source(dimension: Dimension) -> str:
    if dimension.ratio is not None:
        return _empty("data-type:new-dimension", {"data-type:transformation-ref": dimension.ratio})
    return _channel(dimension.channel or "")


def _ellipsoid(gate: EllipsoidGate) -> Iterator[Line]:
    for dimension in gate.dimensions:
        yield from _dimension(dimension)
    yield from _point("mean", gate.centre)
    yield 1, "<gating:covarianceMatrix>"
    for row in gate.covariance:
        yield 2, "<gating:row>"
        yield from ((3, _value("gating:entry", entry)) for entry in row)
        yield 2, "</gating:row>"
    yield 1, "</gating:covarianceMatrix>"
    yield 1, _value("gating:distanceSquare", gate.distance_square)


def _quadrants(gate: QuadrantGate) -> Iterator[Line]:
    for divider in gate.dividers:
        attributes = {"gating:id": divider.identifier, **_references(divider.dimension)}
        yield 1, _open("gating:divider", attributes)
        yield 2, _source(divider.dimension)
        yield from ((2, f"<gating:value>{value!r}</gating:value>") for value in divider.values)
        yield 1, "</gating:divider>"
    for quadrant in gate.quadrants:
        yield 1, _open("gating:Quadrant", {"gating:id": quadrant.identifier})
        for name, location in quadrant.positions:
            place: Attributes = {"gating:divider_ref": name, "gating:location": location}
            yield 2, _empty("gating:position", place)
        yield 1, "</gating:Quadrant>"


def _point(tag: str, coordinates: tuple[float, ...]) -> Iterator[Line]:
    yield 1, f"<gating:{tag}>"
    yield from ((2, _value("gating:coordinate", value)) for value in coordinates)
    yield 1, f"</gating:{tag}>"


def _value(tag: str, value: float) -> str:
    return _empty(tag, {"data-type:value": value})


def _channel(name: str) -> str:
    return _empty("data-type:fcs-dimension", {"data-type:name": name})


def _open(tag: str, attributes: Attributes) -> str:
    return f"<{tag}{_written(attributes)}>"


def _empty(tag: str, attributes: Attributes) -> str:
    return f"<{tag}{_written(attributes)} />"


def _written(attributes: Attributes) -> str:
    return "".join(
        f" {name}={quoteattr(_word(value))}"
        for name, value in attributes.items()
        if value is not None
    )


def _word(value: str | float | bool) -> str:  # noqa: FBT001 - one of the kinds of an attribute
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(float(value))


def _problem(file: str, name: str | None, found: Text) -> Problem:
    return Problem(
        Place(file=file, column=name),
        found,
        expected=text("what GatingML 2.0 has words for"),
        action=text("keep the file of the program that wrote it, or freeze the gates instead"),
    )
