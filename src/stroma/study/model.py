"""A study as it was described, after all checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from stroma.bench_records import BenchRows
from stroma.errors import Problem
from stroma.records import DifferentiationReading, Lot, Origin, Passage, SafetyResult, Tube
from stroma.statistic_records import DeclaredStatistic
from stroma.study.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study: what can be used of it, and everything that is wrong with the rest.

    Parameters
    ----------
    root
        The study folder.
    settings
        ``study.toml``.
    lots, tubes, passages, differentiation, safety, statistics, bench
        The rows that can be used, in the order of their sheets.
    problems
        Everything that was found, in the order settings, sheets, files.
    inputs
        The description's own files, each with its SHA-256.
    unresolved
        Lots that ``lots`` names in rows that cannot be used: described twice and differently, in
        two spellings, or with a cell that is wrong. They stay in view as lots of which nothing
        was measured.
    """

    root: Path
    settings: Settings
    lots: tuple[Lot, ...] = ()
    tubes: tuple[Tube, ...] = ()
    passages: tuple[Passage, ...] = ()
    differentiation: tuple[DifferentiationReading, ...] = ()
    safety: tuple[SafetyResult, ...] = ()
    statistics: tuple[DeclaredStatistic, ...] = ()
    bench: BenchRows = field(default_factory=BenchRows)
    problems: tuple[Problem, ...] = ()
    inputs: tuple[Origin, ...] = ()
    unresolved: tuple[str, ...] = ()

    def problems_of(self, lot: str) -> tuple[Problem, ...]:
        """Return what is wrong with a lot.

        Parameters
        ----------
        lot
            The lot.

        Returns
        -------
        tuple of Problem
            The problems of rows that name it.
        """
        return tuple(problem for problem in self.problems if problem.place.lot == lot)

    @property
    def raw_files(self) -> tuple[str, ...]:
        """Paths of the raw files that the study names, each once, sorted."""
        counted = {p.count_file for p in self.passages if p.count_file is not None}
        stored = {each.file for each in self.statistics}
        tubes = {tube.file for tube in self.tubes}
        return tuple(sorted(tubes | counted | stored | set(self.bench.files)))
