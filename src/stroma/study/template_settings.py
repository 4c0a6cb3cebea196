"""The text of a new ``study.toml``: every key with what it does, and why it has its default."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable

from stroma.house_rules import HouseRules
from stroma.study.sections import Laboratory, Multiplicity, Statements
from stroma.texts import Language, Text, text

_WIDTH = 96

EXAMPLE_CV_PERCENT = 10
EXAMPLE_MINIMUM_RATIO = 2.0
EXAMPLE_MINIMUM_SCORE_DIFFERENCE = 1.0


def settings_template(language: Language, *, title: str, declare_examples: bool = False) -> str:
    """Return the text of a new ``study.toml``.

    Parameters
    ----------
    language
        Of the comments, and of the study's reports.
    title
        Title of the study.
    declare_examples
        Whether the example values of the rules that have no default are declared rather than
        shown in a comment.

    Returns
    -------
    str
        TOML.
    """
    blocks = [
        [
            *_comment(language, text("Settings of the study. What stands after # is a comment.")),
            f"title = {_quoted(title)}",
            *_comment(language, text("Language of reports: en, ru or kk")),
            f"language = {_quoted(language.code)}",
            *_comment(
                language,
                text(
                    "Profiles to judge lots by: names that the command stroma profiles lists, or "
                    "paths of your own .toml files inside the study"
                ),
            ),
            'profiles = ["isct_2006"]',
            *_comment(
                language,
                text(
                    "Applications to choose a source for: names that the command stroma choose "
                    "--list lists, or paths of your own .toml files inside the study"
                ),
            ),
            '# applications = ["gvhd"]',
        ],
        ["[laboratory]", *_open_keys(Laboratory.model_fields)],
        _reading(language),
        _positivity(language),
        _compensation(language),
        _cleaning(language),
        _counting(language, declare=declare_examples),
        _growth(language),
        _differentiation(language, declare=declare_examples),
        _potency(language),
        _comparison(language),
        _statements(language),
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _quoted(written: str) -> str:
    # TOML's basic strings take the escapes of JSON, and want U+007F escaped besides.
    return json.dumps(written, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(language: Language, *sentences: Text) -> list[str]:
    return [
        f"# {line}"
        for sentence in sentences
        for line in textwrap.wrap(sentence.render(language), _WIDTH, break_long_words=False)
    ]


def _open_keys(names: Iterable[str]) -> list[str]:
    return [f'# {name} = ""' for name in names]


def _own(line: str, *, declare: bool) -> str:
    return line if declare else f"# {line}"


def _reading(language: Language) -> list[str]:
    return [
        "[reading]",
        *_comment(
            language,
            text(
                "Only for files that leave two readings open: is 1,250 a thousand or one and a "
                "quarter, is 03/04 in March or in April? Without it such cells are refused."
            ),
        ),
        '# decimal_mark = ","',
        '# date_order = "day-month-year"',
        *_comment(language, text("Only for text files that are not Unicode")),
        '# encoding = "cp1251"',
    ]


def _positivity(language: Language) -> list[str]:
    rule = HouseRules().positivity
    return [
        "[positivity]",
        *_comment(
            language,
            text(
                "The method that counts positive cells; what the verdict would be by each other "
                "one stands in the report"
            ),
        ),
        f"method = {json.dumps(rule.method)}",
        *_comment(
            language,
            text(
                "Percentile of the control at which the threshold of the percentile's method "
                "stands. At 98 a truly negative lot shows 2 % by construction, the very limit of "
                "the ISCT's criteria."
            ),
        ),
        f"percentile = {rule.percentile}",
        *_comment(language, text("Which control to prefer, of those a panel has")),
        f"controls = {json.dumps(list(rule.controls))}",
        *_comment(language, text("Confidence level of the interval of a percentage")),
        f"level = {rule.level}",
        *_comment(language, text("Live single cells that a control needs")),
        f"minimum_control_events = {rule.minimum_control_events}",
        *_comment(
            language,
            text(
                "Whether a number decides nothing where the FCS file labels its detector with "
                "another marker than the row of the tube"
            ),
        ),
        f"compare_labels = {json.dumps(rule.compare_labels)}",
    ]


def _compensation(language: Language) -> list[str]:
    return [
        "[compensation]",
        *_comment(
            language,
            text(
                "Path of a spillover matrix inside the study, for files that do not bring their "
                "own or bring a wrong one"
            ),
        ),
        '# matrix = "raw/flow/spillover.csv"',
        *_comment(
            language,
            text(
                "Where the matrix comes from: matrix, file or single_stains. Without it the "
                "laboratory's own matrix is used, else the file's, else one from single stains."
            ),
        ),
        '# source = "single_stains"',
    ]


def _cleaning(language: Language) -> list[str]:
    rule = HouseRules().cleaning
    keys = {
        "margins": rule.margins,
        "time": rule.time,
        "debris": rule.debris,
        "doublets": rule.doublets,
        "dead": rule.dead,
    }
    return [
        "[cleaning]",
        *_comment(language, text("Which events are excluded before cells are counted")),
        *(f"{name} = {json.dumps(value)}" for name, value in keys.items()),
        *_comment(
            language,
            text(
                "Gates found on one lot and held fixed for all others: the file that the command "
                "stroma freeze writes. Without it each tube's gates are found on it."
            ),
        ),
        '# strategy = "strategy.json"',
    ]


def _counting(language: Language, *, declare: bool) -> list[str]:
    return [
        "[counting]",
        *_comment(
            language,
            text(
                "Coefficient of variation of a repeated cell count, in percent, from your own "
                "qualification of the counter (ISO 20391-2). It is yours to set: it depends on "
                "the counter and on the hands, so there is no default. Without it the intervals "
                "of doublings leave the counting error out, and say so."
            ),
        ),
        _own(f"cv_percent = {EXAMPLE_CV_PERCENT}", declare=declare),
        *_comment(language, text("Confidence level of counts, doublings and doubling times")),
        f"level = {HouseRules().counting.level}",
    ]


def _growth(language: Language) -> list[str]:
    return [
        "[growth]",
        *_comment(
            language,
            text(
                "First passage whose doublings are summed. P0 is seeded with all nucleated cells, "
                "of which few are the ancestors of the harvest."
            ),
        ),
        f"count_from = {_quoted(HouseRules().growth.count_from)}",
    ]


def _differentiation(language: Language, *, declare: bool) -> list[str]:
    return [
        "[differentiation]",
        *_comment(
            language,
            text(
                "How far an induced culture has to stand above its undifferentiated control. The "
                "ISCT asks for staining and gives no number (Dominici 2006), so these are yours "
                "to set and have no default. Without them differentiation stays undecided."
            ),
        ),
        _own(f"minimum_ratio = {EXAMPLE_MINIMUM_RATIO}", declare=declare),
        _own(f"minimum_score_difference = {EXAMPLE_MINIMUM_SCORE_DIFFERENCE}", declare=declare),
        *_comment(language, text("Confidence level of the interval that has to clear it")),
        f"level = {HouseRules().differentiation.level}",
    ]


def _potency(language: Language) -> list[str]:
    rule = HouseRules().potency
    return [
        "[potency]",
        *_comment(
            language,
            text(
                "Between which bounds a sample's slope over the reference lot's has to lie, with "
                "its 90 % interval. These are yours to justify and have no default; without them "
                "a departure from parallelism is tested at 5 %."
            ),
        ),
        "# slope_ratio_low = 0.8",
        "# slope_ratio_high = 1.25",
        *_comment(
            language,
            text(
                "How far a curve's lower plateau may lie from the reference lot's, as a part of "
                "its range"
            ),
        ),
        f"plateau_shift = {rule.plateau_shift}",
        f"level = {rule.level}",
    ]


def _comparison(language: Language) -> list[str]:
    return [
        *_comment(
            language,
            text(
                "Questions of the study: do these sources differ in this quantity? The margin is "
                "the largest difference that would not matter; without it nothing can be found "
                "equivalent. It may be in % of the value for times, counts and ratios. The donor "
                "is the unit that is compared, so two donors of each source are needed at the "
                "least."
            ),
        ),
        "# [[comparison]]",
        '# quantity = "doubling_time"',
        '# sources = ["bone_marrow", "placenta"]',
        "# margin = 6",
        '# unit = "h"',
        *_comment(
            language,
            text(
                "Adjust the answer for something that differs between donors: donor_age, "
                "donor_sex or medium. Nothing is adjusted for unless you ask."
            ),
        ),
        '# covariates = ["donor_age"]',
        "",
        "[multiplicity]",
        *_comment(
            language,
            text(
                "Of many questions a few would show a difference by chance. holm holds the "
                "chance of any false answer, benjamini_hochberg the share of false ones among "
                "those found, none holds neither."
            ),
        ),
        f"adjust = {_quoted(Multiplicity().adjust)}",
        *_comment(language, text("Confidence level of intervals and answers")),
        f"level = {Multiplicity().level}",
    ]


def _statements(language: Language) -> list[str]:
    return [
        "[statements]",
        *_comment(
            language,
            text(
                "What journals and regulators ask for and no table holds (DOSES, MIFlowCyt), in "
                "your own words"
            ),
        ),
        *_open_keys(Statements.model_fields),
    ]
