"""Profiles and verdicts as JSON, in English and without a clock: equal inputs, equal bytes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from stroma.criteria.profile import Criterion, Profile, ProfileText
from stroma.criteria.verdicts import Conflict, CriterionResult, Limit, LotVerdict
from stroma.criteria.wording import criterion_label
from stroma.errors import Problem
from stroma.measurements import Measurement
from stroma.records import Origin
from stroma.texts import Text

SCHEMA_VERSION = "1"
"""Raised when the meaning of a key changes."""

Json = dict[str, object]


def verdicts_to_json(
    profile: Profile, verdicts: Iterable[LotVerdict], *, provenance: bool
) -> Json:  # fmt: skip
    """Return verdicts as a JSON object.

    Parameters
    ----------
    profile
        What was judged by.
    verdicts
        The lots.
    provenance
        Whether each criterion carries the row it read: files with SHA-256, method, settings.

    Returns
    -------
    dict
        ``schema_version``, ``profile`` (its name), its version and title, and ``lots``, each with
        ``lot``, ``source``, ``verdict``, ``conflicts`` and ``criteria``. What is missing is
        ``None``; numbers are in the criterion's unit.

    Examples
    --------
    >>> from stroma.criteria.judge import judge
    >>> from stroma.criteria.known_profiles import load_profile
    >>> profile = load_profile("isct_2006")
    >>> verdicts = judge([], profile, lots=[("A", "placenta")])
    >>> twin = verdicts_to_json(profile, verdicts, provenance=False)
    >>> twin["profile"], twin["lots"][0]["verdict"]
    ('isct_2006', 'INCOMPLETE')
    """
    content: Json = {
        "schema_version": SCHEMA_VERSION,
        "profile": profile.name,
        "profile_version": profile.version,
        "profile_title": str(profile.title),
        "caveats": [str(caveat) for caveat in profile.caveats],
        "lots": [_lot(verdict, provenance=provenance) for verdict in verdicts],
    }
    if provenance and profile.origin is not None:
        content["profile_sha256"] = profile.origin.sha256
    return content


def _lot(verdict: LotVerdict, *, provenance: bool) -> Json:
    return {
        "lot": verdict.lot,
        "source": verdict.source,
        "verdict": verdict.verdict.value,
        "summary": str(verdict.summary),
        "missing": list(verdict.missing),
        "holds": [str(hold) for hold in verdict.holds],
        "conflicts": [_conflict(conflict) for conflict in verdict.conflicts],
        "criteria": [_criterion(result, provenance=provenance) for result in verdict.criteria],
    }


def _conflict(conflict: Conflict) -> Json:
    return {
        "quantity": conflict.quantity,
        "analyte": conflict.analyte,
        "passage": conflict.passage,
        "condition": conflict.condition,
        "values": list(conflict.values),
        "judged": conflict.judged,
        "reason": str(conflict.reason),
    }


def _criterion(result: CriterionResult, *, provenance: bool) -> Json:
    content: Json = {
        "quantity": result.quantity,
        "analyte": result.analyte,
        "label": str(criterion_label(result)),
        "operator": result.operator,
        "limit": _limit(result.limit),
        "unit": result.unit,
        "role": result.role.value,
        "purpose": result.purpose,
        "condition": result.condition,
        "outcome": result.outcome.value,
        "value": _number(result.value),
        "category": result.category,
        "low": _number(result.low),
        "high": _number(result.high),
        "margin": _number(result.margin),
        "passage": "" if result.row is None else result.row.passage,
        "reason": str(result.reason),
        "settle": None if result.settle is None else str(result.settle),
        "citation": result.citation,
    }
    if provenance:
        content["row"] = None if result.row is None else _row(result.row)
    return content


def _row(row: Measurement) -> Json:
    return {
        "n": row.n,
        "n_counts": row.n_counts,
        "level": row.level,
        "method": row.method,
        "settings": {key: row.settings[key] for key in sorted(row.settings)},
        "files": [_file(origin) for origin in row.origins],
        "warnings": [str(warning) for warning in row.warnings],
    }


def _file(origin: Origin) -> Json:
    return {"file": origin.file, "sha256": origin.sha256, "place": origin.place}


def _limit(limit: Limit) -> object:
    return list(limit) if isinstance(limit, tuple) else limit


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def problems_to_json(problems: Iterable[Problem]) -> list[Json]:
    """Return problems as JSON objects.

    Parameters
    ----------
    problems
        Any problems.

    Returns
    -------
    list of dict
        Each with ``severity``, ``place`` (``file``, ``sheet``, ``row``, ``column``, ``lot``),
        ``found``, ``expected`` and ``action``, in the order given.

    Examples
    --------
    >>> from stroma.errors import Place
    >>> from stroma.texts import text
    >>> problem = Problem(Place("a.csv", row=4), text("x"), text("y"), text("correct it"))
    >>> (twin,) = problems_to_json([problem])
    >>> twin["severity"], twin["place"]["row"], twin["action"]
    ('error', 4, 'correct it')
    """
    return [
        {
            "severity": problem.severity.value,
            "place": {
                "file": problem.place.file,
                "sheet": problem.place.sheet,
                "row": problem.place.row,
                "column": problem.place.column,
                "lot": problem.place.lot,
            },
            "found": str(problem.found),
            "expected": str(problem.expected),
            "action": str(problem.action),
        }
        for problem in problems
    ]


def profile_to_json(profile: Profile) -> Json:
    """Return a profile as a JSON object.

    Parameters
    ----------
    profile
        The profile.

    Returns
    -------
    dict
        Its keys as in the TOML file; words in every language they were written in.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "name": profile.name,
        "version": profile.version,
        "title": _words(profile.title),
        "product": profile.product,
        "sources": list(profile.sources),
        "citations": list(profile.citations),
        "note": None if profile.note is None else _words(profile.note),
        "caveats": _all_words(profile.caveats),
        "strategy": profile.strategy,
        "criteria": [_asked(criterion) for criterion in profile.criteria],
    }


def _asked(criterion: Criterion) -> Json:
    return {
        "quantity": criterion.quantity,
        "analyte": criterion.analyte,
        "analytes": [analyte for analyte in criterion.analytes if analyte],
        "operator": criterion.operator,
        "limit": _limit(criterion.limit),
        "unit": criterion.unit,
        "role": criterion.role.value,
        "purpose": criterion.purpose,
        "sources": list(criterion.sources),
        "stimulated": criterion.stimulated,
        "beside": criterion.beside,
        "conditions": [
            {"stimulated": c.stimulated, "role": c.role.value} for c in criterion.conditions
        ],
        "gate": criterion.gate,
        "printed": criterion.printed,
        "note": None if criterion.note is None else _words(criterion.note),
        "citation": criterion.citation,
    }


def _all_words(texts: Sequence[Text]) -> list[Json]:
    return [_words(one) for one in texts]


def _words(words: Text) -> Json:
    translations = words.translations if isinstance(words, ProfileText) else {}
    return {"en": str(words), **translations}
