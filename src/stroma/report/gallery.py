"""The pictures of a lot, each with a caption that says what is counted in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from stroma import figures
from stroma.analytes import quantity_label
from stroma.measurements import Measurement
from stroma.report.numerals import measured_number, measured_value
from stroma.report.proposals import FILE as PROPOSALS
from stroma.report.setting_words import setting_value
from stroma.report.words import NO_BREAK, control_short
from stroma.texts import Language, Text, join, text
from stroma.unit_words import unit_sign
from stroma.views import (
    ColonyView,
    CompensationView,
    DyeDilutionView,
    ExpressionView,
    GateView,
    GrowthView,
    HistogramView,
    ReplicateView,
    StandardCurveView,
    Subject,
    SuppressionCurveView,
    View,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing and its caption.

    Parameters
    ----------
    svg
        The drawing.
    heading
        What it shows.
    notes
        Lines beneath.
    """

    svg: Markup
    heading: Text
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Gallery:
    """The pictures of a lot by kind.

    Parameters
    ----------
    histograms, gates, curves
        Markers; gates; growth, differentiation and expression.
    """

    histograms: tuple[Picture, ...] = ()
    gates: tuple[Picture, ...] = ()
    curves: tuple[Picture, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.histograms or self.gates or self.curves)


def hang(
    views: Sequence[View],
    rows: Sequence[Measurement],
    language: Language,
    shared: figures.SharedPieces,
    *,
    compact: bool = False,
) -> Gallery:
    """Draw the views of a lot.

    Parameters
    ----------
    views
        Of one lot.
    rows
        Its measurements, for the percentages.
    language
        Of the words.
    shared
        Where the page keeps axes that several pictures have.
    compact
        Whether the page holds so many that each is drawn coarsely and captioned shortly.

    Returns
    -------
    Gallery
        The pictures, in the order of the views.
    """
    histograms: list[Picture] = []
    gates: list[Picture] = []
    curves: list[Picture] = []
    for view in views:
        match view:
            case HistogramView():
                row = _row_of(view, rows)
                histograms.append(_histogram(view, row, language, shared, compact=compact))
            case GateView():
                gates.append(_gate(view, language, shared))
            case CompensationView():
                gates.append(_compensation(view, language, shared, compact=compact))
            case GrowthView():
                curves.append(_growth(view, language, shared))
            case ReplicateView():
                curves.append(_replicates(view, language, shared))
            case ExpressionView():
                curves.append(_expression(view, language, shared))
            case DyeDilutionView():
                curves.append(_dye_dilution(view, language, shared))
            case SuppressionCurveView():
                curves.append(_suppression(view, language, shared))
            case ColonyView():
                curves.append(_colonies(view, language))
            case StandardCurveView():
                curves.append(_standard_curve(view, language, shared))
    return Gallery(tuple(histograms), tuple(gates), tuple(curves))


def _row_of(view: HistogramView, rows: Sequence[Measurement]) -> Measurement | None:
    """Return the measurement a histogram stands behind; none where two could be meant."""
    wanted = view.subject
    same = [
        row
        for row in rows
        if (row.lot, row.passage, row.quantity, row.analyte, row.condition)
        == (wanted.lot, wanted.passage, wanted.quantity, wanted.analyte, wanted.condition)
    ]
    of_tube = [row for row in same if view.stained_file in {o.file for o in row.origins}]
    found = of_tube or same
    return found[0] if len(found) == 1 else None


def _histogram(
    view: HistogramView,
    row: Measurement | None,
    language: Language,
    shared: figures.SharedPieces,
    *,
    compact: bool,
) -> Picture:
    percent = "" if row is None else measured_value(row, language)
    bounds = "" if row is None else measured_number(row, language)[1]
    cells = text("{stained} stained", stained=view.stained_events)
    if view.control_events:
        cells = text(
            "{stained} stained, {control} {name}",
            stained=view.stained_events,
            control=view.control_events,
            name=control_short(view.control_role),
        )
    drawing = figures.histogram(
        view, language, percent=percent, shared=shared,
        tolerance=figures.COARSE if compact else figures.TOLERANCE,
    )  # fmt: skip
    return Picture(
        Markup(drawing),  # noqa: S704 - escapes its words
        _heading(view.subject, join([view.subject.analyte, view.channel], f"{NO_BREAK}· ")),
        # The interval and the cells counted stand in the tables below it too.
        () if compact else (*((join([bounds]),) if bounds else ()), cells),
    )


def _gate(view: GateView, language: Language, shared: figures.SharedPieces) -> Picture:
    return Picture(
        Markup(figures.gate(view, language, shared=shared)),  # noqa: S704 - escapes its words
        _heading(view.subject, view.name),
        (
            text("{kept} of {total} events", kept=view.kept, total=view.total),
            join([view.file.rpartition("/")[2]]),
        ),
    )


def _compensation(
    view: CompensationView, language: Language, shared: figures.SharedPieces, *, compact: bool
) -> Picture:
    # A table of ten stains takes more room than all the curves of a lot.
    drawing = "" if compact else figures.compensation(view, language, shared=shared)
    return Picture(
        Markup(drawing),  # noqa: S704 - escapes its words
        _heading(view.subject, text("left of each stain after compensation, %")),
        (
            *(words for words in (view.worst, view.widest) if words.template),
            text("compensation: {source}", source=setting_value(view.source, key="compensation")),
        ),
    )


def _growth(view: GrowthView, language: Language, shared: figures.SharedPieces) -> Picture:
    return Picture(
        Markup(figures.growth(view, language, shared=shared)),  # noqa: S704 - escapes its words
        text("cumulative population doublings"),
        (view.convention,),
    )


def _replicates(view: ReplicateView, language: Language, shared: figures.SharedPieces) -> Picture:
    shown = replace(view, unit=unit_sign(view.unit))
    return Picture(
        Markup(figures.replicates(shown, language, shared=shared)),  # noqa: S704 - escapes its words
        _heading(view.subject, quantity_label("differentiation", view.subject.analyte)),
    )


def _standard_curve(
    view: StandardCurveView, language: Language, shared: figures.SharedPieces
) -> Picture:
    shown = replace(view, unit=unit_sign(view.unit))
    return Picture(
        Markup(figures.standard_curve(shown, language, shared=shared)),  # noqa: S704 - escapes
        text("standard curve of {analyte}", analyte=view.subject.analyte),
        (
            *((text("not identified: {models}", models=join(view.left)),) if view.left else ()),
            join([view.file.rpartition("/")[2]]),
        ),
    )


def _dye_dilution(
    view: DyeDilutionView, language: Language, shared: figures.SharedPieces
) -> Picture:
    return Picture(
        Markup(figures.dye_dilution(view, language, shared=shared)),  # noqa: S704 - escapes
        _heading(view.subject, text("division of lymphocytes")),
        (
            join([view.subject.condition]),
            text("numbered: generations; dashed: undivided control"),
        ),
    )


def _suppression(
    view: SuppressionCurveView, language: Language, shared: figures.SharedPieces
) -> Picture:
    return Picture(
        Markup(figures.suppression_curve(view, language, shared=shared)),  # noqa: S704 - escapes
        _heading(view.subject, text("suppression of lymphocytes")),
        (text("upright: ratio of half suppression with its interval"),),
    )


def _colonies(view: ColonyView, language: Language) -> Picture:
    told = (
        text("counted by {person}: {count}", person=view.confirmed_by, count=view.counted)
        if view.confirmed_by and view.counted is not None
        else text("a proposal: correct it in {file} and sign it", file=PROPOSALS)
    )
    return Picture(
        Markup(figures.colony_overlay(view, language)),  # noqa: S704 - escapes its words
        _heading(view.subject, text("colonies proposed: {count}", count=len(view.colonies))),
        (told, join([view.file.rpartition("/")[2]])),
    )


def _expression(view: ExpressionView, language: Language, shared: figures.SharedPieces) -> Picture:
    return Picture(
        Markup(figures.expression(view, language, shared=shared)),  # noqa: S704 - escapes its words
        _heading(view.subject, text("expression in {sample}", sample=view.sample)),
        (
            text("line: t interval of the ddCt"),
            text("pale bar: 2^-(ddCt ± s), Livak 2001"),
        ),
    )


def _heading(subject: Subject, what: Text) -> Text:
    told = [part for part in (subject.passage, subject.condition) if part]
    return join([what, *told], ", ")
