"""The table of measurements as CSV and Parquet.

Both are for programs. The CSV is plain UTF-8 without a byte order mark and with LF line ends: what
pandas, R and git expect, and the same bytes on every system. A person opens ``report.xlsx``, in
which numbers are numbers whatever the decimal mark of the computer.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stroma.measurements import COLUMNS, NUMBER_COLUMNS, Measurement, to_rows


def write_measurements_csv(measurements: Iterable[Measurement], path: Path) -> None:
    """Write measurements as CSV.

    Parameters
    ----------
    measurements
        Any measurements; written in their one order.
    path
        The file.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(to_rows(measurements))


def write_measurements_parquet(measurements: Iterable[Measurement], path: Path) -> None:
    """Write measurements as Parquet, with the types of the columns and no other metadata.

    Parameters
    ----------
    measurements
        Any measurements; written in their one order.
    path
        The file.
    """
    rows = to_rows(measurements)
    types = dict.fromkeys(COLUMNS, pa.string()) | dict.fromkeys(NUMBER_COLUMNS, pa.float64())
    types["n"] = pa.int64()
    columns = {name: pa.array([row[name] for row in rows], types[name]) for name in COLUMNS}
    pq.write_table(pa.table(columns), path)
