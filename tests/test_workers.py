from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from stroma.errors import StudyProblem
from stroma.workers import begin, executor_for, spread

LOADED = "'colorsys' in __import__('sys').modules"


def test_work_here_waits_until_it_is_asked_for() -> None:
    done: list[int] = []
    finish = begin(done.append, 1, None)
    assert done == []
    finish()
    assert done == [1]


def test_work_elsewhere_has_begun() -> None:
    with ThreadPoolExecutor(1) as pool:
        finish = begin(abs, -3, pool)
    assert finish() == 3


def test_results_come_in_the_order_of_the_tasks() -> None:
    told: list[int] = []
    with ThreadPoolExecutor(2) as pool:
        assert list(spread(abs, [-3, -1, -2], pool, done=told.append)) == [3, 1, 2]
    assert sorted(told) == [-3, -2, -1]
    assert list(spread(abs, [-3, -1], None, done=told.append)) == [3, 1]


def test_workers_load_what_they_will_need() -> None:
    with executor_for(2, load="colorsys") as pool:
        assert pool is not None
        assert pool.submit(eval, LOADED).result()


def test_one_worker_needs_no_process() -> None:
    with executor_for(1, load="colorsys") as pool:
        assert pool is None


def test_a_worker_that_ends_is_named() -> None:
    with executor_for(2) as pool, pytest.raises(StudyProblem, match="worker process ended"):
        begin(os._exit, 1, pool)()
