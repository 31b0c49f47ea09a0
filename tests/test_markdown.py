"""Markdown: what is written, letter by letter, and that every text comes out as that text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from pipeline.document import (
    Block,
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
    Inlines,
    Inserted,
    Item,
    Link,
    List,
    Note,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
)
from pipeline.verify import verify
from pipeline.writers import markdown
from tests.documents import HOSTILE
from tests.sample import sample_document, sample_resources

PICTURE = sorted(sample_resources().pictures)[0]


def written(*blocks: Block) -> str:
    """The Markdown of a body, without the front matter and the masthead."""
    page = markdown.write(holding(*blocks), sample_resources()).decode()
    return page.partition("# T\n\n")[2]


def holding(*blocks: Block) -> Document:
    return replace(
        sample_document(), series="", title="T", subtitle="", dateline="", marking="",
        front=(), body=blocks,
    )  # fmt: skip


def line(*content: Inline) -> str:
    return written(Paragraph(content)).removesuffix("\n")


# The frame ---------------------------------------------------------------------------------


def test_front_matter_and_masthead_come_first() -> None:
    page = markdown.write(sample_document(), sample_resources()).decode()
    assert page.startswith(
        """---
title: "Alliance of Sahel States"
subtitle: "From a defence pact to a confederation, and what its members now share"
date: "2026-03-14"
lang: "en"
author: ["Policy desk", "Awa Diarra"]
publisher: "Briefing Pipeline"
description: "How the Alliance of Sahel States came about and what it may become."
keywords: ["Sahel", "collective defence", "ECOWAS"]
license: "CC-BY-4.0"
identifier: "sahel.en"
---

Regional security briefing

# Alliance of Sahel States

**From a defence pact to a confederation, and what its members now share**

14 March 2026 · Third edition

**TLP:CLEAR**
"""
    )


def test_a_title_cannot_leave_the_front_matter() -> None:
    document = replace(holding(), title='---\\ "x": {{ 7*7 }} \u2028')
    data = markdown.write(document, sample_resources())
    assert data.startswith(b'---\ntitle: "---\\\\ \\"x\\": {{ 7*7 }} \\u2028"\n')
    assert list(verify(document, "markdown", data)) == []


# Blocks ------------------------------------------------------------------------------------


def test_headings_go_six_deep() -> None:
    blocks: Blocks = ()
    for depth in range(7, 0, -1):
        blocks = (Section((f"Level {depth}",), blocks),)
    assert written(*blocks).split("\n\n") == [
        "## Level 1", "### Level 2", "#### Level 3", "##### Level 4", "###### Level 5",
        "###### Level 6", "###### Level 7\n",
    ]  # fmt: skip


def test_two_lists_in_a_row_stay_two() -> None:
    items = (Item((Paragraph(("a",)),)), Item((Paragraph(("b",)),)))
    assert written(List(items), List(items), List(items, ordered=True), List(items)) == (
        "- a\n- b\n\n* a\n* b\n\n1. a\n2. b\n\n* a\n* b\n"
    )


def test_an_item_may_open_with_a_list_or_a_box() -> None:
    inner = List((Item((Paragraph(("a",)),)),))
    empty = Paragraph(("",))
    box = Box(("b",), ())
    link = Paragraph((Link("#i", ("i",)),))
    assert written(link, List((Item((inner,)), Item((empty, box), id="i")))) == (
        '[i](#i)\n\n- - a\n\n- <a id="i"></a>\n\n  > **b**\n'
    )


def test_definitions_are_a_list_with_bold_terms() -> None:
    item = Definition(("Seat",), (Paragraph(("Niamey",)),))
    assert written(Definitions((item,))) == "- **Seat**\n\n  Niamey\n"


def test_a_table_has_its_caption_above_and_its_source_below() -> None:
    table = Table(
        (Column(("State",)), Column((), align="end"), Column(("C",), align="center")),
        (Row((("Mali | Niger",), (), ("`x`",))),),
        caption=("States",),
        label="Table 1",
        source=("Source: us.",),
    )
    assert written(table) == (
        "**Table 1.** States\n\n"
        "| State | | C |\n| --- | --: | :-: |\n| Mali \\| Niger | | \\`x\\` |\n\nSource: us.\n"
    )


def test_a_figure_prints_its_twin() -> None:
    twin = Table((Column(("Year",)),), (Row((("2024",),)),))
    path = markdown.picture_path(PICTURE, sample_resources().pictures[PICTURE])
    figure = Figure(Image(PICTURE, "Bars [rise]"), ("Losses",), label="Figure 1", twin=twin)
    assert written(figure) == (
        f"![Bars \\[rise\\]]({path})\n\n**Figure 1.** Losses\n\n| Year |\n| --- |\n| 2024 |\n"
    )


@pytest.mark.parametrize("digest", sorted(sample_resources().pictures))
def test_a_picture_lies_beside_the_page(digest: str) -> None:
    picture = sample_resources().pictures[digest]
    suffix = "svg" if picture.vector else "png"
    assert markdown.picture_path(digest, picture) == f"pictures/{digest[:16]}.{suffix}"


def test_a_box_is_a_quotation() -> None:
    assert written(Box(("At a glance",), (Paragraph(("a",)), Paragraph(("b",))))) == (
        "> **At a glance**\n>\n> a\n>\n> b\n"
    )


def test_notes_stand_at_the_end() -> None:
    note = Note("n", "1", ("See ", Emphasis(("this",)), "."))
    assert written(Paragraph(("A", note, "(b)")), Paragraph(("c",))) == (
        "A[^1]\\(b)\n\nc\n\n[^1]: See *this*.\n"
    )


def test_only_what_is_pointed_at_has_an_anchor() -> None:
    reference = Item((Paragraph(("Charter.",)),), id="ref-1")
    other = Item((Paragraph(("Other.",)),), id="ref-2")
    assert written(
        Paragraph(("So", Citation("ref-1", "12", "art. 6"))), List((reference, other), ordered=True)
    ) == ('So[\\[12, art. 6\\]](#ref-1)\n\n1. <a id="ref-1"></a>Charter.\n2. Other.\n')


# Inlines -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ((Emphasis(("a",)), " b"), "*a* b"),
        (("a", Emphasis(("b",)), "c"), "a*b*c"),
        (("a", Strong(("“b”",)), "c"), "a<strong>“b”</strong>c"),
        (("a ", Strong(("“b”",)), " c"), "a **“b”** c"),
        ((Emphasis(("a",)), Emphasis(("b",))), "<em>a</em>*b*"),
        ((Emphasis(("a ", Strong(("b",)))),), "<em>a **b**</em>"),
        (("*", Emphasis(("a",))), "\\*<em>a</em>"),
        ((Emphasis((" a",)), "b"), "<em> a</em>b"),
        ((Foreign("fr", ("Le Monde",)),), '<span lang="fr">Le Monde</span>'),
        ((Inserted(("a",)), Deleted(("b",))), "<ins>a</ins><del>b</del>"),
        ((Link("https://e.org/a_(b)?c&d", ("https://e.org",)),),
         "[https\\://e.org](<https://e.org/a_(b)?c&d>)"),
        ((Link("https://e.org/a_(b)?c&d", ("https://e.org/a_(b)?c&d",)),),
         "<https://e.org/a_(b)?c&d>"),
        ((Link("https://e.org/?a&copy;", ("https://e.org/?a&copy;",)),),
         "[https\\://e.org/?a\\&copy;](https://e.org/?a\\&copy;)"),
        (("see!", Link("#x", ("y",))), "see\\![y](#x)"),
    ],
)  # fmt: skip
def test_inlines(content: Inlines, expected: str) -> None:
    assert line(*content) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1986. A great year", "1986\\. A great year"),
        ("- a", "\\- a"),
        ("-5 %", "-5 %"),
        ("+ a", "\\+ a"),
        ("# a", "\\# a"),
        ("---", "\\---"),
        ("snake_case _x_", "snake_case \\_x\\_"),
        ("AT&T &amp; &#42;", "AT&T \\&amp; \\&#42;"),
        ("{{ 7*7 }} {% raw %}", "{{ 7\\*7 }} {% raw %}"),
        ("<script>", "\\<script\\>"),
        ("\u00a0a\u00a0b\u00a0", "&#160;a\u00a0b&#160;"),
        ("https://example.org and www.example.org",
         "https\\://example.org and www\\.example.org"),
        ("a@e.org, @e", "a\\@<!-- -->e.org, \\@e"),
        ("10:30, :smile:", "10:30, \\:smile:"),
        ("W" * 10_000, "W" * 10_000),
    ],
)  # fmt: skip
def test_texts(text: str, expected: str) -> None:
    assert line(text) == expected


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_comes_out_anywhere(text: str) -> None:
    text = " ".join(text.split(" ")).strip(" ")
    cell = (text, Emphasis((text,)), text)
    document = holding(
        Paragraph((text,)),
        Paragraph(("x", Strong((text,)), text, Link("https://e.org/", (text,)), text)),
        Section((text,), (List((Item((Paragraph((text, " ", text)),)),)),)),
        Table((Column((text,)), Column(())), (Row((cell, ())), Row(((), (text,))))),
        Paragraph((Note("n-1", "1", (text,)), text, Image(PICTURE, text), text)),
    )
    data = markdown.write(document, sample_resources())
    assert list(verify(document, "markdown", data)) == []


def test_no_text_becomes_markup() -> None:
    """A stricter reading than `verify`: no emphasis, no code, no HTML, no link where none is."""
    page = written(*(Paragraph((text,)) for text in HOSTILE))
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(page)
    kinds = {token.type for token in tokens}
    # A comment parts what would look like an e-mail address.
    kinds |= {
        child.type
        for token in tokens
        for child in token.children or ()
        if child.content != "<!-- -->"
    }
    assert kinds <= {"paragraph_open", "inline", "text", "paragraph_close"}
