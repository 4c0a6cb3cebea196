"""Cytometry against its peers: numpy for reading, FlowKit for a whole tube, two cores against one.

Each side runs in a process of its own, one thread, in turn with the other; the ratio of medians
is what counts.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.timing import Line

EVENTS, STAINS = 1_000_000, 10
READ_LIMIT = 1.5
TIME_LIMIT = 1 / 12
MEMORY_LIMIT = 0.45
CORES_LIMIT = 1.8
ROUNDS = 5
ONE_THREAD = {
    **os.environ,
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def lines() -> Iterator[Line]:
    """Measure, a line at a time."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        stained, control = folder / "stained.fcs", folder / "control.fcs"
        make_tube(stained, seed=1, events=EVENTS, stained=True)
        make_tube(control, seed=2, events=EVENTS // 20, stained=False)
        yield reading(stained)
        yield from whole_tube(stained, control)
        yield two_cores(folder)


def make_tube(path: Path, *, seed: int, events: int, stained: bool) -> None:
    """Write a tube: FSC-A, FSC-H, SSC-A, ten detectors with spillover, Time."""
    from stroma.formats.fcs import write_fcs
    from stroma.records import Channel, Spillover

    random = np.random.default_rng(seed)
    names = ["FSC-A", "FSC-H", "SSC-A", *(f"D{i}-A" for i in range(STAINS)), "Time"]
    values = np.empty((events, len(names)), np.float32)
    size = random.lognormal(11, 0.25, events)
    values[:, 0], values[:, 1] = size, size * random.normal(0.8, 0.02, events)
    values[:, 2] = random.lognormal(10.5, 0.3, events)
    matrix = np.eye(STAINS) + 0.08 * random.random((STAINS, STAINS)) * (1 - np.eye(STAINS))
    light = 150 * random.lognormal(0, 0.4, (events, STAINS))
    if stained:
        positive = random.random((events, STAINS)) < np.linspace(0.01, 0.99, STAINS)
        light += positive * 8000 * random.lognormal(0, 0.5, (events, STAINS))
    values[:, 3:-1] = light @ matrix + random.normal(0, 40, (events, STAINS))
    values[:, -1] = np.linspace(0, 600, events)
    spillover = Spillover(tuple(names[3:-1]), matrix)
    channels = [Channel(name, range=262144.0, bits=32) for name in names]
    write_fcs(path, channels=channels, values=values, keywords={}, spillover=spillover)


def reading(path: Path) -> Line:
    """Reading a tube against numpy.fromfile of the same bytes."""
    from stroma.formats.fcs import read_fcs

    offset = path.stat().st_size - EVENTS * 14 * 4

    def ours() -> None:
        float(read_fcs(path, sha256="")[0].values[:, -1].max())

    def peer() -> None:
        float(np.fromfile(path, np.float32, count=EVENTS * 14, offset=offset)[13::14].max())

    ratio, held = paired(ours, peer)
    return Line(
        "reading 1,000,000 x 14 to numpy.fromfile",
        f"{ratio:.2f} ({held})",
        f"{READ_LIMIT}",
        ratio <= READ_LIMIT,
    )


def paired(ours: object, peer: object) -> tuple[float, str]:
    """Return the ratio of medians of two calls taken in turn."""
    times: dict[int, list[float]] = {0: [], 1: []}
    for turn in range(2 * (ROUNDS + 1)):
        call = (ours, peer)[turn % 2]
        start = time.perf_counter()
        call()
        times[turn % 2].append(time.perf_counter() - start)
    first, second = (statistics.median(held[1:]) for held in times.values())
    return first / second, f"{1000 * first:.0f} ms to {1000 * second:.0f} ms"


def whole_tube(stained: Path, control: Path) -> Iterator[Line]:
    """Read, compensate, exclude, gate and count, against FlowKit's own way to do it."""
    times: dict[str, list[float]] = {"stroma": [], "flowkit": []}
    memory: dict[str, list[float]] = {"stroma": [], "flowkit": []}
    for _ in range(3):
        for side in times:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.cytometry", side, str(stained), str(control)],
                capture_output=True, text=True, check=True, env=ONE_THREAD,
            )  # fmt: skip
            seconds, megabytes = (float(word) for word in done.stdout.split()[-2:])
            times[side].append(seconds)
            memory[side].append(megabytes)
    ours, peer = (statistics.median(times[side]) for side in times)
    yield Line(
        "percent positive of ten markers to FlowKit's three thresholds, time",
        f"1/{peer / ours:.1f} ({ours:.2f} s to {peer:.2f} s)",
        "1/12",
        ours / peer <= TIME_LIMIT,
    )
    ours, peer = (statistics.median(memory[side]) for side in memory)
    yield Line(
        "the same, peak memory",
        f"{ours / peer:.2f} ({ours:.0f} MB to {peer:.0f} MB)",
        f"{MEMORY_LIMIT}",
        ours / peer <= MEMORY_LIMIT,
    )


def run_stroma(stained: Path, control: Path) -> None:
    """Read, compensate, exclude debris and doublets, and count ten markers."""
    from stroma.cytometry.compensation import compensate
    from stroma.cytometry.populations import clean
    from stroma.cytometry.positivity import control_percentile, percent_positive
    from stroma.formats.fcs import read_fcs
    from stroma.house_rules import CleaningRule, PositivityRule

    rule = PositivityRule()
    detectors = [f"D{i}-A" for i in range(STAINS)]
    cells = []
    for path in (control, stained):
        events = read_fcs(path, sha256="")[0]
        rows = clean(events, rule=CleaningRule()).rows
        values = compensate(events, events.spillover, channels=detectors)
        cells.append([values[:, i][rows] for i in range(STAINS)])
    for control_values, stained_values in zip(*cells, strict=True):
        percent_positive([stained_values], [control_percentile(control_values, rule)])


def run_flowkit(stained: Path, _control: Path) -> None:
    """Read, compensate, logicle, a polygon and three thresholds, as FlowKit's guide shows."""
    import warnings

    warnings.simplefilter("ignore")
    import flowkit

    sample = flowkit.Sample(str(stained))
    detectors = [f"D{i}-A" for i in range(STAINS)]
    sample.apply_compensation(flowkit.Matrix(sample.metadata["spillover"], detectors))
    sample.apply_transform(flowkit.transforms.LogicleTransform(262144, 0.5, 4.5, 0))
    polygon = flowkit.gates.PolygonGate(
        "cells",
        [flowkit.Dimension("FSC-A"), flowkit.Dimension("SSC-A")],
        [(2e4, 1e4), (2e4, 2e5), (2.6e5, 2e5), (2.6e5, 1e4)],
    )
    strategy = flowkit.GatingStrategy()
    strategy.add_gate(polygon, ("root",))
    cells = strategy.gate_sample(sample).get_gate_membership("cells")
    events = sample.get_events("xform")[cells]
    for detector in detectors[:3]:
        float((events[:, sample.get_channel_index(detector)] > 0.5).mean())


def two_cores(folder: Path) -> Line:
    """Ninety-six tubes of 100,000 events on two cores against one."""
    control, stained = folder / "c.fcs", folder / "s.fcs"
    make_tube(control, seed=3, events=20_000, stained=False)
    make_tube(stained, seed=4, events=100_000, stained=True)
    work = [(stained, control)] * 96
    seconds = {}
    for workers in (1, 2):
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            list(pool.map(_both, work[: 2 * workers]))
            start = time.perf_counter()
            list(pool.map(_both, work))
            seconds[workers] = time.perf_counter() - start
    ratio = seconds[1] / seconds[2]
    return Line(
        "96 tubes of 100,000 events, two cores to one",
        f"{ratio:.2f} times ({seconds[1]:.1f} s to {seconds[2]:.1f} s)",
        f"{CORES_LIMIT} times",
        ratio >= CORES_LIMIT,
    )


def _both(pair: tuple[Path, Path]) -> None:
    run_stroma(*pair)


def main(side: str, stained: str, control: str) -> None:
    """Run one side after one warm-up on the control; print its seconds and peak megabytes."""
    run = {"stroma": run_stroma, "flowkit": run_flowkit}[side]
    run(Path(control), Path(control))
    start = time.perf_counter()
    run(Path(stained), Path(control))
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
