"""How far a screening has come, in words and for a program."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from stroma.texts import Language, Number, Text, text, texts

if TYPE_CHECKING:
    from stroma.evidence.screening.agreement import Agreement
    from stroma.evidence.screening.status import ScreeningStatus


def status_lines(status: ScreeningStatus) -> list[Text]:
    """Return how far a screening has come, in words.

    Parameters
    ----------
    status
        How far.

    Returns
    -------
    list of Text
        Counts, agreement, conflicts, what was reopened, and what the decisions support.
    """
    from stroma.evidence.screening.standing import Standing
    from stroma.evidence.screening.status import STAGE_LABELS

    lines = [
        texts(
            "{count} publication to judge; notices, versions and answers that go with them: "
            "{linked}",
            "{count} publications to judge; notices, versions and answers that go with them: "
            "{linked}",
            status.publications,
            linked=status.linked,
        )
    ]
    for stage, counts in status.counts.items():
        lines.append(STAGE_LABELS[stage])
        lines += [
            text("  {standing}: {count}", standing=standing.label, count=counts[standing])
            for standing in Standing
            if counts.get(standing, 0) and standing is not Standing.NOT_REACHED
        ]
        lines += [
            text("  excluded by {criterion}: {count}", criterion=key or "–", count=count)
            for key, count in status.by_criterion[stage].items()
        ]
        lines += [
            text("  decided differently: {record}", record=group)
            for group in status.conflicts[stage]
        ]
        lines += [_agreement_line(one) for one in status.agreements if one.stage is stage]
    for one in status.reopened:
        lines.append(
            text(
                "reopened: {record}, by {notices}",
                record=one.group,
                notices=", ".join(f"{link.record} ({link.kind.value})" for link in one.notices),
            )
        )
    return [*lines, *status.stopping.sentences]


def _agreement_line(one: Agreement) -> Text:
    first, second = one.people
    if one.kappa is None or one.low is None or one.high is None or one.pabak is None:
        return texts(
            "  {first} and {second} agree on all of {count} publication with one choice; kappa is "
            "not defined",
            "  {first} and {second} agree on all of {count} publications with one choice; kappa "
            "is not defined",
            one.both,
            first=first,
            second=second,
        )
    return text(
        "  {first} and {second}: {observed} % of {both} agreed, kappa {kappa} ({low} to {high} at "
        "{level} %), PABAK {pabak}",
        first=first,
        second=second,
        observed=Number(100 * (one.observed or 0.0), 1),
        both=one.both,
        kappa=Number(one.kappa, 2),
        low=Number(one.low, 2),
        high=Number(one.high, 2),
        level=Number(100 * one.level, 0),
        pabak=Number(one.pabak, 2),
    )


def status_json(status: ScreeningStatus, reader: Language) -> dict[str, object]:
    """Return the same for a program.

    Parameters
    ----------
    status
        How far.
    reader
        Language of its sentences.

    Returns
    -------
    dict
        What JSON can hold.
    """
    stopping = status.stopping
    return {
        "publications": status.publications,
        "linked": status.linked,
        "stages": {
            stage.value: {
                "standings": {one.value: count for one, count in sorted(counts.items())},
                "excluded_by": dict(status.by_criterion[stage]),
                "conflicts": list(status.conflicts[stage]),
            }
            for stage, counts in status.counts.items()
        },
        "agreements": [_agreement_json(one) for one in status.agreements],
        "reopened": [
            {
                "record": one.group,
                "stage": one.stage.value,
                "people": list(one.people),
                "notices": [asdict(link) for link in one.notices],
            }
            for one in status.reopened
        ],
        "stopping": {
            "stage": stopping.stage.value,
            "method": stopping.method.value,
            "publications": stopping.publications,
            "screened": stopping.screened,
            "relevant": stopping.relevant,
            "left": stopping.left,
            "sample": stopping.sample,
            "sample_relevant": stopping.sample_relevant,
            "most_left": stopping.most_left,
            "recall_at_least": stopping.recall,
            "since_relevant": stopping.since_relevant,
            "level": stopping.level,
            "sentences": [one.render(reader) for one in stopping.sentences],
        },
        "criteria": [
            {
                "kind": one.kind.value,
                "place": one.place,
                "words": one.words,
                "against": one.against,
                "against_place": one.against_place,
            }
            for one in status.findings
        ],
    }


def _agreement_json(one: Agreement) -> dict[str, object]:
    return {
        "people": list(one.people),
        "stage": one.stage.value,
        "both": one.both,
        "table": [
            {"first": pair[0].value, "second": pair[1].value, "count": count}
            for pair, count in sorted(one.table.items())
        ],
        "observed": one.observed,
        "expected": one.expected,
        "kappa": one.kappa,
        "standard_error": one.standard_error,
        "low": one.low,
        "high": one.high,
        "pabak": one.pabak,
        "level": one.level,
    }
