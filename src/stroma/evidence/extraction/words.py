"""What the words of ``extractions.csv`` may be: its columns, and how people spell its choices."""

from __future__ import annotations

from typing import Final

from stroma.evidence.review_records import Counted, Direction, SpreadKind
from stroma.texts import Text, text

CALCULATED: Final = (
    "canonical_value",
    "canonical_spread",
    "canonical_unit",
    "estimated_mean",
    "estimated_spread",
    "conversion",
)
"""Filled by Stroma and calculated anew at each reading."""

COLUMNS: Final = (
    "extraction",
    "record",
    "place",
    "quantity",
    "analyte",
    "tissue",
    "part",
    "comparator",
    "direction",
    "value",
    "bound",
    "low",
    "high",
    "spread",
    "spread_kind",
    "unit",
    "n",
    "n_counts",
    "passage",
    "medium",
    "condition",
    "p_printed",
    "extractor",
    "checker",
    "note",
    *CALCULATED,
)
FIGURES: Final = ("value", "low", "high", "spread")
CALCULATED_FIGURES: Final = (
    "canonical_value",
    "canonical_spread",
    "estimated_mean",
    "estimated_spread",
)
WORDS: Final = (
    "place",
    "passage",
    "medium",
    "condition",
    "p_printed",
    "extractor",
    "checker",
    "note",
)
"""Columns that are kept as written."""
REQUIRED: Final = ("record", "place", "quantity", "tissue")

SPREAD_KINDS: Final = {
    SpreadKind.SD: ("sd", "s.d.", "standard_deviation", "stdev", "ст._откл."),
    SpreadKind.SEM: ("sem", "se", "s.e.m.", "s.e.", "standard_error", "standard_error_of_the_mean"),
    SpreadKind.CI95: ("ci95", "95%_ci", "95%ci", "95_%_ci", "ci_95", "ci", "ди95", "95%_ди"),
    SpreadKind.RANGE: ("range", "min_max", "диапазон", "размах"),
    SpreadKind.IQR: ("iqr", "interquartile_range", "quartiles", "квартили"),
    SpreadKind.NOT_STATED: ("", "not_stated", "unknown", "не_указано"),
}
COUNTED: Final = {
    Counted.DONORS: ("donors", "donor", "доноры"),
    Counted.LOTS: ("lots", "lot", "batches", "batch", "cultures", "lines", "серии"),
    Counted.WELLS: ("wells", "well", "replicates", "technical_replicates", "лунки"),
    Counted.EXPERIMENTS: ("experiments", "experiment", "independent_experiments", "опыты"),
    Counted.PATIENTS: ("patients", "patient", "пациенты"),
    Counted.NOT_STATED: ("", "not_stated", "unknown", "не_указано"),
}
DIRECTIONS: Final = {
    Direction.HIGHER: ("higher", "more", "выше"),
    Direction.LOWER: ("lower", "less", "ниже"),
    Direction.NO_DIFFERENCE: ("no_difference", "same", "equal", "ns", "без_различий"),
    Direction.NOT_STATED: ("not_stated", "не_указано"),
}
BOUNDS: Final = {"<": "<", ">": ">", "<=": "<=", "≤": "<=", ">=": ">=", "≥": ">=", "": ""}

MEANINGS: Final[dict[str, Text]] = {
    "extraction": text("name of the row; given by Stroma"),
    "record": text("name of the publication, as decisions.csv writes it; or its DOI"),
    "place": text("where in the paper: table 2, figure 3B, page 117"),
    "quantity": text("what was measured, in Stroma's vocabulary; else the paper's own word"),
    "analyte": text("the marker, gene or lineage, where the quantity has one"),
    "tissue": text("the tissue the figure is of"),
    "part": text("the part of the placenta, where it is stated"),
    "comparator": text("the tissue it was set against in the same paper"),
    "direction": text("higher, lower, no_difference or not_stated, against the comparator"),
    "value": text("the figure as printed, to its last zero"),
    "bound": text("<, <=, > or >= where the paper prints only a limit"),
    "low": text("lower end of an interval, range or quartiles, as printed"),
    "high": text("upper end of an interval, range or quartiles, as printed"),
    "spread": text("the figure behind the plus-minus sign, as printed"),
    "spread_kind": text("what the spread is: SD, SEM, CI95, range, IQR or not_stated"),
    "unit": text("the unit as printed"),
    "n": text("how many"),
    "n_counts": text("what n counts: donors, lots, wells, experiments, patients or not_stated"),
    "passage": text("the passage as printed"),
    "medium": text("the medium as printed"),
    "condition": text("the condition as printed; write median where the figure is one"),
    "p_printed": text("the p value as printed"),
    "extractor": text("who read it"),
    "checker": text("who read it again"),
    "note": text("what the next reader has to know"),
    "canonical_value": text("the figure in the vocabulary's unit; filled by Stroma"),
    "canonical_spread": text("the standard deviation in that unit; filled by Stroma"),
    "canonical_unit": text("that unit; filled by Stroma"),
    "estimated_mean": text("a mean estimated from a median; filled by Stroma"),
    "estimated_spread": text(
        "a standard deviation estimated from a range or quartiles; filled by Stroma"
    ),
    "conversion": text("what was calculated; filled by Stroma"),
}

EXAMPLE: Final = {
    "extraction": "X0001",
    "record": "10.1000/example",
    "place": "table 2",
    "quantity": "doubling_time",
    "tissue": "placenta",
    "part": "decidua",
    "comparator": "bone_marrow",
    "direction": "lower",
    "value": "1.60",
    "spread": "0.12",
    "spread_kind": "SEM",
    "unit": "d",
    "n": "6",
    "n_counts": "donors",
    "passage": "P3",
    "medium": "DMEM, 10 % FBS",
    "p_printed": "p < 0.05",
    "extractor": "AB",
    "note": "an example: replace this row",
}
"""A row a person sees in the template."""
