"""A plan asked for on the command line, in a notebook or by a study folder, made ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from stroma.errors import Place, Problem, StromaError, StudyProblem
from stroma.measurements import Measurement
from stroma.planning.plan import make_plan
from stroma.planning.plan_file import PLAN_FILE, parse_plan
from stroma.planning.request import PlanRequest
from stroma.planning.results import DosePlan
from stroma.records import Lot
from stroma.spelling import nearest
from stroma.texts import text

ASKED: Final = (
    "sources", "doses", "dose_per_kg", "weight", "dose_cells", "confidence", "vial_cells",
    "volume_ml", "hours", "route",
)  # fmt: skip
"""What can be asked besides the plan file, and comes before it."""


def plan_request(file: Path | None, asked: Mapping[str, object], own: Iterable[str]) -> PlanRequest:
    """Return what is asked of a plan.

    Parameters
    ----------
    file
        A plan file; ``None`` for none.
    asked
        What was asked beside it, of :data:`ASKED`; ``None`` and an empty tuple ask nothing.
    own
        Sources of the laboratory's own lots, which are taken where no source is named.

    Returns
    -------
    PlanRequest
        The file's words, with what was asked in their place.

    Raises
    ------
    StromaError
        The file is not well formed, or what is asked is none of a plan.
    """
    unknown = [name for name in asked if name not in ASKED]
    if unknown:
        raise StudyProblem([_unknown(name) for name in unknown])
    request = PlanRequest() if file is None else parse_plan(file.read_bytes(), file=file.name)
    changed: dict[str, Any] = {
        name: value for name, value in asked.items() if value not in (None, ())
    }
    # A dose by weight that is asked for replaces a fixed one of the file, and the other way round.
    if "dose_cells" in changed and "dose_per_kg" not in changed:
        changed["dose_per_kg"] = None
    elif "dose_per_kg" in changed and "dose_cells" not in changed:
        changed["dose_cells"] = None
    request = replace(request, **changed)
    if request.sources:
        return request
    return replace(request, sources=tuple(dict.fromkeys(source for source in own if source)))


def _unknown(name: str) -> Problem:
    alike = nearest(name, ASKED, count=1)
    return Problem(
        Place(column=name),
        found=text('"{name}", which nobody can ask of a plan', name=name),
        expected=text("one of {known}", known=", ".join(ASKED)),
        action=text("write {near}, if it is meant", near=alike[0])
        if alike
        else text("leave it out, or write one of these"),
    )


def plan_of_study(
    folder: Path, lots: Sequence[Lot], rows: Sequence[Measurement]
) -> tuple[DosePlan | None, tuple[Problem, ...]]:
    """Return the plan of a study folder that holds a plan file.

    Parameters
    ----------
    folder
        The study folder.
    lots
        Its lots.
    rows
        Its measurements.

    Returns
    -------
    plan
        ``None`` where the folder holds no plan file, or one that cannot be planned by.
    problems
        Why not, and what a person has to look at.
    """
    file = folder / PLAN_FILE
    if not file.is_file():
        return None, ()
    try:
        request = plan_request(file, {}, [lot.source for lot in lots])
        plan = make_plan(request, rows, ages=ages_of(lots))
    except StromaError as wrong:
        return None, wrong.problems
    return plan, plan.problems


def ages_of(lots: Iterable[Lot]) -> dict[str, float]:
    """Return the donors' ages that are known.

    Parameters
    ----------
    lots
        The lots.

    Returns
    -------
    dict
        Lot to years.
    """
    return {lot.lot: lot.donor_age_years for lot in lots if lot.donor_age_years is not None}
