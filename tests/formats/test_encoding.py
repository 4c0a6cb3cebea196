"""Bytes to text: what shows itself is read, what does not is asked about."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.errors import FileProblem, Place, StudyProblem
from stroma.formats.encoding import decode, peek

PLACE = Place(file="lots.csv")
TABLE = "лот,источник\r\nBM-01,костный мозг\r\nQ-02,жатыр ұлпасы µ\r\n"

READABLE = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")) | st.sampled_from("\r\n\t")
)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"\xff\xfe\x00\x00", "utf-32-le"),
        (b"\x00\x00\xfe\xff", "utf-32-be"),
    ],
)
def test_unicode_shows_itself(mark, encoding):
    data = mark + TABLE.encode(encoding)
    assert decode(data, place=PLACE) == TABLE
    assert decode(data, place=PLACE, encoding="windows-1251") == TABLE
    assert peek(data).startswith("лот,источник")


def test_ascii_needs_no_question():
    assert decode(b"lot,source\nBM-01,bone_marrow\n", place=PLACE).startswith("lot,source\n")


def test_a_single_byte_file_is_asked_about_with_both_readings():
    data = "lot,source\nBM-01,мозг\n".encode("cp1251")
    with pytest.raises(FileProblem) as caught:
        decode(data, place=PLACE)
    assert str(caught.value) == (
        "lots.csv, row 2: byte 17 (0xEC) is not UTF-8; the line is “BM-01,мозг” in Windows-1251 "
        "and “BM-01,ìîçã” in Windows-1252. Expected: a text in UTF-8 or UTF-16. What to do: save "
        'the file as UTF-8 ("CSV UTF-8" in Excel), or declare the encoding: encoding in '
        "study.toml, or --encoding on the command line."
    )


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("cp1251", "мозг"),
        ("windows-1252", "café µm"),
        ("kz1048", "жатыр ұлпасы"),
        ("KOI8-R", "мозг"),
        ("latin-1", "µ"),
    ],
)
def test_the_laboratory_settles_its_encoding(encoding, written):
    data = f"lot,note\nL1,{written}\n".encode(encoding)
    assert decode(data, place=PLACE, encoding=encoding) == f"lot,note\nL1,{written}\n"


def test_utf8_as_a_declared_encoding_settles_nothing_else():
    with pytest.raises(FileProblem, match="is not UTF-8"):
        decode("мозг".encode("cp1251"), place=PLACE, encoding="utf-8")


@pytest.mark.parametrize("encoding", ["klingon", "utf-16", "zlib", "\x00"])
def test_an_unknown_encoding_is_said(encoding):
    with pytest.raises(StudyProblem, match=r"^column \"encoding\": the encoding"):
        decode(b"lot", place=PLACE, encoding=encoding)


def test_a_byte_without_meaning_in_the_declared_encoding():
    with pytest.raises(FileProblem, match=r"row 2: byte 0x98 has no meaning in cp1251"):
        decode(b"\xea\xee\nx\x98\n", place=PLACE, encoding="cp1251")


def test_damaged_utf8_is_not_read_in_another_encoding():
    data = "лот,источник\nBM-01,костный".encode()
    cut = data[:-1]
    for encoding in (None, "cp1251"):
        with pytest.raises(FileProblem, match=r"row 2: the file is UTF-8 but breaks at byte 42"):
            decode(cut, place=PLACE, encoding=encoding)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe" + "ab\nc".encode("utf-16-le")[:-1], "row 2: the file begins as UTF-16-LE and"),
        (b"\xef\xbb\xbfab\n\xff", "row 2: the file begins as UTF-8 and breaks at byte 6"),
        (b"lot,a\x00\n", r"row 1: the control character U\+0000"),
        (b"lot\nsource\x01\n", r"row 2: the control character U\+0001"),
        ("lot\u0085x".encode(), r"the control character U\+0085"),
        (bytes(range(256)) * 4, r"the control character U\+0000"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", r"the control character U\+0000"),
    ],
)
def test_rubbish_is_refused(data, message):
    with pytest.raises(FileProblem, match=message):
        decode(data, place=PLACE)


def test_the_end_of_a_dos_file_is_no_rubbish():
    assert decode(b"lot,source\r\n\x1a", place=PLACE) == "lot,source\r\n"


@given(READABLE, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_every_text_is_read_back(written, encoding):
    if not written.startswith("\ufeff"):
        assert decode(written.encode(encoding), place=PLACE) == written


@given(st.binary(max_size=200), st.sampled_from([None, "cp1251", "cp1252"]))
def test_any_bytes_are_text_or_a_problem(data, encoding):
    peek(data)
    with contextlib.suppress(FileProblem):
        assert "\x00" not in decode(data, place=PLACE, encoding=encoding)
