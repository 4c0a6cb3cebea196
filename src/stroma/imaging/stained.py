"""How much of a field is stained, and how densely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stroma.image_records import Picture
from stroma.imaging.deconvolution import Density

CONTROL_PERCENTILE = 99.5
"""Of the undifferentiated control: amounts above it count as stained. One pixel in two hundred of
the control is then called stained by noise, and that
share is taken off the area."""
MOST_SATURATED = 0.1
"""Percent of pixels at the ends of the scale, beyond which a picture is called saturated: its
densest parts are then denser than it can say."""


@dataclass(frozen=True, slots=True)
class StainedField:
    """A field of a stained culture.

    Parameters
    ----------
    area_percent
        Pixels with more stain than the threshold, in percent.
    density
        Integrated optical density of the stain over the field, for each pixel of it.
    """

    area_percent: float
    density: float


def control_threshold(amount: Density, *, percentile: float = CONTROL_PERCENTILE) -> float:
    """Return the amount of stain above which a pixel counts as stained.

    Parameters
    ----------
    amount
        Amounts of stain in the undifferentiated control.
    percentile
        Of them.

    Returns
    -------
    float
        The threshold.
    """
    return float(np.percentile(amount, percentile))


def measure_stain(
    amount: Density, threshold: float, *, percentile: float = CONTROL_PERCENTILE
) -> StainedField:
    """Measure the stain of a field.

    Parameters
    ----------
    amount
        Amounts of stain, shape (rows, columns).
    threshold
        From :func:`control_threshold`.
    percentile
        Of the control, at which the threshold is.

    Returns
    -------
    StainedField
        Area and density. As many unstained pixels are above the threshold here as in the control,
        and are taken off; the density takes every pixel, so that noise cancels from it.
    """
    by_noise = 1.0 - percentile / 100.0
    share = float(np.count_nonzero(amount > threshold)) / amount.size
    return StainedField(
        area_percent=100.0 * max((share - by_noise) / (1.0 - by_noise), 0.0),
        density=float(amount.mean(dtype=np.float64)),
    )


def saturated_percent(picture: Picture) -> float:
    """Return the share of pixels that hold no light at all, or all that can be told.

    Parameters
    ----------
    picture
        The picture.

    Returns
    -------
    float
        Percent of pixels with a colour at either end of the scale; the larger of both ends.
    """
    dark = np.zeros(picture.pixels.shape[:2], dtype=bool)
    light = np.ones(picture.pixels.shape[:2], dtype=bool)
    for colour in range(picture.pixels.shape[2]):
        dark |= picture.pixels[:, :, colour] == 0
        light &= picture.pixels[:, :, colour] == picture.white
    return 100.0 * max(float(dark.mean()), float(light.mean()))
