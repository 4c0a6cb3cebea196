"""A whole study: start-up, example study end to end, growth with lots, a long table judged."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.timing import Line, in_turn, run, stroma

HELP_SECONDS = 0.3
EXAMPLE_SECONDS = 60.0
GROWTH_24_TO_8 = 3.3
REPORT_BYTES = 5_000_000
FINISHED = (0, 1)
"""Exit codes of a run to its end; 1 says that a person has to look at what was found."""

ROWS = 60_000
ROWS_GROWTH = 12.0
"""Ten times as many rows of a table may take so many times as long: no step of it is quadratic."""

MARKERS = ("CD73", "CD90", "CD105", "CD34", "CD45", "CD14", "CD19", "HLA-DR", "CD44", "CD146")


def lines() -> Iterator[Line]:
    """Measure, a line at a time."""
    yield start_up()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        yield example(folder)
        yield growth(folder)
        yield report_of_many(folder)
        yield long_table(folder)


def start_up() -> Line:
    """The help, once the machine has read the files it needs."""
    (seconds,) = in_turn(lambda: run(stroma("--help")).processor)
    return Line(
        "stroma --help, processor time",
        f"{seconds:.2f} s",
        f"{HELP_SECONDS} s",
        seconds < HELP_SECONDS,
    )


def example(folder: Path) -> Line:
    """The example study, made and run."""
    seconds = run(stroma("demo", str(folder / "whole"), "--workers", "2"), allowed=FINISHED).wall
    return Line(
        "stroma demo end to end, two workers, time on the wall",
        f"{seconds:.0f} s",
        f"{EXAMPLE_SECONDS:.0f} s",
        seconds < EXAMPLE_SECONDS,
    )


def growth(folder: Path) -> Line:
    """Three times as many lots."""
    for lots in (8, 24):
        run(
            stroma("demo", str(folder / str(lots)), "--lots", str(lots), "--workers", "1"),
            allowed=FINISHED,
        )

    def seconds(lots: int) -> float:
        again = stroma("run", str(folder / str(lots)), "--force", "--workers", "1")
        return run(again, allowed=FINISHED).processor

    eight, many = in_turn(lambda: seconds(8), lambda: seconds(24), rounds=3)
    ratio = many / eight
    return Line(
        "run of 24 lots to one of 8, one worker, processor time",
        f"{ratio:.2f} times",
        f"{GROWTH_24_TO_8} times",
        ratio <= GROWTH_24_TO_8,
    )


def report_of_many(folder: Path) -> Line:
    """A report that a browser still opens at once."""
    run(stroma("demo", str(folder / "200"), "--lots", "200", "--workers", "2"), allowed=FINISHED)
    size = (folder / "200" / "results" / "report.html").stat().st_size
    return Line(
        "report of 200 lots",
        f"{size / 1e6:.1f} MB",
        f"{REPORT_BYTES / 1e6:.0f} MB",
        size < REPORT_BYTES,
    )


def long_table(folder: Path) -> Line:
    """A table of numbers alone."""
    short, long = folder / "short.csv", folder / "long.csv"
    make_table(short, ROWS // 10)
    make_table(long, ROWS)
    # A single lot: what the interpreter and the imports cost whatever the table.
    empty = folder / "empty.csv"
    make_table(empty, len(MARKERS))

    def seconds(table: Path) -> float:
        words = stroma("judge", str(table), "--profile", "isct_2006", "--json")
        return run(words, allowed=FINISHED).processor

    none, few, many = in_turn(
        lambda: seconds(empty), lambda: seconds(short), lambda: seconds(long), rounds=2
    )
    ratio = (many - none) / (few - none)
    return Line(
        f"stroma judge of {ROWS:,} rows to {ROWS // 10:,} rows, processor time",
        f"{ratio:.1f} times",
        f"{ROWS_GROWTH:.0f} times",
        ratio <= ROWS_GROWTH,
    )


def make_table(path: Path, rows: int) -> None:
    """Write a table of percentages, ten rows a lot."""
    random = np.random.default_rng(1)
    with path.open("w", newline="", encoding="utf-8") as stream:
        sheet = csv.writer(stream)
        sheet.writerow(("lot", "source", "quantity", "analyte", "value", "unit"))
        for row in range(rows):
            lot, marker = divmod(row, len(MARKERS))
            value = f"{random.uniform(0, 100):.2f}"
            words = ("umbilical cord", "percent_positive", MARKERS[marker], value, "%")
            sheet.writerow((f"L{lot:05d}", *words))
