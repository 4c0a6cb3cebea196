"""``review.toml``: what a review asks, where it looked, what it lets in, and who decides.

An unknown key is an error that names the known ones, because a rule of the review with a slip of
the pen would otherwise be no rule at all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from stroma.errors import Place, Problem, StudyProblem
from stroma.evidence.review_records import Criterion, DatabaseSearch, Protocol, Side, Stage
from stroma.texts import Text, join, text
from stroma.toml_lines import KeyPath, line_of_key

_STAGES: Final = tuple(stage.value for stage in Stage)
_EXPECTED: Final[Mapping[str, Text]] = {
    "title": text("words in quotation marks"),
    "question": text("the question of the review in quotation marks"),
    "people": text('a list of short names such as ["AB", "CD"]'),
    "deciders": text("1 or 2"),
    "arbiter": text("the short name of one person in quotation marks"),
    "search": text("tables [[search]]"),
    "database": text("the name of the database in quotation marks"),
    "query": text("the search string as typed, in quotation marks"),
    "run": text("a day such as 2026-01-31, without quotation marks"),
    "hits": text("a whole number from 0 up"),
    "exports": text('a list of file names in searches/ such as ["pubmed.nbib"]'),
    "criterion": text("tables [[criterion]]"),
    "key": text("letters and digits such as E2, in quotation marks"),
    "side": text("include or exclude, in quotation marks"),
    "words": text("the criterion as a person reads it, in quotation marks"),
    "stages": text("a list of {stages}", stages=", ".join(_STAGES)),
}
_KEY: Final = re.compile(r"[^\W_]+(?:[_\-.][^\W_]+)*")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Search(_Table):
    database: str = Field(min_length=1)
    query: str = ""
    run: date | None = None
    hits: int | None = Field(default=None, ge=0)
    exports: list[str] = []


class _Criterion(_Table):
    key: str = Field(min_length=1)
    side: Literal["include", "exclude"]
    words: str = Field(min_length=1)
    stages: list[Literal["title_abstract", "full_text"]] = Field(
        default=["title_abstract", "full_text"], min_length=1
    )


class _Document(_Table):
    title: str = ""
    question: str = Field(min_length=1)
    people: list[str] = Field(min_length=1)
    deciders: Literal[1, 2] = 2
    arbiter: str = ""
    search: list[_Search] = []
    criterion: list[_Criterion] = []


_TABLES: Final[Mapping[str, type[BaseModel]]] = {"search": _Search, "criterion": _Criterion}


def parse_protocol(written: str, *, file: str) -> Protocol:
    r"""Read a protocol.

    Parameters
    ----------
    written
        The text of ``review.toml``.
    file
        Its name, for problems.

    Returns
    -------
    Protocol
        What the review asks and how it is decided.

    Raises
    ------
    StudyProblem
        It is not TOML, a key is missing, unknown or of the wrong kind, two criteria or people have
        one name, or there are fewer people than have to agree. All that is wrong is said at once.

    Examples
    --------
    >>> protocol = parse_protocol(
    ...     'question = "Bone marrow or placenta?"\npeople = ["AB", "CD"]\n', file="review.toml"
    ... )
    >>> protocol.deciders, protocol.people
    (2, ('AB', 'CD'))
    """
    try:
        document = tomllib.loads(written.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise StudyProblem(_syntax_problem(str(error), written, file)) from error
    try:
        model = _Document.model_validate(document)
    except ValidationError as error:
        raise StudyProblem(
            [_shape_problem(detail, written, file) for detail in error.errors(include_url=False)]
        ) from error
    problems = list(_contradictions(model, written, file))
    if problems:
        raise StudyProblem(problems)
    return Protocol(
        title=model.title,
        question=model.question,
        searches=tuple(
            DatabaseSearch(
                database=search.database,
                query=search.query,
                run=search.run,
                hits=search.hits,
                exports=tuple(search.exports),
            )
            for search in model.search
        ),
        criteria=tuple(
            Criterion(
                key=criterion.key,
                side=Side(criterion.side),
                words=criterion.words,
                stages=tuple(Stage(stage) for stage in criterion.stages),
            )
            for criterion in model.criterion
        ),
        people=tuple(model.people),
        deciders=model.deciders,
        arbiter=model.arbiter,
    )


_AT_LINE: Final = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)")


def _syntax_problem(message: str, written: str, file: str) -> Problem:
    position = _AT_LINE.search(message)
    lines = written.splitlines()
    row = int(position["line"]) if position is not None and position["line"] else len(lines)
    line = lines[row - 1].strip() if 0 < row <= len(lines) else ""
    return Problem(
        Place(file=file, row=row),
        found=text('the line "{line}" ({reason})', line=line, reason=_AT_LINE.sub("", message)),
        expected=text(
            "the form key = value: words in quotation marks, numbers with a decimal point"
        ),
        action=text("correct the line; without the protocol nothing of the review can be read"),
    )


def _shape_problem(error: ErrorDetails, written: str, file: str) -> Problem:
    location = error["loc"]
    key = next(str(part) for part in reversed(location) if isinstance(part, str))
    place = Place(file=file, row=line_of_key(written, location), column=_dotted(location))
    match error["type"]:
        case "missing":
            return Problem(
                place,
                found=text("no value"),
                expected=_EXPECTED[key],
                action=text("add the key"),
            )
        case "extra_forbidden":
            return _unknown_key(key, location, place)
        case _:
            return Problem(
                place,
                found=join([_as_written(error["input"])]),
                expected=_EXPECTED[key],
                action=text("correct the key"),
            )


def _unknown_key(key: str, location: KeyPath, place: Place) -> Problem:
    model = _TABLES[str(location[0])] if len(location) > 1 else _Document
    known = tuple(model.model_fields)
    alike = get_close_matches(key, known, n=1)
    return Problem(
        place,
        found=text('the unknown key "{key}"', key=key),
        expected=text("one of {known}", known=", ".join(known)),
        action=text("write {nearest}, or remove the key", nearest=alike[0])
        if alike
        else text("correct or remove the key; remarks follow a #"),
    )


def _dotted(location: KeyPath) -> str:
    written = ""
    for part in location:
        written += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return written.removeprefix(".")


def _as_written(value: Any) -> str:  # noqa: ANN401 - whatever TOML can hold
    return f'"{value}"' if isinstance(value, str) else str(value)


def _contradictions(model: _Document, written: str, file: str) -> Iterator[Problem]:
    def place(*key: str | int) -> Place:
        return Place(file=file, row=line_of_key(written, key), column=_dotted(key))

    for number, person in enumerate(model.people):
        if not person.strip() or person in model.people[:number]:
            yield Problem(
                place("people"),
                found=join([_as_written(person)]),
                expected=text("each person under a name of their own"),
                action=text("correct the list"),
            )
    keys = [criterion.key for criterion in model.criterion]
    for number, key in enumerate(keys):
        if _KEY.fullmatch(key) is None:
            yield Problem(
                place("criterion", number, "key"),
                found=join([_as_written(key)]),
                expected=_EXPECTED["key"],
                action=text("correct the key"),
            )
        elif key in keys[:number]:
            yield Problem(
                place("criterion", number, "key"),
                found=text('a second criterion "{key}"', key=key),
                expected=text("each criterion under a name of its own"),
                action=text("name one of them otherwise"),
            )
    able = {*model.people, *([model.arbiter] if model.arbiter else [])}
    if len(able) < model.deciders:
        yield Problem(
            place("deciders"),
            found=text(
                "{deciders} have to agree, and {people} decides",
                deciders=model.deciders,
                people=", ".join(model.people),
            ),
            expected=text("as many people as have to agree"),
            action=text("add a person, or write deciders = 1"),
        )
