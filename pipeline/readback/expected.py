"""Document -> Reading: what each format should read like, by one walk over the Document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, assert_never

from pipeline.document import (
    Block,
    Blocks,
    Box,
    Citation,
    Definitions,
    Deleted,
    Document,
    Emphasis,
    Figure,
    Foreign,
    Image,
    Inline,
    Inlines,
    Inserted,
    Link,
    List,
    Note,
    Paragraph,
    Row,
    Section,
    Strong,
    Table,
    cited,
    transform,
    walk,
)
from pipeline.readback.line import (
    Anchored,
    Called,
    Closed,
    Kind,
    Line,
    Mark,
    Opened,
    Reading,
    Shown,
)


@dataclass(frozen=True, slots=True)
class Prints:
    """What a format prints where formats differ."""

    twin: bool  # the text twin of a figure, beside the picture
    ornaments: bool = True  # pictures of which nothing is said, or they are no part of the text


PRINTS: Mapping[str, Prints] = {
    "pdf": Prints(twin=False, ornaments=False),
    "docx": Prints(twin=False),
    "markdown": Prints(twin=True),
    "html": Prints(twin=True),
    "json": Prints(twin=True),
}

DEEPEST = 6
"""HTML, Markdown and tagged PDF have six levels of headings; what lies deeper stays at six."""


def expected(document: Document, prints: Prints) -> Reading:
    """The lines of the Document as a format that `prints` so should hold them."""
    if not prints.ornaments:
        document = transform(document, _without_ornament)
    lines = [line for line in _document(document, prints) if any(line.cells)]
    return Reading(tuple(lines), document.language, document.title)


def _without_ornament(node: Any) -> Any:
    return "" if isinstance(node, Image) and not node.alt else node


def _document(document: Document, prints: Prints) -> Iterator[Line]:
    yield _text(document.series)
    yield Line("heading", ((document.title,),), level=1)
    yield _text(document.subtitle)
    yield _text(document.dateline)
    yield _text(document.marking)
    yield from _blocks(document.front, prints, 1)
    yield from _blocks(document.body, prints, 1)
    for note in _notes(document, prints):
        yield _line("note", note.content)


def _notes(document: Document, prints: Prints) -> Iterator[Note]:
    """In the order of their calls; a note that stands in a twin is printed where the twin is."""
    skipped = {
        id(note)
        for figure in walk(document)
        if isinstance(figure, Figure) and not prints.twin
        for note in walk(figure.twin)
    }
    for node in walk(document):
        if isinstance(node, Note) and id(node) not in skipped:
            yield node


def _text(words: str) -> Line:
    return Line("text", ((words,) if words else (),))


# Blocks ------------------------------------------------------------------------------------


def _blocks(blocks: Blocks, prints: Prints, depth: int) -> Iterator[Line]:
    for block in blocks:
        yield from _anchored(block.id, _block(block, prints, depth))


def _block(block: Block, prints: Prints, depth: int) -> Iterator[Line]:
    match block:
        case Paragraph():
            yield _line("text", block.content)
        case Section():
            level = min(depth + 1, DEEPEST)
            yield Line("heading", (_marks(block.title),), level=level)
            yield from _blocks(block.content, prints, depth + 1)
        case List():
            for item in block.items:
                yield from _anchored(item.id, _items(item.content, prints, depth))
        case Definitions():
            for definition in block.items:
                yield from _anchored(
                    definition.id, _definition(definition.term, definition.content, prints, depth)
                )
        case Table():
            yield from _table(block)
        case Figure():
            yield from _figure(block, prints)
        case Box():
            yield _line("title", block.title)
            yield from _blocks(block.content, prints, depth)
        case _:
            assert_never(block)


def _items(content: Blocks, prints: Prints, depth: int) -> Iterator[Line]:
    """The first paragraph of an item is the item; what follows it are lines like others."""
    for number, line in enumerate(_blocks(content, prints, depth)):
        opens = number == 0 and line.kind == "text"
        yield Line("item", line.cells) if opens else line


def _definition(term: Inlines, content: Blocks, prints: Prints, depth: int) -> Iterator[Line]:
    yield _line("item", term)
    yield from _blocks(content, prints, depth)


def _table(table: Table) -> Iterator[Line]:
    yield _caption(table.label, table.caption)
    yield Line("row", tuple(_marks(column.heading) for column in table.columns))
    for row in table.rows:
        yield from _anchored(row.id, _row(row))
    yield _line("text", table.source)


def _row(row: Row) -> Iterator[Line]:
    yield Line("row", tuple(_marks(cell) for cell in row.cells))


def _figure(figure: Figure, prints: Prints) -> Iterator[Line]:
    yield _line("text", (figure.image,))
    yield _caption(figure.label, figure.caption)
    yield _line("text", figure.source)
    if figure.twin and prints.twin:
        yield from _anchored(figure.twin.id, _table(figure.twin))


def _caption(label: str, caption: Inlines) -> Line:
    return _line("text", (f"{label}. ", *caption) if label else caption)


def _line(kind: Kind, content: Inlines) -> Line:
    return Line(kind, (_marks(content),))


def _anchored(name: str, lines: Iterator[Line]) -> Iterator[Line]:
    """The lines, the first and the last of which say where the thing of that name lies."""
    found = [line for line in lines if any(line.cells)]
    if name and found:
        opened, *others = found[0].cells
        found[0] = replace(found[0], cells=((Anchored(name), *opened), *others))
        *others, closed = found[-1].cells
        found[-1] = replace(found[-1], cells=(*others, (*closed, Anchored(name, ends=True))))
    yield from found


# Inlines -----------------------------------------------------------------------------------


def _marks(content: Inlines) -> tuple[Mark, ...]:
    return tuple(mark for inline in content for mark in _mark(inline))


def _mark(inline: Inline) -> Iterator[Mark]:
    match inline:
        case str():
            yield from (inline,) if inline else ()
        case Emphasis() | Strong() | Foreign() | Inserted() | Deleted():
            yield from _marks(inline.content)
        case Link():
            yield from (Opened(inline.target), *_marks(inline.content), Closed())
        case Citation():
            yield from (Opened(f"#{inline.target}"), cited(inline), Closed())
        case Image():
            yield Shown(inline.alt)
        case Note():
            yield Called()
        case _:
            assert_never(inline)
