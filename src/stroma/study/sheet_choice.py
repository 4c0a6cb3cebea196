"""Which of the sheets that were read is the one a layout asks for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.records import Sheet
from stroma.study.columns import SHEETS, SheetLayout
from stroma.study.files import WORKBOOK, sheet_files
from stroma.study.header import read_header
from stroma.texts import text
from stroma.vocabulary import fold_word

HELP_SHEETS: Final = ("help", "справка", "анықтама")
"""Names of the sheet that explains the columns of a template, folded."""


def choose_sheet(
    layout: SheetLayout, sheets: Mapping[str, Sequence[Sheet]], existing: Collection[str]
) -> tuple[Sheet | None, tuple[Problem, ...]]:
    """Return the sheet that a layout asks for.

    Parameters
    ----------
    layout
        The layout.
    sheets
        Sheets by the name of their file without ending; a workbook named :data:`WORKBOOK` gives
        the sheets that are named like layouts.
    existing
        Paths of the files of the study folder.

    Returns
    -------
    sheet
        ``None`` where there is none, or several between which nothing decides.
    problems
        Why none could be chosen; worksheets that are not read.
    """
    own = tuple(sheets.get(layout.name, ()))
    shared = tuple(s for s in sheets.get(WORKBOOK, ()) if fold_word(s.name or "") == layout.name)
    by_file: dict[str, list[Sheet]] = {}
    for sheet in (*own, *shared):
        by_file.setdefault(sheet.origin.file, []).append(sheet)
    files = tuple(dict.fromkeys((*by_file, *sheet_files(layout.name, existing))))
    if len(files) > 1:
        return None, (_several_files(layout, files),)
    if not by_file:
        return None, _absent(layout, existing) if layout.required and not files else ()
    return _of_one_file(layout, next(iter(by_file.values())))


def _of_one_file(
    layout: SheetLayout, held: Sequence[Sheet]
) -> tuple[Sheet | None, tuple[Problem, ...]]:
    if len(held) == 1:
        return held[0], ()
    fitting = [s for s in held if fold_word(s.name or "") == layout.name]
    if not fitting:
        fitting = [s for s in held if read_header(s, layout).complete]
    if len(fitting) != 1:
        return None, (_several_worksheets(layout, held),)
    chosen = fitting[0]
    return chosen, tuple(
        _not_read(sheet, chosen)
        for sheet in held
        if sheet is not chosen and fold_word(sheet.name or "") not in HELP_SHEETS
    )


def worksheets_not_read(sheets: Mapping[str, Sequence[Sheet]]) -> tuple[Problem, ...]:
    """Note the worksheets of the common workbook that are no sheet of the study.

    Parameters
    ----------
    sheets
        Sheets by the name of their file without ending.

    Returns
    -------
    tuple of Problem
        A note for each.
    """
    known = {layout.name for layout in SHEETS}
    return tuple(
        Problem(
            Place(file=sheet.origin.file, sheet=sheet.name),
            found=text("a worksheet that is not read yet"),
            expected=text("one of {known}", known=", ".join(sorted(known))),
            action=text("rename it if one of these is meant; it is not used"),
            severity=Severity.NOTE,
        )
        for sheet in sheets.get(WORKBOOK, ())
        if fold_word(sheet.name or "") not in {*known, *HELP_SHEETS}
    )


def _several_files(layout: SheetLayout, files: Sequence[str]) -> Problem:
    return Problem(
        Place(file=files[0]),
        found=text("{name} in several files: {files}", name=layout.name, files=", ".join(files)),
        expected=text("one file for {name}", name=layout.name),
        action=text("keep the one that is right and move the others away; until then none is read"),
    )


def _several_worksheets(layout: SheetLayout, held: Sequence[Sheet]) -> Problem:
    return Problem(
        Place(file=held[0].origin.file),
        found=text("the worksheets {names}", names=", ".join(f'"{s.name}"' for s in held)),
        expected=text('one worksheet named "{name}"', name=layout.name),
        action=text("name the worksheet that is meant; until then none is read"),
    )


def _not_read(sheet: Sheet, chosen: Sheet) -> Problem:
    return Problem(
        Place(file=sheet.origin.file, sheet=sheet.name),
        found=text('a worksheet beside "{chosen}"', chosen=chosen.name),
        expected=text("one worksheet"),
        action=text("nothing, if it is not part of the study; it is not used"),
        severity=Severity.NOTE,
    )


def _absent(layout: SheetLayout, existing: Collection[str]) -> tuple[Problem, ...]:
    shared = sheet_files(WORKBOOK, existing)
    if shared:
        return (
            Problem(
                Place(file=shared[0]),
                found=text('no worksheet named "{name}" that can be read', name=layout.name),
                expected=text("{name}: {help}", name=layout.name, help=layout.help),
                action=text("add the worksheet; nothing can be used without it"),
            ),
        )
    return (
        Problem(
            Place(file=f"{layout.name}.csv"),
            found=text("no such file, nor a workbook of that name"),
            expected=text("{name}: {help}", name=layout.name, help=layout.help),
            action=text(
                "add {name}.csv or {name}.xlsx; nothing can be used without it", name=layout.name
            ),
        ),
    )
