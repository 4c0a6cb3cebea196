"""``stroma evidence import``: what the exports of a search hold."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.texts import Language, Text, text, texts

if TYPE_CHECKING:
    from stroma.reference_records import Reference, ReferenceFile
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
        "import",
        help=text("Read search exports and say what each holds and what is broken.").render(
            language
        ),
    )
    def import_exports(
        exports: list[Path] = typer.Argument(
            help=text("Export files, folders of them, or a review.").render(language)
        ),
        as_json: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--json",
            help=text("Print JSON, with every record.").render(language),
        ),
        encoding: str = typer.Option(
            "", "--encoding", help=text("Encoding of files that are not Unicode.").render(language)
        ),
        lang: str = options.language_option(language),
    ) -> None:
        reader = options.chosen_language(lang, language)
        searches = read_exports(exports, encoding, reader)
        output.print_problems(searches.problems, reader, reported=False)
        if as_json:
            from stroma.criteria.json_twin import problems_to_json

            records = {name: _record(one) for name, one in searches.references.items()}
            output.print_json(
                {
                    "schema_version": SCHEMA_VERSION,
                    "files": [_file(export) for export in searches.files],
                    "records": records,
                    "problems": problems_to_json(searches.problems),
                }
            )
        else:
            for export in searches.files:
                sys.stdout.write(_line(export).render(reader) + "\n")
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(searches.problems) else DONE)


def read_exports(exports: list[Path], encoding: str, reader: Language) -> Searches:
    """Read the exports a person named.

    Parameters
    ----------
    exports
        Files and folders.
    encoding
        Of those that are not Unicode; empty for none.
    reader
        Language of the refusal.

    Returns
    -------
    Searches
        What they hold.

    Raises
    ------
    typer.BadParameter
        One of them is not there.
    """
    from stroma.review_folder import SEARCHES
    from stroma.searches import read_searches

    for path in exports:
        if not path.exists():
            raise typer.BadParameter(text("there is no file {file}", file=path).render(reader))
    review = review_among(exports)
    if review is None:
        return read_searches(exports, encoding=encoding or None)
    searches = review / SEARCHES
    places = [searches] if searches.is_dir() else []
    return read_searches(places, encoding=encoding or None, within=review)


def review_among(exports: list[Path]) -> Path | None:
    """Return the review whose exports are meant, where its folder was named instead of them.

    Parameters
    ----------
    exports
        What a person named.

    Returns
    -------
    Path or None
        The folder; ``None`` where exports were named.
    """
    from stroma.review_folder import PROTOCOL

    return exports[0] if len(exports) == 1 and (exports[0] / PROTOCOL).is_file() else None


def _line(export: ReferenceFile) -> Text:
    told = " ".join(word for word in (export.format, export.database) if word)
    counted = texts("{count} record", "{count} records", len(export.references))
    if export.broken:
        return text(
            "{file}: {records} ({told}), kept aside: {broken}",
            file=export.origin.file,
            records=counted,
            told=told,
            broken=len(export.broken),
        )
    return text(
        "{file}: {records} ({told})",
        file=export.origin.file,
        records=counted,
        told=told,
    )


def _file(export: ReferenceFile) -> dict[str, object]:
    kinds = Counter(reference.kind.value for reference in export.references)
    return {
        "file": export.origin.file,
        "sha256": export.origin.sha256,
        "format": export.format,
        "database": export.database,
        "records": len(export.references),
        "kinds": dict(sorted(kinds.items())),
        "broken": [
            {"place": broken.origin.place, "lines": broken.lines} for broken in export.broken
        ],
    }


def _record(reference: Reference) -> dict[str, object]:
    return {
        "file": reference.origin.file,
        "place": reference.origin.place,
        "title": reference.title,
        "authors": list(reference.authors),
        "year": reference.year,
        "kind": reference.kind.value,
        "journal": reference.journal,
        "volume": reference.volume,
        "issue": reference.issue,
        "pages": reference.pages,
        "doi": reference.doi,
        "pmid": reference.pmid,
        "pmcid": reference.pmcid,
        "accession": reference.accession,
        "language": reference.language,
        "related": list(reference.related),
        "database": reference.database,
    }
