"""What Word, a screen reader and the next editor find in the file that the writer makes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from lxml import etree
from openxml_audit import FileFormat, OpenXmlValidator

from pipeline.diagnostic import render_text
from pipeline.document import (
    Blocks,
    Box,
    Citation,
    Column,
    Definition,
    Definitions,
    Deleted,
    Document,
    Emphasis,
    Figure,
    Foreign,
    Image,
    Inline,
    Inserted,
    Item,
    Link,
    List,
    Note,
    Paragraph,
    Resources,
    Row,
    Section,
    Strong,
    Table,
    text,
    walk,
)
from pipeline.readback.docx_tree import asked, told
from pipeline.run import read
from pipeline.verify import verify
from pipeline.writers.docx import write
from tests.documents import documents
from tests.sample import sample_document, sample_resources

ROOT = Path(__file__).parent.parent
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
REFERENCE = "docx/reference.docx"


class File:
    """A written file, opened."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            self.entries = package.infolist()
            self.parts = {name: package.read(name) for name in package.namelist()}
        self.root = self.tree("word/document.xml")
        self.styles = {
            style.get(f"{W}styleId"): style.find(f"{W}name").get(f"{W}val")
            for style in self.tree("word/styles.xml").iter(f"{W}style")
        }

    def tree(self, name: str) -> Any:
        return etree.fromstring(self.parts[name])

    def style(self, element: Any, kind: str = "pStyle") -> str:
        found = element.find(f".//{W}{kind}")
        return "" if found is None else str(self.styles[found.get(f"{W}val")])

    def paragraphs(self, style: str) -> list[Any]:
        return [p for p in self.root.iter(f"{W}p") if self.style(p) == style]

    def own(self) -> Iterator[Any]:
        """The document's blocks without the contents list."""
        for block in self.root.find(f"{W}body"):
            if block.tag != f"{W}sdt":
                yield block


def words(element: Any) -> str:
    """The words in it without the marks of notes."""
    return "".join(
        piece.text or ""
        for piece in element.iter(f"{W}t")
        if piece.getprevious() is None or piece.getprevious().tag != f"{W}footnoteReference"
    )


@cache
def sample() -> File:
    return File(write(sample_document(), sample_resources()))


def written(*body: Any, **changes: Any) -> File:
    """A small document of these blocks, which Word must take without a word."""
    changes = {"front": (), "body": body, "marking": ""} | changes
    file = File(write(replace(sample_document(), **changes), sample_resources()))
    assert not faults(file.data, FileFormat.MICROSOFT_365)
    return file


def faults(data: bytes, *versions: FileFormat) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "written.docx")
        path.write_bytes(data)
        return [
            f"{found.part_uri}: {found.description}"
            for version in versions or (FileFormat.OFFICE_2019, FileFormat.MICROSOFT_365)
            for found in OpenXmlValidator(version).validate(str(path)).errors
        ]


def paragraph(*line: Any, role: str = "", id: str = "") -> Paragraph:
    return Paragraph(line, role, id)


def items(*texts: str) -> tuple[Item, ...]:
    return tuple(Item((paragraph(text),)) for text in texts)


# The whole ---------------------------------------------------------------------------------


def test_word_finds_no_fault() -> None:
    assert faults(sample().data) == []


def test_word_finds_no_fault_in_the_reference_file() -> None:
    assert faults(sample_resources().templates[REFERENCE]) == []


def test_the_words_come_in_printed_order() -> None:
    document = sample_document()
    masthead = (document.series, document.title, document.subtitle, document.dateline)
    expected = "".join((*masthead, document.marking, *said(document.front), *said(document.body)))

    assert "".join(words(block) for block in sample().own()) == expected


def said(blocks: Iterable[Any]) -> Iterator[str]:
    """The words of blocks as this format prints them: a figure without its twin."""
    for block in blocks:
        match block:
            case Paragraph():
                yield text(block.content)
            case List() | Definitions():
                yield from said(block.items)
            case Item():
                yield from said(block.content)
            case Definition():
                yield text(block.term)
                yield from said(block.content)
            case Section() | Box():
                yield text(block.title)
                yield from said(block.content)
            case Table():
                yield from captioned(block)
                yield from (text(column.heading) for column in block.columns)
                yield from (text(cell) for row in block.rows for cell in row.cells)
                yield text(block.source)
            case Figure():
                yield from captioned(block)
                yield text(block.source)


def captioned(block: Table | Figure) -> Iterator[str]:
    yield block.label + (". " if block.label and block.caption else "") + text(block.caption)


@st.composite
def some_document(draw: st.DrawFn) -> Document:
    # Wrapped: to name the strategy itself, hypothesis would write out all of its parts.
    return draw(documents(most=2))


@given(some_document())
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    # To make a failing Document small, and to print it, takes hypothesis minutes.
    phases=[Phase.generate],
    verbosity=Verbosity.quiet,
)
def test_every_document_can_be_written(document: Document) -> None:
    file = File(write(document, sample_resources()))

    start = "".join((document.series, document.title, document.subtitle, document.dateline))
    body = "".join((*said(document.front), *said(document.body)))
    assert "".join(words(block) for block in file.own()) == start + document.marking + body
    calls = file.root.iter(f"{W}footnoteReference")
    assert [call.get(f"{W}id") for call in calls] == [n.get(f"{W}id") for n in notes(file)]
    assert not faults(file.data)


@given(some_document())
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],
    verbosity=Verbosity.quiet,
)
def test_the_file_has_the_structure_of_its_document(document: Document) -> None:
    """Headings, lists in lists, rows and notes, each as Word knows it."""
    assert told(write(document, sample_resources())) == asked(document)


def test_lists_in_lists_keep_apart() -> None:
    def nest(ordered: bool, *inner: Any) -> List:
        return List((Item((paragraph("a"), *inner)), *items("b", "c")), ordered)

    deep = nest(True, nest(True, nest(False), nest(True)), paragraph("p"), nest(True))
    document = replace(
        sample_document(), front=(),
        body=(
            deep, deep, nest(False, deep), nest(False), Box(("t",), (deep,)),
            Definitions((Definition(("t",), (deep,)),)),
            Definitions((Definition(("t",), (deep, deep)),), role="facts"),
            Section(("s",), (deep,)),
        ),
    )  # fmt: skip

    assert told(write(document, sample_resources())) == asked(document)


@pytest.mark.parametrize(
    ("part", "old", "new", "message"),
    [
        ("document", '<w:ilvl w:val="1"/>', '<w:ilvl w:val="0"/>', "at level 2 of list"),
        ("document", "<w:tblHeader/>", "", "the heading row “State | Capital"),
        ("document", 'w:firstColumn="1" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblC',
         'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblC',
         "with its heading of table 1"),
        ("numbering", '<w:numFmt w:val="bullet"/>', '<w:numFmt w:val="decimal"/>',
         "stands as the numbered item"),
    ],
)  # fmt: skip
def test_a_structure_that_is_lost_is_told(part: str, old: str, new: str, message: str) -> None:
    """The words are all there, so only the structure can tell."""
    nested = List((Item((paragraph("a"), List(items("b")))),))
    document = replace(sample_document(), front=(nested,))
    parts = dict(File(write(document, sample_resources())).parts)
    text = parts[f"word/{part}.xml"].decode()
    assert old in text
    parts[f"word/{part}.xml"] = text.replace(old, new).encode()

    [found] = verify(document, "docx", packed(parts))
    assert found.code == "changed-structure"
    assert message in found.message


def test_equal_documents_give_equal_bytes() -> None:
    script = (
        "import hashlib\n"
        "from pipeline.writers.docx import write\n"
        "from tests.sample import sample_document, sample_resources\n"
        "print(hashlib.sha256(write(sample_document(), sample_resources())).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone}, check=True,
            capture_output=True, text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }  # fmt: skip
    assert len(digests) == 1
    assert write(sample_document(), sample_resources()) == sample().data


def test_the_archive_tells_no_time_and_no_user() -> None:
    assert sample().entries[0].filename == "[Content_Types].xml"
    for entry in sample().entries:
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert (entry.create_system, entry.external_attr) == (3, 0o644 << 16)


def test_nothing_in_the_file_names_a_library_or_an_old_template() -> None:
    everything = b"".join(sample().parts.values()).lower()

    assert b"python" not in everything
    assert not [name for name in sample().parts if "WithEffects" in name or "thumbnail" in name]


def test_the_properties_are_those_of_the_edition() -> None:
    properties = docx.Document(io.BytesIO(sample().data)).core_properties

    assert properties.title == "Alliance of Sahel States"
    assert properties.author == "Policy desk; Awa Diarra"
    assert properties.keywords == "Sahel, collective defence, ECOWAS"
    assert properties.language == "en"
    assert properties.identifier == "sahel.en"
    assert properties.category == "Regional security briefing"
    assert str(properties.created) == str(properties.modified) == "2026-03-14 00:00:00+00:00"
    assert properties.last_modified_by == ""
    assert b"<Company>Briefing Pipeline</Company>" in sample().parts["docProps/app.xml"]
    custom = sample().parts["docProps/custom.xml"].decode()
    assert re.findall(r'name="(\w+)"><vt:lpwstr>([^<]*)', custom) == [
        ("License", "CC-BY-4.0"),
        ("Marking", "TLP:CLEAR"),
    ]


# Headings and contents ---------------------------------------------------------------------


def test_a_heading_is_as_deep_as_its_section() -> None:
    found = [
        (sample().style(p), words(p))
        for p in sample().root.iter(f"{W}p")
        if sample().style(p).startswith("heading")
    ]

    assert [name for name, _ in found[:4]] == ["heading 1", "heading 1", "heading 2", "heading 2"]
    assert ("heading 6", "The sixth level") in found
    assert [words(p) for p in sample().paragraphs("Title")] == ["Alliance of Sahel States"]


def test_the_tenth_level_is_a_ninth() -> None:
    block: Blocks = (paragraph("deep"),)
    for level in range(11, 0, -1):
        block = (Section((f"Level {level}",), block),)

    assert [words(p) for p in written(*block).paragraphs("heading 9")] == [
        "Level 9", "Level 10", "Level 11"
    ]  # fmt: skip


def test_the_contents_list_is_finished_and_asks_nothing() -> None:
    contents = sample().root.find(f"{W}body/{W}sdt")
    lines = [(sample().style(p), words(p)) for p in contents.iter(f"{W}p")]

    assert contents.find(f".//{W}docPartGallery").get(f"{W}val") == "Table of Contents"
    assert lines[:5] == [
        ("TOC Heading", "Contents"),
        ("toc 1", "Background"),
        ("toc 2", "The members"),
        ("toc 2", "How it works"),
        ("toc 1", "Timeline"),
    ]
    assert "Key judgements" not in words(contents)  # that stands before the list
    assert contents.findtext(f".//{W}instrText") == r' TOC \o "1-2" \h \z \u \b _Body '
    everything = sample().parts["word/document.xml"] + sample().parts["word/settings.xml"]
    assert b"dirty" not in everything
    assert b"updateFields" not in everything


def test_sections_without_ids_are_listed_too() -> None:
    file = written(Section(("One",), (Section(("Two",), ()),)), Section(("Three",), ()))

    anchors = [link.get(f"{W}anchor") for link in file.root.iter(f"{W}hyperlink")]
    assert anchors == ["_Toc1", "_Toc2", "_Toc3"]
    assert bookmarks(file) == ["_Body", *anchors]


def test_without_sections_there_is_no_contents_list() -> None:
    assert written(paragraph("alone")).root.find(f".//{W}sdt") is None


# Links ---------------------------------------------------------------------------------------


def bookmarks(file: File) -> list[str]:
    return [mark.get(f"{W}name") for mark in file.root.iter(f"{W}bookmarkStart")]


def test_every_internal_link_leads_somewhere() -> None:
    anchors = {link.get(f"{W}anchor") for link in sample().root.iter(f"{W}hyperlink")} - {None}

    assert anchors
    assert anchors <= set(bookmarks(sample()))


def test_bookmarks_are_named_as_word_wants_them() -> None:
    names = bookmarks(sample())

    assert all(re.fullmatch("[A-Za-z_][A-Za-z0-9_]{0,39}", name) for name in names)
    assert len({name.lower() for name in names}) == len(names)
    starts = [mark.get(f"{W}id") for mark in sample().root.iter(f"{W}bookmarkStart")]
    ends = [mark.get(f"{W}id") for mark in sample().root.iter(f"{W}bookmarkEnd")]
    assert sorted(starts) == sorted(ends)
    assert len(set(starts)) == len(starts)


@pytest.mark.parametrize(
    ("one", "other"), [("a-b", "a_b"), ("Ab", "ab"), ("x" * 60 + "1", "x" * 60 + "2"), ("é", "è")]
)
def test_ids_that_look_alike_keep_apart(one: str, other: str) -> None:
    assert len(set(bookmarks(written(paragraph("1", id=one), paragraph("2", id=other))))) == 3


def test_whatever_has_an_id_can_be_pointed_at() -> None:
    file = written(
        List((Item((), "item"), Item((paragraph("p", id="p"),))), id="list"),
        Definitions((Definition(("t",), (), "term"),), id="definitions"),
        Table((Column(()),), (Row((("c",),), "row"),), id="table"),
        Figure(chart(), id="figure"),
        Box((), (paragraph("b"),), id="box"),
        Section(("s",), (), id="section"),
        List((), id="nothing"),
    )

    assert set(bookmarks(file)) >= {
        "item", "p", "list", "term", "definitions", "row", "table", "figure", "box", "section",
        "nothing",
    }  # fmt: skip


def test_a_link_keeps_its_address() -> None:
    rels = sample().tree("word/_rels/document.xml.rels")
    targets = {r.get("Id"): r.get("Target") for r in rels if r.get("TargetMode") == "External"}
    link = next(e for e in sample().root.iter(f"{W}hyperlink") if words(e) == "the charter’s text")

    assert targets[link.get(f"{R}id")] == "https://example.org/charter?lang=en&part=6"
    assert sample().style(link, "rStyle") == "Hyperlink"


def test_an_address_has_no_characters_that_word_calls_corrupt() -> None:
    file = written(paragraph(Link('https://example.org/a b<c>"d', ("x",))))

    assert (
        b'Target="https://example.org/a%20b%3Cc%3E%22d"'
        in file.parts["word/_rels/document.xml.rels"]
    )


def test_a_link_inside_a_link_is_one_link() -> None:
    inner = Link("https://example.org/b", ("b", Citation("ref-2", "2")))
    file = written(paragraph(Link("https://example.org/a", ("a", inner))))

    assert [words(link) for link in file.root.iter(f"{W}hyperlink")] == ["ab[2]"]


def test_a_citation_leads_to_its_reference() -> None:
    link = next(e for e in sample().root.iter(f"{W}hyperlink") if words(e) == "[1, art. 6]")

    assert link.get(f"{W}anchor") == "ref_charter"
    target = next(
        mark for mark in sample().root.iter(f"{W}bookmarkStart")
        if mark.get(f"{W}name") == "ref_charter"
    )  # fmt: skip
    assert sample().style(target.getparent()) == "Reference"


def test_a_figure_is_named_by_a_reference_that_word_can_renumber() -> None:
    link = next(e for e in sample().root.iter(f"{W}hyperlink") if words(e) == "Figure 1")

    assert link.get(f"{W}anchor") == "fig_deaths"
    assert link.findtext(f".//{W}instrText") == r" REF _Ref_fig_deaths \* CHARFORMAT "
    assert "_Ref_fig_deaths" in bookmarks(sample())


def test_a_section_is_named_by_its_heading() -> None:
    file = written(
        Section(("Other actors",), (), id="actors"),
        paragraph(Link("#actors", ("Other actors",)), Link("#actors", ("below",))),
    )

    named, called = list(file.root.iter(f"{W}hyperlink"))[-2:]
    assert named.findtext(f".//{W}instrText") == r" REF actors \* CHARFORMAT "
    assert words(named) == "Other actors"
    assert not list(called.iter(f"{W}instrText"))  # its words are the author's, no field's
    [heading] = file.paragraphs("heading 1")
    assert heading.find(f"{W}bookmarkStart").get(f"{W}name") == "actors"


def test_fields_are_complete() -> None:
    for part in ("word/document.xml", "word/header1.xml", "word/footer1.xml"):
        kinds = [mark.get(f"{W}fldCharType") for mark in sample().tree(part).iter(f"{W}fldChar")]
        assert kinds.count("begin") == kinds.count("separate") == kinds.count("end")


# Notes -------------------------------------------------------------------------------------


def notes(file: File) -> list[Any]:
    return [n for n in file.tree("word/footnotes.xml") if n.get(f"{W}type") is None]


def test_notes_are_footnotes() -> None:
    assert [words(note) for note in notes(sample())] == [
        " The charter names terrorism and organised crime but no state as the adversary.",
        " See the explanatory note of March 2024.",
    ]
    calls = [call.get(f"{W}id") for call in sample().root.iter(f"{W}footnoteReference")]
    assert calls == [note.get(f"{W}id") for note in notes(sample())] == ["1", "2"]
    assert {sample().style(note) for note in notes(sample())} == {"footnote text"}
    rels = sample().tree("word/_rels/footnotes.xml.rels")
    assert [r.get("Target") for r in rels] == ["https://example.org/notes"]


def test_a_note_keeps_the_label_that_word_would_not_count() -> None:
    file = written(paragraph("a", Note("n1", "1", ("one",)), Note("n2", "*", ("star",)),
                             Note("n3", "2", ("two",))))  # fmt: skip

    assert [words(note) for note in notes(file)] == [" one", "* star", " two"]
    assert [piece.text for piece in file.paragraphs("Body Text")[0].iter(f"{W}t")] == ["a", "*"]


def test_a_note_in_a_note_is_not_lost() -> None:
    file = written(paragraph("a", Note("n1", "1", ("one", Note("n2", "2", ("two",))))))

    assert [words(note) for note in notes(file)] == [" one two"]


def test_a_note_in_a_heading_is_not_in_the_contents_list() -> None:
    file = written(Section(("Title", Note("n", "1", ("note",))), ()))

    assert words(file.root.find(f".//{W}sdt")) == "ContentsTitle"


# Tables and figures ------------------------------------------------------------------------


def tables(file: File, style: str) -> list[Any]:
    return [t for t in file.root.iter(f"{W}tbl") if file.style(t, "tblStyle") == style]


def test_a_table_is_a_table_that_screen_readers_know() -> None:
    table = tables(sample(), "Timeline Table")[0]
    rows = list(table.iter(f"{W}tr"))

    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * 13
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    assert words(rows[1]) == (
        "18 August 2020Soldiers take power in Mali; the bloc closes its borders for six weeks. [3]"
    )
    properties = table.find(f"{W}tblPr")
    assert properties.find(f"{W}tblCaption").get(f"{W}val") == "Table 2"
    assert properties.find(f"{W}tblDescription").get(f"{W}val") == (
        "From the first coup to the confederation"
    )
    look = properties.find(f"{W}tblLook")
    assert (look.get(f"{W}firstRow"), look.get(f"{W}firstColumn")) == ("1", "1")
    assert not list(table.iter(f"{W}gridSpan", f"{W}vMerge"))


def test_columns_share_the_width_of_the_text() -> None:
    table = tables(sample(), "Timeline Table")[0]
    widths = [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]

    assert widths == [1860, 7438]  # 1 to 4 of 164 mm
    assert table.find(f"{W}tblPr/{W}tblLayout").get(f"{W}type") == "fixed"
    assert int(table.find(f"{W}tblPr/{W}tblW").get(f"{W}w")) == sum(widths)


def test_columns_are_aligned_by_styles() -> None:
    rows = list(tables(sample(), "Briefing Table")[0].iter(f"{W}tr"))

    assert [sample().style(cell) for cell in rows[0].iter(f"{W}tc")] == [
        "Table Head", "Table Head", "Table Head Right", "Table Head Right", "Table Head Center",
    ]  # fmt: skip
    assert [sample().style(cell) for cell in rows[1].iter(f"{W}tc")] == [
        "Table Row Head", "Table Text", "Table Text Right", "Table Text Right", "Table Text Center",
    ]  # fmt: skip


def test_a_caption_is_a_paragraph_with_a_number_that_word_counts() -> None:
    captions = [
        (words(p), p.findtext(f".//{W}instrText", "")) for p in sample().paragraphs("caption")
    ]

    assert captions == [
        ("Table 1. Member states of the alliance", r" SEQ Table \* ARABIC "),
        ("Table 2. From the first coup to the confederation", r" SEQ Table \* ARABIC "),
        ("Figure 1. Reported deaths per 100,000 people, three states together",
         r" SEQ Figure \* ARABIC "),
        ("Figure 2. The three member states", r" SEQ Figure \* ARABIC "),
        ("Figure 3. A photograph has no vector", r" SEQ Figure \* ARABIC "),
        ("Scenarios", ""),
    ]  # fmt: skip
    assert all(p.getparent().tag == f"{W}body" for p in sample().paragraphs("caption"))


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Tableau 3", r" SEQ Tableau \* ARABIC "),
        ("Carte n° 3", r" SEQ Table \* ARABIC "),
        ("Table A", None),
    ],
)
def test_a_caption_counts_by_its_own_word(label: str, code: str | None) -> None:
    """Insert > Caption in Word counts by the word that it prints, in the language of that Word."""
    file = written(Table((Column(("h",)),), (), caption=("c",), label=label))

    [caption] = file.paragraphs("caption")
    assert (words(caption), caption.findtext(f".//{W}instrText")) == (f"{label}. c", code)


def test_a_caption_stands_above_its_table_and_below_its_figure() -> None:
    blocks = [b.tag.removeprefix(W) + ":" + sample().style(b) for b in sample().own()]

    at = blocks.index("tbl:Table Head")
    assert (blocks[at - 1], blocks[at + 1]) == ("p:caption", "p:Source")
    at = blocks.index("p:Figure")
    assert blocks[at + 1 : at + 3] == ["p:caption", "p:Source"]


def test_two_tables_stay_two() -> None:
    table = Table((Column(("a",)),), (Row((("1",),)),))
    blocks = [block.tag.removeprefix(W) for block in written(table, table).own()]

    assert "tbl,p,tbl,p" in ",".join(blocks)


def test_a_table_without_headings_has_no_heading_row() -> None:
    file = written(Table((Column(()), Column(())), (Row((("a",), ("b",))),), row_headers=True))

    assert not list(file.root.iter(f"{W}tblHeader"))
    assert next(file.root.iter(f"{W}tblLook")).get(f"{W}firstRow") == "0"


def widths(table: Any) -> list[int]:
    return [int(column.get(f"{W}w")) for column in table.iter(f"{W}gridCol")]


def test_a_column_is_as_wide_as_its_longest_word() -> None:
    row = Row((("the responsibilities",), ("a " * 300,)))
    file = written(Table((Column(("h",)), Column(("h",), width=15)), (row,)))
    [table] = tables(file, "Briefing Table")

    narrow, wide = widths(table)
    assert narrow > 16 * 95  # of Calibri in 9.5 points a letter takes 93 on an average
    assert narrow + wide == 9298


def test_an_address_does_not_push_the_other_columns_away() -> None:
    row = Row((("https://example.org/" + "x" * 200,), ("one two",), ("three",)))
    file = written(Table((Column(()), Column(()), Column(())), (row,)))

    assert widths(tables(file, "Briefing Table")[0]) == [3099, 3100, 3099]


# Pages -------------------------------------------------------------------------------------


def wide_table(columns: int) -> Table:
    head = tuple(Column((f"column {number}",)) for number in range(columns))
    return Table(head, (Row((("cell",),) * columns),), source=("source",), id=f"wide-{columns}")


def pages(file: File) -> list[tuple[str, list[str]]]:
    """The sections: how their pages lie, and what stands on them."""
    found, said = [], []
    for block in file.root.find(f"{W}body"):
        section = block if block.tag == f"{W}sectPr" else block.find(f"{W}pPr/{W}sectPr")
        said.append(words(block))
        if section is not None:
            lies = section.find(f"{W}pgSz").get(f"{W}orient", "portrait")
            found.append((lies, [line for line in said if line]))
            said = []
    return found


def test_a_table_of_seven_columns_turns_the_page() -> None:
    file = written(paragraph("before"), wide_table(7), paragraph("after"), wide_table(6))

    first, second, third = pages(file)
    assert [lies for lies, _ in (first, second, third)] == ["portrait", "landscape", "portrait"]
    assert first[1][-1] == "before"
    assert second[1][-1] == "source"
    assert third[1][0] == "after"
    wide, narrow = (widths(table) for table in tables(file, "Briefing Table"))
    assert sum(narrow) == 9298
    assert sum(wide) == 16838 - 2 * 1304


def test_headings_turn_with_their_table_and_links_still_lead_to_them() -> None:
    inner = Section(("Inner",), (wide_table(9), paragraph("after")), id="inner")
    file = written(paragraph("before"), Section(("Outer",), (inner,)), paragraph("last"))

    (_, first), (lies, turned), (_, third) = pages(file)
    assert (lies, turned[:2]) == ("landscape", ["Outer", "Inner"])
    assert (first[-1], third) == ("before", ["after", "last"])
    [heading] = [p for p in file.paragraphs("heading 2") if words(p) == "Inner"]
    assert [m.get(f"{W}name") for m in heading.iter(f"{W}bookmarkStart")] == ["inner"]


def test_only_the_first_pages_have_a_first_page() -> None:
    """The masthead makes do without a header; a page of the middle does not."""
    file = written(wide_table(8), paragraph("after"), wide_table(8))
    sections = list(file.root.iter(f"{W}sectPr"))

    assert len(sections) == 4
    assert [s.find(f"{W}titlePg") is not None for s in sections] == [True, False, False, False]
    for section in sections:
        kinds = [one.get(f"{W}type") for one in section.iter(f"{W}headerReference")]
        assert "default" in kinds


def test_a_page_is_not_turned_inside_a_cell() -> None:
    fact = Definitions((Definition(("t",), (wide_table(8),)),), role="facts")

    assert len(pages(written(fact))) == 1


@pytest.mark.parametrize(
    ("rows", "source", "kept"),
    [
        (3, "s", [True, True, True]),
        (3, "", [True, True, False]),
        (1, "", [False]),
        (16, "", [*[True] * 15, False]),
        (20, "s", [True, *[False] * 17, True, True]),
    ],
)
def test_rows_stay_with_what_they_belong_to(rows: int, source: str, kept: list[bool]) -> None:
    row = Row((("a",), ("b",)))
    head = (Column(("x",)), Column(("y",)))
    file = written(Table(head, (row,) * rows, source=(source,) if source else ()))
    [table] = tables(file, "Briefing Table")

    firsts = [tr.find(f"{W}tc/{W}p/{W}pPr/{W}keepNext") for tr in table.iter(f"{W}tr")]
    # Of the head the style says it.
    assert [first is not None for first in firsts] == [False, *kept]


def test_odd_tables_are_still_tables() -> None:
    file = written(
        Table((), (), caption=("Nothing",), source=("none",)),
        Table((Column(()),), (), source=("no rows",)),
        Table((Column(("a",), width=0),), (Row(()), Row((("1",), ("more",))))),
    )

    assert [len(list(row.iter(f"{W}tc"))) for row in file.root.iter(f"{W}tr")] == [2, 2, 2]


def test_facts_are_a_table_of_two_columns() -> None:
    table = tables(sample(), "Facts Table")[0]

    assert [sample().style(cell) for cell in table.iter(f"{W}tc")][:2] == [
        "Facts Term", "Table Text",
    ]  # fmt: skip
    assert len(list(table.iter(f"{W}tr"))) == 6


def chart() -> Image:
    figure = next(n for n in walk(sample_document().body) if isinstance(n, Figure))
    return figure.image


def test_pictures_are_described_and_fit_the_page() -> None:
    drawings = list(sample().root.iter(f"{WP}inline"))
    said = [d.find(f"{WP}docPr").get("descr") for d in drawings]
    sizes = [
        (int(d.find(f"{WP}extent").get("cx")), int(d.find(f"{WP}extent").get("cy")))
        for d in drawings
    ]

    assert said[0] == "Flag of Mali"
    assert "Bars rise from 32 in 2018 to 94 in 2024 and end at 90." in said
    assert len({d.find(f"{WP}docPr").get("id") for d in drawings}) == len(drawings)
    text_width = 9298 * 635
    assert all(width <= text_width for width, _ in sizes)
    assert sizes[0] == (190500, 127000)  # a flag of 24 by 16 pixels, 10 points high
    assert sizes[said.index("Bars rise from 32 in 2018 to 94 in 2024 and end at 90.")] == (
        text_width, round(text_width * 260 / 640)
    )  # fmt: skip


def test_a_high_picture_leaves_room_for_a_second_one() -> None:
    image = chart()
    picture = replace(sample_resources().pictures[image.digest], width=640.0, height=900.0)
    resources = replace(sample_resources(), pictures={image.digest: picture})
    document = replace(sample_document(), front=(), body=(Figure(image),), marking="")
    file = File(write(document, resources))

    [extent] = file.root.iter(f"{WP}extent")
    width, height = int(extent.get("cx")), int(extent.get("cy"))
    assert height == round(0.38 * (16838 - 1474 - 1304) * 635)
    assert width / height == pytest.approx(640 / 900, rel=1e-4)


def test_a_picture_is_stored_once() -> None:
    stored = [name for name in sample().parts if name.startswith("word/media/")]

    assert len(stored) == 6  # three flags, each printed twice, and three figures


def test_the_twin_of_a_figure_is_not_printed() -> None:
    assert "100,000" in "".join(words(b) for b in sample().own())
    assert "Deaths" not in "".join(words(b) for b in sample().own())


def test_a_missing_picture_is_named() -> None:
    image = Image("no-such-digest", "A flag")
    with pytest.raises(ValueError, match="here: no picture has the digest 'no-such-digest'"):
        written(paragraph(image, id="here"))


# Lists -------------------------------------------------------------------------------------


def numbers(file: File) -> list[tuple[str, str, str]]:
    return [
        (words(p), level.get(f"{W}val"), p.find(f".//{W}numId").get(f"{W}val"))
        for p in file.root.iter(f"{W}p")
        for level in p.iter(f"{W}ilvl")
    ]


def test_each_numbered_list_starts_at_one() -> None:
    inner = List(items("a", "b"), ordered=True)
    file = written(
        List((Item((paragraph("one"), inner)), *items("two")), ordered=True),
        paragraph("between"),
        List(items("again"), ordered=True),
    )

    found = numbers(file)
    assert [(line, level) for line, level, _ in found] == [
        ("one", "0"), ("a", "1"), ("b", "1"), ("two", "0"), ("again", "0"),
    ]  # fmt: skip
    one, a, b, two, again = (number for _, _, number in found)
    assert one == a == b == two != again  # levels of one list: Tab moves an item between them
    numbering = file.tree("word/numbering.xml")
    for number in {one, again}:
        num = next(n for n in numbering.iter(f"{W}num") if n.get(f"{W}numId") == number)
        assert num.find(f"{W}lvlOverride/{W}startOverride").get(f"{W}val") == "1"


def test_a_second_list_in_an_item_starts_at_one_too() -> None:
    inner = List(items("a"), ordered=True)
    file = written(List((Item((paragraph("one"), inner, paragraph("and"), inner)),), ordered=True))

    (_, _, one), (_, first, a), (_, second, b) = numbers(file)
    assert (first, second) == ("1", "1")
    assert one == a != b


def test_a_list_of_another_kind_in_an_item_is_a_list_of_its_own() -> None:
    inner = List(items("a"), ordered=True)
    file = written(List((Item((paragraph("one"), inner)),)))

    (_, _, one), (_, level, a) = numbers(file)
    assert level == "1"
    assert one != a


def test_every_number_is_defined() -> None:
    defined = {n.get(f"{W}numId") for n in sample().tree("word/numbering.xml").iter(f"{W}num")}

    assert {number for _, _, number in numbers(sample())} <= defined


def test_the_references_are_a_numbered_list() -> None:
    references = sample().paragraphs("Reference")

    assert len(references) == 5
    assert len({p.find(f".//{W}numId").get(f"{W}val") for p in references}) == 1
    assert words(references[3]) == "Radio Studio Kalangou. Broadcast, 4 January 2026."


def test_what_belongs_to_an_item_is_set_in_with_it() -> None:
    inner = List((Item((paragraph("b"), paragraph("more of b"))),))
    file = written(List((Item((paragraph("a"), paragraph("more of a"), inner)),)))

    assert [words(p) for p in file.paragraphs("List Continue")] == ["more of a"]
    assert [words(p) for p in file.paragraphs("List Continue 2")] == ["more of b"]


@pytest.mark.parametrize(
    "content",
    [
        (),
        (List(items("inner")),),
        (Table((Column(("h",)),), (Row((("c",),)),)),),
        (Section(("s",), (paragraph("p"),)),),
        (Box(("b",), (List(items("x"), ordered=True),)),),
        (Definitions((Definition(("t",), (List(items("d")),)),), role="facts"),),
    ],
    ids=["nothing", "list", "table", "section", "box", "facts"],
)
def test_anything_can_stand_anywhere(content: Blocks) -> None:
    written(
        List((Item(content),)),
        Definitions((Definition(("t",), content),)),
        Definitions((Definition(("t",), content),), role="facts"),
        Box(("b",), content),
        Box((), content, role="imprint"),
        Section(("s",), content),
    )


# Texts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert('x')</script>", "{{ 7*7 }}", "{% raw %}", "a | b", "`code`", "&amp;", "]]>",
        "  two before, two after  ", "a\tb", "a\nb", "a\rb", "x" * 10_000, "{title}", "\u00a0",
        "🇲🇱", "𝒳",
    ],
)  # fmt: skip
def test_a_text_comes_out_as_that_text(hostile: str) -> None:
    file = written(paragraph(hostile), Table((Column((hostile,)),), ()), title=hostile)

    assert [words(p) for p in file.paragraphs("Body Text")] == [hostile]
    assert [words(p) for p in file.paragraphs("Table Head")] == [hostile]
    assert words(file.tree("word/header1.xml")) == hostile
    assert file.tree("docProps/core.xml")[0].text == hostile


@pytest.mark.parametrize("letter", ["\0", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_a_character_that_xml_cannot_hold_is_refused_with_its_place(letter: str) -> None:
    with pytest.raises(ValueError, match=r"p-7: XML cannot hold the character U\+"):
        written(paragraph("first", id="p-6"), paragraph(f"a{letter}b", id="p-7"))


def test_a_passage_in_another_language_says_so() -> None:
    file = written(
        paragraph(
            Foreign("fr", ("oui",)), Foreign("ar", ("نعم",)), Foreign("zh-Hant", ("是",)),
            Emphasis((Foreign("ha", ("i",)),)),
        )
    )  # fmt: skip
    marks = [dict(mark.attrib) for mark in file.root.iter(f"{W}lang")]

    assert marks == [{f"{W}val": "fr-FR"}, {f"{W}bidi": "ar-EG"}, {f"{W}eastAsia": "zh-Hant"},
                     {f"{W}val": "ha-NG"}]  # fmt: skip
    assert len(list(file.root.iter(f"{W}rtl"))) == 1


@pytest.mark.parametrize(
    ("language", "spelled"),
    [("fr-BF", "fr-BF"), ("fr", "fr-FR"), ("en", "en-GB"), ("en-US", "en-US"), ("tlh", "tlh")],
)
def test_the_document_says_its_language_as_spelling_knows_it(language: str, spelled: str) -> None:
    """Word has a dictionary for "fr-FR", none for "fr"."""
    file = written(paragraph("oui"), language=language)

    languages = [mark.get(f"{W}val") for mark in file.tree("word/styles.xml").iter(f"{W}lang")]
    assert languages == [spelled]
    assert file.tree("word/settings.xml").find(f"{W}themeFontLang").get(f"{W}val") == spelled
    core = file.tree("docProps/core.xml")
    assert core.findtext("{http://purl.org/dc/elements/1.1/}language") == language


# Looks -------------------------------------------------------------------------------------

# What stands at paragraphs, runs, rows, cells and tables beside their style, for no style knows it.
STRUCTURE = {
    "pPr": {
        "pStyle",
        "numPr",  # which list an item belongs to, and how deep
        "keepNext",  # only in tables: a row and the next one, from the row's place in its table
        "sectPr",  # where the page turns
    },
    "rPr": {"rStyle", "lang", "rtl"},  # the language of the words, and its direction
    "trPr": {"cantSplit", "tblHeader"},  # a row's part in its table
    "tcPr": {"tcW"},  # ECMA-376 wants widths at cells and tables
    "tblPr": {"tblStyle", "tblW", "tblLayout", "tblLook", "tblCaption", "tblDescription"},
}


def formatted(file: File) -> list[str]:
    """Every look that comes from no style."""
    return [
        f"{part}: {child.tag.removeprefix(W)}"
        for part in ("word/document.xml", "word/footnotes.xml")
        for kind, known in STRUCTURE.items()
        for properties in file.tree(part).iter(W + kind)
        for child in properties
        if child.tag.removeprefix(W) not in known
        or (child.tag == f"{W}keepNext" and next(properties.iterancestors(f"{W}tc"), None) is None)
    ]


def test_every_look_comes_from_a_named_style() -> None:
    assert formatted(sample()) == []
    assert all(sample().style(p) for p in sample().root.iter(f"{W}p"))
    assert all(sample().style(table, "tblStyle") for table in sample().root.iter(f"{W}tbl"))


@pytest.mark.parametrize(
    ("marked", "style"),
    [
        (Emphasis((Strong(("both",)),)), "Emphasis Strong"),
        (Strong((Link("https://example.org/", ("both",)),)), "Hyperlink Strong"),
        (Emphasis((Citation("x", "1"),)), "Citation Mark Emphasis"),
        (Deleted((Emphasis((Strong(("all",)),)),)), "Deleted Emphasis Strong"),
        (Inserted((Link("https://example.org/", ("new",)),)), "Inserted"),
    ],
)
def test_marks_in_marks_have_a_style_for_both(marked: Inline, style: str) -> None:
    file = written(paragraph(marked))

    assert formatted(file) == []
    assert file.style(file.paragraphs("Body Text")[0], "rStyle") == style


@pytest.mark.parametrize(
    ("block", "style"),
    [
        (paragraph("x", role="lead"), "Lead"),
        (paragraph("x", role="as-of"), "As Of"),
        (paragraph("x", role="basis"), "Basis"),
        (paragraph("x", role="judgement-assessment"), "Judgement Assessment"),
        (paragraph("x", role="indicators"), "Indicator Title"),
        (paragraph("x", role="unheard-of"), "Body Text"),
        (List(items("x"), ordered=True, role="judgements"), "Judgement"),
        (List(items("x"), ordered=True, role="questions"), "Question"),
        (List(items("x"), role="links"), "Link Entry"),
        (List(items("x"), role="indicators"), "Indicator"),
        (List(items("x"), role="unheard-of"), "List Bullet"),
        (Box(("t",), (paragraph("x"),)), "Box Text"),
        (Box(("t",), (paragraph("x"),), role="imprint"), "Imprint Text"),
        (Box((), (paragraph("x"), paragraph("y")), role="imprint"), "Imprint Opening"),
        (Definitions((Definition(("t",), (paragraph("x"),)),), role="actors"), "Definition"),
    ],
)
def test_a_role_is_a_style(block: Any, style: str) -> None:
    assert [words(p) for p in written(block).paragraphs(style)] == ["x"]


# Header and footer -------------------------------------------------------------------------


def edges(file: File) -> dict[str, str]:
    return {
        name.removeprefix("word/").removesuffix(".xml"): words(file.tree(name))
        for name in file.parts
        if re.fullmatch(r"word/(header|footer)\d\.xml", name)
    }


def test_header_and_footer_say_title_marking_and_page() -> None:
    # On the first page the masthead says what the header says on the others.
    assert edges(sample()) == {
        "header1": "Alliance of Sahel StatesTLP:CLEAR",
        "header2": "",
        "footer1": "Page 1 of 1TLP:CLEAR",
        "footer2": "Page 1 of 1TLP:CLEAR",
    }
    codes = [code.text for code in sample().tree("word/footer1.xml").iter(f"{W}instrText")]
    assert codes == [" PAGE ", " NUMPAGES "]
    assert sample().root.find(f".//{W}sectPr/{W}titlePg") is not None


@pytest.mark.parametrize(
    ("marking", "style"),
    [("TLP:RED", "Marking Red"), ("TLP:AMBER+STRICT", "Marking Amber"), ("SECRET", "Marking")],
)
def test_a_marking_has_its_colour_on_every_page(marking: str, style: str) -> None:
    file = written(paragraph("x"), marking=marking)

    assert file.style(file.paragraphs("Masthead Marking")[0], "rStyle") == style
    for part in ("header1", "footer1", "footer2"):
        assert file.style(file.tree(f"word/{part}.xml"), "rStyle") == style


def test_without_a_marking_nothing_is_marked() -> None:
    file = written(paragraph("x"))

    assert not file.paragraphs("Masthead Marking")
    assert edges(file)["footer1"] == "Page 1 of 1"
    assert b"Marking" not in file.parts["docProps/custom.xml"]


# The reference file ------------------------------------------------------------------------


def packed(parts: dict[str, bytes]) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return package.getvalue()


def with_reference(change: Callable[[dict[str, bytes]], None]) -> Resources:
    """Resources whose reference file somebody has changed."""
    with zipfile.ZipFile(io.BytesIO(sample_resources().templates[REFERENCE])) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    return replace(sample_resources(), templates={REFERENCE: packed(parts)})


def replaced(part: str, *changes: tuple[str, str]) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        for old, new in changes:
            assert old in parts[part].decode()
            parts[part] = parts[part].decode().replace(old, new).encode()

    return change


def checked(resources: Resources, folder: Path) -> list[tuple[str, str, str]]:
    """What `check` says of a project with this reference file: code, message, hint."""
    (folder / "sources").mkdir()
    path = folder / "templates" / REFERENCE
    path.parent.mkdir(parents=True)
    path.write_bytes(resources.templates[REFERENCE])
    found = [one for one in read(folder).diagnostics if one.span.file == f"templates/{REFERENCE}"]
    assert all(one.severity == "error" for one in found)
    assert "PK" not in render_text(found, read(folder).files)  # a Word file shows no lines
    return [(one.code, one.message, one.hint) for one in found]


def test_the_reference_file_lacks_nothing(tmp_path: Path) -> None:
    assert checked(sample_resources(), tmp_path) == []


def test_a_missing_style_is_said_before_anything_is_built(tmp_path: Path) -> None:
    resources = with_reference(
        replaced("word/styles.xml", ('w:val="Lead"', 'w:val="Leed"'),
                 ('w:val="Table Bullet"', 'w:val="Points"'))
    )  # fmt: skip

    lead, bullet = checked(resources, tmp_path)
    assert lead == (
        "missing-style",
        'the Word reference file lacks the paragraph style "Lead"',
        'did you mean "Leed"?',
    )
    assert bullet[1] == 'the Word reference file lacks the paragraph style "Table Bullet"'
    assert "Import/Export" in bullet[2]


def test_a_style_of_another_kind_is_missing(tmp_path: Path) -> None:
    resources = with_reference(
        replaced("word/styles.xml",
                 ('w:type="character" w:styleId="Strong"', 'w:type="table" w:styleId="Strong"'))
    )  # fmt: skip

    [(code, message, _)] = checked(resources, tmp_path)
    assert (code, message[-24:]) == ("missing-style", 'character style "Strong"')


def test_a_list_style_without_a_list_is_said_early_too(tmp_path: Path) -> None:
    number = '<w:numPr><w:numId w:val="4"/></w:numPr>'
    resources = with_reference(replaced("word/styles.xml", (number, "")))

    [(code, message, _)] = checked(resources, tmp_path)
    assert code == "style-without-list"
    assert '"Question"' in message


def test_a_reference_file_that_is_no_word_file_is_said_early(tmp_path: Path) -> None:
    resources = replace(sample_resources(), templates={REFERENCE: b"a letter"})

    [(code, message, _)] = checked(resources, tmp_path)
    assert (code, message[:20]) == ("broken-template", "this is no Word file")


def test_all_missing_styles_are_named_at_once() -> None:
    resources = with_reference(
        replaced("word/styles.xml", ('w:val="Lead"', 'w:val="Intro"'),
                 ('w:val="caption"', 'w:val="legend"'))
    )  # fmt: skip
    with pytest.raises(ValueError, match=r"lacks the styles: Lead, Caption$"):
        write(sample_document(), resources)


def test_a_list_style_without_a_list_is_named() -> None:
    number = re.compile(r'<w:numPr><w:numId w:val="4"/></w:numPr>')

    def change(parts: dict[str, bytes]) -> None:
        parts["word/styles.xml"] = number.sub("", parts["word/styles.xml"].decode()).encode()

    with pytest.raises(ValueError, match=r"gives no numbering to: Question$"):
        write(sample_document(), with_reference(change))


def test_styles_are_found_by_name_whatever_their_ids_are() -> None:
    """Word in French calls the id of "heading 1" "Titre1"."""
    file = File(write(sample_document(), with_reference(
        replaced("word/styles.xml", ('w:styleId="Heading1"', 'w:styleId="Titre1"'))
    )))  # fmt: skip

    assert words(file.paragraphs("heading 1")[0]) == "Key judgements"


def test_a_placeholder_is_found_in_the_pieces_that_word_cut_it_into() -> None:
    cut = "<w:r><w:t>{ti</w:t></w:r><w:r><w:t>tle</w:t></w:r><w:r><w:t>}</w:t></w:r>"
    file = File(write(sample_document(), with_reference(
        replaced("word/header1.xml", ("<w:r><w:t>{title}</w:t></w:r>", cut))
    )))  # fmt: skip

    assert edges(file)["header1"] == "Alliance of Sahel StatesTLP:CLEAR"


def test_a_designers_own_words_in_the_footer_stay() -> None:
    file = File(write(sample_document(), with_reference(
        replaced("word/footer1.xml", ("{page} ", "Policy desk {unit} – {page} "))
    )))  # fmt: skip

    assert edges(file)["footer1"] == "Policy desk {unit} – Page 1 of 1TLP:CLEAR"


def test_what_word_leaves_behind_does_not_travel() -> None:
    relation = (
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/attachedTemplate" Target="file:///C:/Users/me/Normal.dotm"'
        ' TargetMode="External"/>'
    )

    def change(parts: dict[str, bytes]) -> None:
        zoom, compat = '<w:zoom w:percent="100"/>', "</w:compat>"
        template = '<w:attachedTemplate r:id="rId1"/><w:trackRevisions/><w:updateFields/>'
        sessions = '<w:rsids><w:rsidRoot w:val="00AB12CD"/></w:rsids>'
        replaced(
            "word/settings.xml", (zoom, zoom + template), (compat, compat + sessions)
        )(parts)  # fmt: skip
        size = '<w:szCs w:val="25"/>'
        replaced("word/styles.xml", (size, size + '<w:lang w:val="it-IT"/>'))(parts)
        parts["word/_rels/settings.xml.rels"] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{relation}</Relationships>"
        ).encode()

    file = File(write(sample_document(), with_reference(change)))

    everything = b"".join(file.parts.values())
    for trace in (b"Normal.dotm", b"rsid", b"updateFields", b"trackRevisions", b"it-IT"):
        assert trace not in everything
    assert not faults(file.data)


def test_a_logo_in_the_header_travels() -> None:
    relation = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/image" Target="media/logo.png"/></Relationships>'
    )

    logo = next(iter(sample_resources().pictures.values())).raster

    def change(parts: dict[str, bytes]) -> None:
        parts["word/_rels/header1.xml.rels"] = relation.encode()
        parts["word/media/logo.png"] = logo
        kind = '<Default Extension="png" ContentType="image/png"/></Types>'
        replaced("[Content_Types].xml", ("</Types>", kind))(parts)

    file = File(write(sample_document(), with_reference(change)))

    assert file.parts["word/media/logo.png"] == logo
    [found] = file.tree("word/_rels/header1.xml.rels")
    assert found.items() == etree.fromstring(relation)[0].items()
    assert not faults(file.data, FileFormat.MICROSOFT_365)


# Another house: its own letters, page and ids, and a logo at the head of each page.
HOUSE = (
    ("word/styles.xml", 'w:ascii="Georgia"', 'w:ascii="Garamond"'),
    ("word/styles.xml", '"0B5563"', '"8A1538"'),
    # Word in German: its own ids, built-in names as in every Word.
    ("word/styles.xml", 'w:styleId="Heading1"', 'w:styleId="berschrift1"'),
    ("word/styles.xml", 'w:styleId="TableHead"', 'w:styleId="TabellenKopf"'),
    ("word/styles.xml", 'w:val="TableHead"', 'w:val="TabellenKopf"'),
    ("word/document.xml", '<w:pgSz w:w="11906" w:h="16838"/>', '<w:pgSz w:w="12240" w:h="15840"/>'),
    ("word/document.xml", 'w:right="1304"', 'w:right="2000"'),
    ("word/footer1.xml", "{page} ", "House of Studies · {series} · {page} "),
    ("word/header1.xml", "<w:r><w:t>{title}", "<w:r>LOGO</w:r><w:r><w:t>{title}"),
)


def house(parts: dict[str, bytes]) -> None:
    logo = draw_logo()
    for part, old, new in HOUSE:
        replaced(part, (old, new.replace("LOGO", logo)))(parts)
    space = 'xmlns:w="'
    names = (
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    )
    replaced("word/header1.xml", (space, names + space))(parts)
    replaced(
        "[Content_Types].xml",
        ("</Types>", '<Default Extension="png" ContentType="image/png"/></Types>'),
    )(parts)
    parts["word/_rels/header1.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/image" Target="media/house.png"/></Relationships>'
    )
    parts["word/media/house.png"] = LOGO


LOGO = next(iter(sample_resources().pictures.values())).raster


def draw_logo() -> str:
    """A picture in the line, as Word writes it: taken from a picture of the sample."""
    drawing = etree.tostring(next(sample().root.iter(f"{W}drawing")), encoding="unicode")
    return re.sub(r' xmlns:\w+="[^"]*"', "", re.sub('r:embed="[^"]*"', 'r:embed="rId1"', drawing))


def test_another_house_has_its_own_look(tmp_path: Path) -> None:
    """Nothing of the pipeline is changed: the file with the same names of styles is enough."""
    resources = with_reference(house)
    assert checked(resources, tmp_path) == []
    file = File(write(sample_document(), resources))

    assert not faults(file.data)
    assert list(verify(sample_document(), "docx", file.data)) == []
    # Its letters and colours, and nothing of ours in the text that could stand against them.
    assert b'w:ascii="Garamond"' in file.parts["word/styles.xml"]
    assert b"0B5563" not in file.parts["word/document.xml"] + file.parts["word/styles.xml"]
    assert formatted(file) == []
    assert words(file.paragraphs("heading 1")[0]) == "Key judgements"
    assert b'<w:pStyle w:val="berschrift1"/>' in file.parts["word/document.xml"]
    # Its page, which tables and pictures fill.
    assert file.root.find(f".//{W}pgSz").get(f"{W}w") == "12240"
    width = 12240 - 1304 - 2000
    assert sum(widths(tables(file, "Timeline Table")[0])) == width
    assert max(int(e.get("cx")) for e in file.root.iter(f"{WP}extent")) == width * 635
    # Its header, footer and logo.
    assert edges(file)["header1"] == "Alliance of Sahel StatesTLP:CLEAR"
    assert edges(file)["footer1"].startswith("House of Studies · Regional security briefing · Page")
    assert file.parts["word/media/house.png"] == LOGO
    shown = {e.get(f"{R}embed") for e in file.tree("word/header1.xml").iter() if e.get(f"{R}embed")}
    assert shown == {r.get("Id") for r in file.tree("word/_rels/header1.xml.rels")} == {"rId1"}


def test_the_reference_file_names_no_part_of_word_by_its_library() -> None:
    with zipfile.ZipFile(io.BytesIO(sample_resources().templates[REFERENCE])) as package:
        assert b"python" not in b"".join(map(package.read, package.namelist())).lower()


def test_the_reference_file_shows_each_paragraph_style_to_its_designer() -> None:
    file = File(sample_resources().templates[REFERENCE])
    shown = {file.style(p) for p in file.root.iter(f"{W}p")}
    used = {sample().style(p) for p in sample().root.iter(f"{W}p")}

    assert used - {"Table End"} <= shown


def test_nobody_repeats_a_content_type() -> None:
    types = sample().tree("[Content_Types].xml")
    names = [entry.get("PartName") or entry.get("Extension") for entry in types]

    assert len(set(names)) == len(names)
    parts = {name[1:] for name in names if name.startswith("/")}
    assert parts <= set(sample().parts)
