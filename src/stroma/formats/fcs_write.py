"""FCS files written: little-endian, one data set, the same bytes for the same input.

The layout is HEADER, TEXT, DATA, ANALYSIS and eight zeros for no checksum. Keywords that describe
the layout are set here; all others are kept as given, those of a parameter where they say the same
as its channel does.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from stroma.formats.fcs_channels import (
    LINEAR,
    Scale,
    linear_channel,
    time_parameters,
)
from stroma.formats.fcs_data import Numbers
from stroma.formats.fcs_encoding import ASCII, BITS_IN_A_BYTE, DOUBLE, INTEGER, SINGLE, Field
from stroma.formats.fcs_header import HEADER_BYTES, LARGEST_HEADER_OFFSET, VERSIONS
from stroma.formats.fcs_raw import RawEvents
from stroma.formats.fcs_text import join_text
from stroma.formats.fcs_values import decimal_number, in_file, refusal
from stroma.formats.fcs_write_keywords import CORRECT, Content, choose_delimiter, text_keywords
from stroma.records import Channel, Events, Spillover
from stroma.texts import text

_DEFAULT_BITS: Final = 32
_MOST_BITS: Final = 64
_FLOAT_BITS: Final = {SINGLE: 32, DOUBLE: 64}
_NO_CHECKSUM: Final = b"00000000"
_STATED: Final = ("$BEGINDATA", "$ENDDATA", "$BEGINANALYSIS", "$ENDANALYSIS")
_WITHOUT_OFFSETS: Final = "FCS2.0"
"""This version keeps offsets in the HEADER alone and knows no checksum."""


def write_fcs(
    path: Path,
    *,
    channels: Sequence[Channel],
    values: npt.ArrayLike,
    keywords: Mapping[str, str],
    version: str = "FCS3.1",
    spillover: Spillover | None = None,
    datatype: str = SINGLE,
) -> None:
    """Write an FCS file of one data set.

    Parameters
    ----------
    path
        The file; it is replaced in one step once everything is written.
    channels
        The parameters. What they say of amplification and gain is written as it is, and so
        undone again by whoever reads the file; floating-point values are linear.
    values
        Shape (events, channels): what is to be stored.
    keywords
        Further keywords, all kept except those that describe the layout. An empty value, which
        FCS forbids, is written as a blank, and a blank is read as an empty value.
    version
        ``"FCS2.0"``, ``"FCS3.0"``, ``"FCS3.1"`` or ``"FCS3.2"``.
    spillover
        Matrix to write; ``None`` keeps what ``keywords`` say.
    datatype
        ``"F"`` single precision, ``"D"`` double precision, ``"I"`` unsigned integers of the
        channels' bits (32 where they say nothing).

    Raises
    ------
    FileProblem
        The values or keywords cannot be stored so; nothing is written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "tube.fcs"
    ...     write_fcs(path, channels=[Channel("FL1-A")], values=[[1.0]], keywords={"$CYT": "A/B"})
    ...     path.read_bytes()[:10]
    b'FCS3.1    '
    """
    with in_file(str(path)):
        table = np.asarray(values)
        if table.ndim != len(("events", "channels")) or table.shape[1] != len(channels):
            raise refusal(
                found=text("values of shape {shape}", shape=str(table.shape)),
                expected=text("one column for each of the {n} channels", n=len(channels)),
                action=CORRECT,
            )
        fields = tuple(_field(channel, datatype) for channel in channels)
        columns = [table[:, n] for n in range(table.shape[1])]
        content = Content(
            version=version,
            channels=tuple(channels),
            fields=fields,
            keywords=keywords,
            data=_encoded(columns, fields, whole=table),
            columns=columns,
            spillover=spillover,
        )
        _write(path, content)


def write_events(path: Path, events: Events) -> None:
    """Write events in linear units, with all they know; reading the file gives them back.

    Parameters
    ----------
    path
        The file; it is replaced in one step once everything is written.
    events
        The events. Amplification, gain and ``$TIMESTEP`` are written as done, because the values
        have them undone already.

    Raises
    ------
    FileProblem
        The keywords cannot be stored; nothing is written.
    """
    step = decimal_number(events.keywords.get("$TIMESTEP"))
    clocks = time_parameters(events.keywords, len(events.channels))
    keywords = dict(events.keywords)
    channels = []
    for n, channel in enumerate(events.channels):
        multiplier = step if n in clocks and step is not None and step > 0 else 1.0
        gain = 1.0 if n in clocks else channel.gain
        scale = Scale(channel.amplification, channel.range, multiplier, gain)
        channels.append(channel if scale.identity else linear_channel(channel, scale))
        if channel.amplification != LINEAR:
            keywords.pop(f"$P{n + 1}E", None)
    if clocks and step is not None and step > 0 and step != 1:
        keywords["$TIMESTEP"] = "1"
    write_fcs(
        path,
        channels=channels,
        values=events.values,
        keywords=keywords,
        version=events.version,
        spillover=events.spillover,
        datatype=SINGLE if events.values.dtype == np.float32 else DOUBLE,
    )


def write_raw(path: Path, raw: RawEvents) -> None:
    """Write stored values, keywords and analysis as they were read.

    Parameters
    ----------
    path
        The file; it is replaced in one step once everything is written.
    raw
        The events. Packed and ASCII integers are written in whole bytes.

    Raises
    ------
    FileProblem
        The keywords cannot be stored; nothing is written.
    """
    with in_file(str(path)):
        pairs = zip(raw.encoding.fields, raw.columns, strict=True)
        fields = tuple(_whole_bytes(stored, column) for stored, column in pairs)
        content = Content(
            version=raw.version,
            channels=raw.channels,
            fields=fields,
            keywords=raw.keywords,
            data=_encoded(raw.columns, fields),
            columns=raw.columns,
            analysis=raw.analysis,
        )
        _write(path, content)


def _field(channel: Channel, datatype: str) -> Field:
    """Return how a channel is stored."""
    if datatype in _FLOAT_BITS:
        return Field(datatype, _FLOAT_BITS[datatype])
    if datatype != INTEGER:
        raise refusal(
            found=text('the data type "{datatype}"', datatype=datatype),
            expected=text('"F", "D" or "I"'),
            action=CORRECT,
        )
    bits = _DEFAULT_BITS if channel.bits is None else channel.bits
    if bits % BITS_IN_A_BYTE or not 0 < bits <= _MOST_BITS:
        raise refusal(
            found=text("{bits} bits for {name}", bits=bits, name=channel.name),
            expected=text("8 to {most} bits in steps of 8", most=_MOST_BITS),
            action=CORRECT,
        )
    return Field(INTEGER, bits, 1 << bits if channel.range is None else int(channel.range))


def _whole_bytes(stored: Field, column: Numbers) -> Field:
    if stored.kind == ASCII:
        whole = bool(np.all((column >= 0) & (column == np.floor(column)) & (column < 1 << 53)))
        return Field(INTEGER, _MOST_BITS) if whole else Field(DOUBLE, _FLOAT_BITS[DOUBLE])
    filling = -stored.bits % BITS_IN_A_BYTE
    return replace(stored, bits=stored.bits + filling)


def _encoded(
    columns: Sequence[Numbers], fields: tuple[Field, ...], *, whole: Numbers | None = None
) -> Numbers:
    """Return the DATA segment as one array of little-endian values."""
    kinds = {field.kind for field in fields}
    if whole is not None and len(kinds) == 1 and INTEGER not in kinds:
        return _floats(whole, fields[0])
    events = len(columns[0])
    rows = np.empty((events, sum(field.bits for field in fields) // BITS_IN_A_BYTE), np.uint8)
    place = 0
    for stored, column in zip(fields, columns, strict=True):
        size = stored.bits // BITS_IN_A_BYTE
        wide = _integers(column, stored) if stored.kind == INTEGER else _floats(column, stored)
        octets = np.ascontiguousarray(wide).view(np.uint8).reshape(events, wide.dtype.itemsize)
        rows[:, place : place + size] = octets[:, :size]
        place += size
    return rows


def _floats(values: Numbers, stored: Field) -> Numbers:
    with np.errstate(over="ignore"):
        written = np.ascontiguousarray(values, f"<f{stored.bits // BITS_IN_A_BYTE}")
    if values.dtype != written.dtype and not np.array_equal(
        np.isfinite(written), np.isfinite(np.asarray(values, np.float64))
    ):
        raise refusal(
            found=text("values too large for single precision"),
            expected=text("values up to {largest}", largest=float(np.finfo(np.float32).max)),
            action=text("write them in double precision"),
        )
    return written


def _integers(column: Numbers, stored: Field) -> Numbers:
    mask = stored.mask if stored.mask is not None else (1 << stored.bits) - 1
    if column.dtype.kind == "u" and int(column.max(initial=0)) <= mask:
        return column.astype("<u8")
    if column.dtype.kind == "f":
        fits = bool(np.all((column >= 0) & (column <= mask) & (column == np.floor(column))))
    else:
        fits = bool(np.all((column >= 0) & (column <= mask)))
    if not fits:
        raise refusal(
            found=text("values that are not whole numbers from 0 to {largest}", largest=mask),
            expected=text("values that fit the bits and the range of their channel"),
            action=CORRECT,
        )
    return column.astype("<u8")


def _write(path: Path, content: Content) -> None:
    """Write everything beside the file, then put it in its place."""
    if content.version not in VERSIONS:
        raise refusal(
            found=text("the version {version}", version=content.version),
            expected=text("FCS 2.0, 3.0, 3.1 or 3.2"),
            action=CORRECT,
        )
    head, analysis = _head(content)
    # The name is not foreseeable by others and is gone afterwards; the file's bytes do not hold it.
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with beside.open("xb") as stream:
            stream.write(head)
            stream.write(content.data.data)
            stream.write(analysis)
            if content.version != _WITHOUT_OFFSETS:
                stream.write(_NO_CHECKSUM)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _head(content: Content) -> tuple[bytes, bytes]:
    """Return HEADER and TEXT, whose offsets depend on their own length, and ANALYSIS."""
    keywords = text_keywords(content)
    delimiter = choose_delimiter({**keywords, **content.analysis})
    analysis = join_text(content.analysis, delimiter) if content.analysis else b""
    offsets = [0] * 4
    while True:
        stated = dict(zip(_STATED, map(str, offsets), strict=True))
        if content.version == _WITHOUT_OFFSETS:
            stated = {}
        else:
            stated |= {"$BEGINSTEXT": "0", "$ENDSTEXT": "0"}
        written = join_text({**stated, **keywords}, delimiter)
        data = HEADER_BYTES + len(written)
        behind = data + content.data.nbytes
        right = [
            *((data, behind - 1) if content.data.nbytes else (0, 0)),
            *((behind, behind + len(analysis) - 1) if analysis else (0, 0)),
        ]
        if right == offsets:
            break
        offsets = right
    text_end = HEADER_BYTES + len(written) - 1
    far = max(offsets) > LARGEST_HEADER_OFFSET
    if text_end > LARGEST_HEADER_OFFSET or (far and content.version == _WITHOUT_OFFSETS):
        raise refusal(
            found=text("offsets up to {offset}", offset=max(text_end, *offsets)),
            expected=text("at most {most}, for the HEADER", most=LARGEST_HEADER_OFFSET),
            action=text("write the file as FCS 3.1, or in parts"),
        )
    pairs = (offsets[:2], offsets[2:])
    shown = [pair if max(pair) <= LARGEST_HEADER_OFFSET else [0, 0] for pair in pairs]
    fields = (HEADER_BYTES, text_end, *shown[0], *shown[1])
    header = f"{content.version:<10}" + "".join(f"{offset:>8}" for offset in fields)
    return header.encode("ascii") + written, analysis
