"""What a charter or a treaty says, place by place."""

from __future__ import annotations

from pipeline.document import Blocks, Column, Row
from pipeline.record import Provision, Record
from pipeline.values import Id, Prose, ProvisionRef, Word
from pipeline.view import View


class Provisions(Record):
    """Provisions by their ids, in this order, as a table."""

    kind: Word
    id: Id
    title: Prose | None = None
    caption: Prose
    provisions: tuple[ProvisionRef, ...]


def lower(block: Provisions, view: View) -> Blocks:
    """A table with a row a provision: its place, then its content and the sources."""
    terms = view.terms
    columns = (Column((terms.provision,)), Column((terms.content,), width=4.0))
    rows = (_row(view.provisions[ref.id], view) for ref in block.provisions)
    table = view.table(block, columns, rows, "provisions")
    return view.section(block.id, block.title, (table,), "provisions")


def _row(provision: Provision, view: View) -> Row:
    said = view.words(provision.text)
    return Row(
        (view.words(provision.title), said + view.cite(provision.sources, said)), provision.id
    )
