"""Times of whole processes, taken in turn so that a drifting machine weighs on both sides."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A line of the table: what was measured, against what, and what is allowed."""

    name: str
    measured: str
    limit: str
    held: bool


def stroma(*words: str) -> list[str]:
    """Return the command line that runs Stroma with this interpreter."""
    return [sys.executable, "-m", "stroma", *words]


def seconds(command: Sequence[str], *, allowed: Sequence[int] = (0,)) -> float:
    """Return the wall time of one run of a command."""
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    elapsed = time.perf_counter() - start
    if done.returncode not in allowed:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return elapsed


def median_seconds(command: Sequence[str], *, runs: int = 5) -> float:
    """Return the median wall time of a command after one run that does not count."""
    seconds(command)
    return statistics.median(seconds(command) for _ in range(runs))
