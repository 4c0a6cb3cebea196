"""Ways to say how many cells are positive against a control, one module a family."""
