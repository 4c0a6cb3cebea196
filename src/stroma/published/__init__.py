"""Published values that are carried in the package, each with its paper and its place in it."""

from stroma.published.article_rows import (
    ArticleReference,
    Claim,
    Fault,
    Finding,
    ReleaseSpecification,
    StandardRule,
    TrialReport,
)
from stroma.published.article_tables import (
    article_references,
    claims,
    findings,
    release_specifications,
    standard_rules,
    trials,
)
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
    "ArticleReference",
    "Certainty",
    "Claim",
    "ClinicalResult",
    "Contrast",
    "Evidence",
    "Fault",
    "Finding",
    "PlanningInput",
    "PublishedValue",
    "ReleaseSpecification",
    "StandardRule",
    "TrialReport",
    "article_references",
    "claims",
    "clinical_results",
    "contrasts",
    "contrasts_for",
    "findings",
    "planning_inputs",
    "planning_inputs_for",
    "release_specifications",
    "standard_rules",
    "trials",
    "values",
    "values_for",
]
