"""The flow holds every number once, its boxes are as large as their words, and words are told."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from stroma.evidence.prisma.records import (
    ExcludedReports,
    PreviousVersion,
    PrismaFlow,
    SourceCount,
)
from stroma.figures.boxes import text_width
from stroma.figures.prisma_flow import prisma_flow
from stroma.texts import ENGLISH, Language

FLOW = PrismaFlow(
    sources=(
        SourceCount(name="PubMed", records=1204),
        SourceCount(name="ClinicalTrials.gov", records=3, is_register=True),
    ),
    duplicates=100, linked=7, screened=1100, excluded=1000, awaiting_screening=37,
    disputed_screening=6, sought=57, not_retrieved=5, awaiting_full_text=9, assessed=43,
    excluded_reports=(
        ExcludedReports(criterion="E1", words="no human cells", reports=20),
        ExcludedReports(criterion="", words="", reports=3),
    ),
    disputed_full_text=2, included=18, linked_reports=4,
)  # fmt: skip
LONG = Language(
    "kk", ",", "\u202f", lambda message: message.replace("Records", "Жазбалардыңбарлығыныңсаны")
)


def tree(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def boxes(svg: str) -> list[tuple[tuple[float, float, float, float], list[ET.Element]]]:
    """Return each frame as (left, top, right, bottom) with the lines that follow it."""
    found = []
    elements = list(tree(svg))
    for frame, words in itertools.pairwise(elements):
        if frame.get("class") not in {"bx", "bi", "bu"}:
            continue
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", frame.get("d"))]
        x, y, right, bottom, _ = numbers
        found.append(((x, y, right, bottom), list(words)))
    return found


def lines(svg: str) -> list[str]:
    return [span.text.replace("\u00a0", " ") for _, spans in boxes(svg) for span in spans]


def test_every_number_has_its_line():
    assert lines(prisma_flow(FLOW, ENGLISH)) == [
        "Records identified (n = 1,207):", "PubMed (n = 1,204)",
        "ClinicalTrials.gov, a register (n = 3)",
        "Records removed before screening:", "duplicate records (n = 100)",
        "marked as ineligible by automation tools (n = 0)",
        "notices, versions and answers that follow their", "publication (n = 7)",
        "Records screened (n = 1,100)", "Records excluded (n = 1,000)", "Not decided yet (n = 37)",
        "Decided differently by two people (n = 6)",
        "Reports sought for retrieval (n = 57)", "Reports not retrieved (n = 5)",
        "Not decided yet (n = 9)",
        "Reports assessed for eligibility (n = 43)", "Reports excluded (n = 23):",
        "E1: no human cells (n = 20)", "no criterion named (n = 3)",
        "Decided differently by two people (n = 2)",
        "Studies included in review (n = 18)", "reports of these studies (n = 22)",
        "of them notices and versions (n = 4)",
    ]  # fmt: skip


def test_a_finished_flow_has_no_dashed_box():
    done = replace(
        FLOW, awaiting_screening=0, disputed_screening=0, awaiting_full_text=0,
        disputed_full_text=0,
    )  # fmt: skip
    assert 'class="bu"' in prisma_flow(FLOW, ENGLISH)
    assert 'class="bu"' not in prisma_flow(done, ENGLISH)


def test_an_update_adds_to_what_the_earlier_version_holds():
    earlier = PreviousVersion(studies=31, reports=36, later_reports=1)
    told = lines(prisma_flow(replace(FLOW, previous=earlier), ENGLISH))
    assert told[-4:] == [
        "Studies included in the", "previous version (n = 31)", "reports of these studies",
        "(n = 36)",
    ]  # fmt: skip
    assert "New studies included in review (n = 18)" in told
    assert "Total studies included in review (n = 49)" in told
    assert "reports of these studies (n = 59)" in told


@pytest.mark.parametrize("language", [ENGLISH, LONG], ids=["english", "long words"])
@pytest.mark.parametrize("earlier", [None, PreviousVersion(studies=1, reports=2, undecided=3)])
def test_words_stay_in_their_boxes_and_boxes_apart(language, earlier):
    words = "көпкомпонентті " * 9 + "дезоксирибонуклеопротеинкомплекс" * 3
    flow = replace(
        FLOW, previous=earlier,
        excluded_reports=(ExcludedReports(criterion="E9", words=words, reports=1),),
    )  # fmt: skip
    drawn = prisma_flow(flow, language)
    placed = boxes(drawn)
    for (left, top, right, bottom), spans in placed:
        for span in spans:
            assert left < float(span.get("x"))
            assert float(span.get("x")) + text_width(span.text, 10) < right
            assert top + 5 < float(span.get("y")) < bottom - 4
    frames = [frame for frame, _ in placed]
    for number, (left, top, right, bottom) in enumerate(frames):
        for x, y, x2, y2 in frames[number + 1 :]:
            assert right < x or x2 < left or bottom < y or y2 < top
    width, height = map(float, tree(drawn).get("viewBox").split()[2:])
    assert max(frame[2] for frame in frames) <= width
    assert max(frame[3] for frame in frames) <= height


def test_the_drawing_says_all_its_boxes_in_words():
    drawn = tree(prisma_flow(FLOW, ENGLISH))
    assert drawn.find("title").text.startswith("PRISMA 2020 flow. Records identified: 1,207; ")
    assert "Reports excluded (n = 23): E1: no human cells (n = 20)" in drawn.find("desc").text


def test_the_words_of_a_protocol_are_no_markup():
    flow = replace(
        FLOW, excluded_reports=(ExcludedReports(criterion="E<1>", words='a & "b"', reports=1),)
    )
    assert 'E<1>: a & "b" (n = 1)' in lines(prisma_flow(flow, ENGLISH))


def test_the_same_flow_gives_the_same_bytes():
    assert prisma_flow(FLOW, ENGLISH) == prisma_flow(replace(FLOW), ENGLISH)
