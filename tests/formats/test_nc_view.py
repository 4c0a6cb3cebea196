"""NC-View exports: every count with its densities, in cells per mL."""

from __future__ import annotations

from pathlib import Path

import pytest

from stroma.errors import FileProblem, Severity
from stroma.formats.counters import read_counts

REAL = "data/assays/instrument_exports/chemometec_nc_view/testdata/chememotec_nc_view_example.csv"
HEAD = (
    "NAME,SAMPLE ID,STATUS,TOTAL (cells/ml),LIVE (cells/ml),DEAD (cells/ml),VIABILITY (%),"
    "DIAMETER (µm),AGGREGATES (%),DEBRIS INDEX,DILUTION FACTOR\n"
)
ROW = "20240219-00019,BM-01,OK,274 000,124 000,150 000,45.1,12.2,0,65,1\n"


def read(tmp_path: Path, content: str, encoding: str = "utf-8"):
    path = tmp_path / "nc.csv"
    path.write_bytes(content.encode(encoding))
    return read_counts(path, file="nc.csv")


def test_real_export(shared):
    counts, problems = read_counts(shared / REAL, file="nc.csv")
    assert len(counts) == 32
    by_sample = {count.sample: count for count in counts}
    assert (by_sample["1"].total_per_ml, by_sample["1"].viable_per_ml) == (274_000, 124_000)
    assert by_sample["22"].total_per_ml == 1.07e6
    assert by_sample["22"].dead_per_ml == 54_400
    assert (by_sample["8"].viability_percent, by_sample["8"].diameter_um) == (80.4, 16.3)
    assert by_sample["8"].extra["NAME"] == "20240219-00026"
    assert "Foreign object detected" in str(by_sample["8"].warnings[-1])
    assert [problem.severity for problem in problems] == [Severity.WARNING] * 2 + [Severity.NOTE]


def test_both_micro_signs_and_utf16(tmp_path):
    greek = HEAD.replace("µ", "μ")
    for head, encoding in ((HEAD, "utf-16"), (greek, "utf-8-sig")):
        (count,), _ = read(tmp_path, head + ROW, encoding)
        assert count.diameter_um == 12.2


def test_decimal_commas_with_semicolons(tmp_path):
    content = (HEAD + ROW).replace(",", ";").replace("45.1", "45,1").replace("12.2", "12,2")
    (count,), _ = read(tmp_path, content)
    assert count.viability_percent == 45.1


def test_another_dilution_is_warned_of(tmp_path):
    _, problems = read(tmp_path, HEAD + ROW.replace(",65,1", ",65,2"))
    assert any("a count of a diluted sample (2)" in problem.render() for problem in problems)


def test_a_viability_that_does_not_fit(tmp_path):
    _, problems = read(tmp_path, HEAD + ROW.replace("45.1", "54.1"))
    assert any('a viability of "54.1" %' in problem.render() for problem in problems)


def test_a_cut_row_is_said_and_not_read(tmp_path):
    counts, problems = read(tmp_path, HEAD + ROW + ROW[:40])
    assert len(counts) == 1
    assert any("the file is cut off" in problem.render() for problem in problems)
    with pytest.raises(FileProblem, match="names of columns and no count below"):
        read(tmp_path, HEAD)
