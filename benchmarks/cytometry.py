"""Cytometry against its peers: numpy for reading, FlowKit for a whole tube, two cores against one.

Each side runs in one thread, in turn with the other; the ratio of the best processor times counts.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.timing import Line, Used, in_turn, processor_seconds, run

EVENTS, STAINS = 1_000_000, 10
READ_LIMIT = 1.5
TIME_LIMIT = 1 / 12
MEMORY_LIMIT = 0.45
ROOM_LIMIT = 3.0
CORES_LIMIT = 1.8
READ_ROUNDS, TUBE_ROUNDS, CORES_ROUNDS = 15, 4, 5


def lines() -> Iterator[Line]:
    """Measure, a line at a time."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        # Large arrays stay in processes of their own: a child's peak memory counts its parent's.
        _apart("tubes", folder)
        stained, control = folder / "stained.fcs", folder / "control.fcs"
        yield reading(stained)
        yield room(folder)
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
    # Tubes of a panel are recorded with one matrix.
    light = np.random.default_rng(0).random((STAINS, STAINS))
    matrix = np.eye(STAINS) + 0.08 * light * (1 - np.eye(STAINS))
    light = 150 * random.lognormal(0, 0.4, (events, STAINS))
    if stained:
        positive = random.random((events, STAINS)) < np.linspace(0.01, 0.99, STAINS)
        light += positive * 8000 * random.lognormal(0, 0.5, (events, STAINS))
    values[:, 3:-1] = light @ matrix + random.normal(0, 40, (events, STAINS))
    values[:, -1] = np.linspace(0, 600, events)
    spillover = Spillover(tuple(names[3:-1]), matrix)
    channels = [Channel(name, range=262144.0, bits=32) for name in names]
    write_fcs(path, channels=channels, values=values, keywords={}, spillover=spillover)


def make_tubes(folder: Path) -> None:
    """Write the tubes of all measurements, each with its control."""
    make_tube(folder / "stained.fcs", seed=1, events=EVENTS, stained=True)
    make_tube(folder / "control.fcs", seed=2, events=EVENTS // 20, stained=False)
    make_tube(folder / "small-control.fcs", seed=3, events=20_000, stained=False)
    make_tube(folder / "small-stained.fcs", seed=4, events=100_000, stained=True)
    make_integers(folder / "integers.fcs", events=EVENTS)
    make_integers(folder / "few-integers.fcs", events=100)


def make_integers(path: Path, *, events: int) -> None:
    """Write 16-bit integers on four decades, as cytometers with logarithmic amplifiers do."""
    from stroma.formats.fcs import write_fcs
    from stroma.records import Channel

    values = np.random.default_rng(5).integers(0, 1 << 16, (events, 14), dtype=np.uint16)
    channels = [
        Channel(f"D{n}-H", bits=16, range=65536.0, amplification=(4.0, 1.0)) for n in range(14)
    ]
    write_fcs(path, channels=channels, values=values, keywords={}, datatype="I")


def reading(path: Path) -> Line:
    """Reading a tube against numpy.fromfile of the same bytes."""
    ours, peer = (float(word) for word in _apart("reading", path).printed.split())
    return Line(
        "reading 1,000,000 events x 14 channels to numpy.fromfile, processor time",
        f"{ours / peer:.2f}",
        f"{READ_LIMIT}",
        ours / peer <= READ_LIMIT,
    )


def read_in_turn(path: Path) -> tuple[float, ...]:
    """Return the best processor seconds of both readers."""
    from stroma.formats.fcs import read_fcs

    offset = path.stat().st_size - EVENTS * 14 * 4

    def ours() -> None:
        float(read_fcs(path)[0].values[:, -1].max())

    def peer() -> None:
        float(np.fromfile(path, np.float32, count=EVENTS * 14, offset=offset)[13::14].max())

    return in_turn(
        lambda: processor_seconds(ours), lambda: processor_seconds(peer), rounds=READ_ROUNDS
    )


def room(folder: Path) -> Line:
    """What reading integers on a logarithmic scale takes beside what the process needs anyway."""
    path = folder / "integers.fcs"
    few = folder / "few-integers.fcs"
    most = max(float(_apart("open", path).printed) for _ in range(TUBE_ROUNDS))
    least = min(float(_apart("open", few).printed) for _ in range(TUBE_ROUNDS))
    share = (most - least) / (path.stat().st_size / (1 << 20))
    return Line(
        "peak memory of reading 16-bit integers on a logarithmic scale, to the file",
        f"{share:.2f} times",
        f"{ROOM_LIMIT:.0f} times",
        share <= ROOM_LIMIT,
    )


def whole_tube(stained: Path, control: Path) -> Iterator[Line]:
    """Read, compensate, exclude, gate and count, against FlowKit's own way to do it."""
    memory: dict[str, list[float]] = {"stroma": [], "flowkit": []}

    def seconds(side: str) -> float:
        used = _apart(side, stained, control)
        memory[side].append(used.megabytes)
        return float(used.printed.split()[-1])

    ours, peer = in_turn(lambda: seconds("stroma"), lambda: seconds("flowkit"), rounds=TUBE_ROUNDS)
    yield Line(
        "percent positive of ten markers to three thresholds of FlowKit, processor time",
        f"1/{peer / ours:.1f}",
        f"1/{1 / TIME_LIMIT:.0f}",
        ours / peer <= TIME_LIMIT,
    )
    most, peers = max(memory["stroma"]), min(memory["flowkit"])
    yield Line(
        "the same, peak memory of the process",
        f"{most / peers:.2f}",
        f"{MEMORY_LIMIT}",
        most / peers <= MEMORY_LIMIT,
    )


def run_stroma(stained: Path, control: Path) -> None:
    """Read a tube and its control and count ten markers, by the steps that measure a lot.

    Events at margins, unstable stretches in any of the twelve signals, debris and doublets are
    excluded; each threshold is the control's percentile and has its interval.
    """
    from stroma.assays.prepared_tube import PreparedTube, prepare_tube
    from stroma.cytometry.compensation import choose_compensation
    from stroma.cytometry.positivity import control_percentile, percent_positive
    from stroma.formats.fcs import read_fcs
    from stroma.house_rules import CleaningRule, PositivityRule
    from stroma.records import Tube, TubeRole

    rule = PositivityRule()
    detectors = [f"D{i}-A" for i in range(STAINS)]

    def prepared(path: Path, role: TubeRole) -> PreparedTube:
        events = read_fcs(path)[0]
        tube = Tube(
            file=path.name,
            lot="L1",
            passage="P3",
            role=role,
            markers={name: f"CD{n}" for n, name in enumerate(detectors, 1)},
            origin_of_row=events.origin,
        )
        return prepare_tube(
            tube,
            events,
            detectors=detectors,
            cleaning=CleaningRule(),
            compensation=choose_compensation(events, None),
        )

    held = prepared(control, TubeRole.UNSTAINED)
    tube = prepared(stained, TubeRole.STAINED)
    matrix = tube.compensation.spillover
    for name in detectors:
        threshold = control_percentile(held.of_cells(name, matrix), rule)
        percent_positive([tube.of_cells(name, matrix)], [threshold])


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
    """Ninety-six tubes of 100,000 events on two cores against one.

    What counts is the busiest worker's processor time: how long the work takes where no other work
    keeps the cores. The time on the wall stands beside it.
    """
    work = [(folder / "small-stained.fcs", folder / "small-control.fcs")] * 96
    walls: dict[int, list[float]] = {1: [], 2: []}

    def seconds(workers: int) -> float:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            list(pool.map(_both, work[: 2 * workers]))
            start = time.perf_counter()
            spent: dict[int, float] = defaultdict(float)
            for worker, processor in pool.map(_both, work):
                spent[worker] += processor
            walls[workers].append(time.perf_counter() - start)
            return max(spent.values())

    one, two = in_turn(lambda: seconds(1), lambda: seconds(2), rounds=CORES_ROUNDS)
    wall = min(walls[1]) / min(walls[2])
    return Line(
        "96 tubes of 100,000 events, two cores to one",
        f"{one / two:.2f} times as fast ({wall:.2f} on the wall)",
        f"{CORES_LIMIT} times",
        one / two >= CORES_LIMIT,
    )


def _both(pair: tuple[Path, Path]) -> tuple[int, float]:
    """Run a tube; return which worker did, and its processor seconds."""
    return os.getpid(), processor_seconds(lambda: run_stroma(*pair))


def _apart(task: str, *paths: Path) -> Used:
    """Do one task of this module in a process of its own."""
    return run([sys.executable, "-m", "benchmarks.cytometry", task, *map(str, paths)])


def _peak_megabytes() -> float:
    """Return the peak memory of this process.

    Not what ``wait4`` tells its parent: that counts the parent's own memory, from which it began.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def main(task: str, *words: str) -> None:
    """Do one task; a side of a comparison runs once on the control before it counts."""
    paths = [Path(word) for word in words]
    match task:
        case "tubes":
            make_tubes(*paths)
        case "reading":
            print(*read_in_turn(*paths))
        case "open":
            from stroma.formats.fcs import read_fcs

            read_fcs(*paths)
            print(_peak_megabytes())
        case _:
            call = {"stroma": run_stroma, "flowkit": run_flowkit}[task]
            stained, control = paths
            call(control, control)
            print(*in_turn(lambda: processor_seconds(lambda: call(stained, control)), rounds=3))


if __name__ == "__main__":
    main(*sys.argv[1:])
