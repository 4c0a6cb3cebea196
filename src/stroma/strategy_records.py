"""Cleaning gates whose boundaries were found once and are held fixed for later lots.

Data only: ``cytometry.strategy`` finds and applies them, ``formats.frozen_strategy`` keeps them in
a file with a hash that tells a change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from stroma.texts import Text, join, text

Parameter: TypeAlias = float | str | bool | tuple[str, ...] | None

LEAST_DIGITS: Final = 8
"""Hexadecimal digits of a hash that a reference has at least: one in four thousand million."""

GATES: Final[Mapping[str, Text]] = {
    "margins": text("outside a detector's range"),
    "time": text("unstable stretches of the acquisition"),
    "debris": text("debris"),
    "doublets": text("doublets"),
    "dead": text("dead cells"),
}
"""The gates for a reader, in the order they are applied."""

DEPARTURES: Final = "strategy_departures"
"""Setting that lists how a row's cells were found otherwise than the frozen gates say: each a gate
and one of the reasons below, such as ``"dead:off"``."""

OFF: Final = "off"
"""The strategy holds the gate, and the study switches it off."""

NOT_HELD: Final = "not held"
"""The study asks for the gate, the tube could have it, and the strategy does not hold it."""

NO_DYE: Final = "no dye"
"""The strategy holds the gate, and the tube names no viability dye."""

OTHER_MATRIX: Final = "other matrix"
"""Under the matrix of that time the gate would sort other cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenGate:
    """One gate as it was found.

    Parameters
    ----------
    gate
        ``"margins"``, ``"time"``, ``"debris"``, ``"doublets"`` or ``"dead"``.
    method, rule
        Name and version of the method that found it, and which of its rules did.
    x, y
        The channels it looks at; ``y`` is ``None`` where it looks at one.
    cut
        The boundary, in linear units of what the method looks at; ``None`` where it sets none, or
        finds it anew in each tube, as the gate of time does.
    bounds
        Channel and end for margins; name and value of other parameters.
    """

    gate: str
    method: str
    rule: str
    x: str
    y: str | None = None
    cut: float | None = None
    bounds: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenDetector:
    """How a detector was set when the gates were found.

    Parameters
    ----------
    name
        The detector.
    voltage, range
        As the file states them; ``None`` where it does not.
    """

    name: str
    voltage: float | None = None
    range: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenPanel:
    """The gates of one panel, in the order they are applied.

    Parameters
    ----------
    panel
        Name of the panel; empty for the only one.
    file, sha256
        The tube they were found on.
    gates
        The gates; cuts are on linear values, compensated where fluorescence is looked at.
    detectors
        The channels they look at.
    compensation
        Where the tube's matrix came from.
    matrix_sha256
        Hash of the matrix; ``None`` where values are used as they are.
    dye_made_of
        What the values of the viability dye were summed up from: detector and coefficient, as the
        matrix makes them; empty where no gate of dead cells is held.
    """

    panel: str
    file: str
    sha256: str
    gates: tuple[FrozenGate, ...]
    detectors: tuple[FrozenDetector, ...]
    compensation: str
    matrix_sha256: str | None = None
    dye_made_of: tuple[tuple[str, float], ...] = ()

    def gate(self, name: str) -> FrozenGate | None:
        """Return a gate by its name.

        Parameters
        ----------
        name
            The gate.

        Returns
        -------
        FrozenGate or None
            ``None`` where the panel does not hold it.
        """
        return next((gate for gate in self.gates if gate.gate == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningStrategy:
    """Gates of a lot, to be applied to later lots as they are.

    Parameters
    ----------
    name
        What the laboratory calls it.
    lot, passage
        Where the gates were found.
    panels
        The gates of each panel.
    parameters
        House rules that bear on the numbers besides: name and value.
    stroma
        Version of Stroma that found them.
    """

    name: str
    lot: str
    passage: str
    panels: tuple[FrozenPanel, ...]
    parameters: tuple[tuple[str, Parameter], ...] = ()
    stroma: str = ""

    def panel(self, name: str) -> FrozenPanel | None:
        """Return the gates of a panel.

        Parameters
        ----------
        name
            The panel.

        Returns
        -------
        FrozenPanel or None
            ``None`` where the strategy does not hold it.
        """
        return next((panel for panel in self.panels if panel.panel == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStrategy:
    """A strategy with the reference numbers carry.

    Parameters
    ----------
    strategy
        The gates.
    sha256
        Hash of the strategy.
    file
        Where it was read.
    """

    strategy: CleaningStrategy
    sha256: str
    file: str

    @property
    def reference(self) -> str:
        """Name and hash, ``"msc@2fd4…"`` in full."""
        return f"{self.strategy.name}@{self.sha256}"


def is_reference(written: str) -> bool:
    """Tell whether words are a name and a hash.

    Parameters
    ----------
    written
        Such as ``"msc@2fd4e1c6"``.

    Returns
    -------
    bool
        True for a name, ``@`` and at least :data:`LEAST_DIGITS` hexadecimal digits.

    Examples
    --------
    >>> is_reference("msc@2fd4e1c6"), is_reference("msc"), is_reference("msc@2fd4")
    (True, False, False)
    """
    name, _, digits = written.rpartition("@")
    return (
        name.strip() != ""
        and LEAST_DIGITS <= len(digits) <= 64
        and set(digits) <= set("0123456789abcdef")
    )


def refers_to(reference: str, full: str) -> bool:
    """Tell whether a reference, perhaps with fewer digits, means a strategy.

    Parameters
    ----------
    reference
        As a profile writes it.
    full
        As numbers carry it.

    Returns
    -------
    bool
        True where the names are equal and the digits begin alike.

    Examples
    --------
    >>> refers_to("msc@2fd4e1c6", "msc@2fd4e1c67a2d28fc"), refers_to("msc@2fd4e1c6", "ucb@2fd4e1c6")
    (True, False)
    """
    name, _, digits = reference.rpartition("@")
    other, _, whole = full.rpartition("@")
    return name == other and len(digits) >= LEAST_DIGITS and whole.startswith(digits)


def departure_text(written: object) -> Text:
    """Return how cells were found otherwise than frozen gates say.

    Parameters
    ----------
    written
        As :data:`DEPARTURES` lists it.

    Returns
    -------
    Text
        A clause; what was written where it is not known.

    Examples
    --------
    >>> str(departure_text("dead:off"))
    'the gate "dead cells" is switched off'
    """
    name, _, reason = str(written).partition(":")
    gate = GATES.get(name)
    if gate is not None and reason == OFF:
        return text('the gate "{gate}" is switched off', gate=gate)
    if gate is not None and reason == NOT_HELD:
        return text('the strategy holds no gate "{gate}"', gate=gate)
    if gate is not None and reason == NO_DYE:
        return text('the gate "{gate}" was not applied, as the tube names no dye', gate=gate)
    if gate is not None and reason == OTHER_MATRIX:
        return text(
            'the gate "{gate}" sorts other cells than under the spillover matrix it was frozen '
            "with",
            gate=gate,
        )
    return join([str(written)])
