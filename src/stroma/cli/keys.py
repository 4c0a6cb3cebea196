"""Single keys of a terminal, and whole lines where there is none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_FINAL: Final = frozenset(bytes([sign]) for sign in range(0x40, 0x7F)) | {b""}
"""Signs that end the sequence of a key (ECMA-48, section 5.4), and the end of the input."""


def is_terminal() -> bool:
    """Tell whether a person sits at a terminal that gives single keys.

    Returns
    -------
    bool
        False where the input is a file or a pipe, and on systems without ``termios``.
    """
    try:
        import termios  # noqa: F401
    except ImportError:
        return False
    return sys.stdin.isatty() and sys.stdout.isatty()


@contextmanager
def single_keys() -> Iterator[None]:
    """Have the terminal give each key at once; it is set back whatever happens.

    Yields
    ------
    None
        While keys are read.
    """
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setcbreak(terminal)
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def read_key() -> str:
    """Return the next key of the terminal.

    Returns
    -------
    str
        One character in small letters; empty at the end of the input. Arrows and the like give
        their escape character alone.
    """
    import os

    terminal = sys.stdin.fileno()
    read = os.read(terminal, 1)
    if read == b"\x1b":
        _skip_sequence(terminal)
        return "\x1b"
    while read and len(read) < _length(read[0]):
        read += os.read(terminal, 1)
    return read.decode("utf-8", errors="replace").casefold()


def read_words(question: str) -> str:
    """Return a line typed at the terminal, with what is typed shown and mended as usual.

    Parameters
    ----------
    question
        Printed before.

    Returns
    -------
    str
        Without its end.
    """
    import os
    import termios

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    shown = termios.tcgetattr(terminal)
    shown[3] |= termios.ICANON | termios.ECHO
    termios.tcsetattr(terminal, termios.TCSADRAIN, shown)
    try:
        # Only now: what is typed while single keys are read would be no line.
        sys.stdout.write(question + "\n")
        sys.stdout.flush()
        return os.read(terminal, 4096).decode("utf-8", errors="replace").strip()
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _skip_sequence(terminal: int) -> None:
    """Read what an arrow or the like sends behind its escape character, and no key after it."""
    import os
    import select

    # A person cannot press the next key so soon; a terminal sends the whole sequence at once.
    if not select.select([terminal], [], [], 0.02)[0]:
        return
    if os.read(terminal, 1) not in (b"[", b"O"):
        return
    while os.read(terminal, 1) not in _FINAL:
        pass


def _length(first: int) -> int:
    """Return the bytes of a character of UTF-8 by its first."""
    return 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
