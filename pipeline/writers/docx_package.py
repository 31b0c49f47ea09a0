"""The parts of a Word file put together: properties, headers, lists, relationships, archive.

In: a Document, its printed content and the draft that grew with it. Out: the bytes of a .docx,
equal for equal arguments.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping

from pipeline.document import Document
from pipeline.writers.docx_lines import Draft, escape, quote, with_country
from pipeline.writers.docx_reference import FIELD, LANGUAGE

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def pack(document: Document, content: str, marking: str, draft: Draft) -> bytes:
    """The file. `content` is what w:body holds, `marking` the style of the Document's marking."""
    return _archive(_parts(document, content, marking, draft))


def _parts(document: Document, content: str, marking: str, draft: Draft) -> dict[str, str | bytes]:
    """Every part of the package in the order of the archive."""
    reference = draft.reference
    kept: dict[str, str | bytes] = dict(reference.parts)
    language = escape(with_country(document.language))
    for kind in ("styles", "settings"):
        name = reference.named[kind]
        kept[name] = reference.parts[name].decode().replace(LANGUAGE, language)
    kept[reference.named["numbering"]] = _numbering(draft)
    for name in reference.edges:
        kept[name] = _edge(reference.parts[name].decode(), document, marking, draft)
    return {
        "[Content_Types].xml": _content_types(dict(reference.types) | _TYPES),
        "_rels/.rels": _relationships(_ROOT),
        "docProps/core.xml": _core(document),
        "docProps/app.xml": _application(document),
        "docProps/custom.xml": _custom(document),
        "word/document.xml": f"{HEAD}<w:document {_SPACES}><w:body>{content}</w:body></w:document>",
        "word/_rels/document.xml.rels": _relationships(_relations(draft)),
        "word/footnotes.xml": f"{HEAD}<w:footnotes {_SPACES}>{_SEPARATORS}{''.join(draft.notes)}"
        "</w:footnotes>",
        "word/_rels/footnotes.xml.rels": _relationships(
            (id, kind, target) for (kind, target), id in draft.note_relations.items()
        ),
        **kept,
        **{f"word/{part}": draft.pictures[digest].raster for digest, part in draft.media.items()},
    }


def _relations(draft: Draft) -> Iterator[tuple[str, str, str]]:
    for id, kind, target in draft.reference.relationships:
        yield id, kind, target.removeprefix("word/")
    yield "footnotes", "footnotes", "footnotes.xml"
    for (kind, target), id in draft.relations.items():
        yield id, kind, target


def _numbering(draft: Draft) -> str:
    """The designer's lists, and one for each numbered list, which starts at 1."""
    reference = draft.reference
    head, end, rest = reference.parts[reference.named["numbering"]].decode().rpartition("</")
    first = reference.numbers + 1
    added = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/><w:lvlOverride'
        f' w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        for number, (abstract, level) in enumerate(draft.lists, first)
    )
    return f"{head}{added}{end}{rest}"


def _edge(part: str, document: Document, marking: str, draft: Draft) -> str:
    """A header or footer with its words filled in."""
    plain, coloured = draft.style("Marking"), draft.style(marking)
    part = part.replace(f'<w:rStyle w:val="{plain}"/>', f'<w:rStyle w:val="{coloured}"/>')
    values = {
        "series": document.series,
        "title": document.title,
        "dateline": document.dateline,
        "marking": document.marking,
        "page": document.labels.page,
        "of": document.labels.of,
    }
    return _fill(part, values)


def _core(document: Document) -> str:
    """Dates are the edition's: the clock does not decide what a file says."""
    metadata = document.metadata
    elements = (
        ("dc:title", document.title),
        ("dc:subject", document.subtitle),
        ("dc:creator", "; ".join(metadata.authors)),
        ("cp:keywords", ", ".join(metadata.keywords)),
        ("dc:description", metadata.description),
        ("cp:category", document.series),
        ("dc:identifier", metadata.identifier),
        ("dc:language", document.language),
    )
    printed = "".join(f"<{tag}>{escape(value)}</{tag}>" for tag, value in elements if value)
    for tag in ("created", "modified"):
        moment = f"{escape(metadata.issued)}T00:00:00Z"
        printed += f'<dcterms:{tag} xsi:type="dcterms:W3CDTF">{moment}</dcterms:{tag}>'
    return f"{HEAD}<cp:coreProperties {_CORE_SPACES}>{printed}</cp:coreProperties>"


def _application(document: Document) -> str:
    company = f"<Company>{escape(document.metadata.publisher)}</Company>"
    return (
        f'{HEAD}<Properties xmlns="{OFFICE}/extended-properties">'
        f"<Application>Briefing Pipeline</Application>{company}</Properties>"
    )


def _custom(document: Document) -> str:
    """What Word has no field for. The set's id is the one that Office fixes for such properties."""
    values = (("License", document.metadata.license), ("Marking", document.marking))
    properties = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{name}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(((n, v) for n, v in values if v), 2)
    )
    return (
        f'{HEAD}<Properties xmlns="{OFFICE}/custom-properties"'
        f' xmlns:vt="{OFFICE}/docPropsVTypes">{properties}</Properties>'
    )


def _fill(edge: str, values: Mapping[str, str]) -> str:
    """A header or footer with its "{title}", "{page}" … replaced, in one pass."""
    return FIELD.sub(lambda found: escape(values.get(found[0][1:-1], found[0])), edge)


def _relationships(entries: Iterable[tuple[str, str, str]]) -> str:
    """A relationships part. An entry is (id, kind, target); a hyperlink's target is outside."""
    lines = "".join(
        f'<Relationship Id="{id}" Type="{_namespace(kind)}/{kind}" Target={quote(target)}'
        f"{_OUTSIDE if kind == 'hyperlink' else ''}/>"
        for id, kind, target in entries
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


_OUTSIDE = ' TargetMode="External"'


def _namespace(kind: str) -> str:
    root = PACKAGE if kind == "metadata/core-properties" else OFFICE
    return f"{root}/relationships"


def _content_types(types: Mapping[str, str]) -> str:
    lines = "".join(
        f'<Override PartName="{name}" ContentType="{kind}"/>'
        if name.startswith("/")
        else f'<Default Extension="{name}" ContentType="{kind}"/>'
        for name, kind in sorted(types.items(), key=lambda entry: (entry[0][0] == "/", entry[0]))
    )
    return f'{HEAD}<Types xmlns="{PACKAGE}/content-types">{lines}</Types>'


def _archive(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of the parts, in their order; no clock, no user, no system in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            if name.endswith(".png"):  # compressed already
                entry.compress_type = zipfile.ZIP_STORED
            package.writestr(entry, part if isinstance(part, bytes) else part.encode())
    return packed.getvalue()


# Tables --------------------------------------------------------------------------------------

_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
    for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
)
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_PICTURE = f"{_DRAWING}/picture"
_SPACES = (
    f'xmlns:w="{WORD}" xmlns:r="{OFFICE}/relationships" xmlns:a="{_DRAWING}/main"'
    f' xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:pic="{_PICTURE}"'
)
_CORE_SPACES = (
    f'xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_KIND = "application/vnd.openxmlformats-officedocument"
_TYPES = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "xml": "application/xml",
    "png": "image/png",
    "/word/document.xml": f"{_KIND}.wordprocessingml.document.main+xml",
    "/word/footnotes.xml": f"{_KIND}.wordprocessingml.footnotes+xml",
    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "/docProps/app.xml": f"{_KIND}.extended-properties+xml",
    "/docProps/custom.xml": f"{_KIND}.custom-properties+xml",
}
_ROOT = (
    ("rId1", "officeDocument", "word/document.xml"),
    ("rId2", "metadata/core-properties", "docProps/core.xml"),
    ("rId3", "extended-properties", "docProps/app.xml"),
    ("rId4", "custom-properties", "docProps/custom.xml"),
)
