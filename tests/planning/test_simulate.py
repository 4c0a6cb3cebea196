"""Plans against closed forms, and against the doublings they are allowed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln
from scipy.stats import norm
from scipy.stats import t as student

from stroma.planning.answers import answer
from stroma.planning.distributions import Component, Distribution, Stream, draw, fixed
from stroma.planning.inputs import Scale, inputs_by_name
from stroma.planning.results import Demand
from stroma.planning.simulate import simulate

SHAPE = (2000, 50)
STREAM = Stream(7, "bone_marrow")


def spread(scale, centre, sd):
    return Distribution(
        scale=scale, components=(Component(centre=centre, below=sd, above=sd),), weights=(1.0,)
    )


def certain(**values):
    return {name: fixed(value, inputs_by_name()[name].scale) for name, value in values.items()}


def test_certain_inputs_give_the_arithmetic_by_hand():
    inputs = certain(
        primary_yield=1e6,
        doublings_per_passage=3.0,
        last_passage=2,
        harvest_recovery=90.0,
        thaw_recovery=80.0,
        cells_for_tests=1e6,
    )
    demand = Demand(doses=1, cells_per_dose=10e6, cells_per_vial=5e6)
    done = simulate(inputs, demand, shape=(2, 3), stream=STREAM)
    # 1e6 -> x 0.9 x 8 = 7.2e6 -> x 0.9 x 8 = 51.84e6; x 0.9 = 46.656e6, less 1e6 for tests:
    # 9 vials of 5e6; 10e6 viable after thaw need 2.5, so 3 vials: 3 doses.
    assert done.cells[-1] == pytest.approx(51.84e6)
    assert (done.doses == 3).all()
    assert (done.doublings[-1] == 6).all()


def test_a_product_of_lognormals_is_the_lognormal_of_the_sums():
    inputs = {
        "primary_yield": spread(Scale.LOG, math.log(5e6), 0.4),
        "doublings_per_passage": spread(Scale.LINEAR, 4.0, 0.3),
        **certain(last_passage=3),
    }
    demand = Demand(doses=200, cells_per_dose=1e8)
    told = answer(inputs, demand, shape=SHAPE, stream=STREAM)
    mean = math.log(5e6) + 3 * 4.0 * math.log(2)
    sd = math.hypot(0.4, 3 * 0.3 * math.log(2))
    expected = norm.sf((math.log(200 * 1e8) - mean) / sd)
    assert 0.2 < expected < 0.8
    assert told.probability == pytest.approx(expected, abs=0.006)


def test_a_new_donor_follows_the_predictive_t():
    n, mean, sd = 4, 2.5, 0.3
    kind = inputs_by_name()["doublings_per_passage"]
    own = Distribution(scale=Scale.LINEAR, donors=(n, mean, sd))
    drawn = draw(own, kind, shape=(40_000, 1), stream=STREAM).ravel()
    for level in (0.1, 0.5, 0.9):
        exact = mean + student.ppf(level, n - 1) * sd * math.sqrt(1 + 1 / n)
        assert np.quantile(drawn, level) == pytest.approx(exact, abs=0.015)


def test_donations_that_succeed_or_fail_follow_the_binomial():
    inputs = certain(
        primary_yield=5e8, doublings_per_passage=1.0, last_passage=0, isolation_success=70.0
    )
    told = answer(inputs, Demand(doses=10, cells_per_dose=1e8), shape=SHAPE, stream=STREAM)
    # Five doses a success: two successes of m. m = 3: 0.784; m = 4: 1 - 0.3^4 - 4 x 0.7 x 0.3^3.
    assert told.donations == 4
    assert told.probability_of_donations == pytest.approx(0.9163, abs=0.02)
    assert told.probability == 0
    one = answer(inputs, Demand(doses=5, cells_per_dose=1e8), shape=SHAPE, stream=STREAM)
    assert one.probability == pytest.approx(0.7, abs=0.01)


def test_a_chance_known_from_few_lots_follows_the_beta_binomial():
    inputs = {
        **certain(primary_yield=5e8, doublings_per_passage=1.0, last_passage=0),
        "release_rate": Distribution(scale=Scale.CHANCE, counted=(8, 11)),
    }
    told = answer(inputs, Demand(doses=5, cells_per_dose=1e8), shape=SHAPE, stream=STREAM)
    # No release in m lots: B(8.5, 3.5 + m) / B(8.5, 3.5), Jeffreys' prior.
    none = [math.exp(betaln(8.5, 3.5 + m) - betaln(8.5, 3.5)) for m in (1, 2, 3)]
    assert told.donations == 1 + sum(share > 0.1 for share in none)
    assert told.probability == pytest.approx(1 - none[0], abs=0.02)


def test_what_is_not_known_is_not_averaged_out_by_more_donations():
    # Isolation always works in half of the laboratories and never in the other half.
    either = Distribution(
        scale=Scale.CHANCE,
        components=(Component(centre=0.0), Component(centre=100.0)),
        weights=(0.5, 0.5),
    )
    inputs = {
        **certain(primary_yield=5e8, doublings_per_passage=1.0, last_passage=0),
        "isolation_success": either,
    }
    told = answer(inputs, Demand(doses=5, cells_per_dose=1e8), shape=(400, 50), stream=STREAM)
    assert told.donations is None
    assert told.probability_of_donations == pytest.approx(0.5, abs=0.08)


def test_days_come_from_doublings_and_doubling_time():
    inputs = certain(
        primary_yield=1e6, primary_days=14.0, doublings_per_passage=3.0, doubling_time=40.0,
        last_passage=4,
    )  # fmt: skip
    told = answer(inputs, Demand(doses=1, cells_per_dose=60e6), shape=(20, 5), stream=STREAM)
    # 64e6 cells after two passages of 3 x 40 h = 5 days.
    assert told.ready_passage.median == 2
    assert told.ready_days.median == pytest.approx(24.0)
    assert told.days_from == "donation"


def test_area_and_medium_by_hand():
    inputs = certain(
        primary_yield=1e6, doublings_per_passage=3.0, last_passage=2, harvest_density=20_000.0,
        medium_per_area=0.25, medium_fillings=2,
    )  # fmt: skip
    told = answer(inputs, Demand(doses=3, cells_per_dose=20e6), shape=(20, 5), stream=STREAM)
    # 60e6 cells at the end need 3,000 cm2, the passage before an eighth of them.
    assert told.peak_area.median == pytest.approx(3000)
    assert told.total_area.median == pytest.approx(3375)
    assert told.medium.median == pytest.approx(3375 * 0.25 * 2 / 1000)


def test_the_one_uncertain_input_drives_all():
    inputs = {
        "primary_yield": spread(Scale.LOG, math.log(1e8), 0.5),
        **certain(doublings_per_passage=2.0, last_passage=2),
    }
    told = answer(inputs, Demand(doses=5, cells_per_dose=1e7), shape=(200, 20), stream=STREAM)
    assert told.drivers == (("primary_yield", pytest.approx(1.0)),)


@given(
    first=st.floats(1e3, 1e8),
    growth=st.floats(0.0, 12.0),
    sd=st.floats(0.01, 4.0),
    ceiling=st.floats(0.0, 60.0),
    used=st.floats(0.0, 40.0),
    last=st.integers(0, 12),
    kept=st.floats(1.0, 100.0),
)
def test_no_plan_makes_more_cells_than_its_doublings_allow(
    first, growth, sd, ceiling, used, last, kept
):
    inputs = {
        "doublings_per_passage": spread(Scale.LINEAR, growth, sd),
        "doublings_ceiling": spread(Scale.LINEAR, ceiling, sd),
        **certain(
            primary_yield=first, doublings_used=used, last_passage=last, harvest_recovery=kept
        ),
    }
    demand = Demand(doses=1, cells_per_dose=1e6, cells_per_vial=3e5)
    done = simulate(inputs, demand, shape=(20, 5), stream=STREAM)
    allowed = np.maximum(done.draws["doublings_ceiling"], used)
    assert (done.doublings <= allowed + 1e-9).all()
    assert (done.cells <= first * np.exp2(done.doublings - used) * (1 + 1e-9)).all()
    assert (done.cells <= first * np.exp2(allowed - used) * (1 + 1e-9)).all()
    best = done.cells.max(axis=0)
    assert (done.doses * demand.cells_per_dose <= best * (1 + 2e-9)).all()
    assert (np.diff(done.by_passage, axis=0) >= 0).all()


def test_the_same_seed_gives_the_same_numbers():
    inputs = {"primary_yield": spread(Scale.LOG, 15.0, 0.5), **certain(
        doublings_per_passage=2.0, last_passage=2)}  # fmt: skip
    demand = Demand(doses=1, cells_per_dose=1e7)
    one = simulate(inputs, demand, shape=(30, 4), stream=STREAM).doses
    again = simulate(inputs, demand, shape=(30, 4), stream=STREAM).doses
    other = simulate(inputs, demand, shape=(30, 4), stream=Stream(8, "bone_marrow")).doses
    assert (one == again).all()
    assert (one != other).any()


def test_blocks_share_their_laboratories_and_not_their_donations():
    kind = inputs_by_name()["doublings_per_passage"]
    own = Distribution(scale=Scale.LINEAR, donors=(5, 5.0, 0.5))
    first = draw(own, kind, shape=(300, 200), stream=Stream(1, "placenta", 0))
    second = draw(own, kind, shape=(300, 200), stream=Stream(1, "placenta", 1))
    assert (first != second).all()
    # Laboratories' means: sd of the mean's uncertainty against what 200 donations leave.
    assert np.corrcoef(first.mean(axis=1), second.mean(axis=1))[0, 1] > 0.9
