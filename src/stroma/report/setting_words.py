"""What a method was told, in the reader's language.

The names of settings are those of the tables, where programs read them; a reader is told what they
mean. A name that is not known here, such as one of a table entered by hand, is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stroma.analytes import STAGES
from stroma.criteria.rounding import common_digits, with_digits
from stroma.figures.replicate_plot import readout_name
from stroma.report.words import control_short
from stroma.strategy_records import departure_text
from stroma.texts import Text, join, text
from stroma.unit_words import unit_sign


def setting_label(key: str) -> Text:
    """Return what a setting is called.

    Parameters
    ----------
    key
        Its name in the tables.

    Returns
    -------
    Text
        A few words; the name itself where it is not known.

    Examples
    --------
    >>> str(setting_label("cv_percent")), str(setting_label("our_own"))
    ('CV of a count, %', 'our_own')
    """
    return _LABELS.get(key, join([key]))


def setting_value(value: object, *, key: str = "") -> Text:
    """Return the value of a setting in words.

    Parameters
    ----------
    value
        What a method was told.
    key
        Name of the setting, for values that are words of its own.

    Returns
    -------
    Text
        The value; an interval has the same decimals at both ends.

    Examples
    --------
    >>> str(setting_value([98.5433, 98.8961])), str(setting_value("file", key="compensation"))
    ('[98.54; 98.90]', 'the matrix in the file')
    """
    match value:
        case None:
            return join(["–"])
        case Text():
            return value
        case bool():
            return text("yes") if value else text("no")
        case int() | float():
            return join([value])
        case [float() as low, float() as high]:
            digits = common_digits(None, (low, high))
            return _bracketed([with_digits(end, digits) for end in (low, high)])
        case list() | tuple() if all(isinstance(part, str) for part in value):
            return join([_word(key, part) for part in value])
        case list() | tuple():
            return _bracketed([setting_value(part) for part in value])
        case dict():
            return join([setting_told(name, part) for name, part in value.items()])
        case _:
            return _word(key, str(value))


def setting_told(key: str, value: object) -> Text:
    """Return a setting with its value.

    Parameters
    ----------
    key
        Its name in the tables.
    value
        What a method was told.

    Returns
    -------
    Text
        For example "percentile 99.5".
    """
    return join([setting_label(key), setting_value(value, key=key)], " ")


def _bracketed(parts: Sequence[object]) -> Text:
    # Not a comma, which is the decimal mark in two of the three languages.
    return join(["[", join(parts, "; "), "]"], "")


def _word(key: str, word: str) -> Text:
    """Return a value that is a word; a name, a file or a method stays as it is."""
    match key:
        case "control_role":
            return control_short(word)
        case "readout" | "readouts":
            return readout_name(word)
        case "strategy_departures":
            return departure_text(word)
        case "unit":
            return join([unit_sign(word)])
    return _WORDS.get(key, {}).get(word, join([word]))


_LABELS: Mapping[str, Text] = {
    "dispersion": text("scatter beyond that of cells"),
    "generations": text("generations"),
    "index": text("index"),
    "larger_than_lymphocytes": text("events larger than lymphocytes"),
    "model": text("model"),
    "slope_ratio_level": text("level of the slope ratio"),
    "spacing": text("spacing of generations"),
    "stromal_per_lymphocyte": text("stromal cells to one lymphocyte"),
    "top": text("upper plateau, %"),
    "volume_ml": text("volume, mL"),
    "tubes": text("tubes"),
    "sd": text("standard deviation"),
    "sample_pg_ml": text("sample, pg/mL"),
    "reference_genes": text("reference genes"),
    "medium_pg_ml": text("medium without cells, pg/mL"),
    "medium": text("medium without cells"),
    "efficiency_percent": text("efficiency of amplification, %"),
    "ddct": text("ddCt"),
    "livak_range": text("2^−(ddCt ± s) of Livak 2001"),
    "pfaffl_ratio": text("ratio of Pfaffl 2001"),
    "pfaffl_interval": text("t interval of the ratio of Pfaffl 2001"),
    "cells": text("cells"),
    "calibrator": text("calibrator"),
    "area_cm2": text("area, cm²"),
    "background_percent": text("control above the threshold, %"),
    "channel": text("detector"),
    "citation": text("citation"),
    "cleaning": text("left out by"),
    "background": text("empty field"),
    "stain_colours": text("colours of the stain"),
    "colonies": text("colonies"),
    "cells_seeded": text("cells seeded"),
    "doses": text("cells in a well"),
    "wells_with_colonies": text("wells with colonies"),
    "compensation": text("compensation"),
    "control": text("control"),
    "control_cells": text("cells of the control"),
    "control_role": text("kind of control"),
    "control_weight": text("weight of the control"),
    "count_from": text("summed from passage"),
    "count_method": text("counted with"),
    "count": text("cells counted"),
    "of": text("of which cells"),
    "of_count": text("cells they are a share of"),
    "percent_stored": text("percentage as the export states it"),
    "population": text("population"),
    "program": text("program"),
    "sample": text("sample"),
    "cv_percent": text("CV of a count, %"),
    "reference_lot": text("reference lot"),
    "similarity": text("similarity judged by"),
    "p_of_non_parallelism": text("p of no departure from parallelism"),
    "slope_ratio": text("bounds of the slope ratio"),
    "slope_ratio_found": text("slope ratio with its interval"),
    "run": text("run"),
    "runs": text("runs"),
    "response": text("response"),
    "weighting": text("weights"),
    "heterogeneity": text("χ² between runs"),
    "p_of_homogeneity": text("p of no difference between runs"),
    "degrees_of_freedom": text("degrees of freedom"),
    "dilutions": text("dilutions"),
    "percent_of_mean": text("percent of their mean"),
    "dilution_slope": text("slope over dilution with its interval"),
    "additions": text("additions"),
    "added": text("added"),
    "percent": text("percent"),
    "dilution": text("dilution"),
    "entered": text("entered as"),
    "formula": text("formula"),
    "hours": text("hours"),
    "interval": text("interval"),
    "level": text("level"),
    "live_cells": text("live cells"),
    "lopsided": text("lopsidedness"),
    "minimum_ratio": text("least ratio"),
    "minimum_score_difference": text("least difference of scores"),
    "misfit": text("misfit"),
    "n_control": text("undifferentiated wells"),
    "n_induced": text("induced wells"),
    "percentile": text("percentile"),
    "placement": text("interval of the threshold's placement"),
    "positive_cells": text("positive cells"),
    "readout": text("readout"),
    "readouts": text("readouts"),
    "rule": text("rule"),
    "sampling": text("interval of sampling"),
    "separable": text("populations apart"),
    "shift": text("shift"),
    "shift_error": text("error of the shift"),
    "stage": text("stage"),
    "stain": text("stain"),
    "stain_index": text("stain index"),
    "strategy": text("frozen gates"),
    "strategy_departures": text("otherwise than frozen"),
    "stretch": text("stretch"),
    "stretch_error": text("error of the stretch"),
    "test_method": text("test"),
    "tested_on": text("tested on"),
    "threshold": text("threshold"),
    "threshold_high": text("upper end of the threshold"),
    "threshold_interval": text("interval of the threshold"),
    "threshold_low": text("lower end of the threshold"),
    "tops": text("peaks"),
    "unit": text("unit"),
    "viable_cells_counted": text("viable cells counted"),
}

_WORDS: Mapping[str, Mapping[str, Text]] = {
    "compensation": {
        "declared matrix": text("the laboratory's own matrix"),
        "file": text("the matrix in the file"),
        "single stains": text("a matrix from the single stains"),
        "already in the file": text("done before export"),
        "none": text("none"),
    },
    "similarity": {
        "difference": text("a test of the difference"),
        "equivalence": text("declared bounds"),
    },
    "weighting": {
        "weighted": text("by precision"),
        "semi_weighted": text("by precision and the spread between runs"),
        "unweighted": text("equal"),
    },
    "tubes": {"same": text("same"), "separate": text("separate")},
    "medium": {
        "in_range": text("measured"),
        "below": text("below the limit of quantification"),
        "not measured": text("not measured"),
    },
    "formula": {
        "(sample - medium) * mL / (viable cells at harvest / 10^6) / (h / 24)": text(
            "(sample − medium) × mL / (viable cells at harvest / 10⁶) / (h / 24)"
        ),
        "2^-(delta Ct - delta Ct of the calibrator)": text(
            "2^−(delta-Ct − delta-Ct of the calibrator)"
        ),
        "mean Ct - mean Ct of the reference genes": text(
            "mean Ct − mean Ct of the reference genes"
        ),
        "harvested / area": text("harvested / area"),
        "hours * ln 2 / ln(harvested / seeded)": text("hours × ln 2 / ln(harvested / seeded)"),
        "log2(harvested / seeded)": text("log2(harvested / seeded)"),
        "mean(induced) - mean(undifferentiated)": text("mean(induced) − mean(undifferentiated)"),
        "mean(induced) / mean(undifferentiated)": text("mean(induced) / mean(undifferentiated)"),
        "sum of log2(harvested / seeded)": text("sum of log2(harvested / seeded)"),
        "zero of the line of doublings per day on cumulative doublings": text(
            "zero of the line of doublings per day on cumulative doublings"
        ),
        "zero of the line of doublings per passage on cumulative doublings": text(
            "zero of the line of doublings per passage on cumulative doublings"
        ),
        "viable cells at harvest": text("viable cells at harvest"),
        "viable cells per mL * mL of suspension": text("viable cells per mL × mL of suspension"),
    },
    "interval": {
        "t interval of the ddCt": text("t interval of the ddCt"),
        "exact Poisson": text("exact Poisson"),
        "Wald, on the logarithm of the frequency": text("Wald, on the logarithm of the frequency"),
        "Fieller, zero of a line": text("Fieller, zero of a line"),
        "Fieller, unequal variances": text("Fieller, unequal variances"),
        "log-normal error, independent counts": text("log-normal error, independent counts"),
    },
    "rule": {
        "held": text("boundary of another tube"),
        "main population": text("main population"),
        "none": text("none"),
        "valley": text("valley"),
    },
    "stage": {name: label for name, label, _spellings in STAGES},
}
