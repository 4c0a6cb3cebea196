"""Cells that may have left a tube as debris: small ones that carry a marker, and dead ones."""

from __future__ import annotations

from typing import Final

import numpy as np

from stroma.assays.prepared_tube import PreparedTube
from stroma.cytometry.gates import LEAST_EVENTS
from stroma.errors import Place, Problem, Severity
from stroma.records import FloatArray
from stroma.texts import Number, text

SHARE_OF_DEBRIS: Final = 0.2
"""What left as debris is looked at where its positive share exceeds that of the cells by so much.
Debris takes up antibody here and there; no published figure was found, the limit is ours."""

MOST_NOT_COUNTED: Final = 0.01
"""And where so large a share of the cells would be counted besides: half of what the ISCT allows a
negative marker (Dominici M et al. Cytotherapy 2006;8:315-317)."""

LEAST_SIZE_OF_CELL: Final = 1 / 3
"""Share of the cells' forward scatter below which what takes up the dye is a fragment: apoptotic
bodies measure 5 micrometres at most (Caruso S, Poon IKH. Front Immunol 2018;9:1486), stromal cells
in suspension 15 and more."""

MOST_VIABILITY: Final = 5.0
"""Points by which dead cells among the debris may raise viability before a person has to look: the
limits of the shipped profiles lie so far apart (80, 85, 90, 95 %)."""


def marked_debris(
    tube: PreparedTube, *, marker: str, detector: str, cells: FloatArray, threshold: float
) -> Problem | None:
    """Say that what left as debris carries a marker more often than the cells do.

    Lymphocytes among stromal cells are as small as their debris.

    Parameters
    ----------
    tube
        A stained tube.
    marker, detector
        What is looked at, and where.
    cells
        Compensated values of the live single cells in the detector, shape (n,).
    threshold
        Above which an event is positive.

    Returns
    -------
    Problem or None
        A warning; ``None`` where the debris looks like debris.
    """
    step = tube.cleaned.step("debris")
    if step is None or not step.removed or not cells.size:
        return None
    values = tube.compensated[detector][step.asked[~step.result.kept]]
    bright = int(np.count_nonzero(values > threshold))
    among_cells = float(np.mean(cells > threshold))
    least = max(LEAST_EVENTS, MOST_NOT_COUNTED * cells.size)
    if bright < least or bright / values.size < among_cells + SHARE_OF_DEBRIS:
        return None
    return Problem(
        Place(file=tube.tube.file, column=detector, lot=tube.tube.lot or None),
        found=text(
            "{percent} % of what was excluded as debris is positive for {marker}, of the cells "
            "{cells} %: small cells may have gone with the debris",
            percent=Number(100 * bright / values.size, 1),
            marker=marker,
            cells=Number(100 * among_cells, 1),
        ),
        expected=text("debris that carries no marker of its own"),
        action=text(
            "look at the picture of debris; declare debris = false in [cleaning], or freeze gates "
            "that keep these cells. Until then the number cannot decide a verdict"
        ),
        severity=Severity.WARNING,
    )


def dead_in_debris(tube: PreparedTube) -> Problem | None:
    """Say that dead cells left as debris, where viability would be lower with them.

    Parameters
    ----------
    tube
        A stained tube.

    Returns
    -------
    Problem or None
        A warning with both figures; ``None`` where they hardly differ, or the tube has no dye.
    """
    debris, dead = tube.cleaned.step("debris"), tube.cleaned.step("dead")
    if debris is None or dead is None or dead.result.cut is None or not dead.asked.size:
        return None
    size = tube.events.values[:, tube.events.names.index(debris.x)]
    gone = debris.asked[~debris.result.kept]
    like_cells = size[gone] >= LEAST_SIZE_OF_CELL * np.median(size[dead.asked])
    dye = dead.y or dead.x
    bright = tube.compensated[dye][gone] >= dead.result.cut
    lost = int(np.count_nonzero(like_cells & bright))
    live, cells = dead.remaining, int(dead.asked.size)
    told, with_them = 100 * live / cells, 100 * live / (cells + lost)
    if told - with_them < MOST_VIABILITY:
        return None
    return Problem(
        Place(file=tube.tube.file, column=dye, lot=tube.tube.lot or None),
        found=text(
            "{count} events excluded as debris are as large as small cells and take up the dye as "
            "dead cells do; with them viability is {lower} %, not {viability} %",
            count=lost,
            lower=Number(with_them, 1),
            viability=Number(told, 1),
        ),
        expected=text("debris without cells"),
        action=text(
            "look at the picture of debris; declare debris = false in [cleaning], or freeze gates "
            "that keep these cells. Until then viability by flow cannot decide a verdict"
        ),
        severity=Severity.WARNING,
    )
