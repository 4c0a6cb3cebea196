"""Make the review that Stroma ships: ``src/stroma/evidence_base``.

The exports of its searches are written here, from the founding article's list of references and
from the papers of the published tables; all else is done by the commands a reader would type::

    stroma evidence new BASE
    stroma evidence dedup BASE/searches --table BASE/duplicates.csv
    stroma evidence screen BASE --from decisions.csv
    stroma evidence extract BASE --from extractions.csv

What a citation or a table does not say is left out. By hand: ``python tools/make_evidence_base.py``
writes the folder of the package; ``python tools/make_evidence_base.py FOLDER`` another one.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Final

from stroma.cli import DATA_PROBLEM, DONE, main
from stroma.evidence.extraction.words import CALCULATED, COLUMNS
from stroma.published.article_rows import ArticleReference
from stroma.published.article_tables import article_references
from stroma.published.rows import Contrast, PublishedValue
from stroma.published.tables import contrasts, values
from stroma.spans import in_spans
from stroma.units import find_unit
from stroma.vocabulary import find_quantity

TARGET: Final = Path(__file__).resolve().parents[1] / "src" / "stroma" / "evidence_base"
CARRIED: Final = date(2026, 11, 22)
"""The day the tables were carried into the package, which is that of its decisions."""
PERSON: Final = "stroma"
ARTICLE: Final = "founding-article.ris"
TABLES: Final = "published-tables.ris"

PROTOCOL: Final = f'''# The review that Stroma ships: what its papers say of the sources of MSC.
# Made by tools/make_evidence_base.py with the commands of stroma evidence.

title = "Bone marrow and placenta as sources of MSC: the evidence held"
question = """
How do mesenchymal stromal cells (MSC) of the human placenta and its parts differ from those of the
bone marrow and of other tissues, as far as published figures and stated directions say?"""

# The tables were carried once, by one reader; no row was checked by a second person. Of most papers
# the abstract alone was read: decisions.csv says of which, and "place" where each figure stands.
people = ["{PERSON}"]
deciders = 1

[[search]]
database = "Founding article"
query = "the list of references of the founding article"
hits = 61
exports = ["{ARTICLE}"]

[[search]]
database = "Published tables"
query = "papers and pages in which a row of contrasts.csv or values.csv was read"
exports = ["{TABLES}"]

[[criterion]]
key = "I1"
side = "include"
words = "Prints a figure of MSC of a named tissue, or which of two tissues stands higher"

[[criterion]]
key = "E1"
side = "exclude"
words = "Holds neither such a figure nor such a direction"
stages = ["full_text"]
'''

REASONS: Final = {
    "not_looked_up": "full text not seen; the DOI was not looked up",
    "doi_and_title_seen": "full text not seen; DOI and title were seen together",
    "other_doi_seen": "full text not seen; its title was seen with another DOI: {doi}",
    "doubtful": "full text not seen; the DOI is doubtful",
    "placeholder": "full text not seen; the DOI is a placeholder and leads nowhere",
    "check_character": "full text not seen; the DOI fails its check character",
}

Row = Contrast | PublishedValue


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper or page in which rows of the tables were read.

    Parameters
    ----------
    identity
        DOI, else PMC or PubMed number, else address.
    rows
        Its rows.
    """

    identity: str
    rows: tuple[Row, ...]


def make(target: Path) -> None:
    """Write the review into a folder, with the commands."""
    papers = papers_of([*contrasts(), *values()])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "base"
        run(scratch, "new", "base")
        (folder / "review.toml").write_text(PROTOCOL, encoding="utf-8", newline="\n")
        names: dict[str, str] = {}
        for file, records in ((ARTICLE, article_records()), (TABLES, paper_records(papers))):
            content = ris(record for _, record in records).encode()
            (folder / "searches" / file).write_bytes(content)
            digits = hashlib.sha256(content).hexdigest()[:8]
            names |= {own: f"{digits}-{number}" for number, (own, _) in enumerate(records, 1)}
        run(folder, "dedup", "searches", "--table", "duplicates.csv")
        for command, file, content in (
            ("screen", "decisions.csv", decisions_table(papers, names)),
            ("extract", "extractions.csv", extractions_table(papers, names)),
        ):
            (Path(scratch) / file).write_text(content, encoding="utf-8", newline="\n")
            run(scratch, command, "base", "--from", file)
        put(folder, target)


def run(place: Path | str, command: str, *words: str) -> None:
    """Run a command of ``stroma evidence``; what a person has to look at is no reason to stop."""
    with contextlib.chdir(place):
        code = main(["evidence", command, *words])
    if code not in (DONE, DATA_PROBLEM):
        raise SystemExit(f"stroma evidence {command} ended with {code}")


def put(folder: Path, target: Path) -> None:
    """Put the review's files into the package, and nothing else of it away."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target / "searches", ignore_errors=True)
    shutil.copytree(folder / "searches", target / "searches")
    for name in ("review.toml", "duplicates.csv", "decisions.csv", "extractions.csv"):
        shutil.copyfile(folder / name, target / name)


# --- the papers ------------------------------------------------------------------------------


def papers_of(rows: Iterable[Row]) -> tuple[Paper, ...]:
    """Return the papers of the rows, in the order of their first rows."""
    listed = list(rows)
    doi_of = {number: row.doi for row in listed if row.doi for number in numbers_in(row)}
    # Two pages of one paper that has no number: it has one name.
    name_of = {row.address: row.paper for row in listed if isinstance(row, Contrast)}
    page_of: dict[str, str] = {}
    held: dict[str, list[Row]] = {}
    for row in listed:
        own = numbers_in(row)
        known = next((doi_of[number] for number in own if number in doi_of), "")
        name = name_of.get(row.address) or row.address
        identity = row.doi or known or (own[0] if own else page_of.setdefault(name, row.address))
        held.setdefault(identity.lower(), []).append(row)
    return tuple(Paper(identity, tuple(mine)) for identity, mine in held.items())


def numbers_in(row: Row) -> tuple[str, ...]:
    """Return the PMC and PubMed numbers in a row's address and in its paper's name."""
    words = f"{row.address} {row.paper if isinstance(row, Contrast) else ''}"
    # A table of a review shows others' papers under its own address.
    found = re.findall(r"PMC\d{5,}", words)
    pubmed = re.findall(r"(?:PMID |pubmed(?:\.ncbi\.nlm\.nih\.gov|\.gov)?/)(\d{6,8})\b", words)
    return (*dict.fromkeys(found), *(f"PMID {number}" for number in dict.fromkeys(pubmed)))


def paper_records(papers: Sequence[Paper]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the tags of each paper's record, under its identity."""
    titles = {one.doi.lower(): cited_tags(one) for one in article_references()}
    return [(paper.identity, paper_tags(paper, titles)) for paper in papers]


def paper_tags(paper: Paper, titles: Mapping[str, list[tuple[str, str]]]) -> list[tuple[str, str]]:
    """Return what is known of a paper, as tags of RIS."""
    if paper.identity in titles:
        return titles[paper.identity]
    named = {row.paper for row in paper.rows if isinstance(row, Contrast) and row.paper}
    name = named.pop() if len(named) == 1 else ""
    doi = next((row.doi for row in paper.rows if row.doi), "")
    numbers = dict.fromkeys(number for row in paper.rows for number in numbers_in(row))
    author = re.match(r"(?P<family>[^\W\d_][\w'’-]+) (?P<year>(?:19|20)\d{2})(?: \(|$)", name)
    year = re.search(r"(?:^| )(?P<year>(?:19|20)\d{2})(?= \(|;|$)", name)
    addresses = dict.fromkeys(row.address for row in paper.rows if row.address)
    return [
        ("TI", name or doi or paper.identity),
        *([("AU", author["family"])] if author is not None else []),
        *([("PY", year["year"])] if year is not None else []),
        *([("DO", doi)] if doi else []),
        *[("C2", number) for number in numbers if number.startswith("PMC")][:1],
        *[("PM", number[5:]) for number in numbers if number.startswith("PMID")][:1],
        *[("UR", address) for address in addresses],
        ("N1", "The title is the name the published tables give the paper."),
    ]


# --- the founding article's references -------------------------------------------------------

_APA: Final = re.compile(
    r"(?P<authors>.+?) \((?P<year>\d{4})(?:, \w+)?\)\. \*?(?P<title>.+?)\*?[.]?\*? "
    r"(?P<book>In )?\*(?P<journal>[^*]+)\*"
    r"(?:, (?P<volume>\d+)(?:\((?P<issue>[^)]+)\))?(?:, (?P<pages>[^, ]+?))?)?"
    r"(?: \(pp\. (?P<leaves>[\d–-]+)\))?(?:\.? .+|\.+)?"
)
_VANCOUVER: Final = re.compile(
    r"(?P<authors>[^.]+)\. (?P<title>.+?[?.]) \*(?P<journal>[^*]+)\*\. (?P<year>\d{4})[^;]*;"
    r"(?P<volume>\d+):(?P<pages>[\d-]+)\."
)


def article_records() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the tags of each reference of the founding article, under its number."""
    return [(f"reference {one.number}", cited_tags(one)) for one in article_references()]


def cited_tags(reference: ArticleReference) -> list[tuple[str, str]]:
    """Return what a citation says, as tags of RIS."""
    citation = reference.citation
    apa = _APA.fullmatch(citation)
    match = apa or _VANCOUVER.fullmatch(citation)
    if match is None:
        raise SystemExit(f"reference {reference.number} is written in no known way: {citation}")
    part = {name: value or "" for name, value in match.groupdict().items()}
    title = part["title"].replace("*", "")
    return [
        *([("TY", "CHAP")] if part.get("book") else []),
        ("TI", title if title.endswith("?") else title.rstrip(". ")),
        *[("AU", author) for author in authors_of(part["authors"], apa=apa is not None)],
        ("PY", part["year"]),
        ("T2", part["journal"]),
        *[(tag, part[name]) for tag, name in (("VL", "volume"), ("IS", "issue")) if part.get(name)],
        *pages_of(part.get("leaves") or part["pages"]),
        ("DO", reference.doi),
        ("N1", f"Reference {reference.number} of the founding article, as printed there."),
    ]


def authors_of(printed: str, *, apa: bool) -> list[str]:
    """Return the authors a citation names; those it cuts short are left out."""
    parts = re.split(r"(?<=\.),? (?:& )?(?=[^\W\d_]{2,})" if apa else r", ", printed)
    plain = [part.replace("... & ", "").strip(" ,").removesuffix(", ...") for part in parts]
    return [author for author in plain if author not in ("et al.", "...", "al.", "")]


def pages_of(printed: str) -> list[tuple[str, str]]:
    """Return the first and the last page, or the number of the article."""
    first, _, last = printed.strip(".").replace("–", "-").partition("-")
    if not first:
        return []
    # "F1000-Faculty" is no pair of pages.
    if last and not last[0].isdigit():
        return [("SP", printed.strip("."))]
    return [("SP", first), *([("EP", last)] if last else [])]


def ris(records: Iterable[Sequence[tuple[str, str]]]) -> str:
    """Return records as a RIS file."""
    lines: list[str] = []
    for tags in records:
        kind = dict(tags).get("TY", "JOUR")
        others = (f"{tag}  - {value}" for tag, value in tags if tag != "TY")
        lines += [f"TY  - {kind}", *others, "ER  -", ""]
    return "\n".join(lines)


# --- decisions and extractions ---------------------------------------------------------------


def seen_of(rows: Sequence[Contrast | PublishedValue]) -> str:
    """Return what of a paper was read, by the places of its rows."""
    places = {"abstract" if row.place.startswith("abstract") else "beyond" for row in rows}
    return "read in the abstract alone" if places == {"abstract"} else "read beyond the abstract"


def decisions_table(papers: Sequence[Paper], names: Mapping[str, str]) -> str:
    """Return the decisions: papers that are held, references whose full text was not seen."""
    rows = [
        {
            "record": names[paper.identity],
            "stage": "full_text",
            "choice": "include",
            "criterion": "",
            "reason": f"{seen_of(paper.rows)}; {len(paper.rows)} rows of the published tables: "
            f"{in_spans(row.key for row in paper.rows)}",
        }
        for paper in papers
    ]
    held = {paper.identity for paper in papers}
    rows += [
        {
            "record": names[f"reference {one.number}"],
            "stage": "full_text",
            "choice": "not_retrieved",
            "criterion": "",
            "reason": REASONS[one.status].format(doi=one.doi_seen),
        }
        for one in article_references()
        if one.doi.lower() not in held
    ]
    return csv_text([{**row, "person": PERSON, "day": CARRIED.isoformat()} for row in rows])


def extractions_table(papers: Sequence[Paper], names: Mapping[str, str]) -> str:
    """Return a row for each row of the published tables, in their order."""
    record = {row.key: names[paper.identity] for paper in papers for row in paper.rows}
    printed = {row["key"]: row for table in ("contrasts", "values") for row in printed_rows(table)}
    columns = [name for name in COLUMNS if name not in (*CALCULATED, "extraction")]
    rows = []
    for row in (*contrasts(), *values()):
        cells = {
            "record": record[row.key],
            "place": row.place,
            **contrast_cells(row),
            **figure_cells(row, printed[row.key]),
            "condition": row.condition,
            "extractor": PERSON,
            "note": note(row, printed[row.key]),
        }
        rows.append({name: cells.get(name, "") for name in columns})
    return csv_text(rows)


def contrast_cells(row: Row) -> dict[str, str]:
    """Return what a row is of, and what it was set against."""
    quantity = row.quantity
    if not quantity:
        # The tables hold no quantity of the vocabulary for it, whatever its name looks like.
        known = find_quantity(row.attribute) is not None
        quantity = f"{row.attribute} (as printed)" if known else row.attribute
    cells = {
        "quantity": quantity,
        "analyte": ";".join(row.analytes),
        "tissue": ";".join(row.tissues) or row.tissue_printed,
        "part": ";".join(row.parts),
    }
    if isinstance(row, Contrast):
        cells |= {
            "comparator": ";".join(row.comparators) or row.comparator_printed,
            "direction": row.direction,
            "passage": row.passage,
            "p_printed": row.p_printed,
        }
    return cells


def figure_cells(row: Row, printed: Mapping[str, str]) -> dict[str, str]:
    """Return a row's figures as printed, to the last zero."""
    cells = {name: printed[name] for name in ("value", "low", "high", "spread", "bound")}
    return {
        **cells,
        "spread_kind": row.spread_kind if any(cells.values()) else "",
        "unit": unit_cell(row),
        "n": printed["n"],
        "n_counts": counted(row) if printed["n"] else "",
    }


def unit_cell(row: Row) -> str:
    """Return the unit as printed, or the table's own where the printed one says more."""
    unit = find_unit(row.unit_printed)
    if row.unit == "" or (unit is not None and unit.code == row.unit):
        return row.unit_printed
    own = find_unit(row.unit)
    return row.unit if own is None else own.label


def counted(row: Row) -> str:
    """Return what n counts; the table of values has donors where it names nothing else."""
    if row.n_counts:
        return row.n_counts
    return "donors" if isinstance(row, PublishedValue) and row.quantity else "not_stated"


def note(row: Row, printed: Mapping[str, str]) -> str:
    """Return what else the table says, the row's key first."""
    parts = [row.key, row.certainty.value]
    if isinstance(row, Contrast):
        parts += [f"{row.study_type}, {row.species}", f"paper: {row.paper}"]
        parts += [f"part: {row.part_printed}"] if row.part_printed else []
        if row.comparator_printed:
            parts.append(f"comparator: {row.comparator_printed}")
    parts += [f"tissue: {row.tissue_printed}"]
    if row.value_printed and row.value_printed != printed["value"]:
        parts.append(f"printed: {row.value_printed}")
    if row.unit_printed and row.unit_printed != unit_cell(row):
        parts.append(f"unit: {row.unit_printed}")
    if printed["spread_printed"] != printed["spread"]:
        parts.append(f"spread: {printed['spread_printed']}")
    return "; ".join([*parts, *row.notes])


def printed_rows(table: str) -> list[dict[str, str]]:
    """Return the cells of a table as they stand in it."""
    content = files("stroma.published").joinpath(f"{table}.csv").read_text("utf-8")
    return list(csv.DictReader(io.StringIO(content)))


def csv_text(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as CSV."""
    target = io.StringIO()
    writer = csv.DictWriter(target, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
