"""Collect the texts of the package into catalogues, compile them, or check that both are done.

``update`` extracts every ``text(...)`` and ``texts(...)`` into ``messages.pot``, merges it into
the Russian and Kazakh catalogues and compiles them. ``check`` fails when that would change
anything, or when a text has no translation, or a translation does not keep the named places.
"""

from __future__ import annotations

import io
import string
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "src" / "stroma"
LOCALE = PACKAGE / "locale"
LANGUAGES = ("ru", "kk")
MADE = datetime(2026, 1, 1, tzinfo=UTC)
KEYWORDS = {"text": None, "texts": (1, 2), "_": None, "ngettext": (1, 2)}
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.j2", "jinja2"),
]


def collect() -> Catalog:
    """Return a catalogue of every text in the package, without places that change often."""
    catalog = Catalog(project="Stroma", charset="utf-8")
    found = extract_from_dir(
        PACKAGE, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for file, _line, message, comments, context in found:
        catalog.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    return catalog


def merged(language: str, template: Catalog) -> Catalog:
    """Return the catalogue of a language brought up to the template."""
    path = catalogue_path(language)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    else:
        catalog = Catalog(locale=language, project="Stroma", charset="utf-8")
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    return catalog


def catalogue_path(language: str) -> Path:
    """Return where the readable catalogue of a language lives."""
    return LOCALE / language / "LC_MESSAGES" / "stroma.po"


def as_po(catalog: Catalog) -> bytes:
    """Return a catalogue as the bytes of a .po file, in one order and without dates."""
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=98, omit_header=False, sort_output=True, no_location=True)
    lines = buffer.getvalue().decode().splitlines()
    volatile = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator')
    return ("\n".join(line for line in lines if not line.startswith(volatile)) + "\n").encode()


def as_mo(catalog: Catalog) -> bytes:
    """Return a catalogue as the bytes of a .mo file; its header holds no time of making."""
    catalog.creation_date = catalog.revision_date = MADE
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def places(template: str) -> set[str]:
    """Return the named places of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def defects(language: str, catalog: Catalog) -> list[str]:
    """Return what is wrong with the translations of a language."""
    found = []
    for message in catalog:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(strings):
            found.append(f"{language}: not translated: {_first(message)!r}")
            continue
        if message.fuzzy:
            found.append(f"{language}: marked as fuzzy: {_first(message)!r}")
        wrong_forms = _wrong_forms(message, catalog.num_plurals)
        if wrong_forms:
            found.append(f"{language}: {wrong_forms}: {_first(message)!r}")
        wanted = places(_first(message))
        # One of several plural forms may say its number in words.
        free = {"count"} if isinstance(message.id, tuple) else set()
        found += [
            f"{language}: {translated!r} must name {sorted(wanted)}"
            for translated in strings
            if places(translated) | free != wanted | free
        ]
    return found


def _wrong_forms(message: Message, wanted: int) -> str:
    """Return what is wrong with the number of forms of a translation; nothing where it is right."""
    is_plural = isinstance(message.id, tuple)
    if is_plural != isinstance(message.string, tuple):
        return "one form for a plural" if is_plural else "plural forms for one sentence"
    if is_plural and len(message.string) != wanted:
        return f"{len(message.string)} plural forms instead of {wanted}"
    return ""


def _first(message: Message) -> str:
    return message.id[1] if isinstance(message.id, tuple) else message.id


def update() -> int:
    """Rewrite all catalogues; return the exit code."""
    template = collect()
    for language in LANGUAGES:
        catalog = merged(language, template)
        path = catalogue_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_po(catalog))
        path.with_suffix(".mo").write_bytes(as_mo(catalog))
        missing = [line for line in defects(language, catalog) if "not translated" in line]
        print(f"{language}: {len(catalog)} texts, {len(missing)} not translated")  # noqa: T201
    return 0


def check() -> int:
    """Check that the catalogues are complete and compiled; return the exit code."""
    template = collect()
    found = []
    for language in LANGUAGES:
        catalog = merged(language, template)
        path = catalogue_path(language)
        if not path.exists() or path.read_bytes() != as_po(catalog):
            found.append(f"{language}: catalogue is not up to date; run: make i18n")
        elif path.with_suffix(".mo").read_bytes() != as_mo(catalog):
            found.append(f"{language}: catalogue is not compiled; run: make i18n")
        found += defects(language, catalog)
    print("\n".join(found))  # noqa: T201 - a command's output
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit({"update": update, "check": check}[sys.argv[1]]())
