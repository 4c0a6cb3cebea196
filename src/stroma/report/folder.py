"""Results to files, whole or not at all.

A results folder is made beside the old one and put in its place by renaming, so that whoever looks
sees the old set or the new, never a mixture. A run that is broken off leaves the old set behind.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.provenance import MANIFEST, State, hash_file, manifest
from stroma.report import proposals
from stroma.report.page import render_page
from stroma.report.plain import dump
from stroma.report.tables import write_measurements_csv, write_measurements_parquet
from stroma.report.twin import report_to_json, verdicts_twin
from stroma.report.workbook import write_workbook
from stroma.results import StudyResults
from stroma.texts import Language, text

NAMES: tuple[str, ...] = (
    "measurements.csv",
    "measurements.parquet",
    "verdicts.json",
    "report.html",
    "report.json",
    "report.xlsx",
)
"""The files of a results folder, in the order a reader asks for them. Where counts of colonies
are proposed, a file of them follows."""

STUDY_MARK = "study.toml"
"""A folder that holds it is a study, not a folder of results."""


def write_results(
    results: StudyResults, folder: Path, language: Language, *, state: State | None = None
) -> tuple[Path, ...]:
    """Write everything Stroma makes of a study.

    Parameters
    ----------
    results
        The results.
    folder
        Where to; made where it is absent. What Stroma did not write into it stays.
    language
        Of the words.
    state
        What the results depend on; with it a manifest is written, by which a later run sees that
        nothing changed.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    FileProblem
        The folder is a study's own, or a file in it cannot be replaced; the old results stand.
    """
    target = folder.resolve()
    fresh = target.with_name(f".{target.name}.new-{os.getpid()}")
    old = target.with_name(f".{target.name}.old")
    try:
        _refuse_others(target)
        _recover(target, old)
        _discard_abandoned(target)
        fresh.mkdir(parents=True)
        _write_all(results, fresh, language, state)
        _swap(fresh, target, old)
    except OSError as error:
        raise FileProblem(_not_written(folder, error)) from error
    finally:
        _discard(fresh)
    names = _names(results)
    return tuple(folder / name for name in (names if state is None else (*names, MANIFEST)))


def write_report(results: StudyResults, path: Path, language: Language) -> Path:
    """Write results as one HTML file.

    Parameters
    ----------
    results
        Of a study, or of a judged table.
    path
        The file; one that is there is replaced whole or not at all.
    language
        Of the words.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FileProblem
        The file cannot be written.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_text(fresh, render_page(results, language))
        _settle(fresh)
        fresh.replace(path)
    except OSError as error:
        raise FileProblem(_not_written(path, error)) from error
    finally:
        fresh.unlink(missing_ok=True)
    return path


def _names(results: StudyResults) -> tuple[str, ...]:
    return (*NAMES, proposals.FILE) if proposals.proposal_table(results.views) else NAMES


def _write_all(
    results: StudyResults, folder: Path, language: Language, state: State | None
) -> None:
    makers: Mapping[str, Callable[[Path], None]] = {
        "measurements.csv": lambda path: write_measurements_csv(results.measurements, path),
        "measurements.parquet": lambda path: write_measurements_parquet(results.measurements, path),
        "verdicts.json": lambda path: _write_text(path, dump(verdicts_twin(results))),
        "report.html": lambda path: _write_text(path, render_page(results, language)),
        "report.json": lambda path: _write_text(path, dump(report_to_json(results))),
        "report.xlsx": lambda path: write_workbook(results, path, language),
        proposals.FILE: lambda path: proposals.write_proposals(results.views, path),
    }
    names = _names(results)
    for name in names:
        makers[name](folder / name)
    if state is not None:
        outputs = {name: hash_file(folder / name) for name in NAMES}
        attention = sum(problem.severity is not Severity.NOTE for problem in results.problems)
        _write_text(folder / MANIFEST, manifest(state, outputs, attention=attention))
    for path in folder.iterdir():
        _settle(path)


def _write_text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", newline="\n")


def _settle(path: Path) -> None:
    """Have the bytes on the disk before the name is: a power cut must not leave empty files."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _swap(fresh: Path, target: Path, old: Path) -> None:
    if not target.exists():
        fresh.rename(target)
        return
    target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        old.rename(target)
        raise
    _put_away(old, target)


def _recover(target: Path, old: Path) -> None:
    """Mend what a run left that was broken off between two renamings."""
    if not old.exists():
        return
    if target.exists():
        _put_away(old, target)
    else:
        old.rename(target)


def _put_away(old: Path, target: Path) -> None:
    """Remove the old set; what Stroma did not write moves to the new folder."""
    for entry in list(old.iterdir()):
        if (
            entry.name not in {*NAMES, proposals.FILE, MANIFEST}
            and not (target / entry.name).exists()
        ):
            entry.rename(target / entry.name)
    _discard(old)


def _discard_abandoned(target: Path) -> None:
    """Remove what runs left behind that are no longer alive; another run's folder stays."""
    prefix = f".{target.name}.new-"
    for folder in target.parent.glob(f"{prefix}*"):
        number = folder.name.removeprefix(prefix)
        if number == str(os.getpid()) or not (number.isdecimal() and _is_alive(int(number))):
            _discard(folder)


def _is_alive(process: int) -> bool:
    if os.name == "nt":  # signal 0 is Ctrl-C there
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _discard(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _refuse_others(target: Path) -> None:
    """Refuse a place whose content is not Stroma's to replace."""
    if target.exists() and not target.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if (target / STUDY_MARK).exists():
        raise FileProblem(
            Problem(
                Place(file=str(target)),
                found=text("a study, in the place of results"),
                expected=text("a folder of its own for the results"),
                action=text("choose another folder; nothing was written"),
            )
        )


def _not_written(path: Path, error: OSError) -> Problem:
    return Problem(
        Place(file=str(path)),
        found=text("it cannot be written ({reason})", reason=error.strerror or str(error)),
        expected=text("a place that can be written, and no file of it open in another program"),
        action=text("close the files, check the rights and the space on the disk, and run again"),
    )
