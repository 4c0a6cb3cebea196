"""XML of other programs, read without trusting it: no document types, no entities, bounded size.

A document type can make a small file expand without end and draw in other files (CWE-776,
CWE-611); no gating file needs one, so that a file which has one is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from stroma.errors import FileProblem, Place, Problem
from stroma.formats.raw import RawFile
from stroma.texts import Text, text

MOST_BYTES: Final = 256 * 1024 * 1024
"""A FlowJo workspace of a thousand samples has tens of megabytes."""

MOST_ELEMENTS: Final = 4_000_000
"""As many coefficients as a thousand samples of forty colours and their gates have."""

MOST_DEPTH: Final = 500
"""FlowJo nests two or three elements a level of its tree of gates."""

_PIECE: Final = 65_536
"""Bytes in which the beginning of a file is looked at."""

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(slots=True)
class Element:
    """An element of an XML file.

    Parameters
    ----------
    namespace
        URI of its namespace; empty for none.
    tag
        Its name without prefix.
    line
        Line it begins on, from 1.
    attributes
        Names without prefix to values.
    children
        Elements within it, in order.
    text
        Its own text before the first child, stripped.
    """

    namespace: str
    tag: str
    line: int
    attributes: Mapping[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> list[Element]:
        """Return the children of a name, in order."""
        return [child for child in self.children if child.tag == tag]

    def first(self, tag: str) -> Element | None:
        """Return the first child of a name; ``None`` where there is none."""
        return next((child for child in self.children if child.tag == tag), None)

    def descendants(self) -> Iterator[Element]:
        """Yield every element within it, in the order of the file."""
        waiting = list(reversed(self.children))
        while waiting:
            element = waiting.pop()
            yield element
            waiting += reversed(element.children)


def read_xml(raw: RawFile, *, without: Collection[str] = ()) -> Element:
    """Return the root element of an XML file.

    Parameters
    ----------
    raw
        The file.
    without
        Names of elements of no interest: they and all within them are left out.

    Returns
    -------
    Element
        With everything within it. Where an element has two attributes that differ by their prefix
        only, the first is kept.

    Raises
    ------
    FileProblem
        The file is no XML, is cut off, has a document type, or is larger than any such file.

    Examples
    --------
    >>> from stroma.records import Origin
    >>> raw = RawFile(b'<a xmlns:x="u"><x:b x:c="1"/></a>', Origin("a.xml", ""), ".xml")
    >>> read_xml(raw).children[0].attributes
    {'c': '1'}
    """
    if len(raw.data) > MOST_BYTES:
        raise _refusal(
            raw.place,
            text("XML whose size in bytes is {size}", size=len(raw.data)),
            text("a size of {most} at most", most=MOST_BYTES),
        )
    builder = _Builder(raw.place, frozenset(without))
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.EntityDeclHandler = builder.doctype
    parser.StartElementHandler = lambda name, attributes: builder.start(
        name, attributes, parser.CurrentLineNumber
    )
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    try:
        parser.Parse(raw.data, True)  # noqa: FBT003 - the parser takes it by position only
    except (expat.ExpatError, ValueError, LookupError) as error:
        row = error.lineno if isinstance(error, expat.ExpatError) else None
        raise _refusal(
            Place(file=raw.place.file, row=row),
            text("no well-formed XML ({reason})", reason=str(error)),
            text("an XML file that was written to its end"),
        ) from error
    if builder.root is None:  # pragma: no cover - the parser refuses a file without an element
        raise _refusal(raw.place, text("no element"), text("an XML file"))
    return builder.root


def root_tag(data: bytes) -> str | None:
    """Return the name of the first element of an XML file, without its prefix.

    Parameters
    ----------
    data
        The file, or its beginning.

    Returns
    -------
    str or None
        ``None`` where no element begins, or what stands before it is no XML.

    Examples
    --------
    >>> root_tag(b"<?xml version='1.0'?><!-- drawn by hand --><a:b xmlns:a='u'><c/>")
    'b'
    """
    found: list[str] = []
    parser = expat.ParserCreate(namespace_separator="}")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = lambda name, _: found.append(name.rpartition("}")[2])
    for start in range(0, len(data), _PIECE):
        try:
            parser.Parse(data[start : start + _PIECE])
        except (expat.ExpatError, ValueError, LookupError):
            break
        if found:
            break
    return found[0] if found else None


def decimal(written: str) -> float | None:
    """Return the number an attribute says.

    Parameters
    ----------
    written
        As printed, with a decimal point as XML numbers are.

    Returns
    -------
    float or None
        ``None`` for what is no finite number.

    Examples
    --------
    >>> decimal("2.147483647E9"), decimal("NaN")
    (2147483647.0, None)
    """
    plain = written.strip()
    if _NUMBER.fullmatch(plain) is None:
        return None
    value = float(plain)
    return value if abs(value) < float("inf") else None


class _Builder:
    """Puts what the parser reports together."""

    def __init__(self, place: Place, without: frozenset[str]) -> None:
        self.root: Element | None = None
        self._place = place
        self._without = without
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._elements = 0
        self._left_out = 0

    def doctype(self, *_: object) -> None:
        raise _refusal(
            self._place,
            text("a document type or entity declaration (<!DOCTYPE … >)"),
            text("plain XML, as every cytometry program writes it"),
        )

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        namespace, _, tag = name.rpartition("}")
        if self._left_out or tag in self._without:
            self._left_out += 1
            return
        self._elements += 1
        if self._elements > MOST_ELEMENTS or len(self._open) >= MOST_DEPTH:
            raise _refusal(
                Place(file=self._place.file, row=line),
                text("more elements, or deeper within each other, than a gating file has"),
                text(
                    "{most} at most, and {depth} within each other",
                    most=MOST_ELEMENTS,
                    depth=MOST_DEPTH,
                ),
            )
        plain: dict[str, str] = {}
        for key, value in attributes.items():
            plain.setdefault(key.rpartition("}")[2], value)
        element = Element(namespace, tag, line, plain)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._texts.append([])

    def end(self, _: str) -> None:
        if self._left_out:
            self._left_out -= 1
            return
        self._open.pop().text = "".join(self._texts.pop()).strip()

    def characters(self, data: str) -> None:
        if self._open and not self._left_out and not self._open[-1].children:
            self._texts[-1].append(data)


def _refusal(place: Place, found: Text, expected: Text) -> FileProblem:
    return FileProblem(
        Problem(place, found, expected, text("export the file again from the program it is of"))
    )
