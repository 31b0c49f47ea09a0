"""Labelled statements: what marks the subject of the briefing."""

from __future__ import annotations

from pipeline.document import Blocks, Definition, Definitions, Paragraph
from pipeline.record import Record, Statement
from pipeline.values import Id, Prose, Word
from pipeline.view import View


class Characteristic(Record):
    """A term and the statements under it."""

    id: Id
    term: Prose
    statements: tuple[Statement, ...]


class Characteristics(Record):
    """Terms with their statements."""

    kind: Word
    id: Id
    title: Prose | None = None
    characteristics: tuple[Characteristic, ...]


def lower(block: Characteristics, view: View) -> Blocks:
    """One definition a characteristic, one paragraph a statement."""
    items = tuple(
        Definition(
            view.words(one.term),
            tuple(Paragraph(view.say(said), id=said.id or "") for said in one.statements),
            one.id,
        )
        for one in block.characteristics
    )
    content = (Definitions(items, "characteristics"),)
    return view.section(block.id, block.title, content, "characteristics")
