"""Markdown -> its outline, as three parsers see it: headings, tables, links, pictures and notes.

An outline is a list of what was found, in order, each with its words; spaces do not count. Notes
come last, in the order of their calls: some parsers leave them where they are called.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

Entry: TypeAlias = tuple[str, ...]
Outline: TypeAlias = list[Entry]


def _tight(words: str) -> str:
    return "".join(words.split())


# markdown-it-py ------------------------------------------------------------------------------


def markdown_it(source: str) -> Outline:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    # What is shown of an address, and whether it is encoded, is not a matter of parsing.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.use(footnote_plugin, move_to_end=False).use(front_matter_plugin)
    return list(_of_tokens(parser.parse(source)))


def _of_tokens(tokens: Sequence[Token]) -> Iterator[Entry]:
    notes: list[Entry] = []
    calls: list[str] = []
    bodies: dict[str, list[Token]] = {}
    body: list[Token] | None = None
    row: list[str] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        children = token.children or []
        match token.type:
            case "footnote_reference_open":
                body = bodies.setdefault(token.meta["label"], [])
            case "footnote_reference_close":
                body = None
            case "tr_open":
                row = []
            case "tr_close":
                yield ("row", *row)
            case "inline" if body is not None:
                body += children
            case "inline":
                if before and before.type == "heading_open":
                    yield ("heading", before.tag[1:], _words(children))
                elif before and before.type in ("th_open", "td_open"):
                    row.append(_words(children))
                yield from _links(children)
                calls += [one.meta["label"] for one in children if one.type == "footnote_ref"]
    for label in calls:
        notes += [("note", _words(bodies[label])), *_links(bodies[label])]
    yield from notes


def _words(children: Sequence[Token]) -> str:
    return _tight("".join(one.content for one in children if one.type == "text"))


def _links(children: Sequence[Token]) -> Iterator[Entry]:
    for number, token in enumerate(children):
        match token.type:
            case "link_open":
                inside = children[number + 1 :]
                end = next(n for n, one in enumerate(inside) if one.type == "link_close")
                yield ("link", str(token.attrs["href"]), _words(inside[:end]))
            case "image":
                yield ("image", str(token.attrs["src"]), _words(token.children or []))


# cmark-gfm -----------------------------------------------------------------------------------


def cmark_gfm(source: str) -> Outline:
    """Without the front matter, which is not GFM's: its forge takes it off as well."""
    body = source.partition("\n---\n")[2]
    command = ["cmark-gfm", "-t", "xml", "-e", "table", "-e", "strikethrough", "-e", "footnotes"]
    told = subprocess.run([*command, "-e", "autolink"], input=body.encode(), capture_output=True)
    told.check_returncode()
    # cmark-gfm 0.29 has no name for notes and their calls in XML, so that it is none.
    xml = told.stdout.replace(b"<<unknown>", b"<note").replace(b"</<unknown>>", b"</note>")
    root = etree.fromstring(xml, etree.XMLParser(huge_tree=True))
    found = [entry for one in root if _name(one) != "note" for entry in _of_xml(one)]
    for one in root:
        if _name(one) == "note":
            found += [("note", _xml_words(one)), *_of_xml(one)]
    return found


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname


def _of_xml(element: etree._Element) -> Iterator[Entry]:
    match _name(element):
        case "heading":
            yield ("heading", element.get("level", ""), _xml_words(element))
        case "table_row" | "table_header":
            for cell in element:
                for one in cell:
                    yield from _of_xml(one)
            yield ("row", *map(_xml_words, element))
            return
        case "link":
            yield ("link", element.get("destination", ""), _xml_words(element))
        case "image":
            yield ("image", element.get("destination", ""), _xml_words(element))
            return
    for one in element:
        yield from _of_xml(one)


def _xml_words(element: etree._Element) -> str:
    """The texts in it, those in place of a picture only when it is the picture itself."""
    if _name(element) == "text":
        return _tight(element.text or "")
    return "".join(_xml_words(one) for one in element if _name(one) != "image")


# pandoc --------------------------------------------------------------------------------------


def pandoc(source: str, reader: str = "gfm") -> Outline:
    told = subprocess.run(
        ["pandoc", "-f", reader, "-t", "json"], input=source.encode(), capture_output=True
    )
    told.check_returncode()
    notes: Outline = []
    found = list(_of_json(json.loads(told.stdout)["blocks"], notes))
    return found + notes


def _of_json(value: Any, notes: Outline) -> Iterator[Entry]:
    match value:
        case list():
            for one in value:
                yield from _of_json(one, notes)
        case {"t": "Header", "c": [level, _, content]}:
            yield ("heading", str(level), _json_words(content))
            yield from _of_json(content, notes)
        case {"t": "Link", "c": [_, content, [target, _]]}:
            yield ("link", target, _json_words(content))
            yield from _of_json(content, notes)
        case {"t": "Image", "c": [_, content, [target, _]]}:
            yield ("image", target, _json_words(content))
        case {"t": "Table", "c": [_, _, _, [_, head], bodies, _]}:
            for _, cells in (*head, *(row for body in bodies for row in body[3])):
                yield from _of_json(cells, notes)
                yield ("row", *(_json_words(cell[4]) for cell in cells))
        case {"t": "Note", "c": content}:
            notes += [("note", _json_words(content)), *_of_json(content, notes)]
        case {"c": content}:
            yield from _of_json(content, notes)


def _json_words(value: Any) -> str:
    match value:
        case list():
            return "".join(map(_json_words, value))
        case {"t": "Str", "c": words}:
            return _tight(words)
        case {"t": "Note" | "Image" | "RawInline"}:
            return ""
        case {"t": "Link", "c": [_, content, _]} | {"t": "Span", "c": [_, content]}:
            return _json_words(content)
        case {"c": list(content)}:
            return _json_words(content)
        case _:
            return ""


PARSERS: Mapping[str, Callable[[str], Outline]] = {"cmark-gfm": cmark_gfm, "pandoc": pandoc}
