"""HTML -> Reading, by lxml. What carries `data-furniture` and what is in <nav> is not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

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
    Unreadable,
)

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_SILENT = frozenset({"head", "nav", "script", "style", "template"})
# All that is not a block stands in a line with what is beside it.
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "caption", "col", "colgroup",
        "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
        "legend", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody",
        "tfoot", "thead", "ul",
    }
)  # fmt: skip


def read(data: bytes) -> Reading:
    """Raises Unreadable when the bytes are not UTF-8 or hold no page."""
    try:
        source = data.decode()
        page = document_fromstring(data, parser=HTMLParser(encoding="utf-8", huge_tree=True))
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is not UTF-8: {error}") from error
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable(str(error)) from error
    if page.find("body") is None or "<html" not in source.lower():
        raise Unreadable("it holds no page")
    page_reading = _Page()
    _block(page_reading, page.find("body"))
    _flush(page_reading)
    title = page.findtext("head/title") or ""
    return Reading(tuple(_in_order(page_reading)), page.get("lang", ""), title)


@dataclass(slots=True)
class _Page:
    """What has been read so far. `marks` are those of the line that is being read."""

    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    kind: Kind = "text"
    level: int = 0
    place: int = 0
    calls: list[str] = field(default_factory=list)
    notes: dict[str, Line] = field(default_factory=dict)


def _in_order(page: _Page) -> Iterator[Line]:
    yield from page.lines
    for name in page.calls:
        if name in page.notes:
            yield page.notes[name]


def _block(page: _Page, element: HtmlElement) -> None:
    """An element that stands on lines of its own."""
    _flush(page)
    page.place = element.sourceline or 0
    if element.tag in _HEADINGS:
        page.kind, page.level = "heading", _HEADINGS[element.tag]
    _inside(page, element)
    _flush(page)
    page.kind, page.level = "text", 0


def _flush(page: _Page) -> None:
    if any(not isinstance(mark, str) or mark.strip(" \t\r\n") for mark in page.marks):
        page.lines.append(Line(page.kind, (tuple(page.marks),), page.level, page.place))
    page.marks = []


def _inside(page: _Page, element: HtmlElement) -> None:
    if name := element.get("id"):
        page.marks.append(Anchored(name))
    page.marks.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str):
            _element(page, child)
        page.marks.append(child.tail or "")


def _element(page: _Page, element: HtmlElement) -> None:
    classes = (element.get("class") or "").split()
    if element.tag == "sup" and "call" in classes:
        _call(page, element)
    elif element.tag in _SILENT or element.get("data-furniture") is not None:
        return
    elif element.tag == "section" and "notes" in classes:
        _notes(page, element)
    elif element.tag == "tr":
        _row(page, element)
    elif element.tag in _BLOCKS:
        _block(page, element)
    elif element.tag == "img":
        page.marks.append(Shown(element.get("alt") or ""))
    elif element.tag == "br":
        page.marks.append(" ")
    elif element.tag == "a" and "self" in classes and _is_around(element.get("href"), element):
        _inside(page, element)  # a thing's link to itself, which the Document does not know
    elif element.tag == "a" and element.get("href") is not None:
        page.marks.append(Opened(element.get("href") or ""))
        _inside(page, element)
        page.marks.append(Closed())
    else:
        _inside(page, element)


def _is_around(target: str | None, element: HtmlElement) -> bool:
    return any(target == f"#{one.get('id')}" for one in element.iterancestors())


def _row(page: _Page, row: HtmlElement) -> None:
    _flush(page)
    cells = [_marks(page, cell) for cell in row if cell.tag in ("td", "th")]
    if name := row.get("id"):
        cells[:1] = [(Anchored(name), *cell) for cell in cells[:1]]
    page.lines.append(Line("row", tuple(cells), place=row.sourceline or 0))


def _call(page: _Page, call: HtmlElement) -> None:
    page.marks.append(Called())
    page.calls += [str(link.get("href"))[1:] for link in call.iter("a")]


def _notes(page: _Page, section: HtmlElement) -> None:
    for item in section.iter("li"):
        page.notes[item.get("id") or ""] = Line(
            "note", (_marks(page, item),), place=item.sourceline or 0
        )


def _marks(page: _Page, element: HtmlElement) -> tuple[Mark, ...]:
    """What is inside, as one line however many blocks it holds."""
    inner = _Page(calls=page.calls, notes=page.notes)
    _inside(inner, element)
    marks = [mark for line in inner.lines for cell in line.cells for mark in (*cell, " ")]
    return *marks, *inner.marks
