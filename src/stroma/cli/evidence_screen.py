"""``stroma evidence screen``: people decide which publications a review takes in."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.texts import Language, text, texts

if TYPE_CHECKING:
    from stroma.errors import Problem
    from stroma.evidence.review_records import Decision, Review, Stage
    from stroma.evidence.screening.ranking import Ranking

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
        "screen",
        help=text(
            "Decide which publications a review takes in: key by key, by a table, or one by one."
        ).render(language),
    )
    def screen(
        folder: Path = typer.Argument(
            metavar="REVIEW", help=text("The folder of the review.").render(language)
        ),
        person: str = typer.Option(
            "", "--person", help=text("Who decides; a name of the protocol.").render(language)
        ),
        stage: str = typer.Option(
            "title_abstract",
            "--stage",
            metavar="title_abstract|full_text",
            help=text("What is judged.").render(language),
        ),
        choice: str = typer.Option(
            "",
            "--decision",
            metavar="include|exclude|unsure|not_retrieved",
            help=text("Write this decision on the records given.").render(language),
        ),
        records: list[str] = typer.Option(
            [],
            "--record",
            help=text("A record the decision is on: its name, DOI or PubMed number.").render(
                language
            ),
        ),
        criterion: str = typer.Option(
            "", "--criterion", help=text("The criterion that excludes.").render(language)
        ),
        reason: str = typer.Option(
            "", "--reason", help=text("Why, in your words.").render(language)
        ),
        day: str = typer.Option(
            "", "--day", help=text("Day of the decisions; today if not given.").render(language)
        ),
        table: Path = typer.Option(
            None,
            "--from",
            help=text("Add the decisions of this table, with the columns of decisions.csv.").render(
                language
            ),
        ),
        sample: int = typer.Option(
            0,
            "--sample",
            min=0,
            help=text(
                "Take so many at random instead of in ranked order, to learn what is left."
            ).render(language),
        ),
        queue: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--queue",
            help=text("Print what waits for the person, and decide nothing.").render(language),
        ),
        count: int = typer.Option(
            10, "--count", min=1, help=text("How many of the queue to print.").render(language)
        ),
        status: bool = typer.Option(  # noqa: FBT001
            False,  # noqa: FBT003
            "--status",
            help=text("Print how far the screening has come.").render(language),
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.review_folder import open_review

        reader = options.chosen_language(lang, language)
        at = _stage(stage, reader)
        today = _day(day, reader)
        review = open_review(folder)
        if status:
            raise typer.Exit(_status(review, reader, as_json=as_json))
        if table is not None:
            _check_person(review, person, reader, needed=False)
            raise typer.Exit(
                _from_table(folder, review, table, (person, at, today), reader, as_json=as_json)
            )
        _check_person(review, person, reader, needed=True)
        if choice or records:
            decisions = _named(review, (person, at, today), choice, records, reader)
            decisions = [replace(one, criterion=criterion, reason=reason) for one in decisions]
            raise typer.Exit(_write(folder, review, decisions, reader, as_json=as_json))
        if queue:
            raise typer.Exit(_queue(review, person, at, (sample, count), reader, as_json=as_json))
        if as_json:
            raise typer.BadParameter(
                text("--json goes with --status, --queue, --decision or --from").render(reader)
            )
        raise typer.Exit(_session(folder, review, (person, at, today), sample, reader))


def _stage(written: str, reader: Language) -> Stage:
    from stroma.evidence.review_records import Stage

    try:
        return Stage(written)
    except ValueError:
        known = ", ".join(stage.value for stage in Stage)
        raise typer.BadParameter(
            text('"{written}" is none of {known}', written=written, known=known).render(reader),
            param_hint="--stage",
        ) from None


def _day(written: str, reader: Language) -> date:
    if not written:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter(
            text('"{written}" is no day such as 2026-01-31', written=written).render(reader),
            param_hint="--day",
        ) from None


def _check_person(review: Review, person: str, reader: Language, *, needed: bool) -> None:
    people = [*review.protocol.people]
    if review.protocol.arbiter and review.protocol.arbiter not in people:
        people.append(review.protocol.arbiter)
    if person in people or (not person and not needed):
        return
    known = ", ".join(people)
    said = (
        text('the protocol names no "{person}"; it has {known}', person=person, known=known)
        if person
        else text("name who decides, one of {known}", known=known)
    )
    raise typer.BadParameter(said.render(reader), param_hint="--person")


def _named(
    review: Review,
    by: tuple[str, Stage, date],
    choice: str,
    records: Sequence[str],
    reader: Language,
) -> list[Decision]:
    from stroma.evidence.review_records import Choice, Decision

    known = ", ".join(one.value for one in Choice)
    if choice not in [one.value for one in Choice]:
        raise typer.BadParameter(
            text('"{choice}" is none of {known}', choice=choice, known=known).render(reader),
            param_hint="--decision",
        )
    if not records:
        raise typer.BadParameter(
            text("name each record the decision is on").render(reader), param_hint="--record"
        )
    person, stage, day = by
    return [
        Decision(
            group=_record(review, name, reader),
            stage=stage,
            choice=Choice(choice),
            person=person,
            day=day,
        )
        for name in records
    ]


def _record(review: Review, named: str, reader: Language) -> str:
    from stroma.evidence.screening.decisions import find_record

    found = find_record(named, review.references)
    if found is None:
        raise typer.BadParameter(
            text('no export holds the record "{record}"', record=named).render(reader),
            param_hint="--record",
        )
    return found


def _write(
    folder: Path,
    review: Review,
    decisions: Sequence[Decision],
    reader: Language,
    *,
    as_json: bool,
    problems: Sequence[Problem] = (),
) -> int:
    from stroma.criteria.json_twin import problems_to_json
    from stroma.review_folder import decide

    before = len(review.decisions)
    earlier = len(review.problems)
    after = decide(folder, review, decisions)
    added = after.decisions[before:]
    found = (*problems, *after.problems[earlier:])
    output.print_problems(found, reader, reported=False)
    if as_json:
        output.print_json(
            {
                "schema_version": SCHEMA_VERSION,
                "added": [_decision_json(one) for one in added],
                "problems": problems_to_json(found),
            }
        )
    else:
        for one in added:
            said = f"{one.group}: {one.choice.value} {one.criterion}".rstrip()
            sys.stdout.write(said + "\n")
        counted = texts("{count} decision written", "{count} decisions written", len(added))
        sys.stdout.write(counted.render(reader) + "\n")
    return DATA_PROBLEM if output.needs_attention(found) else DONE


def _decision_json(one: Decision) -> dict[str, object]:
    return {
        "record": one.group,
        "stage": one.stage.value,
        "choice": one.choice.value,
        "criterion": one.criterion,
        "reason": one.reason,
        "person": one.person,
        "day": one.day.isoformat(),
    }


def _from_table(
    folder: Path,
    review: Review,
    table: Path,
    by: tuple[str, Stage, date],
    reader: Language,
    *,
    as_json: bool,
) -> int:
    from stroma.errors import Severity, StudyProblem
    from stroma.evidence.screening.decisions import check_decisions, find_record, parse_decisions
    from stroma.formats.encoding import decode
    from stroma.formats.raw import read_raw

    if not table.is_file():
        raise typer.BadParameter(
            text("there is no file {file}", file=table).render(reader), param_hint="--from"
        )
    raw = read_raw(table)
    person, stage, day = by
    otherwise = {"stage": stage.value, "day": day.isoformat()}
    if person:
        otherwise["person"] = person
    rows, problems = parse_decisions(
        decode(raw.data, place=raw.place), file=table.as_posix(), otherwise=otherwise
    )
    rows = tuple(
        replace(row, group=find_record(row.group, review.references) or row.group) for row in rows
    )
    group_of = {member.record: member.group for member in review.members}
    _, unknown = check_decisions(rows, review.protocol, group_of, file=table.as_posix())
    refused = [one for one in (*problems, *unknown) if one.severity is Severity.ERROR]
    if refused:
        # All or none: the table can be corrected and given again, and no row is written twice.
        sys.stderr.write(text("No decision was written.").render(reader) + "\n")
        raise StudyProblem(refused)
    fresh = [replace(row, row=0) for row in rows]
    return _write(folder, review, fresh, reader, as_json=as_json, problems=problems)


def _ordered(
    review: Review, person: str, stage: Stage, sample: int
) -> tuple[tuple[str, ...], Ranking | None]:
    from stroma.evidence.screening.queue import queue_of, sample_of
    from stroma.evidence.screening.ranking import rank, weigh_words
    from stroma.evidence.screening.standing import standings

    by_group = standings(review)
    ranking = None
    if sample:
        order = sample_of(by_group, sample, stage=stage)
    else:
        ranking = rank(weigh_words(review, by_group), by_group, stage=stage)
        order = ranking.order
    return queue_of(person, by_group, order, review.protocol, stage=stage), ranking


def _queue(
    review: Review,
    person: str,
    stage: Stage,
    numbers: tuple[int, int],
    reader: Language,
    *,
    as_json: bool,
) -> int:
    from stroma.evidence.screening.ranking import richest_records

    sample, count = numbers
    waiting, ranking = _ordered(review, person, stage, sample)
    records = richest_records(review)
    if as_json:
        output.print_json(
            {
                "schema_version": SCHEMA_VERSION,
                "person": person,
                "stage": stage.value,
                "order": "random" if ranking is None else ranking.model.value,
                "learned_from": None
                if ranking is None
                else {"included": ranking.included, "excluded": ranking.excluded},
                "waiting": len(waiting),
                "queue": [
                    {
                        "record": group,
                        "title": records[group].title,
                        "year": records[group].year,
                        "doi": records[group].doi,
                        "score": None if ranking is None else round(ranking.scores[group], 6),
                    }
                    for group in waiting[:count]
                ],
            }
        )
        return DONE
    order = text("a random order") if ranking is None else ranking.model.label
    counted = texts(
        "{count} waits for {person}, ordered by {order}",
        "{count} wait for {person}, ordered by {order}",
        len(waiting),
        person=person,
        order=order,
    )
    sys.stdout.write(counted.render(reader) + "\n")
    for group in waiting[:count]:
        year = "" if records[group].year is None else f"{records[group].year}  "
        sys.stdout.write(f"{group}  {year}{records[group].title}\n")
    return DONE


def _session(
    folder: Path,
    review: Review,
    by: tuple[str, Stage, date],
    sample: int,
    reader: Language,
) -> int:
    from stroma.cli.screening_session import Session, run_session
    from stroma.evidence.screening.queue import sample_of
    from stroma.evidence.screening.ranking import weigh_words
    from stroma.evidence.screening.standing import standings

    person, stage, day = by
    by_group = standings(review)
    session = Session(
        folder=folder,
        review=review,
        person=person,
        stage=stage,
        day=day,
        reader=reader,
        words=weigh_words(review, by_group),
        sample=sample_of(by_group, sample, stage=stage) if sample else (),
    )
    output.print_problems(review.problems, reader, reported=False)
    try:
        written = run_session(session)
    except KeyboardInterrupt:
        written = len(session.done)
    counted = texts("{count} decision written", "{count} decisions written", written)
    sys.stdout.write(counted.render(reader) + "\n")
    return DONE


def _status(review: Review, reader: Language, *, as_json: bool) -> int:
    from stroma.cli.screening_report import status_json, status_lines
    from stroma.criteria.json_twin import problems_to_json
    from stroma.evidence.screening.status import screening_status
    from stroma.review_folder import PROTOCOL

    status = screening_status(review)
    problems = (*review.problems, *(one.problem(PROTOCOL) for one in status.findings))
    output.print_problems(problems, reader, reported=False)
    if as_json:
        twin = {"schema_version": SCHEMA_VERSION, **status_json(status, reader)}
        output.print_json({**twin, "problems": problems_to_json(problems)})
    else:
        for line in status_lines(status):
            sys.stdout.write(line.render(reader) + "\n")
    return DATA_PROBLEM if output.needs_attention(problems) else DONE
