"""Bytes to text, on evidence alone.

Unicode shows itself: by its byte order mark, by the pattern of its zero bytes, or because text in
another encoding is hardly ever well-formed UTF-8. The single-byte encodings of Windows cannot be
told from each other, so such a file is refused until the laboratory says which one it uses.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import replace
from typing import Final

from stroma.errors import FileProblem, Place, Problem, StudyProblem
from stroma.texts import text

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UTF8_NAMES: Final = ("utf-8", "utf-8-sig")
# What Windows, DOS, Unix and the Macintosh have written Latin and Cyrillic letters with.
_SINGLE_BYTE: Final = (
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1254",
    "cp866",
    "iso8859-1",
    "iso8859-5",
    "iso8859-9",
    "iso8859-15",
    "koi8-r",
    "mac-cyrillic",
    "mac-roman",
    "ptcp154",  # Kazakh
    "kz1048",  # Kazakh, STRK 1048
)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_LEAST_ASCII: Final = 0.05
"""Least share of ASCII characters in UTF-16 without a mark; a Cyrillic sentence has about 0.15."""
_SHOWN: Final = 30
"""Characters shown to each side of a byte that cannot be read: enough to find the word."""


def decode(data: bytes, *, place: Place, encoding: str | None = None) -> str:
    """Return the text that bytes hold.

    Parameters
    ----------
    data
        The whole content of a file.
    place
        The file, for problems.
    encoding
        The laboratory's single-byte encoding (``"cp1251"``), used only where the bytes are not
        Unicode; ``None`` to refuse such a file.

    Returns
    -------
    str
        The text, without a byte order mark; line ends as they are.

    Raises
    ------
    FileProblem
        The bytes are no text, or text in an encoding that cannot be told.
    StudyProblem
        ``encoding`` names no encoding known here.

    Examples
    --------
    >>> decode("жасуша".encode("utf-16"), place=Place(file="lots.csv"))
    'жасуша'
    """
    legacy = _known_encoding(encoding)
    written = _marked(data, place)
    if written is None and b"\x00" in data:
        written = _utf16_without_mark(data)
        if written is None:
            offset = data.index(b"\x00")
            raise _binary(replace(place, row=_line_of(data, offset)), "U+0000")
    if written is None:
        written = _utf8_or(legacy, data, place)
    written = written.removesuffix("\x1a")  # DOS ended its text files with it
    control = _CONTROL.search(written)
    if control is not None:
        line = written.count("\n", 0, control.start()) + 1
        raise _binary(replace(place, row=line), f"U+{ord(control[0]):04X}")
    return written


def peek(data: bytes, *, size: int = 4096) -> str:
    """Return the beginning of a file as text, to recognise it by; never an error.

    Parameters
    ----------
    data
        The whole content of a file.
    size
        Bytes to look at.

    Returns
    -------
    str
        The text; what cannot be read is U+FFFD.
    """
    head = data[:size]
    for mark, name in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(name, errors="replace")
    order = _utf16_order(head)
    return head.decode(order or "utf-8", errors="replace")


def _known_encoding(encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        name = ""
    if name in _UTF8_NAMES:
        return None
    if name not in _SINGLE_BYTE:
        raise StudyProblem(
            Problem(
                Place(column="encoding"),
                found=text('the encoding "{encoding}"', encoding=encoding),
                expected=text("one of {names}", names=", ".join(("utf-8", *_SINGLE_BYTE))),
                action=text("correct encoding, or save the files as UTF-8 and leave it out"),
            )
        )
    return name


def _marked(data: bytes, place: Place) -> str | None:
    for mark, name in _MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            try:
                return body.decode(name)
            except UnicodeDecodeError as error:
                before = body[: error.start].decode(name, errors="replace")
                raise FileProblem(
                    Problem(
                        replace(place, row=before.count("\n") + 1),
                        found=text(
                            "the file begins as {name} and breaks at byte {offset}",
                            name=name.upper(),
                            offset=str(len(mark) + error.start),
                        ),
                        expected=text("whole characters up to the end of the file"),
                        action=text("export or copy the file again; it is damaged or cut off"),
                    )
                ) from error
    return None


def _utf16_order(data: bytes) -> str | None:
    """Return the byte order that the places of the zero bytes show, if they all agree."""
    zeros = {offset % 2 for offset in (data.find(b"\x00"), data.rfind(b"\x00")) if offset >= 0}
    if len(zeros) != 1:
        return None
    other = 1 - next(iter(zeros))
    if b"\x00" in data[other::2]:
        return None
    return "utf-16-be" if other == 1 else "utf-16-le"


def _utf16_without_mark(data: bytes) -> str | None:
    order = _utf16_order(data)
    if order is None or len(data) % 2:
        return None
    try:
        written = data.decode(order)
    except UnicodeDecodeError:
        return None
    # Random bytes soon hit a code point without a character; text never does. And a table has
    # separators, digits and line ends, each with a zero byte.
    strange = any(unicodedata.category(character) in ("Cn", "Co") for character in set(written))
    if strange or _CONTROL.search(written) or data.count(b"\x00") < _LEAST_ASCII * len(written):
        return None
    return written


def _utf8_or(legacy: str | None, data: bytes, place: Place) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = error.start
    lenient = data.decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    whole = sum(character > "\x7f" for character in lenient) - broken
    if whole > broken:
        raise FileProblem(
            Problem(
                replace(place, row=_line_of(data, start)),
                found=text(
                    "the file is UTF-8 but breaks at byte {offset}: {line}",
                    offset=str(start),
                    line=_around(data, start, "utf-8"),
                ),
                expected=text("whole characters up to the end of the file"),
                action=text("export or copy the file again; it is damaged or cut off"),
            )
        )
    if legacy is None:
        raise _two_encodings(data, start, place)
    try:
        return data.decode(legacy)
    except UnicodeDecodeError as error:
        raise FileProblem(
            Problem(
                replace(place, row=_line_of(data, error.start)),
                found=text(
                    "byte 0x{byte} has no meaning in {encoding}",
                    byte=f"{data[error.start]:02X}",
                    encoding=legacy,
                ),
                expected=text("a text in {encoding}, as declared", encoding=legacy),
                action=text(
                    "save the file as UTF-8, or correct the encoding: encoding in study.toml, or "
                    "--encoding on the command line"
                ),
            )
        ) from error


def _two_encodings(data: bytes, start: int, place: Place) -> FileProblem:
    return FileProblem(
        Problem(
            replace(place, row=_line_of(data, start)),
            found=text(
                "byte {offset} (0x{byte}) is not UTF-8; the line is “{cyrillic}” in Windows-1251 "
                "and “{latin}” in Windows-1252",
                offset=str(start),
                byte=f"{data[start]:02X}",
                cyrillic=_around(data, start, "cp1251"),
                latin=_around(data, start, "cp1252"),
            ),
            expected=text("a text in UTF-8 or UTF-16"),
            action=text(
                'save the file as UTF-8 ("CSV UTF-8" in Excel), or declare the encoding: encoding '
                "in study.toml, or --encoding on the command line"
            ),
        )
    )


def _binary(place: Place, code_point: str) -> FileProblem:
    return FileProblem(
        Problem(
            place,
            found=text("the control character {code_point}", code_point=code_point),
            expected=text("a text file; this one is binary or damaged"),
            action=text("export the table again as CSV, or give the file its right ending"),
        )
    )


def _line_of(data: bytes, offset: int) -> int:
    before = data[:offset]
    return (before.count(b"\n") or before.count(b"\r")) + 1


def _around(data: bytes, offset: int, encoding: str) -> str:
    begin = max(data.rfind(b"\n", 0, offset) + 1, offset - _SHOWN)
    end = data.find(b"\n", offset)
    line = data[begin : min(end if end >= 0 else len(data), offset + _SHOWN)]
    shown = line.decode(encoding, errors="replace").strip()
    return _CONTROL.sub("\ufffd", shown)
