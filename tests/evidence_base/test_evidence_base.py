"""The review that Stroma ships: the published tables in the form of any review."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stroma.errors import Severity
from stroma.evidence.extraction.arithmetic import check_extractions
from stroma.evidence.extraction.extractions import parse_extractions, updated_text
from stroma.evidence.extraction.words import CALCULATED_FIGURES, FIGURES
from stroma.evidence.review_records import Counted, Extraction, Review, SpreadKind
from stroma.evidence.screening.standing import Standing, standings
from stroma.evidence_base import open_base
from stroma.published.article_tables import article_references
from stroma.published.rows import Contrast, PublishedValue
from stroma.published.tables import contrasts, values
from stroma.units import find_unit
from stroma.vocabulary import find_quantity

REPOSITORY = Path(__file__).resolve().parents[2]
SHIPPED = REPOSITORY / "src" / "stroma" / "evidence_base"
FILES = (
    "review.toml",
    "duplicates.csv",
    "decisions.csv",
    "extractions.csv",
    "searches/founding-article.ris",
    "searches/published-tables.ris",
)


@pytest.fixture(scope="module")
def base() -> Review:
    return open_base()


@pytest.fixture(scope="module")
def rows(base: Review) -> dict[str, Extraction]:
    return {row.note.partition(";")[0]: row for row in base.extractions}


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    yield
    sys.modules.pop("make_evidence_base", None)


def test_the_tool_makes_the_same_folder_again(tools: None, tmp_path: Path) -> None:
    from make_evidence_base import make

    make(tmp_path / "base")
    for name in FILES:
        assert (tmp_path / "base" / name).read_bytes() == (SHIPPED / name).read_bytes(), name


def test_nothing_in_it_is_wrong(base: Review) -> None:
    wrong = [problem for problem in base.problems if problem.severity is Severity.ERROR]
    assert wrong == []


def test_every_row_of_the_tables_is_there_in_their_order(base: Review) -> None:
    keys = [row.note.partition(";")[0] for row in base.extractions]
    assert keys == [row.key for row in (*contrasts(), *values())]
    assert [row.key for row in base.extractions] == [f"X{i:04d}" for i in range(1, 728)]


def test_figures_are_those_of_the_tables(rows: dict[str, Extraction]) -> None:
    for published in (*contrasts(), *values()):
        row = rows[published.key]
        figures = ("value", "low", "high", "spread", "bound", "n")
        for name in figures:
            assert getattr(row, name) == getattr(published, name), (published.key, name)
        if any(getattr(row, name) is not None for name in ("value", "low", "high", "spread")):
            kind = SpreadKind(published.spread_kind) if published.spread_kind else None
            assert row.spread_kind is (kind or SpreadKind.NOT_STATED)


def test_words_are_those_of_the_tables(rows: dict[str, Extraction]) -> None:
    for published in (*contrasts(), *values()):
        row = rows[published.key]
        assert row.place == published.place
        assert row.condition == published.condition
        if published.quantity:
            assert row.quantity == published.quantity
            assert row.analyte == ";".join(published.analytes)
        else:
            assert find_quantity(row.quantity) is None
            assert row.quantity.removesuffix(" (as printed)") == published.attribute
        assert row.tissue == (";".join(published.tissues) or published.tissue_printed)
        assert row.part == ";".join(published.parts)
        assert f"; {published.certainty.value}" in row.note
        unit = find_unit(row.unit)
        if published.unit:
            assert unit is not None
            assert unit.code == published.unit
        if isinstance(published, Contrast):
            printed = published.comparator_printed.replace("; ", ";")
            assert row.comparator == (";".join(published.comparators) or printed)
            assert row.direction is not None
            assert row.direction.value == published.direction
            assert (row.passage, row.p_printed) == (published.passage, published.p_printed)
            assert f"paper: {published.paper}" in row.note


def test_n_counts_donors_only_where_the_tables_say_so(rows: dict[str, Extraction]) -> None:
    for published in (*contrasts(), *values()):
        row = rows[published.key]
        if row.n_counts is not Counted.DONORS:
            continue
        laboratory = isinstance(published, PublishedValue) and published.quantity != ""
        assert published.n_counts == "donors" or laboratory


def test_a_row_leads_to_its_paper(base: Review, rows: dict[str, Extraction]) -> None:
    for published in (*contrasts(), *values()):
        reference = base.references[rows[published.key].group]
        if published.doi:
            assert reference.doi == published.doi.lower()
        else:
            assert reference.url or reference.doi or reference.pmid or reference.pmcid


def test_what_is_held_is_included_and_what_was_not_seen_is_not(base: Review) -> None:
    by_group = standings(base)
    held = {row.group for row in base.extractions}
    included = {group for group, one in by_group.items() if one.is_included}
    assert held == included
    others = [one.full_text.standing for group, one in by_group.items() if group not in held]
    assert set(others) == {Standing.NOT_RETRIEVED}
    # Two of the 61 references are papers that rows were read in.
    assert len(others) == len(article_references()) - 2


def test_only_what_a_citation_says_stands_in_the_export(base: Review) -> None:
    cited = {one.number: one.citation for one in article_references()}
    article = [
        reference
        for reference in base.references.values()
        if reference.origin.file == "searches/founding-article.ris"
    ]
    assert len(article) == 61
    for number, reference in enumerate(article, start=1):
        citation = cited[number].replace("*", "")
        assert reference.title in citation
        assert str(reference.year) in citation
        for author in reference.authors:
            assert author.split(",")[0] in citation
        for page in re.split(r"[-–]", reference.pages):
            assert page in citation
    harrell = article[49]
    assert harrell.title == "Therapeutic effects of mesenchymal stem cells on cognitive deficits"
    assert harrell.doi == article_references()[49].doi.lower()
    assert article[0].authors[:2] == ("Koltsova, A. M.", "Zenin, V. V.")
    assert article[14].authors == ("Trigo CM", "Rodrigues JS", "Camões SP", "Solá S", "Miranda JP")


def test_a_spreadsheet_of_another_country_saves_the_same_rows(base: Review) -> None:
    written = (SHIPPED / "extractions.csv").read_text(encoding="utf-8")
    table = list(csv.DictReader(io.StringIO(written)))
    figures = (*FIGURES, *CALCULATED_FIGURES)
    target = io.StringIO()
    writer = csv.DictWriter(target, list(table[0]), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    for row in table:
        writer.writerow(row | {name: row[name].replace(".", ",") for name in figures})
    rows, problems = parse_extractions("\ufeff" + target.getvalue(), file="extractions.csv")
    as_saved, said = parse_extractions(written, file="extractions.csv")
    assert rows == as_saved
    assert problems == said
    assert updated_text(target.getvalue(), rows) == written


def test_its_figures_are_checked_like_any_other(base: Review) -> None:
    found = check_extractions(base.extractions, file="extractions.csv")
    warnings = [problem for problem in found if problem.severity is Severity.WARNING]
    # V104 of the tables: 98.2 ± 7.9 % CD105+ (SEM, n = 5), which no five percentages can have.
    assert any("SEM 7.9 of n = 5" in str(problem.found) for problem in warnings)
    assert all(problem.place.row is not None for problem in warnings)
