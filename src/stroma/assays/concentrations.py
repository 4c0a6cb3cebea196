"""What a standard curve says of one analyte in one sample.

The curves make these, and the secretome is calculated from them. A sample beyond the range of its
curve has no value: that it lies below or above is what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stroma.origin import Origin
from stroma.texts import Text


class ConcentrationStatus(StrEnum):
    """Where a sample lies on its standard curve."""

    IN_RANGE = "in_range"
    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """The concentration of one analyte in one sample, as back-calculated from a curve.

    Parameters
    ----------
    lot, passage
        Whose; empty for medium without cells and for controls.
    sample
        Its name in the layout or in the export.
    analyte
        What was measured.
    value
        Concentration in the undiluted sample; ``None`` unless ``status`` is ``IN_RANGE``.
    low, high
        Interval from the curve and from the replicates; ``None`` where it is not known.
    level
        Its confidence level, e.g. 0.95; ``None`` where there is no interval.
    unit
        UCUM code of value, interval and limits, e.g. ``"pg/mL"``.
    status
        Where the sample lies on the curve.
    lloq, uloq
        Limits of quantification of the undiluted sample; ``None`` where they are not known.
    origin
        The file, and the wells in it.
    warnings
        What a reader has to know beside every number made of it.

    Examples
    --------
    >>> vegf = Concentration(
    ...     lot="PL-01", passage="P4", sample="PL-01 CM", analyte="VEGF", value=None, low=None,
    ...     high=None, level=None, unit="pg/mL", status=ConcentrationStatus.BELOW, lloq=3.2,
    ...     uloq=10_000.0, origin=Origin("raw/panel.csv", "00ff", "C4"),
    ... )
    >>> vegf.status.value
    'below'
    """

    lot: str
    passage: str
    sample: str
    analyte: str
    value: float | None
    low: float | None
    high: float | None
    level: float | None
    unit: str
    status: ConcentrationStatus
    lloq: float | None
    uloq: float | None
    origin: Origin
    warnings: tuple[Text, ...] = ()
