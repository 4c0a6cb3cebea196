"""Frames in a notebook: what goes in is judged as a file is, what comes out has fixed types."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stroma
from stroma.frames import COMPARISON_COLUMNS, sheet_of
from stroma.measurement_table import read_measurement_table
from stroma.measurements import Measurement, to_frame

HEADER = "lot,source,quantity,analyte,value,unit"
LINES = (
    "A,bone_marrow,percent_positive,CD105,93.2,%",
    "A,bone_marrow,percent_positive,CD73,98,%",
    "A,bone_marrow,percent_positive,CD45,2.04,%",
    "A,bone_marrow,plastic_adherence,,yes,",
    "A,bone_marrow,doubling_time,,31.5,h",
    "B,placenta,percent_positive,HLA-DR,1e-05,%",
)


def rows() -> list[Measurement]:
    held = []
    for line in LINES:
        lot, source, quantity, analyte, value, unit = line.split(",")
        number = {"value": float(value), "unit": unit} if unit else {"category": value}
        held.append(
            Measurement(lot=lot, source=source, quantity=quantity, analyte=analyte, **number)
        )
    return held


@pytest.fixture
def of_table(tmp_path) -> pd.DataFrame:
    path = tmp_path / "numbers.csv"
    path.write_text("\n".join([HEADER, *LINES]) + "\n", encoding="utf-8")
    return stroma.judge(path, profile="isct_2006")


def test_a_frame_is_judged_as_its_table_is(of_table):
    judged = stroma.judge(to_frame(rows()), profile="isct_2006")
    assert judged.attrs["problems"] == of_table.attrs["problems"] == []
    pd.testing.assert_frame_equal(judged, of_table)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (np.float64(93.2), "93.2"),
        (93.2, "93.2"),
        (np.int64(7), "7"),
        (7, "7"),
        (True, "True"),
        (None, ""),
        (float("nan"), ""),
        (pd.NA, ""),
        ("P4", "P4"),
    ],
)
def test_a_cell_is_written_as_a_person_would(cell, written):
    (row,) = sheet_of(pd.DataFrame({"value": pd.Series([cell], dtype=object)})).rows
    assert row.cells == {"value": written}


def test_a_number_kept_as_text_is_not_guessed():
    frame = pd.DataFrame(
        {"lot": ["A"], "source": ["placenta"], "quantity": ["doubling_time"],
         "value": ["1,250"], "unit": ["h"]}
    )  # fmt: skip
    measured, problems, *_ = read_measurement_table(sheet_of(frame))
    assert measured == ()
    assert '"1,250" is 1250 with a decimal point and 1.25 with' in problems[0].render()


def test_verdicts_have_numbers_where_numbers_are_meant(of_table):
    numbers = {"limit", "value", "low", "high"}
    assert {name: str(kind) for name, kind in of_table.dtypes.items()} == {
        name: "Float64" if name in numbers else "string" for name in of_table.columns
    }
    lot = of_table[of_table["lot"] == "A"].set_index(["quantity", "analyte"])
    cd105 = lot.loc[("percent_positive", "CD105")]
    assert (cd105["value"], cd105["limit"], cd105["category"] is pd.NA) == (93.2, 95.0, True)
    plastic = lot.loc[("plastic_adherence", "")]
    assert (plastic["category"], plastic["limit_text"]) == ("yes", "yes")
    assert plastic["limit"] is pd.NA
    assert plastic["value"] is pd.NA


def test_comparisons_of_a_frame():
    rows = [
        {"lot": f"{source}{i}", "donor": f"{source}{i}", "source": source,
         "quantity": "doubling_time", "value": value, "unit": "h"}
        for source, values in {"bone_marrow": (46.0, 51.5, 43.2),
                               "placenta": (31.0, 36.4, 29.8)}.items()
        for i, value in enumerate(values)
    ]  # fmt: skip
    frame = stroma.compare(pd.DataFrame(rows), margin=6, unit="h")
    assert list(frame.columns) == list(COMPARISON_COLUMNS)
    assert frame["answer"].tolist() == ["DIFFERENT"]
    assert frame["first_donors"].tolist() == [3]
    assert frame["high"][0] < 0
    assert frame.attrs["problems"] == []


def test_a_refused_comparison_has_its_reason_in_the_frame():
    row = {"lot": "A", "source": "bone_marrow", "quantity": "doubling_time", "value": 40.0,
           "unit": "h"}  # fmt: skip
    frame = stroma.compare(pd.DataFrame([row, {**row, "lot": "B", "source": "placenta"}]))
    assert frame["answer"].isna().all()
    assert "Fill in the column donor" in frame["reason"][0]
    assert len(frame.attrs["problems"]) == 1
