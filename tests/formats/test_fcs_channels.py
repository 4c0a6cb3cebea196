"""Names, markers, dates and the spillover matrix."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from stroma.formats.fcs import read_fcs
from stroma.formats.fcs_spillover import find_spillover, spillover_doubt
from stroma.formats.fcs_values import acquisition_begin, decimal_number, whole_number
from stroma.records import Channel, SpilloverDoubt

Build = Callable[..., Path]
Alike = Callable[..., dict[str, str]]


def test_what_a_channel_says(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("I", 16, ("FL1-A", "FL2-A"), limit=1024, events=1)
    keywords |= {"$P1S": " CD105 PE ", "$P1V": " 400.5", "$P1L": "488,561", "$P1G": "2.0"}
    (events,) = read_fcs(build_fcs(keywords, b"\0" * 4))
    assert events.channels == (
        Channel("FL1-A", "CD105 PE", 16, 1024.0, (0.0, 0.0), 2.0, 400.5, "488,561"),
        Channel("FL2-A", None, 16, 1024.0),
    )


def test_names_that_are_missing_or_shared(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("F", 32, ("FL1-A", "", "FL1-A", "FL1-A (P1)"), events=1)
    (events,) = read_fcs(build_fcs(keywords, struct.pack("<4f", 1, 2, 3, 4)))
    assert events.names == ("FL1-A (P1)'", "P2", "FL1-A (P3)", "FL1-A (P1)")
    assert [(r.keyword, str(r.decision)) for r in events.repairs if "N" in r.keyword] == [
        ("$P2N", "missing; the parameter is called P2"),
        ("$P1N", '"FL1-A" is the name of 2 parameters; this one is called "FL1-A (P1)\'"'),
        ("$P3N", '"FL1-A" is the name of 2 parameters; this one is called "FL1-A (P3)"'),
    ]


@pytest.mark.parametrize(
    ("date", "clock", "expected"),
    [
        ("13-MAR-2008", "17:55:05", "2008-03-13T17:55:05"),
        ("23-Aug-02", "16:31:33", "2002-08-23T16:31:33"),
        ("01-oct-94", "14:22:10:47", "1994-10-01T14:22:10.783333"),
        ("21 Dec 2010", "13:16:01", "2010-12-21T13:16:01"),
        ("2025-Feb-14", "11:21:48", "2025-02-14T11:21:48"),
        ("2019-02-19", "9:28:25.56", "2019-02-19T09:28:25.560000"),
        ("19/02/2019", "21:28:25", "2019-02-19T21:28:25"),
        ("02/19/2019", "21:28:25", "2019-02-19T21:28:25"),
        ("05-05-2019", "21:28:25", "2019-05-05T21:28:25"),
        ("03-07-2024", "13:46:37", None),  # March or July
        ("31-Feb-2024", "13:46:37", None),
        ("01-Xyz-2024", "13:46:37", None),
        ("13-MAR-2008", "25:00:00", None),
        ("13-MAR-2008", "5 pm", None),
        ("13-MAR-2008", "", None),
        ("", "17:55:05", None),
    ],
)
def test_beginning_of_the_acquisition(date: str, clock: str, expected: str | None) -> None:
    begin = acquisition_begin({"$DATE": date, "$BTIM": clock})
    assert (None if begin is None else begin.isoformat()) == expected


def test_beginning_of_the_acquisition_in_fcs_3_2() -> None:
    zone = timezone(timedelta(hours=5))
    stated = {"$BEGINDATETIME": "2021-03-04T10:11:12.5+05:00", "$DATE": "01-JAN-2020"}
    assert acquisition_begin(stated) == datetime(2021, 3, 4, 10, 11, 12, 500000, zone)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        *[("12", 12), (" 0012 ", 12), ("12.0", 12), ("12.5", None), ("-1", None), ("1_0", None)],
        *[("1e3", None), ("", None), (None, None), ("9" * 21, None), ("١٢", None)],
    ],
)
def test_whole_numbers(printed: str | None, expected: int | None) -> None:
    assert whole_number(printed) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        *[("0.5", 0.5), (" 1e-3", 0.001), (".5", 0.5), ("5.", 5.0), ("-2", -2.0), ("1,5", None)],
        *[("nan", None), ("inf", None), ("1e999", None), ("", None), (None, None), ("0x1", None)],
    ],
)
def test_decimal_numbers(printed: str | None, expected: float | None) -> None:
    assert decimal_number(printed) == expected


CHANNELS = (Channel("Time"), Channel("FL1-A", "CD90"), Channel("FL2-A", "CD105"))
MATRIX = [[1.0, 0.1], [0.02, 1.0]]


@pytest.mark.parametrize("keyword", ["$SPILLOVER", "SPILLOVER", "$SPILL", "SPILL", "$COMP", "COMP"])
def test_spillover_spellings(keyword: str) -> None:
    matrix, repairs = find_spillover({keyword: "2,FL1-A,FL2-A,1,0.1,0.02,1"}, CHANNELS)
    assert matrix is not None
    assert (matrix.channels, matrix.matrix.tolist()) == (("FL1-A", "FL2-A"), MATRIX)
    assert repairs == ()


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("2,CD90,CD105,1,0.1,0.02,1", "names the detectors by their $PnS; taken as FL1-A, FL2-A"),
        ("2,2,3,1,0.1,0.02,1", "names the detectors by their number; taken as FL1-A, FL2-A"),
    ],
)
def test_spillover_of_detectors_named_otherwise(printed: str, said: str) -> None:
    matrix, repairs = find_spillover({"SPILL": printed}, CHANNELS)
    assert matrix is not None
    assert (matrix.channels, matrix.matrix.tolist()) == (("FL1-A", "FL2-A"), MATRIX)
    assert [str(r.decision) for r in repairs] == [said]


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("2,FL1-A,FL9-A,1,0,0,1", 'names "FL9-A", which is no parameter of the file; not used'),
        ("2,FL1-A,FL1-A,1,0,0,1", "names a detector twice; not used"),
        ("2,FL1-A,FL2-A,1,0,0", "5 numbers and names for 2 detectors, 6 were expected; not used"),
        ("2,FL1-A,FL2-A,1,0,x,1", 'holds "x", which is no number; not used'),
        ("2,FL1-A,FL2-A,1,1,1,1", "has no inverse; not used"),
        ("2,FL1-A,FL2-A,100,1,1,100", "its diagonal holds 100 instead of 1; not used"),
        ("FL1-A,FL2-A,1,0,0,1", "does not begin with the number of detectors; not used"),
        ("99999999,FL1-A", "not used"),
        (
            "3,0.0,-0.1,0.0,-40.0,0.0,-0.6,0.0,-36.4,0.0",
            "percentages the instrument has subtracted already; not used again",
        ),
    ],
)
def test_spillover_that_cannot_be_used(printed: str, said: str) -> None:
    matrix, repairs = find_spillover({"$COMP": printed}, CHANNELS)
    assert matrix is None
    assert said in str(repairs[0].decision)


def test_percentages_subtracted_in_the_instrument() -> None:
    keywords = {"$DFC1TO2": "12.5", "$DFC2TO1": "0.0"}
    matrix, repairs = find_spillover(keywords, CHANNELS)
    assert matrix is None
    assert [(r.keyword, str(r.decision)) for r in repairs] == [
        ("$DFC1TO2", "percentages the instrument has subtracted already; not used again")
    ]


SMALL = "2,FL1-A,FL2-A,1,0.1,0.02,1"


@pytest.mark.parametrize(
    ("keywords", "doubt", "said"),
    [
        ({"SPILL": SMALL}, None, None),
        ({"$SPILLOVER": SMALL, "SPILL": "2,FL2-A,FL1-A,1,0.0201,0.1,1"}, None, None),
        (
            {"$SPILLOVER": SMALL, "SPILL": "2,FL1-A,FL2-A,1,0.3,0.02,1"},
            SpilloverDoubt.SEVERAL,
            "holds another matrix than $SPILLOVER, which is used",
        ),
        (
            {"$SPILLOVER": "2,FL1-A,FL2-A,1,0,0,1", "SPILL": SMALL},
            SpilloverDoubt.IDENTITY,
            "holds another matrix than $SPILLOVER, which is used",
        ),
        ({"SPILL": "2,FL1-A,FL9-A,1,0,0,1"}, SpilloverDoubt.UNUSABLE, 'names "FL9-A"'),
        (
            {"SPILL": "2,Comp-FL1-A,Comp-FL2-A,1,0.1,0.02,1"},
            SpilloverDoubt.COMPENSATED,
            "the file's values of these detectors are compensated; not used again",
        ),
        ({"$COMP": "2,0,-0.1,-0.2,0"}, None, "subtracted already"),
        ({}, None, None),
    ],
)
def test_what_is_doubtful_of_a_matrix(
    keywords: dict[str, str], doubt: SpilloverDoubt | None, said: str | None
) -> None:
    assert spillover_doubt(keywords, CHANNELS) is doubt
    _, repairs = find_spillover(keywords, CHANNELS)
    assert [said in str(r.decision) for r in repairs] == ([] if said is None else [True])


@pytest.mark.parametrize("printed", ["", "0", "  "])
def test_no_spillover(printed: str) -> None:
    assert find_spillover({"SPILL": printed}, CHANNELS) == (None, ())


def test_a_spillover_of_a_shared_name_is_not_used(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("F", 32, ("FL1-A", "FL1-A"), events=1) | {"SPILL": "1,FL1-A,1"}
    (events,) = read_fcs(build_fcs(keywords, struct.pack("<2f", 1, 2)))
    assert events.spillover is None


def test_real_matrices_are_read_by_row(build_fcs: Build, alike: Alike) -> None:
    keywords = alike("F", 32, ("A", "B", "C"), events=1)
    keywords["$SPILLOVER"] = "3,C,A,B,1,0.2,0.3,0.4,1,0.6,0.7,0.8,1"
    (events,) = read_fcs(build_fcs(keywords, struct.pack("<3f", 1, 2, 3)))
    assert events.spillover is not None
    assert events.spillover.channels == ("C", "A", "B")
    assert np.array_equal(events.spillover.matrix, [[1, 0.2, 0.3], [0.4, 1, 0.6], [0.7, 0.8, 1]])
