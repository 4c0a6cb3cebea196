"""Whose weights: the user's exact ones, an order, intervals, or all at once."""

from __future__ import annotations

import math
import tomllib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import numpy as np

from stroma.choosing.application import Application
from stroma.choosing.scales import FloatArray
from stroma.errors import FileProblem, Place, Problem
from stroma.spelling import nearest
from stroma.stats.simplex import is_feasible, sample_all, sample_bounded, sample_ranked
from stroma.texts import Text, text

KINDS = ("exact", "ranking", "intervals")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Weights of an application's attributes, or what is said of them.

    Parameters
    ----------
    kind
        ``"all"``, ``"exact"``, ``"ranking"`` or ``"intervals"``.
    exact
        Shares that sum to 1.
    ranking
        Positions of the attributes, the heaviest first; those in one group are in no order.
    low, high
        Bounds of the shares.
    file
        Where they stand; empty for none.
    """

    kind: str = "all"
    exact: tuple[float, ...] = ()
    ranking: tuple[tuple[int, ...], ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    file: str = ""

    @property
    def sentence(self) -> Text:
        """Whose weights, in words."""
        return {
            "all": text("all weights at once: every set of weights is as likely as any other"),
            "exact": text("the weights stated"),
            "ranking": text("all weights that keep the order stated"),
            "intervals": text("all weights within the intervals stated"),
        }[self.kind]

    def draw(self, count: int, draws: int, seed: int) -> FloatArray:
        """Draw weights.

        Parameters
        ----------
        count
            How many attributes.
        draws
            How many draws.
        seed
            Of all chance.

        Returns
        -------
        array
            Shape (draws, attributes); each row sums to 1.
        """
        random = np.random.default_rng([seed, zlib.crc32(b"weights")])
        match self.kind:
            case "exact":
                return np.tile(np.array(self.exact), (draws, 1))
            case "ranking":
                return sample_ranked(self.ranking, draws, random)
            case "intervals":
                return sample_bounded(np.array(self.low), np.array(self.high), draws, random)
            case _:
                return sample_all(count, draws, random)


ALL_WEIGHTS = Weights()


def load_weights(path: Path, application: Application) -> Weights:
    """Read weights from a TOML file.

    Parameters
    ----------
    path
        The file: a table ``[exact]``, a list ``ranking`` or a table ``[intervals]``.
    application
        Whose attributes they weigh.

    Returns
    -------
    Weights
        The weights.

    Raises
    ------
    FileProblem
        The file is not TOML, or holds another form; names an attribute the application has not,
        or leaves one out; a weight is negative; the intervals leave no weights.
    """
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise FileProblem(
            Problem(
                Place(file=path.as_posix()),
                found=text("the file cannot be read ({reason})", reason=reason),
                expected=text("weights as a TOML file"),
                action=text("correct the path or the file"),
            )
        ) from error
    return read_weights(table, application, file=path.as_posix())


def read_weights(
    table: Mapping[str, object], application: Application, *, file: str = ""
) -> Weights:
    """Return the weights a table holds.

    Parameters
    ----------
    table
        With one of the keys ``exact`` (attribute to weight), ``ranking`` (attributes, the
        heaviest first; a list in the list for attributes in no order) and ``intervals``
        (attribute to the pair of its bounds, as shares of 1).
    application
        Whose attributes they weigh.
    file
        Where it stands, for messages.

    Returns
    -------
    Weights
        The weights.

    Raises
    ------
    FileProblem
        As for :func:`load_weights`.

    Examples
    --------
    >>> from stroma.choosing.known_applications import load_application
    >>> gvhd = load_application("gvhd")
    >>> names = [attribute.name for attribute in gvhd.attributes]
    >>> read_weights({"exact": dict.fromkeys(names, 2)}, gvhd).exact[0] == 1 / len(names)
    True
    """
    known = tuple(attribute.name for attribute in application.attributes)
    place = Place(file=file) if file else Place(column="weights")
    kinds = [key for key in table if key in KINDS]
    if len(kinds) != 1 or len(table) != 1:
        keys = ", ".join(table) or "–"
        raise FileProblem(
            Problem(
                place,
                found=text("the keys {keys}", keys=keys),
                expected=text("one of {names}", names=", ".join(KINDS)),
                action=text("state the weights in one of these forms"),
            )
        )
    kind = kinds[0]
    match kind, table[kind]:
        case "exact", dict() as stated:
            return _exact(stated, known, place)
        case "ranking", list() as stated:
            return _ranking(stated, known, place)
        case "intervals", dict() as stated:
            return _intervals(stated, known, place)
    expected = (
        text("a list of attributes in quotes")
        if kind == "ranking"
        else text("a table with one line an attribute")
    )
    raise FileProblem(_problem(place, kind, text("another form"), expected))


def _exact(stated: Mapping[str, object], known: tuple[str, ...], place: Place) -> Weights:
    problems = list(_name_problems(stated, known, place, complete=True))
    numbers = dict.fromkeys(known, 0.0)
    for name, value in stated.items():
        if not _is_number(value) or value < 0:
            found = text("the weight {value}", value=str(value))
            problems.append(_problem(place, name, found, text("a number that is not below 0")))
        elif name in numbers:
            numbers[name] = float(value)
    total = sum(numbers.values())
    if not problems and total <= 0:
        expected = text("at least one weight above 0")
        problems.append(_problem(place, "exact", text("only weights of 0"), expected))
    if problems:
        raise FileProblem(problems)
    shares = tuple(numbers[name] / total for name in known)
    return Weights(kind="exact", exact=shares, file=place.file or "")


def _ranking(stated: list[object], known: tuple[str, ...], place: Place) -> Weights:
    groups = [group if isinstance(group, list) else [group] for group in stated]
    names = [name for group in groups for name in group]
    words = [name for name in names if isinstance(name, str)]
    problems = list(_name_problems(words, known, place, complete=True))
    problems += [
        _problem(place, "ranking", text("{value}", value=str(name)), text("an attribute in quotes"))
        for name in names
        if not isinstance(name, str)
    ]
    problems += [
        _problem(place, "ranking", text('"{name}" twice', name=name), text("each attribute once"))
        for name in sorted({word for word in words if words.count(word) > 1})
    ]
    if problems:
        raise FileProblem(problems)
    ranking = tuple(tuple(known.index(str(name)) for name in group) for group in groups if group)
    return Weights(kind="ranking", ranking=ranking, file=place.file or "")


def _intervals(stated: Mapping[str, object], known: tuple[str, ...], place: Place) -> Weights:
    problems = list(_name_problems(stated, known, place, complete=False))
    low, high = dict.fromkeys(known, 0.0), dict.fromkeys(known, 1.0)
    for name, pair in stated.items():
        bounds = [float(end) for end in pair if _is_number(end)] if isinstance(pair, list) else []
        if len(bounds) != 2 or not 0 <= bounds[0] <= bounds[1] <= 1:
            expected = text("two shares of 1, the smaller first, such as [0.2, 0.5]")
            problems.append(_problem(place, name, text("{value}", value=str(pair)), expected))
        elif name in low:
            low[name], high[name] = bounds
    lows, highs = tuple(low.values()), tuple(high.values())
    if not problems and not is_feasible(np.array(lows), np.array(highs)):
        found = text(
            "intervals whose lower ends sum to {low} and whose upper ends sum to {high}",
            low=sum(lows),
            high=sum(highs),
        )
        expected = text("lower ends of at most 1 in all and upper ends of at least 1")
        problems.append(_problem(place, "intervals", found, expected))
    if problems:
        raise FileProblem(problems)
    return Weights(kind="intervals", low=lows, high=highs, file=place.file or "")


def _is_number(value: object) -> TypeGuard[int | float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def _name_problems(
    names: Iterable[str], known: tuple[str, ...], place: Place, *, complete: bool
) -> Iterable[Problem]:
    stated = list(names)
    for name in stated:
        if name not in known:
            close = nearest(name, known, count=1)
            yield Problem(
                Place(file=place.file, column=name),
                found=text('no attribute "{name}" in this application', name=name),
                expected=text("one of {names}", names=", ".join(known)),
                action=text("write {close}, if it is meant", close=close[0])
                if close
                else text("write one of these names"),
            )
    missing = [name for name in known if name not in stated] if complete else []
    if missing:
        yield Problem(
            place,
            found=text("no weight for {names}", names=", ".join(missing)),
            expected=text("every attribute of the application"),
            action=text("add them; an exact weight of 0 leaves an attribute out"),
        )


def _problem(place: Place, column: str, found: Text, expected: Text) -> Problem:
    return Problem(
        Place(file=place.file, column=column),
        found=found,
        expected=expected,
        action=text("correct the line"),
    )
