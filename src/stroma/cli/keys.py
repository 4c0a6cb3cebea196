"""Single keys of a terminal, and whole lines where there is none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


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
    import select

    terminal = sys.stdin.fileno()
    read = os.read(terminal, 1)
    # The further bytes of a letter that is not ASCII, or of an arrow.
    while read and (read[0] >= 0xC0 or read == b"\x1b" or read[0] == 0x1B):
        if not select.select([terminal], [], [], 0.02)[0]:
            break
        read += os.read(terminal, 1)
        if read[0] != 0x1B and len(read) == _length(read[0]):
            break
    if read[:1] == b"\x1b":
        return "\x1b"
    return read.decode("utf-8", errors="replace").casefold()


def _length(first: int) -> int:
    """Return the bytes of a character of UTF-8 by its first."""
    return 2 if first < 0xE0 else 3 if first < 0xF0 else 4
