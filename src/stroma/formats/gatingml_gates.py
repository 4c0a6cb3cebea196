"""Gates of a GatingML 2.0 file."""

from __future__ import annotations

from stroma.formats.xml_fields import Fields, points_of
from stroma.gating_records import (
    BooleanGate,
    BooleanOperator,
    Dimension,
    Divider,
    EllipsoidGate,
    Gate,
    Interval,
    Operand,
    PolygonGate,
    Quadrant,
    QuadrantGate,
    RectangleGate,
)
from stroma.texts import text

GATES = ("RectangleGate", "PolygonGate", "EllipsoidGate", "QuadrantGate", "BooleanGate")
"""Every kind of gate of GatingML 2.0."""

_FEWEST_VERTICES = 3


def read_gate(fields: Fields) -> Gate:
    """Return a gate.

    Parameters
    ----------
    fields
        One of :data:`GATES`.

    Returns
    -------
    Gate
        As it is described; what it refers to is not looked up.

    Raises
    ------
    FileProblem
        A part is missing or cannot be read.
    """
    identifier = fields.text_of("id")
    parent = fields.element.attributes.get("parent_id")
    match fields.element.tag:
        case "RectangleGate":
            dimensions = _some(fields, "dimension")
            intervals = tuple(
                Interval(_dimension(each), _end(each, "min", "-INF"), _end(each, "max", "INF"))
                for each in dimensions
            )
            return RectangleGate(
                identifier=identifier, name=identifier, intervals=intervals, parent=parent
            )
        case "PolygonGate":
            return _polygon(fields, identifier, parent)
        case "EllipsoidGate":
            return _ellipsoid(fields, identifier, parent)
        case "QuadrantGate":
            dividers = tuple(_divider(each) for each in _some(fields, "divider"))
            quadrants = tuple(_quadrant(each) for each in _some(fields, "Quadrant"))
            return QuadrantGate(
                identifier=identifier, dividers=dividers, quadrants=quadrants, parent=parent
            )
        case _:
            return _boolean(fields, identifier, parent)


def _end(fields: Fields, attribute: str, infinite: str) -> float | None:
    """Return an end of a rectangle; an infinite one, which XML Schema has a word for, is open."""
    if fields.element.attributes.get(attribute, "").strip() == infinite:
        return None
    return fields.optional_number(attribute)


def _dimension(fields: Fields) -> Dimension:
    compensation = fields.text_of("compensation-ref")
    axis = fields.element.attributes.get("transformation-ref")
    channels = fields.children("fcs-dimension")
    ratios = fields.children("new-dimension")
    if len(channels) + len(ratios) != 1:
        raise fields.refusal(
            text(
                "the number of channels in <{tag}> is {count}",
                count=len(channels) + len(ratios),
                tag=fields.element.tag,
            ),
            text("one <fcs-dimension> or <new-dimension>"),
        )
    if channels:
        return Dimension(channels[0].text_of("name"), None, compensation, axis)
    return Dimension(None, ratios[0].text_of("transformation-ref"), compensation, axis)


def _polygon(fields: Fields, identifier: str, parent: str | None) -> PolygonGate:
    dimensions = fields.children("dimension")
    vertices = points_of(fields.children("vertex"), 2)
    if len(dimensions) != 2 or len(vertices) < _FEWEST_VERTICES:
        raise fields.refusal(
            text(
                "a polygon whose number of dimensions is {dimensions} and of vertices {vertices}",
                dimensions=len(dimensions),
                vertices=len(vertices),
            ),
            text("two dimensions and three vertices or more"),
        )
    return PolygonGate(
        identifier=identifier,
        name=identifier,
        dimensions=(_dimension(dimensions[0]), _dimension(dimensions[1])),
        vertices=tuple((x, y) for x, y in vertices),
        parent=parent,
    )


def _ellipsoid(fields: Fields, identifier: str, parent: str | None) -> EllipsoidGate:
    dimensions = tuple(_dimension(each) for each in _some(fields, "dimension"))
    (centre,) = points_of([fields.child("mean")], len(dimensions))
    matrix = fields.child("covarianceMatrix")
    rows = tuple(row.numbers_of("entry") for row in matrix.children("row"))
    if len(rows) != len(dimensions) or {len(row) for row in rows} != {len(dimensions)}:
        raise matrix.refusal(
            text("a covariance matrix whose rows or columns are not the gate's dimensions"),
            text("one row and one entry in each a dimension: {count}", count=len(dimensions)),
        )
    return EllipsoidGate(
        identifier=identifier,
        name=identifier,
        dimensions=dimensions,
        centre=centre,
        covariance=rows,
        distance_square=fields.child("distanceSquare").number("value"),
        parent=parent,
    )


def _divider(fields: Fields) -> Divider:
    values = tuple(each.content_number() for each in _some(fields, "value"))
    return Divider(fields.text_of("id"), _dimension(fields), values)


def _quadrant(fields: Fields) -> Quadrant:
    identifier = fields.text_of("id")
    positions = tuple(
        (each.text_of("divider_ref"), each.number("location")) for each in _some(fields, "position")
    )
    return Quadrant(identifier, identifier, positions)


def _boolean(fields: Fields, identifier: str, parent: str | None) -> BooleanGate:
    found = [each for operator in BooleanOperator for each in fields.children(operator.value)]
    if len(found) != 1:
        raise fields.refusal(
            text("the number of operators is {count}", count=len(found)),
            text("one of and, or, not"),
        )
    operator = BooleanOperator(found[0].element.tag)
    operands = tuple(
        Operand(each.text_of("ref"), each.flag("use-as-complement"))
        for each in found[0].children("gateReference")
    )
    fewest, most = (1, 1) if operator is BooleanOperator.NOT else (2, None)
    if len(operands) < fewest or (most is not None and len(operands) > most):
        raise found[0].refusal(
            text(
                "the number of gates in <{operator}> is {count}",
                operator=operator.value,
                count=len(operands),
            ),
            text("one gate for not, two or more for and and or"),
        )
    return BooleanGate(
        identifier=identifier,
        name=identifier,
        operator=operator,
        operands=operands,
        parent=parent,
    )


def _some(fields: Fields, tag: str) -> list[Fields]:
    found = fields.children(tag)
    if not found:
        raise fields.refusal(
            text("<{parent}> without <{child}>", parent=fields.element.tag, child=tag),
            text("one <{child}> or more", child=tag),
        )
    return found
