"""FCS files of flow cytometers, versions 2.0 to 3.2: the one way in and out.

A file is read in this order: HEADER and TEXT segments say what it holds (``fcs_segments``), the
parameters how events are written (``fcs_encoding``), the evidence in the file where they are
(``fcs_layout``); the stored values (``fcs_data``) are brought to linear units (``fcs_linear``).
Whatever had to be decided on the way is a repair that travels with the events; a file that allows
two readings is refused.

Sources: FCS 2.0 (Cytometry 1990;11:323), FCS 3.0 (Cytometry 1997;28:118), FCS 3.1 (Cytometry A
2010;77A:97), FCS 3.2 (Cytometry A 2021;99A:100).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from stroma.formats.fcs_bytes import FileBytes, read_bytes
from stroma.formats.fcs_channels import ParameterSet, describe_parameters, time_parameters
from stroma.formats.fcs_data import (
    Numbers,
    float_matrix,
    free_ascii,
    stored_blocks,
    stored_columns,
)
from stroma.formats.fcs_encoding import Field, read_encodings
from stroma.formats.fcs_header import HEADER_BYTES, Bytes, begins_like_fcs
from stroma.formats.fcs_layout import Located, locate_data
from stroma.formats.fcs_linear import linear_matrix, linear_values, rounded
from stroma.formats.fcs_raw import RawEvents
from stroma.formats.fcs_segments import DataSetText, read_text
from stroma.formats.fcs_spillover import find_spillover, spillover_doubt
from stroma.formats.fcs_values import acquisition_begin, in_file, refusal, stated, whole_number
from stroma.formats.fcs_write import write_events, write_fcs, write_raw
from stroma.records import Events, FloatArray, Origin, Repair
from stroma.texts import Text, text

__all__ = [
    "RawEvents",
    "looks_like_fcs",
    "read_fcs",
    "read_raw",
    "write_events",
    "write_fcs",
    "write_raw",
]

_Built = TypeVar("_Built")
_MOST_DATA_SETS: Final = 2_000
"""More than the wells of the largest plate; a file of more is damaged."""


@dataclass(frozen=True, slots=True)
class _DataSet:
    """A data set that is understood, its values not read yet."""

    origin: Origin
    number: int
    count: int
    held: FileBytes
    window: Bytes
    said: DataSetText
    located: Located
    parameters: ParameterSet
    repairs: tuple[Repair, ...]

    def matrix(self) -> Numbers | None:
        """Return the stored values where they are of one floating-point type."""
        found, encoding = self.located, self.located.encoding
        if encoding.free:
            parameters = len(encoding.fields)
            return free_ascii(
                self.window, found.begin, found.stop, events=found.events, parameters=parameters
            )
        return float_matrix(self.window, found.begin, events=found.events, encoding=encoding)

    def columns(self) -> tuple[tuple[Numbers, ...], tuple[Repair, ...]]:
        """Return the stored values by parameter, and what was masked or will be rounded."""
        found, notes = self.located, _Notes(self.located.encoding.fields)
        stored = stored_columns(
            self.window, found.begin, events=found.events, encoding=found.encoding
        )
        columns = tuple(notes.of(n, column, masked) for n, (column, masked) in enumerate(stored))
        return columns, notes.repairs(found.events)

    def linear_values(self) -> tuple[FloatArray, tuple[Repair, ...]]:
        """Return the values in linear units, and notes; the file's bytes are lost on the way."""
        found, notes = self.located, _Notes(self.located.encoding.fields)
        values, writers = linear_values(
            self.parameters.scales, events=found.events, fields=found.encoding.fields
        )
        blocks = stored_blocks(
            self.window, found.begin, events=found.events, encoding=found.encoding
        )
        for part, stop, stored in blocks:
            for n, (column, masked) in enumerate(stored):
                writers[n](values[part, n], notes.of(n, column, masked))
            self.held.give_back(self.window[found.begin : stop])
        return values, notes.repairs(found.events)


class _Notes:
    """What has to be said of stored values, collected while they are read."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = fields
        self._masked = [0] * len(fields)
        self._rounded = [False] * len(fields)

    def of(self, parameter: int, column: Numbers, masked: int) -> Numbers:
        """Return the stored values of a parameter, noted."""
        self._masked[parameter] += masked
        self._rounded[parameter] |= rounded(column, self._fields[parameter])
        return column

    def repairs(self, events: int) -> tuple[Repair, ...]:
        """Return the notes, parameter by parameter."""
        notes: list[Repair] = []
        for n, masked in enumerate(self._masked, start=1):
            if masked:
                note = text(
                    "{events} of {total} values are above the range; the bits above it were left "
                    "out, as FCS asks",
                    events=masked,
                    total=events,
                )
                notes.append(Repair(f"$P{n}R", note))
            if self._rounded[n - 1]:
                notes.append(Repair(f"$P{n}B", text("the largest values are rounded to 53 bits")))
        return tuple(notes)


class _Hash:
    """The SHA-256 of a file's content, calculated at most once, and the content held until then."""

    def __init__(self, content: Bytes, known: str | None) -> None:
        self._content = content
        self._digits = known

    def __call__(self) -> str:
        if self._digits is None:
            self._digits = hashlib.sha256(self._content.data).hexdigest()
            self._content = self._content[:0].copy()
        return self._digits


def looks_like_fcs(head: bytes) -> bool:
    r"""Return whether a file begins as an FCS file does.

    Parameters
    ----------
    head
        Its first bytes, at least six.

    Returns
    -------
    bool
        True for any version, also one that :func:`read_fcs` refuses.

    Examples
    --------
    >>> looks_like_fcs(b"FCS3.1    "), looks_like_fcs(b"PK\x03\x04")
    (True, False)
    """
    return begins_like_fcs(head)


def read_fcs(
    path: Path, *, file: str | None = None, sha256: str | None = None
) -> tuple[Events, ...]:
    """Read all data sets of an FCS file in linear units.

    Parameters
    ----------
    path
        The file.
    file
        How records and problems name it; the path itself if not given.
    sha256
        Hexadecimal SHA-256 of its bytes where it is known; otherwise it is calculated, where the
        values are the file's own bytes only once it is asked for.

    Returns
    -------
    tuple of Events
        At least one. ``values`` has shape (events, channels) and must not be written to:
        logarithms, gains and clock ticks are undone, nothing is compensated. It is float32 where
        the file stores single precision, whole numbers that fit it unchanged, or integers of at
        most 16 bits on a logarithmic scale or with a gain, whose steps are 256 times as coarse;
        else float64, unless for a clock alone and to more than twice the file.

    Raises
    ------
    FileProblem
        The file is cut off, damaged, ambiguous, or no FCS file.

    Examples
    --------
    >>> import tempfile
    >>> from stroma.records import Channel
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "tube.fcs"
    ...     write_fcs(path, channels=[Channel("FSC-A")], values=np.array([[1.5]]), keywords={})
    ...     (events,) = read_fcs(path)
    >>> events.names, events.values.tolist(), events.version
    (('FSC-A',), [[1.5]], 'FCS3.1')
    """
    return tuple(_data_sets(path, file=file, sha256=sha256, build=_events))


def read_raw(
    path: Path, *, file: str | None = None, sha256: str | None = None
) -> tuple[RawEvents, ...]:
    """Read all data sets of an FCS file as they are stored, for checks against other programs.

    Parameters
    ----------
    path
        The file.
    file
        How records and problems name it; the path itself if not given.
    sha256
        Hexadecimal SHA-256 of its bytes where it is known; calculated if not given.

    Returns
    -------
    tuple of RawEvents
        At least one.

    Raises
    ------
    FileProblem
        The file is cut off, damaged, ambiguous, or no FCS file.
    """
    return tuple(_data_sets(path, file=file, sha256=sha256, build=_raw_events))


def _events(data_set: _DataSet) -> Events:
    said, parameters = data_set.said, data_set.parameters
    repairs = data_set.repairs
    matrix = data_set.matrix()
    if matrix is not None:
        values = linear_matrix(matrix, parameters.scales)
        _hash_unless_viewed(data_set, values)
    else:
        # Before the bytes are given back.
        _ = data_set.origin.sha256
        values, noted = data_set.linear_values()
        repairs = (*repairs, *noted)
    values.flags.writeable = False
    spillover, notes = find_spillover(said.keywords, parameters.channels)
    return Events(
        origin=data_set.origin,
        version=said.header.version,
        channels=parameters.channels,
        values=values,
        keywords=said.keywords,
        spillover=spillover,
        spillover_doubt=spillover_doubt(said.keywords, parameters.channels),
        instrument=stated(said.keywords, "$CYT") or None,
        acquired=acquisition_begin(said.keywords),
        repairs=_together([*repairs, *notes]),
        data_set=data_set.number,
        data_sets=data_set.count,
    )


def _raw_events(data_set: _DataSet) -> RawEvents:
    said = data_set.said
    repairs = data_set.repairs
    matrix = data_set.matrix()
    if matrix is not None:
        columns = tuple(matrix[:, n] for n in range(matrix.shape[1]))
    else:
        columns, noted = data_set.columns()
        repairs = (*repairs, *noted)
    _hash_unless_viewed(data_set, *columns)
    return RawEvents(
        origin=data_set.origin,
        version=said.header.version,
        channels=data_set.parameters.channels,
        columns=columns,
        keywords=said.keywords,
        analysis=said.analysis,
        encoding=data_set.located.encoding,
        repairs=_together(repairs),
        data_set=data_set.number,
        data_sets=data_set.count,
    )


def _hash_unless_viewed(data_set: _DataSet, *values: Numbers) -> None:
    """Calculate the hash where else nothing would hold the file's bytes in memory."""
    if not all(np.may_share_memory(held, data_set.window) for held in values):
        # Asked for, it is kept in place of the bytes.
        _ = data_set.origin.sha256


def _data_sets(
    path: Path, *, file: str | None, sha256: str | None, build: Callable[[_DataSet], _Built]
) -> Iterator[_Built]:
    """Yield every data set of a file, built into a record."""
    name = file if file is not None else str(path)
    held = read_bytes(path, name)
    digest = _Hash(held.content, sha256)
    windows = _windows(held.content, name)
    for number, (window, said) in enumerate(windows, start=1):
        place = f"data set {number}" if len(windows) > 1 else ""
        origin = Origin(name, digest, place)
        with in_file(name, number):
            data_set = _understand(held, window, said, origin, number=number, count=len(windows))
            yield build(data_set)


def _understand(
    held: FileBytes, window: Bytes, said: DataSetText, origin: Origin, *, number: int, count: int
) -> _DataSet:
    readings = read_encodings(said.keywords)
    times = time_parameters(said.keywords, len(readings[0].encoding.fields))
    located = locate_data(window, said, readings=readings, times=times)
    described = describe_parameters(
        said.keywords, located.encoding.fields, version=said.header.version
    )
    repairs = (*said.repairs, *located.repairs, *described.repairs)
    return _DataSet(origin, number, count, held, window, said, located, described, repairs)


def _windows(content: Bytes, file: str) -> list[tuple[Bytes, DataSetText]]:
    """Return the bytes of each data set, up to the HEADER of the next, and what its TEXT says."""
    windows: list[tuple[Bytes, DataSetText]] = []
    begin: int | None = 0
    while begin is not None:
        with in_file(file, len(windows) + 1):
            said = read_text(content[begin:])
            following, notes = _following(content, begin, said.keywords)
            if following is not None:
                said = read_text(content[begin:following])
            if len(windows) == _MOST_DATA_SETS:
                raise refusal(
                    found=text("more than {most} data sets", most=_MOST_DATA_SETS),
                    expected=text("$NEXTDATA that leads to the next of a few data sets"),
                )
        windows.append((content[begin:following], replace(said, repairs=(*said.repairs, *notes))))
        begin = following
    return windows


def _following(
    content: Bytes, begin: int, keywords: Mapping[str, str]
) -> tuple[int | None, tuple[Repair, ...]]:
    """Return where the next data set begins, if a HEADER is there."""
    offset = whole_number(keywords.get("$NEXTDATA"))
    if not offset:
        return None, ()
    for place in (begin + offset, offset):
        head = content[place : place + HEADER_BYTES].tobytes() if place > begin else b""
        if begins_like_fcs(head):
            note = text("counts from the beginning of the file, not of the data set")
            return place, () if place == begin + offset else (Repair("$NEXTDATA", note),)
    note = text(
        "is {offset}, where no data set begins; this one was read as the last",
        offset=offset,
    )
    return None, (Repair("$NEXTDATA", note),)


def _together(repairs: Sequence[Repair]) -> tuple[Repair, ...]:
    """Say once what was decided in the same way for several keywords."""
    keywords: dict[str, list[str]] = {}
    decisions: dict[str, Text] = {}
    for repair in repairs:
        written = str(repair.decision)
        decisions.setdefault(written, repair.decision)
        names = keywords.setdefault(written, [])
        if repair.keyword not in names:
            names.append(repair.keyword)
    return tuple(
        Repair(", ".join(keywords[written]), decision) for written, decision in decisions.items()
    )
