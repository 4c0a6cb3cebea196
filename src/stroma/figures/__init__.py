"""Result to picture: small SVG drawings that decide nothing and calculate only where ink goes.

The drawings are made by hand so that they are tiny, the same on every machine, sharp on paper and
readable without colour: what is filled, outlined, solid or hollow carries the meaning too. Their
look is in :func:`style`, which a page includes once.
"""

from __future__ import annotations

from stroma.figures.colony_overlay import colony_overlay
from stroma.figures.compensation import compensation
from stroma.figures.dye_dilution import dye_dilution
from stroma.figures.expression import expression
from stroma.figures.gates import gate
from stroma.figures.growth_curve import growth
from stroma.figures.histograms import COARSE, TOLERANCE, histogram
from stroma.figures.replicate_plot import replicates
from stroma.figures.secretome_heatmap import secretome_heatmap
from stroma.figures.shared import SharedPieces
from stroma.figures.standard_curve import standard_curve
from stroma.figures.suppression_curve import suppression_curve
from stroma.figures.svg import style

__all__ = [
    "COARSE",
    "TOLERANCE",
    "SharedPieces",
    "colony_overlay",
    "compensation",
    "dye_dilution",
    "expression",
    "gate",
    "growth",
    "histogram",
    "replicates",
    "secretome_heatmap",
    "standard_curve",
    "style",
    "suppression_curve",
]
