"""The bead readers Stroma reads, and the one way to read their exports.

A new one is a module with ``NAME``, ``sniff`` and ``read``, and one line in :data:`BEAD_FORMATS`.
A file is read by the one format that recognises its content.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from stroma.formats import allotrope_beads, bioplex, intelliflex, xponent
from stroma.formats.families import Format, first_recognised
from stroma.formats.raw import RawFile, read_raw
from stroma.plate_records import BeadFile
from stroma.texts import text


class BeadReader(Protocol):
    """What reads a file once its format is known."""

    def __call__(
        self, raw: RawFile, *, decimal_mark: str | None = None, encoding: str | None = None
    ) -> BeadFile:
        """Return what the file says."""


BEAD_FORMATS: Final[tuple[Format[BeadReader], ...]] = (
    Format(xponent.NAME, xponent.sniff, xponent.read),
    Format(intelliflex.NAME, intelliflex.sniff, intelliflex.read),
    Format(bioplex.NAME, bioplex.sniff, bioplex.read),
    Format(allotrope_beads.NAME, allotrope_beads.sniff, allotrope_beads.read),
)


def read_bead_file(
    path: Path,
    *,
    file: str | None = None,
    decimal_mark: str | None = None,
    encoding: str | None = None,
) -> BeadFile:
    """Read the export of a bead reader.

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
    BeadFile
        What the file says, with what is doubtful in it.

    Raises
    ------
    FileProblem
        The file is of no known format, is damaged, or leaves two readings open.
    """
    raw = read_raw(path, file=file)
    known = first_recognised(
        raw, BEAD_FORMATS, action=text("export again from the program of the bead reader")
    )
    return known.read(raw, decimal_mark=decimal_mark, encoding=encoding)
