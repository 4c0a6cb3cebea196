"""XML that is not trusted."""

from __future__ import annotations

import pytest

from stroma.errors import FileProblem
from stroma.formats import safe_xml
from stroma.formats.raw import RawFile
from stroma.formats.safe_xml import decimal, read_xml, root_tag
from stroma.records import Origin


def raw(content):
    data = content if isinstance(content, bytes) else content.encode()
    return RawFile(data, Origin("gates.xml", ""), ".xml")


def test_elements_with_their_lines():
    root = read_xml(
        raw('<?xml version="1.0"?>\n<a xmlns:x="urn:x">\n <x:b x:c="1">two </x:b>\n</a>')
    )
    assert (root.tag, root.namespace, root.line) == ("a", "", 2)
    (child,) = root.children
    assert (child.tag, child.namespace, child.line) == ("b", "urn:x", 3)
    assert (child.attributes, child.text) == ({"c": "1"}, "two")


def test_what_is_of_no_interest_is_left_out_with_all_within_it():
    root = read_xml(raw("<a><skip>x<b/><skip/></skip><b/></a>"), without={"skip"})
    assert [child.tag for child in root.children] == ["b"]


def test_descendants_in_the_order_of_the_file():
    root = read_xml(raw("<a><b><c/></b><d/></a>"))
    assert [each.tag for each in root.descendants()] == ["b", "c", "d"]
    assert root.first("d") is root.children[1]
    assert root.first("e") is None


def test_other_encodings():
    root = read_xml(raw('<?xml version="1.0" encoding="UTF-16"?><a b="ж"/>'.encode("utf-16")))
    assert root.attributes == {"b": "ж"}


@pytest.mark.parametrize("content", [
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    "<!DOCTYPE a><a/>",
])  # fmt: skip
def test_document_types_are_refused(content):
    with pytest.raises(FileProblem, match="a document type or entity declaration"):
        read_xml(raw(content))


def test_a_billion_laughs_is_refused_before_the_first():
    entities = "".join(
        f'<!ENTITY l{n + 1} "{"&l" + str(n) + ";" * 1}{("&l" + str(n) + ";") * 9}">'
        for n in range(9)
    )
    content = f'<!DOCTYPE a [<!ENTITY l0 "ha">{entities}]><a>&l9;</a>'
    with pytest.raises(FileProblem, match="DOCTYPE"):
        read_xml(raw(content))


@pytest.mark.parametrize(("content", "message"), [
    ("<a><b></a>", "row 1: no well-formed XML"),
    ("<a>\n<b>", "row 2: no well-formed XML"),
    ("PK\x03\x04", "no well-formed XML"),
    (b'<?xml version="1.0" encoding="nonsense"?><a/>', "no well-formed XML"),
])  # fmt: skip
def test_not_well_formed(content, message):
    with pytest.raises(FileProblem, match=message):
        read_xml(raw(content))


def test_bounds(monkeypatch):
    monkeypatch.setattr(safe_xml, "MOST_BYTES", 20)
    with pytest.raises(FileProblem, match=r"size in bytes is 21\. Expected: a size of 20 at most"):
        read_xml(raw("<a>" + " " * 14 + "</a>"))


def test_depth_and_number(monkeypatch):
    monkeypatch.setattr(safe_xml, "MOST_DEPTH", 5)
    with pytest.raises(FileProblem, match="deeper within each other"):
        read_xml(raw("<a>" * 6 + "</a>" * 6))
    monkeypatch.setattr(safe_xml, "MOST_ELEMENTS", 3)
    with pytest.raises(FileProblem, match="more elements"):
        read_xml(raw("<a><b/><b/><b/></a>"))


@pytest.mark.parametrize(("written", "expected"), [
    ("1", 1.0), (" -0.5 ", -0.5), (".5", 0.5), ("2.147483647E9", 2147483647.0), ("1e-3", 0.001),
    ("NaN", None), ("INF", None), ("1,5", None), ("1_000", None), ("", None), ("0x10", None),
    ("1e999", None),
])  # fmt: skip
def test_numbers(written, expected):
    assert decimal(written) == expected


def test_the_root_is_found_behind_a_long_comment_and_in_any_encoding():
    xml = f"<?xml version='1.0'?><!--{'x' * 200_000}--><w:Workspace xmlns:w='u'/>"
    assert root_tag(xml.encode()) == "Workspace"
    plain = "<?xml version='1.0' encoding='UTF-16'?><a/>"
    assert root_tag(plain.encode("utf-16")) == "a"


@pytest.mark.parametrize("data", [b"", b"{}", b"<!-- only", b"PK\x03\x04", b"<<"])
def test_no_root(data):
    assert root_tag(data) is None
