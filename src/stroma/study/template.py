"""A study folder to fill: what goes into its files, in the reader's language.

The living sheets are CSV files with a header, nothing below it, and everything a newcomer needs in
comments above it, example rows among them: an example that looks like data would sooner or later
be judged as a lot. The same sheets lie in one workbook under ``templates`` with lists to choose
from; a laboratory that works in Excel moves it up as ``study.xlsx`` and deletes the CSV files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from stroma.study.columns import SHEETS, Column, SheetLayout
from stroma.study.files import SETTINGS_FILE, TEMPLATES_FOLDER, WORKBOOK
from stroma.study.template_examples import EXAMPLES
from stroma.study.template_settings import settings_template
from stroma.texts import Language, text

_LONGEST_LIST: Final = 255
"""Characters that a spreadsheet allows in a list to choose from (Excel specifications)."""

_COMMON_TESTS: Final = (
    "sterility",
    "mycoplasma",
    "endotoxin",
    "endotoxin_dose",
    "karyotype",
    "gram_stain",
    "adventitious_virus",
    "donor_serology",
    "donor_nucleic_acid_test",
    "viability",
    "cells_per_container",
    "morphology",
)
"""Offered in the list for a test, since all names together are too long for one."""

_HELP_NAMES: Final = {"en": "help", "ru": "справка", "kk": "анықтама"}


@dataclass(frozen=True, slots=True)
class SheetTemplate:
    """A sheet to fill.

    Parameters
    ----------
    name
        Its name without ending; also of its worksheet.
    columns
        Its header.
    comments
        Lines to stand above the header of a CSV file, without the comment mark.
    rows
        Rows to write below the header; only the sheet that explains the columns has any.
    examples
        Filled rows that belong together across the sheets, column to text.
    choices
        Words to choose from, by column.
    hints
        What belongs in a column, by column.
    """

    name: str
    columns: tuple[str, ...]
    comments: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    examples: tuple[Mapping[str, str], ...] = ()
    choices: Mapping[str, tuple[str, ...]] | None = None
    hints: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class StudyTemplate:
    """Everything a new study folder holds.

    Parameters
    ----------
    settings
        Text of ``study.toml``.
    sheets
        The sheets; each a CSV file and a worksheet of the workbook.
    help
        A worksheet that explains every column.
    readme
        Text of ``README.md``.
    workbook
        Path of the workbook that holds all sheets and the help.
    folders
        Folders to make.
    """

    settings: str
    sheets: tuple[SheetTemplate, ...]
    help: SheetTemplate
    readme: str
    workbook: str = f"{TEMPLATES_FOLDER}/{WORKBOOK}.xlsx"
    folders: tuple[str, ...] = ("raw/flow", "raw/counts", TEMPLATES_FOLDER)


def template(language: Language, *, title: str, declare_examples: bool = False) -> StudyTemplate:
    """Return what a new study folder holds.

    Parameters
    ----------
    language
        Of comments and help; keys and headers are the same in every language.
    title
        Title of the study.
    declare_examples
        Whether the example values of the rules that have no default are declared rather than
        shown in a comment; for an example study, not for a laboratory's own.

    Returns
    -------
    StudyTemplate
        The content; nothing is written.

    Examples
    --------
    >>> from stroma.texts import ENGLISH
    >>> template(ENGLISH, title="Two sources").sheets[0].columns[:3]
    ('lot', 'donor', 'source')
    """
    return StudyTemplate(
        settings=settings_template(language, title=title, declare_examples=declare_examples),
        sheets=tuple(_sheet(layout, language) for layout in SHEETS),
        help=_help(language),
        readme=_readme(language, title),
    )


def _sheet(layout: SheetLayout, language: Language) -> SheetTemplate:
    examples = EXAMPLES[layout.name]
    comments = [
        f"{layout.name}: {layout.help.render(language)}",
        *(_explained(column, language) for column in layout.columns),
        text("Example rows; write your own below the header, without the sign in front:").render(
            language
        ),
        *(_csv_line(row, layout) for row in examples),
    ]
    choices = {column.name: _offered(layout, column) for column in layout.columns}
    return SheetTemplate(
        name=layout.name,
        columns=layout.names,
        comments=tuple(comments),
        examples=examples,
        choices={name: words for name, words in choices.items() if words},
        hints={column.name: column.help.render(language) for column in layout.columns},
    )


def _explained(column: Column, language: Language) -> str:
    name = column.name
    if column.required:
        name = text("{name} (required)", name=name).render(language)
    words = f" [{' | '.join(column.choices)}]" if column.choices else ""
    return f"  {name}: {column.help.render(language)}{words}"


def _offered(layout: SheetLayout, column: Column) -> tuple[str, ...]:
    if (layout.name, column.name) == ("safety", "test"):
        return _COMMON_TESTS
    return column.choices if len(",".join(column.choices)) <= _LONGEST_LIST else ()


def _csv_line(row: Mapping[str, str], layout: SheetLayout) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(row.get(name, "") for name in layout.names)
    return line.getvalue()


def _help(language: Language) -> SheetTemplate:
    heads = [
        text("sheet"), text("column"), text("needed"), text("what belongs in it"),
        text("words allowed"), text("examples"),
    ]  # fmt: skip
    columns = tuple(head.render(language) for head in heads)
    required = text("yes").render(language)
    rows = []
    for layout in SHEETS:
        for column in layout.columns:
            shown = dict.fromkeys(row.get(column.name, "") for row in EXAMPLES[layout.name])
            cells = (
                layout.name,
                column.name,
                required if column.required else "",
                column.help.render(language),
                ", ".join(column.choices),
                " | ".join(filter(None, shown)),
            )
            rows.append(dict(zip(columns, cells, strict=True)))
    return SheetTemplate(_HELP_NAMES.get(language.code, "help"), columns, rows=tuple(rows))


def _readme(language: Language, title: str) -> str:
    paragraphs = [
        text(
            "This folder is a study: plain files that can be kept for years, edited in a "
            "spreadsheet and put under version control."
        ),
        text(
            "{settings} holds the title, the profiles to judge by and the house rules. Every "
            "key is explained in it.",
            settings=SETTINGS_FILE,
        ),
        text(
            "The tables have a header and nothing below it yet; the lines that begin with # "
            "explain the columns and show example rows. Fill lots.csv first: every other table "
            "repeats its lots, in the same spelling."
        ),
        text(
            "If you work in Excel: move {workbook} up into this folder and delete the CSV "
            "files. It holds the same tables, with lists to choose from.",
            workbook=f"{TEMPLATES_FOLDER}/{WORKBOOK}.xlsx",
        ),
        text(
            "Put the files of the instruments under raw. Stroma never writes there. Everything "
            "it makes lies under results, which can be deleted at any time."
        ),
        text(
            "Then run: stroma run . Whatever is wrong or missing is listed with its file, row "
            "and column, and what to do about it."
        ),
    ]
    body = "\n\n".join(paragraph.render(language) for paragraph in paragraphs)
    return f"# {title}\n\n{body}\n"
