"""The text of a new ``plan.toml``: every input with its unit, to be filled or left out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from stroma.planning.inputs import INPUTS, InputKind, Scale
from stroma.texts import Language, Text, text
from stroma.unit_words import unit_label

_WIDTH = 96


def plan_template(language: Language) -> str:
    """Return the text of a new plan.

    Parameters
    ----------
    language
        Of the comments.

    Returns
    -------
    str
        TOML that can be planned by as it stands: the inputs are comments until they are filled.

    Examples
    --------
    >>> from stroma.texts import ENGLISH
    >>> "# primary_yield = " in plan_template(ENGLISH)
    True
    """
    lines = [
        *_comment(language, text("A plan from donations to doses. What stands after # is a "
                                 "comment.")),
        *_comment(language, text("Sources to compare")),
        'sources = ["bone_marrow", "placenta"]',
        *_comment(language, text("Doses to be made, and the confidence they are wanted with")),
        "doses = 20",
        "confidence = 0.9",
        *_comment(language, text("Viable cells for a kilogram and the body weight in kilograms; "
                                 "or dose_cells for a fixed dose")),
        "dose_per_kg = 2e6",
        "weight = 70",
        *_comment(language, text("Viable cells frozen in a vial; without it doses are not split "
                                 "into vials")),
        "# vial_cells = 50e6",
        *_comment(language, text("For the endotoxin limit: millilitres of a dose, hours of the "
                                 "infusion, and the route: intravenous, intrathecal or other")),
        "# volume_ml = 50",
        "# hours = 0.5",
        '# route = "intravenous"',
        "",
        *_comment(
            language,
            text(
                "What the laboratory knows better than its lots or the papers show. Low and high "
                "are the ends that nine of ten donations lie between; a share that was counted is "
                "written {count}. What stands here comes before own lots, and own lots before "
                "papers.",
                count="{happened = 9, of = 10}",
            ),
        ),
        "[all_sources]",
        *_inputs(language),
        "",
        *_comment(language, text("The same for one source alone")),
        "# [source.placenta]",
        "# release_rate = {happened = 7, of = 9}",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _inputs(language: Language) -> Iterator[str]:
    for kind in INPUTS:
        yield from _comment(language, _described(kind))
        yield f"# {kind.name} = {_example(kind)}"


def _described(kind: InputKind) -> Text:
    unit = unit_label(kind.unit)
    if unit is None:
        return kind.label
    return text("{label}, {unit}", label=kind.label, unit=unit)


def _example(kind: InputKind) -> str:
    unit = "" if kind.unit == "1" else f', unit = "{kind.unit}"'
    if kind.scale is Scale.CHANCE:
        return "{happened = , of = }"
    if kind.scale is Scale.DECISION:
        return f"{{value = {unit}}}"
    return f"{{value = , low = , high = {unit}}}"


def _comment(language: Language, sentence: Text) -> list[str]:
    return [
        f"# {line}"
        for line in textwrap.wrap(sentence.render(language), _WIDTH, break_long_words=False)
    ]
