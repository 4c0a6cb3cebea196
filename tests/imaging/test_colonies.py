"""Colonies proposed in simulated dishes of a known number."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from stroma.image_records import Picture
from stroma.imaging.colonies import preview, propose_colonies
from stroma.origin import Origin

SIDE = 900


def dish(count, *, seed, apart=True, rim=True):
    """A dish with a rim, a vignette, noise and this number of blue colonies."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(float)
    away = np.hypot(y - SIDE / 2, x - SIDE / 2)
    density = np.zeros((SIDE, SIDE))
    placed = []
    while len(placed) < count:
        angle, far = generator.uniform(0, 2 * np.pi), 360 * np.sqrt(generator.uniform())
        radius = generator.uniform(6, 16)
        top, left = SIDE / 2 + far * np.sin(angle), SIDE / 2 + far * np.cos(angle)
        room = [np.hypot(top - other[0], left - other[1]) - radius - other[2] for other in placed]
        if apart and room and min(room) < 6:
            continue
        placed.append((top, left, radius))
        spot = np.hypot(y - top, x - left) < radius
        density[spot] = np.maximum(density[spot], generator.uniform(0.2, 0.6))
    if rim:
        density[np.abs(away - 420) < 4] += 0.4
    light = (
        235
        * (1 - 0.15 * (away / SIDE) ** 2)[..., None]
        * 10 ** (-density[..., None] * np.array([0.75, 0.6, 0.2]))
    )
    light += generator.normal(0, 2, light.shape)
    pixels = np.clip(np.rint(light), 0, 255).astype(np.uint8)
    return Picture(pixels=pixels, white=255, origin=Origin("dish.png", "0")), placed


@pytest.mark.parametrize("count", [1, 12, 40, 80])
def test_colonies_that_stand_apart_are_found_where_they_are(count):
    picture, placed = dish(count, seed=count)
    found = propose_colonies(picture)
    assert len(found) == pytest.approx(count, abs=0.05 * count)
    for top, left, _radius in placed:
        nearest = min(np.hypot(c.y * SIDE - top, c.x * SIDE - left) for c in found)
        assert nearest < 8


def test_colonies_that_touch_are_parted_mostly():
    picture, _placed = dish(60, seed=4, apart=False)
    assert len(propose_colonies(picture)) == pytest.approx(60, rel=0.2)


def test_an_empty_dish_has_none():
    picture, _placed = dish(0, seed=9)
    assert propose_colonies(picture) == ()


def test_the_preview_is_a_small_picture():
    picture, _placed = dish(5, seed=2)
    head, _, body = preview(picture).partition(",")
    assert head == "data:image/png;base64"
    shown = Image.open(io.BytesIO(base64.b64decode(body)))
    assert shown.size == (480, 480)
