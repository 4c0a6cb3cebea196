"""``stroma evidence``: the commands of a review, each in a module of its own."""

from __future__ import annotations

import typer

from stroma.cli import (
    evidence_check,
    evidence_claims,
    evidence_dedup,
    evidence_extract,
    evidence_import,
    evidence_new,
    evidence_pool,
    evidence_prisma,
    evidence_screen,
    evidence_update,
)
from stroma.texts import Language, text

COMMANDS = (
    evidence_new,
    evidence_import,
    evidence_dedup,
    evidence_screen,
    evidence_extract,
    evidence_pool,
    evidence_prisma,
    evidence_update,
    evidence_claims,
    evidence_check,
)
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
