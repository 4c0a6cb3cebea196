"""Files of a study to records; one bad file is a problem of its own and stops nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from stroma.assays.harvest import count_key
from stroma.errors import FileProblem, Place, Problem, Severity, StudyProblem
from stroma.formats.counters import read_counts
from stroma.formats.fcs import read_fcs
from stroma.formats.fcs_choice import choose_data_set
from stroma.formats.frozen_strategy import read_strategy
from stroma.formats.raw import read_raw
from stroma.formats.sheets import read_sheet
from stroma.formats.spillover import read_spillover
from stroma.formats.statistics_exports import read_statistics
from stroma.house_rules import ReadingRule
from stroma.provenance import hash_file
from stroma.records import CellCount, Events, Origin, Passage, Sheet, Spillover
from stroma.statistic_records import DeclaredStatistic, StatisticsExport
from stroma.strategy_records import HeldStrategy
from stroma.study.files import is_noise
from stroma.texts import text

Loaded = TypeVar("Loaded")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Loaded]):
    """What came of loading: what could be read, and why the rest could not.

    Parameters
    ----------
    value
        What could be read.
    problems
        Why the rest could not, and what a reader has to know.
    """

    value: Loaded
    problems: tuple[Problem, ...] = ()


def list_files(folder: Path) -> tuple[str, ...]:
    """Return the files of a study folder that belong to the study.

    Parameters
    ----------
    folder
        The study folder.

    Returns
    -------
    tuple of str
        Paths relative to the folder, sorted; no results, hidden or lock files.

    Raises
    ------
    StudyProblem
        There is no such folder.
    """
    if not folder.is_dir():
        raise StudyProblem(
            Problem(
                Place(file=str(folder)),
                found=text("no folder of this name"),
                expected=text("a study folder"),
                action=text("check the path, or make a study with: stroma new {folder}",
                            folder=folder.name),
            )
        )  # fmt: skip
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return tuple(sorted(path for path in found if not is_noise(path)))


def load_toml(folder: Path, file: str) -> Outcome[str]:
    """Read a TOML file that need not be there.

    Parameters
    ----------
    folder
        The study folder.
    file
        Path relative to it.

    Returns
    -------
    Outcome
        Its text; empty where there is no such file, or it cannot be read.
    """
    path = folder / file
    if not path.is_file() or path.stat().st_size == 0:
        return Outcome("")
    try:
        return Outcome(read_raw(path, file=file).data.decode("utf-8-sig"))
    except FileProblem as refused:
        return Outcome("", refused.problems)
    except UnicodeDecodeError as error:
        problem = Problem(
            Place(file=file),
            found=text("byte {place} is not UTF-8", place=error.start),
            expected=text("a text file in UTF-8, as TOML asks for"),
            action=text("save the file as UTF-8; until then nothing of it is used"),
        )
        return Outcome("", (problem,))


def load_sheets(
    folder: Path, files: Iterable[str], encoding: str | None
) -> Outcome[dict[str, tuple[Sheet, ...]]]:
    """Read the sheets of a study.

    Parameters
    ----------
    folder
        The study folder.
    files
        Paths of the sheets, relative to it.
    encoding
        The laboratory's encoding of text files that are not Unicode.

    Returns
    -------
    Outcome
        Sheets by name of the file without ending; two files of one name give the sheets of both.
    """
    read: dict[str, tuple[Sheet, ...]] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            sheets = read_sheet(folder / file, file=file, encoding=encoding)
        except FileProblem as refused:
            problems += refused.problems
            continue
        name = Path(file).stem.strip().casefold()
        read[name] = (*read.get(name, ()), *sheets)
    return Outcome(read, tuple(problems))


def load_events(
    folder: Path, files: Sequence[str], progress: Callable[[str], None] | None = None
) -> Outcome[dict[str, Events]]:
    """Read event files; of several data sets in one file one is used, and said.

    Parameters
    ----------
    folder
        The study folder.
    files
        Paths relative to it.
    progress
        Called with each file once it is read.

    Returns
    -------
    Outcome
        Events by file.
    """
    read: dict[str, Events] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            data_sets = read_fcs(folder / file, file=file)
        except FileProblem as refused:
            problems += refused.problems
        else:
            read[file], choice = choose_data_set(data_sets)
            problems += [*_about_events(read[file]), *choice]
        if progress is not None:
            progress(file)
    return Outcome(read, tuple(problems))


def _about_events(events: Events) -> list[Problem]:
    return [
        Problem(
            Place(file=events.origin.file, column=repair.keyword),
            found=repair.decision,
            expected=text("a file that follows the FCS standard"),
            action=text("nothing; the file was read as said here"),
            severity=Severity.NOTE,
        )
        for repair in events.repairs
    ]


def load_counts(
    folder: Path, passages: Iterable[Passage], date_order: str | None
) -> Outcome[dict[str, CellCount]]:
    """Read the counters' exports that passages refer to.

    Parameters
    ----------
    folder
        The study folder.
    passages
        The passages.
    date_order
        The laboratory's order of day, month and year.

    Returns
    -------
    Outcome
        Counts by :func:`stroma.assays.harvest.count_key`; the only count of a file also under the
        file alone.
    """
    wanted = sorted({p.count_file for p in passages if p.count_file is not None})
    counts: dict[str, CellCount] = {}
    problems: list[Problem] = []
    for file in wanted:
        try:
            read, doubts = read_counts(folder / file, file=file, date_order=date_order)
        except FileProblem as refused:
            problems += refused.problems
            continue
        problems += doubts
        for count in read:
            key = count_key(file, count.sample)
            if key in counts and count.sample:
                problems.append(_sample_twice(file, count.sample))
                continue
            counts[key] = count
        if len(read) == 1:
            counts[count_key(file, None)] = read[0]
    return Outcome(counts, tuple(problems))


def load_statistics(
    folder: Path, declared: Iterable[DeclaredStatistic], rule: ReadingRule
) -> Outcome[dict[str, StatisticsExport]]:
    """Read the exports of other programs that declared statistics refer to.

    Parameters
    ----------
    folder
        The study folder.
    declared
        The rows of ``statistics.csv``.
    rule
        How the laboratory writes numbers.

    Returns
    -------
    Outcome
        Exports by file.
    """
    exports: dict[str, StatisticsExport] = {}
    problems: list[Problem] = []
    for file in sorted({each.file for each in declared}):
        try:
            exports[file] = read_statistics(
                folder / file,
                file=file,
                decimal_mark=rule.decimal_mark,
                encoding=rule.encoding,
            )
        except FileProblem as refused:
            problems += refused.problems
    return Outcome(exports, tuple(problems))


def _sample_twice(file: str, sample: str) -> Problem:
    return Problem(
        Place(file=file),
        found=text('the sample "{sample}" twice', sample=sample),
        expected=text("each sample once in a file"),
        action=text("give repeats their own names; the first was used"),
        severity=Severity.WARNING,
    )


def load_strategy(folder: Path, file: str | None) -> Outcome[HeldStrategy | None]:
    """Read the frozen gates a laboratory names.

    Parameters
    ----------
    folder
        The study folder.
    file
        Path relative to it; ``None`` where the gates of each tube are found on it.

    Returns
    -------
    Outcome
        The gates with their hash, or ``None``.
    """
    if file is None:
        return Outcome(None)
    try:
        return Outcome(read_strategy(folder / file, file=file))
    except FileProblem as refused:
        return Outcome(None, refused.problems)


def load_spillover(folder: Path, file: str | None) -> Outcome[tuple[Spillover, Origin] | None]:
    """Read the laboratory's own spillover matrix.

    Parameters
    ----------
    folder
        The study folder.
    file
        Path relative to it; ``None`` where each FCS file brings its own.

    Returns
    -------
    Outcome
        The matrix and where it came from, or ``None``.
    """
    if file is None:
        return Outcome(None)
    try:
        matrix = read_spillover(folder / file, file=file)
        return Outcome((matrix, Origin(file, hash_file(folder / file))))
    except FileProblem as refused:
        return Outcome(None, refused.problems)
