"""A named, versioned set of criteria, read from a TOML file.

The limits of every standard and product stand in such files under ``profiles/``, each with its
citation, and nowhere in Python. A laboratory writes its own file and gives its path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from stroma.criteria.verdicts import Limit, Role
from stroma.errors import Place, Problem, ProfileProblem
from stroma.records import Origin
from stroma.texts import ENGLISH, Language, Text, text

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
    conditions: tuple[Condition, ...] = ()
    gate: str = ""
    printed: str = ""
    note: Text | None = None

    @property
    def analyte(self) -> str:
        """The analyte, or the alternatives joined by "or"."""
        return " or ".join(self.analytes)


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


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that come with Stroma.

    Returns
    -------
    tuple of str
        In alphabetical order.

    Examples
    --------
    >>> "isct_2006" in profile_names()
    True
    """
    names = (entry.name for entry in _shipped_folder().iterdir())
    return tuple(sorted(name.removesuffix(ENDING) for name in names if name.endswith(ENDING)))


def available_profiles() -> tuple[Profile, ...]:
    """Return the profiles that come with Stroma.

    Returns
    -------
    tuple of Profile
        In alphabetical order of their names.
    """
    return tuple(load_profile(name) for name in profile_names())


def load_profile(name_or_path: str | Path) -> Profile:
    """Return a profile by its name, or read one from a laboratory's own file.

    Parameters
    ----------
    name_or_path
        A name of :func:`profile_names`, or the path of a TOML file, which ends in ``.toml``.

    Returns
    -------
    Profile
        The profile.

    Raises
    ------
    ProfileProblem
        There is no such profile or file, the file is not well formed, or it bears the name of a
        profile of Stroma's with another content.

    Examples
    --------
    >>> profile = load_profile("isct_2006")
    >>> [(c.analyte, c.operator, c.limit) for c in profile.criteria[:2]]
    [('CD105', '>=', 95.0), ('CD73', '>=', 95.0)]
    """
    from stroma.criteria.profile_file import parse_profile

    if isinstance(name_or_path, str) and not name_or_path.casefold().endswith(ENDING):
        if name_or_path not in profile_names():
            raise ProfileProblem(_unknown_name(name_or_path))
        return parse_profile(_shipped_content(name_or_path), file=f"{name_or_path}{ENDING}")
    path = Path(name_or_path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ProfileProblem(_unreadable(path, error)) from error
    profile = parse_profile(content, file=path.as_posix())
    if profile.name in profile_names() and _differs(content, _shipped_content(profile.name)):
        raise ProfileProblem(_taken_name(profile, path))
    return profile


def _shipped_folder() -> Traversable:
    return resources.files("stroma.criteria").joinpath("profiles")


def _shipped_content(name: str) -> bytes:
    return _shipped_folder().joinpath(f"{name}{ENDING}").read_bytes()


def _differs(content: bytes, shipped: bytes) -> bool:
    return hashlib.sha256(content).digest() != hashlib.sha256(shipped).digest()


def _unknown_name(name: str) -> Problem:
    known = profile_names()
    close = get_close_matches(name.casefold(), known, n=1)
    action = (
        text("write {close}, if it is meant", close=close[0])
        if close
        else text("write one of these names, or the path of a file that ends in .toml")
    )
    return Problem(
        Place(column="profile"),
        found=text('there is no profile "{name}"', name=name),
        expected=text("one of {names}, or the path of a .toml file", names=", ".join(known)),
        action=action,
    )


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(
        Place(file=path.as_posix()),
        found=text("the file cannot be opened ({reason})", reason=error.strerror or str(error)),
        expected=text("a profile as a TOML file"),
        action=text("check the path; it is taken from the folder the command runs in"),
    )


def _taken_name(profile: Profile, path: Path) -> Problem:
    return Problem(
        Place(file=path.as_posix(), column="name"),
        found=text('the name "{name}", which a profile of Stroma bears', name=profile.name),
        expected=text("another name, since the criteria differ"),
        action=text("give the laboratory's profile a name of its own"),
    )
