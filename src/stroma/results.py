"""What a study comes to: the one object a report is made from."""

from __future__ import annotations

from dataclasses import dataclass

from stroma.choosing.results import Choice
from stroma.comparison.results import ComparisonFamily
from stroma.criteria.alternatives import MethodVerdicts
from stroma.criteria.profile import Profile
from stroma.criteria.verdicts import LotVerdict
from stroma.errors import Problem
from stroma.house_rules import HouseRules
from stroma.measurements import Measurement
from stroma.planning.results import DosePlan
from stroma.provenance import Provenance
from stroma.records import Lot
from stroma.study.settings import Settings
from stroma.texts import Text
from stroma.views import ExclusionStep, View


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileVerdicts:
    """The lots of a study under one profile.

    Parameters
    ----------
    profile
        The profile.
    lots
        One verdict a lot.
    alternatives
        The same under every other method of positivity; empty where nothing was gated.
    """

    profile: Profile
    lots: tuple[LotVerdict, ...]
    alternatives: tuple[MethodVerdicts, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PositivityMethod:
    """A method of positivity as a reader is told of it.

    Parameters
    ----------
    name
        With its version.
    label, assumptions
        In words.
    citation
        Where it comes from.
    """

    name: str
    label: Text
    assumptions: Text
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResults:
    """Everything a report is made from.

    Parameters
    ----------
    title, language
        Of the study.
    lots
        The lots.
    rules
        The conventions that changed numbers.
    settings
        All of ``study.toml``.
    measurements, problems, views, exclusions
        What was measured, what went wrong, what is to be shown, what was left out.
    verdicts
        One for each profile.
    provenance
        Where all of it came from.
    positivity_methods
        The methods whose verdicts stand beside each other; empty where nothing was gated.
    plan
        From donations to doses; ``None`` where the study holds no plan file.
    choices
        The sources put beside each other, one for each application asked for.
    comparisons
        Answers to the questions of the study; ``None`` where it asks none.
    """

    title: str
    language: str
    lots: tuple[Lot, ...]
    rules: HouseRules
    settings: Settings
    measurements: tuple[Measurement, ...]
    problems: tuple[Problem, ...]
    views: tuple[View, ...]
    exclusions: tuple[ExclusionStep, ...]
    verdicts: tuple[ProfileVerdicts, ...]
    provenance: Provenance
    positivity_methods: tuple[PositivityMethod, ...] = ()
    plan: DosePlan | None = None
    choices: tuple[Choice, ...] = ()
    comparisons: ComparisonFamily | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonResults:
    """Answers to questions asked of a study or a table.

    Parameters
    ----------
    family
        The answers.
    problems
        What could not be read or asked.
    provenance
        Where all of it came from.
    """

    family: ComparisonFamily
    problems: tuple[Problem, ...]
    provenance: Provenance
