"""What is said of tubes of lymphocytes that do not show what they should."""

from __future__ import annotations

from collections.abc import Iterator

from stroma.assays.places import place_of
from stroma.bench_records import SuppressionTube
from stroma.errors import Place, Problem, Severity
from stroma.stats.dye_dilution import (
    LEAST_CONTROL_EVENTS,
    LEAST_EVENTS,
    MISFIT_LOOK,
    WIDEST,
    DyeFit,
    NotIdentifiedError,
    Refusal,
)
from stroma.stats.dye_peaks import SPACING
from stroma.stats.suppression import LEAST_RATIOS, NoAnswerError, Unanswered
from stroma.texts import Number, Text, text

_REPEAT = text("look at its histogram, and record the tube anew")


def written_ratio(ratio: float | None) -> str:
    """Write a ratio as laboratories do.

    Parameters
    ----------
    ratio
        Stromal cells to one lymphocyte.

    Returns
    -------
    str
        ``"1:10"`` for 0.1, ``"2:1"`` for 2.

    Examples
    --------
    >>> written_ratio(0.1), written_ratio(2.0)
    ('1:10', '2:1')
    """
    if ratio is None or not ratio > 0:
        return "–"
    return f"{ratio:.4g}:1" if ratio > 1 else f"1:{1 / ratio:.4g}"


def no_control(tube: SuppressionTube, role: str) -> Problem:
    """Return the problem of a run without a control.

    Parameters
    ----------
    tube
        A co-culture of the run.
    role
        ``"undivided"`` or ``"stimulated"``.

    Returns
    -------
    Problem
        An error: what needs the control is not calculated.
    """
    missing = {
        "undivided": text('no tube of undivided lymphocytes in the run "{run}"', run=tube.run),
        "stimulated": text(
            'no tube of lymphocytes stimulated alone in the run "{run}"', run=tube.run
        ),
    }[role]
    expected = {
        "undivided": text("lymphocytes with dye that were not stimulated: they place the peaks"),
        "stimulated": text("stimulated lymphocytes without stromal cells: inhibition is of theirs"),
    }[role]
    return Problem(
        place_of(tube.origin_of_row, column="role"),
        found=missing,
        expected=expected,
        action=text("add the tube to suppression, of the same run and donor of lymphocytes"),
    )


def without_floor(tube: SuppressionTube) -> Problem:
    """Return the problem of a run without cells that carry no dye.

    Parameters
    ----------
    tube
        A co-culture of the run.

    Returns
    -------
    Problem
        A warning: late generations are not told rightly.
    """
    return Problem(
        place_of(tube.origin_of_row, column="role"),
        found=text('no tube of unlabelled lymphocytes in the run "{run}"', run=tube.run),
        expected=text("lymphocytes without dye, to see where late generations stop fading"),
        action=text("add one; until then their own light is taken as none"),
        severity=Severity.WARNING,
    )


def no_ratio(tube: SuppressionTube) -> Problem:
    """Return the problem of a co-culture whose ratio is not stated.

    Parameters
    ----------
    tube
        The tube.

    Returns
    -------
    Problem
        An error: the tube is left out.
    """
    ratio = tube.stromal_per_lymphocyte
    return Problem(
        place_of(tube.origin_of_row, column="stromal_per_lymphocyte", lot=tube.lot or None),
        found=text("no ratio of stromal cells to lymphocytes") if ratio is None
        else text("a ratio of {ratio}", ratio=ratio),
        expected=text("a number above zero: 0.1 for one stromal cell to ten lymphocytes"),
        action=text("fill it in; the tube is left out"),
    )  # fmt: skip


def no_donor(tube: SuppressionTube) -> Problem:
    """Return the problem of a co-culture that names none of several donors of lymphocytes.

    Parameters
    ----------
    tube
        The tube.

    Returns
    -------
    Problem
        An error: the tube is left out.
    """
    return Problem(
        place_of(tube.origin_of_row, column="lymphocyte_donor", lot=tube.lot or None),
        found=text('a co-culture without donor, and several donors in the run "{run}"',
                   run=tube.run),
        expected=text("the donor of its lymphocytes"),
        action=text("fill it in; the tube is left out"),
    )  # fmt: skip


def not_identified(tube: SuppressionTube, refusal: NotIdentifiedError) -> Problem:
    """Return the problem of a tube whose generations cannot be told.

    Parameters
    ----------
    tube
        The tube; for a reason that lies with the control, the control.
    refusal
        Why.

    Returns
    -------
    Problem
        An error: nothing is measured of the tube.
    """
    found, expected, action = _refused(refusal)
    return Problem(
        Place(file=tube.file, column=tube.dye, lot=tube.lot or None),
        found=found,
        expected=expected,
        action=action,
    )


def _refused(refusal: NotIdentifiedError) -> tuple[Text, Text, Text]:
    value = refusal.value
    match refusal.reason:
        case Refusal.FEW_EVENTS:
            return (
                text("{n} live single lymphocytes", n=int(value)),
                text("{n} at least", n=LEAST_EVENTS),
                text("record more of the tube"),
            )
        case Refusal.FEW_CONTROL_EVENTS:
            return (
                text("a control of {n} live single lymphocytes", n=int(value)),
                text("{n} at least", n=LEAST_CONTROL_EVENTS),
                text("record more of the undivided and the unlabelled lymphocytes"),
            )
        case Refusal.CONTROL_NOT_LABELLED:
            return (
                text("undivided lymphocytes hardly brighter than those without dye"),
                text("so bright that two divisions can be told from the cells' own light"),
                text("check which detector reads the dye, and the roles of the tubes"),
            )
        case Refusal.CONTROL_TOO_WIDE:
            return (
                text("undivided lymphocytes that spread by {spread} (natural logarithm)",
                     spread=value),
                text("{spread} at most; wider peaks hide the generations", spread=WIDEST),
                text("label the cells evenly, or gate one kind of lymphocyte"),
            )  # fmt: skip
        case Refusal.UNDIVIDED_NOT_FOUND:
            return (
                text("an undivided peak at {factor} of the control's brightness",
                     factor=Number(value, 2)),
                text("the two within a half generation of each other"),
                text("record control and tube with the same settings on the same day"),
            )  # fmt: skip
        case Refusal.SPACING_NOT_FOUND:
            return (
                text("generations that are {factor} times apart", factor=Number(value, 2)),
                text("a factor between {low} and {high}: a division halves the dye",
                     low=SPACING[0], high=SPACING[1]),
                text("check the compensation and the detector of the dye"),
            )  # fmt: skip
        case Refusal.POOR_FIT:
            return (
                text("{percent} % of the events elsewhere than generations would be",
                     percent=Number(100 * value, 1)),
                text("a histogram made of generations"),
                _REPEAT,
            )  # fmt: skip


def to_be_looked_at(tube: SuppressionTube, fit: DyeFit) -> Iterator[Problem]:
    """Yield what a person has to look at in a tube that was fitted.

    Parameters
    ----------
    tube
        The tube.
    fit
        Its generations.

    Yields
    ------
    Problem
        A warning.
    """
    if fit.misfit > MISFIT_LOOK:
        yield Problem(
            Place(file=tube.file, column=tube.dye, lot=tube.lot or None),
            found=text(
                "{percent} % of the events elsewhere than the fitted generations",
                percent=Number(100 * fit.misfit, 1),
            ),
            expected=text("{percent} % at most", percent=100 * MISFIT_LOOK),
            action=text("look at the picture of its generations"),
            severity=Severity.WARNING,
        )


def no_inhibition(tube: SuppressionTube, refusal: NoAnswerError) -> Problem:
    """Return the problem of stimulated lymphocytes that did not divide.

    Parameters
    ----------
    tube
        Lymphocytes that were stimulated alone.
    refusal
        With their division index.

    Returns
    -------
    Problem
        An error: there is nothing to inhibit.
    """
    return Problem(
        Place(file=tube.file, column=tube.dye),
        found=text(
            "lymphocytes stimulated alone divided no more than those that were not "
            "(division index {index})",
            index=Number(refusal.value, 2),
        ),
        expected=text("division that stromal cells can inhibit"),
        action=text("check the stimulation; no inhibition of this run is reported"),
    )


def no_answer(
    tube: SuppressionTube,
    refusal: NoAnswerError,
    missing: Text,
    margins: tuple[float, float] | None = None,
) -> Problem:
    """Return the problem of a lot whose ratios do not answer a question.

    Parameters
    ----------
    tube
        A co-culture of the lot.
    refusal
        Why.
    missing
        What is not reported.
    margins
        Of similarity, where they are declared.

    Returns
    -------
    Problem
        A note where that is a result of its own, else a warning.
    """
    value = Number(refusal.value, 1)
    more = text("add lower or higher ratios of stromal cells to lymphocytes")
    found, action = {
        Unanswered.NO_DIVISION: (text("no division to inhibit"), _REPEAT),
        Unanswered.FEW_RATIOS: (
            text("too few ratios: {n}", n=int(refusal.value)),
            text("measure at least {n} ratios of each lot", n=LEAST_RATIOS),
        ),
        Unanswered.NOT_REACHED: (text("at most {percent} % inhibition", percent=value), more),
        Unanswered.ABOVE_THROUGHOUT: (
            text("at least {percent} % inhibition at every ratio", percent=value),
            more,
        ),
        Unanswered.NOT_RISING: (
            text("inhibition that does not rise with the ratio"),
            text("check which tube is which"),
        ),
        Unanswered.NOT_PARALLEL: (
            text("curves that are not parallel (p = {p})", p=Number(refusal.value, 3)),
            text("compare the inhibition ratio by ratio instead"),
        ),
        Unanswered.NOT_SIMILAR: (
            _not_similar(refusal, margins),
            text("compare the inhibition ratio by ratio instead"),
        ),
        Unanswered.UNBOUNDED: (
            text("a slope that cannot be told from none"),
            text("measure more ratios or replicates"),
        ),
    }[refusal.reason]
    return Problem(
        place_of(tube.origin_of_row, column="stromal_per_lymphocyte", lot=tube.lot or None),
        found=text("{missing}: {reason}", missing=missing, reason=found),
        expected=text("ratios that reach from below to above 50 % inhibition"),
        action=action,
        severity=Severity.WARNING,
    )


def _not_similar(refusal: NoAnswerError, margins: tuple[float, float] | None) -> Text:
    low, high = refusal.interval
    if low is None or high is None or margins is None:
        return text("a slope over the reference lot's that cannot be bounded")
    return text(
        "a slope {low} to {high} times the reference lot's, where {least} to {most} was declared",
        low=round(low, 3),
        high=round(high, 3),
        least=margins[0],
        most=margins[1],
    )
