"""Weights: their three forms, and what is wrong with some."""

import numpy as np
import pytest

from stroma.choosing.known_applications import load_application
from stroma.choosing.weights import ALL_WEIGHTS, load_weights, read_weights
from stroma.errors import FileProblem

GVHD = load_application("gvhd")
NAMES = [attribute.name for attribute in GVHD.attributes]


def test_exact_weights_are_brought_to_one():
    weights = read_weights(
        {"exact": {**dict.fromkeys(NAMES, 0), "expansion": 3, "hla_dr": 1}}, GVHD
    )
    assert weights.exact[NAMES.index("expansion")] == 0.75
    drawn = weights.draw(len(NAMES), 5, 1)
    assert (drawn == drawn[0]).all()


def test_a_ranking_keeps_its_order():
    order = ["hla_dr", [name for name in NAMES if name != "hla_dr"]]
    drawn = read_weights({"ranking": order}, GVHD).draw(len(NAMES), 500, 1)
    assert (drawn.argmax(axis=1) == NAMES.index("hla_dr")).all()


def test_intervals_leave_the_others_open(tmp_path):
    path = tmp_path / "weights.toml"
    path.write_text("[intervals]\nhla_dr = [0.3, 0.4]\n", encoding="utf-8")
    drawn = load_weights(path, GVHD).draw(len(NAMES), 500, 1)
    held = drawn[:, NAMES.index("hla_dr")]
    assert ((held >= 0.3) & (held <= 0.4)).all()
    assert drawn.sum(axis=1) == pytest.approx(np.ones(500))


def test_all_weights_average_to_equal_ones():
    assert ALL_WEIGHTS.draw(4, 20_000, 1).mean(axis=0) == pytest.approx([0.25] * 4, abs=0.01)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({}, "the keys –. Expected: one of exact, ranking, intervals"),
        ({"exact": {}, "ranking": []}, "the keys exact, ranking"),
        ({"exact": [1]}, "another form"),
        ({"exact": {**dict.fromkeys(NAMES, 1), "hla_dr": -1}}, 'column "hla_dr": the weight -1'),
        ({"exact": {**dict.fromkeys(NAMES, 1), "hla_dr": "2"}}, "the weight 2"),
        ({"exact": {**dict.fromkeys(NAMES, 1), "hladr": 1}}, "write hla_dr, if it is meant"),
        ({"exact": {"hla_dr": 1}}, "no weight for t_cell_suppression"),
        ({"exact": dict.fromkeys(NAMES, 0)}, "only weights of 0"),
        ({"ranking": [*NAMES, "hla_dr"]}, '"hla_dr" twice'),
        ({"ranking": [*NAMES, 3]}, "an attribute in quotes"),
        ({"intervals": {"hla_dr": [40, 60]}}, "two shares of 1"),
        ({"intervals": {"hla_dr": [0.5, 0.2]}}, "two shares of 1"),
        ({"intervals": {name: [0.3, 0.4] for name in NAMES}}, "lower ends sum to 2.1"),
    ],
)
def test_a_mistake_is_named(table, told):
    with pytest.raises(FileProblem) as caught:
        read_weights(table, GVHD, file="weights.toml")
    assert told in caught.value.render()
    assert "weights.toml" in caught.value.render()


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(FileProblem, match="the file cannot be read"):
        load_weights(tmp_path / "none.toml", GVHD)
