"""The facts box: what a reader wants at a glance."""

from __future__ import annotations

from pipeline.document import Blocks, Box, Definition, Definitions, Paragraph
from pipeline.record import Record, Statement
from pipeline.values import Id, Prose, Word
from pipeline.view import View


class Fact(Statement):
    """One line of the box: what is asked (`term`), and the statement that answers it."""

    term: Prose


class Facts(Record):
    """Short answers under their terms, in a box."""

    kind: Word
    id: Id
    title: Prose
    facts: tuple[Fact, ...]


def lower(block: Facts, view: View) -> Blocks:
    """A box that holds one definition a fact."""
    items = tuple(
        Definition(view.words(fact.term), (Paragraph(view.say(fact)),), fact.id or "")
        for fact in block.facts
    )
    return (Box(view.words(block.title), (Definitions(items, "facts"),), "facts", block.id),)
