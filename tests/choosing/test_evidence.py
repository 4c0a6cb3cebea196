"""Own lots with the donor as the unit, published figures by paper, published orders."""

import math
from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from stroma.choosing import evidence
from stroma.choosing.analysis import CREDENCE
from stroma.choosing.evidence import own_lots, published_figures, reported_orders
from stroma.choosing.known_applications import load_application
from stroma.measurements import Measurement
from stroma.published.rows import Certainty
from stroma.published.tables import contrasts
from stroma.vocabulary import TISSUES

PAIR = ("bone_marrow", "placenta")


def attribute(name, application="cartilage_bone"):
    return next(a for a in load_application(application).attributes if a.name == name)


def hours(source, donor, value, *, lot="", passage="P4", condition=""):
    return Measurement(
        lot=lot or f"lot-{donor}", donor=donor, source=source, passage=passage,
        quantity="doubling_time", value=value, unit="h", condition=condition,
    )  # fmt: skip


def test_the_mean_is_over_donors_on_the_logarithm_with_a_pooled_t_interval():
    rows = [hours("bone_marrow", d, v) for d, v in (("a", 40.0), ("b", 50.0), ("c", 62.5))]
    rows += [hours("placenta", d, v) for d, v in (("d", 25.0), ("e", 36.0))]
    held = own_lots(rows, attribute("expansion"), PAIR)
    # By hand: geometric means 50 and 30; squares on the logarithm 2 ln(1.25)² and 2 ln(1.2)²,
    # pooled over 3 degrees of freedom.
    spread = math.sqrt((2 * math.log(1.25) ** 2 + 2 * math.log(1.2) ** 2) / 3)
    reach = stats.t.ppf(0.975, 3) * spread / math.sqrt(3)
    bone = held["bone_marrow"].figure
    assert bone.value == pytest.approx(50)
    assert (bone.low, bone.high) == pytest.approx((50 * math.exp(-reach), 50 * math.exp(reach)))
    assert (bone.count, bone.lots) == (3, 3)
    assert held["placenta"].figure.value == pytest.approx(30)


def test_many_lots_and_passages_of_one_donor_count_once():
    rows = [hours("bone_marrow", "a", 30.0, lot=f"lot-{i}", passage=f"P{i}") for i in range(1, 9)]
    rows += [hours("bone_marrow", "b", 60.0), hours("placenta", "c", 30.0)]
    held = own_lots(rows, attribute("expansion"), PAIR)
    assert held["bone_marrow"].figure.value == pytest.approx(math.sqrt(30 * 60))
    assert (held["bone_marrow"].figure.count, held["bone_marrow"].figure.lots) == (2, 9)
    assert "one donor: how far donors lie apart" in str(held["placenta"].remarks[0])


def test_one_donor_of_each_source_is_shown_and_not_used():
    rows = [hours("bone_marrow", "a", 30.0), hours("placenta", "b", 60.0)]
    held = own_lots(rows, attribute("expansion"), PAIR)
    assert held["placenta"].spread is None
    assert held["placenta"].figure.low is None
    assert "1 donor, and no source has two" in str(held["placenta"].remarks[0])


def test_stimulated_cells_and_other_sources_do_not_count():
    rows = [hours("bone_marrow", "a", 30.0, condition="IFN-gamma"), hours("amnion", "b", 30.0)]
    assert own_lots(rows, attribute("expansion"), PAIR) == {}


def test_lots_without_a_donor_count_one_by_one_and_say_so():
    rows = [hours("placenta", "", 30.0, lot="x"), hours("placenta", "", 40.0, lot="y")]
    held = own_lots(rows, attribute("expansion"), PAIR)["placenta"]
    assert held.figure.count == 2
    assert "no donor is named" in str(held.remarks[0])


def test_percentages_at_a_bound_are_brought_off_it_and_say_so():
    rows = [
        Measurement(lot=d, donor=d, source="placenta", quantity="viability", value=v, unit="%")
        for d, v in (("a", 100.0), ("b", 98.0))
    ]
    held = own_lots(rows, attribute("viability"), PAIR)["placenta"]
    logits = [math.log(99.95 / 0.05), math.log(98 / 2)]
    assert held.figure.value == pytest.approx(100 / (1 + math.exp(-np.mean(logits))))
    assert "nearer than 0.05 % to 0 or 100" in str(held.remarks[0])


def test_published_figures_count_each_paper_once():
    held = published_figures(attribute("expansion"), PAIR)
    # Two papers: 20 and 28 h, and 2.21 days, with no row that is to be checked first; the review
    # table of 2013 does not count beside papers of their own figures.
    assert held["placenta"].figure.count == 2
    assert held["placenta"].figure.value == pytest.approx(math.sqrt(2.21 * 24 * 28), rel=1e-6)
    assert held["placenta"].figure.low < 20


def test_trials_of_one_review_table_are_studies_of_their_own():
    held = published_figures(attribute("response_in_patients", "gvhd"), ("bone_marrow", "placenta"))
    assert held["bone_marrow"].figure.count == 6
    assert 55 < held["bone_marrow"].figure.value < 80
    assert "placenta" not in held


def test_papers_are_counted_once_a_pair_and_turned_to_better():
    (order,) = reported_orders(attribute("expansion"), PAIR)
    # Five papers find placenta faster than marrow and one finds no difference (Heo 2016).
    assert (order.source, order.other) == PAIR
    assert (order.better, order.worse, order.alike) == (0, 5, 1)
    assert not order.secondary
    assert "doi:10.1089/scd.2007.0154" in order.citations


def test_reviews_count_only_where_no_paper_does():
    (order,) = reported_orders(attribute("chondrogenic"), PAIR)
    assert order.secondary
    (order,) = reported_orders(attribute("chondrogenic"), ("bone_marrow", "adipose_tissue"))
    assert not order.secondary
    assert (order.source, order.worse) == ("adipose_tissue", 2)


def test_two_papers_that_take_sides_take_the_same_one_in_three_of_four_pairs():
    """The belief in a published order rests on the tables: agreeing pairs of papers are counted."""
    papers = {}
    for row in contrasts():
        if row.certainty is Certainty.SECONDARY_REVIEW:
            continue
        for pair in combinations(sorted(tissue.name for tissue in TISSUES), 2):
            sign = evidence._sign(row, *pair)
            if sign:
                papers.setdefault((row.attribute, pair), {}).setdefault(row.paper, set()).add(sign)
    agree = differ = 0
    for held in papers.values():
        signs = [next(iter(found)) for found in held.values() if len(found) == 1]
        for first, second in combinations(signs, 2):
            agree += first == second
            differ += first != second
    share = agree / (agree + differ)
    assert (agree, differ) == (28, 6)
    assert CREDENCE.agreement <= share < CREDENCE.agreement + 0.1
