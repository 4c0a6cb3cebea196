"""``stroma gate``: hand-drawn gates applied to an event file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.errors import Severity
from stroma.texts import Language, text

if TYPE_CHECKING:
    from stroma.gating_run import GatingRun


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
        "gate",
        help=text("Count the populations of gates drawn in another program in an FCS file.").render(
            language
        ),
    )
    def gate(
        file: Path = typer.Argument(help=text("The FCS file.").render(language)),
        gates: Path = typer.Option(
            ...,
            "--gates",
            help=text("GatingML 2.0, a FlowJo workspace, or gates frozen by Stroma.").render(
                language
            ),
        ),
        sample: str = typer.Option(
            "",
            "--sample",
            help=text(
                "Sample of the workspace, by name or number; by default the file's name."
            ).render(language),
        ),
        data_set: int = typer.Option(
            None,
            "--dataset",
            "--data-set",
            min=1,
            help=text("Which data set of the file.").render(language),
        ),
        freeze: Path = typer.Option(
            None,
            "--freeze",
            help=text("Also write the gates, with their hash, to this file.").render(language),
        ),
        gatingml: Path = typer.Option(
            None,
            "--gatingml",
            help=text("Also write the gates to this file as GatingML 2.0.").render(language),
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        lang: str = options.language_option(language),
    ) -> None:
        from stroma import gating_run

        reader = options.chosen_language(lang, language)
        for path in (file, gates):
            if not path.is_file():
                raise typer.BadParameter(text("there is no file {file}", file=path).render(reader))
        run = gating_run.gate_file(file, gates, sample=sample or None, data_set=data_set)
        if freeze is not None:
            gating_run.freeze(run, freeze)
        if gatingml is not None:
            gating_run.export_gates(run, gatingml)
        output.print_problems(
            [problem for problem in run.problems if problem.severity is not Severity.NOTE], reader
        )
        if as_json:
            twin = gating_run.run_to_json(run)
            typer.echo(json.dumps(twin, ensure_ascii=False, indent=2, allow_nan=False))
        else:
            _print(run, reader)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(run.problems) else DONE)


def _print(run: GatingRun, reader: Language) -> None:
    """Print the tree of populations, each with its count and its share of its parent."""
    for problem in run.problems:
        if problem.severity is Severity.NOTE:
            typer.echo(problem.render(reader), err=True)
    counts = {each.identifier: each.count for each in run.result.populations}
    typer.echo(f"{run.events.origin.file}  {reader.number(len(run.events), 0)}")
    for each in run.result.populations:
        whole = len(run.events) if each.parent is None else counts[each.parent]
        share = f"{reader.number(100 * each.count / whole, 2)} %" if whole else "–"
        indent = "  " * len(each.path)
        typer.echo(f"{indent}{each.name}  {reader.number(each.count, 0)}  {share}")
