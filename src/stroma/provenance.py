"""Where results came from: inputs, versions, and whether results are still current."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from stroma._version import __version__
from stroma.records import Origin

MANIFEST = "manifest.json"
SCHEMA_VERSION = "1"
"""Of every JSON file Stroma writes; raised when the meaning of a key changes."""

NUMERICAL_LIBRARIES = ("numpy", "scipy", "pandas", "pyarrow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What results were made from, and by what.

    Parameters
    ----------
    command
        The call that made them, without paths outside the study.
    versions
        Name to version: Stroma, Python, the numerical libraries.
    inputs
        Every file of the study that was read, with its SHA-256.
    """

    command: str
    versions: Mapping[str, str]
    inputs: tuple[Origin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """All that results depend on, to tell whether they are current.

    Parameters
    ----------
    stroma, language
        Version of Stroma, language of the report.
    inputs
        Path to SHA-256 of every file of the study.
    """

    stroma: str
    language: str
    inputs: Mapping[str, str]


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    str
        Hexadecimal digits.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Return the versions that can bear on a number.

    Returns
    -------
    dict
        Name to version.
    """
    libraries = {name: metadata.version(name) for name in NUMERICAL_LIBRARIES}
    return {"stroma": __version__, "python": platform.python_version(), **libraries}


def state_of(inputs: Mapping[str, str], language: str) -> State:
    """Return what results of these inputs depend on.

    Parameters
    ----------
    inputs
        Path to SHA-256.
    language
        Code of the report's language.

    Returns
    -------
    State
        The state.
    """
    return State(stroma=__version__, language=language, inputs=dict(sorted(inputs.items())))


def manifest(state: State, outputs: Mapping[str, str], *, attention: int) -> str:
    """Return the content of the manifest that lies beside results.

    Parameters
    ----------
    state
        What they depend on.
    outputs
        Name to SHA-256 of each file written.
    attention
        How many problems ask for a person's attention.

    Returns
    -------
    str
        JSON.
    """
    content = {
        "schema_version": SCHEMA_VERSION,
        "stroma": state.stroma,
        "language": state.language,
        "inputs": dict(state.inputs),
        "outputs": dict(sorted(outputs.items())),
        "attention": attention,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def is_current(folder: Path, state: State) -> bool:
    """Tell whether results are those of a state, and whole.

    Parameters
    ----------
    folder
        The results folder.
    state
        What they have to depend on.

    Returns
    -------
    bool
        False where anything differs, is missing, or was changed by hand.
    """
    held = read_manifest(folder)
    if held is None:
        return False
    same = (held.get("stroma"), held.get("language"), held.get("inputs")) == (
        state.stroma,
        state.language,
        dict(state.inputs),
    )
    return same and all(
        (folder / name).is_file() and hash_file(folder / name) == sha256
        for name, sha256 in held.get("outputs", {}).items()
    )


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a results folder.

    Parameters
    ----------
    folder
        The results folder.

    Returns
    -------
    dict or None
        ``None`` where there is none that can be read.
    """
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
