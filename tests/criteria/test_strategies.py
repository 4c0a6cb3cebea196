"""Whether the cells of a lot were found by the gates its profile asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stroma.analytes import canonical_analyte
from stroma.criteria.judge import judge
from stroma.criteria.known_profiles import load_profile
from stroma.criteria.profile import Criterion, Profile
from stroma.criteria.verdicts import Role
from stroma.measurements import Measurement
from stroma.texts import text
from stroma.vocabulary import find_quantity

ISCT = load_profile("isct_2006")
ASKED = "msc@2fd4e1c67a2d"
FULL = "msc@2fd4e1c67a2d28fced849ee1bb76e739"


def verdict_of(rows, profile):
    (verdict,) = judge(rows, profile)
    return verdict


def test_a_lot_measured_by_the_strategy_in_part_is_held(isct_lot):
    settings = {"strategy": FULL, "strategy_departures": ["dead:off", "debris:not held"]}
    rows = [
        replace(row, settings={**row.settings, **settings})
        if row.quantity == "percent_positive"
        else row
        for row in isct_lot()
    ]
    found = verdict_of(rows, replace(ISCT, strategy=ASKED))
    assert found.verdict.value == "INCONCLUSIVE"
    (hold,) = found.holds
    assert str(hold).startswith(
        f"HOLD: the profile asks for the gating strategy {ASKED}; CD105, CD73, CD90"
    )
    assert str(hold).endswith(
        "were not measured as it was frozen: "
        'the gate "dead cells" is switched off; the strategy holds no gate "debris"'
    )
    assert str(hold) in str(found.summary)
    assert verdict_of(rows, ISCT).holds == ()


@pytest.mark.parametrize(
    ("quantity", "analyte", "unit", "held"),
    [
        ("viability", "flow cytometry", "%", True),
        ("viability", "проточная_цитометрия", "%", True),
        ("viability", "harvest", "%", False),
        ("live_events", "tube 1", "{cells}", True),
    ],
)
def test_numbers_of_a_gated_tube_are_asked_for_their_strategy(quantity, analyte, unit, held):
    row = Measurement(
        lot="L1", source="bone_marrow", quantity=quantity, analyte=analyte, value=99.0, unit=unit
    )
    asked = Profile(
        name="p",
        version="1",
        title=text("p"),
        citations=("x",),
        criteria=(
            Criterion(
                quantity=quantity,
                analytes=(canonical_analyte(find_quantity(quantity), analyte),),
                operator=">=",
                limit=30.0,
                unit=unit,
                role=Role.REQUIRED,
                citation="own",
            ),
        ),
        strategy=ASKED,
    )
    found = verdict_of([row], asked)
    assert found.verdict.value == ("INCONCLUSIVE" if held else "PASS")
    assert [str(hold).rpartition("were ")[2] for hold in found.holds] == (
        ["measured by no frozen strategy"] if held else []
    )
    by_it = replace(row, settings={"strategy": FULL})
    assert verdict_of([by_it], asked).verdict.value == "PASS"
