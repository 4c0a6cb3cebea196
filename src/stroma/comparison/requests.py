"""What a person asks for in words, held against the vocabulary."""

from __future__ import annotations

import math
from collections.abc import Sequence

from stroma.analytes import canonical_analyte
from stroma.comparison.compare import ADJUSTMENTS
from stroma.comparison.covariates import COVARIATES
from stroma.comparison.questions import Request
from stroma.errors import Place, Problem, StudyProblem
from stroma.spelling import nearest
from stroma.texts import text
from stroma.units import require_unit
from stroma.vocabulary import QUANTITIES, TISSUES, find_quantity, find_tissue, fold_word

SHORT_NAMES = {"bh": "benjamini_hochberg"}


def make_request(
    *,
    quantity: str | None = None,
    analyte: str | None = None,
    sources: Sequence[str] = (),
    margin: float | None = None,
    unit: str | None = None,
    covariates: Sequence[str] = (),
    adjust: str | None = None,
) -> Request:
    """Return what a person asks for, in the vocabulary's words.

    Parameters
    ----------
    quantity, analyte
        In any spelling the vocabulary knows.
    sources
        Tissues, in any spelling; two or none.
    margin, unit
        Of every question.
    covariates
        To adjust for.
    adjust
        ``"holm"``, ``"benjamini_hochberg"`` (``"bh"``) or ``"none"``.

    Returns
    -------
    Request
        The request.

    Raises
    ------
    StudyProblem
        A word is not known, two spellings are of one tissue, a unit has no margin, or the margin
        is none.

    Examples
    --------
    >>> make_request(quantity="PDT", sources=["BM", "placenta"]).sources
    ('bone_marrow', 'placenta')
    """
    held = None if quantity is None else _quantity(quantity)
    if margin is None and unit is not None:
        raise StudyProblem(
            Problem(
                Place(column="unit"),
                found=text('the unit "{unit}" without a margin', unit=unit),
                expected=text("a margin and its unit"),
                action=text("state the margin too"),
            )
        )
    if margin is not None and not 0.0 < margin < math.inf:
        raise StudyProblem(
            Problem(
                Place(column="margin"),
                found=text("the margin {margin}", margin=margin),
                expected=text("a number above zero"),
                action=text("state the largest difference that would not matter"),
            )
        )
    return Request(
        quantity=held,
        analyte=None if analyte is None else _analyte(held, analyte),
        sources=_sources(sources),
        margin=margin,
        unit=None if unit is None else require_unit(unit, Place(column="unit")).code,
        covariates=tuple(_covariate(name) for name in covariates),
        adjustment=None if adjust is None else _adjustment(adjust),
    )


def _quantity(written: str) -> str:
    known = find_quantity(written)
    if known is None:
        raise _unknown("quantity", written, [quantity.name for quantity in QUANTITIES])
    return known.name


def _analyte(quantity: str | None, written: str) -> str:
    known = None if quantity is None else find_quantity(quantity)
    if known is None:
        return written
    return canonical_analyte(known, written) or written


def _sources(written: Sequence[str]) -> tuple[str, ...]:
    named: dict[str, str] = {}
    for word in written:
        tissue = find_tissue(word)
        if tissue is None:
            raise _unknown(
                "source",
                word,
                [name for tissue in TISSUES for name in (tissue.name, *tissue.spellings)],
                shown=[tissue.name for tissue in TISSUES],
            )
        if tissue.name in named:
            raise StudyProblem(
                Problem(
                    Place(column="source"),
                    found=text('"{one}" and "{other}", two spellings of one tissue',
                               one=named[tissue.name], other=word),
                    expected=text("two different tissues"),
                    action=text("name the other tissue"),
                )
            )  # fmt: skip
        named[tissue.name] = word
    if len(named) == 1:
        raise StudyProblem(
            Problem(
                Place(column="source"),
                found=text('one tissue, "{tissue}"', tissue=written[0]),
                expected=text("two or more tissues, or none for all"),
                action=text("name the tissue it is to be compared with"),
            )
        )
    return tuple(named)


def _covariate(written: str) -> str:
    names = [known.name for known in COVARIATES]
    folded = fold_word(written)
    if folded not in names:
        raise _unknown("covariate", written, names)
    return folded


def _adjustment(written: str) -> str:
    folded = SHORT_NAMES.get(fold_word(written), fold_word(written))
    if folded not in ADJUSTMENTS:
        raise _unknown("adjust", written, [*ADJUSTMENTS, *SHORT_NAMES])
    return folded


def _unknown(
    column: str, written: str, known: Sequence[str], *, shown: Sequence[str] = ()
) -> StudyProblem:  # fmt: skip
    near = nearest(fold_word(written), known, count=2)
    return StudyProblem(
        Problem(
            Place(column=column),
            found=text('"{word}"', word=written),
            expected=text("one of {known}", known=", ".join(shown or known)),
            action=text("write {near}, if it is meant", near=" / ".join(near))
            if near
            else text("use one of these words"),
        )
    )
