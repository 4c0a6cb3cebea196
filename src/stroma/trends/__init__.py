"""Lots in their order: limits set from few of them, control charts, before and after a change."""
