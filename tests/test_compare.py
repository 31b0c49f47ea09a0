"""A redline: what one Document has and another has not."""

from __future__ import annotations

from dataclasses import replace

from pipeline.compare import compare
from pipeline.document import (
    Blocks,
    Column,
    Deleted,
    Document,
    Inserted,
    Item,
    Labels,
    List,
    Metadata,
    Paragraph,
    Row,
    Section,
    Table,
)  # fmt: skip


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
