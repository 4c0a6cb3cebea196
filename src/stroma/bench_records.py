"""What a laboratory writes in its sheets about plates, potency, suppression, colonies and images.

One row of a sheet each; what is not stated is ``None``. The sheets are read by
:mod:`stroma.study`, the rows are used by :mod:`stroma.assays`.
"""

from __future__ import annotations

from dataclasses import dataclass

from stroma.records import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateUse:
    """A row of ``plates``: what a plate was read for.

    Parameters
    ----------
    file, plate
        Export, and the plate's name in it (empty for the only one).
    assay
        ``"secretome"``, ``"potency"``, ``"ido"``, ``"viability"`` or ``"elisa"``.
    analyte
        What the standards are of; empty for a bead assay, whose file names them.
    layout
        Name of the layout in ``layouts``; empty where the file's own layout is used.
    reading, reference
        Which reading of the file, and which is subtracted from it.
    model
        ``"4PL"``, ``"5PL"`` or ``"linear"``.
    weighting
        ``"none"``, ``"1/y"`` or ``"1/y^2"``.
    unit
        Of the standards' concentrations.
    origin_of_row
        The sheet and row.
    """

    file: str
    assay: str
    origin_of_row: Origin
    plate: str = ""
    analyte: str = ""
    layout: str = ""
    reading: str = ""
    reference: str = ""
    model: str = "4PL"
    weighting: str = "none"
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WellUse:
    """A row of ``layouts``: what is in a well, or in a range of wells.

    Parameters
    ----------
    layout
        Its name.
    wells
        "A1" or "A1:B12", as written.
    role
        ``"standard"``, ``"blank"``, ``"sample"``, ``"control"``, ``"spike"`` or ``"reference"``
        (the reference lot of a potency assay).
    concentration
        Of a standard, or what was spiked; the dose of a potency assay.
    lot, passage
        Whose; empty where no lot is in it.
    dilution
        Factor by which the sample was diluted.
    block
        Block, row or plate of the design, as written.
    name
        Name of a control or of a spiked sample.
    origin_of_row
        The sheet and row.
    """

    layout: str
    wells: str
    role: str
    origin_of_row: Origin
    concentration: float | None = None
    lot: str = ""
    passage: str = ""
    dilution: float | None = None
    block: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionedMedium:
    """A row of ``conditioned``: how a supernatant was made.

    Parameters
    ----------
    lot, passage, condition
        Whose, and what the cells were stimulated with.
    cells
        Viable cells at its harvest.
    cells_seeded
        Viable cells put in.
    volume_ml, hours
        Of the medium, and of its time on the cells.
    is_blank
        Whether it is medium without cells.
    name
        As it is called in layouts and exports.
    origin_of_row
        The sheet and row.
    """

    name: str
    origin_of_row: Origin
    lot: str = ""
    passage: str = ""
    condition: str = ""
    cells: float | None = None
    cells_seeded: float | None = None
    volume_ml: float | None = None
    hours: float | None = None
    is_blank: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionTube:
    """A row of ``suppression``: lymphocytes that carry a dye.

    Parameters
    ----------
    file
        FCS file.
    role
        ``"undivided"`` (not stimulated), ``"stimulated"`` (alone), ``"coculture"``, or
        ``"unlabelled"``.
    dye
        Detector of the dye.
    lot, passage
        Of the stromal cells of a co-culture.
    stromal_per_lymphocyte
        Their ratio to the lymphocytes: 0.1 for 1:10.
    lymphocyte_donor
        Whose lymphocytes.
    run
        Tubes of one run share their controls.
    is_reference
        Whether the lot is the reference lot of the run.
    origin_of_row
        The sheet and row.
    """

    file: str
    role: str
    dye: str
    origin_of_row: Origin
    lot: str = ""
    passage: str = ""
    stromal_per_lymphocyte: float | None = None
    lymphocyte_donor: str = ""
    run: str = ""
    is_reference: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColonyCount:
    """A row of ``colonies``: a dish that was counted, or a dilution of wells.

    Parameters
    ----------
    lot, passage
        Whose.
    seeded
        Cells in the dish, or in each well.
    colonies
        Counted in the dish; ``None`` for wells.
    wells, wells_with_colonies
        Of a limiting dilution; ``None`` for a dish.
    image
        Picture of the dish, from which a count may be proposed.
    confirmed_by
        Who counted or confirmed.
    replicate
        As written.
    origin_of_row
        The sheet and row.
    """

    lot: str
    passage: str
    seeded: float
    origin_of_row: Origin
    colonies: int | None = None
    wells: int | None = None
    wells_with_colonies: int | None = None
    image: str | None = None
    confirmed_by: str | None = None
    replicate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StainImage:
    """A row of ``images``: a stained culture.

    Parameters
    ----------
    file
        TIFF, PNG or JPEG.
    lot, passage, lineage
        Whose, and what it was driven to.
    stain
        ``"alizarin_red"``, ``"oil_red_o"`` or ``"alcian_blue"``.
    role
        ``"induced"``, ``"undifferentiated"``, ``"flat_field"`` (an empty field) or ``"dark"``.
    replicate
        As written.
    run
        Pictures of one run share flat field and control.
    origin_of_row
        The sheet and row.
    """

    file: str
    stain: str
    role: str
    origin_of_row: Origin
    lot: str = ""
    passage: str = ""
    lineage: str = ""
    replicate: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionSample:
    """A row of ``expression``: a sample of a thermocycler's export.

    Parameters
    ----------
    file, sample
        Export, and the sample's name in it.
    lot, passage, condition
        Whose, and what the cells had been through.
    is_calibrator
        Whether others are expressed relative to it.
    reference_genes
        Genes the others are set against.
    origin_of_row
        The sheet and row.
    """

    file: str
    sample: str
    origin_of_row: Origin
    lot: str = ""
    passage: str = ""
    condition: str = ""
    is_calibrator: bool = False
    reference_genes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchRows:
    """The rows of the bench sheets that can be used.

    Parameters
    ----------
    plates, layouts, conditioned, suppression, colonies, images, expression
        In the order of their sheets.
    """

    plates: tuple[PlateUse, ...] = ()
    layouts: tuple[WellUse, ...] = ()
    conditioned: tuple[ConditionedMedium, ...] = ()
    suppression: tuple[SuppressionTube, ...] = ()
    colonies: tuple[ColonyCount, ...] = ()
    images: tuple[StainImage, ...] = ()
    expression: tuple[ExpressionSample, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Return every file the rows name, each once, in order."""
        pictures = (count.image for count in self.colonies if count.image is not None)
        named = (
            *(plate.file for plate in self.plates),
            *(tube.file for tube in self.suppression),
            *pictures,
            *(picture.file for picture in self.images),
            *(sample.file for sample in self.expression),
        )
        return tuple(dict.fromkeys(named))
