"""Plans against R: closed forms, and a whole plan written and simulated there anew.

The references are made by ``validation/planning/references.R``. A simulated probability may be off
by what both simulations leave: with 2,000 laboratories here, three standard errors are below 0.02.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from stroma.planning.answers import answer
from stroma.planning.distributions import Component, Distribution, Stream, draw, fixed
from stroma.planning.inputs import Scale, inputs_by_name
from stroma.planning.results import Demand
from stroma.planning.simulate import simulate

FILE = Path(__file__).resolve().parents[2] / "validation" / "planning" / "references.json"
SHAPE = (2000, 50)
STREAM = Stream(11, "placenta")


@pytest.fixture(scope="module")
def references():
    return json.loads(FILE.read_text(encoding="utf-8"))


def spread(scale, centre, sd):
    return Distribution(
        scale=scale, components=(Component(centre=centre, below=sd, above=sd),), weights=(1.0,)
    )


def certain(**values):
    return {name: fixed(value, inputs_by_name()[name].scale) for name, value in values.items()}


def logit(share):
    return math.log(share / (1 - share))


def test_a_product_of_lognormals(references):
    inputs = {
        "primary_yield": spread(Scale.LOG, math.log(5e6), 0.4),
        "doublings_per_passage": spread(Scale.LINEAR, 4.0, 0.3),
        **certain(last_passage=3),
    }
    told = answer(inputs, Demand(doses=200, cells_per_dose=1e8), shape=SHAPE, stream=STREAM)
    assert told.probability == pytest.approx(references["product_of_lognormals"], abs=0.006)


def test_a_new_donor(references):
    own = Distribution(scale=Scale.LINEAR, donors=(4, 2.5, 0.3))
    kind = inputs_by_name()["doublings_per_passage"]
    drawn = draw(own, kind, shape=(100_000, 1), stream=STREAM)
    assert np.quantile(drawn, (0.05, 0.5, 0.95)) == pytest.approx(references["new_donor"], abs=0.02)


def test_donations_that_succeed_or_fail(references):
    inputs = certain(
        primary_yield=5e8, doublings_per_passage=1.0, last_passage=0, isolation_success=70.0
    )
    done = simulate(inputs, Demand(doses=10, cells_per_dose=1e8), shape=SHAPE, stream=STREAM)
    reached = (np.cumsum(done.doses, axis=1) >= 10).mean(axis=0)
    assert reached[:6] == pytest.approx(references["two_successes_of"], abs=0.03)


def test_lots_that_are_released(references):
    inputs = {
        **certain(primary_yield=5e8, doublings_per_passage=1.0, last_passage=0),
        "release_rate": Distribution(scale=Scale.CHANCE, counted=(8, 11)),
    }
    done = simulate(inputs, Demand(doses=5, cells_per_dose=1e8), shape=SHAPE, stream=STREAM)
    reached = (np.cumsum(done.doses, axis=1) >= 5).mean(axis=0)
    assert reached[:4] == pytest.approx(references["one_release_of"], abs=0.02)


def test_a_whole_plan(references):
    inputs = {
        "primary_yield": Distribution(scale=Scale.LOG, donors=(4, math.log(6e6), 0.25)),
        "doublings_per_passage": Distribution(scale=Scale.LINEAR, donors=(5, 2.6, 0.4)),
        "doublings_ceiling": spread(Scale.LINEAR, 11.0, 2.0),
        "harvest_recovery": spread(Scale.LOGIT, logit(0.9), 0.3),
        "thaw_recovery": spread(Scale.LOGIT, logit(0.85), 0.4),
        "isolation_success": Distribution(scale=Scale.CHANCE, counted=(19, 20)),
        "release_rate": Distribution(scale=Scale.CHANCE, counted=(8, 11)),
        **certain(last_passage=5),
    }
    demand = Demand(doses=20, cells_per_dose=140e6, cells_per_vial=50e6)
    done = simulate(inputs, demand, shape=SHAPE, stream=STREAM)
    whole = references["whole_plan"]
    assert (done.doses >= 20).mean() == pytest.approx(whole["probability"], abs=0.015)
    quartiles = np.quantile(done.doses, (0.25, 0.5, 0.75))
    assert quartiles == pytest.approx(whole["doses"], abs=2)
    reached = (np.cumsum(done.doses, axis=1) >= 20).mean(axis=0)
    assert reached[:8] == pytest.approx(whole["by_donations"], abs=0.03)
