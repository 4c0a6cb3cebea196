"""Plans: how long 100,000 simulated donations take, and a whole plan of two sources."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator

from benchmarks.timing import Line
from stroma.planning.answers import answer
from stroma.planning.distributions import Component, Distribution, Stream, fixed
from stroma.planning.inputs import Scale, inputs_by_name
from stroma.planning.plan import DONATIONS, LABORATORIES, make_plan
from stroma.planning.plan_file import parse_plan
from stroma.planning.results import Demand
from stroma.simulate.plan_example import plan_text
from stroma.texts import ENGLISH

DONATION_SECONDS = 1.0
PLAN_SECONDS = 5.0
KNOWN = b"""
primary_yield = {value = 6e6, low = 3e6, high = 12e6, unit = "cells"}
doublings_per_passage = {value = 2.6, low = 2, high = 3.2, unit = "doublings"}
"""


def lines() -> Iterator[Line]:
    """Measure, a line at a time."""
    simulated = _median(_answer)
    count = LABORATORIES * DONATIONS
    yield Line(
        f"{count:,} donations of one source, simulated and answered",
        f"{simulated:.2f} s",
        f"{DONATION_SECONDS:.0f} s",
        simulated < DONATION_SECONDS,
    )
    planned = _median(_plan)
    yield Line(
        "a plan of two sources with break-even points",
        f"{planned:.2f} s",
        f"{PLAN_SECONDS:.0f} s",
        planned < PLAN_SECONDS,
    )


def _median(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _answer() -> object:
    share = math.log(0.9 / 0.1)
    last = inputs_by_name()["last_passage"]
    inputs = {
        "primary_yield": Distribution(scale=Scale.LOG, donors=(4, math.log(6e6), 0.25)),
        "doublings_per_passage": Distribution(scale=Scale.LINEAR, donors=(4, 2.6, 0.4)),
        "doubling_time": Distribution(scale=Scale.LOG, donors=(4, math.log(45), 0.12)),
        "harvest_density": Distribution(scale=Scale.LOG, donors=(4, math.log(18_000), 0.2)),
        "doublings_ceiling": _normal(Scale.LINEAR, 12.0, 2.0),
        "harvest_recovery": _normal(Scale.LOGIT, share, 0.3),
        "thaw_recovery": _normal(Scale.LOGIT, share, 0.4),
        "isolation_success": Distribution(scale=Scale.CHANCE, counted=(19, 20)),
        "release_rate": Distribution(scale=Scale.CHANCE, counted=(8, 11)),
        "last_passage": fixed(6, last.scale),
    }
    demand = Demand(doses=20, cells_per_dose=140e6, cells_per_vial=50e6)
    return answer(inputs, demand, shape=(LABORATORIES, DONATIONS), stream=Stream(1, "bone_marrow"))


def _normal(scale: Scale, centre: float, sd: float) -> Distribution:
    part = Component(centre=centre, below=sd, above=sd)
    return Distribution(scale=scale, components=(part,), weights=(1.0,))


def _plan() -> object:
    written = plan_text(ENGLISH, ("umbilical_cord", "placenta")).encode()
    return make_plan(parse_plan(written.replace(b"[all_sources]", b"[all_sources]" + KNOWN)))
