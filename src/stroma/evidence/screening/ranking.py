"""The order in which publications wait to be judged: those most like the relevant ones first.

The order decides nothing. Every publication stays in the queue until people have decided on it.

Titles, abstracts and keywords are words weighed by how rare they are (tf-idf: Salton, G. and
Buckley, C. (1988) Inf. Process. Manag. 24:513-523). Before anything was excluded the order is by
their likeness to the question, the criteria, the search strings and what was included; after that
by a logistic regression on the decisions (scikit-learn, where it is installed) or a complement
naive Bayes (Rennie, J. et al. (2003) Tackling the poor assumptions of naive Bayes text
classifiers, Proc. ICML 20:616-623).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from stroma.evidence.review_records import Choice, Protocol, Review, Side, Stage
from stroma.evidence.screening.standing import PublicationStanding, Standing
from stroma.reference_records import Reference
from stroma.texts import Text, text

_WORD: Final = re.compile(r"[^\W\d_](?:[\w\-]*[^\W_])?")
_STOP_WORDS: Final = """
a an and are as at be been by can for from had has have in into is it its may more most no nor not
of on or other our such than that the their there these this those to using used was we were which
who whose will with between but during however results background methods conclusion conclusions
objective aim study studies
и в во на не но а о об от по с со к из за для что это как при или их его ее её был была были быть
бы мы вы они она он у до также
және мен бен пен үшін бойынша бұл ол осы сол де да
"""
_STOP: Final = frozenset(_STOP_WORDS.split())
"""Words every abstract has: articles, prepositions, and the headings of structured abstracts."""
_TITLE_WEIGHT: Final = 2
"""A word of the title counts as two of the abstract; titles name the subject."""
_LEAST_DOCUMENTS: Final = 2
"""A word of one publication alone, which is not asked for, tells nothing of another."""
_MESH: Final = re.compile(r"\[[^\]]*\]|\b(?:TITLE-ABS-KEY|TITLE|ABS|TS|TI|AB)\s*(?==|\()", re.I)
_OPERATORS: Final = frozenset({"and", "or", "not", "near", "adj", "и", "или", "не"})


class Model(StrEnum):
    """What ordered the queue."""

    LIKENESS = "likeness"
    LOGISTIC = "logistic_regression"
    BAYES = "complement_naive_bayes"

    @property
    def label(self) -> Text:
        """What it is, in words."""
        return _LABELS[self]


_LABELS: Final = {
    Model.LIKENESS: text("likeness to the question, the criteria and what was included"),
    Model.LOGISTIC: text("logistic regression on the decisions so far"),
    Model.BAYES: text("complement naive Bayes on the decisions so far"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """An order of publications.

    Parameters
    ----------
    order
        Their groups, the most relevant first.
    scores
        What the model gave each; higher is more relevant, on the model's own scale.
    model
        What ordered them.
    included, excluded
        How many decided publications it learned from.
    """

    order: tuple[str, ...]
    scores: Mapping[str, float]
    model: Model
    included: int
    excluded: int


@dataclass(frozen=True, slots=True)
class WordWeights:
    """The words of publications, weighed once for many orders.

    Parameters
    ----------
    groups
        The publications.
    weights
        A row for each, of length 1, and a last one for the question.
    """

    groups: tuple[str, ...]
    weights: csr_array


def weigh_words(review: Review, groups: Iterable[str]) -> WordWeights:
    """Weigh the words of publications.

    Parameters
    ----------
    review
        The review.
    groups
        Its publications.

    Returns
    -------
    WordWeights
        Of each publication the record with the longest abstract.
    """
    names = tuple(groups)
    richest = richest_records(review)
    documents = [_counts(richest[group]) for group in names]
    return WordWeights(names, _tf_idf([*documents, Counter(asked_words(review.protocol))]))


def rank(
    words: WordWeights,
    by_group: Mapping[str, PublicationStanding],
    *,
    stage: Stage = Stage.TITLE_ABSTRACT,
) -> Ranking:
    """Order the publications of a review.

    Parameters
    ----------
    words
        Their words.
    by_group
        Where they stand.
    stage
        Whose decisions to learn from.

    Returns
    -------
    Ranking
        All publications, decided or not; the same records and decisions give the same order.
    """
    groups = words.groups
    labels = np.array([_label(by_group[group], stage) for group in groups], dtype=np.int8)
    scores, model = _scores(words.weights, labels)
    # Equal scores keep the order of the records.
    order = np.argsort(-scores, kind="stable")
    return Ranking(
        order=tuple(groups[place] for place in order),
        scores={group: float(score) for group, score in zip(groups, scores, strict=True)},
        model=model,
        included=int(np.sum(labels == 1)),
        excluded=int(np.sum(labels == 0)),
    )


def richest_records(review: Review) -> dict[str, Reference]:
    """Return of each publication the record that says most.

    Parameters
    ----------
    review
        The review.

    Returns
    -------
    dict
        By group, the record with the longest abstract; the first of those as long.
    """
    richest: dict[str, Reference] = {}
    for member in review.members:
        one = review.references[member.record]
        held = richest.get(member.group)
        if held is None or len(one.abstract) > len(held.abstract):
            richest[member.group] = one
    return richest


def words_of(written: str) -> list[str]:
    """Return the words of a text that can tell one publication from another.

    Parameters
    ----------
    written
        In any language.

    Returns
    -------
    list of str
        Lower case, without the words that every abstract has; the plural s of English is cut.

    Examples
    --------
    >>> words_of("The stromal cells of human placentas (CD105+)")
    ['stromal', 'cell', 'human', 'placenta', 'cd105']
    """
    found = [word for word in _WORD.findall(written.casefold()) if word not in _STOP]
    return [_singular(word) if word.endswith("s") else word for word in found]


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _counts(one: Reference) -> Counter[str]:
    counted = Counter(words_of(one.abstract))
    counted.update(word for keyword in one.keywords for word in words_of(keyword))
    for word in words_of(one.title):
        counted[word] += _TITLE_WEIGHT
    return counted


def asked_words(protocol: Protocol) -> frozenset[str]:
    """Return the words a review looks for, in all its spellings.

    Parameters
    ----------
    protocol
        The protocol.

    Returns
    -------
    frozenset of str
        Of the title, the question, what is let in and the search strings; as :func:`words_of`
        writes them.
    """
    said = [protocol.title, protocol.question]
    said += [one.words for one in protocol.criteria if one.side is Side.INCLUDE]
    said += [_MESH.sub(" ", search.query) for search in protocol.searches]
    return frozenset(word for one in said for word in words_of(one)) - _OPERATORS


def _tf_idf(documents: Sequence[Mapping[str, int]]) -> csr_array:
    """Return a row of weights for each document, of length 1; the last is the question."""
    spread = Counter(word for document in documents for word in document)
    kept = sorted(word for word, count in spread.items() if count >= _LEAST_DOCUMENTS)
    place = {word: column for column, word in enumerate(kept)}
    rows, columns, values = [], [], []
    for row, document in enumerate(documents):
        for word, count in document.items():
            column = place.get(word)
            if column is not None:
                rows.append(row)
                columns.append(column)
                values.append(1 + math.log(count))
    rarity = np.log((1 + len(documents)) / (1 + np.array([spread[word] for word in kept]))) + 1
    shape = (len(documents), len(kept))
    weights = csr_array((np.array(values, dtype=float), (rows, columns)), shape=shape)
    weights = weights.multiply(rarity).tocsr()
    length = np.sqrt(np.asarray(weights.multiply(weights).sum(axis=1)).ravel())
    length[length == 0] = 1
    return csr_array(weights.multiply(1 / length[:, None]))


def _label(one: PublicationStanding, stage: Stage) -> int:
    """Return 1 for relevant, 0 for excluded, -1 for not decided or not agreed."""
    at = one.at(stage)
    if at.standing is Standing.AWAITING:
        choices = {vote.choice for vote in at.votes}
        if choices == {Choice.INCLUDE}:
            return 1
        return 0 if choices == {Choice.EXCLUDE} else -1
    return {Standing.INCLUDED: 1, Standing.EXCLUDED: 0}.get(at.standing, -1)


def _scores(
    weights: csr_array, labels: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.float64], Model]:
    asked, documents = weights[[-1]], weights[:-1]
    included = np.flatnonzero(labels == 1)
    excluded = np.flatnonzero(labels == 0)
    if documents.shape[1] == 0:
        return np.zeros(len(labels)), Model.LIKENESS
    if len(excluded) == 0:
        centre = asked.toarray().ravel()
        if len(included):
            centre = centre + np.asarray(documents[included].mean(axis=0)).ravel()
        return np.asarray(documents @ centre).ravel(), Model.LIKENESS
    # The question stands among the relevant ones: with the first exclusion there may be no other.
    place = np.concatenate([included, [len(labels)], excluded])
    told = np.concatenate([np.ones(len(included) + 1), np.zeros(len(excluded))])
    return _learned(csr_array(weights[place]), told, csr_array(documents))


def _learned(
    shown: csr_array, told: npt.NDArray[np.float64], documents: csr_array
) -> tuple[npt.NDArray[np.float64], Model]:
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        return _bayes(shown, told, documents), Model.BAYES
    # Balanced: of thousands of records a few are relevant, and the order is all that is wanted.
    learner: Any = LogisticRegression(
        C=10.0, class_weight="balanced", solver="liblinear", max_iter=200, random_state=0
    )
    learner.fit(_short(shown), told)
    return np.asarray(learner.decision_function(_short(documents)), dtype=float), Model.LOGISTIC


def _short(weights: csr_array) -> csr_array:
    """Return the matrix with the short indices that scikit-learn asks for."""
    indices = (weights.indices.astype(np.int32), weights.indptr.astype(np.int32))
    return csr_array((weights.data, *indices), shape=weights.shape)


def _bayes(
    shown: csr_array, told: npt.NDArray[np.float64], documents: csr_array
) -> npt.NDArray[np.float64]:
    """Score by the complement naive Bayes of two classes, its weights of length 1."""
    sides = []
    for side in (0, 1):
        total = np.asarray(shown[np.flatnonzero(told == side)].sum(axis=0)).ravel() + 1.0
        weight = np.log(total / total.sum())
        sides.append(weight / np.abs(weight).sum())
    return np.asarray(documents @ (sides[1] - sides[0])).ravel()
