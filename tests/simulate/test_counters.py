import re
from datetime import datetime

from stroma.simulate.counters import (
    VI_CELL_COLUMNS,
    Count,
    nucleoview_export,
    vi_cell_blu_export,
    vi_cell_cells_seen,
)

COUNT = Count(
    sample="BM-01 P4",
    number=7,
    viable_per_ml=1.273e6,
    viability_percent=92.5,
    diameter_um=16.2,
    counted_at=datetime(2026, 3, 13, 9, 50, 4),  # noqa: DTZ001 - a counter's clock
    cells_seen=3_583,
)


def test_a_nucleoview_file_states_densities_with_three_digits():
    lines = [line for line in nucleoview_export(COUNT).splitlines() if ";" in line]
    fields = dict(line.split(";")[:2] for line in lines)
    assert fields["Live (cells/ml)"] == "1.27E6"
    # 1.273e6 / 0.925 = 1,376,216 in all, 103,216 of them dead.
    assert fields["Total (cells/ml)"] == "1.38E6"
    assert fields["Dead (cells/ml)"] == "1.03E5"
    assert fields["Viability (%)"] == "92.5"
    assert fields["Image"] == "20260313-0007-BM-01 P4"
    assert fields["Date time"] == "20260313 095004"
    assert fields["Multiplication factor"] == "1.000"


def test_a_nucleoview_file_ends_with_a_checksum():
    assert re.fullmatch(r"//\[[0-9A-F]{8}\]", nucleoview_export(COUNT).splitlines()[-1])


def test_a_nucleoview_file_has_the_fields_of_a_real_one(shared):
    folder = shared / "data/assays/instrument_exports/chemometec_nucleoview/testdata"
    real = (folder / "chemometec_nucleoview_example01.csv").read_text("utf-8")
    # The first line is the title of the protocol, the last one a mark of the software.
    lines = [line for line in real.splitlines()[1:] if ";" in line]
    names = {line.split(";")[0].strip() for line in lines} - {""}
    written = nucleoview_export(COUNT).splitlines()[1:-1]
    made = {line.split(";")[0].strip() for line in written} - {""}
    # Left out: names of the laboratory's computer, its user and its protocol files.
    assert names - made == {
        "Login ID", "PC", "Protocol template filename", "Protocol adaptation filename",
        "Protocol adaptation purpose",
    }  # fmt: skip
    assert made <= names


def test_a_vi_cell_table_has_a_row_for_every_count():
    header, row, end = vi_cell_blu_export([COUNT]).split("\r\n")
    assert end == ""
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert cells["Sample ID"] == "BM-01 P4"
    assert cells["Viable cells"] == "3583"
    # 3,583 / 0.925
    assert cells["Cell count"] == "3874"
    assert cells["Viable (x10^6) cells/mL"] == "1.27"
    assert cells["Total (x10^6) cells/mL"] == "1.38"
    assert cells["Viability (%)"] == "92.50"
    assert cells["Average viable diameter (μm)"] == "16.20"
    assert cells["Analysis date/time"] == "3/13/2026 9:50"


def test_a_vi_cell_table_has_the_columns_of_a_real_one(shared):
    folder = shared / "data/assays/instrument_exports/beckman_vi_cell_blu/testdata"
    real = (folder / "Beckman_Vi-Cell-BLU_example01.csv").read_text("utf-8").splitlines()[0]
    assert tuple(real.split(",")) == VI_CELL_COLUMNS


def test_cells_seen_agree_with_a_real_file():
    # CLB001 of the instrument's example: 2,123 viable cells at 0.75 × 10⁶/mL; two decimals.
    assert abs(vi_cell_cells_seen(0.75e6) - 2123) < 0.01 * 2123
