"""The list of everything that is cited."""

from __future__ import annotations

from pipeline.document import Blocks, List
from pipeline.record import Record
from pipeline.values import Id, Prose, Word
from pipeline.view import View


class References(Record):
    """Where the numbered list of references stands; assembly fills it with what is cited."""

    kind: Word
    id: Id
    title: Prose


def lower(block: References, view: View) -> Blocks:
    """An empty list in the role `references`, under its heading."""
    return view.section(block.id, block.title, (List((), True, "references"),), "references")
