"""Which data set of an FCS file is meant where it holds several."""

from __future__ import annotations

from collections.abc import Sequence

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.records import Events
from stroma.texts import text


def choose_data_set(
    data_sets: Sequence[Events], wanted: int | None = None
) -> tuple[Events, tuple[Problem, ...]]:
    """Return the data set to use, and what a person has to know of the choice.

    Beckman Coulter's ``.LMD`` holds one acquisition twice: as FCS 2.0, compensated and logarithmic
    in 10 bits, and then as FCS 3.0, uncompensated in full resolution (laboratories' account in
    github.com/whitews/FlowKit issue 104). The second is taken there: a matrix would compensate the
    first one twice, and its ends cut off negative values.

    Parameters
    ----------
    data_sets
        All of the file.
    wanted
        Number of the one that is meant, from 1; ``None`` where nobody said.

    Returns
    -------
    Events, tuple of Problem
        Where nobody said which, a note for one acquisition stored twice, and a warning for
        anything else than one data set, of which the first is used.

    Raises
    ------
    FileProblem
        The file has no such data set.
    """
    count = len(data_sets)
    place = Place(file=data_sets[0].origin.file)
    if wanted is not None:
        if 1 <= wanted <= count:
            return data_sets[wanted - 1], ()
        raise FileProblem(
            Problem(
                place,
                found=text("no data set {number}", number=wanted),
                expected=text("a number from 1 to {count}", count=count),
                action=text("choose another data set"),
            )
        )
    if count == 1:
        return data_sets[0], ()
    if _is_stored_twice(data_sets):
        note = Problem(
            place,
            found=text(
                "one acquisition stored twice: as {first}, and as {second}, which was used",
                first=data_sets[0].version,
                second=data_sets[1].version,
            ),
            expected=text("the acquisition uncompensated and in full resolution"),
            action=text("nothing; name the detectors as the second data set does"),
            severity=Severity.NOTE,
        )
        return data_sets[1], (note,)
    warning = Problem(
        place,
        found=text("several data sets, of which the first was used; the number is {count}",
                   count=count),
        expected=text("one tube a file"),
        action=text("export the tubes one by one if another than the first is meant"),
        severity=Severity.WARNING,
    )  # fmt: skip
    return data_sets[0], (warning,)


def _is_stored_twice(data_sets: Sequence[Events]) -> bool:
    if len(data_sets) != 2:
        return False
    old, new = data_sets
    same_begin = old.acquired == new.acquired or None in (old.acquired, new.acquired)
    return (
        old.version == "FCS2.0"
        and new.version != "FCS2.0"
        and len(old) == len(new)
        and len(new) > 0
        and same_begin
    )
