"""Run the benchmarks and print the table; exit with 1 where a limit is not held."""

from __future__ import annotations

import sys

from benchmarks import comparison, curves, cytometry, evidence, images, planning, pooling, study

SUITES = (cytometry, study, comparison, planning, curves, images, evidence, pooling)


def main() -> int:
    """Print a line for each measurement as soon as it is there."""
    missed = 0
    for suite in SUITES:
        for line in suite.lines():
            missed += not line.held
            sign = "held  " if line.held else "MISSED"
            print(f"{sign}  {line.name}: {line.measured} (limit {line.limit})", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
