"""The reference file of the Word writer taken apart: what a designer decides, ready for documents.

In: the bytes of `docx/reference.docx`, which python-docx opens. Out: the ids of its styles and
lists, its page, and the parts that go into every document, cleaned of what one person's Word has
left in them.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part, XmlPart
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Length
from lxml import etree

from pipeline.writers.docx_styles import LIST_STYLES, read_sheet

LANGUAGE = "{language}"  # where the Document's language goes in styles and settings
FIELD = re.compile(r"\{[a-z]+\}")  # in headers and footers: "{title}"


@dataclass(frozen=True, slots=True)
class Reference:
    """What a reference file gives. Lengths in twentieths of a point.

    `parts` are those that go into every document, `types` their content types, `named` the names
    of those of which there is one kind ("styles"), `edges` the names of headers and footers.
    `lists` gives the abstract numbering of a list style and its first list.
    """

    parts: Mapping[str, bytes]
    types: Mapping[str, str]
    named: Mapping[str, str]
    edges: tuple[str, ...]
    relationships: tuple[tuple[str, str, str], ...]  # id, kind, target
    styles: Mapping[str, str]  # name in lower case -> id
    lists: Mapping[str, tuple[str, str]]  # name in lower case -> abstract numbering, number
    numbers: int  # the highest number of a list
    taken: int  # the highest number of a picture or bookmark in headers and footers
    section: str  # of the first pages
    later: str  # of those after a page that was turned
    wide: str  # of the turned ones
    width: int
    height: int
    wide_width: int


@lru_cache(maxsize=4)
def read_reference(data: bytes) -> Reference:
    """The reference file. Raises ValueError that names every style that is missing from it."""
    sheet = read_sheet(data)
    missing = [name for name, _ in sheet.missing()]
    if missing:
        raise ValueError(f"docx/reference.docx lacks the styles: {', '.join(missing)}")
    document = docx.Document(io.BytesIO(data))
    ids = {(style.name or "").lower(): style.style_id for style in document.styles}
    abstract = _numbering(document)
    found = dict(_list_styles(document, abstract))
    bare = [name for name in LIST_STYLES if name.lower() not in found]
    if bare:
        raise ValueError(f"docx/reference.docx gives no numbering to: {', '.join(bare)}")
    edges = {part.partname.membername: part for part in _edges(document)}
    _clean(document)
    for part in edges.values():
        _join(part.element)
    kept = tuple(_kept(document, edges))
    parts = _reachable(part for _, _, part in kept)
    page = _page(document)
    first = document.element.body.sectPr
    later = _later(first)
    return Reference(
        parts=dict(_written(parts)),
        types={f"/{name}": part.content_type for name, part in parts.items()},
        named={kind: part.partname.membername for _, kind, part in kept},
        edges=tuple(edges),
        relationships=tuple((id, kind, part.partname.membername) for id, kind, part in kept),
        styles=ids,
        lists=found,
        numbers=max(map(int, abstract), default=0),
        taken=max((n for part in edges.values() for n in _taken(part.element)), default=0),
        section=etree.tostring(first, encoding="unicode"),
        later=etree.tostring(later, encoding="unicode"),
        wide=etree.tostring(_lain(later), encoding="unicode"),
        width=_left(page.page_width, page.left_margin, page.right_margin, page.gutter),
        height=_left(page.page_height, page.top_margin, page.bottom_margin),
        wide_width=_left(page.page_height, page.left_margin, page.right_margin, page.gutter),
    )


# Relationships that a document takes over. Left out on purpose: thumbnails, glossaries, custom
# XML, end notes, and stylesWithEffects, which checkers find at odds with the styles.
_KEPT = ("styles", "numbering", "settings", "fontTable", "theme", "webSettings")
# What a designer's copy of Word leaves behind: paths, editing sessions, a wish to update fields
# (Word asks the reader about it), protection; and end notes, which no document here has.
_DROPPED = tuple(
    f"w:{name}"
    for name in (
        "attachedTemplate", "documentProtection", "docVars", "endnotePr", "linkStyles", "mailMerge",
        "proofState", "revisionView", "rsids", "trackRevisions", "updateFields", "writeProtection",
    )
)  # fmt: skip


def _numbering(document: Document) -> dict[str, str]:
    """The abstract numbering of each list, by number."""
    try:
        numbering = document.part.numbering_part.element
    except NotImplementedError:  # python-docx makes other parts that are missing, not this one
        raise ValueError("docx/reference.docx holds no lists") from None
    return {str(num.numId): str(num.abstractNumId.val) for num in numbering.num_lst}


def _list_styles(
    document: Document, abstract: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    for style in document.styles:
        for number in style.element.xpath("w:pPr/w:numPr/w:numId/@w:val"):
            if number in abstract:
                yield (style.name or "").lower(), (abstract[number], str(number))


def _page(document: Document) -> Section:
    section = document.element.body.sectPr
    if section is None or not section.xpath("w:pgSz[@w:w and @w:h]"):
        raise ValueError("docx/reference.docx has no page set-up")
    return document.sections[-1]


def _later(section: BaseOxmlElement) -> BaseOxmlElement:
    """The same pages once more: not with the header of a first page, nor counted from 1 again, and
    on a page of their own."""
    again = copy.deepcopy(section)
    _remove(again, "w:titlePg", "w:type")
    for numbering in again.xpath("w:pgNumType[@w:start]"):
        del numbering.attrib[qn("w:start")]
    return again


def _lain(section: BaseOxmlElement) -> BaseOxmlElement:
    """The pages on their longer side, with the same margins."""
    turned = copy.deepcopy(section)
    [size] = turned.xpath("w:pgSz")
    width, height = size.get(qn("w:w")), size.get(qn("w:h"))
    size.attrib.update({qn("w:w"): height, qn("w:h"): width, qn("w:orient"): "landscape"})
    return turned


def _left(whole: Length | None, *taken: Length | None) -> int:
    return int(Length((whole or 0) - sum(length or 0 for length in taken)).twips)


def _edges(document: Document) -> Iterator[XmlPart]:
    """Headers and footers of the page."""
    page = _page(document)
    for edge in (
        page.header, page.first_page_header, page.even_page_header,
        page.footer, page.first_page_footer, page.even_page_footer,
    ):  # fmt: skip
        if not edge.is_linked_to_previous:
            yield edge.part


def _taken(edge: BaseOxmlElement) -> Iterator[int]:
    """Pictures and bookmarks are counted through all parts of a file."""
    for number in edge.xpath(".//wp:docPr/@id | .//w:bookmarkStart/@w:id"):
        yield int(number)


def _kept(document: Document, edges: Mapping[str, Part]) -> Iterator[tuple[str, str, Part]]:
    for id, relationship in document.part.rels.items():
        kind = relationship.reltype.rpartition("/")[2]
        if not relationship.is_external:
            part = relationship.target_part
            if kind in _KEPT or part.partname.membername in edges:
                yield id, kind, part


def _reachable(parts: Iterable[Part]) -> dict[str, Part]:
    """The parts and what they refer to: the logo of a header, an embedded font."""
    found: dict[str, Part] = {}
    waiting = list(parts)
    while waiting:
        part = waiting.pop(0)
        if part.partname.membername not in found:
            found[part.partname.membername] = part
            waiting += part.rels.related_parts.values()
    return found


def _written(parts: Mapping[str, Part]) -> Iterator[tuple[str, bytes]]:
    for name, part in parts.items():
        yield name, part.blob
        if part.rels:
            yield part.partname.rels_uri.membername, part.rels.xml


# Cleaning ------------------------------------------------------------------------------------


def _clean(document: Document) -> None:
    _speak(document.styles.element)
    settings = document.settings.element
    _remove(settings, *_DROPPED)
    for language in settings.xpath("w:themeFontLang"):
        language.attrib.clear()
        language.set(qn("w:val"), LANGUAGE)
    # They refer to nothing but the template on the designer's disk.
    document.part.part_related_by(RELATIONSHIP_TYPE.SETTINGS).rels.clear()
    # Lists are appended, so nothing may follow them.
    _remove(document.part.numbering_part.element, "w:numIdMacAtCleanup")
    section = document.element.body.sectPr
    _remove(section, "w:printerSettings")
    for name in [name for name in section.attrib if "rsid" in name]:
        del section.attrib[name]


def _remove(parent: BaseOxmlElement, *paths: str) -> None:
    for element in parent.xpath(" | ".join(paths)):
        element.getparent().remove(element)


def _speak(styles: BaseOxmlElement) -> None:
    """One language for all styles, said once: a Word in French marks each style as French."""
    _remove(styles, ".//w:lang")
    for defaults in styles.xpath("w:docDefaults/w:rPrDefault/w:rPr"):
        etree.SubElement(defaults, qn("w:lang")).set(qn("w:val"), LANGUAGE)
        return
    raise ValueError("docx/reference.docx has no default run properties")


def _join(edge: BaseOxmlElement) -> None:
    """Each "{title}" of a header or footer in one run: Word cuts words into runs at will."""
    for paragraph in edge.xpath(".//w:p"):
        pieces = paragraph.xpath(".//w:t")
        texts = [piece.text or "" for piece in pieces]
        for found in reversed(list(FIELD.finditer("".join(texts)))):
            start = 0
            for number, text in enumerate(texts):
                end = start + len(text)
                before = text[: max(found.start() - start, 0)]
                after = text[max(found.end() - start, 0) :]
                if start <= found.start() < end:
                    texts[number] = before + found[0] + after
                elif found.start() < end and start < found.end():
                    texts[number] = after
                start = end
        for piece, text in zip(pieces, texts, strict=True):
            piece.text = text
            piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
