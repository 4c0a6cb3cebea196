"""Whole plans: where inputs come from, what is missing, where the lead changes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from stroma.errors import StudyProblem
from stroma.measurements import Measurement
from stroma.planning.break_even import break_evens
from stroma.planning.distributions import fixed
from stroma.planning.endotoxin import endotoxin_limit
from stroma.planning.from_papers import published_inputs
from stroma.planning.inputs import inputs_by_name
from stroma.planning.own_lots import own_inputs
from stroma.planning.plan import make_plan
from stroma.planning.plan_file import parse_plan
from stroma.planning.request import PlanRequest
from stroma.planning.results import Demand, OriginKind

REQUEST = PlanRequest(sources=("bone_marrow",), doses=20, dose_per_kg=2e6, weight=70)


def rows(source="placenta", donors=(5e6, 8e6, 12.8e6)):
    for number, yielded in enumerate(donors, start=1):
        who = {"lot": f"L{number}", "donor": f"D{number}", "source": source}
        yield Measurement(**who, passage="P0", quantity="viable_cells", value=yielded)
        for passage, doublings in (("P1", 2.0 + number / 2), ("P2", 3.0 + number / 2)):
            yield Measurement(
                **who, passage=passage, quantity="population_doublings", value=doublings
            )
            yield Measurement(**who, passage=passage, quantity="doubling_time", value=40.0)


def test_own_donors_are_the_unit():
    found = own_inputs(tuple(rows()), "placenta")
    n, mean, sd = found["primary_yield"].distribution.donors
    assert n == 3
    assert mean == pytest.approx(math.log(8e6))
    assert sd == pytest.approx(math.log(1.6))
    # The two passages of a donor are one value: 3.0, 3.5, 4.0.
    assert found["doublings_per_passage"].distribution.donors == pytest.approx((3, 3.5, 0.5))
    # Every donor has the same doubling time: a number without a spread.
    assert found["doubling_time"].distribution.is_certain
    assert found["last_passage"].distribution.components[0].centre == 2


def test_one_donor_tells_no_spread_and_papers_do():
    own = own_inputs(tuple(rows("bone_marrow", (5e6,))), "bone_marrow")
    assert own["primary_yield"].distribution is None
    assert "own lots of 1 donor" in str(own["primary_yield"].told)
    plan = make_plan(REQUEST, tuple(rows("bone_marrow", (5e6,))))
    by_name = {one.kind.name: one for one in plan.sources[0].inputs}
    assert by_name["doublings_per_passage"].origin is OriginKind.PUBLISHED


def test_stimulated_cells_and_other_tissues_stay_out():
    held = [replace(row, condition="IFN-gamma") for row in rows()]
    assert own_inputs(held, "placenta") == {}
    assert own_inputs(tuple(rows()), "bone_marrow") == {}


def test_published_inputs_name_their_papers():
    marrow = published_inputs("bone_marrow")
    assert marrow["doublings_per_passage"].citations == ("doi:10.1007/s10529-012-0893-8",)
    (part,) = marrow["doublings_per_passage"].distribution.components
    assert (part.centre, part.below) == (5.0, pytest.approx(0.7))
    assert marrow["batch_yield"].median is None
    # 4.71 to 3.02 million MNC a mL from 0-20 to 61-80 years: about 7 % a decade.
    slope = marrow["yield_change_per_decade"].distribution.components[0].centre
    assert slope == pytest.approx(-6.8, abs=0.1)


def test_papers_share_their_chance_equally():
    spread = published_inputs("adipose_tissue")["doubling_time"].distribution
    assert sum(spread.weights) == pytest.approx(1)
    assert spread.weights == pytest.approx([1 / 3] * 3)


def test_bounds_and_other_material_are_no_values():
    placenta = published_inputs("placenta")
    assert "batch_yield" not in placenta
    ceilings = placenta["doublings_ceiling"].distribution.components
    assert [part.centre for part in ceilings] == [15.7]  # not the 31.7 of the first trimester


def test_a_plan_from_papers_alone_says_what_it_rests_on():
    plan = make_plan(REQUEST)
    marrow = plan.sources[0]
    assert marrow.answers.route == "whole"
    # Isolation is printed as 100 %: what is left is the release, 8 of 11 under Jeffreys' prior.
    assert marrow.not_counted == ("thaw_recovery",)
    one_dose = make_plan(replace(REQUEST, doses=1)).sources[0].answers
    assert one_dose.probability == pytest.approx(8.5 / 12, abs=0.02)


def test_what_nobody_knows_is_named():
    plan = make_plan(replace(REQUEST, sources=("placenta",)))
    (placenta,) = plan.sources
    assert placenta.answers is None
    assert placenta.missing == ("primary_yield", "doublings_per_passage")
    assert "viable cells at the first harvest" in plan.problems[0].render()


def test_declared_comes_before_own_and_papers():
    request = parse_plan(
        b'sources = ["placenta"]\ndoses = 20\ndose_cells = 1e8\n'
        b'[all_sources]\nprimary_yield = {value = 1e9, unit = "cells"}\n'
        b"[source.placenta]\nlast_passage = {value = 0}\n"
    )
    plan = make_plan(request, tuple(rows()))
    by_name = {one.kind.name: one for one in plan.sources[0].inputs}
    assert by_name["primary_yield"].origin is OriginKind.DECLARED
    assert by_name["doublings_per_passage"].origin is OriginKind.OWN
    assert plan.sources[0].answers.doses.high == 10


def test_the_donors_age_acts_through_the_slope():
    text = (
        b'sources = ["bone_marrow"]\ndoses = 1\ndose_cells = 1e6\n[all_sources]\n'
        b'primary_yield = {value = 1e8, unit = "cells"}\nlast_passage = {value = 0}\n'
        b'doublings_per_passage = {value = 1, unit = "doublings"}\n'
        b'isolation_success = {value = 100, unit = "%"}\n'
        b'release_rate = {value = 100, unit = "%"}\n'
        b'reference_age = {value = 30, unit = "years"}\ndonor_age = {value = 60, unit = "years"}\n'
        b'yield_change_per_decade = {value = -10, unit = "%"}\n'
    )
    plan = make_plan(parse_plan(text))
    assert plan.sources[0].answers.doses.median == math.floor(100 * 0.9**3)


def test_the_lead_changes_where_one_source_runs_out():
    kinds = inputs_by_name()

    def source(cells, chance):
        values = {"primary_yield": cells, "doublings_per_passage": 1.0, "last_passage": 0,
                  "isolation_success": chance}  # fmt: skip
        return {name: fixed(value, kinds[name].scale) for name, value in values.items()}

    sources = {"bone_marrow": source(10.5e6, 90.0), "placenta": source(100.5e6, 50.0)}
    found = break_evens(sources, Demand(doses=20, cells_per_dose=1e6), ceilings={}, ages={}, seed=1)
    by_doses = found[0]
    ((at, before, after),) = by_doses.turns
    assert (before, after) == ("bone_marrow", "placenta")
    assert 10 <= at <= 11


def test_break_even_of_the_passage_and_of_the_ceiling():
    kinds = inputs_by_name()

    def source(cells, doublings):
        values = {"primary_yield": cells, "doublings_per_passage": doublings, "last_passage": 3}
        return {name: fixed(value, kinds[name].scale) for name, value in values.items()}

    # Ten times fewer cells that double 5 times instead of 2: behind until passage 1.1.
    sources = {"bone_marrow": source(1e8, 2.0), "placenta": source(1e7, 5.0)}
    found = {
        one.varied: one
        for one in break_evens(
            sources, Demand(doses=1, cells_per_dose=3e8), ceilings={}, ages={}, seed=1
        )
    }
    passages = dict(found["last_passage"].probabilities)
    assert passages["bone_marrow"][:2] == (0, 1)
    assert passages["placenta"][:2] == (0, 1)
    ceilings = dict(found["doublings_ceiling"].probabilities)
    # 2 doublings make 4e8 of the one; the other needs log2(30) = 4.9.
    assert ceilings["bone_marrow"][0] == 1
    assert ceilings["placenta"][:2] == (0, 0)
    assert ceilings["placenta"][2] == 1
    assert found["doublings_ceiling"].leader == "bone_marrow"


@pytest.mark.parametrize(
    ("volume", "weight", "hours", "route", "limit"),
    [
        (50, 70, None, "intravenous", 7.0),
        (2, 70, None, "intravenous", 175.0),  # the worked example of 2 mL in 70 kg
        (2, 70, 0.5, "intravenous", 175.0),
        (100, 70, 2, "intravenous", 7.0),
        (3, 60, None, "intrathecal", 4.0),  # the worked example of 3 mL in 60 kg
    ],
)
def test_endotoxin_limits(volume, weight, hours, route, limit):
    told = endotoxin_limit(volume, weight, hours=hours, route=route)
    assert told.limit == pytest.approx(limit)
    assert told.threshold / told.volume_per_kg_hour == pytest.approx(limit)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"weight": 0.0}, 'column "weight": 0. Expected: kilograms of body weight'),
        ({"weight": 70000.0}, "70,000. Expected: kilograms"),
        ({"dose_per_kg": 2.0}, "2. Expected: cells for a kilogram.*2 million is written 2e6"),
        ({"dose_per_kg": -2e6}, "−2,000,000"),
        ({"doses": 0}, "0 doses"),
        ({"doses": None}, "no number of doses"),
        ({"sources": ("moon",)}, 'the source "moon"'),
        ({"sources": ()}, "no source of cells"),
        ({"confidence": 90.0}, "write 90 % as 0.9"),
        ({"route": "oral"}, 'the route "oral"'),
        ({"vial_cells": -1.0}, "a number above 0"),
        ({"dose_per_kg": None, "weight": None}, "no dose"),
        ({"dose_cells": 1e8}, "a dose by weight and a fixed dose"),
        ({"weight": None}, "nothing stated. Expected: kilograms"),
    ],
)
def test_what_has_no_sense_is_a_sentence(changed, sentence):
    with pytest.raises(StudyProblem, match=sentence):
        make_plan(replace(REQUEST, **changed))


def test_a_ceiling_below_the_doublings_already_used_is_refused():
    request = parse_plan(
        b'sources = ["bone_marrow"]\ndoses = 20\ndose_cells = 1e8\n[all_sources]\n'
        b'doublings_used = {value = 9, unit = "doublings"}\n'
        b'doublings_ceiling = {value = 5, unit = "doublings"}\n'
    )
    with pytest.raises(StudyProblem, match=r"a ceiling of 5 doublings.*more than the 9 doublings"):
        make_plan(request)


def test_an_endotoxin_limit_that_lacks_its_route_is_said():
    plan = make_plan(replace(REQUEST, volume_ml=50.0))
    assert plan.endotoxin is None
    assert "for the endotoxin limit" in plan.problems[-1].render()


def test_probabilities_are_probabilities():
    plan = make_plan(replace(REQUEST, sources=("placenta", "bone_marrow")), tuple(rows()))
    for source in plan.sources:
        told = source.answers
        chances = np.array([chance for _n, chance in told.curve])
        assert ((chances >= 0) & (chances <= 1)).all()
        assert (np.diff(chances) <= 0).all()
        assert dict(told.curve)[20] == told.probability


def test_a_published_ceiling_stops_no_lot_that_own_lots_have_outgrown():
    def probability(last):
        request = parse_plan(
            b'sources = ["bone_marrow"]\ndoses = 4\ndose_cells = 1e8\n'
            b"[all_sources]\nlast_passage = {value = %d}\n" % last
        )
        plan = make_plan(request, tuple(rows("bone_marrow")))
        return plan.sources[0].answers.probability, plan.sources[0]

    reached, plan = probability(2)
    assert "doublings_ceiling" not in {one.kind.name for one in plan.inputs if one.used}
    further, plan = probability(3)
    assert "doublings_ceiling" in {one.kind.name for one in plan.inputs if one.used}
    assert further >= reached


def test_two_donors_leave_growth_open_and_end_in_no_overflow():
    plan = make_plan(replace(REQUEST, sources=("placenta",)), tuple(rows("placenta", (5e6, 9e6))))
    told = plan.sources[0].answers
    assert told.curve[-1][0] <= 1_000_000
    assert np.isfinite([told.doses.low, told.doses.median, told.doses.high]).all()


def test_a_source_spelled_in_two_ways_is_one():
    plan = make_plan(replace(REQUEST, sources=("BM", "bone_marrow", "Bone marrow")))
    assert [source.source for source in plan.sources] == ["bone_marrow"]


def test_lots_that_name_no_donor_are_said():
    nameless = [replace(row, donor="") for row in rows()]
    found = own_inputs(nameless, "placenta")
    assert "3 lots name no donor" in str(found["primary_yield"].told)
