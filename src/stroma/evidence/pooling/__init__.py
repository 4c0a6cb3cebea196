"""What papers say together of two tissues."""
