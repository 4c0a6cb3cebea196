"""Lots that meet the ISCT's criteria, to be spoilt one row at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stroma.criteria.known_profiles import load_profile
from stroma.criteria.profile import Profile
from stroma.measurements import Measurement

RowMaker = Callable[..., Measurement]


def make_row(quantity: str = "percent_positive", analyte: str = "", **fields) -> Measurement:
    """A row of lot L from bone marrow; a number is a percentage unless a unit is given."""
    held = {"lot": "L", "source": "bone_marrow"} | fields
    if "category" not in held:
        held.setdefault("unit", "%")
    return Measurement(quantity=quantity, analyte=analyte, **held)


def make_isct_lot(**fields) -> list[Measurement]:
    """Every required row of isct_2006, each clear of its limit."""
    positive = [make_row(analyte=m, value=99.0, **fields) for m in ("CD105", "CD73", "CD90")]
    negative = [
        make_row(analyte=m, value=0.5, **fields) for m in ("CD45", "CD34", "CD14", "CD19", "HLA-DR")
    ]
    lineages = [
        make_row("differentiation", lineage, category="positive", **fields)
        for lineage in ("osteogenic", "adipogenic", "chondrogenic")
    ]
    return [
        *positive,
        *negative,
        make_row("plastic_adherence", category="yes", **fields),
        *lineages,
    ]


@pytest.fixture
def row() -> RowMaker:
    return make_row


@pytest.fixture
def isct_lot() -> Callable[..., list[Measurement]]:
    return make_isct_lot


@pytest.fixture(scope="session")
def isct() -> Profile:
    return load_profile("isct_2006")
