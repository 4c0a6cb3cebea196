"""``passages``: what was seeded and harvested, and when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Annotated, Final

from pydantic import Field

from stroma.errors import Problem, Severity
from stroma.measurements import passage_number
from stroma.records import Passage
from stroma.study.cell_numbers import doubtful_cells
from stroma.study.duplicates import one_row_each
from stroma.study.existence import missing_file
from stroma.study.files import find_file
from stroma.study.tables import ReadRow, SheetRow, counts_as_empty
from stroma.study.time_in_culture import by_date_alone, hours_in_culture
from stroma.texts import text

PERCENT_SIGN: Final = "%"
NUMBERS_OF_CELLS: Final = ("seeded", "harvested")


class PassageRow(SheetRow):
    """A row of ``passages``."""

    lot: str
    passage: str
    # A culture seeded with nothing is none, and no doubling can be counted from it.
    seeded: Annotated[float, Field(gt=0)] | None = None
    harvested: Annotated[float, Field(ge=0)] | None = None
    hours: Annotated[float, Field(gt=0)] | None = None
    viability: Annotated[float, Field(ge=0, le=100)] | None = None
    area_cm2: Annotated[float, Field(gt=0)] | None = None
    count_method: str | None = None
    count_file: str | None = None
    count_sample: str | None = None
    suspension_ml: Annotated[float, Field(gt=0)] | None = None
    cells_counted: Annotated[int, Field(ge=0)] | None = None
    days: Annotated[float, Field(gt=0)] | None = None
    seeded_on: str | None = None
    harvested_on: str | None = None
    senescent: Annotated[float, Field(ge=0, le=100)] | None = None


def check_passages(
    rows: Sequence[ReadRow[PassageRow]], existing: Collection[str]
) -> tuple[tuple[Passage, ...], tuple[Problem, ...]]:
    """Check the passages against the files there are and against each other.

    Parameters
    ----------
    rows
        Rows of known lots.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    passages
        The passages of the study.
    problems
        Passages there twice or missing in between, numbers that can hardly be of cells, fewer cells
        harvested than seeded, a viability that may be a fraction, counter files that do not exist.
    """
    single, repeated = one_row_each(
        rows,
        lambda row: (row.lot, row.passage),
        column="passage",
        name=lambda row: text("{passage} of lot {lot}", passage=row.passage, lot=row.lot),
    )
    problems = list(repeated)
    passages = []
    for said in single:
        row, doubtful = _without_doubtful_cells(said)
        problems += doubtful
        file = None if row.value.count_file is None else find_file(row.value.count_file, existing)
        fraction = _may_be_fraction(row, "viability")
        few = _may_be_fraction(row, "senescent")
        hours, contradiction = hours_in_culture(row)
        problems += [*fraction, *few, *contradiction]
        problems += [*_count_file(row, file, existing), *_cells_lost(row)]
        passages.append(
            replace(
                _passage(row, file, hours=hours),
                viability_percent=None if fraction else row.value.viability,
                senescent_percent=None if few else row.value.senescent,
            )
        )
    problems += [*by_date_alone(single), *_gaps(single)]
    return tuple(passages), tuple(problems)


def _without_doubtful_cells(
    row: ReadRow[PassageRow],
) -> tuple[ReadRow[PassageRow], list[Problem]]:
    doubts = {column: doubtful_cells(row, column) for column in NUMBERS_OF_CELLS}
    found = {column: doubt for column, doubt in doubts.items() if doubt is not None}
    if not found:
        return row, []
    value = row.value.model_copy(update=dict.fromkeys(found, None))
    return replace(row, value=value), list(found.values())


def _passage(row: ReadRow[PassageRow], file: str | None, *, hours: float | None) -> Passage:
    said = row.value
    return Passage(
        lot=said.lot,
        passage=said.passage,
        origin_of_row=row.origin,
        seeded=said.seeded,
        harvested=said.harvested,
        hours=hours,
        area_cm2=said.area_cm2,
        count_method=said.count_method,
        count_file=file,
        count_sample=said.count_sample,
        suspension_ml=said.suspension_ml,
        cells_counted=said.cells_counted,
        seeded_on=said.seeded_on,
        harvested_on=said.harvested_on,
    )


def _may_be_fraction(row: ReadRow[PassageRow], column: str) -> list[Problem]:
    """Ask where a percentage may have been written as a fraction of one.

    A cell that a spreadsheet shows as 95 % holds 0.95, and a file does not say which was meant.
    """
    share: float | None = getattr(row.value, column)
    written = row.written.get(column, "")
    if share is None or not 0 < share <= 1 or written.endswith(PERCENT_SIGN):
        return []
    return [
        Problem(
            row.place(column),
            found=text(
                '"{written}" is {value} % as it stands and {percent} % as a fraction',
                written=written,
                value=share,
                percent=share * 100,
            ),
            expected=text("a viability in percent, such as 95")
            if column == "viability"
            else text("a percentage, such as 12"),
            action=counts_as_empty(
                text("write the percentage as a plain number, or with % after it")
            ),
        )
    ]


def _count_file(
    row: ReadRow[PassageRow], file: str | None, existing: Collection[str]
) -> list[Problem]:
    said = row.value
    if said.count_file is None and said.count_sample is not None:
        return [
            Problem(
                row.place("count_sample"),
                found=text('the sample "{sample}" without a file', sample=said.count_sample),
                expected=text("the counter's export in count_file"),
                action=text("name the export, or clear count_sample; it is not used"),
                severity=Severity.WARNING,
            )
        ]
    if said.count_file is None or file is not None:
        return []
    place = row.place("count_file")
    return [missing_file(place, said.count_file, existing, consequence=counts_as_empty)]


def _cells_lost(row: ReadRow[PassageRow]) -> list[Problem]:
    said = row.value
    if said.seeded is None or said.harvested is None or said.harvested >= said.seeded:
        return []
    return [
        Problem(
            row.place("harvested"),
            found=text(
                "{harvested} cells harvested of {seeded} seeded",
                harvested=said.harvested,
                seeded=said.seeded,
            ),
            expected=text("at least as many cells harvested as seeded"),
            action=text("check both counts; if they are right, cells were lost"),
            severity=Severity.WARNING,
        )
    ]


def _gaps(rows: Sequence[ReadRow[PassageRow]]) -> list[Problem]:
    by_lot: dict[str, dict[int, ReadRow[PassageRow]]] = {}
    for row in rows:
        by_lot.setdefault(row.value.lot, {})[passage_number(row.value.passage)] = row
    problems = []
    for held in by_lot.values():
        for number in sorted(held)[1:]:
            earlier = max(other for other in held if other < number)
            missing = ", ".join(f"P{n}" for n in range(earlier + 1, number))
            if missing:
                problems.append(
                    Problem(
                        held[number].place("passage"),
                        found=text("P{number} after P{earlier}", number=str(number),
                                   earlier=str(earlier)),
                        expected=text("{missing} between them", missing=missing),
                        action=text("add what is known of {missing}; doublings are summed without "
                                    "it otherwise", missing=missing),
                        severity=Severity.NOTE,
                    )
                )  # fmt: skip
    return problems
