"""What was set up, by date, with its state of play."""

from __future__ import annotations

from pipeline import dates
from pipeline.document import Blocks, Column, Row
from pipeline.record import Institution, Record
from pipeline.values import Id, InstitutionRef, Prose, Word
from pipeline.view import View


class Institutions(Record):
    """Institutions by their ids, in any order: they are printed by date."""

    kind: Word
    id: Id
    title: Prose | None = None
    caption: Prose
    institutions: tuple[InstitutionRef, ...]


def lower(block: Institutions, view: View) -> Blocks:
    """A table with a row an institution: its date, its name, then what is known of it."""
    terms = view.terms
    listed = sorted(
        (view.institutions[ref.id] for ref in block.institutions),
        key=lambda one: dates.order(one.date),
    )
    columns = (
        Column((terms.date,), width=3.0),
        Column((terms.institution,), width=4.0),
        Column((terms.state_of_play,), width=12.0),
    )
    rows = (_row(institution, view) for institution in listed)
    table = view.table(block, columns, rows, "institutions", row_headers=False)
    return view.section(block.id, block.title, (table,), "institutions")


def _row(one: Institution, view: View) -> Row:
    as_of = (f" ({view.as_of(one.as_of)})",) if one.as_of else ()
    said = view.words(one.text) + as_of
    cells = ((view.date(one.date),), view.words(one.name), said + view.cite(one.sources, said))
    return Row(cells, one.id)
