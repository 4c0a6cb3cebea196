"""The page: well formed, complete, escaped, small, the same bytes twice, in every language."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from stroma.criteria.verdicts import LotOutcome
from stroma.errors import Place, Problem, Severity
from stroma.house_rules import HouseRules
from stroma.locale import LANGUAGES, get_language
from stroma.provenance import Provenance
from stroma.report.page import render_page
from stroma.results import StudyResults
from stroma.study.settings import Settings
from stroma.texts import ENGLISH, text

VOID = {"meta", "br", "input", "path", "use", "image", "link", "hr", "img"}


class Page(HTMLParser):
    """Notes what a page holds, and fails where elements are not closed in turn."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.words = [], [], [], []
        self.requests, self.tags = [], []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        self.tags.append((tag, held))
        if tag not in VOID:
            self.open.append(tag)
        if "id" in held:
            self.ids.append(held["id"])
        address = held.get("href") or held.get("src")
        if address is not None and address.startswith("#"):
            self.links.append(address[1:])
        elif address is not None and not address.startswith("data:image/png;base64,"):
            self.requests.append(address)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.words.append(data)

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def source(results) -> str:
    return render_page(results, ENGLISH)


@pytest.fixture(scope="module")
def page(source) -> Page:
    return Page(source)


def test_the_page_is_well_formed_and_every_link_leads_somewhere(page):
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.links) <= set(page.ids)


def test_the_page_asks_nothing_of_the_network(page, source):
    assert page.requests == []
    assert "url(" not in source
    assert "@import" not in source


def test_every_cell_of_the_grid_leads_to_its_reason(page, results):
    (judged,) = results.verdicts
    wanted = {
        f"L{i}p0c{c}" for i, lot in enumerate(judged.lots, 1) for c in range(len(lot.criteria))
    }
    assert wanted <= set(page.links)
    assert wanted <= set(page.ids)


def test_names_that_are_markup_stay_words(page, source):
    assert "<script>alert" not in source
    assert "<script>alert('лот')</script>" in page.said
    assert [attrs for tag, attrs in page.tags if tag == "script"] == [{}]


def test_a_hostile_title_stays_inside_every_place_it_is_put(build):
    evil = '</style></title><script>alert(1)</script>"};*{display:none}\\'
    source = render_page(build(1, title=evil), ENGLISH)
    page = Page(source)
    assert [tag for tag, _ in page.tags].count("script") == 1
    (rule,) = re.findall(r"--page:(.*)\}", source)
    assert set(rule[1:-1]) & set('"<>{}*') == set()
    assert evil in page.said


def test_a_verdict_is_never_shown_by_colour_alone(page, source):
    cells = re.findall(r'<td class="[pfqna]( i)?"><a href="#[^"]+">([^<]+)</a>', source)
    assert cells
    assert all(re.match("[✓✗?…·]", words) for _, words in cells)
    badges = re.findall(r'<span class="v [pfqna]">([^<]+)</span>', source)
    assert all(re.match("[✓✗?…·] ", words) for words in badges)


def test_a_number_near_its_limit_is_not_rounded_onto_it(page):
    assert "? 94.96 %" in page.said.replace("\u00a0", " ")


def test_the_opening_counts_the_verdicts(page, results):
    (judged,) = results.verdicts
    failed = sum(lot.verdict is LotOutcome.FAIL for lot in judged.lots)
    assert f"✗ {failed} FAIL" in page.said


def test_an_incomplete_lot_says_what_it_lacks(page):
    section = page.said.split("PL-04 chorionic villi donor", 1)[1]
    assert "What is missing: CD79a or CD19 , HLA-DR" in section.split("Events left out")[0]


def test_two_different_values_are_shown(page):
    said = page.said.replace("\u00a0", " ")
    assert "Two values: viability (at harvest) at P4 has different values: 91 %, 93.5 %" in said


def test_every_source_is_named_with_its_whole_hash(page, results):
    for origin in results.provenance.inputs:
        assert f"{origin.file} {origin.sha256}" in page.said


def test_method_and_settings_stand_beside_the_numbers(page):
    said = page.said.replace("\u00a0", " ")
    assert "control_percentile/1 percentile 99.5; compensation from the file" in said
    assert "CD105 P4 99.10 (98.68–⁠99.52) % 18,240 cells" in said


def test_errors_come_first_and_notes_do_not(build):
    results = build(1)
    first = render_page(results, ENGLISH)
    assert first.index('id="problems"') < first.index('id="verdicts"')
    harmless = tuple(p for p in results.problems if p.severity is not Severity.ERROR)
    later = render_page(replace(results, problems=harmless), ENGLISH)
    assert later.index('id="problems"') > later.index('id="verdicts"')


def test_a_problem_without_a_lot_is_told_of_the_lot_whose_tube_it_is(build):
    results = build(2)
    problem = Problem(
        Place(file="raw/flow/L002_stained.fcs"), text("detector X"), text("detector Y"), text("z")
    )
    source = render_page(replace(results, problems=(problem,)), ENGLISH)
    assert "To look at" not in _lot(source, 1)
    assert "raw/flow/L002_stained.fcs: detector X" in _lot(source, 2)


def test_conventions_are_printed_and_what_is_not_declared_is_said(page):
    assert "Positive cells are counted by shifted_mixture/5" in page.said
    assert "line in its pictures percentile 99.5 of its control" in page.said
    assert "not declared: differentiation by this reading stays undecided" in page.said


def test_statements_name_what_is_missing(page):
    assert "missing: method of isolation" in page.said
    assert "clone, maker and catalogue number" in page.said


def test_the_caveats_of_the_profile_are_printed(page, results):
    for caveat in results.verdicts[0].profile.caveats:
        assert " ".join(str(caveat).split()) in page.said


def test_two_runs_give_the_same_bytes_and_no_date(results, source):
    assert render_page(results, ENGLISH) == source
    assert not re.search(r"20\d\d-\d\d-\d\d", source)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_is_whole_in_every_language(code, results):
    page = Page(render_page(results, get_language(code)))
    assert ("html", {"lang": code}) in page.tags
    assert "Project-Id-Version" not in page.said
    assert set(page.links) <= set(page.ids)


def test_numbers_are_written_as_the_language_does(results):
    said = Page(render_page(results, get_language("ru"))).said
    assert "94,96" in said
    assert "94.96" not in said


def test_a_lot_with_eight_markers_is_twenty_kilobytes_at_most(source):
    assert len(_lot(source, 1).encode()) <= 20_000


def test_two_hundred_lots_are_less_than_five_megabytes(build):
    assert len(render_page(build(200), ENGLISH).encode()) < 5_000_000


def test_a_second_profile_has_its_own_grid_and_reasons(build):
    page = Page(render_page(build(2, profiles=("isct_2006", "stempeucel")), ENGLISH))
    assert {"L1p0c0", "L1p1c0", "L2p1c17"} <= set(page.ids)
    assert set(page.links) <= set(page.ids)


def test_a_condition_measured_in_some_lots_only_keeps_the_columns_in_line(build):
    results = build(2)
    stimulated = replace(
        next(row for row in results.measurements if row.analyte == "HLA-DR"),
        value=65.0, low=64.0, high=66.0, condition="IFN-gamma",
    )  # fmt: skip
    from stroma.criteria.judge import judge

    (judged,) = results.verdicts
    lots = judge((*results.measurements, stimulated), judged.profile)
    source = render_page(replace(results, verdicts=(replace(judged, lots=lots),)), ENGLISH)
    rows = re.findall(r"<tr data-v=.*?</tr>", source, flags=re.DOTALL)
    assert [row.count("<td") for row in rows] == [16, 16]
    assert [row.count("<td></td>") for row in rows] == [0, 1]


def test_a_judged_table_has_verdicts_and_nothing_it_does_not_know(build):
    results = build(2)
    page = Page(
        render_page(
            replace(results, lots=(), views=(), exclusions=(), problems=(), settings=Settings()),
            ENGLISH,
        )
    )
    assert {"verdicts", "lots", "problems", "profiles", "sources"} <= set(page.ids)
    assert not {"conventions", "statements"} & set(page.ids)
    assert "None: every file was read, every row understood." in page.said


def test_one_lot_under_two_tissues_is_two_lots(build):
    from stroma.criteria.judge import judge

    results = build(1)
    other = tuple(replace(row, source="placenta") for row in results.measurements)
    rows = (*results.measurements, *other)
    (judged,) = results.verdicts
    both = replace(judged, lots=judge(rows, judged.profile))
    page = Page(
        render_page(replace(results, lots=(), measurements=rows, verdicts=(both,)), ENGLISH)
    )
    assert {"L1p0c0", "L2p0c0"} <= set(page.ids)
    assert "L3" not in page.ids


def test_an_empty_study_is_a_page_too():
    empty = StudyResults(
        title="", language="en", lots=(), rules=HouseRules(), settings=Settings(),
        measurements=(), problems=(), views=(), exclusions=(), verdicts=(),
        provenance=Provenance(command="stroma run", versions={"stroma": "0"}, inputs=()),
    )  # fmt: skip
    page = Page(render_page(empty, ENGLISH))
    assert set(page.links) <= set(page.ids)
    assert "Stroma report" in page.said


def _lot(source: str, number: int) -> str:
    return source.split(f'id="L{number}"', 1)[1].split("</section>", 1)[0]
