"""Every drawing is well formed, says what it shows, and puts ink where the numbers are."""

from __future__ import annotations

import base64
import dataclasses
import struct
import xml.etree.ElementTree as ET
import zlib

import pytest

from stroma.figures import SharedPieces, gate, growth, histogram, replicates
from stroma.figures.density import density_uri
from stroma.texts import ENGLISH, Language
from stroma.views import Subject

MARK = Language("ru", ",", " ", lambda message: f"~{message}")


def tree_of(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def parts(svg: str, kind: str) -> list[ET.Element]:
    return [part for part in tree_of(svg).iter() if part.get("class") == kind]


def words(svg: str) -> list[str]:
    return [part.text for part in tree_of(svg).iter() if part.tag in {"text", "tspan"}]


def test_a_histogram_fills_the_stained_cells_and_outlines_the_control(histogram_view):
    svg = histogram(histogram_view, ENGLISH, percent="98.9 %")
    (stained,), (control,) = parts(svg, "st"), parts(svg, "ct")
    assert stained.get("d").endswith("z")
    assert not control.get("d").endswith("z")
    assert words(svg)[-1] == "98.9 %"


def test_the_threshold_stands_in_its_band(histogram_view):
    svg = histogram(histogram_view, ENGLISH)
    (line,), (band,) = parts(svg, "th"), parts(svg, "tb")
    # The axis is 154 units wide and begins at 3: 0.5 is 80, 0.45 is 72.3, 0.6 is 95.4.
    assert line.get("d") == "M80 14v68"
    assert band.get("d") == "M72.3 14h23.1v68H72.3z"


def test_only_labelled_ticks_are_drawn_in_a_histogram(histogram_view):
    svg = histogram(histogram_view, ENGLISH)
    assert [word for word in words(svg) if word] == ["0", "10³"]
    assert parts(svg, "ax")[0].get("d").count("v4") == 2


def test_a_histogram_without_control_has_no_outline(histogram_view):
    bare = dataclasses.replace(histogram_view, control=(), control_events=0)
    assert parts(histogram(bare, ENGLISH), "ct") == []


def test_a_gate_cuts_its_region_to_the_frame(gate_view):
    svg = gate(gate_view, ENGLISH)
    (region,) = parts(svg, "rg")
    assert region.get("d") == "M56 112l56 0 0-112-56 0z"
    inner = tree_of(svg).find("svg")
    assert (inner.get("width"), inner.get("height")) == ("112", "112")
    assert "SSC-A" in words(svg)


def test_a_density_is_a_picture_with_one_shade_for_two_steps():
    width, height, pixels, palette = decoded(density_uri(("0129", "9900", "0000")))
    assert (width, height) == (4, 3)
    shades = [palette[pixel] for row in pixels for pixel in row]
    white = (255, 255, 255)
    assert shades[0] == white
    assert shades[6:] == [white] * 6
    assert len({shades[1], shades[2], shades[3]}) == 2, "1 and 2 share a shade, 9 has its own"
    assert sum(shades[1]) > sum(shades[3]), "more events are darker, in greyscale too"


@pytest.mark.parametrize("rows", [(), ("01", "0"), ("0a",)])
def test_a_density_that_is_no_grid_is_refused(rows):
    with pytest.raises(ValueError, match="rows of equal length of the digits 0 to 9"):
        density_uri(rows)


def decoded(uri: str):
    """Read a PNG of four-bit palette pixels as its specification says."""
    data = base64.b64decode(uri.removeprefix("data:image/png;base64,"), validate=True)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, place = {}, 8
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        body = data[place + 8 : place + 8 + length]
        (check,) = struct.unpack(">I", data[place + 8 + length : place + 12 + length])
        assert check == zlib.crc32(kind + body)
        chunks[kind] = body
        place += 12 + length
    width, height, depth, colour, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, colour, rest) == (4, 3, [0, 0, 0])
    raw, stride = zlib.decompress(chunks[b"IDAT"]), 1 + (width + 1) // 2
    rows = [raw[i * stride + 1 : (i + 1) * stride] for i in range(height)]
    assert all(raw[i * stride] == 0 for i in range(height))
    pixels = [[int(digit, 16) for digit in row.hex()[:width]] for row in rows]
    table = chunks[b"PLTE"]
    return width, height, pixels, [tuple(table[i : i + 3]) for i in range(0, len(table), 3)]


def test_a_growth_curve_stands_on_days_and_doublings(growth_view):
    svg = growth(growth_view, ENGLISH)
    (line,), (bars,) = parts(svg, "ln"), parts(svg, "er")
    # Days 0 to 8 over x 28 to 290, doublings 0 to 5 over y 138 to 16: day 4 is 159, 2 is 89.2.
    assert line.get("d") == "M159 89.2l131-48.8"
    assert bars.get("d") == "M159 101.4V77M290 64.8V16"
    assert "97" in words(svg)
    assert "days since the first seeding" in words(svg)


def test_a_projected_ceiling_is_a_dashed_line_in_its_band(growth_view):
    near = dataclasses.replace(growth_view, ceiling=10.0, ceiling_low=8.0, ceiling_high=40.0)
    svg = growth(near, ENGLISH)
    # The axis goes to the ceiling, 10, at y 16; the band from 8 (y 40.4) is cut there.
    assert parts(svg, "ct")[0].get("d") == "M28 16H290"
    assert parts(svg, "tb")[0].get("d") == "M28 40.4H290V16H28z"
    far = dataclasses.replace(growth_view, ceiling=90.0, ceiling_low=60.0, ceiling_high=400.0)
    assert parts(growth(far, ENGLISH), "ct") == []


def test_missing_hours_space_the_passages_evenly_and_say_so(growth_view):
    view = dataclasses.replace(growth_view, days=(4.0, None))
    svg = growth(view, ENGLISH)
    assert "passages evenly spaced: hours are missing" in words(svg)
    assert parts(svg, "ln")[0].get("d").startswith("M93.5 ")


def test_many_viabilities_are_written_aslant(growth_view):
    count = 12
    view = dataclasses.replace(
        growth_view,
        passages=tuple(f"P{i}" for i in range(count)), days=tuple(float(i) for i in range(count)),
        doublings=tuple(float(i) for i in range(count)), low=tuple(float(i) for i in range(count)),
        high=tuple(float(i) for i in range(count)), viability=(90.0,) * count,
    )  # fmt: skip
    assert growth(view, ENGLISH).count("rotate(-60)") == count


def test_a_growth_curve_of_one_passage_or_none_is_drawn(growth_view):
    one = dataclasses.replace(
        growth_view, passages=("P1",), days=(None,), doublings=(-0.4,), low=(-0.9,), high=(0.1,),
        viability=(None,),
    )  # fmt: skip
    assert len(parts(growth(one, ENGLISH), "on")) == 1
    none = dataclasses.replace(
        growth_view, passages=(), days=(), doublings=(), low=(), high=(), viability=()
    )
    assert parts(growth(none, ENGLISH), "on") == []


def test_every_replicate_is_a_dot(replicate_view):
    svg = replicates(replicate_view, ENGLISH)
    assert parts(svg, "on")[0].get("d").count("M") == 2
    assert parts(svg, "of")[0].get("d").count("M") == 3
    # 0 to 1 over y 104 to 16: 0.8 is 33.6, 1.0 is 16.
    assert parts(svg, "on")[0].get("d") == "M56 33.6h0M66 16h0"
    assert "absorbance, OD" in words(svg)
    assert "induced (2)" in words(svg)


@pytest.mark.parametrize("draw", [histogram, gate, growth, replicates])
def test_every_drawing_says_what_it_shows_in_the_readers_language(draw, request):
    names = {histogram: "histogram", gate: "gate", growth: "growth", replicates: "replicate"}
    view = request.getfixturevalue(f"{names[draw]}_view")
    tree = tree_of(draw(view, MARK))
    assert tree.get("role") == "img"
    assert tree.find("title").text.startswith("~")


@pytest.mark.parametrize("draw", [histogram, growth, replicates])
def test_names_that_are_markup_stay_words(draw, request):
    names = {histogram: "histogram", growth: "growth", replicates: "replicate"}
    view = request.getfixturevalue(f"{names[draw]}_view")
    evil = "</svg><script>1</script>"
    hostile = dataclasses.replace(view, subject=Subject(evil, evil, evil, evil))
    assert "<script>" not in draw(hostile, ENGLISH)


def test_shared_axes_change_nothing_but_where_they_are_written(gate_view):
    shared = SharedPieces()
    alone, together = gate(gate_view, ENGLISH), gate(gate_view, ENGLISH, shared=shared)
    piece = shared.definitions().split(">", 3)[3].removesuffix("</g></defs></svg>")
    assert alone == together.replace('<use href="#a1"/>', piece)
