"""In which colours a stain takes light away.

A vector is the optical density of a stain in red, green and blue, of length one. Those held were
measured on stained stromal cells by Meeremans and colleagues (MSC-Differentiation-Quantification,
commit c31bcea), to be used as the colours of these stains and not as those of every microscope: a
laboratory's own are estimated from its pictures by :func:`estimate_vector`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Stain:
    """A stain, and what else is coloured in its pictures.

    Parameters
    ----------
    vector
        Optical density of the stain in red, green and blue, of length one.
    other
        That of the counterstain or of the cells themselves.
    citation
        Where both come from.
    """

    vector: Vector
    other: Vector
    citation: str


_MEEREMANS: Final = "MeeremansMarguerite/MSC-Differentiation-Quantification, c31bcea"

STAINS: Final[Mapping[str, Stain]] = {
    "alizarin_red": Stain(
        (0.0548004641, 0.4339732284, 0.8992575527),
        (0.4265977485, 0.7196532948, 0.5478261552),
        _MEEREMANS,
    ),
    "oil_red_o": Stain(
        (0.3444278036, 0.6996578556, 0.6259779334),
        (0.7025544745, 0.6808652139, 0.2069777062),
        _MEEREMANS,
    ),
    "alcian_blue": Stain(
        (0.7776942216, 0.6055400037, 0.168857933),
        (0.3011533082, 0.8432368414, 0.4452620737),
        _MEEREMANS,
    ),
}

DARKEST: Final = 99.0
"""Percentile of the total density above which pixels are taken for the stain itself: enough pixels
for a mean (10,000 of a picture of one megapixel), and the least mixed with other colours."""


def estimate_vector(density: npt.NDArray[np.float32], *, percentile: float = DARKEST) -> Vector:
    """Estimate the colours of what is densest in a picture.

    Parameters
    ----------
    density
        Optical density, shape (rows, columns, 3).
    percentile
        Of the total density, above which pixels count.

    Returns
    -------
    tuple of float
        Their mean density in red, green and blue, of length one.

    Raises
    ------
    ValueError
        The picture is empty: nothing in it takes light away.
    """
    total = density.sum(axis=2)
    dense = density[total >= np.percentile(total, percentile)]
    mean = np.maximum(dense.mean(axis=0, dtype=np.float64), 0.0)
    length = float(np.linalg.norm(mean))
    if length <= 0.0:
        msg = "nothing in the picture takes light away"
        raise ValueError(msg)
    red, green, blue = (float(part) / length for part in mean)
    return red, green, blue
