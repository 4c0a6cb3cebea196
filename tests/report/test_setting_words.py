"""Settings as a reader is told them: no name of a table where there is a word for it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import stroma.assays
from stroma.cytometry import positivity_methods
from stroma.report.setting_words import setting_label, setting_told, setting_value
from stroma.texts import Language

RUSSIAN = Language("ru", ",", "\u202f")


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "–"), (True, "yes"), (9105, "9\u202f105"), (0.5, "0,5"), (["a", "b"], "a, b"),
     ([98.9, 99.3], "[98,9; 99,3]"), ({"CD90": {"threshold": 1.5}}, "CD90 threshold 1,5")],
)  # fmt: skip
def test_settings_are_written_in_words(value, written):
    assert setting_value(value).render(RUSSIAN) == written


def test_an_interval_has_the_same_decimals_at_both_ends():
    assert str(setting_value([98.5433, 98.8961])) == "[98.54; 98.90]"
    assert str(setting_value([858.143, 903.726])) == "[858.1; 903.7]"


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("compensation", "file", "compensation the matrix in the file"),
        ("control_role", "fmo", "kind of control FMO"),
        ("readouts", ["absorbance", "score"], "readouts absorbance, score"),
        ("stage", "thawed", "stage thawed"),
        (
            "strategy_departures",
            ["dead:off"],
            'otherwise than frozen the gate "dead cells" is switched off',
        ),
        ("unit", "[OD]", "unit OD"),
        ("stain", "Oil Red O", "stain Oil Red O"),
        ("our_own", "x", "our_own x"),
    ],
)
def test_a_word_of_our_own_is_told_and_a_name_stays(key, value, told):
    assert str(setting_told(key, value)) == told


def test_every_setting_an_assay_writes_has_a_label():
    folders = [Path(p) for module in (stroma.assays, positivity_methods) for p in module.__path__]
    code = "".join(f.read_text(encoding="utf-8") for d in folders for f in sorted(d.rglob("*.py")))
    blocks = re.findall(r"(?:settings|diagnostics|own)\b[^=\n]*=\s*\{(.*?)\}", code, re.DOTALL)
    keys = set(re.findall(r'(?:settings|common)\["(\w+)"\]', code))
    keys.update(key for block in blocks for key in re.findall(r'"(\w+)": ', block))
    assert {"percentile", "formula", "n_induced", "stain_index", "threshold_interval"} <= keys
    assert [key for key in sorted(keys) if str(setting_label(key)) == key and "_" in key] == []
