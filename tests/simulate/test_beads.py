"""The simulated batch of beads is one that xPONENT's reader takes without a word."""

from __future__ import annotations

import pytest

from stroma.formats.beads import read_bead_file
from stroma.simulate.beads import ANALYTES, DILUTION, STANDARDS, bead_export
from stroma.simulate.truth import lot_truths


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    path = tmp_path_factory.mktemp("beads") / "beads.csv"
    path.write_bytes(bead_export(lot_truths(7, 8), 7).encode())
    return read_bead_file(path, file="beads.csv")


def test_it_is_read_whole(batch):
    assert batch.problems == ()
    assert batch.minimum_beads == 50
    assert set(batch.units.values()) == {"pg/mL"}
    assert {reading.analyte for reading in batch.readings} == {a.name for a in ANALYTES}
    assert len(batch.readings) == len(ANALYTES) * (2 * len(STANDARDS) + 2 + 2 + 16)


def test_wells_say_what_they_hold(batch):
    roles = {reading.sample: reading.role for reading in batch.readings}
    assert (roles["Standard1"], roles["Background0"], roles["medium"]) == (
        "standard", "blank", "",
    )  # fmt: skip
    (first, _) = [r for r in batch.readings if (r.sample, r.analyte) == ("Standard1", "VEGF")]
    assert first.expected.value == STANDARDS[0]
    sample = next(r for r in batch.readings if r.sample == "BM-01 P4")
    assert sample.dilution == DILUTION


def test_light_rises_with_the_standards(batch):
    light = [
        reading.median_fluorescence.value
        for reading in batch.readings
        if reading.role == "standard" and reading.analyte == "HGF"
    ]
    assert light[0] > 100 * light[-1]
    assert light[::2] == sorted(light[::2], reverse=True)


def test_the_same_seed_gives_the_same_bytes():
    assert bead_export(lot_truths(7, 2), 7) == bead_export(lot_truths(7, 2), 7)
    assert bead_export(lot_truths(7, 2), 7) != bead_export(lot_truths(8, 2), 8)
