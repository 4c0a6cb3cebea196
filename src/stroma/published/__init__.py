"""Published values that are carried in the package, each with its paper and its place in it."""
