"""The source summary of ICD 206: what the briefing rests on, counted."""

from __future__ import annotations

from pipeline.document import Blocks, Definitions, Paragraph
from pipeline.record import Record, Statement
from pipeline.values import Id, Prose, Word
from pipeline.view import View


class Sourcing(Record):
    """Where the summary of the sources stands: how many references, of which grades and languages,
    which judgements rest on one alone; assembly counts. `statements` say what else limits it."""

    kind: Word
    id: Id
    title: Prose
    statements: tuple[Statement, ...] = ()


def lower(block: Sourcing, view: View) -> Blocks:
    """The statements, and a place for what assembly counts."""
    said = tuple(Paragraph(view.say(one), id=one.id or "") for one in block.statements)
    content: Blocks = (*said, Definitions((), "sourcing"))
    return view.section(block.id, block.title, content, "sourcing")
