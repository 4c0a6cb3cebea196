"""``stroma freeze``: the gates of a lot, kept to be applied to later lots as they are."""

from __future__ import annotations

from pathlib import Path

import typer

from stroma.cli import DATA_PROBLEM, DONE, options
from stroma.texts import Language, Text, text


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
        "freeze",
        help=text(
            "Find the gates of a lot and keep them in a file, with a hash, for later lots."
        ).render(language),
    )
    def freeze(
        study: Path = typer.Argument(help=text("The study folder.").render(language)),
        lot: str = typer.Option(
            ..., "--lot", help=text("The lot whose gates are kept.").render(language)
        ),
        out: Path = typer.Option(
            ..., "--out", help=text("The file to write, which ends in .json.").render(language)
        ),
        name: str = typer.Option(
            "",
            "--name",
            help=text("Name of the strategy; by default the file's, without ending.").render(
                language
            ),
        ),
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.cli import output
        from stroma.formats.frozen_strategy import strategy_sha256, strategy_text
        from stroma.panel_run import freeze_lot, gates_not_found
        from stroma.pipeline import open_study

        reader = options.chosen_language(lang, language)
        if not study.is_dir():
            raise typer.BadParameter(
                text("there is no folder {folder}", folder=study).render(reader)
            )
        if out.suffix != ".json":
            raise typer.BadParameter(
                text("{file} does not end in .json", file=out).render(reader), param_hint="--out"
            )
        if not out.parent.is_dir():
            raise typer.BadParameter(
                text("there is no folder {folder}", folder=out.parent).render(reader),
                param_hint="--out",
            )
        opened = open_study(study)
        strategy = freeze_lot(opened, lot, name=name or out.stem)
        written = strategy_text(strategy)
        if out.exists() and not (out.is_file() and out.read_bytes() == written.encode("utf-8")):
            raise typer.BadParameter(
                text(
                    "{file} exists and holds something else; a frozen strategy is never "
                    "overwritten, so name another file",
                    file=out,
                ).render(reader),
                param_hint="--out",
            )
        out.write_text(written, encoding="utf-8", newline="\n")
        typer.echo(f"{strategy.name}@{strategy_sha256(strategy)}")
        missing = tuple(gates_not_found(opened, strategy))
        output.print_problems(missing, reader)
        typer.echo(_how_to_apply(study, out).render(reader), err=True)
        raise typer.Exit(DATA_PROBLEM if missing else DONE)


def _how_to_apply(study: Path, out: Path) -> Text:
    root, file = study.resolve(), out.resolve()
    if file.is_relative_to(root):
        return text(
            'To apply it: strategy = "{file}" in the section cleaning of study.toml',
            file=file.relative_to(root).as_posix(),
        )
    return text(
        'To apply it: put {file} into the study folder, and strategy = "{file}" into the section '
        "cleaning of study.toml",
        file=out.name,
    )
