"""Which side of a row is of older donors, as the tables print ages."""

from __future__ import annotations

import pytest

from stroma.evidence.claims.ages import older_direction
from stroma.evidence.claims.records import EvidenceRow


def row(part: str, comparator: str, direction: str) -> EvidenceRow:
    marrow = frozenset({"bone_marrow"})
    return EvidenceRow(
        table="contrasts", key="C1", paper="", identity="a", place="", citation="", address="",
        attribute="CFU-F", tissues=marrow, part_printed=part, comparators=marrow,
        comparator_printed=comparator, direction=direction,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("part", "comparator", "direction", "older"),
    [
        ("donors 0-20 y", "BM other age groups", "higher", "lower"),
        ("donors 61-80 y", "BM other age groups", "lower", "lower"),
        ("infant donors 10-21 months", "BM adult donors 28-64 y", "higher", "lower"),
        ("donors 8 months-6 y", "BM donors 38-58 y", "lower", "higher"),
        ("iliac, donors above 20 y", "BM donors under 10 y", "lower", "lower"),
        ("donors <45 y", "BM middle-aged and older donors", "higher", "lower"),
        ("older donors (17-90 y study)", "BM younger donors", "higher", "higher"),
        ("61-89 y", "BM 19-40 y", "lower", "lower"),
        ("donors 48.5+/-7.2 y", "BM donors 12.5+/-5.8 y", "no_difference", "no_difference"),
        ("femoral canal, donors 28-91 y", "BM other ages", "no_difference", "no_difference"),
        ("female donors", "BM male donors", "higher", None),
    ],
)
def test_older_donors_are_told_from_younger_ones(
    part: str, comparator: str, direction: str, older: str | None
) -> None:
    assert older_direction(row(part, comparator, direction)) == older


def test_two_tissues_are_no_two_ages() -> None:
    held = row("donors 0-20 y", "AT donors 60 y", "higher")
    other = EvidenceRow(
        table="contrasts", key="C1", paper="", identity="a", place="", citation="", address="",
        attribute="CFU-F", tissues=held.tissues, part_printed=held.part_printed,
        comparators=frozenset({"adipose_tissue"}), comparator_printed=held.comparator_printed,
        direction="higher",
    )  # fmt: skip
    assert older_direction(other) is None
