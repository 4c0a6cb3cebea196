"""``stroma plan``: from donations to doses."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, MISUSE, options, output
from stroma.errors import StudyProblem
from stroma.texts import Language, Text, text
from stroma.vocabulary import tissue_label

if TYPE_CHECKING:
    from stroma.planning.results import DosePlan, SourcePlan


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
        "plan",
        help=text(
            "Plan doses from donations: how surely, how many donations, when, and which source."
        ).render(language),
    )
    def plan(
        where: Path = typer.Argument(
            None,
            help=text(
                "A study folder or a table of numbers, for the laboratory's own lots; without it "
                "published and declared values alone are taken."
            ).render(language),
        ),
        source: list[str] = typer.Option(
            [], "--source", help=text("A source of cells; may be given again.").render(language)
        ),
        doses: int = typer.Option(None, "--doses", help=text("Doses to make.").render(language)),
        dose_per_kg: float = typer.Option(
            None, "--dose-per-kg", help=text("Viable cells for a kilogram.").render(language)
        ),
        weight: float = typer.Option(
            None, "--weight", help=text("Body weight in kilograms.").render(language)
        ),
        dose_cells: float = typer.Option(
            None, "--dose-cells", help=text("Viable cells of a fixed dose.").render(language)
        ),
        confidence: float = typer.Option(
            None, "--confidence", help=text("Such as 0.9.").render(language)
        ),
        inputs: Path = typer.Option(
            None,
            "--inputs",
            help=text("A plan.toml with declared inputs; a study folder may hold one.").render(
                language
            ),
        ),
        template: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--template",
            help=text("Print a plan.toml to fill, and stop.").render(language),
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        lang: str = options.language_option(language),
    ) -> None:
        reader = options.chosen_language(lang, language)
        if template:
            from stroma.planning.template import plan_template

            sys.stdout.write(plan_template(reader))
            return
        if inputs is not None and not inputs.is_file():
            raise typer.BadParameter(text("there is no file {file}", file=inputs).render(reader))
        if where is not None and not where.exists():
            raise typer.BadParameter(text("there is no file {file}", file=where).render(reader))
        from stroma import answers
        from stroma.planning.json_twin import plan_to_json

        try:
            planned, problems = answers.plan_doses(
                where,
                inputs=inputs,
                asked={
                    "sources": tuple(source),
                    "doses": doses,
                    "dose_per_kg": dose_per_kg,
                    "weight": weight,
                    "dose_cells": dose_cells,
                    "confidence": confidence,
                },
            )
        except StudyProblem as wrong:
            # A problem without a file lies in the words of the command.
            if any(problem.place.file is not None for problem in wrong.problems):
                raise
            sys.stderr.write(wrong.render(reader) + "\n")
            raise typer.Exit(MISUSE) from None
        is_study = where is not None and where.is_dir()
        output.print_problems(problems, reader, reported=False, of_study=is_study)
        output.print_problems(planned.problems, reader, reported=False)
        if as_json:
            output.print_json(plan_to_json(planned, problems))
        else:
            _print(planned, reader)
        attention = output.needs_attention((*problems, *planned.problems))
        raise typer.Exit(DATA_PROBLEM if attention else DONE)


def _print(plan: DosePlan, language: Language) -> None:
    from stroma.planning.wording import break_even_told, endotoxin_told

    for source in plan.sources:
        _heading(tissue_label(source.source), language)
        _print_source(source, plan, language)
    if plan.break_evens:
        _heading(text("Which source"), language)
        for found in plan.break_evens:
            _line(found.label, break_even_told(found), language)
    if plan.endotoxin is not None:
        _heading(text("Endotoxin limit"), language)
        _say(endotoxin_told(plan.endotoxin), language)
        sys.stdout.write(f"  {plan.endotoxin.citation}\n")


def _print_source(source: SourcePlan, plan: DosePlan, language: Language) -> None:
    from stroma.planning.wording import ORIGINS, answers_told, input_labels, input_told

    for question, told in answers_told(source, plan.demand):
        _line(question, told, language)
    if source.not_counted:
        _line(text("Losses nobody has told"), input_labels(source.not_counted), language)
    for sentence in source.unanswered:
        _line(text("Not answered"), sentence, language)
    known = [one for one in source.inputs if one.distribution is not None]
    rests_on = [one for one in known if one.used or source.answers is None]
    head = text("What is known") if source.answers is None else text("What it rests on")
    if rests_on:
        sys.stdout.write(f"\n  {head.render(language)}\n")
    for one in rests_on:
        beside = [ORIGINS[one.origin].render(language), one.told.render(language), *one.citations]
        _line(one.kind.label, input_told(one), language, "; ".join(part for part in beside if part))
    for sentence in source.assumptions:
        _say(sentence, language)


def _heading(words: Text, language: Language) -> None:
    written = words.render(language)
    sys.stdout.write(f"\n{written[:1].upper()}{written[1:]}\n")


def _say(sentence: Text, language: Language) -> None:
    sys.stdout.write(f"  {sentence.render(language)}\n")


def _line(label: Text, told: Text, language: Language, beside: str = "") -> None:
    written = f"  {label.render(language):<46} {told.render(language)}"
    sys.stdout.write(f"{written:<80}  {beside}".rstrip() + "\n")
