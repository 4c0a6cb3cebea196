"""A PRISMA flow in words, for the picture and for the terminal.

The boxes and their order are those of Page et al., BMJ 2021; 372: n71. Two kinds are added: what
is not decided yet, and what two people decided differently. A flow without them would hide that
the review is under way.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from stroma.evidence.prisma.records import PreviousVersion, PrismaFlow
from stroma.texts import Text, text


class FlowStage(Enum):
    """A part of the flow."""

    IDENTIFICATION = text("Identification")
    SCREENING = text("Screening")
    INCLUDED = text("Included")


class BoxKind(Enum):
    """What a box holds."""

    PLAIN = "plain"
    OPEN = "open"
    """A person still has to decide."""
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class BoxWords:
    """The words of a box.

    Parameters
    ----------
    head
        Its first line.
    items
        What is moved in below it.
    kind
        What the box holds.
    """

    head: Text
    items: tuple[Text, ...] = ()
    kind: BoxKind = BoxKind.PLAIN


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A step of the flow.

    Parameters
    ----------
    stage
        The part it belongs to.
    main
        What goes on from here.
    sides
        What leaves the flow, and what waits.
    """

    stage: FlowStage
    main: BoxWords
    sides: tuple[BoxWords, ...] = ()


def flow_rows(flow: PrismaFlow) -> tuple[FlowRow, ...]:
    """Return the rows of a flow in words.

    Parameters
    ----------
    flow
        The numbers.

    Returns
    -------
    tuple of FlowRow
        From what was found to what is included; without the earlier version's own box.
    """
    assessed = FlowRow(
        FlowStage.SCREENING,
        BoxWords(text("Reports assessed for eligibility (n = {n})", n=flow.assessed)),
        (
            BoxWords(
                text("Reports excluded (n = {n}):", n=flow.excluded_full_text),
                tuple(
                    _reason(line.criterion, line.words, line.reports)
                    for line in flow.excluded_reports
                ),
            )
            if flow.excluded_reports
            else BoxWords(text("Reports excluded (n = {n})", n=0)),
            *_open(text("Decided differently by two people (n = {n})"), flow.disputed_full_text),
        ),
    )
    rows = (
        FlowRow(FlowStage.IDENTIFICATION, _identified(flow), (_removed(flow),)),
        FlowRow(
            FlowStage.SCREENING,
            BoxWords(text("Records screened (n = {n})", n=flow.screened)),
            (
                BoxWords(text("Records excluded (n = {n})", n=flow.excluded)),
                *_open(text("Not decided yet (n = {n})"), flow.awaiting_screening),
                *_open(
                    text("Decided differently by two people (n = {n})"), flow.disputed_screening
                ),
            ),
        ),
        FlowRow(
            FlowStage.SCREENING,
            BoxWords(text("Reports sought for retrieval (n = {n})", n=flow.sought)),
            (
                BoxWords(text("Reports not retrieved (n = {n})", n=flow.not_retrieved)),
                *_open(text("Not decided yet (n = {n})"), flow.awaiting_full_text),
            ),
        ),
        assessed,
    )
    if flow.previous is None:
        return (*rows, FlowRow(FlowStage.INCLUDED, _included(flow)))
    return (
        *rows,
        FlowRow(FlowStage.INCLUDED, _newly_included(flow)),
        FlowRow(FlowStage.INCLUDED, _total(flow, flow.previous)),
    )


def earlier_words(previous: PreviousVersion) -> BoxWords:
    """Return the box of the earlier version in words.

    Parameters
    ----------
    previous
        What it led to.

    Returns
    -------
    BoxWords
        Its studies, reports and what is open in it.
    """
    items = [text("reports of these studies (n = {n})", n=previous.reports)]
    if previous.undecided:
        items.append(text("publications not decided yet (n = {n})", n=previous.undecided))
    return BoxWords(
        text("Studies included in the previous version (n = {n})", n=previous.studies), tuple(items)
    )


def _identified(flow: PrismaFlow) -> BoxWords:
    items = [
        text("{name}, a register (n = {n})", name=source.name, n=source.records)
        if source.is_register
        else text(
            "{name} (n = {n})",
            name=source.name or text("origin not stated"),
            n=source.records,
        )
        for source in flow.sources
    ]
    return BoxWords(text("Records identified (n = {n}):", n=flow.identified), tuple(items))


def _removed(flow: PrismaFlow) -> BoxWords:
    items = [
        text("duplicate records (n = {n})", n=flow.duplicates),
        text("marked as ineligible by automation tools (n = {n})", n=flow.automation),
    ]
    if flow.linked:
        items.append(
            text(
                "notices, versions and answers that follow their publication (n = {n})",
                n=flow.linked,
            )
        )
    return BoxWords(text("Records removed before screening:"), tuple(items))


def _reason(criterion: str, words: str, reports: int) -> Text:
    if not criterion:
        return text("no criterion named (n = {n})", n=reports)
    if not words:
        return text("{name} (n = {n})", name=criterion, n=reports)
    return text("{criterion}: {words} (n = {n})", criterion=criterion, words=words, n=reports)


def _open(words: Text, count: int) -> list[BoxWords]:
    """Return the dashed box of what is not settled; none where all is."""
    return [BoxWords(words.with_values(n=count), kind=BoxKind.OPEN)] if count else []


def _included(flow: PrismaFlow) -> BoxWords:
    return BoxWords(
        text("Studies included in review (n = {n})", n=flow.studies),
        (text("reports of these studies (n = {n})", n=flow.reports), *_of_linked(flow)),
        kind=BoxKind.RESULT,
    )


def _newly_included(flow: PrismaFlow) -> BoxWords:
    return BoxWords(
        text("New studies included in review (n = {n})", n=flow.studies),
        (text("reports of these studies (n = {n})", n=flow.reports), *_of_linked(flow)),
    )


def _of_linked(flow: PrismaFlow) -> tuple[Text, ...]:
    if not flow.linked_reports:
        return ()
    return (text("of them notices and versions (n = {n})", n=flow.linked_reports),)


def _total(flow: PrismaFlow, previous: PreviousVersion) -> BoxWords:
    return BoxWords(
        text("Total studies included in review (n = {n})", n=previous.studies + flow.studies),
        (text("reports of these studies (n = {n})", n=_all_reports(flow, previous)),),
        kind=BoxKind.RESULT,
    )


def _all_reports(flow: PrismaFlow, previous: PreviousVersion) -> int:
    return previous.reports + previous.later_reports + flow.reports
