"""What a validation error of pydantic expected, as a sentence that can be translated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, LiteralString

from pydantic_core import ErrorDetails, PydanticCustomError

from stroma.texts import Text, join, text

UNKNOWN_WORD: Final = "stroma_unknown_word"
"""Type of the error that a word is not in a vocabulary; its context names the known ones."""
NOT_A_PASSAGE: Final = "stroma_passage"
OUTSIDE_STUDY: Final = "stroma_path"
OUTSIDE_STUDY_TABLE: Final = "stroma_table_path"
OUTSIDE_STUDY_STRATEGY: Final = "stroma_strategy_path"
NOT_AN_ENCODING: Final = "stroma_encoding"
TWICE: Final = "stroma_twice"


def refusal(kind: LiteralString, *, known: str = "") -> PydanticCustomError:
    """Return the error for a validator of this package to raise.

    Parameters
    ----------
    kind
        One of the types of this module.
    known
        The known words, for :data:`UNKNOWN_WORD`.

    Returns
    -------
    PydanticCustomError
        The error.
    """
    return PydanticCustomError(kind, "not allowed", {"known": known})


def expected_by(error: ErrorDetails) -> Text:
    """Return what was expected where pydantic found an error.

    Parameters
    ----------
    error
        One error of a :class:`pydantic.ValidationError`.

    Returns
    -------
    Text
        For example "at most 100".
    """
    context: Mapping[str, object] = error.get("ctx", {})
    bounded = _bound(error["type"], context)
    if bounded is not None:
        return bounded
    if error["type"] in ("literal_error", UNKNOWN_WORD):
        known = str(context.get("known", context.get("expected", "")))
        return text("one of {known}", known=known.replace("'", '"').replace(" or ", ", "))
    return _EXPECTED.get(error["type"]) or join([error["msg"]])


_EXPECTED: Final[Mapping[str, Text]] = {
    "missing": text("a value"),
    "float_type": text("a number with a decimal point, without quotation marks"),
    "finite_number": text("a finite number"),
    "int_type": text("a whole number"),
    "int_from_float": text("a whole number"),
    "bool_type": text("true or false, without quotation marks"),
    "string_type": text("words in quotation marks"),
    "string_too_short": text("at least one character"),
    "tuple_type": text("a list in square brackets"),
    "model_type": text("a section with keys of its own"),
    NOT_A_PASSAGE: text("a passage such as P1"),
    OUTSIDE_STUDY: text("the name of a profile, or the path of a .toml file inside the study"),
    OUTSIDE_STUDY_TABLE: text("the path of a table inside the study"),
    OUTSIDE_STUDY_STRATEGY: text("the path of a frozen strategy (.json) inside the study"),
    NOT_AN_ENCODING: text("an encoding such as cp1251"),
    TWICE: text("each word once"),
}


def _bound(kind: str, context: Mapping[str, object]) -> Text | None:
    match kind:
        case "greater_than":
            return text("more than {limit}", limit=context["gt"])
        case "greater_than_equal":
            return text("at least {limit}", limit=context["ge"])
        case "less_than":
            return text("less than {limit}", limit=context["lt"])
        case "less_than_equal":
            return text("at most {limit}", limit=context["le"])
        case "too_short":
            return text("a list of at least {count}", count=context["min_length"])
        case _:
            return None


def as_written(value: object) -> str:
    """Write a value of a TOML file as it stands there.

    Parameters
    ----------
    value
        A string, number, truth value, list or table.

    Returns
    -------
    str
        For example ``"P1"`` with its quotation marks, ``true``, ``[1, 2]``.

    Examples
    --------
    >>> as_written("kk"), as_written(99.5), as_written((1, 2))
    ('"kk"', '99.5', '[1, 2]')
    """
    return json.dumps(value, ensure_ascii=False, default=str)
