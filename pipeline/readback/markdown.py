"""Markdown -> Reading, by markdown-it-py with GFM tables and footnotes."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from pipeline.document import Document
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


def read(data: bytes) -> Reading:
    """Raises Unreadable when the bytes are not UTF-8 or open with no front matter."""
    tokens = _tokens(data)
    if not tokens or tokens[0].type != "front_matter":
        raise Unreadable("it does not open with front matter")
    said = _front_matter(tokens[0].content)
    return Reading(tuple(_lines(tokens)), str(said.get("lang", "")), str(said.get("title", "")))


def differences(document: Document, data: bytes) -> Iterator[tuple[str, str, int]]:
    """Code, message and line of each value of the front matter that is not the Document's, but
    for the title and the language, which `read` returns."""
    said = _front_matter(_tokens(data)[0].content)
    said = {name: value for name, value in said.items() if name not in ("title", "lang")}
    metadata = document.metadata
    wanted: dict[str, object] = {
        "subtitle": document.subtitle,
        "date": metadata.issued,
        "author": list(metadata.authors),
        "publisher": metadata.publisher,
        "description": metadata.description,
        "keywords": list(metadata.keywords),
        "license": metadata.license,
        "identifier": metadata.identifier,
    }
    for name in sorted(wanted | said):
        if (found := said.get(name, "")) != (value := wanted.get(name, "")):
            message = f"“{name}” in the front matter is “{found}”, expected “{value}”"
            yield "changed-metadata", message, 1


@functools.lru_cache(maxsize=1)
def _tokens(data: bytes) -> Sequence[Token]:
    """Parsed once for the words and for the front matter."""
    try:
        return _parser().parse(data.decode())
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is not UTF-8: {error}") from error


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 1000}).enable(["table", "strikethrough"])
    # Addresses as they were written: the parser would encode and decode some letters and refuse
    # schemes.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser.use(footnote_plugin, move_to_end=False).use(front_matter_plugin)


def _front_matter(source: str) -> dict[str, Any]:
    try:
        said = yaml.safe_load(source)
    except yaml.YAMLError as error:
        raise Unreadable(f"its front matter is not YAML: {error}") from error
    if not isinstance(said, dict):
        raise Unreadable("its front matter holds no keys")
    return said


def _lines(tokens: Sequence[Token]) -> Iterator[Line]:
    """Lines in order, the notes after them in the order of their calls."""
    main: list[Line] = []
    notes: dict[str, list[Line]] = {}
    calls: list[str] = []
    lines, kind, level, place = main, "text", 0, 0
    row: list[tuple[Mark, ...]] | None = None
    anchors: list[Mark] = []
    for token in tokens:
        place = token.map[0] + 1 if token.map else place
        match token.type:
            case "heading_open":
                kind, level = "heading", int(token.tag[1:])
            case "heading_close":
                kind, level = "text", 0
            case "tr_open":
                row = []
            case "tr_close":
                lines.append(Line("row", tuple(row or ()), place=place))
                row = None
            case "footnote_reference_open":
                lines = notes.setdefault(token.meta["label"], [])
            case "footnote_reference_close":
                lines = main
            case "inline":
                marks = (*anchors, *_marks(token.children or (), calls))
                anchors = []
                if row is None:
                    lines.append(Line(_kind(kind), (marks,), level, place))
                else:
                    row.append(marks)
            case "html_block":
                anchors.extend(_anchors(token.content))
            case "code_block" | "fence":
                lines.append(Line("text", ((token.content,),), place=place))
    yield from main
    for label in dict.fromkeys(calls):
        marks = tuple(mark for line in notes.get(label, ()) for mark in (*line.cells[0], " "))
        yield Line("note", (marks,), place=min((n.place for n in notes.get(label, ())), default=0))


def _kind(kind: str) -> Kind:
    return "heading" if kind == "heading" else "text"


def _marks(tokens: Sequence[Token], calls: list[str]) -> Iterator[Mark]:
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                yield token.content
            case "softbreak" | "hardbreak":
                yield " "
            case "link_open":
                yield Opened(str(token.attrs.get("href", "")))
            case "link_close":
                yield Closed()
            case "image":
                yield Shown("".join(child.content for child in token.children or ()))
            case "footnote_ref":
                # A note written in the line itself has no label: we write none.
                calls.append(token.meta.get("label", ""))
                yield Called()
            case "html_inline":
                yield from _anchors(token.content)


def _anchors(markup: str) -> Iterator[Anchored]:
    for name in re.findall(r'<a id="([^"]*)">', markup):
        yield Anchored(html.unescape(name))
