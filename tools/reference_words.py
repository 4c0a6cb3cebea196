"""What keys and columns mean, where the package says it for Python or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SETTINGS_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "": {
        "title": "Title of the study; stands at the head of the report.",
        "language": "Language of the report.",
        "profiles": "Profiles to judge every lot by: names, or paths of your own TOML files "
        "inside the study folder.",
        "applications": "Applications to choose a source for: names, or paths of your own TOML "
        "files inside the study folder.",
    },
    "laboratory": {
        "name": "Name of the laboratory.",
        "address": "Its address.",
        "contact": "Who answers questions about the data.",
    },
    "reading": {
        "decimal_mark": "Decimal mark of every sheet. Without it each column has to show its own.",
        "date_order": "Order of day, month and year. Without it each date has to show it.",
        "encoding": 'Encoding of text files that are not Unicode, such as `"cp1251"`. Without it '
        "they are refused.",
    },
    "compensation": {
        "matrix": "Path of a spillover matrix inside the study folder.",
        "source": "Which matrix to use: that table, the one in each FCS file, or one computed "
        "from the panel's single stains. Without it the first of these that there is.",
    },
    "cleaning": {
        "margins": "Exclude events outside the range of the scatter detectors.",
        "time": "Exclude stretches of the acquisition in which a signal stands elsewhere.",
        "debris": "Exclude debris.",
        "doublets": "Exclude doublets.",
        "dead": "Exclude dead cells, where the tube holds a viability dye.",
    },
    "counting": {
        "cv_percent": "Coefficient of variation of a repeated count, in percent, from your own "
        "qualification of the counter (ISO 20391-2). Without it doublings have no interval.",
    },
    "comparison": {
        "quantity": "What is compared: the name of a quantity.",
        "analyte": "Of what, where the quantity asks for it.",
        "sources": "The tissues that are compared.",
        "margin": "The largest difference that would not matter.",
        "unit": "Unit of the margin; the quantity's own without it, or % of the value for times, "
        "counts and ratios.",
        "covariates": "What to adjust for.",
    },
    "multiplicity": {
        "adjust": "How p values are adjusted over all comparisons of the study.",
        "level": "Confidence level of intervals and answers.",
    },
    "statements": {
        "isolation_method": "How the cells were isolated (DOSES, S).",
        "culture_method": "How they were cultured (DOSES, S).",
        "route": "Route of administration (DOSES, S).",
        "site": "Site of delivery (DOSES, S).",
        "dose": "Dose (DOSES, S).",
        "assay_date": "When the cells were measured (MIFlowCyt 1.6).",
        "experiment_variables": "What differs between the samples (MIFlowCyt 1.3).",
        "sample_treatment": "What was done to the cells before staining (MIFlowCyt 2.3).",
        "qc_controls": "Further measures of quality control (MIFlowCyt 1.8).",
        "instrument_maker": "Maker of the cytometer (MIFlowCyt 3.1).",
        "instrument_model": "Its model (MIFlowCyt 3.2).",
        "instrument_settings": "Its configuration and settings (MIFlowCyt 3.3).",
        "fcs_location": "Where the list-mode files are kept (MIFlowCyt 4.1).",
        "conclusions": "What was concluded (MIFlowCyt 1.7).",
    },
}
"""By section of ``study.toml``."""

COLUMN_WORDS: Final[Mapping[str, str]] = {
    "donor": "The donor.",
    "source": "The tissue, a name of the vocabulary.",
    "passage": "The passage, such as `P4`.",
    "quantity": "What was measured, a name of the vocabulary.",
    "value": "The number, in the quantity's unit; empty where the result is a word.",
    "low": "Lower bound of the interval; empty where none can be stated.",
    "high": "Upper bound of the interval; empty where none can be stated.",
    "settings": "What the method was told, as JSON.",
    "files": "The files it rests on, with `; ` between.",
    "sha256": "SHA-256 of each of these files, in the same order.",
    "place": "The place in the file where there is one to name, such as `row 4`.",
    "warnings": "What a reader has to know beside the number, with ` | ` between.",
}
"""By column of the measurement table."""
