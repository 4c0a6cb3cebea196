"""How numbers that are none stand in a sentence."""

from __future__ import annotations

import math

import pytest

from stroma.locale import LANGUAGES, get_language
from stroma.texts import Number, text


@pytest.mark.parametrize("value", [math.nan, Number(math.nan, 2)])
def test_no_number_is_called_so_and_is_no_dash(value):
    assert str(text("the margin {margin}", margin=value)) == "the margin not a number"


@pytest.mark.parametrize("code", LANGUAGES)
def test_infinity_is_a_sign_in_every_language(code):
    language = get_language(code)
    assert (language.number(math.inf), language.number(-math.inf)) == ("∞", "−∞")
