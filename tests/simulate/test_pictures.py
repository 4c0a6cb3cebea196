"""Pictures whose truth is known: colonies that stand apart, fields stained to the pixel."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from stroma.simulate.pictures import FIELD, dish_picture, stained_parts, write_fields


def test_a_dish_is_darker_where_its_colonies_are():
    empty, full = (
        np.asarray(Image.open(io.BytesIO(dish_picture(count, np.random.default_rng(1)))))
        for count in (0, 25)
    )
    assert empty.shape == full.shape == (480, 480, 3)
    dark = [float((picture[100:380, 100:380, 1] < 100).mean()) for picture in (empty, full)]
    assert dark[0] == 0
    assert 0.02 < dark[1] < 0.2


def test_the_parts_are_whole_columns():
    parts = stained_parts("BM-01", 7)
    assert len(parts) == 3
    assert all(part * FIELD[1] == pytest.approx(round(part * FIELD[1])) for part in parts)


def test_fields_are_written_with_their_rows(tmp_path):
    (tmp_path / "raw/images").mkdir(parents=True)
    rows = list(write_fields(tmp_path, ["PL-01"], 7))
    assert [row["role"] for row in rows] == ["flat_field", *["induced"] * 3,
                                             *["undifferentiated"] * 2]  # fmt: skip
    assert all((tmp_path / row["file"]).is_file() for row in rows)
    picture = np.asarray(Image.open(tmp_path / rows[1]["file"])).astype(float)
    stained = (picture[60:120, :, 2] < 130).mean()
    assert stained == pytest.approx(stained_parts("PL-01", 7)[0], abs=0.01)
