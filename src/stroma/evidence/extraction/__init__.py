"""What was taken from papers: read, brought into one unit, checked."""
