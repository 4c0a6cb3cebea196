"""The languages Stroma speaks, and their catalogues."""

from __future__ import annotations

import gettext
import os
from importlib import resources

from stroma.errors import Place, Problem, StudyProblem
from stroma.texts import ENGLISH, NARROW_SPACE, Language, text

LANGUAGES: tuple[str, ...] = ("en", "ru", "kk")


def get_language(code: str) -> Language:
    """Return a language with its translations.

    Parameters
    ----------
    code
        ``"en"``, ``"ru"`` or ``"kk"``.

    Returns
    -------
    Language
        The language.

    Raises
    ------
    StudyProblem
        There is no such language.

    Examples
    --------
    >>> get_language("ru").number(99.25, 1)
    '99,2'
    """
    if code == "en":
        return ENGLISH
    if code not in LANGUAGES:
        raise StudyProblem(
            Problem(
                Place(),
                found=text('the language "{code}"', code=code),
                expected=text("one of {codes}", codes=", ".join(LANGUAGES)),
                action=text("choose one of them"),
            )
        )
    catalogue = resources.files("stroma.locale") / code / "LC_MESSAGES" / "stroma.mo"
    with catalogue.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    return Language(code, ",", NARROW_SPACE, translations.gettext, translations.ngettext)


def preferred_language() -> Language:
    """Return the language of the person at the keyboard.

    Returns
    -------
    Language
        By ``STROMA_LANG``, then the usual locale variables; English where none names a language
        Stroma speaks.
    """
    for variable in ("STROMA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(variable, "")[:2].lower()
        if code in LANGUAGES:
            return get_language(code)
    return ENGLISH
