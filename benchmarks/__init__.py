"""Benchmarks: each compares with a peer or a limit in one run; `make bench` prints the table."""
