"""Carry the claims of the founding article, its references and three tables beside them.

What was noted of a claim becomes codes: ``off_topic|3;contradicts|S076``. Its sentence stands in
``stroma/evidence/claims/texts.py``, where it is translated. Re-make the files with::

    python tools/carry_claims.py ../shared/facts
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from carry_published import TARGET, Row, _carried, _tissues, _write

FAULTS = {
    "S007": "no_number",
    "S009": "word_stem",
    "S012": "off_topic|3",
    "S013": "off_topic|3",
    "S014": "off_topic|3",
    "S015": "off_topic|4",
    "S016": "off_topic|3,5,6",
    "S018": "frequency_not_yield;off_topic|1",
    "S019": "off_topic|1",
    "S020": "off_topic|8",
    "S021": "marker_discriminates|33",
    "S022": "not_in_abstract|9",
    "S024": "no_dates_or_counts",
    "S025": "query_cannot_find|22,38,43,45,60",
    "S026": "reviews_as_evidence",
    "S027": "excludes_own_subject|1,4,5,9,52;free_access_only",
    "S029": "reissue_date|11",
    "S030": "argues_against|13",
    "S032": "threshold_omitted|>=95",
    "S033": "threshold_omitted|<=2;either_marker_suffices;stimulation_omitted",
    "S037": "off_topic|20,21,22",
    "S038": "off_topic|23,24",
    "S040": "source_says_otherwise|27",
    "S042": "off_topic|32",
    "S043": "off_topic|33",
    "S045": "off_topic|38",
    "S048": "off_topic|44,45",
    "S049": "off_topic|47;garbled",
    "S051": "contradicts|S048,S071",
    "S052": "off_topic|50",
    "S053": "off_topic|51",
    "S054": "off_topic|52",
    "S055": "off_topic|53,54",
    "S056": "too_general|55",
    "S057": "off_topic|40,56",
    "S058": "disputed_elsewhere|PMC4493719",
    "S062": "unstimulated_only",
    "S063": "off_topic|17,18",
    "S064": "off_topic|17,18",
    "S065": "off_topic|19,20",
    "S067": "off_topic|60,21",
    "S069": "speculative;too_general|61",
    "S070": "contradicts|S076;not_in_abstract|9",
    "S076": "contradicts|S070",
    "S079": "part_not_stated",
}
"""What was noted of a claim. Failing and placeholder DOIs are found by the check, not listed."""

RULE_SEEN = (("secondary", "secondary"), ("memory", "from_memory"), ("abstract", "abstract"))


def main(facts: Path) -> None:
    """Write the five tables."""
    for letter, name, source, carry in (
        ("", "claims", "claims", _claim),
        ("", "references", "references", _reference),
        ("L", "release_specifications", "release_specifications", _release),
        ("", "trials", "cidmap_trials", _trial),
        ("", "rules", "rules", _rule),
    ):
        rows = list(_carried(facts / f"{source}.csv", letter, carry))
        if not letter:
            rows = [{key: value for key, value in row.items() if key != "key"} for row in rows]
        _write(TARGET / f"{name}.csv", rows)


def _claim(row: Row) -> dict[str, str]:
    return {
        "claim": row["claim_id"],
        "section": row["section"],
        "kind": row["kind"],
        "attribute": row["attribute"],
        "tissue_printed": row["source_tissue"],
        "comparator_printed": row["comparator"],
        "stated": row["direction_or_value"],
        "unit_printed": row["unit"],
        "references": row["seed_refs"],
        "faults": FAULTS.get(row["claim_id"], ""),
    }


def _reference(row: Row) -> dict[str, str]:
    status = row["status"]
    other = re.search(r"10\.\d{4,9}/\S+", status.partition("PMC")[2]) or re.search(
        r"articles/(s\d{5}-\S+)", status
    )
    code = next(
        (
            code
            for code, pattern in (
                ("placeholder", r"PLACEHOLDER"),
                ("other_doi_seen", r"WRONG DOI"),
                ("doubtful", r"DOUBTFUL"),
                ("check_character", r"SUSPECT"),
                ("doi_and_title_seen", r"DOI and title seen"),
            )
            if re.search(pattern, status)
        ),
        "not_looked_up",
    )
    found = "" if other is None else other[other.lastindex or 0]
    return {
        "number": row["ref"],
        "citation": row["citation"],
        "doi": row["doi_in_seed"],
        "status": code,
        "doi_seen": found if found.startswith("10.") or not found else f"10.1038/{found}",
        "address": row["where_seen"] if "/" in row["where_seen"] else "",
    }


def _release(row: Row) -> dict[str, str]:
    where = row["doi_or_url"]
    doi = re.search(r"10\.\d{4,9}/[^\s;]+", where)
    address = re.search(r"https?://\S+", where)
    place = re.search(r"(table \d+|abstract)", where)
    return {
        "product": row["product"],
        "product_kind": "review" if "not one product" in row["product"] else "product",
        "tissue_printed": row["source"],
        "tissue": _tissues(row["source"].removesuffix(" pooled")),
        "attribute": row["attribute"],
        "operator": row["operator"],
        "limit": row["limit"],
        "unit_printed": row["unit"],
        "role": row["role"],
        "doi": "" if doi is None else doi[0],
        "address": address[0] if address else ("" if doi else where),
        "place": "" if place is None else place[0],
    }


def _trial(row: Row) -> dict[str, str]:
    sources = {
        "Bone marrow": "bone_marrow",
        "Adipose": "adipose_tissue",
        "Umbilical cord": "umbilical_cord",
    }
    return {
        "number": row["ref_number"],
        "author": row["ref_first_author"],
        "year": row["year"],
        "journal": row["journal"],
        "phase": row["phase"],
        "tissue_printed": row["source"],
        "tissue": sources[row["source"]],
        "donor": row["allo_auto"].lower(),
        "indication": row["indication"].strip(),
        "indication_group": row["sum_indication"],
        "mechanism": row["MOA"],
        "isct_claimed": "yes" if row["ISCT_claimed"] == "y" else "no",
        "differentiation": row["differentiation"].lower(),
        "address": row["ref_url"],
    }


def _rule(row: Row) -> dict[str, str]:
    seen = next((code for word, code in RULE_SEEN if word in row["seen"]), "seen")
    return {
        "rule": row["rule_id"],
        "scope": row["scope"],
        "expression": row["expression"],
        "evidence": row["evidence"],
        # The two rows after the first of the position statement say "as above".
        "address": row["where"].replace("as above", "PMC7234888 table T1"),
        "seen": seen,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
