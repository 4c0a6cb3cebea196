"""What a row of the tables of published values holds.

Each row holds what was printed, where, and beside it the same in the vocabulary of
:mod:`stroma.vocabulary`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Certainty(StrEnum):
    """What kind of evidence a row is."""

    PRIMARY_VALUE = "primary_value"
    """A figure printed by the paper that measured it."""
    DIRECTION_ONLY = "direction_only"
    """The paper that measured it prints which is higher and no figure."""
    SECONDARY_REVIEW = "secondary_review"
    """Seen in a review, a table of others' values or a summary; not in the paper itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What every row of the tables has: what it is of, and where it was seen.

    Parameters
    ----------
    key
        Its name in the tables: ``"C017"``.
    doi, address
        Of the paper or page; at least one is not empty.
    place
        Where in it: ``"table 2"``.
    certainty
        What kind of evidence it is.
    tissues
        Names in :data:`stroma.vocabulary.TISSUES`; empty where no tissue there fits.
    tissue_printed
        The tissue as the table of origin names it.
    parts
        Parts of the placenta that are tissues of the vocabulary: ``("amnion",)``.
    notes
        Codes a reader weighs the row by: ``"donor_age_contrast"``, ``"check_first"``.
    """

    key: str
    doi: str
    address: str
    place: str
    certainty: Certainty
    tissues: tuple[str, ...]
    tissue_printed: str
    parts: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def citation(self) -> str:
        """The DOI where there is one, otherwise the address."""
        return f"doi:{self.doi}" if self.doi else self.address

    def is_from(self, source: str) -> bool:
        """Tell whether the row is of a tissue or of a part of it.

        Parameters
        ----------
        source
            Name in :data:`stroma.vocabulary.TISSUES`. ``"placenta"`` finds all its parts,
            ``"amnion"`` the amnion alone.

        Returns
        -------
        bool
            True when it is.
        """
        return source in self.tissues or source in self.parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast(Evidence):
    """One tissue beside another in one paper.

    Parameters
    ----------
    paper
        The paper's short name.
    attribute
        What was compared, as the table names it: ``"CFU-F"``.
    quantity, analytes
        The same in the vocabulary; empty where it has no such quantity.
    part_printed
        Part, donors or state of the tissue, as printed.
    comparators, comparator_printed, comparator_parts
        What it was compared with.
    direction
        Of the tissue against the comparator: ``"higher"``, ``"lower"``, ``"no_difference"`` or
        ``"not_stated"``.
    value, bound, low, high, spread, spread_kind
        The tissue's own figure, where one was printed; ``bound`` is the sign of a value reported
        as a bound, ``spread_kind`` is ``"SD"``, ``"SEM"``, ``"range"`` or ``"not_stated"``.
    value_printed, unit_printed, unit
        As printed, and the UCUM code where the unit is known.
    n, n_counts
        How many, of what.
    passage, condition, p_printed
        As printed.
    study_type
        ``"in_vitro"``, ``"animal"`` or ``"clinical"``.
    species
        Of the cells: ``"human"`` or ``"animal"``.
    """

    paper: str
    attribute: str
    quantity: str
    analytes: tuple[str, ...]
    part_printed: str
    comparators: tuple[str, ...]
    comparator_printed: str
    comparator_parts: tuple[str, ...]
    direction: str
    value_printed: str
    value: float | None
    bound: str
    low: float | None
    high: float | None
    spread: float | None
    spread_kind: str
    n: int | None
    n_counts: str
    unit_printed: str
    unit: str
    passage: str
    condition: str
    p_printed: str
    study_type: str
    species: str

    def is_compared_with(self, source: str) -> bool:
        """Tell whether the comparator is a tissue or a part of it.

        Parameters
        ----------
        source
            Name in :data:`stroma.vocabulary.TISSUES`.

        Returns
        -------
        bool
            True when it is.
        """
        return source in self.comparators or source in self.comparator_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedValue(Evidence):
    """A figure of one tissue in one paper.

    Parameters
    ----------
    attribute, quantity, analytes
        What was measured, as the table names it and in the vocabulary.
    value_printed, value, bound, low, high, spread, spread_kind
        The figure; ``value`` is ``None`` where a range or a word was printed.
    n, n_counts
        How many, of what; donors where nothing else is named.
    unit_printed, unit
        As printed, and the UCUM code where the unit is known.
    condition
        Passage or condition as printed.
    """

    attribute: str
    quantity: str
    analytes: tuple[str, ...]
    value_printed: str
    value: float | None
    bound: str
    low: float | None
    high: float | None
    spread: float | None
    spread_kind: str
    n: int | None
    n_counts: str
    unit_printed: str
    unit: str
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningInput(Evidence):
    """A figure a plan can rest on: a yield, a success rate, a recovery after thaw.

    Parameters
    ----------
    attribute, quantity, analytes
        What it is, as the table names it and in the vocabulary.
    part_printed
        Part or preparation of the tissue, as printed.
    value, low, high, spread_kind
        The figure and its bounds; ``spread_kind`` says what the bounds are: ``"SD"`` (value minus
        and plus one), ``"SEM"``, ``"range"``, ``"lower_bound"``, ``"upper_bound"``, ``"mean"``,
        ``"median"``, ``"not_stated"``.
    n, n_counts
        How many, of what.
    unit_printed, unit
        As printed, and the UCUM code where the unit is known.
    condition
        As printed.
    """

    attribute: str
    quantity: str
    analytes: tuple[str, ...]
    part_printed: str
    value: float | None
    low: float | None
    high: float | None
    spread_kind: str
    n: int | None
    n_counts: str
    unit_printed: str
    unit: str
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalResult(Evidence):
    """A dose, an outcome or a standing of a product in people.

    Parameters
    ----------
    indication, product
        The illness; the product or the arm.
    donor
        ``"allogeneic"``, ``"autologous"``, ``"mixed"`` or ``"not stated"``.
    dose, dose_unit_printed, dose_per_kg
        The dose; whether it is in millions of cells per kilogram.
    route
        As printed.
    outcome
        What was counted or measured.
    events, total, value, low, high, unit_printed, unit
        Of the arm.
    comparator_events, comparator_total, comparator_value
        Of the control.
    design
        Of the study: ``"RCT"``, ``"single_arm"``, ``"registry"``, ...
    """

    indication: str
    product: str
    donor: str
    dose: float | None
    dose_unit_printed: str
    dose_per_kg: bool
    route: str
    outcome: str
    events: int | None
    total: int | None
    value: float | None
    low: float | None
    high: float | None
    unit_printed: str
    unit: str
    comparator_events: int | None
    comparator_total: int | None
    comparator_value: float | None
    design: str
