"""``extractions.csv``: what people took from papers, as text that git can diff.

A figure stands as printed, to its last zero. Beside it stands what Stroma made of it; at each
reading that is calculated anew, so that a change in one without the other is seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from stroma.analytes import canonical_analyte, describe_kind
from stroma.errors import Place, Problem
from stroma.evidence.extraction.cells import (
    CellError,
    cell_of,
    count_of,
    figure_of,
    shown_mark,
    word_of,
)
from stroma.evidence.extraction.conversion import convert_extraction
from stroma.evidence.extraction.grid import Line, is_whole, lines_of
from stroma.evidence.extraction.plain_text import (
    extraction_cells,
    extractions_text,
    next_keys,
    updated_text,
)
from stroma.evidence.extraction.problems import (
    changed_figures,
    silent_rows,
    strange_words,
    unknown_quantities,
    withheld_problem,
)
from stroma.evidence.extraction.words import (
    BOUNDS,
    COUNTED,
    DIRECTIONS,
    FIGURES,
    REQUIRED,
    SPREAD_KINDS,
    WORDS,
)
from stroma.evidence.review_records import Counted, Extraction, SpreadKind
from stroma.texts import Text, text
from stroma.vocabulary import find_quantity, find_tissue

__all__ = [
    "extraction_cells",
    "extractions_text",
    "is_whole",
    "next_keys",
    "parse_extractions",
    "parse_new_extractions",
    "updated_text",
]


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


def _parse(
    written: str, *, file: str, keyed: bool
) -> tuple[tuple[Extraction, ...], tuple[Problem, ...]]:
    if not written.strip("\ufeff \r\n\t"):
        return (), ()
    problems: list[Problem] = []
    lines = lines_of(written, file, problems, keyed=keyed)
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
        problems += strange_words(row, place)
        problems += changed_figures(row, line, place)
        rows.append(row)
    problems += [withheld_problem(rows_of, file) for rows_of in withheld.values()]
    problems += unknown_quantities(rows, file)
    problems += silent_rows(rows, file)
    return tuple(rows), tuple(sorted(problems, key=lambda problem: problem.place.row or 0))


def _extraction(line: Line, *, mark: str | None, keyed: bool) -> Extraction:
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
        **{name: cells.get(name, "").strip() for name in WORDS},  # type: ignore[arg-type]
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
