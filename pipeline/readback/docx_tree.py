"""The structure of a Word file, and the one that its Document asks for: the same type, so that the
one can be held against the other.

In: a package, or a Document. Out: its headings, items of lists, rows of tables and notes in their
order, each with what an editor or a screen reader is told of it: how deep, numbered or not, of
which list or table, headed or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import zip_longest
from typing import Literal, TypeAlias, assert_never
from zipfile import ZipFile

from lxml import etree

from pipeline.document import (
    Block,
    Blocks,
    Box,
    Definitions,
    Deleted,
    Document,
    Emphasis,
    Figure,
    Foreign,
    Inline,
    Inlines,
    Inserted,
    Link,
    List,
    Note,
    Paragraph,
    Section,
    Strong,
    Table,
    text,
    transform,
    walk,
)
from pipeline.readback.docx import LAID_OUT, Style, style_of, styles_of

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Piece:
    """`level` is of a heading or an item, from 1. `of` tells the lists and tables of a file apart.
    `marked`: a numbered item; a row that is the heading of its columns."""

    kind: Literal["heading", "item", "row", "note"]
    words: tuple[str, ...]
    level: int = 0
    of: int = 0
    marked: bool = False
    row_headers: bool = False


def differences(document: Document, data: bytes) -> Iterator[tuple[str, str, int]]:
    """The first piece that is not as the Document has it: code, message, and 0 for the page, which
    only Word knows. `data` is a file that was read before, so that nothing in it is broken."""
    for wanted, found in zip_longest(asked(document), told(data)):
        if wanted != found:
            yield "changed-structure", f"{_named(wanted)} stands as {_named(found)}", 0
            return


def _named(piece: Piece | None) -> str:
    if piece is None:
        return "nothing"
    words = " | ".join(piece.words)
    place = f" at level {piece.level}" if piece.level else ""
    place += f" of {'list' if piece.kind == 'item' else 'table'} {piece.of}" if piece.of else ""
    mark = {"item": "numbered ", "row": "heading "}.get(piece.kind, "") if piece.marked else ""
    headed = " with its heading" if piece.row_headers else ""
    return f"the {mark}{piece.kind} “{words}”{headed}{place}"


# What the Document asks for ----------------------------------------------------------------


@dataclass(slots=True)
class _Counts:
    lists: int = 0
    tables: int = 0


def asked(document: Document) -> list[Piece]:
    """The pieces of a Document as Word can hold them: nine levels of headings and of lists."""
    blocks = document.front + document.body
    title = Piece("heading", (_plain(document.title),))
    return [title, *_blocks(blocks, 1, 0, _Counts()), *_asked_notes(blocks)]


def _blocks(blocks: Blocks, depth: int, level: int, counts: _Counts) -> Iterator[Piece]:
    for block in blocks:
        yield from _block(block, depth, level, counts)


def _block(block: Block, depth: int, level: int, counts: _Counts) -> Iterator[Piece]:
    match block:
        case Paragraph() | Figure():
            pass
        case Section():
            yield Piece("heading", (_said(block.title),), min(depth, 9))
            yield from _blocks(block.content, depth + 1, level, counts)
        case Box():  # what it holds does not belong to the item in which it stands
            yield from _blocks(block.content, depth, 0, counts)
        case Definitions():
            inner = 0 if block.role in _IN_CELLS else level
            for definition in block.items:
                yield from _blocks(definition.content, depth, inner, counts)
        case List():
            yield from _items(block, depth, min(level + 1, 9), counts)
        case Table():
            yield from _rows(block, counts)
        case _:
            assert_never(block)


# Definitions of these roles are set as a table of two columns, a way to lay them out.
_IN_CELLS = frozenset(("facts", "sourcing"))


def _items(block: List, depth: int, level: int, counts: _Counts) -> Iterator[Piece]:
    counts.lists += bool(block.items)
    number = counts.lists
    for item in block.items:
        match item.content:
            case (Paragraph() as first, *rest):
                words = _said(first.content)
            case rest:
                words = ""
        yield Piece("item", (words,), level, number, block.ordered)
        yield from _blocks(tuple(rest), depth, level, counts)


def _rows(table: Table, counts: _Counts) -> Iterator[Piece]:
    head = tuple(column.heading for column in table.columns)
    rows = [row.cells for row in table.rows]
    width = max(map(len, (head, *rows)))
    counted = [(head, True)] if any(head) else []
    counted += [(row, False) for row in rows]
    counts.tables += bool(width and counted)
    for cells, marked in counted if width else []:
        words = tuple(_said(cell) for cell in (*cells, *((),) * (width - len(cells))))
        yield Piece("row", words, 0, counts.tables, marked, table.row_headers)


def _asked_notes(blocks: Blocks) -> Iterator[Piece]:
    """In printed order; a note in a note is part of it, and twins of figures are not printed."""
    printed = transform(blocks, lambda n: replace(n, twin=None) if isinstance(n, Figure) else n)
    nodes = walk(printed)
    for node in nodes:
        if isinstance(node, Note):
            yield Piece("note", (_plain(_with_notes(node.content)),))
            for _ in range(sum(1 for _ in walk(node)) - 1):
                next(nodes)


def _with_notes(content: Inlines) -> str:
    return "".join(_whole(inline) for inline in content)


def _whole(inline: Inline) -> str:
    match inline:
        case Note():
            return " " + _with_notes(inline.content)
        case Emphasis() | Strong() | Foreign() | Link() | Inserted() | Deleted():
            return _with_notes(inline.content)
        case _:
            return text((inline,))


def _said(content: Inlines) -> str:
    return _plain(text(content))


def _plain(words: str) -> str:
    # A no-break space is a character of a word.
    return " ".join(word for word in re.split("[ \t\r\n]+", words) if word)


# What the file tells -----------------------------------------------------------------------

_Element: TypeAlias = etree._Element


@dataclass(slots=True)
class _File:
    styles: Mapping[str, Style]
    bullets: frozenset[tuple[str, str]]  # by list and level
    lists: dict[tuple[str, int, int], int] = field(default_factory=dict)
    seen: dict[tuple[str, int], int] = field(default_factory=dict)  # items, by list and level
    tables: int = 0


def told(data: bytes) -> list[Piece]:
    """The pieces of a package."""
    with ZipFile(BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name[-4:] == ".xml"}
    trees = {name: _tree(part) for name, part in parts.items()}
    file = _File(styles_of(trees["word/styles.xml"]), _bullets(trees["word/numbering.xml"]))
    body = trees["word/document.xml"]
    [content] = body.iter(f"{_WORD}body")
    return [*_elements(file, content), *_told_notes(file, body, trees["word/footnotes.xml"])]


def _tree(part: bytes) -> _Element:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, huge_tree=True))


def _bullets(numbering: _Element) -> frozenset[tuple[str, str]]:
    forms = {
        (one.get(f"{_WORD}abstractNumId"), level.get(f"{_WORD}ilvl", ""))
        for one in numbering.iter(f"{_WORD}abstractNum")
        for level in one.iter(f"{_WORD}lvl")
        if _value(level, "numFmt") == "bullet"
    }
    return frozenset(
        (number.get(f"{_WORD}numId", ""), level)
        for number in numbering.iter(f"{_WORD}num")
        for form, level in forms
        if _value(number, "abstractNumId") == form
    )


def _value(element: _Element, path: str) -> str:
    found = element.find("/".join(_WORD + name for name in path.split("/")))
    return "" if found is None else found.get(f"{_WORD}val", "")


def _elements(file: _File, parent: _Element) -> Iterator[Piece]:
    """The contents list is no part of it: it says the headings once more."""
    for element in parent:
        if element.tag == f"{_WORD}p":
            yield from _paragraph(file, element)
        elif element.tag == f"{_WORD}tbl":
            yield from _table(file, element)


def _paragraph(file: _File, paragraph: _Element) -> Iterator[Piece]:
    style = style_of(file.styles, paragraph, "pPr/{}pStyle")
    number, level = (_value(paragraph, f"pPr/numPr/{name}") for name in ("numId", "ilvl"))
    if style.level:
        yield Piece("heading", (_words(file, paragraph),), style.level - 1)
    elif number:
        of = _list(file, number, int(level))
        numbered = (number, level) not in file.bullets
        yield Piece("item", (_words(file, paragraph),), int(level) + 1, of, numbered)


def _list(file: _File, number: str, level: int) -> int:
    """The lists of the lower levels of a list start anew under each item of a higher one."""
    above = max((seen for (n, at), seen in file.seen.items() if n == number and at < level),
                default=0)  # fmt: skip
    file.seen[number, level] = max(file.seen.values(), default=0) + 1
    return file.lists.setdefault((number, level, above), len(file.lists) + 1)


def _table(file: _File, table: _Element) -> Iterator[Piece]:
    laid_out = style_of(file.styles, table, "tblPr/{}tblStyle").name == LAID_OUT
    file.tables += not laid_out
    number = file.tables
    look = table.find(f"{_WORD}tblPr/{_WORD}tblLook")
    row_headers = look is not None and look.get(f"{_WORD}firstColumn") == "1"
    for row in table.findall(f"{_WORD}tr"):
        cells = row.findall(f"{_WORD}tc")
        if laid_out:
            for cell in cells:
                yield from _elements(file, cell)
        else:
            marked = row.find(f"{_WORD}trPr/{_WORD}tblHeader") is not None
            words = tuple(_words(file, cell) for cell in cells)
            yield Piece("row", words, 0, number, marked, row_headers)


def _told_notes(file: _File, body: _Element, notes: _Element) -> Iterator[Piece]:
    by_number = {note.get(f"{_WORD}id"): note for note in notes}
    for call in body.iter(f"{_WORD}footnoteReference"):
        yield Piece("note", (_words(file, by_number[call.get(f"{_WORD}id")]),))


def _words(file: _File, element: _Element) -> str:
    """Without what the call of a note, or the note itself, prints as its number."""
    runs = [
        run
        for run in element.iter(f"{_WORD}r")
        if run.find(f"{_WORD}footnoteReference") is None
        and style_of(file.styles, run, "rPr/{}rStyle").name != "footnote reference"
    ]
    return _plain("".join(t.text or "" for run in runs for t in run.iter(f"{_WORD}t")))
