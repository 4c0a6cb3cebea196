"""The bytes of an FCS file in memory, which can be given back before the last value is read."""

from __future__ import annotations

import mmap
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from stroma.errors import FileProblem, Place, Problem
from stroma.formats.fcs_header import HEADER_BYTES, Bytes
from stroma.formats.fcs_values import whole_number
from stroma.texts import text

_ALIGNMENT: Final = 64
"""The DATA segment begins on a cache line in memory, so that values need no copy to be fast."""
_MANY: Final = 1 << 16
"""Bytes from which on memory is worth giving back."""
_LARGE: Final = 1 << 22
"""Bytes from which on large pages pay; as numpy asks for them."""
_LARGE_PAGE: Final = 1 << 21
"""Only a whole one can be given back (2 MiB on Linux)."""
_CAN_GIVE_BACK: Final = hasattr(mmap, "MADV_DONTNEED")


@dataclass(frozen=True, slots=True)
class FileBytes:
    """What a file holds.

    Parameters
    ----------
    content
        Its bytes, shape (bytes,).
    pages
        The memory they lie in, where it can be given back in parts.
    """

    content: Bytes
    pages: mmap.mmap | None

    def give_back(self, done: Bytes) -> None:
        """Give back the memory of bytes that have been read for good; they are lost.

        Values that are converted grow while what they are read from shrinks, so that both are
        never held whole.

        Parameters
        ----------
        done
            Some of the content, from where what was given back before began.
        """
        if self.pages is None:
            return
        memory = np.frombuffer(self.pages, np.uint8).ctypes.data
        start = done.ctypes.data
        first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
        page = _LARGE_PAGE if len(self.pages) >= _LARGE else mmap.PAGESIZE
        stop = (start + done.size) // page * page
        if stop > first:
            self.pages.madvise(mmap.MADV_DONTNEED, first - memory, stop - first)


def read_bytes(path: Path, file: str) -> FileBytes:
    """Read a file so that its DATA segment is aligned in memory.

    Parameters
    ----------
    path
        The file.
    file
        How problems name it.

    Returns
    -------
    FileBytes
        All it holds; its own copy.

    Raises
    ------
    FileProblem
        It cannot be opened, or is empty.
    """
    try:
        with path.open("rb", buffering=0) as stream:
            size = os.fstat(stream.fileno()).st_size
            head = stream.read(HEADER_BYTES)
            stream.seek(0)
            data = whole_number(head[26:34].decode("latin-1"))
            shift = -(data if data is not None else 0) % _ALIGNMENT
            memory, pages = _memory(size + _ALIGNMENT)
            content = memory[shift : shift + size]
            filled = 0
            while filled < size:
                got = stream.readinto(content.data[filled:])
                if not got:
                    break
                filled += got
    except OSError as error:
        raise FileProblem(
            Problem(
                Place(file=file),
                found=text("it cannot be opened ({reason})", reason=error.strerror or str(error)),
                expected=text("a file that can be read"),
                action=text("check the name, and that no other program holds the file"),
            )
        ) from error
    if filled == 0:
        raise FileProblem(
            Problem(
                Place(file=file),
                found=text("the file is empty (0 bytes)"),
                expected=text("a file with content"),
                action=text("export or copy the file again"),
            )
        )
    return FileBytes(content[:filled], pages)


def _memory(size: int) -> tuple[Bytes, mmap.mmap | None]:
    """Return memory for some bytes, and its pages where they can be given back."""
    if size < _MANY or not _CAN_GIVE_BACK:
        return np.empty(size, np.uint8), None
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if size >= _LARGE and hasattr(mmap, "MADV_HUGEPAGE"):
        # A system built without large pages refuses, and small ones do.
        with suppress(OSError):
            pages.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(pages, np.uint8), pages
