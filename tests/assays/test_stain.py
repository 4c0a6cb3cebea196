"""Stained cultures of a lot: what is measured, and what is said where a picture is missing."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.assays.stain import measure_stains
from stroma.bench_records import StainImage
from stroma.image_records import Picture
from stroma.imaging.stain_vectors import STAINS
from stroma.records import Lot, Origin

LOT = Lot(lot="BM-01", donor="D01", source="bone_marrow", origin_of_row=Origin("lots.csv", "0"))
SIZE = (160, 200)
STAIN = STAINS["alizarin_red"]


def row(file, role="induced", **fields):
    given = {"lot": "BM-01", "passage": "P4", "run": "r1", "stain": "alizarin_red"} | fields
    return StainImage(file=file, role=role, **given,
                      origin_of_row=Origin("images.csv", "a", "row 2"))  # fmt: skip


def picture(*, part=0.0, faint=0.0, seed=0):
    """A field of which this part holds 0.5 of stain and all a little."""
    amount = np.full(SIZE, faint)
    amount[: round(SIZE[0] * part)] += 0.5
    light = 230.0 * 10 ** (-amount[..., np.newaxis] * np.array(STAIN.vector))
    noisy = light + np.random.default_rng(seed).normal(0.0, 1.0, light.shape)
    pixels = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    return Picture(pixels=pixels, white=255, origin=Origin("a.png", "0"))


PICTURES = {
    "1.png": picture(part=0.30, faint=0.02, seed=1),
    "2.png": picture(part=0.35, faint=0.02, seed=2),
    "3.png": picture(part=0.25, faint=0.02, seed=3), "c1.png": picture(faint=0.02, seed=4),
    "c2.png": picture(faint=0.022, seed=5), "flat.png": picture(seed=6),
}  # fmt: skip
IMAGES = [row("1.png"), row("2.png"), row("3.png"), row("c1.png", "undifferentiated"),
          row("c2.png", "undifferentiated"), row("flat.png", "flat_field", lot="")]  # fmt: skip


def measured(images, pictures=None):
    result = measure_stains(images, PICTURES if pictures is None else pictures, lot=LOT)
    return {row.quantity: row for row in result.measurements}, result


def told(result):
    return "\n".join(problem.render() for problem in result.problems)


def test_area_density_and_ratio_are_those_of_the_fields():
    rows, result = measured(IMAGES)
    assert result.problems == ()
    area, density, ratio = (
        rows[name] for name in ("stained_area", "integrated_density", "stain_ratio")
    )
    assert area.value == pytest.approx(30.0, abs=0.3)
    # 0.5 over 30 % of the field and 0.02 over all of it; Student's interval of 30, 35, 25 %.
    assert density.value == pytest.approx(0.17, rel=0.02)
    assert (area.low, area.high) == pytest.approx((30 - 12.42, 30 + 12.42), abs=0.5)
    assert ratio.value == pytest.approx(0.17 / 0.021, rel=0.05)
    assert ratio.low is not None
    assert {r.analyte for r in rows.values()} == {"osteogenic"}
    assert (area.n, area.n_counts, area.level, area.passage) == (3, "replicates", 0.95, "P4")
    assert area.settings["percentile"] == 99.5
    (view,) = result.views
    assert (len(view.induced), len(view.control)) == (3, 2)


def test_without_a_control_there_is_no_area():
    rows, result = measured([image for image in IMAGES if image.role != "undifferentiated"])
    assert list(rows) == ["integrated_density"]
    assert "no undifferentiated control that was stained in the same run" in told(result)


def test_a_control_of_another_run_does_not_count():
    others = [row("c1.png", "undifferentiated", run="r2"), *IMAGES[:3]]
    rows, _result = measured(others)
    assert "stained_area" not in rows


def test_a_control_of_no_lot_serves_all():
    rows, _result = measured([*IMAGES[:3], row("c1.png", "undifferentiated", lot=""), IMAGES[-1]])
    assert rows["stained_area"].value == pytest.approx(30.0, abs=0.3)
    assert rows["stain_ratio"].low is None  # a single control bounds no ratio


def test_a_saturated_picture_is_flagged():
    dark = PICTURES["1.png"].pixels.copy()
    dark[:20] = 0
    hurt = PICTURES | {"1.png": Picture(pixels=dark, white=255, origin=Origin("1.png", "0"))}
    rows, result = measured(IMAGES, hurt)
    assert "12.5 % of the pixels of 1.png at an end of the scale" in told(result)
    assert "saturated" in str(rows["stained_area"].warnings[0])


def test_what_does_not_fit_is_said():
    grey = Picture(pixels=PICTURES["1.png"].pixels[:, :, 1:2], white=255, origin=Origin("g", "0"))
    _rows, result = measured([row("g.png"), *IMAGES[3:]], PICTURES | {"g.png": grey})
    assert "a grey picture, g.png" in told(result)
    assert "g.png of another size than the empty field of its run" in told(result)
    _rows, result = measured([*IMAGES, row("flat.png", "dark")])
    assert "a picture without light" in told(result)


def test_a_picture_that_could_not_be_read_is_left_aside():
    rows, _result = measured(IMAGES, {k: v for k, v in PICTURES.items() if k != "2.png"})
    assert rows["stained_area"].n == 2
    assert measured(IMAGES, {})[0] == {}
