"""Where in the laboratory's sheets a record stands, for the messages about it."""

from __future__ import annotations

import re

from stroma.errors import Place
from stroma.records import Origin

STUDY_FILE = "study.toml"
"""Where house rules are declared."""

_ROW = re.compile(r"\brow (\d+)")


def place_of(origin: Origin, *, column: str | None = None, lot: str | None = None) -> Place:
    """Return the place of a record.

    Parameters
    ----------
    origin
        Where the record came from; the number after "row" in its place is the row.
    column
        The column concerned.
    lot
        The lot concerned.

    Returns
    -------
    Place
        File, row, column and lot, as far as they are known.

    Examples
    --------
    >>> place_of(Origin("passages.csv", "", "row 4"), column="harvested").describe().render()
    'passages.csv, row 4, column "harvested"'
    """
    row = _ROW.search(origin.place)
    return Place(origin.file, row=None if row is None else int(row[1]), column=column, lot=lot)


def house_rule(name: str) -> Place:
    """Return the place of a house rule.

    Parameters
    ----------
    name
        Table and key, ``"counting.cv_percent"``.

    Returns
    -------
    Place
        In the study's settings; of no lot, so that the same message from many lots is one.
    """
    return Place(STUDY_FILE, column=name)
