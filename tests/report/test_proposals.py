"""Proposed counts are lines of the sheet they go back into, and wait for a person's name."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from stroma.report.folder import NAMES, write_results
from stroma.report.proposals import COLUMNS, FILE, proposal_table
from stroma.study.bench_columns import COLONIES
from stroma.texts import ENGLISH
from stroma.views import ColonyView, Subject


def dish(file, *, counted=None, confirmed_by=""):
    return ColonyView(
        Subject("BM-01", "P1", "clonogenic_efficiency", ""),
        file=file,
        seeded=100.0,
        picture="data:image/png;base64,",
        height=0.8,
        colonies=((0.5, 0.5, 0.02), (0.2, 0.2, 0.02)),
        counted=counted,
        confirmed_by=confirmed_by,
        replicate="1",
    )


DISHES = (dish("a.png"), dish("b.png", confirmed_by="A. K.", counted=3), dish("c.png", counted=7))


def test_the_table_holds_what_nobody_confirmed():
    table = proposal_table(DISHES)
    assert [(line["image"], line["colonies"]) for line in table] == [("a.png", "2"), ("c.png", "7")]
    assert {line["confirmed_by"] for line in table} == {""}
    assert tuple(table[0]) == COLUMNS == COLONIES.names


@pytest.fixture(scope="module")
def small(build):
    return build(2)


def test_it_lies_beside_the_report_while_something_is_to_be_confirmed(small, tmp_path):
    folder = tmp_path / "results"
    paths = write_results(replace(small, views=(*small.views, *DISHES)), folder, ENGLISH)
    assert [path.name for path in paths] == [*NAMES, FILE]
    with (folder / FILE).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["seeded"] for line in lines] == ["100", "100"]
    confirmed = replace(small, views=(*small.views, DISHES[1]))
    assert [path.name for path in write_results(confirmed, folder, ENGLISH)] == list(NAMES)
    assert not (folder / FILE).exists()
