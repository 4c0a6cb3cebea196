"""The plan of the example study: what a laboratory would declare beside its lots.

Its numbers are made up for the example.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from stroma.texts import Language, Text, text

_WIDTH = 96


def plan_text(language: Language, sources: Sequence[str]) -> str:
    """Return the ``plan.toml`` of the example study.

    Parameters
    ----------
    language
        Of the comments.
    sources
        To be planned for; donors of each must show their spread.

    Returns
    -------
    str
        TOML. Yields, growth and the passages reached are left to the lots; the losses a study
        folder cannot show are declared, with numbers made up for the example.
    """
    lines = [
        *_comment(
            language,
            text(
                "The example's plan from donations to doses. The numbers are made up, as the lots "
                "are; stroma plan --template writes a plan to fill."
            ),
        ),
        f"sources = [{', '.join(_quoted(source) for source in sources)}]",
        "doses = 20",
        "confidence = 0.9",
        "dose_per_kg = 2e6",
        "weight = 70",
        "vial_cells = 50e6",
        "volume_ml = 50",
        "hours = 0.5",
        'route = "intravenous"',
        "",
        "[all_sources]",
        "isolation_success = {happened = 19, of = 20}",
        'harvest_recovery = {value = 90, low = 82, high = 95, unit = "%"}',
        'thaw_recovery = {value = 85, low = 75, high = 92, unit = "%"}',
        "last_passage = {value = 5}",
        'medium_per_area = {value = 0.2, unit = "mL/cm2"}',
        "medium_fillings = {value = 2}",
        "",
        "[source.bone_marrow]",
        'primary_days = {value = 14, low = 12, high = 16, unit = "d"}',
        "release_rate = {happened = 11, of = 12}",
        "",
        "[source.placenta]",
        'primary_days = {value = 10, low = 8, high = 12, unit = "d"}',
        *_comment(
            language,
            text("Placental cultures can be overgrown by cells of the mother, and then fail."),
        ),
        "release_rate = {happened = 8, of = 12}",
    ]
    return "\n".join(lines) + "\n"


def _quoted(word: str) -> str:
    return f'"{word}"'


def _comment(language: Language, sentence: Text) -> list[str]:
    return [
        f"# {line}"
        for line in textwrap.wrap(sentence.render(language), _WIDTH, break_long_words=False)
    ]
