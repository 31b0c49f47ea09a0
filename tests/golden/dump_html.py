"""An HTML page goes in; its head, landmarks, headings and elements come out as lines.

An element is written as CSS selects it: `section#facts.role-facts`. One that stands in a line of
text is in braces there; a row of a table is one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

from tests.golden.lines import joined, part, short

_INLINE = frozenset(
    {"a", "b", "br", "code", "del", "em", "i", "img", "ins", "q", "small", "span", "strong",
     "sub", "sup", "time"}
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LANDMARKS = frozenset({"header", "nav", "main", "aside", "footer", "section", "article"})
_HASH = re.compile(r"sha256-[\w+/=]+")  # of a style sheet, which is for the eye
# The bytes of a picture are long; widths and the like are for the eye.
_SILENT = frozenset({"id", "class", "src", "style", "href"})


def dump(data: bytes) -> str:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page: Element = parser.parse(data)
    head, body = page[0], page[1]
    assert (head.tag, body.tag) == ("head", "body")
    return "\n".join(
        (
            part("Errors of the parser", (str(error) for error in parser.errors)),
            part("Head", (_selector(page), *(_entry(one) for one in head))),
            part("Headings", _headings(body)),
            part("Landmarks", _landmarks(body, 0)),
            part("Body", _element(body, 0)),
        )
    )


def _entry(element: Element) -> str:
    if element.tag == "style":
        return "style"
    return joined([_selector(element), short(element.text or "")])


def _headings(body: Element) -> Iterator[str]:
    for element in body.iter():
        if element.tag in _HEADINGS:
            depth = int(element.tag[1]) - 1
            yield f"{'  ' * depth}{element.tag} {short(''.join(element.itertext()))}"


def _landmarks(parent: Element, depth: int) -> Iterator[str]:
    for element in parent:
        # A section is a landmark only if it has a name (HTML-AAM 1.0, 4.1).
        named = "aria-label" in element.attrib or "aria-labelledby" in element.attrib
        role = element.get("role") in ("region", "search", "complementary")
        found = role or (element.tag in _LANDMARKS and (element.tag != "section" or named))
        if found:
            yield "  " * depth + _selector(element)
        yield from _landmarks(element, depth + found)


def _element(element: Element, depth: int) -> Iterator[str]:
    """What stands in its line, then the elements that have lines of their own."""
    if element.tag == "colgroup":
        return  # widths are for the eye
    if element.tag == "tr":
        cells = [joined(_element(cell, 0)) for cell in element]
        yield "  " * depth + f"{_selector(element)}: {' | '.join(cells)}"
        return
    line = [_selector(element), short(element.text or "")]
    below: list[str] = []
    for child in element:
        if child.tag in _INLINE:
            line.append(_inline(child))
        else:
            below += _element(child, depth + 1)
        line.append(short(child.tail or ""))
    yield "  " * depth + joined(line)
    yield from below


def _inline(element: Element) -> str:
    inner = [short(element.text or "")]
    for child in element:
        inner += [_inline(child), short(child.tail or "")]
    return "{" + joined([_selector(element), *inner]) + "}"


def _selector(element: Element) -> str:
    id = f"#{element.get('id')}" if element.get("id") else ""
    classes = "".join(f".{name}" for name in element.get("class", "").split())
    others = "".join(
        f" {name}={short(_HASH.sub('sha256-…', value))!r}" if value else f" {name}"
        for name, value in element.items()
        if name not in _SILENT
    )
    target = f" → {short(element.get('href', ''))}" if "href" in element.attrib else ""
    source = element.get("src", "").partition(",")[0]
    return f"{element.tag}{id}{classes}{target}{others}" + (f" src={source}" if source else "")
