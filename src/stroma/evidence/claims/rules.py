"""What counts as evidence for each claim of the founding article.

Each claim is one or more parts; each part names where evidence is looked for and what of it counts
for the claim. ``docs/explanation/claims.md`` tells the same in words. The table :data:`RULES` holds
all claims; nothing is judged by reading a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from stroma.texts import Text, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property of cells, by the names the tables use for it.

    Parameters
    ----------
    label
        As a reader sees it.
    rising
        Names under which more of it is printed as higher.
    falling
        Names under which more of it is printed as lower: a doubling time.
    """

    label: Text
    rising: str
    falling: str = ""


PROPERTIES: Final[Mapping[str, Property]] = {
    "proliferation": Property(
        label=text("growth in culture"),
        rising=r"proliferation_rate|cumulative_(fold_)?expansion|cumulative_population_doublings"
        r"|population_doublings(_per_passage)?|long_term_growth|passage_at_senescence.*"
        r"|time_to_senescence|remaining_doublings",
        falling=r"doubling_time",
    ),
    "colonies": Property(
        label=text("colony-forming cells"),
        rising=r"CFU-F.*|clonogenic_(efficiency|frequency)|BM_mononuclear_cells_per_mL.*"
        r"|cell_yield_28_days|MSC_frequency",
    ),
    "yield": Property(
        label=text("cells obtained from a donation"),
        rising=r"isolation_yield.*|cells_per_(donation|gram|mL_tissue|unit_tissue)"
        r"|MSC_frequency|MSC_fraction_fresh_digest",
    ),
    "differentiation": Property(
        label=text("differentiation"),
        rising=r"differentiation.*",
    ),
    "osteogenic": Property(label=text("bone-forming differentiation"),
                           rising=r"differentiation\w*osteo.*"),
    "chondrogenic": Property(label=text("cartilage-forming differentiation"),
                             rising=r"differentiation\w*chondro.*"),
    "adipogenic": Property(label=text("fat-forming differentiation"),
                           rising=r"differentiation\w*adipo.*"),
    "immunomodulation": Property(
        label=text("immunomodulation"),
        rising=r"T_cell_suppression|PBMC_suppression|immunomodulation.*|IDO_activity|IL-10_in_MLR"
        r"|T_cell_activation_with_MSC .*\(unactivated\).*|proliferation_inhibition",
        falling=r"IFN-gamma_in_MLR|IL-17_in_MLR|lymphoblast_fraction_with_MSC.*"
        r"|T_cell_activation_with_MSC .*\(activated\).*",
    ),
    "immunogenicity": Property(
        label=text("immunogenicity"),
        rising=r"immunogenicity.*|antigen_presentation_potential.*",
    ),
    "HLA": Property(
        label=text("expression of HLA-ABC and HLA-DR"),
        rising=r"HLA-(ABC|DR)_(positive|expression).*",
        falling=r"HLA_class_I_and_II_negative",
    ),
    "HLA-ABC": Property(label=text("expression of HLA-ABC"), rising=r"HLA-ABC_positive"),
    "telomerase": Property(label=text("telomerase activity"), rising=r"telomerase(_activity)?"),
    "youth": Property(
        label=text("signs of a young age of cells"),
        rising=r"telomere_length|time_to_senescence|passage_at_senescence.*|telomerase",
        falling=r"telomere_loss|senescence.*|senescent_cells",
    ),
    "senescence": Property(label=text("senescence in culture"), rising=r"senescence.*|apoptosis"),
    "secretion": Property(
        label=text("amounts of secreted factors"), rising=r".*_secretion|secretion"
    ),
    "secretome": Property(label=text("the kinds of secreted proteins"),
                          rising=r"secretome_diversity"),
    "soluble factors": Property(
        label=text("soluble factors that act on immune cells"),
        rising=r"(PGE2|HGF|TGF-beta|IL-6)_secretion|IDO_.*",
    ),
    "conditioned medium": Property(
        label=text("effects of medium that cells have conditioned"),
        rising=r"angiogenesis_CM.*",
    ),
    "migration": Property(label=text("migration"), rising=r"migration.*|chemokine_receptor.*"),
    "support": Property(label=text("support of blood-forming cells"),
                        rising=r"hematopoietic_support.*"),
    "isolation": Property(
        label=text("cells were isolated and grown"),
        rising=r"isolation.*|proliferation_rate|doubling_time|CFU-F.*|surface_marker.*"
        r"|differentiation.*|T_cell_suppression|PBMC_suppression|migration|VEGF_secretion"
        r"|cells_per_.*",
    ),
    "efficacy": Property(label=text("efficacy and safety in people"), rising=r"clinical_.*"),
    "any": Property(label=text("any property"), rising=r".*"),
    "function": Property(
        label=text("functional properties"),
        rising=r"(?!surface_marker|morphology|HLA|cell_size|viability|isolation|cells_per"
        r"|MSC_f|BM_mono).*",
    ),
}  # fmt: skip


@cache
def sense(name: str, attribute: str) -> int:
    """Return whether more of a property is printed as higher under a name.

    Parameters
    ----------
    name
        Of the property, in :data:`PROPERTIES`.
    attribute
        As a table names what was compared.

    Returns
    -------
    int
        1 where higher is more, -1 where lower is more, 0 where the name is of another property.

    Examples
    --------
    >>> sense("proliferation", "doubling_time"), sense("proliferation", "CFU-F")
    (-1, 0)
    """
    held = PROPERTIES[name]
    if held.falling and re.fullmatch(held.falling, attribute):
        return -1
    return 1 if re.fullmatch(held.rising, attribute) else 0


Tissues: TypeAlias = tuple[str, ...]

BM: Final = ("bone_marrow",)
PL: Final = ("placenta",)
AT: Final = ("adipose_tissue",)
ADULT: Final = ("bone_marrow", "adipose_tissue")
PERINATAL: Final = ("placenta", "umbilical_cord", "wharton_jelly", "umbilical_cord_blood")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One tissue against another within papers.

    Parameters
    ----------
    subject
        The claim's tissues.
    against
        The tissues it is set against; empty for any other source.
    name
        Of the property.
    expected
        ``"higher"``, ``"lower"`` or ``"no_difference"``.
    totals
        Names of figures of single tissues that are set beside each other where no paper compares
        the two; empty for none.
    """

    subject: Tissues
    against: Tissues
    name: str
    expected: str
    totals: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """Whether sources differ at all in a property, whichever is higher."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aged:
    """Older donors of a tissue against younger ones within papers; ``"falls"`` or ``"rises"``."""

    tissue: Tissues
    name: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """Whether cells of a tissue carry a marker: ``"present"`` or ``"absent"``."""

    tissue: Tissues
    marker: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phenotype:
    """Whether cells of a tissue have the markers that the position statement of 2006 asks for."""

    tissue: Tissues


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """A printed figure against an interval; ``beside`` names what is shown and not counted."""

    tissue: Tissues
    attribute: str
    low: float
    high: float
    unit: Text
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MostUsed:
    """Whether tissues stand at the head of counts of trials, registrations and centres."""

    tissues: Tissues
    only_immune: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """Whether cells of a tissue were given to people with an illness."""

    tissue: Tissues
    illness: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Whether papers show a property in cells of each tissue; ``study`` narrows the kind."""

    name: str
    tissues: tuple[str, ...] = ()
    study: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """What a standard says."""

    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """The year of a work against the year of the reference that is cited for it."""

    reference: int
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The article's method against its own list of references: which of them speak against it."""

    asked: Text
    said: Text
    against: tuple[int, ...] = ()
    supporting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Whether trials of a tissue, and trials of it against another, are still missing."""

    tissue: Tissues
    against: Tissues


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A matter that no table measures: every table is searched for its words.

    Parameters
    ----------
    what
        As a reader sees it.
    words
        What is looked for in attributes, conditions, outcomes and indications.
    tissue
        Rows of it are shown; empty for all.
    """

    what: Text
    words: str
    tissue: Tissues = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A matter that papers speak of in words: whether they show it or deny it.

    Parameters
    ----------
    what
        As a reader sees it.
    topics
        Names of it in the table of findings.
    negated
        True where the claim says that it is not so.
    """

    what: Text
    topics: str
    negated: bool = False


Part: TypeAlias = (
    Compared | Differs | Aged | Marked | Phenotype | Within | MostUsed | Used | Shown | Standard
    | Dated | Record | Lacking | Searched | Stated
)  # fmt: skip

_TOTALS: Final = r"total_yield|batch_yield|isolated_cells_per_donation|p0_yield"
_PAIN: Final = Searched(
    what=text("pain and harm of taking the tissue"),
    words=r"\bpain|invasive|donor (safety|harm)|tissue_per_donation$",
)
_MARROW_HURTS: Final = Stated(
    what=text("pain and injury of taking marrow"), topics=r"aspiration_pain|harvest_injury"
)
_SUPPLY: Final = Searched(
    what=text("how easily the tissue is had"),
    words=r"availab|accessib|discarded|waste|supply|isolation_success",
    tissue=PL,
)  # fmt: skip
_ETHICS: Final = Stated(
    what=text("women accept that the placenta is donated"), topics=r"donation_accepted"
)
_YIELD_LOW: Final = Compared(subject=BM, against=PL, name="yield", expected="lower", totals=_TOTALS)
_YIELD_HIGH: Final = Compared(
    subject=PL, against=BM, name="yield", expected="higher", totals=_TOTALS
)
_LOW_IMMUNOGENICITY: Final = Compared(
    subject=PL, against=(), name="immunogenicity", expected="lower"
)

RULES: Final[Mapping[str, tuple[Part, ...]]] = {
    "S001": (Differs(name="any"),),
    "S002": (MostUsed(tissues=BM),),
    "S003": (
        _MARROW_HURTS,
        Searched(what=text("whether it limits the use"), words=r"declined|refused|unwilling"),
    ),
    "S004": (_YIELD_LOW,),
    "S005": (
        Aged(tissue=BM, name="colonies", expected="falls"),
        Aged(tissue=BM, name="proliferation", expected="falls"),
        Aged(tissue=BM, name="differentiation", expected="falls"),
        Aged(tissue=BM, name="senescence", expected="rises"),
    ),
    "S006": (_SUPPLY,),
    "S007": (_YIELD_HIGH,),
    "S008": (Compared(subject=PL, against=BM, name="immunogenicity", expected="lower"),),
    "S009": (
        Shown(name="colonies"),
        Shown(name="osteogenic"),
        Shown(name="chondrogenic"),
        Shown(name="adipogenic"),
        Shown(name="immunomodulation"),
    ),
    "S010": (
        Shown(
            name="isolation",
            tissues=("bone_marrow", "adipose_tissue", "umbilical_cord", "umbilical_cord_blood",
                     "placenta"),
        ),
    ),
    "S011": (
        Shown(name="support", tissues=BM),
        Searched(
            what=text("who identified the cells first"), words=r"first (identified|described)"
        ),
    ),
    "S012": (
        Shown(name="soluble factors"),
        Stated(what=text("action by contact between cells"), topics=r"contact"),
    ),
    "S013": (Shown(name="secretion"), Shown(name="migration")),
    "S014": (MostUsed(tissues=BM, only_immune=True),),
    "S015": (
        Used(tissue=BM, illness=r"GvHD|[Gg]raft vs host", label=text("graft-versus-host disease")),
        Used(
            tissue=BM,
            illness=r"Crohn|[Mm]ultiple sclerosis|[Aa]nkylosing|lupus|[Ss]ystemic sclerosis"
            r"|[Rr]heumatoid|[Tt]ype 1 diabetes",
            label=text("autoimmune disease"),
        ),
    ),
    "S016": (
        Used(tissue=BM, illness=r"[Tt]umou?r|cancer|carcinoma|glioma",
             label=text("tumours")),
    ),
    "S017": (Stated(what=text("pain of marrow aspiration"), topics=r"aspiration_pain"),),
    "S018": (
        Within(tissue=BM, attribute=r"msc_frequency|MSC_frequency", low=0.001, high=0.01,
               unit=text("% of nucleated cells"), beside=r"cfu_f_frequency"),
    ),
    "S019": (Aged(tissue=BM, name="colonies", expected="falls"),),
    "S020": (_SUPPLY,),
    "S021": (Phenotype(tissue=PL),),
    "S022": (
        Searched(what=text("binding of the lectin UEA-1"), words=r"UEA|Ulex|lectin"),
    ),
    "S023": (_SUPPLY,),
    "S024": (
        Record(
            asked=text("Five databases were searched"),
            said=text(
                "the article prints no day of a search, no number of records and no flow of them: "
                "nothing shows which record came from where"
            ),
        ),
    ),
    "S025": (
        Record(
            asked=text("One query asked for adult cells, marrow, placenta and therapy at once"),
            said=text("references that the query cannot find stand in the list all the same"),
            against=(22, 38, 43, 45, 60),
        ),
    ),
    "S026": (
        Record(
            asked=text("Original papers, trials and reviews in English were let in"),
            said=text("the list holds reviews, as the criterion allows"),
            supporting=r"review|update|recent advances|perspective|state of the art",
        ),
    ),
    "S027": (
        Record(
            asked=text("Cells of persons who are not adults and of embryos were kept out"),
            said=text(
                "references on fetal cells of the placenta stand in the list: the criterion would "
                "keep out the article's own subject"
            ),
            against=(1, 4, 5, 9, 52),
        ),
    ),
    "S028": (Dated(reference=10, year=1966),),
    "S029": (Dated(reference=11, year=1988),),
    "S030": (Dated(reference=12, year=1991),),
    "S031": (Standard(rules=("ID-ADH",)),),
    "S032": (Standard(rules=("ID-POS",)),),
    "S033": (Standard(rules=("ID-NEG",)),),
    "S034": (Standard(rules=("ID-TRI",)),),
    "S035": (
        Used(tissue=(), illness=r".*", label=text("any illness")),
        Searched(what=text("cells as carriers of drugs or genes"),
                 words=r"carrier|gene[- ]modified|transduced|drug delivery"),
    ),
    "S036": (MostUsed(tissues=("bone_marrow", "adipose_tissue", "umbilical_cord")),),
    "S037": (
        Shown(
            name="isolation",
            tissues=("wharton_jelly", "endometri", "skin", "placenta", "synovi", "muscle",
                     "dental pulp"),
        ),
    ),
    "S038": (
        Shown(name="isolation", tissues=ADULT),
        Searched(what=text("cells of embryos"), words=r"embryonic|\bESC\b|blastocyst"),
    ),
    "S039": (
        Stated(what=text("teratomas of embryonic stem cells"), topics=r"ESC_teratoma"),
        Searched(what=text("ethics of and access to embryonic stem cells"), words=r"ethic"),
    ),
    "S040": (
        Compared(subject=PERINATAL, against=ADULT, name="secretome", expected="no_difference"),
        Differs(name="secretion"),
    ),
    "S041": (
        Stated(what=text("the secretome under different conditions of culture"),
               topics=r"secretome_by_culture"),
    ),
    "S042": (Searched(what=text("receptors of stress signals"), words=r"stress|toll|TLR"),),
    "S043": (
        Searched(what=text("the rate at which cells make protein"),
                 words=r"protein synthesis|ribosom|translation rate"),
    ),
    "S044": (Shown(name="immunomodulation"),),
    "S045": (Used(tissue=(), illness=r".*", label=text("any illness")),),
    "S046": (Shown(name="any", study="animal"),),
    "S047": (MostUsed(tissues=BM),),
    "S048": (
        Shown(name="osteogenic", tissues=BM),
        Shown(name="chondrogenic", tissues=BM),
        Shown(name="adipogenic", tissues=BM),
    ),
    "S049": (
        Stated(what=text("no malignancy after MSC were given to people"),
               topics=r"MSC_malignancy", negated=True),
        Stated(what=text("teratomas of embryonic stem cells"), topics=r"ESC_teratoma"),
    ),
    "S050": (
        Compared(subject=ADULT, against=PERINATAL, name="yield", expected="lower",
                 totals=_TOTALS),
    ),
    "S051": (
        Compared(subject=ADULT, against=PERINATAL, name="proliferation", expected="lower"),
        Compared(subject=ADULT, against=PERINATAL, name="differentiation", expected="lower"),
    ),
    "S052": (
        _YIELD_HIGH,
        Compared(subject=PL, against=AT, name="yield", expected="higher", totals=_TOTALS),
        Aged(tissue=BM, name="colonies", expected="falls"),
    ),
    "S053": (Phenotype(tissue=PL),),
    "S054": (_ETHICS,),
    "S055": (_PAIN,),
    "S056": (
        Stated(what=text("the placenta as a place that immunity spares"),
               topics=r"immune_privilege"),
    ),
    "S057": (
        _LOW_IMMUNOGENICITY,
        Searched(what=text("rejection of transplanted placental cells"),
                 words=r"reject|alloantibod|xenotransplant", tissue=PL),
    ),
    "S058": (Compared(subject=PL, against=(), name="differentiation", expected="higher"),),
    "S059": (Shown(name="conditioned medium"),),
    "S060": (Compared(subject=PL, against=(), name="immunomodulation", expected="higher"),),
    "S061": (Compared(subject=PL, against=(), name="HLA", expected="lower"),),
    "S062": (Marked(tissue=PL, marker="HLA-DR", expected="absent"),),
    "S063": (Compared(subject=PL, against=(), name="HLA-ABC", expected="lower"),),
    "S064": (Marked(tissue=PL, marker="HLA-G", expected="present"),),
    "S065": (
        Stated(what=text("soluble HLA-G suppresses the mother's immunity"),
               topics=r"soluble_HLA-G"),
        Searched(what=text("hormones of the placenta"), words=r"hormon|progesteron", tissue=PL),
    ),
    "S066": (
        Stated(what=text("innate immune cells of the decidua are suppressive"),
               topics=r"innate_cells_suppress"),
    ),
    "S067": (
        Stated(what=text("B cells and T cells are gone from the decidua"),
               topics=r"lymphocytes_gone_from_decidua"),
        Stated(what=text("regulatory T cells are many in the decidua"),
               topics=r"Treg_in_decidua"),
    ),
    "S068": (
        Stated(what=text("blood-forming stem cells in the placenta"), topics=r"HSC_in_placenta"),
    ),
    "S069": (Compared(subject=PL, against=(), name="efficacy", expected="higher"),),
    "S070": (
        Compared(subject=PL, against=BM, name="proliferation", expected="lower"),
        Compared(subject=PL, against=BM, name="telomerase", expected="lower"),
    ),
    "S071": tuple(
        Shown(name=name, tissues=("bone_marrow", "placenta", "adipose_tissue", "umbilical_cord"))
        for name in ("colonies", "differentiation", "immunomodulation")
    ),
    "S072": (Differs(name="function"),),
    "S073": (MostUsed(tissues=BM),),
    "S074": (_MARROW_HURTS, _YIELD_LOW),
    "S075": (_SUPPLY, _ETHICS),
    "S076": (Compared(subject=PL, against=BM, name="proliferation", expected="higher"),),
    "S077": (_LOW_IMMUNOGENICITY,),
    "S078": (Compared(subject=PL, against=BM, name="immunomodulation", expected="higher"),),
    "S079": (Compared(subject=PL, against=(), name="youth", expected="higher"),),
    "S080": (
        Compared(subject=PL, against=BM, name="efficacy", expected="higher"),
        Lacking(tissue=PL, against=BM),
    ),
    "S081": (
        Searched(what=text("the funding programme"), words=r"BR28713159"),
    ),
}  # fmt: skip
"""The rule of every claim."""
