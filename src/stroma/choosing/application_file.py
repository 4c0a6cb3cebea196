"""TOML -> :class:`~stroma.choosing.application.Application`, with every mistake named at once."""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stroma.analytes import canonical_analyte, describe_kind
from stroma.choosing.application import (
    Application,
    Attribute,
    Direction,
    PublishedKey,
    WrittenText,
)
from stroma.errors import Place, Problem, ProfileProblem
from stroma.records import Origin
from stroma.spelling import nearest
from stroma.texts import Text, text
from stroma.units import UNITS, Unit, convert, find_unit
from stroma.vocabulary import QUANTITIES, TISSUES, Quantity, canonical_stimulation, find_quantity
from stroma.vocabulary import find_tissue as _find_tissue

LANGUAGES = ("en", "ru", "kk")
Words = str | dict[Literal["en", "ru", "kk"], str]
_NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


class PublishedTable(BaseModel):
    """A table ``[[attribute.published]]``, a :class:`~stroma.choosing.application.PublishedKey`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    attribute: str = ""
    direction: Literal["more", "less", "target"]
    numbers: bool = False
    separate: bool = False
    indication: str = ""
    outcome: str = ""


class AttributeTable(BaseModel):
    """A table ``[[attribute]]``; see :class:`~stroma.choosing.application.Attribute`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    label: Words
    direction: Literal["more", "less", "target"]
    reason: Words
    citations: list[str] = Field(min_length=1)
    quantity: str = ""
    analyte: str = ""
    stimulated: str = ""
    unit: str | None = None
    worst: float | None = None
    best: float | None = None
    target: float | None = None
    tolerance: float | None = None
    latest: bool = False
    published: list[PublishedTable] = []


class ApplicationTable(BaseModel):
    """The whole file; see :class:`~stroma.choosing.application.Application`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    version: str = Field(min_length=1)
    label: Words
    citations: list[str] = Field(min_length=1)
    attribute: list[AttributeTable] = Field(min_length=2)
    sources: list[str] = []
    note: Words | None = None


_HELP: Mapping[str, Text] = {
    "name": text("lower case Latin letters, digits and _, such as our_lab_2026"),
    "version": text('the version in quotes, such as "1.0"'),
    "label": text("words in quotes, or a table of words with the keys en, ru, kk; en is needed"),
    "reason": text("words in quotes, or a table of words with the keys en, ru, kk; en is needed"),
    "note": text("words in quotes, or a table of words with the keys en, ru, kk; en is needed"),
    "citations": text("a list of DOIs or addresses in quotes, at least one"),
    "sources": text("a list of tissues in quotes"),
    "attribute": text("at least two tables [[attribute]]"),
    "direction": text("more, less or target"),
    "quantity": text("the name of a quantity in quotes"),
    "worst": text("a number without quotes, with a decimal point"),
    "best": text("a number without quotes, with a decimal point"),
    "target": text("a number without quotes, with a decimal point"),
    "tolerance": text("a number without quotes, with a decimal point"),
    "unit": text("a unit in quotes"),
    "numbers": text("true or false"),
    "separate": text("true or false"),
    "latest": text("true or false"),
}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Where the mistakes of a file are put."""

    file: str
    problems: list[Problem]

    def add(
        self, key: str, found: Text, expected: Text | None = None, *, attribute: str | None = None
    ) -> None:
        column = key if attribute is None else f"attribute {attribute}, {key}"
        wanted = expected if expected is not None else _HELP.get(key, text("words in quotes"))
        self.problems.append(
            Problem(
                Place(file=self.file, column=column),
                found=found,
                expected=wanted,
                action=text("correct the key in the file"),
            )
        )


def parse_application(content: bytes, *, file: str) -> Application:
    """Return the application a TOML file holds.

    Parameters
    ----------
    content
        The file's bytes.
    file
        Its name, for messages.

    Returns
    -------
    Application
        The application.

    Raises
    ------
    ProfileProblem
        It is not TOML, a key is missing, unknown or of the wrong kind, or a word is not in the
        vocabulary; all mistakes at once.
    """
    reader = _Reader(file, [])
    try:
        model = ApplicationTable.model_validate(_load(content, file))
    except ValidationError as error:
        _add_shape_problems(error, reader)
        raise ProfileProblem(reader.problems) from error
    application = _application(model, reader, content)
    if reader.problems:
        raise ProfileProblem(reader.problems)
    return application


def _load(content: bytes, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileProblem(
            Problem(
                Place(file=file),
                found=text("it is not TOML ({reason})", reason=str(error)),
                expected=text("an application as a TOML file in UTF-8"),
                action=text("correct the file at this line; words stand in quotes"),
            )
        ) from error


def _add_shape_problems(error: ValidationError, reader: _Reader) -> None:
    told: set[tuple[str, str | None]] = set()
    for item in error.errors(include_url=False):
        place = item["loc"]
        # A key that takes words or a table of words fails once for each of the two.
        key = next((str(part) for part in reversed(place) if str(part) in _KEYS), str(place[-1]))
        number = place[1] if len(place) > 1 and place[0] == "attribute" else None
        attribute = str(number + 1) if isinstance(number, int) else None
        if (key, attribute) in told:
            continue
        told.add((key, attribute))
        match item["type"]:
            case "missing":
                reader.add(key, text('the key "{key}" is missing', key=key), attribute=attribute)
            case "extra_forbidden":
                key = str(place[-1])
                close = nearest(key, _KEYS, count=1)
                expected = (
                    text("{close}, if it is meant", close=close[0])
                    if close
                    else text("one of {names}", names=", ".join(sorted(_KEYS)))
                )
                found = text('the key "{key}", which is not known here', key=key)
                reader.add(key, found, expected, attribute=attribute)
            case "too_short" | "string_too_short":
                found = text('the key "{key}" holds too little', key=key)
                reader.add(key, found, attribute=attribute)
            case _:
                reader.add(key, text("{value}", value=str(item["input"])), attribute=attribute)


_KEYS = frozenset(
    (*ApplicationTable.model_fields, *AttributeTable.model_fields, *PublishedTable.model_fields)
)


def _application(model: ApplicationTable, reader: _Reader, content: bytes) -> Application:
    if _NAME.fullmatch(model.name) is None:
        reader.add("name", text('the name "{name}"', name=model.name))
    names = [table.name for table in model.attribute]
    for name in sorted({name for name in names if names.count(name) > 1}):
        reader.add("name", text('two attributes of the name "{name}"', name=name))
    return Application(
        name=model.name,
        version=model.version,
        label=_words(model.label, "label", reader),
        attributes=tuple(_attribute(table, reader) for table in model.attribute),
        citations=tuple(model.citations),
        sources=tuple(_sources(model.sources, reader)),
        note=None if model.note is None else _words(model.note, "note", reader),
        origin=Origin(reader.file, hashlib.sha256(content).hexdigest()),
    )


def _words(value: Words, key: str, reader: _Reader, attribute: str | None = None) -> Text:
    if isinstance(value, str):
        return WrittenText(value)
    if "en" not in value:
        reader.add(key, text("no English words"), attribute=attribute)
        return WrittenText("")
    others = {str(code): words for code, words in value.items() if code != "en"}
    return WrittenText(value["en"], translations=others)


def _sources(words: list[str], reader: _Reader) -> Iterator[str]:
    for word in words:
        tissue = _find_tissue(word)
        if tissue is None:
            expected = text("one of {names}", names=", ".join(t.name for t in TISSUES))
            reader.add("sources", text('the tissue "{word}"', word=word), expected)
        else:
            yield tissue.name


def _attribute(table: AttributeTable, reader: _Reader) -> Attribute:
    if _NAME.fullmatch(table.name) is None:
        reader.add("name", text('the name "{name}"', name=table.name), attribute=table.name)
    quantity = _quantity(table, reader)
    unit = _unit(table, quantity, reader)
    _check_numbers(table, quantity, reader)
    return Attribute(
        name=table.name,
        label=_words(table.label, "label", reader, table.name),
        direction=Direction(table.direction),
        reason=_words(table.reason, "reason", reader, table.name),
        citations=tuple(table.citations),
        quantity="" if quantity is None else quantity.name,
        analyte=_analyte(table, quantity, reader),
        condition=canonical_stimulation(table.stimulated),
        unit="" if unit is None else unit[1].code,
        worst=_converted(table.worst, unit),
        best=_converted(table.best, unit),
        target=_converted(table.target, unit),
        tolerance=_converted(table.tolerance, unit),
        latest=table.latest,
        published=tuple(_published(key, table, reader) for key in table.published),
    )


def _quantity(table: AttributeTable, reader: _Reader) -> Quantity | None:
    if not table.quantity:
        return None
    quantity = find_quantity(table.quantity)
    if quantity is None or quantity.is_category:
        names = ", ".join(known.name for known in QUANTITIES if not known.is_category)
        reader.add(
            "quantity",
            text('the quantity "{word}"', word=table.quantity),
            text("one whose results are numbers: {names}", names=names),
            attribute=table.name,
        )
        return None
    return quantity


def _analyte(table: AttributeTable, quantity: Quantity | None, reader: _Reader) -> str:
    if quantity is None:
        return ""
    analyte = canonical_analyte(quantity, table.analyte)
    if analyte is None:
        found = text('"{word}" for {quantity}', word=table.analyte, quantity=quantity.name)
        reader.add("analyte", found, describe_kind(quantity), attribute=table.name)
        return ""
    return analyte


def _unit(
    table: AttributeTable, quantity: Quantity | None, reader: _Reader
) -> tuple[Unit, Unit] | None:
    """Return the unit as written and the canonical one."""
    if table.unit is None:
        if quantity is not None:
            reader.add("unit", text("no unit"), attribute=table.name)
        return None
    unit = find_unit(table.unit)
    canonical = unit if quantity is None else find_unit(quantity.unit or "")
    if unit is None or canonical is None or unit.dimension != canonical.dimension:
        dimension = None if canonical is None else canonical.dimension
        known = [u.label or u.code for u in UNITS if dimension in (None, u.dimension)]
        reader.add(
            "unit",
            text('the unit "{unit}"', unit=table.unit),
            text("one of {names}", names=", ".join(known)),
            attribute=table.name,
        )
        return None
    return unit, canonical


def _converted(value: float | None, unit: tuple[Unit, Unit] | None) -> float | None:
    if value is None or unit is None or not math.isfinite(value):
        return None
    return convert(value, *unit)


def _check_numbers(table: AttributeTable, quantity: Quantity | None, reader: _Reader) -> None:
    ends = (table.worst, table.best)
    aim = (table.target, table.tolerance)
    numbers = quantity is not None or table.unit is not None
    for number in (*ends, *aim):
        if number is not None and not math.isfinite(number):
            reader.add("best", text("{value}", value=str(number)), attribute=table.name)
            return
    if not numbers:
        if any(number is not None for number in (*ends, *aim)):
            reader.add("unit", text("numbers without a unit"), attribute=table.name)
        return
    if table.direction == "target":
        if None in aim or ends != (None, None) or (table.tolerance or 0) <= 0:
            expected = text("target and a tolerance above 0, and neither worst nor best")
            reader.add("target", text("other keys for a target"), expected, attribute=table.name)
        return
    expected = text("worst below best where more is better, above it where less is")
    worst, best = ends
    if worst is None or best is None or aim != (None, None):
        reader.add("worst", text("not both of worst and best"), expected, attribute=table.name)
    elif worst == best or (best > worst) != (table.direction == "more"):
        found = text("worst {worst} and best {best}", worst=worst, best=best)
        reader.add("worst", found, expected, attribute=table.name)


def _published(key: PublishedTable, table: AttributeTable, reader: _Reader) -> PublishedKey:
    clinical = bool(key.indication) and bool(key.outcome)
    if bool(key.attribute) == clinical or bool(key.indication) != bool(key.outcome):
        expected = text("either the key attribute, or both indication and outcome")
        reader.add("published", text("another set of keys"), expected, attribute=table.name)
    if (key.numbers or clinical) and table.best is None and table.target is None:
        expected = text("a unit with worst and best, or with target and tolerance")
        reader.add("published", text("numbers asked for"), expected, attribute=table.name)
    return PublishedKey(
        attribute=key.attribute,
        direction=Direction(key.direction),
        numbers=key.numbers or clinical,
        separate=key.separate,
        indication=key.indication,
        outcome=key.outcome,
    )
