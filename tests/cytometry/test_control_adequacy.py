"""Controls that are too small, moved, wider, partly positive, or made for another detector."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.cytometry.control_adequacy import judge_control, judge_fluorochrome
from stroma.cytometry.positivity_methods.estimate import TubePair
from stroma.cytometry.positivity_methods.shifted_mixture import shifted_mixture
from stroma.house_rules import PositivityRule
from stroma.records import Channel, TubeRole

RULE = PositivityRule()


def dark(seed, size):
    generator = np.random.default_rng(seed)
    return generator.gamma(8, 20, size) + 30 * generator.standard_normal(size)


SPREAD = float(np.sqrt(8 * 20**2 + 30**2))


def sentences(judged):
    return [str(finding) for finding in judged.findings]


def test_a_good_control_is_adequate():
    judged = judge_control(TubePair(dark(1, 10_000), dark(2, 10_000)), RULE)
    assert judged.adequate
    assert judged.findings == ()
    assert judged.shift == pytest.approx(0.0, abs=0.1)
    assert judged.stretch == pytest.approx(1.0, abs=0.08)


def test_too_few_events_are_said():
    judged = judge_control(TubePair(dark(1, 5_000), dark(2, 400)), RULE)
    assert not judged.adequate
    assert sentences(judged) == [
        "the control has 400 live single cells, fewer than the 1,000 asked for"
    ]


@pytest.mark.parametrize(("shift", "word"), [(0.8, "above"), (-0.8, "below")])
def test_a_shift_is_said_with_its_size(shift, word):
    judged = judge_control(TubePair(dark(1, 20_000) + shift * SPREAD, dark(2, 20_000)), RULE)
    assert f"0.8 standard deviations {word} the control" in sentences(judged)[0]
    assert judged.shift == pytest.approx(shift, abs=0.1)


def test_wider_negatives_are_said():
    stained = dark(1, 20_000)
    centre = np.median(stained)
    judged = judge_control(TubePair(centre + 1.25 * (stained - centre), dark(2, 20_000)), RULE)
    assert any("times as widely as the control" in sentence for sentence in sentences(judged))


def test_a_control_with_positive_cells_is_said():
    control = dark(2, 10_000)
    control[:300] += 30 * SPREAD
    judged = judge_control(TubePair(dark(1, 10_000), control), RULE)
    assert judged.percent_far_above == pytest.approx(3.0, abs=0.05)
    assert any("3.0 % of the control's cells" in sentence for sentence in sentences(judged))


def test_the_shift_is_not_judged_where_nearly_all_cells_are_positive():
    stain = 40 * SPREAD * np.exp(0.4 * np.random.default_rng(3).standard_normal(5_000))
    judged = judge_control(TubePair(dark(1, 5_000) + stain, dark(2, 5_000)), RULE)
    assert judged.shift is None
    assert judged.stretch is None
    assert judged.adequate


def test_a_share_found_already_is_used():
    tubes = TubePair(dark(1, 5_000), dark(2, 5_000))
    share = shifted_mixture(tubes, RULE)
    assert judge_control(tubes, RULE, share=share) == judge_control(tubes, RULE)


def judged_channel(**changes):
    given = {
        "detector": "PE-A",
        "marker": "CD105",
        "role": TubeRole.ISOTYPE,
        "stained": Channel("PE-A", marker="CD105", voltage=450.0),
        "control": Channel("PE-A", voltage=450.0),
        "control_detectors": ("PE-A",),
        "control_file": "control.fcs",
    }
    return [str(finding) for finding in judge_fluorochrome(**{**given, **changes})]


def test_a_control_on_the_right_detector_is_not_remarked_on():
    assert judged_channel() == []
    assert judged_channel(control=Channel("PE-A", marker="IgG1 isotype")) == []


def test_an_isotype_on_another_fluorochrome_is_remarked_on():
    assert judged_channel(control_detectors=("FITC-A", "APC-A")) == [
        "the isotype control control.fcs carries its fluorochrome on FITC-A, APC-A, not on PE-A"
    ]


def test_an_fmo_control_that_names_its_marker_is_remarked_on():
    (sentence,) = judged_channel(
        role=TubeRole.FMO, control=Channel("PE-A", marker="cd 105"), control_detectors=()
    )
    assert sentence == (
        "control.fcs should carry no CD105, but its detector PE-A is labelled cd 105"
    )
    assert judged_channel(role=TubeRole.FMO, control=Channel("PE-A", marker="FMO CD105")) == []


def test_an_absent_detector_and_another_voltage_are_remarked_on():
    assert judged_channel(control=None) == ["control.fcs has no detector PE-A"]
    assert judged_channel(control=Channel("PE-A", voltage=500.0)) == [
        "PE-A was set to 450 V in the stained tube, to 500 V in control.fcs"
    ]
