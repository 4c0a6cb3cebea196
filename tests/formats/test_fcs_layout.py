"""Which offsets are believed: every kind of contradiction, with the evidence that settles it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stroma.errors import FileProblem
from stroma.formats.fcs import read_fcs, read_raw

Build = Callable[..., Path]
Alike = Callable[..., dict[str, str]]

# Two parameters of 200 events: values between 1 and 4 million, nothing that could be padding.
VALUES = np.random.default_rng(7).integers(1_000, 1 << 22, (200, 2))
FLOATS = VALUES.astype("<f4")
DATA = FLOATS.tobytes()
NAMES = ("FL1-A", "FL2-A")


@pytest.fixture
def keywords(alike: Alike) -> dict[str, str]:
    return alike("F", 32, NAMES, events=200)


@pytest.fixture
def begin(build_fcs: Build, keywords: dict[str, str]) -> int:
    """Return the first byte of the DATA segment of a file without gap."""
    return build_fcs(keywords, DATA).stat().st_size - len(DATA)


def only(path: Path) -> tuple[np.ndarray, dict[str, str]]:
    (events,) = read_fcs(path)
    return events.values, {r.keyword: str(r.decision) for r in events.repairs}


def test_right_offsets_need_no_repair(build_fcs: Build, keywords: dict[str, str]) -> None:
    for tail in (b"", b"00000000", b"   12345", b" " * 100, b"\n"):
        values, repairs = only(build_fcs(keywords, DATA, gap=b" " * 40, tail=tail))
        assert np.array_equal(values, FLOATS)
        assert repairs == {}


@pytest.mark.parametrize("tail", [b"", b"00000000"])
@pytest.mark.parametrize("error", [-1, 1])
def test_an_end_one_byte_off(
    build_fcs: Build, keywords: dict[str, str], begin: int, tail: bytes, error: int
) -> None:
    end = begin + len(DATA) - 1 + error
    path = build_fcs(keywords, DATA, tail=tail, header_data=(begin, end), text_data=(begin, end))
    values, repairs = only(path)
    assert np.array_equal(values, FLOATS)
    assert repairs == {
        "$ENDDATA": f"the DATA segment is stated to end at byte {end:,}; 200 events of 8 bytes "
        f"from byte {begin:,} end at byte {begin + len(DATA) - 1:,}"
    }


@pytest.mark.parametrize("error", [-1, 1])
def test_a_beginning_one_byte_off_while_the_end_is_right(
    build_fcs: Build, keywords: dict[str, str], begin: int, error: int
) -> None:
    stated = (begin + 20 + error, begin + 20 + len(DATA) - 1)
    path = build_fcs(keywords, DATA, gap=b" " * 20, header_data=stated, text_data=stated)
    values, repairs = only(path)
    assert np.array_equal(values, FLOATS)
    assert f"byte {begin + 20:,} was taken as its first" in repairs["$BEGINDATA"]


@pytest.mark.parametrize("version", ["FCS2.0", "FCS3.0"])
@pytest.mark.parametrize("gap", [0, 20])
@pytest.mark.parametrize("error", [-1, 1])
def test_a_beginning_one_byte_off_before_values_of_full_range(
    build_fcs: Build, alike: Alike, version: str, gap: int, error: int
) -> None:
    # No value speaks against either place: the bytes around them do.
    values = np.random.default_rng(3).integers(2_000, 4_000, (200, 2)).astype("<u2")
    keywords = alike("I", 16, NAMES, limit=1 << 16, events=200)
    begin = build_fcs(keywords, b"", version=version).stat().st_size + gap
    stated = (begin + error, begin + values.nbytes - 1)
    path = build_fcs(
        keywords,
        values.tobytes(),
        version=version,
        gap=b" " * gap,
        tail=b"00000000",
        header_data=stated,
        text_data=stated,
    )
    read, repairs = only(path)
    assert np.array_equal(read, values)
    assert f"byte {begin:,} was taken as its first" in repairs["$BEGINDATA"]


def test_an_end_one_byte_off_where_each_place_can_be(build_fcs: Build, alike: Alike) -> None:
    values = np.random.default_rng(3).integers(0, 1 << 16, (200, 2)).astype("<u2")
    values[0, 0], values[-1, -1] = 256, 100
    keywords = alike("I", 16, NAMES, limit=1 << 16, events=200)
    begin = build_fcs(keywords, b"").stat().st_size + 20
    end = begin + values.nbytes - 1
    # Many a writer states the byte behind the last one; none is known to state the one before it.
    stated = (begin, end + 1)
    path = build_fcs(
        keywords,
        values.tobytes(),
        gap=b" " * 20,
        tail=b" " * 8,
        header_data=stated,
        text_data=stated,
    )
    read, repairs = only(path)
    assert np.array_equal(read, values)
    assert list(repairs) == ["$ENDDATA"]
    stated = (begin, end - 1)
    path = build_fcs(
        keywords, values.tobytes(), gap=b" " * 20, header_data=stated, text_data=stated
    )
    with pytest.raises(
        FileProblem,
        match=rf"the DATA segment \({begin} to {end - 1:,} in HEADER; {begin} to {end - 1:,} in "
        r"TEXT\) is one byte longer or shorter than 200 events of 4 bytes, and nothing in the "
        "file tells whether its begin or its end is wrong",
    ):
        read_fcs(path)


@pytest.mark.parametrize("error", [1, 4, 46, -4, -1])
@pytest.mark.parametrize("wrong", ["header_data", "text_data"])
def test_header_and_text_disagree(
    build_fcs: Build, keywords: dict[str, str], begin: int, wrong: str, error: int
) -> None:
    first = begin + 50
    shifted = (first + error, first + len(DATA) - 1 + error)
    path = build_fcs(keywords, DATA, gap=b" " * 50, tail=b"00000000", **{wrong: shifted})
    values, repairs = only(path)
    assert np.array_equal(values, FLOATS)
    assert f"byte {first:,} was taken as its first" in repairs["$BEGINDATA"]


def test_header_too_small_for_the_offset(
    build_fcs: Build, keywords: dict[str, str], begin: int
) -> None:
    # FlowJo writes 99999999 where the standard asks for 0.
    for header in ((begin, 99_999_999), (0, 0), ("", ""), (begin, 0)):
        values, _ = only(build_fcs(keywords, DATA, header_data=header))
        assert np.array_equal(values, FLOATS)


def test_offsets_only_in_the_header(build_fcs: Build, keywords: dict[str, str]) -> None:
    values, repairs = only(build_fcs(keywords, DATA, version="FCS2.0"))
    assert np.array_equal(values, FLOATS)
    assert repairs == {}


def test_data_before_text(tmp_path: Path, keywords: dict[str, str]) -> None:
    offsets = {"$BEGINDATA": "58", "$ENDDATA": str(57 + len(DATA))}
    parts = [part for pair in {**keywords, **offsets}.items() for part in pair]
    text = ("|" + "|".join(parts) + "|").encode()
    begin = 58 + len(DATA)
    numbers = (begin, begin + len(text) - 1, 58, begin - 1, 0, 0)
    header = "FCS3.0    " + "".join(f"{n:>8}" for n in numbers)
    path = tmp_path / "tube.fcs"
    path.write_bytes(header.encode() + DATA + text)
    assert np.array_equal(only(path)[0], FLOATS)


def test_two_places_that_both_fit_are_refused(build_fcs: Build, alike: Alike) -> None:
    # Sixteen-bit values of full range: nothing tells one shift of four bytes from the other.
    numbers = np.random.default_rng(3).integers(0, 1 << 16, 400).astype("<u2").tobytes()
    keywords = alike("I", 16, NAMES, limit=1 << 16, events=100)
    begin = build_fcs(keywords, numbers[:400]).stat().st_size - 400
    path = build_fcs(
        keywords,
        numbers[:400],
        tail=numbers[400:],
        gap=b"",
        header_data=(begin + 4, begin + 403),
        text_data=(begin + 8, begin + 407),
    )
    with pytest.raises(
        FileProblem,
        match=rf"the offsets of the DATA segment are {begin + 4} to {begin + 403} in HEADER; "
        rf"{begin + 8} to {begin + 407} in TEXT; each can be read, and nothing in the file tells "
        "which is right",
    ):
        read_fcs(path)


def test_time_tells_columns_apart(build_fcs: Build, alike: Alike) -> None:
    clock = np.arange(200, dtype="<u2")
    noise = np.random.default_rng(5).integers(0, 1 << 16, 200).astype("<u2")
    data = np.stack([clock, noise], axis=1).tobytes()
    keywords = alike("I", 16, ("Time", "FL1"), limit=1 << 16, events=200) | {"$TIMESTEP": "1"}
    begin = build_fcs(keywords, data).stat().st_size - len(data)
    path = build_fcs(keywords, data, tail=b"\x01\x02", text_data=(begin + 2, begin + 1 + len(data)))
    (raw,) = read_raw(path)
    assert np.array_equal(raw.columns[0], clock)


@pytest.mark.parametrize(
    ("total", "message"),
    [
        ("100", r"\$TOT says 100 events of 8 bytes, 800 bytes in all; the offsets of the DATA"),
        ("201", r"\$TOT says 201 events of 8 bytes, 1,608 bytes in all"),
        ("20000000000000000000", r"\$TOT says 20,000,000,000,000,000,000 events"),
        ("0", r"\$TOT says 0 events, the DATA segment from byte"),
    ],
)
def test_a_number_of_events_that_does_not_fit_is_refused(
    build_fcs: Build, keywords: dict[str, str], total: str, message: str
) -> None:
    with pytest.raises(FileProblem, match=message):
        read_fcs(build_fcs({**keywords, "$TOT": total}, DATA, tail=b" " * 40))


def test_one_event_where_none_is_stated(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("F", 32, NAMES, events=0)
    with pytest.raises(FileProblem, match=r"\$TOT says 0 events, the DATA segment from byte"):
        read_fcs(build_fcs(keywords, DATA[:8]))
    for held in (b"\0" * 8, DATA[:7], b""):
        assert only(build_fcs(keywords, held))[0].shape == (0, 2)


def test_a_number_of_events_that_is_missing(build_fcs: Build, keywords: dict[str, str]) -> None:
    del keywords["$TOT"]
    values, repairs = only(build_fcs(keywords, DATA))
    assert np.array_equal(values, FLOATS)
    assert "counted by the length of the DATA segment" in repairs["$TOT"]
    values, repairs = only(build_fcs(keywords, DATA, version="FCS2.0"))
    assert np.array_equal(values, FLOATS)
    assert repairs == {}


def test_room_behind_the_events(build_fcs: Build, keywords: dict[str, str], begin: int) -> None:
    end = begin + len(DATA) + 63
    path = build_fcs(
        keywords, DATA, tail=b"\0" * 64, header_data=(begin, end), text_data=(begin, end)
    )
    values, repairs = only(path)
    assert np.array_equal(values, FLOATS)
    assert f"stated to end at byte {end:,}" in repairs["$ENDDATA"]


def test_truncation_at_any_length(build_fcs: Build, keywords: dict[str, str], begin: int) -> None:
    path = build_fcs(keywords, DATA)
    whole = path.read_bytes()
    for cut in (begin, begin + 1, begin + 800, len(whole) - 8, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with pytest.raises(
            FileProblem,
            match=rf"needs 1,600 bytes \(200 events x 8 bytes\), the file holds {cut - begin:,} "
            f"after byte {begin}",
        ):
            read_fcs(path)


@pytest.mark.parametrize("cut", [0, 3, 6, 40, 57])
def test_truncation_of_the_header(build_fcs: Build, keywords: dict[str, str], cut: int) -> None:
    path = build_fcs(keywords, DATA)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(FileProblem, match=r"empty|begins with|inside its HEADER"):
        read_fcs(path)


def test_truncation_of_the_text(build_fcs: Build, keywords: dict[str, str]) -> None:
    path = build_fcs(keywords, DATA)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(FileProblem, match="and the file ends after 100 bytes"):
        read_fcs(path)


@pytest.mark.parametrize("removed", [1, 2, 4, 7, 8, 16])
def test_bytes_lost_from_the_text_are_noticed(
    build_fcs: Build, keywords: dict[str, str], removed: int
) -> None:
    keywords["$SRC"] = "a long name of a sample that someone edited"
    path = build_fcs(keywords, DATA, gap=b" " * 30, tail=b"00000000")
    path.write_bytes(path.read_bytes().replace(b"a long name of a sample"[:removed], b"", 1))
    with pytest.raises(FileProblem, match=r"something was put into the file or lost|needs 1,600"):
        read_fcs(path)


@pytest.mark.parametrize(
    "added", [b"x", b"xy", b"four", b"eightxxx", b"a longer name, 32 bytes of it all"]
)
def test_bytes_put_into_the_text_are_noticed(
    build_fcs: Build, keywords: dict[str, str], added: bytes
) -> None:
    keywords["$SRC"] = "donor"
    path = build_fcs(keywords, DATA, tail=b"00000000")
    path.write_bytes(path.read_bytes().replace(b"donor", b"donor" + added))
    with pytest.raises(
        FileProblem, match=r"something was put into the file|inside a value|stands where"
    ):
        read_fcs(path)


@pytest.mark.parametrize("kind", ["F", "I"])
def test_a_wrong_byte_order_is_noticed(build_fcs: Build, alike: Alike, kind: str) -> None:
    keywords = alike(kind, 32, NAMES, order="4,3,2,1", limit=1 << 22, events=200)
    data = DATA if kind == "F" else VALUES.astype("<u4").tobytes()
    with pytest.raises(
        FileProblem,
        match=r"in the byte order the file states, 4,3,2,1, \d+(\.\d+)? % of the values",
    ):
        read_fcs(build_fcs(keywords, data))


def test_strange_floating_point_values_are_kept(build_fcs: Build, alike: Alike) -> None:
    stored = np.array([np.nan, np.inf, -np.inf, 1e-40, 3e38, -0.0] * 100, "<f4")
    (events,) = read_fcs(build_fcs(alike("F", 32, ("A",), events=600), stored.tobytes()))
    assert events.values.tobytes() == stored.tobytes()


def test_text_end_inside_data(build_fcs: Build, keywords: dict[str, str]) -> None:
    for error in (1, 100):
        values, repairs = only(build_fcs(keywords, DATA, header_text=(0, error)))
        assert np.array_equal(values, FLOATS)
        if error > 1:
            assert "inside the DATA segment" in repairs["TEXT"]


def test_text_end_too_early(build_fcs: Build, keywords: dict[str, str]) -> None:
    for error in (-1, -5, -12):
        values, repairs = only(build_fcs(keywords, DATA, gap=b" " * 20, header_text=(0, error)))
        assert np.array_equal(values, FLOATS)
        assert "keywords and values go on to byte" in repairs["TEXT"]


def test_text_beginning_one_byte_late(build_fcs: Build, keywords: dict[str, str]) -> None:
    values, repairs = only(build_fcs(keywords, DATA, header_text=(1, 0)))
    assert np.array_equal(values, FLOATS)
    assert 'byte 59 is "$"' in repairs["TEXT"]


def test_text_beginning_at_no_delimiter(build_fcs: Build, keywords: dict[str, str]) -> None:
    with pytest.raises(FileProblem, match='the TEXT segment at byte 61 begins with "EGINDATA/'):
        read_fcs(build_fcs(keywords, DATA, header_text=(3, 0)))


@pytest.mark.parametrize("gap", [b"", b" " * 20])
def test_text_without_last_delimiter(
    build_fcs: Build, keywords: dict[str, str], gap: bytes
) -> None:
    values, repairs = only(build_fcs(keywords, DATA, gap=gap, closing=b""))
    assert np.array_equal(values, FLOATS)
    assert 'the last value ("262144") does not end in the delimiter' in repairs["TEXT"]


def test_supplemental_text(build_fcs: Build, keywords: dict[str, str], tmp_path: Path) -> None:
    extra = b"/$COM/more/$TOT/7/@X/Y/"
    stated = {**keywords, "$BEGINSTEXT": "0000", "$ENDSTEXT": "0000"}
    path = build_fcs(stated, DATA)
    whole = path.read_bytes()
    begin = len(whole)
    whole = whole.replace(b"$BEGINSTEXT/0000", b"$BEGINSTEXT/%04d" % begin)
    whole = whole.replace(b"$ENDSTEXT/0000", b"$ENDSTEXT/%04d" % (begin + len(extra) - 1))
    path.write_bytes(whole + extra)
    (events,) = read_fcs(path)
    assert np.array_equal(events.values, FLOATS)
    assert (events.keywords["$COM"], events.keywords["@X"]) == ("more", "Y")
    assert [(r.keyword, str(r.decision)) for r in events.repairs] == [
        ("$TOT", 'TEXT says "200", supplemental TEXT "7"; the one in TEXT was kept')
    ]


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        ("58", "100", "over the TEXT segment; left out"),
        ("90000", "90100", "the file ends after"),
        ("1000", "1100", "no text from byte 1,000 to 1,100 as stated; left out"),
    ],
)
def test_supplemental_text_that_is_none(
    build_fcs: Build, keywords: dict[str, str], begin: str, end: str, said: str
) -> None:
    values, repairs = only(build_fcs({**keywords, "$BEGINSTEXT": begin, "$ENDSTEXT": end}, DATA))
    assert np.array_equal(values, FLOATS)
    assert said in repairs["supplemental TEXT"]


def test_several_data_sets(build_fcs: Build, alike: Alike, tmp_path: Path) -> None:
    sets = []
    for n in (3, 5, 2):
        values = np.full((n, 2), n, "<f4")
        keywords = alike("F", 32, NAMES, events=n) | {"$FIL": f"tube {n}", "$NEXTDATA": "0" * 8}
        sets.append(bytearray(build_fcs(keywords, values.tobytes(), tail=b"00000000").read_bytes()))
    for one in sets[:-1]:
        one[:] = one.replace(b"$NEXTDATA/00000000", b"$NEXTDATA/%08d" % len(one))
    path = tmp_path / "plate.fcs"
    path.write_bytes(b"".join(sets))
    read = read_fcs(path)
    assert [len(events) for events in read] == [3, 5, 2]
    assert [events.keywords["$FIL"] for events in read] == ["tube 3", "tube 5", "tube 2"]
    assert [(events.data_set, events.data_sets) for events in read] == [(1, 3), (2, 3), (3, 3)]
    assert [events.origin.place for events in read] == ["data set 1", "data set 2", "data set 3"]
    assert all(events.repairs == () for events in read)
    # Some programs count from the beginning of the file instead.
    sets[1][:] = sets[1].replace(
        b"$NEXTDATA/%08d" % len(sets[1]), b"$NEXTDATA/%08d" % (len(sets[0]) + len(sets[1]))
    )
    path.write_bytes(b"".join(sets))
    read = read_fcs(path)
    assert [len(events) for events in read] == [3, 5, 2]
    assert str(read[1].repairs[0].decision) == (
        "counts from the beginning of the file, not of the data set"
    )
    path.write_bytes(b"".join(sets)[:-20])
    with pytest.raises(FileProblem, match="in data set 3, the DATA segment needs 16 bytes"):
        read_fcs(path)


@pytest.mark.parametrize("following", ["1", "57", "500", "99999999", "18446744073709551615"])
def test_a_next_data_set_that_is_not_there(
    build_fcs: Build, keywords: dict[str, str], following: str
) -> None:
    values, repairs = only(build_fcs({**keywords, "$NEXTDATA": following}, DATA))
    assert np.array_equal(values, FLOATS)
    assert "where no data set begins; this one was read as the last" in repairs["$NEXTDATA"]


@pytest.mark.parametrize("version", ["FCS1.0", "FCS4.0"])
def test_versions_that_are_not_known(
    build_fcs: Build, keywords: dict[str, str], version: str
) -> None:
    with pytest.raises(
        FileProblem, match=f"the file is of version {version}. Expected: FCS 2.0, 3.0, 3.1 or 3.2"
    ):
        read_fcs(build_fcs(keywords, DATA, version=version))


def test_two_values_of_a_keyword_the_numbers_depend_on(
    build_fcs: Build, keywords: dict[str, str]
) -> None:
    path = build_fcs({**keywords, "$P1G ": "2", "$P1G": "4"}, DATA)
    with pytest.raises(FileProblem, match=r'\$P1G is stated more than once, as "2" and as "4"'):
        read_fcs(path)
    values, _ = only(build_fcs({**keywords, "$P1G ": "1", "$P1G": "1.0"}, DATA))
    assert np.array_equal(values, FLOATS)


def test_offsets_nobody_states(build_fcs: Build, keywords: dict[str, str]) -> None:
    with pytest.raises(FileProblem, match="neither HEADER nor TEXT states where the DATA"):
        read_fcs(build_fcs(keywords, DATA, version="FCS2.0", header_data=(0, 0)))


def test_more_than_a_hundred_million_bytes(tmp_path: Path, alike: Alike) -> None:
    path = tmp_path / "large.fcs"
    data = struct.pack("<4f", 1, 2, 3, 4)
    begin = 100_000_000
    keywords = alike("F", 32, NAMES, events=2)
    keywords |= {"$BEGINDATA": str(begin), "$ENDDATA": str(begin + 15)}
    text = ("/" + "/".join(part for pair in keywords.items() for part in pair) + "/").encode()
    header = "FCS3.1    " + "".join(f"{n:>8}" for n in (58, 57 + len(text), 0, 0, 0, 0))
    with path.open("wb") as stream:
        stream.write(header.encode() + text)
        stream.seek(begin)
        stream.write(data)
    (events,) = read_fcs(path, sha256="")
    assert events.values.tolist() == [[1, 2], [3, 4]]
