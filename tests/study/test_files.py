from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stroma.study.files import find_file, similar_files, study_path

PARTS = st.sampled_from(["..", ".", "raw", "a.fcs", "C:", "~", "", "\\\\", "и\u0306"])


@given(st.lists(PARTS, max_size=6), st.sampled_from(["/", "\\"]))
def test_no_path_leaves_the_study(parts, slash):
    path = study_path(slash.join(parts))
    if path is not None:
        assert not path.startswith("/")
        assert not set(path.split("/")) & {"", ".", ".."}
        assert study_path(path) == path


def test_capitals_are_not_the_same_letters():
    assert find_file("raw/a.fcs", ["raw/A.fcs"]) is None
    assert similar_files("raw/a.fcs", ["raw/A.fcs", "raw/b.fcs"]) == ("raw/A.fcs",)


def test_similar_files_are_few_and_in_order():
    held = [f"raw/{name}.fcs" for name in ("BM-03", "BM-02", "BM-01", "BM-04", "PL-77")]
    assert similar_files("BM-1.fcs", held) == ("raw/BM-01.fcs", "raw/BM-04.fcs", "raw/BM-03.fcs")
    assert similar_files("zzzzzzzz.csv", held) == ()
