"""Measurement rows to verdicts: profiles hold the limits, the judge holds none."""
