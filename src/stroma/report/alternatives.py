"""What the verdicts would be under other methods of positivity, beside the declared one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stroma.criteria.verdicts import LotOutcome
from stroma.texts import Text, text, texts

if TYPE_CHECKING:
    from stroma.results import ProfileVerdicts, StudyResults


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodColumn:
    """A method of the table.

    Parameters
    ----------
    method
        Name and version.
    label, assumptions
        In words.
    citation
        Where it comes from.
    declared
        Whether the verdicts of the report rest on it.
    """

    method: str
    label: Text
    assumptions: Text
    citation: str
    declared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """A lot of the table.

    Parameters
    ----------
    number
        Of the lot's section in the report.
    lot
        Its name.
    declared
        The verdict of the report.
    verdicts
        One for each column.
    """

    number: int
    lot: str
    declared: LotOutcome
    verdicts: tuple[LotOutcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativesTable:
    """Lots by methods, for one profile.

    Parameters
    ----------
    profile
        Its name and version.
    summary
        How many lots depend on the method.
    columns, rows
        The table.
    """

    profile: str
    summary: Text
    columns: tuple[MethodColumn, ...]
    rows: tuple[LotRow, ...]

    @property
    def depending(self) -> tuple[LotRow, ...]:
        """The lots whose verdict depends on the method."""
        return tuple(row for row in self.rows if len(set(row.verdicts)) > 1)


def alternatives_of(
    results: StudyResults, numbers: dict[tuple[str, str], int]
) -> tuple[AlternativesTable, ...]:
    """Return one table for each profile whose lots were judged under several methods.

    Parameters
    ----------
    results
        The results.
    numbers
        Number of each lot's section, by lot and tissue.

    Returns
    -------
    tuple of AlternativesTable
        Empty where nothing was gated.
    """
    return tuple(
        _table(results, judged, numbers) for judged in results.verdicts if judged.alternatives
    )


def _table(
    results: StudyResults, judged: ProfileVerdicts, numbers: dict[tuple[str, str], int]
) -> AlternativesTable:
    told = {method.name: method for method in results.positivity_methods}
    held = [given for given in judged.alternatives if given.method in told]
    columns = tuple(
        MethodColumn(
            method=given.method,
            label=told[given.method].label,
            assumptions=told[given.method].assumptions,
            citation=told[given.method].citation,
            declared=given.declared,
        )
        for given in held
    )
    rows = tuple(
        LotRow(
            number=numbers[lot.lot, lot.source],
            lot=lot.lot,
            declared=lot.verdict,
            verdicts=tuple(given.lots[i].verdict for given in held),
        )
        for i, lot in enumerate(judged.lots)
    )
    depending = sum(len(set(row.verdicts)) > 1 for row in rows)
    return AlternativesTable(
        profile=f"{judged.profile.name} {judged.profile.version}",
        summary=_summary(depending),
        columns=columns,
        rows=rows,
    )


def _summary(depending: int) -> Text:
    if depending == 0:
        return text("Every lot has the same verdict under each method.")
    return texts(
        "{count} lot would have another verdict under another method. The declared method decides; "
        "the others are shown so that its weight can be seen.",
        "{count} lots would have another verdict under another method. The declared method "
        "decides; the others are shown so that its weight can be seen.",
        depending,
    )
