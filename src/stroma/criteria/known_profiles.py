"""The profiles that come with Stroma, and those a laboratory writes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stroma.criteria.profile import ENDING, Profile
from stroma.criteria.profile_file import parse_profile
from stroma.errors import Place, Problem, ProfileProblem
from stroma.shipped import ShippedFolder
from stroma.spelling import nearest
from stroma.texts import text

PROFILES: Final = ShippedFolder("stroma.criteria", "profiles", ENDING)


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
    return PROFILES.names()


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
    if isinstance(name_or_path, str) and not name_or_path.casefold().endswith(ENDING):
        if name_or_path not in profile_names():
            raise ProfileProblem(_unknown_name(name_or_path))
        return parse_profile(PROFILES.content(name_or_path), file=f"{name_or_path}{ENDING}")
    path = Path(name_or_path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ProfileProblem(_unreadable(path, error)) from error
    profile = parse_profile(content, file=path.as_posix())
    if PROFILES.is_taken(profile.name, content):
        raise ProfileProblem(_taken_name(profile, path))
    return profile


def _unknown_name(name: str) -> Problem:
    known = profile_names()
    close = nearest(name, known, count=1)
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
