"""Where in the laboratory's sheets a record stands, for the messages about it."""

from __future__ import annotations

import re

from stroma.errors import Place
from stroma.records import Origin

STUDY_FILE = "study.toml"
"""Where house rules are declared."""

_SHEET_AND_ROW = re.compile(r'(?:sheet "(?P<sheet>.*)", )?row (?P<row>\d+)')


def place_of(origin: Origin, *, column: str | None = None, lot: str | None = None) -> Place:
    """Return the place of a record.

    Parameters
    ----------
    origin
        Where the record came from; its place is such as ``row 4`` or ``sheet "P4", row 4``.
    column
        The column concerned.
    lot
        The lot concerned.

    Returns
    -------
    Place
        File, sheet, row, column and lot, as far as they are known.

    Examples
    --------
    >>> place_of(Origin("passages.csv", "", "row 4"), column="harvested").describe().render()
    'passages.csv, row 4, column "harvested"'
    """
    found = _SHEET_AND_ROW.fullmatch(origin.place)
    if found is None:
        return Place(origin.file, column=column, lot=lot)
    return Place(origin.file, found["sheet"], int(found["row"]), column, lot)


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
