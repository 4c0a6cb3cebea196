"""``stroma compare``: whether tissue sources differ, with the donor as the unit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.texts import Language, text

if TYPE_CHECKING:
    from stroma.comparison.questions import Request
    from stroma.comparison.results import Comparison
    from stroma.results import ComparisonResults

SIGNS = {"DIFFERENT": "≠", "EQUIVALENT": "≈", "UNDECIDED": "?"}
SHOWN = 3
"""Published rows that are printed; JSON and the report hold all."""


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
        "compare",
        help=text(
            "Tell whether tissue sources differ, with the donor as the unit: the questions of a "
            "study, or of a table (CSV or XLSX) every quantity that two sources hold."
        ).render(language),
    )
    def compare(
        study_or_table: Path = typer.Argument(
            help=text(
                "A study folder, or a table with the columns lot, donor, source, quantity, "
                "analyte, value, unit and optional passage."
            ).render(language)
        ),
        quantity: str = typer.Option(
            None, "--quantity", help=text("Only this quantity.").render(language)
        ),
        analyte: str = typer.Option(
            None, "--analyte", help=text("Only this marker or lineage.").render(language)
        ),
        sources: list[str] = typer.Option(
            [],
            "--sources",
            help=text("Only this tissue; give it once for each tissue.").render(language),
        ),
        margin: float = typer.Option(
            None,
            "--margin",
            help=text("The largest difference that would not matter.").render(language),
        ),
        unit: str = typer.Option(None, "--unit", help=text("Of the margin.").render(language)),
        adjust: str = typer.Option(
            None,
            "--adjust",
            metavar="holm|bh|none",
            help=text("How p values are adjusted over all questions.").render(language),
        ),
        covariates: list[str] = typer.Option(
            [],
            "--covariate",
            help=text("Adjust for donor_age, donor_sex or medium.").render(language),
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        workers: int = options.workers_option(language),
        decimal_mark: str = options.decimal_mark_option(language),
        encoding: str = options.encoding_option(language),
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.comparison.requests import make_request

        reader = options.chosen_language(lang, language)
        if not study_or_table.exists():
            raise typer.BadParameter(
                text("there is no file {file}", file=study_or_table).render(reader)
            )
        options.check_decimal_mark(decimal_mark, reader)
        with options.misuse(reader):
            request = make_request(
                quantity=quantity,
                analyte=analyte,
                sources=sources,
                margin=margin,
                unit=unit,
                covariates=covariates,
                adjust=adjust,
            )
        results = answer(
            study_or_table,
            request,
            workers=workers,
            decimal_mark=decimal_mark or None,
            encoding=encoding or None,
            reader=reader,
        )
        output.print_problems(
            results.problems, reader, reported=False, of_study=study_or_table.is_dir()
        )
        if as_json:
            print_json(results)
        else:
            for held in results.family.comparisons:
                _print(held, reader)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(results.problems) else DONE)


def answer(
    path: Path,
    request: Request,
    *,
    workers: int = 0,
    decimal_mark: str | None = None,
    encoding: str | None = None,
    reader: Language,
) -> ComparisonResults:
    """Answer what is asked of a study folder or a table.

    Parameters
    ----------
    path
        The folder or the file.
    request
        What is asked.
    workers
        Processes for a study's tubes; 0 takes every core.
    decimal_mark, encoding
        Of a table, where its columns leave them open.
    reader
        Language of the progress.

    Returns
    -------
    ComparisonResults
        The answers.
    """
    from stroma import answers, pipeline
    from stroma.workers import executor_for

    if not path.is_dir():
        return answers.compare_table(path, request, decimal_mark=decimal_mark, encoding=encoding)
    study = pipeline.open_study(path)
    with executor_for(workers) as executor:
        return answers.ask_study(
            study, request, executor=executor, progress=output.Progress(reader)
        )


def print_json(results: ComparisonResults) -> None:
    """Print answers as one JSON document.

    Parameters
    ----------
    results
        The answers.
    """
    from stroma.comparison.json_twin import family_to_json
    from stroma.criteria.json_twin import problems_to_json

    output.print_json(
        {
            **family_to_json(results.family),
            "command": results.provenance.command,
            "versions": dict(results.provenance.versions),
            "inputs": [
                {"file": origin.file, "sha256": origin.sha256}
                for origin in results.provenance.inputs
            ],
            "problems": problems_to_json(results.problems),
        }
    )


def _print(held: Comparison, language: Language) -> None:
    from stroma.comparison import wording

    sign = "–" if held.answer is None else SIGNS[held.answer]
    label = wording.answer_label(held.answer).render(language).upper()
    asked = wording.compared_label(held).render(language)
    pair = wording.pair_label(held).render(language)
    lines = [f"{sign} {label}  {asked}: {pair}", f"    {held.reason.render(language)}"]
    if held.answer is not None:
        lines += [f"    {told.render(language)}" for told in wording.design_lines(held)]
    lines += [f"    · {remark.render(language)}" for remark in held.design.remarks]
    if held.answer is not None:
        published = text("Published").render(language)
        if not held.published:
            lines.append(f"    {published}: {wording.NO_EVIDENCE.render(language)}")
        lines += [
            f"    {published}: {line.sentence.render(language)} [{line.citation}; "
            f"{wording.certainty_label(line.certainty).render(language)}]"
            for line in held.published[:SHOWN]
        ]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")
