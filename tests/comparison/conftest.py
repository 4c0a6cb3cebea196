"""Rows of a table, made briefly."""

from __future__ import annotations

import pytest

from stroma.measurements import Measurement

UNITS = {
    "doubling_time": "h",
    "percent_positive": "%",
    "differentiation_ratio": "1",
    "population_doublings": "{doublings}",
    "viable_cells": "{cells}",
    "endotoxin": "[EU]/mL",
}


@pytest.fixture
def rows():
    """Make rows: source to donor to a value, a list of values, or passage to value."""

    def make(values, quantity="doubling_time", analyte="", **also):
        made = []
        for source, donors in values.items():
            for donor, held in donors.items():
                if isinstance(held, dict):
                    at = held.items()
                else:
                    at = [("", value) for value in (held if isinstance(held, list) else [held])]
                made += [
                    Measurement(
                        lot=f"{source[:2]}-{donor}",
                        donor=donor,
                        source=source,
                        passage=passage,
                        quantity=quantity,
                        analyte=analyte,
                        value=float(value),
                        unit=UNITS[quantity],
                        **also,
                    )
                    for passage, value in at
                ]
        return made

    return make
