"""What a quantity is a quantity of: markers, phenotypes, lineages, stages, agents.

The kinds are named by :attr:`stroma.vocabulary.Quantity.analyte`. Every table and every profile
writes an analyte the one way :func:`canonical_analyte` returns it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from stroma.texts import Text, join, text
from stroma.vocabulary import (
    FLUOROCHROMES,
    LINEAGES,
    Quantity,
    canonical_marker,
    canonical_phenotype,
    find_lineage,
    find_quantity,
    fold_word,
)

IN_A_TUBE = "flow cytometry"
"""Stage of a viability that a dye shows in one stained tube; a lot has as many as it has tubes."""

STAGES: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("harvest", text("at harvest"), ("at_harvest", "fresh", "сбор", "при_сборе", "жинау")),
    ("frozen", text("frozen"), ("cryopreserved", "at_cryopreservation", "при_заморозке",
                                "замороженные", "мұздатылған")),
    ("thawed", text("thawed"), ("thaw", "post_thaw", "after_thaw", "после_разморозки",
                                "размороженные", "ерітілген")),
    ("infusion", text("at infusion"), ("at_infusion", "before_infusion", "перед_введением",
                                       "при_введении", "енгізу_алдында")),
    (IN_A_TUBE, text("by flow cytometry"), ("flow", "проточная_цитометрия",
                                            "ағындық_цитометрия")),
)  # fmt: skip
"""Stages of the process a viability or a count can belong to."""

AGENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("HIV-1/2", ("hiv", "hiv1/2", "hiv_i/ii", "hiv_1/2", "вич", "вич_1/2", "аитв")),
    ("HAV", ("hepa_ab", "hep_a_ab", "hepatitis_a", "anti_hav", "гепатит_а")),
    ("HBV", ("hepatitis_b", "hbv_dna", "гепатит_в", "гепатит_b")),
    ("HBsAg", ("hbs_ag", "hbsag")),
    ("anti-HBc", ("hbc_ab", "hbcab", "anti_hbc")),
    ("HCV", ("hcv_ab", "anti_hcv", "hepatitis_c", "гепатит_с", "гепатит_c")),
    ("HTLV-I/II", ("htlv", "htlv_i/ii", "htlv_1/2", "htlv1/2")),
    ("syphilis", ("tp", "treponema_pallidum", "rpr", "vdrl", "tpha", "сифилис", "мерез")),
    ("CMV", ("hcmv", "cytomegalovirus", "цмв")),
    ("EBV", ("epstein_barr_virus", "эбв", "вэб")),
    ("HSV", ("herpes_simplex_virus", "впг")),
    ("VZV", ("varicella_zoster_virus",)),
    ("toxoplasma", ("toxoplasma_gondii", "токсоплазма")),
)
"""Agents donors are tested for."""

ANALYTE_OPTIONAL = frozenset({"stage", "tube", "gene"})
"""Kinds that may stay empty: a viability without a stage, a panel of genes as a whole."""

_PLAIN = re.compile(rf"CD\d+(?!{'|'.join(FLUOROCHROMES)})[A-Z]*|HLA-\w+", re.IGNORECASE)
_CD = re.compile(r"(?<![A-Z0-9])CD[\s\-_]?(\d{1,3})(?!\d)")
_HLA = re.compile(r"(?<![A-Z0-9])HLA[\s\-_]?(D[RQP]|ABC)")


def find_stage(word: str) -> str | None:
    """Return the stage of the process a word names.

    Parameters
    ----------
    word
        As written.

    Returns
    -------
    str or None
        Its name in :data:`STAGES`; ``None`` for any other word.

    Examples
    --------
    >>> find_stage("Post-thaw")
    'thawed'
    """
    folded = fold_word(word)
    for name, _label, spellings in STAGES:
        if folded == fold_word(name) or folded in spellings:
            return name
    return None


def find_agent(word: str) -> str | None:
    """Return the agent of infection a word names.

    Parameters
    ----------
    word
        As written.

    Returns
    -------
    str or None
        Its name in :data:`AGENTS`; ``None`` for any other word.

    Examples
    --------
    >>> find_agent("HIV I/II"), find_agent("HCV Ab")
    ('HIV-1/2', 'HCV')
    """
    folded = fold_word(word)
    for name, spellings in AGENTS:
        if folded == fold_word(name) or folded in spellings:
            return name
    return None


@lru_cache(4096)  # a table repeats a few markers in every lot
def find_marker(word: str) -> str | None:
    """Return a surface marker written the one way it is compared.

    Parameters
    ----------
    word
        As written.

    Returns
    -------
    str or None
        ``None`` where the word holds letters that only look Latin, begins with CD and goes on as
        no cluster of differentiation does (``"CD1O5"`` with the letter O), or holds more than one
        marker's name: ``"anti-CD34"``, ``"CD34 PerCP"``.

    Examples
    --------
    >>> find_marker("cd 105"), find_marker("STRO-1"), find_marker("CD1O5"), find_marker("CD34 PE")
    ('CD105', 'STRO-1', None, None)
    """
    marker = canonical_marker(word)
    if not marker or any(not _is_latin(sign) for sign in marker):
        return None
    if _PLAIN.fullmatch(marker) is not None:
        return marker
    # Several names are a cocktail on one detector.
    named = markers_named(marker)
    is_odd = len(named) == 1 or (marker.upper().startswith("CD") and not named)
    return None if is_odd else marker


def markers_named(written: str) -> frozenset[str]:
    """Return the surface markers that a label or a cell names, as far as that is beyond doubt.

    Parameters
    ----------
    written
        A detector's ``$PnS``, or a marker of a sheet.

    Returns
    -------
    frozenset of str
        CD numbers and HLA types, without the letters behind a number: ``"CD90PE"`` is CD90.

    Examples
    --------
    >>> sorted(markers_named("CD45/CD14 PerCP")), sorted(markers_named("hla dr FITC"))
    (['CD14', 'CD45'], ['HLA-DR'])
    """
    upper = unicodedata.normalize("NFKC", written).upper()
    numbers = {f"CD{int(number)}" for number in _CD.findall(upper)}
    return frozenset(numbers | {f"HLA-{kind}" for kind in _HLA.findall(upper)})


def _is_latin(sign: str) -> bool:
    return not sign.isalpha() or unicodedata.name(sign, "").startswith(("LATIN", "GREEK"))


def canonical_analyte(quantity: Quantity, word: str) -> str | None:
    """Return an analyte of a quantity written the one way it is compared.

    Parameters
    ----------
    quantity
        The quantity.
    word
        As written; may be empty where the kind allows it.

    Returns
    -------
    str or None
        ``None`` where the word is none of the quantity's kind of analyte.

    Examples
    --------
    >>> canonical_analyte(find_quantity("percent_coexpressing"), "CD73+CD105+")
    'CD105+/CD73+'
    >>> canonical_analyte(find_quantity("endotoxin"), "CD105") is None
    True
    """
    plain = word.strip()
    if quantity.analyte is None:
        return None if plain else ""
    if not plain:
        return "" if quantity.analyte in ANALYTE_OPTIONAL else None
    match quantity.analyte:
        case "marker":
            return find_marker(plain)
        case "phenotype":
            return canonical_phenotype(plain)
        case "lineage":
            return find_lineage(plain)
        case "stage":
            return find_stage(plain)
        case "agent":
            return find_agent(plain)
        case _:
            return plain


def describe_kind(quantity: Quantity) -> Text:
    """Return what a quantity takes as its analyte, for a message.

    Parameters
    ----------
    quantity
        The quantity.

    Returns
    -------
    Text
        With an example or the known names.
    """
    match quantity.analyte:
        case "marker":
            return text("a surface marker in Latin letters and digits, such as CD105 or HLA-DR")
        case "phenotype":
            return text("markers with their signs, such as CD105+/CD45-")
        case "lineage":
            return text("one of {names}", names=", ".join(name for name, _, _ in LINEAGES))
        case "stage":
            return text("nothing, or one of {names}", names=", ".join(n for n, _, _ in STAGES))
        case "agent":
            return text("one of {names}", names=", ".join(name for name, _ in AGENTS))
        case None:
            return text("no analyte: the quantity says all")
        case _:
            return text("a name")


def quantity_label(quantity: str, analyte: str = "") -> Text:
    """Return a quantity of an analyte as a reader sees it.

    Parameters
    ----------
    quantity
        Name in :data:`stroma.vocabulary.QUANTITIES`.
    analyte
        As :func:`canonical_analyte` writes it.

    Returns
    -------
    Text
        For example "CD105", "osteogenic differentiation", "viability (thawed)".

    Examples
    --------
    >>> str(quantity_label("differentiation", "osteogenic"))
    'osteogenic differentiation'
    >>> str(quantity_label("viability", "thawed"))
    'viability (thawed)'
    """
    known = find_quantity(quantity)
    if known is None:
        return join([quantity, analyte] if analyte else [quantity], " ")
    if not analyte:
        return known.label
    if known.analyte in {"marker", "phenotype"}:
        return join([analyte])
    if known.name == "differentiation":
        return text("{lineage} differentiation", lineage=_analyte_label(known, analyte))
    return text("{quantity} ({analyte})", quantity=known.label,
                analyte=_analyte_label(known, analyte))  # fmt: skip


def _analyte_label(quantity: Quantity, analyte: str) -> Text:
    named = {"lineage": LINEAGES, "stage": STAGES}.get(quantity.analyte or "", ())
    for name, label, _spellings in named:
        if name == analyte:
            return label
    return join([analyte])
