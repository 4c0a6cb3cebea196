"""A review folder, or the review that comes with Stroma, to pooled answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stroma.analytes import canonical_analyte
from stroma.errors import Place, Problem, Severity, StudyProblem
from stroma.evidence.pooling.effect_records import Paper
from stroma.evidence.pooling.models import ModelOptions
from stroma.evidence.pooling.pool import PooledAnswer, pool
from stroma.evidence.review_records import Extraction, Review
from stroma.evidence.screening.standing import Standing, standings
from stroma.evidence_base import open_base
from stroma.origin import Origin
from stroma.reference_records import Reference, ReferenceKind
from stroma.review_folder import open_review
from stroma.spelling import nearest
from stroma.stats.meta.heterogeneity import Method
from stroma.stats.meta.pooling import Test
from stroma.texts import Text, text
from stroma.vocabulary import TISSUES, find_quantity, find_tissue


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolingResults:
    """Pooled answers with what they were made from.

    Parameters
    ----------
    answers
        One for each question and kind.
    files
        What was read, with digests; empty for the review that comes with Stroma.
    problems
        What a person has to look at.
    """

    answers: tuple[PooledAnswer, ...]
    files: tuple[Origin, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    rows: tuple[Extraction, ...]
    papers: dict[str, Paper]
    secondary: frozenset[str] = frozenset()
    withheld: dict[str, Text] | None = None
    files: tuple[Origin, ...] = ()
    problems: tuple[Problem, ...] = ()


def pool_review(
    review: Review | Path | None = None,
    *,
    quantity: str | None = None,
    analyte: str | None = None,
    sources: Sequence[str] = (),
    use_estimated: bool = False,
    options: ModelOptions | None = None,
) -> PoolingResults:
    """Pool what a review holds.

    Parameters
    ----------
    review
        A review, or its folder; ``None`` for the review that comes with Stroma.
    quantity, analyte
        Only these, in any spelling of the vocabulary or as the review writes them.
    sources
        Tissues in any spelling.
    use_estimated
        Whether means and deviations estimated from ranges and quartiles enter.
    options
        Estimator and test.

    Returns
    -------
    PoolingResults
        The answers.

    Raises
    ------
    StudyProblem
        There is no such review, or a word is known neither to it nor to the vocabulary.

    Examples
    --------
    >>> results = pool_review(quantity="doubling_time", sources=["bone marrow", "placenta"])
    >>> [answer.sources for answer in results.answers][0]
    ('bone_marrow', 'placenta')
    """
    held = _held(review)
    asked = None if quantity is None else _quantity(quantity, held.rows)
    answers = pool(
        held.rows,
        quantity=asked,
        analyte=None if analyte is None else _analyte(asked, analyte, held.rows),
        sources=_sources(sources, held.rows),
        papers=held.papers,
        secondary=held.secondary,
        withheld=held.withheld,
        use_estimated=use_estimated,
        options=options,
    )
    return PoolingResults(answers=answers, files=held.files, problems=held.problems)


def pooled_for(
    quantity: str, analyte: str, sources: tuple[str, str], *, review: Review | Path | None = None
) -> tuple[PooledAnswer, ...]:
    """Return the pooled published answers that stand beside a laboratory's own comparison.

    Parameters
    ----------
    quantity, analyte
        What is compared, in the vocabulary's words.
    sources
        The two tissues, in the order of the comparison.
    review
        A review, or its folder; ``None`` for the review that comes with Stroma.

    Returns
    -------
    tuple of PooledAnswer
        Within papers, then between papers; empty for "no evidence held".

    Examples
    --------
    >>> pooled_for("endotoxin", "", ("bone_marrow", "placenta"))
    ()
    """
    held = _held(review)
    return pool(
        held.rows,
        quantity=quantity,
        analyte=analyte,
        sources=sources,
        papers=held.papers,
        secondary=held.secondary,
        withheld=held.withheld,
    )


def model_options(method: str = "REML", *, hartung_knapp: bool = True) -> ModelOptions:
    """Return how to pool, from words.

    Parameters
    ----------
    method
        ``"REML"``, ``"ML"``, ``"DL"``, ``"PM"``, ``"EB"``, ``"HE"``, ``"SJ"`` or ``"EE"``
        (``"FE"``).
    hartung_knapp
        Whether the interval is Hartung and Knapp's; the normal one otherwise.

    Returns
    -------
    ModelOptions
        The options.

    Raises
    ------
    StudyProblem
        The method is not known.

    Examples
    --------
    >>> model_options("dl").method
    <Method.DERSIMONIAN_LAIRD: 'DL'>
    """
    word = method.strip().upper()
    names = [known.value for known in Method]
    if word == "FE":
        word = Method.EQUAL.value
    if word not in names:
        raise StudyProblem(
            Problem(
                Place(column="method"),
                found=text('"{method}"', method=method),
                expected=text("one of {names}", names=", ".join(names)),
                action=text("name one of these"),
            )
        )
    test = Test.KNAPP_HARTUNG if hartung_knapp else Test.NORMAL
    return ModelOptions(method=Method(word), test=test)


def _held(review: Review | Path | None) -> _Held:
    if review is None:
        opened = open_base()
    else:
        opened = open_review(review) if isinstance(review, Path) else review
    return _Held(
        rows=opened.extractions,
        papers=named_papers(opened),
        secondary=frozenset(_reviews(opened)),
        withheld=_withheld(opened),
        files=opened.files,
        # What the shipped rows do not say stands beside every answer; nobody can mend it there.
        problems=() if review is None else (*opened.problems, *_nothing(opened)),
    )


def named_papers(review: Review) -> dict[str, Paper]:
    """Return how a reader finds each publication of a review.

    Parameters
    ----------
    review
        The review.

    Returns
    -------
    dict
        By group: first author and year, and the DOI, PubMed number or address.
    """
    return {
        member.group: _paper(member.group, review.references[member.group])
        for member in review.members
        if member.group in review.references
    }


def _paper(group: str, reference: Reference) -> Paper:
    author = reference.authors[0].partition(",")[0].strip() if reference.authors else ""
    words = [author or reference.title[:40], "" if reference.year is None else str(reference.year)]
    label = " ".join(word for word in words if word) or group
    if reference.doi:
        return Paper(group=group, label=label, address=f"doi:{reference.doi}")
    if reference.pmid:
        return Paper(group=group, label=label, address=f"PMID {reference.pmid}")
    return Paper(group=group, label=label, address=reference.url)


def _reviews(review: Review) -> Iterable[str]:
    for member in review.members:
        held = review.references.get(member.group)
        if held is not None and held.kind is ReferenceKind.REVIEW:
            yield member.group


def _withheld(review: Review) -> dict[str, Text]:
    """Return the publications that are not in the review; none where nothing was decided yet."""
    if not review.decisions:
        return {}
    made: dict[str, Text] = {}
    for group, one in standings(review).items():
        if one.is_included:
            continue
        at = one.full_text
        if at.standing is Standing.NOT_REACHED:
            at = one.title_abstract
        made[group] = text(
            "the publication is not in the review: {standing}", standing=at.standing.label
        )
    return made


def _nothing(review: Review) -> Iterable[Problem]:
    if not review.extractions:
        yield Problem(
            Place(file="extractions.csv"),
            found=text("no rows"),
            expected=text("figures or directions that people read in the papers"),
            action=text("fill it with stroma evidence extract"),
            severity=Severity.WARNING,
        )


def _quantity(written: str, rows: Sequence[Extraction]) -> str:
    if any(row.quantity == written for row in rows):
        return written
    known = find_quantity(written)
    if known is not None:
        return known.name
    raise _unknown("quantity", written, {row.quantity for row in rows})


def _analyte(quantity: str | None, written: str, rows: Sequence[Extraction]) -> str:
    if any(row.analyte == written for row in rows):
        return written
    known = None if quantity is None else find_quantity(quantity)
    found = None if known is None else canonical_analyte(known, written)
    if found is not None:
        return found
    raise _unknown("analyte", written, {row.analyte for row in rows if row.analyte})


def _sources(written: Sequence[str], rows: Sequence[Extraction]) -> tuple[str, ...]:
    held = {word for row in rows for word in (row.tissue, row.part) if word}
    found: list[str] = []
    for word in written:
        tissue = find_tissue(word)
        if tissue is None and word not in held:
            raise _unknown("sources", word, {known.name for known in TISSUES})
        found.append(word if tissue is None else tissue.name)
    return tuple(dict.fromkeys(found))


def _unknown(column: str, written: str, known: set[str]) -> StudyProblem:
    near = ", ".join(nearest(written, sorted(known)))
    action = (
        text("write {word}, if that is meant", word=near)
        if near
        else text("take one of these words")
    )
    shown = sorted(known)[:30]
    return StudyProblem(
        Problem(
            Place(column=column),
            found=text('"{word}"', word=written),
            expected=text("one of {names}", names=", ".join(shown)),
            action=action,
        )
    )
