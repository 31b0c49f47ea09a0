"""The structure tree of a PDF, and the one that its Document asks for: the same type, so that the
one can be held against the other.

In: a PDF, or a Document. Out: a tree of elements with their tags, what they say of themselves and
the letters in them. Numbers and bullets of lists, and the numbers of pages in the contents list,
are style; of them only what the Document decides is kept. An element that shows nothing is no part
of either tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never

import pikepdf

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
    text,
)
from pipeline.readback.pdf_text import Run

DEEPEST = 6
_PAGE = "‹page›"
_TRACELESS = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")


@dataclass(frozen=True, slots=True)
class Element:
    """`said`: its attributes. `page`: where it starts, which is not compared."""

    tag: str
    said: tuple[tuple[str, str], ...]
    kids: tuple[Kid, ...]
    page: int = 0

    @property
    def letters(self) -> str:
        return "".join(kid if isinstance(kid, str) else kid.letters for kid in self.kids)


Kid: TypeAlias = Element | str


def _element(tag: str, kids: Iterable[Kid], page: int = 0, **said: str) -> Iterator[Element]:
    """An element, unless it shows nothing: a cell stands in its place even when it is empty."""
    whole = tuple(_joined(kids))
    if whole or tag in ("TH", "TD", "Figure"):
        yield Element(tag, tuple(sorted(said.items())), whole, page)


def _joined(kids: Iterable[Kid]) -> Iterator[Kid]:
    """The kids with the letters between two elements as one."""
    letters = ""
    for kid in kids:
        if isinstance(kid, str):
            letters += squeezed(kid)
        else:
            yield from (letters,) if letters else ()
            letters = ""
            yield kid
    yield from (letters,) if letters else ()


def squeezed(words: str) -> str:
    """The letters alone. Small and capital ones may be a matter of style."""
    return _TRACELESS.sub("", words).casefold()


# Holding one against the other -------------------------------------------------------------


def difference(wanted: Element, found: Element) -> tuple[str, int] | None:
    """What differs first, in words, and the page on which it stands."""
    if (wanted.tag, wanted.said) != (found.tag, found.said):
        return f"{_named(wanted)} is tagged as {_titled(found)}", found.page
    for one, other in zip(wanted.kids, found.kids, strict=False):
        if isinstance(one, Element) and isinstance(other, Element):
            if inner := difference(one, other):
                return inner
        elif one != other:
            return f"in {_named(wanted)}, {_named(one)} is tagged as {_named(other)}", found.page
    if len(wanted.kids) != len(found.kids):
        shorter = min(len(wanted.kids), len(found.kids))
        more, verb = (found, "is too much") if len(found.kids) > shorter else (wanted, "is missing")
        return f"in {_named(wanted)}, {_named(more.kids[shorter])} {verb}", found.page
    return None


def _named(kid: Kid) -> str:
    letters = kid if isinstance(kid, str) else kid.letters
    short = letters if len(letters) < 40 else f"{letters[:25]}…{letters[-12:]}"
    return f"“{short}”" if isinstance(kid, str) else f"{_titled(kid)} “{short}”"


def _titled(element: Element) -> str:
    return " ".join([element.tag, *(f"{name}={value}" for name, value in element.said)])


# What a Document asks for ------------------------------------------------------------------


def expected(document: Document) -> Element:
    """The tree that shows the Document."""
    (tree,) = _element("Document", _document(document))
    return tree


def _document(document: Document) -> Iterator[Kid]:
    yield from _element("P", [document.series])
    yield from _element("H1", [document.title])
    for words in (document.subtitle, document.dateline, document.marking):
        yield from _element("P", [words])
    yield from _blocks(document.front, 2)
    sections = _sections(document.body)
    if sections and document.labels.contents:
        caption = _element("Caption", [document.labels.contents])
        yield from _element("TOC", [*caption, *_entries(sections, 1)])
    yield from _blocks(document.body, 2)


def _sections(blocks: Blocks) -> list[Section]:
    return [block for block in blocks if isinstance(block, Section)]


def _entries(sections: list[Section], depth: int) -> Iterator[Element]:
    for section in sections:
        link = _element("Link", [text(section.title), _PAGE])
        inner = _sections(section.content) if depth < 2 else []
        below = _element("TOC", _entries(inner, depth + 1))
        yield from _element("TOCI", [*_element("Reference", link), *below])


def _blocks(blocks: Blocks, level: int) -> Iterator[Element]:
    for block in blocks:
        yield from _block(block, level)


def _block(block: Block, level: int) -> Iterator[Element]:
    match block:
        case Paragraph():
            yield from _element("P", _inlines(block.content))
        case Section():
            heading = _element(f"H{min(level, DEEPEST)}", _inlines(block.title))
            yield from _element("Sect", [*heading, *_blocks(block.content, level + 1)])
        case Box():
            title = _element("P", _inlines(block.title))
            tag = "Sect" if block.id and block.title else "Div"
            yield from _element(tag, [*title, *_blocks(block.content, level)])
        case List():
            yield from _element("L", _items(block, level))
        case Definitions():
            yield from _element("L", _definitions(block, level))
        case Table():
            yield from _table(block)
        case Figure():
            yield from _figure(block)
        case _:
            assert_never(block)


def _items(block: List, level: int) -> Iterator[Element]:
    for number, item in enumerate(block.items, 1):
        label = _element("Lbl", [str(number) if block.ordered else ""])
        yield from _element("LI", [*label, *_element("LBody", _within(item.content, level))])


def _definitions(block: Definitions, level: int) -> Iterator[Element]:
    for item in block.items:
        term = _element("Lbl", _element("Span", _inlines(item.term)))
        yield from _element("LI", [*term, *_element("LBody", _within(item.content, level))])


def _within(content: Blocks, level: int) -> Iterator[Kid]:
    """One plain paragraph in an item needs no element of its own."""
    match content:
        case (Paragraph(words, "", ""),):
            yield from _inlines(words)
        case _:
            yield from _blocks(content, level)


def _table(table: Table) -> Iterator[Element]:
    caption = _element("Caption", [table.label and f"{table.label}.", *_inlines(table.caption)])
    heads = [
        cell
        for column in table.columns
        for cell in (
            _element("TH", _inlines(column.heading), Scope="Column")
            if column.heading
            else _element("TD", ())
        )
    ]
    # A head stands over a body (ISO 14289-1, 7.5): of a table without rows it is the body.
    head = _element("THead" if table.rows else "TBody", _element("TR", heads))
    body = _element("TBody", [row for one in table.rows for row in _row(table, one)])
    yield from _element("Table", [*caption, *head, *body])
    yield from _element("P", _inlines(table.source))


def _row(table: Table, row: Row) -> Iterator[Element]:
    cells: list[Element] = []
    for number, cell in enumerate(row.cells):
        if table.row_headers and number == 0:
            cells += _element("TH", _inlines(cell), Scope="Row")
        else:
            cells += _element("TD", _inlines(cell))
    yield from _element("TR", cells)


def _figure(figure: Figure) -> Iterator[Element]:
    caption = [figure.label and f"{figure.label}.", *_inlines(figure.caption)]
    yield from _element(
        "Div",
        [
            *_image(figure.image),
            *_element("Caption", caption),
            *_element("P", _inlines(figure.source)),
        ],
    )


def _image(image: Image) -> Iterator[Element]:
    """An ornament, of which nothing is said, is an artifact."""
    if image.alt:
        yield from _element("Figure", (), Alt=squeezed(image.alt))


def _inlines(content: Inlines) -> list[Kid]:
    return [kid for inline in content for kid in _inline(inline)]


def _inline(inline: Inline) -> Iterator[Kid]:
    match inline:
        case str():
            yield inline
        case Emphasis():
            yield from _element("Em", _inlines(inline.content))
        case Strong():
            yield from _element("Strong", _inlines(inline.content))
        case Foreign():
            yield from _element("Span", _inlines(inline.content), Lang=inline.language)
        case Inserted():
            inner = _inlines(inline.content)
            yield from _element("Span", inner, TextDecorationType="Underline")
        case Deleted():
            inner = _inlines(inline.content)
            yield from _element("Span", inner, TextDecorationType="LineThrough")
        case Link():
            yield from _element("Link", _inlines(inline.content))
        case Citation():
            yield from _element("Link", [cited(inline)])
        case Image():
            yield from _image(inline)
        case Note():
            yield from _element("Reference", _element("Link", [inline.label]))
            label = _element("Lbl", _element("Link", [inline.label]))
            yield from _element("Note", [*label, *_inlines(inline.content)], ID=inline.id)
        case _:
            assert_never(inline)


# What a PDF has ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _File:
    texts: Mapping[tuple[int, int], str]  # by page and marked-content id
    pages: Mapping[tuple[int, int], int]
    places: Mapping[str, int]  # the page of each name that links can lead to


_DEEPEST_TREE = 500


def found(file: pikepdf.Pdf, runs: Iterable[Run]) -> Element:
    """The tree of the file, with what is painted. Raises ValueError when it has no single root."""
    pages = {page.obj.objgen: number for number, page in enumerate(file.pages, 1)}
    texts: dict[tuple[int, int], str] = {}
    for run in runs:
        if run.id >= 0:
            texts[run.page, run.id] = texts.get((run.page, run.id), "") + run.text
    names: Any = file.Root.get("/Names", {})
    places = {
        str(name): pages.get(place[0].objgen, 0)
        for name, place in (pikepdf.NameTree(names.Dests).items() if "/Dests" in names else ())
    }
    read = _File(texts, pages, places)
    tops = list(_read_kids(read, file.Root.StructTreeRoot, 0, 0))
    match tops:
        case [Element() as tree]:
            return tree
        case _:
            raise ValueError(f"the structure tree has {len(tops)} roots")


def _read_kids(read: _File, element: Any, page: int, depth: int) -> Iterator[Kid]:
    if depth > _DEEPEST_TREE:
        raise ValueError("the structure tree has no end")
    kids = element.get("/K", ())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if not isinstance(kid, pikepdf.Dictionary):
            yield read.texts.get((page, int(kid)), "")
        elif kid.get("/Type") == "/MCR":
            yield read.texts.get((read.pages.get(kid.Pg.objgen, 0), int(kid.MCID)), "")
        elif "/S" in kid:
            yield from _read(read, kid, page, depth)


def _read(read: _File, element: Any, page: int, depth: int) -> Iterator[Element]:
    tag = str(element.S)[1:]
    page = read.pages.get(element.Pg.objgen, 0) if "/Pg" in element else page
    kids = list(_read_kids(read, element, page, depth + 1))
    match tag:
        case "Figure":
            kids = []  # the letters of a chart are told by its alternative
        case "LI":
            kids = [kid for one in kids for kid in _label(one)]
        case "TOCI":
            kids = list(_with_page(read, element, kids))
    yield from _element(tag, kids, page, **_said(element))


def order(file: pikepdf.Pdf) -> Iterator[tuple[int, int]]:
    """The page and the number of each piece of marked content, in the order of reading. Notes are
    left out: they are read where they are called and stand at the foot of the page."""
    pages = {page.obj.objgen: number for number, page in enumerate(file.pages, 1)}
    yield from _ordered(file.Root.StructTreeRoot, pages, 0, 0)


def _ordered(
    element: Any, pages: Mapping[tuple[int, int], int], page: int, depth: int
) -> Iterator[tuple[int, int]]:
    if depth > _DEEPEST_TREE:
        raise ValueError("the structure tree has no end")
    page = pages.get(element.Pg.objgen, 0) if "/Pg" in element else page
    kids = element.get("/K", ())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if not isinstance(kid, pikepdf.Dictionary):
            yield page, int(kid)
        elif kid.get("/Type") == "/MCR":
            yield pages.get(kid.Pg.objgen, 0), int(kid.MCID)
        elif "/S" in kid and kid.S != "/Note":
            yield from _ordered(kid, pages, page, depth + 1)


def _label(kid: Kid) -> Iterator[Kid]:
    """A bullet is style; a number is what the Document counts, in whatever brackets."""
    match kid:
        case Element("Lbl", said, (str(letters),), page):
            yield from _element("Lbl", [re.sub(r"\W", "", letters)], page, **dict(said))
        case _:
            yield kid


def _with_page(read: _File, element: Any, kids: list[Kid]) -> Iterator[Kid]:
    """An entry of the contents list with a sign for its number, if that is the right one."""
    for kid in kids:
        match kid:
            case Element("Reference", _, (Element("Link", said, (str(letters),), page),)):
                number = str(read.places.get(_destination(element), 0))
                if letters.endswith(number):
                    letters = letters.removesuffix(number) + squeezed(_PAGE)
                yield from _element("Reference", [Element("Link", said, (letters,), page)], page)
            case _:
                yield kid


def _destination(element: Any) -> str:
    """The name that the first link inside an element leads to."""
    for thing in _inside(element, 0):
        if thing.get("/Type") == "/OBJR":
            return str(thing.Obj.get("/Dest", ""))
    return ""


def _inside(element: Any, depth: int) -> Iterator[Any]:
    kids = element.get("/K", ()) if depth < DEEPEST else ()
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            yield kid
            yield from _inside(kid, depth + 1)


def _said(element: Any) -> dict[str, str]:
    said = {name: str(element[f"/{name}"]) for name in ("Lang", "ID") if f"/{name}" in element}
    if "/Alt" in element:
        said["Alt"] = squeezed(str(element.Alt))
    owned: Any = element.get("/A", ())
    for one in owned if isinstance(owned, pikepdf.Array) else [owned]:
        for name in ("Scope", "TextDecorationType"):
            if f"/{name}" in one:
                said[name] = str(one[f"/{name}"])[1:]
    return said
