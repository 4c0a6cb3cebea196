"""Printed fields to counts, without any instrument's file; results worked out by hand."""

from __future__ import annotations

import re

import pytest

from stroma.errors import FileProblem, Place, Severity
from stroma.formats.count_fields import Printed, PrintedCount, Role, fold_label, sort_fields
from stroma.formats.count_values import read_printed
from stroma.formats.counters import read_counts
from stroma.records import Origin

PLACE = Place(file="c.csv")
NAMES = (
    (Role.SAMPLE, re.compile("sample")),
    (Role.COUNTED_AT, re.compile("date")),
    (Role.TOTAL, re.compile(r"total (?P<unit>.*)")),
    (Role.VIABLE, re.compile(r"viable (?P<unit>.*/.*)")),
    (Role.VIABILITY, re.compile(r"viability \((?P<unit>.*)\)")),
    (Role.CELLS, re.compile("cells")),
    (Role.VIABLE_CELLS, re.compile("viable cells")),
    (Role.DIAMETER, re.compile(r"diameter \((?P<unit>.*)\)")),
)
WHOLE = {
    "Sample": "A",
    "Date": "2026-03-14 09:30",
    "Total x10^6 cells/mL": "2.00",
    "Viable x10^6 cells/mL": "1.80",
    "Viability (%)": "90.0",
}


def one(**changes):
    """Read one count of the fields above with some changed; None leaves a field out."""
    content = {**WHOLE, **changes}
    items = [
        Printed(label, text, row)
        for row, (label, text) in enumerate(content.items(), 1)
        if text is not None
    ]
    fields, extra = sort_fields(items, NAMES, PLACE)
    count = PrintedCount(Origin("c.csv", "0" * 64), PLACE, "Maker Model", fields, extra)
    (read,), problems = read_printed([count], PLACE)
    return read, [(p.severity, p.place.column, str(p.found)) for p in problems]


def test_a_whole_count():
    count, problems = one()
    assert problems == []
    assert count.total_per_ml == 2000000.0
    assert count.viable_per_ml == 1800000.0
    assert count.viability_percent == 90.0
    assert count.counted_at.isoformat() == "2026-03-14T09:30:00"


@pytest.mark.parametrize(
    "label",
    ["Total x10^6 cells/mL", "Total (x10^6) cells/mL", "Total cells / ml (x 10^6)",
     "Total cells /ml (X10^6)"],
)  # fmt: skip
def test_the_power_of_ten_may_stand_anywhere(label):
    count, problems = one(**{"Total x10^6 cells/mL": None, label: "2.63", "Viability (%)": "68"})
    assert problems == []
    assert count.total_per_ml == 2630000.0


@pytest.mark.parametrize(
    "label", ["Diameter (um)", "Diameter [µm]", "Diameter (μm)", "diameter (microns)"]
)
def test_every_spelling_of_a_micrometre(label):
    count, problems = one(**{label: "17.3"})
    assert (count.diameter_um, problems) == (17.3, [])
    assert fold_label("Diameter [µm]") == fold_label("diameter (μm)")


def test_a_unit_of_another_kind_is_refused():
    with pytest.raises(FileProblem, match=r'column "Diameter \(mL\)": the unit "ml"'):
        one(**{"Diameter (mL)": "17.3"})


@pytest.mark.parametrize(
    ("viability", "fits"),
    # 1.795/2.005 = 89.53 % and 1.805/1.995 = 90.48 %, each widened by 0.05 of its own rounding
    [("89.4", False), ("89.5", True), ("90.5", True), ("90.6", False), ("89", False), ("90", True)],
)
def test_viability_is_compared_within_the_rounding_of_what_is_printed(viability, fits):
    count, problems = one(**{"Viability (%)": viability})
    assert count.viability_percent == float(viability)
    assert problems == (
        []
        if fits
        else [
            (
                Severity.WARNING,
                "Viability (%)",
                f'a viability of "{viability}" % with "1.80" viable of "2.00"',
            )
        ]
    )


def test_nothing_is_derived_from_other_fields():
    count, problems = one(**{"Viable x10^6 cells/mL": None, "Cells": "500", "Viable cells": "450"})
    assert count.viable_per_ml is None
    assert problems == [(Severity.ERROR, None, "no viable cells per mL")]


def test_counts_of_cells_are_whole():
    count, problems = one(**{"Cells": "500.5", "Viable cells": "450"})
    assert (count.cells_counted, count.viable_cells_counted) == (None, 450)
    assert count.extra == {"Cells": "500.5"}
    assert problems == [(Severity.WARNING, "Cells", '"500.5", which is not a whole number')]


def test_more_viable_cells_than_cells_are_said():
    count, problems = one(**{"Cells": "400", "Viable cells": "450"})
    assert (count.cells_counted, count.viable_cells_counted) == (400, 450)
    assert problems == [(Severity.WARNING, "Viable cells", '"450" viable of "400" in total')]


def test_no_cells_at_all_is_a_count():
    changes = {"Total x10^6 cells/mL": "0.00", "Viable x10^6 cells/mL": "0.00"}
    count, problems = one(**changes, **{"Viability (%)": "0"})
    assert problems == []
    assert (count.total_per_ml, count.viable_per_ml) == (0.0, 0.0)


def test_a_doubted_number_is_kept_with_its_remark():
    count, problems = one(**{"Viable x10^6 cells/mL": "1.80 (Uncertain determination)"})
    assert count.viable_per_ml == 1800000.0
    assert count.extra["Viable x10^6 cells/mL"] == "1.80 (Uncertain determination)"
    assert [severity for severity, _, _ in problems] == [Severity.WARNING]


def test_a_remark_without_a_number_is_no_number():
    count, problems = one(**{"Viable x10^6 cells/mL": "(none)"})
    assert count.viable_per_ml is None
    assert problems == [(Severity.ERROR, "Viable x10^6 cells/mL", '"(none)" is not a number')]


def test_a_blank_name_and_a_blank_date_are_none():
    count, problems = one(Sample="", Date="")
    assert (count.sample, count.counted_at) == (None, None)
    assert problems == [
        (Severity.WARNING, "Sample", "no name of the sample"),
        (Severity.WARNING, "Date", "no date and time"),
    ]


def test_an_open_decimal_mark_is_asked_about():
    content = {"Total cells/mL": "1,250", "Viable cells/mL": "1,125", "Viability (%)": "90"}
    items = [Printed(label, text, row) for row, (label, text) in enumerate(content.items(), 1)]
    fields, _ = sort_fields(items, NAMES, PLACE)
    count = PrintedCount(Origin("c.csv", "0" * 64), PLACE, "Maker Model", fields)
    with pytest.raises(FileProblem, match=r'^c\.csv: in row 1 "1,250" is 1250 with a decimal poi'):
        read_printed([count], PLACE)
    (read,), _ = read_printed([count], PLACE, decimal_mark=".")
    assert read.total_per_ml == 1250.0


def test_fields_of_one_name_are_all_kept():
    items = [Printed("Images", "50", 1), Printed("Images", "60", 2), Printed("Images", "70", 3)]
    assert sort_fields(items, NAMES, PLACE) == (
        {},
        {"Images": "50", "Images (2)": "60", "Images (3)": "70"},
    )


def test_a_file_made_by_hand_is_read_without_the_shared_data(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text(
        "Viability and Cell Count Assay; ;\nImage;7;\nViability (%);50;\nLive (cells/ml);1.00E6;\n"
        "Dead (cells/ml);1.00E6;\nTotal (cells/ml);2.00E6;\nDate time;20260314 093000\n"
        "Time zone offset;-3.5\n//[00000000]\n"
    )
    (count,), problems = read_counts(path, file="c.csv")
    assert problems == ()
    assert (count.sample, count.viable_per_ml, count.dead_per_ml) == ("7", 1e6, 1e6)
    assert count.counted_at.isoformat() == "2026-03-14T09:30:00-03:30"
