"""``stroma evidence claims``: what the held evidence says of the article's 81 claims."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from stroma.cli import DATA_PROBLEM, DONE, options, output
from stroma.texts import Language, Text, text

if TYPE_CHECKING:
    from stroma.errors import Problem
    from stroma.evidence.claims.records import JudgedClaim, OwnAnswer, PartAnswer
    from stroma.evidence.review_records import Review
    from stroma.report.literature_page import ReviewTold

SIGNS = {"SUPPORTED": "✓", "CONTRADICTED": "✗", "MIXED": "±", "NO_EVIDENCE": "–"}
VOTE_SIGNS = {"for": "+", "against": "−", "divided": "±", "beside": "·"}
WIDTH = 100
BESIDE_SHOWN = 8
"""Rows that are shown and not counted which the screen has room for; JSON holds all."""


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
        "claims",
        help=text(
            "Answer the 81 claims of the founding article from held evidence, each with its chain "
            "from the claim to the rows."
        ).render(language),
    )
    def claims(
        study: Path = typer.Option(
            None,
            "--study",
            help=text(
                "A study folder or a table, whose own lots have a voice beside the papers."
            ).render(language),
        ),
        review: Path = typer.Option(
            None,
            "--review",
            help=text("A review folder, whose extractions count as further rows.").render(language),
        ),
        chosen: list[str] = typer.Option(
            [], "--claim", help=text("Show this claim with its whole chain.").render(language)
        ),
        answer: str = typer.Option(
            "",
            "--answer",
            metavar="SUPPORTED|CONTRADICTED|MIXED|NO_EVIDENCE",
            help=text("Only claims with this answer.").render(language),
        ),
        report: Path = typer.Option(
            None, "--report", help=text("Write the page as one HTML file.").render(language)
        ),
        as_json: bool = options.json_option(language),  # noqa: FBT001
        workers: int = options.workers_option(language),
        lang: str = options.language_option(language),
    ) -> None:
        from stroma.evidence.claims.judge import judge_claims

        reader = options.chosen_language(lang, language)
        _check_words(chosen, answer, reader)
        for folder in (study, review):
            # A table of numbers can be compared as a study can.
            there = folder is None or folder.is_dir() or (folder is study and folder.is_file())
            if not there:
                raise typer.BadParameter(
                    text("there is no folder {folder}", folder=folder).render(reader)
                )
        own, problems = _own_lots(study, workers, reader)
        held = _opened(review)
        if held is not None:
            problems = (*problems, *held.problems)
        judged = judge_claims(review=held, own=own)
        output.print_problems(problems, reader, reported=False)
        if report is not None:
            from stroma.pooling_run import pool_review
            from stroma.report.literature_page import write_literature

            pooled = pool_review(held, sources=("bone_marrow", "placenta")).answers
            told = None if review is None or held is None else _told(review, held)
            write_literature(judged, report, reader, review=held, own=own, pooled=pooled, told=told)
        shown = [
            one
            for one in judged
            if (not chosen or one.claim.key in {key.upper() for key in chosen})
            and (not answer or one.answer.value == answer.upper())
        ]
        if as_json:
            from stroma.evidence.claims.json_twin import claims_to_json

            output.print_json(claims_to_json(shown, reader))
        elif chosen:
            for one in shown:
                _print_chain(one, reader)
        else:
            _print_table(shown, reader)
        raise typer.Exit(DATA_PROBLEM if output.needs_attention(problems) else DONE)


def _told(folder: Path, review: Review) -> ReviewTold:
    """Return the flow of a review and what changed in its answers."""
    from stroma.evidence.changes import changes_between, told
    from stroma.evidence.prisma.flow import flow
    from stroma.evidence.review_answers import review_answers, row_labels
    from stroma.report.literature_page import ReviewTold
    from stroma.review_update import read_answers

    recorded = read_answers(folder)
    if recorded is None:
        return ReviewTold(flow=flow(review))
    labels = row_labels(review)
    changes = changes_between(recorded, review_answers(review))
    return ReviewTold(flow=flow(review), changes=tuple(told(change, labels) for change in changes))


def _check_words(chosen: list[str], answer: str, reader: Language) -> None:
    from stroma.evidence.claims.records import ClaimAnswer
    from stroma.evidence.claims.rules import RULES

    for key in chosen:
        if key.upper() not in RULES:
            raise typer.BadParameter(
                text('there is no claim "{claim}"; they are S001 to S081', claim=key).render(
                    reader
                ),
                param_hint="--claim",
            )
    if answer and answer.upper() not in set(ClaimAnswer):
        raise typer.BadParameter(
            text('"{answer}" is no answer', answer=answer).render(reader), param_hint="--answer"
        )


def _own_lots(
    study: Path | None, workers: int, reader: Language
) -> tuple[tuple[OwnAnswer, ...], tuple[Problem, ...]]:
    if study is None:
        return (), ()
    from stroma.claims_run import own_answers
    from stroma.cli.compare import answer
    from stroma.comparison.requests import make_request

    results = answer(study, make_request(), workers=workers, reader=reader)
    return own_answers(results.family), results.problems


def _opened(review: Path | None) -> Review | None:
    if review is None:
        return None
    from stroma.claims_run import open_counted

    return open_counted(review)


def _print_table(judged: list[JudgedClaim], reader: Language) -> None:
    from stroma.evidence.claims.judge import count_answers
    from stroma.evidence.claims.words import ANSWERS, certainty_words, counts_words

    answers = {answer: label.render(reader) for answer, label in ANSWERS.items()}
    widest = max(map(len, answers.values()))
    room = "\n" + " " * (10 + widest)
    for one in judged:
        fault = " ! " if one.faults else "   "
        head = f"{one.claim.key} {SIGNS[one.answer.value]} {answers[one.answer].ljust(widest)}"
        sentence = textwrap.wrap(one.sentence.render(reader), WIDTH - widest)
        counts = counts_words(one.deciding)
        told = certainty_words(one).render(reader)
        certainty = textwrap.wrap(f"{counts}  {told}" if counts else told, WIDTH - widest)
        sys.stdout.write(f"{head}{fault}{room.join([*sentence, *certainty])}\n")
    counted = count_answers(judged)
    totals = "  ".join(
        f"{SIGNS[answer.value]} {count} {answers[answer]}" for answer, count in counted.items()
    )
    sys.stdout.write(f"\n{totals}\n")
    key = text(
        '"7 : 1" counts papers for and against; "!" marks a fault of the claim itself; the whole '
        "chain of a claim: {command}",
        command="stroma evidence claims --claim S070",
    )
    sys.stdout.write(f"{key.render(reader)}\n")


def _print_chain(one: JudgedClaim, reader: Language) -> None:
    from stroma.evidence.claims.words import ANSWERS, certainty_words

    said = text(
        "{answer}: {certainty}",
        answer=ANSWERS[one.answer].render(reader).upper(),
        certainty=certainty_words(one),
    )
    sys.stdout.write(f"\n{one.claim.key}  {one.sentence.render(reader)}\n")
    _write(said, reader, f"{SIGNS[one.answer.value]} ", "  ")
    for number, part in enumerate(one.parts, start=1):
        _print_part(part, number if len(one.parts) > 1 else 0, reader)
    if one.faults:
        sys.stdout.write(f"\n  {text('Faults of the claim').render(reader)}\n")
        for fault in one.faults:
            _write(fault, reader, "  ! ", "    ")


def _print_part(part: PartAnswer, number: int, reader: Language) -> None:
    from stroma.evidence.claims.records import Vote
    from stroma.evidence.claims.words import ANSWERS, chain_line

    sys.stdout.write("\n")
    _write(part.asked, reader, f"  {number}. " if number else "  ", "     ")
    _write(text("Rule: {rule}", rule=part.rule), reader, "     ", "     ")
    beside = 0
    for held in part.rows:
        beside += held.vote is Vote.BESIDE
        if held.vote is not Vote.BESIDE or beside <= BESIDE_SHOWN:
            _write(chain_line(held), reader, f"     {VOTE_SIGNS[held.vote.value]} ", "       ")
    if beside > BESIDE_SHOWN:
        more = text("{count} more that are not counted: see --json", count=beside - BESIDE_SHOWN)
        _write(more, reader, "     · ", "       ")
    said = text("{tally}: {answer}", tally=part.tally, answer=ANSWERS[part.answer])
    _write(said, reader, "     = ", "       ")


def _write(told: Text, reader: Language, first: str, rest: str) -> None:
    wrapped = textwrap.fill(
        told.render(reader),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    sys.stdout.write(f"{wrapped}\n")
