"""The exports of a review's searches, each record under a name that lasts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.references import read_references
from stroma.reference_records import Reference, ReferenceFile
from stroma.texts import text


@dataclass(frozen=True, slots=True)
class Searches:
    """What a folder of exports holds.

    Parameters
    ----------
    files
        The exports, in the order of their names.
    references
        Every record that can be used, by its name: the first eight digits of its file's SHA-256
        and its number in the file, so that it stays the same when the file is renamed.
    problems
        What a person has to look at, of files and records.
    """

    files: tuple[ReferenceFile, ...]
    references: dict[str, Reference]
    problems: tuple[Problem, ...]


def read_searches(
    paths: Iterable[Path], *, encoding: str | None = None, within: Path | None = None
) -> Searches:
    """Read exports.

    Parameters
    ----------
    paths
        Files, and folders of which every file is read.
    encoding
        The single-byte encoding of those that are not Unicode.
    within
        The folder that names of files are relative to; ``None`` to name them as given.

    Returns
    -------
    Searches
        The records of all; a file that cannot be read is among the problems.
    """
    files: list[ReferenceFile] = []
    references: dict[str, Reference] = {}
    problems: list[Problem] = []
    for path, file in _files(paths, within):
        try:
            export = read_references(path, file=file, encoding=encoding)
        except FileProblem as refusal:
            problems += refusal.problems
            continue
        digits = export.origin.sha256[:8]
        before = next((held for held in files if held.origin.sha256 == export.origin.sha256), None)
        if before is not None:
            problems.append(_same_file(file, before.origin.file))
            continue
        files.append(export)
        problems += export.problems
        problems += [broken.problem for broken in export.broken]
        for number, reference in enumerate(export.references, start=1):
            references[f"{digits}-{number}"] = reference
            problems += reference.problems
    return Searches(tuple(files), references, tuple(problems))


def _files(paths: Iterable[Path], within: Path | None) -> Iterable[tuple[Path, str]]:
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file() and not any(
                    part.startswith(".") for part in file.relative_to(path).parts
                ):
                    yield file, _name(file, within)
        else:
            yield path, _name(path, within)


def _name(path: Path, within: Path | None) -> str:
    return (path if within is None else path.relative_to(within)).as_posix()


def _same_file(file: str, before: str) -> Problem:
    return Problem(
        Place(file=file),
        found=text("the same bytes as {file}", file=before),
        expected=text("each export once"),
        action=text("nothing; it was read once"),
        severity=Severity.NOTE,
    )
