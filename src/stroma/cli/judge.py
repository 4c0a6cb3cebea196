"""``stroma judge``: a table of numbers to verdicts."""

from __future__ import annotations

from pathlib import Path

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
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
        "judge",
        help=text("Judge a table of numbers (CSV or XLSX) under a profile.").render(language),
    )
    def judge(
        table: Path = typer.Argument(
            help=text(
                "Columns lot, source, quantity, analyte, value, unit; optional passage, low, "
                "high, n, citation."
            ).render(language)
        ),
        profile: str = typer.Option(
            ..., "--profile", help=text("A profile's name or file.").render(language)
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        report: Path = typer.Option(
            None, "--report", help=text("Also write an HTML report to this file.").render(language)
        ),
        decimal_mark: str = options.decimal_mark_option(language),
        encoding: str = options.encoding_option(language),
        lang: str = options.language_option(language),
    ) -> None:
        from stroma import answers
        from stroma.criteria.json_twin import problems_to_json, verdicts_to_json
        from stroma.criteria.known_profiles import load_profile

        reader = options.chosen_language(lang, language)
        if not table.is_file():
            raise typer.BadParameter(text("there is no file {file}", file=table).render(reader))
        options.check_decimal_mark(decimal_mark, reader)
        if report is not None and report.exists() and report.suffix.lower() != ".html":
            raise typer.BadParameter(
                text("{file} exists and is no HTML file; nothing was written", file=report).render(
                    reader
                ),
                param_hint="--report",
            )
        results = answers.judge_table(
            table,
            load_profile(profile),
            decimal_mark=decimal_mark or None,
            encoding=encoding or None,
        )
        (judged,) = results.verdicts
        if report is not None:
            from stroma.report.folder import write_report

            write_report(results, report, reader)
        output.print_problems(results.problems, reader)
        if as_json:
            twin = verdicts_to_json(judged.profile, judged.lots, provenance=False)
            output.print_json({**twin, "problems": problems_to_json(results.problems)})
        else:
            title = f"{judged.profile.name} {judged.profile.version}"
            output.print_verdicts(title, judged.lots, reader)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(results.problems) else DONE)
