"""The words a sheet may use where only some words are allowed, in English, Russian and Kazakh.

Each word has one name, which is what Stroma writes, and the spellings laboratories write. A word
that is not here is reported with the known ones beside it; nothing is taken for what it resembles.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from stroma.records import VIABILITY_DYE, TubeRole
from stroma.vocabulary import (
    FETAL,
    LINEAGES,
    MATERNAL,
    MIXED,
    QUANTITIES,
    TISSUES,
    canonical_marker,
    fold_word,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a column allows.

    Parameters
    ----------
    name
        How Stroma writes it.
    spellings
        What laboratories write, folded by :func:`stroma.vocabulary.fold_word`.
    """

    name: str
    spellings: tuple[str, ...] = ()


ROLES: Final = (
    Word(TubeRole.STAINED, ("stain", "full_stain", "fully_stained", "sample", "окрашенная",
                            "окрашенный", "проба", "боялған", "сынама")),
    Word(TubeRole.ISOTYPE, ("isotype_control", "iso", "изотип", "изотипический_контроль",
                            "изотипический", "изотиптік", "изотиптік_бақылау")),
    Word(TubeRole.FMO, ("fluorescence_minus_one", "fmo_control", "fmo_контроль", "фмо",
                        "fmo_бақылау")),
    Word(TubeRole.UNSTAINED, ("unstained_control", "неокрашенная", "неокрашенный",
                              "без_окраски", "боялмаған")),
    Word(TubeRole.SINGLE_STAIN, ("single_stained", "single", "compensation", "comp",
                                 "однократно_окрашенная", "одноцветная", "компенсация",
                                 "компенсационная", "бір_бояулы", "өтемдік")),
)  # fmt: skip

YES_NO: Final = (
    Word("yes", ("y", "true", "1", "+", "да", "иә", "ия")),
    Word("no", ("n", "false", "0", "нет", "жоқ")),
)

ADHERENCE: Final = (
    Word("yes", (*YES_NO[0].spellings, "adherent", "адгезивные", "жабысқан")),
    Word("no", (*YES_NO[1].spellings, "not_adherent", "non_adherent", "неадгезивные",
                "жабыспаған")),
)  # fmt: skip

AUTOLOGY: Final = (
    Word("yes", (*YES_NO[0].spellings, "autologous", "аутологичный", "аутологичные",
                 "аутологиялық")),
    Word("no", (*YES_NO[1].spellings, "allogeneic", "аллогенный", "аллогенные",
                "аллогендік", "аллогенді")),
)  # fmt: skip

SEXES: Final = (
    Word("F", ("female", "woman", "ж", "жен", "женский", "әйел", "ә")),
    Word("M", ("male", "man", "м", "муж", "мужской", "ер", "еркек", "ер_адам")),
)

ORIGINS: Final = tuple(
    Word(category.name, category.spellings) for category in (FETAL, MATERNAL, MIXED)
)

SOURCES: Final = tuple(Word(tissue.name, tissue.spellings) for tissue in TISSUES)

LINEAGE_WORDS: Final = tuple(Word(name, spellings) for name, _label, spellings in LINEAGES)

CONDITIONS: Final = (
    Word("induced", ("induction", "differentiated", "differentiation", "индуцированная",
                     "индуцированный", "индукция", "дифференцированная", "индукцияланған",
                     "дифференцияланған", "сараланған")),
    Word("undifferentiated", ("control", "uninduced", "non_induced", "not_induced",
                              "undifferentiated_control", "контроль", "недифференцированная",
                              "недифференцированный", "неиндуцированная", "бақылау",
                              "индукцияланбаған", "дифференцияланбаған", "сараланбаған")),
)  # fmt: skip

READOUTS: Final = (
    Word("absorbance", ("od", "optical_density", "оптическая_плотность", "поглощение",
                        "абсорбция", "оптикалық_тығыздық", "жұтылу")),
    Word("area", ("stained_area", "positive_area", "площадь", "площадь_окраски", "аудан",
                  "боялған_аудан")),
    Word("score", ("grade", "балл", "баллы", "оценка", "ұпай")),
)  # fmt: skip

TESTS: Final = tuple(Word(quantity.name, quantity.spellings) for quantity in QUANTITIES)


def find_word(words: tuple[Word, ...], written: str) -> str | None:
    """Return the allowed word that a cell names.

    Parameters
    ----------
    words
        The words its column allows.
    written
        As written.

    Returns
    -------
    str or None
        Its name; ``None`` where no word has this spelling.

    Examples
    --------
    >>> find_word(CONDITIONS, "Контроль")
    'undifferentiated'
    >>> find_word(ROLES, "beads") is None
    True
    """
    folded = fold_word(written)
    for word in words:
        if folded == fold_word(word.name) or folded in word.spellings:
            return word.name
    return None


_NOT_STATED: Final = frozenset((
    "", "_", "–", "—", "n/a", "na", "n.a.", "н/д", "нет_данных", "не_указано", "дерек_жоқ", "ж/д",
))  # fmt: skip


def is_not_stated(written: str) -> bool:
    """Tell whether a cell is empty or says in so many words that nothing is known.

    Parameters
    ----------
    written
        As written.

    Returns
    -------
    bool
        True for an empty cell, a dash, "n/a" and the same in Russian and Kazakh.

    Examples
    --------
    >>> is_not_stated(" — "), is_not_stated("0")
    (True, False)
    """
    return fold_word(written) in _NOT_STATED


_VIABILITY_WORDS: Final = frozenset((
    "viability", "viable", "live/dead", "live_dead", "livedead", "l/d", "dead", "dead_cells",
    "жизнеспособность", "живые/мертвые", "мертвые", "тірі/өлі", "тіршілікке_қабілеттілік",
))  # fmt: skip

# Dyes sold for telling dead cells, which also have other uses (cell cycle after fixation), so
# that the laboratory is asked to say "viability".
_DEAD_CELL_DYE: Final = re.compile(
    r"7_?aad|7_?aminoactinomycin_?d|dapi|pi|propidium_iodide|(?:sytox|zombie|ghost_dye)(?:_.*)?"
    r"|fixable_viability.*|fvs?_?\d+|draq7"
)


def canonical_stain(written: str) -> str:
    """Write the marker of a detector the one way it is compared.

    Parameters
    ----------
    written
        A surface marker or a word for a dead-cell dye.

    Returns
    -------
    str
        As :func:`stroma.vocabulary.canonical_marker` writes it, or
        :data:`stroma.records.VIABILITY_DYE`.

    Examples
    --------
    >>> canonical_stain("cd 105"), canonical_stain("Live/Dead")
    ('CD105', 'viability')
    """
    if fold_word(written) in _VIABILITY_WORDS:
        return VIABILITY_DYE
    return canonical_marker(unicodedata.normalize("NFKC", written))


def looks_like_dead_cell_dye(stain: str) -> bool:
    """Tell whether a stain is a dye sold for telling dead cells.

    Parameters
    ----------
    stain
        As :func:`canonical_stain` returns it.

    Returns
    -------
    bool
        True for "7-AAD", "DAPI", "PI" and their like; False for ``"viability"`` itself.

    Examples
    --------
    >>> looks_like_dead_cell_dye("7-AAD"), looks_like_dead_cell_dye("CD73")
    (True, False)
    """
    return _DEAD_CELL_DYE.fullmatch(fold_word(stain)) is not None
