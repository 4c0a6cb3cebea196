"""The header of a sheet: which of its columns are which of the layout's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from stroma.errors import Place, Problem, Severity
from stroma.records import Sheet
from stroma.spelling import nearest
from stroma.study.columns import Column, SheetLayout
from stroma.texts import text
from stroma.vocabulary import fold_word

_BETWEEN = re.compile(r"[\s,;:.()\[\]_\-]+")


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was understood, as far as it goes.

    Parameters
    ----------
    columns
        Column as printed to the layout's column.
    complete
        Whether every required column is there, once.
    problems
        Columns that are unknown, missing or there twice.
    """

    columns: Mapping[str, Column]
    complete: bool
    problems: tuple[Problem, ...]


def fold_header(name: str) -> str:
    """Bring a header to the form in which other spellings of a column are compared.

    Parameters
    ----------
    name
        As printed.

    Returns
    -------
    str
        Lower case, words and signs between them joined by ``_``.

    Examples
    --------
    >>> fold_header("Время, ч"), fold_header("Seeded (cells)")
    ('время_ч', 'seeded_cells')
    """
    return _BETWEEN.sub("_", fold_word(name)).strip("_")


def read_header(sheet: Sheet, layout: SheetLayout) -> Header:
    """Match the columns of a sheet with those of its layout.

    Capitals, spaces and hyphens do not count: ``Area cm2`` is ``area_cm2``. Where a column has
    other spellings, such as those in Russian and Kazakh, they are understood too.

    Parameters
    ----------
    sheet
        The sheet.
    layout
        What it should hold.

    Returns
    -------
    Header
        The match and what is wrong with it.
    """
    known = {column.name: column for column in layout.columns}
    respelled = {word: column.name for column in layout.columns for word in column.spellings}
    printed: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for name in sheet.columns:
        folded = fold_word(name)
        if folded not in known:
            folded = respelled.get(fold_header(name), folded)
        if folded in known:
            printed.setdefault(folded, []).append(name)
        else:
            problems.append(_unknown(name, sheet, layout))
    twice = {folded: names for folded, names in printed.items() if len(names) > 1}
    problems += [_twice(folded, names, sheet) for folded, names in twice.items()]
    missing = [c for c in layout.columns if c.required and c.name not in printed]
    problems += [_missing(column, sheet) for column in missing]
    return Header(
        columns={
            names[0]: known[folded] for folded, names in printed.items() if folded not in twice
        },
        complete=not missing and not any(known[folded].required for folded in twice),
        problems=tuple(problems),
    )


def _place(sheet: Sheet, column: str) -> Place:
    return Place(file=sheet.origin.file, sheet=sheet.name, column=column)


def _unknown(name: str, sheet: Sheet, layout: SheetLayout) -> Problem:
    alike = nearest(name, layout.names)
    return Problem(
        _place(sheet, name),
        found=text('the unknown column "{name}"', name=name),
        expected=text("one of {known}", known=", ".join(layout.names)),
        action=text("rename it if {nearest} is meant; it is not read", nearest=", ".join(alike))
        if alike
        else text("rename it if one of these is meant; it is not read"),
        severity=Severity.WARNING,
    )


def _twice(name: str, printed: list[str], sheet: Sheet) -> Problem:
    return Problem(
        _place(sheet, name),
        found=text("the column is there {count} times: {printed}", count=len(printed),
                   printed=", ".join(f'"{spelling}"' for spelling in printed)),
        expected=text("every column once"),
        action=text("keep one of them; until then none is read"),
    )  # fmt: skip


def _missing(column: Column, sheet: Sheet) -> Problem:
    return Problem(
        _place(sheet, column.name),
        found=text("the header {header}", header=", ".join(sheet.columns)),
        expected=text("a column {name}: {help}", name=column.name, help=column.help),
        action=text("add the column; until then nothing of the sheet is used"),
    )
