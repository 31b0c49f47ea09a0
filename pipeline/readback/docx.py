"""DOCX -> Reading: the package's XML by zipfile and lxml, with nothing that writes it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lxml import etree

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

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
LAID_OUT = "facts table"
"""The style of a table that is there for its looks: what its cells hold is read as paragraphs."""


def read(data: bytes) -> Reading:
    """Raises Unreadable when the bytes are no package, or a part of it is missing or broken."""
    try:
        with ZipFile(BytesIO(data)) as package:
            return _read({name: package.read(name) for name in package.namelist()})
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        raise Unreadable(str(error)) from error
    except KeyError as error:
        raise Unreadable(f"it lacks the part {error}") from error
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"its XML is broken: {error}") from error


def _read(parts: Mapping[str, bytes]) -> Reading:
    document = _xml(parts["word/document.xml"])
    styles = _xml(parts["word/styles.xml"])
    reader = _Reader(styles_of(styles), _links(parts, "word/_rels/document.xml.rels"))
    body = document.find(f"{_WORD}body")
    if body is None:
        raise Unreadable("its main part has no body")
    _blocks(reader, body)
    core = _xml(parts["docProps/core.xml"])
    return Reading(
        (*reader.lines, *_notes(reader, parts)),
        _language(styles, core),
        core.findtext(f"{_DUBLIN}title") or "",
    )


def _language(styles: etree._Element, core: etree._Element) -> str:
    """What the styles say. They name a country, for Word's spelling wants one; whether the
    Document does is seen in the properties."""
    default = styles.find(f".//{_WORD}docDefaults//{_WORD}lang")
    spelled = "" if default is None else default.get(f"{_WORD}val", "")
    said = core.findtext(f"{_DUBLIN}language") or ""
    return said if said and spelled.startswith(f"{said}-") else spelled


def _xml(part: bytes) -> etree._Element:
    # A package holds no entities; one that does is an attack (ECMA-376-2 8.1.4).
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, huge_tree=True))


def _links(parts: Mapping[str, bytes], name: str) -> dict[str, str]:
    """The addresses of hyperlinks, by relationship."""
    if name not in parts:
        return {}
    relations = _xml(parts[name]).iter(f"{_PACKAGE}Relationship")
    return {one.get("Id", ""): one.get("Target", "") for one in relations}


@dataclass(frozen=True, slots=True)
class Style:
    name: str
    level: int  # of a heading; 0 for other text


def styles_of(styles: etree._Element) -> dict[str, Style]:
    """Styles by id. Word's navigation goes by the outline level, not by the name."""
    found = {}
    for style in styles.iter(f"{_WORD}style"):
        name_element = style.find(f"{_WORD}name")
        name = "" if name_element is None else name_element.get(f"{_WORD}val", "").lower()
        outline = style.find(f"{_WORD}pPr/{_WORD}outlineLvl")
        level = 0 if outline is None else int(outline.get(f"{_WORD}val", "9")) + 2
        # Levels count from 0, 9 is body text; the title stands above the first.
        level = 1 if name == "title" else 0 if level > 10 else level
        found[style.get(f"{_WORD}styleId", "")] = Style(name, level)
    return found


# Blocks ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    styles: Mapping[str, Style]
    links: Mapping[str, str]
    lines: list[Line] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    pending: list[Mark] = field(default_factory=list)  # anchors between paragraphs


def _blocks(reader: _Reader, parent: etree._Element) -> None:
    for element in parent:
        match _name(element):
            case "p":
                _paragraph(reader, element)
            case "tbl":
                _table(reader, element)
            case "sdt" if element.find(f".//{_WORD}docPartGallery") is None:
                for content in element.findall(f"{_WORD}sdtContent"):
                    _blocks(reader, content)
            case "bookmarkStart":
                reader.pending.append(Anchored(element.get(f"{_WORD}name", "")))
            case "ins" | "del" | "moveTo" | "customXml" | "smartTag":
                _blocks(reader, element)


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.removeprefix(_WORD) if isinstance(tag, str) and tag.startswith(_WORD) else ""


def _paragraph(reader: _Reader, paragraph: etree._Element) -> None:
    style = style_of(reader.styles, paragraph, "pPr/{}pStyle")
    level = style.level
    outline = paragraph.find(f"{_WORD}pPr/{_WORD}outlineLvl")
    if outline is not None:
        level = int(outline.get(f"{_WORD}val", "9")) + 2
    kind: Kind = "heading" if 0 < level < 11 else "text"
    marks = (*reader.pending, *_marks(reader, paragraph))
    reader.pending = []
    reader.lines.append(Line(kind, (marks,), level if kind == "heading" else 0))


def style_of(styles: Mapping[str, Style], element: etree._Element, path: str) -> Style:
    """The style of a paragraph, a run or a table; `path` leads to where it is named."""
    found = element.find(_WORD + path.format(_WORD))
    id = "" if found is None else found.get(f"{_WORD}val", "")
    return styles.get(id, Style("", 0))


def _table(reader: _Reader, table: etree._Element) -> None:
    laid_out = style_of(reader.styles, table, "tblPr/{}tblStyle").name == LAID_OUT
    for row in table.iter(f"{_WORD}tr"):
        # Rows of tables in cells belong to these.
        if next(row.iterancestors(f"{_WORD}tbl")) is not table:
            continue
        if laid_out:
            for cell in row.iter(f"{_WORD}tc"):
                if next(cell.iterancestors(f"{_WORD}tr")) is row:
                    _blocks(reader, cell)
        else:
            cells = tuple(_cell(reader, cell) for cell in row.findall(f"{_WORD}tc"))
            reader.lines.append(Line("row", cells))


def _cell(reader: _Reader, cell: etree._Element) -> tuple[Mark, ...]:
    marks = list(reader.pending)
    reader.pending = []
    for paragraph in cell.iter(f"{_WORD}p"):
        marks += [*_marks(reader, paragraph), " "]
    return tuple(marks)


# Lines -------------------------------------------------------------------------------------


def _marks(reader: _Reader, parent: etree._Element) -> Iterator[Mark]:
    for element in parent:
        match _name(element):
            case "r":
                yield from _run(reader, element)
            case "hyperlink":
                anchor = element.get(f"{_WORD}anchor")
                address = reader.links.get(element.get(f"{_OFFICE}id", ""), "")
                yield Opened(address if anchor is None else f"#{anchor}")
                yield from _marks(reader, element)
                yield Closed()
            case "bookmarkStart":
                yield Anchored(element.get(f"{_WORD}name", ""))
            case "sdt":
                for content in element.findall(f"{_WORD}sdtContent"):
                    yield from _marks(reader, content)
            case "ins" | "del" | "moveTo" | "fldSimple" | "smartTag" | "customXml":
                yield from _marks(reader, element)


def _run(reader: _Reader, run: etree._Element) -> Iterator[Mark]:
    for element in run:
        match _name(element):
            case "t" | "delText":
                yield element.text or ""
            case "tab" | "br" | "cr":
                yield " "
            case "noBreakHyphen":
                yield "\N{NON-BREAKING HYPHEN}"
            case "softHyphen":
                yield "\N{SOFT HYPHEN}"
            case "footnoteReference":
                reader.calls.append(element.get(f"{_WORD}id", ""))
                yield Called()
                return  # a number of its own may follow: it is what the reader sees of the call
            case "drawing":
                for said in element.iter(f"{_DRAWING}docPr"):
                    yield Shown(said.get("descr", ""))


def _notes(reader: _Reader, parts: Mapping[str, bytes]) -> Iterator[Line]:
    """In the order of their calls."""
    if not reader.calls:
        return
    inner = _Reader(reader.styles, _links(parts, "word/_rels/footnotes.xml.rels"))
    notes = {
        note.get(f"{_WORD}id", ""): tuple(_note(inner, note))
        for note in _xml(parts["word/footnotes.xml"]).iter(f"{_WORD}footnote")
    }
    for call in reader.calls:
        yield Line("note", (notes.get(call, ()),))


def _note(reader: _Reader, note: etree._Element) -> Iterator[Mark]:
    for paragraph in note.iter(f"{_WORD}p"):
        for run in paragraph.findall(f"{_WORD}r"):
            if style_of(reader.styles, run, "rPr/{}rStyle").name == "footnote reference":
                # The number that stands before the note.
                paragraph.remove(run)
                break
        yield from _marks(reader, paragraph)
        yield " "
