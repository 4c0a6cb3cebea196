"""What a written number or date says, and whether it says only one thing.

A reading is never a guess: ``1,250`` is 1250 in one country and 1.25 in another, ``03/04/2026``
is in March or in April. Where two readings are possible both are said, and the laboratory is asked
to declare its habit in ``study.toml``. Files and the study's own sheets are read by the same rules.
"""

from __future__ import annotations

from stroma.readings.dates import DATE_ORDERS, column_date_order, read_date, read_moment
from stroma.readings.numbers import (
    DECIMAL_MARKS,
    column_decimal_mark,
    read_decimal,
    read_number,
)
from stroma.readings.refusal import ReadingError

__all__ = [
    "DATE_ORDERS",
    "DECIMAL_MARKS",
    "ReadingError",
    "column_date_order",
    "column_decimal_mark",
    "read_date",
    "read_decimal",
    "read_moment",
    "read_number",
]
