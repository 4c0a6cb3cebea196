"""How stored values are read: types, bits, byte orders, masks, logarithms, gains, time."""

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


def columns(path: Path) -> list[list[float]]:
    (raw,) = read_raw(path)
    return [column.tolist() for column in raw.columns]


@pytest.mark.parametrize(
    ("bits", "order", "data", "expected"),
    [
        (8, "1,2,3,4", b"\x01\xff", [1, 255]),
        (16, "1,2,3,4", b"\x01\x02\x03\x04", [0x0201, 0x0403]),
        (16, "4,3,2,1", b"\x01\x02\x03\x04", [0x0102, 0x0304]),
        (16, "2,1", b"\x01\x02", [0x0102]),
        (16, "1,2", b"\x01\x02", [0x0201]),
        (16, "3,4,1,2", b"\x01\x02", [0x0201]),  # halves of a PDP word, low byte first
        (16, "2,1,4,3", b"\x01\x02", [0x0102]),
        (24, "4,3,2,1", b"\x01\x02\x03", [0x010203]),
        (24, "1,2,3", b"\x01\x02\x03", [0x030201]),
        (32, "1,2,3,4", b"\x01\x02\x03\x04", [0x04030201]),
        (32, "4,3,2,1", b"\x01\x02\x03\x04", [0x01020304]),
        (32, "3,4,1,2", b"\x01\x02\x03\x04", [0x02010403]),
        (32, "2,1,4,3", b"\x01\x02\x03\x04", [0x03040102]),
        (32, "2,1", b"\x01\x02\x03\x04", [0x01020304]),
        (40, "1,2,3,4,5", b"\x01\x02\x03\x04\x05", [0x0504030201]),
        (48, "4,3,2,1", b"\x01\x02\x03\x04\x05\x06", [0x010203040506]),
        (56, "1,2,3,4", b"\x01\x02\x03\x04\x05\x06\x07", [0x07060504030201]),
        (64, "4,3,2,1", b"\x81\x02\x03\x04\x05\x06\x07\x08", [0x8102030405060708]),
        (64, "8,7,6,5,4,3,2,1", b"\x81\x02\x03\x04\x05\x06\x07\x08", [0x8102030405060708]),
    ],
)
def test_integers(
    build_fcs: Build, alike: Alike, bits: int, order: str, data: bytes, expected: list[int]
) -> None:
    events = len(data) * 8 // bits
    keywords = alike("I", bits, ("A",), order=order, limit=1 << bits, events=events)
    assert columns(build_fcs(keywords, data)) == [expected]


@pytest.mark.parametrize(
    ("kind", "bits", "order", "data"),
    [
        ("F", 32, "1,2,3,4", struct.pack("<2f", 1.5, -2.25)),
        ("F", 32, "4,3,2,1", struct.pack(">2f", 1.5, -2.25)),
        ("F", 32, "3,4,1,2", b"\xc0\x3f\x00\x00\x10\xc0\x00\x00"),
        ("D", 64, "1,2,3,4", struct.pack("<2d", 1.5, -2.25)),
        ("D", 64, "8,7,6,5,4,3,2,1", struct.pack(">2d", 1.5, -2.25)),
    ],
)
def test_floating_point(
    build_fcs: Build, alike: Alike, kind: str, bits: int, order: str, data: bytes
) -> None:
    path = build_fcs(alike(kind, bits, ("A", "B"), order=order, events=1), data)
    (events,) = read_fcs(path)
    assert events.values.tolist() == [[1.5, -2.25]]
    assert events.values.dtype == (np.float32 if kind == "F" else np.float64)


def test_parameters_of_different_widths(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 16, ("A", "B", "C", "D"), limit=1 << 16, events=2)
    keywords |= {"$P1B": "8", "$P1R": "256", "$P3B": "64", "$P3R": str(1 << 64)}
    keywords |= {"$P4B": "24", "$P4R": str(1 << 24)}
    event = b"\x07" + b"\x01\x02" + b"\x08\0\0\0\0\0\0\x80" + b"\x01\0\x01"
    (raw,) = read_raw(build_fcs(keywords, event * 2))
    expected = [[7, 7], [0x201, 0x201], [(1 << 63) + 8] * 2, [65537, 65537]]
    assert [column.tolist() for column in raw.columns] == expected
    assert [column.dtype.itemsize for column in raw.columns] == [1, 2, 8, 4]
    assert raw.sums == (14, 1026, (1 << 64) + 16, 131074)


@pytest.mark.parametrize(
    ("bits", "expected"),
    # In double precision the clock of 32 bits beside seven parameters of 16 would make the values
    # 3.6 times as large as the file; beside others of 32 bits it makes them twice as large.
    [(16, np.float32), (32, np.float64)],
)
def test_a_clock_alone_does_not_double_short_integers(
    build_fcs: Build, alike: Alike, bits: int, expected: type
) -> None:
    names = (*(f"FL{n}" for n in range(1, 8)), "TIME")
    keywords = alike("I", bits, names, limit=1 << 16, events=2)
    keywords |= {"$P8B": "32", "$P8R": str(1 << 32), "$TIMESTEP": "0.001"}
    letter = {16: "H", 32: "I"}[bits]
    ticks = (123_456_789, 123_456_790)
    data = b"".join(struct.pack(f"<7{letter}I", *range(7), tick) for tick in ticks)
    (events,) = read_fcs(build_fcs(keywords, data))
    assert events.values.dtype == expected
    seconds = np.array(ticks) * 0.001
    assert events.values[:, 7].tolist() == seconds.astype(expected).tolist()
    (raw,) = read_raw(build_fcs(keywords, data))
    assert raw.columns[7].tolist() == list(ticks)


@pytest.mark.parametrize("step", ["1e30", "1e300", "1e-44"])
def test_a_clock_single_precision_does_not_reach_stays_double(
    build_fcs: Build, alike: Alike, step: str
) -> None:
    names = (*(f"FL{n}" for n in range(1, 8)), "TIME")
    keywords = alike("I", 16, names, limit=1 << 16, events=1)
    keywords |= {"$P8B": "32", "$P8R": str(1 << 32), "$TIMESTEP": step}
    data = struct.pack("<7HI", *range(7), (1 << 32) - 1)
    (events,) = read_fcs(build_fcs(keywords, data))
    assert events.values.dtype == np.float64
    assert events.values[0, 7] == ((1 << 32) - 1) * float(step)


def test_integers_and_floating_point_in_one_event(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 16, ("A", "B", "C"), limit=1 << 16, events=2)
    keywords |= {"$P2DATATYPE": "F", "$P2B": "32", "$P3DATATYPE": "D", "$P3B": "64"}
    data = b"".join(struct.pack("<Hfd", n, n + 0.5, n + 0.25) for n in (3, 4))
    path = build_fcs(keywords, data, version="FCS3.2")
    (events,) = read_fcs(path)
    assert events.values.tolist() == [[3, 3.5, 3.25], [4, 4.5, 4.25]]
    assert events.values.dtype == np.float64


def test_bits_packed_most_significant_first(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 10, ("A", "B"), order="4,3,2,1", limit=1024, events=2)
    written = "".join(f"{value:010b}" for value in (1, 1023, 512, 341))
    data = int(written, 2).to_bytes(5, "big")
    assert columns(build_fcs(keywords, data)) == [[1, 512], [1023, 341]]


def test_bits_packed_least_significant_first(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 12, ("A", "B", "C"), limit=4096, events=1)
    data = (1 + (4095 << 12) + (2730 << 24)).to_bytes(5, "little")
    assert columns(build_fcs(keywords, data)) == [[1], [4095], [2730]]


def test_packed_events_in_whole_bytes_are_known_by_their_length(
    build_fcs: Build, alike: Alike
) -> None:
    keywords = alike("I", 10, ("A",), order="4,3,2,1", limit=1024, events=4)
    values = [1, 2, 1023, 4]
    data = b"".join((value << 6).to_bytes(2, "big") for value in values)
    path = build_fcs(keywords, data)
    assert columns(path) == [values]
    (events,) = read_fcs(path)
    assert "begin on a byte of their own" in str(events.repairs[0].decision)


def test_many_packed_events(build_fcs: Build, alike: Alike) -> None:
    values = (np.arange(20_000) * 7) % 1024
    written = "".join(f"{value:010b}" for value in values)
    data = int(written, 2).to_bytes(25_000, "big")
    keywords = alike("I", 10, ("A",), order="4,3,2,1", limit=1024, events=20_000)
    assert columns(build_fcs(keywords, data)) == [values.tolist()]


def test_fixed_ascii(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("A", 4, ("A", "B"), events=2)
    assert columns(build_fcs(keywords, b"  12 34500070999")) == [[12, 7], [345, 999]]


def test_free_ascii(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("A", "*", ("A", "B"), events=3)
    assert columns(build_fcs(keywords, b"1,2\r\n3 , 4\t5,6\n")) == [[1, 3, 5], [2, 4, 6]]


def test_long_free_ascii(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("A", "*", ("A", "B"), events=50_000)
    data = b" ".join(b"%d" % n for n in range(100_000))
    assert columns(build_fcs(keywords, data)) == [
        list(range(0, 100_000, 2)),
        list(range(1, 100_000, 2)),
    ]


@pytest.mark.parametrize(
    ("bits", "data", "message"),
    [
        (3, b"12x", 'the DATA segment holds "12x"'),
        (3, b"nan", 'the DATA segment holds "nan"'),
        (3, b"   ", "the DATA segment holds"),
        ("*", b"1 2 3e", 'the DATA segment holds "3e"'),
    ],
)
def test_ascii_that_is_no_number(
    build_fcs: Build, alike: Alike, bits: int | str, data: bytes, message: str
) -> None:
    names = ("A",) if bits == 3 else ("A", "B", "C")
    with pytest.raises(FileProblem, match=message):
        read_fcs(build_fcs(alike("A", bits, names, events=1), data))


def test_free_ascii_with_too_few_numbers(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("A", "*", ("A", "B"), events=2)
    with pytest.raises(FileProblem, match="holds 3 numbers for 2 parameters"):
        read_fcs(build_fcs(keywords, b"1 2 3"))
    with pytest.raises(FileProblem, match=r"\$TOT says 2 events, the DATA segment holds 1"):
        read_fcs(build_fcs(keywords, b"1 2"))


def test_bits_above_the_range_are_masked_and_said(build_fcs: Build, alike: Alike) -> None:
    # Coulter instruments write the number of the parameter into the upper six bits.
    keywords = alike("I", 16, ("A", "B"), limit=1024, events=2)
    data = struct.pack("<4H", 33 << 10 | 223, 35 << 10 | 323, 1 << 10 | 623, 3 << 10 | 274)
    path = build_fcs(keywords, data)
    (events,) = read_fcs(path)
    assert events.values.tolist() == [[223, 323], [623, 274]]
    (repair,) = events.repairs
    assert (repair.keyword, str(repair.decision)) == (
        "$P1R, $P2R",
        "2 of 2 values are above the range; the bits above it were left out, as FCS asks",
    )


def test_a_range_that_is_no_power_of_two_masks_to_the_next(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 16, ("A",), limit=1000, events=2)
    path = build_fcs(keywords, struct.pack("<2H", 1010, 1034))
    assert columns(path) == [[1010, 10]]


def test_logarithm_gain_and_time(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 16, ("FSC", "FL1", "FL2", "Time"), limit=1024, events=1)
    keywords |= {"$P1G": "8", "$P2E": "4,0", "$P3E": "4.0,0.1", "$TIMESTEP": "0.5"}
    (events,) = read_fcs(build_fcs(keywords, struct.pack("<4H", 100, 512, 256, 30)))
    assert events.values.tolist() == [[12.5, 100.0, pytest.approx(1.0), 15.0]]
    assert [channel.amplification for channel in events.channels] == [
        (0, 0),
        (4, 1),
        (4, 0.1),
        (0, 0),
    ]
    assert [(r.keyword, str(r.decision)) for r in events.repairs] == [
        ("$P2E", 'is "4,0", a logarithm that begins at 0; read as beginning at 1')
    ]


@pytest.mark.parametrize("bits", [10, 16, 17])
def test_many_logarithms_are_the_same_as_few(build_fcs: Build, alike: Alike, bits: int) -> None:
    stored = np.arange(70_000, dtype="<u4") % (1 << bits)
    keywords = alike("I", 32, ("FL1", "FL2"), limit=1 << bits, events=70_000)
    keywords |= {"$P1E": "4,1", "$P2E": "3.5,0.1"}
    (events,) = read_fcs(build_fcs(keywords, np.repeat(stored, 2).tobytes()))
    assert events.values.dtype == (np.float64 if bits == 17 else np.float32)
    for n, (decades, first) in enumerate([(4, 1), (3.5, 0.1)]):
        expected = first * 10.0 ** (decades * stored.astype(np.float64) / (1 << bits))
        assert np.array_equal(events.values[:, n], expected.astype(events.values.dtype))
        assert len(np.unique(events.values[:, n])) == min(1 << bits, 70_000)


@pytest.mark.parametrize(
    ("more", "single"),
    [
        ({"$P1E": "4,1"}, True),
        ({"$P1E": "4,1", "$P2G": "0.0123"}, True),
        ({"$P2G": "1e-30"}, True),
        ({"$P2G": "1e37"}, True),
        # Larger or smaller than single precision holds.
        ({"$P1E": "4,1e-39"}, False),
        ({"$P2G": "1e-35"}, False),
        ({"$P2G": "1e39"}, False),
        # A step is as small as what single precision rounds away.
        ({"$P1E": "0.1,1"}, False),
    ],
)
def test_single_precision_tells_every_stored_value_apart(
    build_fcs: Build, alike: Alike, more: dict[str, str], single: bool
) -> None:
    stored = np.arange(1 << 16, dtype="<u2")
    keywords = alike("I", 16, ("FL1", "FL2"), limit=1 << 16, events=1 << 16) | more
    (events,) = read_fcs(build_fcs(keywords, np.repeat(stored, 2).tobytes()))
    assert events.values.dtype == (np.float32 if single else np.float64)
    for n in range(2):
        values = events.values[:, n].astype(np.float64)
        steps = np.diff(values)
        assert (steps > 0).all()
        # Adjacent values lie as far apart as stated, to 1/100 of their step.
        assert (np.abs(np.diff(steps)) < 0.02 * steps[1:]).all()


def test_floating_point_is_never_taken_for_a_logarithm(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("F", 32, ("FL1",), events=1) | {"$P1E": "4,1", "$P1G": "2"}
    (events,) = read_fcs(build_fcs(keywords, struct.pack("<f", 50)))
    assert events.values.tolist() == [[25.0]]
    assert [(r.keyword, str(r.decision)) for r in events.repairs] == [
        ("$P1E", 'is "4,1", but floating-point values are linear; not applied')
    ]


@pytest.mark.parametrize(
    ("more", "value", "said"),
    [
        ({}, 30.0, ["missing; time is left in ticks"]),
        ({"$TIMESTEP": "x"}, 30.0, ['is "x", no number of seconds; time is left in ticks']),
        ({"$TIMESTEP": "0.01", "$P1G": "0.01"}, 0.3, []),  # BD repeats it as gain
        ({"$TIMESTEP": "0.01", "$P1G": "100"}, 0.3, []),  # Stratedigm as ticks a second
        ({"$TIMESTEP": "0.01", "$P1G": "3"}, 0.3, ["a gain of 3 for time; not applied"]),
    ],
)
def test_time_step(
    build_fcs: Build, alike: Alike, more: dict[str, str], value: float, said: list[str]
) -> None:
    keywords = alike("D", 64, ("TIME",), events=1) | more
    (events,) = read_fcs(build_fcs(keywords, struct.pack("<d", 30)))
    assert events.values.tolist() == [[pytest.approx(value, rel=1e-12)]]
    assert [str(r.decision) for r in events.repairs] == said


@pytest.mark.parametrize("gain", ["0", "-1", "NA"])
def test_a_gain_that_is_none_is_not_applied(build_fcs: Build, alike: Alike, gain: str) -> None:
    keywords = alike("F", 32, ("FL1",), events=1) | {"$P1G": gain}
    (events,) = read_fcs(build_fcs(keywords, struct.pack("<f", 50)))
    assert events.values.tolist() == [[50.0]]
    assert str(events.repairs[0].decision) == f'is "{gain}", no gain; not applied'


def test_decimal_commas_in_the_amplification(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 16, ("FL1",), limit=1024, events=1) | {"$P1E": "4,0,0,1"}
    (events,) = read_fcs(build_fcs(keywords, struct.pack("<H", 256)))
    assert events.values.tolist() == [[pytest.approx(1.0)]]


def test_integers_too_long_for_a_float_are_said(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 64, ("Clock",), limit=1 << 64, events=1)
    (events,) = read_fcs(build_fcs(keywords, struct.pack("<Q", (1 << 60) + 1)))
    assert events.values.tolist() == [[float(1 << 60)]]
    assert str(events.repairs[0].decision) == "the largest values are rounded to 53 bits"


def test_no_events(build_fcs: Build, alike: Alike) -> None:
    for kind, bits in (("F", 32), ("I", 16), ("I", 10)):
        (events,) = read_fcs(build_fcs(alike(kind, bits, ("A", "B"), limit=1024, events=0), b""))
        assert events.values.shape == (0, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"$PAR": None}, r"the required keyword \$PAR is missing"),
        ({"$PAR": "0"}, r'\$PAR is "0"'),
        ({"$PAR": "999999999999"}, r"the required keyword \$P3B is missing"),
        ({"$DATATYPE": "X"}, r'\$DATATYPE is "X". Expected: "I", "F", "D" or "A"'),
        ({"$DATATYPE": None}, r"the required keyword \$DATATYPE is missing"),
        ({"$BYTEORD": "1,2,3,3"}, r'\$BYTEORD is "1,2,3,3"'),
        ({"$BYTEORD": None}, r"the required keyword \$BYTEORD is missing"),
        ({"$P2B": "65"}, r'\$P2B is "65". Expected: the bits of a value, 1 to 64'),
        ({"$P2B": "0"}, r'\$P2B is "0"'),
        ({"$P2R": None}, r"the required keyword \$P2R is missing"),
        ({"$P2E": "x"}, r'\$P2E is "x". Expected: "0,0" for linear values'),
        ({"$P2E": "40,1"}, r'\$P2E is "40,1"'),
        ({"$P2E": None}, r"the required keyword \$P2E is missing"),
        ({"$P2E": "4,1", "$P2R": "0"}, "a logarithmic parameter, B, without a range"),
        ({"$MODE": "C"}, r'\$MODE is "C", a histogram or unknown'),
        ({"$BYTEORD": "1,3,2,4"}, 'the byte order "1,3,2,4" for values of 16 bits'),
    ],
)
def test_keywords_that_are_needed(
    build_fcs: Build, alike: Alike, change: dict[str, str | None], message: str
) -> None:
    keywords = {**alike("I", 16, ("A", "B"), limit=1024, events=1), **change}
    kept = {keyword: value for keyword, value in keywords.items() if value is not None}
    with pytest.raises(FileProblem, match=message):
        read_fcs(build_fcs(kept, b"\x01\0\x02\0"))


def test_amplification_missing_for_all_is_linear(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 16, ("A", "B"), limit=1024, events=1)
    del keywords["$P1E"], keywords["$P2E"]
    (events,) = read_fcs(build_fcs(keywords, b"\x01\0\x02\0"))
    assert events.values.tolist() == [[1, 2]]
    assert str(events.repairs[0].decision) == "missing for all parameters; read as linear"


@pytest.mark.parametrize(
    ("kind", "bits", "data", "said"),
    [
        ("F", 64, struct.pack("<2d", 1.5, 2.5), 'is "F", but $P1B is 64; read as "D"'),
        ("D", 32, struct.pack("<2f", 1.5, 2.5), 'is "D", but $P1B is 32; read as "F"'),
        ("F", 64, struct.pack("<2f", 1.5, 2.5), 'is "64", which $DATATYPE "F" does not have'),
        ("F", 16, struct.pack("<2f", 1.5, 2.5), 'is "16", which $DATATYPE "F" does not have'),
    ],
)
def test_type_and_bits_that_contradict_are_settled_by_the_length(
    build_fcs: Build, alike: Alike, kind: str, bits: int, data: bytes, said: str
) -> None:
    (events,) = read_fcs(build_fcs(alike(kind, bits, ("A", "B"), events=1), data))
    assert events.values.tolist() == [[1.5, 2.5]]
    assert said in str(events.repairs[0].decision)


@pytest.mark.parametrize("bits", ["*", "4"])
def test_logarithms_of_ascii_numbers_are_undone(build_fcs: Build, alike: Alike, bits: str) -> None:
    keywords = alike("A", bits, ("A",), limit=1024, events=2) | {"$P1E": "4,1"}
    (events,) = read_fcs(build_fcs(keywords, b"512 1023" if bits == "*" else b" 5121023"))
    assert events.values[:, 0].tolist() == pytest.approx([100.0, 9910.4586], rel=1e-6)


def test_short_ascii_numbers_are_single_precision_and_long_ones_double(
    build_fcs: Build, alike: Alike
) -> None:
    keywords = alike("A", "*", ("A",), events=2)
    (short,) = read_fcs(build_fcs(keywords, b"9999999 0.12345"))
    (long,) = read_fcs(build_fcs(keywords, b"16777217 1"))
    assert (short.values.dtype, long.values.dtype) == (np.float32, np.float64)
    assert long.values[:, 0].tolist() == [16_777_217.0, 1.0]


def test_a_number_of_more_digits_than_double_precision_has_is_noted(
    build_fcs: Build, alike: Alike
) -> None:
    keywords = alike("A", "20", ("A",), events=1)
    (events,) = read_fcs(build_fcs(keywords, b"12345678901234567891"))
    assert [str(r.decision) for r in events.repairs] == [
        "the largest values are rounded to 53 bits"
    ]


@pytest.mark.parametrize(("order", "data"), [("1,2,3,4", b"\x53"), ("4,3,2,1", b"\x35")])
def test_nibbles_come_in_the_order_of_bytes(
    build_fcs: Build, alike: Alike, order: str, data: bytes
) -> None:
    keywords = alike("I", 4, ("A", "B"), order=order, limit=16, events=1)
    assert columns(build_fcs(keywords, data)) == [[3], [5]]


def test_a_parameter_beyond_par_is_left_out_where_the_number_of_events_agrees(
    build_fcs: Build, alike: Alike
) -> None:
    keywords = alike("I", 16, ("A", "B"), events=1) | {"$P3B": "16"}
    (events,) = read_fcs(build_fcs(keywords, b"\x01\x00\x02\x00"))
    assert events.values.tolist() == [[1.0, 2.0]]
    assert [(r.keyword, str(r.decision)) for r in events.repairs] == [
        (
            "$P3B",
            "describes a parameter beyond the 2 of $PAR, which $TOT agrees with; not read",
        )
    ]


def test_a_parameter_beyond_par_is_refused_where_nothing_tells_the_number_of_events(
    build_fcs: Build, alike: Alike
) -> None:
    keywords = alike("I", 16, ("A", "B")) | {"$P3B": "16", "$P4B": "16"}
    with pytest.raises(FileProblem, match=r"\$PAR says 2 parameters, and \$P3B describes another"):
        read_fcs(build_fcs(keywords, bytes(16), version="FCS2.0"))


def test_decimal_commas_in_a_logarithm_are_noted(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 16, ("A",), limit=1024, events=1) | {"$P1E": "4,0,0,1"}
    (events,) = read_fcs(build_fcs(keywords, b"\x00\x00"))
    assert [str(r.decision) for r in events.repairs] == [
        'is "4,0,0,1", read with decimal commas: 4 decades from 0.1'
    ]
