"""``extractions.csv``: what people took from papers, as text that git can diff.

A figure stands as printed, to its last zero. Beside it stands what Stroma made of it; at each
reading that is calculated anew, so that a change in one without the other is seen.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from stroma.analytes import canonical_analyte, describe_kind
from stroma.errors import Place, Problem, Severity
from stroma.evidence.conversion import convert_extraction
from stroma.evidence.extraction_cells import (
    CellError,
    cell_of,
    count_of,
    figure_of,
    shown_mark,
    warning_at,
    word_of,
)
from stroma.evidence.extraction_words import (
    BOUNDS,
    CALCULATED,
    CALCULATED_FIGURES,
    COLUMNS,
    COUNTED,
    DIRECTIONS,
    FIGURES,
    REQUIRED,
    SPREAD_KINDS,
)
from stroma.evidence.review_records import Canonical, Counted, Extraction, SpreadKind
from stroma.texts import Text, text
from stroma.vocabulary import QUANTITIES, TISSUES, find_quantity, find_tissue, fold_word

_SEPARATORS: Final = (",", ";", "\t")
_WORDS: Final = (
    "place",
    "passage",
    "medium",
    "condition",
    "p_printed",
    "extractor",
    "checker",
    "note",
)
_SAME: Final = 1e-6
"""Relative difference of a stored figure from the calculated one that a spreadsheet's rounding to
ten digits leaves; an edit in any printed digit is larger."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: Mapping[str, str]


def parse_extractions(
    written: str, *, file: str
) -> tuple[tuple[Extraction, ...], tuple[Problem, ...]]:
    r"""Read ``extractions.csv``.

    Parameters
    ----------
    written
        Its text: with a comma, a semicolon or a tab between cells, any line end.
    file
        Its name, for problems.

    Returns
    -------
    tuple of Extraction
        The rows that can be read, each with its canonical figure.
    tuple of Problem
        What is wrong; a row with an error is left out.

    Examples
    --------
    >>> rows, problems = parse_extractions(
    ...     "extraction;record;place;quantity;tissue;value;unit\n"
    ...     "X0001;a-1;table 2;PDT;BM;61,20;h\n", file="extractions.csv")
    >>> rows[0].quantity, rows[0].tissue, rows[0].value, rows[0].written["value"]
    ('doubling_time', 'bone_marrow', 61.2, '61.20')
    """
    return _parse(written, file=file, keyed=True)


def parse_new_extractions(
    written: str, *, file: str
) -> tuple[tuple[Extraction, ...], tuple[Problem, ...]]:
    """Read a table of rows that have no names yet.

    Parameters
    ----------
    written
        Its text, as for :func:`parse_extractions`; the column ``extraction`` may be missing and is
        not read.
    file
        Its name, for problems.

    Returns
    -------
    tuple of Extraction
        The rows that can be read; ``key`` is empty and ``row`` says where each stands.
    tuple of Problem
        What is wrong; a row with an error is left out.
    """
    return _parse(written, file=file, keyed=False)


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
        The text is broken and would lose rows: see :func:`is_whole`.
    """
    if not written.strip():
        return extractions_text(rows)
    grid = _grid(written)
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


def is_whole(written: str) -> bool:
    """Tell whether a text splits into rows and cells to its end.

    Parameters
    ----------
    written
        The text.

    Returns
    -------
    bool
        False where a quotation mark is left open.
    """
    return _grid(written) is not None


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
        **{name: str(getattr(row, name)) for name in _WORDS},
        **{name: row.written.get(name) or _number(getattr(row, name)) for name in FIGURES},
        **_calculated(row.canonical),
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


def _stated(kind: SpreadKind, *figures: float | None) -> str:
    if kind is SpreadKind.NOT_STATED and all(figure is None for figure in figures):
        return ""
    return kind.value


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)


def _calculated(canonical: Canonical | None) -> dict[str, str]:
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


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _grid(written: str) -> list[tuple[int, list[str]]] | None:
    """Return the rows as a spreadsheet numbers them; ``None`` where a quotation is left open."""
    plain = written.removeprefix("\ufeff")
    lines = plain.splitlines()
    skipped = 0
    if lines and lines[0].strip().casefold().startswith("sep="):
        plain, skipped = plain.partition("\n")[2], 1
    header = next((line for line in plain.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=lambda mark: _known_names(header, mark))
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=separator, strict=True)
    try:
        return [(number, list(cells)) for number, cells in enumerate(reader, start=1 + skipped)]
    except csv.Error:
        return None


def _known_names(header: str, separator: str) -> int:
    return sum(fold_word(name.strip('"')) in COLUMNS for name in header.split(separator))


def _parse(
    written: str, *, file: str, keyed: bool
) -> tuple[tuple[Extraction, ...], tuple[Problem, ...]]:
    if not written.strip("\ufeff \r\n\t"):
        return (), ()
    problems: list[Problem] = []
    lines = _lines(written, file, problems, keyed=keyed)
    mark = shown_mark(line.cells.get(name, "") for line in lines for name in FIGURES)
    rows: list[Extraction] = []
    seen: dict[str, int] = {}
    withheld: dict[str, list[tuple[Extraction, Text]]] = defaultdict(list)
    for line in lines:
        place = Place(file=file, row=line.number)
        try:
            row = _extraction(line, mark=mark, keyed=keyed)
            if keyed and row.key in seen:
                raise _twice(row.key, seen[row.key])
        except CellError as wrong:
            problems.append(wrong.at(place))
            continue
        seen[row.key] = line.number
        conversion = convert_extraction(row)
        row = replace(row, canonical=conversion.canonical)
        if find_quantity(row.quantity) is not None:
            for reason in conversion.withheld:
                withheld[str(reason)].append((row, reason))
        problems += _strange_words(row, place)
        problems += _changed(row, line, place)
        rows.append(row)
    problems += [_withheld(rows_of, file) for rows_of in withheld.values()]
    problems += _unknown_quantities(rows, file)
    return tuple(rows), tuple(sorted(problems, key=lambda problem: problem.place.row or 0))


def _lines(written: str, file: str, problems: list[Problem], *, keyed: bool) -> list[_Line]:
    grid = _grid(written)
    if grid is None:
        problems.append(
            Problem(
                Place(file=file),
                found=text("a quotation mark that is not closed"),
                expected=text("cells in pairs of quotation marks"),
                action=text("mend the row, or restore the file from its last version"),
            )
        )
        return []
    header_number, header = next((number, cells) for number, cells in grid if any(cells))
    names = [fold_word(name) for name in header]
    wrong = _header_problems(file, header_number, header, keyed=keyed)
    problems += wrong
    if any(problem.severity is Severity.ERROR for problem in wrong):
        return []
    lines = []
    for number, cells in grid:
        if number <= header_number or not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            problems.append(_too_wide(file, number, len(cells), len(header)))
            continue
        lines.append(_Line(number, dict(zip(names, cells, strict=False))))
    return lines


def _header_problems(file: str, row: int, header: Sequence[str], *, keyed: bool) -> list[Problem]:
    names = [fold_word(name) for name in header]
    problems = []
    required = ("extraction", *REQUIRED) if keyed else REQUIRED
    missing = [name for name in required if name not in names]
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if missing:
        problems.append(
            Problem(
                Place(file=file, row=row),
                found=text("no column {columns}", columns=", ".join(missing)),
                expected=text("the columns {columns}", columns=", ".join(required)),
                action=text("give the columns these names; until then nothing of it is read"),
            )
        )
    if twice:
        problems.append(
            Problem(
                Place(file=file, row=row),
                found=text("two columns {columns}", columns=", ".join(twice)),
                expected=text("every column once"),
                action=text("delete one of them; until then nothing of it is read"),
            )
        )
    known = COLUMNS if keyed else tuple(name for name in COLUMNS[1:] if name not in CALCULATED)
    problems += [
        warning_at(
            Place(file=file, row=row),
            name,
            text("a column that is not known"),
            text("the columns {columns}", columns=", ".join(known)),
            text("rename it if one of them is meant; it is not read"),
        )
        for name in header
        if name.strip() and fold_word(name) not in COLUMNS
    ]
    return problems


def _too_wide(file: str, row: int, cells: int, columns: int) -> Problem:
    return Problem(
        Place(file=file, row=row),
        found=text("{cells} cells under {columns} columns", cells=cells, columns=columns),
        expected=text("a cell for each column"),
        action=text("put quotation marks around a cell that holds the separator"),
    )


def _extraction(line: _Line, *, mark: str | None, keyed: bool) -> Extraction:
    cells = line.cells
    for column in ("extraction", *REQUIRED) if keyed else REQUIRED:
        if not cell_of(cells, column):
            raise _missing(column)
    figures = {name: figure_of(cells, name, mark=mark) for name in FIGURES}
    value = figures["value"]
    quantity = find_quantity(cell_of(cells, "quantity"))
    return Extraction(
        key=cell_of(cells, "extraction") if keyed else "",
        group=cell_of(cells, "record"),
        quantity=cell_of(cells, "quantity") if quantity is None else quantity.name,
        analyte=_analyte(cells),
        tissue=_tissues(cell_of(cells, "tissue")),
        part=_tissues(cell_of(cells, "part")),
        comparator=_tissues(cell_of(cells, "comparator")),
        direction=word_of(cells, "direction", words=DIRECTIONS),
        bound=_bound(cells, "" if value is None else value.bound),
        spread_kind=word_of(cells, "spread_kind", words=SPREAD_KINDS) or SpreadKind.NOT_STATED,
        unit=cells.get("unit", "").strip(),
        n=count_of(cells, "n"),
        n_counts=word_of(cells, "n_counts", words=COUNTED) or Counted.NOT_STATED,
        row=line.number,
        written={name: figure.written for name, figure in figures.items() if figure is not None},
        **{name: None if figure is None else figure.value for name, figure in figures.items()},  # type: ignore[arg-type]
        **{name: cells.get(name, "").strip() for name in _WORDS},  # type: ignore[arg-type]
    )


def _missing(column: str) -> CellError:
    if column == "extraction":
        action = text(
            "give it a name that no other row has, such as X0012, or add it with "
            "stroma evidence extract --from"
        )
    else:
        action = text("fill the cell, or delete the row")
    return CellError(column, text("an empty cell"), text("a word in every row"), action)


def _twice(key: str, before: int) -> CellError:
    return CellError(
        "extraction",
        text("“{key}”, which row {row} has already", key=key, row=str(before)),
        text("a name of its own for every row"),
        text("rename the later row; it is left out until then"),
    )


def _tissues(cell: str) -> str:
    """Write every tissue of a cell as the vocabulary does; a word it lacks stays as it is."""
    names = []
    for word in cell.split(";"):
        tissue = find_tissue(word)
        names.append(word.strip() if tissue is None else tissue.name)
    return ";".join(name for name in names if name)


def _analyte(cells: Mapping[str, str]) -> str:
    cell = cell_of(cells, "analyte")
    quantity = find_quantity(cell_of(cells, "quantity"))
    if quantity is None:
        return cell
    words = cell.split(";") if cell else [""]
    found = [canonical_analyte(quantity, word) for word in words]
    if any(word is None for word in found):
        raise CellError(
            "analyte",
            text("“{cell}” for {quantity}", cell=cell, quantity=quantity.name),
            describe_kind(quantity),
            text("correct the analyte, or the quantity"),
        )
    return ";".join(word for word in found if word)


def _bound(cells: Mapping[str, str], beside: str) -> str:
    cell = cell_of(cells, "bound") or beside
    if cell not in BOUNDS:
        raise CellError(
            "bound",
            text("“{cell}”", cell=cell),
            text("one of {known}", known="<, <=, >, >="),
            text("write one of them, or nothing"),
        )
    return BOUNDS[cell]


def _withheld(rows: Sequence[tuple[Extraction, Text]], file: str) -> Problem:
    first, reason = rows[0]
    numbers = ", ".join(str(row.row) for row, _ in rows)
    return Problem(
        Place(file=file, row=first.row),
        found=reason if len(rows) == 1 else text("{reason}, in rows {rows}", reason=reason,
                                                 rows=numbers),
        expected=text("a figure and a spread that can be brought into the vocabulary's unit"),
        action=text("add what the paper states; what it does not state stays out of the pooling"),
        # A unit can be mended by the reader of the table; what a paper does not state cannot.
        severity=Severity.WARNING if first.canonical is None else Severity.NOTE,
    )  # fmt: skip


def _strange_words(row: Extraction, place: Place) -> Iterator[Problem]:
    """Yield words that are nearly one of the vocabulary's."""
    tissues = [tissue.name for tissue in TISSUES]
    words = [(column, word, tissues) for column in ("tissue", "part", "comparator")
             for word in getattr(row, column).split(";") if word]  # fmt: skip
    words.append(("quantity", row.quantity, [quantity.name for quantity in QUANTITIES]))
    for column, word, known in words:
        folded = fold_word(word)
        if folded in known:
            continue
        near = get_close_matches(folded, known, n=1, cutoff=0.9)
        if near:
            yield warning_at(
                place,
                column,
                text("“{word}”, which the vocabulary does not have", word=word),
                text("a word of the vocabulary, or the paper's own"),
                text("write {word}, if that is meant", word=near[0]),
            )


def _unknown_quantities(rows: Iterable[Extraction], file: str) -> Iterator[Problem]:
    found = [row for row in rows if row.value is not None and find_quantity(row.quantity) is None]
    if found:
        names = dict.fromkeys(f"“{row.quantity}”" for row in found)
        yield Problem(
            Place(file=file, row=found[0].row, column="quantity"),
            found=text(
                "figures of {quantities}, which the vocabulary does not have",
                quantities=", ".join(names),
            ),
            expected=text("a word of the vocabulary, or the paper's own"),
            action=text("nothing; they are kept as printed and not converted"),
            severity=Severity.NOTE,
        )


def _changed(row: Extraction, line: _Line, place: Place) -> Iterator[Problem]:
    """Yield stored figures that are not what the printed ones give."""
    now = _calculated(row.canonical)
    for name in (*CALCULATED_FIGURES, "canonical_unit"):
        stored = cell_of(line.cells, name)
        if not stored or _is_same(stored, now[name]):
            continue
        yield warning_at(
            place,
            name,
            text(
                "“{stored}” in the file and “{now}” from the printed figures",
                stored=stored,
                now=now[name],
            ),
            text("what the printed figures give"),
            text(
                "check the printed figures in the paper, then fill the column again with "
                "stroma evidence extract --recalculate"
            ),
        )


def _is_same(stored: str, now: str) -> bool:
    if stored == now:
        return True
    try:
        return math.isclose(float(stored.replace(",", ".")), float(now), rel_tol=_SAME)
    except ValueError:
        return False
