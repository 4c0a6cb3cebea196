"""The FCS reader on real files: what each is known to hold, and what had to be decided."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from stroma.errors import FileProblem
from stroma.formats.fcs import looks_like_fcs, read_fcs, read_raw

Build = Callable[..., Path]
Alike = Callable[..., dict[str, str]]

# File, version, events, parameters, as data/flow/README.tsv states them.
REAL = [
    ("gatingml_ref/data1.fcs", "FCS2.0", 13367, 8),
    ("flowjo_small/data_set_simple_line_100.fcs", "FCS3.1", 100, 2),
    ("flowjo_small/test_data_diamond_01.fcs", "FCS3.1", 200000, 2),
    ("malformed/data_start_offset_discrepancy_example.fcs", "FCS3.0", 2, 26),
    ("malformed/data_stop_offset_discrepancy_example.fcs", "FCS3.0", 2, 26),
    ("compensation/test_comp_example.fcs", "FCS3.0", 10703, 18),
    ("fcs_ok/index_sorted_example.fcs", "FCS3.0", 384, 13),
    ("fcs_ok/test_data_2d_01.fcs", "FCS3.1", 10000, 2),
    ("fcs_ok/B01 KC-A-W---91-US.fcs", "FCS3.1", 1589, 14),
    ("malformed/G11.fcs", "FCS3.1", 5785, 12),
    ("fcs_ok/3FITC_4PE_004.fcs", "FCS2.0", 94569, 4),
    ("malformed/variable_int_example.fcs", "FCS3.0", 2, 26),
    ("fcs_ok/Data001.fcs", "FCS2.0", 20949, 6),
    ("malformed/Data003.fcs", "FCS3.0", 25000, 8),
    ("fcs_ok/Data004.fcs", "FCS3.0", 50000, 14),
    ("malformed/Cytek_xP5.fcs", "FCS3.0", 23126, 8),
    ("fcs_ok/FCS_3.0_Fortessa_PBS_Specimen_001_A1_A01.fcs", "FCS3.0", 11585, 11),
    ("fcs_ok/HTS_BD_LSR_II_Mixed_Specimen_001_D6_D06.fcs", "FCS3.0", 14945, 11),
    ("malformed/EY_2013-07-19_PBS_FCS_3.1_Well_A1.001.fcs", "FCS3.1", 10000, 19),
    ("malformed/SG_2014-09-26_Duplicate_Names.fcs", "FCS3.1", 8129, 9),
    ("instruments/Applied Biosystems - Attune.fcs", "FCS3.0", 22188, 26),
    ("malformed/Beckman Coulter - Cyan.fcs", "FCS3.0", 5789, 12),
    ("instruments/Cytek DxP10.fcs", "FCS3.0", 20177, 15),
    ("instruments/Miltenyi Biotec - MACSQuant Analyzer.fcs", "FCS3.0", 66165, 10),
    ("malformed/Partec - CyFlow v2.9.fcs", "FCS3.0", 72989, 4),
    ("instruments/Stratedigm - S1400.fcs", "FCS3.0", 10000, 38),
    ("malformed/stabilize.fcs", "FCS3.1", 25000, 9),
    ("fcs_ok/0877408774.B08", "FCS2.0", 10000, 8),
    ("qc_time/111.fcs", "FCS3.0", 10000, 22),
    ("qc_time/111_Comp_Trans.fcs", "FCS3.0", 9617, 22),
]


@pytest.fixture
def flow(shared: Path) -> Path:
    return shared / "data" / "flow"


@pytest.mark.parametrize(("name", "version", "events", "parameters"), REAL)
def test_counts_of_real_files(
    flow: Path, name: str, version: str, events: int, parameters: int
) -> None:
    (read,) = read_fcs(flow / name)
    assert (read.version, read.values.shape) == (version, (events, parameters))
    assert len(read.channels) == parameters
    assert len(set(read.names)) == parameters
    assert not read.values.flags.writeable


def decisions(path: Path) -> dict[str, str]:
    (read,) = read_fcs(path)
    return {repair.keyword: str(repair.decision) for repair in read.repairs}


def test_raw_and_scaled_values_equal_the_reference_arrays(flow: Path) -> None:
    path = flow / "gatingml_ref" / "data1.fcs"
    truth = flow / "fcs_truth_npy"
    (raw,) = read_raw(path)
    assert np.array_equal(
        np.stack(raw.columns, axis=1), np.load(truth / "data1_original_events.npy")
    )
    (events,) = read_fcs(path)
    # Ten bits on four decades: each value is the single-precision number next to the reference's.
    scaled = np.load(truth / "data1_preprocessed.npy")
    assert events.values.dtype == np.float32
    assert np.array_equal(events.values, scaled.astype(np.float32))


def test_time_is_in_seconds(flow: Path) -> None:
    name = "B01 KC-A-W---91-US"
    (events,) = read_fcs(flow / "fcs_ok" / f"{name}.fcs")
    expected = np.load(flow / "fcs_truth_npy" / f"{name}_preprocessed_events.npy")
    np.testing.assert_allclose(events.values, expected, rtol=1e-15, atol=0)
    (raw,) = read_raw(flow / "fcs_ok" / f"{name}.fcs")
    assert raw.columns[13][-1] == 0x0DBF  # the last four bytes of the file
    assert events.values[-1, 13] == pytest.approx(0x0DBF * 0.1)


def test_stored_values_equal_the_reference_array(flow: Path) -> None:
    # The array holds the events as stored; the file's own matrix is the identity.
    folder = flow / "compensation"
    (raw,) = read_raw(folder / "test_comp_example.fcs")
    expected = np.fromfile(folder / "test_comp_example.npy", "<f8").reshape(10703, 18)
    assert np.array_equal(np.stack(raw.columns, axis=1), expected)
    (events,) = read_fcs(folder / "test_comp_example.fcs")
    assert events.spillover is not None
    assert np.array_equal(events.spillover.matrix, np.eye(14))


@pytest.mark.parametrize(
    "name",
    [
        "variable_int_example.fcs",
        "data_start_offset_discrepancy_example.fcs",
        "data_stop_offset_discrepancy_example.fcs",
    ],
)
def test_sum_of_raw_values_by_text_offsets(flow: Path, name: str) -> None:
    (raw,) = read_raw(flow / "malformed" / name)
    assert sum(raw.sums) == 26029545


def test_offset_over_the_text_segment_is_not_believed(flow: Path) -> None:
    found = decisions(flow / "malformed" / "data_start_offset_discrepancy_example.fcs")
    assert found["$BEGINDATA"] == (
        "the offsets of the DATA segment are 5,555 to 6,188 in HEADER; 6,081 to 6,188 in TEXT; "
        "byte 6,081 was taken as its first: at byte 5,555 it lies over the TEXT segment"
    )
    found = decisions(flow / "malformed" / "data_stop_offset_discrepancy_example.fcs")
    assert found["$ENDDATA"] == (
        "the DATA segment is stated to end at byte 6,944; 2 events of 54 bytes from byte 6,081 "
        "end at byte 6,188"
    )


def test_cyan_is_read_by_its_header(flow: Path) -> None:
    path = flow / "malformed" / "Beckman Coulter - Cyan.fcs"
    (raw,) = read_raw(path)
    assert sum(raw.sums) == pytest.approx(1.17181e9, rel=5e-6)
    names = [channel.name for channel in raw.channels]
    assert raw.columns[names.index("Pulse Width")].max() < 512
    assert raw.columns[names.index("Event Count")][:3].tolist() == [2, 3, 4]
    assert decisions(path)["$BEGINDATA"].endswith(
        "byte 2,284 was taken as its first: nothing but padding lies before it"
    )


@pytest.mark.parametrize("error", [-1, 1])
def test_cyan_with_a_beginning_one_byte_off(flow: Path, tmp_path: Path, error: int) -> None:
    source = flow / "malformed" / "Beckman Coulter - Cyan.fcs"
    whole = source.read_bytes()
    path = tmp_path / "tube.fcs"
    path.write_bytes(whole[:26] + b"%8d" % (2_284 + error) + whole[34:])
    (raw,), (right,) = read_raw(path), read_raw(source)
    assert raw.sums == right.sums
    assert "byte 2,284 was taken as its first" in decisions(path)["$BEGINDATA"]


def test_partec_keeps_its_keywords_behind_blanks(flow: Path) -> None:
    path = flow / "malformed" / "Partec - CyFlow v2.9.fcs"
    (raw,) = read_raw(path)
    assert max(int(column.max()) for column in raw.columns) == 32767  # $PnR is 32768
    assert raw.analysis["P$LOGBIASENABLE"] == "1"
    found = decisions(path)
    assert found["TEXT"] == "1 keyword has blanks around it ($DATATYPE); read without them"
    assert "end at byte 586,933" in found["$ENDDATA"]
    (events,) = read_fcs(path)
    assert events.channels[1].amplification == (4.0, 0.1)
    assert events.acquired is None  # 03-07-2024 is July or March


def test_24_bit_integers(flow: Path) -> None:
    (events,) = read_fcs(flow / "malformed" / "Cytek_xP5.fcs")
    assert events.values.max(axis=0)[:3].tolist() == [np.float32(18.988), 1023, 1023]
    assert events.values[0, 1:3].tolist() == [286, 164]
    assert events.values[0, 3] == np.float32(10 ** (4 * 154 / 1024))
    (raw,) = read_raw(flow / "malformed" / "Data003.fcs")
    assert [int(column.max()) for column in raw.columns][:4] == [1351, 1023, 1023, 958]


def test_supplemental_text_and_one_byte_too_many(flow: Path) -> None:
    path = flow / "malformed" / "EY_2013-07-19_PBS_FCS_3.1_Well_A1.001.fcs"
    (events,) = read_fcs(path)
    assert events.keywords["@MB_P1_BASE"] == "HDR-T\nHDR-T\n0\n4"
    found = decisions(path)
    assert "end at byte 887,604" in found["$ENDDATA"]
    assert found["$SPILLOVER"] == (
        "6 numbers and names for 6 detectors, 42 were expected; not used"
    )
    assert events.spillover is None


def test_keywords_stated_twice_and_doubled_delimiters(flow: Path) -> None:
    path = flow / "malformed" / "SG_2014-09-26_Duplicate_Names.fcs"
    (events,) = read_fcs(path)
    assert decisions(path)["$VOL"] == 'stated more than once, each time as "20083"'
    assert events.keywords["$P8S"] == "GFP/FITC-A"
    assert events.keywords["$P8F"] == "525//50 nm"  # the instrument doubled it twice
    assert events.channels[7].marker == "GFP/FITC-A"


def test_empty_values(flow: Path) -> None:
    (events,) = read_fcs(flow / "fcs_ok" / "0877408774.B08")
    assert (events.keywords["$P3S"], events.keywords["$P6N"]) == ("", "FL1-A")
    assert events.channels[2].marker is None
    assert events.keywords["&8ACQUISITION DOC."] == "UDCP Acquisition Template"
    assert events.keywords["CREATOR"] == "CELLQuest™ 3.3"
    (events,) = read_fcs(flow / "gatingml_ref" / "data1.fcs")
    assert events.keywords["&5DATA FILE PREFIX PART #1"] == ""
    assert events.keywords["&13ANALYSIS DOC."] == ""
    (events,) = read_fcs(flow / "instruments" / "Applied Biosystems - Attune.fcs")
    assert (events.keywords["$INST"], events.keywords["$LOST"]) == ("", "")


def test_text_that_is_padded(flow: Path) -> None:
    path = flow / "malformed" / "G11.fcs"
    (events,) = read_fcs(path)
    assert events.keywords["$P3F"] == "488/10"
    assert "5,714 bytes of padding" in decisions(path)["TEXT"]


def test_what_the_records_say_of_a_diva_file(flow: Path) -> None:
    path = flow / "fcs_ok" / "Data004.fcs"
    (events,) = read_fcs(path, file="raw/Data004.fcs")
    assert events.origin.file == "raw/Data004.fcs"
    assert events.origin.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert events.instrument == "FACSAriaII"
    assert events.acquired == datetime(2015, 5, 29, 17, 10, 23)  # noqa: DTZ001
    assert events.spillover is not None
    assert events.spillover.channels == ("FSC PMT-A", "GFP-A", "mCherry-A")
    assert events.spillover.matrix.tolist() == np.eye(3).tolist()
    assert events.values.dtype == np.float32
    assert events.repairs == ()
    (raw,) = read_raw(path)
    np.testing.assert_allclose(events.values[:, 13], raw.columns[13] * 0.01, rtol=1e-6)


def test_the_given_hash_is_used(flow: Path) -> None:
    path = flow / "fcs_ok" / "test_data_2d_01.fcs"
    (events,) = read_fcs(path, sha256="0" * 64)
    assert events.origin.sha256 == "0" * 64


def test_damaged_files_are_refused(flow: Path) -> None:
    with pytest.raises(FileProblem, match=r'corrupted.fcs: the file begins with "oi21j08cn\\x0a"'):
        read_fcs(flow / "malformed" / "corrupted.fcs", file="corrupted.fcs")
    with pytest.raises(
        FileProblem,
        match=r"the DATA segment needs 2,160,000 bytes \(20,000 events x 108 bytes\), the file "
        r"holds 0 after byte 5,912\. Expected: a file that holds its whole DATA segment\. What to "
        r"do: export the file again from the cytometer's software",
    ):
        read_fcs(flow / "malformed" / "sample_header.fcs")


def test_a_truncated_file_says_what_is_missing(flow: Path, tmp_path: Path) -> None:
    whole = (flow / "malformed" / "Data003.fcs").read_bytes()
    cut = tmp_path / "cut.fcs"
    cut.write_bytes(whole[:300_000])
    with pytest.raises(
        FileProblem,
        match=r"the DATA segment needs 600,000 bytes \(25,000 events x 24 bytes\), the file holds "
        r"295,904 after byte 4,096",
    ):
        read_fcs(cut)


def test_missing_and_empty_files(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="it cannot be opened"):
        read_fcs(tmp_path / "none.fcs")
    with pytest.raises(FileProblem, match="it cannot be opened"):
        read_fcs(tmp_path)
    (tmp_path / "empty.fcs").write_bytes(b"")
    with pytest.raises(FileProblem, match=r"the file is empty \(0 bytes\)"):
        read_fcs(tmp_path / "empty.fcs")


@pytest.mark.parametrize("head", [b"FCS2.0    ", b"FCS3.2    ", b"FCS9.9"])
def test_looks_like_fcs(head: bytes) -> None:
    assert looks_like_fcs(head)


@pytest.mark.parametrize("head", [b"", b"FCS", b"fcs3.0", b"PK\x03\x04 FCS3.0", b"FCSX.0    "])
def test_does_not_look_like_fcs(head: bytes) -> None:
    assert not looks_like_fcs(head)


@pytest.mark.parametrize("kind", ["I", "F"])
def test_the_hash_is_that_of_the_bytes_that_were_read(
    build_fcs: Build, alike: Alike, kind: str
) -> None:
    data = np.arange(12).astype("<u4" if kind == "I" else "<f4").tobytes()
    path = build_fcs(alike(kind, 32, ("A", "B", "C"), limit=1024, events=4), data)
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    (events,), (raw,) = read_fcs(path), read_raw(path)
    path.write_bytes(b"another file since")
    assert events.origin.sha256 == expected
    assert raw.origin.sha256 == expected


@pytest.mark.parametrize(("head", "kind"), [
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b\x08", "a gzip archive"),
])  # fmt: skip
def test_an_archive_is_named_as_one(tmp_path, head, kind):
    path = tmp_path / "tubes.zip"
    path.write_bytes(head + bytes(80))
    with pytest.raises(FileProblem, match=f"the file is {kind}.*unpack it"):
        read_fcs(path)
