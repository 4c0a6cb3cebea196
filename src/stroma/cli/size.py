"""``stroma size``: how many donors an answer takes."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.errors import Place
from stroma.texts import Language, Text, text

if TYPE_CHECKING:
    from stroma.comparison.results import DonorsNeeded

SCHEMA_VERSION = "1"
POWERS = (0.8, 0.9)


def register(app: typer.Typer, language: Language) -> None:
    """Add the command.

    Parameters
    ----------
    app
        The command line.
    language
        Of the help.
    """

    def help_of(words: Text) -> str:
        return words.render(language)

    @app.command(
        "size",
        help=help_of(
            text(
                "Tell how many donors a side it takes to see a difference or to show equivalence: "
                "from a declared spread, or from the donors of a study or table."
            )
        ),
    )
    def size(
        study_or_table: Path = typer.Argument(
            None, help=help_of(text("Take the spread from this study or table instead."))
        ),
        difference: float = typer.Option(
            None, "--difference", help=help_of(text("The true difference to be seen."))
        ),
        sd: float = typer.Option(
            None, "--sd", help=help_of(text("Standard deviation between donors."))
        ),
        cv: float = typer.Option(
            None,
            "--cv",
            help=help_of(
                text("Coefficient of variation between donors, in %; differences are then in %.")
            ),
        ),
        within_sd: float = typer.Option(
            0.0, "--within-sd", help=help_of(text("The same between lots of one donor."))
        ),
        lots_per_donor: int = typer.Option(
            1, "--lots-per-donor", help=help_of(text("Lots made of each donor."))
        ),
        power: list[float] = typer.Option(
            list(POWERS), "--power", help=help_of(text("Chance of the answer, such as 0.8."))
        ),
        margin: float = typer.Option(
            None,
            "--margin",
            help=help_of(text("The largest difference that would not matter.")),
        ),
        unit: str = typer.Option(
            None,
            "--unit",
            help=help_of(text("Of the difference, the spread and the margin.")),
        ),
        paired: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--paired",
            help=help_of(
                text("Each donor gives both tissues; the spread is of a donor's difference.")
            ),
        ),
        quantity: str = typer.Option(None, "--quantity", help=help_of(text("Only this quantity."))),
        analyte: str = typer.Option(
            None, "--analyte", help=help_of(text("Only this marker or lineage."))
        ),
        sources: list[str] = typer.Option(
            [],
            "--sources",
            help=help_of(text("Only this tissue; give it once for each tissue.")),
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.comparison.requests import make_request
        from stroma.comparison.size import Plan, donors_for

        reader = options.chosen_language(lang, language)
        declared = {
            "--difference": difference is not None,
            "--sd": sd is not None,
            "--cv": cv is not None,
            "--within-sd": within_sd != 0.0,
            "--lots-per-donor": lots_per_donor != 1,
            "--paired": paired,
            "--power": power != list(POWERS),
        }
        of_rows = {
            "--quantity": quantity is not None,
            "--analyte": analyte is not None,
            "--sources": bool(sources),
        }
        with options.misuse(reader):
            if study_or_table is None:
                _refuse(of_rows, text("of a study or a table, and none is named"), reader)
                code = _declared_unit(unit, is_share=cv is not None, reader=reader)
                plan = Plan(
                    difference=difference,
                    sd=sd,
                    cv=cv,
                    within=within_sd,
                    lots_per_donor=lots_per_donor,
                    margin=margin,
                    paired=paired,
                    powers=tuple(power),
                )
                _print_declared(donors_for(plan), unit=code, as_json=as_json, reader=reader)
                raise typer.Exit(DONE)
            _refuse(declared, text("of a declared spread, and a study or table is named"), reader)
            request = make_request(
                quantity=quantity, analyte=analyte, sources=sources, margin=margin, unit=unit
            )
        if not study_or_table.exists():
            raise typer.BadParameter(
                text("there is no file {file}", file=study_or_table).render(reader)
            )
        from stroma.cli.compare import answer, print_json

        results = answer(study_or_table, request, reader=reader)
        output.print_problems(
            results.problems, reader, reported=False, of_study=study_or_table.is_dir()
        )
        if as_json:
            print_json(results)
        else:
            from stroma.comparison import wording
            from stroma.comparison.reasons import assumed_label

            for held in results.family.comparisons:
                asked = wording.compared_label(held).render(reader)
                sys.stdout.write(f"\n{asked}: {wording.pair_label(held).render(reader)}\n")
                if held.answer is None:
                    sys.stdout.write(f"    {held.reason.render(reader)}\n")
                for needed in held.donors_needed:
                    assumed = assumed_label(held, needed.assumed_difference)
                    _print_line(wording.needed_line(needed, assumed), reader)
        attention = output.needs_attention(results.problems)
        raise typer.Exit(DATA_PROBLEM if attention else DONE)


def _refuse(given: Mapping[str, bool], why: Text, reader: Language) -> None:
    """Refuse options that would be passed over in silence."""
    for option, is_given in given.items():
        if is_given:
            raise typer.BadParameter(why.render(reader), param_hint=option)


def _declared_unit(unit: str | None, *, is_share: bool, reader: Language) -> str:
    from stroma.units import require_unit

    if unit is None:
        return "%" if is_share else ""
    code = require_unit(unit, Place(column="--unit")).code
    if is_share and code != "%":
        raise typer.BadParameter(
            text("with --cv the difference and the margin are in %, not in {unit}", unit=unit)
            .render(reader),
            param_hint="--unit",
        )  # fmt: skip
    return code


def _print_declared(
    needed: Sequence[DonorsNeeded], *, unit: str, as_json: bool, reader: Language
) -> None:
    from stroma.comparison import wording
    from stroma.comparison.json_twin import needed_to_json

    if as_json:
        output.print_json(
            {
                "schema_version": SCHEMA_VERSION,
                "command": "stroma size",
                "unit": unit,
                "donors_needed": [needed_to_json(held) for held in needed],
            }
        )
        return
    for held in needed:
        assumed = wording.three_digits(held.assumed_difference, unit)
        _print_line(wording.needed_line(held, assumed), reader)


def _print_line(words: Text, reader: Language) -> None:
    sys.stdout.write(f"    {words.render(reader)}\n")
