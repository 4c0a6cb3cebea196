"""Reported orders against exact shares worked out over all orders."""

import numpy as np
import pytest

from stroma.stats.witnesses import Credence, Reports, sample_in_turn, sample_reported

DRAWS = 40_000
CREDENCE = Credence(agreement=0.75, alike_within=0.25)


def drawn(reports, values=2, free=None, held=None, sampler=sample_reported):
    random = np.random.default_rng(11)
    columns = list(range(values)) if free is None else free
    start = np.zeros((DRAWS, values)) if held is None else held
    if sampler is sample_in_turn:
        start = random.random((DRAWS, values))

    def propose(count):
        return random.random((count, len(columns)))

    return sampler(start, columns, reports, propose, credence=CREDENCE, random=random)


def test_one_report_is_right_as_often_as_it_is_believed():
    held = drawn([Reports(0, 1, higher=1)])
    assert (held[:, 0] > held[:, 1]).mean() == pytest.approx(0.75, abs=0.01)


def test_reports_that_contradict_each_other_cancel():
    held = drawn([Reports(0, 1, higher=2, lower=2)])
    assert (held[:, 0] > held[:, 1]).mean() == pytest.approx(0.5, abs=0.01)


def test_two_reports_of_one_mind_are_worth_their_odds_multiplied():
    held = drawn([Reports(0, 1, lower=2)])
    assert (held[:, 0] > held[:, 1]).mean() == pytest.approx(1 / 10, abs=0.01)


@pytest.mark.parametrize("sampler", [sample_reported, sample_in_turn])
def test_a_chain_of_orders_has_the_share_of_each_order(sampler):
    # a > b and b > c once each, at odds of 3: abc 9, cba 1, the other four 3, of 22.
    held = drawn([Reports(0, 1, higher=1), Reports(1, 2, higher=1)], 3, sampler=sampler)
    a, b, c = held.T
    assert ((a > b) & (b > c)).mean() == pytest.approx(9 / 22, abs=0.01)
    assert (a > c).mean() == pytest.approx(15 / 22, abs=0.01)
    assert ((c > b) & (b > a)).mean() == pytest.approx(1 / 22, abs=0.01)


def test_no_difference_makes_values_near_each_other_more_likely():
    # Two even values lie within a quarter in 1 - 0.75² of cases; odds of 3 make that 0.7.
    held = drawn([Reports(0, 1, alike=1)])
    assert (np.abs(held[:, 0] - held[:, 1]) < 0.25).mean() == pytest.approx(0.7, abs=0.01)


def test_what_is_known_stays_and_the_other_follows_it():
    # Above 0.8 lies a fifth of the values; at odds of 3 that is 0.6 / (0.6 + 0.8).
    known = np.tile([0.8, 0.0], (DRAWS, 1))
    held = drawn([Reports(0, 1, lower=1)], free=[1], held=known)
    assert (held[:, 0] == 0.8).all()
    assert (held[:, 1] > 0.8).mean() == pytest.approx(3 / 7, abs=0.01)


def test_what_few_proposals_meet_is_drawn_in_turn():
    # Eight values of which each is above the next, five times over: 8! orders, one borne out.
    reports = [Reports(i, i + 1, higher=5) for i in range(7)]
    held = drawn(reports, 8)
    assert (np.diff(held, axis=1) < 0).mean() > 0.9


def test_without_reports_values_are_even():
    held = drawn([])
    assert held.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.01)
