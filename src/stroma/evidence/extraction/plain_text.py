"""``extractions.csv`` as Stroma writes it: figures as printed, what was calculated beside them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from stroma.evidence.extraction.grid import grid_of
from stroma.evidence.extraction.words import CALCULATED, COLUMNS, FIGURES, WORDS
from stroma.evidence.review_records import Canonical, Counted, Extraction, SpreadKind
from stroma.vocabulary import fold_word

_LARGEST_WHOLE: Final = 1e15
"""Below it a whole number is written with all its digits, as floating point holds them."""


def extractions_text(rows: Sequence[Extraction]) -> str:
    """Write ``extractions.csv``.

    Parameters
    ----------
    rows
        Its rows.

    Returns
    -------
    str
        CSV with a header: comma, line feed, decimal point, figures as they were printed.
    """
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = extraction_cells(row)
        writer.writerow([cells[column] for column in COLUMNS])
    return target.getvalue()


def updated_text(written: str, rows: Sequence[Extraction]) -> str:
    """Write rows into a text that may hold more than they say.

    A row of the text that is not among ``rows`` because it could not be read stays as it is, and
    so does a column that is not known.

    Parameters
    ----------
    written
        The text so far; empty for none.
    rows
        Each replaces the row it was read from; one that was read from none (``row`` is 0) comes
        last.

    Returns
    -------
    str
        CSV with a header, as :func:`extractions_text` writes it.

    Raises
    ------
    ValueError
        A quotation mark is left open, so that rows would be lost.
    """
    if not written.strip():
        return extractions_text(rows)
    grid = grid_of(written)
    if grid is None:
        msg = "the text is broken"
        raise ValueError(msg)
    header_number, header = next((number, cells) for number, cells in grid if any(cells))
    names = [fold_word(name) for name in header]
    known = {name for name in names if name in COLUMNS}
    # What a person called "Record " is the column record; what is not known keeps its name.
    printed = [name if name in known else header[i] for i, name in enumerate(names)]
    added = [column for column in COLUMNS if column not in known]
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow([*printed, *added])
    replaced = {row.row: extraction_cells(row) for row in rows if row.row}
    for number, cells in grid:
        if number <= header_number or not any(cells):
            continue
        filled = [*cells, *[""] * (len(header) - len(cells))]
        new = replaced.get(number)
        if new is None:
            writer.writerow([*filled, *[""] * len(added)])
            continue
        kept = [new.get(name, cell) for name, cell in zip(names, filled, strict=False)]
        writer.writerow([*kept, *[new[column] for column in added]])
    for row in rows:
        if not row.row:
            new = extraction_cells(row)
            writer.writerow([new.get(name, "") for name in [*names, *added]])
    return target.getvalue()


def extraction_cells(row: Extraction) -> dict[str, str]:
    """Return what each column of a row holds.

    Parameters
    ----------
    row
        The row.

    Returns
    -------
    dict
        Text by column, for every column.
    """
    cells = {
        "extraction": row.key,
        "record": row.group,
        "quantity": row.quantity,
        "analyte": row.analyte,
        "tissue": row.tissue,
        "part": row.part,
        "comparator": row.comparator,
        "direction": "" if row.direction is None else row.direction.value,
        "bound": row.bound,
        "spread_kind": _stated(row.spread_kind, row.spread, row.low, row.high),
        "unit": row.unit,
        "n": "" if row.n is None else str(row.n),
        "n_counts": "" if row.n is None and row.n_counts is Counted.NOT_STATED else row.n_counts,
        **{name: str(getattr(row, name)) for name in WORDS},
        **{name: row.written.get(name) or _number(getattr(row, name)) for name in FIGURES},
        **calculated_cells(row.canonical),
    }
    return {column: str(cells[column]) for column in COLUMNS}


def next_keys(rows: Iterable[Extraction], taken: str = "") -> Iterator[str]:
    """Name new rows.

    Parameters
    ----------
    rows
        Those that have names.
    taken
        Text in which a name may stand that no row has, as that of a row that cannot be read.

    Returns
    -------
    iterator of str
        ``"X0001"`` and on, above every number in use.

    Examples
    --------
    >>> keys = next_keys([])
    >>> next(keys), next(keys)
    ('X0001', 'X0002')
    """
    names = [row.key for row in rows] + re.findall(r"\bX\d+\b", taken)
    numbers = [int(name[1:]) for name in names if re.fullmatch(r"X\d+", name)]
    number = max(numbers, default=0)
    while True:
        number += 1
        yield f"X{number:04d}"


def calculated_cells(canonical: Canonical | None) -> dict[str, str]:
    """Return what the calculated columns of a row hold.

    Parameters
    ----------
    canonical
        The figure in the vocabulary's unit; ``None`` where there is none.

    Returns
    -------
    dict
        Text by column.
    """
    if canonical is None:
        return dict.fromkeys(CALCULATED, "")
    return {
        "canonical_value": _rounded(canonical.value),
        "canonical_spread": _rounded(canonical.spread),
        "canonical_unit": canonical.unit,
        "estimated_mean": _rounded(canonical.estimated_mean),
        "estimated_spread": _rounded(canonical.estimated_spread),
        "conversion": "; ".join(canonical.conversion),
    }


def _stated(kind: SpreadKind, *figures: float | None) -> str:
    if kind is SpreadKind.NOT_STATED and all(figure is None for figure in figures):
        return ""
    return kind.value


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return (
        str(int(value))
        if float(value).is_integer() and abs(value) < _LARGEST_WHOLE
        else repr(value)
    )


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
