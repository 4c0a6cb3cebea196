"""An event file and a file of gates to counted populations: what ``stroma gate`` does."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from stroma.cytometry.gating.apply import GatingResult, Population, apply_gates
from stroma.cytometry.gating.restated import restate
from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.fcs import read_fcs
from stroma.formats.fcs_choice import choose_data_set
from stroma.formats.flowjo import FlowJoSample, FlowJoWorkspace, read_flowjo
from stroma.formats.frozen_gates import freeze_gates, read_frozen_gates, strategy_hash
from stroma.formats.gatingml import read_gatingml, write_gatingml
from stroma.formats.raw import read_raw
from stroma.formats.safe_xml import root_tag
from stroma.gating_records import GatingStrategy
from stroma.records import Events, Origin
from stroma.texts import Text, text, texts

SCHEMA_VERSION: Final = "1"
"""Of the JSON; raised when the meaning of a key changes."""


@dataclass(frozen=True, slots=True)
class Gates:
    """The gates to apply.

    Parameters
    ----------
    origin
        The file they are of.
    strategy
        The gates.
    sample
        The sample of a FlowJo workspace; ``None`` for other files.
    problems
        What was not read.
    """

    origin: Origin
    strategy: GatingStrategy
    sample: FlowJoSample | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class GatingRun:
    """What gates enclose in a file.

    Parameters
    ----------
    events
        The file.
    gates
        The gates.
    result
        Their populations.
    problems
        Of reading and applying, and where counts differ from those FlowJo stored.
    """

    events: Events
    gates: Gates
    result: GatingResult
    problems: tuple[Problem, ...]


def gate_file(
    file: Path, gates: Path, *, sample: str | None = None, data_set: int | None = None
) -> GatingRun:
    """Apply the gates of a file to an event file.

    Parameters
    ----------
    file
        An FCS file.
    gates
        GatingML 2.0, a FlowJo workspace, or gates frozen by Stroma.
    sample
        Name or number of a sample of the workspace; by default the one of the event file's name.
    data_set
        Which data set of the event file, from 1; by default the first, or the one in full
        resolution where an acquisition is stored twice.

    Returns
    -------
    GatingRun
        The populations, and all that was not read or applied.

    Raises
    ------
    FileProblem
        A file cannot be read, or the workspace has no such sample.
    """
    data_sets = read_fcs(file)
    events, notes = choose_data_set(data_sets, data_set)
    chosen = read_gates(gates, sample=sample, event_file=file.name)
    if sample is not None and chosen.sample is None:
        notes = (*notes, _no_samples(chosen, sample))
    result = apply_gates(events, chosen.strategy)
    differences = () if chosen.sample is None else _differences(chosen, events, result)
    problems = (*notes, *chosen.problems, *result.problems, *differences)
    return GatingRun(events, chosen, result, problems)


def read_gates(path: Path, *, sample: str | None = None, event_file: str = "") -> Gates:
    """Read gates from any file that holds them.

    Parameters
    ----------
    path
        GatingML 2.0, a FlowJo workspace, or gates frozen by Stroma.
    sample
        Name or number of a sample of the workspace; by default the one of the event file's name.
    event_file
        Name of the event file.

    Returns
    -------
    Gates
        The gates, and what was not read.

    Raises
    ------
    FileProblem
        The file holds none, or the workspace has no such sample.
    """
    raw = read_raw(path)
    root = root_tag(raw.data)
    if root == "Workspace":
        workspace = read_flowjo(path)
        found = _sample(workspace, sample, event_file)
        return Gates(raw.origin, found.strategy, found, (*workspace.problems, *found.problems))
    if root == "Gating-ML":
        read = read_gatingml(path)
        return Gates(raw.origin, read.strategy, None, read.problems)
    if raw.data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Gates(raw.origin, read_frozen_gates(path))
    raise FileProblem(
        Problem(
            raw.place,
            found=text("a file without gates that Stroma knows"),
            expected=text("GatingML 2.0, a FlowJo 10 workspace, or gates frozen by Stroma"),
            action=text("export the gates in one of these forms"),
        )
    )


def freeze(run: GatingRun, path: Path) -> str:
    """Write the gates of a run to a file that tells when it is changed.

    Parameters
    ----------
    run
        The run.
    path
        The file to write (JSON).

    Returns
    -------
    str
        Hash of the gates.
    """
    return freeze_gates(path, run.gates.strategy)


def export_gates(run: GatingRun, path: Path) -> None:
    """Write the gates of a run as GatingML 2.0, for other programs.

    Parameters
    ----------
    run
        The run.
    path
        The file to write.

    Raises
    ------
    FileProblem
        GatingML 2.0 has no words for what the gates say; nothing is written.
    """
    strategy = restate(run.gates.strategy)
    if all(channel.gain == 1.0 for channel in run.events.channels):
        # Whether gains are undone makes no difference to a file that has none.
        strategy = replace(strategy, gain_undone=False)
    write_gatingml(path, strategy)


def run_to_json(run: GatingRun) -> dict[str, Any]:
    """Return a run as a JSON object.

    Parameters
    ----------
    run
        The run.

    Returns
    -------
    dict
        ``populations``, each with ``name``, ``path`` and ``parent`` (paths are names joined by
        slashes; the parent of a first gate is ``None``), ``count``, and ``stored_count`` where
        FlowJo stored one; the files with their SHA-256; the hash of the gates; ``problems``.
    """
    paths = {population.identifier: "/".join(population.path) for population in _all(run)}
    stored = {} if run.gates.sample is None else run.gates.sample.counts_of_gates
    populations = []
    for population in _all(run):
        entry: dict[str, Any] = {
            "name": population.name,
            "path": paths[population.identifier],
            "count": population.count,
            "parent": None if population.parent is None else paths[population.parent],
        }
        if population.identifier in stored:
            entry["stored_count"] = int(stored[population.identifier])
        populations.append(entry)
    return {
        "schema_version": SCHEMA_VERSION,
        "file": {"file": run.events.origin.file, "sha256": run.events.origin.sha256},
        "gates": {
            "file": run.gates.origin.file,
            "sha256": run.gates.origin.sha256,
            "sample": None if run.gates.sample is None else run.gates.sample.name,
            "strategy_sha256": strategy_hash(run.gates.strategy),
        },
        "events": len(run.events),
        "populations": populations,
        "problems": [
            {"severity": problem.severity.value, "text": problem.render()}
            for problem in run.problems
        ],
    }


def _all(run: GatingRun) -> Sequence[Population]:
    return run.result.populations


def _sample(workspace: FlowJoWorkspace, wanted: str | None, event_file: str) -> FlowJoSample:
    name = event_file if wanted is None else wanted
    found = [sample for sample in workspace.samples if _composed(name) in _names(sample)]
    if len(found) == 1:
        return found[0]
    listed = (f"{sample.name} ({sample.identifier})" for sample in (found or workspace.samples))
    raise FileProblem(
        Problem(
            Place(file=workspace.origin.file),
            found=texts(
                '{count} sample is called "{name}"',
                '{count} samples are called "{name}"',
                len(found),
                name=name,
            ),
            expected=text("one of {samples}", samples=", ".join(listed))
            if workspace.samples
            else text("a workspace with samples"),
            action=text("name the sample, or its number, with --sample"),
        )
    )


def _no_samples(gates: Gates, sample: str) -> Problem:
    return Problem(
        Place(file=gates.origin.file),
        found=text('no samples; "{sample}" was asked for', sample=sample),
        expected=text("a FlowJo workspace"),
        action=text("leave the sample out: the gates were applied to the file given"),
        severity=Severity.WARNING,
    )


def _names(sample: FlowJoSample) -> Iterable[str]:
    return set(map(_composed, (sample.name, sample.identifier, *sample.file_names)))


def _composed(name: str) -> str:
    """Return a name with its accents as one character each; macOS writes them apart."""
    return unicodedata.normalize("NFC", name)


def _differences(gates: Gates, events: Events, result: GatingResult) -> Iterator[Problem]:
    """Yield where counts are not those that FlowJo stored."""
    sample = gates.sample
    if sample is None:
        return
    if sample.events is not None and sample.events != len(events):
        yield _difference(
            gates,
            sample.name,
            text(
                "the file's number of events is {count}, in FlowJo it was {stored}",
                count=len(events),
                stored=sample.events,
            ),
            text("check that this is the file the gates were drawn on"),
        )
    for population in result.populations:
        stored = sample.counts_of_gates.get(population.identifier)
        if stored is not None and stored != population.count:
            yield _difference(
                gates,
                "/".join(population.path),
                text(
                    "the number of events is {count}, FlowJo stored {stored}",
                    count=population.count,
                    stored=int(stored),
                ),
                text("let FlowJo count anew and save; if they differ still, compare the gate"),
            )


def _difference(gates: Gates, column: str, found: Text, action: Text) -> Problem:
    return Problem(
        Place(file=gates.origin.file, column=column),
        found,
        expected=text("the number FlowJo stored"),
        action=action,
        severity=Severity.WARNING,
    )
