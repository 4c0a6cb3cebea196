"""Controls that are too small, moved, wider, partly positive, or made for another detector."""

from __future__ import annotations

import numpy as np
import pytest

from stroma.cytometry.control_adequacy import brighter_by, judge_control, judge_fluorochrome
from stroma.cytometry.positivity_methods.estimate import TubePair
from stroma.cytometry.positivity_methods.shifted_mixture import shifted_mixture
from stroma.cytometry.stain_populations import robust_sd
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
        "marker": "CD105",
        "role": TubeRole.FMO,
        "stained": Channel("PE-A", marker="CD105"),
        "control": Channel("PE-A"),
        "control_file": "control.fcs",
    }
    return [str(finding) for finding in judge_fluorochrome(**{**given, **changes})]


def test_a_control_without_a_label_is_not_remarked_on():
    assert judged_channel() == []
    assert judged_channel(control=Channel("PE-A", marker="FMO CD105")) == []
    assert judged_channel(control=Channel("PE-A", marker="CD34")) == []


def test_a_control_that_names_its_marker_is_remarked_on():
    (sentence,) = judged_channel(control=Channel("PE-A", marker="cd 105"))
    assert sentence == (
        "control.fcs should carry no CD105, but its detector PE-A is labelled cd 105"
    )
    unlabelled = Channel("PE-A")
    labelled = Channel("PE-A", marker="CD105")
    assert judged_channel(role=TubeRole.UNSTAINED, stained=unlabelled, control=labelled) != []
    assert judged_channel(role=TubeRole.ISOTYPE, stained=unlabelled, control=labelled) == []


def test_a_label_of_the_whole_experiment_tells_nothing_of_one_tube():
    assert judged_channel(control=Channel("PE-A", marker="CD105")) == []


def test_how_much_brighter_cells_are_is_told_in_spreads_of_the_unstained_ones():
    unstained = dark(1, 5_000)
    assert brighter_by(unstained, unstained) == 0
    assert brighter_by(unstained + 3 * robust_sd(unstained), unstained) == pytest.approx(3)
    assert brighter_by(unstained, np.zeros(100)) is None
