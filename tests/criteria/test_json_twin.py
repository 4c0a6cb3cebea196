"""The JSON twin: its keys, and that equal inputs give equal bytes."""

from __future__ import annotations

import json
import math

from stroma.criteria.json_twin import profile_to_json, verdicts_to_json
from stroma.criteria.judge import judge
from stroma.criteria.known_profiles import available_profiles, load_profile
from stroma.records import Origin


def test_the_twin_has_the_keys_others_rely_on(isct_lot, row, isct):
    origin = Origin("raw/flow/L.fcs", "ab" * 32, "data set 1")
    rows = [r for r in isct_lot() if r.analyte != "CD34"]
    rows.append(
        row(analyte="CD34", value=0.61, low=0.45, high=0.82, level=0.95, n=9000, n_counts="cells",
            method="control_percentile/1", settings={"percentile": 99.5}, origins=(origin,),
            passage="P4")
    )  # fmt: skip
    twin = verdicts_to_json(isct, judge(rows, isct), provenance=True)
    assert (twin["schema_version"], twin["profile"], twin["profile_version"]) == (
        "1", "isct_2006", "1.0"
    )  # fmt: skip
    assert twin["profile_sha256"] == isct.origin.sha256
    (lot,) = twin["lots"]
    assert (lot["lot"], lot["source"], lot["verdict"], lot["conflicts"]) == (
        "L", "bone_marrow", "PASS", []
    )  # fmt: skip
    (cd34,) = [c for c in lot["criteria"] if c["analyte"] == "CD34"]
    assert {key: cd34[key] for key in ("quantity", "operator", "limit", "unit", "outcome", "value",
                                       "low", "high", "role", "passage")} == {
        "quantity": "percent_positive", "operator": "<=", "limit": 2.0, "unit": "%",
        "outcome": "PASS", "value": 0.61, "low": 0.45, "high": 0.82, "role": "required",
        "passage": "P4",
    }  # fmt: skip
    assert cd34["reason"].startswith("CD34 0.61 % [0.45–0.82 %, 95 %] against ≤ 2 %")
    assert cd34["row"] == {
        "n": 9000, "n_counts": "cells", "level": 0.95, "method": "control_percentile/1",
        "settings": {"percentile": 99.5},
        "files": [{"file": "raw/flow/L.fcs", "sha256": "ab" * 32, "place": "data set 1"}],
        "warnings": [],
    }  # fmt: skip


def test_without_provenance_no_file_is_named(isct_lot, isct):
    twin = verdicts_to_json(isct, judge(isct_lot(), isct), provenance=False)
    assert "row" not in twin["lots"][0]["criteria"][0]
    assert "profile_sha256" not in twin


def test_conflicts_and_holds_are_in_the_twin(isct_lot, row, isct):
    rows = [*isct_lot(source="placenta"), row(analyte="CD105", value=92.3, source="placenta"),
            row("origin", category="mixed", source="placenta")]  # fmt: skip
    (lot,) = verdicts_to_json(isct, judge(rows, isct), provenance=False)["lots"]
    (conflict,) = lot["conflicts"]
    assert (conflict["analyte"], conflict["values"], conflict["judged"]) == (
        "CD105", [92.3, 99.0], 92.3
    )  # fmt: skip
    assert lot["holds"][0].startswith("HOLD: ")
    (origin,) = [c for c in lot["criteria"] if c["quantity"] == "origin"]
    assert (origin["limit"], origin["category"], origin["outcome"]) == (
        ["fetal", "maternal"], "mixed", "INCONCLUSIVE"
    )  # fmt: skip


def test_the_twin_is_valid_json_even_for_an_interval_without_an_end(row):
    profile = load_profile("concert_hf")
    held = row("viability", value=90.0, low=80.0, high=math.inf, level=0.95)
    twin = verdicts_to_json(profile, judge([held], profile), provenance=True)
    assert json.loads(json.dumps(twin, allow_nan=False)) == twin
    (viability,) = [c for c in twin["lots"][0]["criteria"] if c["quantity"] == "viability"]
    assert (viability["low"], viability["high"]) == (80.0, None)


def test_the_order_of_rows_does_not_change_a_byte(isct_lot, isct):
    rows = isct_lot()
    twins = [json.dumps(verdicts_to_json(isct, judge(order, isct), provenance=True))
             for order in (rows, rows[::-1])]  # fmt: skip
    assert twins[0] == twins[1]


def test_a_profile_is_json_too():
    for profile in available_profiles():
        twin = profile_to_json(profile)
        assert json.loads(json.dumps(twin, allow_nan=False)) == twin
        assert set(twin["title"]) == {"en", "ru", "kk"}
    isct = profile_to_json(load_profile("isct_2006"))
    (hla_dr,) = [c for c in isct["criteria"] if c["analyte"] == "HLA-DR"]
    assert hla_dr["conditions"] == [{"stimulated": "IFN-gamma", "role": "informative"}]
