"""Which records of several exports are one publication."""
