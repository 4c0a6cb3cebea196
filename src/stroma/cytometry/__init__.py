"""Events to populations and percentages."""
