"""Texts that look like markup in some format come out as those texts, in every format."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache

import html5lib
import pypdfium2
import pytest
from lxml import etree
from markdown_it import MarkdownIt

from pipeline.assemble import assemble
from pipeline.document import Document
from pipeline.edition import Edition
from pipeline.verify import verify
from pipeline.writers import WRITERS
from tests.library import BRIEFING, changed, corpus_files, loaded, resources_for

HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a template": "{{ 7*7 }} {% raw %} ${7*7} #{7*7}",
    "bars": "a | b || c |",
    "backticks": "`code` ``more`` ```",
    "entities": "&lt;b&gt; &amp; &#60; &nbsp;",
    "a tag and a comment": "<b>bold</b> <!-- gone --> <![CDATA[x]]>",
    "a link in angles": "<https://example.org> www.example.org",
    "the start of a list": "1. one - two + three # four > five",
    "rules and tables": "--- === *** ~~~ :--- |---|",
    "strikes and subscripts": "~~struck~~ H~2~O x^2^ ==marked==",
    "field codes": "{ PAGE } %PDF-1.7 w:t",
    "10,000 letters": "x" * 10_000,
}


@cache
def document() -> Document:
    """The corpus with every hostile text as a statement of its summary and as a table's cell."""
    statements = "".join(
        f"      - {{text: {{en: {quoted(text)}}}, sources: [charter]}}\n"
        for text in HOSTILE.values()
    )
    rows = "".join(
        f"          - id: row-{number}\n            cells: [{{en: {quoted(text)}}}, x]\n"
        "            sources: [charter]\n"
        for number, text in enumerate(HOSTILE.values())
    )
    files = changed(
        corpus_files(),
        BRIEFING,
        ("    statements:\n", f"    statements:\n{statements}"),
        ("          - id: unified-force\n", f"{rows}          - id: unified-force\n"),
    )
    return assemble(loaded(files), Edition("public", "aes", "en"))


def quoted(text: str) -> str:
    """A text in double quotes for YAML; what our own markup would read is escaped."""
    escaped = re.sub(r"([*\[\]^])", r"\\\1", text)
    return '"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"'


@cache
def rendition(format: str) -> bytes:
    return WRITERS[format].write(document(), resources_for(document()))


def words(format: str) -> str:
    """What a reader of a rendition sees, without any blanks."""
    data = rendition(format)
    match format:
        case "html":
            tree = html5lib.parse(data, namespaceHTMLElements=False)
            body = tree.find("body")
            assert body is not None
            seen = "".join(body.itertext())
        case "docx":
            main = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
            seen = "".join(str(node.text) for node in main.iter("{*}t"))
        case "pdf":
            # A line that the page breaks off ends in these two.
            pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data)]
            seen = "".join(pages).replace("\ufffe", "").replace("\u00ad", "")
        case "markdown":
            tokens = MarkdownIt("commonmark").enable("table").parse(data.decode())
            seen = "".join(
                child.content
                for token in tokens
                for child in token.children or ()
                if child.type == "text"
            )
        case _:
            seen = data.decode().replace('\\"', '"')
    return re.sub(r"\s", "", seen)


@pytest.mark.parametrize("format", WRITERS)
@pytest.mark.parametrize("case", [case for case in HOSTILE if case != "10,000 letters"])
def test_it_comes_out_as_that_text(case: str, format: str) -> None:
    assert words(format).count(re.sub(r"\s", "", HOSTILE[case])) >= 2


@pytest.mark.parametrize("format", WRITERS)
def test_a_word_without_end_is_whole(format: str) -> None:
    # A folio or a running head may stand between two pages of it.
    assert words(format).count("x") >= 20_000


@pytest.mark.parametrize("format", WRITERS)
def test_nothing_else_is_lost_by_it(format: str) -> None:
    assert list(verify(document(), format, rendition(format))) == []
