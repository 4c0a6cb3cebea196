"""Measurement rows to differences between tissue sources; the donor is the unit."""
