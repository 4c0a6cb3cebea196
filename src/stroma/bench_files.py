"""Exports that the bench sheets name, read once each; one bad file stops nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from stroma.bench_records import BenchRows
from stroma.errors import FileProblem, Problem
from stroma.formats.beads import BEAD_FORMATS, read_bead_file
from stroma.formats.cyclers import read_cycle_file
from stroma.formats.plates import read_plate_file
from stroma.formats.raw import read_raw
from stroma.house_rules import ReadingRule
from stroma.image_records import Picture
from stroma.loading import Outcome
from stroma.plate_records import BeadFile, CycleFile, PlateFile

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class BenchFiles:
    """The exports of a study's bench sheets.

    Parameters
    ----------
    plates, beads, cyclers, pictures
        Path of the file to what it says.
    """

    plates: Mapping[str, PlateFile] = field(default_factory=dict)
    beads: Mapping[str, BeadFile] = field(default_factory=dict)
    cyclers: Mapping[str, CycleFile] = field(default_factory=dict)
    pictures: Mapping[str, Picture] = field(default_factory=dict)


def load_bench_files(folder: Path, bench: BenchRows, reading: ReadingRule) -> Outcome[BenchFiles]:
    """Read exports of plate readers, bead readers and thermocyclers, and the pictures of a study.

    Parameters
    ----------
    folder
        The study folder.
    bench
        Rows of its bench sheets.
    reading
        How the laboratory writes numbers, for what a file leaves open.

    Returns
    -------
    Outcome
        Files by their paths, and why another could not be read.
    """
    problems: list[Problem] = []
    named = dict.fromkeys(plate.file for plate in bench.plates)
    of_beads = [file for file in named if _is_of_beads(folder / file)]
    habits = {"encoding": reading.encoding, "decimal_mark": reading.decimal_mark}

    def plate(path: Path, file: str) -> PlateFile:
        return read_plate_file(path, file=file, **habits)

    def bead(path: Path, file: str) -> BeadFile:
        return read_bead_file(path, file=file, **habits)

    def cycler(path: Path, file: str) -> CycleFile:
        return read_cycle_file(path, file=file, **habits)

    plates = _each(folder, [f for f in named if f not in of_beads], plate, problems)
    beads = _each(folder, of_beads, bead, problems)
    samples = dict.fromkeys(sample.file for sample in bench.expression)
    cyclers = _each(folder, samples, cycler, problems)
    for read in plates.values():
        problems += read.problems
    for of_bead in beads.values():
        problems += of_bead.problems
    for of_cycler in cyclers.values():
        problems += of_cycler.problems
    shown = (
        *(count.image for count in bench.colonies if count.image is not None),
        *(image.file for image in bench.images),
    )
    pictures = _each(folder, dict.fromkeys(shown), _picture, problems)
    return Outcome(BenchFiles(plates, beads, cyclers, pictures), tuple(problems))


def _picture(path: Path, file: str) -> Picture:
    # Pillow is loaded only where there are pictures.
    from stroma.formats.images import read_image

    return read_image(path, file=file)


def _is_of_beads(path: Path) -> bool:
    try:
        raw = read_raw(path)
    except FileProblem:
        return False
    return any(known.sniff(raw) for known in BEAD_FORMATS)


def _each(
    folder: Path,
    files: Iterable[str],
    read: Callable[[Path, str], Read],
    problems: list[Problem],
) -> dict[str, Read]:
    held: dict[str, Read] = {}
    for file in files:
        try:
            held[file] = read(folder / file, file)
        except FileProblem as refused:
            problems += refused.problems
    return held
