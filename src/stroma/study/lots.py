"""``lots``: who and what each lot is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from stroma.errors import Problem, Severity
from stroma.records import Lot
from stroma.study.duplicates import one_row_each
from stroma.study.identifiers import fold_identifier
from stroma.study.lot_register import LotRegister, look_alike
from stroma.study.tables import ReadRow, SheetRow, Table
from stroma.texts import text
from stroma.vocabulary import TISSUES

YesNo = Literal["yes", "no"]


class LotRow(SheetRow):
    """A row of ``lots``."""

    lot: str
    donor: str
    source: str
    placental_part: str | None = None
    # The oldest age ever shown to be true is 122 years; a donor's is below 120.
    donor_age_years: Annotated[float, Field(ge=0, le=120)] | None = None
    donor_sex: Literal["F", "M"] | None = None
    origin: Literal["fetal", "maternal", "mixed"] | None = None
    autologous: YesNo | None = None
    plastic_adherent: YesNo | None = None
    pooled_donors: Annotated[int, Field(ge=1)] | None = None
    process: str | None = None
    medium: str | None = None
    note: str | None = None


def check_lots(
    table: Table[LotRow],
) -> tuple[tuple[Lot, ...], LotRegister, tuple[Problem, ...]]:
    """Check the lots against each other.

    Parameters
    ----------
    table
        The sheet.

    Returns
    -------
    lots
        The lots of the study.
    register
        Their names, to hold the other sheets against.
    problems
        Lots there twice, lots and donors in two spellings, perinatal lots of unknown origin.
    """
    single, repeated = one_row_each(
        table.rows,
        lambda row: row.lot,
        column="lot",
        name=lambda row: text('the lot "{lot}"', lot=row.lot),
    )
    rows, respelled = _one_spelling(single)
    kept = {row.value.lot for row in rows}
    register = LotRegister(
        known={row.value.lot: row.place() for row in rows},
        left_out=tuple(lot for lot in dict.fromkeys(table.written("lot")) if lot not in kept),
    )
    problems = (*repeated, *respelled, *_donors_in_two_spellings(rows), *_origins(rows))
    return tuple(_lot(row) for row in rows), register, problems


def _one_spelling(
    rows: Sequence[ReadRow[LotRow]],
) -> tuple[tuple[ReadRow[LotRow], ...], tuple[Problem, ...]]:
    first: dict[str, ReadRow[LotRow]] = {}
    doubtful: set[str] = set()
    problems = []
    for row in rows:
        earlier = first.setdefault(fold_identifier(row.value.lot), row)
        if earlier is not row:
            doubtful |= {row.value.lot, earlier.value.lot}
            problems.append(
                Problem(
                    row.place("lot"),
                    found=look_alike(row.value.lot, earlier.value.lot, earlier.place()),
                    expected=text("one spelling of each lot in all sheets"),
                    action=text(
                        "if they are one lot, delete one row; if they are two, give them names "
                        "that cannot be mistaken; until then neither is used"
                    ),
                )
            )
    return tuple(row for row in rows if row.value.lot not in doubtful), tuple(problems)


def _donors_in_two_spellings(rows: Sequence[ReadRow[LotRow]]) -> list[Problem]:
    first: dict[str, ReadRow[LotRow]] = {}
    reported: set[str] = set()
    problems = []
    for row in rows:
        donor = row.value.donor
        earlier = first.setdefault(fold_identifier(donor), row)
        if donor != earlier.value.donor and donor not in reported:
            reported.add(donor)
            problems.append(
                Problem(
                    row.place("donor"),
                    found=look_alike(donor, earlier.value.donor, earlier.place()),
                    expected=text("one spelling of each donor"),
                    action=text(
                        "if they are one donor, write one spelling; until then they count as two, "
                        "and every comparison of donors rests on it"
                    ),
                    severity=Severity.WARNING,
                )
            )
    return problems


def _origins(rows: Sequence[ReadRow[LotRow]]) -> list[Problem]:
    perinatal = {tissue.name: tissue for tissue in TISSUES if tissue.perinatal}
    return [
        Problem(
            row.place("origin"),
            found=text(
                "no origin for cells from {source}", source=perinatal[row.value.source].label
            ),
            expected=text("fetal, maternal or mixed, shown by genotype"),
            action=text("have the origin shown and enter it; both can grow from this tissue"),
            severity=Severity.WARNING,
        )
        for row in rows
        if row.value.source in perinatal and row.value.origin is None
    ]


def _lot(row: ReadRow[LotRow]) -> Lot:
    said = row.value
    return Lot(
        lot=said.lot,
        donor=said.donor,
        source=said.source,
        origin_of_row=row.origin,
        placental_part=said.placental_part,
        donor_age_years=said.donor_age_years,
        donor_sex=said.donor_sex,
        origin=said.origin,
        autologous=_truth(said.autologous),
        plastic_adherent=_truth(said.plastic_adherent),
        pooled_donors=said.pooled_donors,
        process=said.process,
        medium=said.medium,
        note=said.note,
    )


def _truth(word: YesNo | None) -> bool | None:
    return None if word is None else word == "yes"
