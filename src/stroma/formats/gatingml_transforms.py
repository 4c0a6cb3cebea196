"""Transformations and spectrum matrices of a GatingML 2.0 file."""

from __future__ import annotations

from stroma.formats.xml_fields import Fields
from stroma.gating_records import (
    BoundedAxis,
    HyperlogAxis,
    InverseSineAxis,
    LinearAxis,
    LogarithmicAxis,
    LogicleAxis,
    NamedAxis,
    PlainAxis,
    Ratio,
    SpectrumMatrix,
)
from stroma.texts import text

COMMENT = "custom_info"
"""Elements for people and other programs, allowed anywhere."""


def read_transformation(fields: Fields) -> NamedAxis | Ratio:
    """Return what a ``<transformation>`` describes.

    Parameters
    ----------
    fields
        The element.

    Returns
    -------
    NamedAxis or Ratio
        A ratio for ``<fratio>``, an axis for every other function.

    Raises
    ------
    FileProblem
        The function is unknown, or a parameter is missing.
    """
    name = fields.text_of("id")
    low, high = fields.optional_number("boundMin"), fields.optional_number("boundMax")
    functions = [child for child in fields.element.children if child.tag != COMMENT]
    if len(functions) != 1:
        raise fields.refusal(
            text("the number of functions in <transformation> is {count}", count=len(functions)),
            text("one function"),
        )
    function = Fields(functions[0], fields.file)
    if function.element.tag == "fratio":
        channels = [child.text_of("name") for child in function.children("fcs-dimension")]
        if len(channels) != 2:
            raise function.refusal(
                text("the number of channels in <fratio> is {count}", count=len(channels)),
                text("two channels"),
            )
        return Ratio(
            name=name,
            numerator=channels[0],
            denominator=channels[1],
            factor=function.number("A"),
            numerator_offset=function.number("B"),
            denominator_offset=function.number("C"),
            low=low,
            high=high,
        )
    axis = _axis(function)
    bounded = low is not None or high is not None
    return NamedAxis(name, BoundedAxis(axis, low, high) if bounded else axis)


def _axis(function: Fields) -> PlainAxis:
    match function.element.tag:
        case "flin":
            return LinearAxis(function.number("T"), function.number("A"))
        case "flog":
            return LogarithmicAxis(function.number("T"), function.number("M"))
        case "fasinh":
            return InverseSineAxis(*(function.number(letter) for letter in "TMA"))
        case "logicle":
            return LogicleAxis(*(function.number(letter) for letter in "TWMA"))
        case "hyperlog":
            return HyperlogAxis(*(function.number(letter) for letter in "TWMA"))
        case tag:
            raise function.refusal(
                text("the transformation <{tag}>", tag=tag),
                text("one of flin, flog, fasinh, logicle, hyperlog, fratio"),
            )


def read_matrix(fields: Fields) -> SpectrumMatrix:
    """Return a ``<spectrumMatrix>``.

    Parameters
    ----------
    fields
        The element.

    Returns
    -------
    SpectrumMatrix
        Its coefficients as printed.

    Raises
    ------
    FileProblem
        A part is missing, or the rows differ in length.
    """
    rows = tuple(row.numbers_of("coefficient") for row in fields.children("spectrum"))
    if not rows or len({len(row) for row in rows}) != 1:
        raise fields.refusal(
            text("rows of different lengths, or none"),
            text("rows of equal lengths"),
        )
    fluorochromes = _channels(fields.child("fluorochromes"))
    detectors = _channels(fields.child("detectors"))
    for names in (fluorochromes, detectors):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise fields.refusal(
                text('the channel "{name}" twice in a matrix', name=twice),
                text("each channel once"),
            )
    return SpectrumMatrix(
        name=fields.text_of("id"),
        fluorochromes=fluorochromes,
        detectors=detectors,
        rows=rows,
        inverted=fields.flag("matrix-inverted-already"),
    )


def _channels(fields: Fields) -> tuple[str, ...]:
    return tuple(child.text_of("name") for child in fields.children("fcs-dimension"))
