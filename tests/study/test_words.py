from __future__ import annotations

from itertools import chain

import pytest

from stroma.study.columns import SHEETS, Kind
from stroma.study.words import ROLES, canonical_stain, find_word, looks_like_dead_cell_dye
from stroma.vocabulary import fold_word

WORD_COLUMNS = [
    pytest.param(column, id=f"{layout.name}.{column.name}")
    for layout in SHEETS
    for column in layout.columns
    if column.kind is Kind.WORD
]


@pytest.mark.parametrize("column", WORD_COLUMNS)
def test_a_spelling_names_one_word(column):
    spellings = list(
        chain.from_iterable({fold_word(word.name), *word.spellings} for word in column.words)
    )
    twice = {spelling for spelling in spellings if spellings.count(spelling) > 1}
    assert twice == set()
    assert [fold_word(spelling) for spelling in spellings] == spellings


@pytest.mark.parametrize("column", WORD_COLUMNS)
def test_a_word_names_itself(column):
    assert [find_word(column.words, name) for name in column.choices] == list(column.choices)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("FMO control", "fmo"),
        ("Изотипический контроль", "isotype"),
        ("боялмаған", "unstained"),
        ("Single Stain", "single_stain"),
        ("COMP", "single_stain"),
        ("проба", "stained"),
    ],
)
def test_roles_in_three_languages(written, name):
    assert find_word(ROLES, written) == name


@pytest.mark.parametrize("written", ["viability", "Live/Dead", "L/D", "Жизнеспособность", "dead"])
def test_the_word_for_a_dead_cell_dye(written):
    assert canonical_stain(written) == "viability"


@pytest.mark.parametrize(
    "stain",
    ["7-AAD", "7AAD", "DAPI", "PI", "Propidium iodide", "SYTOX Blue", "Zombie NIR", "FVS780"],
)
def test_dyes_that_may_tell_dead_cells(stain):
    assert looks_like_dead_cell_dye(canonical_stain(stain))


@pytest.mark.parametrize("stain", ["CD90", "HLA-DR", "viability", "PIT1", "STRO-1"])
def test_markers_are_no_dyes(stain):
    assert not looks_like_dead_cell_dye(canonical_stain(stain))
