"""Allotrope Simple Model (ASM): what every document of it has, whatever the instrument.

The versions differ in the names of fields and in how deep a measurement lies; a measurement is
therefore looked for, wherever it is. Converters write minus zero where an instrument gave no
number, beside an error with the instrument's own word: such a zero is never a measurement.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.encoding import decode, peek
from stroma.formats.plate_cells import read_cell
from stroma.formats.raw import RawFile
from stroma.plate_records import WellStatus, WrittenNumber
from stroma.texts import Text, text, texts

Node = Mapping[str, Any]
"""A JSON object."""

_AGGREGATE: Final = re.compile(r'"(?P<kind>[a-z][a-z ,-]*) aggregate document"\s*:')
_MANIFEST: Final = re.compile(r'"\$asm\.manifest"\s*:\s*"(?P<manifest>[^"]*)"')
_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    "plate": ("plate reader", "ultraviolet absorbance", "ultraviolet-absorbance", "luminescence",
              "fluorescence", "plate-reader"),
    "count": ("cell counting", "cell counter", "cell-counting", "cell-counter"),
    "cycle": ("qpcr", "pcr"),
    "bead": ("multi analyte profiling", "multi-analyte-profiling"),
}  # fmt: skip
_NOTHING: Final = ("", "n/a", "na", "unknown", "none", "<none>")
_HEAD: Final = 65536


def family_of(raw: RawFile) -> str:
    """Return which family of instruments a document is about.

    Parameters
    ----------
    raw
        The file.

    Returns
    -------
    str
        ``"plate"``, ``"count"``, ``"cycle"`` or ``"bead"``; empty where the file is no such
        document.
    """
    head = peek(raw.data, size=_HEAD)
    if not head.lstrip("\ufeff \t\r\n").startswith("{"):
        return ""
    kinds = [match["kind"] for match in _AGGREGATE.finditer(head)]
    if not kinds:
        return ""
    manifest = _MANIFEST.search(head)
    for family, names in _FAMILIES.items():
        if kinds[0] in names:
            return family
    for family, names in _FAMILIES.items():
        if manifest is not None and any(f"/{name}/" in manifest["manifest"] for name in names):
            return family
    if kinds[0] == "measurement" and "data cube" in head:
        return "plate"
    return ""


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement document with what stands above it.

    Parameters
    ----------
    node
        The document itself.
    above
        The objects around it, the nearest last.
    """

    node: Node
    above: tuple[Node, ...]

    @property
    def sample(self) -> Node:
        """What was measured."""
        return child(self.node, "sample document")

    @property
    def identifier(self) -> str:
        """How other parts of the document name it."""
        return written(self.node, "measurement identifier")

    @property
    def controls(self) -> Node:
        """The settings of the device."""
        found = items(child(self.node, "device control aggregate document"),
                      "device control document")  # fmt: skip
        return found[0] if found else {}

    @property
    def processed(self) -> list[Node]:
        """What was made of it."""
        return items(
            child(self.node, "processed data aggregate document"), "processed data document"
        )

    @property
    def well(self) -> str:
        """The well as written; empty where none is named."""
        for key in ("well location identifier", "location identifier"):
            name = written(self.sample, key)
            if re.fullmatch(r"[A-Za-z]{1,2}\d{1,2}", name):
                return name
        return ""

    def errors(self) -> list[tuple[str, str]]:
        """Return each error with what it is about."""
        found = items(child(self.node, "error aggregate document"), "error document")
        return [(written(item, "error"), written(item, "error feature")) for item in found]


def read_document(raw: RawFile, encoding: str | None = None) -> tuple[Node, str]:
    """Read the document.

    Parameters
    ----------
    raw
        The file.
    encoding
        The laboratory's encoding of files that are not Unicode.

    Returns
    -------
    tuple
        The document, and its text.

    Raises
    ------
    FileProblem
        It is no JSON, or cut off.
    """
    content = decode(raw.data, place=raw.place, encoding=encoding)
    try:
        document = json.loads(content)
    except RecursionError as error:
        raise FileProblem(_broken(raw.place, "too deep")) from error
    except ValueError as error:
        raise FileProblem(_broken(raw.place, str(error))) from error
    if not isinstance(document, dict):
        raise FileProblem(_broken(raw.place, type(document).__name__))
    return document, content


def _broken(place: Place, reason: str) -> Problem:
    return Problem(
        place,
        found=text("a document that cannot be read ({reason})", reason=reason),
        expected=text("one whole JSON object"),
        action=text("convert the instrument's file again; this one is cut off or edited"),
    )


def child(node: object, key: str) -> Node:
    """Return an object inside another.

    Parameters
    ----------
    node
        The outer one.
    key
        Its name.

    Returns
    -------
    Mapping
        Empty where there is none.
    """
    found = node.get(key) if isinstance(node, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def items(node: object, key: str) -> list[Node]:
    """Return the objects of a list inside an object.

    Parameters
    ----------
    node
        The object.
    key
        Name of the list.

    Returns
    -------
    list of Mapping
        Empty where there is none; an object that stands there alone is one.
    """
    found = node.get(key) if isinstance(node, Mapping) else None
    if isinstance(found, Mapping):
        return [found]
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def written(node: object, key: str) -> str:
    """Return a text inside an object.

    Parameters
    ----------
    node
        The object.
    key
        Name of the text.

    Returns
    -------
    str
        Empty where there is none, or a word for none.
    """
    found = node.get(key) if isinstance(node, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return ""
    bare = str(found).strip()
    return "" if bare.casefold() in _NOTHING else bare


def number(value: object, errors: Sequence[str] = ()) -> tuple[WrittenNumber, str]:
    """Return a number and its unit.

    Parameters
    ----------
    value
        A number, or an object with ``value`` and ``unit``.
    errors
        The instrument's own words about it.

    Returns
    -------
    tuple
        The number, ``NOT_REPORTED`` for a minus zero or null, or what an error says of it; and
        its unit as written.
    """
    unit = written(value, "unit") if isinstance(value, Mapping) else ""
    bare = value.get("value") if isinstance(value, Mapping) else value
    if isinstance(bare, str):
        return read_cell(bare, "."), unit
    if isinstance(bare, bool) or not isinstance(bare, (int, float)):
        return _without(errors, "null"), unit
    try:
        real = float(bare)
    except OverflowError:
        real = math.inf
    if real == 0 and math.copysign(1, real) < 0:
        return _without(errors, "-0.0"), unit
    if not math.isfinite(real):
        return _without(errors or ("NaN",), "NaN"), unit
    return WrittenNumber(real, WellStatus.MEASURED, json.dumps(bare)), unit


def _without(errors: Sequence[str], stands: str) -> WrittenNumber:
    word = next((error for error in errors if error), "")
    if not word:
        return WrittenNumber(None, WellStatus.NOT_REPORTED, stands)
    said = read_cell(word, ".")
    if said.status in (WellStatus.MEASURED, WellStatus.EMPTY):
        return WrittenNumber(None, WellStatus.NOT_REPORTED, word)
    return said


def measurements(document: object) -> Iterator[Measured]:
    """Return every measurement, in the order of the document.

    Parameters
    ----------
    document
        The whole of it.

    Yields
    ------
    Measured
        One measurement.
    """
    waiting: list[tuple[object, tuple[Node, ...]]] = [(document, ())]
    while waiting:
        node, above = waiting.pop()
        if isinstance(node, list):
            waiting += [(item, above) for item in reversed(node)]
        if not isinstance(node, Mapping):
            continue
        found = items(node, "measurement document")
        for item in found:
            yield Measured(item, (*above, node))
        inner = [value for key, value in node.items() if key != "measurement document"
                 and key.endswith("document")]  # fmt: skip
        waiting += [(value, (*above, node)) for value in reversed(inner)]


def calculated(document: object) -> Iterator[Node]:
    """Return everything that is stated as calculated from measurements.

    Parameters
    ----------
    document
        The whole of it.

    Yields
    ------
    Mapping
        One calculated value.
    """
    waiting: list[object] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += reversed(node)
        if isinstance(node, Mapping):
            yield from items(node, "calculated data document")
            waiting += [
                value
                for key, value in list(node.items())[::-1]
                if key.endswith("document") and key != "calculated data document"
            ]


def sources(node: Node) -> tuple[str, ...]:
    """Return what a calculated value was made from.

    Parameters
    ----------
    node
        The calculated value.

    Returns
    -------
    tuple of str
        Identifiers.
    """
    found = items(child(node, "data source aggregate document"), "data source document")
    return tuple(written(item, "data source identifier") for item in found)


def body_of(document: Node) -> Node:
    """Return the part of the document that names the devices.

    Parameters
    ----------
    document
        The whole of it.

    Returns
    -------
    Mapping
        The aggregate document; in old versions the document itself.
    """
    for key, value in document.items():
        if key.endswith("aggregate document") and isinstance(value, Mapping):
            return value
    return document


def instrument_of(document: Node) -> str:
    """Return maker, model and program, as far as the document says.

    Parameters
    ----------
    document
        The whole of it.

    Returns
    -------
    str
        With the name of the converter last.
    """
    body = body_of(document)
    device, system = child(body, "device system document"), child(body, "data system document")
    parts = [
        written(device, "product manufacturer"),
        written(device, "model number") or written(device, "device identifier"),
        written(system, "software name"),
        written(system, "software version"),
    ]
    converter = written(system, "ASM converter name")
    known = " ".join(part for part in parts if part)
    return f"{known} ({converter})".strip() if converter else known


def nothing_measured(place: Place, kind: Text) -> FileProblem:
    """Return the refusal of a document without measurements.

    Parameters
    ----------
    place
        The file.
    kind
        What was expected of a measurement.

    Returns
    -------
    FileProblem
        To be raised.
    """
    return FileProblem(
        Problem(
            place,
            found=text("an Allotrope document without a measurement of {kind}", kind=kind),
            expected=text("measurement documents with their sample and their value"),
            action=text("convert the instrument's file again, or give Stroma that file itself"),
        )
    )


def not_taken(place: Place, count: int, names: Sequence[str]) -> list[Problem]:
    """Return a line for parts of the document that were not taken.

    Parameters
    ----------
    place
        The file.
    count
        How many.
    names
        What they are called.

    Returns
    -------
    list of Problem
        None where nothing was left.
    """
    if not count:
        return []
    return [
        Problem(
            place,
            found=texts(
                "{count} value that was not taken: {names}",
                "{count} values that were not taken: {names}",
                count,
                names=", ".join(dict.fromkeys(names)) or "–",
            ),
            expected=text("values of one well or one sample"),
            action=text("nothing; means and the like are worked out again from the wells"),
            severity=Severity.NOTE,
        )
    ]
