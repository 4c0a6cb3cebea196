"""A file's bytes and their origin."""

from __future__ import annotations

import pytest

from stroma.errors import FileProblem
from stroma.formats.raw import read_raw


def test_bytes_with_their_hash(tmp_path):
    path = tmp_path / "Lots.CSV"
    path.write_bytes(b"abc")
    raw = read_raw(path, file="raw/Lots.CSV")
    assert raw.data == b"abc"
    assert raw.suffix == ".csv"
    assert raw.origin.file == "raw/Lots.CSV"
    # NIST's test vector for "abc", FIPS 180-2 appendix B.1
    assert raw.origin.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert read_raw(path).origin.file == path.as_posix()


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileProblem, match=r"^a\.csv: it cannot be opened \(No such file"):
        read_raw(tmp_path / "a.csv", file="a.csv")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(FileProblem, match=r"^raw: a folder\. Expected: a file that can be read"):
        read_raw(tmp_path, file="raw")


def test_an_empty_file(tmp_path):
    (tmp_path / "a.csv").touch()
    with pytest.raises(
        FileProblem, match=r"^a\.csv: the file is empty \(0 bytes\)\. Expected: a f"
    ):
        read_raw(tmp_path / "a.csv", file="a.csv")
