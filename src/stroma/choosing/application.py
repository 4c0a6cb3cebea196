"""What an application asks of its cells: attributes, each with its direction, reason and citation.

An application is a TOML file (``applications/*.toml``); a laboratory writes its own. It holds no
result: which source is better in an attribute is read from lots and papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from stroma.records import Origin
from stroma.texts import ENGLISH, Language, Text

ENDING = ".toml"


@dataclass(frozen=True, slots=True)
class WrittenText(Text):
    """Words of an application's author, in the languages the author wrote them in.

    Parameters
    ----------
    template
        The English words; braces in them mean nothing.
    values, plural, count
        Not used.
    translations
        Language code to words.
    """

    translations: Mapping[str, str] = field(default_factory=dict)

    def render(self, language: Language = ENGLISH) -> str:
        """Return the words in a language, or the English ones where there are none.

        Parameters
        ----------
        language
            The reader's language.

        Returns
        -------
        str
            The words.
        """
        return self.translations.get(language.code, self.template)

    __hash__ = Text.__hash__


class Direction(StrEnum):
    """Which values of an attribute are better."""

    MORE = "more"
    LESS = "less"
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedKey:
    """Where the tables of published values speak of an attribute.

    Parameters
    ----------
    attribute
        As the tables name it: ``"T_cell_suppression"``; empty for a clinical outcome.
    direction
        Which published values are better; of ``TARGET`` only numbers are used.
    numbers
        Whether the figures mean the attribute's own quantity, so that they can be used as such.
    separate
        Whether the conditions of one paper are studies of their own, as in a table of trials.
    indication, outcome
        Of a clinical result, exactly as the table names them.
    """

    attribute: str = ""
    direction: Direction
    numbers: bool = False
    separate: bool = False
    indication: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Something about the cells that bears on the application.

    Parameters
    ----------
    name
        By which weights name it.
    label
        How a reader sees it.
    direction
        Which values are better.
    reason
        Why it matters here.
    citations
        Where the reason comes from.
    quantity, analyte, condition
        What a laboratory measures of it; an empty quantity where Stroma's tables hold none.
    unit
        UCUM code of ``worst``, ``best`` and ``target``; empty without numbers.
    worst, best
        Ends of the partial value function: 0 at or beyond ``worst``, 1 at or beyond ``best``, in
        a straight line between; ``None`` for a target, or without numbers.
    target, tolerance
        1 at the target, 0 when further from it than the tolerance.
    latest
        Whether a lot's latest passage counts, rather than the mean over its passages.
    published
        Where the published tables speak of it.
    """

    name: str
    label: Text
    direction: Direction
    reason: Text
    citations: tuple[str, ...]
    quantity: str = ""
    analyte: str = ""
    condition: str = ""
    unit: str = ""
    worst: float | None = None
    best: float | None = None
    target: float | None = None
    tolerance: float | None = None
    latest: bool = False
    published: tuple[PublishedKey, ...] = ()

    @property
    def has_numbers(self) -> bool:
        """Whether a figure can be turned into a partial value."""
        return self.best is not None or self.target is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A use of the cells.

    Parameters
    ----------
    name, version
        Together they say what was asked.
    label
        How a reader sees it.
    attributes
        In the order of the file; the order is no weight.
    citations
        Of the application as a whole.
    sources
        Tissues that are put beside each other where nobody names others.
    note
        What the file's author wants every reader to know.
    origin
        The file.
    """

    name: str
    version: str
    label: Text
    attributes: tuple[Attribute, ...]
    citations: tuple[str, ...]
    sources: tuple[str, ...] = ()
    note: Text | None = None
    origin: Origin | None = None
