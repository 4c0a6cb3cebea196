"""The exports of bibliographic databases and reference managers, and the one way to read them.

A new format is one module with a test of what it is and a reader, and one line in
:data:`REFERENCE_FORMATS`. A file is recognised by its content; where formats can hold one another
the more particular one stands first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from stroma.formats import bibtex, ciw, endnote, nbib, pubmed_xml, reference_csv, ris
from stroma.formats.families import Format, first_recognised
from stroma.formats.raw import RawFile, read_raw
from stroma.reference_records import ReferenceFile
from stroma.texts import text


class ReferenceReader(Protocol):
    """What reads a file once its format is known."""

    def __call__(self, raw: RawFile, *, encoding: str | None = None) -> ReferenceFile:
        """Return the references."""


REFERENCE_FORMATS: Final[tuple[Format[ReferenceReader], ...]] = (
    Format("PubMed XML", pubmed_xml.sniff, pubmed_xml.read),
    Format("EndNote XML", endnote.sniff_xml, endnote.read_endnote_xml),
    Format("RIS", ris.sniff, ris.read),
    Format("PubMed .nbib", nbib.sniff, nbib.read),
    Format("Web of Science .ciw", ciw.sniff, ciw.read),
    Format("EndNote .enw", endnote.sniff_tagged, endnote.read_tagged),
    Format("Web of Science, tab-delimited", ciw.sniff_tab, ciw.read_tab),
    Format("BibTeX", bibtex.sniff, bibtex.read),
    Format("CSV", reference_csv.sniff, reference_csv.read),
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
    form = first_recognised(
        raw,
        REFERENCE_FORMATS,
        action=text("export the references as RIS, or as the database's own file"),
    )
    return form.read(raw, encoding=encoding)
