"""A run of dye dilution in the example study: two lots beside lymphocytes of one donor.

The constants are illustrative, of no real lot or donor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from stroma.simulate.lymphocytes import (
    CHANNELS,
    LymphocyteTruth,
    suppressed,
    truth_of_series,
    write_lymphocytes,
)
from stroma.simulate.study_rows import SheetRow
from stroma.simulate.truth import RELEASE_PASSAGE, stream

FOLDER: Final = "raw/suppression"
RATIOS: Final = (0.0125, 0.05, 0.2, 0.8)
"""Stromal cells to one lymphocyte."""
HALF: Final[Mapping[str, float]] = {"BM-01": 0.08, "PL-01": 0.05}
"""Lot to the ratio at which half as many lymphocytes enter division."""
LIVE: Final = 6_000
DONOR: Final = "PB-01"
RUN: Final = "run 1"


def dye_channel() -> str:
    """Return the detector of the dye.

    Returns
    -------
    str
        Its name in the files.
    """
    return CHANNELS[3].name


def write_suppression(folder: Path, seed: int) -> Iterator[SheetRow]:
    """Write the tubes of the run, and yield the rows of the sheet ``suppression``.

    Parameters
    ----------
    folder
        The study folder.
    seed
        Seed of the study.

    Yields
    ------
    mapping
        One a tube.
    """
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    undivided = LymphocyteTruth(precursors=(1.0,), live=LIVE)
    (stimulated,) = truth_of_series((0.0,), half=1.0, live=LIVE)
    tubes: list[tuple[str, str, LymphocyteTruth, str, float | None]] = [
        ("undivided", "undivided", undivided, "", None),
        ("stimulated", "stimulated", stimulated, "", None),
        ("unlabelled", "unlabelled", LymphocyteTruth(live=LIVE, labelled=False), "", None),
    ]
    for lot, half in HALF.items():
        series = truth_of_series(RATIOS, half=half, live=LIVE)
        tubes += [
            (f"{lot}_{ratio}", "coculture", truth, lot, ratio)
            for ratio, truth in zip(RATIOS, series, strict=True)
        ]
    for number, (name, role, truth, lot, ratio) in enumerate(tubes):
        file = f"{FOLDER}/{name}.fcs"
        write_lymphocytes(folder / file, truth, stream(seed, 0, 10, number))
        yield {
            "file": file,
            "role": role,
            "dye": dye_channel(),
            "lot": lot,
            "passage": RELEASE_PASSAGE if lot else "",
            "stromal_per_lymphocyte": ratio,
            "lymphocyte_donor": DONOR,
            "run": RUN,
            "reference_lot": "yes" if lot == "BM-01" else "no",
        }


def divided_percent() -> Iterator[tuple[str, str, float]]:
    """Yield what share of the lymphocytes entered division beside each lot.

    Yields
    ------
    lot, condition, percent
        The condition as the measurements name it.
    """
    for lot, half in HALF.items():
        for ratio in RATIOS:
            share = 1.0 - suppressed(ratio, half=half)[0]
            yield lot, f"MSC:PBMC 1:{1.0 / ratio:g}, {DONOR}", 100.0 * share
