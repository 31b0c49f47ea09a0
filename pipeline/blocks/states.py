"""Member states side by side, from their shared records."""

from __future__ import annotations

from typing import Annotated, Literal

from pipeline.document import Blocks, Column, Inlines, Row, Table
from pipeline.record import Entity, Office, Quantity, Record, Statement
from pipeline.terms import term
from pipeline.values import EntityRef, Id, Prose, Text, Word, one_of
from pipeline.view import View

Field = Literal[
    "official-name", "capital", "head-of-state", "head-of-government", "population", "area", "gdp",
    "terrorism-deaths", "currency", "languages",
]  # fmt: skip


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
    table = Table(
        columns=(
            Column((), width=2.0),
            *(Column(_head(state, view), width=3.0) for state in states),
        ),
        rows=tuple(
            Row(
                (
                    (term(view.terms.rows, field),),
                    *(_cell(state, field, view) for state in states),
                )
            )
            for field in block.rows
        ),
        caption=view.words(block.caption),
        row_headers=True,
        role="states",
        id=f"{block.id}-table" if block.title else block.id,
    )
    return view.section(block.id, block.title, (table,), "states")


def _head(state: Entity, view: View) -> Inlines:
    flag = (view.picture(state.flag), " ") if state.flag else ()
    return (*flag, *view.words(state.name))


def _cell(state: Entity, field: str, view: View) -> Inlines:
    value: Text | Office | Quantity | Statement | None = getattr(state, field.replace("-", "_"))
    match value:
        case Text():
            return view.words(value) + view.cite(state.sources)
        case Statement():
            return view.say(value)
        case Quantity():
            return _quantity(value, view)
        case Office():
            return _office(value, view)
        case None:
            return ()


def _quantity(quantity: Quantity, view: View) -> Inlines:
    unit = (" ", *view.words(quantity.unit)) if quantity.unit else ()
    year = (f" ({view.date(quantity.year)})",) if quantity.year else ()
    note = (" ", *view.words(quantity.note)) if quantity.note else ()
    return (view.number(quantity.value), *unit, *year, *view.cite(quantity.sources), *note)


def _office(office: Office, view: View) -> Inlines:
    title = (", ", *view.words(office.title)) if office.title else ()
    since = (f", {view.terms.since} {view.date(office.since)}",) if office.since else ()
    note = ("; ", *view.words(office.note)) if office.note else ()
    as_of = f" ({view.as_of(office.as_of)})"
    return (*view.words(office.name), *title, *since, as_of, *note, *view.cite(office.sources))
