"""The events of an FCS file as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from stroma.formats.fcs_data import Numbers
from stroma.formats.fcs_encoding import Encoding
from stroma.records import Channel, Origin, Repair


@dataclass(frozen=True, slots=True)
class RawEvents:
    """The events of one data set as they are stored.

    Parameters
    ----------
    origin
        The file.
    version
        ``"FCS3.1"`` and so on.
    channels
        The parameters, in the order of the columns.
    columns
        Stored values after the bit masks, one array of shape (events,) a parameter: unsigned
        integers for integers, floating point for the rest.
    keywords
        Of the TEXT segments, upper case, values as printed.
    analysis
        Keywords of the ANALYSIS segment.
    encoding
        How the file stores them.
    repairs
        What had to be mended, in order.
    data_set
        Number of this data set in the file, from 1.
    data_sets
        How many data sets the file holds.
    """

    origin: Origin
    version: str
    channels: tuple[Channel, ...]
    columns: tuple[Numbers, ...]
    keywords: Mapping[str, str]
    analysis: Mapping[str, str]
    encoding: Encoding
    repairs: tuple[Repair, ...] = ()
    data_set: int = 1
    data_sets: int = 1

    @property
    def sums(self) -> tuple[int | float, ...]:
        """The sum of each column: exact for integers, double precision for the rest."""
        return tuple(_sum(column) for column in self.columns)

    def __len__(self) -> int:
        return len(self.columns[0])


def _sum(column: Numbers) -> int | float:
    if column.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            # Both infinities in one column have no sum.
            return float(column.sum(dtype=np.float64))
    if column.dtype.itemsize <= np.dtype(np.uint32).itemsize:
        return int(column.sum(dtype=np.uint64))
    halves = (column >> np.uint64(32), column & np.uint64(0xFFFFFFFF))
    high, low = (int(half.sum(dtype=np.uint64)) for half in halves)
    return (high << 32) + low
