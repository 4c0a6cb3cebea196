"""The HEADER of a data set: its version and the offsets it states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from stroma.formats.fcs_text import PADDING, shown
from stroma.formats.fcs_values import refusal, whole_number
from stroma.texts import text

Bytes: TypeAlias = npt.NDArray[np.uint8]

HEADER_BYTES: Final = 58
VERSIONS: Final = ("FCS2.0", "FCS3.0", "FCS3.1", "FCS3.2")
LARGEST_HEADER_OFFSET: Final = 99_999_999
"""The largest offset that fits the eight characters of a HEADER field."""
_CHUNK: Final = 1 << 16
_MAGIC: Final = re.compile(rb"FCS\d\.\d")
_OFFSET: Final = re.compile(rb"-?\d+")
# Signatures: PKWARE APPNOTE section 4.3.7; RFC 1952 section 2.3.1; 7-Zip's and RAR's own.
_PACKED: Final = {
    b"PK\x03\x04": text("a ZIP archive"),
    b"\x1f\x8b": text("a gzip archive"),
    b"7z\xbc\xaf\x27\x1c": text("a 7-Zip archive"),
    b"Rar!\x1a\x07": text("a RAR archive"),
}


@dataclass(frozen=True, slots=True)
class Extent:
    """Offsets as a file states them: first byte, and last byte (not one past it).

    Parameters
    ----------
    begin
        First byte.
    end
        Last byte; ``None`` where it is not stated or not readable.
    """

    begin: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Header:
    """The first 58 bytes of a data set.

    Parameters
    ----------
    version
        ``"FCS3.1"`` and so on.
    text
        Offsets of the TEXT segment.
    data, analysis
        Offsets of the DATA and ANALYSIS segments; ``None`` where the HEADER states none.
    readable
        Whether the offsets of the DATA segment are numbers or blank.
    """

    version: str
    text: Extent
    data: Extent | None
    analysis: Extent | None
    readable: bool = True


def begins_like_fcs(head: bytes) -> bool:
    """Return whether bytes begin as a data set does.

    Parameters
    ----------
    head
        At least six bytes.

    Returns
    -------
    bool
        True for any version of FCS, also one that is not read.
    """
    return _MAGIC.match(head) is not None


def parse_header(head: bytes) -> Header:
    """Read a HEADER.

    Parameters
    ----------
    head
        The first 58 bytes of a data set.

    Returns
    -------
    Header
        Its version and offsets.

    Raises
    ------
    FileProblem
        It is no FCS file, of a version not known here, cut off, or without a TEXT segment.
    """
    if not begins_like_fcs(head):
        packed = next((kind for mark, kind in _PACKED.items() if head.startswith(mark)), None)
        if packed is not None:
            raise refusal(
                found=text("the file is {kind}", kind=packed),
                expected=text('"FCS2.0", "FCS3.0", "FCS3.1" or "FCS3.2"'),
                action=text("unpack it, and give the FCS files it holds"),
            )
        raise refusal(
            found=text('the file begins with "{head}"', head=shown(head[:20])),
            expected=text('"FCS2.0", "FCS3.0", "FCS3.1" or "FCS3.2"'),
            action=text("give the FCS file the cytometer exported; this is another kind of file"),
        )
    version = head[:6].decode("ascii")
    if version not in VERSIONS:
        raise refusal(
            found=text("the file is of version {version}", version=version),
            expected=text("FCS 2.0, 3.0, 3.1 or 3.2"),
            action=text("export the file as FCS 3.0 or 3.1 from the cytometer's software"),
        )
    if len(head) < HEADER_BYTES:
        raise refusal(
            found=text("the file ends after {size} bytes, inside its HEADER", size=len(head)),
            expected=text("a HEADER of {size} bytes", size=HEADER_BYTES),
        )
    stated = _extent(head[10:18], head[18:26])
    if stated is None or stated.end is None:
        raise refusal(
            found=text(
                'the HEADER states the TEXT segment from "{begin}" to "{end}"',
                begin=shown(head[10:18]),
                end=shown(head[18:26]),
            ),
            expected=text("the offsets of its first and last byte"),
        )
    fields = [head[place : place + 8].strip(PADDING) for place in (26, 34)]
    return Header(
        version=version,
        text=stated,
        data=_extent(head[26:34], head[34:42]),
        analysis=_extent(head[42:50], head[50:58]),
        readable=all(not f or _OFFSET.fullmatch(f) is not None for f in fields),
    )


def stated_extent(keywords: Mapping[str, str], begin: str, end: str) -> Extent | None:
    """Return the offsets two keywords state.

    Parameters
    ----------
    keywords
        Of the TEXT segments.
    begin, end
        The keywords.

    Returns
    -------
    Extent or None
        ``None`` where there is no such segment: both zero, missing or unreadable.
    """
    first, last = whole_number(keywords.get(begin)), whole_number(keywords.get(end))
    return None if not first else Extent(first, last or None)


def is_padding(content: Bytes, also: bytes = b"") -> bool:
    """Return whether bytes hold nothing but padding.

    Parameters
    ----------
    content
        Some bytes.
    also
        Further bytes that count as padding here.

    Returns
    -------
    bool
        True for none at all.
    """
    return all(
        not content[begin : begin + _CHUNK].tobytes().strip(PADDING + also)
        for begin in range(0, len(content), _CHUNK)
    )


def _extent(begin: bytes, end: bytes) -> Extent | None:
    first, last = _offset(begin), _offset(end)
    return None if not first else Extent(first, last or None)


def _offset(field: bytes) -> int | None:
    """Return an offset of the HEADER; blank, negative and unreadable ones state nothing."""
    printed = field.strip(PADDING)
    return None if _OFFSET.fullmatch(printed) is None else max(int(printed), 0)
