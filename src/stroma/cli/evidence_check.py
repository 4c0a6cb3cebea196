"""``stroma evidence check``: what is wrong with a list of references."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.texts import Language, text, texts

if TYPE_CHECKING:
    from stroma.evidence.references.check import ReferenceFault
    from stroma.reference_lists import ReferenceList

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
        "check",
        help=text(
            "Check a list of references without looking anything up: DOIs that are placeholders, "
            "malformed, fail their check character or disagree with the citation; references "
            "given twice; missing years."
        ).render(language),
    )
    def check(
        references: Path = typer.Argument(
            help=text(
                "Plain text, a CSV table with a column of citations, RIS, BibTeX or nbib."
            ).render(language)
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        encoding: str = typer.Option(
            "", "--encoding", help=text("Encoding of files that are not Unicode.").render(language)
        ),
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.evidence.references.check import check_references
        from stroma.reference_lists import read_reference_list

        reader = options.chosen_language(lang, language)
        if not references.is_file():
            raise typer.BadParameter(
                text("there is no file {file}", file=references).render(reader)
            )
        held = read_reference_list(references, encoding=encoding or None)
        faults = check_references(held.cited)
        output.print_problems(held.problems, reader, reported=False)
        if as_json:
            _print_json(held, faults)
        else:
            _print(held, faults, reader)
        attention = faults or output.needs_attention(held.problems)
        raise typer.Exit(DATA_PROBLEM if attention else DONE)


def _print_json(held: ReferenceList, faults: tuple[ReferenceFault, ...]) -> None:
    from stroma.criteria.json_twin import problems_to_json

    output.print_json(
        {
            "schema_version": SCHEMA_VERSION,
            "file": held.origin.file,
            "sha256": held.origin.sha256,
            "kind": held.kind,
            "references": len(held.cited),
            "faults": [
                {
                    "reference": fault.label,
                    "row": fault.row or None,
                    "kind": fault.kind.value,
                    "doi": fault.doi,
                    "expected_character": fault.character,
                    "found": fault.found.render(),
                    "expected": fault.expected.render(),
                    "action": fault.action.render(),
                }
                for fault in faults
            ],
            "problems": problems_to_json(held.problems),
        }
    )


def _print(held: ReferenceList, faults: tuple[ReferenceFault, ...], reader: Language) -> None:
    titles = {cited.label: cited.reference.title or cited.written for cited in held.cited}
    before = ""
    for fault in faults:
        if fault.label != before:
            sys.stdout.write(f"\n{fault.label}  {titles[fault.label][:90]}\n")
            before = fault.label
        told = text(
            "{found}. Expected: {expected}. What to do: {action}.",
            found=fault.found,
            expected=fault.expected,
            action=fault.action,
        )
        sys.stdout.write(f"    {told.render(reader)}\n")
    counted = texts("{count} reference", "{count} references", len(held.cited))
    wrong = len(Counter(fault.label for fault in faults))
    line = text(
        "{references}: {wrong} with faults. What passes may still lead to another paper: nothing "
        "was looked up.",
        references=counted,
        wrong=wrong,
    )
    gap = "\n" if faults else ""
    sys.stdout.write(f"{gap}{line.render(reader)}\n")
