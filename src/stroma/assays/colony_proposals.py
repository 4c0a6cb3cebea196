"""Counts of colonies proposed from pictures, for a person to confirm or correct.

A proposal is a picture with circles and a line of the sheet to be signed
(:mod:`stroma.report.proposals`), never a row of numbers: see :mod:`stroma.assays.colonies` for what
counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stroma.assays.result import AssayResult
from stroma.bench_records import ColonyCount
from stroma.image_records import Picture
from stroma.imaging.colonies import preview, propose_colonies
from stroma.records import Lot
from stroma.views import ColonyView, Subject


def propose_counts(
    counts: Sequence[ColonyCount], pictures: Mapping[str, Picture], *, lot: Lot
) -> AssayResult:
    """Propose the colonies in the pictures of a lot's dishes.

    Parameters
    ----------
    counts
        Rows of ``colonies``; those of other lots and without a picture are left aside.
    pictures
        Pixels by file; one that could not be read is missing here.
    lot
        The lot.

    Returns
    -------
    AssayResult
        No rows; a :class:`~stroma.views.ColonyView` for each picture.
    """
    views = []
    for count in counts:
        picture = None if count.image is None else pictures.get(count.image)
        if count.lot != lot.lot or count.image is None or picture is None:
            continue
        rows, columns = picture.pixels.shape[:2]
        views.append(
            ColonyView(
                Subject(lot.lot, count.passage, "clonogenic_efficiency", ""),
                file=count.image,
                seeded=count.seeded,
                picture=preview(picture),
                height=rows / columns,
                colonies=tuple((c.x, c.y, c.radius) for c in propose_colonies(picture)),
                counted=count.colonies,
                confirmed_by=count.confirmed_by or "",
                replicate=count.replicate,
            )
        )
    return AssayResult(views=tuple(views))
