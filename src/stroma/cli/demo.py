"""``stroma demo``: the example study, made from nothing and run."""

from __future__ import annotations

from pathlib import Path

import typer

from stroma.cli import options, output
from stroma.cli.run import run_study
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

    @app.command(
        "demo",
        help=text("Make the example study, run it, say where the report is.").render(language),
    )
    def demo(
        folder: Path = typer.Argument(
            Path("demo-study"), help=text("Where to make it.").render(language)
        ),
        workers: int = options.workers_option(language),
        lots: int = typer.Option(8, min=1, help=text("How many lots to make.").render(language)),
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.simulate.example import write_example_study

        reader = options.chosen_language(lang, language)
        if folder.exists() and not (folder / "truth.csv").is_file():
            raise typer.BadParameter(
                text("{folder} exists and is not an example study; name another folder",
                     folder=folder).render(language)
            )  # fmt: skip
        typer.echo(text("Making the example study in {folder}", folder=folder).render(reader))
        if not folder.exists():
            write_example_study(
                folder, lots=lots, language=reader, progress=output.Progress(language)
            )
        raise typer.Exit(run_study(folder, reader, workers=workers, force=False, console=reader))
