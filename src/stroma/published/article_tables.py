"""The founding article's claims and references, and three tables beside them, read once.

The files are made by ``tools/carry_claims.py``, but ``findings.csv``, which is kept by hand.
"""

from __future__ import annotations

from functools import cache

from stroma.published.article_rows import (
    ArticleReference,
    Claim,
    Fault,
    Finding,
    ReleaseSpecification,
    StandardRule,
    TrialReport,
)
from stroma.published.tables import read_rows, split_cell

ARTICLE_DOI = "10.54500/2790-1203-2026-1-126-amj006"
"""The founding article: Omargali et al., Astana Medical Journal 2026, 126(1)."""
TRIALS_DOI = "10.1186/s13287-021-02435-1"
"""The paper of the CIDMap data set, of which the trial reports are."""


@cache
def claims() -> tuple[Claim, ...]:
    """Return the claims of the founding article.

    Returns
    -------
    tuple of Claim
        In the order of the article; read at the first call.

    Examples
    --------
    >>> len(claims()), claims()[69].key, claims()[69].faults[0].details
    (81, 'S070', ('S076',))
    """
    return tuple(
        Claim(
            key=row["claim"],
            section=row["section"],
            kind=row["kind"],
            attributes=split_cell(row["attribute"]),
            tissue_printed=row["tissue_printed"],
            comparator_printed=row["comparator_printed"],
            stated=row["stated"],
            unit_printed=row["unit_printed"],
            references=tuple(int(number) for number in split_cell(row["references"])),
            faults=tuple(_fault(fault) for fault in split_cell(row["faults"])),
        )
        for row in read_rows("claims")
    )


def _fault(written: str) -> Fault:
    code, _, details = written.partition("|")
    return Fault(code=code, details=tuple(details.split(",")) if details else ())


@cache
def article_references() -> tuple[ArticleReference, ...]:
    """Return the references of the founding article.

    Returns
    -------
    tuple of ArticleReference
        In the order of its list; read at the first call.

    Examples
    --------
    >>> article_references()[10].doi
    '10.1002/9780470513637.ch4'
    """
    return tuple(
        ArticleReference(
            number=int(row["number"]),
            citation=row["citation"],
            doi=row["doi"],
            status=row["status"],
            doi_seen=row["doi_seen"],
            address=row["address"],
        )
        for row in read_rows("references")
    )


@cache
def release_specifications() -> tuple[ReleaseSpecification, ...]:
    """Return the limits that products and reviews of products state.

    Returns
    -------
    tuple of ReleaseSpecification
        In the order of the table; read at the first call.

    Examples
    --------
    >>> release_specifications()[1].attribute, release_specifications()[1].limit
    ('CD105', '95')
    """
    return tuple(
        ReleaseSpecification(
            key=row["key"],
            product=row["product"],
            is_product=row["product_kind"] == "product",
            tissue_printed=row["tissue_printed"],
            tissues=split_cell(row["tissue"]),
            attribute=row["attribute"],
            operator=row["operator"],
            limit=row["limit"],
            unit_printed=row["unit_printed"],
            role=row["role"],
            doi=row["doi"],
            address=row["address"],
            place=row["place"],
        )
        for row in read_rows("release_specifications")
    )


@cache
def trials() -> tuple[TrialReport, ...]:
    """Return the clinical trial reports of the CIDMap data set (MIT licence).

    Returns
    -------
    tuple of TrialReport
        In the order of the data set; read at the first call.

    Examples
    --------
    >>> sum(trial.tissue == "bone_marrow" for trial in trials()), len(trials())
    (51, 84)
    """
    return tuple(
        TrialReport(
            number=int(row["number"]),
            author=row["author"],
            year=int(row["year"]),
            journal=row["journal"],
            phase=row["phase"],
            tissue=row["tissue"],
            tissue_printed=row["tissue_printed"],
            donor=row["donor"],
            indication=row["indication"],
            indication_group=row["indication_group"],
            mechanism=row["mechanism"],
            isct_claimed=row["isct_claimed"] == "yes",
            differentiation=row["differentiation"] == "yes",
            address=row["address"],
        )
        for row in read_rows("trials")
    )


@cache
def standard_rules() -> tuple[StandardRule, ...]:
    """Return the rules that standards and consensus papers state.

    Returns
    -------
    tuple of StandardRule
        In the order of the table; read at the first call.

    Examples
    --------
    >>> standard_rules()[1].key
    'ID-POS'
    """
    return tuple(
        StandardRule(
            key=row["rule"],
            scope=row["scope"],
            expression=row["expression"],
            evidence=row["evidence"],
            address=row["address"],
            seen=row["seen"],
        )
        for row in read_rows("rules")
    )


@cache
def findings() -> tuple[Finding, ...]:
    """Return what papers say of matters that are no property of cells.

    Returns
    -------
    tuple of Finding
        Each read in the paper's abstract; the table is kept by hand.

    Examples
    --------
    >>> findings()[0].topic, findings()[0].doi
    ('aspiration_pain', '10.1371/journal.pone.0221534')
    """
    return tuple(
        Finding(
            key=row["key"],
            topic=row["topic"],
            paper=row["paper"],
            doi=row["doi"],
            address=row["address"],
            place=row["place"],
            tissue_printed=row["tissue_printed"],
            tissues=split_cell(row["tissue"]),
            part_printed=row["part_printed"],
            says=row["says"],
            value_printed=row["value_printed"],
            unit_printed=row["unit_printed"],
            n=int(row["n"]) if row["n"] else None,
            n_counts=row["n_counts"],
            condition=row["condition"],
            has_figure=row["certainty"] == "primary_value",
            is_secondary=row["certainty"] == "secondary_review",
        )
        for row in read_rows("findings")
    )
