"""Every table in one shape, and which rows are of one paper.

A paper has one voice, however many rows it fills and whichever tables name it: rows are of one
paper where they share a DOI, a number in PubMed or PubMed Central, an address, or the name of the
paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from stroma.doi import clean_doi
from stroma.evidence.claims.records import EvidenceRow, OwnAnswer
from stroma.evidence.review_records import Review
from stroma.published import (
    Certainty,
    ClinicalResult,
    Contrast,
    Evidence,
    PlanningInput,
    PublishedValue,
    article_references,
    clinical_results,
    contrasts,
    findings,
    planning_inputs,
    release_specifications,
    trials,
    values,
)
from stroma.published.article_tables import ARTICLE_DOI, TRIALS_DOI
from stroma.reference_records import Reference, ReferenceKind
from stroma.vocabulary import find_tissue

OWN_LOTS = "own_lots"
REVIEW = "review"

_PARTS_OF_PLACENTA = frozenset({"amnion", "chorion", "chorionic_villi", "decidua"})
_PUBMED = re.compile(r"(PMC\d+|PMID \d+|pubmed[./](?:gov/)?\d+)", re.IGNORECASE)
_SUFFIX = re.compile(r"\b(s\d{5}-\d{3}-\d{4,5}-[0-9a-z])\b")


def evidence_rows(
    review: Review | None = None, own: Sequence[OwnAnswer] = ()
) -> tuple[EvidenceRow, ...]:
    """Return every row that can speak to a claim.

    Parameters
    ----------
    review
        A review of the reader's own; its extractions count as further rows.
    own
        What the laboratory's own lots say.

    Returns
    -------
    tuple of EvidenceRow
        Published rows, then those of the review, then those of the own lots.
    """
    extracted = [row for row in _of_review(review) if not _is_source_of_claims(row)]
    lots = [_of_own(answer) for answer in own]
    if not extracted and not lots:
        return _published()
    held = {row.key: row for row in _published()}
    carried = {id(row): held.get(_carried_key(row)) for row in extracted}
    fresh = [row for row in extracted if not _is_same(row, carried[id(row)])]
    # A row of the package that a reader's review corrects is no longer that of the package.
    corrected = {_carried_key(row) for row in fresh} - {""}
    kept = [row for row in _published() if row.key not in corrected]
    return one_voice([*kept, *fresh, *lots])


def _carried_key(row: EvidenceRow) -> str:
    """Return the name of the published row that an extraction was made from; empty for none."""
    found = re.match(r"([CVPR]\d{3});", row.remark)
    return "" if found is None else found[1]


def _is_same(row: EvidenceRow, published: EvidenceRow | None) -> bool:
    if published is None:
        # A published row that says which is higher in words stands among the contrasts as well.
        return bool(_carried_key(row)) and not row.direction and row.value is None
    directions = {row.direction, published.direction} - {"", "not_stated"}
    return len(directions) <= 1 and row.value in (published.value, None)


@cache
def _published() -> tuple[EvidenceRow, ...]:
    rows = [
        *map(_of_contrast, contrasts()),
        *(_of_value(row) for row in values() if row.unit_printed not in ("direction", "text")),
        *(_of_text(row) for row in values() if row.unit_printed == "text"),
        *map(_of_input, planning_inputs()),
        *map(_of_result, clinical_results()),
        *_of_trials(),
        *_of_specifications(),
        *_of_findings(),
    ]
    return one_voice([row for row in rows if not _is_source_of_claims(row)])


@cache
def _cited_by_the_article() -> frozenset[str]:
    return frozenset(clean_doi(reference.doi) for reference in article_references()) - {""}


def _is_source_of_claims(row: EvidenceRow) -> bool:
    """Tell whether a row is the article's own, or that of a review the article cites."""
    doi = clean_doi(row.citation)
    return doi == ARTICLE_DOI or (row.is_secondary and doi in _cited_by_the_article())


def _cited(row: Evidence) -> str:
    return row.doi or row.address


def _of_contrast(row: Contrast) -> EvidenceRow:
    return EvidenceRow(
        table="contrasts",
        key=row.key,
        paper=row.paper,
        identity=_cited(row),
        place=row.place,
        citation=row.citation,
        address=row.address,
        attribute=row.attribute,
        quantity=row.quantity,
        analytes=row.analytes,
        tissues=frozenset((*row.tissues, *row.parts)),
        tissue_printed=row.tissue_printed,
        part_printed=row.part_printed,
        comparators=frozenset((*row.comparators, *row.comparator_parts)),
        comparator_printed=row.comparator_printed,
        direction=row.direction,
        value=row.value,
        low=row.low,
        high=row.high,
        bound=row.bound,
        value_printed=row.value_printed,
        unit_printed=row.unit_printed,
        n=row.n,
        n_counts=row.n_counts,
        condition="; ".join(told for told in (row.passage, row.condition) if told),
        is_secondary=row.certainty is Certainty.SECONDARY_REVIEW,
        has_figure=row.certainty is Certainty.PRIMARY_VALUE,
        study_type=row.study_type,
        species=row.species,
    )


def _of_value(row: PublishedValue) -> EvidenceRow:
    return EvidenceRow(
        table="values",
        key=row.key,
        paper=row.citation,
        identity=_cited(row),
        place=row.place,
        citation=row.citation,
        address=row.address,
        attribute=row.attribute,
        quantity=row.quantity,
        analytes=row.analytes,
        tissues=frozenset((*row.tissues, *row.parts)),
        tissue_printed=row.tissue_printed,
        value=row.value,
        low=row.low,
        high=row.high,
        bound=row.bound,
        value_printed=row.value_printed,
        unit_printed=row.unit_printed,
        n=row.n,
        n_counts=row.n_counts,
        condition=row.condition,
        is_secondary=row.certainty is Certainty.SECONDARY_REVIEW,
        has_figure=row.certainty is Certainty.PRIMARY_VALUE,
    )


def _of_text(row: PublishedValue) -> EvidenceRow:
    return replace(_of_value(row), has_figure=False, value=None, unit_printed="")


def _of_input(row: PlanningInput) -> EvidenceRow:
    return EvidenceRow(
        table="planning_inputs",
        key=row.key,
        paper=row.citation,
        identity=_cited(row),
        place=row.place,
        citation=row.citation,
        address=row.address,
        attribute=row.attribute,
        quantity=row.quantity,
        analytes=row.analytes,
        tissues=frozenset((*row.tissues, *row.parts)),
        tissue_printed=row.tissue_printed,
        part_printed=row.part_printed,
        value=row.value,
        low=row.low,
        high=row.high,
        unit_printed=row.unit_printed,
        n=row.n,
        n_counts=row.n_counts,
        condition=row.condition,
        is_secondary=row.certainty is Certainty.SECONDARY_REVIEW,
        has_figure=row.certainty is Certainty.PRIMARY_VALUE,
    )


def _of_result(row: ClinicalResult) -> EvidenceRow:
    printed = "" if row.value is None else f"{row.value:g}"
    if row.events is not None and row.total is not None:
        printed = f"{row.events}/{row.total}"
    return EvidenceRow(
        table="clinical_results",
        key=row.key,
        paper=row.product,
        identity=_cited(row),
        place=row.place,
        citation=row.citation,
        address=row.address,
        attribute=row.indication,
        tissues=frozenset((*row.tissues, *row.parts)),
        tissue_printed=row.tissue_printed,
        value_printed=printed,
        unit_printed="" if "/" in printed else row.unit_printed,
        n=row.total,
        n_counts="patients",
        condition=row.outcome,
        is_secondary=row.certainty is Certainty.SECONDARY_REVIEW,
        has_figure=row.certainty is Certainty.PRIMARY_VALUE,
        study_type="clinical",
    )


def _of_trials() -> Iterable[EvidenceRow]:
    for row in trials():
        yield EvidenceRow(
            table="trials",
            key=f"T{row.number:02d}",
            paper=f"{row.author} {row.year}",
            identity=row.address,
            place=f"CIDMap {row.number}",
            citation=f"doi:{TRIALS_DOI}",
            address=row.address,
            attribute=row.indication,
            tissues=frozenset({row.tissue}),
            tissue_printed=row.tissue_printed,
            condition=f"phase {row.phase}",
            study_type="clinical",
        )


def _of_specifications() -> Iterable[EvidenceRow]:
    for row in release_specifications():
        yield EvidenceRow(
            table="release_specifications",
            key=row.key,
            paper=row.product,
            identity=row.doi or row.address,
            place=row.place,
            citation=row.citation,
            address=row.address,
            attribute=row.attribute,
            tissues=frozenset(row.tissues),
            tissue_printed=row.tissue_printed,
            value_printed=f"{row.operator} {row.limit}".strip(),
            unit_printed=row.unit_printed,
            condition=row.role,
            is_secondary=not row.is_product,
        )


def _of_findings() -> Iterable[EvidenceRow]:
    for row in findings():
        yield EvidenceRow(
            table="findings",
            key=row.key,
            paper=row.paper,
            identity=row.doi or row.address,
            place=row.place,
            citation=row.citation,
            address=row.address,
            attribute=row.topic,
            tissues=frozenset(row.tissues),
            tissue_printed=row.tissue_printed,
            part_printed=row.part_printed,
            direction=row.says,
            value_printed=row.value_printed,
            unit_printed=row.unit_printed,
            n=row.n,
            n_counts=row.n_counts,
            condition=row.condition,
            is_secondary=row.is_secondary,
            has_figure=row.has_figure,
        )


def _of_review(review: Review | None) -> Iterable[EvidenceRow]:
    if review is None:
        return
    for row in review.extractions:
        reference = review.references.get(row.group)
        doi = "" if reference is None else reference.doi
        name = row.group if reference is None else _short(reference)
        printed = _printed(row.value, row.low, row.high)
        yield EvidenceRow(
            table=REVIEW,
            key=row.key,
            paper=name,
            identity=doi or row.group,
            place=row.place,
            citation=f"doi:{doi}" if doi else name,
            address="" if reference is None else reference.url,
            attribute=_attribute(row.quantity, row.analyte),
            quantity=row.quantity,
            analytes=(row.analyte,) if row.analyte else (),
            tissues=_tissue_names(row.tissue, row.part),
            tissue_printed=row.tissue,
            part_printed=row.part,
            comparators=_tissue_names(row.comparator),
            comparator_printed=row.comparator,
            direction="" if row.direction is None else row.direction.value,
            value=row.value,
            low=row.low,
            high=row.high,
            bound=row.bound,
            value_printed=f"{row.bound}{printed}",
            unit_printed=row.unit,
            n=row.n,
            n_counts=row.n_counts.value,
            condition="; ".join(told for told in (row.passage, row.condition) if told),
            is_secondary="secondary" in row.note
            or (reference is not None and reference.kind is ReferenceKind.REVIEW),
            remark=row.note,
            has_figure=bool(printed),
        )


def _attribute(quantity: str, analyte: str) -> str:
    """Return a quantity of the vocabulary as the published tables name it."""
    lineages = {"osteogenic": "osteo", "adipogenic": "adipo", "chondrogenic": "chondro"}
    if quantity == "percent_positive" and analyte:
        return f"{analyte}_positive"
    if quantity == "secretion" and analyte:
        return f"{analyte}_secretion"
    if quantity.startswith("differentiation") and analyte in lineages:
        return f"differentiation_{lineages[analyte]}"
    return quantity


def _printed(value: float | None, low: float | None, high: float | None) -> str:
    if value is not None:
        return f"{value:g}"
    return "–".join(f"{end:g}" for end in (low, high) if end is not None)


def _short(reference: Reference) -> str:
    family = reference.authors[0].partition(",")[0] if reference.authors else reference.title[:40]
    return f"{family} {reference.year or ''}".strip()


def _tissue_names(*words: str) -> frozenset[str]:
    found = {
        name
        for words_of_one in words
        for word in words_of_one.split(";")
        for name in [find_tissue(word.strip()) if word.strip() else None]
        if name is not None
    }  # fmt: skip
    names = {tissue.name for tissue in found}
    return frozenset(names | ({"placenta"} if names & _PARTS_OF_PLACENTA else set()))


def _of_own(answer: OwnAnswer) -> EvidenceRow:
    first, second = answer.sources
    analyte = (answer.analyte,) if answer.analyte else ()
    return EvidenceRow(
        table=OWN_LOTS,
        key="",
        paper="",
        identity=OWN_LOTS,
        place="",
        citation="",
        address="",
        attribute=_attribute(answer.quantity, answer.analyte),
        quantity=answer.quantity,
        analytes=analyte,
        tissues=_tissue_names(second),
        tissue_printed=second,
        comparators=_tissue_names(first),
        comparator_printed=first,
        direction={"DIFFERENT": answer.direction, "EQUIVALENT": "no_difference"}.get(
            answer.answer, ""
        ),
        n=sum(answer.donors),
        n_counts="donors",
        has_figure=True,
        note=answer.told,
    )


def one_voice(rows: Sequence[EvidenceRow]) -> tuple[EvidenceRow, ...]:
    """Give the rows of one paper the same identity.

    Parameters
    ----------
    rows
        Of any tables.

    Returns
    -------
    tuple of EvidenceRow
        The same rows in the same order. What reviews say of papers stays the review's own voice.
    """
    leaders: dict[str, str] = {}
    for row in rows:
        names = _names(row)
        known = sorted({_leader(name, leaders) for name in names})
        for name in (*names, *known):
            leaders[_leader(name, leaders)] = known[0]
    return tuple(
        replace(row, identity=_leader(_names(row)[0], leaders)) if row.identity else row
        for row in rows
    )


def _leader(name: str, leaders: Mapping[str, str]) -> str:
    while leaders.get(name, name) != name:
        name = leaders[name]
    return name


def _names(row: EvidenceRow) -> list[str]:
    if row.table in (OWN_LOTS, "release_specifications"):
        return [f"{row.table} {row.identity}"]
    kind = "review " if row.is_secondary else ""
    doi = clean_doi(row.citation)
    address = row.address.partition("?")[0].removeprefix("https://").removeprefix("http://")
    names = [doi, address.rstrip("/")] if doi else [address.rstrip("/") or row.identity]
    if row.table == "trials":
        # The data set's own DOI is that of its 84 reports together.
        names = [address]
    told = f"{row.paper} {row.address}" if not row.is_secondary else row.address
    names += [found.upper().replace("PUBMED.GOV", "PUBMED") for found in _PUBMED.findall(told)]
    if not row.is_secondary:
        names += _SUFFIX.findall(told)
        names += [doi.partition("/")[2]] if _SUFFIX.search(doi) else []
        if row.table in ("contrasts", REVIEW):
            names.append(re.sub(r"\s*\(.*", "", row.paper))
    return [f"{kind}{name.lower()}" for name in dict.fromkeys(names) if name]
