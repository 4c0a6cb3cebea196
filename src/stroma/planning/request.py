"""What a person asks of a plan, checked: the demand, the sources and the declared inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from stroma.errors import Place, Problem, StudyProblem
from stroma.planning.results import PlanInput
from stroma.texts import Text, text
from stroma.units import fold
from stroma.vocabulary import TISSUES, find_tissue

ROUTES: Final = ("intravenous", "intrathecal", "other")
CELLS_PER_KG: Final = (1e3, 1e9)
"""Doses in clinical use are 0.1 to 20 million a kilogram; what is a thousand times away is a slip
of the unit."""
KILOGRAMS: Final = (0.2, 400.0)
"""From the smallest premature child to the heaviest patient."""
CELLS_PER_DOSE: Final = (1e3, 1e12)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What is asked.

    Parameters
    ----------
    sources
        Tissues, names of :data:`stroma.vocabulary.TISSUES`.
    doses
        How many.
    confidence
        With what probability.
    dose_per_kg, weight
        Cells a kilogram, and kilograms.
    dose_cells
        Cells of a fixed dose, instead.
    vial_cells
        Viable cells of a vial; ``None`` where doses are not split into vials.
    volume_ml, hours, route
        Of the infusion, for the endotoxin limit.
    declared
        Source to its inputs; the empty source holds for all.
    file
        Where the inputs were declared, for messages.
    """

    sources: tuple[str, ...] = ()
    doses: int | None = None
    confidence: float = 0.9
    dose_per_kg: float | None = None
    weight: float | None = None
    dose_cells: float | None = None
    vial_cells: float | None = None
    volume_ml: float | None = None
    hours: float | None = None
    route: str | None = None
    declared: Mapping[str, Mapping[str, PlanInput]] = field(default_factory=dict)
    file: str | None = None


def check_request(request: PlanRequest) -> None:
    """Refuse what cannot be planned, all of it at once.

    Parameters
    ----------
    request
        What is asked.

    Raises
    ------
    StudyProblem
        A source, a number or a dose that has no sense, each as a sentence.
    """
    problems = [
        *_source_problems(request),
        *_number_problems(request),
        *_dose_problems(request),
    ]
    if problems:
        raise StudyProblem(problems)


def cells_per_dose(request: PlanRequest) -> float:
    """Return the viable cells of one dose.

    Parameters
    ----------
    request
        A checked request.

    Returns
    -------
    float
        The fixed dose, or the dose by weight.

    Examples
    --------
    >>> cells_per_dose(PlanRequest(dose_per_kg=2e6, weight=70))
    140000000.0
    """
    if request.dose_cells is not None:
        return request.dose_cells
    if request.dose_per_kg is None or request.weight is None:
        raise ValueError("a checked request has a dose")
    return request.dose_per_kg * request.weight


def _source_problems(request: PlanRequest) -> list[Problem]:
    known = ", ".join(tissue.name for tissue in TISSUES)
    problems = [
        _problem(
            request,
            "source",
            text('the source "{source}"', source=source),
            text("one of {known}", known=known),
            text("name a tissue of the list"),
        )
        for source in dict.fromkeys((*request.sources, *request.declared))
        if source and find_tissue(source) is None
    ]
    if not request.sources:
        problems.append(
            _problem(
                request,
                "source",
                text("no source of cells"),
                text("one or more of {known}", known=known),
                text("name one with --source, or in the list sources of the plan"),
            )
        )
    return problems


def _number_problems(request: PlanRequest) -> list[Problem]:
    problems: list[Problem] = []
    if request.doses is None:
        problems.append(
            _problem(
                request,
                "doses",
                text("no number of doses"),
                text("how many doses are to be made"),
                text("state it with --doses, or as doses in the plan"),
            )
        )
    elif request.doses < 1:
        problems.append(
            _problem(
                request,
                "doses",
                text("{n} doses", n=request.doses),
                text("one dose or more"),
                text("correct the number of doses"),
            )
        )
    if not 0.5 <= request.confidence < 1:
        problems.append(
            _problem(
                request,
                "confidence",
                text("a confidence of {value}", value=request.confidence),
                text("a part of one from 0.5 to below 1, such as 0.9"),
                text("write 90 % as 0.9"),
            )
        )
    for name, value in (
        ("vial_cells", request.vial_cells),
        ("volume_ml", request.volume_ml),
        ("hours", request.hours),
    ):
        if value is not None and value <= 0:
            problems.append(
                _problem(
                    request,
                    name,
                    text("{value}", value=value),
                    text("a number above 0"),
                    text("correct the number, or leave it out where it is not known"),
                )
            )
    if request.route is not None and request.route not in ROUTES:
        problems.append(
            _problem(
                request,
                "route",
                text('the route "{route}"', route=request.route),
                text("one of {known}", known=", ".join(ROUTES)),
                text("name a route of the list"),
            )
        )
    return problems


def _dose_problems(request: PlanRequest) -> list[Problem]:
    by_weight = request.dose_per_kg is not None or (
        request.weight is not None and request.dose_cells is None
    )
    if request.dose_cells is not None and request.dose_per_kg is not None:
        return [
            _problem(
                request,
                "dose",
                text("a dose by weight and a fixed dose"),
                text("one of the two"),
                text("leave one of them out"),
            )
        ]
    checks: list[tuple[str, float | None, tuple[float, float], Text]] = []
    if by_weight:
        checks = [
            ("dose_per_kg", request.dose_per_kg, CELLS_PER_KG, text("cells for a kilogram")),
            ("weight", request.weight, KILOGRAMS, text("kilograms of body weight")),
        ]
    elif request.dose_cells is None:
        return [
            _problem(
                request,
                "dose",
                text("no dose"),
                text("cells for a kilogram and a body weight, or the cells of a fixed dose"),
                text("state --dose-per-kg and --weight, or --dose-cells"),
            )
        ]
    else:
        checks = [("dose_cells", request.dose_cells, CELLS_PER_DOSE, text("cells of a dose"))]
        if request.weight is not None:
            checks.append(("weight", request.weight, KILOGRAMS, text("kilograms of body weight")))
    return [
        _problem(
            request,
            name,
            text("nothing stated") if value is None else text("{value}", value=value),
            text("{what}, from {low} to {high}", what=what, low=bounds[0], high=bounds[1]),
            text("check the number and its unit: 2 million is written 2e6"),
        )
        for name, value, bounds, what in checks
        if value is None or not bounds[0] <= value <= bounds[1]
    ]


def _problem(
    request: PlanRequest, column: str, found: Text, expected: Text, action: Text
) -> Problem:
    return Problem(Place(file=request.file, column=column), found, expected, action)


def same_unit(written: str, code: str) -> bool:
    """Tell whether a unit that has no conversions was written.

    Parameters
    ----------
    written
        As in the plan.
    code
        The input's own unit.

    Returns
    -------
    bool
        True for the code and for its usual spelling.

    Examples
    --------
    >>> same_unit("mL/cm²", "mL/cm2"), same_unit("years", "a")
    (True, True)
    """
    spelled = {"a": ("a", "y", "years", "year"), "mL/cm2": ("ml/cm2", "ml/cm²", "ml/cm^2")}
    return fold(written) in spelled.get(code, (fold(code),))
