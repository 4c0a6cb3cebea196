"""Results as one HTML file that needs nothing beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from stroma import figures
from stroma.criteria.verdicts import CriterionResult, LotOutcome, LotVerdict, Outcome, Role
from stroma.criteria.wording import describe_criterion, limit_text
from stroma.errors import Severity
from stroma.report import numerals, words
from stroma.report.compact import is_met, met_together, notice, spoken
from stroma.report.content import LotContent, gather_content
from stroma.report.doses import DOSES, donor_facts
from stroma.report.evidence import EvidenceLine
from stroma.report.files import joined_places
from stroma.report.hyphens import breakable, dividable
from stroma.report.setting_words import setting_label, setting_told, setting_value
from stroma.report.slim import slim
from stroma.report.statements import lacking_lots
from stroma.report.words import observed_things
from stroma.results import StudyResults
from stroma.texts import Language, Text, join, text, texts
from stroma.vocabulary import tissue_label

TIED_DASH = "–\u2060"
"""A dash after which no line may end, so that an interval stays whole."""

Filter = Callable[..., object]


def render_page(results: StudyResults, language: Language) -> str:
    """Lay results out as an HTML page.

    Parameters
    ----------
    results
        Of a study, or of a judged table.
    language
        Of the words.

    Returns
    -------
    str
        The page: one file, no request to anywhere, the same bytes from the same results.
    """
    content = gather_content(results, language)
    environment = make_environment(language)
    page = environment.get_template("report.html").render(
        content=content,
        results=results,
        title=results.title or text("Stroma report").render(language),
        errors=content.problems[Severity.ERROR],
        outcomes=tuple(Outcome),
        lot_outcomes=tuple(LotOutcome),
        doses=DOSES,
        lacking_lots=lacking_lots(content.statements) if content.compact else (),
        notice=notice(),
        language=language,
        figure_style=Markup(figures.style()),  # noqa: S704 - our own style sheet
        style=own_file(environment, "style.css"),
        literature_style=own_file(environment, "literature.css"),
        script=own_file(environment, "filter.js"),
    )
    lines = (line.strip() for line in page.splitlines())
    whole = "\n".join(line for line in lines if line) + "\n"
    return slim(whole) if content.compact else whole


def own_file(environment: Environment, name: str) -> Markup:
    """Return a file of the templates' folder as it is; no word of a user is in it.

    Parameters
    ----------
    environment
        Of the templates.
    name
        Of the file.

    Returns
    -------
    Markup
        Its content.
    """
    return Markup(environment.get_template(name).render())  # noqa: S704


def make_environment(language: Language) -> Environment:
    """Return what the templates are laid out with.

    Parameters
    ----------
    language
        Of the words.

    Returns
    -------
    Environment
        With the filters that write domain values.
    """

    def written(value: object) -> object:
        return value.render(language) if isinstance(value, Text) else value

    environment = Environment(
        loader=PackageLoader("stroma.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=written,
    )
    environment.globals.update(text=text, texts=texts)
    environment.tests.update(met=is_met)
    environment.filters.update(_filters(language))
    return environment


def _filters(language: Language) -> Mapping[str, Filter]:
    """Return how domain values are written; everything else in the templates is layout."""

    def whole(count: int | None) -> str:
        return "–" if count is None else language.number(count, 0)

    def sentence(told: Text) -> str:
        return _sentence(told.render(language))

    return {
        "asked": words.asked_label,
        "bounds": lambda result: numerals.judged_interval(result, language),
        "breakable": lambda told: breakable(told.render(language)),
        "css": lambda told: _css_words(told, language),
        "described": describe_criterion,
        "dividable": lambda told: dividable(_rendered(told, language)),
        "drawn": Markup,
        "entries": lambda origins, files: [entry for entry, _place in files.cited(origins)],
        "facts": _facts,
        "kind": lambda outcome: words.CLASSES[outcome.value],
        "lacking": _lacking,
        "limit": lambda result: _tied(limit_text(result).render(language)),
        "listed": lambda parts: join(tuple(parts)),
        "met_together": met_together,
        "noted": lambda held: _noted(held, language),
        "numbered": lambda verdict: list(enumerate(verdict.criteria)),
        "margin": lambda result: numerals.judged_margin(result, language),
        "observed": lambda held: _observed(held, language),
        "quantity": lambda held: words.measured_label(held.rows[0]),
        "remarks": lambda held: _remarks(held, language),
        "role": words.role_label,
        "sentence": sentence,
        "spoken": spoken,
        "told": lambda setting: setting_told(*setting),
        "severity": words.severity_label,
        "short": lambda result: _short(result, language),
        "sign": words.sign,
        "tissue": tissue_label,
        "tuberole": words.tube_role,
        "value": lambda result: numerals.judged_value(result, language),
        "values": lambda held: _values(held, language),
        "whole": whole,
    }


def _short(result: CriterionResult, language: Language) -> str:
    """Return what stands behind the sign in a narrow cell: a number, or a word that is not met."""
    written = numerals.judged_value(result, language, short=True)
    if not written or (result.category is not None and result.outcome is Outcome.PASS):
        return ""
    return (words.NO_BREAK if result.value is not None else " ") + written


def _lacking(verdict: LotVerdict) -> list[tuple[int, CriterionResult]]:
    """Return the required criteria that were not measured, with their positions."""
    return [
        (number, result)
        for number, result in enumerate(verdict.criteria)
        if result.role is Role.REQUIRED and result.outcome is Outcome.NOT_MEASURED
    ]


def _facts(lot: LotContent) -> Text | None:
    """Return how the laboratory described a lot."""
    described = lot.described
    if described is None:
        return None
    parts: list[object] = [text("donor {donor}", donor=described.donor), *donor_facts(described)]
    if described.placental_part is not None:
        parts.append(tissue_label(described.placental_part))
    parts += [
        held for held in (described.process, described.medium, described.note) if held is not None
    ]
    return words.listed(parts, " · ")


def _observed(held: EvidenceLine, language: Language) -> str:
    """Return how many things were observed; of several passages that differ, for each."""
    counts = [row.n for row in held.rows]
    if all(n is None for n in counts):
        return ""
    last = counts[-1] or 0
    told = counts[:1] if len(set(counts)) == 1 else counts
    written = " · ".join("–" if n is None else language.number(n, 0) for n in told)
    counted = observed_things(held.rows[0].n_counts, last)
    return f"{written} {counted.render(language)}".strip()


def _remarks(held: EvidenceLine, language: Language) -> str:
    """Return what is said beside a line: its own settings, its places, its warnings."""
    own = [
        join(
            [setting_label(name), join([setting_value(one, key=name) for one in values], " · ")],
            " ",
        ).render(language)
        for name, values in held.settings.items()
    ]
    places = [place.render(language) for place in joined_places(held.places)]
    warnings = [warning.render(language) for warning in held.warnings]
    return "; ".join((*own, *places, *warnings))


def _noted(held: EvidenceLine, language: Language) -> str:
    """Return what was observed, and what is said beside a line."""
    parts = (_observed(held, language), _remarks(held, language))
    return "; ".join(part for part in parts if part)


def _values(held: EvidenceLine, language: Language) -> str:
    """Return the values of a line, each with its passage and interval, the unit once."""
    told = []
    for row in held.rows:
        value, bounds = numerals.measured_number(row, language)
        if row.value is None:
            value = numerals.measured_value(row, language)
        parts = (row.passage, value, f"({bounds})" if bounds else "")
        told.append(words.NO_BREAK.join(part for part in parts if part).replace("–", TIED_DASH))
    told[-1] = numerals.tied(told[-1], held.rows[0].unit, language)
    return " · ".join(told)


def _sentence(told: str) -> str:
    """Begin with a capital letter, end with a full stop, and keep numbers with their signs."""
    plain = _tied(told.strip())
    if not plain:
        return ""
    return plain[0].upper() + plain[1:] + ("" if plain[-1] in ".!?…" else ".")


def _tied(told: str) -> str:
    """Keep a percent sign, and the sign of a limit, on the line of its number."""
    return re.sub(r"(?<=\d) (?=%)|(?<=[≤≥<>]) (?=\d)", words.NO_BREAK, told)


def _rendered(told: Text | str, language: Language) -> str:
    return told.render(language) if isinstance(told, Text) else told


def _css_words(told: Text | str, language: Language) -> Markup:
    """Return words as the content of a CSS string: every other sign as its code point."""
    plain = _rendered(told, language)
    safe = re.sub(r"[^\w .,:;()–-]", lambda sign: f"\\{ord(sign[0]):x} ", plain)
    return Markup(safe)  # noqa: S704 - only letters, digits and harmless signs are left
