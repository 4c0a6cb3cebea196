"""``stroma evidence new``: a review folder to fill."""

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
        The group of commands.
    language
        Of the help.
    """

    @app.command(
        "new",
        help=text("Make a review folder with a protocol to fill in.").render(language),
    )
    def new(
        folder: Path = typer.Argument(
            help=text("The folder to make; it must not exist yet, or be empty.").render(language)
        ),
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.review_folder import PROTOCOL, SEARCHES, new_review

        reader = options.chosen_language(lang, language)
        for path in new_review(folder, reader):
            typer.echo(str(path))
        typer.echo(
            text(
                "Fill in {protocol} first, put the exports of the searches into {searches}, then: "
                "stroma evidence screen {folder} --person NAME",
                protocol=folder / PROTOCOL,
                searches=folder / SEARCHES,
                folder=folder,
            ).render(reader)
        )
