"""FlowJo workspaces: what they say; the gates are applied in the tests of cytometry."""

from __future__ import annotations

import json

import pytest

from stroma.errors import FileProblem, Severity
from stroma.formats.flowjo import read_flowjo, stored_statistics
from stroma.gating_records import (
    UNCOMPENSATED,
    BiexponentialAxis,
    BooleanGate,
    BooleanOperator,
    BoundedAxis,
    Dimension,
    FocalEllipseGate,
    HyperlogAxis,
    InverseSineAxis,
    LinearAxis,
    LogarithmicAxis,
    LogicleAxis,
    PolygonGate,
    RectangleGate,
)

FOLDER = "data/flow/flowjo_workspaces"

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Workspace version="20.0" flowJoVersion="10.8.1"
  xmlns:gating="http://www.isac-net.org/std/Gating-ML/v2.0/gating"
  xmlns:transforms="http://www.isac-net.org/std/Gating-ML/v2.0/transformations"
  xmlns:data-type="http://www.isac-net.org/std/Gating-ML/v2.0/datatypes">
<Cytometers><Cytometer name="GENERIC" cyt="LSR" useGain="{gain}" /></Cytometers>
<SampleList><Sample><DataSet uri="file:/data/tube%201.fcs" sampleID="7" />
{calibration}
<Keywords><Keyword name="$CYT" value="LSR" /></Keywords>
<SampleNode name="tube 1.fcs" count="500" sampleID="7"><Subpopulations>
{populations}
</Subpopulations></SampleNode></Sample></SampleList></Workspace>
"""

MATRIX = """<transforms:spilloverMatrix spectral="{spectral}" prefix="Comp-" suffix="" name="M">
<data-type:parameters>
  <data-type:parameter data-type:name="FL1" userProvidedCompInfix="FITC" />
  <data-type:parameter data-type:name="FL2" />
</data-type:parameters>
<transforms:spillover data-type:parameter="FL2">
  <transforms:coefficient data-type:parameter="FL2" transforms:value="1" />
  <transforms:coefficient data-type:parameter="FL1" transforms:value="0.1" />
</transforms:spillover>
<transforms:spillover data-type:parameter="FL1">
  <transforms:coefficient data-type:parameter="FL1" transforms:value="1" />
  <transforms:coefficient data-type:parameter="FL2" transforms:value="0.25" />
</transforms:spillover>
</transforms:spilloverMatrix>"""


def transformation(tag, attributes, name="FL1"):
    return (
        f"<Transformations><transforms:{tag} {attributes}>"
        f'<data-type:parameter data-type:name="{name}" /></transforms:{tag}></Transformations>'
    )


def population(name, gate, inner="", *, count="9", identifier="ID1"):
    below = f"<Subpopulations>{inner}</Subpopulations>" if inner else ""
    return (
        f'<Population name="{name}" count="{count}"><Gate gating:id="{identifier}">{gate}</Gate>'
        f"{below}</Population>"
    )


def rectangle(attributes="", channel="FL1"):
    return (
        f'<gating:RectangleGate {attributes}><gating:dimension gating:min="1.5">'
        f'<data-type:fcs-dimension data-type:name="{channel}" /></gating:dimension>'
        "</gating:RectangleGate>"
    )


@pytest.fixture
def sample(tmp_path):
    def reading(populations="", calibration="", gain="0"):
        path = tmp_path / "study.wsp"
        content = HEAD.format(populations=populations, calibration=calibration, gain=gain)
        path.write_text(content, encoding="utf-8")
        (found,) = read_flowjo(path, file="study.wsp").samples
        return found

    return reading


def errors(found):
    return [each.render() for each in found.problems if each.severity is Severity.ERROR]


def _allotropy_counts(level, path):
    """Return counts by path, from the nested documents below one level."""
    found = {}
    for group in level.get("population aggregate document", []):
        for each in group["population document"]:
            # The first population is the sample itself.
            here = (
                (*path, each["written name"]) if path or each.get("data region identifier") else ()
            )
            if here:
                found[here] = each["count"]["value"]
            found |= _allotropy_counts(each, here)
    return found


class TestRealWorkspaces:
    def test_groups_samples_and_counts(self, shared):
        workspace = read_flowjo(shared / FOLDER / "8_color_ICS_simple.wsp")
        assert workspace.version == "10.6.2"
        groups = {group.name: group.samples for group in workspace.groups}
        assert groups["DEN"] == ("1", "2", "3")
        assert groups["Beads"] == ()
        first = workspace.samples[0]
        assert (first.identifier, first.events) == ("1", 283969)
        assert dict(first.counts) == {
            (): 283969,
            ("Time",): 283968,
            ("Time", "Singlets"): 237375,
            ("Time", "Singlets", "aAmine-"): 162117,
            ("Time", "Singlets", "aAmine-", "CD3+"): 132388,
        }
        assert first.problems == ()

    def test_matrix_and_axes(self, shared):
        first = read_flowjo(shared / FOLDER / "8_color_ICS_simple.wsp").samples[0]
        (matrix,) = first.strategy.matrices
        assert matrix.fluorochromes == matrix.detectors
        assert matrix.detectors[1] == "CD8 PerCP-Cy55 FLR-A"
        assert matrix.rows[0][1] == 0.0141385011
        assert matrix.rows[1][5] == 0.0879817605
        axes = {axis.name: axis.axis for axis in first.strategy.axes}
        assert axes["FSC-A"] == LinearAxis(262144.0, -0.0)
        assert axes["Comp-CD3 APC-H7 FLR-A"] == LogicleAxis(262144.0, 1.0, 4.418539922, 0.0)
        singlets, amine = first.strategy.gates[1:3]
        assert isinstance(amine, PolygonGate)
        assert amine.parent == singlets.identifier == "ID1273358734"
        assert amine.dimensions == (
            Dimension(
                "Aqua Amine FLR-A", None, "Acquisition-defined", "Comp-Aqua Amine FLR-A", True
            ),
            Dimension("SSC-A", None, UNCOMPENSATED, "SSC-A", True),
        )

    def test_every_population_that_allotropy_extracts(self, shared):
        """Counts and regions, from the JSON another program made of the same workspace."""
        (found,) = read_flowjo(shared / FOLDER / "flowjo_example_2.wsp").samples
        twin = json.loads((shared / FOLDER / "flowjo_example_2.json").read_text("utf-8"))
        measurement = twin["flow cytometry aggregate document"]["flow cytometry document"][0][
            "measurement aggregate document"
        ]["measurement document"][0]["processed data aggregate document"][
            "processed data document"
        ][0]
        regions = measurement["data region aggregate document"]["data region document"]
        expected = {
            region["data region identifier"]: region.get("parent data region identifier")
            for region in regions
            if region["region type"] != "CurlyQuad"
        }
        gates = {gate.identifier: gate for gate in found.strategy.gates}
        assert {name: gate.parent for name, gate in gates.items()} == expected
        for region in regions:
            gate = gates.get(region["data region identifier"])
            if isinstance(gate, PolygonGate):
                vertices = region["vertex aggregate document"]["vertex document"]
                assert gate.vertices == tuple(
                    (each["x-coordinate"]["value"], each["y-coordinate"]["value"])
                    for each in vertices
                )
        assert dict(found.counts) == _allotropy_counts(measurement, ())
        assert len(found.counts) == 19

    def test_curly_quadrants_are_named(self, shared):
        (found,) = read_flowjo(shared / FOLDER / "flowjo_example_2.wsp").samples
        messages = errors(found)
        assert len(messages) == 4
        assert all("a curly quadrant (CurlyQuad), whose curves" in message for message in messages)
        assert "row 2089" in messages[0]
        assert "CD8, CD4 subset (Curly Gate)/Q1: CD8- , CD4+" in messages[0]

    def test_templates_of_groups_are_not_counted(self, shared):
        path = shared / "data/flow/flowjo_small/simple_poly_and_rect.wsp"
        workspace = read_flowjo(path)
        assert stored_statistics(workspace) == ()
        assert len(workspace.samples[0].strategy.gates) == 2


AXES = [
    ("linear", 'transforms:minRange="-5" transforms:maxRange="100" gain="1"',
     LinearAxis(100.0, 5.0)),
    ("log", 'transforms:offset="10" transforms:decades="3"',
     BoundedAxis(LogarithmicAxis(10000.0, 3.0), low=0.0)),
    ("biex", ('transforms:length="256" transforms:maxRange="1000" transforms:neg="0.5" '
     'transforms:width="-10" transforms:pos="4.5"'),
     BoundedAxis(BiexponentialAxis(1000.0, 4.5, 0.5, -10.0), low=0.0, high=1.0)),
    ("fasinh", 'transforms:T="1000" transforms:A="0" transforms:M="1" transforms:W="-10"',
     InverseSineAxis(1000.0, 1.0, 0.0)),
    ("logicle", 'transforms:T="1000" transforms:A="0" transforms:W="1" transforms:M="4"',
     LogicleAxis(1000.0, 1.0, 4.0, 0.0)),
    ("hyperlog", 'transforms:T="1000" transforms:A="0" transforms:W="1" transforms:M="4"',
     HyperlogAxis(1000.0, 1.0, 4.0, 0.0)),
]  # fmt: skip


@pytest.mark.parametrize(("tag", "attributes", "axis"), AXES, ids=[each[0] for each in AXES])
def test_axes(sample, tag, attributes, axis):
    found = sample(calibration=transformation(tag, attributes))
    assert [each.axis for each in found.strategy.axes] == [axis]
    assert found.problems == ()


@pytest.mark.parametrize(("tag", "attributes", "message"), [
    ("miltenyi", "", "the transformation <miltenyi> of FL1"),
    ("biex", 'transforms:length="512"', "a biexponential axis of length 512"),
    ("log", 'transforms:offset="1"', "<log> without decades"),
])  # fmt: skip
def test_axes_that_are_not_read(sample, tag, attributes, message):
    found = sample(calibration=transformation(tag, attributes))
    assert found.strategy.axes == ()
    assert message in errors(found)[0]


def test_a_gain_that_is_not_applied_is_named(sample):
    attributes = 'transforms:minRange="0" transforms:maxRange="100" gain="0.01"'
    assert sample(calibration=transformation("linear", attributes, "Time")).problems == ()
    (problem,) = sample(calibration=transformation("linear", attributes)).problems
    assert "a gain of 0.01 on the linear axis of FL1" in problem.render()


@pytest.mark.parametrize(("gain", "undone"), [("0", True), ("1", False)])
def test_gain(sample, gain, undone):
    assert sample(gain=gain).strategy.gain_undone is undone


class TestMatrix:
    def test_rows_by_name(self, sample):
        (matrix,) = sample(calibration=MATRIX.format(spectral="0")).strategy.matrices
        assert matrix.rows == ((1.0, 0.25), (0.1, 1.0))

    @pytest.mark.parametrize("channel", ["FITC", "Comp-FL1"])
    def test_names_of_compensated_channels(self, sample, channel):
        found = sample(population("A", rectangle(channel=channel)), MATRIX.format(spectral="0"))
        (gate,) = found.strategy.gates
        dimension = gate.intervals[0].dimension
        assert (dimension.channel, dimension.compensation) == ("FL1", "M")

    def test_the_axis_of_the_detector_where_the_compensated_channel_has_none(self, sample):
        calibration = MATRIX.format(spectral="0") + transformation(*AXES[0][:2])
        found = sample(population("A", rectangle(channel="Comp-FL1")), calibration)
        assert found.strategy.gates[0].intervals[0].dimension.axis == "FL1"

    def test_unmixing_by_least_squares(self, sample):
        (matrix,) = sample(calibration=MATRIX.format(spectral="1")).strategy.matrices
        assert matrix.fluorochromes == ("FL1", "FL2")
        assert matrix.detectors == ("FL2", "FL1")
        assert matrix.rows == ((0.25, 1.0), (1.0, 0.1))

    def test_other_unmixing_is_named(self, sample):
        calibration = MATRIX.replace('name="M"', 'name="M" weightOptAlgorithmType="WLS"')
        found = sample(calibration=calibration.format(spectral="1"))
        assert found.strategy.matrices == ()
        assert "unmixing by WLS" in errors(found)[0]

    def test_a_matrix_that_does_not_fit_its_channels(self, sample):
        calibration = MATRIX.format(spectral="0").replace('value="0.1"', 'value="x"')
        assert 'value="x"' in errors(sample(calibration=calibration))[0]
        calibration = MATRIX.format(spectral="0").replace('name="FL2" />', 'name="FL3" />')
        message = errors(sample(calibration=calibration))[0]
        assert "a matrix whose rows and columns are not its channels" in message

    def test_two_matrices(self, sample):
        found = sample(calibration=MATRIX.format(spectral="0") * 2)
        assert "several matrices for one sample; the number is 2" in errors(found)[0]


class TestTree:
    def test_shapes(self, sample):
        point = "<gating:vertex>{}</gating:vertex>".format
        coordinates = "".join(f'<gating:coordinate data-type:value="{n}" />' for n in (3, 4))
        dimensions = "".join(
            f'<gating:dimension><data-type:fcs-dimension data-type:name="{name}" />'
            "</gating:dimension>"
            for name in ("FL1", "FL2")
        )
        polygon = (
            f'<gating:PolygonGate eventsInside="0">{dimensions}{point(coordinates) * 3}'
            "</gating:PolygonGate>"
        )
        ellipse = (
            f"<gating:EllipsoidGate>{dimensions}<gating:foci>{point(coordinates) * 2}"
            f"</gating:foci><gating:edge>{point(coordinates) * 4}</gating:edge>"
            "</gating:EllipsoidGate>"
        )
        found = sample(
            population("A", rectangle('eventsInside="1"'))
            + population("B", polygon, population("C", ellipse, identifier="ID3"),
                         identifier="ID2")
        )  # fmt: skip
        first, second, third = found.strategy.gates
        assert isinstance(first, RectangleGate)
        assert (first.name, first.outside, first.intervals[0].low) == ("A", False, 1.5)
        assert isinstance(second, PolygonGate)
        assert (second.outside, second.vertices[0]) == (True, (3.0, 4.0))
        assert isinstance(third, FocalEllipseGate)
        assert (third.parent, third.bins, len(third.edge)) == ("ID2", 256.0, 4)

    def test_boolean_populations(self, sample):
        nodes = (
            '<NotNode name="not A" count="3"><Gate gating:id="ID9" /><Dependents>'
            '<Dependent name="P/A" /></Dependents></NotNode>'
            '<AndNode name="both" count="2"><Dependents><Dependent name="P/A" />'
            '<Dependent name="P/not A" /></Dependents></AndNode>'
            '<OrNode name="either" count="1"><Dependents><Dependent name="P/A" />'
            '<Dependent name="P/both" /></Dependents></OrNode>'
        )
        found = sample(
            population("P", rectangle(), nodes + population("A", rectangle(), identifier="ID2"))
        )
        booleans = [gate for gate in found.strategy.gates if isinstance(gate, BooleanGate)]
        assert [
            (gate.name, gate.operator, [each.gate for each in gate.operands], gate.parent)
            for gate in booleans
        ] == [
            ("not A", BooleanOperator.NOT, ["ID2"], "ID1"),
            ("both", BooleanOperator.AND, ["ID2", "ID9"], "ID1"),
            ("either", BooleanOperator.OR, ["ID2", booleans[1].identifier], "ID1"),
        ]
        assert found.counts[("P", "both")] == 2
        assert found.problems == ()

    def test_what_depends_on_an_unknown_gate_is_named_and_its_counts_kept(self, sample):
        curly = "<gating:CurlyQuad />"
        inner = population("B", rectangle(), identifier="ID2") + (
            '<NotNode name="N" count="3"><Dependents><Dependent name="A/B" /></Dependents>'
            "</NotNode>"
        )
        found = sample(
            population("A", curly, inner) + population("C", rectangle(), identifier="ID5")
        )
        assert [gate.name for gate in found.strategy.gates] == ["C"]
        first, second = errors(found)
        assert 'column "A": a curly quadrant (CurlyQuad), whose curves' in first
        assert "2 populations stand below such gates, or refer to them: A/B, A/N" in second
        assert found.counts[("A", "B")] == 9

    @pytest.mark.parametrize(("body", "message"), [
        ('<Cluster name="x" />', "<Cluster> among the populations"),
        (population("A", ""), "the number of shapes in the gate is 0"),
        (population("A", "<gating:RectangleGate />"), "a rectangle without a dimension"),
        (population("A", "<gating:PolygonGate />"), "a polygon whose number of vertices is 0"),
        (population("A", "<gating:EllipsoidGate />"), "the number of <foci> in <EllipsoidGate>"),
        ('<NotNode name="N"><Dependents /></NotNode>', "populations in <NotNode> is 0"),
        (
            '<NotNode name="N"><Dependents><Dependent name="Q" /></Dependents></NotNode>',
            'the number of populations "Q" is 0',
        ),
        ('<Population name="A" />', "the number of <Gate> in <Population> is 0"),
    ])  # fmt: skip
    def test_what_is_not_read(self, sample, body, message):
        assert message in errors(sample(body))[0]

    def test_equal_identifiers_are_told_apart(self, sample):
        found = sample(population("A", rectangle()) + population("B", rectangle()))
        assert [gate.identifier for gate in found.strategy.gates] == ["ID1", "ID1-2"]


class TestStatistics:
    def test_with_their_place(self, sample):
        body = (
            '<Statistic name="Median" id="Comp-FL1" ancestor="" value="12.5" />'
            '<Statistic name="fj.stat.freqofparent" ancestor="P" value="NaN" />'
            + population("A", rectangle())
        )
        median, share, count = sample(body).statistics
        assert (median.statistic, median.channel, median.value) == ("Median", "Comp-FL1", 12.5)
        assert (median.sample, median.path, median.origin.place) == ("7", (), "line 11")
        assert (share.ancestor, share.value, share.entered) == ("P", None, "NaN")
        assert (count.path, count.value) == (("A",), 9.0)

    def test_what_flowjo_has_not_counted_is_no_number(self, sample):
        assert sample(population("A", rectangle(), count="-1")).statistics == ()


def test_derived_parameters_are_named(sample):
    derived = "<DerivedParameters><DerivedParameter name='x' /></DerivedParameters>"
    (problem,) = sample(calibration=derived).problems
    assert "a parameter derived from others" in problem.render()


@pytest.mark.parametrize(("content", "message"), [
    ('<Workspace version="2.0" />', '<Workspace> of version "2.0". Expected: <Workspace> of ver'),
    ("<Gating-ML />", '<Gating-ML> of version ""'),
    ('<Workspace version="20.0"><SampleList><Sample /></SampleList></Workspace>',
     "the number of <DataSet> in <Sample> is 0"),
])  # fmt: skip
def test_no_workspace(tmp_path, content, message):
    path = tmp_path / "study.wsp"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileProblem, match=message):
        read_flowjo(path)


GROUP = """<Groups><GroupNode name="{name}"><Group name="{name}"><SampleRefs>
<SampleRef sampleID="{member}" /></SampleRefs></Group><Subpopulations>
{populations}
</Subpopulations></GroupNode></Groups><SampleList>"""


class TestTemplatesOfGroups:
    @pytest.fixture
    def grouped(self, tmp_path):
        def reading(own, template, member="7"):
            content = HEAD.format(populations=own, calibration="", gain="0")
            group = GROUP.format(name="Panel 1", member=member, populations=template)
            path = tmp_path / "study.wsp"
            path.write_text(content.replace("<SampleList>", group), encoding="utf-8")
            (found,) = read_flowjo(path, file="study.wsp").samples
            return found

        return reading

    def test_what_the_sample_has_not_is_applied_below_what_it_has(self, grouped):
        own = population("Cells", rectangle(), identifier="ID1")
        live = population("Live", rectangle(), identifier="ID1", count="77")
        found = grouped(own, population("Cells", rectangle(), live, identifier="ID9"))
        cells, added = found.strategy.gates
        assert (cells.identifier, cells.parent) == ("ID1", None)
        assert (added.name, added.parent) == ("Live", "ID1")
        assert added.identifier != "ID1"
        (warning,) = found.problems
        assert warning.severity is Severity.WARNING
        assert '1 population of the group "Panel 1"' in warning.render()
        assert "Cells/Live" in warning.render()

    def test_counts_of_a_group_are_not_those_of_the_sample(self, grouped):
        assert grouped("", population("Cells", rectangle())).counts == {}

    def test_boolean_populations_of_a_group(self, grouped):
        either = (
            '<OrNode name="Either"><Dependents><Dependent name="A" /><Dependent name="B" />'
            "</Dependents></OrNode>"
        )
        template = population("A", rectangle(), identifier="ID2") + population(
            "B", rectangle(), identifier="ID3"
        )
        found = grouped("", template + either)
        assert {gate.name for gate in found.strategy.gates} == {"A", "B", "Either"}

    def test_other_groups_are_left_aside(self, grouped):
        found = grouped("", population("Cells", rectangle()), member="8")
        assert found.strategy.gates == ()
        assert found.problems == ()

    def test_a_group_that_says_nothing_new(self, grouped):
        cells = population("Cells", rectangle())
        assert grouped(cells, cells).problems == ()


class TestRefusedMatrix:
    broken = MATRIX.format(spectral="0").replace('parameter="FL2">', 'parameter="FL9">', 1)

    @pytest.mark.parametrize(
        ("prefix", "channel", "kept"), [("Comp-", "Comp-FL1", 0), ("", "FL1", 0), ("", "FSC", 1)]
    )
    def test_gates_on_its_channels_are_named_and_left_out(self, sample, prefix, channel, kept):
        calibration = self.broken.replace('prefix="Comp-"', f'prefix="{prefix}"')
        found = sample(population("A", rectangle(channel=channel)), calibration)
        assert len(found.strategy.gates) == kept
        said = [each for each in errors(found) if "with a matrix that could not be read" in each]
        assert len(said) == 1 - kept
        if said:
            assert f'column "A": {channel}, compensated with a matrix' in said[0]


def test_siblings_of_one_name_keep_their_own_counts(sample):
    found = sample(
        population("A", rectangle(), count="9", identifier="I1")
        + population("A", rectangle(), count="5", identifier="I2")
    )
    assert found.counts_of_gates == {"I1": 9, "I2": 5}


def test_a_count_of_too_many_digits_is_none(tmp_path):
    path = tmp_path / "study.wsp"
    content = HEAD.format(populations="", calibration="", gain="0")
    path.write_text(content.replace('count="500"', f'count="{"9" * 5_000}"'), encoding="utf-8")
    (found,) = read_flowjo(path).samples
    assert found.events is None
