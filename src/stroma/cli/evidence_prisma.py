"""``stroma evidence prisma``: how many records went which way, and the picture of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.texts import Language, Text, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stroma.errors import Problem
    from stroma.evidence.prisma.records import PrismaFlow
    from stroma.evidence.prisma.words import BoxWords

SCHEMA_VERSION = "1"


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
        "prisma",
        help=text(
            "Count the PRISMA 2020 flow from the decisions, and draw it where a file is named."
        ).render(language),
    )
    def prisma(
        review: Path = typer.Argument(help=text("The folder of the review.").render(language)),
        out: Path = typer.Option(
            None, "--out", help=text("Draw the flow to this SVG file.").render(language)
        ),
        new: list[str] = typer.Option(
            [],
            "--new",
            help=text(
                "An export of an update, by its name in the folder searches: the flow is then of "
                "its records, beside the earlier version. May be given again."
            ).render(language),
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        lang: str = options.language_option(language),
    ) -> None:
        reader = options.chosen_language(lang, language)
        refusal = None if out is None else _wrong_figure(out)
        if refusal is not None:
            raise typer.BadParameter(refusal.render(reader), param_hint="--out")
        from stroma.evidence.prisma.flow import flow, search_problems
        from stroma.review_folder import EXTRACTIONS, SEARCHES, open_review

        held = open_review(review)
        exports = {
            f"{SEARCHES}/{name.replace(chr(92), '/').removeprefix(f'{SEARCHES}/')}" for name in new
        }
        counted = flow(held, new_exports=exports)
        # What was taken from papers has no bearing on how they came in.
        of_flow = (one for one in held.problems if one.place.file != EXTRACTIONS)
        problems = (*of_flow, *search_problems(held))
        output.print_problems(problems, reader, reported=False)
        if out is not None:
            _draw(counted, out, reader)
        if as_json:
            output.print_json(_json(counted, problems))
        else:
            _print(counted, reader)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(problems) else DONE)


def _wrong_figure(figure: Path) -> Text | None:
    """Say why a flow cannot be drawn to a file, before anything is read."""
    if figure.suffix.lower() != ".svg":
        return text("the flow is an SVG file: write a name that ends in .svg")
    if not figure.parent.is_dir():
        return text("there is no folder {folder}", folder=figure.parent)
    if figure.is_dir():
        return text("{folder} is a folder", folder=figure)
    return None


def _draw(counted: PrismaFlow, figure: Path, reader: Language) -> None:
    from stroma.figures.control_chart import standalone
    from stroma.figures.prisma_flow import prisma_flow
    from stroma.formats.table_writing import replace_file

    replace_file(figure, standalone(prisma_flow(counted, reader)).encode())


def _print(counted: PrismaFlow, reader: Language) -> None:
    from stroma.evidence.prisma.words import earlier_words, flow_rows

    if counted.previous is not None:
        _say(earlier_words(counted.previous), reader, "")
    for row in flow_rows(counted):
        _say(row.main, reader, "")
        for side in row.sides:
            _say(side, reader, "  → ")


def _say(words: BoxWords, reader: Language, before: str) -> None:
    sys.stdout.write(f"{before}{words.head.render(reader)}\n")
    for item in words.items:
        sys.stdout.write(f"{' ' * len(before)}    {item.render(reader)}\n")


def _json(counted: PrismaFlow, problems: Sequence[Problem]) -> dict[str, object]:
    from stroma.criteria.json_twin import problems_to_json

    previous = counted.previous
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "stroma evidence prisma",
        "previous": None
        if previous is None
        else {
            "studies": previous.studies,
            "reports": previous.reports,
            "later_reports": previous.later_reports,
            "undecided": previous.undecided,
        },
        "identified": counted.identified,
        "sources": [
            {"name": source.name, "records": source.records, "is_register": source.is_register}
            for source in counted.sources
        ],
        "removed_before_screening": {
            "duplicates": counted.duplicates,
            "automation": counted.automation,
            "linked": counted.linked,
        },
        "screened": counted.screened,
        "excluded": counted.excluded,
        "awaiting_screening": counted.awaiting_screening,
        "disputed_screening": counted.disputed_screening,
        "sought": counted.sought,
        "not_retrieved": counted.not_retrieved,
        "awaiting_full_text": counted.awaiting_full_text,
        "assessed": counted.assessed,
        "excluded_reports": [
            {"criterion": line.criterion, "words": line.words, "reports": line.reports}
            for line in counted.excluded_reports
        ],
        "disputed_full_text": counted.disputed_full_text,
        "studies": counted.studies,
        "reports": counted.reports,
        "linked_reports": counted.linked_reports,
        "problems": problems_to_json(problems),
    }
