from __future__ import annotations

from dataclasses import replace

import pytest

from stroma.measurements import Measurement
from stroma.records import Origin
from stroma.report.statements import state
from stroma.study.settings import read_settings
from stroma.texts import text

SETTINGS, _ = read_settings(
    '[laboratory]\nname = "Лаборатория клеточных технологий"\n'
    '[statements]\nisolation_method = "explant"\nroute = "intravenous"\nconclusions = "none yet"\n'
)


@pytest.fixture(scope="module")
def stated(results):
    return state(replace(results, settings=SETTINGS))


def test_every_described_lot_has_its_five_items(stated, results):
    assert list(stated.doses) == [lot.lot for lot in results.lots]
    assert [item.name for item in stated.doses["BM-01"]] == ["D", "O", "S", "E", "S"]


def test_what_is_known_of_a_lot_is_stated_and_the_rest_named(stated):
    donor, origin, separation, exhibited, site = stated.doses["BM-02"]
    assert [str(w) for w in donor.known] == ["allogeneic"]
    assert [str(w) for w in origin.known] == ["bone marrow, donor aged 25, female"]
    assert [str(w) for w in separation.known] == [
        "explant", "α-MEM, 10 % лизат тромбоцитов человека",
    ]  # fmt: skip
    assert str(exhibited.known[0]).replace("\u00a0", " ").startswith("CD105 99.1 % (P4), ")
    assert [str(w) for w in exhibited.missing] == ["potency"]
    assert [str(w) for w in site.missing] == ["site", "dose"]


def test_only_the_last_passage_of_a_quantity_is_exhibited(stated):
    exhibited = stated.doses["BM-01"][3]
    (viability,) = [str(w) for w in exhibited.known if "viability" in str(w)]
    assert viability.replace("\u00a0", " ") == "viability (at harvest) 92.5 % (P5)"


def test_an_age_that_is_not_stated_for_every_donor_is_missing(stated):
    sample = next(item for item in stated.miflowcyt if item.name == "2.1")
    assert [str(w) for w in sample.missing] == ["species", "age of every donor"]


def test_what_the_laboratory_declares_is_taken_before_what_is_derived(stated, results):
    items = {item.name: item for item in stated.miflowcyt}
    assert [str(w) for w in items["1.7"].known] == ["none yet"]
    assert [str(w) for w in items["1.4"].known] == ["Лаборатория клеточных технологий"]
    derived = {item.name: item for item in state(results).miflowcyt}
    assert str(derived["1.7"].known[0]).startswith("under isct_2006: ")


def test_reagents_are_known_by_marker_and_detector_only(stated):
    reagents = next(item for item in stated.miflowcyt if item.name == "2.4")
    assert "CD105 FITC-A" in str(reagents.known[0])
    assert [str(w) for w in reagents.missing] == ["clone, maker and catalogue number"]


def test_without_flow_cytometry_its_standard_is_not_asked_for(results):
    assert state(replace(results, views=(), exclusions=())).miflowcyt == ()


def test_how_events_were_kept_compensated_scaled_and_gated(stated):
    items = {item.name: item for item in stated.miflowcyt}
    assert not any(items[name].missing for name in ("4.2", "4.3", "4.4"))
    (scale,) = items["4.3"].known
    assert "gates and thresholds, which are in linear units" in str(scale)
    assert "with 4.5 decades" in str(scale)


def test_single_stains_are_list_mode_files_too(results):
    inputs = tuple(
        Origin(file, "0" * 64) for file in ("tubes.csv", "raw/BM-01.fcs", "raw/stain_PE.FCS")
    )
    held = replace(results, provenance=replace(results.provenance, inputs=inputs))
    items = {item.name: item for item in state(held).miflowcyt}
    excluded = {step.file for step in results.exclusions}
    assert "raw/stain_PE.FCS" not in excluded
    count = len(excluded | {"raw/BM-01.fcs", "raw/stain_PE.FCS"})
    assert str(items["4.1"].known[0]).startswith(f"{count} files in the study folder")


def test_gates_are_told_in_the_order_applied(results):
    first = results.exclusions[0]
    lacking = [replace(first, gate=gate, label=text("{g}", g=gate)) for gate in ("dead", "time")]
    held = replace(results, exclusions=tuple(lacking), views=())
    items = {item.name: item for item in state(held).miflowcyt}
    assert str(items["4.4"].known[0]).startswith("time → dead; the account")


def test_gates_of_another_program_are_named(results):
    stored = Measurement(
        lot="BM-01",
        quantity="percent_positive",
        analyte="CD166",
        value=98.0,
        unit="%",
        method="flowjo_statistic/1",
        settings={"program": "FlowJo 10.10.0", "population": "Live/CD166+", "of": "Live"},
    )
    known = state(replace(results, measurements=(stored,), views=(), exclusions=()))
    items = {item.name: item for item in known.miflowcyt}
    assert [str(w) for w in items["4.4"].known] == ["CD166 in FlowJo 10.10.0: Live/CD166+ of Live"]
    assert items["4.3"].missing
