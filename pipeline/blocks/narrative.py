"""Prose: statements as paragraphs or as a list."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pipeline.document import Blocks, Item, List, Paragraph
from pipeline.record import Record, Statement
from pipeline.values import Flag, Id, Prose, Word, one_of
from pipeline.view import View


class Narrative(Record):
    """Statements in a row. `form: bullets` prints them as a list; `lead: true` prints the first
    paragraph larger, as the bottom line."""

    kind: Word
    id: Id
    title: Prose | None = None
    lead: Flag = False
    form: Annotated[Literal["paragraphs", "bullets"], one_of("paragraphs", "bullets")] = (
        "paragraphs"
    )
    statements: tuple[Statement, ...]


def lower(block: Narrative, view: View) -> Blocks:
    """Paragraphs, or a list with one item a statement."""
    paragraphs = tuple(Paragraph(view.say(said), id=said.id or "") for said in block.statements)
    content: Blocks = paragraphs
    if block.form == "bullets":
        content = (List(tuple(Item((paragraph,)) for paragraph in paragraphs)),)
    elif block.lead:
        content = (*(replace(first, role="lead") for first in paragraphs[:1]), *paragraphs[1:])
    return view.section(block.id, block.title, content, "narrative")
