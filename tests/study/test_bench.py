"""Sheets about plates, supernatants, lymphocytes, colonies, pictures and expression."""

from __future__ import annotations

import re

import pytest

from stroma.wells import wells_of, wells_outside

PLATES = """
file           | assay     | analyte | layout  | model | weighting | unit
raw/plates/a.csv | секретом | IL-6    | ELISA-1 | 4pl   | 1/y²      | pg/mL
"""
LAYOUTS = """
layout  | wells | role     | concentration | lot   | name   | dilution
ELISA-1 | A1:A2 | standard | 100           |       |        |
ELISA-1 | B1    | blank    |               |       |        |
ELISA-1 | C1:C2 | sample   |               | BM-01 |        | 10
"""


def test_a_plate_with_its_layout(check):
    study = check(plates=PLATES, layouts=LAYOUTS, files=["raw/plates/a.csv"])
    assert study.problems == ()
    (plate,) = study.bench.plates
    assert (plate.assay, plate.model, plate.weighting) == ("secretome", "4PL", "1/y^2")
    assert [(w.wells, w.role, w.concentration, w.dilution) for w in study.bench.layouts] == [
        ("A1:A2", "standard", 100.0, None),
        ("B1", "blank", None, None),
        ("C1:C2", "sample", None, 10.0),
    ]
    assert study.raw_files == ("raw/plates/a.csv",)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("ELISA-1 | A9:Ä2 | blank | | | |", r'column "wells".*"A9:Ä2". Expected: a well such as'),
        ("ELISA-1 | D1:D99 | blank | | | |", r'"wells".*"D1:D99". Expected: wells of one plate'),
        ("ELISA-1 | D1 | standard | | | |", r'column "concentration".*an empty cell'),
        (
            "ELISA-1 | D1 | spike | | BM-01 | |",
            r'"concentration".*the concentration that was added',
        ),
        ("ELISA-1 | D1 | spike | 50 | | |", r'column "lot".*an empty cell. Expected: the lot, or'),
        ("ELISA-1 | D1 | standard | -50 | | |", r'"concentration".*: −50\. Expected: 0 or more'),
        ("ELISA-1 | D1 | sample | | | |", r'column "lot".*an empty cell. Expected: the lot, or'),
        ("ELISA-1 | D1 | sample | | BM-01 | | 0", r"a dilution of 0"),
        ("ELISA-1 | A2:A3 | blank | | | |", r"wells A2 again, after row 2"),
        ("ELISA-1 | D1 | sample | | BM-09 | |", r'the lot "BM-09"'),
    ],
)
def test_a_layout_with_a_mistake(check, said, row, message):
    study = check(plates=PLATES, layouts=LAYOUTS + row + "\n", files=["raw/plates/a.csv"])
    assert re.search(message, said(study, "error"))
    assert len(study.bench.layouts) == 3


def test_a_plate_of_a_layout_that_is_not_described(check, said):
    study = check(plates=PLATES.replace("ELISA-1", "ELISA-2"), layouts=LAYOUTS,
                  files=["raw/plates/a.csv"])  # fmt: skip
    assert re.search(
        r'the layout "ELISA-2"\. Expected: a layout that the sheet layouts describes\. '
        r"What to do: write ELISA-1 if that is meant",
        said(study, "error"),
    )
    assert study.bench.plates == ()


def test_a_plate_without_its_file(check, said):
    study = check(plates=PLATES, layouts=LAYOUTS)
    assert re.search(r'"raw/plates/a.csv", which does not exist', said(study, "error"))


def test_supernatants(check, said):
    study = check(
        conditioned="""
        name   | lot   | passage | stimulated | cells   | volume_ml | hours | medium_blank
        S1     | BM-01 | P4      | ИФН-γ      | 1200000 | 10        | 48    |
        medium |       |         |            |         | 10        | 48    | да
        S2     |       |         |            | 1000000 | 10        | 48    |
        S3     | PL-01 | P4      |            | 1000000 | 10        | 0     | no
        """
    )
    first, blank = study.bench.conditioned
    assert (first.condition, first.is_blank, blank.is_blank) == ("IFN-gamma", False, True)
    assert re.search(
        r'row 4, column "lot": an empty cell\. Expected: the lot, or yes under', said(study)
    )
    assert re.search(r'row 5, column "hours".*: 0\. Expected: a number above zero', said(study))


def test_lymphocytes(check, said):
    study = check(
        suppression="""
        file      | role       | dye    | lot   | stromal_per_lymphocyte | run
        raw/u.fcs | undivided  | FITC-A |       |                        | 1
        raw/c.fcs | coculture  | FITC-A | BM-01 | 0.1                    | 1
        raw/d.fcs | coculture  | FITC-A |       | 0.1                    | 1
        raw/e.fcs | coculture  | FITC-A | BM-01 |                        | 1
        """,
        files=["raw/u.fcs", "raw/c.fcs", "raw/d.fcs", "raw/e.fcs"],
    )
    assert [tube.file for tube in study.bench.suppression] == ["raw/u.fcs", "raw/c.fcs"]
    assert re.search(r'row 4, column "lot": an empty cell', said(study))
    assert re.search(r'row 5, column "stromal_per_lymphocyte".*0.1 for 1 to 10', said(study))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("100 | -5 | | | ", r'column "colonies".*: −5\. Expected: 0 or more'),
        ("0 | 5 | | | ", r'column "seeded".*: 0\. Expected: a number above zero'),
        ("100 | | | | ", r'column "colonies".*Expected: a count, a picture, or wells'),
        ("100 | 5 | 24 | 3 | ", r"colonies of a dish and wells in one row"),
        ("100 | | 24 | 25 | ", r"25 of 24 wells"),
        ("100 | | 24 | | ", r"how many of the wells hold a colony"),
        ("100 | | | | raw/dish.png", r'"raw/dish.png", which does not exist'),
    ],
)
def test_a_count_of_colonies_with_a_mistake(check, said, row, message):
    header = "lot | seeded | colonies | wells | wells_with_colonies | image"
    study = check(colonies=f"{header}\nBM-01 | 100 | 0 | | |\nBM-01 | {row}")
    assert re.search(message, said(study, "error"))
    (kept,) = study.bench.colonies
    assert (kept.seeded, kept.colonies) == (100.0, 0)


def test_a_picture_of_a_dish_in_two_rows_counts_in_none(check, said):
    study = check(
        colonies="""
        lot   | seeded | colonies | image        | confirmed_by
        BM-01 | 100    |          | raw/dish.png |
        BM-01 | 100    | 12       | raw/dish.png | A. K.
        BM-01 | 100    | 9        |              | A. K.
        BM-01 | 100    | 9        |              | A. K.
        """,
        files=["raw/dish.png"],
    )
    assert [count.colonies for count in study.bench.colonies] == [9, 9]
    assert "the picture raw/dish.png" in said(study, "error")


def test_pictures_and_expression(check, said):
    study = check(
        images="""
        file      | stain      | role      | lot   | lineage
        raw/a.png | ARS        | induced   | BM-01 | osteo
        raw/f.png | ARS        | flat      |       |
        raw/b.png | oil red o  | control   | BM-01 |
        """,
        expression="""
        file      | sample | lot   | calibrator | reference_genes
        raw/p.txt | one    | BM-01 | no         | GAPDH; ACTB
        raw/p.txt | two    |       | yes        | GAPDH
        raw/p.txt | three  |       | no         |
        """,
        files=["raw/a.png", "raw/f.png", "raw/b.png", "raw/p.txt"],
    )
    assert [(p.stain, p.role) for p in study.bench.images] == [
        ("alizarin_red", "induced"),
        ("alizarin_red", "flat_field"),
    ]
    assert [s.reference_genes for s in study.bench.expression] == [("GAPDH", "ACTB"), ("GAPDH",)]
    assert re.search(r'row 4, column "lineage", lot BM-01: an empty cell', said(study))
    assert re.search(r'row 4, column "lot": an empty cell\. Expected: the lot, or yes', said(study))


def test_wells():
    assert wells_of("A1:B2") == ("A1", "A2", "B1", "B2")
    assert wells_of("b02:a01") == ("A1", "A2", "B1", "B2")
    assert wells_of("A1:B") is None
    assert wells_outside(("H12", "I1"), 8, 12) == ("I1",)
