"""Rows to a design: who is a donor, what lies below one, what enters and what does not.

The donor is the experimental unit. Lots, passages and replicates of one donor share that donor;
counting them as if they were donors finds differences that are not there (Hurlbert 1984, Ecol
Monogr 54:187; Lazic 2010, BMC Neurosci 11:5). So a table is read first and refused where it does
not say who the donors are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from stroma.comparison.covariates import adjust, confounded, methods_apart
from stroma.comparison.questions import is_number
from stroma.comparison.results import Design, Observation, Pairing, Scale
from stroma.comparison.scale import ChosenScale, choose_scale, from_scale, to_scale
from stroma.measurements import Measurement, passage_number
from stroma.records import Lot
from stroma.texts import Text, join, text, texts
from stroma.vocabulary import tissue_label

FloatArray = npt.NDArray[np.float64]

FEWEST_DONORS: Final = 2
"""Donors of a source without which nothing tells how its donors vary."""

_NOT_A_DONOR: Final = re.compile(
    r"(well|tube|replicate|rep|plate|лунка|пробирка|повтор|шұңқыр|пробирка)[\s_\-.#]*[a-h]?\d*",
    re.IGNORECASE,
)
_WELL: Final = re.compile(r"([A-P])0?([1-9]|1\d|2[0-4])", re.IGNORECASE)
"""A place on a plate of 96 or 384 wells; names of donors can look the same."""

_POOL: Final = re.compile(r"pool|пул", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDesign:
    """A table as a comparison of two sources.

    Parameters
    ----------
    design
        What was read.
    observations
        What enters, one a lot and passage.
    scale
        On which it is compared.
    columns
        Covariates to adjust for, shape (observations, columns).
    refusal
        Why no comparison can be made, in a sentence; ``None`` where it can.
    waits
        Whether only donors or values are missing that may still come.
    """

    design: Design
    observations: tuple[Observation, ...]
    scale: ChosenScale
    columns: FloatArray
    refusal: Text | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that enter, with what is to be said of the others."""

    kept: tuple[Measurement, ...]
    left_out: tuple[Text, ...] = ()
    remarks: tuple[Text, ...] = ()


def read_design(
    rows: Iterable[Measurement],
    *,
    quantity: str,
    analyte: str,
    sources: tuple[str, str],
    lots: Mapping[str, Lot] | None = None,
    covariates: Sequence[str] = (),
) -> ReadDesign:
    """Read the design of a comparison of two sources.

    Parameters
    ----------
    rows
        Measurements.
    quantity, analyte
        What is compared.
    sources
        Names of two tissues.
    lots
        Lots by name, as the laboratory described them; ``None`` for a table.
    covariates
        Names of :data:`stroma.comparison.covariates.COVARIATES` to adjust for.

    Returns
    -------
    ReadDesign
        With a refusal where the table does not say who the donors are, or one side has fewer
        than two.
    """
    described = {} if lots is None else lots
    if not is_number(quantity):
        return _refused(sources, _no_number(quantity))
    held = [
        row
        for row in rows
        if row.quantity == quantity and row.analyte == analyte and row.source in sources
        and row.value is not None
    ]  # fmt: skip
    for source in sources:
        if not any(row.source == source for row in held):
            missing = text("there is no value of {source}", source=tissue_label(source))
            return _refused(sources, missing, waits=True)
    read = _with_donors(_not_stimulated(held))
    refusal = _not_donors(read)
    if refusal is not None:
        return _refused(sources, refusal, read)
    read, passages = _at_shared_passages(read, sources)
    chosen = choose_scale(
        quantity,
        [row.value for row in read.kept if row.value is not None],
        [row.n if row.n_counts in ("cells", "") else None for row in read.kept],
    )
    observations = _observations(read.kept, sources, chosen)
    adjusted = adjust(observations, sources, described, covariates)
    design = _design(
        adjusted.observations,
        sources,
        passages=passages,
        left_out=(*read.left_out, *chosen.remarks, *adjusted.left_out),
        remarks=(
            *adjusted.remarks,
            *read.remarks,
            *confounded(adjusted.observations, sources, described),
            *methods_apart(read.kept, sources),
            *_about_donors(adjusted.observations, described),
            *_about_bounds(read.kept),
        ),
    )
    persons, short = _two_persons(adjusted.observations, described), _too_few(design)
    return ReadDesign(
        design=design,
        observations=adjusted.observations,
        scale=chosen,
        columns=adjusted.columns,
        refusal=persons or short,
        waits=persons is None and short is not None,
    )


def _refused(
    sources: tuple[str, str], refusal: Text, read: _Rows | None = None, *, waits: bool = False
) -> ReadDesign:
    return ReadDesign(
        design=Design(
            sources=sources,
            donors=((), ()),
            lots=(0, 0),
            observations=(0, 0),
            pairing=Pairing.UNPAIRED,
            left_out=() if read is None else read.left_out,
        ),
        observations=(),
        scale=ChosenScale(scale=Scale.IDENTITY, reason=text("nothing was compared")),
        columns=np.empty((0, 0)),
        refusal=refusal,
        waits=waits,
    )


def _no_number(quantity: str) -> Text:
    return text(
        "results of {quantity} are words: there is no mean of them to compare", quantity=quantity
    )


def _not_stimulated(rows: Sequence[Measurement]) -> _Rows:
    kept = tuple(row for row in rows if row.condition == "")
    count = len(rows) - len(kept)
    if not count:
        return _Rows(kept)
    conditions = ", ".join(sorted({row.condition for row in rows if row.condition}))
    told = texts(
        "{count} value of stimulated cells ({conditions})",
        "{count} values of stimulated cells ({conditions})",
        count,
        conditions=conditions,
    )
    return _Rows(kept, (told,))


def _with_donors(read: _Rows) -> _Rows:
    kept = tuple(row for row in read.kept if row.donor)
    without = [row.lot for row in read.kept if not row.donor]
    if not without or not kept:
        return _Rows(kept, read.left_out)
    told = texts(
        "{count} value whose donor is not named (lots {lots})",
        "{count} values whose donor is not named (lots {lots})",
        len(without),
        lots=", ".join(dict.fromkeys(without)),
    )
    return _Rows(kept, (*read.left_out, told))


def _not_donors(read: _Rows) -> Text | None:
    """Return why the table does not say who the donors are, if it does not."""
    if not read.kept:
        return text(
            "no donor is named, and the donor is the unit that is compared: lots, passages and "
            "wells of one donor resemble each other, and counting them as donors finds "
            "differences that are not there. Fill in the column donor"
        )
    donors: dict[tuple[str, str], set[str]] = {}
    for row in read.kept:
        donors.setdefault((row.lot, row.source), set()).add(row.donor)
    for (lot, _source), named in donors.items():
        if len(named) > 1:
            return text(
                "lot {lot} names {count} donors ({donors}), but a lot has one: wells, tubes and "
                "replicates are no donors, and counting them as donors finds differences that "
                "are not there. Write the person in the column donor; a pool is one donor with a "
                "name of its own",
                lot=lot,
                count=len(named),
                donors=", ".join(sorted(named)),
            )
    wells = [row.donor for row in read.kept if _NOT_A_DONOR.fullmatch(row.donor.strip())]
    if wells:
        return text(
            'the donor "{donor}" is the name of a well, tube or replicate: these are parts of '
            "one donor's lot, and counting them as donors finds differences that are not there. "
            "Write the person in the column donor",
            donor=wells[0],
        )
    return None


def _at_shared_passages(
    read: _Rows, sources: tuple[str, str]
) -> tuple[_Rows, tuple[str, ...]]:  # fmt: skip
    """Keep the passages both sources hold; all of them, and a remark, where they share none."""
    held = [{row.passage for row in read.kept if row.source == source} for source in sources]
    shared = held[0] & held[1]
    if not shared:
        told = text(
            "the sources share no passage ({first}: {passages}; {second}: {others}), so that a "
            "difference may come from the passage as well as from the source",
            first=tissue_label(sources[0]),
            passages=_listed(held[0]),
            second=tissue_label(sources[1]),
            others=_listed(held[1]),
        )
        return _Rows(read.kept, read.left_out, (*read.remarks, told)), ()
    kept = tuple(row for row in read.kept if row.passage in shared)
    told_out = list(read.left_out)
    for source, passages in zip(sources, held, strict=True):
        only = passages - shared
        if only:
            count = sum(row.source == source and row.passage in only for row in read.kept)
            told_out.append(
                texts(
                    "{count} value of {source} at {passages}, which the other source lacks",
                    "{count} values of {source} at {passages}, which the other source lacks",
                    count,
                    source=tissue_label(source),
                    passages=_listed(only),
                )
            )
    ordered = tuple(sorted(shared, key=lambda passage: (passage_number(passage), passage)))
    return _Rows(kept, tuple(told_out), read.remarks), ordered


def _listed(passages: Iterable[str]) -> Text:
    ordered = sorted(passages, key=lambda passage: (passage_number(passage), passage))
    return join([passage or text("no passage named") for passage in ordered])


def _observations(
    rows: Sequence[Measurement], sources: tuple[str, str], chosen: ChosenScale
) -> tuple[Observation, ...]:
    """Return one value a lot and passage: the mean of its rows on the scale."""
    scaled = to_scale([row.value for row in rows if row.value is not None], chosen)
    held: dict[tuple[str, str, str, str], list[float]] = {}
    for row, value in zip(rows, scaled.tolist(), strict=True):
        held.setdefault((row.source, row.donor, row.lot, row.passage), []).append(value)

    def place(key: tuple[str, str, str, str]) -> tuple[object, ...]:
        source, donor, lot, passage = key
        return sources.index(source), donor, lot, passage_number(passage), passage

    return tuple(
        Observation(
            lot=lot,
            donor=donor,
            source=source,
            passage=passage,
            value=from_scale(float(np.mean(held[key])), chosen.scale),
            scaled=float(np.mean(held[key])),
            replicates=len(held[key]),
        )
        for key in sorted(held, key=place)
        for source, donor, lot, passage in [key]
    )


def _design(
    observations: Sequence[Observation],
    sources: tuple[str, str],
    *,
    passages: tuple[str, ...],
    left_out: tuple[Text, ...],
    remarks: tuple[Text, ...],
) -> Design:
    of = [[held for held in observations if held.source == source] for source in sources]
    donors = tuple(tuple(dict.fromkeys(held.donor for held in side)) for side in of)
    shared = set(donors[0]) & set(donors[1])
    pairing = Pairing.UNPAIRED
    if shared:
        whole = set(donors[0]) == set(donors[1])
        pairing = Pairing.PAIRED if whole else Pairing.PARTLY_PAIRED
    return Design(
        sources=sources,
        donors=donors,
        lots=tuple(len({held.lot for held in side}) for side in of),
        observations=tuple(len(side) for side in of),
        pairing=pairing,
        passages=passages,
        left_out=left_out,
        remarks=remarks,
    )


def _too_few(design: Design) -> Text | None:
    for source, donors, lots in zip(design.sources, design.donors, design.lots, strict=True):
        if not donors:
            return text("there is no value of {source} left to compare",
                        source=tissue_label(source))  # fmt: skip
        if len(donors) < FEWEST_DONORS:
            return text(
                "{source} has one donor ({donor}, {lots}): how much donors of {source} differ "
                "from each other cannot be seen in one, however many lots, passages and wells "
                "there are. Needed are two donors at the very least",
                source=tissue_label(source),
                donor=donors[0],
                lots=texts("{count} lot", "{count} lots", lots),
            )
    return None


def _two_persons(
    observations: Sequence[Observation], lots: Mapping[str, Lot]
) -> Text | None:  # fmt: skip
    """Refuse donors that are named alike in both sources and cannot be one person."""
    sources: dict[str, set[str]] = {}
    for held in observations:
        sources.setdefault(held.donor, set()).add(held.source)
    for donor, of in sources.items():
        if len(of) < 2:
            continue
        described = [lots[held.lot] for held in observations
                     if held.donor == donor and held.lot in lots]  # fmt: skip
        sexes = {lot.donor_sex for lot in described if lot.donor_sex is not None}
        if len(sexes) > 1:
            return text(
                "donor {donor} is named in both sources, with different sexes: two persons. Give "
                "each a name of their own",
                donor=donor,
            )
    return None


def _about_donors(
    observations: Sequence[Observation], lots: Mapping[str, Lot]
) -> Iterator[Text]:  # fmt: skip
    """Yield what a reader has to know of the donors."""
    sources: dict[str, set[str]] = {}
    held_lots: dict[str, set[str]] = {}
    for held in observations:
        sources.setdefault(held.donor, set()).add(held.source)
        held_lots.setdefault(held.donor, set()).add(held.lot)
    both = [donor for donor, of in sources.items() if len(of) > 1]
    if both:
        yield texts(
            "{count} donor is named in both sources and taken as one person whose tissues are "
            "compared with each other ({donors}); give donors names of their own if they are not",
            "{count} donors are named in both sources and taken as persons whose tissues are "
            "compared with each other ({donors}); give donors names of their own if they are not",
            len(both),
            donors=", ".join(both),
        )
    pools = {}
    for held in observations:
        lot = lots.get(held.lot)
        pooled = None if lot is None else lot.pooled_donors
        if (pooled is not None and pooled > 1) or _POOL.search(held.donor):
            pools[held.donor] = pooled
    for donor, pooled in pools.items():
        yield (
            text("{donor} is a pool and counts as one donor", donor=donor)
            if pooled is None
            else text("{donor} is a pool of {count} donors and counts as one donor",
                      donor=donor, count=pooled)
        )  # fmt: skip
    many = [donor for donor, named in held_lots.items() if len(named) > len(sources[donor])]
    if many:
        yield text(
            "more than one lot of donor {donors}: lots lie below the donor and add no donor",
            donors=", ".join(many),
        )
    wells = [_WELL.fullmatch(donor) for donor in sources]
    matched = [well for well in wells if well is not None]
    if len(matched) == len(wells) and len({well[1].upper() for well in matched}) > 2:
        yield text(
            "the donors are named like wells of a plate ({donors}); if they are wells, this "
            "comparison is not one of donors and must not be used",
            donors=", ".join(list(sources)[:4]),
        )


def _about_bounds(rows: Sequence[Measurement]) -> Iterator[Text]:
    bounds = sum("entered" in row.settings for row in rows)
    if bounds:
        yield texts(
            '{count} value was reported as a bound ("<0.1") and enters as the bound',
            '{count} values were reported as bounds ("<0.1") and enter as the bounds',
            bounds,
        )
