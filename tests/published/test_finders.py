"""Published rows are found by quantity and tissue."""

from __future__ import annotations

from stroma.published import contrasts_for, planning_inputs_for, values_for


def test_a_contrast_needs_both_tissues():
    found = contrasts_for("cumulative_population_doublings", "", ["bone_marrow", "placenta"])
    # Sung 2010, the abstract: 9.2 for adult marrow, 15.7 and 31.7 for placenta.
    assert {15.7, 9.2, 31.7} == {row.value for row in found if row.value is not None}
    assert all("bone_marrow" in (*row.tissues, *row.comparators) for row in found)


def test_contrasts_between_donors_of_one_tissue_are_no_contrast_of_tissues():
    assert all(
        row.tissues != row.comparators
        for row in contrasts_for("doubling_time", "", ["bone_marrow", "placenta"])
    )


def test_a_part_of_the_placenta_is_found_by_both_names():
    parts = contrasts_for("doubling_time", "", ["amnion"])
    assert parts
    assert set(parts) <= set(contrasts_for("doubling_time", "", ["placenta"]))


def test_cells_of_animals_are_left_out():
    assert all(row.value != 168 for row in contrasts_for("doubling_time"))


def test_nothing_held_is_nothing_found():
    assert contrasts_for("endotoxin", "", ["bone_marrow", "placenta"]) == ()
    assert values_for("karyotype") == ()
    assert planning_inputs_for("batch_release_rate", "placenta") == ()


def test_values_by_marker():
    found = values_for("percent_positive", "CD79a", "bone_marrow")
    assert 2.4 in {row.value for row in found}  # CIDMap, Mendonca 2014
