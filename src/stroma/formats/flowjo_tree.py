"""Where each population of a FlowJo workspace stands, and what FlowJo stored with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from stroma.errors import Problem, Severity
from stroma.formats.flowjo_axes import Calibration
from stroma.formats.flowjo_records import COUNT, StoredStatistic
from stroma.formats.safe_xml import decimal
from stroma.formats.xml_fields import Fields, not_used
from stroma.gating_records import BooleanOperator
from stroma.records import Origin
from stroma.texts import join, text, texts

OPERATORS: Final[Mapping[str, BooleanOperator]] = {
    "AndNode": BooleanOperator.AND,
    "OrNode": BooleanOperator.OR,
    "NotNode": BooleanOperator.NOT,
}


@dataclass(frozen=True, slots=True)
class Node:
    """A population in the file.

    Parameters
    ----------
    fields
        Its element.
    path
        Names from the first population down to it.
    identifier
        Of its gate, one of a kind.
    parent
        Identifier of the gate it stands below; ``None`` for the sample itself.
    """

    fields: Fields
    path: tuple[str, ...]
    identifier: str
    parent: str | None


@dataclass(slots=True)
class Walk:
    """What has been collected on the way through the tree.

    Parameters
    ----------
    origin
        The workspace.
    sample
        Identifier of the sample.
    calibration
        Axes and compensation its gates refer to.
    nodes
        The populations, parents before their children.
    taken
        Identifiers that are given.
    statistics
        What FlowJo stored.
    problems
        What was not read.
    """

    origin: Origin
    sample: str
    calibration: Calibration
    nodes: list[Node] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    statistics: list[StoredStatistic] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def collect(parent: Fields, path: tuple[str, ...], identifier: str | None, walk: Walk) -> None:
    """Collect what stands below a sample or population, parents before their children.

    Parameters
    ----------
    parent
        The sample's node, or a population.
    path
        Names down to it.
    identifier
        Of its gate; ``None`` for the sample.
    walk
        Takes what is found.
    """
    for group in parent.children("Subpopulations"):
        for child in group.element.children:
            fields = Fields(child, group.file)
            if child.tag == "Statistic":
                walk.statistics.append(_statistic(fields, path, walk))
            elif child.tag == "Population" or child.tag in OPERATORS:
                name = child.attributes.get("name", "")
                node = Node(fields, (*path, name), _identifier(fields, walk), identifier)
                walk.nodes.append(node)
                walk.statistics += _count(node, walk)
                collect(fields, node.path, node.identifier, walk)
            else:
                what = text("<{tag}> among the populations", tag=child.tag)
                walk.problems.append(not_used(fields, what, Severity.ERROR))


def add_template(group: Fields, walk: Walk) -> None:
    """Collect what a group has and the sample has not.

    Parameters
    ----------
    group
        The ``<GroupNode>``.
    walk
        Takes what is found; holds what the sample has.
    """
    own = {node.path: node for node in reversed(walk.nodes)}
    added: list[Node] = []
    waiting: list[tuple[Fields, tuple[str, ...], str | None]] = [(group, (), None)]
    while waiting:
        parent, path, identifier = waiting.pop()
        for child in (
            c for each in parent.children("Subpopulations") for c in each.element.children
        ):
            if child.tag != "Population" and child.tag not in OPERATORS:
                continue
            fields = Fields(child, parent.file)
            here = (*path, child.attributes.get("name", ""))
            node = own.get(here)
            if node is None:
                node = Node(fields, here, _identifier(fields, walk), identifier)
                walk.nodes.append(node)
                added.append(node)
            waiting.append((fields, here, node.identifier))
    if added:
        walk.problems.append(_from_group(group, added))


def _from_group(group: Fields, added: Sequence[Node]) -> Problem:
    return Problem(
        group.place,
        found=texts(
            '{count} population of the group "{group}" that FlowJo has not for this sample, '
            "counted by the group's gate: {names}",
            '{count} populations of the group "{group}" that FlowJo has not for this sample, '
            "counted by the group's gates: {names}",
            len(added),
            group=group.element.attributes.get("name", ""),
            names=join(sorted("/".join(node.path) for node in added)),
        ),
        expected=text("the populations of a group in each of its samples"),
        action=text("check that they are meant for this sample; in FlowJo, apply the group to it"),
        severity=Severity.WARNING,
    )


def _identifier(fields: Fields, walk: Walk) -> str:
    """Return the identifier FlowJo gave the gate, or one of the same kind where it gave none."""
    gate = fields.element.first("Gate")
    given = gate.attributes.get("id", "") if gate is not None else ""
    number = len(walk.nodes) + 1
    identifier = given or f"{fields.element.tag}{number}"
    if identifier in walk.taken:
        identifier = f"{identifier}-{number}"
    walk.taken.add(identifier)
    return identifier


def _statistic(fields: Fields, path: tuple[str, ...], walk: Walk) -> StoredStatistic:
    attributes = fields.element.attributes
    entered = attributes.get("value", "")
    return StoredStatistic(
        origin=_origin(fields, walk.origin),
        sample=walk.sample,
        path=path,
        statistic=attributes.get("name", ""),
        value=decimal(entered),
        entered=entered,
        channel=attributes.get("id") or None,
        ancestor=attributes.get("ancestor") or None,
    )


def _count(node: Node, walk: Walk) -> list[StoredStatistic]:
    """Return the count FlowJo stored; it writes -1 where it has not counted yet."""
    entered = node.fields.element.attributes.get("count", "")
    value = decimal(entered)
    if value is None or value < 0:
        return []
    origin = _origin(node.fields, walk.origin)
    stored = StoredStatistic(
        origin, walk.sample, node.path, COUNT, value, entered, gate=node.identifier
    )
    return [stored]


def _origin(fields: Fields, origin: Origin) -> Origin:
    return Origin(origin.file, origin.sha256, f"line {fields.element.line}")
