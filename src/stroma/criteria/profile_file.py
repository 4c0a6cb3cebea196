"""TOML -> :class:`~stroma.criteria.profile.Profile`, with every mistake named at once.

Pydantic checks the shape, the vocabulary the words: quantity, analyte, unit, result, tissue.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tomllib
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from stroma.analytes import ANALYTE_OPTIONAL, canonical_analyte, describe_kind
from stroma.criteria.profile import Condition, Criterion, Profile, ProfileText
from stroma.criteria.profile_tables import (
    LANGUAGES,
    WORDS_HELP,
    CriterionTable,
    ProfileTable,
    Reader,
    add_shape_problems,
    quoted,
)
from stroma.criteria.verdicts import Limit, Role
from stroma.errors import Place, Problem, ProfileProblem
from stroma.records import Origin
from stroma.spelling import nearest
from stroma.strategy_records import is_reference
from stroma.texts import Text, join, text
from stroma.unit_words import dimension_name, with_unit
from stroma.units import UNITS, Unit, convert, find_unit
from stroma.vocabulary import (
    QUANTITIES,
    TISSUES,
    Quantity,
    canonical_stimulation,
    find_category,
    find_quantity,
    find_tissue,
    near_stimulation,
)

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*criterion[ \t]*\]\]", re.MULTILINE)
_COCULTURE = re.compile(r"MSC:PBMC (?:1:\d+(?:\.\d+)?|\d+(?:\.\d+)?:1)")
_NAME = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


def parse_profile(content: bytes, *, file: str) -> Profile:
    """Return the profile a TOML file holds.

    Parameters
    ----------
    content
        The file's bytes.
    file
        Its name, for messages.

    Returns
    -------
    Profile
        The profile.

    Raises
    ------
    ProfileProblem
        It is not TOML, a key is missing, unknown or of the wrong kind, or a word is not in the
        vocabulary; all mistakes at once.
    """
    written = _decode(content, file)
    table = _load(written, file)
    lines = tuple(written.count("\n", 0, m.start()) + 1 for m in _HEADER.finditer(written))
    # Headers inside a longer string would shift the count; then no line is better than a wrong one.
    criteria = table.get("criterion")
    known = isinstance(criteria, list) and len(criteria) == len(lines)
    reader = Reader(file, lines if known else (), [])
    try:
        model = ProfileTable.model_validate(table)
    except ValidationError as error:
        add_shape_problems(error, reader)
        raise ProfileProblem(reader.problems) from error
    profile = _profile(model, reader, Origin(file, hashlib.sha256(content).hexdigest()))
    if reader.problems:
        raise ProfileProblem(reader.problems)
    return profile


def _decode(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ProfileProblem(
            Problem(
                Place(file=file),
                found=text("byte {place} is not UTF-8", place=error.start),
                expected=text("a text file in UTF-8, as TOML asks for"),
                action=text("save the file as UTF-8"),
            )
        ) from error


def _load(written: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(written)
    except tomllib.TOMLDecodeError as error:
        raise ProfileProblem(
            Problem(
                Place(file=file),
                found=text("it is not TOML ({reason})", reason=str(error)),
                expected=text("a profile as a TOML file"),
                action=text("correct the file at this line; words stand in quotes"),
            )
        ) from error


def _profile(model: ProfileTable, reader: Reader, origin: Origin) -> Profile:
    if _NAME.fullmatch(model.name) is None:
        reader.add("name", text('the name "{name}"', name=model.name))
    if model.strategy is not None and not is_reference(model.strategy):
        reader.add("strategy", join([quoted(model.strategy)]))
    criteria = [_criterion(table, i, reader) for i, table in enumerate(model.criterion)]
    held = tuple(criterion for criterion in criteria if criterion is not None)
    _check_repeats(criteria, reader)
    return Profile(
        name=model.name,
        version=model.version,
        title=_words(model.title, "title", reader) or ProfileText(model.name),
        criteria=held,
        citations=tuple(model.citations),
        product=model.product,
        sources=_tissues(model.sources, reader, None),
        note=_words(model.note, "note", reader),
        caveats=tuple(
            words
            for caveat in model.caveats
            if (words := _words(caveat, "caveats", reader)) is not None
        ),
        strategy=model.strategy,
        origin=origin,
    )


def _words(value: object, key: str, reader: Reader, criterion: int | None = None) -> Text | None:
    """Return words in one or several languages; ``None`` where there are none."""
    if value is None:
        return None
    if isinstance(value, str):
        return ProfileText(value)
    if (
        isinstance(value, dict)
        and isinstance(value.get("en"), str)
        and set(value) <= set(LANGUAGES)
        and all(isinstance(words, str) for words in value.values())
    ):
        return ProfileText(value["en"], translations={c: w for c, w in value.items() if c != "en"})
    reader.add(key, join([str(value)]), expected=WORDS_HELP, criterion=criterion)
    return None


def _tissues(words: list[str], reader: Reader, criterion: int | None) -> tuple[str, ...]:
    names = []
    for word in words:
        tissue = find_tissue(word)
        if tissue is None:
            reader.add(
                "sources",
                text('the tissue "{word}"', word=word),
                expected=text("one of {names}", names=", ".join(t.name for t in TISSUES)),
                criterion=criterion,
            )
        else:
            names.append(tissue.name)
    return tuple(names)


def _criterion(table: CriterionTable, number: int, reader: Reader) -> Criterion | None:
    quantity = find_quantity(table.quantity)
    if quantity is None:
        _add_unknown_quantity(table.quantity, number, reader)
        return None
    before = len(reader.problems)
    unit = _unit(table, quantity, number, reader)
    criterion = Criterion(
        quantity=quantity.name,
        analytes=_analytes(table, quantity, number, reader),
        operator=table.operator or "",
        limit=_limit(table, quantity, number, reader),
        unit="" if unit is None else unit.code,
        role=Role(table.role),
        citation=table.citation,
        purpose=table.purpose,
        sources=_tissues(table.sources, reader, number),
        stimulated=_stimulation(table.stimulated, number, reader),
        beside=_beside(table, number, reader),
        conditions=tuple(
            Condition(stimulated=_stimulation(c.stimulated, number, reader), role=Role(c.role))
            for c in table.condition
        ),
        gate=table.gate or "",
        printed=table.printed,
        note=_words(table.note, "note", reader, number),
    )
    if len(reader.problems) == before:
        _check_whole(criterion, quantity, number, reader)
    return criterion


def _stimulation(word: str, number: int, reader: Reader) -> str:
    """Return a stimulation; a word that is nearly a known one would never meet a row's."""
    near = near_stimulation(word)
    if near is not None:
        reader.add(
            "stimulated",
            text('"{word}", which is nearly {known}', word=word, known=near),
            expected=text("{known}, or a name that cannot be taken for it", known=near),
            action=text("write {known}, if it is meant", known=near),
            criterion=number,
        )
    return canonical_stimulation(word)


def _beside(table: CriterionTable, number: int, reader: Reader) -> str:
    """Return the ratio of a co-culture; any other condition would never meet a row's."""
    written = " ".join(table.beside.split())
    if written and (_COCULTURE.fullmatch(written) is None or table.stimulated):
        reader.add(
            "beside",
            text('"{word}" together with "{stimulus}"', word=written, stimulus=table.stimulated)
            if table.stimulated
            else text('"{word}"', word=written),
            expected=text("stromal cells to lymphocytes as measurements write it: MSC:PBMC 1:10"),
            action=text("write the ratio so, and no stimulation beside it"),
            criterion=number,
        )
    return written


def _add_unknown_quantity(word: str, number: int, reader: Reader) -> None:
    names = [quantity.name for quantity in QUANTITIES]
    close = nearest(word, names, count=1)
    reader.add(
        "quantity",
        text('the quantity "{word}"', word=word),
        expected=text("one of {names}", names=", ".join(names)),
        action=text("write {close}, if it is meant", close=close[0])
        if close
        else text("write one of these names"),
        criterion=number,
    )


def _analytes(
    table: CriterionTable, quantity: Quantity, number: int, reader: Reader
) -> tuple[str, ...]:
    if table.any_of is not None and table.analyte is not None:
        reader.add(
            "any_of",
            text("both analyte and any_of"),
            expected=text("one of the two keys"),
            criterion=number,
        )
        return ("",)
    key = "analyte" if table.any_of is None else "any_of"
    words = table.any_of if table.any_of is not None else [table.analyte or ""]
    names = []
    for word in words:
        name = canonical_analyte(quantity, word)
        if name is None:
            found = (
                text('"{word}" for {quantity}', word=word, quantity=quantity.name)
                if word
                else text("no analyte for {quantity}", quantity=quantity.name)
            )
            reader.add(key, found, expected=describe_kind(quantity), criterion=number)
        else:
            names.append(name)
    if len(set(names)) < len(names):
        found = text("the same analyte twice: {names}", names=", ".join(names))
        reader.add(key, found, criterion=number)
    return tuple(names)


def _unit(table: CriterionTable, quantity: Quantity, number: int, reader: Reader) -> Unit | None:
    canonical = None if quantity.unit is None else find_unit(quantity.unit)
    if canonical is None:
        if table.unit:
            found = text(
                'the unit "{unit}" for {quantity}', unit=table.unit, quantity=quantity.name
            )
            reader.add("unit", found, expected=text("no unit: its results are words"),
                       action=text("remove the key"), criterion=number)  # fmt: skip
        return None
    expected = text("a unit of {dimension}: {units}", dimension=dimension_name(canonical.dimension),
                    units=", ".join(u.label or u.code for u in UNITS
                                    if u.dimension == canonical.dimension))  # fmt: skip
    if table.unit is None:
        if canonical.code != "1":
            reader.add("unit", text("no unit"), expected=expected, criterion=number,
                       action=text("add the key unit; none is assumed"))  # fmt: skip
        return canonical
    unit = find_unit(table.unit)
    if unit is None or unit.dimension != canonical.dimension:
        found = text('the unit "{unit}" for {quantity}', unit=table.unit, quantity=quantity.name)
        reader.add("unit", found, expected=expected, criterion=number)
        return None
    return unit


def _limit(table: CriterionTable, quantity: Quantity, number: int, reader: Reader) -> Limit:
    value = table.limit
    if table.operator is None or value is None:
        return None
    if quantity.is_category:
        return _category_limit(value, quantity, number, reader)
    if table.operator == "between":
        pair = value if isinstance(value, list) and len(value) == 2 else []
        ends = [float(end) for end in pair if _is_number(end)]
        if len(ends) == 2 and ends[0] < ends[1]:
            return (ends[0], ends[1])
        expected = text("a pair of numbers, the smaller first, such as [180, 220]")
        reader.add("limit", join([quoted(value)]), expected=expected,
                   criterion=number)  # fmt: skip
        return None
    if _is_number(value):
        return float(value)
    expected = text("a number without quotes, with a decimal point")
    reader.add("limit", join([quoted(value)]), expected=expected, criterion=number)
    return None


def _is_number(value: object) -> bool:
    # TOML has nan, inf and whole numbers of any length; none of these is a limit.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= sys.float_info.max


def _category_limit(value: object, quantity: Quantity, number: int, reader: Reader) -> Limit:
    words = value if isinstance(value, list) else [value]
    names: list[str] = []
    for word in words:
        category = find_category(quantity, word) if isinstance(word, str) else None
        if category is None:
            reader.add(
                "limit",
                text("{value} for {quantity}", value=quoted(word), quantity=quantity.name),
                expected=text(
                    "one of {names}", names=", ".join(c.name for c in quantity.categories)
                ),
                criterion=number,
            )
        else:
            names.append(category.name)
    return tuple(names) if isinstance(value, list) else "".join(names)


def _check_whole(criterion: Criterion, quantity: Quantity, number: int, reader: Reader) -> None:
    for key, found, expected in _contradictions(criterion, quantity):
        reader.add(key, found, expected=expected, criterion=number)


def _contradictions(
    criterion: Criterion, quantity: Quantity
) -> Iterator[tuple[str, Text, Text]]:  # fmt: skip
    if (criterion.operator == "") != (criterion.limit is None):
        yield ("limit", text("only one of operator and limit"), text("both, or neither"))
    if criterion.operator == "" and criterion.role is not Role.INFORMATIVE:
        yield (
            "role",
            text('the role "{role}" without a limit', role=criterion.role.value),
            text("informative, since nothing can be decided without a limit"),
        )
    if quantity.is_category and criterion.operator not in {"", "=="}:
        yield (
            "operator",
            text(
                '"{operator}" for {quantity}', operator=criterion.operator, quantity=quantity.name
            ),
            text('"==", since its results are words'),
        )
    if criterion.gate and criterion.operator != "between":
        yield (
            "gate",
            text('a gate for "{operator}"', operator=criterion.operator),
            text("a gate for between only"),
        )
    if len(criterion.analytes) > 1 and quantity.analyte in ANALYTE_OPTIONAL | {None}:
        yield ("any_of", text("alternatives for {quantity}", quantity=quantity.name),
               text("one analyte or none"))  # fmt: skip
    yield from _impossible_limits(criterion, quantity)


def _impossible_limits(
    criterion: Criterion, quantity: Quantity
) -> Iterator[tuple[str, Text, Text]]:
    unit, canonical = find_unit(criterion.unit), find_unit(quantity.unit or "")
    if quantity.is_category or unit is None or canonical is None:
        return
    ends = criterion.limit if isinstance(criterion.limit, tuple) else (criterion.limit,)
    for end in ends:
        if not isinstance(end, float):
            continue
        value = convert(end, unit, canonical)
        below = quantity.low is not None and value < quantity.low
        above = quantity.high is not None and value > quantity.high
        if below or above:
            yield (
                "limit",
                text("the limit {limit}", limit=with_unit(join([end]), unit.code)),
                text("a value that {quantity} can have", quantity=quantity.name),
            )


def _check_repeats(criteria: list[Criterion | None], reader: Reader) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for number, criterion in enumerate(criteria):
        if criterion is None:
            continue
        key = (criterion.quantity, tuple(sorted(criterion.analytes)), criterion.operator,
               criterion.condition, criterion.sources)  # fmt: skip
        first = seen.setdefault(key, number)
        if first != number:
            reader.add(
                "quantity",
                text("the same question as criterion {first}", first=str(first + 1)),
                expected=text("each question once"),
                action=text("remove one of the two"),
                criterion=number,
            )
