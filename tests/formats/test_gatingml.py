"""GatingML 2.0 in and out; the standard's own files are applied in the tests of cytometry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.errors import FileProblem, Severity
from stroma.formats.gatingml import read_gatingml, write_gatingml
from stroma.gating_records import (
    BiexponentialAxis,
    BooleanGate,
    BooleanOperator,
    BoundedAxis,
    Dimension,
    Divider,
    EllipsoidGate,
    FocalEllipseGate,
    GatingStrategy,
    HyperlogAxis,
    Interval,
    InverseSineAxis,
    LinearAxis,
    LogarithmicAxis,
    LogicleAxis,
    NamedAxis,
    Operand,
    PolygonGate,
    Quadrant,
    QuadrantGate,
    Ratio,
    RectangleGate,
    SpectrumMatrix,
    dimensions_of,
)

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gating:Gating-ML
    xmlns:gating="http://www.isac-net.org/std/Gating-ML/v2.0/gating"
    xmlns:transforms="http://www.isac-net.org/std/Gating-ML/v2.0/transformations"
    xmlns:data-type="http://www.isac-net.org/std/Gating-ML/v2.0/datatypes">
"""
DIMENSION = (
    '<gating:dimension gating:compensation-ref="uncompensated" gating:min="5">'
    '<data-type:fcs-dimension data-type:name="FSC-H" /></gating:dimension>'
)

X, Y = Dimension("FL1-H", None, "FCS", "log"), Dimension('A & <B> "C"', None, "MySpill")


@pytest.fixture
def read(tmp_path):
    def reading(body):
        path = tmp_path / "gates.xml"
        path.write_text(HEAD + body + "</gating:Gating-ML>", encoding="utf-8")
        return read_gatingml(path, file="gates.xml")

    return reading


def everything():
    """A strategy of every kind of gate, axis and matrix of the standard."""
    return GatingStrategy(
        gates=(
            RectangleGate(
                identifier="R",
                name="R",
                intervals=(Interval(X, 0.1, None), Interval(Dimension(ratio="ratio"), None, 3.0)),
            ),
            PolygonGate(
                identifier="P",
                name="P",
                dimensions=(X, Y),
                vertices=((0.0, 0.1), (1e-17, 1.0), (-3.0, 1e300)),
                parent="R",
            ),
            EllipsoidGate(
                identifier="E",
                name="E",
                dimensions=(X, Y, X),
                centre=(1.0, 2.0, 3.0),
                covariance=((1.0, 0.0, 0.0), (0.0, 1.0, 0.5), (0.0, 0.5, 1.0)),
                distance_square=2.5,
            ),
            QuadrantGate(
                identifier="Q",
                dividers=(Divider("dx", X, (0.25, 0.5)), Divider("dy", Y, (1.0,))),
                quadrants=(
                    Quadrant("q1", "q1", (("dx", 0.3), ("dy", 2.0))),
                    Quadrant("q2", "q2", (("dx", 0.1),)),
                ),
                parent="E",
            ),
            BooleanGate(
                identifier="B",
                name="B",
                operator=BooleanOperator.OR,
                operands=(Operand("q1"), Operand("P", complement=True)),
                parent="q2",
            ),
            BooleanGate(
                identifier="N",
                name="N",
                operator=BooleanOperator.NOT,
                operands=(Operand("B"),),
            ),
        ),
        axes=(
            NamedAxis("lin", LinearAxis(1000.0, -5.0)),
            NamedAxis("log", BoundedAxis(LogarithmicAxis(10000.0, 4.5), low=0.0)),
            NamedAxis("asinh", BoundedAxis(InverseSineAxis(1000.0, 4.0, 1.0), -0.5, 1.5)),
            NamedAxis("logicle", LogicleAxis(262144.0, 0.5, 4.5, 0.0)),
            NamedAxis("hyperlog", HyperlogAxis(262144.0, 0.5, 4.5, -0.1)),
        ),
        ratios=(Ratio("ratio", "FL2-H", "FL2-A", 2.7, -100.0, -300.0, high=9.0),),
        matrices=(
            SpectrumMatrix("MySpill", ("FITC", "PE"), ("FL1", "FL2"), ((1.0, 0.02), (0.11, 1.0))),
            SpectrumMatrix("Inverse", ("A", "B"), ("C", "D"), ((1.0, 0.0), (0.0, 1.0)), True),
        ),
    )


def test_everything_there_and_back(tmp_path):
    path = tmp_path / "gates.xml"
    write_gatingml(path, everything())
    read = read_gatingml(path)
    assert read.strategy == everything()
    assert read.problems == ()


def test_equal_strategies_are_equal_bytes(tmp_path):
    for name in ("a.xml", "b.xml"):
        write_gatingml(tmp_path / name, everything())
    assert (tmp_path / "a.xml").read_bytes() == (tmp_path / "b.xml").read_bytes()


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_there_and_back(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("numbers") / "gates.xml"
    gate = RectangleGate(identifier="R", name="R", intervals=(Interval(X, value, None),))
    write_gatingml(path, GatingStrategy((gate,)))
    assert read_gatingml(path).strategy.gates == (gate,)


class TestNamed:
    """What is not of the standard, or cannot be read, is named with its line."""

    def test_an_unknown_gate(self, read):
        found = read('<gating:CurlyGate gating:id="C" />')
        (problem,) = found.problems
        assert problem.severity is Severity.ERROR
        assert "gates.xml, row 6: <CurlyGate>, which is not of GatingML 2.0" in problem.render()

    def test_an_unknown_transformation(self, read):
        found = read(
            '<transforms:transformation transforms:id="t"><transforms:box transforms:T="1" />'
            "</transforms:transformation>"
        )
        assert "the transformation <box>. Expected: one of flin" in found.problems[0].render()

    def test_gates_within_an_element_of_another_program_are_read(self, read):
        gate = f'<gating:RectangleGate gating:id="R">{DIMENSION}</gating:RectangleGate>'
        found = read(f"<sample>{gate}</sample>")
        assert [gate.identifier for gate in found.strategy.gates] == ["R"]
        assert "<sample>, which is not of GatingML; 1 gate" in found.problems[0].render()

    def test_attributes_and_comments(self, read):
        found = read(
            f'<gating:RectangleGate gating:id="R" gating:name="cells">{DIMENSION}'
            "<data-type:custom_info>x</data-type:custom_info></gating:RectangleGate>"
        )
        assert {problem.severity for problem in found.problems} == {Severity.NOTE}
        texts = [problem.render() for problem in found.problems]
        assert 'the attribute name="cells" of <RectangleGate>' in texts[0]
        assert "1 custom_info, which is for people and other programs" in texts[1]

    @pytest.mark.parametrize(("body", "message"), [
        ('<gating:RectangleGate gating:id="R" />', "<RectangleGate> without <dimension>"),
        (f"<gating:RectangleGate>{DIMENSION}</gating:RectangleGate>", "without id"),
        (
            ('<gating:RectangleGate gating:id="R"><gating:dimension gating:min="5">'
            '<data-type:fcs-dimension data-type:name="F" /></gating:dimension>'
            "</gating:RectangleGate>"),
            "<dimension> without compensation-ref",
        ),
        (
            (f'<gating:RectangleGate gating:id="R">{DIMENSION.replace("5", "5,0")}'
            "</gating:RectangleGate>"),
            'min="5,0". Expected: a finite number with a decimal point',
        ),
        (
            ('<gating:RectangleGate gating:id="R"><gating:dimension '
            'gating:compensation-ref="FCS" /></gating:RectangleGate>'),
            "the number of channels in <dimension> is 0",
        ),
        (
            f'<gating:PolygonGate gating:id="P">{DIMENSION}{DIMENSION}</gating:PolygonGate>',
            "whose number of dimensions is 2 and of vertices 0",
        ),
        (
            (f'<gating:PolygonGate gating:id="P">{DIMENSION}{DIMENSION}<gating:vertex>'
            '<gating:coordinate data-type:value="1" /></gating:vertex></gating:PolygonGate>'),
            "the number of coordinates is 1. Expected: one coordinate a dimension: 2",
        ),
        (
            (f'<gating:EllipsoidGate gating:id="E">{DIMENSION}{DIMENSION}'
            "</gating:EllipsoidGate>"),
            "the number of <mean> in <EllipsoidGate> is 0",
        ),
        (
            ('<gating:BooleanGate gating:id="B"><gating:and>'
            '<gating:gateReference gating:ref="A" /></gating:and></gating:BooleanGate>'),
            "the number of gates in <and> is 1",
        ),
        ('<gating:BooleanGate gating:id="B" />', "the number of operators is 0"),
        (
            ('<gating:BooleanGate gating:id="B"><gating:not><gating:gateReference '
            'gating:ref="A" gating:use-as-complement="maybe" /></gating:not></gating:BooleanGate>'),
            'use-as-complement="maybe". Expected: true or false',
        ),
        (
            ('<transforms:transformation transforms:id="t"><transforms:flog transforms:T="1" />'
            "</transforms:transformation>"),
            "<flog> without M",
        ),
        ('<transforms:transformation transforms:id="t" />', "functions in <transformation> is 0"),
        (
            ('<transforms:transformation transforms:id="t"><transforms:fratio transforms:A="1" '
            'transforms:B="1" transforms:C="1" /></transforms:transformation>'),
            "the number of channels in <fratio> is 0",
        ),
        ('<transforms:spectrumMatrix transforms:id="m" />', "rows of different lengths, or none"),
        (
            ('<gating:QuadrantGate gating:id="Q"><gating:divider gating:id="d" '
            'gating:compensation-ref="FCS"><data-type:fcs-dimension data-type:name="F" />'
            "<gating:value>many</gating:value></gating:divider></gating:QuadrantGate>"),
            'value="many"',
        ),
    ])  # fmt: skip
    def test_what_cannot_be_read_is_left_out(self, read, body, message):
        good = f'<gating:RectangleGate gating:id="good">{DIMENSION}</gating:RectangleGate>'
        found = read(body + good)
        assert [gate.identifier for gate in found.strategy.gates] == ["good"]
        errors = [each.render() for each in found.problems if each.severity is Severity.ERROR]
        assert len(errors) == 1
        assert message in errors[0]
        assert "gates.xml, row 6" in errors[0]


@pytest.mark.parametrize(("content", "message"), [
    ("<Workspace />", "<Workspace> of –. Expected: <Gating-ML> of version 2.0"),
    (
        '<g:Gating-ML xmlns:g="http://www.isac-net.org/std/Gating-ML/v1.5/gating" />',
        "<Gating-ML> of http://www.isac-net.org/std/Gating-ML/v1.5/gating",
    ),
    ("", "the file is empty"),
])  # fmt: skip
def test_no_gatingml(tmp_path, content, message):
    path = tmp_path / "gates.xml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileProblem, match=message):
        read_gatingml(path)


def test_names_with_blanks_become_identifiers(tmp_path):
    blank = Dimension("Aqua Amine-A", axis="Aqua Amine-A", compensation="my matrix")
    ratio = Dimension(ratio="1/2", axis="R")
    gates = (
        rectangle(intervals=(Interval(blank, 1.0, None), Interval(ratio, None, 2.0))),
        PolygonGate(
            identifier="P",
            name="P",
            dimensions=(blank, ratio),
            vertices=((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)),
        ),
    )
    axes = (NamedAxis("Aqua Amine-A", LogarithmicAxis(1e4, 4.0)), NamedAxis("R", LinearAxis(1, 0)))
    matrix = SpectrumMatrix("my matrix", ("Aqua Amine-A",), ("Aqua Amine-A",), ((1.0,),))
    path = tmp_path / "gates.xml"
    write_gatingml(
        path,
        GatingStrategy(gates, axes, (Ratio("1/2", "A", "B", 1.0, 0.0, 0.0),), (matrix,)),
    )
    again = read_gatingml(path).strategy
    # The axis "R" has the name of a gate.
    assert [named.name for named in again.axes] == ["Aqua_Amine-A", "R_"]
    assert [ratio.name for ratio in again.ratios] == ["_1_2"]
    assert [each.name for each in again.matrices] == ["my_matrix"]
    kept = (
        Dimension("Aqua Amine-A", axis="Aqua_Amine-A", compensation="my_matrix"),
        Dimension(ratio="_1_2", axis="R_"),
    )
    assert dimensions_of(again.gates[0]) == dimensions_of(again.gates[1]) == kept


FOCAL = FocalEllipseGate(
    identifier="F",
    name="F",
    dimensions=(X, X),
    foci=((0.0, 0.0), (1.0, 0.0)),
    edge=((0.0, 0.0), (1.0, 0.0), (0.0, 0.0), (1.0, 0.0)),
)


def rectangle(**changes):
    given = {"identifier": "R", "name": "R", "intervals": (Interval(X, 1.0, None),), **changes}
    return RectangleGate(**given)


@pytest.mark.parametrize(("strategy", "message"), [
    (GatingStrategy((), gain_undone=True), r"not divided by \$PnG"),
    (
        GatingStrategy((), axes=(NamedAxis("a", BiexponentialAxis(1.0, 2.0, 0.0, -10.0)),)),
        'column "a": a biexponential axis of FlowJo',
    ),
    (GatingStrategy((FOCAL,)), "an ellipse in bins of FlowJo's display"),
    (GatingStrategy((rectangle(outside=True),)), "a gate for the events outside its shape"),
    (GatingStrategy((rectangle(identifier="CD3+"),)), 'column "CD3\\+": a name that no ident'),
    (GatingStrategy((rectangle(), rectangle())), "a name of several gates, axes or matrices"),
    (
        GatingStrategy((rectangle(intervals=(Interval(
            Dimension("X", axis="log", linear_coordinates=True)),)),)),
        "coordinates in linear units",
    ),
    (
        GatingStrategy((rectangle(intervals=(Interval(Dimension("X\x01")),)),)),
        "a channel with a sign XML has not",
    ),
])  # fmt: skip
def test_what_the_standard_cannot_say_is_not_written(tmp_path, strategy, message):
    path = tmp_path / "gates.xml"
    with pytest.raises(FileProblem, match=message):
        write_gatingml(path, strategy)
    assert not path.exists()


def test_infinite_ends_are_open(read):
    written = DIMENSION.replace('gating:min="5"', 'gating:min="-INF" gating:max="INF"')
    found = read(f'<gating:RectangleGate gating:id="A">{written}</gating:RectangleGate>')
    (interval,) = found.strategy.gates[0].intervals
    assert (interval.low, interval.high, found.problems) == (None, None, ())


def test_two_matrices_or_transformations_of_one_name_are_not_used(read):
    log = (
        '<transforms:transformation transforms:id="t"><transforms:flog transforms:T="{top}" '
        'transforms:M="4" /></transforms:transformation>'
    )
    found = read(log.format(top=100) + log.format(top=1000))
    assert found.strategy.axes == ()
    assert [each.render() for each in found.problems] == [
        f'gates.xml, row {row}: <transformation> "t", and another of that name. Expected: one '
        "transformation or matrix of a name. What to do: rename one of them; none of them is "
        "used, nor any gate that refers to them."
        for row in (6, 6)
    ]


@pytest.mark.parametrize("part", ["fluorochromes", "detectors"])
def test_a_channel_twice_in_a_matrix_is_refused(read, part):
    names = {"fluorochromes": ("A", "B"), "detectors": ("A", "B")} | {part: ("A", "A")}
    body = "".join(
        f"<transforms:{kind}>"
        + "".join(f'<data-type:fcs-dimension data-type:name="{name}" />' for name in each)
        + f"</transforms:{kind}>"
        for kind, each in names.items()
    )
    row = (
        '<transforms:spectrum><transforms:coefficient transforms:value="1" />'
        '<transforms:coefficient transforms:value="0" /></transforms:spectrum>'
    )
    found = read(
        f'<transforms:spectrumMatrix transforms:id="m">{body}{row}{row}</transforms:spectrumMatrix>'
    )
    assert found.strategy.matrices == ()
    assert 'the channel "A" twice in a matrix' in found.problems[0].render()
