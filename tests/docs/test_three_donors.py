"""What the page on three donors says is what its tables hold."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from scipy.stats import norm

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "explanation" / "three-donors.md").read_text(encoding="utf-8")


@pytest.fixture
def no_difference(monkeypatch, tmp_path) -> list[list[str]]:
    """The rows of the included table, cell by cell."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    from reference_pages import write_pages

    write_pages(tmp_path)
    written = (tmp_path / "comparison_no_difference.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in written.splitlines()]
    return [cells for cells in rows if cells[0].isdigit()]


def test_what_counting_wells_and_passages_does_is_what_the_table_shows(no_difference):
    passages, wells = (
        [float(cells[column].removesuffix(" %")) for cells in no_difference] for column in (4, 5)
    )
    (lowest, highest, of_passages) = map(
        int, re.search(r"in (\d+) to (\d+) of a hundred.*up to (\d+) of", PAGE, re.DOTALL).groups()
    )
    assert (round(min(wells)), round(max(wells))) == (lowest, highest)
    assert round(max(passages)) == of_passages


def test_one_donor_of_each_tissue_1_2_sd_apart_are_in_order_in_four_cases_of_five():
    assert "the higher in four cases of five" in " ".join(PAGE.split())
    assert norm.cdf(1.2 / math.sqrt(2)) == pytest.approx(0.8, abs=0.005)
