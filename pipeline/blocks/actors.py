"""Who else acts, from their shared records."""

from __future__ import annotations

from pipeline.document import Blocks, Definition, Definitions, Inlines, Paragraph
from pipeline.record import Entity, Record
from pipeline.values import EntityRef, Id, Prose, Word
from pipeline.view import View


class Actors(Record):
    """Entities by their ids, each with the statements of its record."""

    kind: Word
    id: Id
    title: Prose | None = None
    actors: tuple[EntityRef, ...]


def lower(block: Actors, view: View) -> Blocks:
    """One definition an actor, one paragraph a statement."""
    actors = [view.entities[ref.id] for ref in block.actors]
    items = tuple(
        Definition(
            _name(actor, view),
            tuple(Paragraph(view.say(said), id=said.id or "") for said in actor.statements),
            f"actor-{actor.id}",
        )
        for actor in actors
    )
    return view.section(block.id, block.title, (Definitions(items, "actors"),), "actors")


def _name(actor: Entity, view: View) -> Inlines:
    short = (" (", *view.words(actor.abbreviation), ")") if actor.abbreviation else ()
    return (*view.name(actor), *short)
