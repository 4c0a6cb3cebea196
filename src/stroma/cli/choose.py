"""``stroma choose``: which source for an application, with what is known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.texts import Language, Number, Text, join, text
from stroma.vocabulary import tissue_label

if TYPE_CHECKING:
    from stroma.choosing.results import Choice

ASSAYS_SHOWN = 3
"""How many assays are listed by what knowing them is worth; JSON holds all."""


def register(app: typer.Typer, language: Language) -> None:
    """Add the command.

    Parameters
    ----------
    app
        The command line.
    language
        Of the help.
    """

    @app.command(
        "choose",
        help=text(
            "Put tissue sources beside each other for an application, by own lots and by what is "
            "published."
        ).render(language),
    )
    def choose(
        place: Path = typer.Argument(
            None,
            metavar="[STUDY_OR_TABLE]",
            help=text(
                "A study folder or a table of numbers; nothing for what is published alone."
            ).render(language),
        ),
        application: str = typer.Option(
            "", "--application", help=text("An application's name or file.").render(language)
        ),
        listed: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--list",
            help=text("List the applications and stop.").render(language),
        ),
        sources: list[str] = typer.Option(
            [],
            "--sources",
            help=text("Tissues, separated by commas; may be repeated.").render(language),
        ),
        weights: Path = typer.Option(
            None,
            "--weights",
            help=text(
                "A TOML file with exact weights, a ranking or intervals; without it all weights "
                "at once."
            ).render(language),
        ),
        decimal_mark: str = options.decimal_mark_option(language),
        encoding: str = options.encoding_option(language),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        lang: str = options.language_option(language),
    ) -> None:
        from stroma import answers
        from stroma.choosing.analysis import check_sources
        from stroma.choosing.json_twin import choice_to_json
        from stroma.choosing.known_applications import load_application
        from stroma.choosing.weights import ALL_WEIGHTS, load_weights
        from stroma.criteria.json_twin import problems_to_json

        reader = options.chosen_language(lang, language)
        if listed:
            _print_list(reader, as_json=as_json)
            return
        if not application:
            raise typer.BadParameter(
                text("name one; stroma choose --list lists them").render(reader),
                param_hint="--application",
            )
        if place is not None and not place.exists():
            raise typer.BadParameter(
                text("there is no file or folder {path}", path=place).render(reader)
            )
        if weights is not None and not weights.is_file():
            raise typer.BadParameter(
                text("there is no file {file}", file=weights).render(reader),
                param_hint="--weights",
            )
        options.check_decimal_mark(decimal_mark, reader)
        asked = load_application(application)
        named = [word.strip() for part in sources for word in part.split(",") if word.strip()]
        if named:
            with options.misuse(reader, hint="--sources"):
                check_sources(named)
        weighed = ALL_WEIGHTS if weights is None else load_weights(weights, asked)
        choice, problems = answers.choose(
            place,
            asked,
            sources=named,
            weights=weighed,
            decimal_mark=decimal_mark or None,
            encoding=encoding or None,
            progress=output.Progress(language),
        )
        is_study = place is not None and place.is_dir()
        output.print_problems(problems, reader, reported=False, of_study=is_study)
        if as_json:
            twin = choice_to_json(choice)
            output.print_json({**twin, "problems": problems_to_json(problems)})
        else:
            _print_choice(choice, reader)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(problems) else DONE)


def _print_list(language: Language, *, as_json: bool) -> None:
    from stroma.choosing.json_twin import application_to_json
    from stroma.choosing.known_applications import available_applications

    held = available_applications()
    if as_json:
        output.print_json([application_to_json(application) for application in held])
        return
    width = max(len(application.name) for application in held)
    for application in held:
        typer.echo(f"{application.name:<{width}}  {application.label.render(language)}")
        for attribute in application.attributes:
            typer.echo(f"{'':<{width}}    {attribute.name}: {attribute.label.render(language)}")


def _print_choice(choice: Choice, language: Language) -> None:
    from stroma.choosing.wording import percent

    application = choice.application
    labels = {attribute.name: attribute.label for attribute in application.attributes}
    lines: list[Text | str] = [
        text(
            "{label} ({name} {version})",
            label=application.label,
            name=application.name,
            version=application.version,
        ),
        choice.sentence,
        text("Weights: {sentence}", sentence=choice.weighting.sentence),
        "",
    ]
    ranks = [text("rank {rank}", rank=rank + 1) for rank in range(len(choice.sources))]
    table = [[text("source"), *ranks]]
    table += [
        [tissue_label(one.source), *(percent(share) for share in one.ranks)]
        for one in choice.acceptabilities
    ]
    lines += [*_columns(table, language), ""]
    table = [[text("attribute"), *(tissue_label(source) for source in choice.sources)]]
    table += [
        [held.attribute.label, *(score.origin.label for score in held.scores)]
        for held in choice.attributes
    ]
    lines += [*_columns(table, language), ""]
    lines += [
        text(
            "{attribute}, {source}: {remark}",
            attribute=held.attribute.label,
            source=tissue_label(score.source),
            remark=remark,
        )
        for held in choice.attributes
        for score in held.scores
        for remark in (score.disagreement, *score.remarks)
        if remark is not None
    ]
    if choice.unknown_sentence is not None:
        lines.append(choice.unknown_sentence)
    lines.append(choice.next_sentence)
    worths = [
        text(
            "{attribute} {points}",
            attribute=labels[one.attribute],
            points=Number(100 * one.value, 1),
        )
        for one in choice.assays[:ASSAYS_SHOWN]
    ]
    if worths:
        lines.append(
            text(
                "Worth of knowing an attribute of all sources, in percentage points: {worths}",
                worths=join(worths),
            )
        )
    for line in lines:
        sys.stdout.write((line.render(language) if isinstance(line, Text) else line) + "\n")


def _columns(table: list[list[Text]], language: Language) -> list[str]:
    cells = [[cell.render(language) for cell in row] for row in table]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
