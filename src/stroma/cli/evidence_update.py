"""``stroma evidence update``: a new export meets a review; what changed in its answers since."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.texts import Language, Text, text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stroma.evidence.arrivals import Arrivals
    from stroma.evidence.changes import Answer, Change
    from stroma.evidence.review_records import Review
    from stroma.evidence.screening.standing import PublicationStanding
    from stroma.review_update import AddedFile
    from stroma.update_run import UpdateResults

SCHEMA_VERSION = "1"
LONGEST_TITLE = 80


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
        "update",
        help=text(
            "Add new exports and say what they bring; without one, say what changed in the answers "
            "since they were recorded."
        ).render(language),
    )
    def update(
        review: Path = typer.Argument(help=text("The folder of the review.").render(language)),
        exports: list[Path] = typer.Argument(
            None,
            help=text("New export files; they are copied into the folder searches.").render(
                language
            ),
            show_default=False,
        ),
        record: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--record",
            help=text("Record the answers as they are now, for the next comparison.").render(
                language
            ),
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        lang: str = options.language_option(language),
    ) -> None:
        reader = options.chosen_language(lang, language)
        for export in exports or ():
            if not export.is_file():
                raise typer.BadParameter(
                    text("there is no file {file}", file=export).render(reader)
                )
        from stroma.update_run import update_review

        results = update_review(review, exports or (), record=record)
        problems = results.review.problems
        output.print_problems(problems, reader, reported=False)
        if as_json:
            output.print_json(_json(results))
        else:
            _print(results, review, reader)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(problems) else DONE)


def _print(results: UpdateResults, folder: Path, reader: Language) -> None:
    if results.came is None:
        if results.is_first:
            _say(
                text("No answers were recorded before: there is nothing to compare. They are now."),
                reader,
            )
        elif not results.changes:
            _say(text("No answer changed since the answers were recorded."), reader)
        heading = text("Since the answers were recorded:")
        _print_changes(results.changes, results.labels, heading, reader)
        _print_open(results.review, folder, reader)
        return
    for one in results.files:
        _say(_export_told(one, results.review), reader)
    _print_arrivals(results.came, results.review, folder, reader)
    for name in results.unnamed:
        words = text("add {file} to the exports of its [[search]] in review.toml", file=name)
        _say(words, reader)
    heading = text("Since the answers were last recorded:")
    _print_changes(results.earlier, results.labels, heading, reader)
    _print_changes(results.changes, results.labels, text("With the new records:"), reader)


def _say(words: Text, reader: Language, before: str = "") -> None:
    sys.stdout.write(f"{before}{words.render(reader)}\n")


def _export_told(added: AddedFile, after: Review) -> Text:
    if not added.is_new:
        return text("{file} holds these very bytes already; nothing was added", file=added.file)
    records = sum(one.origin.file == added.file for one in after.references.values())
    counted = texts("{count} record", "{count} records", records)
    if added.is_renamed:
        counted = text("{records}, under this name as another file has its own", records=counted)
    if added.broken:
        return text(
            "{file}: {records}; kept aside as broken: {broken}",
            file=added.file,
            records=counted,
            broken=len(added.broken),
        )
    return text("{file}: {records}", file=added.file, records=counted)


def _print_arrivals(came: Arrivals, after: Review, folder: Path, reader: Language) -> None:
    _say(
        texts(
            "{count} new publication to be screened",
            "{count} new publications to be screened",
            len(came.publications),
        ),
        reader,
    )
    if came.merged:
        _say(texts("{count} record merged", "{count} records merged", len(came.merged)), reader)
    for member in came.merged:
        words = text(
            "{record} into {group}: {reason}",
            record=member.record,
            group=member.group,
            reason=member.reason.label,
        )
        _say_of(words, member.record, after, reader)
    for link in came.linked:
        words = text(
            "{record} ({kind}) belongs to {group} and stays apart",
            record=link.record,
            kind=link.kind.value,
            group=link.group,
        )
        _say_of(words, link.record, after, reader)
    for one in came.reopened:
        _say_of(_reopened_told(one), one.group, after, reader)
    for pair in came.possible:
        words = text(
            "{record} and {other} may be one publication: look at both",
            record=pair.record,
            other=pair.other,
        )
        _say_of(words, pair.record, after, reader)
    _print_open(after, folder, reader)


def _say_of(words: Text, record: str, review: Review, reader: Language) -> None:
    title = review.references[record].title if record in review.references else ""
    sys.stdout.write(f"  {words.render(reader)} — {title[:LONGEST_TITLE]}\n")


def _reopened_told(one: PublicationStanding) -> Text:
    stale = (*one.title_abstract.stale, *one.full_text.stale)
    return text(
        "{record} has to be decided again: {people} decided before there was {notices}",
        record=one.group,
        people=", ".join(dict.fromkeys(decision.person for decision in stale)),
        notices=", ".join(f"{link.record} ({link.kind.value})" for link in one.notices),
    )


def _print_open(review: Review, folder: Path, reader: Language) -> None:
    from stroma.evidence.prisma.flow import flow

    undecided = flow(review).undecided
    if undecided:
        _say(
            texts(
                "{count} publication waits for a decision: stroma evidence screen {folder}",
                "{count} publications wait for a decision: stroma evidence screen {folder}",
                undecided,
                folder=folder.as_posix(),
            ),
            reader,
        )


def _print_changes(
    changes: Sequence[Change], labels: Mapping[str, str], heading: Text, reader: Language
) -> None:
    from stroma.evidence.changes import told

    if not changes:
        return
    _say(heading, reader)
    for change in changes:
        _say(told(change, labels), reader, "  ")


def _json(results: UpdateResults) -> dict[str, object]:
    from stroma.criteria.json_twin import problems_to_json
    from stroma.evidence.prisma.flow import flow

    changes = (*results.earlier, *results.changes)
    brought = {} if results.came is None else _arrivals_json(results, results.came)
    return {
        "schema_version": SCHEMA_VERSION,
        "command": "stroma evidence update",
        **brought,
        "undecided": flow(results.review).undecided,
        "changes": [_change_json(change, results.labels) for change in changes],
        "problems": problems_to_json(results.review.problems),
    }


def _change_json(change: Change, labels: Mapping[str, str]) -> dict[str, object]:
    from stroma.evidence.changes import ChangeKind, told

    gone = change.kind is ChangeKind.GONE
    return {
        "of": change.answer.kind.value,
        "key": change.answer.key,
        "change": change.kind.value,
        "before": _answer_json(change.before),
        "after": None if gone else _answer_json(change.answer),
        "rows_added": list(change.added),
        "rows_left": list(change.left),
        "told": str(told(change, labels)),
    }


def _answer_json(answer: Answer | None) -> dict[str, object] | None:
    if answer is None:
        return None
    return {
        "answer": answer.answer,
        "k": answer.k,
        "estimate": answer.estimate,
        "low": answer.low,
        "high": answer.high,
        "tau2": answer.tau2,
        "unit": answer.unit,
    }


def _arrivals_json(results: UpdateResults, came: Arrivals) -> dict[str, object]:
    return {
        "exports": [
            {
                "file": one.file,
                "is_new": one.is_new,
                "is_renamed": one.is_renamed,
                "broken": [broken.origin.place for broken in one.broken],
            }
            for one in results.files
        ],
        "records": list(came.records),
        "new_publications": [
            {"record": group, "title": results.review.references[group].title}
            for group in came.publications
        ],
        "merged": [
            {
                "record": member.record,
                "group": member.group,
                "reason": member.reason.value,
                "score": member.score,
            }
            for member in came.merged
        ],
        "linked": [
            {"record": link.record, "group": link.group, "kind": link.kind.value, "by": link.by}
            for link in came.linked
        ],
        "reopened": [one.group for one in came.reopened],
        "possible": [[pair.record, pair.other] for pair in came.possible],
    }
