"""Stained fields of known truth, with an uneven lamp, a tint and noise."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.image_records import Picture
from stroma.origin import Origin

TINT = (0.95, 0.9, 0.8)


def picture_of(light):
    pixels = np.clip(np.rint(light), 0, 255).astype(np.uint8)
    return Picture(pixels=pixels, white=255, origin=Origin("field.png", "0"))


@pytest.fixture
def simulate():
    """A stained field, its empty field, and the amount of stain in each pixel."""

    def make(vector, *, share, vignette=0.3, noise=1.5, rows=480, columns=640, seed=1):
        generator = np.random.default_rng(seed)
        y, x = np.mgrid[0:rows, 0:columns].astype(float)
        corner = ((rows - 1) / 2) ** 2 + ((columns - 1) / 2) ** 2
        away = ((y - (rows - 1) / 2) ** 2 + (x - (columns - 1) / 2) ** 2) / corner
        empty = 250.0 * (1.0 - vignette * away)[..., np.newaxis] * np.array(TINT)
        amount = np.zeros((rows, columns))
        while np.mean(amount > 0) < share:
            top, left = generator.uniform(0, rows), generator.uniform(0, columns)
            spot = (y - top) ** 2 + (x - left) ** 2 < (columns * generator.uniform(0.01, 0.03)) ** 2
            amount[spot] = generator.uniform(0.3, 0.7)
        stained = empty * 10 ** (-amount[..., np.newaxis] * np.array(vector))
        first, second = (noise * generator.standard_normal(empty.shape) for _ in range(2))
        return picture_of(stained + first), picture_of(empty + second), amount

    return make
