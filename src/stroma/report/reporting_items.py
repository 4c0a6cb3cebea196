"""What an item of a reporting standard is, and how it is filled.

What is not known is said to be missing; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from stroma.texts import Text, join

Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Asked(Generic[Known]):
    """One thing an item asks for.

    Parameters
    ----------
    label
        What it is, for the list of what is missing.
    find
        Returns it in words; ``None`` where it is not known.
    """

    label: Text
    find: Callable[[Known], Text | None]


@dataclass(frozen=True, slots=True)
class Item(Generic[Known]):
    """One item of a reporting standard.

    Parameters
    ----------
    name
        Its identifier in the standard.
    label
        What it asks for.
    asked
        The single things.
    """

    name: str
    label: Text
    asked: tuple[Asked[Known], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """An item filled as far as it can be.

    Parameters
    ----------
    name, label
        The item.
    known
        What can be stated.
    missing
        What cannot.
    """

    name: str
    label: Text
    known: tuple[Text, ...]
    missing: tuple[Text, ...]


def fill(items: Sequence[Item[Known]], known: Known) -> tuple[Statement, ...]:
    """Fill items from what is known.

    Parameters
    ----------
    items
        Of one standard.
    known
        What is known of a lot or of a study.

    Returns
    -------
    tuple of Statement
        In the order of the items.
    """
    statements = []
    for item in items:
        found = [(asked.label, asked.find(known)) for asked in item.asked]
        statements.append(
            Statement(
                item.name,
                item.label,
                tuple(words for _label, words in found if words is not None),
                tuple(label for label, words in found if words is None),
            )
        )
    return tuple(statements)


def declared(words: str | None) -> Text | None:
    """Return words a laboratory declared.

    Parameters
    ----------
    words
        As written; ``None`` where nothing was.

    Returns
    -------
    Text or None
        The words.
    """
    return None if words is None else join([words])
