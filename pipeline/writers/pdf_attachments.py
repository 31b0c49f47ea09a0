"""A Document goes in; the files come out that its PDF carries inside: the Document itself as
canonical JSON, and the data of each table and chart as CSV.

They hold what the Document holds and no more: sources hold what other audiences may not see.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pydyf  # type: ignore[import-untyped]

from pipeline.document import Document, Figure, Table, text, to_json, walk


@dataclass(frozen=True, slots=True)
class Attachment:
    """`relationship`, to the pages that carry it: "Source" or "Data" (ISO 19005-3, annex E)."""

    name: str
    media_type: str
    relationship: str
    described: str
    data: bytes


def attachments(document: Document) -> list[Attachment]:
    """The files to attach, in the order of the Document. Equal Documents give equal names."""
    json = Attachment(
        f"{document.metadata.identifier}.json", "application/json", "Source", document.title,
        to_json(document).encode(),
    )  # fmt: skip
    return [json, *_tables(document)]


def _tables(document: Document) -> Iterator[Attachment]:
    number = 0
    twins = {id(node.twin): node for node in walk(document) if isinstance(node, Figure)}
    for node in walk(document):
        if isinstance(node, Table):
            number += 1
            shown = twins.get(id(node), node)
            # Ids of the Document do not start with "_", so no name can come up twice.
            name = shown.id or f"_table-{number}"
            said = " ".join(part for part in (shown.label, text(shown.caption)) if part)
            yield Attachment(f"{name}.csv", "text/csv", "Data", said, _csv(node))


def _csv(table: Table) -> bytes:
    """RFC 4180 in UTF-8; without the mark at its start, Excel takes it for another encoding."""
    rows = io.StringIO(newline="")
    writer = csv.writer(rows)
    writer.writerow(text(column.heading) for column in table.columns)
    writer.writerows([text(cell) for cell in row.cells] for row in table.rows)
    return rows.getvalue().encode("utf-8-sig")


# Into the file -----------------------------------------------------------------------------


def attach(pdf: Any, files: list[Attachment], date: str) -> None:
    """Put the files into a PDF. `date` is written as PDF writes dates."""
    specifications = [_specification(pdf, one, date) for one in files]
    pairs = zip(files, specifications, strict=True)
    # A name tree is sorted (ISO 32000-1, 7.9.6); /AF keeps the order of the Document.
    named = sorted((one.name, specification.reference) for one, specification in pairs)
    tree = pydyf.Array()
    for name, reference in named:
        tree += [pydyf.String(name), reference]
    pdf.catalog.setdefault("Names", pydyf.Dictionary())
    pdf.catalog["Names"]["EmbeddedFiles"] = pydyf.Dictionary({"Names": tree})
    pdf.catalog["AF"] = pydyf.Array([one.reference for one in specifications])


def _specification(pdf: Any, one: Attachment, date: str) -> Any:
    checksum = hashlib.md5(one.data, usedforsecurity=False).hexdigest()
    parameters = {
        "Size": len(one.data), "CheckSum": f"<{checksum}>",
        "CreationDate": pydyf.String(date), "ModDate": pydyf.String(date),
    }  # fmt: skip
    kind = {
        "Type": "/EmbeddedFile",
        "Subtype": "/" + one.media_type.replace("/", "#2f"),
        "Params": pydyf.Dictionary(parameters),
    }
    stream = pydyf.Stream([one.data], pydyf.Dictionary(kind), compress=True)
    pdf.add_object(stream)
    specification = pydyf.Dictionary({
        "Type": "/Filespec",
        "F": pydyf.String(one.name),
        "UF": pydyf.String(one.name),
        "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
        "Desc": pydyf.String(one.described),
        "AFRelationship": f"/{one.relationship}",
    })  # fmt: skip
    pdf.add_object(specification)
    return specification
