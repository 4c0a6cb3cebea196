"""``stroma evidence``: the commands of a review, each in a module of its own."""

from __future__ import annotations

import typer

from stroma.cli import evidence_dedup, evidence_extract, evidence_import, evidence_prisma
from stroma.texts import Language, text

COMMANDS = (evidence_import, evidence_dedup, evidence_extract, evidence_prisma)
"""Each has ``register(app, language)``."""


def register(app: typer.Typer, language: Language) -> None:
    """Add the group of commands.

    Parameters
    ----------
    app
        The command line.
    language
        Of the help.
    """
    evidence = typer.Typer(
        help=text("Review the literature: from search exports to what they say together.").render(
            language
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    for command in COMMANDS:
        command.register(evidence, language)
    app.add_typer(evidence, name="evidence")
