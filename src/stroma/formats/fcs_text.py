"""The keywords of an FCS file: a TEXT, supplemental TEXT or ANALYSIS segment and its delimiter.

A delimiter inside a value is written twice (FCS 3.1, section 3.2.7); an empty value, which FCS
forbids, looks the same. A doubled delimiter after a value can only be a delimiter, for a keyword
without a name cannot be. After a keyword it is a delimiter in the keyword's name or an empty
value; which of the two a file's writer means shows in its standard keywords, whose names hold no
delimiter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stroma.errors import FileProblem
from stroma.formats.fcs_values import BLANKS, refusal
from stroma.records import Repair
from stroma.texts import text, texts

PADDING: Final = BLANKS.encode("ascii")
MOST_KEYWORDS: Final = 50_000
"""Spectral files hold some thousands; tens of thousands are binary data read as text."""
_SHOWN: Final = 40
"""Characters of an offending value that are quoted."""
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PRINTED: Final = re.compile(b"[^" + re.escape(PADDING) + b"]")
_STANDARD_KEYWORD: Final = re.compile(rb"\$[A-Z]{2,}|\$P\d+[A-Z]+")
_NAMED: Final = 3
"""Keywords of one kind that are named in a repair."""


@dataclass(frozen=True, slots=True)
class TextSegment:
    """The keywords of one segment.

    Parameters
    ----------
    keywords
        Upper case, without blanks around them, to values as printed; a blank value is the empty
        string, because a blank is how FCS writers put an empty value.
    disagreeing
        Keywords stated more than once with different values, and the values that were not kept.
    used
        Bytes from the segment's beginning to the end of its last pair.
    closed
        Whether the last value ends in the delimiter.
    tidy
        Whether the segment ends with the delimiter of its last value.
    repairs
        What was decided while reading it.
    """

    keywords: Mapping[str, str]
    disagreeing: Mapping[str, tuple[str, ...]]
    used: int
    closed: bool
    tidy: bool
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Keywords and values as bytes, and how the segment ended."""

    pairs: tuple[tuple[bytes, bytes], ...]
    used: int
    closed: bool
    leftover: bytes
    extra: bool


def parse_text(content: bytes, delimiter: bytes, segment: str) -> TextSegment:
    """Read the keywords of a segment.

    Parameters
    ----------
    content
        The segment, its first delimiter included where it has one.
    delimiter
        One byte.
    segment
        Name of the segment, for repairs.

    Returns
    -------
    TextSegment
        Its keywords.

    Raises
    ------
    FileProblem
        There are more keywords than a file can have: the segment's offsets are wrong.

    Examples
    --------
    >>> parse_text(b"/$SYS/RSX-11//M/$COM/ /", b"/", "TEXT").keywords
    {'$SYS': 'RSX-11/M', '$COM': ''}
    >>> parse_text(b"/$P3S//$P4S//$P6N/FL1-A/", b"/", "TEXT").keywords
    {'$P3S': '', '$P4S': '', '$P6N': 'FL1-A'}
    """
    trimmed = content.rstrip(PADDING.replace(delimiter, b""))
    split = _split(trimmed, delimiter, empty_values=False)
    repairs: list[Repair] = []
    if _writes_empty_values(split, delimiter):
        split = _split(trimmed, delimiter, empty_values=True)
        repairs.append(
            Repair(
                segment,
                text(
                    'a doubled "{delimiter}" after a keyword is read as an empty value, which FCS '
                    "forbids; as part of the keyword it would hide standard keywords",
                    delimiter=shown(delimiter),
                ),
            )
        )
    _refuse_out_of_step(split)
    ending = _ending_repairs(split, len(content) - len(trimmed), segment)
    keywords, disagreeing, more = _table(split.pairs, segment)
    return TextSegment(
        keywords=keywords,
        disagreeing=disagreeing,
        used=split.used,
        closed=split.closed,
        tidy=split.closed and not split.leftover and trimmed == content,
        repairs=(*repairs, *ending, *more),
    )


def is_text(content: bytes, delimiter: bytes) -> bool:
    """Return whether bytes can be a segment of keywords: they hold no control characters.

    Parameters
    ----------
    content
        The bytes.
    delimiter
        The file's delimiter, which may be a control character itself.

    Returns
    -------
    bool
        False for binary data of more than a few bytes.
    """
    stop = len(content.rstrip(PADDING + delimiter))
    # Found where they are: a segment stated to reach to the end of a large file is not copied.
    found = (match[0] for match in _CONTROL.finditer(content, 0, stop))
    return all(byte == delimiter for byte in found)


def shown(raw: bytes) -> str:
    r"""Return bytes as a reader can see them.

    Parameters
    ----------
    raw
        Some bytes of the file.

    Returns
    -------
    str
        At most 40 characters, control characters escaped.

    Examples
    --------
    >>> shown(b"FCS2.1" + bytes(2))
    'FCS2.1\\x00\\x00'
    """
    written = "".join(
        chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}" for byte in raw[:_SHOWN]
    )
    return written if len(raw) <= _SHOWN else f"{written}…"


def join_text(keywords: Mapping[str, str], delimiter: str) -> bytes:
    """Write keywords as a segment.

    Parameters
    ----------
    keywords
        Keywords and values; none of the keywords holds the delimiter.
    delimiter
        One character.

    Returns
    -------
    bytes
        The segment in UTF-8, delimiters in values doubled, empty values as one blank.
    """
    parts: list[str] = []
    for keyword, value in keywords.items():
        parts.append(keyword)
        parts.append(value.replace(delimiter, delimiter * 2) if value.strip(BLANKS) else " ")
    return (delimiter + delimiter.join(parts) + delimiter).encode("utf-8")


def _split(content: bytes, delimiter: bytes, *, empty_values: bool) -> _Pairs:
    """Cut a segment into pairs; the module's description says how doubled delimiters are read."""
    pairs: list[tuple[bytes, bytes]] = []
    keyword: bytes | None = None
    prefix = b""
    start = len(content) - len(content.lstrip(delimiter))
    used, extra = 0, False

    def written(begin: int, end: int | None = None) -> bytes:
        # As one slice: a value of a million doubled delimiters would be a million pieces.
        return content[begin:end].replace(delimiter * 2, delimiter)

    for run in re.compile(re.escape(delimiter) + b"+").finditer(content, start):
        first, stop = run.span()
        escaped, separates = divmod(stop - first, 2)
        ending = delimiter * (escaped if separates else escaped - 1)
        if keyword is None:
            if stop - first == 2 and not empty_values:
                continue
            # What follows the separator begins the value: no keyword ends in a delimiter.
            keyword, prefix, start = written(start, first), ending, stop
            if separates:
                continue
            value = prefix
        elif separates or stop == len(content):
            extra = not separates
            value = prefix + written(start, first) + ending
        else:
            continue
        pairs.append((keyword, value))
        keyword, prefix, start, used = None, b"", stop, stop
        if len(pairs) > MOST_KEYWORDS:
            raise _too_many()
    last = prefix + written(start)
    if keyword is not None and last:
        pairs.append((keyword, last))
        return _Pairs(tuple(pairs), len(content), closed=False, leftover=b"", extra=False)
    leftover = last if keyword is None else keyword
    return _Pairs(tuple(pairs), used, closed=True, leftover=leftover, extra=extra)


def _writes_empty_values(split: _Pairs, delimiter: bytes) -> bool:
    """Return whether reading doubled delimiters as part of keywords breaks standard keywords."""
    joined = [keyword for keyword, _ in split.pairs if delimiter in keyword]
    if _PRINTED.search(split.leftover) is not None and delimiter in split.leftover:
        return True
    return any(
        part.lstrip().startswith(b"$") for keyword in joined for part in keyword.split(delimiter)
    )


def _refuse_out_of_step(split: _Pairs) -> None:
    """Refuse a segment in which a delimiter was lost or added: keywords stand where values do."""
    if split.closed and _PRINTED.search(split.leftover) is None:
        return
    values = [value for _, value in split.pairs if _STANDARD_KEYWORD.fullmatch(value) is not None]
    if values:
        raise refusal(
            found=text(
                'the keyword "{keyword}" stands where a value should; a delimiter was lost or '
                "added before it",
                keyword=shown(values[0]),
            ),
            expected=text("a value for each keyword"),
        )


def _ending_repairs(split: _Pairs, padding: int, segment: str) -> Iterator[Repair]:
    if padding:
        yield Repair(
            segment,
            texts(
                "{count} byte of padding inside the segment after its last value; left out",
                "{count} bytes of padding inside the segment after its last value; left out",
                padding,
            ),
        )
    if not split.closed:
        yield Repair(
            segment,
            text(
                'the last value ("{value}") does not end in the delimiter; taken to the end of the '
                "segment",
                value=shown(split.pairs[-1][1]),
            ),
        )
    if split.extra:
        yield Repair(segment, text("the segment ends in one delimiter too many; left out"))
    if _PRINTED.search(split.leftover) is not None:
        yield Repair(
            segment,
            text(
                'the segment ends in "{leftover}", which is no keyword with its value; left out',
                leftover=shown(split.leftover),
            ),
        )


def _table(
    pairs: tuple[tuple[bytes, bytes], ...], segment: str
) -> tuple[dict[str, str], dict[str, tuple[str, ...]], list[Repair]]:
    """Return the keywords as a table, the values that lost against an earlier one, and repairs."""
    table: dict[str, str] = {}
    disagreeing: dict[str, tuple[str, ...]] = {}
    repairs: list[Repair] = []
    fallback = _single_byte_encoding(pairs)
    strange: list[str] = []
    padded: list[str] = []
    for raw_keyword, raw_value in pairs:
        printed, sure = _decoded(raw_keyword, fallback)
        value, sure_value = _decoded(raw_value, fallback)
        keyword = printed.strip(BLANKS).upper()
        if len(keyword) < len(printed):
            padded.append(keyword)
        value = value if value.strip(BLANKS) else ""
        if not (sure and sure_value):
            strange.append(keyword)
        if not keyword:
            repairs.append(
                Repair(segment, text('the value "{value}" has no keyword; left out', value=value))
            )
        elif keyword not in table:
            table[keyword] = value
        elif table[keyword] == value:
            repairs.append(
                Repair(keyword, text('stated more than once, each time as "{value}"', value=value))
            )
        else:
            disagreeing[keyword] = (*disagreeing.get(keyword, ()), value)
            repairs.append(
                Repair(
                    keyword,
                    text(
                        'stated more than once: "{kept}" was kept, "{other}" left out',
                        kept=table[keyword],
                        other=value,
                    ),
                )
            )
    if padded:
        repairs.append(
            Repair(
                segment,
                texts(
                    "{count} keyword has blanks around it ({keywords}); read without them",
                    "{count} keywords have blanks around them ({keywords}); read without them",
                    len(padded),
                    keywords=_some(padded),
                ),
            )
        )
    if strange:
        repairs.append(_encoding_repair(strange, fallback, segment))
    return table, disagreeing, repairs


def _single_byte_encoding(pairs: tuple[tuple[bytes, bytes], ...]) -> str:
    """Return how bytes that are not UTF-8 are read: as the Macintosh wrote them if it was one."""
    system = next((value for keyword, value in pairs if keyword.strip().upper() == b"$SYS"), b"")
    return "mac-roman" if system.strip().lower().startswith(b"mac") else "latin-1"


def _decoded(raw: bytes, fallback: str) -> tuple[str, bool]:
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        return raw.decode(fallback), False


def _encoding_repair(strange: list[str], fallback: str, segment: str) -> Repair:
    return Repair(
        segment,
        texts(
            "{count} value holds bytes that are not UTF-8 ({keywords}); read as {encoding}",
            "{count} values hold bytes that are not UTF-8 ({keywords}); read as {encoding}",
            len(strange),
            keywords=_some(strange),
            encoding=fallback,
        ),
    )


def _some(keywords: list[str]) -> str:
    return ", ".join(keywords[:_NAMED]) + (", …" if len(keywords) > _NAMED else "")


def _too_many() -> FileProblem:
    return refusal(
        found=text("more than {most} keywords in one segment", most=MOST_KEYWORDS),
        expected=text("a TEXT segment whose end the HEADER states rightly"),
    )
