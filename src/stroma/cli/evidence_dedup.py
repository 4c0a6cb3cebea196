"""``stroma evidence dedup``: which records of several exports are one publication."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.cli.evidence_import import read_exports, review_among
from stroma.texts import Language, text, texts

if TYPE_CHECKING:
    from stroma.evidence.duplicates.deduplication import Deduplication, Member
    from stroma.searches import Searches

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
        "dedup",
        help=text(
            "Put records of one publication into groups, with a reason for each merge."
        ).render(language),
    )
    def dedup(
        exports: list[Path] = typer.Argument(
            help=text("Export files, folders of them, or a review.").render(language)
        ),
        table: Path = typer.Option(
            None,
            "--table",
            help=text(
                "Write the groups to this CSV file; where it exists its groups are kept. Of a "
                "review, its duplicates.csv."
            ).render(language),
        ),
        apart: list[str] = typer.Option(
            [],
            "--separate",
            help=text("Take this record out of its group for good.").render(language),
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        encoding: str = typer.Option(
            "", "--encoding", help=text("Encoding of files that are not Unicode.").render(language)
        ),
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.evidence.duplicates.deduplication import deduplicate, separate
        from stroma.evidence.duplicates.table import table_text
        from stroma.review_folder import DUPLICATES

        reader = options.chosen_language(lang, language)
        review = review_among(exports)
        if review is not None and table is None:
            table = review / DUPLICATES
        if table is not None and not table.parent.is_dir():
            raise typer.BadParameter(
                text("there is no folder {folder}", folder=table.parent).render(reader),
                param_hint="--table",
            )
        searches = read_exports(exports, encoding, reader)
        held = _held(table)
        found = deduplicate(searches.references, held=held)
        members = found.members
        for record in apart:
            members = separate(members, record)
        if apart:
            found = deduplicate(searches.references, held=members)
        if table is not None:
            absent = [member for member in held if member.record not in searches.references]
            written = table_text([*found.members, *absent], searches.references)
            table.write_text(written, encoding="utf-8", newline="\n")
        output.print_problems(searches.problems, reader, reported=False)
        if as_json:
            from stroma.criteria.json_twin import problems_to_json

            problems = problems_to_json(searches.problems)
            output.print_json({**_json(found, held), "problems": problems})
        else:
            _print(searches, found, held, reader)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(searches.problems) else DONE)


def _held(table: Path | None) -> tuple[Member, ...]:
    from stroma.evidence.duplicates.table import parse_table
    from stroma.formats.encoding import decode
    from stroma.formats.raw import read_raw

    if table is None or not table.is_file():
        return ()
    raw = read_raw(table)
    return parse_table(decode(raw.data, place=raw.place), file=table.as_posix())


def _json(found: Deduplication, held: tuple[Member, ...]) -> dict[str, object]:
    known = {member.record for member in held}
    return {
        "schema_version": SCHEMA_VERSION,
        "records": len(found.members),
        "groups": len(found.groups),
        "new_records": sum(member.record not in known for member in found.members),
        "members": [asdict(member) for member in found.members],
        "links": [asdict(link) for link in found.links],
        "possible": [asdict(pair) for pair in found.possible],
    }


def _print(
    searches: Searches, found: Deduplication, held: tuple[Member, ...], reader: Language
) -> None:
    known = {member.record for member in held}
    new = [member for member in found.members if member.record not in known]
    merged = [member for member in new if member.matched]
    lines = [
        texts("{count} record", "{count} records", len(found.members)),
        texts("{count} publication", "{count} publications", len(found.groups)),
        texts("{count} new record", "{count} new records", len(new)),
        texts("{count} of them merged", "{count} of them merged", len(merged)),
    ]
    sys.stdout.write("; ".join(line.render(reader) for line in lines) + "\n")
    for member in merged:
        words = text(
            "{record} into {group}: {reason}",
            record=member.record,
            group=member.group,
            reason=member.reason.label,
        )
        title = searches.references[member.record].title
        sys.stdout.write(f"  {words.render(reader)} — {title[:80]}\n")
    for link in found.links:
        words = text(
            "{record} ({kind}) belongs to {group} and stays apart",
            record=link.record,
            kind=link.kind.value,
            group=link.group,
        )
        sys.stdout.write(f"  {words.render(reader)}\n")
    for pair in found.possible:
        words = text(
            "{record} and {other} may be one publication: look at both",
            record=pair.record,
            other=pair.other,
        )
        sys.stdout.write(f"  {words.render(reader)}\n")
