"""Simulated cells of a stained tube and its control.

What makes the light of a cell: its size, which is shared by autofluorescence and antigen; its own
autofluorescence; the stain; photon noise (variance proportional to the light) and electronic noise
(constant). A few cells are far brighter than the rest, as dead cells and aggregates are that slip
through the gates. Nothing here is a spline, a shifted copy or a bell on the scale the methods work
on. Between the tubes the autofluorescence is multiplied, or light is added, or its spread changes.
"""

from dataclasses import dataclass

import numpy as np

SHAPES = ("lognormal", "gamma", "heavy")
ANTIGENS = ("lognormal", "gamma", "skewed", "two levels")
CHANGES = ("multiplied", "added", "multiplied and wider", "added and narrower")
REFERENCE_CELLS = 40_000


@dataclass(frozen=True)
class Nature:
    """What one tube pair is like, apart from what the grid fixes."""

    shape: str
    antigen: str
    change: str
    autofluorescence: float
    log_sd: float
    noise: float
    photon: float
    outliers: float
    antigen_sd: float
    size_sd: float


def draw_nature(generator):
    return Nature(
        shape=SHAPES[generator.integers(len(SHAPES))],
        antigen=ANTIGENS[generator.integers(len(ANTIGENS))],
        change=CHANGES[generator.integers(len(CHANGES))],
        autofluorescence=float(np.exp(generator.uniform(np.log(50), np.log(400)))),
        log_sd=float(generator.uniform(0.2, 0.5)),
        noise=float(generator.uniform(15, 60)),
        photon=float(generator.uniform(0.5, 3)),
        outliers=float(generator.choice([0.0, 0.001, 0.005])),
        antigen_sd=float(generator.uniform(0.3, 0.6)),
        size_sd=float(generator.uniform(0.0, 0.25)),
    )


def _own(nature, generator, n, spread):
    """Autofluorescence around its median, without the part that goes with size."""
    sd = nature.log_sd * spread
    if nature.shape == "lognormal":
        return np.exp(sd * generator.standard_normal(n))
    if nature.shape == "gamma":
        return generator.gamma(1 / sd**2, sd**2, n)
    return np.exp(0.75 * sd * np.clip(generator.standard_t(5, n), -8, 8))


def _dark(nature, generator, n, *, factor=1.0, spread=1.0):
    size = np.exp(nature.size_sd * generator.standard_normal(n))
    light = nature.autofluorescence * factor * size * _own(nature, generator, n, spread)
    bright = generator.random(n) < nature.outliers
    light[bright] *= np.exp(np.abs(1.5 * generator.standard_normal(np.count_nonzero(bright))))
    return light, size


def _antigen(nature, generator, n):
    sd = nature.antigen_sd
    if nature.antigen == "lognormal":
        return np.exp(sd * generator.standard_normal(n))
    if nature.antigen == "gamma":
        return generator.gamma(1 / sd**2, sd**2, n)
    if nature.antigen == "skewed":
        # A tail towards few molecules, as cells that lose the antigen have it.
        return np.exp(sd * (1 - generator.gamma(1.5, 1 / 1.5, n)) * 1.2)
    high = generator.random(n) < 0.5
    return np.where(high, 2.5, 1.0) * np.exp(0.7 * sd * generator.standard_normal(n))


def _seen(nature, generator, light):
    sd = np.sqrt(nature.noise**2 + nature.photon * np.maximum(light, 0))
    return (light + sd * generator.standard_normal(light.size)).astype(np.float32)


def spread_of_negatives(nature):
    """Robust standard deviation of the control's distribution."""
    generator = np.random.default_rng(0)
    light, _ = _dark(nature, generator, REFERENCE_CELLS)
    values = _seen(nature, generator, light)
    return 1.4826 * float(np.median(np.abs(values - np.median(values))))


def draw_tubes(nature, generator, *, cells, share, stain_index, shift):
    """Stained tube and control, as many cells each.

    The stain index is that of Maecker 2004: the median of the stain over twice the standard
    deviation of the negative cells. The shift moves the median autofluorescence, in that standard
    deviation.
    """
    sd = spread_of_negatives(nature)
    light, _ = _dark(nature, generator, cells)
    control = _seen(nature, generator, light)
    spread = 1.0
    if shift != 0 and nature.change.endswith("wider"):
        spread = 1.1
    elif shift != 0 and nature.change.endswith("narrower"):
        spread = 0.92
    multiplied = nature.change.startswith("multiplied")
    factor = max(1 + shift * sd / nature.autofluorescence, 0.3) if multiplied else 1.0
    light, size = _dark(nature, generator, cells, factor=factor, spread=spread)
    if not multiplied:
        light = light + shift * sd
    positive = generator.random(cells) < share
    median = np.median(_antigen(nature, np.random.default_rng(1), REFERENCE_CELLS))
    stain = _antigen(nature, generator, cells) / median * 2 * stain_index * sd * size
    return _seen(nature, generator, light + np.where(positive, stain, 0.0)), control
