"""``stroma evidence pool``: what papers say together of two tissues, or what a plain table says."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.texts import Language, Text, text, texts

if TYPE_CHECKING:
    from stroma.errors import Problem
    from stroma.evidence.pooling.effect_records import Effect
    from stroma.evidence.pooling.models import ModelOptions
    from stroma.evidence.pooling.pool import PooledAnswer
    from stroma.pooled_table import PooledTable
    from stroma.pooling_run import PoolingResults

SCHEMA_VERSION = "1"


def register(app: typer.Typer, language: Language) -> None:
    """Add the command.

    Parameters
    ----------
    app
        The group of commands.
    language
        Of the help.
    """

    @app.command(
        "pool",
        help=text(
            "Pool what papers say of two tissues: contrasts within papers, and apart between "
            "papers. Without a review, the one that comes with Stroma; with --table, any table of "
            "estimates, means or counts."
        ).render(language),
    )
    def pool(
        review: Path = typer.Argument(
            None, help=text("The folder of the review.").render(language)
        ),
        quantity: str = typer.Option(
            None, "--quantity", help=text("Only this quantity.").render(language)
        ),
        analyte: str = typer.Option(
            None, "--analyte", help=text("Only this marker or lineage.").render(language)
        ),
        sources: str = typer.Option(
            "",
            "--sources",
            help=text("Only these tissues, with commas between them.").render(language),
        ),
        method: str = typer.Option(
            "REML",
            "--method",
            help=text("REML, ML, DL, PM, EB, HE, SJ, DLIT or EE (equal effects).").render(language),
        ),
        hartung_knapp: bool = typer.Option(  # noqa: FBT001
            True,  # noqa: FBT003
            "--hartung-knapp/--no-hartung-knapp",
            help=text("Hartung and Knapp's interval; the normal one without.").render(language),
        ),
        estimated: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--estimated",
            help=text("Use means and SD estimated from ranges and quartiles too.").render(language),
        ),
        figures: Path = typer.Option(
            None,
            "--figures",
            help=text("Draw forest and funnel plots into this folder.").render(language),
        ),
        table: Path = typer.Option(
            None,
            "--table",
            help=text("Pool this CSV file or workbook instead of a review.").render(language),
        ),
        measure: str = typer.Option(
            "",
            "--measure",
            help=text(
                "With --table: what to make of its columns, as metafor names it (MD, SMD, ROM, RR, "
                "OR, RD, PLO, MN, ...)."
            ).render(language),
        ),
        mods: str = typer.Option(
            "",
            "--mods",
            help=text("With --table: columns of moderators, with commas.").render(language),
        ),
        cluster: str = typer.Option(
            "",
            "--cluster",
            help=text(
                "With --table: the column of papers, where some give several estimates."
            ).render(language),
        ),
        decimal_mark: str = options.decimal_mark_option(language),
        encoding: str = options.encoding_option(language),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        lang: str = options.language_option(language),
    ) -> None:
        reader = options.chosen_language(lang, language)
        options.check_decimal_mark(decimal_mark, reader)
        _check(review, table, [measure, mods, cluster, decimal_mark, encoding],
               [quantity, analyte, sources, figures, estimated], reader)  # fmt: skip
        if figures is not None and figures.exists() and not figures.is_dir():
            raise typer.BadParameter(
                text("{file} is no folder", file=figures).render(reader), param_hint="--figures"
            )
        from stroma.pooling_run import model_options, pool_review

        with options.misuse(reader):
            chosen = model_options(method, hartung_knapp=hartung_knapp)
        if table is not None:
            with options.misuse(reader):
                problems = _table(
                    table, chosen, reader, measure=measure, mods=_words(mods), cluster=cluster,
                    decimal_mark=decimal_mark, encoding=encoding, as_json=as_json,
                )  # fmt: skip
            raise typer.Exit(DATA_PROBLEM if output.needs_attention(problems) else DONE)
        with options.misuse(reader):
            results = pool_review(
                review,
                quantity=quantity,
                analyte=analyte,
                sources=_words(sources),
                use_estimated=estimated,
                options=chosen,
            )
        output.print_problems(results.problems, reader, reported=False)
        if figures is not None:
            _draw(results.answers, figures, reader, silent=as_json)
        if as_json:
            output.print_json(_json(results))
        else:
            _print(results.answers, reader, whole=quantity is not None)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(results.problems) else DONE)


def _words(written: str) -> list[str]:
    return [word.strip() for word in written.split(",") if word.strip()]


def _check(
    review: Path | None,
    table: Path | None,
    of_table: Iterable[object],
    of_review: Iterable[object],
    reader: Language,
) -> None:
    """Refuse options that have no sense together."""
    if table is not None and (review is not None or any(of_review)):
        raise typer.BadParameter(
            text("a table is pooled by itself, without a review and its options").render(reader),
            param_hint="--table",
        )
    if table is None and any(of_table):
        raise typer.BadParameter(
            text("name the table that it is about").render(reader), param_hint="--table"
        )


# --- a review ------------------------------------------------------------------------------------


def _question(answer: PooledAnswer) -> tuple[str, str, tuple[str, str]]:
    return answer.quantity, answer.analyte, answer.sources


def _print(answers: Sequence[PooledAnswer], reader: Language, *, whole: bool) -> None:
    from stroma.evidence.pooling.words import (
        asked,
        detail_lines,
        headline,
        kind_word,
        refusal_lines,
    )

    shown, silent, voted = 0, 0, 0
    for _, held in groupby(answers, key=_question):
        kinds = list(held)
        if not whole and not any(answer.effects for answer in kinds):
            silent += 1
            voted += any(answer.votes for answer in kinds)
            continue
        shown += 1
        sys.stdout.write(f"\n{asked(kinds[0]).render(reader)}\n")
        for answer in kinds:
            sign = "–" if answer.estimate is None else "◆"
            sys.stdout.write(
                f"  {sign} {kind_word(answer.kind).render(reader)}: "
                f"{headline(answer).render(reader)}\n"
            )
            for effect in answer.effects:
                sys.stdout.write(f"      {_effect_line(answer, effect).render(reader)}\n")
            for line in detail_lines(answer):
                sys.stdout.write(f"    · {line.render(reader)}\n")
        for line in refusal_lines(kinds):
            sys.stdout.write(f"  – {line.render(reader)}\n")
    if not shown and not silent:
        sys.stdout.write(text("no evidence held").render(reader) + "\n")
    if silent:
        told = texts(
            "{count} question has no figure that could be pooled; {voted} of them have stated "
            "directions. Name it with --quantity to see why.",
            "{count} questions have no figure that could be pooled; {voted} of them have stated "
            "directions. Name one with --quantity to see why.",
            silent,
            voted=voted,
        )
        sys.stdout.write(f"\n{told.render(reader)}\n")


def _effect_line(answer: PooledAnswer, effect: Effect) -> Text:
    from stroma.evidence.pooling.words import arm_words, donors_word, effect_label, effect_words
    from stroma.stats.meta.pooling import critical_value

    if len(effect.arms) == 1:
        numbers = arm_words(answer, effect.arms[0])
    else:
        half = critical_value(0.95, None) * effect.variance**0.5
        numbers = effect_words(answer, effect.value, effect.value - half, effect.value + half)
    return text(
        "{label}: {numbers}; {donors}; rows {rows}",
        label=effect_label(effect),
        numbers=numbers,
        donors=donors_word(effect),
        rows=", ".join(arm.row for arm in effect.arms),
    )


def _draw(answers: Sequence[PooledAnswer], folder: Path, reader: Language, *, silent: bool) -> None:
    from stroma.figures.control_chart import standalone
    from stroma.formats.table_writing import replace_file
    from stroma.report.pooled_figures import forest_figure, funnel_figure

    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for (quantity, analyte, sources), held in groupby(answers, key=_question):
        kinds = list(held)
        if not any(answer.effects for answer in kinds):
            continue
        name = _file_name(quantity, analyte, *sources)
        drawn = {f"forest_{name}.svg": forest_figure(kinds, reader)}
        funnel = funnel_figure(kinds[0], reader)
        if funnel is not None:
            drawn[f"funnel_{name}.svg"] = funnel
        for file, svg in drawn.items():
            replace_file(folder / file, standalone(svg).encode())
            written += 1
    if not silent:
        told = texts("{count} figure in {folder}", "{count} figures in {folder}", written,
                     folder=folder)  # fmt: skip
        sys.stdout.write(told.render(reader) + "\n")


def _file_name(*words: str) -> str:
    joined = "_".join(word for word in words if word)
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in joined)[:120]


def _json(results: PoolingResults) -> dict[str, object]:
    from stroma.criteria.json_twin import problems_to_json
    from stroma.evidence.pooling.json_twin import answers_to_json
    from stroma.provenance import versions

    return {
        **answers_to_json(results.answers),
        "command": "stroma evidence pool",
        "versions": dict(versions()),
        "inputs": [{"file": file.file, "sha256": file.sha256} for file in results.files],
        "problems": problems_to_json(results.problems),
    }


# --- a table -------------------------------------------------------------------------------------


def _table(
    table: Path,
    chosen: ModelOptions,
    reader: Language,
    *,
    measure: str,
    mods: Sequence[str],
    cluster: str,
    decimal_mark: str,
    encoding: str,
    as_json: bool,
) -> tuple[Problem, ...]:
    from stroma.pooled_table import pool_table
    from stroma.pooled_table_words import table_lines, table_to_json

    pooled: PooledTable = pool_table(
        table,
        measure=measure,
        mods=mods,
        cluster=cluster,
        options=chosen,
        decimal_mark=decimal_mark or None,
        encoding=encoding or None,
    )
    output.print_problems(pooled.problems, reader, reported=False)
    if as_json:
        output.print_json(table_to_json(pooled))
    else:
        for line in table_lines(pooled):
            sys.stdout.write(line.render(reader) + "\n")
    return pooled.problems
