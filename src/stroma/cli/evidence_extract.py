"""``stroma evidence extract``: what people take from papers, as printed and in one unit."""

from __future__ import annotations

import csv
import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.texts import Language, Text, join, text, texts

if TYPE_CHECKING:
    from stroma.errors import Problem
    from stroma.evidence.review_records import Extraction, Review

SCHEMA_VERSION = "1"
_ADDED_BY_HAND = "--add"


def register(app: typer.Typer, language: Language) -> None:
    """Add the command.

    Parameters
    ----------
    app
        The group of commands.
    language
        Of the help.
    """

    @app.command(
        "extract",
        help=text(
            "Keep the figures of the papers: as printed, in one unit beside it, and checked for "
            "what cannot be."
        ).render(language),
    )
    def extract(
        review: Path = typer.Argument(
            None, help=text("The folder of the review.").render(language), show_default=False
        ),
        table: Path = typer.Option(
            None,
            "--from",
            help=text("Add the rows of this table (CSV or workbook).").render(language),
        ),
        cells: list[str] = typer.Option(
            [],
            "--add",
            help=text("Add one row: a column and its cell as value=61.2, once for each.").render(
                language
            ),
        ),
        person: str = typer.Option(
            "", "--check-by", help=text("Who has read the rows again.").render(language)
        ),
        checked: list[str] = typer.Option(
            [], "--extraction", help=text("A row this person has checked.").render(language)
        ),
        recalculate: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--recalculate",
            help=text("Fill the calculated columns also where another figure stands.").render(
                language
            ),
        ),
        template: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--template",
            help=text("Print the header of a table to fill, with an example.").render(language),
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        lang: str = options.language_option(language),
    ) -> None:
        reader = options.chosen_language(lang, language)
        if template:
            _print_template(reader)
            raise typer.Exit(DONE)
        if review is None:
            raise typer.BadParameter(
                text("name the folder of the review").render(reader), param_hint="REVIEW"
            )
        if bool(person) != bool(checked):
            raise typer.BadParameter(
                text("name the person with --check-by and each row with --extraction").render(
                    reader
                )
            )
        _extract(review, table, cells, person, checked, recalculate, as_json, reader)


def _extract(
    folder: Path,
    table: Path | None,
    cells: list[str],
    person: str,
    checked: list[str],
    recalculate: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    reader: Language,
) -> None:
    from stroma.evidence.extraction.extractions import is_whole, parse_extractions
    from stroma.evidence.extraction.update import filled_text
    from stroma.review_folder import (
        EXTRACTIONS,
        open_review,
        read_extractions,
        write_extractions,
    )

    review = open_review(folder)
    before = read_extractions(folder)
    written = before
    added: tuple[str, ...] = ()
    problems: list[Problem] = []
    if is_whole(before):
        written, added, problems = _added(review, before, table, cells, reader)
        if person:
            written = _with_checker(written, person, checked, reader)
        rows, wrong = parse_extractions(written, file=EXTRACTIONS)
        written = filled_text(written, rows, wrong, everywhere=recalculate)
        write_extractions(folder, written, before=before)
    review, found = _checked(review, written)
    problems += found
    output.print_problems(problems, reader, reported=False)
    if as_json:
        output.print_json(_json(review, added, problems))
    else:
        _print(review, added, reader)
    raise typer.Exit(DATA_PROBLEM if output.needs_attention(problems) else DONE)


def _checked(review: Review, written: str) -> tuple[Review, list[Problem]]:
    """Return the review with the rows of a text, and what is wrong with them in their order."""
    from stroma.evidence.extraction.arithmetic import check_extractions
    from stroma.evidence.extraction.extractions import parse_extractions
    from stroma.evidence.extraction.update import (
        check_publications,
        check_readers,
        hold_to_records,
    )
    from stroma.review_folder import EXTRACTIONS

    read, wrong = parse_extractions(written, file=EXTRACTIONS)
    group_of = {member.record: member.group for member in review.members}
    rows, unknown = hold_to_records(read, review.references, group_of, file=EXTRACTIONS)
    review = replace(review, extractions=rows)
    problems = [
        *wrong,
        *unknown,
        *check_publications(rows, review, file=EXTRACTIONS),
        *check_readers(rows, review.protocol.people, file=EXTRACTIONS),
        *check_extractions(rows, file=EXTRACTIONS),
    ]
    return review, sorted(problems, key=lambda problem: problem.place.row or 0)


def _added(
    review: Review, before: str, table: Path | None, cells: list[str], reader: Language
) -> tuple[str, tuple[str, ...], list[Problem]]:
    """Return the text with the new rows, their names and what is wrong with those left out."""
    from stroma.errors import Severity
    from stroma.evidence.extraction.extractions import parse_new_extractions
    from stroma.evidence.extraction.update import add_rows, hold_to_records

    sources = [] if table is None else [(table.name, _table_text(table, reader))]
    if cells:
        sources.append((_ADDED_BY_HAND, _row_text(cells, reader)))
    group_of = {member.record: member.group for member in review.members}
    written = before
    keys: tuple[str, ...] = ()
    held = list(review.extractions)
    problems: list[Problem] = []
    for file, source in sources:
        rows, wrong = parse_new_extractions(source, file=file)
        known, unknown = hold_to_records(rows, review.references, group_of, file=file)
        added = add_rows(held, written, known, file=file)
        # What is doubtful in a row that comes in is said of the row where it then stands.
        said_later = {row.row for row in known}
        found = [
            problem
            for problem in wrong
            if problem.severity is not Severity.NOTE and problem.place.row not in said_later
        ]
        problems += [*found, *unknown, *added.problems]
        written, keys = added.written, (*keys, *added.keys)
    if cells:
        problems = [_without_row(problem) for problem in problems]
    return written, keys, problems


def _without_row(problem: Problem) -> Problem:
    if problem.place.file != _ADDED_BY_HAND:
        return problem
    return replace(problem, place=replace(problem.place, row=None))


def _table_text(table: Path, reader: Language) -> str:
    """Return the text of a table; a workbook's cells as text, each in its own row."""
    from stroma.formats.encoding import decode
    from stroma.formats.raw import read_raw
    from stroma.formats.sheets import read_sheet
    from stroma.formats.workbooks import is_workbook

    if not table.is_file():
        raise typer.BadParameter(
            text("there is no file {file}", file=table).render(reader), param_hint="--from"
        )
    raw = read_raw(table, file=table.name)
    if not is_workbook(raw.data):
        return decode(raw.data, place=raw.place)
    sheet = read_sheet(table, file=table.name)[0]
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    first = min((row.number for row in sheet.rows), default=2)
    lines = {first - 1: list(sheet.columns)}
    lines |= {row.number: [row.cells[name] for name in sheet.columns] for row in sheet.rows}
    for number in range(1, max(lines) + 1):
        writer.writerow(lines.get(number, []))
    return target.getvalue()


def _row_text(cells: list[str], reader: Language) -> str:
    from stroma.evidence.extraction.words import CALCULATED, COLUMNS

    row: dict[str, str] = {}
    known = [column for column in COLUMNS if column not in (*CALCULATED, "extraction")]
    for cell in cells:
        column, sign, value = cell.partition("=")
        if not sign or column.strip() not in known:
            raise typer.BadParameter(
                text(
                    "“{cell}”: write column=cell with one of the columns {known}",
                    cell=cell,
                    known=", ".join(known),
                ).render(reader),
                param_hint="--add",
            )
        row[column.strip()] = value.strip()
    target = io.StringIO()
    # A row lacks no required column, so that each empty one is named with what belongs into it.
    csv.writer(target).writerows([known, [row.get(column, "") for column in known]])
    return target.getvalue()


def _with_checker(written: str, person: str, checked: list[str], reader: Language) -> str:
    from stroma.evidence.extraction.extractions import parse_extractions, updated_text
    from stroma.review_folder import EXTRACTIONS

    rows = {row.key: row for row in parse_extractions(written, file=EXTRACTIONS)[0]}
    changed: list[Extraction] = []
    for key in checked:
        row = rows.get(key)
        if row is None:
            refusal = text("there is no row {key} that can be read", key=key)
        elif row.extractor == person:
            refusal = text(
                "{person} read {key} first: a second person has to check it",
                person=person,
                key=key,
            )
        elif row.checker and row.checker != person:
            refusal = text("{key} was checked by {person}", key=key, person=row.checker)
        else:
            changed.append(replace(row, checker=person))
            continue
        raise typer.BadParameter(refusal.render(reader), param_hint="--extraction")
    return updated_text(written, changed)


def _print_template(reader: Language) -> None:
    from stroma.evidence.extraction.words import CALCULATED, COLUMNS, EXAMPLE, MEANINGS

    columns = [column for column in COLUMNS if column not in (*CALCULATED, "extraction")]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerow([EXAMPLE.get(column, "") for column in columns])
    for column in columns:
        sys.stderr.write(f"{column:<12} {MEANINGS[column].render(reader)}\n")


def _unchecked(review: Review) -> list[str]:
    return [row.key for row in review.extractions if not row.checker]


def _print(review: Review, added: tuple[str, ...], reader: Language) -> None:
    rows = review.extractions
    unchecked = _unchecked(review)
    papers = len({row.group for row in rows})
    lines = [
        texts("{count} figure or direction", "{count} figures and directions", len(rows)),
        texts("from {count} publication", "from {count} publications", papers),
        texts("{count} added", "{count} added", len(added)),
        texts("{count} not checked by a second person",
              "{count} not checked by a second person", len(unchecked)),
    ]  # fmt: skip
    sys.stdout.write("; ".join(line.render(reader) for line in lines) + "\n")
    for row in rows:
        if row.key in added:
            sys.stdout.write(f"  {_words(row).render(reader)}\n")
    if unchecked:
        from stroma.spans import in_spans

        listed = text("Not checked: {rows}", rows=in_spans(unchecked))
        sys.stdout.write(listed.render(reader) + "\n")


def _words(row: Extraction) -> Text:
    from stroma.analytes import quantity_label
    from stroma.unit_words import with_unit

    of = join([quantity_label(row.quantity, row.analyte), row.tissue])
    canonical = row.canonical
    if canonical is None and row.value is not None:
        printed = f"{row.bound}{row.written.get('value', row.value)} {row.unit}".strip()
        return text("{key}: {of}, {printed} as printed", key=row.key, of=of, printed=printed)
    if canonical is None or canonical.value is None:
        return text("{key}: {of}, {record}", key=row.key, of=of, record=row.group)
    value = with_unit(join([canonical.value]), canonical.unit)
    if canonical.spread is None:
        return text("{key}: {of}, {value}", key=row.key, of=of, value=value)
    return text(
        "{key}: {of}, {value}, SD {spread} ({conversion})",
        key=row.key,
        of=of,
        value=value,
        spread=canonical.spread,
        conversion="; ".join(canonical.conversion),
    )


def _json(review: Review, added: tuple[str, ...], problems: list[Problem]) -> dict[str, object]:
    from stroma.criteria.json_twin import problems_to_json
    from stroma.evidence.extraction.extractions import extraction_cells

    return {
        "schema_version": SCHEMA_VERSION,
        "command": "stroma evidence extract",
        "extractions": [_row_json(row, extraction_cells(row)) for row in review.extractions],
        "added": list(added),
        "not_checked": _unchecked(review),
        "problems": problems_to_json(problems),
    }


def _row_json(row: Extraction, cells: dict[str, str]) -> dict[str, object]:
    canonical = row.canonical
    return {
        **{name: cell for name, cell in cells.items() if not name.startswith(("canonical",
           "estimated", "conversion"))},
        "n": row.n,
        "canonical": None
        if canonical is None
        else {
            "value": canonical.value,
            "spread": canonical.spread,
            "low": canonical.low,
            "high": canonical.high,
            "unit": canonical.unit,
            "conversion": list(canonical.conversion),
            "estimated_mean": canonical.estimated_mean,
            "estimated_spread": canonical.estimated_spread,
        },
    }  # fmt: skip
