"""A raw file's bytes, read once, with their origin."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from stroma.errors import FileProblem, Place, Problem
from stroma.records import Origin
from stroma.texts import text


@dataclass(frozen=True, slots=True)
class RawFile:
    """The bytes of a file.

    Parameters
    ----------
    data
        All of them.
    origin
        The file they came from.
    suffix
        The end of its name, in lower case: ``".csv"``.
    """

    data: bytes
    origin: Origin
    suffix: str

    @property
    def place(self) -> Place:
        """The file as a place for problems."""
        return Place(file=self.origin.file)


def read_raw(path: Path, *, file: str | None = None) -> RawFile:
    """Read a file whole.

    Parameters
    ----------
    path
        The file.
    file
        How records and problems name it, relative to the study folder; the path itself if not
        given.

    Returns
    -------
    RawFile
        Its bytes with their SHA-256.

    Raises
    ------
    FileProblem
        The file is not there, is a folder, cannot be opened, or is empty.
    """
    name = file if file is not None else path.as_posix()
    if path.is_dir():
        raise FileProblem(
            Problem(
                Place(file=name),
                found=text("a folder"),
                expected=text("a file that can be read"),
                action=text("name a file in it"),
            )
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileProblem(
            Problem(
                Place(file=name),
                found=text("it cannot be opened ({reason})", reason=error.strerror or str(error)),
                expected=text("a file that can be read"),
                action=text("check the name, and that no other program holds the file"),
            )
        ) from error
    if not data:
        raise FileProblem(
            Problem(
                Place(file=name),
                found=text("the file is empty (0 bytes)"),
                expected=text("a file with content"),
                action=text("export or copy the file again"),
            )
        )
    return RawFile(data, Origin(name, hashlib.sha256(data).hexdigest()), path.suffix.lower())
