"""Facts about a lot as rows."""

from __future__ import annotations

import pytest

from stroma.assays.identity import report_identity
from stroma.errors import Severity
from stroma.records import Lot, Origin

ROW = Origin("lots.csv", "e" * 64, "row 2")


def lot(source="bone_marrow", **fields):
    return Lot(lot="L1", donor="D1", source=source, origin_of_row=ROW, **fields)


@pytest.mark.parametrize(("adherent", "category"), [(True, "yes"), (False, "no")])
def test_adherence_to_plastic(adherent, category):
    result = report_identity(lot(plastic_adherent=adherent))
    (row,) = result.measurements
    assert (row.quantity, row.category, row.passage) == ("plastic_adherence", category, "")
    assert (row.lot, row.donor, row.source) == ("L1", "D1", "bone_marrow")
    assert (row.method, row.origins) == ("as_entered/1", (ROW,))
    assert result.problems == ()


@pytest.mark.parametrize("origin", ["fetal", "maternal", "mixed"])
def test_origin(origin):
    result = report_identity(lot("placenta", plastic_adherent=True, origin=origin))
    assert [(r.quantity, r.category) for r in result.measurements] == [
        ("plastic_adherence", "yes"),
        ("origin", origin),
    ]


def test_adherence_that_is_not_stated_is_no_row():
    result = report_identity(lot())
    assert result.measurements == ()
    (problem,) = result.problems
    assert problem.severity is Severity.NOTE
    assert problem.render().startswith(
        'lots.csv, row 2, column "plastic_adherent", lot L1: not stated whether the cells '
        "adhered to plastic. Expected: yes or no"
    )


def test_an_origin_that_is_not_stated_is_no_row():
    for source in ("bone_marrow", "decidua"):
        result = report_identity(lot(source, plastic_adherent=True))
        assert [r.quantity for r in result.measurements] == ["plastic_adherence"]
        # The check of the sheet asks for it, once.
        assert result.problems == ()


def test_an_unknown_origin_is_no_row():
    result = report_identity(lot("placenta", plastic_adherent=True, origin="paternal"))
    assert [r.quantity for r in result.measurements] == ["plastic_adherence"]
    (problem,) = result.problems
    assert str(problem.found) == 'the origin "paternal"'
    assert problem.severity is Severity.ERROR
