"""Keywords of a TEXT segment: delimiters, empty values, endings, duplicates, encodings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.errors import FileProblem
from stroma.formats.fcs_text import MOST_KEYWORDS, join_text, parse_text, shown


def parsed(content: bytes, delimiter: bytes = b"/") -> dict[str, str]:
    return dict(parse_text(content, delimiter, "TEXT").keywords)


def said(content: bytes, delimiter: bytes = b"/") -> list[str]:
    return [str(r.decision) for r in parse_text(content, delimiter, "TEXT").repairs]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"/$TOT/5/$COM/abc/", {"$TOT": "5", "$COM": "abc"}),
        (b"/$sys/RSX-11//M/", {"$SYS": "RSX-11/M"}),  # the standard's own example
        (b"/$P1F/561////10 nm/A/b/", {"$P1F": "561//10 nm", "A": "b"}),
        (b"/$COM/ends in ///A/b/", {"$COM": "ends in /", "A": "b"}),
        (b"/$COM///begins/A/b/", {"$COM": "/begins", "A": "b"}),
        (b"/$COM////A/b/", {"$COM": "/", "A": "b"}),
        (b"/Laser 1//488/30/A/b/", {"LASER 1/488": "30", "A": "b"}),
        (b"/$INST//$EXP/Admin/", {"$INST": "", "$EXP": "Admin"}),
        (b"/$P3F/488//10/$INST//$EXP/me/", {"$P3F": "488/10", "$INST": "", "$EXP": "me"}),
        (b"/$A/1/Part #1//Part #2//Doc//", {"$A": "1", "PART #1": "", "PART #2": "", "DOC": ""}),
        (b"/$COM/ /A/\t/B/\x00/", {"$COM": "", "A": "", "B": ""}),
        (b"/   $TOT /5/\n$COM/x/", {"$TOT": "5", "$COM": "x"}),
        (b"//$TOT/5/", {"$TOT": "5"}),
        (b"", {}),
        (b"/", {}),
    ],
)
def test_pairs(content: bytes, expected: dict[str, str]) -> None:
    assert parsed(content) == expected


@pytest.mark.parametrize("delimiter", [b"|", b"\\", b"\x0c", b"*", b"\r", b" ", b"\t", b"."])
def test_any_delimiter(delimiter: bytes) -> None:
    content = delimiter + delimiter.join([b"$TOT", b"5", b"$COM", b"a:b"]) + delimiter
    assert parsed(content, delimiter) == {"$TOT": "5", "$COM": "a:b"}


def test_an_ending_without_delimiter_is_taken_and_said() -> None:
    assert parsed(b"/$TOT/5/G/20200722") == {"$TOT": "5", "G": "20200722"}
    assert said(b"/$TOT/5/G/20200722") == [
        'the last value ("20200722") does not end in the delimiter; taken to the end of the segment'
    ]
    assert not parse_text(b"/$TOT/5/G/20200722", b"/", "TEXT").closed


def test_an_odd_number_of_parts_is_said() -> None:
    assert parsed(b"/$TOT/5/left") == {"$TOT": "5"}
    assert said(b"/$TOT/5/left") == [
        'the segment ends in "left", which is no keyword with its value; left out'
    ]


def test_one_delimiter_too_many_at_the_end() -> None:
    assert parsed(b"/$TOT/5/A/b//  ") == {"$TOT": "5", "A": "b"}
    assert said(b"/$TOT/5/A/b//") == ["the segment ends in one delimiter too many; left out"]


def test_padding_is_said_with_its_length() -> None:
    assert said(b"/$TOT/5/   ") == [
        "3 bytes of padding inside the segment after its last value; left out"
    ]
    assert parse_text(b"/$TOT/5/   ", b"/", "TEXT").used == 8


def test_a_lost_delimiter_is_refused() -> None:
    with pytest.raises(FileProblem, match='keyword "\\$TOT" stands where a value should'):
        parse_text(b"/$INST lost here/$TOT/500/$PAR/6/", b"/", "TEXT")


def test_duplicates() -> None:
    text = parse_text(b"/$VOL/3/$VOL/3/A/1/A/2/A/3/", b"/", "TEXT")
    assert text.keywords == {"$VOL": "3", "A": "1"}
    assert text.disagreeing == {"A": ("2", "3")}
    assert [str(r.decision) for r in text.repairs][:2] == [
        'stated more than once, each time as "3"',
        'stated more than once: "1" was kept, "2" left out',
    ]


def test_a_value_without_keyword() -> None:
    assert parsed(b"/$TOT/5/ /lost/") == {"$TOT": "5"}
    assert 'the value "lost" has no keyword; left out' in said(b"/$TOT/5/ /lost/")


def test_encodings() -> None:
    assert parsed("/$OP/Әсел Ұлы/".encode()) == {"$OP": "Әсел Ұлы"}
    assert parsed(b"/$SYS/Macintosh System 9/CREATOR/CELLQuest\xaa/")["CREATOR"] == "CELLQuest™"
    assert parsed(b"/$OP/M\xfcller/") == {"$OP": "Müller"}
    assert said(b"/$OP/M\xfcller/") == [
        "1 value holds bytes that are not UTF-8 ($OP); read as latin-1"
    ]


def test_binary_data_is_not_read_as_keywords_without_end() -> None:
    content = b"/" + b"/".join(b"%d" % n for n in range(2 * MOST_KEYWORDS + 10)) + b"/"
    with pytest.raises(FileProblem, match="more than 50,000 keywords in one segment"):
        parse_text(content, b"/", "TEXT")


def test_many_escaped_delimiters_take_no_longer_than_others() -> None:
    assert parsed(b"/A/" + b"x//" * 300_000 + b"x/") == {"A": "x/" * 300_000 + "x"}


def test_shown_is_short_and_printable() -> None:
    assert shown(b"a\x00" * 40) == "a\\x00" * 20 + "…"


keyword = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=1).map(
    str.upper
)
value = st.text(st.characters(exclude_categories=("Cs",)))


@given(
    st.dictionaries(keyword.filter(lambda k: "|" not in k and "$" not in k), value),
)
def test_what_is_joined_is_parsed_again(keywords: dict[str, str]) -> None:
    written = join_text({"$FIRST": "1", **keywords, "LAST": "1"}, "|")
    expected = {key: v if v.strip(" \t\r\n\x00") else "" for key, v in keywords.items()}
    assert parsed(written, b"|") == {"$FIRST": "1", **expected, "LAST": "1"}


@given(st.binary(max_size=300), st.sampled_from([b"/", b"|", b"\x0c", b"a"]))
def test_any_bytes_give_keywords_or_a_refusal(content: bytes, delimiter: bytes) -> None:
    try:
        text = parse_text(content, delimiter, "TEXT")
    except FileProblem:
        return
    assert text.used <= len(content)


def test_a_value_of_very_many_delimiters_is_one_value():
    found = parse_text(b"/$COM/" + b"a//" * 100_000 + b"b/", b"/", "TEXT")
    assert found.keywords == {"$COM": "a/" * 100_000 + "b"}
