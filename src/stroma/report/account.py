"""The account of events left out, one line a tube."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from stroma.strategy_records import GATES
from stroma.texts import Text
from stroma.views import ExclusionStep

START = "recorded"


@dataclass(frozen=True, slots=True)
class Taken:
    """What one gate took from one tube.

    Parameters
    ----------
    removed
        Events.
    how
        Method and settings, where they are not those of all tubes; otherwise empty.
    """

    removed: int
    how: str


@dataclass(frozen=True, slots=True)
class TubeAccount:
    """What each gate took from one tube.

    Parameters
    ----------
    file, passage, role
        The tube.
    recorded
        Events at the start; ``None`` where the account does not begin with them.
    taken
        For each gate of the table; ``None`` where it was not applied.
    remaining
        Events left at the end.
    """

    file: str
    passage: str
    role: str
    recorded: int | None
    taken: tuple[Taken | None, ...]
    remaining: int


@dataclass(frozen=True, slots=True)
class GateColumn:
    """One gate.

    Parameters
    ----------
    label
        What it takes.
    settings, method
        How it was set; ``None`` where that differs between the tubes.
    """

    label: Text
    settings: str | None
    method: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """The tubes of a lot and the gates they went through.

    Parameters
    ----------
    gates
        In the order applied.
    tubes
        One line a tube.
    """

    gates: tuple[GateColumn, ...]
    tubes: tuple[TubeAccount, ...]


def account_of(steps: Sequence[ExclusionStep], *, compact: bool = False) -> Account | None:
    """Put the exclusions of a lot into a table.

    Parameters
    ----------
    steps
        Of one lot, those of a tube in the order applied.
    compact
        Whether the settings of the gates are left out.

    Returns
    -------
    Account or None
        ``None`` where there are no steps.
    """
    if not steps:
        return None
    if compact:
        steps = [replace(step, settings="") for step in steps]
    gates: dict[str, list[ExclusionStep]] = {}
    tubes: dict[str, list[ExclusionStep]] = {}
    for step in steps:
        tubes.setdefault(step.file, []).append(step)
        if step.gate != START:
            gates.setdefault(step.gate, []).append(step)
    columns = {gate: _column(gates[gate]) for gate in in_order(gates)}
    return Account(tuple(columns.values()), tuple(_tube(held, columns) for held in tubes.values()))


def in_order(gates: Iterable[str]) -> list[str]:
    """Put gates into the order they are applied, whichever tube lacks one of them.

    Parameters
    ----------
    gates
        Their names.

    Returns
    -------
    list of str
        Those of no cleaning before the others, as they were given.

    Examples
    --------
    >>> in_order(["debris", "dead", "time", "stromal"])
    ['stromal', 'time', 'debris', 'dead']
    """
    order = list(GATES)
    return sorted(gates, key=lambda gate: order.index(gate) if gate in GATES else -1)


def _column(steps: Sequence[ExclusionStep]) -> GateColumn:
    settings = {step.settings for step in steps}
    methods = {step.method for step in steps}
    return GateColumn(
        steps[0].label,
        settings.pop() if len(settings) == 1 else None,
        methods.pop() if len(methods) == 1 else None,
    )


def _tube(steps: Sequence[ExclusionStep], columns: Mapping[str, GateColumn]) -> TubeAccount:
    by_gate = {step.gate: step for step in steps}
    start = by_gate.get(START)
    first, last = steps[0], steps[-1]
    return TubeAccount(
        first.file,
        first.passage,
        first.role,
        None if start is None else start.remaining,
        tuple(_taken(by_gate.get(gate), column) for gate, column in columns.items()),
        last.remaining,
    )


def _taken(step: ExclusionStep | None, column: GateColumn) -> Taken | None:
    if step is None:
        return None
    settings = step.settings if column.settings is None else ""
    method = step.method if column.method is None else ""
    return Taken(step.removed, "; ".join(part for part in (settings, method) if part))
