"""``stroma trend``: lots in their order on a control chart, and before and after a change."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output, rows
from stroma.texts import Language, Number, Text, text, texts

if TYPE_CHECKING:
    from stroma.trends.results import Comparability, ControlChart, LotSignal

RULE_SETS = ("western-electric", "nelson")
CHART_SIGNS = {"moving_range": "MR", "weighted_average": "EWMA", "cumulative_sum": "CUSUM"}


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
        "trend",
        help=text(
            "Put the lots of a quantity on a control chart, and compare those before and after a "
            "change of process."
        ).render(language),
    )
    def trend(
        place: Path = rows.place_argument(language),
        quantity: str = rows.quantity_option(language),
        analyte: str = rows.analyte_option(language),
        source: str = rows.source_option(language),
        passage: str = rows.passage_option(language),
        baseline: int = typer.Option(
            0,
            "--baseline",
            min=0,
            help=text("How many of the first lots set the limits; 0 for all.").render(language),
        ),
        rule_set: str = typer.Option(
            RULE_SETS[0],
            "--rules",
            metavar="|".join(RULE_SETS),
            help=text("The rules the chart is read by.").render(language),
        ),
        change_after: str = typer.Option(
            "",
            "--change-after",
            help=text("The last lot made before a change of process.").render(language),
        ),
        margin: float = typer.Option(
            None,
            "--margin",
            help=text("The largest change of no consequence, in the unit of the quantity.").render(
                language
            ),
        ),
        ratio: float = typer.Option(
            None,
            "--margin-ratio",
            help=text("The same as a factor, such as 1.25.").render(language),
        ),
        figure: Path = typer.Option(
            None, "--figure", help=text("Also draw the chart to this SVG file.").render(language)
        ),
        decimal_mark: str = options.decimal_mark_option(language),
        encoding: str = options.encoding_option(language),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.criteria.json_twin import problems_to_json
        from stroma.stats.chart_rules import NELSON, WESTERN_ELECTRIC
        from stroma.trends.changes import compare_periods
        from stroma.trends.charts import chart_lots
        from stroma.trends.json_twin import to_json

        reader = options.chosen_language(lang, language)
        _check(rule_set, baseline, change_after, margin, ratio, figure, reader)
        read, series = rows.read_series(
            place, quantity, analyte, source, passage, decimal_mark, encoding, reader
        )
        chart = chart_lots(
            series,
            baseline=baseline or None,
            rules=NELSON if rule_set == "nelson" else WESTERN_ELECTRIC,
        )
        change = None
        if change_after:
            change = compare_periods(
                series,
                change_after=change_after,
                margin=margin if ratio is None else ratio,
                is_ratio=ratio is not None,
            )
        if figure is not None:
            _draw(chart, figure, reader)
        problems = tuple(
            dict.fromkeys((*read.problems, *chart.problems, *(change.problems if change else ())))
        )
        output.print_problems(problems, reader, reported=False, of_study=place.is_dir())
        if as_json:
            twin = {**to_json(chart), "change": None if change is None else to_json(change)}
            output.print_json({**twin, "problems": problems_to_json(problems)})
        else:
            rows.print_series(series, read, reader)
            _print_chart(chart, reader)
            if change is not None:
                _print_change(change, reader)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(problems) else DONE)


def _check(
    rule_set: str,
    baseline: int,
    change_after: str,
    margin: float | None,
    ratio: float | None,
    figure: Path | None,
    reader: Language,
) -> None:
    if baseline == 1:
        raise typer.BadParameter(
            text("limits are set from two lots or more; 0 takes all").render(reader),
            param_hint="--baseline",
        )
    if rule_set not in RULE_SETS:
        raise typer.BadParameter(
            text('"{word}" is none of {known}', word=rule_set, known=", ".join(RULE_SETS)).render(
                reader
            ),
            param_hint="--rules",
        )
    if margin is not None and ratio is not None:
        raise typer.BadParameter(
            text("state the margin once: in the unit or as a factor").render(reader),
            param_hint="--margin",
        )
    if (margin is not None or ratio is not None) and not change_after:
        raise typer.BadParameter(
            text("a margin is for a change: name the last lot before it").render(reader),
            param_hint="--change-after",
        )
    from stroma.trends.changes import check_margin

    for number, hint in ((margin, "--margin"), (ratio, "--margin-ratio")):
        if number is not None:
            with options.misuse(reader, hint=hint):
                check_margin(number, is_ratio=hint == "--margin-ratio")
    wrong = None if figure is None else _wrong_figure(figure)
    if wrong is not None:
        raise typer.BadParameter(wrong.render(reader), param_hint="--figure")


def _wrong_figure(figure: Path) -> Text | None:
    """Say why a chart cannot be drawn to a file, before anything is read."""
    if figure.suffix.lower() != ".svg":
        if figure.exists():
            return text("{file} exists and is no SVG file; nothing was written", file=figure)
        return text("the chart is an SVG file: write a name that ends in .svg")
    if not figure.parent.is_dir():
        return text("there is no folder {folder}", folder=figure.parent)
    if figure.is_dir():
        return text("{folder} is a folder", folder=figure)
    return None


def _draw(chart: ControlChart, figure: Path, reader: Language) -> None:
    from stroma.figures.control_chart import control_chart, standalone
    from stroma.trends.charts import chart_view

    figure.write_text(
        standalone(control_chart(chart_view(chart), reader)), encoding="utf-8", newline="\n"
    )


def _print_chart(chart: ControlChart, reader: Language) -> None:
    say = rows.line_printer(reader)
    say(
        text(
            "centre {centre}, limits {low} to {high}, set from {baseline} of {lots} lots",
            centre=chart.centre,
            low="–" if chart.low is None else chart.low,
            high="–" if chart.high is None else chart.high,
            baseline=chart.baseline,
            lots=len(chart.points),
        )
    )
    signals: dict[str, list[str]] = {}
    legend: dict[str, Text] = {}
    for signal in chart.signals:
        signals.setdefault(signal.lot, []).append(_sign(signal))
        legend[_sign(signal)] = signal.label
    width = max(len(point.lot) for point in chart.points)
    for point in chart.points:
        why = " ".join(signals.get(point.lot, ()))
        sign = "!" if why else " "
        value = reader.number(point.value)
        sys.stdout.write(f"{sign} {point.lot.ljust(width)}  {value:>10}  {why}".rstrip() + "\n")
    if not signals:
        say(text("no lot stands out"))
    for sign in sorted(legend):
        sys.stdout.write(f"{sign}: {legend[sign].render(reader)}\n")


def _sign(signal: LotSignal) -> str:
    """Return a short name of what makes a lot stand out."""
    if signal.rule is None:
        return CHART_SIGNS[signal.chart.value]
    return signal.rule.value.replace("western_electric_", "WE").replace("nelson_", "N")


def _print_change(change: Comparability, reader: Language) -> None:
    say = rows.line_printer(reader)
    sys.stdout.write("\n")
    say(
        text(
            "Change after {lot}: {before} ({old}), {after} ({new})",
            lot=change.change_after,
            before=texts("{count} lot before", "{count} lots before", change.before.lots),
            old=texts("{count} donor", "{count} donors", change.before.donors),
            after=texts("{count} lot after", "{count} lots after", change.after.lots),
            new=texts("{count} donor", "{count} donors", change.after.donors),
        )
    )
    if change.difference is not None and change.low is not None and change.high is not None:
        words = (
            text(
                "ratio after over before {difference}, {level} % interval {low} to {high}",
                difference=change.difference,
                level=Number(100 * (1 - 2 * change.alpha), 0),
                low=change.low,
                high=change.high,
            )
            if change.is_ratio
            else text(
                "difference after minus before {difference}, {level} % interval {low} to {high}",
                difference=change.difference,
                level=Number(100 * (1 - 2 * change.alpha), 0),
                low=change.low,
                high=change.high,
            )
        )
        say(words)
    say(text("{answer}: {reason}", answer=change.answer.label, reason=change.reason))
    if change.answer.value == "UNDECIDED" and change.donors_needed is not None:
        say(
            text(
                "{donors} donors a side would be likely to show a process that has not changed",
                donors=change.donors_needed,
            )
        )
    if change.old_range is not None:
        say(
            text(
                "range of the old lots {low} to {high}; new lots beyond it: {lots}",
                low="–" if change.old_range.low is None else change.old_range.low,
                high="–" if change.old_range.high is None else change.old_range.high,
                lots=", ".join(change.outside_old_range) or "–",
            )
        )
