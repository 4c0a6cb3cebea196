"""Gating-ML 2.0: gates, transformations and matrices exchanged between programs.

Spidlen J, Moore W, Brinkman RR. ISAC's Gating-ML 2.0 data exchange standard for gating description.
Cytometry A 2015;87:683-687. What the standard has, is read and written whole; what it has not, is
named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stroma.errors import FileProblem, Place, Problem, Severity
from stroma.formats.gatingml_gates import GATES, read_gate
from stroma.formats.gatingml_transforms import COMMENT, read_matrix, read_transformation
from stroma.formats.gatingml_write import write_gatingml
from stroma.formats.raw import read_raw
from stroma.formats.safe_xml import Element, read_xml
from stroma.formats.xml_fields import Fields, not_used
from stroma.gating_records import Gate, GatingStrategy, NamedAxis, Ratio, SpectrumMatrix
from stroma.records import Origin
from stroma.texts import text, texts

__all__ = ["GatingFile", "read_gatingml", "write_gatingml"]

NAMESPACE: Final = "http://www.isac-net.org/std/Gating-ML/v2.0/"
_ROOT: Final = "Gating-ML"

_ATTRIBUTES: Final = {
    **dict.fromkeys(GATES, frozenset({"id", "parent_id"})),
    "Gating-ML": frozenset({"schemaLocation"}),
    "dimension": frozenset({"compensation-ref", "transformation-ref", "min", "max"}),
    "divider": frozenset({"id", "compensation-ref", "transformation-ref"}),
    "transformation": frozenset({"id", "boundMin", "boundMax"}),
    "spectrumMatrix": frozenset({"id", "matrix-inverted-already"}),
}
"""Attributes with a meaning, of the elements that may carry others."""


@dataclass(frozen=True, slots=True)
class GatingFile:
    """The gates of a file.

    Parameters
    ----------
    origin
        The file.
    strategy
        Its gates, with what they refer to.
    problems
        What was not read, each with its line.
    """

    origin: Origin
    strategy: GatingStrategy
    problems: tuple[Problem, ...] = ()


def read_gatingml(path: Path, *, file: str | None = None) -> GatingFile:
    """Read a GatingML 2.0 file.

    Parameters
    ----------
    path
        The file.
    file
        How records and problems name it; the path itself if not given.

    Returns
    -------
    GatingFile
        Every gate that could be read, and a problem for whatever could not.

    Raises
    ------
    FileProblem
        The file is no GatingML 2.0.
    """
    raw = read_raw(path, file=file)
    root = read_xml(raw)
    if root.tag != _ROOT or not root.namespace.startswith(NAMESPACE):
        raise FileProblem(
            Problem(
                raw.place,
                found=text("<{tag}> of {namespace}", tag=root.tag, namespace=root.namespace or "–"),
                expected=text("<Gating-ML> of version 2.0"),
                action=text("export the gates as GatingML 2.0"),
            )
        )
    problems: list[Problem] = []
    axes: list[NamedAxis] = []
    ratios: list[Ratio] = []
    matrices: list[SpectrumMatrix] = []
    gates: list[Gate] = []
    parts = list(_parts(root, raw.place, problems))
    named = Counter(
        (part.tag, part.attributes.get("id")) for part in parts if part.tag not in GATES
    )
    for element in parts:
        fields = Fields(element, raw.origin.file)
        problems += _foreign_attributes(fields)
        if element.attributes.get("id") and named[element.tag, element.attributes["id"]] > 1:
            problems.append(_twice(fields))
            continue
        try:
            match _reader(element.tag)(fields):
                case NamedAxis() as axis:
                    axes.append(axis)
                case Ratio() as ratio:
                    ratios.append(ratio)
                case SpectrumMatrix() as matrix:
                    matrices.append(matrix)
                case gate:
                    gates.append(gate)
        except FileProblem as refusal:
            problems += refusal.problems
    strategy = GatingStrategy(tuple(gates), tuple(axes), tuple(ratios), tuple(matrices))
    return GatingFile(raw.origin, strategy, tuple(problems + _comments(root, raw.place)))


def _twice(fields: Fields) -> Problem:
    return Problem(
        fields.place,
        found=text(
            '<{tag}> "{name}", and another of that name',
            tag=fields.element.tag,
            name=fields.element.attributes.get("id", ""),
        ),
        expected=text("one transformation or matrix of a name"),
        action=text("rename one of them; none of them is used, nor any gate that refers to them"),
    )


_Part = NamedAxis | Ratio | SpectrumMatrix | Gate


def _reader(tag: str) -> Callable[[Fields], _Part]:
    match tag:
        case "transformation":
            return read_transformation
        case "spectrumMatrix":
            return read_matrix
        case _:
            return read_gate


def _parts(root: Element, place: Place, problems: list[Problem]) -> Iterator[Element]:
    """Yield what a file consists of, also from within elements of another program's own."""
    known = {*GATES, "transformation", "spectrumMatrix"}
    waiting = list(reversed(root.children))
    while waiting:
        element = waiting.pop()
        if element.tag == COMMENT:
            continue
        if element.tag in known and element.namespace.startswith(NAMESPACE):
            yield element
            continue
        inner = sum(each.tag in known for each in element.descendants())
        fields = Fields(element, place.file or "")
        if inner:
            what = texts(
                "<{tag}>, which is not of GatingML; {count} gate or transformation within it was "
                "read as if it stood outside",
                "<{tag}>, which is not of GatingML; {count} gates or transformations within it "
                "were read as if they stood outside",
                inner,
                tag=element.tag,
            )
            problems.append(not_used(fields, what, Severity.NOTE))
            waiting += reversed(element.children)
        else:
            what = text("<{tag}>, which is not of GatingML 2.0", tag=element.tag)
            problems.append(not_used(fields, what, Severity.ERROR))


def _foreign_attributes(fields: Fields) -> Iterator[Problem]:
    """Yield a note for each attribute that is not of the standard."""
    for element in (fields.element, *fields.element.descendants()):
        known = _ATTRIBUTES.get(element.tag)
        if known is None:
            continue
        for name, value in element.attributes.items():
            if name not in known:
                what = text(
                    'the attribute {name}="{value}" of <{tag}>, which is not of GatingML 2.0',
                    name=name,
                    value=value,
                    tag=element.tag,
                )
                yield not_used(Fields(element, fields.file), what, Severity.NOTE)


def _comments(root: Element, place: Place) -> list[Problem]:
    count = sum(element.tag == COMMENT for element in root.descendants())
    if not count:
        return []
    what = texts(
        "{count} custom_info, which is for people and other programs",
        "{count} custom_info, which are for people and other programs",
        count,
    )
    return [not_used(Fields(root, place.file or ""), what, Severity.NOTE)]
