"""THE table: one row per quantity of a lot, with unit, interval, method and provenance.

Everything before this module makes rows of it, everything after reads them. A value that is
missing is no row and a line in the problems; it is never a zero or a default.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from stroma.records import Origin
from stroma.texts import Text

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: tuple[str, ...] = (
    "lot",
    "donor",
    "source",
    "passage",
    "condition",
    "quantity",
    "analyte",
    "value",
    "category",
    "unit",
    "low",
    "high",
    "level",
    "n",
    "n_counts",
    "method",
    "settings",
    "files",
    "sha256",
    "place",
    "warnings",
)
"""Columns of ``measurements.csv`` and ``.parquet``, in order."""

STRATEGY = "strategy"
"""Setting that holds name and hash of the frozen gates a row's cells were found by."""

DISPUTED = "disputed"
"""Setting that lists why a row cannot decide before a person has, by the codes below."""

LABEL_DISPUTE = "label"
"""The file labels the detector with another marker than the study reads on it."""

CONTROL_DISPUTE = "control"
"""The control seems to hold stained cells."""

COMPENSATION_DISPUTE = "compensation"
"""The spillover matrix moves cells over the marker's threshold, or away from it."""

GATE_DISPUTE = "gate"
"""An automatic gate may have kept other cells than it should."""

RECORDING_DISPUTE = "recording"
"""The same recording stands for another lot, passage or treatment."""

ALTERNATIVES = "alternatives"
"""Key of a row's settings under which it holds the values of methods that were not declared:
method name to (value, low, high)."""

NUMBER_COLUMNS: tuple[str, ...] = ("value", "low", "high", "level")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One quantity of one lot.

    Parameters
    ----------
    lot
        The lot.
    quantity
        Name in :data:`stroma.vocabulary.QUANTITIES`.
    analyte
        What it is a quantity of: ``"CD105"``, ``"osteogenic"``; empty where the quantity says all.
    value
        The number, in the quantity's canonical unit; ``None`` exactly where ``category`` is set.
    category
        The result where it is a word: ``"no_growth"``.
    unit
        UCUM code; empty for a category.
    low, high
        Bounds of the interval; ``None`` where none can be stated.
    level
        Confidence level of the interval, e.g. 0.95.
    n
        How many things were observed.
    n_counts
        What ``n`` counts: ``"cells"``, ``"replicates"``, ``"counts"``.
    donor, source, passage
        Donor, tissue (name in :data:`stroma.vocabulary.TISSUES`), passage such as ``"P4"``.
    condition
        What was done to the cells before: ``"IFN-gamma"``; empty for nothing.
    method
        Name and version of the method, ``"control_percentile/1"``.
    settings
        What the method was told.
    origins
        The files it rests on, each with its SHA-256 and the place in it.
    warnings
        What a reader has to know beside the number.
    """

    lot: str
    quantity: str
    analyte: str = ""
    value: float | None = None
    category: str | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    level: float | None = None
    n: int | None = None
    n_counts: str = ""
    donor: str = ""
    source: str = ""
    passage: str = ""
    condition: str = ""
    method: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    origins: tuple[Origin, ...] = ()
    warnings: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        if (self.value is None) == (self.category is None):
            msg = f"{self.quantity} of {self.lot}: exactly one of value and category is set"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that names a quantity of a lot and could not be read.

    Parameters
    ----------
    lot
        The lot.
    source
        Its tissue; empty where the row does not state it, or states none that is known.
    quantity
        Name in :data:`stroma.vocabulary.QUANTITIES`.
    analyte
        Written the one way it is compared.
    passage
        Passage such as ``"P4"``; empty for none.
    condition
        What was done to the cells before; empty for nothing.
    place
        Where it stands in its table: "row 4".
    """

    lot: str
    quantity: str
    analyte: str = ""
    source: str = ""
    passage: str = ""
    condition: str = ""
    place: Text


def disputed(row: Measurement, code: str) -> Measurement:
    """Return a row that cannot decide before a person has.

    Parameters
    ----------
    row
        The row.
    code
        Why, as :data:`DISPUTED` lists it.

    Returns
    -------
    Measurement
        With the reason beside those it had.
    """
    codes = row.settings.get(DISPUTED, [])
    held = list(codes) if isinstance(codes, list) else []
    return replace(row, settings={**row.settings, DISPUTED: [*dict.fromkeys([*held, code])]})


def sort_key(row: Measurement) -> tuple[str, ...]:
    """Return the key that puts rows in their one order.

    Parameters
    ----------
    row
        A measurement.

    Returns
    -------
    tuple of str
        Lot, passage (P2 before P10), quantity, analyte, condition, files.
    """
    files = ";".join(origin.file for origin in row.origins)
    return (
        row.lot,
        f"{passage_number(row.passage):+07d}",
        row.quantity,
        row.analyte,
        row.condition,
        files,
    )


def passage_number(passage: str) -> int:
    """Return the number of a passage.

    Parameters
    ----------
    passage
        ``"P4"``, ``"p4"`` or ``"4"``; empty for none.

    Returns
    -------
    int
        The number; -1 where there is none.

    Examples
    --------
    >>> passage_number("P10"), passage_number("")
    (10, -1)
    """
    digits = passage.strip().lstrip("PpПп").strip()
    return int(digits) if digits.isdecimal() else -1


def to_rows(measurements: Iterable[Measurement]) -> list[dict[str, object]]:
    """Return measurements as plain rows in their one order.

    Parameters
    ----------
    measurements
        Any measurements.

    Returns
    -------
    list of dict
        One dictionary a row, with the keys of :data:`COLUMNS`; what is missing is ``None``.
    """
    return [_row(measurement) for measurement in sorted(measurements, key=sort_key)]


def _row(row: Measurement) -> dict[str, object]:
    return {
        "lot": row.lot,
        "donor": row.donor,
        "source": row.source,
        "passage": row.passage,
        "condition": row.condition,
        "quantity": row.quantity,
        "analyte": row.analyte,
        "value": row.value,
        "category": row.category,
        "unit": row.unit,
        "low": row.low,
        "high": row.high,
        "level": row.level,
        "n": row.n,
        "n_counts": row.n_counts,
        "method": row.method,
        "settings": json.dumps(dict(row.settings), sort_keys=True, ensure_ascii=False)
        if row.settings
        else "",
        "files": "; ".join(origin.file for origin in row.origins),
        "sha256": "; ".join(origin.sha256 for origin in row.origins),
        "place": "; ".join(origin.place for origin in row.origins if origin.place),
        "warnings": " | ".join(str(warning) for warning in row.warnings),
    }


def to_frame(measurements: Iterable[Measurement]) -> pd.DataFrame:
    """Return measurements as a pandas frame.

    Parameters
    ----------
    measurements
        Any measurements.

    Returns
    -------
    pandas.DataFrame
        One row a measurement, columns :data:`COLUMNS`, numbers as ``Float64``, counts as
        ``Int64``, the rest as ``string``; missing is ``<NA>``.
    """
    import pandas as pd

    types = dict.fromkeys(COLUMNS, "string") | dict.fromkeys(NUMBER_COLUMNS, "Float64")
    types["n"] = "Int64"
    return pd.DataFrame(to_rows(measurements), columns=list(COLUMNS)).astype(types)
