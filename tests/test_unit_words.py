"""Units in words: every one of the vocabulary has some, and every dimension a name."""

from __future__ import annotations

from stroma.texts import Language, join
from stroma.unit_words import dimension_name, unit_sign, with_unit
from stroma.units import UNITS
from stroma.vocabulary import QUANTITIES


def test_every_unit_of_the_vocabulary_has_words():
    for quantity in QUANTITIES:
        if quantity.unit is not None:
            written = str(with_unit(join([2.5]), quantity.unit))
            assert not set(written) & set("{}[]*"), quantity.unit


def test_a_unit_that_is_not_known_is_given_back_as_it_is():
    assert unit_sign("furlong") == "furlong"
    assert unit_sign("[OD]") == "OD"


def test_a_pure_number_has_no_unit():
    assert str(with_unit(join([2.5]), "1")) == "2.5"
    assert str(with_unit(join([0.6]), "%")) == "0.6 %"


def test_a_unit_is_said_in_the_language_of_the_reader():
    russian = Language("ru", ",", " ", lambda message: message.replace(" h", " ч"))
    assert with_unit(join([47.5]), "h").render(russian) == "47,5 ч"


def test_every_dimension_has_a_name_of_its_own():
    names = [str(dimension_name(dimension)) for dimension in {unit.dimension for unit in UNITS}]
    assert len(set(names)) == len(names)
    assert str(dimension_name("mass")) == "mass"
