"""The names of the study's lots, to hold every other sheet against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from stroma.errors import Place, Problem
from stroma.spelling import nearest
from stroma.study.identifiers import fold_identifier, foreign_letters
from stroma.study.tables import ReadRow, SheetRow
from stroma.texts import Text, text, texts


@dataclass(frozen=True, slots=True)
class LotRegister:
    """The lots that can be used, and those whose row had to be left out.

    Parameters
    ----------
    known
        Lot to the place of its row.
    left_out
        Lots that ``lots`` names in rows that cannot be used.
    """

    known: Mapping[str, Place]
    left_out: tuple[str, ...] = ()


def look_alike(written: str, earlier: str, place: Place) -> Text:
    """Say that two spellings may be one name.

    Parameters
    ----------
    written, earlier
        The spellings.
    place
        Where the earlier one stands.

    Returns
    -------
    Text
        Both, with the letters of another alphabet where that is all the difference.

    Examples
    --------
    >>> str(look_alike("ВМ-01", "BM-01", Place(file="lots.csv", row=2)))
    '"ВМ-01" (В М are letters of another alphabet) beside "BM-01" (lots.csv, row 2)'
    """
    where = replace(place, lot=None, column=None).describe()
    letters = foreign_letters(written, earlier)
    if letters:
        return text(
            '"{written}" ({letters} are letters of another alphabet) beside "{earlier}" ({place})',
            written=written,
            letters=letters,
            earlier=earlier,
            place=where,
        )
    return text(
        '"{written}" beside "{earlier}" ({place})', written=written, earlier=earlier, place=where
    )


R = TypeVar("R", bound=SheetRow)


def rows_of_known_lots(
    rows: Iterable[ReadRow[R]], register: LotRegister
) -> tuple[tuple[ReadRow[R], ...], tuple[Problem, ...]]:
    """Keep the rows of a sheet whose lot is known.

    Parameters
    ----------
    rows
        The rows; a row without a lot is kept.
    register
        The study's lots.

    Returns
    -------
    kept
        The rows to use, in order.
    problems
        One for each lot that is not known, at its first row.
    """
    kept = []
    unknown: dict[str, list[ReadRow[R]]] = {}
    for row in rows:
        lot = _lot_of(row)
        if lot == "" or lot in register.known:
            kept.append(row)
        else:
            unknown.setdefault(lot, []).append(row)
    problems = tuple(_unknown(lot, held, register) for lot, held in unknown.items())
    return tuple(kept), problems


def _lot_of(row: ReadRow[R]) -> str:
    return str(getattr(row.value, "lot", ""))


def _unknown(lot: str, rows: list[ReadRow[R]], register: LotRegister) -> Problem:
    place = rows[0].place("lot")
    which = texts(
        "row {rows}", "rows {rows}", len(rows), rows=", ".join(str(row.number) for row in rows)
    )
    if lot in register.left_out:
        return Problem(
            place,
            found=text(
                'the lot "{lot}" ({rows}), whose row in lots is left out', lot=lot, rows=which
            ),
            expected=text("a lot that lots describes"),
            action=text("correct the row in lots; until then these rows are left out"),
        )
    folded = fold_identifier(lot)
    same = next((known for known in register.known if fold_identifier(known) == folded), None)
    if same is not None:
        return Problem(
            place,
            found=text(
                "the lot {spellings}; {rows}",
                spellings=look_alike(lot, same, register.known[same]),
                rows=which,
            ),
            expected=text("one spelling of each lot in all sheets"),
            action=text(
                'if they are one lot, write "{lot}" here; if not, add a row to lots; until then '
                "these rows are left out",
                lot=same,
            ),
        )
    alike = nearest(lot, register.known)
    return Problem(
        place,
        found=text('the lot "{lot}" ({rows}), which is not in lots', lot=lot, rows=which),
        expected=text("a lot of lots, such as {known}", known=", ".join(alike or register.known))
        if register.known
        else text("a lot that lots describes"),
        action=text("add the lot to lots or correct its name; until then these rows are left out"),
    )  # fmt: skip
