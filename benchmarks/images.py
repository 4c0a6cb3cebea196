"""Pictures: how long a stained field of 20 megapixels takes, from its file to its numbers."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.timing import Line
from stroma.formats.images import read_image
from stroma.imaging.deconvolution import stain_amount
from stroma.imaging.flat_field import estimate_background
from stroma.imaging.stain_vectors import STAINS
from stroma.imaging.stained import control_threshold, measure_stain, saturated_percent

SECONDS = 3.0
ROWS, COLUMNS = 3648, 5472


def lines() -> Iterator[Line]:
    """Measure, a line at a time."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "field.tif"
        Image.fromarray(_field()).save(path)
        took = min(_seconds(path) for _ in range(3))
    yield Line(
        "a stained field of 20 megapixels, from file to area and density",
        f"{took:.2f} s",
        f"{SECONDS:.0f} s",
        took < SECONDS,
    )


def _field() -> np.ndarray:
    generator = np.random.default_rng(5)
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    away = ((y - ROWS / 2) ** 2 + (x - COLUMNS / 2) ** 2) / (ROWS**2 / 4 + COLUMNS**2 / 4)
    amount = 0.5 * ((y // 200 + x // 200) % 5 == 0)
    light = (
        240
        * (1 - 0.3 * away)[..., None]
        * 10 ** (-amount[..., None] * np.array(STAINS["alizarin_red"].vector, dtype=np.float32))
    )
    light += 1.5 * generator.standard_normal(light.shape, dtype=np.float32)
    return np.clip(np.rint(light), 0, 255).astype(np.uint8)


def _seconds(path: Path) -> float:
    start = time.process_time()
    picture = read_image(path)
    amount = stain_amount(picture, STAINS["alizarin_red"], background=estimate_background(picture))
    measure_stain(amount, control_threshold(amount))
    saturated_percent(picture)
    return time.process_time() - start
