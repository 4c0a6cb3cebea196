"""Carry the tables of published values into the package, in Stroma's own form.

A row keeps the facts: the figure, its unit, its tissue, its citation and its place in the paper.
Free notes become short codes. The words of tissue, quantity and unit are kept as printed beside the
vocabulary's, so that nothing is lost by the mapping. Re-make the files with::

    python tools/carry_published.py ../shared/facts
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from stroma.units import find_unit
from stroma.vocabulary import canonical_marker, canonical_phenotype, find_quantity, find_tissue

TARGET = Path(__file__).resolve().parents[1] / "src" / "stroma" / "published"

Row = Mapping[str, str]

TISSUE_CODES = ("BM", "AT", "UCB", "UC", "WJ", "PL", "DP", "AM")
"""The tables' short names; each is a spelling of the vocabulary."""

TISSUE_WORDS = {"dental pulp": "dental_pulp", "endometrium": "endometrium"}

PARTS = (
    (r"endometrial decidua", ""),
    (r"\bvilli|\bchorionic villus", "chorionic_villi"),
    (r"trophoblast", ""),
    (r"chorionic plate", ""),
    (r"amnion; decidua|amnion and chorion", ""),
    (r"epitheli", ""),
    (r"\bdecidua", "decidua"),
    (r"\bamnion|\bamniotic", "amnion"),
    (r"\bchorion", "chorion"),
)
"""Parts of the placenta the vocabulary knows; the first that fits decides. The chorionic plate,
trophoblast, epithelium and mixtures are none of them."""

NOT_HUMAN = re.compile(r"\b(mouse|mice|rat|rabbits?|equine|horses?) cells\b|^(rabbit|rabbit;.*)$|"
                       r"\b(mouse NMRI|old rabbits|young rabbits)\b")  # fmt: skip

QUANTITIES = {
    "doubling_time": "doubling_time",
    "cumulative_population_doublings": "cumulative_population_doublings",
    "cumulative_population_doublings_max": "cumulative_population_doublings",
    "population_doublings_per_passage": "population_doublings",
    "viability": "viability",
    "viability_fresh": "viability",
    "viability_fresh_harvest": "viability",
    "viability_harvest": "viability",
    "viability_after_thaw": "viability",
    "viability_before_freezing": "viability",
    "harvest_density": "cells_per_area",
    "marker_positive": "percent_positive",
    "marker_coexpression_5plex": "percent_coexpressing",
    "HLA-DR_positive": "percent_positive",
    "HLA-ABC_positive": "percent_positive",
    "HLA-G_positive": "percent_positive",
    "surface_marker_positive": "percent_positive",
    "T_cell_suppression": "proliferation_inhibition",
    "PBMC_suppression": "proliferation_inhibition",
    "differentiation_osteo": "differentiation",
    "differentiation_adipo": "differentiation",
    "differentiation_chondro": "differentiation",
    "differentiation_osteo_adipo": "differentiation",
    "differentiation_osteo_chondro": "differentiation",
    "differentiation_osteo_chondro_adipo": "differentiation",
    "karyotype_stability": "karyotype",
    "morphology": "morphology",
}

STAGES = {
    "viability_fresh_harvest": "harvest",
    "viability_harvest": "harvest",
    "viability_after_thaw": "thawed",
    "viability_before_freezing": "harvest",
}

LINEAGE_PARTS = {"osteo": "osteogenic", "adipo": "adipogenic", "chondro": "chondrogenic"}

DIRECTIONS = {
    "higher": "higher",
    "lower": "lower",
    "no difference": "no_difference",
    "not stated": "not_stated",
}

VALUE_CODES = {
    "unpredictable": "unpredictable",
    "AT stronger": "adipose_tissue_higher",
    "infant stronger": "infant_donors_higher",
    "fetal stronger": "fetal_higher",
    "no marked difference": "no_difference",
    "PL faster at every seeding density; greater long-term growth": "placenta_higher",
    "no significant difference (growth, CFE, phenotype)": "no_difference",
    "reduced telomere loss, delayed senescence": "chorionic_villi_higher",
    "fetal more diverse": "fetal_higher",
    "more CFU <45 y; female more potent in T-cell suppression": "younger_and_female_donors_higher",
    "70-190 (14 of 16 positive trials); 100-150 from 4 dose-response trials": "70-190",
    "maternal (karyotype)": "maternal",
}
"""What was printed in words, as a code."""

CITING_TABLE = "10.1155/2013/901821"

NOTE_CODES = (
    ("secondary", r"secondary|review table|literature review|Vangsness"),
    ("sign_only", r"by a sign only|reference number only|High / Low"),
    ("split_from_joint_statement", (r"printed jointly|printed range for these tissues|"
                                   r"one range over three|range pooled")),
    ("no_bone_marrow_arm", r"no BM arm"),
    ("single_tissue", r"single (MSC )?tissue"),
    ("donor_age_contrast", r"donor-age|donors? age|adipose donor"),
    ("also_in_values", r"also in published_values|already in published_values"),
    ("direction_inferred", (r"inferred|by the printed means|is our reading of the direction|"
                           r"by context|'better' taken")),
    ("unit_not_seen", r"unit not in the excerpt|units not checked"),
    ("converted", r"converted"),
    ("computed", r"computed"),
    ("our_reading", r"our reading|read as"),
    ("doi_not_seen", r"DOI not in the excerpt"),
    ("n_not_seen", r"n per age group not|n not in the excerpt"),
    ("check_first", (r"check|cut off|cut in the excerpt|run[- ]together|columns run|garbled|"
                    r"sentence truncated|do not use|needs checking|sit oddly|lost")),
    ("qualitative", r"qualitative"),
    ("proliferation_measured", r"lymphoblasts|proliferation lower than"),
    ("not_msc", r"not MSC|not an MSC|epithelial|mononuclear cells"),
    ("lower_is_better", r"lower is better|lower = "),
    ("both_arms", r"total of both arms|total = both arms|total = all arms|both dose groups"),
    ("indirect_comparison", r"indirect comparison"),
    ("units_differ", r"units differ|upper end in another unit"),
    ("corrigenda", r"corrigend"),
    ("not_human_cells", r"mouse cells|rat cells|equine|^rabbit"),
    ("single_donor_product", r"single donor product"),
    ("standard_error_column", r"CIDMap ref"),
)  # fmt: skip
"""What a note tells a reader who weighs the row; the rest of its words is not carried."""


def main(facts: Path) -> None:
    """Write the four tables."""
    for letter, name, source, carry in (
        ("C", "contrasts", "published_contrasts", _contrast),
        ("V", "values", "published_values", _value),
        ("P", "planning_inputs", "planning_inputs", _planning_input),
        ("R", "clinical_results", "clinical_results", _clinical_result),
    ):
        _write(TARGET / f"{name}.csv", _carried(facts / f"{source}.csv", letter, carry))


def _carried(
    path: Path, letter: str, carry: Callable[[Row], dict[str, str]]
) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=1):
            plain = {key: (value or "").strip() for key, value in row.items()}
            yield {"key": f"{letter}{number:03d}", **carry(plain)}


def _write(path: Path, rows: Iterable[dict[str, str]]) -> None:
    listed = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(listed[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)


def _contrast(row: Row) -> dict[str, str]:
    quantity, analyte = _quantity(row["attribute"], "")
    secondary = _is_secondary(row, "paper_id", "place", "note")
    return {
        "paper": row["paper_id"],
        **_citation(row),
        "place": row["place"],
        "attribute": row["attribute"],
        "quantity": quantity,
        "analyte": analyte,
        "tissue_printed": row["tissue"],
        "tissue": _tissues(row["tissue"]),
        "part_printed": row["tissue_part"],
        "part": _part(row["tissue"], row["tissue_part"]),
        "comparator_printed": row["comparator_tissue"],
        "comparator": _tissues(row["comparator_tissue"]),
        "comparator_part": _comparator_parts(row["comparator_tissue"]),
        "direction": DIRECTIONS[row["direction_vs_comparator"]],
        **_figures(row["value"], row["spread"], row["spread_kind"], row["n"], row["n_unit"]),
        **_unit(row["unit"]),
        "passage": row["passage"],
        "condition": row["condition"],
        "p_printed": row["p_value_as_printed"],
        "study_type": row["study_type"].replace(" ", "_"),
        "species": _species(row, "tissue_part", "comparator_tissue", "note"),
        "certainty": _certainty(secondary=secondary, value=row["value"]),
        "notes": _notes(row["note"]),
    }


def _value(row: Row) -> dict[str, str]:
    printed = VALUE_CODES.get(row["mean"], row["mean"])
    quantity, analyte = _quantity(row["attribute"], row["unit"])
    note = row["note"]
    # One table cites the values of every tissue but its own, and marks so in some rows only.
    cited = row["doi"] == CITING_TABLE and not row["source"].startswith("decidua_menstrual")
    secondary = _is_secondary(row, "unit") or (cited and "original data" not in note)
    return {
        **_citation(row),
        "place": row["seen_in"],
        "attribute": row["attribute"],
        "quantity": quantity,
        "analyte": analyte,
        "tissue_printed": row["source"],
        "tissue": _tissues(row["source"].replace("_", " ")),
        "part": _part(row["source"], row["source"].replace("_", " ")),
        **_figures(printed, row["sd"], row["spread_type"], row["n_donors"], ""),
        **_unit(row["unit"]),
        "condition": row["passage_or_condition"],
        "certainty": _certainty(
            secondary=secondary, value="" if row["unit"] in ("direction", "text") else "1"
        ),
        "notes": _notes(note),
    }


def _planning_input(row: Row) -> dict[str, str]:
    quantity, analyte = _quantity(row["quantity"], row["unit"])
    return {
        **_citation(row),
        "place": row["place"],
        "attribute": row["quantity"],
        "quantity": quantity,
        "analyte": STAGES.get(row["quantity"], analyte),
        "tissue_printed": row["tissue"],
        "tissue": _tissues(row["tissue"]),
        "part_printed": row["tissue_part"],
        "part": _part(row["tissue"], row["tissue_part"]),
        "value": row["value"],
        "low": row["low"],
        "high": row["high"],
        "spread_kind": _planning_spread(row["spread_kind"]),
        "n": row["n"],
        "n_counts": row["n_unit"],
        **_unit(row["unit"]),
        "condition": row["condition"],
        "certainty": _certainty(
            secondary=_is_secondary(row, "place", "note"),
            value=row["value"] + row["low"] + row["high"],
        ),
        "notes": _notes(row["note"]),
    }


_COMPARATOR = re.compile(r"\b(?:control|placebo)\s+(?P<value>[+-]?\d+(?:\.\d+)?)")
_INTERVAL = re.compile(
    r"^[^(]*\(95 % CI (?P<low>-?\d+(?:\.\d+)?)(?:-| to )(?P<high>-?\d+(?:\.\d+)?)\)"
)


def _clinical_result(row: Row) -> dict[str, str]:
    comparator = _COMPARATOR.search(row["unit"])
    interval = _INTERVAL.match(row["unit"])
    secondary = _is_secondary(row, "place", "note", "design") or row["design"] == "meta-analysis"
    return {
        **_citation(row),
        "place": row["place"],
        "indication": row["indication"],
        "product": row["product_or_arm"],
        "tissue_printed": row["tissue"],
        "tissue": _tissues(row["tissue"].replace("/", ";")),
        "part": _part(row["tissue"], ""),
        "donor": row["donor"],
        "dose": row["dose"],
        "dose_unit_printed": row["dose_unit"],
        "dose_per_kg": "yes" if re.match(r"1e6( MSC| cells)?/kg", row["dose_unit"]) else "",
        "route": row["route"],
        "outcome": row["outcome"],
        "events": row["events"],
        "total": row["total"],
        "value": row["value"],
        "low": "" if interval is None else interval["low"],
        "high": "" if interval is None else interval["high"],
        **_unit(row["unit"]),
        "comparator_events": row["comparator_events"],
        "comparator_total": row["comparator_total"],
        "comparator_value": "" if comparator is None else comparator["value"].lstrip("+"),
        "design": row["design"].replace(" ", "_"),
        "certainty": _certainty(
            secondary=secondary, value=row["value"] + row["events"] + row["dose"]
        ),
        "notes": _notes(row["note"]),
    }


def _citation(row: Row) -> dict[str, str]:
    # A mirror that is named by a bare number may answer with anything tomorrow; the DOI stays.
    bare = re.match(r"https?://\d+\.\d+\.\d+\.\d+", row["url"]) is not None
    return {"doi": row["doi"], "address": "" if bare and row["doi"] else row["url"]}


def _tissues(words: str) -> str:
    found = [_tissue(word.strip()) for word in re.split(r";| vs |\+", words)]
    return ";".join(dict.fromkeys(name for name in found if name))


def _tissue(word: str) -> str:
    for code in TISSUE_CODES:
        if re.match(rf"{code}(?![A-Za-z])", word):
            # The amnion is a part of the placenta, as in the tables' other rows.
            tissue = find_tissue("PL" if code == "AM" else code)
            return "" if tissue is None else tissue.name
    return TISSUE_WORDS.get(word, "")


def _part(tissue: str, part: str) -> str:
    if not tissue.startswith(("PL", "AM")):
        return ""
    words = f"{part} amnion" if tissue.startswith("AM") else part
    return next((name for pattern, name in PARTS if re.search(pattern, words)), "")


def _comparator_parts(words: str) -> str:
    parts = [_part(word.strip(), word) for word in words.split(";")]
    return ";".join(dict.fromkeys(part for part in parts if part))


def _quantity(attribute: str, unit: str) -> tuple[str, str]:
    head, _, bracket = attribute.partition(" (")
    bracket = bracket.removesuffix(")")
    name = QUANTITIES.get(attribute, QUANTITIES.get(head, ""))
    if name == "" or (bracket and head != "surface_marker_positive"):
        return "", ""
    if find_quantity(name) is None:
        raise SystemExit(f"the vocabulary has no quantity {name}")
    if name == "percent_positive":
        named = bracket or unit.removeprefix("% ") if head.endswith("marker_positive") else ""
        # A cocktail is no marker; a limit of others in brackets is not the value's analyte.
        markers = re.findall(r"HLA-[A-Z]+|CD\d+[a-z]?|Stro-1", (named or head).split(" (")[0])
        return (name, ";".join(map(canonical_marker, markers))) if markers else ("", "")
    if name == "percent_coexpressing":
        return name, canonical_phenotype(unit.removeprefix("% ")) or ""
    if name == "differentiation":
        lineages = (LINEAGE_PARTS.get(word, "") for word in head.split("_")[1:])
        return name, ";".join(sorted(lineage for lineage in lineages if lineage))
    return name, ""


_NUMBER = r"\d+(?:\.\d+)?(?:e\d+)?"
_PLAIN = re.compile(rf"-?{_NUMBER}")
_BOUND = re.compile(rf"(?P<sign><=|>=|<|>|up to )\s*(?P<value>{_NUMBER})")
_RANGE = re.compile(rf"(?P<low>{_NUMBER})-(?P<high>{_NUMBER})")
_SHARED_POWER = re.compile(r"(?P<low>\d+\.\d+)-(?P<high>\d+\.\d+)(?P<power>e\d+)")


def _figures(value: str, spread: str, kind: str, n: str, n_unit: str) -> dict[str, str]:
    number, bound, low, high = "", "", "", ""
    if _PLAIN.fullmatch(value):
        number = value
    elif (match := _BOUND.fullmatch(value)) is not None:
        number, bound = match["value"], match["sign"].replace("up to ", "<=")
    elif (match := _SHARED_POWER.fullmatch(value)) is not None:
        low, high = match["low"] + match["power"], match["high"] + match["power"]
    elif (match := _RANGE.fullmatch(value)) is not None:
        low, high = match["low"], match["high"]
    count = re.fullmatch(r"\d+", n)
    counted = re.fullmatch(r"(\d+) (\w+)", n)
    return {
        "value_printed": value,
        "value": number,
        "bound": bound,
        "low": low,
        "high": high,
        "spread_printed": spread,
        "spread": spread if _PLAIN.fullmatch(spread) else "",
        "spread_kind": _spread_kind(kind) if spread else "",
        "n": n if count else (counted[1] if counted else ""),
        "n_counts": (n_unit.replace(" ", "_") if count else (counted[2] if counted else "")),
    }


def _spread_kind(kind: str) -> str:
    if kind in ("SD", "SEM", "range"):
        return kind
    return "SEM" if kind == "column named se_value" else "not_stated"


_PLANNING_SPREADS = (
    ("SEM", r"SEM"),
    ("SD", r"SD"),
    ("not_stated", r"\+/-"),
    ("range", r"range"),
    ("lower_bound", r"lower bound|minimum"),
    ("upper_bound", r"upper bound|maximum"),
    ("mean", r"mean"),
    ("median", r"median"),
)


def _planning_spread(kind: str) -> str:
    if kind == "":
        return ""
    return next(code for code, pattern in _PLANNING_SPREADS if re.search(pattern, kind))


def _unit(printed: str) -> dict[str, str]:
    if printed.startswith("%") and not printed.startswith(("% lower", "% improvement", "% incr")):
        return {"unit_printed": printed, "unit": "%"}
    unit = find_unit({"PD per passage": "PD", "h (close to)": "h"}.get(printed, printed))
    known = unit is not None and printed != "" and unit.code != "1"
    return {"unit_printed": printed, "unit": unit.code if known and unit is not None else ""}


def _is_secondary(row: Row, *columns: str) -> bool:
    return any(re.search(r"secondary|\breview\b|Vangsness|web page", row[c]) for c in columns)


def _certainty(*, secondary: bool, value: str) -> str:
    if secondary:
        return "secondary_review"
    return "primary_value" if value else "direction_only"


def _species(row: Row, *columns: str) -> str:
    return "animal" if any(NOT_HUMAN.search(row[column]) for column in columns) else "human"


def _notes(note: str) -> str:
    return ";".join(code for code, pattern in NOTE_CODES if re.search(pattern, note))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
