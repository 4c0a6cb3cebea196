"""The applications that come with Stroma, and those a laboratory writes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stroma.choosing.application import ENDING, Application
from stroma.choosing.application_file import parse_application
from stroma.errors import Place, Problem, ProfileProblem
from stroma.shipped import ShippedFolder
from stroma.spelling import nearest
from stroma.texts import text

APPLICATIONS: Final = ShippedFolder("stroma.choosing", "applications", ENDING)


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
    return APPLICATIONS.names()


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
    if isinstance(name_or_path, str) and not name_or_path.casefold().endswith(ENDING):
        if name_or_path not in application_names():
            raise ProfileProblem(_unknown_name(name_or_path))
        return parse_application(APPLICATIONS.content(name_or_path), file=f"{name_or_path}{ENDING}")
    path = Path(name_or_path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ProfileProblem(_unreadable(path, error)) from error
    application = parse_application(content, file=path.as_posix())
    if APPLICATIONS.is_taken(application.name, content):
        raise ProfileProblem(_taken_name(application.name, path))
    return application


def _unknown_name(name: str) -> Problem:
    known = application_names()
    close = nearest(name, known, count=1)
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
