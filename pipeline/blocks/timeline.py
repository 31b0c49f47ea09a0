"""Dated events in order, as a table, with a graphic above it if there is one."""

from __future__ import annotations

from pipeline import dates
from pipeline.document import Block, Blocks, Column, Row, Strong
from pipeline.record import Event, Record
from pipeline.values import EventRef, GraphicRef, Id, Prose, Word
from pipeline.view import View


class Timeline(Record):
    """Events by their ids, in any order: they are printed by date."""

    kind: Word
    id: Id
    title: Prose | None = None
    caption: Prose
    graphic: GraphicRef | None = None
    events: tuple[EventRef, ...]


def lower(block: Timeline, view: View) -> Blocks:
    """A table with a row an event: its date, then what happened and the sources."""
    events = sorted(
        (view.events[ref.id] for ref in block.events), key=lambda e: dates.order(e.date)
    )
    columns = (Column((view.terms.date,)), Column((view.terms.event,), width=4.0))
    table = view.table(block, columns, (_row(event, view) for event in events), "timeline")
    content: tuple[Block, ...] = (table,)
    if block.graphic:
        content = (view.figure(block.graphic), table)
    return view.section(block.id, block.title, content, "timeline")


def _row(event: Event, view: View) -> Row:
    said = view.words(event.text)
    date = Strong((view.date(event.date),))
    return Row(((date,), said + view.cite(event.sources, said)), f"event-{event.id}")
