"""The PDF: tagged as the Document is built, in our fonts only, served from memory, always equal."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pikepdf
import pydyf  # type: ignore[import-untyped]
import pypdfium2
import pytest
from hypothesis import given, settings

from pipeline.document import (
    Block,
    Citation,
    Column,
    Document,
    Emphasis,
    Figure,
    Image,
    Item,
    Link,
    List,
    Note,
    Paragraph,
    Picture,
    Row,
    Section,
    Strong,
    Table,
    from_json,
    walk,
)
from pipeline.readback import pdf_text
from pipeline.verify import verify
from pipeline.writers import pdf, pdf_streams
from tests.documents import documents
from tests.sample import sample_document, sample_resources


@cache
def sample() -> bytes:
    return pdf.write(sample_document(), sample_resources())


def printed(*body: Block, **changes: Any) -> bytes:
    document = replace(sample_document(), front=(), body=body, **changes)
    return pdf.write(document, sample_resources())


def page_texts(data: bytes) -> list[str]:
    file = pypdfium2.PdfDocument(data)
    return [file[number].get_textpage().get_text_range() for number in range(len(file))]


@cache
def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def elements(data: bytes) -> Iterator[Any]:
    """Every structure element of a PDF, in its order."""

    def below(element: Any) -> Iterator[Any]:
        yield element
        for kid in element.get("/K", []):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                yield from below(kid)

    for element in opened(data).Root.StructTreeRoot.K:
        yield from below(element)


def names(data: bytes) -> Counter[str]:
    return Counter(str(element.S)[1:] for element in elements(data))


def fonts(data: bytes) -> set[str]:
    found = set()
    for thing in opened(data).objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
            assert "/FontFile2" in thing or "/FontFile3" in thing
            found.add(str(thing.FontName).partition("+")[2])
    return found


def test_file_says_what_it_is() -> None:
    file = opened(sample())
    assert str(file.Root.Lang) == "en"
    assert str(file.docinfo.Title) == "Alliance of Sahel States"
    assert str(file.docinfo.CreationDate) == "D:20260314"
    assert file.Root.ViewerPreferences.DisplayDocTitle
    with file.open_metadata() as described:
        assert described["pdfuaid:part"] == "1"
        assert described["dc:identifier"] == "sahel.en"
        assert described["dc:rights"] == "CC-BY-4.0"
        assert described["dc:creator"] == ["Policy desk", "Awa Diarra"]
        assert described["dc:language"] == {"en"}


def test_one_file_keeps_both_standards() -> None:
    file = opened(sample())
    with file.open_metadata() as described:
        named = [described[f"pdf{name}"] for name in ("aid:part", "aid:conformance", "uaid:part")]
    assert named == ["3", "A", "1"]
    assert "/Filter" not in file.Root.Metadata
    assert file.Root.OutputIntents[0].S == "/GTS_PDFA1"
    assert file.Root.PageLabels.Nums[1].S == "/D"


def test_the_document_and_its_data_are_inside() -> None:
    file = opened(sample())
    relations = {str(one.UF): str(one.AFRelationship) for one in file.Root.AF}
    assert relations.pop("sahel.en.json") == "/Source"
    assert set(relations.values()) == {"/Data"}
    assert relations.keys() | {"sahel.en.json"} == set(file.attachments)
    inside = file.attachments["sahel.en.json"].get_file().read_bytes()
    assert from_json(inside.decode()) == sample_document()
    tables = [node for node in walk(sample_document()) if isinstance(node, Table)]
    assert len(relations) == len(tables)


def test_data_are_named_by_what_shows_them() -> None:
    twin = Table((Column(("State",)), Column(("Dead",))), (Row((("Mali",), ("1 500",))),), id="t")
    image = next(node for node in walk(sample_document()) if isinstance(node, Image))
    chart = Figure(image, ("Deaths, by state",), "Figure 1", twin=twin, id="deaths")
    lone = Table((Column(("A, b",)),), (Row((('say "x"',),)), Row(((),))))
    data = printed(chart, lone)
    files = opened(data).attachments
    assert set(files) == {"sahel.en.json", "deaths.csv", "_table-2.csv"}
    assert files["deaths.csv"].description == "Figure 1 Deaths, by state"
    read = {name: files[name].get_file().read_bytes() for name in files}
    assert read["deaths.csv"] == b"\xef\xbb\xbfState,Dead\r\nMali,1 500\r\n"
    assert read["_table-2.csv"].endswith(b'"A, b"\r\n"say ""x"""\r\n""\r\n')


def test_outline_is_as_deep_as_the_contents() -> None:
    with opened(sample()).open_outline() as outline:
        titles = {entry.title: [part.title for part in entry.children] for entry in outline.root}
    assert list(titles)[:3] == ["Key judgements", "Background", "Timeline"]
    assert titles["Background"] == ["The members", "How it works"]


def test_running_heads_and_folios() -> None:
    first, second, *_ = texts = page_texts(sample())
    assert f"Page 2 of {len(texts)}" in second
    assert second.count("TLP:CLEAR") == first.count("TLP:CLEAR") == 2
    assert first.count("Alliance of Sahel States") == second.count("Alliance of Sahel States") == 1
    assert "Regional security briefing" in first


def test_contents_list_has_page_numbers() -> None:
    texts = page_texts(sample())
    listed = next(text for text in texts if "\nContents" in text)
    entries = ["Background", "The members", "How it works", "Timeline", "Violence", "Outlook"]
    for entry in entries:
        number = re.search(rf"{entry}.*? (\d+)\s", listed.partition("\nContents")[2])
        assert number
        assert f"\n{entry}" in "\n" + texts[int(number[1]) - 1]


# Tags ----------------------------------------------------------------------------------------


def test_every_kind_of_block_has_its_tags() -> None:
    counted = names(sample())
    assert counted["Table"] == 4
    assert counted["TOC"] == 3
    assert counted["Note"] == 2
    assert counted["H1"] == 1
    assert counted["H6"] == 2
    assert counted["Figure"] == 9
    assert counted["TH"] == 5 + 3 + 2 + 13 + 3 + 3 + 2
    assert counted["LBody"] == counted["LI"]


def test_a_table_over_many_pages_is_one_table() -> None:
    rows = tuple(Row(((f"row {n}",), ("words " * 9,), ())) for n in range(90))
    table = Table((Column(("A",)), Column(("B",)), Column(("C",))), rows, row_headers=True)
    data = printed(Section(("Long",), (table,)))
    texts = page_texts(data)
    counted = names(data)
    assert len(texts) > 3
    assert (counted["Table"], counted["THead"], counted["TR"]) == (1, 1, 91)
    assert counted["TD"] == 180
    # The head stands on each page for the eye; only the first one is read out.
    assert all(re.search(r"A\s+B\s+C", text) for text in texts[1:])


def test_languages_and_alternatives_are_in_the_tags() -> None:
    found = list(elements(sample()))
    assert {str(e.Lang) for e in found if "/Lang" in e} == {"fr", "ha"}
    assert all(str(e.Alt) for e in found if e.S == "/Figure")


def test_what_is_not_tagged_is_an_artifact() -> None:
    file = opened(sample())
    tree = file.Root.StructTreeRoot.ParentTree.Nums
    owners = {int(tree[place]): tree[place + 1] for place in range(0, len(tree), 2)}
    for number, page in enumerate(file.pages):
        stream: list[Any] = list(pikepdf.parse_content_stream(page))
        marked = [
            int(operands[1].MCID)
            for operands, operator in stream
            if operator == pikepdf.Operator("BDC") and "/MCID" in operands[1]
        ]
        assert len(marked) == len(set(marked))
        assert all(owners[number][mcid] is not None for mcid in marked)


def links(data: bytes) -> list[tuple[str, str]]:
    """Where each link leads and what it says of itself, page by page."""
    return [
        (str(link.A.URI) if "/A" in link else f"#{link.Dest}", str(link.Contents))
        for page in opened(data).pages
        for link in page.get("/Annots", [])
    ]


def test_links_say_what_is_printed() -> None:
    found = links(sample())
    assert ("#ref-charter", "[1, art. 6]") in found
    assert ("https://example.org/notes", "explanatory note") in found


def test_an_entry_of_the_contents_list_is_one_link() -> None:
    assert [said for _, said in links(sample())].count("Hard cases") == 1
    strong = Paragraph((Link("#here", ("much ", Strong(("to",)), " say")),), id="here")
    assert links(printed(strong)) == [("#here", "much to say")]


def test_notes_and_their_calls_point_at_each_other() -> None:
    found = links(sample())
    assert found.index(("#n-1", "1")) < found.index(("#_call-n-1", "1"))
    assert names(sample())["Note"] == 2


def test_emphasis_is_in_the_tags() -> None:
    data = printed(Paragraph((Emphasis(("said",)), " and ", Strong(("meant",)))))
    assert names(data)["Em"] == names(data)["Strong"] == 1
    roles = dict(opened(data).Root.StructTreeRoot.RoleMap.items())
    assert roles == {"/Em": "/Span", "/Strong": "/Span"}


def test_what_runs_along_is_head_and_foot() -> None:
    artifacts: list[Any] = [
        one.operands[1]
        for page in opened(sample()).pages
        for one in pikepdf.parse_content_stream(page)
        if one.operator == pikepdf.Operator("BDC") and one.operands[0] == "/Artifact"
    ]
    kinds = Counter(str(one.get("/Subtype", one.Type)) for one in artifacts)
    pages = len(opened(sample()).pages)
    # A title and a marking in the head, but for the first page; a folio and a marking in the foot.
    assert kinds["/Header"] == 2 * (pages - 1)
    assert kinds["/Footer"] > 2 * pages
    assert all((one.get("/Subtype") is None) == (one.get("/Attached") is None) for one in artifacts)


def test_long_tables_lists_and_notes_are_one_over_many_pages() -> None:
    def note(number: int) -> Note:
        return Note(f"n{number}", str(number), ("A note of some words. " * 3,))

    rows = tuple(
        Row(((f"{n}",), ("words " * 20, note(n))) if n % 40 == 1 else ((f"{n}",), ("x " * 90,)))
        for n in range(200)
    )
    inner = List(tuple(Item((Paragraph(("item " * 40,)),)) for _ in range(12)))
    outer = List(
        tuple(Item((Paragraph(("words ", note(1000 + n))), inner)) for n in range(6)), True
    )
    table = Table((Column(("A",)), Column(("B",))), rows, ("A long table",), "Table 1")
    body = (Section(("Long",), (table, outer)),)
    data = printed(*body)
    assert len(page_texts(data)) > 12
    document = replace(sample_document(), front=(), body=body)
    assert list(verify(document, "pdf", data)) == []


def test_no_stream_ends_where_a_line_end_may_be_seen() -> None:
    """The last byte of a compressed stream is the least of its checksum: chance brings each."""
    streams = [pydyf.Stream([f"% {n}".encode()], {}, compress=True) for n in range(2000)]
    file = pydyf.PDF()
    for stream in streams:
        file.add_object(stream)
    assert any(b"\r\nendstream" in stream.data for stream in streams)
    pdf_streams.seal(file, 0)
    assert all(pdf_streams.is_plain(stream.data) for stream in streams)
    written = io.BytesIO()
    file.write(written, b"1.7")
    with pikepdf.open(written) as read:
        found = {thing.read_bytes() for thing in read.objects if isinstance(thing, pikepdf.Stream)}
    assert {f"% {n}".encode() for n in range(2000)} <= found


# Lines ---------------------------------------------------------------------------------------


def broken(language: str, word: str) -> set[tuple[str, str]]:
    """In which places a word is broken that comes to stand all along the line."""
    lines = (f"{'a ' * n}{'i' * step} {word} " for n in range(30, 60) for step in range(0, 20, 2))
    words = [Paragraph((line,)) for line in lines]
    data = printed(*words, language=language, title="T")
    with pikepdf.open(io.BytesIO(data)) as file:
        text = "".join(run.text for run in pdf_text.runs(file) if not run.artifact)
    return set(re.findall(r"(\w+)\u00ad(\w{4})", text))


def test_a_text_that_fits_but_for_the_space_at_its_end_is_not_broken() -> None:
    filling = "and then as many short words as there is room for in a line of text, up to its end"
    last = "", "t", "r", "s", "a", "tr", "ts"
    ends = [f"{'i' * n}{end}" for n in range(10, 50) for end in last]
    texts = [f"Start{number} {filling} {end}" for number, end in enumerate(ends)]
    body = [Paragraph((f"{text} ", Emphasis(("next",)))) for text in texts]
    lines = [line.strip() for page in page_texts(printed(*body)) for line in page.splitlines()]
    assert sum(line in texts for line in lines) > 10
    assert not [line for line in lines if re.fullmatch(r"Start\d+", line)]


def test_words_are_broken_by_the_rules_of_their_language() -> None:
    assert broken("en", "intergovernmental") == {("intergov", "ernm"), ("intergovern", "ment")}
    assert broken("fr", "intergouvernementale") == {
        ("intergou", "vern"), ("intergouver", "neme"), ("intergouverne", "ment"),
        ("intergouvernemen", "tale"),
    }  # fmt: skip
    assert not broken("en", "Mali")


def test_a_hyphen_at_a_line_end_is_none_of_the_word() -> None:
    words = "".join(f"internationalisation{'x' * n} well-known " for n in range(40))
    data = printed(Paragraph((words,)))
    document = replace(sample_document(), front=(), body=(Paragraph((words,)),))
    assert list(verify(document, "pdf", data)) == []
    shown = b"".join(page.Contents.read_bytes() for page in opened(data).pages)
    assert shown.count(b"<FEFF00AD>") > 3


@pytest.mark.parametrize(
    "texts",
    [("ﬁn find oﬃce office", "find ﬁn"), ("fl", "ﬂ"), ("ẹ́ ọ̀ ɗ̃ ẹ ọ ɗ",), ("ẹ ọ ɗ ẹ́ ọ̀ ɗ̃",),
     ("\u212b \u00c5",), ("e\u0301 \u00e9",),
     ("".join(f"ﬁnternationalisation{'x' * n} find " for n in range(60)),)],
)  # fmt: skip
def test_a_glyph_is_read_as_the_letters_that_it_stands_for_there(texts: tuple[str, ...]) -> None:
    body = tuple(Paragraph((text,)) for text in texts)
    data = printed(*body)
    assert list(verify(replace(sample_document(), front=(), body=body), "pdf", data)) == []


def test_only_texts_that_their_glyphs_do_not_say_are_told() -> None:
    def told(data: bytes) -> list[str]:
        streams = (pikepdf.parse_content_stream(page) for page in opened(data).pages)
        marks = (one.operands[1] for stream in streams for one in stream
                 if one.operator == pikepdf.Operator("BDC"))  # fmt: skip
        return [str(one.ActualText) for one in marks if "/ActualText" in one]

    assert [one for one in told(sample()) if one != "\u00ad"] == []
    assert told(printed(Paragraph(("ﬁn",)), Paragraph(("find",)))) == ["find"]


def test_no_line_is_broken_after_its_first_word() -> None:
    """A line that fits but for the space before a citation broke there, whatever its width."""
    paragraphs = (
        Paragraph(("Start " + "wide words " * 7 + "." * dots + " ", Citation("r", "1234")))
        for dots in range(40)
    )
    lines = "\n".join(page_texts(printed(*paragraphs))).splitlines()
    assert sum(line.startswith("Start wide") for line in lines) == 40


# Pages ---------------------------------------------------------------------------------------


def lines_by_page(data: bytes, token: str) -> list[int]:
    """How many lines of each page have the token, of the pages that have it."""
    counts = (sum(token in line for line in text.splitlines()) for text in page_texts(data))
    return [count for count in counts if count]


@pytest.mark.parametrize("kind", ["paragraph", "item"])
def test_no_line_stands_alone_on_a_page(kind: str) -> None:
    """Paragraphs of three to nine lines, so that page ends fall on every line of one."""
    tokens = [f"p{n:03}" for n in range(90)]
    texts = [f"{token} words " * (24 + 8 * (n % 7)) for n, token in enumerate(tokens)]
    body: list[Block] = [Paragraph((text,)) for text in texts]
    if kind == "item":
        body = [List(tuple(Item((paragraph,)) for paragraph in body))]
    data = printed(*body)
    parted = [found for token in tokens if len(found := lines_by_page(data, token)) > 1]
    assert len(parted) > 4
    assert min(min(found) for found in parted) >= 2


def test_a_heading_stands_with_what_follows() -> None:
    sections = tuple(
        Section((f"Heading {n:03}",), (Paragraph((f"p{n:03} words " * (9 + 9 * (n % 5)),)),))
        for n in range(120)
    )
    texts = page_texts(printed(*sections, labels=replace(sample_document().labels, contents="")))
    assert len(texts) > 8
    for n in range(120):
        assert [f"Heading {n:03}" in text for text in texts].index(True) == [
            f"p{n:03}" in text for text in texts
        ].index(True)


def test_figures_in_a_column_stand_under_each_other() -> None:
    numbers = ("1 111.1", "8 888.8", "4 747.0")
    rows = tuple(Row((("State",), (number,))) for number in numbers)
    data = printed(Table((Column(("A",)), Column(("B",), "end")), rows))
    page = next(page for page in pypdfium2.PdfDocument(data) if "8 888.8" in text_of(page))
    found = page.get_textpage()
    edges = set()
    for number in numbers:
        start, count = found.search(number).get_next()
        boxes = [found.get_charbox(start + n, loose=True) for n in range(count)]
        edges.add(tuple(round(edge, 1) for box in boxes for edge in (box[0], box[2])))
    assert len(edges) == 1


def text_of(page: Any) -> str:
    text: str = page.get_textpage().get_text_range()
    return text


# Fonts ---------------------------------------------------------------------------------------


def test_only_our_fonts_whatever_the_letters() -> None:
    odd = "ɓ ɗ ƙ ƴ Ɓ Ɗ Ƙ Ƴ ŋ ə ≥ ≠ → 漢字 العربية ⵜⵉⴼⵉⵏⴰⵖ ߒߞߏ 🇲🇱 ∀ \U0010fffd"
    data = printed(Section((odd,), (Paragraph((odd,)),)), title=odd)
    assert fonts(data)
    assert all(name.startswith(("Fira-Sans", "Spectral")) for name in fonts(data))
    assert "ɓ ɗ ƙ ƴ Ɓ Ɗ Ƙ Ƴ" in " ".join(page_texts(data)[0].split())
    assert all(name.startswith(("Fira-Sans", "Spectral")) for name in fonts(sample()))


def test_a_font_that_is_missing_is_an_error() -> None:
    fonts = {"FiraSans-Regular.ttf": sample_resources().fonts["FiraSans-Regular.ttf"]}
    with pytest.raises(ValueError, match="not among the resources: font:"):
        pdf.write(sample_document(), replace(sample_resources(), fonts=fonts))


# Pictures ------------------------------------------------------------------------------------


def _shown(picture: Picture) -> bytes:
    document = replace(sample_document(), front=(), body=(Figure(Image("d", "a picture")),))
    return pdf.write(document, replace(sample_resources(), pictures={"d": picture}))


def _pixel_images(data: bytes) -> int:
    things = opened(data).objects
    return sum(isinstance(t, pikepdf.Stream) and t.get("/Subtype") == "/Image" for t in things)


def test_a_drawing_stays_a_drawing() -> None:
    chart = next(p for p in sample_resources().pictures.values() if p.width == 640)
    assert _pixel_images(_shown(chart)) == 0
    assert _pixel_images(_shown(replace(chart, vector=b""))) == 1


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://localhost:9/x.png", "//localhost/x.png", "picture:e"]
)
def test_a_picture_that_asks_for_something_else_is_refused(address: str) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9">'
        f'<image href="{address}" width="9" height="9"/></svg>'
    )
    with pytest.raises(ValueError, match="not among the resources"):
        _shown(Picture(drawing.encode(), b"", 9, 9))


@pytest.mark.parametrize(
    "picture",
    [
        Picture(b"<svg", b"", 9, 9),
        Picture(b"", b"\x89PNG but not really", 9, 9),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_an_error(picture: Picture) -> None:
    with pytest.raises(ValueError, match="Failed to"):
        _shown(picture)


# Nothing is lost -----------------------------------------------------------------------------


def test_every_word_is_printed_wherever_it_stands() -> None:
    count = iter(range(10**6))

    def word() -> str:
        return f"w{next(count):04d}"

    def note() -> Note:
        number = next(count)
        return Note(f"n{number}", str(number), (f"w{number:04d}",))

    def nested(depth: int) -> Section:
        inner = (nested(depth - 1),) if depth else ()
        words = Paragraph(tuple(word() + " " for _ in range(20)))
        return Section((word(), note()), (words, *inner))

    table = Table(
        (Column((word(), note())), Column((word(),), "end", 3)),
        (
            Row(((word() + " " + "x" * 3_000,), (word(), note()))),
            Row(((word(),), ((word() + " ") * 600,))),
            *(Row(((word(),), (word(),))) for _ in range(60)),
        ),
        caption=(word(), note()),
        label=word(),
        source=(word(), Citation("nowhere", word())),
    )
    # Words that only the tags can show are looked for in the numbers used: none may be missing.
    data = printed(nested(7), Section((word(),), (table,)), series=word(), subtitle=word())
    text = re.sub(r"[\s\ufffe\x02-]", "", "".join(page_texts(data)))
    used = next(count)
    assert [n for n in range(used) if f"w{n:04d}" not in text] == []


def test_an_empty_document_is_a_page() -> None:
    nothing = {"series": "", "subtitle": "", "dateline": "", "marking": ""}
    empty = (Paragraph(()), Section((), ()), Table((), ()), Table((Column(()),), (Row(((),)),)))
    assert len(page_texts(printed(*empty, **nothing))) == 1


@given(documents())
@settings(max_examples=8, deadline=None)
def test_every_document_can_be_printed(document: Document) -> None:
    pictures = {
        node.digest: next(iter(sample_resources().pictures.values()))
        for node in walk(document)
        if isinstance(node, Image)
    }
    data = pdf.write(document, replace(sample_resources(), pictures=pictures))
    twins = [node.twin for node in walk(document) if isinstance(node, Figure) and node.twin]
    tables = [node for node in walk(document) if isinstance(node, Table)]
    assert names(data)["Table"] == len(tables) - len(twins)
    assert fonts(data)


# The same everywhere -------------------------------------------------------------------------


def test_another_process_on_another_day_writes_the_same_file(tmp_path: Any) -> None:
    """Another hash seed, clock, time zone and folder; and here, a press already warm."""
    program = (
        "import sys, time; time.time = lambda: 4e8;"
        "from tests.sample import *; from pipeline.writers import pdf;"
        "sys.stdout.buffer.write(pdf.write(sample_document(), sample_resources()))"
    )
    root = str(pdf.__file__).rpartition("/pipeline/")[0]
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "4711", "PYTHONPATH": root, "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert told.stdout == sample()
    printed(Section(("Between",), ()))
    assert pdf.write(sample_document(), sample_resources()) == sample()


def test_equal_documents_share_a_press_and_others_do_not_disturb() -> None:
    before = printed(Section(("ɓ",), ()), title="One")
    assert isinstance(sample_document(), Document)
    printed(Section(("漢",), ()), title="Two")
    assert printed(Section(("ɓ",), ()), title="One") == before
