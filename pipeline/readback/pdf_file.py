"""What a PDF holds besides its pages, held against its Document: what it says of itself, what it
carries inside, its outline, the order of its content, and what it keeps from being read out.

In: a Document and the bytes of a PDF that has been read before. Out: what differs, as codes and
messages with the page, 0 for none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, TypeAlias

import pikepdf

from pipeline.document import (
    Blocks,
    Document,
    Section,
    Table,
    from_json,
    text,
    walk,
)
from pipeline.readback import pdf_tree
from pipeline.readback.pdf_text import Run, opened, painted
from pipeline.readback.pdf_tree import squeezed

Difference: TypeAlias = tuple[str, str, int]


def differences(document: Document, data: bytes) -> Iterator[Difference]:
    """What differs, the tags first. Raises Unreadable where something is damaged."""
    with opened(data) as file:
        found = painted(data)
        yield from _tags(document, file, found)
        yield from _order(file, found)
        yield from _artifacts(document, found)
        yield from _running(document, found, len(file.pages))
        yield from _outline(document, file)
        yield from _metadata(document, file)
        yield from _attachments(document, file)


def _tags(document: Document, file: pikepdf.Pdf, runs: Iterable[Run]) -> Iterator[Difference]:
    try:
        found = pdf_tree.found(file, runs)
    except ValueError as error:
        yield "changed-tags", str(error), 0
        return
    if told := pdf_tree.difference(pdf_tree.expected(document), found):
        yield "changed-tags", *told


# Content -----------------------------------------------------------------------------------


def _order(file: pikepdf.Pdf, runs: Iterable[Run]) -> Iterator[Difference]:
    """What is painted on a page follows in the order in which it is read, but for notes."""
    places: dict[tuple[int, int], int] = {}
    for place, run in enumerate(runs):
        places.setdefault((run.page, run.id), place)
    last: dict[int, int] = {}
    for page, id in pdf_tree.order(file):
        place = places.get((page, id), -1)
        if place < last.get(page, -1):
            message = "content of the page lies in the file in another order than it is read in"
            yield "changed-order", message, page
            return
        last[page] = place


def _artifacts(document: Document, runs: Iterable[Run]) -> Iterator[Difference]:
    """Whatever is not tagged is marked as an artifact, and says nothing of its own: it is a
    running head, a folio, or the head of a table once more."""
    heads = [
        squeezed(text(column.heading))
        for table in walk(document)
        if isinstance(table, Table)
        for column in table.columns
    ]
    words = (
        document.title, document.series, document.marking, document.labels.page, document.labels.of,
    )  # fmt: skip
    running = [squeezed(word) for word in words]
    for run in runs:
        letters = squeezed(run.text)
        if run.id < 0 and not run.artifact and letters:
            yield "untagged-words", f"“{run.text}” is neither tagged nor an artifact", run.page
            return
        known = letters.isdecimal() or any(letters in one for one in (*heads, *running))
        cut = letters.endswith("…") and any(one.startswith(letters[:-1]) for one in running)
        if run.artifact == "Pagination" and letters and not known and not cut:
            yield "hidden-words", f"“{run.text}” is kept from those who hear the page", run.page
            return


def _running(document: Document, runs: Iterable[Run], pages: int) -> Iterator[Difference]:
    """The foot of each page has the marking and the folio, and its head the marking; the first
    page has no head, for its masthead says the same."""
    edges: dict[tuple[int, str], str] = {}
    for run in runs:
        edges[run.page, run.edge] = edges.get((run.page, run.edge), "") + squeezed(run.text)
    marking = squeezed(document.marking)
    for page in range(1, pages + 1):
        head, foot = edges.get((page, "Header"), ""), edges.get((page, "Footer"), "")
        folio = squeezed(f"{document.labels.page} {page} {document.labels.of} {pages}")
        for edge, letters in (("head", head), ("foot", foot)) if page > 1 else (("foot", foot),):
            if marking not in letters:
                message = f"the marking “{document.marking}” is missing in the {edge} of the page"
                yield "missing-marking", message, page
        if folio != foot.replace(marking, "", 1):
            yield "changed-folio", f"the foot of the page has “{foot}”, expected “{folio}”", page


def _outline(document: Document, file: pikepdf.Pdf) -> Iterator[Difference]:
    """The outline is as deep as the contents list."""
    wanted = list(_headings((*document.front, *document.body), 1))
    with file.open_outline() as outline:
        found = list(_entries(outline.root, 1))
    if not all(title for _, title in wanted):
        # What has no title is not in the outline; the engine decides how deep the next one lies.
        wanted = [(0, title) for _, title in wanted if title]
        found = [(0, title) for _, title in found]
    for one, other in zip_longest(wanted, found):
        if one != other:
            said, instead = (f"“{entry[1]}”" if entry else "nothing" for entry in (one, other))
            yield "changed-outline", f"the outline has {instead}, expected {said}", 0
            return


def _headings(blocks: Blocks, level: int) -> Iterator[tuple[int, str]]:
    for block in blocks:
        if isinstance(block, Section):
            yield level, squeezed(text(block.title))
            if level < 2:
                yield from _headings(block.content, level + 1)


def _entries(items: Iterable[Any], level: int) -> Iterator[tuple[int, str]]:
    for item in items:
        yield level, squeezed(item.title)
        yield from _entries(item.children, level + 1)


# What the file says of itself --------------------------------------------------------------


def _metadata(document: Document, file: pikepdf.Pdf) -> Iterator[Difference]:
    """The XMP packet, and the information dictionary where that has the same thing."""
    said: Any = file.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False)
    for name, value in _wanted(document).items():
        found = said.get(name, "")
        values = [found] if isinstance(found, str) else sorted(map(str, found))
        wanted = [value] if isinstance(value, str) else sorted(value)
        if [one for one in values if one] != [one for one in wanted if one]:
            message = f"{name} is “{'; '.join(values)}”, expected “{'; '.join(wanted)}”"
            yield "changed-metadata", message, 0
    for name, known in _INFORMATION.items():
        value = said.get(known, "")
        whole = value if isinstance(value, str) else ", ".join(map(str, value))
        if str(file.docinfo.get(name, "")) != whole:
            yield "changed-metadata", f"{name} and {known} differ", 0


def _wanted(document: Document) -> Mapping[str, str | tuple[str, ...]]:
    said = document.metadata
    return {
        "dc:title": document.title,
        "dc:language": (document.language,),
        "dc:identifier": said.identifier,
        "dc:description": said.description,
        "dc:creator": said.authors,
        "dc:publisher": (said.publisher,),
        "dc:date": (said.issued,),
        "dc:rights": said.license,
        "dc:subject": tuple(dict.fromkeys(said.keywords)),  # a bag says nothing twice
        "xmp:CreateDate": said.issued,
        "xmp:ModifyDate": said.issued,
        "pdfaid:part": "3",
        "pdfaid:conformance": "A",
        "pdfuaid:part": "1",
    }


_INFORMATION = {
    "/Title": "dc:title",
    "/Author": "dc:creator",
    "/Subject": "dc:description",
    "/Keywords": "pdf:Keywords",
    "/Creator": "xmp:CreatorTool",
    "/Producer": "pdf:Producer",
}


# What it carries inside --------------------------------------------------------------------


def _attachments(document: Document, file: pikepdf.Pdf) -> Iterator[Difference]:
    """The Document itself, and the data of each table and chart in its order; nothing else."""
    files: list[Any] = list(file.Root.get("/AF", ()))
    named = {str(one.UF) for one in files}
    if named != set(file.attachments) or len(named) != len(files):
        yield "changed-attachment", "the files inside are not those that the file lists", 0
        return
    sources = [one for one in files if one.get("/AFRelationship") == "/Source"]
    tables = [one for one in files if one.get("/AFRelationship") == "/Data"]
    if len(sources) != 1 or len(sources) + len(tables) != len(files) or not _is(document, *sources):
        yield "changed-attachment", "the Document is not inside as it is", 0
    wanted = [_rows(node) for node in walk(document) if isinstance(node, Table)]
    for rows, one in zip_longest(wanted, tables):
        if one is None or rows != _read_rows(one):
            name = "nothing" if one is None else str(one.UF)
            yield "changed-attachment", f"{name} stands in the place of a table’s data", 0
            return


def _is(document: Document, source: Any) -> bool:
    try:
        return from_json(_bytes(source).decode()) == document
    except ValueError:
        return False


def _bytes(file: Any) -> bytes:
    data: bytes = file.EF.F.read_bytes()
    return data


def _read_rows(file: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(_bytes(file).decode("utf-8-sig"), newline="")))


def _rows(table: Table) -> list[list[str]]:
    heads = [text(column.heading) for column in table.columns]
    return [heads, *([text(cell) for cell in row.cells] for row in table.rows)]
