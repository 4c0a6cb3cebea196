"""DOSES: what a report of a cell therapy states of each lot.

Items after Murray IR et al. J Bone Joint Surg Am 2019, doi 10.2106/JBJS.18.00915. To ask for one
more thing, add a line to :data:`DOSES` and a function that finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stroma.analytes import quantity_label
from stroma.criteria.wording import category_label
from stroma.measurements import Measurement
from stroma.records import Lot
from stroma.report.reporting_items import Asked, Item, declared
from stroma.report.words import listed
from stroma.study.settings import Settings
from stroma.texts import Text, join, text, texts
from stroma.unit_words import with_unit
from stroma.vocabulary import tissue_label

POTENCY = ("proliferation_inhibition", "immunoregulation")


@dataclass(frozen=True, slots=True)
class LotKnown:
    """A lot, its rows and what the study declares.

    Parameters
    ----------
    lot
        As described.
    rows
        Its measurements.
    settings
        Of the study.
    """

    lot: Lot
    rows: Sequence[Measurement]
    settings: Settings


def _relation(known: LotKnown) -> Text | None:
    """Return whether donor and recipient are one person."""
    match known.lot.autologous:
        case None:
            return None
        case True:
            return text("autologous")
        case _:
            return text("allogeneic")


def _tissue(known: LotKnown) -> Text | None:
    """Return the tissue, with its part, the genotype of the cells, and the donor."""
    lot = known.lot
    parts: list[object] = [tissue_label(lot.source)]
    if lot.placental_part is not None:
        parts.append(tissue_label(lot.placental_part))
    if lot.origin is not None:
        parts.append(category_label("origin", lot.origin))
    parts += donor_facts(lot)
    return listed(parts)


def donor_facts(lot: Lot) -> list[Text]:
    """Return what is known of the donor: age, sex, pool.

    Parameters
    ----------
    lot
        A lot.

    Returns
    -------
    list of Text
        Only what is stated.
    """
    sexes = {"F": text("female"), "M": text("male")}
    facts: list[Text] = []
    if lot.donor_age_years is not None:
        facts.append(text("donor aged {years}", years=lot.donor_age_years))
    if lot.donor_sex is not None:
        facts.append(sexes.get(lot.donor_sex, join([lot.donor_sex])))
    if lot.pooled_donors is not None:
        facts.append(texts("pool of {count} donor", "pool of {count} donors", lot.pooled_donors))
    return facts


def _isolation(known: LotKnown) -> Text | None:
    """Return how the cells were separated."""
    return declared(known.settings.statements.isolation_method)


def _culture(known: LotKnown) -> Text | None:
    """Return how the cells were cultured: as declared, the process, the medium."""
    held = (known.settings.statements.culture_method, known.lot.process, known.lot.medium)
    return listed([part for part in held if part is not None], "; ")


def _markers(known: LotKnown) -> Text | None:
    """Return the share of positive cells for each marker, at the last passage measured."""
    return _latest(known.rows, ("percent_positive",))


def _viability(known: LotKnown) -> Text | None:
    """Return the viability, at the last passage measured."""
    return _latest(known.rows, ("viability",))


def _differentiation(known: LotKnown) -> Text | None:
    """Return the result for each lineage."""
    return _latest(known.rows, ("differentiation",))


def _potency(known: LotKnown) -> Text | None:
    """Return what was measured of the cells' action on the immune system."""
    return _latest(known.rows, POTENCY)


def _route(known: LotKnown) -> Text | None:
    """Return the route of administration."""
    return declared(known.settings.statements.route)


def _site(known: LotKnown) -> Text | None:
    """Return the site of delivery."""
    return declared(known.settings.statements.site)


def _dose(known: LotKnown) -> Text | None:
    """Return the dose."""
    return declared(known.settings.statements.dose)


def _latest(rows: Sequence[Measurement], quantities: Sequence[str]) -> Text | None:
    """Return the values of quantities, of each analyte the last row in the order of passages."""
    held: dict[tuple[str, str, str], Measurement] = {}
    for row in rows:
        if row.quantity in quantities:
            held[row.quantity, row.analyte, row.condition] = row
    return listed([_told(row) for row in held.values()])


def _told(row: Measurement) -> Text:
    value = (
        category_label(row.quantity, row.category or "")
        if row.value is None
        else with_unit(join([row.value]), row.unit)
    )
    passage = [part for part in (row.condition, row.passage) if part]
    label = quantity_label(row.quantity, row.analyte)
    if passage:
        return text("{what} {value} ({when})", what=label, value=value, when=join(tuple(passage)))
    return text("{what} {value}", what=label, value=value)


DOSES: tuple[Item[LotKnown], ...] = (
    Item("D", text("Donor"), (Asked(text("autologous or allogeneic"), _relation),)),
    Item("O", text("Origin"), (Asked(text("tissue"), _tissue),)),
    Item(
        "S",
        text("Separation"),
        (
            Asked(text("method of isolation"), _isolation),
            Asked(text("method of culture"), _culture),
        ),
    ),
    Item(
        "E",
        text("Exhibited characteristics"),
        (
            Asked(text("surface markers"), _markers),
            Asked(text("viability"), _viability),
            Asked(text("differentiation"), _differentiation),
            Asked(text("potency"), _potency),
        ),
    ),
    Item(
        "S",
        text("Site of delivery"),
        (
            Asked(text("route"), _route),
            Asked(text("site"), _site),
            Asked(text("dose"), _dose),
        ),
    ),
)
"""The five items, in their order."""
