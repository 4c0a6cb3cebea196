"""The commands and their help."""

from __future__ import annotations

import typer

from stroma._version import __version__
from stroma.cli import (
    choose,
    compare,
    demo,
    evidence,
    fcs,
    freeze,
    gate,
    judge,
    limits,
    new,
    plan,
    profiles,
    run,
    size,
    trend,
)
from stroma.texts import Language, text

COMMANDS = (
    new, run, demo, judge, profiles, compare, size, fcs, gate, freeze, choose, plan, trend, limits,
    evidence,
)  # fmt: skip
"""One module a command group; each has ``register(app, language)``."""


def build_app(language: Language) -> typer.Typer:
    """Return the command line in a language.

    Parameters
    ----------
    language
        Of the help and the messages.

    Returns
    -------
    typer.Typer
        The application.
    """
    app = typer.Typer(
        help=text(
            "From a cell-therapy laboratory's raw assay files to verdicts about mesenchymal "
            "stromal cells, each number traced to its file."
        ).render(language),
        rich_markup_mode=None,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    def show_version(value: bool) -> None:  # noqa: FBT001 - the signature of an option's callback
        if value:
            typer.echo(f"stroma {__version__}")
            raise typer.Exit

    @app.callback()
    def _root(
        _version: bool = typer.Option(  # noqa: FBT001 - typer's way to say a flag
            False,  # noqa: FBT003
            "--version",
            callback=show_version,
            is_eager=True,
            help=text("Print the version and stop.").render(language),
        ),
    ) -> None:
        pass

    for command in COMMANDS:
        command.register(app, language)
    return app
