"""What is wrong with a claim as the article has it, said from codes.

What was noted when the article was read stands as codes in the table of claims. That a DOI fails
its check character, or is a placeholder, is found anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from stroma.evidence.references.check import check_doi
from stroma.published import ArticleReference, Claim, article_references
from stroma.texts import Text, join, text, texts

Details: TypeAlias = tuple[str, ...]

PLAIN: Final[Mapping[str, Text]] = {
    "no_number": text("the article gives no number for this anywhere"),
    "word_stem": text(
        'it says "stem": the ISCT asks for multipotent mesenchymal stromal cells unless the '
        "properties of stem cells are shown"
    ),
    "frequency_not_yield": text(
        "the article calls it a yield: it is the frequency among nucleated cells of marrow, and no "
        "yield is given"
    ),
    "no_dates_or_counts": text(
        "the article prints no days of its searches, no numbers of records and no flow diagram"
    ),
    "reviews_as_evidence": text("the article uses reviews as evidence for primary facts"),
    "free_access_only": text("leaving out what is not free to read selects papers"),
    "either_marker_suffices": text(
        "the statement says CD14 or CD11b; the article lists both as asked for"
    ),
    "stimulation_omitted": text(
        "the article leaves out that cells stimulated with IFN-gamma may carry HLA-DR"
    ),
    "garbled": text(
        "the article speaks of cells of bone marrow from various tissues: the sentence is garbled"
    ),
    "unstimulated_only": text(
        "it can hold of unstimulated cells only, which the article does not say"
    ),
    "speculative": text("the article itself says it may be so"),
    "part_not_stated": text(
        "the article never says which part of the placenta it means; cells of the decidua are the "
        "mother's"
    ),
}


def claim_faults(claim: Claim) -> tuple[Text, ...]:
    """Return what is wrong with a claim as the article has it.

    Parameters
    ----------
    claim
        The claim.

    Returns
    -------
    tuple of Text
        Contradictions and omissions first, then its citations; empty where nothing was found.

    Examples
    --------
    >>> from stroma.published import claims
    >>> str(claim_faults(claims()[75])[0])
    'claim S070 of the same article says the opposite'
    """
    noted = [_noted(fault.code, fault.details) for fault in claim.faults]
    references = [article_references()[number - 1] for number in claim.references]
    return (*noted, *_failing(references))


def _noted(code: str, details: Details) -> Text:
    return PLAIN[code] if code in PLAIN else _WITH_DETAILS[code](details)


def _failing(references: Iterable[ArticleReference]) -> Iterable[Text]:
    for reference in references:
        for fault in check_doi(reference.doi):
            yield text(
                "reference {number}: {fault}", number=str(reference.number), fault=fault.found
            )
        if reference.doi_seen:
            yield text(
                "reference {number}: a page with this title gives the DOI {doi}",
                number=str(reference.number),
                doi=reference.doi_seen,
            )
        if reference.status == "doubtful":
            yield text(
                "reference {number}: the publisher's page for this title has another number",
                number=str(reference.number),
            )


def _titles(details: Details) -> Text:
    return join(
        [
            text("{number}: {title}", number=number, title=_title(int(number)))
            for number in details
        ],
        "; ",
    )  # fmt: skip


def _title(number: int) -> str:
    citation = article_references()[number - 1].citation
    rest = citation.partition("). ")[2].replace("*", "") or citation
    ends = [rest.find(mark) for mark in (". ", "? ") if mark in rest]
    return rest[: min(ends) + 1].rstrip(".") if ends else rest


def _off_topic(details: Details) -> Text:
    return texts(
        "the cited reference is about something else ({titles})",
        "{count} cited references are about something else ({titles})",
        len(details),
        titles=_titles(details),
    )


def _contradicts(details: Details) -> Text:
    return texts(
        "claim {claims} of the same article says the opposite",
        "claims {claims} of the same article say the opposite",
        len(details),
        claims=join(details),
    )


def _threshold(details: Details) -> Text:
    sign = details[0].replace(">=", "≥ ").replace("<=", "≤ ")
    return text("the article leaves out the limit: {limit} % of cells", limit=sign)


_WITH_DETAILS: Final[Mapping[str, Callable[[Details], Text]]] = {
    "off_topic": _off_topic,
    "contradicts": _contradicts,
    "threshold_omitted": _threshold,
    "not_in_abstract": lambda found: text(
        "the abstract of reference {number} does not say it", number=found[0]
    ),
    "marker_discriminates": lambda found: text(
        "reference {number} of the same article counts CD14 among the markers that tell "
        "placental MSC from fibroblasts",
        number=found[0],
    ),
    "query_cannot_find": lambda found: text(
        'the query asks for "adult" while the placenta is a tissue of birth, and cannot find '
        "references {numbers}",
        numbers=join(found),
    ),
    "excludes_own_subject": lambda found: text(
        "the second criterion keeps out fetal cells of the placenta, the article's subject "
        "(references {numbers})",
        numbers=join(found),
    ),
    "reissue_date": lambda found: text(
        "the list dates reference {number} by its reissue online", number=found[0]
    ),
    "argues_against": lambda found: text(
        "reference {number}, cited for the name, argues that it be given up", number=found[0]
    ),
    "source_says_otherwise": lambda found: text(
        "reference {number}, cited for it, found that each source has proteins of its own",
        number=found[0],
    ),
    "too_general": lambda found: text(
        "reference {number} is a general review and does not speak of it", number=found[0]
    ),
    "disputed_elsewhere": lambda found: text(
        "outside the article the bone-forming capacity of placental MSC is disputed ({address})",
        address=found[0],
    ),
}
