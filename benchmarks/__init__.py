"""Benchmarks: each compares with a peer or a limit in one run; `make bench` prints the table."""

import os

# Before numpy is imported: both sides are measured in one thread, and threads that wait for each
# other count as processor time.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
