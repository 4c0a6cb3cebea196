"""What pages say of the methods of positivity is what the simulation found."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def pages(monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    import reference_pages

    return reference_pages


def words_of(path):
    return " ".join((REPOSITORY / path).read_text(encoding="utf-8").split())


def test_every_method_is_in_every_table(pages):
    for heading in (pages.REALISTIC, pages.DIM, pages.SHIFTED):
        rows = "\n".join(pages.positivity_errors(heading))
        assert rows.count("\n| ") == 6
        assert "/1" not in rows
        assert "/2" not in rows


def test_the_default_keeps_what_it_promises(pages):
    by_method = {row["method"]: row for row in pages.simulated(pages.REALISTIC)}
    mixture = by_method["Mixture with shifted negative cells"]
    percentile = by_method["Percentile of the control"]
    coverage = {
        name: f"{float(row['coverage'].removesuffix(' %')):.0f} %"
        for name, row in (("mixture", mixture), ("percentile", percentile))
    }
    said = f"cover in {coverage['mixture']} of cases"
    assert f"{said}; those of a 99.5th-percentile cut in {coverage['percentile']}" in words_of(
        "README.md"
    )
    assert f"{said}, those of the percentile in {coverage['percentile']}" in words_of(
        "src/stroma/house_rules.py"
    )


def test_wrong_verdicts_of_the_default_are_rare(pages):
    for heading, columns in (
        (pages.AT_MOST, pages.WRONG_AT_MOST),
        (pages.AT_LEAST, pages.WRONG_AT_LEAST),
    ):
        held = {
            row["share"]: row
            for row in pages.simulated(heading)
            if row["method"] == "Mixture with shifted negative cells"
        }
        for title, share, verdict in columns:
            if not title.startswith("INCONCLUSIVE"):
                assert float(held[share][verdict].removesuffix(" %")) <= 5.0, title


def test_the_page_says_how_the_mixture_does_with_very_dim_cells(pages):
    heading = "shifted_mixture/5, stain index 1, shift to 0.3, 2,000 cells or more, share above 0"
    found = next(row for row in pages.simulated(heading) if row["share"] == "2")
    assert f"its interval holds the truth in {found['coverage']} of cases" in words_of(
        "docs/explanation/positivity.md"
    )


def test_a_table_that_is_not_there_is_said(pages):
    with pytest.raises(ValueError, match='has no table "Something else"'):
        pages.simulated("Something else")
