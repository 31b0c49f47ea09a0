"""What earlier accounts say, and how it stands up."""

from __future__ import annotations

from pipeline.document import Blocks, Column, Row, Strong
from pipeline.record import Claim, Record
from pipeline.terms import term
from pipeline.values import ClaimRef, Id, Prose, Word
from pipeline.view import View


class Claims(Record):
    """Claims of earlier accounts by their ids, in this order, as a table."""

    kind: Word
    id: Id
    title: Prose | None = None
    caption: Prose
    claims: tuple[ClaimRef, ...]


def lower(block: Claims, view: View) -> Blocks:
    """A table with a row a claim: its words, then the verdict and what the record says."""
    terms = view.terms
    columns = (Column((terms.claim,), width=2.0), Column((terms.correction,), width=5.0))
    rows = (_row(view.claims[ref.id], view) for ref in block.claims)
    table = view.table(block, columns, rows, "claims")
    return view.section(block.id, block.title, (table,), "claims")


def _row(one: Claim, view: View) -> Row:
    verdict = Strong((f"{term(view.terms.verdicts, one.verdict)}.",))
    said = view.words(one.correction)
    cells = (view.words(one.claim), (verdict, " ", *said, *view.cite(one.sources, said)))
    return Row(cells, one.id)
