"""The counts of colonies that nobody confirmed yet, as lines of the sheet ``colonies``.

A person looks at the circles in the report, corrects the counts, signs them and puts the lines in
the place of those of the sheet. Until then they are no measurements.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from stroma.views import ColonyView, View

FILE: Final = "colonies_proposed.csv"
COLUMNS: Final = (
    "lot",
    "passage",
    "seeded",
    "colonies",
    "wells",
    "wells_with_colonies",
    "image",
    "confirmed_by",
    "replicate",
)
"""Of the sheet ``colonies``, so that its lines fit in."""


def proposal_table(views: Iterable[View]) -> tuple[Mapping[str, str], ...]:
    """Return the proposals that nobody confirmed yet as lines of the sheet ``colonies``.

    Parameters
    ----------
    views
        Of a study; those of dishes are taken.

    Returns
    -------
    tuple of mapping
        Cells by :data:`COLUMNS`: what was counted, else what is proposed, with ``confirmed_by``
        empty for a person to sign.
    """
    return tuple(
        {
            "lot": view.subject.lot,
            "passage": view.subject.passage,
            "seeded": f"{view.seeded:.15g}",
            "colonies": str(len(view.colonies) if view.counted is None else view.counted),
            "wells": "",
            "wells_with_colonies": "",
            "image": view.file,
            "confirmed_by": "",
            "replicate": view.replicate,
        }
        for view in views
        if isinstance(view, ColonyView) and not view.confirmed_by
    )


def write_proposals(views: Iterable[View], path: Path) -> None:
    """Write the proposals that nobody confirmed yet.

    Parameters
    ----------
    views
        Of a study.
    path
        The file.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(proposal_table(views))
