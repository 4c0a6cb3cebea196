"""Stained cultures: how much of the field is stained, how densely, and against the control.

Each picture is freed of its empty field (a picture of it, else a smooth surface through its
lightest parts) and unmixed into the stain and what is beside it. What counts as stained is a
percentile of the undifferentiated control of the same run, stain and lot, so that pictures without
such a control have a density and no area.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stroma.assays.places import place_of
from stroma.assays.result import AssayResult, combine
from stroma.bench_records import StainImage
from stroma.errors import Problem, Severity
from stroma.image_records import Picture
from stroma.imaging.deconvolution import Density, stain_amount
from stroma.imaging.flat_field import background_of, estimate_background
from stroma.imaging.stain_vectors import STAINS, Stain
from stroma.imaging.stained import (
    CONTROL_PERCENTILE,
    MOST_SATURATED,
    control_threshold,
    measure_stain,
    saturated_percent,
)
from stroma.measurements import Measurement
from stroma.records import Lot
from stroma.stats.means import mean_interval
from stroma.stats.ratios import MeanComparison, fieller_ratio
from stroma.texts import Text, text
from stroma.views import ReplicateView, Subject

INDUCED, CONTROL, FLAT_FIELD, DARK = "induced", "undifferentiated", "flat_field", "dark"

LINEAGES: Mapping[str, str] = {
    "alizarin_red": "osteogenic",
    "oil_red_o": "adipogenic",
    "alcian_blue": "chondrogenic",
}
"""What a stain shows in induced stromal cells (Dominici 2006), where the row does not say it."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Pictures of one lot that share stain, passage, lineage and run."""

    stain: str
    run: str
    passage: str
    lineage: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """A picture that was measured."""

    image: StainImage
    density: float
    threshold: float
    area: float | None = None


def measure_stains(
    images: Sequence[StainImage],
    pictures: Mapping[str, Picture],
    *,
    lot: Lot,
    level: float = 0.95,
    percentile: float = CONTROL_PERCENTILE,
    stains: Mapping[str, Stain] = STAINS,
) -> AssayResult:
    """Measure the stained cultures of a lot.

    Parameters
    ----------
    images
        Rows of ``images`` of the whole study: pictures of an empty field, and controls that name no
        lot, serve all.
    pictures
        Pixels by the file of the row; one that could not be read is missing here.
    lot
        The lot.
    level
        Confidence level of the intervals over replicates.
    percentile
        Of the undifferentiated control, above which a pixel counts as stained.
    stains
        Colours of each stain.

    Returns
    -------
    AssayResult
        Rows ``stained_area``, ``integrated_density`` and ``stain_ratio`` with the lineage as
        analyte, and a :class:`~stroma.views.ReplicateView` of the densities.
    """
    induced = [image for image in images if image.role == INDUCED and image.lot == lot.lot]
    groups = dict.fromkeys(
        _Group(i.stain, i.run, i.passage, i.lineage or LINEAGES[i.stain]) for i in induced
    )
    return combine(
        _measure_group(group, images, pictures, lot=lot, level=level, percentile=percentile,
                       stain=stains[group.stain])
        for group in groups
    )  # fmt: skip


def _measure_group(
    group: _Group,
    images: Sequence[StainImage],
    pictures: Mapping[str, Picture],
    *,
    lot: Lot,
    level: float,
    percentile: float,
    stain: Stain,
) -> AssayResult:
    of_run = [image for image in images if image.run == group.run and image.file in pictures]
    flat = next((image for image in of_run if image.role == FLAT_FIELD), None)
    empty = None if flat is None else background_of(pictures[flat.file])
    of_stain = [image for image in of_run if image.stain == group.stain]
    induced = [
        image
        for image in of_stain
        if image.role == INDUCED
        and image.lot == lot.lot
        and image.passage == group.passage
        and (image.lineage or LINEAGES[image.stain]) == group.lineage
    ]
    controls = _controls(of_stain, group, lot)
    if not induced:
        return AssayResult()
    problems = [*_doubts([*induced, *controls], pictures, empty), *_unused(of_run)]
    seen_controls = [
        _seen(image, pictures[image.file], stain, empty, percentile) for image in controls
    ]
    threshold = (
        sum(seen.threshold for seen in seen_controls) / len(seen_controls)
        if seen_controls
        else None
    )
    seen = [
        _seen(image, pictures[image.file], stain, empty, percentile, against=threshold)
        for image in induced
    ]
    if not seen_controls:
        problems.append(_no_control(induced[0]))
    saturated = any(problem.place.column == "file" for problem in problems)
    common = _common(group, lot, flat, percentile, saturated=saturated)
    rows = _rows(seen, seen_controls, common, level)
    view = ReplicateView(
        Subject(lot.lot, group.passage, "integrated_density", group.lineage),
        readout="integrated_density",
        unit="[OD]",
        induced=tuple(one.density for one in seen),
        control=tuple(one.density for one in seen_controls),
    )
    return AssayResult(tuple(rows), tuple(problems), (view,))


def _controls(of_stain: Sequence[StainImage], group: _Group, lot: Lot) -> list[StainImage]:
    """Return the controls of the lot's passage; else the lot's; else those of no lot."""
    held = [image for image in of_stain if image.role == CONTROL]
    own = [image for image in held if image.lot == lot.lot]
    same = [image for image in own if image.passage == group.passage]
    return same or own or [image for image in held if not image.lot]


def _seen(
    image: StainImage,
    picture: Picture,
    stain: Stain,
    empty: Density | None,
    percentile: float,
    *,
    against: float | None = None,
) -> _Seen:
    fits = empty is not None and empty.shape == picture.pixels.shape
    background = empty if fits else estimate_background(picture)
    amount = stain_amount(picture, stain, background=background)
    threshold = control_threshold(amount, percentile=percentile)
    field = measure_stain(amount, threshold if against is None else against, percentile=percentile)
    return _Seen(image, field.density, threshold, None if against is None else field.area_percent)


def _common(
    group: _Group, lot: Lot, flat: StainImage | None, percentile: float, *, saturated: bool
) -> Measurement:
    """Return what all rows of a group share; its quantity and value are yet to be set."""
    warnings: tuple[Text, ...] = ()
    if saturated:
        warnings = (text("a picture is saturated: its densest parts are denser than it can say"),)
    return Measurement(
        lot=lot.lot,
        donor=lot.donor,
        source=lot.source,
        passage=group.passage,
        quantity="integrated_density",
        analyte=group.lineage,
        value=0.0,
        n_counts="replicates",
        settings={
            "stain": group.stain.replace("_", " "),
            "percentile": percentile,
            "background": "estimated" if flat is None else "picture of the empty field",
        },
        warnings=warnings,
    )


def _rows(
    seen: Sequence[_Seen], controls: Sequence[_Seen], common: Measurement, level: float
) -> list[Measurement]:
    origins = tuple(one.image.origin_of_row for one in seen)
    densities = [one.density for one in seen]
    mean, low, high = mean_interval(densities, level=level)
    rows = [
        replace(common, value=mean, low=low, high=high, unit="[OD]", n=len(seen), origins=origins,
                level=None if low is None else level, method="stain_density/1"),
    ]  # fmt: skip
    areas = [one.area for one in seen if one.area is not None]
    origins = (*origins, *(one.image.origin_of_row for one in controls))
    if areas:
        mean, low, high = mean_interval(areas, level=level)
        rows.append(
            replace(common, quantity="stained_area", value=mean, unit="%", n=len(areas),
                    low=None if low is None else max(low, 0.0),
                    high=None if high is None else min(high, 100.0),
                    level=None if low is None else level, method="stained_area/1",
                    origins=origins)
        )  # fmt: skip
    ratio = _ratio(densities, [one.density for one in controls], level)
    if ratio is not None:
        rows.append(
            replace(common, quantity="stain_ratio", value=ratio.value, unit="1", low=ratio.low,
                    high=ratio.high, level=level if ratio.is_bounded else None, n=len(seen),
                    method="fieller_ratio/1", origins=origins)
        )  # fmt: skip
    return rows


def _ratio(
    induced: Sequence[float], control: Sequence[float], level: float
) -> MeanComparison | None:
    """Return induced over control, where the control holds a stain to divide by."""
    if not control or sum(control) <= 0 or sum(induced) < 0:
        return None
    return fieller_ratio(induced, control, level=level)


def _doubts(
    images: Sequence[StainImage], pictures: Mapping[str, Picture], empty: Density | None
) -> list[Problem]:
    problems = []
    for image in images:
        picture = pictures[image.file]
        saturated = saturated_percent(picture)
        if saturated > MOST_SATURATED:
            problems.append(_saturated(image, saturated))
        if not picture.is_colour:
            problems.append(_grey(image))
        if empty is not None and empty.shape != picture.pixels.shape:
            problems.append(_other_size(image))
    return problems


def _unused(images: Sequence[StainImage]) -> list[Problem]:
    return [
        Problem(
            place_of(image.origin_of_row, column="role", lot=image.lot or None),
            found=text("a picture without light, {file}", file=image.file),
            expected=text("pictures of cultures and of the empty field"),
            action=text("nothing; it is not used, since cameras take off their own dark current"),
            severity=Severity.NOTE,
        )
        for image in images
        if image.role == DARK
    ]


def _saturated(image: StainImage, percent: float) -> Problem:
    return Problem(
        place_of(image.origin_of_row, column="file", lot=image.lot or None),
        found=text("{percent} % of the pixels of {file} at an end of the scale",
                   percent=percent, file=image.file),
        expected=text("no more than {most} %", most=MOST_SATURATED),
        action=text("expose less or more and take the picture again; its density is uncertain"),
        severity=Severity.WARNING,
    )  # fmt: skip


def _grey(image: StainImage) -> Problem:
    return Problem(
        place_of(image.origin_of_row, column="role", lot=image.lot or None),
        found=text("a grey picture, {file}", file=image.file),
        expected=text("colours, to tell the stain from the cells"),
        action=text("take it in colour; all that is dark in it counts as stain"),
        severity=Severity.WARNING,
    )


def _other_size(image: StainImage) -> Problem:
    return Problem(
        place_of(image.origin_of_row, column="run", lot=image.lot or None),
        found=text("{file} of another size than the empty field of its run", file=image.file),
        expected=text("pictures of one size in a run"),
        action=text("take the empty field with the same settings; until then it is estimated"),
        severity=Severity.WARNING,
    )


def _no_control(image: StainImage) -> Problem:
    return Problem(
        place_of(image.origin_of_row, column="role", lot=image.lot or None),
        found=text("no undifferentiated control that was stained in the same run"),
        expected=text("one with the same stain, to tell what counts as stained"),
        action=text("add its picture to images; until then there is a density and no area"),
        severity=Severity.WARNING,
    )
