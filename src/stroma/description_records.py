"""What a laboratory says in the sheets of a study: lots, tubes, passages, readings, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from stroma.origin import Origin


class TubeRole(StrEnum):
    """What a tube is for."""

    STAINED = "stained"
    ISOTYPE = "isotype"
    FMO = "fmo"
    UNSTAINED = "unstained"
    SINGLE_STAIN = "single_stain"


VIABILITY_DYE = "viability"
"""The word for a dead-cell dye where a marker is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A lot as the laboratory describes it. What is not stated is ``None``.

    Parameters
    ----------
    lot, donor
        Identifiers; a pool is one donor with its own name.
    source
        Tissue, a name of :data:`stroma.vocabulary.TISSUES`.
    placental_part
        Amnion, chorion, villi, decidua and so on, as written.
    donor_age_years, donor_sex
        Of the donor; for perinatal tissue of the mother.
    origin
        ``"fetal"``, ``"maternal"`` or ``"mixed"``, shown by genotype.
    autologous
        Whether the donor is the recipient.
    plastic_adherent
        Whether the cells adhered to plastic in standard culture.
    pooled_donors
        Number of donors in a pool.
    process, medium, note
        As written.
    origin_of_row
        The sheet and row.
    """

    lot: str
    donor: str
    source: str
    origin_of_row: Origin
    placental_part: str | None = None
    donor_age_years: float | None = None
    donor_sex: str | None = None
    origin: str | None = None
    autologous: bool | None = None
    plastic_adherent: bool | None = None
    pooled_donors: int | None = None
    process: str | None = None
    medium: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tube:
    """One tube of a flow cytometry panel.

    Parameters
    ----------
    file
        Path relative to the study folder.
    lot, passage
        Whose cells; a tube that serves the whole study (compensation beads) has an empty lot.
    role
        What it is for.
    markers
        Detector to marker, in the order written; :data:`VIABILITY_DYE` for a dead-cell dye. In an
        isotype tube the markers are those the isotypes stand for; in an FMO tube those present.
    left_out
        In an FMO tube, the marker that was left out.
    panel
        Tubes of one panel share their controls; empty for the only panel.
    stimulated
        What the cells were stimulated with, ``"IFN-gamma"``; empty for nothing.
    origin_of_row
        The sheet and row.
    """

    file: str
    lot: str
    passage: str
    role: TubeRole
    markers: Mapping[str, str]
    origin_of_row: Origin
    left_out: str | None = None
    panel: str = ""
    stimulated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One passage of a lot, from seeding to harvest. What is not stated is ``None``.

    Parameters
    ----------
    lot, passage
        Whose, and which (``"P0"`` is the primary culture).
    seeded, harvested
        Viable cells put in and taken out.
    hours
        Time in culture between them.
    viability_percent
        At harvest.
    area_cm2
        Culture area.
    count_method
        As written: "hemocytometer", "NC-200".
    count_file, count_sample
        Export of a counter, and the sample's name in it, that holds the harvest count.
    suspension_ml
        Volume of the suspension that was counted, to turn a density into cells.
    cells_counted
        Cells seen while counting, for the Poisson part of the counting error.
    senescent_percent
        Cells with senescence-associated beta-galactosidase, in percent.
    seeded_on, harvested_on
        Days, ISO 8601.
    origin_of_row
        The sheet and row.
    """

    lot: str
    passage: str
    origin_of_row: Origin
    seeded: float | None = None
    harvested: float | None = None
    hours: float | None = None
    viability_percent: float | None = None
    area_cm2: float | None = None
    count_method: str | None = None
    count_file: str | None = None
    count_sample: str | None = None
    suspension_ml: float | None = None
    cells_counted: int | None = None
    senescent_percent: float | None = None
    seeded_on: str | None = None
    harvested_on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentiationReading:
    """One replicate of a differentiation assay.

    Parameters
    ----------
    lot, passage
        Whose cells.
    lineage
        ``"osteogenic"``, ``"adipogenic"`` or ``"chondrogenic"``.
    induced
        True for the induced culture, False for its undifferentiated control.
    replicate
        As written.
    readout
        ``"absorbance"``, ``"area"`` or ``"score"``.
    value
        The reading; a blank has already been subtracted where the laboratory does so.
    unit
        UCUM code; empty for a score.
    stain
        As written: "Alizarin Red".
    entered_unit
        UCUM code of the unit it was entered in, where that is another; empty for ``unit``.
    origin_of_row
        The sheet and row.
    """

    lot: str
    passage: str
    lineage: str
    induced: bool
    readout: str
    value: float
    origin_of_row: Origin
    replicate: str = ""
    unit: str = ""
    stain: str | None = None
    entered_unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyResult:
    """A safety test as entered.

    Parameters
    ----------
    lot, passage
        Whose.
    quantity
        Name in :data:`stroma.vocabulary.QUANTITIES`.
    analyte
        The agent or stage, where the quantity takes one.
    category
        The result where it is a word.
    value
        The result where it is a number, in the quantity's canonical unit.
    below
        True where it was entered as "< value": the result lies between 0 and ``value``.
    entered
        Exactly what was entered.
    method
        As written.
    tested_on
        ISO date.
    origin_of_row
        The sheet and row.
    """

    lot: str
    quantity: str
    entered: str
    origin_of_row: Origin
    passage: str = ""
    analyte: str = ""
    category: str | None = None
    value: float | None = None
    below: bool = False
    method: str | None = None
    tested_on: str | None = None
