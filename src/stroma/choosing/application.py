"""What an application asks of its cells: attributes, each with its direction, reason and citation.

An application is a TOML file (``applications/*.toml``); a laboratory writes its own. It holds no
result: which source is better in an attribute is read from lots and papers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from stroma.errors import Place, Problem, ProfileProblem
from stroma.records import Origin
from stroma.texts import ENGLISH, Language, Text, text

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


def application_names() -> tuple[str, ...]:
    """Return the names of the applications that come with Stroma.

    Returns
    -------
    tuple of str
        In alphabetical order.

    Examples
    --------
    >>> "gvhd" in application_names()
    True
    """
    names = (entry.name for entry in _shipped_folder().iterdir())
    return tuple(sorted(name.removesuffix(ENDING) for name in names if name.endswith(ENDING)))


def available_applications() -> tuple[Application, ...]:
    """Return the applications that come with Stroma.

    Returns
    -------
    tuple of Application
        In alphabetical order of their names.
    """
    return tuple(load_application(name) for name in application_names())


def load_application(name_or_path: str | Path) -> Application:
    """Return an application by its name, or read one from a laboratory's own file.

    Parameters
    ----------
    name_or_path
        A name of :func:`application_names`, or the path of a TOML file, which ends in ``.toml``.

    Returns
    -------
    Application
        The application.

    Raises
    ------
    ProfileProblem
        There is no such application or file, the file is not well formed, or it bears the name of
        an application of Stroma's.

    Examples
    --------
    >>> load_application("gvhd").attributes[0].name
    't_cell_suppression'
    """
    from stroma.choosing.application_file import parse_application

    if isinstance(name_or_path, str) and not name_or_path.casefold().endswith(ENDING):
        if name_or_path not in application_names():
            raise ProfileProblem(_unknown_name(name_or_path))
        return parse_application(_shipped_content(name_or_path), file=f"{name_or_path}{ENDING}")
    path = Path(name_or_path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ProfileProblem(_unreadable(path, error)) from error
    application = parse_application(content, file=path.as_posix())
    taken = application.name in application_names()
    if taken and content != _shipped_content(application.name):
        raise ProfileProblem(_taken_name(application.name, path))
    return application


def _shipped_folder() -> Traversable:
    return resources.files("stroma.choosing").joinpath("applications")


def _shipped_content(name: str) -> bytes:
    return _shipped_folder().joinpath(f"{name}{ENDING}").read_bytes()


def _unknown_name(name: str) -> Problem:
    known = application_names()
    close = get_close_matches(name.casefold(), known, n=1)
    return Problem(
        Place(column="application"),
        found=text('there is no application "{name}"', name=name),
        expected=text("one of {names}, or the path of a .toml file", names=", ".join(known)),
        action=text("write {close}, if it is meant", close=close[0])
        if close
        else text("write one of these names, or the path of a file that ends in .toml"),
    )


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(
        Place(file=path.as_posix()),
        found=text("the file cannot be opened ({reason})", reason=error.strerror or str(error)),
        expected=text("an application as a TOML file"),
        action=text("check the path; it is taken from the folder the command runs in"),
    )


def _taken_name(name: str, path: Path) -> Problem:
    return Problem(
        Place(file=path.as_posix(), column="name"),
        found=text('the name "{name}", which an application of Stroma bears', name=name),
        expected=text("another name, since the attributes differ"),
        action=text("give the laboratory's application a name of its own"),
    )
