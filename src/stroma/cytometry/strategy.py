"""Gates found on one tube and applied to others as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

import numpy as np

from stroma.cytometry.comparing import above, below
from stroma.cytometry.compensation import Compensation
from stroma.cytometry.gates import DOUBLETS_BY_RATIO, GateResult, debris_beyond, detector_floor
from stroma.cytometry.populations import (
    Cleaned,
    Columns,
    Rows,
    Step,
    finite_rows,
    kept_of,
    pulse_channels,
    time_step,
)
from stroma.cytometry.scatter import scatter_channels
from stroma.errors import FileProblem, Place, Problem
from stroma.house_rules import CleaningRule
from stroma.records import BoolArray, Channel, Events, FloatArray, Spillover
from stroma.strategy_records import (
    GATES,
    NO_DYE,
    NOT_HELD,
    OFF,
    OTHER_MATRIX,
    FrozenDetector,
    FrozenGate,
    FrozenPanel,
)
from stroma.texts import Text, text

FROZEN = "frozen"
"""Rule of a gate whose boundary was not found on the tube but held fixed."""

SORTED_OTHERWISE = 0.01
"""Share of the cells another matrix may move across the frozen cut of the dye: the matrix of every
day differs a little, and limits of release are stated in whole per cents."""


def freeze(panel: str, events: Events, compensation: Compensation, cleaned: Cleaned) -> FrozenPanel:
    """Keep the gates of a tube.

    Parameters
    ----------
    panel
        Name of the panel.
    events
        The tube.
    compensation
        What it was compensated with.
    cleaned
        Its gates, found on it.

    Returns
    -------
    FrozenPanel
        The gates with the channels they look at.
    """
    gates = tuple(_frozen(step) for step in cleaned.steps)
    looked_at = dict.fromkeys(name for gate in gates for name in _channels_of(gate))
    return FrozenPanel(
        panel=panel,
        file=events.origin.file,
        sha256=events.origin.sha256,
        gates=gates,
        detectors=tuple(
            FrozenDetector(name=channel.name, voltage=channel.voltage, range=channel.range)
            for channel in events.channels
            if channel.name in looked_at
        ),
        compensation=compensation.source,
        matrix_sha256=None
        if compensation.spillover is None
        else spillover_sha256(compensation.spillover),
        dye_made_of=_made_of(cleaned.step("dead"), compensation.spillover),
    )


def spillover_sha256(spillover: Spillover) -> str:
    """Return the hash of a matrix.

    Parameters
    ----------
    spillover
        The matrix.

    Returns
    -------
    str
        Hexadecimal SHA-256 of its channels and coefficients as canonical JSON.

    Examples
    --------
    >>> spillover_sha256(Spillover(("A",), np.eye(1)))[:8]
    '8a1c11fd'
    """
    content = {
        "channels": list(spillover.channels),
        "matrix": np.asarray(spillover.matrix, dtype=np.float64).tolist(),
    }
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode("utf-8")).hexdigest()


def clean_as_frozen(
    events: Events,
    panel: FrozenPanel,
    *,
    rule: CleaningRule,
    dye: tuple[str, FloatArray] | None = None,
    needed: FloatArray | None = None,
    watched: Mapping[str, FloatArray] | None = None,
) -> Cleaned:
    """Find the live single cells of a tube by gates that were frozen.

    Parameters
    ----------
    events
        The tube.
    panel
        The gates.
    rule
        Which gates the laboratory applies, of those that were frozen.
    dye, needed, watched
        See :func:`stroma.cytometry.populations.clean`.

    Returns
    -------
    Cleaned
        As :func:`stroma.cytometry.populations.clean` returns it; the rule of each gate is
        :data:`FROZEN`. Unstable stretches of the acquisition are found anew: they are of the tube.

    Raises
    ------
    FileProblem
        The file lacks a channel a gate looks at.
    """
    columns = Columns(events)
    columns.hold(
        name
        for gate in panel.gates
        for name in (gate.x, gate.y)
        if gate.gate != "dead" and name in events.names
    )
    rows: Rows = np.arange(len(events))
    steps: list[Step] = []
    notes: list[Text] = []
    for name in GATES:
        gate = panel.gate(name)
        if not getattr(rule, name):
            continue
        if name == "dead" and dye is None:
            notes.append(text("no viability dye in this tube: dead cells not excluded"))
            continue
        if name == "time":
            found = time_step(columns, rows, watched or {})
            if not isinstance(found, Step):
                notes.append(found)
                continue
            step = found
        elif gate is None:
            continue
        else:
            _require(events, gate, dye)
            kept = _kept(columns, rows, gate, dye, needed)
            result = GateResult(kept, gate.method, FROZEN, gate.cut, dict(gate.bounds))
            step = Step(name, result, gate.x, gate.y, rows)
        steps.append(step)
        if step.result.note is not None:
            notes.append(step.result.note)
        rows = kept_of(rows, step.result.kept, len(events))
    return Cleaned(len(events), rows, tuple(steps), tuple(notes), scatter_channels(events.channels))


def departures(
    panel: FrozenPanel,
    events: Events,
    compensation: Compensation,
    cleaned: Cleaned,
    *,
    rule: CleaningRule,
    dye: str | None,
) -> Iterator[str]:
    """Yield how the cells of a tube were found otherwise than the frozen gates say.

    Parameters
    ----------
    panel
        The gates.
    events, compensation
        The tube and what it was compensated with.
    cleaned
        Its cells, as :func:`clean_as_frozen` found them.
    rule
        The laboratory's rule.
    dye
        Channel of the viability dye; ``None`` where the tube holds none.

    Yields
    ------
    str
        Gate and reason, as :data:`stroma.strategy_records.DEPARTURES` lists them. Time is one only
        where it is switched off, because its stretches are found anew in every tube.
    """
    found = scatter_channels(events.channels)
    possible = {
        "margins": True,
        "time": False,
        "debris": found.size is not None,
        "doublets": pulse_channels(found) is not None,
        "dead": dye is not None,
    }
    for name in GATES:
        held, asked = panel.gate(name) is not None, getattr(rule, name)
        if held and not asked:
            yield f"{name}:{OFF}"
        if asked and not held and possible[name]:
            yield f"{name}:{NOT_HELD}"
        if asked and held and name == "dead" and dye is None:
            yield f"{name}:{NO_DYE}"
    if other_matrix(panel, compensation) and _sorts_otherwise(panel, events, cleaned):
        yield f"dead:{OTHER_MATRIX}"


def other_matrix(panel: FrozenPanel, compensation: Compensation) -> bool:
    """Tell whether a tube is compensated otherwise than the one the gates were found on.

    Parameters
    ----------
    panel
        The gates.
    compensation
        What the tube is compensated with.

    Returns
    -------
    bool
        False as well where another program compensated one of them: its matrix is not known.
    """
    if "already in the file" in {panel.compensation, compensation.source}:
        return False
    spillover = compensation.spillover
    return panel.matrix_sha256 != (None if spillover is None else spillover_sha256(spillover))


def settings_changed(panel: FrozenPanel, channels: tuple[Channel, ...]) -> Iterator[Text]:
    """Yield how detectors of a tube are set otherwise than when the gates were frozen.

    Parameters
    ----------
    panel
        The gates.
    channels
        Of the tube.

    Yields
    ------
    Text
        One a detector and setting; what one of the files does not state is not compared.
    """
    named = {channel.name: channel for channel in channels}
    for frozen in panel.detectors:
        channel = named.get(frozen.name)
        if channel is None:
            continue
        if None not in (frozen.voltage, channel.voltage) and frozen.voltage != channel.voltage:
            yield text(
                "detector {detector} is set to {now} V, and was to {then} V when the gates were "
                "frozen",
                detector=frozen.name,
                now=channel.voltage,
                then=frozen.voltage,
            )
        if None not in (frozen.range, channel.range) and frozen.range != channel.range:
            yield text(
                "detector {detector} has the range {now}, and had {then} when the gates were "
                "frozen",
                detector=frozen.name,
                now=channel.range,
                then=frozen.range,
            )


def _frozen(step: Step) -> FrozenGate:
    result = step.result
    of_tube = step.gate == "time"
    return FrozenGate(
        gate=step.gate,
        method=result.method,
        rule="found in each tube" if of_tube else result.rule,
        x=step.x,
        y=step.y,
        cut=result.cut,
        bounds=tuple(
            (name, float(value))
            for name, value in result.settings.items()
            if not (of_tube and name == "stretches")
        ),
    )


def _made_of(step: Step | None, spillover: Spillover | None) -> tuple[tuple[str, float], ...]:
    """Return what the dye's values are summed up from."""
    if step is None:
        return ()
    dye = step.y or step.x
    if spillover is None or dye not in spillover.channels:
        return ((dye, 1.0),)
    inverse = np.linalg.inv(np.asarray(spillover.matrix, dtype=np.float64))
    column = inverse[:, spillover.channels.index(dye)]
    return tuple(
        (name, float(value))
        for name, value in zip(spillover.channels, column, strict=True)
        if value != 0
    )


def _sorts_otherwise(panel: FrozenPanel, events: Events, cleaned: Cleaned) -> bool:
    """Tell whether the gate of dead cells would sort other cells under the matrix it was found by.

    Where that cannot be calculated, it is so.
    """
    step, gate = cleaned.step("dead"), panel.gate("dead")
    if step is None or gate is None or gate.cut is None:
        return False
    if not panel.dye_made_of or any(name not in events.names for name, _ in panel.dye_made_of):
        return True
    then = np.zeros(step.asked.size)
    for name, coefficient in panel.dye_made_of:
        then += coefficient * events.values[step.asked, events.names.index(name)]
    moved = np.count_nonzero(below(then, gate.cut) != step.result.kept)
    return bool(moved > SORTED_OTHERWISE * step.asked.size)


def _channels_of(gate: FrozenGate) -> Iterator[str]:
    if gate.gate == "dead":
        # Its other channel is only there to be drawn over.
        yield gate.y or gate.x
        return
    yield from (name for name in (gate.x, gate.y) if name)


def _require(events: Events, gate: FrozenGate, dye: tuple[str, FloatArray] | None) -> None:
    missing = [name for name in _channels_of(gate) if name not in events.names]
    other_dye = gate.gate == "dead" and dye is not None and dye[0] != (gate.y or gate.x)
    if not missing and not other_dye:
        return
    found = (
        text("the viability dye on {detector}", detector=dye[0] if dye is not None else "")
        if other_dye
        else text("no channel {missing}", missing=", ".join(missing))
    )
    raise FileProblem(
        Problem(
            Place(file=events.origin.file),
            found=found,
            expected=text(
                "the channels of the frozen strategy's gate {gate}: {channels}",
                gate=gate.gate,
                channels=", ".join(_channels_of(gate)),
            ),
            action=text("record the tube as the strategy was, or freeze one for these settings"),
        )
    )


def _kept(
    columns: Columns,
    rows: Rows,
    gate: FrozenGate,
    dye: tuple[str, FloatArray] | None,
    needed: FloatArray | None,
) -> BoolArray:
    def at(name: str) -> FloatArray:
        return columns.at(name, rows)

    if gate.gate == "margins":
        ends = dict(gate.bounds)
        kept = finite_rows(columns, [name for name in (gate.x, gate.y) if name], dye, needed)[rows]
        for name in (gate.x, gate.y):
            if name:
                channel = columns.events.channels[columns.events.names.index(name)]
                kept = (
                    kept
                    & (at(name) > detector_floor(channel))
                    & (at(name) < ends.get(name, np.inf))
                )
        return kept
    if gate.cut is None:
        return np.ones(rows.size, dtype=np.bool_)
    if gate.gate == "debris":
        return debris_beyond(at(gate.x), at(gate.y) if gate.y else None, gate.cut).kept
    if gate.gate == "doublets":
        if gate.method == DOUBLETS_BY_RATIO:
            return above(at(gate.y or gate.x).astype(np.float64) / at(gate.x), gate.cut)
        return below(at(gate.y or gate.x), gate.cut)
    held = np.zeros(0) if dye is None else dye[1]
    return below(held.take(rows), gate.cut)
