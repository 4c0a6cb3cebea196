"""The words measurements are written in: quantities, tissues, markers, lineages.

Ontology identifiers: UBERON for tissues, CL for the cell, UCUM for units. A word that is not here
is reported with its place and the known words beside it; nothing is guessed from likeness.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Final, TypeVar

from stroma.texts import Text, join, text

CELL_ONTOLOGY = "CL:0000134"
"""Mesenchymal stem cell in the Cell Ontology; Stroma writes "multipotent mesenchymal stromal
cell" after Horwitz 2005 and the ISCT's naming of 2019 (rule NOM-1)."""


@dataclass(frozen=True, slots=True)
class Category:
    """One possible result of a test that is read, not measured.

    Parameters
    ----------
    name
        How Stroma writes it.
    label
        How a reader sees it.
    spellings
        What laboratories write, folded by :func:`fold_word`.
    """

    name: str
    label: Text
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity of a lot.

    Parameters
    ----------
    name
        Its identifier in every table.
    label
        How a reader sees it.
    unit
        UCUM code of its canonical unit; ``None`` for a category.
    analyte
        What kind of analyte it takes: ``"marker"``, ``"phenotype"``, ``"lineage"``, ``"stage"``
        (of the process), ``"agent"`` (of an infection), ``"gene"``, ``"protein"``, ``"tube"`` or
        ``None``; see :mod:`stroma.analytes`.
    low, high
        Bounds no true value can leave; ``None`` where there is none.
    categories
        The possible results, where it is a category.
    spellings
        Other names found in laboratories' tables, folded.
    """

    name: str
    label: Text
    unit: str | None = None
    analyte: str | None = None
    low: float | None = None
    high: float | None = None
    categories: tuple[Category, ...] = ()
    spellings: tuple[str, ...] = ()

    @property
    def is_category(self) -> bool:
        """Whether its values are words."""
        return self.unit is None


@dataclass(frozen=True, slots=True)
class Tissue:
    """A tissue source.

    Parameters
    ----------
    name
        Its identifier in every table.
    label
        How a reader sees it.
    ontology
        UBERON identifier; ``None`` where none was verified.
    spellings
        What laboratories write, folded.
    perinatal
        Whether fetal and maternal cells can both be in it, so that the origin has to be shown.
    """

    name: str
    label: Text
    ontology: str | None = None
    spellings: tuple[str, ...] = ()
    perinatal: bool = False


_REMEMBERED: Final = 4096
"""Words a look-up remembers: a table repeats a few of them in every row."""


@lru_cache(_REMEMBERED)
def fold_word(word: str) -> str:
    """Bring a word to the form that is compared: lower case, words joined by ``_``.

    Parameters
    ----------
    word
        As written.

    Returns
    -------
    str
        Folded.

    Examples
    --------
    >>> fold_word(" Bone  Marrow ")
    'bone_marrow'
    """
    plain = unicodedata.normalize("NFKC", word).strip().casefold().replace("ё", "е")
    return re.sub(r"[\s_\-]+", "_", plain)


# "nd" is missing on purpose: it stands for "not detected" in one laboratory and for "not done" in
# another.
_NEGATIVE_SIGN = ("negative", "neg", "отрицательно", "отрицательный", "отр", "теріс")
_POSITIVE_SIGN = ("positive", "pos", "положительно", "положительный", "оң")
_NOT_DETECTED = (
    "not_detected", "none_detected", "не_обнаружено", "не_обнаружена", "не_обнаружены",
    "не_выявлено", "не_выявлены", "анықталмады", "табылмады",
)  # fmt: skip
_DETECTED = (
    "detected", "обнаружено", "обнаружена", "обнаружены", "выявлено", "выявлены", "анықталды",
    "табылды",
)  # fmt: skip
_NEGATIVE = (*_NEGATIVE_SIGN, *_NOT_DETECTED, "absent", "not_found", "отсутствует")
_POSITIVE = (*_POSITIVE_SIGN, *_DETECTED, "present", "found", "confirmed")
_TRUE = ("yes", "true", "1", "да", "иә", "ия", "adherent", "positive", "+")
# A dash stands in too many sheets for an empty cell to mean "no".
_FALSE = ("no", "false", "0", "нет", "жоқ", "not_adherent", "negative")

# "Mycoplasma: no" and "mycoplasma: absent" have one reading, "sterility: no" and "sterility:
# absent" have two, so that growth has its own list below.
NEGATIVE = Category("negative", text("negative"), (*_NEGATIVE, "no", "нет", "жоқ"))
POSITIVE = Category("positive", text("positive"), (*_POSITIVE, "yes", "да", "иә", "ия"))
UNDECIDED = Category("undecided", text("undecided"), ("не_определено", "анықталмаған", "unclear"))
YES = Category("yes", text("yes"), _TRUE)
NO = Category("no", text("no"), _FALSE)
NO_GROWTH = Category(
    "no_growth",
    text("no growth"),
    ("sterile", "complies", "no_growth_7_d", "no_growth_14_d", "no_bacteria_or_fungi",
     "роста_нет", "нет_роста", "рост_отсутствует", "стерильно", "соответствует", "өсу_жоқ",
     "стерильді", "сәйкес", *_NEGATIVE_SIGN, *_NOT_DETECTED),
)  # fmt: skip
GROWTH = Category(
    "growth",
    text("growth"),
    ("contaminated", "not_sterile", "не_стерильно", "есть_рост", "рост", "не_соответствует",
     "өсу_бар", "сәйкес_емес", *_POSITIVE_SIGN, *_DETECTED),
)  # fmt: skip
NORMAL = Category(
    "normal",
    text("normal"),
    ("46,xx", "46,xy", "46,xx_normal", "46,xy_normal", "normal_46,xx", "normal_46,xy",
     "no_chromosomal_abnormality", "no_alterations", "normal_male", "normal_female",
     "normal_male_or_female", "норма", "нормальный", "қалыпты"),
)  # fmt: skip
ABNORMAL = Category("abnormal", text("abnormal"), ("отклонение", "аномальный", "қалыптан_тыс"))
COMPLIES = Category("complies", text("complies"), ("соответствует", "сәйкес", "passes"))
DEVIATES = Category("deviates", text("deviates"), ("не_соответствует", "сәйкес_емес", "fails"))
FETAL = Category("fetal", text("fetal"), ("foetal", "фетальное", "плодное", "ұрықтық"))
MATERNAL = Category("maternal", text("maternal"), ("материнское", "аналық"))
MIXED = Category("mixed", text("mixed fetal and maternal"), ("смешанное", "аралас"))

_NEG_POS = (NEGATIVE, POSITIVE)

QUANTITIES: tuple[Quantity, ...] = (
    Quantity("percent_positive", text("positive cells"), "%", "marker", 0, 100,
             spellings=("positivity", "percent_pos", "%_positive", "pct_positive")),
    Quantity("percent_coexpressing", text("cells of the phenotype"), "%", "phenotype", 0, 100,
             spellings=("coexpression", "joint_positive")),
    Quantity("live_events", text("live single cells recorded"), "{cells}", "tube", 0),
    Quantity("viability", text("viability"), "%", "stage", 0, 100,
             spellings=("viable_percent", "жизнеспособность", "тіршілікке_қабілеттілік")),
    Quantity("viable_cells", text("viable cells at harvest"), "{cells}", None, 0,
             spellings=("cell_yield", "harvested_cells")),
    Quantity("viable_cell_density", text("viable cell density"), "{cells}/mL", None, 0),
    Quantity("cells_per_container", text("viable cells per container"), "10*6.{cells}", None, 0,
             spellings=("cell_count", "dose_per_cryotube", "dose_unit", "dose")),
    Quantity("cells_per_area", text("viable cells per cm² at harvest"), "{cells}/cm2", None, 0),
    Quantity("population_doublings", text("population doublings"), "{doublings}",
             spellings=("pd", "doublings")),
    Quantity("cumulative_population_doublings", text("cumulative population doublings"),
             "{doublings}", spellings=("cpd", "cumulative_doublings")),
    Quantity("doubling_time", text("population doubling time"), "h", None, 0,
             spellings=("population_doubling_time", "pdt")),
    Quantity("projected_ceiling", text("cumulative doublings at which growth would cease"),
             "{doublings}", None, 0),
    Quantity("remaining_doublings", text("doublings left until growth would cease"),
             "{doublings}", None, 0),
    Quantity("senescent_cells", text("senescent cells (beta-galactosidase)"), "%", None, 0, 100,
             spellings=("sa_b_gal", "sa_beta_gal", "beta_galactosidase", "senescence")),
    Quantity("clonogenic_efficiency", text("colony-forming efficiency"), "%", None, 0, 100,
             spellings=("cfu_f_percent", "cfe", "colony_forming_efficiency")),
    Quantity("clonogenic_frequency", text("frequency of clonogenic cells"), "1", None, 0, 1,
             spellings=("cfu_f_frequency",)),
    Quantity("differentiation", text("differentiation"), None, "lineage",
             categories=(POSITIVE, NEGATIVE, UNDECIDED),
             spellings=("trilineage", "trilineage_differentiation", "дифференцировка")),
    Quantity("differentiation_ratio", text("induced over undifferentiated control"), "1",
             "lineage", 0),
    Quantity("differentiation_score_difference",
             text("score of induced minus undifferentiated control"), "{score}", "lineage"),
    Quantity("stained_area", text("stained area of the field"), "%", "lineage", 0, 100),
    Quantity("integrated_density", text("integrated optical density of the stain over the field"),
             "[OD]", "lineage"),
    Quantity("stain_ratio", text("stain density, induced over undifferentiated control"), "1",
             "lineage", 0),
    Quantity("plastic_adherence", text("adherence to plastic"), None, categories=(YES, NO),
             spellings=("plastic_adherent", "adherence", "adhesion_to_plastic")),
    Quantity("origin", text("fetal or maternal origin"), None,
             categories=(FETAL, MATERNAL, MIXED), spellings=("genotype_origin", "str_origin")),
    Quantity("sterility", text("sterility"), None, categories=(NO_GROWTH, GROWTH),
             spellings=("стерильность", "стерильділік")),
    Quantity("gram_stain", text("Gram stain"), None,
             categories=(Category("no_organisms", text("no organisms"), _NEGATIVE),
                         Category("organisms", text("organisms seen"), _POSITIVE))),
    Quantity("mycoplasma", text("mycoplasma"), None, categories=_NEG_POS,
             spellings=("микоплазма", "микоплазмы")),
    Quantity("bacterial_16s_rrna", text("bacterial 16S rRNA"), None, categories=_NEG_POS,
             spellings=("16s_rrna",)),
    Quantity("adventitious_virus", text("adventitious viruses"), None, categories=_NEG_POS),
    Quantity("donor_serology", text("donor serology"), None, "agent", categories=_NEG_POS,
             spellings=("maternal_serology",)),
    Quantity("donor_nucleic_acid_test", text("donor nucleic acid test"), None, "agent",
             categories=_NEG_POS, spellings=("donor_nat", "nat")),
    Quantity("endotoxin", text("endotoxin"), "[EU]/mL", None, 0,
             spellings=("эндотоксин", "эндотоксины")),
    Quantity("endotoxin_dose", text("endotoxin per dose"), "[EU]/kg", None, 0),
    Quantity("karyotype", text("karyotype"), None, categories=(NORMAL, ABNORMAL),
             spellings=("кариотип",)),
    Quantity("bovine_serum_albumin", text("residual bovine serum albumin"), None,
             categories=_NEG_POS, spellings=("bsa",)),
    Quantity("morphology", text("morphology"), None, categories=(COMPLIES, DEVIATES)),
    Quantity("telomerase_activity", text("telomerase activity"), None,
             categories=(Category("below_positive_control", text("below the positive control"),
                                  ("below_control", *_NEGATIVE)),
                         Category("not_below_positive_control",
                                  text("not below the positive control")))),
    Quantity("proliferation_inhibition", text("inhibition of lymphocyte proliferation"), "%",
             None, None, 100,
             spellings=("pha_pbmc_inhibition", "pbmc_proliferation_inhibition")),
    Quantity("percent_divided", text("lymphocytes put in that divided"), "%", None, 0, 100,
             spellings=("precursor_frequency",)),
    Quantity("division_index", text("division index (FlowJo)"), "1", None, 0),
    Quantity("proliferation_index", text("proliferation index (FlowJo)"), "1", None, 1),
    Quantity("expansion_index", text("expansion index (FlowJo)"), "1", None, 1),
    Quantity("replication_index", text("replication index (FlowJo)"), "1", None, 1),
    Quantity("half_suppression_ratio",
             text("stromal cells to one lymphocyte that halve division"), "1", None, 0),
    Quantity("kynurenine_production", text("kynurenine released by 10⁶ cells in 24 h"),
             "nmol/(10*6.{cells}.d)"),
    Quantity("kynurenine_tryptophan_ratio", text("kynurenine over tryptophan"), "1", None, 0),
    Quantity("relative_potency", text("potency relative to the reference lot"), "%", None, 0,
             spellings=("potency", "относительная_активность", "салыстырмалы_белсенділік")),
    Quantity("relative_potency_of_run",
             text("potency relative to the reference lot, in one run of several"), "%", None, 0),
    Quantity("immunoregulation", text("immunoregulation"), None,
             categories=(Category("assessed", text("assessed"), ("yes", "да", "иә")),
                         Category("not_assessed", text("not assessed"), ("no", "нет", "жоқ")))),
    Quantity("threshold_cycle", text("threshold cycle"), "{Ct}", "gene", 0,
             spellings=("gene_expression_panel_ct", "ct")),
    Quantity("delta_threshold_cycle", text("threshold cycle above that of the reference genes"),
             "{Ct}", "gene", spellings=("delta_ct", "dct")),
    Quantity("relative_expression", text("expression relative to the calibrator"), "1", "gene", 0,
             spellings=("fold_change", "2^_ddct")),
    Quantity("spike_recovery", text("found of what was added to the sample"), "%", "protein",
             spellings=("recovery", "открываемость")),
    Quantity("dilution_departure", text("largest departure of a dilution from the mean of all"),
             "%", "protein", 0),
    Quantity("dilution_cv", text("coefficient of variation over dilutions"), "%", "protein", 0),
    Quantity("secretion", text("secreted by 10⁶ cells in 24 h"), "pg/(10*6.{cells}.d)",
             "protein", spellings=("secretome", "секреция")),
)  # fmt: skip

LINEAGES: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("osteogenic", text("osteogenic"),
     ("osteo", "osteoblast", "bone", "остеогенная", "остеогенді", "остеогендік")),
    ("adipogenic", text("adipogenic"),
     ("adipo", "adipocyte", "fat", "адипогенная", "адипогенді", "адипогендік")),
    ("chondrogenic", text("chondrogenic"),
     ("chondro", "chondrocyte", "cartilage", "хондрогенная", "хондрогенді", "хондрогендік")),
)  # fmt: skip

TISSUES: tuple[Tissue, ...] = (
    Tissue("bone_marrow", text("bone marrow"), "UBERON:0002371",
           ("bm", "bonemarrow", "костный_мозг", "км", "сүйек_кемігі", "сүйек_майы")),
    Tissue("placenta", text("placenta"), "UBERON:0001987",
           ("pl", "placental", "плацента", "пл", "бала_жолдасы"), perinatal=True),
    Tissue("amnion", text("amnion"), "UBERON:0000305", ("am", "амнион"), perinatal=True),
    Tissue("chorion", text("chorion"), "UBERON:0003124", ("хорион",), perinatal=True),
    Tissue("chorionic_villi", text("chorionic villi"), "UBERON:0007106",
           ("villi", "chorionic_villus", "ворсины_хориона", "хорион_бүрлері"), perinatal=True),
    Tissue("decidua", text("decidua"), "UBERON:0002450", ("децидуа", "децидуальная_оболочка"),
           perinatal=True),
    Tissue("umbilical_cord", text("umbilical cord"), "UBERON:0002331",
           ("uc", "cord", "пуповина", "кіндік_бау")),
    Tissue("wharton_jelly", text("Wharton's jelly"), None,
           ("wj", "wharton's_jelly", "whartons_jelly", "вартонов_студень", "вартон_сілікпесі")),
    Tissue("umbilical_cord_blood", text("umbilical cord blood"), "UBERON:0012168",
           ("ucb", "cord_blood", "пуповинная_кровь", "кіндік_қаны")),
    Tissue("adipose_tissue", text("adipose tissue"), "UBERON:0001013",
           ("at", "adipose", "fat", "жировая_ткань", "май_тіні")),
    Tissue("dental_pulp", text("dental pulp"), "UBERON:0001754",
           ("dp", "пульпа_зуба", "тіс_пульпасы")),
    Tissue("endometrium", text("endometrium"), "UBERON:0001295", ("эндометрий",)),
)  # fmt: skip


Named = TypeVar("Named")


def find_quantity(word: str) -> Quantity | None:
    """Return the quantity a word names.

    Parameters
    ----------
    word
        Its name or one of its spellings.

    Returns
    -------
    Quantity or None
        ``None`` where no quantity has this name.

    Examples
    --------
    >>> find_quantity("PDT").name
    'doubling_time'
    """
    return _quantities().get(fold_word(word))


@cache
def _quantities() -> Mapping[str, Quantity]:
    return _first_named((name, q) for q in QUANTITIES for name in (q.name, *q.spellings))


def find_category(quantity: Quantity, word: str) -> Category | None:
    """Return the result a word names for a quantity.

    Parameters
    ----------
    quantity
        A quantity whose results are words.
    word
        As written.

    Returns
    -------
    Category or None
        ``None`` where the word is none of its results.

    Examples
    --------
    >>> find_category(find_quantity("sterility"), "No growth").name
    'no_growth'
    """
    folded = fold_word(word)
    for category in quantity.categories:
        if folded == category.name or folded in category.spellings:
            return category
    return None


def find_tissue(word: str) -> Tissue | None:
    """Return the tissue a word names.

    Parameters
    ----------
    word
        Its name or one of its spellings.

    Returns
    -------
    Tissue or None
        ``None`` where no tissue has this name.

    Examples
    --------
    >>> find_tissue("Костный мозг").name
    'bone_marrow'
    """
    return _tissues().get(fold_word(word))


def tissue_label(source: str) -> Text:
    """Return a tissue as a reader sees it.

    Parameters
    ----------
    source
        Name in :data:`TISSUES`; another word is given back as it is.

    Returns
    -------
    Text
        Its label.

    Examples
    --------
    >>> str(tissue_label("wharton_jelly")), str(tissue_label("moss"))
    ("Wharton's jelly", 'moss')
    """
    tissue = find_tissue(source)
    return join([source]) if tissue is None else tissue.label


@cache
def _tissues() -> Mapping[str, Tissue]:
    return _first_named((name, t) for t in TISSUES for name in (t.name, *t.spellings))


def _first_named(named: Iterable[tuple[str, Named]]) -> Mapping[str, Named]:
    """Return what each name stands for, the first where there are two."""
    found: dict[str, Named] = {}
    for name, one in named:
        found.setdefault(name, one)
    return found


def find_lineage(word: str) -> str | None:
    """Return the lineage a word names.

    Parameters
    ----------
    word
        As written.

    Returns
    -------
    str or None
        ``"osteogenic"``, ``"adipogenic"``, ``"chondrogenic"``; ``None`` for any other word.

    Examples
    --------
    >>> find_lineage("Osteo")
    'osteogenic'
    """
    folded = fold_word(word)
    for name, _label, spellings in LINEAGES:
        if folded == name or folded in spellings:
            return name
    return None


_CD_NAME = re.compile(r"CD[\s\-]*(\d+)\s*([A-Z]*)")
_GREEK = {"Α": "A", "Β": "B"}
_LETTER_NAMES = {"ALPHA": "a", "BETA": "b", "A": "a", "B": "b"}
_HLA_NAME = re.compile(r"HLA[\s\-]*(DR|DQ|DP|ABC|G)")
FLUOROCHROMES: Final = ("AF", "ALEXA", "APC", "BV", "CY", "ECD", "FITC", "PB", "PE")
"""How a fluorochrome begins that is written behind a marker."""
_PROTEINS = {
    "thy1": "CD90",
    "endoglin": "CD105",
    "ecto5nucleotidase": "CD73",
    "nt5e": "CD73",
}
"""Names of the proteins that MSC carry, as UniProt gives them (P04216, P17813, P21589)."""


@lru_cache(_REMEMBERED)
def canonical_marker(word: str) -> str:
    """Write a surface marker the one way it is compared.

    Parameters
    ----------
    word
        As written: ``"CD 79α"``, ``"hla dr"``.

    Returns
    -------
    str
        ``"CD79a"``, ``"HLA-DR"``; a name of another form is returned stripped and unchanged.

    Examples
    --------
    >>> canonical_marker("CD 79α"), canonical_marker("hladr"), canonical_marker("STRO-1")
    ('CD79a', 'HLA-DR', 'STRO-1')
    >>> canonical_marker("Thy-1"), canonical_marker("CD90 PE")
    ('CD90', 'CD90 PE')
    """
    plain = unicodedata.normalize("NFKC", word).strip()
    protein = _PROTEINS.get("".join(sign for sign in plain.lower() if sign.isalnum()))
    if protein is not None:
        return protein
    upper = "".join(_GREEK.get(sign, sign) for sign in plain.upper())
    if (hla := _HLA_NAME.fullmatch(upper)) is not None:
        return f"HLA-{hla[1]}"
    cd = _CD_NAME.fullmatch(upper)
    if cd is not None and not cd[2].startswith(FLUOROCHROMES):
        suffix = _LETTER_NAMES.get(cd[2], cd[2] if len(cd[2]) > 1 else cd[2].lower())
        return f"CD{cd[1]}{suffix}"
    return plain


_SIGNED_MARKER = re.compile(r"(HLA[\s\-]*(?:DR|DQ|DP|ABC|G)|[^\W_]+)\s*([+\-−])[\s/,;&]*")


def canonical_phenotype(word: str) -> str | None:
    """Write a phenotype the one way it is compared.

    Parameters
    ----------
    word
        Markers with their signs: ``"CD73+CD105+"``, ``"CD105+/CD45-"``.

    Returns
    -------
    str or None
        Markers in alphabetical order, each with its sign, joined by ``/``; ``None`` where the
        word is not made of markers with signs.

    Examples
    --------
    >>> canonical_phenotype("CD45-/CD105+")
    'CD105+/CD45-'
    >>> canonical_phenotype("HLA-DR-CD90+")
    'CD90+/HLA-DR-'
    >>> canonical_phenotype("CD90") is None
    True
    """
    plain = word.strip()
    if _SIGNED_MARKER.sub("", plain):
        return None
    parts = [(canonical_marker(m), "+" if sign == "+" else "-")
             for m, sign in _SIGNED_MARKER.findall(plain)]  # fmt: skip
    if not parts:
        return None
    return "/".join(f"{marker}{sign}" for marker, sign in sorted(set(parts)))


INTERFERON_GAMMA = "IFN-gamma"
"""The one stimulation that changes how the ISCT's criteria read a marker (rule ID-IFN)."""

_INTERFERON = ("ifn", "ифн", "interferon", "интерферон")
_GAMMA = ("g", "γ", "gamma", "гамма", "г")
_NOT_STIMULATED = (
    "", "_", "–", "—", "no", "none", "not_stimulated", "unstimulated", "нет", "без_стимуляции",
    "жоқ",
)  # fmt: skip


@lru_cache(_REMEMBERED)
def canonical_stimulation(word: str) -> str:
    """Write what cells were stimulated with the one way it is compared.

    Parameters
    ----------
    word
        As written: ``"IFN-γ"``, ``"ИФН-гамма"``, ``"none"``.

    Returns
    -------
    str
        ``"IFN-gamma"``; empty for words that say there was none; any other word with single
        spaces.

    Examples
    --------
    >>> canonical_stimulation("IFNγ"), canonical_stimulation("нет"), canonical_stimulation("TNF")
    ('IFN-gamma', '', 'TNF')
    """
    folded = fold_word(word)
    if folded in _NOT_STIMULATED:
        return ""
    letters = folded.replace("_", "")
    for name in _INTERFERON:
        if letters.startswith(name) and letters.removeprefix(name) in _GAMMA:
            return INTERFERON_GAMMA
    return " ".join(word.split())


_OTHER_INTERFERONS = (
    "alpha", "beta", "lambda", "omega", "альфа", "бета", "лямбда", "омега", "α", "β", "λ", "ω",
    "a", "b",
)  # fmt: skip
_GAMMA_MISTAKEN = ("y", "у", "ү")  # what γ becomes on a keyboard without it
_NEAR: Final = 0.8
_NEAR_GAMMA: Final = 0.6  # lambda is 0.55 like gamma, and "gama" 0.89


@lru_cache(_REMEMBERED)
def near_stimulation(word: str) -> str | None:
    """Return the known stimulation that a word nearly names.

    Parameters
    ----------
    word
        As written.

    Returns
    -------
    str or None
        To show beside the word, never to replace it; ``None`` where the word is known, says that
        there was no stimulation, or is like no known one.

    Examples
    --------
    >>> near_stimulation("IFN-gama"), near_stimulation("IFN-γ"), near_stimulation("IFN-alpha")
    ('IFN-gamma', None, None)
    """
    if canonical_stimulation(word) in {"", INTERFERON_GAMMA}:
        return None
    letters = fold_word(word).replace("_", "")
    for name in (*_INTERFERON, "inf"):
        if letters.startswith(name):
            rest = letters.removeprefix(name)
            if rest in _OTHER_INTERFERONS:
                return None
            likely = rest in (*_GAMMA, *_GAMMA_MISTAKEN) or get_close_matches(
                rest, ("gamma", "гамма"), cutoff=_NEAR_GAMMA
            )
            return INTERFERON_GAMMA if likely else None
    whole = [name + gamma for name in _INTERFERON for gamma in ("gamma", "гамма")]
    return INTERFERON_GAMMA if get_close_matches(letters, whole, cutoff=_NEAR) else None


_BOUND = re.compile(
    r"\s*(?P<sign><=|>=|[<>≤≥]|less than|below|менее|ниже|more than|above|более|выше)?"
    r"\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_BOUND_SIGNS = {
    "<=": "≤", ">=": "≥", "less than": "<", "below": "<", "менее": "<", "ниже": "<",
    "more than": ">", "above": ">", "более": ">", "выше": ">",
}  # fmt: skip


def split_bound(word: str) -> tuple[str, str]:
    """Take the sign off a result that was reported as a bound.

    Parameters
    ----------
    word
        As written: ``"<0.05"``, ``"менее 0,05 ЕЭ/мл"``, ``"0.2"``.

    Returns
    -------
    sign
        ``"<"``, ``"≤"``, ``">"`` or ``"≥"``; empty where it is no bound.
    rest
        What follows.

    Examples
    --------
    >>> split_bound("less than 0.05"), split_bound("98.5")
    (('<', '0.05'), ('', '98.5'))
    """
    match = _BOUND.fullmatch(word)
    if match is None or match["sign"] is None:
        return "", word.strip()
    sign = match["sign"].casefold()
    return _BOUND_SIGNS.get(sign, sign), match["rest"].strip()
