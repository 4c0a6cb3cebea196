from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from stroma.errors import FileProblem, Severity
from stroma.formats.fcs import read_fcs
from stroma.formats.fcs_choice import choose_data_set
from stroma.records import Channel, Events, Origin


def data_set(version: str, events: int, *, acquired: datetime | None = None) -> Events:
    values = np.ones((events, 1), dtype=np.float32)
    return Events(Origin("a.lmd", "0"), version, (Channel("FL1"),), values, {}, acquired=acquired)


# What a cytometer states has no time zone.
MORNING = datetime(2026, 3, 4, 9, 30)  # noqa: DTZ001
EVENING = datetime(2026, 3, 4, 21, 30)  # noqa: DTZ001


def test_the_only_one() -> None:
    only = data_set("FCS3.1", 3)
    assert choose_data_set([only]) == (only, ())


@pytest.mark.parametrize("begin", [None, MORNING])
def test_an_acquisition_stored_twice(begin: datetime | None) -> None:
    old = data_set("FCS2.0", 3, acquired=MORNING)
    new = data_set("FCS3.0", 3, acquired=begin)
    chosen, (note,) = choose_data_set([old, new])
    assert chosen is new
    assert note.severity is Severity.NOTE
    assert "stored twice: as FCS2.0, and as FCS3.0, which was used" in note.render()


@pytest.mark.parametrize(
    "others",
    [
        [data_set("FCS3.0", 4)],
        [data_set("FCS2.0", 3)],
        [data_set("FCS3.0", 3, acquired=EVENING)],
        [data_set("FCS3.0", 3), data_set("FCS3.0", 3)],
    ],
)
def test_several_tubes_in_one_file(others: list[Events]) -> None:
    first = data_set("FCS2.0", 3, acquired=MORNING)
    chosen, (warning,) = choose_data_set([first, *others])
    assert chosen is first
    assert warning.severity is Severity.WARNING
    assert f"the number is {1 + len(others)}" in warning.render()


def test_the_one_that_is_asked_for() -> None:
    old, new = data_set("FCS2.0", 3), data_set("FCS3.0", 3)
    assert choose_data_set([old, new], 1) == (old, ())
    with pytest.raises(FileProblem, match=r"no data set 3\. Expected: a number from 1 to 2"):
        choose_data_set([old, new], 3)


def test_a_file_as_beckman_coulter_writes_it(tmp_path, build_fcs, alike) -> None:
    """FCS 2.0 in 10 bits, text of the gates in between, then FCS 3.0 in 20 bits."""
    stored = np.array([5, 1023, 40], "<u2").tobytes()
    first = alike("I", 16, ("FL1 LOG",), limit=1024, events=3)
    full = np.array([70, 1048575, 600], "<u4").tobytes()
    second = alike("I", 32, ("FL1-A",), limit=1048576, events=3)
    old = build_fcs({**first, "$P1E": "4,1", "$NEXTDATA": "00000000"}, stored, version="FCS2.0")
    gates = b"\r\nGATES" + b" " * 57
    offset = len(old.read_bytes()) + len(gates)
    old = build_fcs(
        {**first, "$P1E": "4,1", "$NEXTDATA": f"{offset:08d}"}, stored, version="FCS2.0"
    )
    whole = old.read_bytes() + gates
    path = tmp_path / "tube.LMD"
    path.write_bytes(whole + build_fcs(second, full).read_bytes())
    chosen, _ = choose_data_set(read_fcs(path))
    assert chosen.values[:, 0].tolist() == [70.0, 1048575.0, 600.0]
    assert chosen.names == ("FL1-A",)
