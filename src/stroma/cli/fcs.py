"""``stroma fcs``: what an FCS file holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer

from stroma.cli import options
from stroma.texts import Language, text, texts


def register(app: typer.Typer, language: Language) -> None:
    """Add the command.

    Parameters
    ----------
    app
        The command line.
    language
        Of the help.
    """

    @app.command("fcs", help=text("Say what an FCS file holds.").render(language))
    def fcs(
        file: Path = typer.Argument(help=text("The file.").render(language)),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        values: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--values",
            help=text("Add the first rows and the sum of each column, as stored.").render(language),
        ),
        data_set: int = typer.Option(
            None,
            "--dataset",
            "--data-set",
            min=1,
            help=text("Which data set of the file.").render(language),
        ),
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.fcs_overview import describe_fcs

        reader = options.chosen_language(lang, language)
        if not file.is_file():
            said = (
                text("{path} is a folder; name a file in it", path=file)
                if file.is_dir()
                else text("there is no file {file}", file=file)
            )
            raise typer.BadParameter(said.render(reader))
        description = describe_fcs(file, data_set=data_set, values=values)
        if as_json:
            typer.echo(json.dumps(description, ensure_ascii=False, indent=2, allow_nan=False))
        else:
            _print(description, reader)


def _print(description: dict[str, Any], reader: Language) -> None:
    head = [description["file"], description["version"], description["instrument"]]
    typer.echo("  ".join(part for part in head if part))
    typer.echo(texts("{count} event", "{count} events", description["events"]).render(reader))
    if description["datasets"] > 1:
        typer.echo(
            text(
                "data set {number} of {count}",
                number=description["dataset"],
                count=description["datasets"],
            ).render(reader)
        )
        for each in description["data_sets"]:
            events = texts("{count} event", "{count} events", each["events"]).render(reader)
            names = ", ".join(each["parameters"])
            typer.echo(f"  {each['number']}  {each['version']}  {events}  {names}")
    rows = [
        [str(each[key]) if each[key] is not None else "–" for key in ("name", "marker", "range")]
        for each in description["parameters"]
    ]
    if "sums" in description:
        sums = text("sum")
        rows = [
            [*row, f"{sums.render(reader)} {total}"]
            for row, total in zip(rows, description["sums"], strict=True)
        ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  " + "  ".join(cells).rstrip())
    for values in description.get("rows", []):
        typer.echo("  " + "  ".join(str(value) for value in values))
    for repair in description["repairs"]:
        typer.echo(f"! {repair['keyword']}: {repair['decision']}")
