"""Dishes of colonies: each seeded cell makes one with the lot's own chance.

The first dish of the lots whose cultures were photographed was photographed too; its count is
signed. The constants are illustrative: efficiencies that papers print, of no real lot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from stroma.simulate.pictures import STAINED_LOTS, dish_file
from stroma.simulate.study_rows import SheetRow
from stroma.simulate.truth import LotTruth, stream

PASSAGE: Final = "P1"
SEEDED: Final = 100
DISHES: Final = 3
EFFICIENCY_PERCENT: Final[Mapping[str, float]] = {"bone_marrow": 18.0, "placenta": 26.0}
"""Median over donors of colonies for 100 cells seeded."""
BETWEEN_DONOR_SD: Final = 0.2
"""Of the logarithm of the efficiency."""


def efficiency_of(truth: LotTruth, seed: int) -> float:
    """Return the colonies a hundred seeded cells make.

    Parameters
    ----------
    truth
        What is true of the lot.
    seed
        Seed of the study.

    Returns
    -------
    float
        In percent.
    """
    factor = float(stream(seed, truth.index, 8).lognormal(0.0, BETWEEN_DONOR_SD))
    return EFFICIENCY_PERCENT[truth.source.source] * factor


def colony_rows(truth: LotTruth, seed: int) -> Iterator[SheetRow]:
    """Yield the rows of the sheet ``colonies`` of a lot.

    Parameters
    ----------
    truth
        What is true of the lot.
    seed
        Seed of the study.

    Yields
    ------
    mapping
        One a dish.
    """
    generator = stream(seed, truth.index, 9)
    share = efficiency_of(truth, seed) / 100.0
    for dish in range(1, DISHES + 1):
        yield {
            "lot": truth.lot,
            "passage": PASSAGE,
            "seeded": SEEDED,
            "colonies": int(generator.poisson(SEEDED * share)),
            "image": dish_file(truth.lot, dish) if has_picture(truth.lot, dish) else "",
            "confirmed_by": "simulation",
            "replicate": str(dish),
        }


def has_picture(lot: str, dish: int) -> bool:
    """Return whether a dish was photographed.

    Parameters
    ----------
    lot, dish
        Which.

    Returns
    -------
    bool
        Whether its picture lies in the study folder.
    """
    return dish == 1 and lot in STAINED_LOTS
