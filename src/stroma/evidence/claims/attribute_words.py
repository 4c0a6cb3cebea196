"""What the tables compare, in a reader's language.

The tables name many things once; those that are named often have words of their own here, the rest
is shown as the table has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stroma.texts import Text, join, text
from stroma.vocabulary import find_quantity

WORDS: Final[Mapping[str, Text]] = {
    "BM_mononuclear_cells_per_mL": text("mononuclear cells per mL of marrow"),
    "CFU-F": text("colony-forming cells"),
    "ESC_teratoma": text("teratomas of embryonic stem cells"),
    "HLA-ABC_positive": text("cells positive for HLA-ABC"),
    "HLA-DR_positive": text("cells positive for HLA-DR"),
    "HLA-G_positive": text("cells positive for HLA-G"),
    "HSC_in_placenta": text("blood-forming stem cells in the placenta"),
    "IDO_activity": text("IDO activity"),
    "IFN-gamma_in_MLR": text("IFN-gamma in the mixed lymphocyte reaction"),
    "IL-10_in_MLR": text("IL-10 in the mixed lymphocyte reaction"),
    "IL-17_in_MLR": text("IL-17 in the mixed lymphocyte reaction"),
    "MSC_malignancy": text("malignancy after MSC were given"),
    "MSC_fraction_fresh_digest": text("MSC among freshly isolated cells"),
    "MSC_frequency": text("frequency of MSC"),
    "Treg_in_decidua": text("regulatory T cells in the decidua"),
    "PBMC_suppression": text("suppression of blood mononuclear cells"),
    "T_cell_suppression": text("suppression of T cells"),
    "apoptosis": text("apoptosis"),
    "aspiration_pain": text("pain of marrow aspiration"),
    "batch_yield": text("cells of a batch"),
    "cell_yield_28_days": text("cells after 28 days"),
    "cells_per_donation": text("cells of a donation"),
    "cells_per_mL_tissue": text("cells per mL of tissue"),
    "cells_per_unit_tissue": text("cells per unit of tissue"),
    "centre_share_tissue": text("share of manufacturing centres"),
    "cfu_f_frequency": text("frequency of colony-forming cells"),
    "contact": text("action by contact between cells"),
    "cumulative_expansion": text("expansion over all passages"),
    "cumulative_fold_expansion": text("expansion over all passages"),
    "differentiation_adipo": text("fat-forming differentiation"),
    "differentiation_chondro": text("cartilage-forming differentiation"),
    "differentiation_osteo": text("bone-forming differentiation"),
    "donation_accepted": text("acceptance of donating the placenta"),
    "harvest_injury": text("injury by marrow harvest"),
    "immunogenicity": text("immunogenicity"),
    "immunomodulation": text("immunomodulation"),
    "immunomodulation_gene_signature": text("genes of immunomodulation"),
    "immune_privilege": text("a place that immunity spares"),
    "innate_cells_suppress": text("suppressive innate cells of the decidua"),
    "isolated_cells_per_donation": text("isolated cells of a donation"),
    "isolation_success": text("success of isolation"),
    "isolation_yield": text("cells isolated"),
    "long_term_growth": text("growth over long culture"),
    "lymphocytes_gone_from_decidua": text("B cells and T cells gone from the decidua"),
    "migration": text("migration"),
    "msc_frequency": text("frequency of MSC"),
    "passage_at_senescence": text("passage at senescence"),
    "proliferation_rate": text("rate of proliferation"),
    "registered_immune_trials_share": text("share of registered trials that count on immunity"),
    "secretome_by_culture": text("the secretome under different conditions of culture"),
    "secretome_diversity": text("diversity of the secretome"),
    "senescence": text("senescence"),
    "soluble_HLA-G": text("soluble HLA-G"),
    "surface_marker_pattern": text("pattern of surface markers"),
    "telomerase": text("telomerase activity"),
    "telomere_length": text("length of telomeres"),
    "telomere_loss": text("loss of telomeres"),
    "time_to_senescence": text("time to senescence"),
    "tissue_per_donation": text("tissue of a donation"),
    "total_yield": text("cells obtained in all"),
}


def attribute_word(attribute: str, quantity: str = "", analytes: tuple[str, ...] = ()) -> Text:
    """Return what a row compares, as a reader sees it.

    Parameters
    ----------
    attribute
        As the table names it; what stands in brackets is kept.
    quantity, analytes
        The same in the vocabulary; empty where it has no such quantity.

    Returns
    -------
    Text
        In words.

    Examples
    --------
    >>> str(attribute_word("CFU-F (ALP+)"))
    'colony-forming cells (ALP+)'
    >>> str(attribute_word("VEGF_secretion"))
    'VEGF secretion'
    """
    head, _, bracket = attribute.partition(" (")
    named = WORDS.get(head)
    known = None if named is not None or not quantity else find_quantity(quantity)
    if known is not None:
        label = known.label
        return join([join(analytes), label], " ") if analytes else label
    if named is None:
        return join([attribute.replace("_", " ")])
    return join([named, f"({bracket}"], " ") if bracket else named
