"""What the documentation shows is what happens: its files, commands, numbers and tables."""

import json
import re
import shutil
from pathlib import Path

import pytest

import stroma
from stroma.cli import main
from stroma.criteria.json_twin import verdicts_to_json
from stroma.criteria.judge import judge
from stroma.criteria.known_profiles import load_profile
from stroma.criteria.profile_tables import CriterionTable, ProfileTable
from stroma.criteria.verdicts import Role
from stroma.cytometry.positivity import bounded_control_cells, least_control_cells
from stroma.house_rules import PositivityRule
from stroma.measurements import Measurement
from stroma.simulate.example import write_example_study
from stroma.simulate.truth import ISCT, PATTERNS
from stroma.stats.counting import log2_ratio, log_variance, normal_bounds, time_to_double_bounds
from stroma.stats.proportions import Interval, mover_sum, percentile_ranks, wilson_interval
from stroma.stats.ratios import fieller_ratio

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"

BLOCK = re.compile(
    r"^```\{code-block\} \w+\n:(?P<kind>caption|name): (?P<name>\S+)\n\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(name: str, kind: str) -> dict[str, str]:
    return {m["name"]: m["body"] for m in BLOCK.finditer(page(name)) if m["kind"] == kind}


def table_keys(text: str) -> set[str]:
    """Return the words in code marks of the first column of the tables of a text."""
    cells = re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


def assert_printed(block: str, output: str) -> None:
    missing = [line for line in block.splitlines() if line.strip() and line not in output]
    assert missing == []


# --- tutorials -----------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in an empty folder; return its exit code and all it printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STROMA_LANG", "en")

    def command(*words: str) -> tuple[int, str]:
        code = main(list(words))
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return command


def test_the_first_study_goes_as_the_tutorial_says(run):
    name = "tutorial/first-study.md"
    printed, sheets = blocks(name, "name"), blocks(name, "caption")
    write_example_study(Path("demo-study"), lots=1)
    code, output = run("new", "my-study")
    assert code == 0
    assert_printed(printed["printed-by-new"], output)
    copied = re.findall(r"^cp (\S+) +(\S+)$", page(name), re.MULTILINE)
    assert len(copied) == 4
    for source, target in copied:
        shutil.copy(source, target)
    study = Path("my-study")
    for sheet in ("lots.csv", "tubes.csv", "passages.csv"):
        (study / sheet).write_text(sheets[sheet], encoding="utf-8")

    code, output = run("run", "my-study", "--workers", "1")
    assert code == 1
    assert_printed(printed["printed-by-first-run"], output)
    assert printed["printed-by-first-run-whole"].strip() in output

    replace(study / "tubes.csv", "isotyp.fcs", "isotype.fcs")
    replace(study / "passages.csv", "BM-1,P3", "BM-01,P3")
    code, output = run("run", "my-study", "--workers", "1")
    assert code == 0
    assert "ERROR" not in output
    assert_printed(printed["printed-by-second-run"], output)

    (study / "differentiation.csv").write_text(sheets["differentiation.csv"], encoding="utf-8")
    code, output = run("run", "my-study", "--workers", "1")
    assert code == 0
    assert_printed(printed["printed-by-third-run"], output)

    for line in printed["declared-rules"].split("\n")[:-1]:
        replace(study / "study.toml", f"# {line}\n", f"{line}\n")
    code, output = run("run", "my-study", "--workers", "1")
    assert code == 0
    assert_printed(printed["printed-by-fourth-run"], output)

    code, output = run("run", "my-study", "--workers", "1")
    assert code == 0
    assert_printed(printed["printed-by-fifth-run"], output)

    explained = page("reference/json.md")
    for file in ("verdicts.json", "report.json", "manifest.json"):
        content = json.loads((study / "results" / file).read_text(encoding="utf-8"))
        profiles = {key for profile in content.get("profiles", ()) for key in profile}
        assert {*content, *profiles} - table_keys(explained) == set(), file

    code, output = run("fcs", "my-study/raw/flow/BM-01_P4_stained.fcs")
    assert code == 0
    assert_printed(blocks("how-to/fcs.md", "name")["printed-by-fcs"], output)


def replace(path: Path, old: str, new: str) -> None:
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1
    path.write_text(content.replace(old, new), encoding="utf-8")


def test_the_example_study_is_shown_with_its_true_verdicts():
    shown = blocks("tutorial/first-study.md", "name")["printed-by-demo"]
    verdicts = dict(re.findall(r"^. (\S+) .*? ([A-Z]{4,}) ", shown, re.MULTILINE))
    expected = {pattern.name: pattern.verdicts[ISCT] for pattern in PATTERNS}
    assert verdicts == {lot: expected[lot] for lot in verdicts}
    assert len(verdicts) >= 6
    rows = re.findall(
        r"^\| (\w\w-\d\d) \|.*?\| (\w+) \| (\w*) ?\|$", page("explanation/example-study.md"),
        re.MULTILINE,
    )  # fmt: skip
    assert [(lot, isct, product or None) for lot, isct, product in rows] == [
        (p.name, p.verdicts[ISCT], p.verdicts.get("xcelia")) for p in PATTERNS
    ]


def test_a_table_of_numbers_is_judged_as_the_tutorial_says(run):
    printed = blocks("tutorial/your-own-numbers.md", "name")
    table = str(DOCS / "tutorial" / "numbers.csv")
    code, output = run("judge", table, "--profile", "isct_2006")
    assert code == 0
    assert_printed(printed["printed-by-judge"], output)
    code, output = run("judge", table, "--profile", "asc_stem_cells_int_2022")
    assert "0 PASS  0 FAIL  0 INCONCLUSIVE  2 INCOMPLETE" in output

    Path("two-readings.csv").write_text(
        "lot;source;quantity;analyte;value;unit\nA-19;adipose_tissue;viable_cells;;1,250;cells\n",
        encoding="utf-8",
    )
    code, output = run("judge", "two-readings.csv", "--profile", "isct_2006")
    assert code == 1
    assert_printed(printed["printed-by-judge-two-readings"], output)
    assert run("judge", "two-readings.csv", "--profile", "isct_2006", "--decimal-mark", ".")[0] == 0


# --- how-to --------------------------------------------------------------------------------------


def test_the_profile_of_the_guide_is_well_formed():
    profile = load_profile(DOCS / "how-to" / "examples" / "our_lab_2026.toml")
    assert profile.name == "our_lab_2026"
    assert {criterion.role for criterion in profile.criteria} == set(Role)
    assert {criterion.operator for criterion in profile.criteria} >= {">=", "<=", "==", "between"}
    assert profile.criteria[1].analytes == ("CD14", "CD11b")
    assert profile.criteria[4].gate == "minimum"


def test_the_guide_names_every_key_of_a_profile():
    text = page("how-to/write-a-profile.md")
    head, criterion = text.split("## A criterion")
    assert set(ProfileTable.model_fields) - {"criterion"} == table_keys(head)
    assert set(CriterionTable.model_fields) - {"condition"} == table_keys(
        criterion.split("## Versions")[0]
    )


def test_the_problem_of_the_guide_is_said_in_these_words(tmp_path):
    shown = blocks("how-to/when-something-is-wrong.md", "name")["a-problem"].strip()
    (tmp_path / "lots.csv").write_text("lot,donor,source\nBM-01,D01,bone_marrow\n")
    (tmp_path / "passages.csv").write_text(
        "lot,passage,hours\nBM-01,P1,96\nBM-01,P2,96\nBM-01,P3,12O\n"
    )
    study = stroma.open_study(tmp_path)
    assert shown.removeprefix("ERROR  ") in [problem.render() for problem in study.problems]


def test_the_sheets_of_the_counter_guides_have_known_columns(tmp_path):
    (tmp_path / "lots.csv").write_text(
        "lot,donor,source\nBM-01,D01,bone_marrow\nPL-01,D02,placenta\nPL-02,D03,placenta\n"
    )
    for guide in ("how-to/nucleoview.md", "how-to/vi-cell.md"):
        sheet = blocks(guide, "caption")["passages.csv"]
        (tmp_path / "passages.csv").write_text(sheet, encoding="utf-8")
        study = stroma.open_study(tmp_path)
        found = [str(problem.found) for problem in study.problems]
        assert not [said for said in found if "unknown column" in said]
        assert len(study.passages) == sheet.count("\n") - 1


# --- explanations --------------------------------------------------------------------------------


def test_the_numbers_on_positivity_are_those_of_the_method():
    text = page("explanation/positivity.md")
    cells, above, few, many = 12000, 73, 61, 96
    sampling = wilson_interval(above, cells)
    share = sampling.estimate
    both = mover_sum(
        [sampling, Interval(0.0, few / cells - share, many / cells - share, sampling.level)]
    )
    for low, high in (
        (sampling.low, sampling.high),
        (few / cells, many / cells),
        (both.low, both.high),
    ):
        assert f"{100 * low:.3f} to {100 * high:.3f}" in text
    assert f"margin of {2 - 100 * both.high:.2f} points" in text
    ranks = percentile_ranks(4000, 99.5)
    assert f"rank {ranks.low} and {ranks.high}" in text.replace("\n", " ")
    assert f"fewer than {least_control_cells(99.5)} " in text
    assert f"| {bounded_control_cells(PositivityRule())} and more |" in text


def test_the_numbers_on_growth_are_those_of_the_method():
    text = page("explanation/growth.md")
    variance = log_variance(cv_percent=10.0)
    doublings = log2_ratio(2.1e6, 5e5, variance_after=variance, variance_before=variance)
    bounds = normal_bounds(doublings, level=0.95)
    time = time_to_double_bounds(96.0, bounds)
    assert f"{doublings.value:.2f} ({bounds.low:.2f} to {bounds.high:.2f}) doublings" in text
    assert f"{96 / doublings.value:.1f} h ({time.low:.1f} to {time.high:.1f} h)" in text


def test_the_numbers_on_differentiation_are_those_of_the_method():
    text = page("explanation/differentiation.md")
    ratio = fieller_ratio([0.84, 0.79, 0.88], [0.11, 0.09, 0.12], level=0.95)
    told = f"{ratio.value:.1f} times, 95 % interval {ratio.low:.1f} to {ratio.high:.1f}"
    assert told in " ".join(text.split())


# --- reference -----------------------------------------------------------------------------------


def test_every_key_of_a_verdict_is_explained():
    text = page("reference/json.md").split("An example,")[0]
    row = Measurement(
        lot="A", quantity="percent_positive", analyte="CD34", value=1.0, unit="%", passage="P4"
    )
    profile = load_profile("isct_2006")
    content = verdicts_to_json(profile, judge([row], profile), provenance=True)
    lot = content["lots"][0]
    criterion = next(one for one in lot["criteria"] if one["row"] is not None)
    assert {*content, *lot, *criterion} <= table_keys(text)
    for key in ("n", "n_counts", "level", "method", "settings", "files", "warnings"):
        assert key in criterion["row"]
        assert f"`{key}`" in text


def test_every_method_is_explained():
    methods = {
        name
        for path in (REPOSITORY / "src").rglob("*.py")
        for name in re.findall(r'"([a-z0-9_]+/\d+)"', path.read_text(encoding="utf-8"))
        if not name.startswith(("hiv", "htlv"))
    }
    explained = "".join(path.read_text(encoding="utf-8") for path in DOCS.glob("[er]*/*.md"))
    assert "control_percentile/1" in methods
    assert {name for name in methods if f"`{name}`" not in explained} == set()


def test_the_fragments_of_the_reference_are_written(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY / "tools"))
    from reference_pages import write_pages

    write_pages(tmp_path)
    fragments = {path.stem: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.md")}
    included = {
        name
        for path in DOCS.glob("[er]*/*.md")
        for name in re.findall(r"\{include\} \S*generated/(\w+)\.md", path.read_text("utf-8"))
    }
    assert set(fragments) == included
    assert (
        "| `--profile PROFILE` | A profile's name or file. **Needed.** |" in fragments["commands"]
    )
    assert "## `stroma evidence dedup`" in fragments["commands"]
    assert "| CD34 | ≤ 2 % | required | 1 |" in fragments["profiles"]
    assert "| `seeded` | Viable cells seeded. | number | `500000` |" in fragments["sheets"]
    assert "| `percentile` | number above 0 and below 100 | `99.5` |" in fragments["settings"]
    assert "\n   stroma.pipeline\n" in (tmp_path / "modules.rst").read_text(encoding="utf-8")
    example = fragments["verdicts_json"].removeprefix("```json\n").removesuffix("```\n")
    assert json.loads(example)["lots"][0]["verdict"] == "PASS"


def test_every_page_is_in_the_contents():
    listed = set(re.findall(r"^[\w-]+/[\w-]+$", page("index.md"), re.MULTILINE))
    pages = {
        path.relative_to(DOCS).with_suffix("").as_posix()
        for folder in ("tutorial", "how-to", "explanation", "reference")
        for path in (DOCS / folder).glob("*.[mr][ds]*")
    }
    assert pages == listed
