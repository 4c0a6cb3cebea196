"""``stroma limits``: specification limits that lots in hand would support."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output, rows
from stroma.texts import Language, Number, text

if TYPE_CHECKING:
    from stroma.trends.results import LimitProposal

SIDES = ("both", "lower", "upper")


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
        "limits",
        help=text(
            "Propose limits of a quantity from lots in hand, and say how many lots they need."
        ).render(language),
    )
    def limits(
        place: Path = rows.place_argument(language),
        quantity: str = rows.quantity_option(language),
        analyte: str = rows.analyte_option(language),
        source: str = rows.source_option(language),
        passage: str = rows.passage_option(language),
        coverage: float = typer.Option(
            0.95,
            "--coverage",
            help=text("The share of all lots the limits are to hold.").render(language),
        ),
        confidence: float = typer.Option(
            0.95, "--confidence", help=text("The confidence that they do.").render(language)
        ),
        side: str = typer.Option(
            SIDES[0],
            "--side",
            metavar="|".join(SIDES),
            help=text("One limit or both.").render(language),
        ),
        low: float = typer.Option(
            None,
            "--low",
            help=text("A lower limit in force, to measure capability against.").render(language),
        ),
        high: float = typer.Option(
            None,
            "--high",
            help=text("An upper limit in force, to measure capability against.").render(language),
        ),
        decimal_mark: str = options.decimal_mark_option(language),
        encoding: str = options.encoding_option(language),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.criteria.json_twin import problems_to_json
        from stroma.stats.tolerance import Side
        from stroma.trends.json_twin import to_json
        from stroma.trends.limits import propose_limits

        reader = options.chosen_language(lang, language)
        _check(coverage, confidence, side, low, high, reader)
        read, series = rows.read_series(
            place, quantity, analyte, source, passage, decimal_mark, encoding, reader
        )
        proposal = propose_limits(
            series,
            coverage=coverage,
            confidence=confidence,
            side=Side(side),
            given_low=low,
            given_high=high,
        )
        problems = (*read.problems, *proposal.problems)
        output.print_problems(problems, reader, reported=False, of_study=place.is_dir())
        if as_json:
            twin = to_json(proposal)
            output.print_json({**twin, "problems": problems_to_json(problems)})
        else:
            rows.print_series(series, read, reader)
            _print_limits(proposal, reader)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(problems) else DONE)


def _check(
    coverage: float,
    confidence: float,
    side: str,
    low: float | None,
    high: float | None,
    reader: Language,
) -> None:
    for value, hint in ((coverage, "--coverage"), (confidence, "--confidence")):
        # Beyond, the lots needed run into the millions.
        if not 0.0 < value <= 0.99999:
            raise typer.BadParameter(
                text("{value} is not between 0 and 1, such as 0.95", value=value).render(reader),
                param_hint=hint,
            )
    if side not in SIDES:
        raise typer.BadParameter(
            text('"{word}" is none of {known}', word=side, known=", ".join(SIDES)).render(reader),
            param_hint="--side",
        )
    for limit, hint in ((low, "--low"), (high, "--high")):
        if limit is not None and not math.isfinite(limit):
            raise typer.BadParameter(
                text("{value} is no limit", value=limit).render(reader), param_hint=hint
            )
    if low is not None and high is not None and low >= high:
        raise typer.BadParameter(
            text("{low} is not below {high}", low=low, high=high).render(reader),
            param_hint="--low",
        )


def _print_limits(proposal: LimitProposal, reader: Language) -> None:
    say = rows.line_printer(reader)
    say(
        text(
            "limits to hold {coverage} % of all lots with {confidence} % confidence",
            coverage=Number(100 * proposal.coverage, 1),
            confidence=Number(100 * proposal.confidence, 1),
        )
    )
    labels = [method.label.render(reader) for method in proposal.methods]
    width = max((len(label) for label in labels), default=0)
    for method, label in zip(proposal.methods, labels, strict=True):
        low, high = (
            "–" if limit is None else reader.number(limit)
            for limit in (method.interval.low, method.interval.high)
        )
        sign = "✓" if method.interval.method is proposal.proposed else " "
        sys.stdout.write(
            f"{sign} {label.ljust(width)}  {low:>9}  {high:>9}  {method.verdict.render(reader)}\n"
        )
    say(proposal.reason)
    capability = proposal.capability
    if capability is None:
        return
    for name, index in (
        ("Pp", capability.pp),
        ("Ppk", capability.ppk),
        ("Cp", capability.cp),
        ("Cpk", capability.cpk),
    ):
        if index is not None:
            say(
                text(
                    "{name} {value}, {level} % interval {low} to {high}",
                    name=name,
                    value=Number(index.value, 2),
                    level=Number(100 * index.level, 0),
                    low=Number(index.low, 2),
                    high=Number(index.high, 2),
                )
            )
