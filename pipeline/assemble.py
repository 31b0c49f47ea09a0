"""A Library and an edition to a Document: blocks lowered, everything counted, references listed.

In: records of one library, all languages and audiences. Out: one Document, ready to print.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from pipeline import blocks
from pipeline.citation import printed as printed_reference
from pipeline.diagnostic import Span
from pipeline.document import (
    Blocks,
    Box,
    Citation,
    Definitions,
    Document,
    Figure,
    Image,
    Inlines,
    Item,
    Labels,
    Link,
    List,
    Metadata,
    Node,
    Note,
    Paragraph,
    Section,
    Strong,
    Table,
    text,
    transform,
    walk,
)  # fmt: skip
from pipeline.edition import Edition, redact_library
from pipeline.graphic import Drawing, drawing
from pipeline.library import Briefing, Library
from pipeline.record import Audience, PictureFile, Reference
from pipeline.summary import summarised
from pipeline.typography import typeset
from pipeline.values import Text
from pipeline.view import View

Cite: TypeAlias = Callable[[Reference, str, bytes], Inlines]  # a reference's printed form


def assemble(library: Library, edition: Edition, cite: Cite = printed_reference) -> Document:
    """The edition as a Document. The library must be free of errors: what `check` reports as an
    error may raise KeyError here. `cite` lets a caller remember printed references."""
    visible = redact_library(library, edition.audience)
    briefing = visible.briefings[edition.briefing]
    view = _view(visible, edition.language)
    front, body = _lowered(briefing.front, view), _lowered(briefing.body, view)
    nodes = list(walk((front, body)))
    imprint = _imprint(briefing, visible, view, nodes)
    style = visible.citation_style
    front, body = _counted((front, body + imprint), nodes, view, cite, style)
    document = Document(
        id=edition.briefing,
        language=edition.language,
        series=_optional(briefing.series, view),
        title=view.plain(briefing.title),
        subtitle=_optional(briefing.subtitle, view),
        dateline=_dateline(briefing, view),
        marking=_marking(library.audiences[edition.audience]),
        metadata=_metadata(briefing, edition, view),
        labels=_labels(briefing, view),
        front=front,
        body=body,
    )
    whole: Document = typeset(document, edition.language)
    return whole


def drawings(library: Library, language: str) -> dict[str, tuple[Drawing, Span]]:
    """What every picture of the library is made from in this language, and where its record
    stands, by the digest that an Image of a Document holds."""
    view = _view(library, language)
    pictures = (picture for picture in library.pictures.values() if picture.media == "picture")
    made = [
        *((drawing(one.file, library.files[one.file]), one.id.span) for one in pictures),
        *((view.drawing(one), one.id.span) for one in library.graphics.values()),
    ]
    return {one.digest: (one, place) for one, place in made}


def _view(library: Library, language: str) -> View:
    return View(
        language=language,
        terms=library.terms[language],
        entities=library.entities,
        events=library.events,
        graphics=library.graphics,
        provisions=library.provisions,
        institutions=library.institutions,
        disagreements=library.disagreements,
        claims=library.claims,
        pictures=library.pictures,
        references=library.references,
        files=library.files,
        theme=library.theme,
    )


def _lowered(parts: tuple[blocks.Block, ...], view: View) -> Blocks:
    return tuple(node for part in parts for node in blocks.lower(part, view))


# Masthead and imprint ----------------------------------------------------------------------


def _optional(text: Text | None, view: View) -> str:
    return view.plain(text) if text else ""


def _dateline(briefing: Briefing, view: View) -> str:
    date = view.date(briefing.date)
    if briefing.cut_off is None:
        return date
    return f"{date} · {view.terms.cut_off} {view.date(briefing.cut_off)}"


def _marking(audience: Audience) -> str:
    return str(audience.marking or "")


def _metadata(briefing: Briefing, edition: Edition, view: View) -> Metadata:
    return Metadata(
        identifier=f"{edition.briefing}.{edition.language}",
        description=_optional(briefing.description or briefing.subtitle, view),
        authors=tuple(_author(name) for name in briefing.authors),
        publisher=str(briefing.publisher or ""),
        issued=briefing.date.lower.isoformat(),
        keywords=tuple(view.plain(keyword) for keyword in briefing.keywords),
        license=str(briefing.license or ""),
    )


def _author(name: Any) -> str:
    return str(name.literal or " ".join(part for part in (name.given, name.family) if part))


def _labels(briefing: Briefing, view: View) -> Labels:
    terms = view.terms
    return Labels(
        contents=str(terms.contents) if briefing.contents else "",
        notes=str(terms.notes),
        page=str(terms.page),
        of=str(terms.of),
        table_view=str(terms.table_view),
    )


def _imprint(briefing: Briefing, library: Library, view: View, nodes: list[Node]) -> Blocks:
    """Who publishes this, under which licence, whose pictures it shows, and what ratings mean."""
    terms, date = view.terms, view.date(briefing.date)
    credits = [
        f"{view.plain(picture.credit)}, {_license(picture.license, view)}"
        for picture in _pictures(nodes, library, view)
    ]
    lines = [
        *([f"{terms.published} {briefing.publisher}, {date}."] if briefing.publisher else [date]),
        *([f"{terms.license} {_license(briefing.license, view)}."] if briefing.license else []),
        *([f"{terms.credits} {'; '.join(dict.fromkeys(credits))}."] if credits else []),
        str(terms.ratings),
    ]
    return (Box((), tuple(Paragraph((line,)) for line in lines), "imprint", "imprint"),)


def _license(spdx: str, view: View) -> str:
    """A licence as readers know it: "CC BY 4.0" for CC-BY-4.0."""
    if spdx == "LicenseRef-Public-Domain":
        return str(view.terms.public_domain)
    return re.sub(r"-(?=\d)", " ", spdx).replace("CC-", "CC ").replace("CC0-", "CC0 ")


def _pictures(nodes: list[Node], library: Library, view: View) -> Iterator[PictureFile]:
    """The pictures and the map data that these nodes show."""
    shown = {node.digest for node in nodes if isinstance(node, Image)}
    for picture in library.pictures.values():
        if (
            picture.media == "picture"
            and drawing(picture.file, library.files[picture.file]).digest in shown
        ):
            yield picture
    for graphic in library.graphics.values():
        if graphic.map and view.drawing(graphic).digest in shown:
            yield library.pictures[graphic.map.id]


# Counting ----------------------------------------------------------------------------------


def _counted(
    parts: tuple[Blocks, Blocks], nodes: list[Node], view: View, cite: Cite, style: bytes
) -> tuple[Blocks, Blocks]:
    """Citations, notes, figures and tables get their numbers in printed order, pointers their
    words, the list of references its entries, and the summary of sources its counts. `nodes` are
    those in `parts`, as they stand there; the imprint holds none of these."""
    cited = dict.fromkeys(node.target for node in nodes if isinstance(node, Citation))
    numbers = {target: str(number) for number, target in enumerate(cited, 1)}
    entries = tuple(_entry(view.references[id], view, cite, style) for id in cited)
    labels = _labelled(nodes, view)
    titles = {node.id: text(node.title) for node in nodes if isinstance(node, Section | Box)}
    note_numbers = itertools.count(1)

    def count(node: Any) -> Any:
        match node:
            case Citation():
                return Citation(f"ref-{node.target}", numbers[node.target], node.locator)
            case Note():
                number = next(note_numbers)
                return replace(node, id=f"note-{number}", label=str(number))
            case Figure() | Table() if node.id in labels:
                return replace(node, label=labels[node.id])
            case Link(content=()):
                return replace(node, content=((labels | titles)[node.target.removeprefix("#")],))
            case List(role="references"):
                return replace(node, items=entries)
            case Definitions(role="sourcing"):
                known = [view.references[id] for id in cited]
                return replace(node, items=summarised(nodes, known, view))
            case _:
                return node

    front, body = transform(parts, count)
    return front, body


def _labelled(nodes: Iterable[Node], view: View) -> dict[str, str]:
    """The label of each figure and of each table that has a caption, by its id."""
    counters = {Figure: itertools.count(1), Table: itertools.count(1)}
    words = {Figure: view.terms.figure, Table: view.terms.table}
    return {
        node.id: f"{words[type(node)]} {next(counters[type(node)])}"
        for node in nodes
        if isinstance(node, Figure | Table) and node.caption
    }


def _entry(reference: Reference, view: View, cite: Cite, style: bytes) -> Item:
    """A reference as it is listed: its printed form, then its two ratings."""
    rating = f"{reference.reliability}{reference.credibility}"
    printed = (*cite(reference, view.language, style), " ", Strong((rating,)))
    return Item((Paragraph(printed),), f"ref-{reference.id}")
