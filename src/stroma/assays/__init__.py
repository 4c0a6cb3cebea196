"""Records to measurement rows, one module per assay; pure, and no file is opened here."""
