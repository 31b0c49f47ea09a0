"""Further reading: addresses worth following."""

from __future__ import annotations

from pipeline.document import Blocks, Inlines, Item, Link, List, Paragraph
from pipeline.record import Record
from pipeline.values import Id, Prose, ReferenceRef, Word
from pipeline.view import View


class LinkRecord(Record):
    """What a reader finds, and the reference that has its address."""

    text: Prose
    reference: ReferenceRef
    note: Prose | None = None


class Links(Record):
    """Links to references with an address, each with a name and, if it helps, a note."""

    kind: Word
    id: Id
    title: Prose
    links: tuple[LinkRecord, ...]


def lower(block: Links, view: View) -> Blocks:
    """A list with one item a link: its name, its address, its citation."""
    items = tuple(Item((Paragraph(_link(link, view)),)) for link in block.links)
    return view.section(block.id, block.title, (List(items, role="links"),), "links")


def _link(link: LinkRecord, view: View) -> Inlines:
    target = str(view.references[link.reference.id].url)
    note = (". ", *view.words(link.note)) if link.note else ()
    cited = view.pointed(link.reference)
    return (*view.words(link.text), ": ", Link(target, (target,)), " ", cited, *note)
