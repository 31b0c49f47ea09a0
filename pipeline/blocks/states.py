"""Member states side by side, from their shared records."""

from __future__ import annotations

from typing import Annotated

from pipeline import portrait
from pipeline.document import Blocks, Column, Row
from pipeline.portrait import Field
from pipeline.record import Record
from pipeline.terms import term
from pipeline.values import EntityRef, Id, Prose, Word, one_of
from pipeline.view import View


class States(Record):
    """A table with a column a state and a row a field of its record."""

    kind: Word
    id: Id
    title: Prose | None = None
    caption: Prose
    states: tuple[EntityRef, ...]
    rows: tuple[Annotated[Field, one_of(*Field.__args__)], ...]


def lower(block: States, view: View) -> Blocks:
    """A table; flags stand in the head, each figure with its year and its source."""
    states = [view.entities[ref.id] for ref in block.states]
    columns = (
        Column((), width=2.0),
        *(Column(portrait.heading(state, view), width=3.0) for state in states),
    )
    rows = (
        Row(
            (
                (term(view.terms.rows, field),),
                *(portrait.shown(state, field, view) for state in states),
            )
        )
        for field in block.rows
    )
    table = view.table(block, columns, rows, "states")
    return view.section(block.id, block.title, (table,), "states")
