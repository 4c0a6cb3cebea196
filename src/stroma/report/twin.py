"""The JSON twins: everything the page says, for a program.

They are in English whatever the language of the page, so that a program finds the same words.
The pictures are not in them: each is drawn from the files that are named here.
"""

from __future__ import annotations

from stroma.choosing.json_twin import choice_to_json
from stroma.comparison.json_twin import family_to_json
from stroma.criteria.json_twin import verdicts_to_json
from stroma.evidence.claims.json_twin import claims_to_json
from stroma.measurements import sort_key
from stroma.planning.json_twin import plan_to_json
from stroma.provenance import SCHEMA_VERSION
from stroma.report.conventions import conventions
from stroma.report.files import files_of
from stroma.report.literature import literature_of
from stroma.report.plain import Json, plain
from stroma.report.statements import state
from stroma.results import ProfileVerdicts, StudyResults


def report_to_json(results: StudyResults) -> Json:
    """Return the twin of the report.

    Parameters
    ----------
    results
        Of a study, or of a judged table.

    Returns
    -------
    dict
        ``schema_version``, ``command``, ``versions``, ``inputs``, ``title``, ``lots``,
        ``profiles`` with every verdict, ``comparisons``, ``plan``, ``choices`` of a source,
        ``literature``, ``measurements``, ``problems``, ``exclusions``, ``house_rules``,
        ``conventions``, ``statements``.
    """
    statements = state(results)
    return {
        **_made_from(results),
        "title": results.title,
        "lots": plain(results.lots),
        "profiles": _profiles(results),
        "comparisons": None
        if results.comparisons is None
        else plain(family_to_json(results.comparisons)),
        "choices": [plain(choice_to_json(choice)) for choice in results.choices],
        "plan": None if results.plan is None else plain(plan_to_json(results.plan)),
        "literature": _literature(results),
        "measurements": plain(sorted(results.measurements, key=sort_key)),
        "problems": plain(results.problems),
        "exclusions": plain(results.exclusions),
        "house_rules": plain(results.rules),
        "conventions": plain(conventions(results.rules)),
        "statements": {
            "doses": plain(statements.doses),
            "miflowcyt": plain(statements.miflowcyt),
        },
    }


def verdicts_twin(results: StudyResults) -> Json:
    """Return the verdicts alone, with what they were made from.

    Parameters
    ----------
    results
        Of a study, or of a judged table.

    Returns
    -------
    dict
        ``schema_version``, ``command``, ``versions``, ``inputs``, and ``profiles``, each as
        :func:`stroma.criteria.json_twin.verdicts_to_json` writes it, with the row behind every
        criterion. The first profile stands at the top as well, so that the file has the shape of
        ``stroma judge --json``.
    """
    profiles = _profiles(results)
    first = profiles[0] if profiles else {}
    return {**first, **_made_from(results), "profiles": profiles}


def _literature(results: StudyResults) -> Json | None:
    """Return the claims on which own lots have a voice."""
    shown = literature_of(results)
    if shown is None:
        return None
    return claims_to_json([view.held for view in shown.claims])


def _made_from(results: StudyResults) -> Json:
    return {
        "schema_version": SCHEMA_VERSION,
        "command": results.provenance.command,
        "versions": dict(results.provenance.versions),
        "inputs": [
            {"file": entry.file, "sha256": entry.sha256} for entry in files_of(results).listed
        ],
    }


def _profiles(results: StudyResults) -> list[Json]:
    return [_profile(judged) for judged in results.verdicts]


def _profile(judged: ProfileVerdicts) -> Json:
    twin = verdicts_to_json(judged.profile, judged.lots, provenance=True)
    written = {key: plain(value) for key, value in twin.items()}
    written["positivity_methods"] = [
        {
            "method": given.method,
            "declared": given.declared,
            "verdicts": {lot.lot: lot.verdict.value for lot in given.lots},
        }
        for given in judged.alternatives
    ]
    return written
