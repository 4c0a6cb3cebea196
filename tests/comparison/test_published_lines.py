"""What papers say of a contrast, in the reader's words and the paper's own in quotation marks."""

from __future__ import annotations

import pytest

from stroma.comparison.published_lines import published_lines
from stroma.locale import get_language

MARROW_PLACENTA = ("bone_marrow", "placenta")


def sentences(quantity, analyte="", sources=MARROW_PLACENTA, language="en"):
    reader = get_language(language)
    return [line.sentence.render(reader) for line in published_lines(quantity, analyte, sources)]


@pytest.mark.parametrize(
    ("quantity", "analyte", "sources", "said"),
    [
        # contrasts.csv: PL decidua lower than BM; AT, "<20" h, "to P10"
        ("doubling_time", "", MARROW_PLACENTA,
         "decidua lower than bone marrow, adipose tissue; decidua: < 20 h; “to P10”"),
        # 31.9 with a spread of 6.8 that is not named, P1-10
        ("doubling_time", "", ("adipose_tissue", "wharton_jelly"),
         ("Wharton's jelly lower than adipose tissue; Wharton's jelly: 31.9 ± 6.8 h "
         "(spread not named); P1-10")),
        ("percent_positive", "CD105", MARROW_PLACENTA,
         "bone marrow: 98.2 ± 7.9 % (SEM); n = 5; “clinical trial product”"),
        # The paper's own words of donors stay, in quotation marks.
        ("cumulative_population_doublings", "", MARROW_PLACENTA,
         ("bone marrow “adult” lower than placenta “PL first trimester”, “PL term”; "
         "bone marrow “adult”: 9.2 ± 4.9 doublings (spread not named)")),
        # values.csv: "adipose_tissue_higher" of bone marrow and adipose tissue; a code, no figure
        ("proliferation_inhibition", "", MARROW_PLACENTA,
         "adipose tissue higher than bone marrow; “MSC:PBMC 1:100, 1:32, 1:10”"),
        ("proliferation_inhibition", "", MARROW_PLACENTA,
         "bone marrow: “infant donors higher”; “1:30”"),
    ],
)  # fmt: skip
def test_a_row_in_words(quantity, analyte, sources, said):
    assert said in sentences(quantity, analyte, sources)


def test_tissues_directions_and_numbers_are_the_readers():
    first = sentences("doubling_time", language="ru")[0]
    assert first.startswith("децидуальная оболочка ниже, чем костный мозг, жировая ткань")
    assert "61,2" in " ".join(sentences("doubling_time", language="ru"))


def test_no_code_of_the_tables_is_shown():
    quantities = ("doubling_time", "viability", "proliferation_inhibition", "differentiation")
    for quantity in quantities:
        for sentence in sentences(quantity, sources=("bone_marrow", "adipose_tissue")):
            assert "_" not in sentence
