"""The thermocyclers Stroma reads, and the one way to read their exports.

A new one is a module with ``NAME``, ``sniff`` and ``read``, and one line in
:data:`CYCLER_FORMATS`. A file is read by the one format that recognises its content.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from stroma.errors import FileProblem, Problem
from stroma.formats import allotrope_cycles, quantstudio
from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile, read_raw
from stroma.plate_records import CycleFile
from stroma.texts import text


class CycleReader(Protocol):
    """What reads a file once its format is known."""

    def __call__(
        self, raw: RawFile, *, decimal_mark: str | None = None, encoding: str | None = None
    ) -> CycleFile:
        """Return what the file says."""


@dataclass(frozen=True, slots=True)
class CyclerFormat:
    """A thermocycler's export format.

    Parameters
    ----------
    name
        Maker, program and kind of file.
    sniff
        Whether a file is of this format; sure of it, and never by its name.
    read
        Reads it.
    """

    name: str
    sniff: Callable[[RawFile], bool]
    read: CycleReader


CYCLER_FORMATS: Final = (
    CyclerFormat(quantstudio.NAME, quantstudio.sniff, quantstudio.read),
    CyclerFormat(allotrope_cycles.NAME, allotrope_cycles.sniff, allotrope_cycles.read),
)


def read_cycle_file(
    path: Path,
    *,
    file: str | None = None,
    decimal_mark: str | None = None,
    encoding: str | None = None,
) -> CycleFile:
    """Read the export of a thermocycler.

    Parameters
    ----------
    path
        The file; recognised by its content.
    file
        How records and problems name it; the path itself if not given.
    decimal_mark, encoding
        The laboratory's habits, only for what the file itself leaves open.

    Returns
    -------
    CycleFile
        What the file says, with what is doubtful in it.

    Raises
    ------
    FileProblem
        The file is of no known format, is damaged, or leaves two readings open.
    """
    raw = read_raw(path, file=file)
    for known in CYCLER_FORMATS:
        if known.sniff(raw):
            return known.read(raw, decimal_mark=decimal_mark, encoding=encoding)
    first = peek(raw.data).strip().partition("\n")[0].strip()
    raise FileProblem(
        Problem(
            raw.place,
            found=text("a file that begins with “{line}”", line=first[:60]),
            expected=text(
                "one of: {supported}", supported="; ".join(known.name for known in CYCLER_FORMATS)
            ),
            action=text("export the run as text from the program of the thermocycler"),
        )
    )
