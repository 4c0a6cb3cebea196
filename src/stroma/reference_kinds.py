"""What a record is: from the types a database gives it, and from the words of its title.

A correction is not its article, a preprint not its paper, a reply not what it answers. Databases
say so unevenly, so that the title is asked as well, in the languages the literature is written in.
Words that also begin ordinary titles ("Correction of foot deformity", "Response to treatment",
"Retraction of the eyelid") count only with the punctuation that notices have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from stroma.reference_records import ReferenceKind

_TYPES: Final = (
    (ReferenceKind.RETRACTION, r"retraction( of publication| notice| note)?|withdrawal"),
    (ReferenceKind.CONCERN, r"expression of concern"),
    (
        ReferenceKind.ERRATUM,
        (
            r"(published |author |publisher )?(erratum|errata|corrigendum|corrigenda|correction)"
            r"(, addition)?|addendum"
        ),
    ),
    (ReferenceKind.REPLY, r"(author |authors['’] )?(reply|response)"),
    (ReferenceKind.COMMENT, r"comment(ary)?(/reply)?"),
    (ReferenceKind.PREPRINT, r"pre-?print|posted content|posted-content"),
    (
        ReferenceKind.CONFERENCE,
        (
            r"conf|cpaper|conference( paper| abstract| proceedings?| review)?|meeting( abstract)?"
            r"|meeting-abstract|proceedings( paper)?|inproceedings|congress|conferencepaper"
            r"|journal article; conference proceeding|journal: conference abstract"
        ),
    ),
    (ReferenceKind.REVIEW, r"(systematic )?review|meta-analysis|review article|journal: review"),
    (ReferenceKind.OTHER, r"editorial|news|letter|note|book|chap|book chapter|thes|thesis|patent"),
)
_COMPILED_TYPES: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _TYPES)

# The end of a notice's first words: what parts it from the title it speaks of.
_PART: Final = r"(?:\s*[:：.–—]\s|\s*[:：]|\s*\[|\s*$|\s+-\s)"
_NOTICES: Final = (
    (
        ReferenceKind.CONCERN,
        (
            r"(?:editorial )?expression of concern\b|expresión de preocupación\b"
            r"|expression d['’]inquiétude\b|выражение обеспокоенности\b|关注声明"
        ),
    ),
    (
        ReferenceKind.RETRACTION,
        (
            rf"retraction(?: notice| note| statement)?(?: to| of| for)?{_PART}"
            r"|retraction (?:note|notice"
            r"|statement|of publication|of article)\b|notice of (?:retraction|withdrawal)\b"
            rf"|(?:withdrawal|statement of retraction){_PART}|withdrawal notice\b"
            rf"|(?:retractación|retratação|ritrattazione|rétractation){_PART}"
            rf"|(?:ретракция|отзыв статьи|отзыв публикации)(?: статьи)?\b|мақаланы қайтарып алу"
            r"|撤稿|撤回|论文撤销|논문 철회"
        ),
    ),
    (
        ReferenceKind.ERRATUM,
        (
            r"(?:published )?errat(?:um|a)\b|corrigend(?:um|a)\b|errata corrige\b|addendum\b"
            r"|(?:author|publisher|editorial)['’]?s? correction\b|correction(?:s)? to\s*[:：]"
            rf"|corrections? to (?:[\"'“‘«]|the (?:article|paper)\b)|corrections?{_PART}"
            rf"|fe de erratas?\b|(?:corrección|correção|rettifica|rectificatif){_PART}"
            rf"|(?:berichtigung|druckfehlerberichtigung|korrektur|düzeltme|sprostowanie|rättelse){_PART}"
            rf"|(?:исправлени[ея]|поправк[аи]|опечатк[аи]|түзету|түзетулер"
            rf"|виправлення)(?: к статье)?{_PART}"
            r"|исправлени[ея] к статье\b|поправк[аи] к статье\b|更正|勘误|訂正|正誤表|정정"
        ),
    ),
    (
        ReferenceKind.REPLY,
        (
            rf"(?:the )?authors?['’]?s?['’]? (?:reply|response){_PART}"
            rf"|(?:in )?reply to\b|reply{_PART}"
            r"|response to\s*[:：]"
            r"|response to (?:[\"'“‘«]|(?:the )?(?:letters?|comments?|commentary"
            r"|editor)\b)|in response(?: to [\"'“‘«])?\s*$|response from the authors?\b"
            r"|(?:ответ авторов|ответ на (?:комментари|письмо|замечани))|авторлардың жауабы"
            r"|erwiderung\b|antwort der autoren\b|réponse (?:des auteurs|à la lettre)\b"
            r"|respuesta de (?:los|las) autor|resposta dos autores\b|risposta degli autori\b"
            r"|回复[:：]|答复"
        ),
    ),
    (
        ReferenceKind.COMMENT,
        (
            rf"comments? (?:on|to|re)\b|commentary(?: on\b| to\b|{_PART})|re\s*[:：]\s"
            rf"|comment{_PART}"
            rf"|letter(?: to the editor)? (?:regarding|re|on|concerning)\b|invited commentary\b"
            r"|комментари[ий] (?:к|на)\b|комментарий\s*[:：]|пікір\s*[:：]|kommentar zu\b"
            r"|commentaire (?:sur|à propos)\b|comentarios? (?:sobre|al?|a la)\b"
            r"|comentários? (?:sobre|ao?)\b"
            r"|commento a\b|评论[:：]"
        ),
    ),
)
_BEGINNING: Final = tuple(
    (kind, re.compile(rf"^[\[(\"'“«]?\s*(?:{pattern})", re.IGNORECASE))
    for kind, pattern in _NOTICES
)
_NEAR: Final = (
    (
        ReferenceKind.ERRATUM,
        re.compile(
            r"[:.\-–—\[(]\s*(?:erratum|errata|corrigendum|corrigenda|author correction"
            r"|publisher correction|correction|исправление|поправка)\s*[\])]?\.?$"
            # Web of Science writes corrections as the title and the place corrected.
            r"|\(vol\.? ?\w+,? (?:no\.? ?\w+, )?(?:pgs?|pp?|art no|page)\.? ?"
            r"[\w.–-]+, ?(?:19|20)\d\d\)",
            re.IGNORECASE,
        ),
    ),
    (
        ReferenceKind.RETRACTION,
        re.compile(r"[:.\-–—\[(]\s*(?:retraction|ретракция)\s*[\])]?\.?$", re.IGNORECASE),
    ),
    (
        ReferenceKind.REPLY,
        re.compile(r"[:.\-–—\[(]\s*(?:authors?['’]?s?['’]? )?reply\s*[\])]?\.?$", re.IGNORECASE),
    ),
)
_PREPRINT_SERVERS: Final = re.compile(
    r"\b(?:(?:bio|med|chem|eco|eng|agri|tech)r|ar|psyar|socar|edar)xiv\b|research square"
    r"|preprints?(?:\.org)?$|^ssrn|authorea|f1000 ?posters",
    re.IGNORECASE,
)
# Registered prefixes of preprint servers; 10.1101 is also Cold Spring Harbor's journals, whose
# suffixes begin with letters.
_PREPRINT_DOIS: Final = re.compile(
    r"10\.1101/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,8}(?:v\d+)?$|10\.64898/|10\.21203/rs\.|10\.48550/arxiv"
    r"|10\.20944/preprints|10\.2139/ssrn|10\.26434/chemrxiv|10\.31234/osf|10\.22541/au"
)
_RETRACTED: Final = re.compile(
    r"^[\[(]?(?:retracted(?: article| paper)?|withdrawn|отозвана|отозвано)\s*[\])]?\s*[:：.]?\s*"
    r"|\s*[\[(](?:retracted(?: article)?(?:\.[^\])]*)?|withdrawn)[\])]$",
    re.IGNORECASE,
)

_MARKS: Final = " :：.–—-\"'“”«»[]"
_LEADING: Final = re.compile(
    r"^(?:to|on|of|for|in|к статье)(?:\s*[:：]\s*|\s+(?=[\"'“‘«]))", re.IGNORECASE
)
# Embase writes the place corrected after the title: "(Sci. Rep. (2024) 14 1 DOI: 10.1038/…)".
_PLACE_CORRECTED: Final = re.compile(r"\s*\((?=.*\b(?:19|20)\d\d\b)(?:[^()]|\([^()]*\))*\)?$")


def kind_of(
    title: str, types: Iterable[str] = (), *, journal: str = "", doi: str = ""
) -> ReferenceKind:
    """Return what a record is, as far as its own words say.

    Parameters
    ----------
    title
        Its title.
    types
        The publication types of the database, as written.
    journal
        Where it appeared; names of preprint servers are known.
    doi
        In its one spelling; the prefixes of preprint servers are known.

    Returns
    -------
    ReferenceKind
        ``ARTICLE`` where nothing says otherwise. An article that was retracted is an article; the
        notice that retracts it is a retraction.

    Examples
    --------
    >>> kind_of("Corrigendum: Mesenchymal stromal cells of the placenta").value
    'erratum'
    >>> kind_of("Correction of foot deformity with stromal cells").value
    'article'
    >>> kind_of("Placental cells", ["Journal Article", "Preprint"]).value
    'preprint'
    """
    by_title = _by_title(title)
    if by_title is not None:
        return by_title
    said = {word.strip().casefold().rstrip(".") for word in types}
    for kind, pattern in _COMPILED_TYPES:
        if any(pattern.fullmatch(word) for word in said):
            return kind
    if _PREPRINT_DOIS.match(doi) or _PREPRINT_SERVERS.search(journal):
        return ReferenceKind.PREPRINT
    return ReferenceKind.ARTICLE


def _by_title(title: str) -> ReferenceKind | None:
    plain = title.strip()
    for kind, pattern in (*_BEGINNING, *_NEAR):
        if pattern.search(plain):
            return kind
    return None


def is_marked_retracted(title: str, types: Iterable[str] = ()) -> bool:
    """Tell whether a record is an article that its database or title calls retracted.

    Parameters
    ----------
    title
        Its title.
    types
        The publication types of the database.

    Returns
    -------
    bool
        True for the retracted article, not for the notice.

    Examples
    --------
    >>> is_marked_retracted("RETRACTED: Placental cells"), is_marked_retracted("Placental cells")
    (True, False)
    """
    return any(word.strip().casefold() == "retracted publication" for word in types) or (
        _RETRACTED.search(title.strip()) is not None
    )


def subject_of(title: str) -> str:
    """Return a title without the words that make it a notice or mark it as retracted.

    Parameters
    ----------
    title
        "Erratum: …", "… (vol 3, pg 12, 2010)", "RETRACTED: …".

    Returns
    -------
    str
        What it speaks of.

    Examples
    --------
    >>> subject_of("Correction to: Cells of the amnion (vol 3, pg 12, 2010)")
    'Cells of the amnion'
    """
    plain = _RETRACTED.sub("", title.strip())
    before = ""
    # Databases set one notice's words before another's: "Erratum: Author Correction: …".
    while plain != before:
        before = plain
        for _, pattern in (*_BEGINNING, *_NEAR):
            plain = pattern.sub("", plain).strip(_MARKS)
        plain = _LEADING.sub("", plain).strip(_MARKS)
    return _PLACE_CORRECTED.sub("", plain).strip(_MARKS)
