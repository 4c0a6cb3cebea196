"""Replicates of an induced culture beside those of its undifferentiated control."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stroma.assays.places import place_of
from stroma.errors import Place, Problem, Severity
from stroma.records import DifferentiationReading, Origin
from stroma.texts import Text, text
from stroma.units import convert, find_unit
from stroma.vocabulary import LINEAGES, fold_word

SCORE = "score"


@dataclass(frozen=True, slots=True)
class Induction:
    """One lineage of one passage, read in one way.

    Parameters
    ----------
    lot, passage, lineage, readout
        What was read.
    stain
        As written; ``None`` where it is not stated.
    unit
        UCUM code of the readings; empty for a score.
    entered_units
        UCUM codes of the units they were entered in; several where one was most likely mistaken.
    induced, control
        The replicates.
    origins
        Where they stand.
    """

    lot: str
    passage: str
    lineage: str
    readout: str
    stain: str | None
    unit: str
    induced: tuple[float, ...]
    control: tuple[float, ...]
    origins: tuple[Origin, ...]
    entered_units: tuple[str, ...] = ()

    @property
    def quantity(self) -> str:
        """The quantity that compares induced and control."""
        if self.readout == SCORE:
            return "differentiation_score_difference"
        return "differentiation_ratio"

    @property
    def place(self) -> Place:
        """Where the first of its readings stands."""
        return place_of(self.origins[0], lot=self.lot)

    @property
    def name(self) -> Text:
        """What it is, for a message."""
        return text(
            "{lineage}, {readout}, {passage}",
            lineage=lineage_label(self.lineage),
            readout=readout_label(self.readout),
            passage=self.passage,
        )


def lineage_label(lineage: str) -> Text:
    """Return how a reader sees a lineage.

    Parameters
    ----------
    lineage
        Its name.

    Returns
    -------
    Text
        The vocabulary's label; the name itself where the vocabulary has none.
    """
    labels = {name: label for name, label, _ in LINEAGES}
    return labels.get(lineage, text("{name}", name=lineage))


def readout_label(readout: str) -> Text:
    """Return how a reader sees a readout.

    Parameters
    ----------
    readout
        ``"absorbance"``, ``"area"`` or ``"score"``.

    Returns
    -------
    Text
        Its label.
    """
    labels = {"absorbance": text("absorbance"), "area": text("stained area"), SCORE: text("score")}
    return labels.get(readout, text("{name}", name=readout))


def group_readings(
    readings: Sequence[DifferentiationReading],
) -> tuple[tuple[Induction, ...], tuple[Problem, ...]]:
    """Bring the readings of one lot together by passage, lineage, readout and stain.

    Parameters
    ----------
    readings
        Readings of one lot.

    Returns
    -------
    inductions : tuple of Induction
        In the order in which the first reading of each stands; each has replicates of both
        cultures in one unit.
    problems : tuple of Problem
        What could not be brought together.
    """
    groups: dict[tuple[str, str, str], list[DifferentiationReading]] = {}
    for reading in readings:
        key = (reading.passage, reading.lineage, reading.readout)
        groups.setdefault(key, []).append(reading)
    inductions: list[Induction] = []
    problems: list[Problem] = []
    for group in groups.values():
        stained, unclear = _by_stain(group)
        problems.extend(unclear)
        for of_one_stain in stained:
            converted, unlike = _in_one_unit(of_one_stain)
            problems.extend((*unlike, *_repeated(converted)))
            induction = _induction(converted)
            problem = _one_sided(induction)
            if problem is None:
                inductions.append(induction)
            else:
                problems.append(problem)
    return tuple(inductions), tuple(problems)


def _by_stain(
    group: Sequence[DifferentiationReading],
) -> tuple[list[list[DifferentiationReading]], list[Problem]]:
    """Part readings of several stains; those without a stain belong to the only one."""
    stains = dict.fromkeys(fold_word(r.stain) for r in group if r.stain is not None)
    if len(stains) <= 1:
        return [list(group)], []
    parts = [
        [r for r in group if r.stain is not None and fold_word(r.stain) == stain]
        for stain in stains
    ]
    problems = [
        Problem(
            place_of(reading.origin_of_row, column="stain", lot=reading.lot),
            found=text("no stain, beside readings of several stains"),
            expected=text("the stain this reading belongs to"),
            action=text("fill it in; the reading is left out until then"),
        )
        for reading in group
        if reading.stain is None
    ]
    return parts, problems


def _in_one_unit(
    group: Sequence[DifferentiationReading],
) -> tuple[list[DifferentiationReading], list[Problem]]:
    """Convert readings to the unit of the first; leave out what does not convert."""
    first = group[0]
    unit = find_unit(first.unit)
    held: list[DifferentiationReading] = []
    problems: list[Problem] = []
    for reading in group:
        own = find_unit(reading.unit)
        if reading.unit == first.unit:
            held.append(reading)
        elif unit is not None and own is not None and own.dimension == unit.dimension:
            value = convert(reading.value, own, unit)
            entered = reading.entered_unit or reading.unit
            held.append(replace(reading, value=value, unit=first.unit, entered_unit=entered))
        else:
            problems.append(_other_unit(reading, first))
    return held, problems


def _induction(group: Sequence[DifferentiationReading]) -> Induction:
    first = group[0]
    return Induction(
        lot=first.lot,
        passage=first.passage,
        lineage=first.lineage,
        readout=first.readout,
        stain=next((reading.stain for reading in group if reading.stain is not None), None),
        unit=first.unit,
        induced=tuple(reading.value for reading in group if reading.induced),
        control=tuple(reading.value for reading in group if not reading.induced),
        origins=_distinct(reading.origin_of_row for reading in group),
        entered_units=tuple(dict.fromkeys(r.entered_unit or r.unit for r in group)),
    )


def _distinct(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    return tuple(dict.fromkeys(origins))


def _one_sided(induction: Induction) -> Problem | None:
    if len(induction.induced) > 0 and len(induction.control) > 0:
        return None
    without_control = len(induction.control) == 0
    return Problem(
        induction.place,
        found=text("{name}: no undifferentiated control", name=induction.name)
        if without_control
        else text("{name}: no induced culture", name=induction.name),
        expected=text("replicates of the induced culture and of its undifferentiated control"),
        action=text("enter the readings of both, with the same passage, readout and stain"),
    )


def _other_unit(reading: DifferentiationReading, first: DifferentiationReading) -> Problem:
    return Problem(
        place_of(reading.origin_of_row, column="unit", lot=reading.lot),
        found=text('the unit "{unit}" beside "{first}"', unit=reading.unit, first=first.unit),
        expected=text("one unit for all replicates of a readout"),
        action=text("write both in one unit; the reading is left out until then"),
    )


def _repeated(group: Sequence[DifferentiationReading]) -> list[Problem]:
    """Point at replicates entered twice: copies make an interval look narrower than it is."""
    names = Counter((r.induced, r.replicate) for r in group if r.replicate)
    return [
        Problem(
            place_of(reading.origin_of_row, column="replicate", lot=reading.lot),
            found=text('replicate "{name}" stands more than once', name=reading.replicate),
            expected=text("one row for each well or pellet"),
            action=text("remove the copy, or number the replicates; all rows are used"),
            severity=Severity.WARNING,
        )
        for position, reading in enumerate(group)
        if names[reading.induced, reading.replicate] > 1
        and any(
            earlier.induced == reading.induced and earlier.replicate == reading.replicate
            for earlier in group[:position]
        )
    ]
