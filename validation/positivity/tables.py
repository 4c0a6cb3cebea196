"""Summaries of the simulated estimates: CSV by cell of the grid, Markdown by question.

The realistic part of the grid was fixed before the first estimate was made; see README.md.
"""

import numpy as np
import pandas as pd

LEAST_INDEX = 2.0
LARGEST_SHIFT = 0.3
LEAST_CELLS = 2_000
DIM = (2.0, 3.0)
LIMITS = (("at most 2 %", 2.0, "above"), ("at least 95 %", 95.0, "below"))


def realistic(frame):
    """Stain index 2 or more (any where nothing is positive), shift to 0.3, 2,000 cells or more."""
    bright = (frame.stain_index >= LEAST_INDEX) | (frame.share == 0)
    return frame[bright & (frame["shift"].abs() <= LARGEST_SHIFT) & (frame.cells >= LEAST_CELLS)]


def summarise(frame, by):
    error = frame.percent - frame.share
    held = frame.assign(
        error=error,
        squared=error**2,
        covered=(frame.low <= frame.share + 1e-9) & (frame.high >= frame.share - 1e-9),
        width=frame.high - frame.low,
    )
    groups = held.groupby(by, sort=False)
    table = groups.agg(
        pairs=("error", "size"),
        bias=("error", "mean"),
        rmse=("squared", "mean"),
        median_error=("error", lambda values: values.abs().median()),
        coverage=("covered", "mean"),
        width=("width", "mean"),
        separable=("separable", "mean"),
    )
    table["rmse"] = np.sqrt(table.rmse)
    return table.reset_index()


def verdicts(frame, limit, bad_side):
    """Share of PASS, FAIL and INCONCLUSIVE by the interval."""
    good = frame.high <= limit if bad_side == "above" else frame.low >= limit
    bad = frame.low > limit if bad_side == "above" else frame.high < limit
    held = frame.assign(passed=good, failed=bad, undecided=~good & ~bad)
    columns = ["passed", "failed", "undecided"]
    table = held.groupby(["method", "share"], sort=False)[columns].mean()
    table["pairs"] = held.groupby(["method", "share"], sort=False).size()
    return table.reset_index()


def markdown(table, formats):
    lines = ["| " + " | ".join(table.columns) + " |", "|" + "---|" * len(table.columns)]
    for row in table.itertuples(index=False):
        cells = [
            formats[name].format(value) if name in formats else str(value)
            for name, value in zip(table.columns, row, strict=True)
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


NUMBERS = {
    "bias": "{:+.2f}", "rmse": "{:.2f}", "median_error": "{:.2f}", "width": "{:.1f}",
    "coverage": "{:.1%}", "separable": "{:.1%}", "passed": "{:.1%}", "failed": "{:.1%}",
    "undecided": "{:.1%}", "share": "{:g}", "cells": "{:,}", "shift": "{:+g}",
    "stain_index": "{:g}", "milliseconds": "{:.0f}", "outliers": "{:g}",
}  # fmt: skip


def questions(frame):
    real = realistic(frame)
    mixture = real[real.method == "shifted_mixture/5"]
    dim = real[real.stain_index.isin(DIM) & (real.share >= 5)]
    shifted = real[(real["shift"] != 0) & (real.share <= 2)]
    upward = shifted[shifted["shift"] > 0]
    yield "All of the realistic part", summarise(real, ["method"])
    yield "All of the grid", summarise(frame, ["method"])
    yield "Dim positives: stain index 2 and 3, share 5 % or more", summarise(dim, ["method"])
    yield "Shifted negatives: shift not 0, share 2 % or less", summarise(shifted, ["method"])
    yield "The same, shifted upwards", summarise(upward, ["method"])
    for column in ("share", "stain_index", "shift", "cells", "shape", "antigen", "change"):
        ordered = mixture.sort_values(column, kind="stable")
        title = f"shifted_mixture/5, realistic part, by {column.replace('_', ' ')}"
        yield title, summarise(ordered, [column])
    outside = frame[frame.method == "shifted_mixture/5"]
    yield (
        "shifted_mixture/5, stain index 1, shift to 0.3, 2,000 cells or more, share above 0",
        summarise(
            outside[
                (outside.stain_index == 1)
                & (outside["shift"].abs() <= LARGEST_SHIFT)
                & (outside.cells >= LEAST_CELLS)
                & (outside.share > 0)
            ].sort_values("share"),
            ["share"],
        ),
    )
    yield (
        "shifted_mixture/5, shift 0.8, stain index 2 or more, 2,000 cells or more",
        summarise(
            outside[
                (outside["shift"] == 0.8)
                & (outside.stain_index >= LEAST_INDEX)
                & (outside.cells >= LEAST_CELLS)
            ].sort_values("share"),
            ["share"],
        ),
    )
    for name, limit, bad_side in LIMITS:
        near = real[real.share <= 5] if bad_side == "above" else real[real.share >= 80]
        yield (
            f"Verdicts on a limit of {name}, realistic part",
            verdicts(near.sort_values(["share"], kind="stable"), limit, bad_side),
        )
    time = frame.groupby(["method", "cells"], sort=False).milliseconds.median().reset_index()
    yield "Median time of one estimate", time


def write_tables(raw, folder):
    frame = pd.read_csv(raw).sort_values(["pair"], kind="stable")
    folder.mkdir(exist_ok=True)
    by_cell = summarise(frame, ["method", "share", "stain_index", "shift", "cells"])
    by_cell.to_csv(folder / "by_cell.csv", index=False, float_format="%.4g", lineterminator="\n")
    parts = ["# Tables\n\nMade by `simulate.py`. Shares, errors and widths in percentage points.\n"]
    for title, table in questions(frame):
        parts.append(f"## {title}\n\n{markdown(table, NUMBERS)}")
    (folder / "tables.md").write_text("\n".join(parts), encoding="utf-8")
