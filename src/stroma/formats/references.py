"""The exports of bibliographic databases and reference managers, and the one way to read them.

A new format is one module with a test of what it is and a reader, and one line in
:data:`REFERENCE_FORMATS`. A file is recognised by its content; where formats can hold one another
the more particular one stands first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from stroma.errors import FileProblem, Problem
from stroma.formats import bibtex, ciw, endnote, nbib, pubmed_xml, reference_csv, ris
from stroma.formats.encoding import peek
from stroma.formats.raw import RawFile, read_raw
from stroma.reference_records import ReferenceFile
from stroma.texts import text


class ReferenceReader(Protocol):
    """What reads a file once its format is known."""

    def __call__(self, raw: RawFile, *, encoding: str | None = None) -> ReferenceFile:
        """Return the references."""


@dataclass(frozen=True, slots=True)
class ReferenceFormat:
    """A format of references.

    Parameters
    ----------
    name
        Programs and kind of file.
    sniff
        Whether a file is of this format, by its content.
    read
        Reads it.
    """

    name: str
    sniff: Callable[[RawFile], bool]
    read: ReferenceReader


REFERENCE_FORMATS: Final = (
    ReferenceFormat("PubMed XML", pubmed_xml.sniff, pubmed_xml.read),
    ReferenceFormat("EndNote XML", endnote.sniff_xml, endnote.read_endnote_xml),
    ReferenceFormat("RIS", ris.sniff, ris.read),
    ReferenceFormat("PubMed .nbib", nbib.sniff, nbib.read),
    ReferenceFormat("Web of Science .ciw", ciw.sniff, ciw.read),
    ReferenceFormat("EndNote .enw", endnote.sniff_tagged, endnote.read_tagged),
    ReferenceFormat("Web of Science, tab-delimited", ciw.sniff_tab, ciw.read_tab),
    ReferenceFormat("BibTeX", bibtex.sniff, bibtex.read),
    ReferenceFormat("CSV", reference_csv.sniff, reference_csv.read),
)


def read_references(
    path: Path, *, file: str | None = None, encoding: str | None = None
) -> ReferenceFile:
    """Read an export of a bibliographic database or reference manager.

    Parameters
    ----------
    path
        The file; recognised by its content.
    file
        How records and problems name it; the path itself if not given.
    encoding
        The single-byte encoding where the file is not Unicode (``"cp1251"``).

    Returns
    -------
    ReferenceFile
        What can be used, and beside it each record that cannot, with its reason.

    Raises
    ------
    FileProblem
        The file is of no known format, is empty, or its encoding cannot be told.
    """
    raw = read_raw(path, file=file)
    for form in REFERENCE_FORMATS:
        if form.sniff(raw):
            return form.read(raw, encoding=encoding)
    raise FileProblem(
        Problem(
            raw.place,
            found=text("a file that begins with “{line}”", line=_first_line(raw)),
            expected=text(
                "one of: {supported}",
                supported="; ".join(form.name for form in REFERENCE_FORMATS),
            ),
            action=text("export the references as RIS, or as the database's own file"),
        )
    )


def _first_line(raw: RawFile) -> str:
    return peek(raw.data).strip().partition("\n")[0].strip()[:60]
