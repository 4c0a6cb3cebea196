"""Stroma: from raw assay files to defensible answers about mesenchymal stromal cells."""
