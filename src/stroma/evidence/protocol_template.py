"""The text of a new ``review.toml``: every key with what it does, filled with an example."""

from __future__ import annotations

import json
import textwrap
from typing import Final

from stroma.texts import Language, Text, text

_WIDTH: Final = 96
_QUERY: Final = (
    '("mesenchymal stem cells" OR "mesenchymal stromal cells") AND "bone marrow" AND '
    "(placenta* OR amnion* OR chorion* OR decidua*)"
)
_DATABASES: Final = (
    (
        "PubMed",
        (
            '("Mesenchymal Stem Cells"[Mesh] OR "mesenchymal stem cell*"[tiab] OR "mesenchymal '
            'stromal cell*"[tiab]) AND ("Bone Marrow"[Mesh] OR "bone marrow"[tiab]) AND '
            '("Placenta"[Mesh] OR placenta*[tiab] OR amnion*[tiab] OR chorion*[tiab] OR '
            "decidua*[tiab])"
        ),
    ),
    ("Scopus", f"TITLE-ABS-KEY({_QUERY})"),
    ("Web of Science", f"TS=({_QUERY})"),
    ("Cochrane Library", f"({_QUERY}):ti,ab,kw"),
)


def protocol_template(language: Language) -> str:
    """Return the text of a new ``review.toml``.

    Parameters
    ----------
    language
        Of the comments and of the example.

    Returns
    -------
    str
        TOML that is a whole protocol.

    Examples
    --------
    >>> from stroma.evidence.protocol import parse_protocol
    >>> from stroma.texts import ENGLISH
    >>> protocol = parse_protocol(protocol_template(ENGLISH), file="review.toml")
    >>> [criterion.key for criterion in protocol.criteria]
    ['I1', 'I2', 'E1', 'E2', 'E3']
    """
    blocks = [_question(language), _people(language), *_searches(language), *_criteria(language)]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _question(language: Language) -> list[str]:
    return [
        *_comment(
            language,
            text(
                "The protocol of a review, filled with an example: put your own in its place. What "
                "stands after # is a comment."
            ),
        ),
        _line(language, "title", text("Bone marrow and placenta as sources of MSC")),
        _line(
            language,
            "question",
            text(
                "How do mesenchymal stromal cells (MSC) of the human placenta differ from those of "
                "the bone marrow in growth, phenotype and suppression of lymphocytes?"
            ),
        ),
    ]


def _people(language: Language) -> list[str]:
    return [
        *_comment(language, text("Short names of those who decide, as decisions.csv holds them")),
        'people = ["AB", "CD"]',
        *_comment(language, text("How many of them have to agree on a publication: 1 or 2")),
        "deciders = 2",
        *_comment(
            language,
            text("Who decides where two disagree; leave it empty where they talk it over"),
        ),
        'arbiter = ""',
    ]


def _searches(language: Language) -> list[list[str]]:
    blocks = [
        [
            *_comment(
                language,
                text(
                    "One table for each database. When it was searched and how many records it "
                    "found are part of the search: fill in run, hits and exports once you know "
                    "them, and put the exports into the folder searches, unchanged."
                ),
            )
        ]
    ]
    for database, query in _DATABASES:
        blocks.append(
            [
                "[[search]]",
                f"database = {_quoted(database)}",
                f"query = {_quoted(query)}",
                "# run = 2026-01-31",
                "# hits = 123",
                '# exports = ["export.ris"]',
            ]
        )
    return blocks


def _criteria(language: Language) -> list[list[str]]:
    intro = _comment(
        language,
        text(
            "What is let in and kept out. A criterion can be judged at both stages where nothing "
            'else is said, or at one: stages = ["full_text"]'
        ),
    )
    rows = (
        ("I1", "include", text("MSC of the human placenta or its membranes"), False),
        (
            "I2",
            "include",
            text("MSC of the human bone marrow in the same paper, or one of the two with figures"),
            True,
        ),
        ("E1", "exclude", text("No mesenchymal stromal cells"), False),
        ("E2", "exclude", text("Cells of animals only"), False),
        ("E3", "exclude", text("No figures of its own: a review, an editorial, a protocol"), False),
    )
    blocks = [intro]
    for key, side, words, late in rows:
        block = [
            "[[criterion]]",
            f"key = {_quoted(key)}",
            f"side = {_quoted(side)}",
            _line(language, "words", words),
        ]
        if late:
            block.append('stages = ["full_text"]')
        blocks.append(block)
    return blocks


def _line(language: Language, key: str, words: Text) -> str:
    return f"{key} = {_quoted(words.render(language))}"


def _quoted(written: str) -> str:
    # A search string is full of quotation marks, which stand as they are between apostrophes.
    if '"' in written and "'" not in written:
        return f"'{written}'"
    # TOML's basic strings take the escapes of JSON.
    return json.dumps(written, ensure_ascii=False)


def _comment(language: Language, words: Text) -> list[str]:
    return [
        f"# {line}"
        for line in textwrap.wrap(words.render(language), _WIDTH, break_long_words=False)
    ]
