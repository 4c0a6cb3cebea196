"""Files that were changed after they were written, and valid ones that only look it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stroma.errors import FileProblem
from stroma.formats.fcs import read_fcs, read_raw, write_raw

Build = Callable[..., Path]
Alike = Callable[..., dict[str, str]]

EVENTS = 2_000
NAMES = ("FSC-A", "SSC-A", "FL1-A", "FL2-A")
FLOATS = np.random.default_rng(4).normal(1_000, 300, (EVENTS, 4)).astype("<f4")
# All sixteen bits are in use: each value is as good as any other.
FULL = np.random.default_rng(5).normal(3_000, 900, (EVENTS, 4)).clip(0, 65_535).astype("<u2")
MOVED = "something was put into the file or lost from it before them"


@pytest.fixture
def floats(build_fcs: Build, alike: Alike) -> Path:
    return build_fcs(alike("F", 32, NAMES, events=EVENTS), FLOATS.tobytes(), tail=b"00000000")


@pytest.fixture
def integers(build_fcs: Build, alike: Alike) -> Path:
    keywords = alike("I", 16, NAMES, limit=1 << 16, events=EVENTS)
    return build_fcs(keywords, FULL.tobytes(), tail=b"00000000")


def stored(path: Path) -> tuple[np.ndarray, dict[str, str]]:
    (raw,) = read_raw(path)
    return np.stack(raw.columns, axis=1), {r.keyword: str(r.decision) for r in raw.repairs}


def as_lines(whole: bytes) -> bytes:
    return whole.replace(b"\n", b"\r\n")


def as_utf8(whole: bytes) -> bytes:
    return whole.decode("latin-1").encode()


def as_replaced(whole: bytes) -> bytes:
    return whole.decode("utf-8", "replace").encode()


@pytest.mark.parametrize("kind", ["floats", "integers"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (as_lines, r"each of \d+ line feeds in the DATA segment follows a carriage return: the "),
        (as_utf8, "the bytes of the DATA segment are UTF-8: the file was converted as text"),
        (as_replaced, "the bytes of the DATA segment are UTF-8: the file was converted as text"),
    ],
)
def test_a_conversion_as_text_is_noticed(
    kind: str, change: Callable[[bytes], bytes], message: str, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(kind)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(FileProblem, match=message):
        read_fcs(path)


@pytest.mark.parametrize(
    "name",
    [
        "qc_time/111.fcs",
        "fcs_ok/HTS_BD_LSR_II_Mixed_Specimen_001_D6_D06.fcs",
        "gatingml_ref/data1.fcs",
        "instruments/Stratedigm - S1400.fcs",
    ],
)
def test_a_conversion_of_a_real_file_is_noticed(shared: Path, tmp_path: Path, name: str) -> None:
    whole = (shared / "data" / "flow" / name).read_bytes()
    path = tmp_path / "sent.fcs"
    for change in (as_lines, as_utf8, as_replaced):
        path.write_bytes(change(whole))
        with pytest.raises(FileProblem, match="as text"):
            read_fcs(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("lost", [True, False])
def test_a_byte_lost_or_put_in_among_the_events_is_noticed(
    floats: Path, share: float, lost: bool
) -> None:
    whole = floats.read_bytes()
    place = int(len(whole) * share)
    floats.write_bytes(whole[:place] + (b"" if lost else b"\rx") + whole[place + lost :])
    with pytest.raises(FileProblem, match=MOVED):
        read_fcs(floats)


def test_a_byte_put_in_among_integers_below_their_range(build_fcs: Build, alike: Alike) -> None:
    values = np.random.default_rng(6).integers(0, 1 << 10, (EVENTS, 4)).astype("<u2")
    keywords = alike("I", 16, NAMES, limit=1 << 10, events=EVENTS)
    path = build_fcs(keywords, values.tobytes(), tail=b"00000000")
    assert np.array_equal(stored(path)[0], values)
    whole = path.read_bytes()
    path.write_bytes(whole[:-4_000] + b"x" + whole[-4_000:])
    with pytest.raises(FileProblem, match=MOVED):
        read_fcs(path)


def test_time_tells_of_whole_values_put_in(build_fcs: Build, alike: Alike) -> None:
    values = FLOATS.copy()
    values[:, 3] = np.arange(EVENTS)
    keywords = alike("F", 32, (*NAMES[:3], "Time"), events=EVENTS) | {"$TIMESTEP": "0.01"}
    path = build_fcs(keywords, values.tobytes(), tail=b"00000000")
    whole = path.read_bytes()
    for place in (len(whole) // 4, len(whole) // 2):
        path.write_bytes(whole[:place] + b"four" + whole[place:])
        with pytest.raises(FileProblem, match=MOVED):
            read_fcs(path)


def test_bytes_behind_the_events_are_told(integers: Path) -> None:
    whole = integers.read_bytes()
    middle = len(whole) // 2
    integers.write_bytes(whole[:middle] + b"four" + whole[middle:])
    _, repairs = stored(integers)
    stop = len(whole) - 8
    assert repairs == {
        "DATA": f"the bytes behind it, {stop:,} to {stop + 11:,}, are neither padding nor a "
        "checksum and were left out; compare the values with those of the cytometer's software"
    }
    integers.write_bytes(whole + bytes(range(1, 250)) * 40)
    values, repairs = stored(integers)
    assert np.array_equal(values, FULL)
    assert list(repairs) == ["DATA"]


@pytest.mark.parametrize("tail", [b"", b"00000000", b"   12345", b"\0" * 6, b"00000000\r\n", b" "])
def test_usual_ends_are_not_told(build_fcs: Build, alike: Alike, tail: bytes) -> None:
    keywords = alike("F", 32, NAMES, events=EVENTS)
    values, repairs = stored(build_fcs(keywords, FLOATS.tobytes(), tail=tail))
    assert np.array_equal(values, FLOATS)
    assert repairs == {}


def test_events_may_be_in_any_order(build_fcs: Build, alike: Alike) -> None:
    ticks = np.random.default_rng(1).permutation(EVENTS)
    numbered = np.arange(EVENTS)
    # A column that looks like a clock, or like none, beside the time.
    for beside in (numbered, np.zeros(EVENTS)):
        values = np.column_stack([FLOATS[:, :2], beside, ticks]).astype("<f4")
        keywords = alike("F", 32, ("FSC-A", "SSC-A", "Event", "Time"), events=EVENTS)
        path = build_fcs(keywords | {"$TIMESTEP": "0.01"}, values.tobytes())
        read, repairs = stored(path)
        assert np.array_equal(read, values)
        assert repairs == {}


@pytest.mark.parametrize("name", ["gatingml_ref/data1.fcs", "malformed/G11.fcs"])
@pytest.mark.parametrize("order", ["shuffled", "sorted"])
def test_real_events_in_another_order(shared: Path, tmp_path: Path, name: str, order: str) -> None:
    (raw,) = read_raw(shared / "data" / "flow" / name)
    chosen = np.argsort(raw.columns[0])
    if order == "shuffled":
        chosen = np.random.default_rng(1).permutation(len(raw))
    columns = tuple(np.ascontiguousarray(column[chosen]) for column in raw.columns)
    write_raw(tmp_path / "chosen.fcs", replace(raw, columns=columns))
    (read,) = read_raw(tmp_path / "chosen.fcs")
    for column, expected in zip(read.columns, columns, strict=True):
        assert np.array_equal(column, expected)


def padded_text(build: Build, keywords: dict[str, str], data: bytes, tail: bytes) -> Path:
    """Return a file whose TEXT segment is filled up with blanks inside its extent."""
    return build(keywords, data, gap=b" " * 40, header_text=(0, 40), tail=tail)


@pytest.mark.parametrize("zeros", [1, 2, 8, 12])
def test_zeros_behind_the_events_of_a_padded_text(
    build_fcs: Build, alike: Alike, zeros: int
) -> None:
    keywords = alike("F", 32, NAMES, events=EVENTS)
    path = padded_text(build_fcs, keywords, FLOATS.tobytes(), b"\0" * zeros)
    values, repairs = stored(path)
    assert np.array_equal(values, FLOATS)
    assert repairs == {
        "TEXT": "40 bytes of padding inside the segment after its last value; left out"
    }


def test_zeros_that_may_be_the_last_event(build_fcs: Build, alike: Alike) -> None:
    # Four bytes put into the TEXT segment would leave the same bytes.
    shifted = np.concatenate([[0], FLOATS.reshape(-1)[:-1]]).astype("<f4")
    keywords = alike("F", 32, NAMES, events=EVENTS)
    with pytest.raises(FileProblem, match=MOVED):
        read_fcs(padded_text(build_fcs, keywords, shifted.tobytes(), b"\0" * 4))


def test_a_beginning_in_the_padding_before_the_events(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 16, NAMES, limit=1 << 16, events=EVENTS)
    begin = build_fcs(keywords, b"").stat().st_size + 64
    early = (begin - 46, begin - 47 + FULL.nbytes)
    for gap in (b" ", b"\0"):
        path = build_fcs(
            keywords,
            FULL.tobytes(),
            gap=gap * 64,
            tail=b"00000000",
            header_data=(0, 0),
            text_data=early,
        )
        with pytest.raises(FileProblem, match=MOVED):
            read_fcs(path)
