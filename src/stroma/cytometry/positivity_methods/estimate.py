"""What every method returns, and what every method asks of its tubes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from stroma.records import FloatArray
from stroma.stats.signed_scale import BinnedPair, bin_pair
from stroma.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PositiveShare:
    """How many cells are positive, by one method.

    Parameters
    ----------
    percent
        Positive cells of all cells, in percent.
    low, high
        Its interval; what it includes is said by the method's assumptions.
    level
        Confidence level.
    method
        Name and version of the method.
    cells, control_cells
        Live single cells of both tubes.
    threshold
        Value above which a cell is called positive, in linear units. For a method without a
        threshold the value above which ``percent`` of the cells lie; ``None`` where there is none.
    by_threshold
        Whether the percentage was counted above that threshold.
    separable
        Whether positive and negative cells can be told apart at all; ``False`` where the interval
        has been widened by the conservative rule.
    diagnostics
        Further numbers by name.
    warnings
        What a reader has to know.
    """

    percent: float
    low: float
    high: float
    level: float
    method: str
    cells: int
    control_cells: int
    threshold: float | None
    by_threshold: bool
    separable: bool = True
    diagnostics: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False)
class TubePair:
    """A stained tube and its control, with what several methods ask of both, worked out once.

    Parameters
    ----------
    stained, control
        Compensated values of live single cells, shape (n,) and (m,).
    """

    stained: FloatArray = field(repr=False)
    control: FloatArray = field(repr=False)

    @cached_property
    def binned(self) -> BinnedPair:
        """Both in common bins; a ``ValueError`` where all values of the control are equal."""
        return bin_pair(self.stained, self.control)

    @cached_property
    def not_finite(self) -> tuple[str, ...]:
        """Names of those that have a value that is not finite."""
        # A sum is finite only if all values are; it costs a tenth of testing each.
        return tuple(
            name
            for name, values in (("stained", self.stained), ("control", self.control))
            if not np.isfinite(values.sum(dtype=np.float64))
        )

    def check(self, *, least: int) -> None:
        """Refuse tubes a method cannot work with.

        Parameters
        ----------
        least
            Cells the control needs.

        Raises
        ------
        ValueError
            No stained cells, too few of the control, or a value that is not finite.
        """
        if self.stained.size == 0:
            msg = "there are no stained cells"
            raise ValueError(msg)
        if self.control.size < least:
            msg = f"the control has {self.control.size} cells, fewer than {least}"
            raise ValueError(msg)
        if self.not_finite:
            msg = f"the {self.not_finite[0]} cells have a value that is not finite"
            raise ValueError(msg)
