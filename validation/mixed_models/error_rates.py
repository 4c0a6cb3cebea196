"""How often two sources that do not differ are called different at the level of 5 %.

    python validation/mixed_models/error_rates.py

Prints the table of the README. Each line simulates two sources of a few donors with 1 to 4
passages each; all chance comes from a fixed seed.
"""

from __future__ import annotations

import numpy as np

from stroma.stats.mixed_models import DegreesOfFreedom, contrast, fit_mixed_model

STUDIES = 4000
PASSAGES = (3, 1, 4, 2)
DONORS = ((3, 3), (5, 5), (3, 8), (10, 10))
SPREADS = (0.0, 0.3, 1.0, 3.0)


def shares(donors: tuple[int, int], spread: float, random: np.random.Generator) -> list[float]:
    """Return shares called different by each method and without donors, and the share at zero."""
    passages = np.resize(PASSAGES, sum(donors))
    donor = np.repeat(np.arange(sum(donors)), passages)
    design = np.column_stack([np.ones(donor.size), donor >= donors[0]])
    found = np.zeros(4)
    for _ in range(STUDIES):
        response = random.normal(size=donor.size)
        response += spread * random.normal(size=sum(donors))[donor]
        model = fit_mixed_model(response, design, [donor])
        for i, method in enumerate(DegreesOfFreedom):
            found[i] += contrast(model, [0, 1], degrees_of_freedom=method).p_value < 0.05
        plain = fit_mixed_model(response, design, [])
        one = contrast(plain, [0, 1], degrees_of_freedom=DegreesOfFreedom.SATTERTHWAITE)
        found[2] += one.p_value < 0.05
        found[3] += model.singular
    return list(found / STUDIES)


def main() -> None:
    random = np.random.default_rng(20260301)
    print(
        "| donors | SD of donors | Satterthwaite | Kenward-Roger | passages as donors | at zero |"
    )
    print("|---|---|---|---|---|---|")
    for donors in DONORS:
        for spread in SPREADS:
            cells = [f"{100 * share:.1f}%" for share in shares(donors, spread, random)]
            print(f"| {donors[0]} + {donors[1]} | {spread} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
