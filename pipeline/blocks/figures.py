"""Graphics from their shared records."""

from __future__ import annotations

from pipeline.document import Blocks
from pipeline.record import Record
from pipeline.values import GraphicRef, Id, Prose, Word
from pipeline.view import View


class Figures(Record):
    """Charts and maps by their ids."""

    kind: Word
    id: Id
    title: Prose | None = None
    figures: tuple[GraphicRef, ...]


def lower(block: Figures, view: View) -> Blocks:
    """The figures one after the other."""
    content = tuple(view.figure(ref) for ref in block.figures)
    return view.section(block.id, block.title, content, "figures")
