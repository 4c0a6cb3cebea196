"""What a FlowJo workspace says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from stroma.errors import Problem
from stroma.gating_records import GatingStrategy
from stroma.records import Origin

COUNT = "Count"
"""FlowJo's name of the statistic that every population has."""


@dataclass(frozen=True, slots=True)
class StoredStatistic:
    """A number that FlowJo calculated and stored with a population.

    Parameters
    ----------
    origin
        The workspace, with the line.
    sample
        Identifier of the sample.
    path
        Names from the first population down; empty for all events of the sample.
    statistic
        FlowJo's name: ``"Count"``, ``"Median"``, ``"fj.stat.freqofparent"``.
    value
        The number; ``None`` where FlowJo had none to store.
    entered
        As printed.
    channel
        The channel it is of, if it is of one.
    ancestor
        The population it is a share of, where FlowJo states it.
    gate
        Identifier of the population's gate; ``None`` for numbers that are not its count.
    """

    origin: Origin
    sample: str
    path: tuple[str, ...]
    statistic: str
    value: float | None
    entered: str
    channel: str | None = None
    ancestor: str | None = None
    gate: str | None = None


@dataclass(frozen=True, slots=True)
class FlowJoSample:
    """A sample of a workspace: an event file with its gates.

    Parameters
    ----------
    identifier
        FlowJo's number for it.
    name
        As FlowJo shows it; the file's name unless a person changed it.
    uri
        Where FlowJo had the file.
    events
        How many it holds, as FlowJo counted; ``None`` where it did not.
    keywords
        Of the file, as FlowJo copied them.
    strategy
        The gates.
    statistics
        What FlowJo calculated, counts first.
    problems
        Gates and transformations that were not read.
    """

    identifier: str
    name: str
    uri: str
    events: int | None
    keywords: Mapping[str, str]
    strategy: GatingStrategy
    statistics: tuple[StoredStatistic, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def file_names(self) -> frozenset[str]:
        """Names of the event file: where FlowJo had it, and as the file says itself."""
        held = {unquote(self.uri).rsplit("/", maxsplit=1)[-1], self.keywords.get("$FIL", "")}
        return frozenset(held - {""})

    @property
    def counts(self) -> Mapping[tuple[str, ...], float]:
        """Count of each population by its path, where FlowJo stored one; two may share a path."""
        return {
            each.path: each.value
            for each in self.statistics
            if each.statistic == COUNT and each.value is not None
        }

    @property
    def counts_of_gates(self) -> Mapping[str, float]:
        """Count of each population by the identifier of its gate, where FlowJo stored one."""
        return {
            each.gate: each.value
            for each in self.statistics
            if each.statistic == COUNT and each.value is not None and each.gate is not None
        }


@dataclass(frozen=True, slots=True)
class FlowJoGroup:
    """A group of samples.

    Parameters
    ----------
    name
        Its name.
    samples
        Identifiers of its samples.
    """

    name: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlowJoWorkspace:
    """A FlowJo workspace.

    Parameters
    ----------
    origin
        The file.
    version
        Of FlowJo, if stated.
    groups
        In the order of the file.
    samples
        In the order of the file.
    problems
        What was not read of the workspace as a whole.
    """

    origin: Origin
    version: str | None
    groups: tuple[FlowJoGroup, ...]
    samples: tuple[FlowJoSample, ...]
    problems: tuple[Problem, ...] = ()
