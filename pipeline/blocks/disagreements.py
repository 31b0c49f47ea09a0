"""Where the sources disagree, and what is used."""

from __future__ import annotations

from pipeline.document import Blocks, Column, Row
from pipeline.record import Disagreement, Record
from pipeline.values import DisagreementRef, Id, Prose, Word
from pipeline.view import View


class Disagreements(Record):
    """Disagreements by their ids, in this order, as a table."""

    kind: Word
    id: Id
    title: Prose | None = None
    caption: Prose
    disagreements: tuple[DisagreementRef, ...]


def lower(block: Disagreements, view: View) -> Blocks:
    """A table with a row a point: what is said, then what is used here and the sources."""
    terms = view.terms
    columns = (
        Column((terms.point,), width=3.0),
        Column((terms.said,), width=7.0),
        Column((terms.used,), width=6.0),
    )
    rows = (_row(view.disagreements[ref.id], view) for ref in block.disagreements)
    table = view.table(block, columns, rows, "disagreements")
    return view.section(block.id, block.title, (table,), "disagreements")


def _row(one: Disagreement, view: View) -> Row:
    used = view.words(one.used)
    cells = (view.words(one.point), view.words(one.said), used + view.cite(one.sources, used))
    return Row(cells, one.id)
