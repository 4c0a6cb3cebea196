"""A cleaning strategy frozen to a file: canonical JSON with a hash that tells a change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from stroma.errors import FileProblem, Place, Problem
from stroma.formats.raw import read_raw
from stroma.strategy_records import (
    GATES,
    CleaningStrategy,
    FrozenDetector,
    FrozenGate,
    FrozenPanel,
    HeldStrategy,
)
from stroma.texts import Text, text

SCHEMA_VERSION: Final = "1"
"""Raised when the meaning of a key changes; the hash of the same gates changes with it."""

KIND: Final = "cleaning strategy"


def strategy_sha256(strategy: CleaningStrategy) -> str:
    """Return the hash of a strategy: equal where every gate and parameter is.

    Parameters
    ----------
    strategy
        The gates.

    Returns
    -------
    str
        Hexadecimal SHA-256 of the strategy as canonical JSON: keys sorted, no blanks, UTF-8,
        numbers in their shortest exact form.
    """
    return _sha256(asdict(strategy))


def _sha256(strategy: Mapping[str, Any]) -> str:
    written = json.dumps(
        {"kind": KIND, "schema_version": SCHEMA_VERSION, "strategy": strategy},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    return hashlib.sha256(written.encode("utf-8")).hexdigest()


def strategy_text(strategy: CleaningStrategy) -> str:
    """Return the content of the file that holds a strategy.

    Parameters
    ----------
    strategy
        The gates.

    Returns
    -------
    str
        JSON with its hash, for a person to read as well.
    """
    content = {
        "kind": KIND,
        "schema_version": SCHEMA_VERSION,
        "sha256": strategy_sha256(strategy),
        "strategy": asdict(strategy),
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_strategy(path: Path, strategy: CleaningStrategy) -> str:
    """Write a strategy to a file.

    Parameters
    ----------
    path
        The file to write.
    strategy
        The gates.

    Returns
    -------
    str
        Its hash, which the file holds.
    """
    path.write_text(strategy_text(strategy), encoding="utf-8", newline="\n")
    return strategy_sha256(strategy)


def read_strategy(path: Path, *, file: str | None = None) -> HeldStrategy:
    """Read a frozen strategy.

    Parameters
    ----------
    path
        The file.
    file
        How problems name it; the path itself if not given.

    Returns
    -------
    HeldStrategy
        Equal to the one that was frozen.

    Raises
    ------
    FileProblem
        The file holds no strategy, or was changed since it was frozen.
    """
    raw = read_raw(path, file=file)
    try:
        content = json.loads(raw.data.decode("utf-8"))
        kind, version, digest = content["kind"], content["schema_version"], content["sha256"]
        if (kind, version) != (KIND, SCHEMA_VERSION):
            raise _refusal(
                raw.place,
                text("{kind} of schema version {version}", kind=kind, version=version),
                text("{kind} of schema version {version}", kind=KIND, version=SCHEMA_VERSION),
            )
        strategy = _strategy(content["strategy"])
        # Of what the file holds: a strategy frozen before a key was added keeps its hash.
        found = _sha256(content["strategy"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _refusal(
            raw.place,
            text("no frozen strategy ({reason})", reason=f"{type(error).__name__}: {error}"),
            text("a file that stroma freeze has written"),
        ) from error
    if found != digest:
        raise _refusal(
            raw.place,
            text("gates with the hash {found}, frozen with {digest}", found=found, digest=digest),
            text("gates that nobody changed since they were frozen"),
        )
    return HeldStrategy(strategy=strategy, sha256=found, file=raw.origin.file)


def _strategy(content: Mapping[str, Any]) -> CleaningStrategy:
    fields = dict(content)
    panels = tuple(_panel(panel) for panel in fields.pop("panels"))
    parameters = tuple((name, _parameter(value)) for name, value in fields.pop("parameters"))
    return CleaningStrategy(**fields, panels=panels, parameters=parameters)


def _panel(content: Mapping[str, Any]) -> FrozenPanel:
    fields = dict(content)
    gates = tuple(_gate(gate) for gate in fields.pop("gates"))
    detectors = tuple(FrozenDetector(**detector) for detector in fields.pop("detectors"))
    if len({gate.gate for gate in gates}) < len(gates):
        raise ValueError("a gate that is held twice")
    made_of = _numbers(fields.pop("dye_made_of", ()))
    return FrozenPanel(**fields, gates=gates, detectors=detectors, dye_made_of=made_of)


def _gate(content: Mapping[str, Any]) -> FrozenGate:
    fields = dict(content)
    bounds = _numbers(fields.pop("bounds"))
    gate = FrozenGate(**fields, bounds=bounds)
    if gate.gate not in GATES:
        raise ValueError(f"gate {gate.gate!r}")
    if not isinstance(gate.x, str) or not isinstance(gate.y, str | None):
        raise TypeError(f"channels {gate.x!r} and {gate.y!r} of the gate {gate.gate}")
    if gate.cut is not None and type(gate.cut) not in {int, float}:
        raise TypeError(f"cut {gate.cut!r} of the gate {gate.gate}")
    return gate


def _numbers(content: Iterable[tuple[Any, Any]]) -> tuple[tuple[str, float], ...]:
    return tuple((str(name), float(value)) for name, value in content)


def _parameter(value: Any) -> Any:  # noqa: ANN401 - what JSON holds has no type of its own
    return tuple(value) if isinstance(value, list) else value


def _refusal(place: Place, found: Text, expected: Text) -> FileProblem:
    action = text("freeze the strategy anew; until then no tube is measured by it")
    return FileProblem(Problem(place, found, expected, action))
