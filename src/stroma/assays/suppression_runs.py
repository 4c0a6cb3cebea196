"""A run of tubes with its generations, and how its rows are named."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from stroma.assays.prepared_tube import PreparedTube
from stroma.assays.suppression_words import written_ratio
from stroma.bench_records import SuppressionTube
from stroma.records import Origin
from stroma.stats.dilution_indices import index_variances
from stroma.stats.dye_dilution import DyeFit
from stroma.stats.dye_peaks import DyeControl
from stroma.stats.suppression import Estimate

DILUTION = "dye_dilution/1"
INHIBITION = "suppression/1"
INDEX = "division_index"
"""What inhibition is of: the divisions of the average lymphocyte put in count both that fewer begin
and that those which begin stop sooner. The others stand beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedTube:
    """A tube with its generations.

    Parameters
    ----------
    tube, prepared
        The tube.
    fit
        Its generations.
    """

    tube: SuppressionTube
    prepared: PreparedTube
    fit: DyeFit

    def estimate(self, index: str) -> Estimate:
        """Return an index with its variance.

        Parameters
        ----------
        index
            Name of one of :class:`stroma.stats.dilution_indices.DivisionIndices` that is defined.

        Returns
        -------
        Estimate
            The index.
        """
        cells = np.array(self.fit.cells)
        variance = index_variances(cells, self.fit.covariance)[index]
        return Estimate(float(getattr(self.fit.indices, index)), variance)

    @property
    def origin(self) -> Origin:
        """The file."""
        return self.prepared.events.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedRun:
    """The tubes of one run and donor of lymphocytes that could be read.

    Parameters
    ----------
    run, donor
        Their names.
    control
        What the controls say of the dye.
    undivided
        Lymphocytes that were not stimulated.
    undivided_heights
        Of the picture, as shares of the highest.
    stimulated, cocultures
        Tubes with their generations.
    floor
        Files of the unlabelled lymphocytes.
    left_out
        File to its events that are too large for lymphocytes.
    """

    run: str
    donor: str
    control: DyeControl
    undivided: FittedTube
    undivided_heights: tuple[float, ...]
    stimulated: tuple[FittedTube, ...]
    cocultures: tuple[FittedTube, ...]
    floor: tuple[Origin, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def condition_of(tube: SuppressionTube, run: FittedRun) -> str:
    """Return what the lymphocytes of a tube divided beside, and whose they are.

    Parameters
    ----------
    tube
        A co-culture.
    run
        Its run.

    Returns
    -------
    str
        ``"MSC:PBMC 1:10, PB-07"``.
    """
    ratio = written_ratio(tube.stromal_per_lymphocyte)
    return f"MSC:PBMC {ratio}" + (f", {run.donor}" if run.donor else "")


def settings_of(run: FittedRun) -> dict[str, object]:
    """Return what the rows of a run have in common.

    Parameters
    ----------
    run
        The run.

    Returns
    -------
    dict
        Settings.
    """
    return {"run": run.run, "lymphocyte_donor": run.donor}


def short(value: float | None) -> float | None:
    """Return a number at six significant digits, as it is kept in settings.

    Parameters
    ----------
    value
        The number.

    Returns
    -------
    float or None
        ``None`` for infinity, too.
    """
    return None if value is None or not math.isfinite(value) else float(f"{value:.6g}")
