"""Pictures of the example study: a dish of colonies and stained fields, with their truth.

Light is white, falls off towards the corners and is taken away by dye (Beer and Lambert); a camera
adds noise. Colonies stand apart: what overlaps, no one can count surely. The constants are
illustrative.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from stroma.simulate.study_rows import SheetRow
from stroma.simulate.truth import RELEASE_PASSAGE, stream

Floats = npt.NDArray[np.float64]

FOLDER: Final = "raw/images"
SIDE: Final = 480
"""Pixels of a dish's picture, each way."""
DISH_RADIUS: Final = 225
COLONY_RADIUS: Final = (9.0, 15.0)
APART: Final = 6.0
"""Pixels between the rims of two colonies, at the least."""
CRYSTAL_VIOLET: Final = (0.62, 0.70, 0.36)
"""Optical density of a colony in red, green and blue."""
LAMP: Final = 228.0
FALL_OFF: Final = 0.15
"""Part of the light that is lost in a corner."""
NOISE: Final = 1.5

STAINED_LOTS: Final[Mapping[str, float]] = {"BM-01": 0.34, "PL-01": 0.22}
"""Lot to the part of its fields that took up the stain."""
FIELD: Final = (180, 240)
ALIZARIN: Final = (0.05, 0.43, 0.90)
STAIN_DENSITY, BACKGROUND_DENSITY = 0.5, 0.02
INDUCED, CONTROLS = 3, 2
FIELD_SPREAD: Final = 0.03
"""Between fields of one lot."""
RUN: Final = "alizarin 1"


def dish_file(lot: str, dish: int) -> str:
    """Return the picture of a dish.

    Parameters
    ----------
    lot, dish
        Which.

    Returns
    -------
    str
        Its path in the study folder.
    """
    return f"{FOLDER}/{lot}_dish_{dish}.png"


def dish_picture(colonies: int, generator: np.random.Generator) -> bytes:
    """Return a picture of a dish.

    Parameters
    ----------
    colonies
        How many it holds.
    generator
        Of all chance.

    Returns
    -------
    bytes
        A PNG file.
    """
    density = np.zeros((SIDE, SIDE))
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    placed: list[tuple[float, float, float]] = []
    while len(placed) < colonies:
        radius = float(generator.uniform(*COLONY_RADIUS))
        reach = (DISH_RADIUS - 2 * radius) * float(np.sqrt(generator.uniform()))
        turn = float(generator.uniform(0.0, 2.0 * np.pi))
        middle = (SIDE / 2 + reach * np.cos(turn), SIDE / 2 + reach * np.sin(turn))
        near = (
            np.hypot(middle[0] - a, middle[1] - b) < radius + other + APART
            for a, b, other in placed
        )
        if not any(near):
            placed.append((*middle, radius))
    for a, b, radius in placed:
        distance = np.hypot(x - a, y - b) / radius
        density += np.clip(1.15 - distance**2, 0.0, 1.0)
    rim = np.abs(np.hypot(x - SIDE / 2, y - SIDE / 2) - DISH_RADIUS - 4) < 1.5
    return _photograph(density[..., None] * np.array(CRYSTAL_VIOLET) + 0.25 * rim[..., None],
                       generator)  # fmt: skip


def _photograph(density: Floats, generator: np.random.Generator) -> bytes:
    rows, columns = density.shape[:2]
    y, x = np.mgrid[-1 : 1 : rows * 1j, -1 : 1 : columns * 1j]
    lamp = LAMP * (1.0 - FALL_OFF * (x**2 + y**2) / 2.0)
    light = lamp[..., None] * 10.0**-density
    seen = np.clip(np.rint(light + NOISE * generator.normal(size=light.shape)), 0, 255)
    held = io.BytesIO()
    Image.fromarray(seen.astype(np.uint8)).save(held, format="PNG")
    return held.getvalue()


def _field(part: float, generator: np.random.Generator) -> bytes:
    columns = FIELD[1]
    amount = np.full(FIELD, BACKGROUND_DENSITY)
    # Whole columns, so that the part that is stained is known to the pixel.
    amount[:, : round(columns * part)] += STAIN_DENSITY
    return _photograph(amount[..., None] * np.array(ALIZARIN), generator)


def write_fields(folder: Path, lots: Sequence[str], seed: int) -> Iterator[SheetRow]:
    """Write pictures of stained cultures, and yield the rows of the sheet ``images``.

    Parameters
    ----------
    folder
        The study folder.
    lots
        Of :data:`STAINED_LOTS`.
    seed
        Seed of the study.

    Yields
    ------
    mapping
        One a picture.
    """
    generator = stream(seed, 0, 15)
    common = {"stain": "alizarin_red", "run": RUN}
    empty = f"{FOLDER}/empty_field.png"
    (folder / empty).write_bytes(_photograph(np.zeros((*FIELD, 3)), generator))
    yield {"file": empty, "role": "flat_field", **common}
    for lot in lots:
        place = {"lot": lot, "passage": RELEASE_PASSAGE, "lineage": "osteogenic", **common}
        for number, part in enumerate(stained_parts(lot, seed), start=1):
            file = f"{FOLDER}/{lot}_alizarin_{number}.png"
            (folder / file).write_bytes(_field(part, generator))
            yield {"file": file, "role": "induced", "replicate": str(number), **place}
        for number in range(1, CONTROLS + 1):
            file = f"{FOLDER}/{lot}_control_{number}.png"
            (folder / file).write_bytes(_field(0.0, generator))
            yield {"file": file, "role": "undifferentiated", "replicate": str(number), **place}


def stained_parts(lot: str, seed: int) -> tuple[float, ...]:
    """Return the part of each induced field of a lot that is stained.

    Parameters
    ----------
    lot
        Of :data:`STAINED_LOTS`.
    seed
        Seed of the study.

    Returns
    -------
    tuple of float
        To the pixel.
    """
    generator = stream(seed, list(STAINED_LOTS).index(lot), 16)
    columns = FIELD[1]
    drawn = STAINED_LOTS[lot] + FIELD_SPREAD * generator.normal(size=INDUCED)
    return tuple(round(columns * float(part)) / columns for part in drawn)
