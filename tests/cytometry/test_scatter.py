"""Scatter channels as instruments name them; the lists are those of real files."""

from __future__ import annotations

import pytest

from stroma.cytometry.scatter import ScatterChannels, scatter_channels
from stroma.records import Channel


def found(*names):
    return scatter_channels([Channel(name) for name in names])


@pytest.mark.parametrize(
    ("names", "size", "granularity"),
    [
        (("FSC-A", "FSC-H", "FSC PMT-A", "SSC-A", "SSC-H"), "FSC-A", "SSC-A"),
        (("FSC PMT-A", "FSC-A", "SSC-B-A", "SSC-A"), "FSC-A", "SSC-A"),
        (("FSC-H", "SSC-H", "FL1-H"), "FSC-H", "SSC-H"),
        (("FS Lin", "FS Log", "SS Lin", "SS Log", "Pulse Width"), "FS Lin", "SS Lin"),
        (("FS Log", "FS Lin", "SS Log"), "FS Lin", "SS Log"),
        (("FS INT LIN", "FS PEAK LIN", "FS TOF LIN", "SS INT LIN"), "FS INT LIN", "SS INT LIN"),
        (("FSC LogH", "FSC LinH", "SSC LogH", "SSC LinH"), "FSC LinH", "SSC LinH"),
        (("FSC-HLin", "FSC-HLog", "FSC-ALin", "SSC-HLin"), "FSC-ALin", "SSC-HLin"),
        (("TIME", "FSC", "SSC", "FSCW", "FSCA"), "FSCA", "SSC"),
        (("FSC-Area", "FSC-Height", "SSC-Area"), "FSC-Area", "SSC-Area"),
        (("FSC 488/10-A", "SSC 488/10-A"), "FSC 488/10-A", "SSC 488/10-A"),
        (("FSC-A", "BSC-A"), "FSC-A", "BSC-A"),
        (("FITC-A", "SSEA-4", "FSTL1"), None, None),
    ],
)
def test_size_and_granularity_of_real_files(names, size, granularity):
    channels = found(*names)
    assert (channels.size, channels.granularity) == (size, granularity)


def test_pulses_of_each_detector():
    assert found("FSC-A", "FSC-H", "FSC-W", "SSC-A", "SSC-H", "SSC-W") == ScatterChannels(
        size="FSC-A",
        granularity="SSC-A",
        size_area="FSC-A",
        size_height="FSC-H",
        size_width="FSC-W",
        granularity_area="SSC-A",
        granularity_height="SSC-H",
        granularity_width="SSC-W",
    )
    assert found("FS INT LIN", "FS PEAK LIN", "FS TOF LIN").size_height == "FS PEAK LIN"
    assert found("FSC-A", "Width").width == "Width"


def test_what_was_written_beside_the_name_counts_where_the_name_says_nothing():
    channels = scatter_channels([Channel("P1", marker="FSC-A"), Channel("P2", marker="CD90")])
    assert channels.size == "P1"


def test_description_names_what_was_found():
    assert str(found("FSC-A", "FSC-H", "SSC-A").describe()) == (
        "size FSC-A, granularity SSC-A, pulse FSC-H"
    )
    assert str(found("FITC-A").describe()) == "no scatter channel"
