"""Published values that are carried in the package, each with its paper and its place in it."""

from stroma.published.finders import contrasts_for, planning_inputs_for, values_for
from stroma.published.rows import (
    Certainty,
    ClinicalResult,
    Contrast,
    Evidence,
    PlanningInput,
    PublishedValue,
)
from stroma.published.tables import clinical_results, contrasts, planning_inputs, values

__all__ = [
    "Certainty",
    "ClinicalResult",
    "Contrast",
    "Evidence",
    "PlanningInput",
    "PublishedValue",
    "clinical_results",
    "contrasts",
    "contrasts_for",
    "planning_inputs",
    "planning_inputs_for",
    "values",
    "values_for",
]
