"""Lists of references from files; the commands' own tests hold the other formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from stroma.errors import FileProblem
from stroma.reference_lists import read_reference_list


def test_the_article_itself_gives_its_61_references(shared: Path) -> None:
    held = read_reference_list(shared / "facts" / "founding_article.txt")
    assert (held.kind, len(held.cited)) == ("text", 61)
    assert [one.label for one in held.cited] == [str(number) for number in range(1, 62)]
    assert all(one.doi_written and one.reference.year for one in held.cited)


def test_a_table_gives_its_rows(shared: Path) -> None:
    held = read_reference_list(shared / "facts" / "references.csv")
    assert (held.kind, len(held.cited)) == ("table", 61)
    assert (held.cited[49].label, held.cited[49].row) == ("50", 51)
    assert held.cited[49].doi_written == "10.1007/978-3-030-XXXX-X_17"


@pytest.mark.parametrize(
    ("folder", "export"), [("exports", "_baseline_zotero.ris"), ("exports", "_baseline_scopus.csv")]
)
def test_exports_give_their_records(folder: str, export: str, shared: Path) -> None:
    held = read_reference_list(shared / "data" / "literature" / folder / export)
    assert held.kind not in ("text", "table")
    assert held.cited


def test_a_list_of_one_column_with_commas_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Doe, J. (2001). A. B, 1(2), 3.\nRoe, R. (2002). C. D, 4(5), 6.\n", "utf-8")
    assert [one.reference.year for one in read_reference_list(path).cited] == [2001, 2002]


def test_a_word_document_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(FileProblem, match="save the list of references as plain text"):
        read_reference_list(path)
