"""What the words of a protocol imply: whose cells, of which tissue, of which kind of paper.

A small declared table in English, Russian and Kazakh; what it does not name is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stroma.texts import Text, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A thing that words of a protocol speak of.

    Parameters
    ----------
    key
        Its name.
    label
        As a person reads it.
    words
        Regular expressions, each matched from the beginning of a word.
    implies
        What else is so of it.
    contrary
        What is meant where the words are denied: "not adult" is non-adult.
    """

    key: str
    label: Text
    words: tuple[str, ...]
    implies: tuple[str, ...] = ()
    contrary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A concept where it is named.

    Parameters
    ----------
    concept
        Its key.
    words
        As written, with what denies them.
    start
        Where in the text.
    denied
        Whether "not", "without" or the like stands before it, or ``емес`` behind it.
    """

    concept: str
    words: str
    start: int
    denied: bool = False


CONCEPTS: Final[Mapping[str, Concept]] = {
    concept.key: concept
    for concept in (
        Concept(
            key="adult",
            label=text("of adults"),
            words=("adults?", "grown-?ups?", "взросл", "ересек", "аға жаст"),
            contrary="non_adult",
        ),
        Concept(
            key="non_adult",
            label=text("not of adults"),
            words=(
                "under-?age", "minors",
                r"donors? (?:aged )?(?:under|below|younger than|<) ?18", "невзросл",
                "несовершеннолетн", "кәмелетке толмаған",
            ),
        ),
        Concept(
            key="perinatal",
            label=text("of a fetus or a newborn"),
            words=(
                "fo?etus", "fo?etal", "neonat", "new-?borns?", "perinatal",
                "extra-?embryonic", "gestational tissue", "birth-associated",
                "плодн", "плод(?:а|у|ов)?\\b", "фетальн", "неонат", "новорожд", "перинатал",
                "ұрық", "шарана", "жаңа туған",
            ),
            implies=("non_adult",),
        ),
        Concept(
            key="child",
            label=text("of children"),
            words=(
                "child", "pa?ediatric", "infants?", "дет(?:и|ей|ск|ям)", "ребен", "ребён",
                "бала(?:лар|ның)",
            ),
            implies=("non_adult",),
        ),
        Concept(
            key="placenta",
            label=text("of the placenta"),
            words=("placent", "after-?birth", "плацент", "бала ?жолдас"),
            implies=("perinatal",),
        ),
        Concept(
            key="membranes",
            label=text("of the fetal membranes"),
            words=(
                "amnion", "amniotic membran", "chorion", "амнион", "амниотическ\\w+ оболоч",
                "хорион",
            ),
            implies=("perinatal",),
        ),
        Concept(
            key="amniotic_fluid",
            label=text("of the amniotic fluid"),
            words=("amniotic fluid", "околоплодн", "амниотическ\\w+ жидк", "қағанақ су"),
            implies=("perinatal",),
        ),
        Concept(
            key="umbilical_cord",
            label=text("of the umbilical cord"),
            words=(
                "umbilical(?! cord blood)", "wharton", "пуповин(?!\\w+ кров)", "вартон",
                "кіндік(?! қан)",
            ),
            implies=("perinatal",),
        ),
        Concept(
            key="cord_blood",
            label=text("of the blood of the umbilical cord"),
            words=("cord blood", "пуповин\\w+ кров", "кіндік қан"),
            implies=("perinatal",),
        ),
        Concept(
            key="decidua",
            label=text("of the decidua"),
            words=("decidua", "децидуа"),
        ),
        Concept(
            key="embryo",
            label=text("of embryos"),
            words=("embryo", "эмбрион", "эмбрионал"),
            implies=("non_adult",),
        ),
        Concept(
            key="bone_marrow",
            label=text("of the bone marrow"),
            words=("bone[ -]marrow", "костн\\w+ мозг", "сүйек кемі", "сүйек майы"),
        ),
        Concept(
            key="adipose",
            label=text("of fat"),
            words=("adipose", "fat\\b", "lipoaspirat", "жиров\\w+ ткан", "май тін"),
        ),
        Concept(
            key="dental",
            label=text("of teeth"),
            words=("dental", "tooth", "teeth", "зуб", "пульп", "тіс"),
        ),
        Concept(
            key="endometrium",
            label=text("of the endometrium"),
            words=("endometri", "menstrual", "эндометри", "менструал", "жатыр шырышты"),
        ),
        Concept(
            key="human",
            label=text("of humans"),
            words=("humans?\\b", "человек", "людей", "адам"),
        ),
        Concept(
            key="animal",
            label=text("of animals"),
            words=(
                "animals?\\b", "mouse", "mice", "murine", "rats?\\b", "rabbit", "porcine",
                "pigs?\\b", "sheep", "ovine", "canine", "dogs?\\b", "equine", "horses?\\b",
                "monkey", "животн", "мыш(?:ь|и|ей)", "крыс", "кролик", "жануар",
                "тышқан", "егеуқұйрық",
            ),
        ),
        Concept(
            key="review",
            label=text("reviews"),
            words=(
                "reviews\\b", "review (?:articles?|papers?|stud)",
                "(?:systematic|narrative) review", "meta-?analys", "обзор(?:ы|ов|ам|ные|ных)",
                "обзорн", "метаанализ", "мета-анализ",
                "шолулар", "шолу мақала", "шолу зерттеу",
            ),
        ),
        Concept(
            key="trial",
            label=text("clinical trials"),
            words=(
                "clinical trials?", "randomi[sz]ed", "клиническ\\w+ (?:испытан|исследован)",
                "клиникалық (?:сынақ|зерттеу)",
            ),
        ),
        Concept(
            key="case_report",
            label=text("case reports"),
            words=("case (?:reports?|series)", "клиническ\\w+ случа", "клиникалық жағдай"),
        ),
        Concept(
            key="in_vitro",
            label=text("studies in vitro"),
            words=("in[ -]vitro",),
        ),
        Concept(
            key="in_vivo",
            label=text("studies in vivo"),
            words=("in[ -]vivo",),
        ),
    )
}  # fmt: skip
"""The decidua is the mother's and implies nothing of age; the rest of the placenta, its membranes
and the cord are of the child (Parolini, O. et al. (2008) Concise review: isolation and
characterization of cells from human term placenta, Stem Cells 26:300-311)."""

_PATTERNS: Final = {
    key: re.compile(rf"(?<!\w)(?:{'|'.join(concept.words)})\w*", re.IGNORECASE)
    for key, concept in CONCEPTS.items()
}
TISSUES: Final = (
    frozenset({"placenta", "membranes", "decidua"}),
    frozenset({"amniotic_fluid"}),
    frozenset({"umbilical_cord"}),
    frozenset({"cord_blood"}),
    frozenset({"bone_marrow"}),
    frozenset({"adipose"}),
    frozenset({"dental"}),
    frozenset({"endometrium"}),
)
SPECIES: Final = (frozenset({"human"}), frozenset({"animal"}))
"""Kinds of which "only this" keeps out the others; the parts of the placenta are one kind."""

_AGES: Final = frozenset({"adult", "non_adult", "perinatal", "child"})
SOURCES: Final = frozenset().union(*TISSUES) | _AGES | {"embryo"}
"""What says which cells are meant; other words say which papers."""
_RECIPIENT: Final = re.compile(
    r"\s+(?:human\s+)?(?:patient|participant|recipient|volunteer|with(?!\w)|пациент|больн|участник|"
    r"реципиент|науқас|қатысушы)",
    re.IGNORECASE,
)
"""Behind an age: it is that of those who are treated, and says nothing of the cells."""
_TREATED: Final = re.compile(
    r"(?<!\w)(?:trials?|therap\w+|treat\w+|patients?|испытани\w+|лечени\w+|пациент\w+)\s+"
    r"(?:in|of|on|among|у|на|с)\s+$",
    re.IGNORECASE,
)
"""Before an age: likewise."""
_DENIED_BEFORE: Final = re.compile(
    # A prefix denies the word it stands at, a word all that follows it in its clause.
    r"(?<!\w)(?:non[\s\-]+|(?:not(?!\s+only)|no|without|except(?:ing)?|excluding|other than|never|"
    r"lack\w*|absence|не(?!\s+только)|нет|без|кроме|исключая|за исключением|отсутств\w+)\s"
    r"[^.;:,()]{0,60})$",
    re.IGNORECASE,
)
_DENIED_BEHIND: Final = re.compile(r"^[\w\s]{0,12}?(?<!\w)(?:емес|басқа|жоқ)(?!\w)", re.IGNORECASE)


def mentions(written: str) -> Iterator[Mention]:
    """Yield the concepts that a text names.

    Parameters
    ----------
    written
        A question, a criterion or a part of a search string.

    Yields
    ------
    Mention
        In the order of the table; a denied one with a contrary as that contrary.

    Examples
    --------
    >>> [(one.concept, one.words) for one in mentions("MSC of the placenta of non-adult persons")]
    [('non_adult', 'non-adult'), ('placenta', 'placenta')]
    """
    for key, pattern in _PATTERNS.items():
        for match in pattern.finditer(written):
            if key in _AGES and (
                _RECIPIENT.match(written, match.end()) or _TREATED.search(written[: match.start()])
            ):
                continue
            before = _DENIED_BEFORE.search(written[: match.start()])
            behind = _DENIED_BEHIND.search(written[match.end() :])
            contrary = CONCEPTS[key].contrary
            denied = before is not None or behind is not None
            start = before.start() if before is not None and denied else match.start()
            end = match.end() + (behind.end() if behind is not None else 0)
            if denied and contrary:
                yield Mention(concept=contrary, words=written[start:end], start=start)
            else:
                yield Mention(concept=key, words=match[0], start=match.start(), denied=denied)


def others_than(concepts: Iterable[str]) -> frozenset[str]:
    """Return what "only these" keeps out: the other tissues, and the other species.

    Parameters
    ----------
    concepts
        Keys of what is meant.

    Returns
    -------
    frozenset of str
        Keys of the other kinds; none of an axis on which nothing is meant.

    Examples
    --------
    >>> sorted(others_than(["human"]))
    ['animal']
    """
    meant = frozenset(concepts)
    found: set[str] = set()
    for axis in (TISSUES, SPECIES):
        if any(meant & kind for kind in axis):
            found |= {key for kind in axis if not meant & kind for key in kind}
    return frozenset(found)


def implied_by(concepts: Iterable[str]) -> frozenset[str]:
    """Return concepts and all that follows from them.

    Parameters
    ----------
    concepts
        Their keys.

    Returns
    -------
    frozenset of str
        Keys.

    Examples
    --------
    >>> sorted(implied_by(["placenta"]))
    ['non_adult', 'perinatal', 'placenta']
    """
    found: set[str] = set()
    waiting = list(concepts)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += CONCEPTS[key].implies
    return frozenset(found)
