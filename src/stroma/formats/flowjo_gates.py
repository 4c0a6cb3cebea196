"""The tree of populations of a sample in a FlowJo workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from stroma.errors import FileProblem, Problem
from stroma.formats.flowjo_axes import DISPLAY_BINS, Calibration
from stroma.formats.flowjo_records import StoredStatistic
from stroma.formats.flowjo_tree import OPERATORS, Node, Walk, add_template, collect
from stroma.formats.xml_fields import Fields, points_of
from stroma.gating_records import (
    BooleanGate,
    BooleanOperator,
    Dimension,
    FocalEllipseGate,
    Gate,
    Interval,
    Operand,
    PolygonGate,
    RectangleGate,
)
from stroma.records import Origin
from stroma.texts import join, text, texts

_FEWEST_VERTICES: Final = 3
_ELLIPSE_POINTS: Final = {"foci": 2, "edge": 4}


@dataclass(frozen=True, slots=True)
class Tree:
    """What a sample's tree of populations says.

    Parameters
    ----------
    gates
        In the order of the file, parents before their children.
    statistics
        What FlowJo stored with the populations.
    problems
        Populations that cannot be applied, each with its reason.
    """

    gates: tuple[Gate, ...]
    statistics: tuple[StoredStatistic, ...]
    problems: tuple[Problem, ...]


def read_tree(
    root: Fields,
    origin: Origin,
    sample: str,
    calibration: Calibration,
    *,
    templates: Sequence[Fields] = (),
) -> Tree:
    """Read the populations and statistics below a sample.

    FlowJo copies the populations of a group to its samples. What a group has and its sample has
    not is applied with the axes and compensation of the sample, and said.

    Parameters
    ----------
    root
        The ``<SampleNode>``.
    origin
        The workspace.
    sample
        Identifier of the sample.
    calibration
        Axes and compensation its gates refer to.
    templates
        The ``<GroupNode>`` of each group it belongs to.

    Returns
    -------
    Tree
        Gates that can be applied, everything FlowJo stored, and what cannot be applied.
    """
    walk = Walk(origin, sample, calibration)
    collect(root, (), None, walk)
    for group in templates:
        add_template(group, walk)
    by_path = _by_path(walk.nodes)
    gates: dict[str, Gate] = {}
    for node in walk.nodes:
        try:
            gates[node.identifier] = _gate(node, calibration, by_path)
        except FileProblem as refusal:
            walk.problems += [_of_population(problem, node) for problem in refusal.problems]
    refused = {node.identifier for node in walk.nodes} - set(gates)
    stranded = _stranded(gates, refused)
    if stranded:
        walk.problems.append(
            _left_out([each for each in walk.nodes if each.identifier in stranded])
        )
    kept = tuple(gate for name, gate in gates.items() if name not in stranded)
    return Tree(kept, tuple(walk.statistics), tuple(walk.problems))


def _by_path(nodes: Sequence[Node]) -> dict[str, list[str]]:
    """Return identifiers by path, as Boolean populations write it."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        found.setdefault("/".join(node.path), []).append(node.identifier)
    return found


def _gate(node: Node, calibration: Calibration, by_path: Mapping[str, list[str]]) -> Gate:
    tag = node.fields.element.tag
    if tag in OPERATORS:
        return _boolean(node, OPERATORS[tag], by_path)
    shapes = node.fields.child("Gate").element.children
    if len(shapes) != 1:
        raise node.fields.refusal(
            text("the number of shapes in the gate is {count}", count=len(shapes)),
            text("one shape"),
        )
    shape = Fields(shapes[0], node.fields.file)
    outside = not shape.flag("eventsInside", default=True)
    match shape.element.tag:
        case "RectangleGate":
            intervals = tuple(
                Interval(
                    _dimension(each, calibration, linear_coordinates=True),
                    each.optional_number("min"),
                    each.optional_number("max"),
                )
                for each in shape.children("dimension")
            )
            if not intervals:
                raise shape.refusal(text("a rectangle without a dimension"), text("one or two"))
            return RectangleGate(
                identifier=node.identifier,
                name=node.path[-1],
                intervals=intervals,
                parent=node.parent,
                outside=outside,
            )
        case "PolygonGate":
            vertices = points_of(shape.children("vertex"), 2)
            if len(vertices) < _FEWEST_VERTICES:
                raise shape.refusal(
                    text("a polygon whose number of vertices is {count}", count=len(vertices)),
                    text("three vertices or more"),
                )
            return PolygonGate(
                identifier=node.identifier,
                name=node.path[-1],
                dimensions=_two_dimensions(shape, calibration, linear_coordinates=True),
                vertices=tuple((x, y) for x, y in vertices),
                parent=node.parent,
                outside=outside,
            )
        case "EllipsoidGate":
            points = {tag: _ellipse_points(shape, tag) for tag in _ELLIPSE_POINTS}
            return FocalEllipseGate(
                identifier=node.identifier,
                name=node.path[-1],
                dimensions=_two_dimensions(shape, calibration, linear_coordinates=False),
                foci=points["foci"],
                edge=points["edge"],
                bins=float(DISPLAY_BINS),
                parent=node.parent,
                outside=outside,
            )
        case "CurlyQuad":
            raise shape.refusal(
                text("a curly quadrant (CurlyQuad), whose curves FlowJo has not published"),
                text(
                    "a straight quadrant, rectangle, polygon or ellipse; the count FlowJo stored "
                    "can enter a study by the table statistics"
                ),
            )
        case kind:
            raise shape.refusal(
                text("a gate of the kind {kind}", kind=kind),
                text("one of RectangleGate, PolygonGate, EllipsoidGate, or a Boolean population"),
            )


def _dimension(fields: Fields, calibration: Calibration, *, linear_coordinates: bool) -> Dimension:
    name = fields.child("fcs-dimension").text_of("name")
    if calibration.is_refused(name):
        raise fields.refusal(
            text("{channel}, compensated with a matrix that could not be read", channel=name),
            text("a gate on values that can be compensated as in FlowJo"),
        )
    return calibration.dimension(name, linear_coordinates=linear_coordinates)


def _two_dimensions(
    shape: Fields, calibration: Calibration, *, linear_coordinates: bool
) -> tuple[Dimension, Dimension]:
    found = [
        _dimension(each, calibration, linear_coordinates=linear_coordinates)
        for each in shape.children("dimension")
    ]
    if len(found) != 2:
        raise shape.refusal(
            text("the number of dimensions is {count}", count=len(found)), text("two dimensions")
        )
    return found[0], found[1]


def _ellipse_points(shape: Fields, tag: str) -> tuple[tuple[float, float], ...]:
    points = points_of(shape.child(tag).children("vertex"), 2)
    if len(points) != _ELLIPSE_POINTS[tag]:
        raise shape.refusal(
            text("the number of points in <{tag}> is {count}", count=len(points), tag=tag),
            text("the number {count}", count=_ELLIPSE_POINTS[tag]),
        )
    return tuple((x, y) for x, y in points)


def _boolean(
    node: Node, operator: BooleanOperator, by_path: Mapping[str, list[str]]
) -> BooleanGate:
    operands = []
    dependents = [
        each for group in node.fields.children("Dependents") for each in group.children("Dependent")
    ]
    for each in dependents:
        name = each.text_of("name")
        found = by_path.get(name, [])
        if len(found) != 1:
            raise each.refusal(
                text('the number of populations "{name}" is {count}', count=len(found), name=name),
                text("one population of this path"),
            )
        operands.append(Operand(found[0]))
    if not operands or (operator is BooleanOperator.NOT and len(operands) > 1):
        raise node.fields.refusal(
            text("the number of populations in <{tag}> is {count}", tag=node.fields.element.tag,
                 count=len(operands)),
            text("one population for NotNode, one or more for AndNode and OrNode"),
        )  # fmt: skip
    return BooleanGate(
        identifier=node.identifier,
        name=node.path[-1],
        operator=operator,
        operands=tuple(operands),
        parent=node.parent,
    )


def _stranded(gates: Mapping[str, Gate], refused: set[str]) -> set[str]:
    """Return the gates that depend on one that was refused, directly or through others."""
    needed_by: dict[str, list[str]] = {}
    for name, gate in gates.items():
        for other in _needs(gate):
            needed_by.setdefault(other, []).append(name)
    lost, waiting = set(refused), list(refused)
    while waiting:
        for name in needed_by.get(waiting.pop(), []):
            if name not in lost:
                lost.add(name)
                waiting.append(name)
    return lost - refused


def _needs(gate: Gate) -> list[str]:
    operands = gate.operands if isinstance(gate, BooleanGate) else ()
    return [*([] if gate.parent is None else [gate.parent]), *(each.gate for each in operands)]


def _of_population(problem: Problem, node: Node) -> Problem:
    return replace(problem, place=replace(problem.place, column="/".join(node.path)))


def _left_out(nodes: Sequence[Node]) -> Problem:
    return Problem(
        nodes[0].fields.place,
        found=texts(
            "{count} population stands below such a gate, or refers to one: {names}",
            "{count} populations stand below such gates, or refer to them: {names}",
            len(nodes),
            names=join(["/".join(node.path) for node in nodes]),
        ),
        expected=text("populations that depend on gates that can be applied"),
        action=text("draw the gates above with another tool where these are needed"),
    )
