"""A strategy of gates applied to the events of a file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from stroma.cytometry.gating.columns import Source
from stroma.cytometry.gating.members import Node, members
from stroma.cytometry.gating.shapes import is_covariance
from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.gating_records import (
    BooleanGate,
    Dimension,
    EllipsoidGate,
    GatingStrategy,
    Interval,
    QuadrantGate,
    RectangleGate,
)
from stroma.records import BoolArray, Events
from stroma.texts import text

MOST_LEVELS: Final = 200
"""Gates within each other, more than any person draws; the path of each names all above it."""


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """The events within a gate and all its parents.

    Parameters
    ----------
    identifier
        The gate's.
    name
        What people call it.
    path
        Names from the first gate down to this one.
    parent
        Identifier of the gate it looks at; ``None`` for all events.
    mask
        Array of shape (events,).
    """

    identifier: str
    name: str
    path: tuple[str, ...]
    parent: str | None
    mask: BoolArray

    @property
    def count(self) -> int:
        """How many events."""
        return int(np.count_nonzero(self.mask))


@dataclass(frozen=True, slots=True)
class GatingResult:
    """What the gates of a strategy enclose.

    Parameters
    ----------
    populations
        In the order of the strategy, quadrants in place of their gate.
    problems
        Gates that could not be applied, each with its reason.
    """

    populations: tuple[Population, ...]
    problems: tuple[Problem, ...] = ()


def apply_gates(events: Events, strategy: GatingStrategy) -> GatingResult:
    """Return the populations that gates enclose.

    Parameters
    ----------
    events
        The file, in linear units, not compensated.
    strategy
        The gates.

    Returns
    -------
    GatingResult
        A population for each gate and quadrant that could be applied; an error for each other
        one, and for each that depends on it.

    Examples
    --------
    >>> from stroma.records import Channel, Origin
    >>> events = Events(
    ...     Origin("a.fcs", ""), "FCS3.1", (Channel("FSC-A"),), np.array([[1.0], [5.0]]), {}
    ... )
    >>> gate = RectangleGate(
    ...     identifier="G1", name="Cells", intervals=(Interval(Dimension("FSC-A"), low=2.0),)
    ... )
    >>> (cells,) = apply_gates(events, GatingStrategy((gate,))).populations
    >>> cells.path, cells.count
    (('Cells',), 1)
    """
    source = Source(events, strategy)
    problems: list[Problem] = []
    nodes: dict[str, Node] = {}
    for node in _nodes(strategy, events.origin.file, problems):
        if node.identifier in nodes:
            problems.append(_twice(node, events.origin.file))
        else:
            nodes[node.identifier] = node
    masks: dict[str, BoolArray] = {}
    depths: dict[str, int] = {}
    for node in _in_order(nodes, events.origin.file, problems):
        missing = next((name for name in _needs(node) if name not in masks), None)
        if missing is not None:
            name = nodes[missing].name if missing in nodes else missing
            problems.append(_left_out(node, name, events.origin.file))
            continue
        depths[node.identifier] = 1 if node.parent is None else depths[node.parent] + 1
        if depths[node.identifier] > MOST_LEVELS:
            problems.append(_too_deep(node, events.origin.file))
            continue
        try:
            masks[node.identifier] = members(node, source, masks)
        except FileProblem as refusal:
            problems += [_at_gate(problem, node) for problem in refusal.problems]
            continue
        if isinstance(node, EllipsoidGate) and not is_covariance(node.covariance):
            problems.append(_no_ellipsoid(node, events.origin.file))
    populations = (
        Population(name, node.name, _path(node, nodes), node.parent, masks[name])
        for name, node in nodes.items()
        if name in masks
    )
    return GatingResult(tuple(populations), tuple(problems))


def _nodes(strategy: GatingStrategy, file: str, problems: list[Problem]) -> Iterator[Node]:
    """Yield every gate, each quadrant as the box it is."""
    for gate in strategy.gates:
        if not isinstance(gate, QuadrantGate):
            yield gate
            continue
        dividers = {divider.identifier: divider for divider in gate.dividers}
        for quadrant in gate.quadrants:
            unknown = [name for name, _ in quadrant.positions if name not in dividers]
            if unknown:
                problems.append(
                    Problem(
                        Place(file=file, column=quadrant.identifier),
                        found=text('no divider "{name}"', name=unknown[0]),
                        expected=text("one of {names}", names=", ".join(dividers)),
                        action=text("mend the gate; the quadrant was left out"),
                    )
                )
                continue
            intervals = tuple(
                _stretch(dividers[name].dimension, dividers[name].values, location)
                for name, location in quadrant.positions
            )
            yield RectangleGate(
                identifier=quadrant.identifier,
                name=quadrant.name,
                intervals=intervals,
                parent=gate.parent,
            )


def _stretch(dimension: Dimension, values: Sequence[float], location: float) -> Interval:
    """Return the stretch between two cuts that holds a location."""
    cuts = sorted(values)
    low = max((cut for cut in cuts if cut <= location), default=None)
    high = min((cut for cut in cuts if cut > location), default=None)
    return Interval(dimension, low, high)


def _needs(node: Node) -> tuple[str, ...]:
    parent = () if node.parent is None else (node.parent,)
    operands = node.operands if isinstance(node, BooleanGate) else ()
    return (*parent, *(operand.gate for operand in operands))


def _in_order(nodes: Mapping[str, Node], file: str, problems: list[Problem]) -> Iterator[Node]:
    """Yield each gate after those it refers to; say which ones refer to each other."""
    needs = {
        name: {other for other in _needs(node) if other in nodes} for name, node in nodes.items()
    }
    needed_by: dict[str, list[str]] = {name: [] for name in nodes}
    for name, others in needs.items():
        for other in others:
            needed_by[other].append(name)
    ready = deque(name for name, others in needs.items() if not others)
    while ready:
        name = ready.popleft()
        yield nodes[name]
        del needs[name]
        for dependent in needed_by[name]:
            needs[dependent].discard(name)
            if not needs[dependent]:
                ready.append(dependent)
    problems += [_circle(nodes[name], file) for name in needs]


def _path(node: Node, nodes: Mapping[str, Node]) -> tuple[str, ...]:
    names = [node.name]
    while node.parent is not None:
        node = nodes[node.parent]
        names.append(node.name)
    return tuple(reversed(names))


def _no_ellipsoid(node: Node, file: str) -> Problem:
    return Problem(
        Place(file=file, column=node.name),
        found=text("a covariance matrix that is not symmetric, or not positive definite"),
        expected=text("the covariance matrix of an ellipsoid"),
        action=text("look at the gate if that was not meant; it was applied as written"),
        severity=Severity.NOTE,
    )


def _too_deep(node: Node, file: str) -> Problem:
    return Problem(
        Place(file=file, column=node.name),
        found=text("gates more than {most} deep within each other", most=MOST_LEVELS),
        expected=text("a hierarchy that a person can follow"),
        action=text("draw the gates anew; this one was left out"),
    )


def _twice(node: Node, file: str) -> Problem:
    return Problem(
        Place(file=file, column=node.name),
        found=text('two gates "{name}"', name=node.identifier),
        expected=text("one gate of a name"),
        action=text("rename one of them; the second was left out"),
    )


def _left_out(node: Node, missing: str, file: str) -> Problem:
    return Problem(
        Place(file=file, column=node.name),
        found=text('it refers to gate "{name}", which was not applied', name=missing),
        expected=text("a gate that can be applied"),
        action=text('mend gate "{name}"; this one was left out', name=missing),
    )


def _circle(node: Node, file: str) -> Problem:
    return Problem(
        Place(file=file, column=node.name),
        found=text("the gate refers to itself, or to gates that refer to each other"),
        expected=text("gates that refer to gates before them"),
        action=text("mend the gate; it was left out"),
    )


def _at_gate(problem: Problem, node: Node) -> Problem:
    return replace(problem, place=replace(problem.place, column=node.name))
