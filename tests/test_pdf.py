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
import pypdfium2
import pytest
from hypothesis import given, settings

from pipeline.document import (
    Block,
    Citation,
    Column,
    Document,
    Figure,
    Image,
    Link,
    Note,
    Paragraph,
    Picture,
    Row,
    Section,
    Strong,
    Table,
    walk,
)
from pipeline.writers import pdf
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


# Lines ---------------------------------------------------------------------------------------


def test_no_line_is_broken_after_its_first_word() -> None:
    """A line that fits but for the space before a citation broke there, whatever its width."""
    paragraphs = (
        Paragraph(("Start " + "wide words " * 7 + "." * dots + " ", Citation("r", "1234")))
        for dots in range(40)
    )
    lines = "\n".join(page_texts(printed(*paragraphs))).splitlines()
    assert sum(line.startswith("Start wide") for line in lines) == 40


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
