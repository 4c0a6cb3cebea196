"""The plate readers' exports Stroma reads, and the one way to read them.

A new format is one module with ``NAME``, ``sniff`` and ``read``, and one line in
:data:`PLATE_FORMATS`. A file is read by the one format that recognises it; where none does, or two
do, it is refused. Plain grids and tables are looked for only where no instrument's own marks are
found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from stroma.errors import FileProblem, Problem
from stroma.formats import allotrope, gen5, magellan, plate_grids, softmax
from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile, read_raw
from stroma.formats.workbooks import is_workbook, read_grids
from stroma.plate_records import PlateFile
from stroma.texts import Text, text


class PlateReader(Protocol):
    """What reads a plate file once its format is known."""

    def __call__(
        self, raw: RawFile, *, encoding: str | None = None, decimal_mark: str | None = None
    ) -> PlateFile:
        """Return what the file says."""


@dataclass(frozen=True, slots=True)
class PlateFormat:
    """A kind of export.

    Parameters
    ----------
    name
        Make, program and kind of file.
    sniff
        Whether a file is of this format; by its content, never by its name.
    read
        Reads it.
    is_plain
        Whether it is a table of no instrument, looked for last.
    """

    name: str
    sniff: Callable[[RawFile], bool]
    read: PlateReader
    is_plain: bool = False


PLATE_FORMATS: Final = (
    PlateFormat(gen5.NAME, gen5.sniff, gen5.read),
    PlateFormat(softmax.NAME, softmax.sniff, softmax.read),
    PlateFormat(magellan.NAME, magellan.sniff, magellan.read),
    PlateFormat(allotrope.NAME, allotrope.sniff, allotrope.read),
    PlateFormat(plate_grids.NAME, plate_grids.sniff, plate_grids.read, is_plain=True),
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
    found = [item for item in PLATE_FORMATS if not item.is_plain and item.sniff(raw)]
    if not found:
        found = [item for item in PLATE_FORMATS if item.is_plain and item.sniff(raw)]
    if len(found) != 1:
        raise FileProblem(_not_one(raw, found))
    return found[0].read(raw, encoding=encoding, decimal_mark=decimal_mark)


def _not_one(raw: RawFile, found: list[PlateFormat]) -> Problem:
    if found:
        return Problem(
            raw.place,
            found=text(
                "a file that could be each of: {names}",
                names="; ".join(item.name for item in found),
            ),
            expected=text("an export of one instrument"),
            action=text("export the plates of each instrument into a file of its own"),
        )
    return Problem(
        raw.place,
        found=_seen(raw),
        expected=text(
            "one of: {supported}", supported="; ".join(item.name for item in PLATE_FORMATS)
        ),
        action=text("export again from the reader, or paste the plate into a grid with 1, 2, 3 … "
                    "above and A, B, C … on the left"),
    )  # fmt: skip


def _seen(raw: RawFile) -> Text:
    if is_workbook(raw.data):
        names = [grid.name for grid in read_grids(raw)]
        return text("a workbook with the sheets {names}", names=", ".join(names))
    first = peek(raw.data).strip().partition("\n")[0].strip()
    return text("a file that begins with “{line}”", line=first[:60])
