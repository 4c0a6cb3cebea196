"""What the command line prints: progress, problems, the table of verdicts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from stroma.errors import Problem, Severity
from stroma.texts import Language, Text, text, texts

if TYPE_CHECKING:
    from stroma.criteria.verdicts import LotVerdict

SIGNS = {
    "PASS": "✓",
    "FAIL": "✗",
    "INCONCLUSIVE": "?",
    "INCOMPLETE": "…",
}
COLOURS = {
    "PASS": "32",
    "FAIL": "31",
    "INCONCLUSIVE": "33",
    "INCOMPLETE": "36",
}


class Progress:
    """Shows each file as it is done, on the error stream so that output can be piped.

    Parameters
    ----------
    language
        Of the words.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._live = sys.stderr.isatty()

    def __call__(self, done: int, total: int, file: str) -> None:
        """Show that a file is done.

        Parameters
        ----------
        done, total
            Files done, and to do in all.
        file
            The file.
        """
        line = f"[{done:>{len(str(total))}}/{total}] {file}"
        if self._live:
            sys.stderr.write(f"\r\x1b[K{line[:100]}" + ("\n" if done == total else ""))
        else:
            sys.stderr.write(line + "\n")
        sys.stderr.flush()


def print_problems(
    problems: Sequence[Problem],
    language: Language,
    *,
    reported: bool = True,
    of_study: bool = False,
) -> None:
    """Print what has to be looked at: errors and warnings in full, notes counted.

    What is wrong in the same way with many rows or lots is said once, with them.

    Parameters
    ----------
    problems
        All problems.
    language
        Of the words.
    reported
        Whether a report holds the notes; where none is written they are printed too.
    of_study
        Whether a study was asked one question: its notes are of the whole folder, and stand in the
        report that ``stroma run`` writes.
    """
    from stroma.study.same_message import one_message_each

    heads = {Severity.ERROR: text("ERROR"), Severity.WARNING: text("WARNING")}
    if not reported and not of_study:
        heads[Severity.NOTE] = text("NOTE")
    for severity, head in heads.items():
        for problem in one_message_each(problems, across_lots=True):
            if problem.severity is severity:
                sys.stderr.write(f"{head.render(language)}  {problem.render(language)}\n")
    notes = sum(problem.severity is Severity.NOTE for problem in problems)
    if not notes or not (reported or of_study):
        return
    if of_study:
        counted = texts(
            "{count} note on the study is in the report that stroma run writes.",
            "{count} notes on the study are in the report that stroma run writes.",
            notes,
        )
    else:
        counted = texts("{count} note is in the report.", "{count} notes are in the report.", notes)
    sys.stderr.write(counted.render(language) + "\n")


def needs_attention(problems: Iterable[Problem]) -> bool:
    """Tell whether a person has to look at the data.

    Parameters
    ----------
    problems
        All problems.

    Returns
    -------
    bool
        True when any is more than a note.
    """
    return any(problem.severity is not Severity.NOTE for problem in problems)


def print_verdicts(title: Text | str, verdicts: Sequence[LotVerdict], language: Language) -> None:
    """Print the table of verdicts of one profile.

    Parameters
    ----------
    title
        Name of the profile.
    verdicts
        The lots.
    language
        Of the words.
    """
    from stroma.criteria.verdicts import LotOutcome
    from stroma.vocabulary import tissue_label

    heading = title.render(language) if isinstance(title, Text) else title
    rows = []
    for lot in verdicts:
        source = tissue_label(lot.source).render(language)
        verdict = lot.verdict.label.render(language)
        rows.append((lot.lot, source, verdict, lot.summary.render(language)))
    head = tuple(
        label.render(language)
        for label in (text("lot"), text("source"), text("verdict"), text("why"))
    )
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(3)]
    sys.stdout.write(f"\n{heading}\n")
    sys.stdout.write(_line(head, widths, "  ") + "\n")
    for lot, row in zip(verdicts, rows, strict=True):
        line = _line(row, widths, SIGNS[lot.verdict] + " ")
        if sys.stdout.isatty():
            line = f"\x1b[{COLOURS[lot.verdict]}m{line}\x1b[0m"
        sys.stdout.write(line + "\n")
    counts = [
        f"{sum(lot.verdict is outcome for lot in verdicts)} {outcome.label.render(language)}"
        for outcome in LotOutcome
    ]
    sys.stdout.write("  ".join(counts) + "\n")


def _line(row: Sequence[str], widths: Sequence[int], sign: str) -> str:
    cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
    return sign + "  ".join([*cells, row[3]])


def print_json(content: object) -> None:
    """Print JSON; letters the output's encoding may lack are escaped.

    Parameters
    ----------
    content
        Anything JSON can hold.
    """
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    plain = encoding != "utf8"
    sys.stdout.write(json.dumps(content, ensure_ascii=plain, indent=2, allow_nan=False) + "\n")
