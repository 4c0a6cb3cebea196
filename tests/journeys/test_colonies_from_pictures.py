"""Dishes are photographed, counts proposed, signed by a person and handed back."""

from __future__ import annotations

import csv
import re

import numpy as np
import pytest

from stroma.cli import main
from stroma.simulate.pictures import dish_picture

SHEET = "colonies.csv"
PROPOSED = "colonies_proposed.csv"


def lines(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def counts(folder):
    held = lines(folder / "results" / "measurements.csv")
    return [row for row in held if row["quantity"] == "clonogenic_efficiency"]


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    (folder / "raw").mkdir(parents=True)
    generator = np.random.default_rng(5)
    for name, colonies in (("a", 12), ("b", 20)):
        (folder / "raw" / f"{name}.png").write_bytes(dish_picture(colonies, generator))
    (folder / "study.toml").write_text('title = "Dishes"\nprofiles = ["isct_2006"]\n')
    (folder / "lots.csv").write_text("lot,donor,source\nBM-01,D1,bone_marrow\n")
    (folder / SHEET).write_text(
        "lot,passage,seeded,colonies,image,confirmed_by,replicate\n"
        "BM-01,P1,100,,raw/a.png,,1\nBM-01,P1,100,,raw/b.png,,2\n"
    )
    return folder


def test_a_signed_proposal_becomes_a_measurement(study, capsys):
    assert main(["run", str(study), "--workers", "1", "--lang", "en"]) == 1
    assert "look at the picture, correct colonies and sign" in capsys.readouterr().err
    assert counts(study) == []
    proposed = study / "results" / PROPOSED
    assert [(line["image"], line["confirmed_by"]) for line in lines(proposed)] == [
        ("raw/a.png", ""),
        ("raw/b.png", ""),
    ]
    found = [int(line["colonies"]) for line in lines(proposed)]
    assert found == pytest.approx([12, 20], abs=1)
    # A person corrects the second count and signs both.
    signed = re.sub(r",20,,,raw/b.png,,", ",19,,,raw/b.png,,", proposed.read_text())
    (study / SHEET).write_text(signed.replace(".png,,", ".png,A. K.,"))
    assert main(["run", str(study), "--workers", "1", "--lang", "en"]) == 0
    assert not proposed.exists()
    (row,) = counts(study)
    assert float(row["value"]) == pytest.approx(100 * (found[0] + 19) / 200)
