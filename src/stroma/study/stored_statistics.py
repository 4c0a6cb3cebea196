"""``statistics``: which number of another program's export is what of a lot."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from stroma.errors import Problem
from stroma.records import VIABILITY_DYE
from stroma.statistic_records import DeclaredStatistic
from stroma.study.duplicates import one_row_each
from stroma.study.existence import missing_file
from stroma.study.files import find_file
from stroma.study.tables import ReadRow, SheetRow, left_out
from stroma.study.words import canonical_stain
from stroma.texts import text
from stroma.vocabulary import canonical_phenotype, canonical_stimulation


class StatisticRow(SheetRow):
    """A row of ``statistics``."""

    file: str
    sample: str
    population: str
    of: str
    marker: str
    lot: str
    passage: str = ""
    stimulated: str = ""


def check_statistics(
    rows: Sequence[ReadRow[StatisticRow]], existing: Collection[str]
) -> tuple[tuple[DeclaredStatistic, ...], tuple[Problem, ...]]:
    """Check what is declared of exports against the files there are and against each other.

    Parameters
    ----------
    rows
        Rows of known lots.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    declared
        The numbers to take.
    problems
        Files that do not exist, a word that is no marker, two numbers for one thing.
    """
    single, repeated = one_row_each(
        rows,
        lambda row: (row.lot, row.passage, _analyte(row.marker), row.stimulated),
        column="marker",
        name=lambda row: text("{marker} of lot {lot}", marker=row.marker, lot=row.lot),
    )
    problems = list(repeated)
    declared = []
    for row in single:
        file = find_file(row.value.file, existing)
        if file is None:
            problems.append(
                missing_file(row.place("file"), row.value.file, existing, consequence=left_out)
            )
        elif canonical_stain(row.value.marker) == VIABILITY_DYE:
            problems.append(_not_a_marker(row))
        else:
            declared.append(_declared(row, file))
    return tuple(declared), tuple(problems)


def _analyte(marker: str) -> tuple[str, str]:
    """Return quantity and analyte: a marker, or a phenotype where signs follow the markers."""
    phenotype = canonical_phenotype(marker)
    if phenotype is None or (phenotype.endswith("+") and "/" not in phenotype):
        return "percent_positive", canonical_stain((phenotype or marker).removesuffix("+"))
    return "percent_coexpressing", phenotype


def _declared(row: ReadRow[StatisticRow], file: str) -> DeclaredStatistic:
    said = row.value
    quantity, analyte = _analyte(said.marker)
    return DeclaredStatistic(
        file=file,
        sample=said.sample,
        population=said.population,
        of=said.of,
        quantity=quantity,
        analyte=analyte,
        lot=said.lot,
        passage=said.passage,
        stimulated=canonical_stimulation(said.stimulated),
        origin_of_row=row.origin,
    )


def _not_a_marker(row: ReadRow[StatisticRow]) -> Problem:
    return Problem(
        row.place("marker"),
        found=text('"{marker}"', marker=row.value.marker),
        expected=text("a surface marker, or markers with signs: CD105+/CD45-"),
        action=left_out(text("enter a viability in passages")),
    )
