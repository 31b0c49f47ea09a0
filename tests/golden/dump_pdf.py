"""A PDF goes in; what it says of itself, its outline, fonts and tags come out as lines.

Where pages and lines break is left out: that is for the eye, and a newer engine may differ.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
from pypdfium2 import raw

from tests.golden.lines import joined, part, short

Words = Mapping[tuple[int, int], str]
"""What is shown, by number of page and of marked content."""

# These stand in a line of text; each other element has a line of its own.
_INLINE = frozenset({"Em", "Figure", "Lbl", "Link", "Quote", "Reference", "Span", "Strong"})
_TOLD = ("Alt", "Lang", "ID", "ActualText", "E", "T")
# It names the version of the engine.
_PRODUCER = "Producer"
_PREFIXES = {
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://www.aiim.org/pdfa/ns/id/": "pdfaid",
    "http://www.aiim.org/pdfua/ns/id/": "pdfuaid",
}


def dump(data: bytes) -> str:
    with pikepdf.open(BytesIO(data)) as file:
        parts = (
            part("File", _file(file)),
            part("Metadata (XMP)", _xmp(file)),
            part("Outline", _outline(file)),
            part("Fonts", sorted(font.line for font in fonts(file))),
            part("Tags", _tags(file, _words(data))),
        )
        return "\n".join(parts)


def _file(file: pikepdf.Pdf) -> Iterator[str]:
    root = file.Root
    left, bottom, right, top = (float(edge) for edge in file.pages[0].mediabox)
    yield f"PDF {file.pdf_version}, tagged: {bool(root.MarkInfo.Marked)}, language: {root.Lang}"
    yield f"pages: {len(file.pages)}, of {right - left:.0f} × {top - bottom:.0f} pt"
    yield f"page labels: {'yes' if '/PageLabels' in root else 'none'}"
    yield f"tab order: {', '.join(sorted({str(page.get('/Tabs')) for page in file.pages}))}"
    yield f"title shown in the window: {bool(root.ViewerPreferences.DisplayDocTitle)}"
    yield f"attachments: {', '.join(sorted(file.attachments)) or 'none'}"
    for name, value in sorted(file.docinfo.items()):
        if name != f"/{_PRODUCER}":
            yield f"{name}: {value}"


def _xmp(file: pikepdf.Pdf) -> Iterator[str]:
    with file.open_metadata() as metadata:
        for name in sorted(str(name) for name in metadata):
            value: Any = metadata[name]
            space, _, local = name.removeprefix("{").rpartition("}")
            if local == "schemas":
                yield f"{local}: {' '.join(''.join(value).split()) or 'defined'}"
            elif local != _PRODUCER:
                values = [value] if isinstance(value, str) else sorted(value)
                yield f"{_PREFIXES.get(space, space)}:{local}: {', '.join(values)}"


def _outline(file: pikepdf.Pdf) -> list[str]:
    def below(items: Iterable[Any], depth: int) -> Iterator[str]:
        for item in items:
            yield "  " * depth + item.title
            yield from below(item.children, depth + 1)

    with file.open_outline() as outline:
        return list(below(outline.root, 0))


# Fonts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Font:
    name: str
    embedded: bool

    @property
    def line(self) -> str:
        return f"{self.name}: {'embedded' if self.embedded else 'NOT EMBEDDED'}"


def fonts(file: pikepdf.Pdf) -> set[Font]:
    """Every font of the file, without the letters that mark a subset (ISO 32000-1, 9.6.4)."""
    descriptors: list[Any] = [
        thing
        for thing in file.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
    ]
    return {
        Font(
            str(thing.FontName).rpartition("+")[2],
            any(f"/FontFile{kind}" in thing for kind in ("", 2, 3)),
        )
        for thing in descriptors
    }


# Words of the pages ----------------------------------------------------------------------------


def _words(data: bytes) -> Words:
    words: dict[tuple[int, int], str] = {}
    file = pypdfium2.PdfDocument(data)
    for number, page in enumerate(file):
        text = page.get_textpage()
        for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
            at = number, raw.FPDFPageObj_GetMarkedContentID(thing.raw)
            words[at] = words.get(at, "") + _shown(thing.raw, text.raw)
    return words


def _shown(thing: Any, text: Any) -> str:
    size = raw.FPDFTextObj_GetText(thing, text, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFTextObj_GetText(thing, text, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


# Tags ------------------------------------------------------------------------------------------


def _tags(file: pikepdf.Pdf, words: Words) -> Iterator[str]:
    if "/RoleMap" in file.Root.StructTreeRoot:
        # pikepdf hands out keys in no order.
        yield f"role map: {dict(sorted(file.Root.StructTreeRoot.RoleMap.items()))}"
    reader = _Reader(words, {page.obj.objgen: number for number, page in enumerate(file.pages)})
    for element in _kids(file.Root.StructTreeRoot):
        yield from _element(reader, element, 0)


@dataclass(frozen=True)
class _Reader:
    words: Words
    pages: Mapping[tuple[int, int], int]


def _element(reader: _Reader, element: Any, depth: int) -> Iterator[str]:
    """An element with what stands in its line, below it those with lines of their own.

    A row is one line; numbers of pages in the contents list are left out.
    """
    if _type(element) == "TR":
        cells = [joined(_element(reader, kid, 0)) for kid in _kids(element)]
        yield "  " * depth + f"TR{_attributes(element)}: {' | '.join(cells)}"
        return
    line: list[str] = []
    below: list[str] = []
    for kid in _kids(element):
        if _type(kid) and _type(kid) not in _INLINE:
            below += _element(reader, kid, depth + 1)
        else:
            line += _pieces(reader, element, kid)
    if _type(element) == "TOCI":
        line = [re.sub(r"\s*\d+(?=\}*$)", " ‹page›", piece) for piece in line]
    yield "  " * depth + joined([f"{_type(element)}{_attributes(element)}", *_run(line)])
    yield from below


def _pieces(reader: _Reader, element: Any, kid: Any) -> list[str]:
    """What a kid puts into the line: words, an element in braces, nothing for a link's place."""
    match kid:
        case int():
            return [reader.words.get((reader.pages[element.Pg.objgen], kid), "")]
        case pikepdf.Dictionary() if kid.get("/Type") == "/MCR":
            return [reader.words.get((reader.pages[kid.Pg.objgen], int(kid.MCID)), "")]
        case pikepdf.Dictionary() if _type(kid):
            inner = [piece for one in _kids(kid) for piece in _pieces(reader, kid, one)]
            return ["{" + joined([f"{_type(kid)}{_attributes(kid)}", *_run(inner)]) + "}"]
        case _:
            return []


def _run(pieces: Iterable[str]) -> Iterator[str]:
    """Words that follow each other as one piece, shortened; elements in braces as they are."""
    words: list[str] = []
    for piece in pieces:
        if piece.startswith("{"):
            yield _unbroken(words)
            words = []
            yield piece
        else:
            words.append(piece.strip(" \r\n"))
    yield _unbroken(words)


def _unbroken(words: Iterable[str]) -> str:
    """An address may have been broken after a slash, a compound after its hyphen."""
    return short(re.sub(r"(?<=[/\w][/-]) (?=\w)", "", joined(words)))


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _type(element: Any) -> str:
    if isinstance(element, pikepdf.Dictionary) and "/S" in element:
        return str(element.S)[1:]
    return ""


def _attributes(element: Any) -> str:
    found = {name: element[f"/{name}"] for name in _TOLD if f"/{name}" in element}
    owned: Any = element.get("/A", [])
    for one in owned if isinstance(owned, pikepdf.Array) else [owned]:
        # The place of a picture on its page is for the eye.
        found |= {name[1:]: one[name] for name in map(str, one) if name not in ("/O", "/BBox")}
    said = "".join(f" {name}={_value(value)}" for name, value in found.items())
    # A link that goes over lines has as many areas.
    return said + "".join(dict.fromkeys(_target(kid) for kid in _kids(element)))


def _value(value: Any) -> str:
    return str(value)[1:] if isinstance(value, pikepdf.Name) else repr(short(str(value)))


def _target(kid: Any) -> str:
    """Where the link of an object reference leads, and what it says of itself."""
    if not isinstance(kid, pikepdf.Dictionary) or kid.get("/Type") != "/OBJR":
        return ""
    link = kid.Obj
    address = str(link.A.URI) if "/A" in link else f"#{link.get('/Dest', '')}"
    said = str(link.get("/Contents", ""))
    return f" → {short(address)}" + ("" if said in address else f" ({short(said)})")
