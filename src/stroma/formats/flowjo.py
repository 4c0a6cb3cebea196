"""FlowJo 10 workspaces (``.wsp``): samples, compensation, transformations, gates, stored numbers.

FlowJo documents no format. What is known of it comes from workspaces with their event files: gates
are Gating-ML in shape, rectangles and polygons in linear units though polygons are straight on the
axes they were drawn on, ellipses in bins of the display. Curly quadrants have no known formula.
Populations of groups are templates that FlowJo copies to their samples, which it counts; what a
group has and a sample of it has not is applied to the sample and said. Nothing is known of the
formulas of derived parameters: gates on them are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from stroma.errors import FileProblem, Problem, Severity
from stroma.formats.flowjo_axes import read_calibration
from stroma.formats.flowjo_gates import read_tree
from stroma.formats.flowjo_records import (
    COUNT,
    FlowJoGroup,
    FlowJoSample,
    FlowJoWorkspace,
    StoredStatistic,
)
from stroma.formats.raw import read_raw
from stroma.formats.safe_xml import decimal, read_xml
from stroma.formats.xml_fields import Fields, not_used
from stroma.gating_records import GatingStrategy
from stroma.records import Origin
from stroma.texts import text

__all__ = [
    "COUNT",
    "FlowJoGroup",
    "FlowJoSample",
    "FlowJoWorkspace",
    "StoredStatistic",
    "read_flowjo",
    "stored_statistics",
]

_VERSION: Final = "20"
"""Of the workspace format of FlowJo 10; earlier ones write gates in other ways."""

_MOST_EVENTS: Final = 2**53
"""Whole numbers are exact up to here; no file has a billionth as many events."""

_DISPLAY: Final = frozenset(
    {
        "Columns",
        "Exports",
        "Graph",
        "LayoutEditor",
        "PlateModel",
        "SOPS",
        "Scripts",
        "StagingArea",
        "TableEditor",
        "TextTraits",
        "TransformStore",
        "WindowPosition",
    }
)
"""Elements about windows, figures and tables; no gate or number depends on them."""


def read_flowjo(path: Path, *, file: str | None = None) -> FlowJoWorkspace:
    """Read a FlowJo workspace.

    Parameters
    ----------
    path
        The file.
    file
        How records and problems name it; the path itself if not given.

    Returns
    -------
    FlowJoWorkspace
        Its samples, each with its gates and what FlowJo stored; whatever cannot be applied is a
        problem of its sample.

    Raises
    ------
    FileProblem
        The file is no workspace of FlowJo 10.
    """
    raw = read_raw(path, file=file)
    root = Fields(read_xml(raw, without=_DISPLAY), raw.origin.file)
    attributes = root.element.attributes
    if root.element.tag != "Workspace" or attributes.get("version", "").split(".")[0] != _VERSION:
        raise FileProblem(
            Problem(
                root.place,
                found=text(
                    '<{tag}> of version "{version}"',
                    tag=root.element.tag,
                    version=attributes.get("version", ""),
                ),
                expected=text("<Workspace> of version 20, as FlowJo 10 writes it"),
                action=text("open the workspace in FlowJo 10 and save it again"),
            )
        )
    nodes = [node for each in root.children("Groups") for node in each.children("GroupNode")]
    samples = [
        _sample(sample, raw.origin, root, nodes)
        for group in root.children("SampleList")
        for sample in group.children("Sample")
    ]
    groups = [_group(node) for node in nodes]
    return FlowJoWorkspace(
        origin=raw.origin,
        version=attributes.get("flowJoVersion"),
        groups=tuple(groups),
        samples=tuple(samples),
    )


def stored_statistics(workspace: FlowJoWorkspace) -> tuple[StoredStatistic, ...]:
    """Return every number FlowJo stored with its populations.

    Parameters
    ----------
    workspace
        The workspace.

    Returns
    -------
    tuple of StoredStatistic
        Sample by sample, in the order of the file; populations FlowJo had not counted are absent.
    """
    return tuple(each for sample in workspace.samples for each in sample.statistics)


def _group(node: Fields) -> FlowJoGroup:
    samples = [
        reference.element.attributes.get("sampleID", "")
        for group in node.children("Group")
        for references in group.children("SampleRefs")
        for reference in references.children("SampleRef")
    ]
    return FlowJoGroup(node.element.attributes.get("name", ""), tuple(samples))


def _sample(fields: Fields, origin: Origin, root: Fields, groups: Sequence[Fields]) -> FlowJoSample:
    data_set, node = fields.child("DataSet"), fields.child("SampleNode")
    identifier = data_set.text_of("sampleID")
    keywords = {
        each.element.attributes.get("name", ""): each.element.attributes.get("value", "")
        for group in fields.children("Keywords")
        for each in group.children("Keyword")
    }
    calibration = read_calibration(fields)
    templates = [group for group in groups if identifier in _group(group).samples]
    tree = read_tree(node, origin, identifier, calibration, templates=templates)
    problems = [*calibration.problems, *tree.problems]
    problems += [
        not_used(each, text("a parameter derived from others"), Severity.WARNING)
        for group in fields.children("DerivedParameters")
        for each in group.children("DerivedParameter")
    ]
    strategy = GatingStrategy(
        gates=tree.gates,
        axes=calibration.axes,
        matrices=() if calibration.matrix is None else (calibration.matrix,),
        gain_undone=_gain_undone(root, fields, keywords, problems),
    )
    total = decimal(node.element.attributes.get("count", ""))
    return FlowJoSample(
        identifier=identifier,
        name=node.text_of("name"),
        uri=data_set.element.attributes.get("uri", ""),
        events=int(total) if total is not None and 0 <= total <= _MOST_EVENTS else None,
        keywords=keywords,
        strategy=strategy,
        statistics=tree.statistics,
        problems=tuple(problems),
    )


def _gain_undone(
    root: Fields, sample: Fields, keywords: dict[str, str], problems: list[Problem]
) -> bool:
    """Return whether FlowJo left ``$PnG`` alone, as the cytometer's settings in it say."""
    cytometers = [
        each for group in root.children("Cytometers") for each in group.children("Cytometer")
    ]
    plain = {name.upper(): value for name, value in keywords.items()}
    name = plain.get("$CYT", "").strip()
    own = [each for each in cytometers if each.element.attributes.get("cyt", "").strip() == name]
    settings = {each.flag("useGain") for each in (own or cytometers)}
    if len(settings) > 1:
        what = text('two settings of gain for cytometer "{name}"; none', name=name)
        problems.append(not_used(sample, what, Severity.WARNING))
    return settings != {True}
