"""What is checked of every export of a bead reader, whichever program wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from stroma.errors import Place, Problem, Severity
from stroma.plate_records import BeadReading, WellStatus
from stroma.texts import join, text, texts


def too_few_beads(
    readings: Sequence[BeadReading], wanted: Mapping[str, int], *, place: Place
) -> tuple[Problem, ...]:
    """Return, for each analyte, the wells whose median rests on fewer beads than were asked for.

    The median of few beads is uncertain, and a blocked probe or lost beads show in the count
    before they show in the median.

    Parameters
    ----------
    readings
        Of the file.
    wanted
        Analyte to the number of beads asked for.
    place
        The file.

    Returns
    -------
    tuple of Problem
        One an analyte.
    """
    problems = []
    for analyte, least in wanted.items():
        few = [
            f"{reading.well} ({reading.beads})"
            for reading in readings
            if reading.analyte == analyte
            and _measured(reading)
            and reading.beads is not None
            and reading.beads < least
        ]
        if few:
            problems.append(
                Problem(
                    place,
                    found=texts(
                        "{analyte}: too few beads in {count} well: {wells}",
                        "{analyte}: too few beads in {count} wells: {wells}",
                        len(few),
                        analyte=analyte,
                        wells=shortened(few),
                    ),
                    expected=text("{least} beads or more, as the run asked for", least=least),
                    action=text("look at these wells; run them again where their beads are few"),
                    severity=Severity.WARNING,
                )
            )
    return tuple(problems)


def without_median(readings: Sequence[BeadReading], *, place: Place) -> tuple[Problem, ...]:
    """Return, for each analyte, the wells whose median is no number.

    Parameters
    ----------
    readings
        Of the file.
    place
        The file.

    Returns
    -------
    tuple of Problem
        One an analyte; its wells are left out of what is calculated.
    """
    wells: dict[str, list[str]] = {}
    for reading in readings:
        if not _measured(reading):
            median = reading.median_fluorescence
            written = "" if median is None else median.as_written
            told = f"{reading.well} ({written})" if written else reading.well
            wells.setdefault(reading.analyte, []).append(told)
    return tuple(
        Problem(
            place,
            found=texts(
                "{analyte}: no median in {count} well: {wells}",
                "{analyte}: no median in {count} wells: {wells}",
                len(held),
                analyte=analyte,
                wells=shortened(held),
            ),
            expected=text("a median fluorescence in every well"),
            action=text("run these wells again; nothing is calculated from them"),
            severity=Severity.ERROR,
        )
        for analyte, held in wells.items()
    )


def _measured(reading: BeadReading) -> bool:
    median = reading.median_fluorescence
    return median is not None and median.status is WellStatus.MEASURED


_SHOWN: Final = 12
"""Wells listed in a message: a column and a half of a plate."""


def shortened(names: Sequence[str]) -> object:
    """Return names for a message, the first ones where there are many.

    Parameters
    ----------
    names
        Wells or the like.

    Returns
    -------
    object
        Text to fill into a message.
    """
    if len(names) <= _SHOWN:
        return ", ".join(names)
    return join([", ".join(names[:_SHOWN]), text("and {n} more", n=len(names) - _SHOWN)])


_ROLES: Final = (
    ("standard", "standard"),
    ("background", "blank"),
    ("blank", "blank"),
    ("control", "control"),
    ("unknown", "sample"),
)


def role_of(sample: str) -> str:
    """Return the role the acquisition program gave a well by the name it made up.

    Parameters
    ----------
    sample
        ``"Standard1"``, ``"Background0"``, ``"Unknown12"``.

    Returns
    -------
    str
        ``"standard"``, ``"blank"``, ``"control"``, ``"sample"``; empty for a name of the
        laboratory's own.

    Examples
    --------
    >>> role_of("Background0"), role_of("Donor14_1")
    ('blank', '')
    """
    folded = sample.casefold().rstrip("0123456789").strip()
    return next((role for name, role in _ROLES if folded == name), "")
