"""The simulated cytometer and its panels: detectors, spillover, and what is stained where.

No number here describes an instrument on the market: autofluorescence, gains, noise and spillover
are illustrative, of the size a 3-laser cytometer shows on a scale of 262,144 channels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stroma.records import VIABILITY_DYE, Channel, Spillover

FULL_SCALE = 262_144
"""``$PnR`` of every channel: 18 bits, as digital cytometers write."""

SCATTER: tuple[str, ...] = ("FSC-A", "FSC-H", "FSC-W", "SSC-A")
TIME = "Time"
TIMESTEP_SECONDS = 0.01
"""``$TIMESTEP``."""


@dataclass(frozen=True, slots=True)
class Detector:
    """A fluorescence detector and how it sees cells that carry no stain.

    Parameters
    ----------
    name
        ``$PnN``.
    fluorochrome
        What it is meant for.
    autofluorescence
        Median signal of unstained live cells, in channels.
    electronic_noise
        Standard deviation without light, in channels.
    channels_per_photoelectron
        Signal of one photoelectron, in channels: photon noise has the variance of the signal times
        this number (Wood 1998, Cytometry 33:260).
    voltage
        ``$PnV``.
    """

    name: str
    fluorochrome: str
    autofluorescence: float
    electronic_noise: float
    channels_per_photoelectron: float
    voltage: float


DETECTORS: tuple[Detector, ...] = (
    Detector("BV421-A", "BV421", 240.0, 18.0, 1.5, 415.0),
    Detector("BV605-A", "BV605", 210.0, 20.0, 2.0, 470.0),
    Detector("FITC-A", "FITC", 380.0, 18.0, 1.5, 430.0),
    Detector("PE-A", "PE", 230.0, 16.0, 1.0, 445.0),
    Detector("PerCP-Cy5.5-A", "PerCP-Cy5.5", 170.0, 20.0, 2.5, 520.0),
    Detector("PE-Cy7-A", "PE-Cy7", 70.0, 24.0, 1.8, 560.0),
    Detector("APC-A", "APC", 55.0, 27.0, 1.5, 500.0),
    Detector("APC-R700-A", "APC-R700", 85.0, 26.0, 1.3, 515.0),
    Detector("APC-H7-A", "near-infrared fixable dye", 80.0, 20.0, 3.0, 550.0),
)

# (fluorochrome's detector, detector it spills into, fraction). The bright markers stand where
# they spill little into the detectors of the markers that have to be negative: spillover of
# bright light spreads a negative population (Roederer 2001, Cytometry 45:194).
SPILLS: tuple[tuple[str, str, float], ...] = (
    ("BV421-A", "BV605-A", 0.045),
    ("BV421-A", "FITC-A", 0.004),
    ("BV605-A", "BV421-A", 0.011),
    ("BV605-A", "PE-A", 0.058),
    ("BV605-A", "PerCP-Cy5.5-A", 0.120),
    ("BV605-A", "APC-A", 0.021),
    ("FITC-A", "BV605-A", 0.003),
    ("FITC-A", "PE-A", 0.160),
    ("FITC-A", "PerCP-Cy5.5-A", 0.006),
    ("FITC-A", "PE-Cy7-A", 0.001),
    ("PE-A", "BV605-A", 0.014),
    ("PE-A", "FITC-A", 0.008),
    ("PE-A", "PerCP-Cy5.5-A", 0.025),
    ("PE-A", "PE-Cy7-A", 0.003),
    ("PE-A", "APC-A", 0.001),
    ("PerCP-Cy5.5-A", "PE-Cy7-A", 0.070),
    ("PerCP-Cy5.5-A", "APC-R700-A", 0.190),
    ("PerCP-Cy5.5-A", "APC-H7-A", 0.035),
    ("PE-Cy7-A", "PE-A", 0.022),
    ("PE-Cy7-A", "PerCP-Cy5.5-A", 0.009),
    ("PE-Cy7-A", "APC-H7-A", 0.110),
    ("APC-A", "PerCP-Cy5.5-A", 0.002),
    ("APC-A", "APC-R700-A", 0.004),
    ("APC-A", "APC-H7-A", 0.014),
    ("APC-R700-A", "APC-A", 0.035),
    ("APC-R700-A", "APC-H7-A", 0.150),
    ("APC-H7-A", "PE-Cy7-A", 0.018),
    ("APC-H7-A", "APC-A", 0.026),
    ("APC-H7-A", "APC-R700-A", 0.085),
)

VIABILITY_DETECTOR = "APC-H7-A"

IDENTITY = "identity"
"""Name of the panel of the ISCT's markers."""
ENDOTHELIAL = "endothelial"
"""Name of the panel with CD31, which product specifications ask for beside the ISCT's."""


def detector_names() -> tuple[str, ...]:
    """Return the names of the fluorescence detectors, in the order of the files' columns.

    Returns
    -------
    tuple of str
        Nine names.
    """
    return tuple(detector.name for detector in DETECTORS)


def spillover() -> Spillover:
    """Return the true spillover matrix, the one the files carry.

    Returns
    -------
    Spillover
        Matrix of shape (9, 9), row = fluorochrome, column = detector, diagonal 1.

    Examples
    --------
    >>> matrix = spillover()
    >>> float(matrix.matrix[matrix.channels.index("FITC-A"), matrix.channels.index("PE-A")])
    0.16
    """
    names = detector_names()
    matrix = np.eye(len(names))
    for source, detector, fraction in SPILLS:
        matrix[names.index(source), names.index(detector)] = fraction
    return Spillover(names, matrix)


def identity_panel(monocyte_marker: str, b_cell_marker: str) -> dict[str, str]:
    """Return what each detector reads in the panel of the ISCT's markers.

    Parameters
    ----------
    monocyte_marker
        ``"CD14"`` or ``"CD11b"``: the ISCT leaves the choice (Dominici 2006).
    b_cell_marker
        ``"CD19"`` or ``"CD79a"``.

    Returns
    -------
    dict
        Detector to marker, the dead-cell dye included.

    Examples
    --------
    >>> identity_panel("CD14", "CD79a")["BV605-A"]
    'CD79a'
    """
    return {
        "BV421-A": monocyte_marker,
        "BV605-A": b_cell_marker,
        "FITC-A": "CD90",
        "PE-A": "CD105",
        "PerCP-Cy5.5-A": "CD34",
        "PE-Cy7-A": "HLA-DR",
        "APC-A": "CD73",
        "APC-R700-A": "CD45",
        VIABILITY_DETECTOR: VIABILITY_DYE,
    }


def endothelial_panel() -> dict[str, str]:
    """Return what each detector reads in the small panel with CD31.

    Returns
    -------
    dict
        Detector to marker.
    """
    return {"FITC-A": "CD31", VIABILITY_DETECTOR: VIABILITY_DYE}


def channels(stained: Mapping[str, str]) -> tuple[Channel, ...]:
    """Return the channels of a file: scatter, the nine detectors, time.

    Parameters
    ----------
    stained
        Detector to marker, for ``$PnS``.

    Returns
    -------
    tuple of Channel
        Fourteen channels.
    """
    scatter = tuple(
        Channel(name, bits=32, range=float(FULL_SCALE), voltage=voltage)
        for name, voltage in zip(SCATTER, (310.0, 310.0, 310.0, 240.0), strict=True)
    )
    fluorescence = tuple(
        Channel(
            detector.name,
            stained.get(detector.name),
            bits=32,
            range=float(FULL_SCALE),
            voltage=detector.voltage,
        )
        for detector in DETECTORS
    )
    return (*scatter, *fluorescence, Channel(TIME, bits=32, range=float(FULL_SCALE)))
