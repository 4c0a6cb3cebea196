"""The flow of a review, counted from its decisions."""
