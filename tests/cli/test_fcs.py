"""`stroma fcs`: what an FCS file holds."""

from __future__ import annotations

import json

import pytest

from stroma.cli import main

FILE = "data/flow/gatingml_ref/data1.fcs"


@pytest.fixture
def fcs(capsys):
    def run(*words):
        code = main(["fcs", *map(str, words), "--lang", "en"])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_json(shared, fcs):
    code, out, _ = fcs(shared / FILE, "--json", "--values")
    assert code == 0
    twin = json.loads(out)
    assert (twin["version"], twin["events"], twin["datasets"]) == ("FCS2.0", 13367, 1)
    assert [each["name"] for each in twin["parameters"]][:3] == ["FSC-H", "SSC-H", "FL1-H"]
    assert twin["rows"][0] == [323, 218, 220, 394, 267, 5, 183, 0]
    assert len(twin["sums"]) == 8


def test_for_people(shared, fcs):
    code, out, _ = fcs(shared / FILE, "--values")
    assert code == 0
    assert "13,367 events" in out
    assert "FL1-H  CD4 FITC" in out
    assert "sum 3219321" in out
    assert "! $P3E, $P4E, $P5E, $P7E:" in out


def test_no_fcs_file(shared, fcs):
    code, _, err = fcs(shared / "data/flow/malformed/corrupted.fcs")
    assert code == 1
    assert 'the file begins with "oi21j08cn' in err


def test_misuse(fcs):
    assert fcs("nothing.fcs")[0] == 2
    assert fcs()[0] == 2
