"""Find the published rows that speak to a quantity and to tissues."""

from __future__ import annotations

from collections.abc import Collection

from stroma.published.rows import Contrast, PlanningInput, PublishedValue
from stroma.published.tables import contrasts, planning_inputs, values

SAME_ATTRIBUTE = {
    "differentiation_ratio": "differentiation",
    "differentiation_score_difference": "differentiation",
}
"""Quantities of one attribute: papers that say which tissue differentiates more seldom print how
it was scored."""


def contrasts_for(
    quantity: str, analyte: str = "", sources: Collection[str] = ()
) -> tuple[Contrast, ...]:
    """Return the published contrasts of human cells in a quantity.

    Parameters
    ----------
    quantity
        Name in the vocabulary, or the attribute of a table: ``"CFU-F"``.
    analyte
        ``"CD105"``, ``"osteogenic"``; empty finds every analyte.
    sources
        Tissues of which the row must compare two; with one, it must be the tissue or the
        comparator; empty finds all.

    Returns
    -------
    tuple of Contrast
        In the order of the table; empty where no evidence is held.

    Examples
    --------
    >>> found = contrasts_for("doubling_time", "", ["bone_marrow", "placenta"])
    >>> {row.direction for row in found if row.tissues == ("placenta",)}
    {'lower'}
    """
    wanted = SAME_ATTRIBUTE.get(quantity, quantity)
    return tuple(
        row
        for row in contrasts()
        if wanted in (row.quantity, row.attribute)
        and row.species == "human"
        and (analyte == "" or analyte in row.analytes)
        and _compares(row, sources)
    )


def _compares(row: Contrast, sources: Collection[str]) -> bool:
    if not sources:
        return True
    of = {source for source in sources if row.is_from(source)}
    against = {source for source in sources if row.is_compared_with(source)}
    if len(set(sources)) == 1:
        return bool(of or against)
    return any(one != other for one in of for other in against)


def values_for(
    quantity: str, analyte: str = "", source: str | None = None
) -> tuple[PublishedValue, ...]:
    """Return the published values of a quantity.

    Parameters
    ----------
    quantity
        Name in the vocabulary, or the attribute of a table: ``"clonogenic_efficiency"``.
    analyte
        ``"CD105"``; empty finds every analyte.
    source
        Tissue; ``None`` finds all.

    Returns
    -------
    tuple of PublishedValue
        In the order of the table; empty where no evidence is held.

    Examples
    --------
    >>> [row.value for row in values_for("cumulative_population_doublings", "", "bone_marrow")]
    [9.2]
    """
    wanted = SAME_ATTRIBUTE.get(quantity, quantity)
    return tuple(
        row
        for row in values()
        if wanted in (row.quantity, row.attribute)
        and (analyte == "" or analyte in row.analytes)
        and (source is None or row.is_from(source))
    )


def planning_inputs_for(attribute: str, source: str | None = None) -> tuple[PlanningInput, ...]:
    """Return the published figures of one kind that a plan can rest on.

    Parameters
    ----------
    attribute
        As the table names it: ``"isolation_success"``.
    source
        Tissue; ``None`` finds all.

    Returns
    -------
    tuple of PlanningInput
        In the order of the table; empty where no evidence is held.

    Examples
    --------
    >>> [row.value for row in planning_inputs_for("batch_release_rate", "bone_marrow")]
    [72.7]
    """
    return tuple(
        row
        for row in planning_inputs()
        if row.attribute == attribute and (source is None or row.is_from(source))
    )
