"""Write the parts of the reference that the package itself knows, so that they cannot drift.

The documentation's build calls :func:`write_pages`; the fragments it writes are included by the
pages under ``docs/reference``. By hand: ``python tools/reference_pages.py FOLDER``.
"""

from __future__ import annotations

import inspect
import json
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import typer.main
from numpydoc.docscrape import NumpyDocString
from reference_markdown import cited, code, codes, plain, sentence, table
from reference_words import COLUMN_WORDS, SETTINGS_WORDS

import stroma
from stroma import cli, house_rules
from stroma.analytes import AGENTS, STAGES, describe_kind
from stroma.cli.app import build_app
from stroma.criteria.json_twin import verdicts_to_json
from stroma.criteria.judge import judge
from stroma.criteria.known_profiles import available_profiles, load_profile
from stroma.criteria.profile import Criterion, Profile
from stroma.criteria.wording import ROLE_LABELS, criterion_label, limit_text, tissue_labels
from stroma.cytometry.positivity_methods.registry import SHARE_METHODS
from stroma.evidence.extraction.words import COLUMNS as EXTRACTION_COLUMNS
from stroma.evidence.extraction.words import MEANINGS
from stroma.evidence.protocol_template import protocol_template
from stroma.measurements import COLUMNS, Measurement
from stroma.records import Origin
from stroma.study import sections
from stroma.study.columns import SHEETS, Column, Kind
from stroma.study.settings import Settings
from stroma.study.template import template
from stroma.texts import ENGLISH
from stroma.units import UNITS, find_unit
from stroma.vocabulary import LINEAGES, QUANTITIES, TISSUES, Quantity

KINDS: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "words",
    Kind.IDENTIFIER: "name",
    Kind.PASSAGE: "passage",
    Kind.NUMBER: "number",
    Kind.WHOLE: "whole number",
    Kind.DATE: "date",
    Kind.WORD: "word",
    Kind.PATH: "path",
}
MANY_WORDS: Final = 20
"""A column with more words than these takes any quantity; they stand in the vocabulary."""

EXIT_CODES: Final = (
    (cli.DONE, "done; nothing to look at"),
    (cli.DATA_PROBLEM, "a person has to look: errors and warnings about the data are listed"),
    (cli.MISUSE, "the command was written wrongly: an option, a path, a word"),
    (cli.FAULT, "a fault of Stroma itself; the message asks for a report"),
)


SIMULATED: Final = (
    Path(__file__).resolve().parents[1] / "validation" / "positivity" / "results" / "tables.md"
)
COMPARED: Final = (
    Path(__file__).resolve().parents[1] / "validation" / "comparison" / "results" / "tables.md"
)
REALISTIC: Final = "All of the realistic part"
DIM: Final = "Dim positives: stain index 2 and 3, share 5 % or more"
SHIFTED: Final = "Shifted negatives: shift not 0, share 2 % or less"
AT_MOST: Final = "Verdicts on a limit of at most 2 %, realistic part"
AT_LEAST: Final = "Verdicts on a limit of at least 95 %, realistic part"
WRONG_AT_MOST: Final = (
    ("False FAIL: none positive", "0", "failed"),
    ("False FAIL: 1 % positive", "1", "failed"),
    ("False PASS: 5 % positive", "5", "passed"),
    ("PASS at the limit itself, 2 %", "2", "passed"),
    ("FAIL at the limit itself", "2", "failed"),
    ("INCONCLUSIVE: 1 % positive", "1", "undecided"),
)
WRONG_AT_LEAST: Final = (
    ("False FAIL: 99 % positive", "99", "failed"),
    ("False PASS: 80 % positive", "80", "passed"),
    ("PASS at the limit itself, 95 %", "95", "passed"),
    ("FAIL at the limit itself", "95", "failed"),
    ("INCONCLUSIVE: 99 % positive", "99", "undecided"),
)


def write_pages(folder: Path) -> None:
    """Write every fragment and the list of modules; what has not changed keeps its time."""
    folder.mkdir(parents=True, exist_ok=True)
    held = modules()
    _write(folder / "modules.rst", module_list(held))
    for name, inside in held.items():
        _write(folder / f"{name}.rst", module_page(inside))
    fragments = {
        "commands": commands(),
        "exit_codes": exit_codes(),
        "sheets": sheets(),
        "settings": settings(),
        "settings_template": settings_template(),
        "review_template": review_template(),
        "extraction_columns": extraction_columns(),
        "columns": columns(),
        "quantities": quantities(),
        "vocabulary": vocabulary(),
        "units": units(),
        "profiles": profiles(),
        "positivity_methods": positivity_methods(),
        "positivity_simulation": positivity_errors(REALISTIC),
        "positivity_dim": positivity_errors(DIM),
        "positivity_shifted": positivity_errors(SHIFTED),
        "positivity_at_most": positivity_verdicts(AT_MOST, WRONG_AT_MOST),
        "positivity_at_least": positivity_verdicts(AT_LEAST, WRONG_AT_LEAST),
        "comparison_no_difference": comparison_rates("No difference"),
        "comparison_summary": comparison_summary(),
        "verdicts_json": verdicts_json(),
    }
    for name, lines in fragments.items():
        _write(folder / f"{name}.md", lines)


def _write(path: Path, lines: Iterable[str]) -> None:
    content = "\n".join(lines) + "\n"
    if not path.is_file() or path.read_text(encoding="utf-8") != content:
        path.write_text(content, encoding="utf-8", newline="\n")


def review_template() -> Iterator[str]:
    """Return a new ``review.toml``."""
    yield "```toml"
    yield protocol_template(ENGLISH).rstrip()
    yield "```"


def extraction_columns() -> Iterator[str]:
    """Return the columns of ``extractions.csv`` with what each holds."""
    rows = [(code(column), plain(str(MEANINGS[column]))) for column in EXTRACTION_COLUMNS]
    yield from table(("Column", "What it holds"), rows)


def modules() -> dict[str, tuple[str, ...]]:
    """Return every module and package beside ``stroma`` itself, with the modules inside it."""
    found: dict[str, tuple[str, ...]] = {}
    for module in pkgutil.walk_packages(stroma.__path__, "stroma."):
        top = ".".join(module.name.split(".")[:2])
        if not top.startswith("stroma._"):
            found[top] = (*found.get(top, ()), module.name)
    return found


def module_list(names: Iterable[str]) -> Iterator[str]:
    """Return the page that lists modules, each with its first sentence."""
    held = sorted(names)
    yield from ("Modules", "=======", "", ".. autosummary::", "")
    yield from (f"   {name}" for name in held)
    yield from ("", ".. toctree::", "   :hidden:", "")
    yield from (f"   {name}" for name in held)


def module_page(names: Iterable[str]) -> Iterator[str]:
    """Return the page of a package: what it and each module inside it holds."""
    for number, name in enumerate(names):
        line = "-" if number else "="
        yield from (name, line * len(name), "", f".. automodule:: {name}", "   :members:")
        # What a package hands on is described where it lives.
        yield from ("   :ignore-module-all:", "")


def described(documented: type) -> dict[str, str]:
    """Return what a class says of each of its parameters."""
    return {
        name.strip(): " ".join(parameter.desc)
        for parameter in NumpyDocString(inspect.getdoc(documented) or "")["Parameters"]
        for name in parameter.name.split(",")
    }


def commands() -> Iterator[str]:
    """Return every command with its arguments and options."""
    app: Any = typer.main.get_command(build_app(ENGLISH))
    for name, command in _with_groups(app.commands):
        yield from (f"## `stroma {name}`", "", plain(command.help or ""), "")
        rows = [(_usage(parameter), _help(parameter)) for parameter in command.params]
        yield from table(("Write", "Meaning"), rows)


def _with_groups(held: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each command by its whole name; those of a group in the group's place."""
    for name, command in held.items():
        within = getattr(command, "commands", None)
        if within is None:
            yield before + name, command
        else:
            yield from _with_groups(within, f"{before}{name} ")


def _usage(parameter: Any) -> str:  # noqa: ANN401 - typer's parameter types are not public
    if not parameter.opts[0].startswith("-"):
        return code(parameter.name.upper())
    option = " / ".join(parameter.opts)
    if getattr(parameter, "is_flag", False):
        return code(option)
    return code(f"{option} {parameter.metavar or parameter.name.upper()}")


def _help(parameter: Any) -> str:  # noqa: ANN401
    said = plain(parameter.help or "")
    if parameter.required:
        return f"{said} **Needed.**"
    flag = getattr(parameter, "is_flag", False)
    if flag or parameter.default in (None, "", []):
        return said
    return f"{said} Default: {code(parameter.default)}."


def exit_codes() -> Iterator[str]:
    """Return what each exit code means."""
    yield from table(("Code", "Meaning"), [(code(n), meaning) for n, meaning in EXIT_CODES])


def sheets() -> Iterator[str]:
    """Return every sheet of a study folder with its columns."""
    for layout in SHEETS:
        need = "needed" if layout.required else "optional"
        yield from (f"### `{layout.name}`", "", f"{sentence(layout.help)} The sheet is {need}.", "")
        rows = [
            (
                code(column.name) + (" **needed**" if column.required else ""),
                _holds(column),
                KINDS[column.kind],
                code(column.example),
            )
            for column in layout.columns
        ]
        yield from table(("Column", "What belongs in it", "Kind", "Example"), rows)


def _holds(column: Column) -> str:
    told = sentence(column.help)
    if len(column.choices) > MANY_WORDS:
        return f"{told} Any quantity of the {{doc}}`vocabulary <measurements>`."
    return f"{told} One of: {codes(column.choices)}." if column.choices else told


def settings() -> Iterator[str]:
    """Return every section of ``study.toml`` with its keys."""
    schema = Settings.model_json_schema()
    held = schema["$defs"]
    top = {name: key for name, key in schema["properties"].items() if not _section_of(key, held)}
    yield from ("### Top of the file", "")
    yield from _keys(top, SETTINGS_WORDS[""], ())
    for name, key in schema["properties"].items():
        section = _section_of(key, held)
        if not section:
            continue
        rule = getattr(house_rules, f"{section}Rule", None)
        documented = getattr(sections, section) if rule is None else rule
        summary = NumpyDocString(inspect.getdoc(documented) or "")["Summary"]
        heading = f"[[{name}]]" if "items" in key else f"[{name}]"
        yield from (f"### `{heading}`", "", sentence(" ".join(summary)), "")
        told = {**described(documented), **SETTINGS_WORDS.get(name, {})}
        yield from _keys(held[section]["properties"], told, held[section].get("required", ()))


def _section_of(key: Mapping[str, Any], held: Mapping[str, Any]) -> str:
    reference = key.get("$ref") or key.get("items", {}).get("$ref", "")
    name = str(reference).rpartition("/")[2]
    return name if name in held else ""


def _keys(
    keys: Mapping[str, Any], told: Mapping[str, str], required: Iterable[str]
) -> Iterator[str]:
    needed = frozenset(required)
    rows = [
        (
            code(name) + (" **needed**" if name in needed else ""),
            _values(key),
            _default(key),
            sentence(told[name]),
        )
        for name, key in keys.items()
    ]
    yield from table(("Key", "Value", "Default", "Meaning"), rows)


def _default(key: Mapping[str, Any]) -> str:
    default = key.get("default")
    if default is None or default in ("", []):
        return "none"
    return code(json.dumps(default, ensure_ascii=False))


def _values(key: Mapping[str, Any]) -> str:
    """Return what a key may hold, from its JSON schema."""
    (schema,) = (part for part in key.get("anyOf", [key]) if part.get("type") != "null")
    if "enum" in schema:
        return codes(json.dumps(word) for word in schema["enum"])
    match schema.get("type"):
        case "boolean":
            return "`true`, `false`"
        case "array":
            return f"list of {_values(schema['items'])}"
        case "number":
            return _bounded("number", schema)
        case "integer":
            return _bounded("whole number", schema)
        case _:
            return "words in quotes"


def _bounded(kind: str, schema: Mapping[str, Any]) -> str:
    signs = (
        ("exclusiveMinimum", "above"),
        ("minimum", "from"),
        ("exclusiveMaximum", "below"),
        ("maximum", "to"),
    )
    bounds = [f"{word} {schema[key]:g}" for key, word in signs if key in schema]
    return f"{kind} {' and '.join(bounds)}".rstrip()


def settings_template() -> Iterator[str]:
    """Return ``study.toml`` as ``stroma new`` writes it."""
    yield from ("```toml", template(ENGLISH, title="my-study").settings.rstrip(), "```")


def columns() -> Iterator[str]:
    """Return the columns of the measurement table."""
    told = {**described(Measurement), **COLUMN_WORDS}
    rows = [(code(name), sentence(told[name])) for name in COLUMNS]
    yield from table(("Column", "What it holds"), rows)


def quantities() -> Iterator[str]:
    """Return the quantities, those that are numbers apart from those that are words."""
    for heading, head, is_category in (
        ("Numbers", "Unit", False),
        ("Results that are words", "Results", True),
    ):
        held = [quantity for quantity in QUANTITIES if quantity.is_category is is_category]
        rows = [
            (
                code(quantity.name),
                plain(quantity.label),
                codes(c.name for c in quantity.categories) if is_category else _unit_of(quantity),
                "–" if quantity.analyte is None else plain(describe_kind(quantity)),
                codes(quantity.spellings),
            )
            for quantity in held
        ]
        yield from (f"### {heading}", "")
        yield from table(("Quantity", "Meaning", head, "Analyte", "Also understood"), rows)


def _unit_of(quantity: Quantity) -> str:
    unit = find_unit(quantity.unit or "")
    return "none" if unit is None or not unit.label else unit.label


def vocabulary() -> Iterator[str]:
    """Return tissues, lineages, stages and agents."""
    yield from ("### Tissues", "")
    yield from table(
        ("Name", "UBERON", "Origin", "Also understood"),
        [
            (
                code(tissue.name),
                tissue.ontology or "–",
                "fetal or maternal: to be shown" if tissue.perinatal else "",
                codes(tissue.spellings),
            )
            for tissue in TISSUES
        ],
    )
    yield from ("### Lineages", "")
    rows = [(code(name), codes(spellings)) for name, _label, spellings in LINEAGES]
    yield from table(("Name", "Also understood"), rows)
    yield from ("### Stages", "")
    rows = [(code(name), codes(spellings)) for name, _label, spellings in STAGES]
    yield from table(("Name", "Also understood"), rows)
    yield from ("### Agents", "")
    rows = [(code(name), codes(spellings)) for name, spellings in AGENTS]
    yield from table(("Name", "Also understood"), rows)


def units() -> Iterator[str]:
    """Return the units and what each is written as."""
    yield from table(
        ("UCUM code", "Shown as", "Measures", "Also understood"),
        [
            (
                code(unit.code),
                plain(unit.label) or "–",
                unit.dimension,
                codes(filter(None, unit.spellings)),
            )
            for unit in UNITS
        ],
    )


def profiles() -> Iterator[str]:
    """Return every profile with its criteria and their citations."""
    held = available_profiles()
    rows = [
        (f"[`{profile.name}`](#{profile.name})", plain(profile.title), _criteria_count(profile))
        for profile in held
    ]
    yield from table(("Profile", "For", "Required of all criteria"), rows)
    for profile in held:
        yield from _profile(profile)


def _criteria_count(profile: Profile) -> str:
    required = sum(criterion.role.value == "required" for criterion in profile.criteria)
    return f"{required} of {len(profile.criteria)}"


def _profile(profile: Profile) -> Iterator[str]:
    yield from (f"({profile.name})=", f"## `{profile.name}`", "")
    yield f"{sentence(profile.title)} Version {profile.version}."
    if profile.product:
        yield f"Product: {sentence(profile.product)}"
    if profile.sources:
        yield f"Written for {plain(tissue_labels(profile.sources))}."
    yield ""
    if profile.note is not None:
        yield from (sentence(profile.note), "")
    citations = [criterion.citation for criterion in profile.criteria]
    sources = tuple(dict.fromkeys((*citations, *profile.citations)))
    rows = [
        (_asked(criterion), _limit(criterion), _role(criterion),
         str(sources.index(criterion.citation) + 1))
        for criterion in profile.criteria
    ]  # fmt: skip
    yield from table(("Criterion", "Limit", "Role", "Source"), rows)
    if profile.caveats:
        yield from ("What a verdict under it does not say:", "")
        yield from (f"- {sentence(caveat)}" for caveat in profile.caveats)
        yield ""
    yield from ("Sources:", "")
    yield from (f"{number}. {cited(source)}" for number, source in enumerate(sources, start=1))
    yield ""


def _asked(criterion: Criterion) -> str:
    parts = [plain(criterion_label(criterion))]
    if criterion.stimulated:
        parts.append(f"after {plain(criterion.stimulated)}")
    if criterion.beside:
        parts.append(f"beside {plain(criterion.beside)}")
    if criterion.sources:
        parts.append(f"only for {plain(tissue_labels(criterion.sources))}")
    return ", ".join(parts)


def _limit(criterion: Criterion) -> str:
    limit = plain(limit_text(criterion)) or "none"
    return limit if criterion.note is None else f"{limit} ({plain(criterion.note)})"


def _role(criterion: Criterion) -> str:
    others = [
        f"{plain(ROLE_LABELS[condition.role])} after {plain(condition.stimulated)}"
        for condition in criterion.conditions
    ]
    return "; ".join([plain(ROLE_LABELS[criterion.role]), *others])


def positivity_methods() -> Iterator[str]:
    """Return every method of positivity with what it assumes."""
    default = house_rules.PositivityRule().method
    rows = [
        (
            f"{sentence(method.label)} {code(method.name)}"
            + (" **the default**" if method.name == default else ""),
            sentence(method.assumptions),
            cited(method.citation),
        )
        for method in SHARE_METHODS
    ]
    yield from table(("Method", "What it assumes", "Source"), rows)


def simulated(heading: str) -> list[dict[str, str]]:
    """Return a table of the simulation, a dictionary a row, as a reader expects its numbers."""
    _before, found, after = SIMULATED.read_text(encoding="utf-8").partition(f"## {heading}\n")
    if not found:
        msg = f'{SIMULATED} has no table "{heading}"'
        raise ValueError(msg)
    lines = after.strip().split("\n\n")[0].splitlines()
    head, _rule, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    labels = {method.name: sentence(method.label).rstrip(".") for method in SHARE_METHODS}
    return [
        {
            name: labels.get(cell, cell.replace("%", " %").replace("-", "\u2212"))
            for name, cell in zip(head, row, strict=True)
        }
        for row in rows
    ]


def comparison_rates(heading: str) -> Iterator[str]:
    """Return how often sources were called different, for some of the simulated designs."""
    _before, _found, after = COMPARED.read_text(encoding="utf-8").partition(f"## {heading}\n")
    lines = after.strip().split("\n\n")[0].splitlines()
    head, _rule, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    held = [dict(zip(head, row, strict=True)) for row in rows]
    yield from table(
        (
            "Donors a side",
            "Values a donor",
            "Correlation of two values of a donor",
            "DIFFERENT, as Stroma says it",
            "every passage a donor",
            "every well a donor",
        ),
        [
            (
                row["donors a side"],
                row["values a donor"],
                row["donor's part"],
                row["DIFFERENT"],
                row["passages as donors"],
                row["wells as donors"],
            )
            for row in held
            if row["shape"] == "balanced"
            and row["donors a side"] in {"3", "6", "20"}
            and row["donor's part"] in {"0.3", "0.6", "0.9"}
        ],
    )


def comparison_summary() -> Iterator[str]:
    """Return what the simulation of comparisons comes to, as its tables say it."""
    _title, _made, *rest = COMPARED.read_text(encoding="utf-8").split("\n\n")
    yield rest[0]
    yield ""
    yield rest[1]


def positivity_errors(heading: str) -> Iterator[str]:
    """Return how far the methods of positivity were off where the truth was known."""
    held = simulated(heading)
    yield from table(
        (
            "Method",
            "Interval holds the truth",
            "Mean error",
            "Half of the errors are below",
            "Root mean square error",
            "Width of the interval",
        ),
        [
            tuple(
                row[name]
                for name in ("method", "coverage", "bias", "median_error", "rmse", "width")
            )
            for row in held
        ],
    )
    yield f"{int(held[0]['pairs']):,} pairs of tubes; 95 % intervals; errors and widths in points."


def positivity_verdicts(heading: str, columns: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    """Return how often a verdict was wrong: for each column its title, the true share, which."""
    rows: dict[str, dict[str, dict[str, str]]] = {}
    for row in simulated(heading):
        rows.setdefault(row["method"], {})[row["share"]] = row
    yield from table(
        ("Method", *(title for title, _share, _verdict in columns)),
        [
            (method, *(held[share][verdict] for _title, share, verdict in columns))
            for method, held in rows.items()
        ],
    )
    first = next(iter(rows.values()))
    pairs = sorted({int(first[share]["pairs"]) for _title, share, _verdict in columns})
    yield f"Of {' or '.join(str(number) for number in pairs)} pairs of tubes a column."


def verdicts_json() -> Iterator[str]:
    """Return the verdict of one lot as JSON, under a profile of a single criterion."""
    isct = load_profile("isct_2006")
    profile = Profile(
        name=isct.name,
        version=isct.version,
        title=isct.title,
        criteria=tuple(one for one in isct.criteria if one.analyte == "CD34"),
        citations=isct.citations,
        caveats=isct.caveats[1:],
        origin=isct.origin,
    )
    content = verdicts_to_json(profile, judge([_example_row()], profile), provenance=True)
    yield from ("```json", json.dumps(content, ensure_ascii=False, indent=2), "```")


def _example_row() -> Measurement:
    return Measurement(
        lot="BM-01",
        donor="D01",
        source="bone_marrow",
        passage="P4",
        quantity="percent_positive",
        analyte="CD34",
        value=0.61,
        unit="%",
        low=0.45,
        high=0.82,
        level=0.95,
        n=12000,
        n_counts="cells",
        method="control_percentile/1",
        settings={"percentile": 99.5},
        origins=(Origin("raw/flow/BM-01_stained.fcs", "9f2c…"),),
    )


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
