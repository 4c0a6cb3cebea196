"""The article's claims and references, and the tables beside them."""

from __future__ import annotations

import csv
from pathlib import Path

from stroma.published import (
    article_references,
    claims,
    findings,
    release_specifications,
    standard_rules,
    trials,
)


def test_the_article_makes_81_claims_of_61_references() -> None:
    assert [claim.key for claim in claims()] == [f"S{number:03d}" for number in range(1, 82)]
    assert [reference.number for reference in article_references()] == list(range(1, 62))


def test_claims_that_contradict_each_other_name_each_other() -> None:
    by_key = {claim.key: claim for claim in claims()}
    for one, other in (("S070", "S076"), ("S076", "S070")):
        faults = {fault.code: fault.details for fault in by_key[one].faults}
        assert faults["contradicts"] == (other,)


def test_every_claim_keeps_its_row_of_the_source(shared: Path) -> None:
    with (shared / "facts" / "claims.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["claim_id"] for row in rows] == [claim.key for claim in claims()]
    for row, claim in zip(rows, claims(), strict=True):
        assert row["attribute"] == ";".join(claim.attributes)
        assert row["seed_refs"] == ";".join(map(str, claim.references))
        # What other papers found is evidence and stands in the chain, not among the faults.
        elsewhere = ("Contested", "Trial counts", "CD34/CD45", "Brooke 2009")
        if row["issue"] and not row["issue"].startswith(elsewhere):
            assert claim.faults, claim.key


def test_dois_seen_elsewhere_stand_beside_the_printed_ones() -> None:
    seen = {held.number: held.doi_seen for held in article_references() if held.doi_seen}
    assert seen == {
        42: "10.1038/s41392-025-02313-9",
        46: "10.1186/s13287-023-03587-y",
        47: "10.1038/s41598-022-24160-2",
    }


def test_trials_are_84_of_which_51_are_of_marrow_and_none_of_placenta() -> None:
    counts = [trial.tissue for trial in trials()]
    assert len(counts) == 84
    assert counts.count("bone_marrow") == 51
    assert counts.count("adipose_tissue") == 17
    assert counts.count("umbilical_cord") == 16
    assert "placenta" not in counts


def test_specifications_keep_their_limit_and_their_source(shared: Path) -> None:
    with (shared / "facts" / "release_specifications.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    held = release_specifications()
    assert [row["limit"].strip() for row in rows] == [one.limit for one in held]
    assert all(one.doi or one.address for one in held)
    assert {one.product for one in held if not one.is_product} == {
        row["product"] for row in rows if "not one product" in row["product"]
    }


def test_rules_say_whether_they_were_seen() -> None:
    by_key = {rule.key: rule for rule in standard_rules()}
    assert by_key["ID-IFN"].seen == "from_memory"
    assert by_key["ID-POS"].seen == "secondary"


def test_findings_lead_to_their_paper() -> None:
    assert len({one.key for one in findings()}) == len(findings())
    for one in findings():
        assert one.says in ("shown", "denied")
        assert one.doi or one.address
        assert one.place
        assert one.has_figure == bool(one.value_printed)
