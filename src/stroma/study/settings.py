"""``study.toml``: what a laboratory declares once for a study.

An unknown key is an error that names the known ones, because a house rule with a slip of the pen
would otherwise be no rule at all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from stroma.errors import Place, Problem
from stroma.house_rules import (
    CleaningRule,
    CompensationRule,
    CountingRule,
    DifferentiationRule,
    GrowthRule,
    HouseRules,
    PositivityRule,
    PotencyRule,
    ReadingRule,
)
from stroma.spelling import nearest
from stroma.study.files import SETTINGS_FILE
from stroma.study.sections import (
    Cleaning,
    Comparison,
    Compensation,
    Counting,
    Differentiation,
    Growth,
    Laboratory,
    Multiplicity,
    Positivity,
    Potency,
    Reading,
    Section,
    Statements,
    each_once,
    profile_name,
)
from stroma.study.validation import as_written, expected_by
from stroma.texts import Text, join, text
from stroma.toml_lines import KeyPath, line_of_key


class Settings(Section):
    """All of ``study.toml``; every key may be left out."""

    title: str = ""
    language: Literal["en", "ru", "kk"] = "en"
    profiles: Annotated[
        tuple[Annotated[str, Field(min_length=1), AfterValidator(profile_name)], ...],
        Field(strict=False),
        AfterValidator(each_once),
    ] = ()
    applications: Annotated[
        tuple[Annotated[str, Field(min_length=1), AfterValidator(profile_name)], ...],
        Field(strict=False),
        AfterValidator(each_once),
    ] = ()
    laboratory: Laboratory = Field(default_factory=Laboratory)
    reading: Reading = Field(default_factory=Reading)
    positivity: Positivity = Field(default_factory=Positivity)
    compensation: Compensation = Field(default_factory=Compensation)
    cleaning: Cleaning = Field(default_factory=Cleaning)
    counting: Counting = Field(default_factory=Counting)
    growth: Growth = Field(default_factory=Growth)
    differentiation: Differentiation = Field(default_factory=Differentiation)
    potency: Potency = Field(default_factory=Potency)
    comparison: Annotated[tuple[Comparison, ...], Field(strict=False)] = ()
    multiplicity: Multiplicity = Field(default_factory=Multiplicity)
    statements: Statements = Field(default_factory=Statements)

    @property
    def house_rules(self) -> HouseRules:
        """The conventions that change numbers, as the assays take them."""
        return HouseRules(
            reading=ReadingRule(**self.reading.model_dump()),
            positivity=PositivityRule(**self.positivity.model_dump()),
            compensation=CompensationRule(**self.compensation.model_dump()),
            cleaning=CleaningRule(**self.cleaning.model_dump()),
            counting=CountingRule(**self.counting.model_dump()),
            growth=GrowthRule(**self.growth.model_dump()),
            differentiation=DifferentiationRule(**self.differentiation.model_dump()),
            potency=PotencyRule(**self.potency.model_dump()),
        )


def read_settings(toml: str, *, file: str = SETTINGS_FILE) -> tuple[Settings, tuple[Problem, ...]]:
    r"""Read the settings of a study, and everything that is wrong with them.

    Parameters
    ----------
    toml
        The text of ``study.toml``.
    file
        Its name, for problems.

    Returns
    -------
    settings
        What could be read; a key that is wrong counts as not written.
    problems
        One for each key that is wrong, in the order of the file.

    Examples
    --------
    >>> settings, problems = read_settings('title = "A"\n[positivity]\npercentil = 98\n')
    >>> settings.title, problems[0].place.column, problems[0].place.row
    ('A', 'positivity.percentil', 3)
    """
    try:
        document = tomllib.loads(toml.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        return Settings(), (_syntax_problem(str(error), toml, file),)
    problems: list[Problem] = []
    while True:
        try:
            return Settings.model_validate(document), _in_order(problems)
        except ValidationError as error:
            details = _causes(error.errors(include_url=False))
            problems += [_problem(detail, toml, file) for detail in details]
            document = _without(document, {_removable(detail["loc"]) for detail in details})


def _causes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out errors of a list or table that only follow from errors inside it."""
    places = [detail["loc"] for detail in details]
    return [
        detail
        for detail in details
        if not any(place != detail["loc"] and _holds(detail["loc"], place) for place in places)
    ]


def _holds(outer: KeyPath, inner: KeyPath) -> bool:
    return inner[: len(outer)] == outer


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.place.row or 0))


_AT_LINE: Final = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)")


def _syntax_problem(message: str, toml: str, file: str) -> Problem:
    position = _AT_LINE.search(message)
    lines = toml.splitlines()
    row = int(position["line"]) if position is not None and position["line"] else len(lines)
    line = lines[row - 1].strip() if 0 < row <= len(lines) else ""
    return Problem(
        Place(file=file, row=row),
        found=text('the line "{line}" ({reason})', line=line, reason=_AT_LINE.sub("", message)),
        expected=text(
            "the form key = value: words in quotation marks, numbers with a decimal point"
        ),
        action=text("correct the line; until then nothing of the file is used"),
    )


def _problem(error: ErrorDetails, toml: str, file: str) -> Problem:
    key = error["loc"]
    place = Place(file=file, row=line_of_key(toml, key), column=_dotted(key))
    if error["type"] == "extra_forbidden":
        return _unknown_key(key, place)
    missing = error["type"] == "missing"
    return Problem(
        place,
        found=text("no value") if missing else join([as_written(error["input"])]),
        expected=expected_by(error),
        action=_consequence(key),
    )


def _unknown_key(key: KeyPath, place: Place) -> Problem:
    known = tuple(_model_at(key[:-1]).model_fields)
    written = str(key[-1])
    alike = nearest(written, known)
    return Problem(
        place,
        found=text('the unknown key "{key}"', key=written),
        expected=text("one of {known}", known=", ".join(known)),
        action=text("write {nearest}, or remove the key; it is not used", nearest=", ".join(alike))
        if alike
        else text("correct or remove the key; it is not used"),
    )


def _consequence(key: KeyPath) -> Text:
    if key[0] == "comparison":
        return text("correct it; until then this comparison is left out")
    if key[0] == "profiles" and len(key) > 1:
        return text("correct it; until then this profile is left out")
    if key[0] == "applications" and len(key) > 1:
        return text("correct it; until then this application is left out")
    default: object = Settings()
    for name in key:
        default = getattr(default, str(name), None) if isinstance(name, str) else default
    if default is None or default in ("", ()) or isinstance(default, BaseModel):
        return text("correct it; until then it counts as not declared")
    return text("correct it; until then {default} applies", default=as_written(default))


def _model_at(key: KeyPath) -> type[BaseModel]:
    if not key:
        return Settings
    return Comparison if key[0] == "comparison" else type(getattr(Settings(), str(key[0])))


def _dotted(key: KeyPath) -> str:
    written = ""
    for part in key:
        written += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return written.removeprefix(".")


def _removable(key: KeyPath) -> KeyPath:
    """Return what has to go for an error to go: one comparison, one profile, else the key."""
    if key[0] in ("applications", "comparison", "profiles"):
        return key[:2]
    names = [i for i, part in enumerate(key) if isinstance(part, int)]
    return key[: names[0]] if names else key


def _without(document: Mapping[str, object], keys: set[KeyPath]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for name, value in document.items():
        inner = {key[1:] for key in keys if key[0] == name}
        if () in inner:
            continue
        if isinstance(value, Mapping):
            kept[name] = _without(value, inner)
        elif isinstance(value, list):
            kept[name] = [item for i, item in enumerate(value) if (i,) not in inner]
        else:
            kept[name] = value
    return kept
