"""What a plan file says, and what it may not."""

from __future__ import annotations

import math

import pytest

from stroma.errors import FileProblem, StudyProblem
from stroma.planning.plan_file import parse_plan
from stroma.planning.results import OriginKind

HEAD = b'sources = ["BM", "placenta"]\ndoses = 20\ndose_per_kg = 2e6\nweight = 70\n'


def declared(line: str, source: str = "bone_marrow"):
    plan = parse_plan(HEAD + b"[source.bone_marrow]\n" + line.encode())
    return plan.declared[source]


def test_the_demand_is_read():
    plan = parse_plan(HEAD + b'confidence = 0.95\nroute = "intravenous"\nvolume_ml = 50\n')
    assert plan.sources == ("bone_marrow", "placenta")
    assert (plan.doses, plan.dose_per_kg, plan.weight) == (20, 2e6, 70)
    assert (plan.confidence, plan.route, plan.volume_ml) == (0.95, "intravenous", 50)


def test_low_and_high_are_the_ends_of_ninety_percent():
    found = declared('primary_yield = {value = 6e6, low = 3e6, high = 12e6, unit = "cells"}')
    (part,) = found["primary_yield"].distribution.components
    assert part.centre == pytest.approx(math.log(6e6))
    assert part.below == pytest.approx(math.log(2) / 1.6448536)
    assert found["primary_yield"].origin is OriginKind.DECLARED


def test_units_are_converted():
    found = declared('doubling_time = {value = 2, unit = "d"}')
    assert found["doubling_time"].distribution.components[0].centre == pytest.approx(math.log(48))
    found = declared('primary_yield = {value = 6, unit = "10^6"}')
    assert found["primary_yield"].distribution.components[0].centre == pytest.approx(math.log(6e6))
    found = declared('release_rate = {value = 0.8, unit = "1"}')
    assert found["release_rate"].distribution.components[0].centre == pytest.approx(80)


def test_a_count_keeps_its_numbers():
    found = declared("isolation_success = {happened = 9, of = 10}")
    assert found["isolation_success"].distribution.counted == (9, 10)


def test_the_cited_paper_is_kept():
    found = declared('harvest_recovery = {value = 95, unit = "%", citation = "doi:10.1/x"}')
    assert found["harvest_recovery"].citations == ("doi:10.1/x",)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("harvest_recovery = {value = 0.9}", "no unit.*the unit beside the number: %"),
        ("harvest_recovery = 90", "90.*a table such as"),
        ('harvest_recovery = {value = 120, unit = "%"}', "120 %.*0 to 100 %"),
        ('primary_yield = {value = -5, unit = "cells"}', "−5.*check the number and its unit"),
        ('primary_yield = {value = 5, unit = "h"}', 'the unit "h"'),
        ('primary_yeild = {value = 5, unit = "cells"}', 'write "primary_yield" if that is meant'),
        ('doubling_time = {value = 40, low = 50, high = 30, unit = "h"}', "low, then value"),
        ('doubling_time = {value = 40, low = 30, unit = "h"}', "low, then value"),
        ('doubling_time = {value = "40", unit = "h"}', '"40".*a number'),
        ('doubling_time = {value = 40, sd = -1, unit = "h"}', "above 0"),
        ('doubling_time = {unit = "h"}', "no value"),
        ('doubling_time = {value = 40, kind = "cauchy", unit = "h"}', '"cauchy"'),
        ("last_passage = {value = 4.5}", "4.5.*a whole number"),
        ("isolation_success = {happened = 12, of = 10}", "happened 12, of 10"),
        ("last_passage = {value = 4, low = 3, high = 5}", "one number: the laboratory sets it"),
        ("doubling_time = {happened = 1, of = 2}", "only of isolation_success"),
    ],
)
def test_a_mistake_is_a_sentence(line, sentence):
    with pytest.raises(StudyProblem, match=sentence):
        declared(line)


def test_all_mistakes_are_said_at_once():
    with pytest.raises(StudyProblem) as caught:
        parse_plan(b"dosis = 20\nweight = 'heavy'\n[source.placenta]\nx = 1\n")
    assert len(caught.value.problems) == 3


def test_what_is_no_toml_is_said():
    with pytest.raises(FileProblem, match="it is not TOML"):
        parse_plan(b"doses = twenty")
    with pytest.raises(FileProblem, match="it is not TOML"):
        parse_plan(b"\xff\xfe")
