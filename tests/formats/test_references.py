"""Exports of bibliographic databases and reference managers, real ones and damaged ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stroma.errors import FileProblem
from stroma.formats.references import read_references
from stroma.reference_records import ReferenceFile, ReferenceKind

# From the folder's README.tsv and the files' own record ends: format, records, database.
EXPORTS = {
    "_baseline_cochrane.csv": ("csv", 3, "cochrane"),
    "_baseline_cochrane_endnote.ris": ("ris", 3, "cochrane"),
    "_baseline_embase.ris": ("ris", 10, "embase"),
    "_baseline_endnote.ris": ("ris", 10, "embase"),
    "_baseline_googlescholar.csv": ("csv", 10, ""),
    "_baseline_googlescholar.ris": ("ris", 10, ""),
    "_baseline_mendeley.ris": ("ris", 10, "embase"),
    "_baseline_pubmed.csv": ("csv", 10, "pubmed"),
    "_baseline_pubmed.ris": ("nbib", 50, "pubmed"),
    "_baseline_scopus.csv": ("csv", 10, "scopus"),
    "_baseline_scopus.ris": ("ris", 10, "scopus"),
    "_baseline_webofscience.ris": ("ris", 10, "wos"),
    "_baseline_zotero.ris": ("ris", 10, "embase"),
    "faulty_year.ris": ("ris", 1, ""),
    "ovid_psycinfo.ris": ("ris", 6, "ovid"),
    "restoration_pubmed.nbib": ("nbib", 104, "pubmed"),
}


def read(folder: Path, content: str | bytes, name: str = "export.txt") -> ReferenceFile:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_references(path, file=name)


@pytest.mark.parametrize("name", EXPORTS)
def test_every_export_comes_in_whole(shared: Path, name: str) -> None:
    export = read_references(shared / "data/literature/exports" / name, file=name)
    form, count, database = EXPORTS[name]
    assert (export.format, len(export.references), export.database) == (form, count, database)
    for reference in export.references:
        assert reference.title
        if name != "faulty_year.ris":
            assert reference.authors
            assert reference.year is not None
            assert reference.journal


def test_the_same_records_say_the_same_in_two_formats(shared: Path) -> None:
    folder = shared / "data/literature/exports"
    table = read_references(folder / "_baseline_scopus.csv")
    tagged = read_references(folder / "_baseline_scopus.ris")
    for one, other in zip(table.references, tagged.references, strict=True):
        assert (one.doi, one.title, one.year) == (other.doi, other.title, other.year)
        assert (one.volume, one.issue, one.pages) == (other.volume, other.issue, other.pages)
        assert (one.pmid, one.accession) == (other.pmid, other.accession)
        assert len(one.authors) == len(other.authors)


def test_pubmed_table_takes_volume_and_pages_from_its_citation(shared: Path) -> None:
    export = read_references(shared / "data/literature/exports/_baseline_pubmed.csv")
    first = export.references[0]
    assert (first.volume, first.issue, first.pages) == ("63", "2", "103640")
    assert first.authors == ("Griffin DK", "Larkin DM", "O'Connor RE")
    assert (first.doi, first.pmid, first.pmcid) == (
        "10.1016/j.ejmg.2019.03.004", "30922926", "7026692",
    )  # fmt: skip


def test_a_year_that_is_none_is_named_and_the_record_used(shared: Path) -> None:
    export = read_references(
        shared / "data/literature/exports/faulty_year.ris", file="faulty_year.ris"
    )
    (reference,) = export.references
    assert reference.year is None
    (problem,) = reference.problems
    assert 'faulty_year.ris, row 1: record 1 has the year "10 15"' in problem.render()


def test_what_ovid_writes_after_a_record_is_kept_aside_by_name(shared: Path) -> None:
    export = read_references(
        shared / "data/literature/exports/ovid_psycinfo.ris", file="ovid_psycinfo.ris"
    )
    assert len(export.broken) == 6
    first = export.broken[0]
    assert first.origin.place == "after record 1, line 26"
    assert first.lines.startswith("NL  - Clin Psychol Psychother")
    assert 'record 1 is followed by lines outside it, the first "NL' in first.problem.render()
    assert export.references[0].pages == ""
    assert export.references[0].doi == "10.1002/cpp.2398"


def test_an_erratum_knows_its_article(shared: Path) -> None:
    export = read_references(shared / "data/literature/exports/_baseline_embase.ris")
    errata = [one for one in export.references if one.kind is ReferenceKind.ERRATUM]
    assert len(errata) == 2
    assert any(one.related == ("10.1038/s41598-024-56479-3",) for one in errata)


CIW = """\ufeffFN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Smith, AB
   Jones, C
AF Smith, Anna B.
   Jones, Carl
TI Stromal cells of the
   placenta
SO CYTOTHERAPY
LA English
DT Article
DE placenta; stromal
   cells
PY 2019
VL 21
IS 3
BP 301
EP 310
DI 10.1016/j.jcyt.2019.01.001
UT WOS:000460000000001
PM 30700000
ER

PT J
AU Brown, D
SO CYTOTHERAPY
PY 2020
ER

EF"""


def test_ciw(tmp_path: Path) -> None:
    export = read(tmp_path, CIW)
    (reference,) = export.references
    assert export.format == "ciw"
    assert reference.title == "Stromal cells of the placenta"
    assert reference.authors == ("Smith, Anna B.", "Jones, Carl")
    assert (reference.year, reference.pages, reference.accession) == (
        2019, "301-310", "WOS:000460000000001",
    )  # fmt: skip
    assert reference.keywords == ("placenta", "stromal cells")
    (broken,) = export.broken
    assert "record 2 has no title" in broken.problem.render()
    assert "AU Brown, D" in broken.lines


def test_ciw_with_all_authors_in_one_line(tmp_path: Path) -> None:
    export = read(tmp_path, "PT J\nAU Zhang, Y; Li, X\nTI Amnion\nPY 2024\nER\n")
    assert export.references[0].authors == ("Zhang, Y", "Li, X")


def test_ris_with_empty_tags(tmp_path: Path) -> None:
    """As asreview's baseline_empty_values.ris: two records with a title, two without."""
    export = read(
        tmp_path,
        "TY  - GEN\nID  - 1\nTI  - A title\nN2  -\nER  -\n\n"
        "TY  - GEN\nTI  -\nN2  - Text.\nER  -\n\n"
        "TY  - GEN\nTI  - Another\nER  -\n\nTY  - GEN\nID  - 4\nN2  - Text.\nER  -\n",
    )
    assert [one.title for one in export.references] == ["A title", "Another"]
    assert [one.origin.place for one in export.broken] == ["record 2, line 7", "record 4, line 16"]


def test_zotero_table(tmp_path: Path) -> None:
    export = read(
        tmp_path,
        '"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Pages",'
        '"Issue","Volume"\n"MK49","preprint","2021","Li, Xin; Wu, Yan","Amnion","bioRxiv",'
        '"10.1101/2021.01.02.425001","","",""\n"MK50","conferencePaper","2020","Ng, K.","Cord",'
        '"Congress","","S12","2","7"\n',
    )
    preprint, paper = export.references
    assert preprint.authors == ("Li, Xin", "Wu, Yan")
    assert (preprint.kind, paper.kind) == (ReferenceKind.PREPRINT, ReferenceKind.CONFERENCE)
    assert (paper.volume, paper.issue, paper.pages) == ("7", "2", "S12")


def test_web_of_science_table(tmp_path: Path) -> None:
    columns = ["PT", "AU", "AF", "TI", "SO", "PY", "VL", "IS", "BP", "EP", "DI", "UT"]
    row = ["J", "Li, X; Wu, Y", "", "Amnion", "CELLS", "2021", "9", "1", "5", "9"]
    row += ["10.1000/a.1", "WOS:000000001"]
    export = read(tmp_path, "\t".join(columns) + "\n" + "\t".join(row) + "\nJ\tx\n")
    (reference,) = export.references
    assert export.format == "wos_tab"
    assert reference.authors == ("Li, X", "Wu, Y")
    assert (reference.pages, reference.doi) == ("5-9", "10.1000/a.1")
    assert "record 2 has 2 cells" in export.broken[0].problem.render()


BIBTEX = r"""
@comment{made by hand}
@string{jcyt = "Cytotherapy"}
@article{one,
  title = {{Stromal} cells of the {M{\"u}ller} duct: a \& b},
  author = {M{\"u}ller, J{\'e}r{\^o}me and Šmid, Ana and others},
  journal = jcyt,
  year = 2018, volume = "12", number = {3}, pages = {11--19},
  doi = {https://doi.org/10.1016/J.JCYT.2018.01.001}
}
@article{two, title = {Never closed, author = {A, B}
@inproceedings{three,
  title={An abstract of a congress},
  author={Ng, K.},
  booktitle={Proceedings of a Congress},
  year={2017}
}
"""


def test_bibtex(tmp_path: Path) -> None:
    export = read(tmp_path, BIBTEX)
    first, last = export.references
    assert first.title == "Stromal cells of the Müller duct: a & b"
    assert first.authors == ("Müller, Jérôme", "Šmid, Ana")
    assert (first.journal, first.year, first.pages) == ("Cytotherapy", 2018, "11-19")
    assert first.doi == "10.1016/j.jcyt.2018.01.001"
    assert last.kind is ReferenceKind.CONFERENCE
    (broken,) = export.broken
    assert "record 2 opens a bracket that is never closed" in broken.problem.render()


PUBMED_XML = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN"
 "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">31000001</PMID>
<Article><Journal><JournalIssue><Volume>8</Volume><Issue>2</Issue>
<PubDate><Year>2019</Year></PubDate></JournalIssue><Title>Cells</Title></Journal>
<ArticleTitle>Erratum: growth of <i>ex vivo</i> amnion, CO<sub>2</sub>.</ArticleTitle>
<Pagination><MedlinePgn>1-9</MedlinePgn></Pagination>
<AuthorList><Author><LastName>Иванов</LastName><ForeName>Пётр</ForeName></Author></AuthorList>
<PublicationTypeList><PublicationType>Published Erratum</PublicationType></PublicationTypeList>
</Article><CommentsCorrectionsList><CommentsCorrections RefType="ErratumFor">
<RefSource>Cells. 2018</RefSource><PMID>30000000</PMID></CommentsCorrections>
</CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.3390/cells8020001</ArticleId></ArticleIdList>
</PubmedData></PubmedArticle></PubmedArticleSet>"""


def test_pubmed_xml_keeps_the_whole_title(tmp_path: Path) -> None:
    (reference,) = read(tmp_path, PUBMED_XML).references
    assert reference.title == "Erratum: growth of ex vivo amnion, CO2."
    assert reference.kind is ReferenceKind.ERRATUM
    assert reference.related == ("30000000",)
    assert (reference.pmid, reference.doi) == ("31000001", "10.3390/cells8020001")
    assert reference.authors == ("Иванов, Пётр",)
    assert (reference.year, reference.volume, reference.pages) == (2019, "8", "1-9")


def test_pubmed_xml_with_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE PubmedArticleSet [<!ENTITY a "b">]><PubmedArticleSet>&a;</PubmedArticleSet>'
    with pytest.raises(FileProblem, match="document type or entity declaration"):
        read(tmp_path, bomb)


ENDNOTE_XML = """<?xml version="1.0" encoding="UTF-8"?><xml><records><record>
<ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal">Li, X.</style></author></authors></contributors>
<titles><title><style face="normal">Cells of the </style><style face="italic">amnion</style></title>
<secondary-title><style>Cells</style></secondary-title></titles>
<dates><year><style>2016</style></year></dates>
<electronic-resource-num><style>10.1000/b.2</style></electronic-resource-num>
</record></records></xml>"""


def test_endnote_xml(tmp_path: Path) -> None:
    (reference,) = read(tmp_path, ENDNOTE_XML).references
    assert (reference.title, reference.authors) == ("Cells of the amnion", ("Li, X.",))
    assert (reference.year, reference.journal, reference.doi) == (2016, "Cells", "10.1000/b.2")


def test_endnote_tagged(tmp_path: Path) -> None:
    written = (
        "%0 Journal Article\n%T Cells of the amnion\n%A Li, X.\n%A Wu, Y.\n%J Cells\n%D 2016\n"
    )
    export = read(tmp_path, written)
    assert export.format == "enw"
    assert export.references[0].authors == ("Li, X.", "Wu, Y.")


def test_embase_table_with_its_search_above(tmp_path: Path) -> None:
    written = (
        '"SEARCH QUERY","placenta:ti"\n-----------\n\n'
        '"Title","Original Title","Author Names","Source","Emtree Drug Index Terms","Copyright"\n'
        '"Cells of the amnion",,"Liu R., Adler D.G.","Cancer (2004) 102:4 (253-258). Date of '
        'Publication: 25 Aug 2004","x","y"\n"Too, few"\n"Cells","","open\n'
    )
    export = read(tmp_path, written)
    (reference,) = export.references
    assert export.database == "embase"
    assert reference.authors == ("Liu R.", "Adler D.G.")
    assert (reference.year, reference.journal) == (2004, "Cancer")
    assert (reference.volume, reference.issue, reference.pages) == ("102", "4", "253-258")
    assert "record 2 has 1 cells" in export.broken[0].problem.render()
    assert "not closed" in export.broken[1].problem.render()


def test_ris_with_lists_missing_ends_and_marks_in_the_middle(tmp_path: Path) -> None:
    written = (
        "TY  - JOUR\r\nTI  - One\r\nKW  - a\r\nb\r\nPY  - 2001//\r\n"
        "\ufeffTY  - CONF\r\nT1  - Two\r\nA1  - Li, X\r\nDO  - 10.12/x\r\nER  -\r\n"
        "TY  - JOUR\r\nAU  - Nobody\r\nER  - \r\n"
    )
    export = read(tmp_path, written)
    one, two = export.references
    assert (one.keywords, one.year) == (("a", "b"), 2001)
    assert "record 1 has no end" in one.problems[0].render()
    assert two.kind is ReferenceKind.CONFERENCE
    assert two.doi == ""
    assert 'has the DOI "10.12/x"' in two.problems[0].render()
    assert "record 3 has no title" in export.broken[0].problem.render()


def test_cyrillic_in_a_declared_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.ris"
    path.write_bytes("TY  - JOUR\nTI  - Клетки плаценты\nPY  - 2020\nER  - \n".encode("cp1251"))
    with pytest.raises(FileProblem, match="is not UTF-8"):
        read_references(path)
    assert read_references(path, encoding="cp1251").references[0].title == "Клетки плаценты"


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"begins with “lot,viability”.*one of: PubMed XML"):
        read(tmp_path, "lot,viability\nL1,95\n")


SAMPLES = {
    "ciw": CIW.encode(),
    "bibtex": BIBTEX.encode(),
    "pubmed_xml": PUBMED_XML.encode(),
    "endnote_xml": ENDNOTE_XML.encode(),
    "ris": b"TY  - JOUR\nTI  - One\nAU  - Li, X\nPY  - 2001\nER  - \n\n"
    b"TY  - JOUR\nTI  - Two\nER  - \n",
    "csv": b'Title,Authors,Year,DOI\n"One, two","Li X, Wu Y",2001,10.1000/a.1\n"Three",,2002,\n',
    "nbib": b"PMID- 12345678\nTI  - One\n      more\nFAU - Li, X\nDP  - 2001 May\n\n"
    b"PMID- 2\nTI  - Two\n",
    "enw": b"%0 Journal Article\n%T One\n%A Li, X.\n%D 2016\n",
}


@given(
    sample=st.sampled_from(sorted(SAMPLES)),
    cut=st.floats(0, 1),
    at=st.floats(0, 1),
    dropped=st.integers(0, 40),
    put=st.binary(max_size=12)
    | st.sampled_from([b'"', b"{", b"}", b"<", b"\n", b"TY  - \n", b"\\"]),
)
def test_damage_is_answered_with_a_sentence(
    tmp_path_factory: pytest.TempPathFactory,
    sample: str,
    cut: float,
    at: float,
    dropped: int,
    put: bytes,
) -> None:
    whole = SAMPLES[sample]
    place = int(at * len(whole))
    damaged = (whole[:place] + put + whole[place + dropped :])[: 1 + int(cut * len(whole))]
    path = tmp_path_factory.mktemp("damage") / "a.txt"
    path.write_bytes(damaged)
    try:
        export = read_references(path, file="a.txt")
    except FileProblem as refusal:
        said = [refusal.render()]
    else:
        assert all(reference.title for reference in export.references)
        said = [broken.problem.render() for broken in export.broken]
    assert all(sentence.startswith("a.txt") for sentence in said)
