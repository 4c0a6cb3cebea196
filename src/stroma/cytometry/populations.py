"""From recorded events to live single cells, each excluded event accounted for once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from stroma.cytometry.compensation import BLOCK
from stroma.cytometry.gates import (
    GateResult,
    dead_gate,
    debris_beyond,
    debris_gate,
    margin_gate,
    ratio_gate,
    width_gate,
)
from stroma.cytometry.scatter import ScatterChannels, scatter_channels
from stroma.cytometry.stability import is_in_seconds, looked_at, time_channel, time_gate
from stroma.house_rules import CleaningRule
from stroma.records import BoolArray, Channel, Events, FloatArray
from stroma.strategy_records import GATES
from stroma.texts import Text, text

Rows = npt.NDArray[np.intp]

LABELS: Mapping[str, Text] = {"recorded": text("events recorded"), **GATES}
"""The gates for a reader, in the order they are applied."""


@dataclass(frozen=True, slots=True)
class Step:
    """One gate applied to one tube.

    Parameters
    ----------
    gate
        ``"margins"``, ``"time"``, ``"debris"``, ``"doublets"`` or ``"dead"``.
    result
        What it decided.
    x, y
        The channels it looked at; ``y`` is ``None`` where it looked at one.
    asked
        Array of shape (k,): rows of the events it was asked about.
    """

    gate: str
    result: GateResult
    x: str
    y: str | None
    asked: Rows = field(repr=False, compare=False)

    @property
    def removed(self) -> int:
        """Events it took away."""
        return int(self.asked.size - np.count_nonzero(self.result.kept))

    @property
    def remaining(self) -> int:
        """Events left after it."""
        return int(np.count_nonzero(self.result.kept))

    def settings(self) -> str:
        """Return its parameters in words.

        Returns
        -------
        str
            For example ``FSC-A × SSC-A > 3.162e+08; valley``; for margins what each channel has
            to lie between.
        """
        parts = [self._condition()] if self.result.cut is not None else []
        if self.result.rule != "none":
            parts.append(self.result.rule)
        elif self.result.cut is None:
            parts.append("no threshold found")
        bounds = self.gate == "margins"
        parts += [
            f"{self.result.floors.get(name, 0):g} < {name} < {value:.6g}"
            if bounds
            else f"{name} {value:.6g}"
            for name, value in self.result.settings.items()
        ]
        return "; ".join(parts)

    def _condition(self) -> str:
        cut = f"{self.result.cut:.4g}"
        match self.gate:
            case "debris":
                product = self.x if self.y is None else f"{self.x} × {self.y}"
                return f"{product} > {cut}"
            case "doublets" if self.result.method.startswith("doublet_ratio"):
                return f"{self.y} / {self.x} > {cut}"
            case _:
                return f"{self.y or self.x} < {cut}"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The live single cells of a tube, and how they were found.

    Parameters
    ----------
    total
        Events recorded.
    rows
        Array of shape (cells,): rows of the events that are left, in order.
    steps
        The gates that were applied, in order.
    notes
        What a reader has to know: gates that could not be applied, and why.
    scatter
        The scatter channels found.
    """

    total: int
    rows: Rows = field(repr=False)
    steps: tuple[Step, ...]
    notes: tuple[Text, ...]
    scatter: ScatterChannels

    def step(self, gate: str) -> Step | None:
        """Return the step of a gate.

        Parameters
        ----------
        gate
            Its name.

        Returns
        -------
        Step or None
            ``None`` where the gate was not applied.
        """
        return next((step for step in self.steps if step.gate == gate), None)


class Columns:
    """The channels of a tube, each gathered once into one piece of memory.

    Parameters
    ----------
    events
        The tube.
    """

    def __init__(self, events: Events) -> None:
        self.events = events
        self._held: dict[str, FloatArray] = {}

    def of(self, name: str) -> FloatArray:
        """Return a channel.

        Parameters
        ----------
        name
            A channel of the file.

        Returns
        -------
        numpy.ndarray
            Array of shape (events,).
        """
        self.hold([name])
        return self._held[name]

    def hold(self, names: Iterable[str | None]) -> None:
        """Gather channels that will be asked for, in one pass over the events.

        Parameters
        ----------
        names
            Channels of the file; ``None`` stands for one the file does not hold.
        """
        wanted = [name for name in dict.fromkeys(names) if name and name not in self._held]
        values, places = self.events.values, [self.events.names.index(name) for name in wanted]
        held = np.empty((len(wanted), values.shape[0]), values.dtype)
        # A block stays in the cache while its channels are taken out, one after the other.
        for begin in range(0, values.shape[0], BLOCK):
            part = slice(begin, begin + BLOCK)
            for column, place in zip(held, places, strict=True):
                column[part] = values[part, place]
        self._held.update(zip(wanted, held, strict=True))

    def at(self, name: str, rows: Rows) -> FloatArray:
        """Return a channel of some events.

        Parameters
        ----------
        name
            A channel of the file.
        rows
            Rows of the events, each at most once.

        Returns
        -------
        numpy.ndarray
            Array of shape (rows,).
        """
        column = self.of(name)
        if rows.size == column.size:
            return column
        # Nothing has to be raised: rows are of this tube.
        return column.take(rows, mode="clip")


def clean(
    events: Events,
    *,
    rule: CleaningRule,
    dye: tuple[str, FloatArray] | None = None,
    needed: FloatArray | None = None,
    watched: Mapping[str, FloatArray] | None = None,
    debris_cut: float | None = None,
) -> Cleaned:
    """Find the live single cells of a tube.

    The order is margins, unstable stretches of the acquisition, debris, doublets, dead cells.

    A gate the file holds no channel for is left out, and a note says so.

    Parameters
    ----------
    events
        The tube.
    rule
        Which gates the laboratory applies.
    dye
        Channel of the viability dye and its compensated values, shape (events,); ``None`` where
        the tube holds none.
    needed
        Array of shape (events, channels): values later steps need; events in which one is not a
        number are excluded with the margins.
    watched
        Name of each detector whose signal has to be stable, with its compensated values, shape
        (events,); scatter is watched besides.
    debris_cut
        The boundary of debris on a tube of the same cells at rest; ``None`` to find it on this one.

    Returns
    -------
    Cleaned
        The cells, and the account: events recorded = sum of removed + remaining.
    """
    found = scatter_channels(events.channels)
    columns = Columns(events)
    columns.hold(_looked_at(found, time_channel(events.channels), rule))
    rows: Rows = np.arange(len(events))
    steps: list[Step] = []
    notes: list[Text] = []

    def apply(gate: str, result: GateResult, x: str, y: str | None = None) -> None:
        nonlocal rows
        steps.append(Step(gate, result, x, y, rows))
        if result.note is not None:
            notes.append(result.note)
        rows = kept_of(rows, result.kept, len(events))

    if found.size is None:
        notes.append(
            text("no forward scatter channel: margins, debris and doublets not excluded")
            if found.granularity is None
            else text("no forward scatter channel: debris not excluded")
        )
    if rule.margins:
        apply("margins", _margins(columns, found, dye, needed), found.size or "", found.granularity)
    if rule.time:
        stable = time_step(columns, rows, watched or {})
        if isinstance(stable, Step):
            apply("time", stable.result, stable.x)
        else:
            notes.append(stable)
    if rule.debris and found.size is not None:
        size = columns.at(found.size, rows)
        side = None if found.granularity is None else columns.at(found.granularity, rows)
        apply("debris", _debris(size, side, debris_cut), found.size, found.granularity)
    if rule.doublets:
        pulse = pulse_channels(found)
        if pulse is None and found.size is not None:
            notes.append(text("neither pulse height nor width recorded: doublets not excluded"))
        if pulse is not None:
            x, y, by_ratio = pulse
            second = columns.at(y, rows)
            result = ratio_gate(columns.at(x, rows), second) if by_ratio else width_gate(second)
            apply("doublets", result, x, y)
    if rule.dead:
        if dye is None:
            notes.append(text("no viability dye in this tube: dead cells not excluded"))
        else:
            apply("dead", dead_gate(dye[1][rows]), found.size or dye[0], dye[0])
    return Cleaned(len(events), rows, tuple(steps), tuple(notes), found)


def kept_of(rows: Rows, kept: BoolArray, events: int) -> Rows:
    """Return the rows a gate keeps.

    Parameters
    ----------
    rows
        The rows it was asked about, in order.
    kept
        Array of the same shape: True for those it keeps.
    events
        Events of the tube.

    Returns
    -------
    numpy.ndarray
        The same array where it keeps all.

    Examples
    --------
    >>> kept_of(np.array([2, 3, 5]), np.array([True, False, True]), 6).tolist()
    [2, 5]
    """
    if np.count_nonzero(kept) == rows.size:
        return rows
    # Rows of the whole tube are their own numbers, which saves looking them up.
    return np.flatnonzero(kept) if rows.size == events else rows[kept]


def time_step(columns: Columns, rows: Rows, watched: Mapping[str, FloatArray]) -> Step | Text:
    """Find the unstable stretches of a tube.

    Parameters
    ----------
    columns
        Of the tube.
    rows
        Rows of the events asked about, in order.
    watched
        Name of each detector to watch besides scatter, with its values, shape (events,).

    Returns
    -------
    Step or Text
        The step; a text where the file holds no one time channel.
    """
    channels = columns.events.channels
    time = time_channel(channels)
    if not isinstance(time, str):
        return time
    found = scatter_channels(channels)
    every = looked_at(rows.size)
    whole = rows.size == len(columns.events)
    seen = slice(None, None, every) if whole else rows[::every]
    signals = {
        name: columns.of(name)[seen] for name in (found.size, found.granularity) if name is not None
    }
    signals |= {name: values[seen] for name, values in watched.items()}
    in_seconds = is_in_seconds(columns.events)
    result = time_gate(columns.at(time, rows), signals, every=every, in_seconds=in_seconds)
    return Step("time", result, time, None, rows)


def finite_rows(
    columns: Columns,
    names: Sequence[str],
    dye: tuple[str, FloatArray] | None,
    needed: FloatArray | None,
) -> BoolArray:
    """Return which events hold a number wherever one is needed.

    Parameters
    ----------
    columns
        Of the tube.
    names
        Channels that are looked at.
    dye
        The viability dye's channel and values, shape (events,), if there is one.
    needed
        Array of shape (events, channels) that later steps need, if any.

    Returns
    -------
    numpy.ndarray
        Array of shape (events,): False where a value is not a number or infinite.
    """
    asked = [columns.of(name) for name in names]
    asked += [] if dye is None else [dye[1]]
    asked += [] if needed is None else [needed]
    measured = np.ones(len(columns.events), dtype=np.bool_)
    for values in asked:
        # Asked first as a whole: nearly every file is finite throughout, rows cost far more, and a
        # sum is finite only if all of it is.
        with np.errstate(invalid="ignore", over="ignore"):
            is_finite = bool(np.isfinite(values.sum()))
        if not is_finite:
            finite = np.isfinite(values)
            measured &= finite if finite.ndim == 1 else finite.all(axis=1)
    return measured


def _looked_at(
    found: ScatterChannels, time: str | Text, rule: CleaningRule
) -> Iterator[str | None]:
    """Yield the channels the gates of a rule look at."""
    if rule.margins or rule.time or rule.debris:
        yield from (found.size, found.granularity)
    if rule.time and isinstance(time, str):
        yield time
    pulse = pulse_channels(found)
    if rule.doublets and pulse is not None:
        yield from pulse[:2]


def _margins(
    columns: Columns,
    found: ScatterChannels,
    dye: tuple[str, FloatArray] | None,
    needed: FloatArray | None,
) -> GateResult:
    scatter: dict[str, tuple[Channel, FloatArray]] = {}
    for name in (found.size, found.granularity):
        if name is not None:
            column = columns.events.names.index(name)
            scatter[name] = (columns.events.channels[column], columns.of(name))
    # A pulse without a height or a width shows neither one cell nor two.
    pulse = pulse_channels(found)
    names = dict.fromkeys((*scatter, *(() if pulse is None else pulse[:2])))
    return margin_gate(scatter, finite_rows(columns, tuple(names), dye, needed))


def _debris(size: FloatArray, side: FloatArray | None, cut: float | None) -> GateResult:
    if cut is not None:
        return debris_beyond(size, side, cut)
    # Where margins are not excluded, events at or below zero have no logarithm: they are debris.
    if not size.size or (size.min() > 0 and (side is None or side.min() > 0)):
        return debris_gate(size, side)
    seen = size > 0 if side is None else (size > 0) & (side > 0)
    inner = debris_gate(size[seen], None if side is None else side[seen])
    kept = np.zeros(size.size, dtype=np.bool_)
    kept[seen] = inner.kept
    return GateResult(kept, inner.method, inner.rule, inner.cut, inner.settings, inner.note)


def pulse_channels(found: ScatterChannels) -> tuple[str, str, bool] | None:
    """Return the channels doublets are told by, and whether by their ratio.

    Parameters
    ----------
    found
        The scatter channels of a file.

    Returns
    -------
    tuple or None
        Two channels, and True where their ratio is looked at; ``None`` where the file holds none.
    """
    if found.size_area is not None and found.size_height is not None:
        return found.size_area, found.size_height, True
    if found.size is not None and found.size_width is not None:
        return found.size, found.size_width, False
    if found.granularity_area is not None and found.granularity_height is not None:
        return found.granularity_area, found.granularity_height, True
    width = found.granularity_width or found.width
    if found.size is not None and width is not None:
        return found.size, width, False
    return None
