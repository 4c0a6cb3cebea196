"""The harvest of a passage: cells counted by hand, or by a counter whose export is at hand.

An instrument's file is the raw datum, a number in the sheet is a copy of it. Where both are there
the file is used, and a difference beyond the rounding of the two is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from stroma.assays.places import place_of
from stroma.errors import Problem, Severity
from stroma.records import CellCount, Origin, Passage
from stroma.texts import Text, text

AS_ENTERED = "as_entered/1"
FROM_COUNTER = "counter_density_by_volume/1"


@dataclass(frozen=True, slots=True)
class Harvest:
    """Viable cells of one harvest.

    Parameters
    ----------
    cells
        Viable cells; ``None`` where they cannot be stated.
    cells_counted
        Viable cells that were seen while counting; ``None`` where not known.
    method
        Whether the cells were entered or come from a counter's export.
    origins
        The sheet's row, and the export where it was used.
    warnings, problems
        What has to be said.
    """

    cells: float | None
    cells_counted: int | None
    method: str
    origins: tuple[Origin, ...]
    warnings: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()


def count_key(file: str, sample: str | None) -> str:
    """Return the key under which a count is looked up.

    Parameters
    ----------
    file
        Path of the counter's export as ``passages.csv`` has it.
    sample
        The sample's name; ``None`` or empty for the only count of a file.

    Returns
    -------
    str
        File and sample with ``#`` between.

    Examples
    --------
    >>> count_key("raw/counts.csv", "CLB001"), count_key("raw/counts.csv", None)
    ('raw/counts.csv#CLB001', 'raw/counts.csv#')
    """
    return f"{file}#{sample or ''}"


def find_count(passage: Passage, counts: Mapping[str, CellCount]) -> CellCount | None:
    """Return the count a passage refers to.

    Parameters
    ----------
    passage
        The passage.
    counts
        Counts by :func:`count_key`.

    Returns
    -------
    CellCount or None
        ``None`` where the passage refers to none, or to one that is not there.
    """
    if passage.count_file is None:
        return None
    return counts.get(count_key(passage.count_file, passage.count_sample))


def read_harvest(passage: Passage, counts: Mapping[str, CellCount]) -> Harvest:
    """Return the viable cells of a harvest.

    Parameters
    ----------
    passage
        The passage.
    counts
        Counts by :func:`count_key`.

    Returns
    -------
    Harvest
        From the counter's export where the passage names one that states the live density;
        otherwise as entered.
    """
    if passage.count_file is None:
        return _entered(passage)
    count, volume = find_count(passage, counts), passage.suspension_ml
    if count is None or count.viable_per_ml is None or volume is None or not volume > 0:
        return _entered(passage, _unusable(passage, count))
    return _counted(passage, count, density=count.viable_per_ml, volume=volume)


def half_last_digit(value: float, *, coarsest: int | None = None) -> float:
    """Return half a unit of the last digit a number is written with.

    Parameters
    ----------
    value
        The number.
    coarsest
        Greatest power of ten the last digit may stand for; ``None`` for the second significant
        digit, because trailing zeros of a count are seldom meant as digits but one digit alone
        is hardly ever all that was read.

    Returns
    -------
    float
        The rounding error the number may carry.

    Examples
    --------
    >>> half_last_digit(2.45e6), half_last_digit(2.0e6), half_last_digit(95.0, coarsest=0)
    (5000.0, 50000.0, 0.5)
    """
    if value == 0:
        return 0.0
    digits = Decimal(repr(float(value))).normalize()
    finest = int(digits.as_tuple().exponent)
    limit = digits.adjusted() - 1 if coarsest is None else coarsest
    return 0.5 * 10.0 ** min(finest, limit)


def _entered(passage: Passage, unusable: Problem | None = None) -> Harvest:
    origins = (passage.origin_of_row,)
    cells = passage.harvested
    problems = () if unusable is None else (unusable,)
    if cells is None and unusable is None:
        problems = (_missing(passage),)
    elif cells is not None and cells < 0:
        problems = (*problems, _negative(passage, cells))
        cells = None
    return Harvest(cells, passage.cells_counted, AS_ENTERED, origins, problems=problems)


def _counted(passage: Passage, count: CellCount, *, density: float, volume: float) -> Harvest:
    cells = density * volume
    origins = (passage.origin_of_row, count.origin)
    seen = _viable_cells_seen(count)
    if seen is None:
        seen = passage.cells_counted
    said = count_warnings(count)
    entered = passage.harvested
    if entered is None or abs(entered - cells) <= _rounding(entered, density, volume):
        return Harvest(cells, seen, FROM_COUNTER, origins, said)
    warning = text(
        "{entered} cells are entered in the sheet, {file} gives {cells}; the file is used",
        entered=entered,
        file=count.origin.file,
        cells=cells,
    )
    return Harvest(
        cells,
        seen,
        FROM_COUNTER,
        origins,
        (*said, warning),
        (_disagreement(passage, count, cells),),
    )


def count_warnings(count: CellCount) -> tuple[Text, ...]:
    """Return what every number taken from a count has to carry with it.

    Parameters
    ----------
    count
        The count.

    Returns
    -------
    tuple of Text
        What the counter could not state or doubts, with its file.
    """
    return tuple(
        text("{file}, {doubt}", file=count.origin.file, doubt=doubt) for doubt in count.warnings
    )


def _viable_cells_seen(count: CellCount) -> int | None:
    if count.viable_cells_counted is not None:
        return count.viable_cells_counted
    if count.cells_counted is None or count.viability_percent is None:
        return None
    return round(count.cells_counted * count.viability_percent / 100.0)


def _rounding(entered: float, density: float, volume: float) -> float:
    rounding = half_last_digit(entered) + half_last_digit(density) * volume
    # A hair more: the rounding itself is not exact in binary.
    return rounding * (1 + 1e-9)


def _disagreement(passage: Passage, count: CellCount, cells: float) -> Problem:
    return Problem(
        place_of(passage.origin_of_row, column="harvested", lot=passage.lot),
        found=text(
            "{entered} cells entered, {cells} cells by {file} ({density} per mL in {volume} mL)",
            entered=passage.harvested,
            cells=cells,
            file=count.origin.file,
            density=count.viable_per_ml,
            volume=passage.suspension_ml,
        ),
        expected=text("the two to agree within their rounding"),
        action=text(
            "correct the entered number, the volume or the sample; the counter's file is used"
        ),
        severity=Severity.WARNING,
    )


def _unusable(passage: Passage, count: CellCount | None) -> Problem:
    """Say why the counter's export gives no harvest."""
    file, sample = passage.count_file or "", passage.count_sample or ""
    if count is None:
        column = "count_sample"
        found = text('no count of a sample "{sample}" in {file}', sample=sample, file=file)
        expected = text("the counter's count of this harvest")
        action = text("write the sample's name as it stands in the export")
    elif count.viable_per_ml is None:
        column = "count_file"
        found = text('no live cell density of "{sample}" in {file}', sample=sample, file=file)
        expected = text("a count of live cells, for the harvest is counted in viable cells")
        action = text("export the count with viability, or enter the viable cells harvested")
    else:
        column = "suspension_ml"
        found = (
            text("no volume of the counted suspension")
            if passage.suspension_ml is None
            else text("a suspension of {volume} mL", volume=passage.suspension_ml)
        )
        expected = text(
            "its volume in mL, to turn {density} cells per mL into cells",
            density=count.viable_per_ml,
        )
        action = text("fill in the volume the counter's sample was taken from")
    if passage.harvested is not None:
        action = text("{action}; until then the entered number is used", action=action)
    return Problem(
        place_of(passage.origin_of_row, column=column, lot=passage.lot),
        found=found,
        expected=expected,
        action=action,
        severity=Severity.ERROR if passage.harvested is None else Severity.WARNING,
    )


def _missing(passage: Passage) -> Problem:
    return Problem(
        place_of(passage.origin_of_row, column="harvested", lot=passage.lot),
        found=text("no harvest of {passage}", passage=passage.passage),
        expected=text("the viable cells harvested, or a counter's export that holds them"),
        action=text("fill in harvested, or count_file, count_sample and suspension_ml"),
    )


def _negative(passage: Passage, cells: float) -> Problem:
    return Problem(
        place_of(passage.origin_of_row, column="harvested", lot=passage.lot),
        found=text("{cells} cells harvested", cells=cells),
        expected=text("zero or more"),
        action=text("correct the number"),
    )
