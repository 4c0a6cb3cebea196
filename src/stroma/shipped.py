"""Files that come with Stroma in a folder of a package, each known by its name."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class ShippedFolder:
    """A folder of files that come with Stroma.

    Parameters
    ----------
    package, folder
        Where it is: ``"stroma.criteria"``, ``"profiles"``.
    ending
        Of the files: ``".toml"``; their names are what stands before it.

    Examples
    --------
    >>> "isct_2006" in ShippedFolder("stroma.criteria", "profiles", ".toml").names()
    True
    """

    package: str
    folder: str
    ending: str

    def names(self) -> tuple[str, ...]:
        """Return the names of the files, in alphabetical order."""
        files = (
            entry.name for entry in resources.files(self.package).joinpath(self.folder).iterdir()
        )
        return tuple(
            sorted(name.removesuffix(self.ending) for name in files if name.endswith(self.ending))
        )

    def content(self, name: str) -> bytes:
        """Return the bytes of a file.

        Parameters
        ----------
        name
            One of :meth:`names`.

        Returns
        -------
        bytes
            All of them.
        """
        place = resources.files(self.package).joinpath(self.folder, f"{name}{self.ending}")
        return place.read_bytes()

    def is_taken(self, name: str, content: bytes) -> bool:
        """Tell whether a name is borne here by a file of another content.

        Parameters
        ----------
        name
            What a laboratory calls its own.
        content
            The bytes of its file.

        Returns
        -------
        bool
            True when it is.
        """
        return name in self.names() and content != self.content(name)
