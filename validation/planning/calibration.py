"""Do plans from few donors keep what they promise? Simulated studies of known truth.

    .venv/bin/python validation/planning/calibration.py

For each study a few donors are drawn, a plan is made of them, and then one more donor is drawn:
how often do the plan's 5 % and 95 % points of the doses hold that donor, and how often does a donor
give the doses that the plan gives a chance of 80 to 95 %? Beside it the plan that takes mean and
standard deviation of the few donors for those of all.
"""

from __future__ import annotations

import math

import numpy as np

from stroma.planning.distributions import Component, Distribution, Stream, fixed
from stroma.planning.inputs import Scale, inputs_by_name
from stroma.planning.results import Demand
from stroma.planning.simulate import simulate

STUDIES = 3000
SHAPE = (400, 2)
SEED = 20260102
YIELD = (math.log(6e6), 0.5)
DOUBLINGS = (3.0, 0.35)
PASSAGES = 4
DEMAND = Demand(doses=1, cells_per_dose=5e6)


def few(scale: Scale, values: np.ndarray) -> Distribution:
    return Distribution(
        scale=scale, donors=(values.size, float(values.mean()), float(values.std(ddof=1)))
    )


def plugged_in(scale: Scale, values: np.ndarray) -> Distribution:
    sd = float(values.std(ddof=1))
    part = Component(centre=float(values.mean()), below=sd, above=sd)
    return Distribution(scale=scale, components=(part,), weights=(1.0,))


def main() -> None:
    last = fixed(PASSAGES, inputs_by_name()["last_passage"].scale)
    print("| Donors | Plan | held by the 5 % and 95 % points | promised 80 to 95 %, came true |")
    print("|---|---|---|---|")
    for donors in (3, 4, 6, 10, 20):
        rng = np.random.default_rng([SEED, donors])
        for name, make in (("predictive t", few), ("plug-in", plugged_in)):
            held, promised, kept = 0, [], []
            for study in range(STUDIES):
                yields = rng.normal(*YIELD, donors)
                growths = rng.normal(*DOUBLINGS, donors)
                inputs = {
                    "primary_yield": make(Scale.LOG, yields),
                    "doublings_per_passage": make(Scale.LINEAR, growths),
                    "last_passage": last,
                }
                doses = simulate(
                    inputs, DEMAND, shape=SHAPE, stream=Stream(SEED + study, "placenta")
                ).doses.ravel()
                cells = math.exp(rng.normal(*YIELD)) * 2 ** (PASSAGES * rng.normal(*DOUBLINGS))
                new = math.floor(cells / DEMAND.cells_per_dose)
                low, high = np.percentile(doses, (5, 95))
                held += low <= new <= high
                wanted = max(math.floor(np.percentile(doses, rng.uniform(5, 20))), 1)
                promised.append(float((doses >= wanted).mean()))
                kept.append(new >= wanted)
            print(
                f"| {donors} | {name} | {100 * held / STUDIES:.1f} % "
                f"| {100 * np.mean(promised):.1f} % promised, {100 * np.mean(kept):.1f} % came |"
            )


if __name__ == "__main__":
    main()
