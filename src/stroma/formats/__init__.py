"""Files to records: one module per family of files; nothing is calculated here."""
