"""What differs between donors besides the source: told when it cannot be told from the source.

Nothing is adjusted for unless it is asked for, and nothing that goes with the source is ever
adjusted for: the data hold no donor that would show which of the two made the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stroma.comparison.results import Observation
from stroma.measurements import Measurement
from stroma.records import Lot
from stroma.texts import Text, join, text
from stroma.vocabulary import tissue_label

FloatArray = npt.NDArray[np.float64]

SPARE_DONORS = 3
"""Donors that have to be left over once every coefficient has taken one: fewer leave no error
worth the name to judge a difference by."""


@dataclass(frozen=True, slots=True)
class Covariate:
    """Something stated of a lot.

    Parameters
    ----------
    name
        As a study and the command line name it.
    label
        For a reader.
    value_of
        Its value in a lot; ``None`` where it is not stated.
    """

    name: str
    label: Text
    value_of: Callable[[Lot], float | str | None]


COVARIATES: tuple[Covariate, ...] = (
    Covariate("donor_age", text("donor age"), lambda lot: lot.donor_age_years),
    Covariate("donor_sex", text("donor sex"), lambda lot: lot.donor_sex),
    Covariate("medium", text("medium"), lambda lot: lot.medium),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """Columns of the model that stand for covariates.

    Parameters
    ----------
    observations
        Those of which every covariate is known.
    columns
        Centred on the donors, shape (observations, columns).
    remarks
        What was adjusted for, what was not and why.
    left_out
        Values that do not enter because a covariate is not stated.
    """

    observations: tuple[Observation, ...]
    columns: FloatArray
    remarks: tuple[Text, ...] = ()
    left_out: tuple[Text, ...] = ()


def confounded(
    observations: Sequence[Observation], sources: tuple[str, str], lots: Mapping[str, Lot]
) -> Iterator[Text]:
    """Yield what of the donors cannot be told from the source.

    Parameters
    ----------
    observations
        What is compared.
    sources
        The two tissues.
    lots
        Lots as the laboratory described them; empty for a table.

    Yields
    ------
    Text
        A sentence for each covariate whose values the two sources do not share.
    """
    for covariate in COVARIATES:
        held = [_known(covariate, observations, source, lots) for source in sources]
        if _apart(*held):
            yield text(
                "{covariate} goes with the source ({first}: {values}; {second}: {others}), so "
                "that a difference may come from either",
                covariate=covariate.label,
                first=tissue_label(sources[0]),
                values=_told(held[0]),
                second=tissue_label(sources[1]),
                others=_told(held[1]),
            )


def methods_apart(rows: Sequence[Measurement], sources: tuple[str, str]) -> Iterator[Text]:
    """Yield whether the two sources were measured by different methods.

    Parameters
    ----------
    rows
        What is compared.
    sources
        The two tissues.

    Yields
    ------
    Text
        A sentence, if so.
    """
    held = [sorted({row.method for row in rows if row.source == source}) for source in sources]
    if held[0] and held[1] and not set(held[0]) & set(held[1]):
        yield text(
            "the sources were measured by different methods ({first}: {values}; {second}: "
            "{others}), so that a difference may come from either",
            first=tissue_label(sources[0]),
            values=", ".join(held[0]),
            second=tissue_label(sources[1]),
            others=", ".join(held[1]),
        )


def adjust(
    observations: tuple[Observation, ...],
    sources: tuple[str, str],
    lots: Mapping[str, Lot],
    asked: Sequence[str],
) -> Adjusted:
    """Return the columns that adjust a comparison for what was asked, where that is possible.

    Parameters
    ----------
    observations
        What is compared.
    sources
        The two tissues.
    lots
        Lots as the laboratory described them.
    asked
        Names of covariates.

    Returns
    -------
    Adjusted
        Without a column where a covariate is not stated, goes with the source, does not vary, or
        would leave too few donors.
    """
    kept, blocks = observations, list[FloatArray]()
    remarks, left_out = list[Text](), list[Text]()
    for name in asked:
        covariate = next((known for known in COVARIATES if known.name == name), None)
        if covariate is None:
            known = ", ".join(known.name for known in COVARIATES)
            remarks.append(
                text("there is no covariate {name}; known are {known}", name=name, known=known)
            )
            continue
        reason = _why_not(covariate, kept, sources, lots)
        if reason is not None:
            remarks.append(reason)
            continue
        stated = [_value(covariate, held, lots) is not None for held in kept]
        fewer = tuple(held for held, there in zip(kept, stated, strict=True) if there)
        more = [*(block[stated] for block in blocks), _columns(covariate, fewer, lots)]
        if _too_many(fewer, more):
            remarks.append(
                text(
                    "{covariate} was not adjusted for: there are too few donors for one more "
                    "coefficient",
                    covariate=covariate.label,
                )
            )
            continue
        missing = [held.lot for held, there in zip(kept, stated, strict=True) if not there]
        if missing:
            left_out.append(
                text(
                    "lots {lots} do not state {covariate}, which is adjusted for",
                    lots=", ".join(dict.fromkeys(missing)),
                    covariate=covariate.label,
                )
            )
        kept, blocks = fewer, more
        remarks.append(text("adjusted for {covariate}", covariate=covariate.label))
    columns = np.hstack(blocks) if blocks else np.empty((len(kept), 0))
    return Adjusted(
        observations=kept, columns=columns, remarks=tuple(remarks), left_out=tuple(left_out)
    )


def _value(covariate: Covariate, held: Observation, lots: Mapping[str, Lot]) -> float | str | None:
    lot = lots.get(held.lot)
    return None if lot is None else covariate.value_of(lot)


def _known(
    covariate: Covariate, observations: Sequence[Observation], source: str, lots: Mapping[str, Lot]
) -> list[float | str]:
    values = [_value(covariate, held, lots) for held in observations if held.source == source]
    return [value for value in values if value is not None]


def _apart(first: Sequence[float | str], second: Sequence[float | str]) -> bool:
    if not first or not second:
        return False
    one = [value for value in first if isinstance(value, float | int)]
    other = [value for value in second if isinstance(value, float | int)]
    if one and other:
        return max(one) < min(other) or max(other) < min(one)
    return not set(first) & set(second)


def _told(values: Sequence[float | str]) -> Text:
    numbers = [value for value in values if isinstance(value, float | int)]
    if numbers:
        low, high = float(min(numbers)), float(max(numbers))
        return join([low]) if low == high else text("{low} to {high}", low=low, high=high)
    return join(sorted({str(value) for value in values}))


def _why_not(
    covariate: Covariate,
    observations: Sequence[Observation],
    sources: tuple[str, str],
    lots: Mapping[str, Lot],
) -> Text | None:
    held = [_known(covariate, observations, source, lots) for source in sources]
    if not held[0] or not held[1]:
        return text(
            "{covariate} was not adjusted for: it is not stated for lots of both sources",
            covariate=covariate.label,
        )
    if _apart(*held):
        return text(
            "{covariate} was not adjusted for: it goes with the source, and no donor shows which "
            "of the two makes the difference",
            covariate=covariate.label,
        )
    if len(set(held[0]) | set(held[1])) == 1:
        return text(
            "{covariate} was not adjusted for: it is the same in every lot",
            covariate=covariate.label,
        )
    return None


def _columns(
    covariate: Covariate, observations: Sequence[Observation], lots: Mapping[str, Lot]
) -> FloatArray:
    values = [_value(covariate, held, lots) for held in observations]
    numbers = [float(value) for value in values if isinstance(value, float | int)]
    if len(numbers) == len(values):
        block = np.asarray(numbers, dtype=np.float64)[:, None]
    else:
        words = sorted({str(value) for value in values})
        block = np.array([[float(str(value) == word) for word in words[1:]] for value in values])
    return np.asarray(block - block.mean(axis=0), dtype=np.float64)


def _too_many(observations: Sequence[Observation], blocks: Sequence[FloatArray]) -> bool:
    donors = {held.donor for held in observations}
    first = observations[0].source
    source = np.array([[1.0, float(held.source != first)] for held in observations])
    named = list(dict.fromkeys(held.passage for held in observations))[1:]
    passages = np.array([[float(held.passage == name) for name in named] for held in observations])
    together = np.hstack([source, *blocks, passages.reshape(len(observations), len(named))])
    columns = int(together.shape[1])
    is_dependent = int(np.linalg.matrix_rank(together)) < columns
    return len(donors) - (columns - len(named)) < SPARE_DONORS or is_dependent
