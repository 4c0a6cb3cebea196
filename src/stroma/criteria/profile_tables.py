"""The shape of a profile's TOML file: its keys, and what belongs in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stroma.criteria.verdicts import Role
from stroma.errors import Place, Problem
from stroma.spelling import nearest
from stroma.texts import Text, join, text

OPERATORS = (">=", ">", "<=", "<", "==", "between")
LANGUAGES = ("en", "ru", "kk")

WORDS_HELP = text("words in quotes, or a table of words with the keys en, ru, kk; en is needed")
KEYS: Mapping[str, Text] = {
    "name": text("lower case Latin letters, digits and _, such as our_lab_2026"),
    "version": text('the version in quotes, such as "1.0"'),
    "title": WORDS_HELP,
    "product": text("the name of the product in quotes"),
    "sources": text("a list of tissues such as [{example}]", example='"bone_marrow"'),
    "citations": text("a list of DOIs or addresses in quotes, at least one"),
    "note": WORDS_HELP,
    "caveats": text("a list of words in quotes"),
    "strategy": text(
        'name and hash of a frozen gating strategy in quotes, such as "{example}"',
        example="our_panel@2fd4e1c6",
    ),
    "criterion": text("at least one table [[criterion]]"),
    "quantity": text("the name of a quantity in quotes"),
    "analyte": text("the name of one analyte in quotes"),
    "any_of": text('a list of at least two analytes such as ["CD14", "CD11b"]'),
    "operator": text("one of {operators}", operators=", ".join(OPERATORS)),
    "limit": text("a number, a result in quotes, or a pair of numbers for between"),
    "unit": text("a unit in quotes"),
    "role": text("one of {roles}", roles=", ".join(role.value for role in Role)),
    "citation": text("where the limit comes from: a DOI, an address, a document"),
    "purpose": text("one word in quotes, such as release, potency, identity"),
    "stimulated": text("what the cells were stimulated with, such as IFN-gamma"),
    "beside": text("the ratio of a co-culture, such as MSC:PBMC 1:10"),
    "condition": text("tables [[criterion.condition]] with the keys stimulated and role"),
    "gate": text("minimum or maximum"),
    "printed": text("words in quotes"),
}


class ConditionTable(BaseModel):
    """A table ``[[criterion.condition]]``; see :class:`stroma.criteria.profile.Condition`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    stimulated: str = Field(min_length=1)
    role: Literal["required", "informative", "hold"]


class CriterionTable(BaseModel):
    """A table ``[[criterion]]``; see :class:`stroma.criteria.profile.Criterion`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    quantity: str
    role: Literal["required", "informative", "hold"]
    citation: str = Field(min_length=1)
    analyte: str | None = None
    any_of: list[str] | None = Field(default=None, min_length=2)
    operator: Literal[">=", ">", "<=", "<", "==", "between"] | None = None
    limit: Any = None
    unit: str | None = None
    purpose: str = ""
    sources: list[str] = []
    stimulated: str = ""
    beside: str = ""
    condition: list[ConditionTable] = []
    gate: Literal["minimum", "maximum"] | None = None
    printed: str = ""
    note: Any = None


class ProfileTable(BaseModel):
    """The whole file; see :class:`stroma.criteria.profile.Profile`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    version: str = Field(min_length=1)
    title: Any
    citations: list[str] = Field(min_length=1)
    criterion: list[CriterionTable] = Field(min_length=1)
    product: str = ""
    sources: list[str] = []
    note: Any = None
    caveats: list[Any] = []
    strategy: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Where a file's mistakes are put.

    Parameters
    ----------
    file
        Its name.
    lines
        The line of each ``[[criterion]]``; empty where they cannot be told.
    problems
        The mistakes so far.
    """

    file: str
    lines: tuple[int, ...]
    problems: list[Problem]

    def add(
        self,
        key: str,
        found: Text,
        *,
        expected: Text | None = None,
        action: Text | None = None,
        criterion: int | None = None,
    ) -> None:
        """Add a mistake.

        Parameters
        ----------
        key
            The key.
        found
            What it holds.
        expected
            What it should hold; what :data:`KEYS` says of it if not given.
        action
            What to do; to correct it if not given.
        criterion
            Number of the ``[[criterion]]`` it stands in, from 0; ``None`` for the file's head.
        """
        column, row = key, None
        if criterion is not None:
            column = f"criterion {criterion + 1}, {key}"
            row = self.lines[criterion] if criterion < len(self.lines) else None
        if expected is None:
            expected = KEYS.get(key, text("a key of a profile"))
        if action is None:
            action = text("correct the key in the file")
        place = Place(file=self.file, row=row, column=column)
        self.problems.append(Problem(place, found, expected, action))


def add_shape_problems(error: ValidationError, reader: Reader) -> None:
    """Add what Pydantic found wrong.

    Parameters
    ----------
    error
        Its error.
    reader
        Where the mistakes are put.
    """
    for item in error.errors(include_url=False):
        location = item["loc"]
        key = next(str(part) for part in reversed(location) if isinstance(part, str))
        number = location[1] if len(location) > 1 and location[0] == "criterion" else None
        criterion = number if isinstance(number, int) else None
        match item["type"]:
            case "missing":
                found = text('the key "{key}" is missing', key=key)
                reader.add(key, found, criterion=criterion, action=text("add the key"))
            case "extra_forbidden":
                _add_unknown_key(key, location, reader, criterion)
            case "too_short" | "string_too_short":
                found = text('the key "{key}" holds too little', key=key)
                reader.add(key, found, criterion=criterion)
            case _:
                found = join([quoted(item["input"])])
                reader.add(key, found, criterion=criterion)


def _add_unknown_key(
    key: str, location: tuple[int | str, ...], reader: Reader, criterion: int | None
) -> None:
    model: type[BaseModel] = ProfileTable
    if "condition" in location[:-1]:
        model = ConditionTable
    elif criterion is not None:
        model = CriterionTable
    known = sorted(model.model_fields)
    close = nearest(key, known, count=1)
    reader.add(
        key,
        text('the key "{key}", which is not known here', key=key),
        expected=text("one of {names}", names=", ".join(known)),
        action=text("write {close}", close=close[0])
        if close
        else text("remove it; remarks follow a # or stand in the key note"),
        criterion=criterion,
    )


def quoted(value: object) -> str:
    """Return a value as it stands in the file, near enough.

    Parameters
    ----------
    value
        The value.

    Returns
    -------
    str
        Words in quotes, anything else as Python writes it.
    """
    return f'"{value}"' if isinstance(value, str) else str(value)
