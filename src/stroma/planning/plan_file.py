"""``plan.toml`` -> :class:`~stroma.planning.request.PlanRequest`, with every mistake named at once.

An input is declared as a table: ``{value = 90, low = 80, high = 96, unit = "%"}``. Low and high are
the 5 % and 95 % points of donations; a share that is known from a count is written
``{happened = 9, of = 10}``.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from typing import Final

from stroma.errors import FileProblem, Place, Problem, StudyProblem
from stroma.planning.distributions import NORMAL_95, Component, Distribution, fixed, to_scale
from stroma.planning.inputs import INPUTS, InputKind, Scale, inputs_by_name
from stroma.planning.request import PlanRequest, same_unit
from stroma.planning.results import OriginKind, PlanInput
from stroma.spelling import nearest
from stroma.texts import Text, join, text
from stroma.units import convert, find_unit
from stroma.vocabulary import find_tissue

PLAN_FILE: Final = "plan.toml"
NUMBERS: Final = {
    "doses": "doses",
    "confidence": "confidence",
    "dose_per_kg": "dose_per_kg",
    "weight": "weight",
    "dose_cells": "dose_cells",
    "vial_cells": "vial_cells",
    "volume_ml": "volume_ml",
    "hours": "hours",
}
TOP_KEYS: Final = (*NUMBERS, "route", "sources", "all_sources", "source")
INPUT_KEYS: Final = ("value", "low", "high", "sd", "unit", "kind", "happened", "of", "citation")
KINDS: Final = ("normal", "uniform", "triangular")


class _Reader:
    """Collects what is wrong, so that all of it is said at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, key: str, found: Text, expected: Text, action: Text) -> None:
        self.problems.append(Problem(Place(file=self.file, column=key), found, expected, action))


def parse_plan(content: bytes, *, file: str = PLAN_FILE) -> PlanRequest:
    """Return what a plan file asks for.

    Parameters
    ----------
    content
        The file's bytes.
    file
        Its name, for messages.

    Returns
    -------
    PlanRequest
        Not yet checked for what the command line may still add.

    Raises
    ------
    FileProblem
        It is not TOML in UTF-8.
    StudyProblem
        A key, a unit or a number is wrong; all mistakes at once.
    """
    reader = _Reader(file)
    table = _load(content, file)
    for key in table:
        if key not in TOP_KEYS:
            _unknown(reader, key, key, TOP_KEYS)
    numbers = {
        field: _number(reader, key, table[key]) for key, field in NUMBERS.items() if key in table
    }
    doses = numbers.pop("doses", None)
    if doses is not None and doses != int(doses):
        reader.add("doses", text("{value} doses", value=doses), text("a whole number"),
                   text("correct the number of doses"))  # fmt: skip
    confidence = numbers.pop("confidence", None)
    declared = {"": _inputs(reader, "all_sources", table.get("all_sources", {}))}
    by_source = table.get("source", {})
    if not isinstance(by_source, Mapping):
        reader.add("source", text("{value}", value=by_source), text("tables [source.bone_marrow]"),
                   text("write the inputs of a tissue under its own heading"))  # fmt: skip
        by_source = {}
    for word, inputs in by_source.items():
        declared[_tissue(word)] = _inputs(reader, f"source.{word}", inputs)
    route = table.get("route")
    sources = table.get("sources", [])
    if not isinstance(sources, list) or not all(isinstance(word, str) for word in sources):
        reader.add("sources", text("{value}", value=sources), text("a list of tissues"),
                   text('write it as sources = ["bone_marrow"]'))  # fmt: skip
        sources = []
    if reader.problems:
        raise StudyProblem(reader.problems)
    return PlanRequest(
        sources=tuple(dict.fromkeys(_tissue(word) for word in sources)),
        doses=None if doses is None else int(doses),
        confidence=0.9 if confidence is None else confidence,
        route=None if route is None else str(route),
        declared={source: inputs for source, inputs in declared.items() if inputs},
        file=file,
        **numbers,
    )


def _load(content: bytes, file: str) -> dict[str, object]:
    try:
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FileProblem(
            Problem(
                Place(file=file),
                found=text("it is not TOML ({reason})", reason=str(error)),
                expected=text("a plan as a TOML file in UTF-8; stroma plan --template writes one"),
                action=text("correct the file at this line; words stand in quotes"),
            )
        ) from error


def _tissue(word: str) -> str:
    tissue = find_tissue(word)
    return word if tissue is None else tissue.name


def _inputs(reader: _Reader, heading: str, table: object) -> dict[str, PlanInput]:
    if not isinstance(table, Mapping):
        reader.add(heading, text("{value}", value=table), text("a heading with inputs under it"),
                   text("write the inputs under the heading"))  # fmt: skip
        return {}
    known = inputs_by_name()
    read: dict[str, PlanInput] = {}
    for name, written in table.items():
        key = f"{heading}.{name}"
        if name not in known:
            _unknown(reader, key, name, tuple(known))
            continue
        before = len(reader.problems)
        made = _input(reader, key, known[name], written)
        if made is not None and len(reader.problems) == before:
            read[name] = made
    return read


def _unknown(reader: _Reader, key: str, word: str, known: tuple[str, ...]) -> None:
    near = nearest(word, known, count=1)
    reader.add(
        key,
        text('the key "{key}"', key=word),
        text("one of {known}", known=", ".join(known)),
        text('write "{near}" if that is meant', near=near[0])
        if near
        else text("leave it out, or write one of these"),
    )


def _number(reader: _Reader, key: str, value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        reader.add(key, text("{value}", value=_shown(value)), text("a number"),
                   text("write a number without quotes; 2 million is 2e6"))  # fmt: skip
        return None
    return float(value)


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _input(reader: _Reader, key: str, kind: InputKind, written: object) -> PlanInput | None:
    if not isinstance(written, Mapping):
        reader.add(
            key,
            text("{value}", value=_shown(written)),
            text("a table such as {example}", example='{value = 90, unit = "%"}'),
            text("write the unit beside the number"),
        )
        return None
    for name in written:
        if name not in INPUT_KEYS:
            _unknown(reader, f"{key}.{name}", str(name), INPUT_KEYS)
            return None
    citation = written.get("citation")
    citations = (str(citation),) if citation is not None else ()
    if "happened" in written or "of" in written:
        return _counted(reader, key, kind, written, citations)
    numbers = {
        name: _number(reader, f"{key}.{name}", written[name])
        for name in ("value", "low", "high", "sd")
        if name in written
    }
    factor = _factor(reader, key, kind, written.get("unit"))
    if factor is None or any(value is None for value in numbers.values()):
        return None
    scaled = {name: value * factor for name, value in numbers.items() if value is not None}
    if not _in_bounds(reader, key, kind, scaled, factor):
        return None
    distribution = _distribution(reader, key, kind, scaled, written.get("kind", "normal"))
    if distribution is None:
        return None
    return PlanInput(
        kind=kind,
        origin=OriginKind.DECLARED,
        distribution=distribution,
        told=text("without a spread") if _lacks_spread(kind, distribution) else join([]),
        citations=citations,
    )


def _lacks_spread(kind: InputKind, distribution: Distribution) -> bool:
    """Tell whether a number that does spread was declared as if it did not."""
    return distribution.is_certain and kind.scale is not Scale.DECISION


def _counted(
    reader: _Reader,
    key: str,
    kind: InputKind,
    written: Mapping[str, object],
    citations: tuple[str, ...],
) -> PlanInput | None:
    happened, of = written.get("happened"), written.get("of")
    whole = all(isinstance(n, int) and not isinstance(n, bool) for n in (happened, of))
    if not whole or not isinstance(happened, int) or not isinstance(of, int):
        reader.add(
            key,
            text("happened {k}, of {n}", k=str(happened), n=str(of)),
            text("two whole numbers"),
            text("write {example}", example="{happened = 9, of = 10}"),
        )
        return None
    if kind.scale is not Scale.CHANCE or not 0 <= happened <= of or of < 1:
        reader.add(
            key,
            text("happened {k}, of {n}", k=str(happened), n=str(of)),
            text("a count of donations or lots, no more than there were; only of {known}",
                 known=", ".join(k.name for k in INPUTS if k.scale is Scale.CHANCE)),
            text("correct the counts, or state value and unit"),
        )  # fmt: skip
        return None
    return PlanInput(
        kind=kind,
        origin=OriginKind.DECLARED,
        distribution=Distribution(scale=kind.scale, counted=(happened, of)),
        told=text("{k} of {n}", k=happened, n=of),
        citations=citations,
    )


def _factor(reader: _Reader, key: str, kind: InputKind, unit: object) -> float | None:
    """Return what one of the written unit is in the input's unit."""
    if kind.unit == "1" and unit in (None, "", "1"):
        return 1.0
    if not isinstance(unit, str):
        reader.add(key, text("no unit"), text("the unit beside the number: {unit}", unit=kind.unit),
                   text('add unit = "{unit}"', unit=kind.unit))  # fmt: skip
        return None
    if same_unit(unit, kind.unit):
        return 1.0
    known, wanted = find_unit(unit), find_unit(kind.unit)
    if known is not None and kind.unit == "%" and known.code == "1":
        return 100.0
    if known is None or wanted is None or known.dimension != wanted.dimension:
        reader.add(key, text('the unit "{unit}"', unit=unit), text("{unit}", unit=kind.unit),
                   text("state the number in this unit"))  # fmt: skip
        return None
    return convert(1.0, known, wanted)


def _in_bounds(
    reader: _Reader, key: str, kind: InputKind, numbers: Mapping[str, float], factor: float
) -> bool:
    held = True
    for name in ("value", "low", "high"):
        if name not in numbers:
            continue
        value = numbers[name]
        below = kind.low is not None and value < kind.low
        above = kind.high is not None and value > kind.high
        if below or above or (kind.scale is Scale.LOG and value <= 0):
            reader.add(
                f"{key}.{name}",
                text("{value} {unit}", value=value, unit=kind.unit),
                text("{low} to {high} {unit}", low=kind.low or 0, high=kind.high or math.inf,
                     unit=kind.unit),
                text("check the number and its unit"),
            )  # fmt: skip
            held = False
    if kind.unit == "1" and numbers.get("value", 0.0) % 1:
        reader.add(
            f"{key}.value",
            text("{value}", value=numbers["value"]),
            text("a whole number"),
            text("correct the number"),
        )
        held = False
    if numbers.get("sd", 1.0) <= 0:
        reader.add(
            f"{key}.sd",
            text("{value}", value=numbers["sd"] / factor),
            text("a standard deviation above 0"),
            text("correct it, or leave it out"),
        )
        held = False
    return held


def _distribution(
    reader: _Reader, key: str, kind: InputKind, numbers: Mapping[str, float], shape: object
) -> Distribution | None:
    value, low, high, sd = (numbers.get(name) for name in ("value", "low", "high", "sd"))
    if shape not in KINDS:
        reader.add(f"{key}.kind", text("{value}", value=_shown(shape)),
                   text("one of {known}", known=", ".join(KINDS)),
                   text("choose one of these"))  # fmt: skip
        return None
    ordered = [x for x in (low, value, high) if x is not None]
    pair = (low is None) == (high is None)
    if ordered != sorted(ordered) or not pair or (sd is not None and low is not None):
        reader.add(
            key,
            text("value {value}, low {low}, high {high}, sd {sd}",
                 value=_or_dash(value), low=_or_dash(low), high=_or_dash(high), sd=_or_dash(sd)),
            text("low, then value, then high; or a value and its sd"),
            text("correct the numbers"),
        )  # fmt: skip
        return None
    if value is None and (low is None or high is None):
        reader.add(key, text("no value"), text("value, or low and high"), text("state a value"))
        return None
    if kind.scale is Scale.DECISION and (low is not None or sd is not None):
        reader.add(key, text("a spread"), text("one number: the laboratory sets it"),
                   text("leave low, high and sd out"))  # fmt: skip
        return None
    return _shaped(kind.scale, value, (low, high), sd, shape=str(shape))


def _or_dash(value: float | None) -> object:
    return "–" if value is None else value


def _shaped(
    scale: Scale,
    value: float | None,
    bounds: tuple[float | None, float | None],
    sd: float | None,
    *,
    shape: str,
) -> Distribution:
    low, high = bounds
    if low is None or high is None:
        if value is None:
            raise ValueError("checked before: a value or both bounds")
        if sd is None:
            return fixed(value, scale)
        wide = _sd_on_scale(value, sd, scale)
        centre = to_scale(value, scale)
        return _one(scale, Component(centre=centre, below=wide, above=wide))
    first, last = to_scale(low, scale), to_scale(high, scale)
    middle = (first + last) / 2 if value is None else to_scale(value, scale)
    if shape == "uniform":
        half = (last - first) / 2
        return _one(scale, Component(centre=(first + last) / 2, below=half, above=half,
                                     uniform=True))  # fmt: skip
    if shape == "triangular":
        return Distribution(scale=scale, triangle=(first, middle, last))
    return _one(
        scale,
        Component(
            centre=middle, below=(middle - first) / NORMAL_95, above=(last - middle) / NORMAL_95
        ),
    )


def _one(scale: Scale, component: Component) -> Distribution:
    return Distribution(scale=scale, components=(component,), weights=(1.0,))


def _sd_on_scale(value: float, sd: float, scale: Scale) -> float:
    """Carry a standard deviation to the scale, by its slope at the value."""
    if scale is Scale.LOG:
        return math.sqrt(math.log1p((sd / value) ** 2))
    if scale is Scale.LOGIT:
        share = min(max(value / 100, 0.001), 0.999)
        return sd / 100 / (share * (1 - share))
    return sd
