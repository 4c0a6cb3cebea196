"""How a number stands with its unit, in words a translation can turn.

The one place for it: the sentences of a verdict and the tables of a report say a unit alike.
"""

from __future__ import annotations

from typing import Final

from stroma.texts import Text, join, text
from stroma.units import find_unit

_PHRASES: Final = {
    "h": text("{value} h"),
    "d": text("{value} days"),
    "{cells}": text("{value} cells"),
    "10*6.{cells}": text("{value} 10⁶ cells"),
    "{cells}/mL": text("{value} cells/mL"),
    "10*6.{cells}/mL": text("{value} 10⁶ cells/mL"),
    "{cells}/cm2": text("{value} cells/cm²"),
    "[EU]/mL": text("{value} EU/mL"),
    "[EU]/kg": text("{value} EU/kg"),
    "nmol/(10*6.{cells}.d)": text("{value} nmol from 10⁶ cells in 24 h"),
    "pg/(10*6.{cells}.d)": text("{value} pg from 10⁶ cells in 24 h"),
    "{doublings}": text("{value} doublings"),
    "{score}": text("{value} points of score"),
}


_NAMES: Final = {
    "h": text("h"),
    "d": text("days"),
    "a": text("years"),
    "{cells}": text("cells"),
    "10*6.{cells}": text("10⁶ cells"),
    "{cells}/mL": text("cells/mL"),
    "10*6.{cells}/mL": text("10⁶ cells/mL"),
    "{cells}/cm2": text("cells/cm²"),
    "mL/cm2": text("mL/cm²"),
    "[EU]/mL": text("EU/mL"),
    "[EU]/kg": text("EU/kg"),
    "nmol/(10*6.{cells}.d)": text("nmol from 10⁶ cells in 24 h"),
    "pg/(10*6.{cells}.d)": text("pg from 10⁶ cells in 24 h"),
    "{doublings}": text("doublings"),
    "{score}": text("points of score"),
}


def with_unit(value: Text, code: str) -> Text:
    """Return a number followed by its unit.

    Each unit is a phrase of its own: the word for cells that are counted is not, in every
    language, the word for cells that a gate keeps.

    Parameters
    ----------
    value
        The number in words.
    code
        UCUM code of its unit.

    Returns
    -------
    Text
        For example "0.6 %"; the number alone for a pure number or a category.

    Examples
    --------
    >>> str(with_unit(text("{n}", n=0.25), "[EU]/mL"))
    '0.25 EU/mL'
    """
    if code in _PHRASES:
        return _PHRASES[code].with_values(value=value)
    sign = unit_sign(code)
    return join([value, sign], " ") if sign else value


def unit_label(code: str) -> Text | None:
    """Return a unit that stands for itself, in a heading or at an axis.

    Parameters
    ----------
    code
        UCUM code.

    Returns
    -------
    Text or None
        For example "days"; ``None`` for a pure number.

    Examples
    --------
    >>> str(unit_label("10*6.{cells}")), unit_label("1")
    ('10⁶ cells', None)
    """
    if code in _NAMES:
        return _NAMES[code]
    sign = unit_sign(code)
    return join([sign]) if sign else None


def unit_sign(code: str) -> str:
    """Return the sign of a unit where there is room for no more.

    Parameters
    ----------
    code
        UCUM code.

    Returns
    -------
    str
        For example "OD"; empty for a pure number; an unknown code is given back as it is.
    """
    unit = find_unit(code)
    return code if unit is None else unit.label


def dimension_name(dimension: str) -> Text:
    """Return what units measure, as a reader sees it.

    Parameters
    ----------
    dimension
        Of :class:`stroma.units.Unit`; another word is given back as it is.

    Returns
    -------
    Text
        For example "endotoxin".
    """
    names = {
        "fraction": text("percentage"),
        "ratio": text("ratio"),
        "time": text("time"),
        "cells": text("number of cells"),
        "cell density": text("cell density"),
        "cells per area": text("cells per area"),
        "area": text("area"),
        "volume": text("volume"),
        "endotoxin": text("endotoxin"),
        "endotoxin dose": text("endotoxin dose"),
        "doublings": text("doublings"),
        "absorbance": text("absorbance"),
        "score": text("score"),
        "cycles": text("cycles of amplification"),
        "length": text("length"),
    }
    return names.get(dimension, join([dimension]))
