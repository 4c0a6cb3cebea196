"""Damaged files end in events or in a refusal: no other error, no hang, no flood of memory."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from stroma.errors import FileProblem
from stroma.formats.fcs import read_fcs, read_raw

Build = Callable[..., Path]
Alike = Callable[..., dict[str, str]]

MUTATIONS = 80
DIGITS = b"0123456789 /\\|$,*\x00\xff"
SMALL = [
    "fcs_ok/B01 KC-A-W---91-US.fcs",
    "fcs_ok/index_sorted_example.fcs",
    "fcs_ok/test_data_2d_01.fcs",
    "flowjo_small/data_set_simple_line_100.fcs",
    "malformed/variable_int_example.fcs",
    "malformed/data_start_offset_discrepancy_example.fcs",
]


def mutations(whole: bytes, seed: int) -> Iterator[bytes]:
    """Yield damaged copies: changed, lost, added and cut bytes, most of them in HEADER and TEXT."""
    chance = random.Random(seed)  # noqa: S311
    text_end = min(int(whole[18:26]), len(whole) - 1)
    for _ in range(MUTATIONS):
        damaged = bytearray(whole)
        place = chance.choice(
            [chance.randrange(58), chance.randrange(text_end), chance.randrange(len(whole))]
        )
        match chance.randrange(5):
            case 0:
                damaged[place] = chance.choice(DIGITS)
            case 1:
                damaged[place] = chance.randrange(256)
            case 2:
                del damaged[place : place + chance.randrange(1, 40)]
            case 3:
                added = chance.choice([b"9", b"999999999", b"//", b"|", b"\0" * 30, b"$PAR/9/"])
                damaged[place:place] = added
            case _:
                del damaged[place:]
        yield bytes(damaged)


def survive(path: Path) -> None:
    for read in (read_fcs, read_raw):
        try:
            data_sets = read(path)
        except FileProblem as problem:
            problem.render()
            continue
        assert data_sets
        for events in data_sets:
            assert all(str(repair.decision) for repair in events.repairs)


def kinds(build: Build, alike: Alike) -> Iterator[bytes]:
    """Yield a whole file of each way to store events."""
    names = ("Time", "FL1-A", "FL2-A")
    noise = np.random.default_rng(2)
    for kind, bits, order in (
        ("F", 32, "4,3,2,1"),
        ("D", 64, "1,2,3,4"),
        ("I", 16, "4,3,2,1"),
        ("I", 24, "1,2,3,4"),
        ("I", 32, "3,4,1,2"),
        ("I", 10, "1,2,3,4"),
        ("A", 3, "1,2,3,4"),
        ("A", "*", "1,2,3,4"),
    ):
        keywords = alike(kind, bits, names, order=order, limit=1024, events=40)
        keywords |= {"$TIMESTEP": "0.01", "$P2E": "4,1", "SPILL": "2,FL1-A,FL2-A,1,0,0,1"}
        values = noise.integers(0, 999, 120)
        data = b" ".join(b"%d" % value for value in values)
        if isinstance(bits, int):
            size = 40 * 3 * bits // 8 if kind != "A" else 360
            data = {"A": b"".join(b"%3d" % value for value in values)}.get(
                kind, noise.bytes(size) if kind == "I" else b""
            )
            if kind in "FD":
                data = struct.pack(
                    (">" if order[0] == "4" else "<") + f"120{kind.lower()}", *values
                )
        yield build(keywords, data, tail=b"00000000").read_bytes()


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_of_every_kind(
    build_fcs: Build, alike: Alike, tmp_path: Path, seed: int
) -> None:
    path = tmp_path / "damaged.fcs"
    for number, whole in enumerate(list(kinds(build_fcs, alike))):
        path.write_bytes(whole)
        (events,) = read_fcs(path)
        assert events.values.shape == (40, 3)
        for damaged in mutations(whole, 100 * number + seed):
            path.write_bytes(damaged)
            survive(path)


@pytest.mark.parametrize("name", SMALL)
def test_damaged_real_files(shared: Path, tmp_path: Path, name: str) -> None:
    whole = (shared / "data" / "flow" / name).read_bytes()
    path = tmp_path / "damaged.fcs"
    for damaged in mutations(whole, len(whole)):
        path.write_bytes(damaged)
        survive(path)


@pytest.mark.parametrize(
    "name",
    [
        "fcs_ok/index_sorted_example.fcs",
        "fcs_ok/test_data_2d_01.fcs",
        "flowjo_small/data_set_simple_line_100.fcs",
        "malformed/SG_2014-09-26_Duplicate_Names.fcs",
    ],
)
def test_a_damaged_text_never_moves_the_values(shared: Path, tmp_path: Path, name: str) -> None:
    """Bytes lost from or put into the TEXT segment shift all that follows."""
    source = shared / "data" / "flow" / name
    whole = source.read_bytes()
    (right,) = read_fcs(source, sha256="")
    stored = {column.tobytes() for column in read_raw(source, sha256="")[0].columns}
    text_end = int(whole[18:26])
    chance = random.Random(5)  # noqa: S311
    path = tmp_path / "damaged.fcs"
    for _ in range(120):
        place = chance.randrange(60, text_end)
        length = chance.randrange(1, 24)
        if chance.random() < 0.5:
            damaged = whole[:place] + whole[place + length :]
        else:
            added = bytes(chance.choice(b"0123456789 ,PNabc") for _ in range(length))
            damaged = whole[:place] + added + whole[place:]
        path.write_bytes(damaged)
        try:
            (raw,) = read_raw(path, sha256="")
        except FileProblem:
            continue
        assert {column.tobytes() for column in raw.columns} <= stored
        assert len(raw) == len(right)


@pytest.mark.parametrize("keyword", ["$PAR", "$TOT", "$NEXTDATA", "$BEGINSTEXT", "$P1B", "$P1R"])
@pytest.mark.parametrize("value", ["0", "1", "9", "99999999", "9" * 18, "9" * 20, "9" * 5000, "-1"])
def test_absurd_numbers(build_fcs: Build, alike: Alike, keyword: str, value: str) -> None:
    keywords = alike("I", 16, ("A", "B"), limit=1 << 16, events=4)
    keywords |= {"$ENDSTEXT": "99999999", keyword: value}
    survive(build_fcs(keywords, bytes(range(16))))


def test_data_sets_that_lead_to_themselves(build_fcs: Build, alike: Alike) -> None:
    inner = alike("F", 32, ("A",), events=2) | {"$NEXTDATA": "00000000"}
    path = build_fcs(inner, b"\0" * 8)
    length = path.stat().st_size
    one = path.read_bytes()
    path.write_bytes(one.replace(b"$NEXTDATA/00000000", b"$NEXTDATA/%08d" % length) * 50)
    assert len(read_fcs(path)) == 50
    path.write_bytes(one.replace(b"$NEXTDATA/00000000", b"$NEXTDATA/%08d" % length) * 2001)
    with pytest.raises(FileProblem, match="more than 2,000 data sets"):
        read_fcs(path)


PEAK = """
import sys
from pathlib import Path
from stroma.formats.fcs import read_fcs

def memory(row):
    status = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in status if line.startswith(row))

path, few = map(Path, sys.argv[1:])
read_fcs(few)
before = memory("VmRSS")
held = read_fcs(path)
print((memory("VmHWM") - before) / path.stat().st_size)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc on this system")
@pytest.mark.parametrize(
    ("kind", "bits", "order", "more", "most"),
    [
        ("F", 32, "1,2,3,4", {}, 1.3),  # the file itself
        ("F", 32, "4,3,2,1", {}, 2.3),  # and its values in the machine's order
        ("D", 64, "1,2,3,4", {}, 1.3),
        # Integers make room for what they become.
        ("I", 32, "1,2,3,4", {}, 2.3),
        ("I", 16, "1,2,3,4", {}, 2.6),
        ("I", 16, "4,3,2,1", {}, 2.6),
        ("I", 16, "4,3,2,1", {"E": "4,1"}, 2.6),
        ("I", 16, "1,2,3,4", {"G": "1.5"}, 2.6),
        ("I", 32, "1,2,3,4", {"E": "4,1"}, 2.6),
    ],
)
def test_memory_of_whole_files(
    build_fcs: Build,
    alike: Alike,
    kind: str,
    bits: int,
    order: str,
    more: dict[str, str],
    most: float,
) -> None:
    names = tuple(f"FL{n}" for n in range(10))
    values = np.random.default_rng(1).integers(0, 30_000, (600_000, 10))
    letter = {"F": "f4", "D": "f8", "I": f"u{bits // 8}"}[kind]
    direction = ">" if order[0] == "4" else "<"

    def built(events: int) -> Path:
        keywords = alike(kind, bits, names, order=order, limit=1 << bits, events=events)
        keywords |= {f"$P{n}{key}": said for key, said in more.items() for n in range(1, 11)}
        data = values[:events].astype(direction + letter).tobytes()
        path = build_fcs(keywords, data)
        return path.rename(path.with_name(f"{events}.fcs"))

    few, many = built(100), built(len(values))
    ended = subprocess.run(
        [sys.executable, "-c", PEAK, str(many), str(few)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(ended.stdout) < most


def peak(path: Path) -> float:
    """Return the memory a file takes to read, in multiples of its size."""
    size = path.stat().st_size
    tracemalloc.start()
    try:
        read_fcs(path, sha256="")
    except FileProblem:
        pass
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    # The bytes of the file lie in pages of their own, which are not traced.
    return 1 + most / size


@pytest.mark.parametrize("field", [18, 26, 34])
def test_memory_of_damaged_files(build_fcs: Build, alike: Alike, field: int) -> None:
    data = np.random.default_rng(1).integers(1, 1 << 20, (50_000, 4)).astype("<f4").tobytes()
    path = build_fcs(alike("F", 32, ("A", "B", "C", "D"), events=50_000), data)
    whole = path.read_bytes()
    for offset in (b"     100", b"  790000", b"99999999"):
        path.write_bytes(whole[:field] + offset + whole[field + 8 :])
        assert peak(path) < 3


@pytest.mark.parametrize("checksum", [b"", b"00000000"])
def test_memory_of_many_data_sets(build_fcs: Build, alike: Alike, checksum: bytes) -> None:
    # Each TEXT segment is read to the next data set, not to the end of the file.
    keywords = alike("F", 32, ("A",), events=0) | {"$NEXTDATA": "00000000"}
    tail = checksum + b" " * 200_000
    path = build_fcs(keywords, b"", tail=tail, header_data=(0, 0), text_data=(0, 0))
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"$NEXTDATA/00000000", b"$NEXTDATA/%08d" % len(whole)) * 20)
    assert len(read_fcs(path)) == 20
    assert peak(path) < 1.4
