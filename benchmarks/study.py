"""A whole study: start-up, example study end to end, growth with the number of lots."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.timing import Line, median_seconds, seconds, stroma

HELP_SECONDS = 0.3
EXAMPLE_SECONDS = 60.0
GROWTH_24_TO_8 = 3.3
REPORT_BYTES = 5_000_000


def lines() -> Iterator[Line]:
    """Measure, a line at a time."""
    warm = median_seconds(stroma("--help"))
    yield Line("stroma --help, warm", f"{warm:.2f} s", f"{HELP_SECONDS} s", warm < HELP_SECONDS)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        whole = seconds(stroma("demo", str(folder / "whole"), "--workers", "2"))
        yield Line(
            "example study end to end, 2 workers",
            f"{whole:.1f} s",
            f"{EXAMPLE_SECONDS:.0f} s",
            whole < EXAMPLE_SECONDS,
        )
        eight, many = _interleaved(folder)
        ratio = many / eight
        yield Line(
            "24 lots to 8 lots, one worker",
            f"{many:.1f} s / {eight:.1f} s = {ratio:.2f}",
            f"{GROWTH_24_TO_8}",
            ratio <= GROWTH_24_TO_8,
        )
        seconds(stroma("demo", str(folder / "200"), "--lots", "200", "--workers", "2"))
        size = (folder / "200" / "results" / "report.html").stat().st_size
        yield Line(
            "report of 200 lots",
            f"{size / 1e6:.2f} MB",
            f"{REPORT_BYTES / 1e6:.0f} MB",
            size < REPORT_BYTES,
        )


def _interleaved(folder: Path) -> tuple[float, float]:
    """Return the best of three runs of 8 and of 24 lots, taken in turn."""
    for lots in (8, 24):
        seconds(stroma("demo", str(folder / str(lots)), "--lots", str(lots), "--workers", "1"))
    rounds = [
        [
            seconds(stroma("run", str(folder / str(lots)), "--force", "--workers", "1"))
            for lots in (8, 24)
        ]
        for _ in range(3)
    ]
    return min(pair[0] for pair in rounds), min(pair[1] for pair in rounds)
