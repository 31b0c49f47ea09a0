"""A redline: what one Document has and another has not."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from pipeline.compare import compare
from pipeline.document import (
    Blocks,
    Box,
    Column,
    Definition,
    Definitions,
    Deleted,
    Document,
    Emphasis,
    Figure,
    Image,
    Inserted,
    Item,
    Labels,
    List,
    Metadata,
    Paragraph,
    Row,
    Section,
    Table,
    text,
    transform,
    walk,
)
from tests.documents import documents


def document(*body: Section) -> Document:
    return Document(
        id="a", language="en", series="", title="A", subtitle="", dateline="", marking="",
        metadata=Metadata("a.en", "", (), "", "2026-01-01", (), "CC0-1.0"),
        labels=Labels("Contents", "Notes", "Page", "of", "Table"), front=(), body=body,
    )  # fmt: skip


def section(*content: Paragraph | List | Table) -> Section:
    return Section(("History",), content, id="history")


def compared(old: Blocks, new: Blocks) -> Blocks:
    body = compare(
        document(Section(("H",), old, id="h")), document(Section(("H",), new, id="h"))
    ).body
    assert isinstance(body[0], Section)
    return body[0].content


def test_equal_documents_show_nothing() -> None:
    same = document(section(Paragraph(("All is as it was.",))))
    assert compare(same, same) == same


def test_a_changed_word_is_shown_as_that_word() -> None:
    (paragraph,) = compared(
        (Paragraph(("It has 5,000 men.",), id="p"),), (Paragraph(("It has 6,000 men.",), id="p"),)
    )
    assert paragraph == Paragraph(
        ("It has ", Deleted(("5,000 ",)), Inserted(("6,000 ",)), "men."), id="p"
    )


def test_a_reworded_paragraph_without_an_id_is_found_by_its_place() -> None:
    (paragraph,) = compared((Paragraph(("One thing.",)),), (Paragraph(("One fact.",)),))
    assert paragraph == Paragraph(("One ", Deleted(("thing.",)), Inserted(("fact.",))))


def test_a_new_row_is_inserted_and_a_lost_one_deleted_without_its_id() -> None:
    def table(*rows: Row) -> Table:
        return Table((Column(("Event",)),), rows, id="t")

    kept, lost, new = (Row(((word,),), id=word) for word in ("kept", "lost", "new"))
    (changed,) = compared((table(kept, lost),), (table(kept, new),))
    assert changed == table(
        kept, Row(((Deleted(("lost",)),),)), Row(((Inserted(("new",)),),), id="new")
    )


def test_a_new_item_of_a_list_is_inserted_whole() -> None:
    first, second = (Item((Paragraph((word,)),), id=word) for word in ("first", "second"))
    (changed,) = compared((List((first,), id="l"),), (List((first, second), id="l"),))
    assert changed == List(
        (first, Item((Paragraph((Inserted(("second",)),)),), id="second")), id="l"
    )


def test_the_newer_front_matter_stands() -> None:
    old = document(section())
    new = replace(old, dateline="later")
    assert compare(old, new).dateline == "later"


def version(redline: Blocks, dropped: type, kept: type) -> list[str]:
    """The words of one version: without what `dropped` marks, with what `kept` marks."""

    def read(node: object) -> object:
        if isinstance(node, dropped):
            return ""
        return Emphasis(node.content) if isinstance(node, kept) else node  # type: ignore[attr-defined]

    return words(transform(redline, read))


def words(blocks: Blocks) -> list[str]:
    """The words of paragraphs, terms, titles and cells, in order."""
    parts: list[str] = []
    for node in walk(blocks):
        match node:
            case Paragraph():
                parts.append(text(node.content))
            case Definition():
                parts.append(text(node.term))
            case Section():
                parts.append(text(node.title))
            case Row():
                parts += [text(cell) for cell in node.cells]
    return " ".join(parts).split()


@settings(max_examples=60, deadline=None)
@given(documents(), documents())
def test_a_redline_holds_the_newer_version_whole(old: Document, new: Document) -> None:
    redline = compare(old, new)
    assert version(redline.body, Deleted, Inserted) == version(new.body, Deleted, Inserted)


def test_what_was_dropped_is_shown_as_dropped() -> None:
    figure = Figure(Image("0", "A map."), ("Where it lies",), "Figure 1", id="map")
    box = Box(("Facts",), (Definitions((Definition(("Founded",), (Paragraph(("2023",)),)),)),))
    table = Table((Column(("Event",)),), (Row((("Coup",),)),), ("Events",), "Table 1", id="t")
    dropped = (Section(("Gone",), (figure, box, table), id="gone"),)
    (section,) = compared(dropped, ())
    assert isinstance(section, Section)
    assert section == Section(
        (Deleted(("Gone",)),),
        (
            Paragraph((Deleted(("Where it lies",)),)),
            Box(
                (Deleted(("Facts",)),),
                (
                    Definitions(
                        (
                            Definition(
                                (Deleted(("Founded",)),),
                                (Paragraph((Deleted(("2023",)),)),),
                            ),
                        )
                    ),
                ),
            ),
            Table(
                (Column((Deleted(("Event",)),)),),
                (Row(((Deleted(("Coup",)),),)),),
                (Deleted(("Events",)),),
            ),
        ),
    )


def test_terms_items_and_captions_are_compared_word_by_word() -> None:
    def version_of(word: str) -> Blocks:
        return (
            Definitions((Definition((word,), (Paragraph((word,)),), "d"),), id="ds"),
            List((Item((Paragraph((word,), id="p"),), "i"),), id="l"),
            Box(("Box",), (Paragraph((word,), id="q"),), id="b"),
            Figure(Image("0", "A map."), (word,), "Figure 1", id="f"),
        )

    definitions, items, box, figure = compared(version_of("old"), version_of("new"))
    change = (Deleted(("old",)), Inserted(("new",)))
    assert definitions == Definitions((Definition(change, (Paragraph(change),), "d"),), id="ds")
    assert items == List((Item((Paragraph(change, id="p"),), "i"),), id="l")
    assert box == Box(("Box",), (Paragraph(change, id="q"),), id="b")
    assert figure == Figure(Image("0", "A map."), change, "Figure 1", id="f")


def test_a_table_with_other_columns_is_another_table() -> None:
    def table(*headings: str) -> Table:
        columns = tuple(Column((heading,)) for heading in headings)
        return Table(columns, (Row(tuple((heading,) for heading in headings)),), id="t")

    lost, new = compared((table("a"),), (table("a", "b"),))
    assert lost == Table((Column((Deleted(("a",)),)),), (Row(((Deleted(("a",)),),)),))
    assert isinstance(new, Table)
    assert new.id == "t"
