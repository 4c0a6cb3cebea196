"""Relative potency: a preparation's doses against the standard's that do the same.

European Pharmacopoeia 5.3, Statistical analysis of results of biological assays and tests; Finney
DJ, Statistical Method in Biological Assay, 3rd ed. 1978; for similarity by equivalence, USP <1032>
and Hauck WW et al. PDA J Pharm Sci Technol 2005;59:127.
"""
