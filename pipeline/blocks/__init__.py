"""The table of content blocks, and the one block that holds others.

A block is a record type that authors write and a function `lower` that turns it into a handful
of Document nodes. To add one: its file, and its line in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, Union

from pydantic import Discriminator, Tag

from pipeline import document
from pipeline.blocks import (
    actors,
    characteristics,
    claims,
    disagreements,
    facts,
    figures,
    institutions,
    judgements,
    links,
    narrative,
    outlook,
    profile,
    provisions,
    references,
    sourcing,
    states,
    tables,
    timeline,
)  # fmt: skip
from pipeline.document import Blocks
from pipeline.record import Record
from pipeline.source import Scalar
from pipeline.values import Id, Prose, Word
from pipeline.view import View


class Section(Record):
    """A heading over other blocks."""

    kind: Word
    id: Id
    title: Prose
    blocks: tuple[Block, ...]


def _section(block: Section, view: View) -> Blocks:
    content = tuple(node for part in block.blocks for node in lower(part, view))
    return (document.Section(view.words(block.title), content, "section", block.id),)


BLOCKS: Mapping[str, tuple[type[Record], Callable[[Any, View], Blocks]]] = {
    "actors": (actors.Actors, actors.lower),
    "characteristics": (characteristics.Characteristics, characteristics.lower),
    "claims": (claims.Claims, claims.lower),
    "disagreements": (disagreements.Disagreements, disagreements.lower),
    "facts": (facts.Facts, facts.lower),
    "figures": (figures.Figures, figures.lower),
    "institutions": (institutions.Institutions, institutions.lower),
    "judgements": (judgements.Judgements, judgements.lower),
    "links": (links.Links, links.lower),
    "narrative": (narrative.Narrative, narrative.lower),
    "outlook": (outlook.Outlook, outlook.lower),
    "profile": (profile.Profile, profile.lower),
    "provisions": (provisions.Provisions, provisions.lower),
    "references": (references.References, references.lower),
    "section": (Section, _section),
    "sourcing": (sourcing.Sourcing, sourcing.lower),
    "states": (states.States, states.lower),
    "tables": (tables.Tables, tables.lower),
    "timeline": (timeline.Timeline, timeline.lower),
}


def _kind(value: Any) -> str | None:
    """Which type a mapping is to be read as, by what stands under its key `kind`."""
    kind = value.get("kind") if isinstance(value, dict) else None
    return kind.text if isinstance(kind, Scalar) else None


if TYPE_CHECKING:  # the union is made from the table, which a type checker cannot follow
    Block: TypeAlias = Record
else:
    Block = Annotated[
        Union[tuple(Annotated[type_, Tag(kind)] for kind, (type_, _) in BLOCKS.items())],  # noqa: UP007
        Discriminator(_kind),
    ]


def lower(block: Block, view: View) -> Blocks:
    """The block as Document nodes."""
    return _LOWER[type(block)](block, view)


_LOWER = dict(BLOCKS.values())
