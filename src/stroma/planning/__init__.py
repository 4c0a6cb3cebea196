"""Measurements and published values to doses: what one donation of a source comes to."""
