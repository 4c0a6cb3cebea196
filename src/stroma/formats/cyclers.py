"""The thermocyclers Stroma reads, and the one way to read their exports.

A new one is a module with ``NAME``, ``sniff`` and ``read``, and one line in
:data:`CYCLER_FORMATS`. A file is read by the one format that recognises its content.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from stroma.formats import allotrope_cycles, quantstudio
from stroma.formats.families import Format, first_recognised
from stroma.formats.raw import RawFile, read_raw
from stroma.plate_records import CycleFile
from stroma.texts import text


class CycleReader(Protocol):
    """What reads a file once its format is known."""

    def __call__(
        self, raw: RawFile, *, decimal_mark: str | None = None, encoding: str | None = None
    ) -> CycleFile:
        """Return what the file says."""


CYCLER_FORMATS: Final[tuple[Format[CycleReader], ...]] = (
    Format(quantstudio.NAME, quantstudio.sniff, quantstudio.read),
    Format(allotrope_cycles.NAME, allotrope_cycles.sniff, allotrope_cycles.read),
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
    known = first_recognised(
        raw,
        CYCLER_FORMATS,
        action=text("export the run as text from the program of the thermocycler"),
    )
    return known.read(raw, decimal_mark=decimal_mark, encoding=encoding)
