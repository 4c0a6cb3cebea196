"""Reviews: 10,000 records imported, de-duplicated, ranked, an update of 500, beside bib-dedupe.

The records are made here: publications with titles of the field's words, some of them exported
twice with the differences databases make. ``BIB_DEDUPE_PYTHON`` names the interpreter of an
environment that has bib-dedupe; without it the line of the peer says so.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations
from pathlib import Path

from benchmarks.timing import ONE_THREAD, Line
from stroma.evidence.arrivals import arrivals
from stroma.evidence.duplicates.deduplication import deduplicate
from stroma.evidence.review_records import Choice, Decision, Stage
from stroma.evidence.screening.ranking import rank, weigh_words
from stroma.evidence.screening.standing import standings
from stroma.reference_records import Reference
from stroma.review_folder import (
    SEARCHES,
    add_decisions,
    new_review,
    open_review,
    write_duplicates,
)
from stroma.review_update import add_exports
from stroma.searches import read_searches

PUBLICATIONS = 7_500
COPIES = 2_500
UPDATE = 500
UPDATE_COPIES = 100
DECIDED = 200
DAY = date(2026, 11, 22)
SEED = 20_261_122
WHOLE_SECONDS = 60.0
UPDATE_SECONDS = 10.0
PEER = "BIB_DEDUPE_PYTHON"
CELLS = (
    "mesenchymal stromal cells", "mesenchymal stem cells", "adipose-derived stromal cells",
    "bone marrow stromal cells", "amniotic epithelial cells", "chorionic villi stromal cells",
    "decidual stromal cells", "Wharton's jelly cells", "placental pericytes", "cord blood cells",
)  # fmt: skip
WORK = (
    "Immunosuppressive effect", "Osteogenic differentiation", "Proliferation", "Senescence",
    "Secretome", "Extracellular vesicles", "Cryopreservation", "Gene expression", "Homing",
    "Chondrogenic potential", "Angiogenic activity", "Large-scale expansion", "Migration",
    "Karyotype stability", "Surface markers", "Telomere length", "Metabolic profile", "Isolation",
)  # fmt: skip
SETTINGS = (
    "in a rat model of stroke", "under hypoxia", "in platelet lysate", "after thaw", "in sepsis",
    "in acute graft-versus-host disease", "on collagen scaffolds", "in serum-free medium",
    "in knee osteoarthritis", "of diabetic donors", "in a bioreactor", "in Crohn disease",
    "in preterm infants", "in a mouse model of colitis", "during long-term culture", "in COVID-19",
)  # fmt: skip
DESIGNS = (
    "a randomized controlled trial", "a pilot study", "a systematic review", "a comparative study",
    "a multicentre study", "an in vitro study", "a proteomic analysis", "a phase II trial",
)  # fmt: skip
FACTORS = (
    "interferon-gamma", "TNF-alpha", "dexamethasone", "vitamin C", "hyaluronic acid", "IL-6",
    "VEGF", "HGF", "PGE2", "IDO", "TGF-beta1", "FGF-2", "heparin", "melatonin", "metformin",
    "resveratrol", "lactate", "curcumin", "aspirin", "rapamycin",
)  # fmt: skip
JOURNALS = (
    ("Stem Cell Research & Therapy", "Stem Cell Res Ther"), ("Cytotherapy", "Cytotherapy"),
    ("Stem Cells and Development", "Stem Cells Dev"), ("Cells", "Cells"),
    ("International Journal of Molecular Sciences", "Int J Mol Sci"), ("Placenta", "Placenta"),
    ("Journal of Cellular Physiology", "J Cell Physiol"), ("Biomaterials", "Biomaterials"),
)  # fmt: skip
SYLLABLES = (
    "ka",
    "no",
    "ri",
    "to",
    "sha",
    "len",
    "ber",
    "man",
    "wu",
    "zo",
    "mi",
    "ger",
    "li",
    "ova",
)
COLUMNS = (
    "ID", "ENTRYTYPE", "title", "author", "year", "journal", "volume", "number", "pages", "doi",
    "abstract",
)  # fmt: skip
SCRIPT = """
import json, sys, time
import pandas
from bib_dedupe.bib_dedupe import block, cluster, match, prep
if __name__ == "__main__":
    records = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
    start = time.perf_counter()
    groups = cluster(match(block(prep(records, cpu=2), cpu=2), cpu=2))
    print(json.dumps([time.perf_counter() - start, [list(group) for group in groups]]))
"""


def lines() -> Iterator[Line]:
    """Measure, a line at a time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        review = folder / "review"
        new_review(review)
        (review / SEARCHES).rmdir()
        true = _write(review / SEARCHES)
        start = time.perf_counter()
        references = read_searches([review / SEARCHES], within=review).references
        read = time.perf_counter()
        found = deduplicate(references)
        grouped = time.perf_counter()
        write_duplicates(review, found.members, references)
        _decide(review, list(found.groups))
        held = open_review(review)
        ready = time.perf_counter()
        by_group = standings(held)
        ranking = rank(weigh_words(held, by_group), by_group)
        ranked = time.perf_counter() - ready
        whole = grouped - start + ranked
        right, wrong = _pairs(found.groups.values(), references, true)
        yield Line(
            f"{len(references):,} records imported, de-duplicated and ranked, one process",
            f"{read - start:.1f} s, {grouped - read:.1f} s and {ranked:.1f} s "
            f"({ranking.model.value}); {right:.1%} of the made pairs found, {wrong} false",
            f"{WHOLE_SECONDS:.0f} s, none false",
            whole < WHOLE_SECONDS and wrong == 0 and len(ranking.order) == len(found.groups),
        )
        export = _update(folder / "new.ris")
        start = time.perf_counter()
        updated = add_exports(review, [export])
        came = arrivals(updated.before, updated.after)
        seconds = time.perf_counter() - start
        yield Line(
            f"{UPDATE} new records on {len(references):,} held: copied, de-duplicated, told",
            f"{seconds:.1f} s, {seconds / whole:.2f} of the time of all; {len(came.merged)} "
            f"merged, {len(came.publications)} new",
            f"{UPDATE_SECONDS:.0f} s, {UPDATE_COPIES} merged",
            seconds < UPDATE_SECONDS and len(came.merged) == UPDATE_COPIES,
        )
        yield _peer(folder, references, true, grouped - read)


def _decide(review: Path, groups: list[str]) -> None:
    """Let one person decide on some publications, so that the order is learned from them."""
    add_decisions(
        review,
        [
            Decision(
                group=group,
                stage=Stage.TITLE_ABSTRACT,
                choice=Choice.INCLUDE if number % 4 == 0 else Choice.EXCLUDE,
                person=person,
                day=DAY,
            )
            for number, group in enumerate(groups[:DECIDED])
            for person in ("AB", "CD")
        ],
    )


def _update(export: Path) -> Path:
    """Write the export of an update: new publications, and some that are held already."""
    chance = random.Random(SEED)
    made = [_publication(chance, number) for number in range(PUBLICATIONS)]
    new = [_publication(chance, PUBLICATIONS + number) for number in range(UPDATE - UPDATE_COPIES)]
    records = [*new, *(one for one in made if one["doi"])][:UPDATE]
    export.write_text(
        "".join(_ris(one, f"C{number:07d}") for number, one in enumerate(records)),
        encoding="utf-8",
    )
    return export


def _write(folder: Path) -> dict[str, int]:
    """Write two exports; return which publication each record's accession number is of."""
    folder.mkdir()
    chance = random.Random(SEED)
    made = [_publication(chance, number) for number in range(PUBLICATIONS)]
    truth: dict[str, int] = {}
    with (folder / "a.ris").open("w", encoding="utf-8") as export:
        for number, one in enumerate(made):
            export.write(_ris(one, f"A{number:07d}"))
            truth[f"A{number:07d}"] = number
    with (folder / "b.ris").open("w", encoding="utf-8") as export:
        for place, number in enumerate(chance.sample(range(PUBLICATIONS), COPIES)):
            export.write(_ris(_copied(chance, made[number]), f"B{place:07d}"))
            truth[f"B{place:07d}"] = number
    return truth


def _publication(chance: random.Random, number: int) -> dict[str, str]:
    title = (
        f"{chance.choice(WORK)} of {chance.choice(CELLS)} and {chance.choice(FACTORS)} "
        f"{chance.choice(SETTINGS)}: {chance.choice(DESIGNS)}"
    )
    first = chance.randrange(1, 4000)
    names = ["".join(chance.choices(SYLLABLES, k=3)).title() for _ in range(chance.randrange(2, 9))]
    return {
        "title": title,
        "authors": "|".join(f"{name}, {chance.choice('ABDEGHJKLMNPRST')}." for name in names),
        "year": str(chance.randrange(2000, 2026)),
        "journal": str(chance.randrange(len(JOURNALS))),
        "volume": str(chance.randrange(1, 60)),
        "issue": str(chance.randrange(1, 13)),
        "first": str(first),
        "last": str(first + chance.randrange(3, 20)),
        "doi": f"10.5555/made.{number}" if chance.random() < 0.8 else "",
        "abstract": " ".join(chance.choices(WORK + CELLS + FACTORS + SETTINGS, k=40)),
        "short": "",
    }


def _copied(chance: random.Random, one: dict[str, str]) -> dict[str, str]:
    """Return a publication as another database writes it."""
    title = one["title"]
    if chance.random() < 0.2:
        place = chance.randrange(5, len(title) - 5)
        title = title[:place] + title[place + 1 :] if title[place].isalpha() else title
    if chance.random() < 0.3:
        title = title.upper()
    if chance.random() < 0.1:
        title += ". [Review] [33 refs]"
    return {
        **one,
        "title": title,
        "short": "yes",
        "doi": one["doi"] if chance.random() < 0.5 else "",
        "issue": one["issue"] if chance.random() < 0.7 else "",
        "last": one["last"] if chance.random() < 0.8 else "",
    }


def _ris(one: dict[str, str], accession: str) -> str:
    journal = JOURNALS[int(one["journal"])][1 if one["short"] else 0]
    tags = [
        ("TY", "JOUR"),
        ("TI", one["title"]),
        *(("AU", name) for name in one["authors"].split("|")),
    ]
    tags += [("PY", one["year"]), ("T2", journal), ("VL", one["volume"]), ("IS", one["issue"])]
    tags += [("SP", one["first"]), ("EP", one["last"]), ("DO", one["doi"]), ("AN", accession)]
    tags += [("AB", one["abstract"]), ("ER", "")]
    return "".join(f"{tag}  - {value}\n" for tag, value in tags if value or tag == "ER") + "\n"


def _pairs(
    groups: Iterable[Iterable[str]],
    references: dict[str, Reference],
    true: dict[str, int],
) -> tuple[float, int]:
    found = [pair for group in groups for pair in combinations(group, 2)]
    right = sum(
        true[references[one].accession] == true[references[other].accession] for one, other in found
    )
    return right / COPIES, len(found) - right


def _peer(folder: Path, references: dict[str, Reference], true: dict[str, int], own: float) -> Line:
    name = "the same records by bib-dedupe, two processes"
    python = os.environ.get(PEER)
    if not python:
        return Line(
            name, f"not measured: {PEER} names no interpreter", "slower than Stroma", held=True
        )
    with (folder / "peer.csv").open("w", encoding="utf-8", newline="") as table:
        rows = csv.writer(table)
        rows.writerow(COLUMNS)
        for key, one in references.items():
            rows.writerow((
                key, "article", one.title, " and ".join(one.authors), one.year, one.journal,
                one.volume, one.issue, one.pages, one.doi, one.abstract,
            ))  # fmt: skip
    (folder / "peer.py").write_text(SCRIPT, encoding="utf-8")
    answer = subprocess.run(
        [python, str(folder / "peer.py"), str(folder / "peer.csv")],
        capture_output=True, text=True, check=True, env=ONE_THREAD,
    )  # fmt: skip
    seconds, groups = json.loads(answer.stdout.strip().splitlines()[-1])
    right, wrong = _pairs(groups, references, true)
    return Line(
        name,
        f"{seconds:.1f} s ({seconds / own:.0f} times as long); {right:.1%} of the made pairs "
        f"found, {wrong} false",
        "slower than Stroma",
        seconds > own,
    )
