"""A named, versioned set of criteria, read from a TOML file.

The limits of every standard and product stand in such files under ``profiles/``, each with its
citation, and nowhere in Python. A laboratory writes its own file and gives its path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stroma.criteria.verdicts import Limit, Role
from stroma.records import Origin
from stroma.texts import ENGLISH, Language, Text

ENDING = ".toml"


@dataclass(frozen=True, slots=True)
class ProfileText(Text):
    """Words of a profile's author, in the languages the author wrote them in.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a criterion becomes for cells that were stimulated.

    Parameters
    ----------
    stimulated
        What they were stimulated with, e.g. ``"IFN-gamma"``.
    role
        What the criterion may then do.
    """

    stimulated: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of a profile.

    Parameters
    ----------
    quantity
        Name in :data:`stroma.vocabulary.QUANTITIES`.
    analytes
        What it is asked of; several are alternatives of which one has to be tested; ``("",)``
        where the quantity says all.
    operator
        ``">="``, ``">"``, ``"<="``, ``"<"``, ``"=="`` or ``"between"`` (ends included); empty
        where the value is only asked for.
    limit
        A number, a pair, a result, or results of which any will do; ``None`` without an operator.
    unit
        UCUM code; empty for a result that is a word.
    role
        What it may do to the verdict of a lot.
    citation
        Where the limit comes from.
    purpose
        What the source calls it: ``"release"``, ``"potency"``, ``"informative"``, ``"identity"``.
    sources
        Tissues it applies to; empty for all.
    stimulated
        What the cells have to have been stimulated with; empty for nothing.
    beside
        What the cells have to have been measured beside: ``"MSC:PBMC 1:10"``; empty for nothing.
    conditions
        What it becomes for stimulated cells.
    gate
        For ``between``: ``"minimum"`` or ``"maximum"`` where only that end decides.
    printed
        What the source prints, where it differs from the criterion.
    note
        What a reader should know.
    """

    quantity: str
    analytes: tuple[str, ...] = ("",)
    operator: str = ""
    limit: Limit = None
    unit: str = ""
    role: Role
    citation: str
    purpose: str = ""
    sources: tuple[str, ...] = ()
    stimulated: str = ""
    beside: str = ""
    conditions: tuple[Condition, ...] = ()
    gate: str = ""
    printed: str = ""
    note: Text | None = None

    @property
    def analyte(self) -> str:
        """The analyte, or the alternatives joined by "or"."""
        return " or ".join(self.analytes)

    @property
    def condition(self) -> str:
        """What rows have to say of their condition, the donor of lymphocytes apart."""
        return self.beside or self.stimulated


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A named, versioned set of criteria.

    Parameters
    ----------
    name
        Identifier: lower case letters, digits and ``_``.
    version
        Of this set of criteria.
    title
        For a reader.
    criteria
        In the order they are shown.
    citations
        Where the set comes from.
    product
        The product it releases, where it is one.
    sources
        Tissues it was written for; empty where the source does not say or means all.
    note
        What a reader should know about the set.
    caveats
        What a verdict under it does not say; printed beside every verdict.
    strategy
        Name and hash of the frozen gating strategy its numbers have to be made with,
        ``"msc@2fd4e1c6"``; ``None`` where it asks for none.
    origin
        The file.
    """

    name: str
    version: str
    title: Text
    criteria: tuple[Criterion, ...]
    citations: tuple[str, ...]
    product: str = ""
    sources: tuple[str, ...] = ()
    note: Text | None = None
    caveats: tuple[Text, ...] = ()
    strategy: str | None = None
    origin: Origin | None = None

    @property
    def holds(self) -> tuple[Criterion, ...]:
        """The criteria that keep a lot from passing until a person has decided."""
        return tuple(criterion for criterion in self.criteria if criterion.role is Role.HOLD)

    @property
    def can_pass(self) -> bool:
        """Whether a lot can pass at all: without a required criterion none can."""
        return any(criterion.role is Role.REQUIRED for criterion in self.criteria)
