"""Times of calls and of whole processes, taken in turn so that a drifting machine weighs on both.

Processor time counts, not time on the wall, and of some runs the best: what else the machine does
can only add to it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ONE_THREAD = {
    **os.environ,
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Line:
    """A line of the table: what was measured, against what, and what is allowed."""

    name: str
    measured: str
    limit: str
    held: bool


@dataclass(frozen=True)
class Used:
    """What a process used: seconds on the wall and of the processor, peak memory in MB."""

    wall: float
    processor: float
    megabytes: float
    printed: str


def stroma(*words: str) -> list[str]:
    """Return the command line that runs Stroma with this interpreter."""
    return [sys.executable, "-m", "stroma", *words]


def run(command: Sequence[str], *, allowed: Sequence[int] = (0,)) -> Used:
    """Run a command in one thread and return what it used, its own processes included."""
    start = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ONE_THREAD
    ) as process:
        printed = b"" if process.stdout is None else process.stdout.read()
        # Waited for here, because only this call says what this one process used.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode not in allowed:
        message = f"{' '.join(command)} ended with {process.returncode}"
        raise RuntimeError(message)
    processor = usage.ru_utime + usage.ru_stime
    return Used(wall, processor, usage.ru_maxrss / 1024, printed.decode())


def in_turn(*calls: Callable[[], float], rounds: int = 5) -> tuple[float, ...]:
    """Return the best of what each call returns, called one after the other in every round."""
    held = [[call() for call in calls] for _ in range(rounds)]
    return tuple(min(column) for column in zip(*held, strict=True))


def processor_seconds(call: Callable[[], object]) -> float:
    """Return the processor time of a call in this process."""
    start = time.process_time()
    call()
    return time.process_time() - start
