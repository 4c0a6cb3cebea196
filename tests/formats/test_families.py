from __future__ import annotations

import pytest

from stroma.errors import FileProblem
from stroma.formats.families import Format, first_recognised, only_recognised
from stroma.formats.raw import read_raw
from stroma.texts import text


def begins(mark: bytes):
    return lambda raw: raw.data.startswith(mark)


def read(raw):
    return raw.data


LETTERS = (
    Format("letter A", begins(b"A"), read),
    Format("letters AB", begins(b"AB"), read),
    Format("any text", begins(b""), read, is_plain=True),
)


@pytest.fixture
def raw(tmp_path):
    def written(data: bytes):
        path = tmp_path / "export.txt"
        path.write_bytes(data)
        return read_raw(path, file="export.txt")

    return written


def only(raw):
    return only_recognised(
        raw,
        LETTERS,
        expected=text("an export of one instrument"),
        apart=text("export each into a file of its own"),
        action=text("export again"),
    ).name


def test_only_one_may_recognise_a_file_and_plain_tables_come_last(raw):
    assert only(raw(b"AC")) == "letter A"
    assert only(raw(b"?")) == "any text"
    with pytest.raises(FileProblem) as refusal:
        only(raw(b"ABC"))
    assert str(refusal.value) == (
        "export.txt: a file that could be each of: letter A; letters AB. "
        "Expected: an export of one instrument. What to do: export each into a file of its own."
    )


def test_first_that_recognises_a_file(raw):
    assert first_recognised(raw(b"ABC"), LETTERS, action=text("export again")).name == "letter A"
    with pytest.raises(FileProblem) as refusal:
        first_recognised(raw(b"\n  CDE\nF"), LETTERS[:2], action=text("export again"))
    assert str(refusal.value) == (
        "export.txt: a file that begins with “CDE”. "
        "Expected: one of: letter A; letters AB. What to do: export again."
    )
