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

    from stroma.errors import Problem
    from stroma.evidence.arrivals import Arrivals
    from stroma.evidence.changes import Answer, Change
    from stroma.evidence.review_records import Review
    from stroma.evidence.standing import PublicationStanding
    from stroma.review_update import AddedFile, Updated

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
        if exports:
            problems = _add(review, exports, record, as_json, reader)
        else:
            problems = _compare(review, record, as_json, reader)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(problems) else DONE)


def _add(
    folder: Path,
    exports: Sequence[Path],
    record: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    reader: Language,
) -> tuple[Problem, ...]:
    """Add exports, and record the answers as they were before."""
    from stroma.evidence.arrivals import arrivals
    from stroma.evidence.changes import changes_between
    from stroma.evidence.review_answers import review_answers, row_labels
    from stroma.review_folder import SEARCHES
    from stroma.review_update import add_exports, read_answers, record_answers

    held = read_answers(folder)
    updated = add_exports(folder, exports)
    before, after = updated.before, updated.after
    was = review_answers(before)
    now = review_answers(after)
    if record or any(one.is_new for one in updated.files):
        record_answers(folder, now if record else was)
    problems = after.problems
    output.print_problems(problems, reader, reported=False)
    came = arrivals(before, after)
    unnamed = [one.file for one in updated.files if one.is_new and not _is_named(one.file, after)]
    changes = (() if held is None else changes_between(held, was), changes_between(was, now))
    if as_json:
        twin = _json(after, [*changes[0], *changes[1]], problems)
        output.print_json({**twin, **_arrivals_json(updated, came)})
        return problems
    for one in updated.files:
        _say(_export_told(one, after), reader)
    _print_arrivals(came, after, folder, reader)
    for file in unnamed:
        _say(
            text(
                "add {file} to the exports of its [[search]] in review.toml",
                file=file.removeprefix(f"{SEARCHES}/"),
            ),
            reader,
        )
    labels = row_labels(after)
    _print_changes(changes[0], labels, text("Since the answers were last recorded:"), reader)
    _print_changes(changes[1], labels, text("With the new records:"), reader)
    return problems


def _is_named(file: str, review: Review) -> bool:
    """Tell whether a search of the protocol names an export."""
    return any(
        file.endswith(f"/{export}")
        for search in review.protocol.searches
        for export in search.exports
    )


def _compare(
    folder: Path,
    record: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    reader: Language,
) -> tuple[Problem, ...]:
    """Say what changed since the answers were recorded."""
    from stroma.evidence.changes import changes_between
    from stroma.evidence.review_answers import review_answers, row_labels
    from stroma.review_folder import open_review
    from stroma.review_update import read_answers, record_answers

    review = open_review(folder)
    held = read_answers(folder)
    now = review_answers(review)
    if record or held is None:
        record_answers(folder, now)
    problems = review.problems
    output.print_problems(problems, reader, reported=False)
    changes = () if held is None else changes_between(held, now)
    if as_json:
        output.print_json(_json(review, changes, problems))
        return problems
    if held is None:
        _say(
            text("No answers were recorded before: there is nothing to compare. They are now."),
            reader,
        )
    elif not changes:
        _say(text("No answer changed since the answers were recorded."), reader)
    labels = row_labels(review)
    _print_changes(changes, labels, text("Since the answers were recorded:"), reader)
    _print_open(review, folder, reader)
    return problems


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
    from stroma.evidence.prisma import flow

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


def _json(
    review: Review, changes: Sequence[Change], problems: Sequence[Problem]
) -> dict[str, object]:
    from stroma.criteria.json_twin import problems_to_json
    from stroma.evidence.prisma import flow

    return {
        "schema_version": SCHEMA_VERSION,
        "command": "stroma evidence update",
        "undecided": flow(review).undecided,
        "changes": [_change_json(change) for change in changes],
        "problems": problems_to_json(problems),
    }


def _change_json(change: Change) -> dict[str, object]:
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
        "told": str(told(change)),
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


def _arrivals_json(updated: Updated, came: Arrivals) -> dict[str, object]:
    return {
        "exports": [
            {
                "file": one.file,
                "is_new": one.is_new,
                "is_renamed": one.is_renamed,
                "broken": [broken.origin.place for broken in one.broken],
            }
            for one in updated.files
        ],
        "records": list(came.records),
        "new_publications": [
            {"record": group, "title": updated.after.references[group].title}
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
