"""Proposals from pictures of dishes: a picture and a line to sign, never a number."""

from __future__ import annotations

import numpy as np

from stroma.assays.colony_proposals import propose_counts
from stroma.bench_records import ColonyCount
from stroma.image_records import Picture
from stroma.records import Lot, Origin

LOT = Lot(lot="BM-01", donor="D01", source="bone_marrow", origin_of_row=Origin("lots.csv", "0"))


def dish(count):
    y, x = np.mgrid[0:400, 0:500]
    pixels = np.full((400, 500, 3), 230, dtype=np.uint8)
    for number in range(count):
        pixels[np.hypot(y - 200, x - 80 - 80 * number) < 12] = (60, 70, 150)
    return Picture(pixels=pixels, white=255, origin=Origin("dish.png", "0"))


def count(image, **fields):
    origin = Origin("colonies.csv", "a", "row 2")
    return ColonyCount(lot="BM-01", passage="P1", seeded=100.0, origin_of_row=origin, image=image,
                       **fields)  # fmt: skip


def test_a_picture_is_proposed_and_makes_no_row():
    rows = [count("a.png", replicate="1"), count("b.png", colonies=4, confirmed_by="A. K."),
            count("lost.png"), count(None, colonies=3)]  # fmt: skip
    result = propose_counts(rows, {"a.png": dish(3), "b.png": dish(5)}, lot=LOT)
    assert result.measurements == ()
    first, second = result.views
    assert (first.file, len(first.colonies), first.height) == ("a.png", 3, 0.8)
    assert first.seeded == 100.0
    assert (len(second.colonies), second.counted, second.confirmed_by) == (5, 4, "A. K.")
    assert [round(x, 2) for x, _y, _radius in first.colonies] == [0.16, 0.32, 0.48]
    assert propose_counts(rows, {}, lot=LOT).views == ()
