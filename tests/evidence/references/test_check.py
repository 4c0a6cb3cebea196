"""Lists of references checked without looking anything up."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from stroma.evidence.references.check import FaultKind, check_doi, check_references
from stroma.evidence.references.check_characters import (
    checked_numbers,
    isbn13_character,
    issn_character,
    pii_character,
    springer_character,
)
from stroma.evidence.references.citation_text import Cited, cited_from, parse_list


@pytest.mark.parametrize(
    "doi",
    [
        # Five-digit and four-digit articles of Springer Nature, each as published.
        "10.1186/s13287-020-01690-y",
        "10.1186/s12967-020-02568-6",
        "10.1038/s41598-022-24160-2",
        "10.1038/s41392-025-02313-9",
        "10.1186/s13287-023-03587-y",
        "10.1007/s00018-020-03600-0",
        "10.1186/s13287-019-1279-9",
        "10.1186/s12967-018-1659-4",
        "10.1186/s12916-015-0399-z",
        "10.1007/s12185-013-1399-4",
        "10.1186/s13287-018-1104-x",
        # Publisher Item Identifiers.
        "10.1016/S0749-8063(15)00223-6",
        "10.1016/S0140-6736(20)30183-5",
        # ISBN-13 and ISSN.
        "10.1002/9780470513637.ch4",
        "10.1111/j.1365-2141.2008.07492.x",
    ],
)
def test_published_dois_hold_their_check_characters(doi: str) -> None:
    numbers = checked_numbers(doi)
    assert numbers
    assert all(number.holds for number in numbers)
    assert check_doi(doi) == ()


@pytest.mark.parametrize(
    ("doi", "expected"),
    [
        ("10.1038/s41419-022-05034-4", "x"),
        ("10.1186/s13287-023-03347-4", "y"),
        ("10.1038/s41392-025-01842-1", "7"),
        ("10.1186/s13287-023-03567-8", "2"),
        ("10.1038/s41598-022-24058-5", "z"),
        ("10.1186/s11658-022-00361-3", "5"),
        ("10.1007/s11033-024-09460-7", "2"),
        ("10.1186/s13287-021-02226-5", "8"),
        ("10.1186/s13287-022-03054-6", "0"),
        ("10.1016/S0749-8063(15)00223-7", "6"),
    ],
)
def test_failing_dois_say_what_the_character_would_be(doi: str, expected: str) -> None:
    (fault,) = check_doi(doi)
    assert fault.kind is FaultKind.CHECK_CHARACTER
    assert fault.character == expected
    assert "fails its check character" in fault.found.render()


def test_characters_of_standards() -> None:
    assert issn_character("0378595") == "5"  # Hearing Research
    assert isbn13_character("978030640615") == "7"  # the example of the standard
    assert pii_character("014067362030183") == "5"
    assert springer_character("132870191279") == "9"


@pytest.mark.parametrize(
    ("doi", "kind"),
    [
        ("10.1007/978-3-030-XXXX-X_17", FaultKind.PLACEHOLDER),
        ("10.xxxx/xxxxx", FaultKind.PLACEHOLDER),
        ("10.1000/to be assigned", FaultKind.PLACEHOLDER),
        ("101.1016/j.stem.2022.10.006", FaultKind.MALFORMED),
        ("10.1186", FaultKind.MALFORMED),
        ("doi:not-known", FaultKind.MALFORMED),
    ],
)
def test_placeholders_and_malformed_dois_are_told_apart(doi: str, kind: FaultKind) -> None:
    (fault,) = check_doi(doi)
    assert fault.kind is kind


def test_all_61_references_have_the_result_that_was_noted(shared: Path) -> None:
    with (shared / "facts" / "references.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cited = [
        cited_from(row["citation"], label=row["ref"], doi_written=row["doi_in_seed"])
        for row in rows
    ]
    faults = check_references(cited)
    expected = {
        row["ref"]: re.sub(r".*would be (.)\)", r"\1", row["springer_nature_check"])
        for row in rows
        if "WRONG" in row["springer_nature_check"]
    }
    characters = {f.label: f.character for f in faults if f.kind is FaultKind.CHECK_CHARACTER}
    assert characters == expected
    others = [(f.label, f.kind) for f in faults if f.kind is not FaultKind.CHECK_CHARACTER]
    assert others == [("50", FaultKind.PLACEHOLDER)]
    held = [row for row in rows if row["springer_nature_check"] == "check character OK"]
    assert held
    for row in held:
        assert all(number.holds for number in checked_numbers(row["doi_in_seed"]))


def cited(written: str, label: str = "1", doi: str = "") -> Cited:
    return cited_from(written, label=label, doi_written=doi)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (
            "Doe, J. (2015). On cells. Stem Cell Research & Therapy, 13(1), 5. https://doi.org/10.1186/s13287-022-03054-0",
            "of 2022, the citation of 2015",
        ),
        (
            "Doe, J. (2022). On cells. Journal of Bones, 13(1), 5. doi:10.1186/s13287-022-03054-0",
            "is of Stem Cell Research & Therapy, which the citation does not name",
        ),
        (
            "Doe, J. (2021). On cells. *Cells*, 10(11), 3278. https://doi.org/10.3390/cells10123278",
            "another volume, issue or number than the citation: 10(11), 3278",
        ),
        (
            "Doe, J. (2023). On cells. *World Journal of Stem Cells*, 15(5), 502-515. https://doi.org/10.4252/wjsc.v15.i6.502",
            "another volume, issue or number",
        ),
        (
            "Doe, J. (2009). On cells. *Placenta*, 101, 66-74. https://doi.org/10.1016/j.placenta.2020.08.007",
            "of 2020, the citation of 2009",
        ),
    ],
)
def test_a_doi_that_disagrees_with_its_citation_is_named(written: str, words: str) -> None:
    (fault,) = check_references([cited(written)])
    assert fault.kind is FaultKind.DISAGREES
    assert words in fault.found.render()


@pytest.mark.parametrize(
    "told",
    [
        "Doe J. On cells. Stem Cell Res Ther. 2022;13(1):366. doi: 10.1186/s13287-022-03054-0",
        "Doe J. On cells. J Transl Med. 2020;18:384. doi: 10.1186/s12967-020-02568-6",
        "Doe J. On cells. Sci. Rep. 2022;12:19509. doi: 10.1038/s41598-022-24160-2",
        "Doe J. On cells. 2022. doi: 10.1186/s13287-022-03054-0",
    ],
)
def test_an_abbreviated_or_absent_journal_is_no_other_journal(told: str) -> None:
    assert check_references([cited(told)]) == ()


def test_references_given_twice_and_dois_shared_by_two_papers_are_found() -> None:
    one = "Caplan, A. I. (1991). Mesenchymal stem cells of the bone. *J Orthop Res*, 9(5), 641-650."
    other = (
        "Friedenstein, A. J. (1966). Osteogenesis in transplants. *Development*, 16(3), 381-390."
    )
    doi = " https://doi.org/10.1002/jor.1100090504"
    faults = check_references(
        [cited(one + doi, "1"), cited(other + doi, "2"), cited(one + doi, "3")]
    )
    assert [(fault.label, fault.kind) for fault in faults] == [
        ("2", FaultKind.SAME_DOI),
        ("3", FaultKind.DUPLICATE),
    ]
    assert "the same publication as reference 1" in faults[1].found.render()


def test_a_missing_year_is_found() -> None:
    (fault,) = check_references([cited("Doe, J. On cells of nowhere. *Journal of Bones*.")])
    assert fault.kind is FaultKind.NO_YEAR


@pytest.mark.parametrize(
    ("written", "labels"),
    [
        ("[1] Doe J. A paper. 2001.\n[2] Roe R. A paper that\nruns on. 2002.\n", ["1", "2"]),
        ("1. Doe J. A. 2001.\n\n2. Roe R. B. 2002.\n", ["1", "2"]),
        ("Doe J. A. 2001.\nRoe R. B. 2002.\nPoe P. C. 2003.\n", ["1", "2", "3"]),
        ("Doe J. A.\n2001.\n\nRoe R. B.\n2002.\n\nPoe. C. 2003", ["1", "2", "3"]),
        ("# Title\n\nWords.\n\n## References\n\n1. Doe. 2001.\n\n2. Roe. 2002.\n\nEnd.",
         ["1", "2"]),
        ("Текст\n\nЛитература\n\n1. Doe. 2001.\n2. Roe. 2002.\n", ["1", "2"]),
    ],
)  # fmt: skip
def test_lists_of_many_shapes_are_taken_apart(written: str, labels: list[str]) -> None:
    held = parse_list(written)
    assert [one.label for one in held] == labels
    assert all(one.reference.year for one in held)


def test_a_citation_is_taken_apart_as_far_as_it_says() -> None:
    held = cited(
        "Trigo CM, Rodrigues JS, Camões SP. Mesenchymal stem cell secretome for regenerative "
        "medicine: Where do we stand? *J Adv Res*. 2025 Apr;70:103-124. "
        "doi:10.1016/j.jare.2024.05.004"
    ).reference
    assert held.year == 2025
    assert held.title.startswith("Mesenchymal stem cell secretome")
    assert held.doi == "10.1016/j.jare.2024.05.004"


def test_a_russian_citation_is_taken_apart() -> None:
    held = cited(
        "Иванов И. И., Петров П. П. Клетки плаценты // Клеточная трансплантология. — 2015. — "
        "Т. 10, № 2. — С. 12–20. DOI: 10.23868/gc120000"
    ).reference
    assert held.authors == ("Иванов И. И.", "Петров П. П.")
    assert (held.title, held.journal) == ("Клетки плаценты", "Клеточная трансплантология")
    assert (held.year, held.volume, held.issue, held.pages) == (2015, "10", "2", "12–20")


def test_a_doi_that_a_space_breaks_off_is_malformed() -> None:
    (fault,) = check_references([cited("Lee K. A. Cells. 2020;9:127. doi:10.3390/cells 9010127")])
    assert fault.kind is FaultKind.MALFORMED
    assert '"10.3390/cells 9010127" cannot be a DOI' in fault.found.render()


def test_one_paper_in_two_styles_is_a_duplicate() -> None:
    one = "Smith A, Doe B. Stromal cells of the term placenta. Cytotherapy. 2019;21(3):301-310."
    two = "Smith, A., & Doe, B. (2019). Stromal cells of the term placenta. Cytotherapy, 21(3)."
    (fault,) = check_references([cited(one, "1"), cited(two, "2")])
    assert (fault.label, fault.kind) == ("2", FaultKind.DUPLICATE)
