"""A spillover matrix kept as a table."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.errors import FileProblem
from stroma.formats.spillover import read_spillover


def write(tmp_path, content):
    path = tmp_path / "matrix.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_real_matrix(shared):
    matrix = read_spillover(shared / "data/flow/compensation/comp_complete_example.csv")
    assert matrix.channels[:3] == ("Ax488-A", "PE-A", "PE-TR-A")
    assert matrix.matrix.shape == (14, 14)
    assert matrix.matrix[0, 1] == 0.2986
    assert matrix.matrix[1, 0] == 0.007


def test_header_behind_a_hash_sign(shared):
    matrix = read_spillover(shared / "data/flow/flowjo_workspaces/den_comp.csv")
    assert matrix.channels[0] == "TNFa FITC FLR-A"
    assert matrix.matrix[0, 1] == 0.014139


@pytest.mark.parametrize("content", [
    "FITC-A,PE-A\n1,0.25\n0.5,1\n",
    ",FITC-A,PE-A\nFITC-A,1,0.25\nPE-A,0.5,1\n",
    "FITC-A\tPE-A\n100\t25\n50\t100\n",
    ",FITC-A,PE-A\nPE-A,0.5,1\nFITC-A,1,0.25\n",
    ";FITC-A;PE-A\nFITC-A;1,000;0,25\nPE-A;0,5;1,000\n",
    "FITC-A;PE-A\n1,00;0,25\n0,50;1,00\n",
])  # fmt: skip
def test_forms_of_one_matrix(tmp_path, content):
    matrix = read_spillover(write(tmp_path, content))
    assert matrix.channels == ("FITC-A", "PE-A")
    np.testing.assert_array_equal(matrix.matrix, [[1, 0.25], [0.5, 1]])


@pytest.mark.parametrize(("content", "message"), [
    ("FITC-A,PE-A\n1,0.25\n", "1 row for 2 detectors"),
    ("FITC-A,PE-A\n1,0.25\n0.5\n", "row 3: 1 value."),
    ("FITC-A,PE-A\n1,0.25\n0.5,0\n", 'column "PE-A": 0 on the diagonal'),
    ("FITC-A,PE-A\n1,x\n0.5,1\n", 'row 2, column "PE-A"'),
    ("FITC-A,PE-A\n", "1 row"),
    ("FITC-A,FITC-A\n1,0.25\n0.5,1\n", 'row 1: the detector "FITC-A" twice'),
    ("FITC-A,\n1,0.25\n0.5,1\n", "row 1: a detector without a name"),
    ("FITC-A,PE-A\n1," + "0" * 140_000 + "\n0.5,1\n", "row 2: no table: field larger"),
])  # fmt: skip
def test_refused(tmp_path, content, message):
    with pytest.raises(FileProblem, match=message):
        read_spillover(write(tmp_path, content))


def test_line_ends_of_old_macintosh_and_a_rounded_diagonal(tmp_path):
    path = tmp_path / "matrix.csv"
    path.write_bytes(b"FITC-A,PE-A\r0.99999,0.25\r0.5,1\r")
    np.testing.assert_array_equal(read_spillover(path).matrix, [[0.99999, 0.25], [0.5, 1]])
