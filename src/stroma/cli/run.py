"""``stroma run``: a study folder to measurements, verdicts and a report."""

from __future__ import annotations

from pathlib import Path

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.texts import Language, text, texts


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
        "run", help=text("Measure and judge a study, and write its results.").render(language)
    )
    def run(
        study: Path = typer.Argument(help=text("The study folder.").render(language)),
        workers: int = options.workers_option(language),
        force: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--force",
            help=text("Make the results anew even if nothing changed.").render(language),
        ),
        lang: str = options.language_option(language),
    ) -> None:
        reader = options.chosen_language(lang, language)
        code = run_study(study, reader if lang else None,
                         workers=workers, force=force, console=reader)  # fmt: skip
        raise typer.Exit(code)


def run_study(
    folder: Path, reader: Language | None, *, workers: int, force: bool, console: Language
) -> int:
    """Run a study and write its results.

    Parameters
    ----------
    folder
        The study folder.
    reader
        Language of the report; ``None`` takes the study's own.
    workers
        Processes; 0 takes every core.
    force
        Whether to make the results anew even if nothing changed.
    console
        Language of what is printed.

    Returns
    -------
    int
        The exit code.
    """
    from stroma.locale import get_language
    from stroma.provenance import is_current, read_manifest, state_of
    from stroma.study.files import RESULTS_FOLDER
    from stroma.workers import executor_for

    if folder.is_file():
        raise typer.BadParameter(
            text("{path} is a file; name the folder of the study", path=folder).render(console)
        )
    if not folder.is_dir():
        raise typer.BadParameter(
            text("there is no folder {folder}; make one with: stroma new {folder}", folder=folder)
            .render(console)
        )  # fmt: skip
    results_folder = folder / RESULTS_FOLDER
    held = None if force else read_manifest(results_folder)
    with executor_for(workers, load="stroma.panel_run" if held is None else None) as executor:
        # Not before: the workers load the same modules at the same time.
        from stroma import pipeline
        from stroma.report.folder import write_results

        study = pipeline.open_study(folder)
        language = get_language(study.settings.language) if reader is None else reader
        inputs = None
        if held is not None:
            inputs = pipeline.input_hashes(study)
            if is_current(results_folder, state_of(inputs, language.code)):
                return _tell_current(held["attention"], results_folder, console)
        results = pipeline.run_study(
            study, executor=executor, progress=output.Progress(console), inputs=inputs
        )
    inputs = {origin.file: origin.sha256 for origin in results.provenance.inputs}
    write_results(results, results_folder, language, state=state_of(inputs, language.code))
    output.print_problems(results.problems, console)
    for judged in results.verdicts:
        title = f"{judged.profile.name} {judged.profile.version}"
        output.print_verdicts(title, judged.lots, console)
    if not study.settings.profiles:
        typer.echo(
            "\n" + text("No profile is declared in study.toml: no lot was judged.").render(console)
        )
    for choice in results.choices:
        typer.echo(f"\n{choice.application.label.render(console)}")
        typer.echo(choice.sentence.render(console))
    typer.echo("\n" + text("Report: {path}", path=results_folder / "report.html").render(console))
    return DATA_PROBLEM if output.needs_attention(results.problems) else DONE


def _tell_current(attention: int, folder: Path, console: Language) -> int:
    """Say that nothing changed, and return the exit code."""
    typer.echo(
        text(
            "Nothing changed since the last run; results are in {folder}. Use --force to "
            "make them anew.",
            folder=folder,
        ).render(console)
    )
    if attention:
        typer.echo(
            texts(
                "{count} problem asks for attention; the report lists it.",
                "{count} problems ask for attention; the report lists them.",
                attention,
            ).render(console)
        )
    return DATA_PROBLEM if attention else DONE
