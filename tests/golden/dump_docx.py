"""A DOCX goes in; its parts, properties, paragraphs with their styles come out as lines.

A paragraph is `[Style] words`; `{Style: words}` are words with a style of their own, `!` stands
before formatting that no style gives, `⟨⟩` around a field's code, `#` before a bookmark. A row of
a table is one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from zipfile import ZipFile

from lxml import etree

from tests.golden.lines import joined, part, short

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/"

Parts = Mapping[str, bytes]


def dump(data: bytes) -> str:
    with ZipFile(BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    reader = _reader(parts, "document")
    body = list(_blocks(reader, _child(_xml(parts["word/document.xml"]), "body"), 0))
    notes = list(_notes(parts, reader))
    furniture = [line for name in sorted(parts) for line in _furniture(parts, name, reader.used)]
    return "\n".join(
        (
            part("Parts", sorted(parts)),
            part("Properties", _properties(parts)),
            part("Heads and feet", furniture),
            part("Body", body),
            part("Footnotes", notes),
            part("Styles in use", (reader.styles[id].line(reader.styles) for id in reader.order())),
        )
    )


def _xml(source: bytes) -> etree._Element:
    return etree.fromstring(source)


def _child(element: etree._Element, path: str) -> etree._Element:
    """The descendant at `path`, or an empty element where there is none."""
    found = element.find("/".join(_W + name for name in path.split("/")))
    return etree.Element("none") if found is None else found


def _value(element: etree._Element, path: str, name: str = "val") -> str:
    return _child(element, path).get(_W + name, "")


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname


# What a package says of itself -----------------------------------------------------------------


def _properties(parts: Parts) -> Iterator[str]:
    for name in ("core", "app", "custom"):
        for entry in _xml(parts[f"docProps/{name}.xml"]):
            words = "".join(str(text) for text in entry.itertext())
            yield f"{name} {entry.get('name') or _local(entry)}: {short(words)}"
    defaults = _child(_xml(parts["word/styles.xml"]), "docDefaults/rPrDefault/rPr")
    yield f"language of all styles: {_value(defaults, 'lang')}"
    yield f"font of all styles: {_value(defaults, 'rFonts', 'ascii')}"
    yield "settings: " + ", ".join(_local(one) for one in _xml(parts["word/settings.xml"]))


def _furniture(parts: Parts, name: str, used: set[str]) -> Iterator[str]:
    if name.startswith(("word/header", "word/footer")):
        reader = _reader(parts, name.removeprefix("word/").removesuffix(".xml"))
        yield f"{name}:"
        yield from _blocks(reader, _xml(parts[name]), 1)
        used |= reader.used


def _notes(parts: Parts, body: _Reader) -> Iterator[str]:
    reader = _reader(parts, "footnotes")
    for note in _xml(parts["word/footnotes.xml"]):
        kind = note.get(_W + "type", "")
        yield f"note {note.get(_W + 'id')}{f' ({kind})' if kind else ''}:"
        yield from _blocks(reader, note, 1)
    body.used |= reader.used


# Styles ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Style:
    name: str
    kind: str
    base: str
    following: str
    outline: str

    def line(self, styles: Mapping[str, Style]) -> str:
        said = [self.kind]
        said += [f"based on {styles[self.base].name}"] if self.base else []
        said += [f"then {styles[self.following].name}"] if self.following else []
        said += [f"outline level {self.outline}"] if self.outline else []
        return f"{self.name}: {', '.join(said)}"


def _styles(parts: Parts) -> dict[str, Style]:
    return {
        style.get(_W + "styleId", ""): Style(
            _value(style, "name"), style.get(_W + "type", ""), _value(style, "basedOn"),
            _value(style, "next"), _value(style, "pPr/outlineLvl"),
        )
        for style in _xml(parts["word/styles.xml"]).iter(_W + "style")
    }  # fmt: skip


@dataclass
class _Reader:
    """A part while it is read: what it refers to, and which styles it uses."""

    styles: Mapping[str, Style]
    numbers: Mapping[tuple[str, str], str]
    targets: Mapping[str, str]
    used: set[str] = field(default_factory=set)
    lists: list[str] = field(default_factory=list)

    def style(self, id: str) -> str:
        """The name of a style; the default of paragraphs where none is given."""
        id = id or "Normal"
        self.used.add(id)
        return self.styles[id].name

    def order(self) -> list[str]:
        return [id for id in self.styles if id in self.used]


def _reader(parts: Parts, name: str) -> _Reader:
    relations = parts.get(f"word/_rels/{name}.xml.rels", b"<none/>")
    targets = {one.get("Id", ""): one.get("Target", "") for one in _xml(relations)}
    return _Reader(_styles(parts), _numbers(parts), targets)


def _numbers(parts: Parts) -> dict[tuple[str, str], str]:
    """What stands before an item, by list and level: the bullet or the form of the number."""
    source = _xml(parts["word/numbering.xml"])
    forms = {one.get(_W + "abstractNumId", ""): one for one in source.iter(_W + "abstractNum")}
    return {
        (number.get(_W + "numId", ""), level.get(_W + "ilvl", "")): _value(level, "lvlText")
        for number in source.iter(_W + "num")
        for level in forms[_value(number, "abstractNumId")].iter(_W + "lvl")
    }


# Blocks ----------------------------------------------------------------------------------------


def _blocks(reader: _Reader, parent: etree._Element, depth: int) -> Iterator[str]:
    for element in parent:
        match _local(element):
            case "p":
                yield "  " * depth + _paragraph(reader, element)
            case "tbl":
                yield from _table(reader, element, depth)
            case "sdt":
                gallery = _value(element, "sdtPr/docPartObj/docPartGallery")
                yield "  " * depth + f"content control ({gallery}):"
                yield from _blocks(reader, _child(element, "sdtContent"), depth + 1)
            case "sectPr":
                yield "  " * depth + f"section: {', '.join(_page(reader, element))}"
            case "bookmarkStart":
                yield "  " * depth + f"#{element.get(_W + 'name')}"
            case "bookmarkEnd" | "tcPr":
                pass
            case other:
                yield "  " * depth + f"!{other}"


def _paragraph(reader: _Reader, paragraph: etree._Element) -> str:
    style = reader.style(_value(paragraph, "pPr/pStyle"))
    direct = _direct(_child(paragraph, "pPr"), "pStyle", "numPr", "sectPr")
    number = _number(reader, _child(paragraph, "pPr/numPr"))
    section = _child(paragraph, "pPr/sectPr")
    end = [f"section: {', '.join(_page(reader, section))}"] if len(section) else []
    return joined([f"[{style}]{direct}{number}", *_line(reader, paragraph), *end])


def _number(reader: _Reader, given: etree._Element) -> str:
    """The list is told by its place among those of the part: its number is the template's."""
    list_id, level = _value(given, "numId"), _value(given, "ilvl")
    if not list_id:
        return ""
    if list_id not in reader.lists:
        reader.lists.append(list_id)
    form = reader.numbers[list_id, level]
    return f" ({form} level {level} of list {reader.lists.index(list_id) + 1})"


def _direct(properties: etree._Element, *expected: str) -> str:
    """Formatting that stands at the words themselves; of a language, which."""
    found = []
    for one in properties:
        if _local(one) == "lang":
            found.append(f" lang={one.get(_W + 'val')}")
        elif _local(one) not in expected:
            found.append(f" !{_local(one)}")
    return "".join(found)


def _page(reader: _Reader, section: etree._Element) -> Iterator[str]:
    for one in section:
        match _local(one):
            case "headerReference" | "footerReference" as kind:
                part_name = reader.targets[one.get(_R + "id", "")]
                yield f"{one.get(_W + 'type')} {kind.removesuffix('Reference')} {part_name}"
            case "pgSz":
                yield f"page {one.get(_W + 'w')} × {one.get(_W + 'h')}"
            case other:
                yield other


def _table(reader: _Reader, table: etree._Element, depth: int) -> Iterator[str]:
    properties = _child(table, "tblPr")
    look = _child(properties, "tblLook")
    shown = [name for name in ("firstRow", "firstColumn") if look.get(_W + name) == "1"]
    direct = _direct(
        properties, "tblStyle", "tblW", "tblLayout", "tblLook", "tblCaption", "tblDescription"
    )
    said = {name: _value(properties, name) for name in ("tblCaption", "tblDescription")}
    yield "  " * depth + joined(
        [
            f"table [{reader.style(_value(properties, 'tblStyle'))}]{direct}",
            f"look: {' '.join(shown) or 'plain'}",
            *(f"{name}={short(value)!r}" for name, value in said.items() if value),
            f"columns: {' '.join(one.get(_W + 'w', '') for one in _child(table, 'tblGrid'))}",
        ]
    )
    for row in table.findall(_W + "tr"):
        flags = [_local(one) for one in _child(row, "trPr")]
        cells = " | ".join(_cell(reader, cell) for cell in row.findall(_W + "tc"))
        yield "  " * (depth + 1) + f"{' '.join(['row', *flags])}: {cells}"


def _cell(reader: _Reader, cell: etree._Element) -> str:
    direct = _direct(_child(cell, "tcPr"), "tcW")
    return joined([direct, *(line.strip() for line in _blocks(reader, cell, 0))])


# Lines -----------------------------------------------------------------------------------------


def _line(reader: _Reader, parent: etree._Element) -> Iterator[str]:
    """The pieces of a paragraph: runs alike are one piece, whatever they are cut into."""
    runs = [run for run in _runs(reader, parent) if run[1]]
    for style, alike in groupby(runs, key=itemgetter(0)):
        words = "".join(piece for _, piece in alike)
        match style:
            case "":
                yield short(words)
            case "#":
                yield words.strip()
            case _:
                yield f"{{{style}: {short(words)}}}"


def _runs(reader: _Reader, parent: etree._Element) -> Iterator[tuple[str, str]]:
    """Words, each with their style and what else they are given; a link's is where it leads."""
    for element in parent:
        match _local(element):
            case "r":
                yield _style(reader, _child(element, "rPr")), "".join(_said(reader, element))
            case "hyperlink":
                target = reader.targets.get(element.get(_R + "id", ""), "")
                target = target or f"#{element.get(_W + 'anchor')}"
                for style, words in _runs(reader, element):
                    yield f"{style} → {target}".strip(), words
            case "ins" | "del" as kind:
                for style, words in _runs(reader, element):
                    yield f"{kind} {style}", words
            case "bookmarkStart":
                yield "#", f"#{element.get(_W + 'name')} "
            case "pPr" | "bookmarkEnd":
                pass
            case other:
                yield "", f"!{other}"


def _style(reader: _Reader, properties: etree._Element) -> str:
    id = _value(properties, "rStyle")
    return f"{reader.style(id) if id else ''}{_direct(properties, 'rStyle')}".strip()


def _said(reader: _Reader, run: etree._Element) -> Iterator[str]:
    for element in run:
        match _local(element):
            case "t" | "delText":
                yield element.text or ""
            case "instrText":
                yield f"⟨{(element.text or '').strip()}⟩ "
            case "tab" | "ptab":
                yield "⇥"
            case "br":
                yield "↵"
            case "footnoteReference":
                yield f"note {element.get(_W + 'id')}"
            case "drawing":
                yield _drawing(reader, element)
            case "rPr" | "fldChar":
                pass
            case other:
                yield f"!{other}"


def _drawing(reader: _Reader, drawing: etree._Element) -> str:
    said = next(drawing.iter(_DRAWN + "wordprocessingDrawing}docPr"))
    blips: Iterable[etree._Element] = drawing.iter(_DRAWN + "main}blip")
    shown = ", ".join(reader.targets[blip.get(_R + "embed", "")] for blip in blips)
    return f"{shown} alt={said.get('descr')!r}"
