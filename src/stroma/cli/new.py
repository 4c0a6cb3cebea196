"""``stroma new``: a study folder to fill."""

from __future__ import annotations

from pathlib import Path

import typer

from stroma.cli import options
from stroma.texts import Language, text


def register(app: typer.Typer, language: Language) -> None:
    """Add the command.

    Parameters
    ----------
    app
        The command line.
    language
        Of the help.
    """

    @app.command("new", help=text("Make a study folder with filled templates.").render(language))
    def new(
        folder: Path = typer.Argument(
            help=text("The folder to make; it must not exist yet.").render(language)
        ),
        lang: str = options.language_option(language),
        title: str = typer.Option("", help=text("Title of the study.").render(language)),
    ) -> None:
        from stroma.new_study import new_study

        reader = options.chosen_language(lang, language)
        written = new_study(folder, reader, title=title or None)
        for path in written:
            typer.echo(str(path))
        typer.echo(
            text(
                "Fill lots.csv first, put instrument files under {raw}, then: stroma run {folder}",
                raw=folder / "raw",
                folder=folder,
            ).render(reader)
        )
