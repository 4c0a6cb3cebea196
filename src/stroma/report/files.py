"""Every file behind a report, numbered once so that each number can point to its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stroma.records import Origin
from stroma.results import StudyResults
from stroma.texts import Text, join, text


@dataclass(frozen=True, slots=True)
class NumberedFile:
    """A file and the number it is cited by.

    Parameters
    ----------
    number
        From 1, in the order of the paths.
    file, sha256
        Path and hash.
    """

    number: int
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Files:
    """All files of a report.

    Parameters
    ----------
    listed
        In the order of their numbers.
    by_origin
        The same by path and SHA-256.
    by_path
        The same by path alone; of two with one path the first.
    """

    listed: tuple[NumberedFile, ...]
    by_origin: Mapping[tuple[str, str], NumberedFile]
    by_path: Mapping[str, NumberedFile]

    def cited(self, origins: Iterable[Origin]) -> tuple[tuple[NumberedFile, str], ...]:
        """Return the files of some origins, each once, with the places in them.

        Parameters
        ----------
        origins
            Where numbers come from.

        Returns
        -------
        tuple of (NumberedFile, str)
            In the order of the numbers; the places are joined by commas.
        """
        places: dict[tuple[str, str], list[str]] = {}
        for origin in origins:
            held = places.setdefault((origin.file, origin.sha256), [])
            if origin.place and origin.place not in held:
                held.append(origin.place)
        found = [(self.by_origin[key], ", ".join(held)) for key, held in places.items()]
        return tuple(sorted(found, key=lambda pair: pair[0].number))


def number_files(origins: Iterable[Origin]) -> Files:
    """Return the files of a report with their numbers.

    Parameters
    ----------
    origins
        All of them, in any order and any number of times.

    Returns
    -------
    Files
        Each path and hash once.

    Examples
    --------
    >>> held = number_files([Origin("b.csv", "22", "row 2"), Origin("a.csv", "11")])
    >>> [(entry.number, entry.file) for entry in held.listed]
    [(1, 'a.csv'), (2, 'b.csv')]
    """
    keys = sorted({(origin.file, origin.sha256) for origin in origins})
    by_origin = {key: NumberedFile(number, *key) for number, key in enumerate(keys, start=1)}
    listed = tuple(by_origin.values())
    return Files(listed, by_origin, {entry.file: entry for entry in reversed(listed)})


def files_of(results: StudyResults) -> Files:
    """Return the files behind results with their numbers.

    Parameters
    ----------
    results
        The results.

    Returns
    -------
    Files
        The inputs, and whatever else a number rests on.
    """
    origins: list[Origin] = list(results.provenance.inputs)
    for row in results.measurements:
        origins += row.origins
    for judged in results.verdicts:
        for lot in judged.lots:
            for result in lot.criteria:
                origins += () if result.row is None else result.row.origins
    return number_files(origins)


_ROW = re.compile(r"row (\d+)")


def joined_places(places: Sequence[str]) -> list[Text]:
    """Join rows that follow one another.

    Parameters
    ----------
    places
        Places in files, as their records state them.

    Returns
    -------
    list of Text
        Rows as ranges, then other places as they are.

    Examples
    --------
    >>> [str(place) for place in joined_places(["row 2", "row 4", "row 3", "data set 2"])]
    ['rows 2–4', 'data set 2']
    """
    rows = sorted({int(found[1]) for found in map(_ROW.fullmatch, places) if found is not None})
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][1] + 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    told = [
        text("row {row}", row=str(first))
        if first == last
        else text("rows {first}–{last}", first=str(first), last=str(last))
        for first, last in spans
    ]
    return [*told, *(join([place]) for place in places if _ROW.fullmatch(place) is None)]
