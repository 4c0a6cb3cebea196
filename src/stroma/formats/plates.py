"""The plate readers' exports Stroma reads, and the one way to read them.

A new format is one module with ``NAME``, ``sniff`` and ``read``, and one line in
:data:`PLATE_FORMATS`. A file is read by the one format that recognises it; where none does, or two
do, it is refused. Plain grids and tables are looked for only where no instrument's own marks are
found.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from stroma.formats import allotrope, gen5, magellan, plate_grids, softmax
from stroma.formats.families import Format, only_recognised
from stroma.formats.raw import RawFile, read_raw
from stroma.plate_records import PlateFile
from stroma.texts import text


class PlateReader(Protocol):
    """What reads a plate file once its format is known."""

    def __call__(
        self, raw: RawFile, *, encoding: str | None = None, decimal_mark: str | None = None
    ) -> PlateFile:
        """Return what the file says."""


PLATE_FORMATS: Final[tuple[Format[PlateReader], ...]] = (
    Format(gen5.NAME, gen5.sniff, gen5.read),
    Format(softmax.NAME, softmax.sniff, softmax.read),
    Format(magellan.NAME, magellan.sniff, magellan.read),
    Format(allotrope.NAME, allotrope.sniff, allotrope.read),
    Format(plate_grids.NAME, plate_grids.sniff, plate_grids.read, is_plain=True),
)


def read_plate_file(
    path: Path, *, file: str | None = None, encoding: str | None = None,
    decimal_mark: str | None = None,
) -> PlateFile:  # fmt: skip
    """Read the export of a plate reader.

    Parameters
    ----------
    path
        The file; recognised by its content.
    file
        How records and problems name it; the path itself if not given.
    encoding, decimal_mark
        The laboratory's habits, only for what the file itself leaves open.

    Returns
    -------
    PlateFile
        Every reading, what the file says is in the wells, what the instrument's program
        calculated, and what is missing or doubtful.

    Raises
    ------
    FileProblem
        The file is of no known format or of two, is damaged, or leaves two readings open.
    """
    raw = read_raw(path, file=file)
    known = only_recognised(
        raw,
        PLATE_FORMATS,
        expected=text("an export of one instrument"),
        apart=text("export the plates of each instrument into a file of its own"),
        action=text("export again from the reader, or paste the plate into a grid with 1, 2, 3 … "
                    "above and A, B, C … on the left"),
    )  # fmt: skip
    return known.read(raw, encoding=encoding, decimal_mark=decimal_mark)
