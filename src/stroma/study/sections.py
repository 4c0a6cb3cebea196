"""The sections of ``study.toml`` and what each key may hold.

Every key has its place in these models and nowhere else. Defaults are those of
:mod:`stroma.house_rules`, where their reasons stand.
"""

from __future__ import annotations

import codecs
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from stroma.house_rules import (
    CleaningRule,
    CountingRule,
    DifferentiationRule,
    GrowthRule,
    PositivityRule,
    PotencyRule,
)
from stroma.study.files import study_path
from stroma.study.identifiers import canonical_passage
from stroma.study.validation import (
    NOT_A_PASSAGE,
    NOT_AN_ENCODING,
    OUTSIDE_STUDY,
    OUTSIDE_STUDY_STRATEGY,
    OUTSIDE_STUDY_TABLE,
    TWICE,
    UNKNOWN_WORD,
    refusal,
)
from stroma.units import UNITS, find_unit
from stroma.vocabulary import QUANTITIES, TISSUES, find_quantity, find_tissue

_POSITIVITY: Final = PositivityRule()
_CLEANING: Final = CleaningRule()
_COUNTING: Final = CountingRule()
_GROWTH: Final = GrowthRule()
_DIFFERENTIATION: Final = DifferentiationRule()
_POTENCY: Final = PotencyRule()


def _passage(written: str) -> str:
    passage = canonical_passage(written)
    if passage is None:
        raise refusal(NOT_A_PASSAGE)
    return passage


def _encoding(written: str) -> str:
    try:
        codecs.lookup(written)
    except (LookupError, ValueError) as error:
        raise refusal(NOT_AN_ENCODING) from error
    return written


def profile_name(written: str) -> str:
    """Return the name or the path of a profile.

    Parameters
    ----------
    written
        As written.

    Returns
    -------
    str
        A name, or a path of a TOML file relative to the study folder.

    Raises
    ------
    PydanticCustomError
        It is a path out of the study folder or of another kind of file.
    """
    path = study_path(written)
    if path is None or ("/" in path and not path.endswith(".toml")):
        raise refusal(OUTSIDE_STUDY)
    return path


def _table_path(written: str) -> str:
    path = study_path(written)
    if path is None:
        raise refusal(OUTSIDE_STUDY_TABLE)
    return path


def _strategy_path(written: str) -> str:
    path = study_path(written)
    if path is None or not path.endswith(".json"):
        raise refusal(OUTSIDE_STUDY_STRATEGY)
    return path


def _quantity(written: str) -> str:
    quantity = find_quantity(written)
    if quantity is None:
        raise refusal(UNKNOWN_WORD, known=", ".join(known.name for known in QUANTITIES))
    return quantity.name


def _source(written: str) -> str:
    tissue = find_tissue(written)
    if tissue is None:
        raise refusal(UNKNOWN_WORD, known=", ".join(known.name for known in TISSUES))
    return tissue.name


def _unit(written: str) -> str:
    unit = find_unit(written)
    if unit is None:
        raise refusal(UNKNOWN_WORD, known=", ".join(known.label for known in UNITS if known.label))
    return unit.code


def each_once(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return a list in which nothing stands twice.

    Parameters
    ----------
    words
        The list.

    Returns
    -------
    tuple of str
        The same.

    Raises
    ------
    PydanticCustomError
        A word stands twice.
    """
    if len(set(words)) < len(words):
        raise refusal(TWICE)
    return words


Level = Annotated[float, Field(gt=0, lt=1)]
ControlRole = Literal["fmo", "isotype", "unstained"]


class Section(BaseModel):
    """A section of ``study.toml``: no other keys, no conversion of one type into another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Laboratory(Section):
    """Who made the study; asked for by MIFlowCyt 1.4 and 1.5."""

    name: str | None = None
    address: str | None = None
    contact: str | None = None


class Reading(Section):
    """See :class:`stroma.house_rules.ReadingRule`."""

    decimal_mark: Literal[".", ","] | None = None
    date_order: Literal["day-month-year", "month-day-year", "year-month-day"] | None = None
    encoding: Annotated[str, AfterValidator(_encoding)] | None = None


class Positivity(Section):
    """See :class:`stroma.house_rules.PositivityRule`."""

    method: Annotated[str, Field(min_length=1)] = _POSITIVITY.method
    percentile: Annotated[float, Field(gt=0, lt=100)] = _POSITIVITY.percentile
    controls: Annotated[
        tuple[ControlRole, ...],
        Field(strict=False, min_length=1, validate_default=True),
        AfterValidator(each_once),
    ] = _POSITIVITY.controls  # type: ignore[assignment]
    level: Level = _POSITIVITY.level
    minimum_control_events: Annotated[int, Field(ge=1)] = _POSITIVITY.minimum_control_events
    compare_labels: bool = _POSITIVITY.compare_labels


class Compensation(Section):
    """Which spillover matrix to use.

    Parameters
    ----------
    matrix
        Path of a table inside the study folder; ``None`` where each FCS file brings its own.
    source
        See :class:`stroma.house_rules.CompensationRule`.
    """

    matrix: Annotated[str, AfterValidator(_table_path)] | None = None
    source: Literal["matrix", "file", "single_stains"] | None = None


class Cleaning(Section):
    """See :class:`stroma.house_rules.CleaningRule`."""

    margins: bool = _CLEANING.margins
    time: bool = _CLEANING.time
    debris: bool = _CLEANING.debris
    doublets: bool = _CLEANING.doublets
    dead: bool = _CLEANING.dead
    strategy: Annotated[str, AfterValidator(_strategy_path)] | None = None


class Counting(Section):
    """See :class:`stroma.house_rules.CountingRule`."""

    cv_percent: Annotated[float, Field(gt=0, lt=100)] | None = None
    level: Level = _COUNTING.level


class Growth(Section):
    """See :class:`stroma.house_rules.GrowthRule`."""

    count_from: Annotated[str, AfterValidator(_passage)] = _GROWTH.count_from


class Differentiation(Section):
    """See :class:`stroma.house_rules.DifferentiationRule`."""

    # A ratio below 1 would call a culture with less stain than its control positive.
    minimum_ratio: Annotated[float, Field(ge=1)] | None = None
    minimum_score_difference: Annotated[float, Field(gt=0)] | None = None
    level: Level = _DIFFERENTIATION.level


class Potency(Section):
    """See :class:`stroma.house_rules.PotencyRule`."""

    slope_ratio_low: Annotated[float, Field(gt=0, lt=1)] | None = None
    slope_ratio_high: Annotated[float, Field(gt=1)] | None = None
    plateau_shift: Annotated[float, Field(gt=0, lt=1)] = _POTENCY.plateau_shift
    level: Level = _POTENCY.level


class Comparison(Section):
    """A question of the study: whether these sources differ in this quantity."""

    quantity: Annotated[str, AfterValidator(_quantity)]
    analyte: str = ""
    sources: Annotated[
        tuple[Annotated[str, AfterValidator(_source)], ...],
        Field(strict=False, min_length=2),
        AfterValidator(each_once),
    ]
    margin: Annotated[float, Field(gt=0)] | None = None
    unit: Annotated[str, AfterValidator(_unit)] | None = None
    covariates: Annotated[
        tuple[Literal["donor_age", "donor_sex", "medium"], ...],
        Field(strict=False),
        AfterValidator(each_once),
    ] = ()


class Multiplicity(Section):
    """How the answers to all comparisons of a study are held together.

    Holm's adjustment holds the chance of any false answer and asks nothing of how the quantities
    are related (Holm 1979).
    """

    adjust: Literal["holm", "benjamini_hochberg", "none"] = "holm"
    level: Level = 0.95


class Statements(Section):
    """What reports ask for and no sheet holds, in free words.

    The keys are the fields that DOSES (Murray 2019) and MIFlowCyt (Lee 2008) name.
    """

    isolation_method: str | None = None
    culture_method: str | None = None
    route: str | None = None
    site: str | None = None
    dose: str | None = None
    assay_date: str | None = None
    experiment_variables: str | None = None
    sample_treatment: str | None = None
    qc_controls: str | None = None
    instrument_maker: str | None = None
    instrument_model: str | None = None
    instrument_settings: str | None = None
    fcs_location: str | None = None
    conclusions: str | None = None
