"""How much of a stain is in each pixel: colour deconvolution of Ruifrok and Johnston.

Light passes stains in turn, so that optical densities add up (Lambert and Beer); the amounts of two
stains and of a rest at right angles to both follow from the three colours of a pixel (Ruifrok and
Johnston 2001, Anal Quant Cytol Histol 23:291). An amount is in units of optical density along the
stain's own vector.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stroma.image_records import Picture
from stroma.imaging.stain_vectors import Stain, Vector

Density = npt.NDArray[np.float32]

_STRIPE = 256
"""Rows at a time, so that what is worked on stays in the processor's cache."""


def optical_density(picture: Picture) -> Density:
    """Return the optical density of a picture against its white.

    Parameters
    ----------
    picture
        The picture.

    Returns
    -------
    ndarray of float32
        ``-log10(value / white)``, shape as the pixels; a pixel of no light counts as half a step
        above none.
    """
    density: Density = _table(picture.white)[picture.pixels]
    return density


def stain_amount(picture: Picture, stain: Stain, *, background: Density | None = None) -> Density:
    """Return how much of a stain is in each pixel.

    Parameters
    ----------
    picture
        The picture; in a grey one the whole density is that of the stain.
    stain
        Its colours and those of what is beside it.
    background
        Optical density of the empty field, of the picture's shape; ``None`` for plain white.

    Returns
    -------
    ndarray of float32
        Amounts, shape (rows, columns); noise makes some of them negative.
    """
    table = _table(picture.white)
    rows, columns = picture.pixels.shape[:2]
    weights = unmixing_weights(stain.vector, stain.other) if picture.is_colour else np.ones(1)
    weights = weights.astype(np.float32)
    amount = np.empty((rows, columns), dtype=np.float32)
    for start in range(0, rows, _STRIPE):
        part = slice(start, start + _STRIPE)
        density = table[picture.pixels[part]]
        if background is not None:
            density -= background[part]
        np.matmul(density, weights, out=amount[part])
    return amount


def unmixing_weights(stain: Vector, other: Vector) -> npt.NDArray[np.float64]:
    """Return the weights of red, green and blue that sum to the amount of a stain.

    Parameters
    ----------
    stain, other
        Vectors of the stain and of what is beside it.

    Returns
    -------
    ndarray of float
        Three weights: orthogonal to the other vector and to the rest.

    Raises
    ------
    ValueError
        The two vectors are alike, so that nothing tells them apart.

    Examples
    --------
    >>> [round(float(w), 3) for w in unmixing_weights((1.0, 0.0, 0.0), (0.6, 0.8, 0.0))]
    [1.0, -0.75, 0.0]
    """
    rest = np.cross(stain, other)
    length = float(np.linalg.norm(rest))
    # Vectors less than three degrees apart: noise would be multiplied by twenty and more.
    if length < 0.05:
        msg = f"the colours {stain} and {other} are alike"
        raise ValueError(msg)
    inverse: npt.NDArray[np.float64] = np.linalg.inv(np.array([stain, other, rest / length]))
    return np.asarray(inverse[:, 0])


def _table(white: int) -> Density:
    """Return the optical density of every value a pixel can hold."""
    values = np.arange(white + 1, dtype=np.float64)
    values[0] = 0.5
    density: Density = (np.log10(white) - np.log10(values)).astype(np.float32)
    return density
