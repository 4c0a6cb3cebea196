"""Lists of references from files of any kind: the end of a paper, a table, an export."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from stroma.errors import FileProblem, Place, Problem
from stroma.evidence.references.citation_text import Cited, cited_from, parse_list
from stroma.formats.encoding import decode
from stroma.formats.raw import RawFile, read_raw
from stroma.formats.references import REFERENCE_FORMATS, read_references
from stroma.origin import Origin
from stroma.reference_records import Reference
from stroma.texts import text

_CITATION: Final = re.compile(r"citation|reference|ссылка|библиограф|дереккөз", re.IGNORECASE)
_DOI: Final = re.compile(r"\bdoi|^doi", re.IGNORECASE)
_NUMBER: Final = re.compile(r"^(ref|no|№|number|n|id|номер|нөмір)\.?$", re.IGNORECASE)
_NOT_TEXT: Final = (".docx", ".doc", ".pdf", ".xlsx", ".xls", ".odt")


@dataclass(frozen=True, slots=True)
class ReferenceList:
    """A list of references as read.

    Parameters
    ----------
    origin
        The file.
    kind
        ``"text"``, ``"table"`` or the name of the export's format.
    cited
        The references.
    problems
        What a person has to look at besides: records that cannot be used.
    """

    origin: Origin
    kind: str
    cited: tuple[Cited, ...]
    problems: tuple[Problem, ...] = ()


def read_reference_list(path: Path, *, encoding: str | None = None) -> ReferenceList:
    """Read a list of references.

    Parameters
    ----------
    path
        Plain text (one reference a line, numbered, or in paragraphs; of a whole paper what stands
        under its heading), a table with a column of citations, or an export as RIS, BibTeX,
        PubMed, Web of Science or CSV.
    encoding
        The single-byte encoding where the file is not Unicode.

    Returns
    -------
    ReferenceList
        The references in order, each with its line or row.

    Raises
    ------
    FileProblem
        The file cannot be read as text, or holds no reference.
    """
    raw = read_raw(path, file=path.as_posix())
    if raw.suffix in _NOT_TEXT:
        raise FileProblem(_no_text(raw))
    if any(form.sniff(raw) for form in REFERENCE_FORMATS):
        return _of_export(path, raw, encoding)
    written = decode(raw.data, place=raw.place, encoding=encoding)
    table = _of_table(written, raw.origin.file)
    cited = table or parse_list(written, file=raw.origin.file)
    if not cited:
        raise FileProblem(
            Problem(
                raw.place,
                found=text("no reference"),
                expected=text("one reference a line, a table, or an export"),
                action=text("put the references into the file"),
            )
        )
    return ReferenceList(raw.origin, "table" if table else "text", cited)


def _of_export(path: Path, raw: RawFile, encoding: str | None) -> ReferenceList:
    export = read_references(path, file=raw.origin.file, encoding=encoding)
    cited = [
        _from_record(reference, number) for number, reference in enumerate(export.references, 1)
    ]
    others = [
        problem
        for reference in export.references
        for problem in reference.problems
        if "doi" not in problem.found.values
    ]
    broken = [held.problem for held in export.broken]
    return ReferenceList(
        raw.origin, export.format, tuple(cited), (*export.problems, *broken, *others)
    )


def _from_record(reference: Reference, number: int) -> Cited:
    malformed = (
        str(problem.found.values["doi"])
        for problem in reference.problems
        if "doi" in problem.found.values
    )
    row = re.search(r"(?:line|row) (\d+)", str(reference.origin.place or ""))
    return Cited(
        label=str(number),
        row=0 if row is None else int(row[1]),
        written=reference.title,
        doi_written=reference.doi or next(malformed, ""),
        reference=reference,
    )


def _of_table(written: str, file: str) -> tuple[Cited, ...]:
    first = written.splitlines()[0] if written.strip() else ""
    delimiter = max(",;\t", key=first.count)
    rows = list(csv.reader(io.StringIO(written), delimiter=delimiter))
    if not rows or len(rows[0]) < 2:  # a list has one column, a table more
        return ()
    header = [cell.strip().lstrip("\ufeff") for cell in rows[0]]
    citation = _column(header, _CITATION)
    if citation is None:
        return ()
    doi, number = _column(header, _DOI), _column(header, _NUMBER)
    cited = []
    for row_number, row in enumerate(rows[1:], start=2):
        words = _cell(row, citation)
        if not words and not _cell(row, doi):
            continue
        held = cited_from(
            words,
            label=_cell(row, number) or str(row_number - 1),
            row=row_number,
            doi_written=_cell(row, doi),
            file=file,
        )
        cited.append(replace(held, row=row_number))
    return tuple(cited)


def _column(header: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    return next((place for place, name in enumerate(header) if pattern.search(name)), None)


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _no_text(raw: RawFile) -> Problem:
    return Problem(
        Place(file=raw.origin.file),
        found=text('the ending "{suffix}"', suffix=raw.suffix),
        expected=text("plain text, a CSV table, or an export as RIS, BibTeX or nbib"),
        action=text("save the list of references as plain text"),
    )
