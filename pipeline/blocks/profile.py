"""One entity at a glance: the fields of its record, in a box."""

from __future__ import annotations

from typing import Annotated

from pipeline import portrait
from pipeline.document import Blocks, Box, Definition, Definitions, Paragraph
from pipeline.portrait import Field
from pipeline.record import Record
from pipeline.terms import term
from pipeline.values import EntityRef, Id, Prose, Word, one_of
from pipeline.view import View


class Profile(Record):
    """The fields of one entity's record, each with its year and its sources."""

    kind: Word
    id: Id
    title: Prose
    entity: EntityRef
    rows: tuple[Annotated[Field, one_of(*Field.__args__)], ...]


def lower(block: Profile, view: View) -> Blocks:
    """A box that holds one definition a field."""
    entity = view.entities[block.entity.id]
    items = tuple(
        Definition(
            (term(view.terms.rows, field),), (Paragraph(portrait.shown(entity, field, view)),)
        )
        for field in block.rows
    )
    flag = (view.picture(entity.flag), " ") if entity.flag else ()
    title = (*flag, *view.words(block.title))
    return (Box(title, (Definitions(items, "facts"),), "facts", block.id),)
