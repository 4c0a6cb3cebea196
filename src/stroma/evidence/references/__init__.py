"""What a list of references says of itself, nothing looked up."""
