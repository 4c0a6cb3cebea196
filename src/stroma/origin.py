"""The file a record came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Never, overload


class _Digits:
    """Digits that may be calculated when they are first asked for, and are kept then."""

    @overload
    def __get__(self, origin: None, owner: type[Origin]) -> Never: ...
    @overload
    def __get__(self, origin: Origin, owner: type[Origin]) -> str: ...

    def __get__(self, origin: Origin | None, owner: type[Origin]) -> str:
        if origin is None:
            # What tells a dataclass that the field has no default.
            raise AttributeError
        held = vars(origin)["sha256"]
        if not isinstance(held, str):
            held = vars(origin)["sha256"] = held()
        return str(held)

    def __set__(self, origin: Origin, digits: str | Callable[[], str]) -> None:
        vars(origin)["sha256"] = digits


@dataclass(frozen=True)
class Origin:
    """The file a record came from.

    Parameters
    ----------
    file
        Path relative to the study folder, with forward slashes; otherwise the path as given.
    sha256
        Hexadecimal SHA-256 of the file's bytes. A function that returns it may be given instead,
        and is called when it is first asked for: a large file takes many times as long to hash as
        to read.
    place
        Where in the file, in words a person can follow ("row 4", "data set 2"); empty for all.

    Examples
    --------
    >>> Origin("tube.fcs", lambda: "00ff").sha256
    '00ff'
    """

    file: str
    sha256: _Digits = _Digits()
    place: str = ""

    def __reduce__(self) -> tuple[type[Origin], tuple[str, str, str]]:
        # Another process gets the digits, not the bytes they are calculated from.
        return Origin, (self.file, self.sha256, self.place)
