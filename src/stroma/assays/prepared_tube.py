"""A tube of a panel with its live single cells found, its account and the pictures of its gates."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stroma.cytometry.compensation import (
    Compensation,
    compensate,
    same_spillover,
)
from stroma.cytometry.gates import detector_end
from stroma.cytometry.pictures import KEPT, gate_view, thinned
from stroma.cytometry.populations import LABELS, Cleaned, Step, clean
from stroma.cytometry.stability import UNSTABLE_THROUGHOUT
from stroma.cytometry.strategy import (
    clean_as_frozen,
    departures,
    other_matrix,
    settings_changed,
)
from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.house_rules import CleaningRule
from stroma.records import VIABILITY_DYE, Channel, Events, FloatArray, Spillover, Tube, TubeRole
from stroma.spelling import nearest
from stroma.strategy_records import (
    NO_DYE,
    OFF,
    OTHER_MATRIX,
    FrozenPanel,
    HeldStrategy,
    departure_text,
)
from stroma.texts import Text, text, texts
from stroma.views import ExclusionStep, GateView, Subject

SUSPECT_SHARES: Mapping[str, float] = {
    "margins": 0.10,
    "time": 0.10,
    "debris": 0.80,
    "doublets": 0.30,
}
"""Share of the events a gate was asked about from which a person has to look: a detector set so
that cells leave its range, a flow that was disturbed, a tube that holds next to no cells, a
suspension that clumps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedTube:
    """A tube whose live single cells have been found.

    Parameters
    ----------
    tube, events
        The tube and what its file holds.
    compensation
        The matrix of the tube.
    cleaned
        Its live single cells.
    dye
        Detector of the viability dye; ``None`` where the tube holds none.
    compensated
        The channels that are looked at, each an array of shape (events,).
    strategy
        The frozen gates it was cleaned by; ``None`` where they were found on it.
    departures
        How its cells were found otherwise than those gates say: see
        :data:`stroma.strategy_records.DEPARTURES`.
    """

    tube: Tube
    events: Events
    compensation: Compensation
    cleaned: Cleaned
    dye: str | None
    compensated: Mapping[str, FloatArray] = field(repr=False)
    strategy: HeldStrategy | None = None
    departures: tuple[str, ...] = ()

    @property
    def cells(self) -> int:
        """Live single cells."""
        return int(self.cleaned.rows.size)

    def channel(self, name: str) -> Channel:
        """Return the channel of a detector.

        Parameters
        ----------
        name
            A detector the file holds.

        Returns
        -------
        Channel
            The channel.
        """
        return self.events.channels[self.events.names.index(name)]

    def of_cells(self, name: str, spillover: Spillover | None) -> FloatArray:
        """Return the values of the live single cells in one detector.

        Parameters
        ----------
        name
            A detector that is looked at.
        spillover
            The matrix to compensate with.

        Returns
        -------
        numpy.ndarray
            Array of shape (cells,), in linear, compensated units.

        Raises
        ------
        FileProblem
            The file lacks a detector of the matrix.
        """
        values = self.compensated[name]
        if not same_spillover(spillover, self.compensation.spillover):
            values = compensate(self.events, spillover, channels=[name])[:, 0]
        cells: FloatArray = values.take(self.cleaned.rows, mode="clip")
        return cells


def prepare_tube(
    tube: Tube,
    events: Events,
    *,
    detectors: Collection[str],
    cleaning: CleaningRule,
    compensation: Compensation,
    strategy: HeldStrategy | None = None,
    debris_cut: float | None = None,
) -> PreparedTube:
    """Compensate a tube and find its live single cells.

    Parameters
    ----------
    tube, events
        The tube and what its file holds.
    detectors
        Detectors that will be looked at; those the file lacks are left out.
    cleaning
        Which gates to apply.
    compensation
        What the tube is compensated with.
    strategy
        Frozen gates to apply; ``None`` to find them on the tube.
    debris_cut
        The boundary of debris on a tube of the same cells at rest; ``None`` to find it on this one.

    Returns
    -------
    PreparedTube
        The tube.

    Raises
    ------
    FileProblem
        The file lacks a detector of the matrix or of the strategy, the matrix cannot be inverted,
        or the strategy does not hold the panel.
    """
    dye = next((name for name, marker in tube.markers.items() if marker == VIABILITY_DYE), None)
    if dye not in events.names:
        dye = None
    wanted = sorted({*detectors, *([dye] if dye is not None else [])} & set(events.names))
    values = compensate(events, compensation.spillover, channels=wanted)
    compensated = {name: values[:, column] for column, name in enumerate(wanted)}
    asked = cleaning
    if dye is None and tube.role == TubeRole.UNSTAINED:
        # Not stained with the dye either: that is what it is for, and nothing to note.
        cleaning = replace(cleaning, dead=False)
    dye_values = None if dye is None else (dye, compensated[dye])
    if strategy is None:
        departed: tuple[str, ...] = ()
        cleaned = clean(
            events,
            rule=cleaning,
            dye=dye_values,
            needed=values,
            watched=compensated,
            debris_cut=debris_cut,
        )
    else:
        panel = _frozen_panel(strategy, tube)
        cleaned = clean_as_frozen(
            events,
            panel,
            rule=cleaning,
            dye=dye_values,
            needed=values,
            watched=compensated,
        )
        every = departures(panel, events, compensation, cleaned, rule=asked, dye=dye)
        # A control need not be stained with the dye.
        stained = tube.role == TubeRole.STAINED
        departed = tuple(each for each in every if stained or not each.endswith(NO_DYE))
    return PreparedTube(
        tube=tube,
        events=events,
        compensation=compensation,
        cleaned=cleaned,
        dye=dye,
        compensated=compensated,
        strategy=strategy,
        departures=departed,
    )


def _frozen_panel(strategy: HeldStrategy, tube: Tube) -> FrozenPanel:
    panel = strategy.strategy.panel(tube.panel)
    if panel is None:
        raise FileProblem(
            Problem(
                Place(file=tube.file, lot=tube.lot or None),
                found=text('a tube of the panel "{panel}"', panel=tube.panel),
                expected=text(
                    "one of the panels of the strategy {name}: {panels}",
                    name=strategy.strategy.name,
                    panels=", ".join(f'"{held.panel}"' for held in strategy.strategy.panels),
                ),
                action=text("freeze a strategy from a lot that was stained with this panel too"),
            )
        )
    return panel


def tube_problems(tube: PreparedTube) -> Iterator[Problem]:
    """Yield what a person should know of a tube: gates left out, suspect gates.

    What had to be mended in its file is told by whoever read it.

    Parameters
    ----------
    tube
        The tube.

    Yields
    ------
    Problem
        Notes and warnings; none of them keeps a number from being made.
    """
    place = Place(file=tube.tube.file, lot=tube.tube.lot or None)
    for note in _notes(tube):
        yield Problem(
            place,
            found=note,
            expected=text("a tube to which every step applies"),
            action=text("nothing, if the tube is meant so"),
            severity=Severity.NOTE,
        )
    for step in tube.cleaned.steps:
        yield from _suspect(step, place)
    if tube.strategy is not None:
        yield from _against_strategy(tube, _frozen_panel(tube.strategy, tube.tube), place)


def _against_strategy(tube: PreparedTube, panel: FrozenPanel, place: Place) -> Iterator[Problem]:
    """Yield how a tube differs from the one its gates were frozen on."""
    for change in settings_changed(panel, tube.events.channels):
        yield Problem(
            place,
            found=change,
            expected=text("detectors set as they were when the gates were frozen"),
            action=text("record the tube with these settings, or freeze a strategy for them"),
            severity=Severity.WARNING,
        )
    for departed in tube.departures:
        # That a gate is switched off is said once, of the study.
        if not departed.endswith(OFF):
            yield Problem(
                place,
                found=departure_text(departed),
                expected=text("every gate of the tube as it was frozen"),
                action=text(
                    "look at the cells of this gate, and freeze the strategy anew from a lot that "
                    "was recorded and compensated like this one"
                ),
                severity=Severity.WARNING,
            )
    if other_matrix(panel, tube.compensation) and f"dead:{OTHER_MATRIX}" not in tube.departures:
        yield Problem(
            place,
            found=text("another spillover matrix than when the gates were frozen"),
            expected=text("the matrix of that time, or one near it"),
            action=text("nothing, if the lot was compensated anew on purpose"),
            severity=Severity.NOTE,
        )


def _suspect(step: Step, place: Place) -> Iterator[Problem]:
    limit = SUSPECT_SHARES.get(step.gate)
    if limit is not None and step.asked.size and step.removed > limit * step.asked.size:
        yield Problem(
            place,
            found=text(
                "{percent} % of the events were excluded as {gate}",
                percent=round(100 * step.removed / step.asked.size, 1),
                gate=LABELS[step.gate],
            ),
            expected=text("{percent} % at most", percent=100 * limit),
            action=text("look at the picture of this gate and at the instrument's settings"),
            severity=Severity.WARNING,
        )
    if step.result.doubt is not None:
        yield Problem(
            place,
            found=step.result.doubt,
            expected=text("cells that the gate tells apart beyond doubt"),
            action=text(
                "look at the picture of this gate; freeze the gates of a good lot, or switch the "
                "gate off in [cleaning]. Until then no number of the tube can decide a verdict"
            ),
            severity=Severity.WARNING,
        )
    if step.result.rule == UNSTABLE_THROUGHOUT:
        yield Problem(
            place,
            found=text(
                "the signals move throughout the acquisition: more than half of the events lie in "
                "unstable stretches, so that none was excluded"
            ),
            expected=text("signals that stand still for most of the acquisition"),
            action=text("look at the flow of the instrument, and record the tube again"),
            severity=Severity.WARNING,
        )


def _notes(tube: PreparedTube) -> Iterator[Text]:
    yield from tube.cleaned.notes
    # Without any matrix the rows say so themselves, where more than one detector is read.
    if tube.compensation.note is not None and tube.compensation.source != "none":
        yield tube.compensation.note


def tube_account(tube: PreparedTube, *, lot: str, passage: str) -> Iterator[ExclusionStep]:
    """Yield the account of a tube's events, from those recorded to those counted.

    Parameters
    ----------
    tube
        The tube.
    lot, passage
        Whose cells.

    Yields
    ------
    ExclusionStep
        ``"recorded"``, then one a gate; every event is removed once at most.
    """

    def step(
        gate: str, *, removed: int, remaining: int, method: str, settings: str
    ) -> ExclusionStep:
        return ExclusionStep(
            file=tube.tube.file,
            lot=lot,
            passage=passage,
            role=str(tube.tube.role),
            gate=gate,
            label=LABELS[gate],
            removed=removed,
            remaining=remaining,
            method=method,
            settings=settings,
        )

    yield step("recorded", removed=0, remaining=tube.cleaned.total, method="", settings="")
    for taken in tube.cleaned.steps:
        yield step(
            taken.gate,
            removed=taken.removed,
            remaining=taken.remaining,
            method=taken.result.method,
            settings=taken.settings(),
        )


def tube_gate_views(tube: PreparedTube, *, lot: str, passage: str) -> Iterator[GateView]:
    """Yield the pictures of a tube's gates.

    Parameters
    ----------
    tube
        The tube.
    lot, passage
        Whose cells.

    Yields
    ------
    GateView
        Debris, doublets and dead cells, where the gate was applied to any event.
    """
    for step in tube.cleaned.steps:
        if step.gate not in KEPT or not step.asked.size:
            continue
        other, shown = step.y or step.x, thinned(step.asked)
        columns = [tube.events.names.index(name) for name in (step.x, other)]
        x, y = (tube.events.values[shown, column] for column in columns)
        if step.gate == "dead" and tube.dye is not None:
            y = tube.compensated[tube.dye][shown]
        yield gate_view(
            step,
            x,
            y,
            ends=(detector_end(tube.channel(step.x)), detector_end(tube.channel(other))),
            subject=Subject(lot, passage, "gate", step.gate, tube.tube.stimulated),
            file=tube.tube.file,
        )


def missing_channels(tube: PreparedTube) -> Iterator[tuple[str, Problem]]:
    """Yield the detectors the study names for a tube and its file does not hold.

    Parameters
    ----------
    tube
        The tube.

    Yields
    ------
    str
        The detector.
    Problem
        What is wrong, with the channels of the file.
    """
    for detector, marker in tube.tube.markers.items():
        if detector in tube.events.names:
            continue
        yield (
            detector,
            Problem(
                Place(file=tube.tube.file, column=detector, lot=tube.tube.lot or None),
                found=text(
                    'the study reads {marker} on "{detector}", which the file does not hold',
                    marker=marker,
                    detector=detector,
                ),
                expected=text("one of {channels}", channels=", ".join(_described(tube.events))),
                action=_right_name(detector, tube.events.names),
            ),
        )


def _right_name(detector: str, names: Sequence[str]) -> Text:
    alike = nearest(detector, names, count=1)
    if alike:
        return text("write {name} in tubes, if it is meant", name=alike[0])
    return text("name the detector in tubes as the file does")


def no_cells(tube: PreparedTube) -> Problem:
    """Return the problem of a tube without a live single cell.

    Parameters
    ----------
    tube
        The tube.

    Returns
    -------
    Problem
        An error: nothing can be measured.
    """
    return Problem(
        Place(file=tube.tube.file, lot=tube.tube.lot or None),
        found=texts(
            "no live single cell among {count} event",
            "no live single cell among {count} events",
            tube.cleaned.total,
        ),
        expected=text("live single cells to count"),
        action=text("look at the account of excluded events, and stain the tube anew"),
    )


def _described(events: Events) -> list[str]:
    return [
        channel.name if channel.marker in (None, "", channel.name)
        else f"{channel.name} ({channel.marker})"
        for channel in events.channels
    ]  # fmt: skip
