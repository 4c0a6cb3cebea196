"""The FCS writer: what is written is read again bit for bit."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stroma.errors import FileProblem
from stroma.formats import fcs_write
from stroma.formats.fcs import read_fcs, read_raw, write_events, write_fcs, write_raw
from stroma.formats.fcs_encoding import Field
from stroma.formats.fcs_write_keywords import Content
from stroma.records import Channel, Spillover

LAYOUT = {
    *("$BEGINANALYSIS", "$ENDANALYSIS", "$BEGINDATA", "$ENDDATA", "$BEGINSTEXT", "$ENDSTEXT"),
    *("$NEXTDATA", "$BYTEORD", "$DATATYPE", "$MODE", "$PAR", "$TOT"),
}
VERSIONS = ["FCS2.0", "FCS3.0", "FCS3.1", "FCS3.2"]


def further(keywords: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in keywords.items() if k not in LAYOUT}


def test_the_file_is_laid_out_as_the_standard_asks(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    values = np.array([[1.5, 2.5], [3.5, 4.5]], "<f4")
    channels = [Channel("FSC-A", range=1024.0), Channel("FL1-A", "CD73", range=262144.0)]
    write_fcs(path, channels=channels, values=values, keywords={"$CYT": "Simulator"})
    written = path.read_bytes()
    assert written[:10] == b"FCS3.1    "
    text_begin, text_end, begin, end, *analysis = (
        int(written[place : place + 8]) for place in range(10, 58, 8)
    )
    assert (text_begin, begin, analysis) == (58, text_end + 1, [0, 0])
    assert written[begin : end + 1] == values.tobytes()
    assert written[end + 1 :] == b"00000000"
    assert written[58 : text_end + 1].decode() == (
        f"|$BEGINDATA|{begin}|$ENDDATA|{end}|$BEGINANALYSIS|0|$ENDANALYSIS|0|$BEGINSTEXT|0"
        "|$ENDSTEXT|0|$BYTEORD|1,2,3,4|$DATATYPE|F|$MODE|L|$NEXTDATA|0|$PAR|2|$TOT|2"
        "|$P1N|FSC-A|$P1B|32|$P1R|1024|$P1E|0,0|$P2N|FL1-A|$P2S|CD73|$P2B|32|$P2R|262144|$P2E|0,0"
        "|$CYT|Simulator|"
    )


def test_the_same_input_gives_the_same_bytes_and_leaves_nothing_beside(tmp_path: Path) -> None:
    for name in ("a.fcs", "b.fcs"):
        write_fcs(tmp_path / name, channels=[Channel("A")], values=[[1.0]], keywords={"X": "y"})
    assert (tmp_path / "a.fcs").read_bytes() == (tmp_path / "b.fcs").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.fcs", "b.fcs"]


def test_a_file_is_replaced_only_by_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    write_fcs(path, channels=[Channel("A")], values=[[1.0]], keywords={})
    before = path.read_bytes()
    with pytest.raises(FileProblem, match=r"tube.fcs: values of shape \(1, 2\)"):
        write_fcs(path, channels=[Channel("A")], values=[[1.0, 2.0]], keywords={})
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["tube.fcs"]


names = st.lists(
    st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8).filter(
        lambda name: name.upper() != "TIME"
    ),
    min_size=1,
    max_size=5,
    unique=True,
)
keyword_tables = st.dictionaries(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
    .map(lambda key: key.strip().upper())
    .filter(lambda key: key != "" and not key.startswith("$") and key not in ("SPILL", "COMP"))
    .filter(lambda key: key == key.upper() and key not in ("SPILLOVER",)),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
    max_size=8,
)


@st.composite
def float_files(draw: st.DrawFn) -> tuple[list[Channel], npt.NDArray[np.floating], str]:
    channels = [Channel(name, range=draw(st.floats(1, 1e9))) for name in draw(names)]
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    shape = (draw(st.integers(0, 30)), len(channels))
    return channels, draw(hnp.arrays(dtype, shape)), draw(st.sampled_from(VERSIONS))


@settings(deadline=None, max_examples=150)
@given(float_files(), keyword_tables)
def test_floating_point_is_read_again_bit_for_bit(
    file: tuple[list[Channel], npt.NDArray[np.floating], str], keywords: dict[str, str]
) -> None:
    channels, values, version = file
    datatype = "F" if values.dtype == np.float32 else "D"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tube.fcs"
        write_fcs(
            path,
            channels=channels,
            values=values,
            keywords=keywords,
            version=version,
            datatype=datatype,
        )
        (events,) = read_fcs(path)
        again = Path(folder) / "again.fcs"
        write_events(again, events)
        assert again.read_bytes() == path.read_bytes()
    assert events.values.dtype == values.dtype
    assert events.values.tobytes() == values.tobytes()
    assert events.version == version
    assert events.repairs == ()
    expected = {k: v if v.strip(" \t\r\n\x00") else "" for k, v in keywords.items()}
    assert {k: v for k, v in events.keywords.items() if not k.startswith("$")} == expected
    bits = values.dtype.itemsize * 8
    assert [(c.name, c.range, c.bits) for c in events.channels] == [
        (c.name, c.range, bits) for c in channels
    ]


@st.composite
def integer_files(draw: st.DrawFn) -> tuple[list[Channel], npt.NDArray[np.uint64]]:
    channels = []
    columns = []
    events = draw(st.integers(0, 20))
    for name in draw(names):
        bits = draw(st.sampled_from(range(8, 65, 8)))
        used = draw(st.integers(2, bits))
        amplification = draw(st.sampled_from([(0.0, 0.0), (4.0, 1.0), (3.5, 0.1)]))
        gain = draw(st.sampled_from([1.0, 2.5])) if amplification[0] == 0 else 1.0
        channels.append(Channel(name, None, bits, float(1 << used), amplification, gain))
        columns.append(
            draw(hnp.arrays(np.uint64, events, elements=st.integers(0, (1 << used) - 1)))
        )
    return channels, np.stack(columns, axis=1)


@settings(deadline=None, max_examples=150)
@given(integer_files(), st.sampled_from(VERSIONS))
def test_integers_are_read_again_bit_for_bit(
    file: tuple[list[Channel], npt.NDArray[np.uint64]], version: str
) -> None:
    channels, values = file
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tube.fcs"
        write_fcs(
            path, channels=channels, values=values, keywords={}, version=version, datatype="I"
        )
        (raw,) = read_raw(path)
        assert list(raw.channels) == channels
        for n, column in enumerate(raw.columns):
            assert np.array_equal(column, values[:, n])
        again = Path(folder) / "again.fcs"
        write_raw(again, raw)
        assert again.read_bytes() == path.read_bytes()
        (events,) = read_fcs(path)
        write_events(again, events)
        (linear,) = read_fcs(again)
    for n, channel in enumerate(channels):
        stored = values[:, n].astype(np.float64)
        decades, first = channel.amplification
        expected = (
            stored / channel.gain
            if decades == 0
            else first * 10 ** (decades * stored / (channel.range or 1))
        )
        # The rounding of single precision where values have it, nothing else.
        np.testing.assert_allclose(
            events.values[:, n],
            expected.astype(events.values.dtype),
            rtol=1e-14 if events.values.dtype == np.float64 else 2.0**-23,
        )
    assert linear.values.tobytes() == events.values.tobytes()
    assert all(c.amplification == (0, 0) and c.gain == 1 for c in linear.channels)


@pytest.mark.parametrize(
    "path",
    [
        "fcs_ok/Data004.fcs",
        "fcs_ok/0877408774.B08",
        "gatingml_ref/data1.fcs",
        "instruments/Stratedigm - S1400.fcs",
        "malformed/Cytek_xP5.fcs",
        "malformed/Beckman Coulter - Cyan.fcs",
        "malformed/Partec - CyFlow v2.9.fcs",
        "malformed/SG_2014-09-26_Duplicate_Names.fcs",
        "malformed/variable_int_example.fcs",
        "qc_time/111.fcs",
    ],
)
def test_real_files_are_written_and_read_again(shared: Path, tmp_path: Path, path: str) -> None:
    (raw,) = read_raw(shared / "data" / "flow" / path)
    copy = tmp_path / "copy.fcs"
    write_raw(copy, raw)
    (again,) = read_raw(copy)
    assert further(dict(again.keywords)) == further(dict(raw.keywords))
    assert again.channels == raw.channels
    assert dict(again.analysis) == dict(raw.analysis)
    for before, after in zip(raw.columns, again.columns, strict=True):
        assert before.dtype == after.dtype
        assert before.tobytes() == after.tobytes()
    (events,) = read_fcs(shared / "data" / "flow" / path)
    (copied,) = read_fcs(copy)
    assert copied.values.tobytes() == events.values.tobytes()
    write_events(copy, events)
    (linear,) = read_fcs(copy)
    assert linear.values.dtype == events.values.dtype
    assert linear.values.tobytes() == events.values.tobytes()
    assert linear.names == events.names
    assert [c.marker for c in linear.channels] == [c.marker for c in events.channels]
    assert linear.acquired == events.acquired
    changed = {k for k, v in events.keywords.items() if linear.keywords.get(k) != v}
    assert all(k in LAYOUT | {"$TIMESTEP"} or k[-1] in "BEGR" for k in changed)


@pytest.mark.parametrize("version", VERSIONS)
def test_spillover_is_read_again_exactly(tmp_path: Path, version: str) -> None:
    path = tmp_path / "tube.fcs"
    matrix = Spillover(("FL2", "FL1"), np.array([[1.0, 0.1 + 1e-17], [1 / 3, 1.0]]))
    channels = [Channel("FL1"), Channel("FL2")]
    write_fcs(
        path,
        channels=channels,
        values=np.ones((2, 2)),
        keywords={"SPILL": "1,FL1,1", "$SPILLOVER": "x"},
        version=version,
        spillover=matrix,
    )
    (events,) = read_fcs(path)
    assert events.spillover is not None
    assert events.spillover.channels == matrix.channels
    assert np.array_equal(events.spillover.matrix, matrix.matrix)
    assert events.repairs == ()


def test_given_keywords_are_kept_as_printed_where_they_agree(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    given = {"$P1R": "262144.0", "$P1N": "FL1", "$P1G": "1.0", "$P1V": "NA", "$P1F": "530/30"}
    write_fcs(path, channels=[Channel("FL1", range=262144.0)], values=[[1.0]], keywords=given)
    (events,) = read_fcs(path)
    assert given.items() <= dict(events.keywords).items()
    write_fcs(
        path,
        channels=[Channel("CD90", range=1000.0, voltage=420.0)],
        values=[[1.0]],
        keywords={**given, "$TOT": "7", "$DATATYPE": "I"},
    )
    (events,) = read_fcs(path)
    assert events.keywords["$P1N"] == "CD90"
    assert events.keywords["$P1R"] == "1000"
    assert events.keywords["$P1V"] == "420"
    assert events.keywords["$P1F"] == "530/30"
    assert len(events) == 1


def test_a_channel_without_range_gets_that_of_its_values(tmp_path: Path) -> None:
    path = tmp_path / "tube.fcs"
    values = np.array([[2.5, -1.0], [math.nan, -2.0]])
    write_fcs(path, channels=[Channel("A"), Channel("B")], values=values, keywords={})
    (events,) = read_fcs(path)
    assert [channel.range for channel in events.channels] == [3.0, 1.0]


def test_offsets_beyond_the_header_stand_in_the_text() -> None:
    class Large:
        nbytes = 200_000_000

    content = Content(
        version="FCS3.1",
        channels=(Channel("A", range=1.0),),
        fields=(Field("F", 32),),
        keywords={},
        data=Large(),
        columns=[np.ones(1, np.float32)],
    )
    head, _ = fcs_write._head(content)
    assert head[26:58].split() == [b"0"] * 4
    assert f"|$BEGINDATA|{len(head)}|$ENDDATA|{len(head) + 199_999_999}|".encode() in head
    with pytest.raises(FileProblem, match="at most 99,999,999, for the HEADER"):
        fcs_write._head(replace(content, version="FCS2.0"))


@pytest.mark.parametrize(
    ("channel", "value", "datatype", "message"),
    [
        (Channel("A"), 1e39, "F", "values too large for single precision"),
        (Channel("A"), -1, "I", "values that are not whole numbers from 0 to 4,294,967,295"),
        (Channel("A"), 0.5, "I", "values that are not whole numbers"),
        (Channel("A"), math.nan, "I", "values that are not whole numbers"),
        (Channel("A", bits=16, range=1024.0), 1024, "I", "whole numbers from 0 to 1,023"),
        (Channel("A", bits=10), 1, "I", "10 bits for A. Expected: 8 to 64 bits in steps of 8"),
        (Channel("A"), 1, "X", 'the data type "X". Expected: "F", "D" or "I"'),
    ],
)
def test_values_that_cannot_be_stored(
    tmp_path: Path, channel: Channel, value: float, datatype: str, message: str
) -> None:
    with pytest.raises(FileProblem, match=message):
        write_fcs(
            tmp_path / "a.fcs",
            channels=[channel],
            values=np.array([[value]]),
            keywords={},
            datatype=datatype,
        )


@pytest.mark.parametrize(
    ("keywords", "message"),
    [({"": "x"}, 'the keyword ""'), ({"a": "1", "A": "2"}, 'the keyword "A"')],
)
def test_keywords_that_cannot_be_stored(
    tmp_path: Path, keywords: dict[str, str], message: str
) -> None:
    with pytest.raises(FileProblem, match=message):
        write_fcs(tmp_path / "a.fcs", channels=[Channel("A")], values=[[1.0]], keywords=keywords)


def test_unknown_version(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"the version FCS1\.0"):
        write_fcs(
            tmp_path / "a.fcs",
            channels=[Channel("A")],
            values=[[1.0]],
            keywords={},
            version="FCS1.0",
        )


def test_mixed_types_of_fcs_3_2_are_written_again(
    build_fcs: Callable[..., Path], alike: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    keywords = alike("I", 16, ("A", "B"), limit=1 << 16, events=1)
    keywords |= {"$P2DATATYPE": "F", "$P2B": "32"}
    (raw,) = read_raw(build_fcs(keywords, b"\x01\x02\0\0\xc0\x3f", version="FCS3.2"))
    write_raw(tmp_path / "b.fcs", raw)
    (again,) = read_raw(tmp_path / "b.fcs")
    assert [column.tolist() for column in again.columns] == [[0x201], [1.5]]
    assert again.keywords["$P2DATATYPE"] == "F"


def test_packed_and_ascii_integers_are_written_in_whole_bytes(
    build_fcs: Callable[..., Path], alike: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    keywords = alike("I", 10, ("A", "B"), order="4,3,2,1", limit=1024, events=1)
    data = int(f"{5:010b}{700:010b}0000", 2).to_bytes(3, "big")
    (raw,) = read_raw(build_fcs(keywords, data))
    write_raw(tmp_path / "b.fcs", raw)
    (again,) = read_raw(tmp_path / "b.fcs")
    assert [column.tolist() for column in again.columns] == [[5], [700]]
    assert again.keywords["$P1B"] == "16"
    keywords = alike("A", 3, ("A", "B"), limit=1024, events=1) | {"$P2E": "4,1"}
    (events,) = read_fcs(build_fcs(keywords, b"  7512"))
    (raw,) = read_raw(build_fcs(keywords, b"  7512"))
    write_raw(tmp_path / "b.fcs", raw)
    (again_events,) = read_fcs(tmp_path / "b.fcs")
    assert again_events.values.tolist() == events.values.tolist() == [[7.0, 100.0]]
