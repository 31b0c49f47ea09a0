"""A Document goes in; what it says comes out as plain data, for programs that know nothing of us.

Everything is settled: references are numbered and printed, dates are words. So the peers print the
same words as we do, and are spared what leads to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, assert_never

from pipeline.document import (
    Block,
    Box,
    Citation,
    Definitions,
    Document,
    Figure,
    Inlines,
    Link,
    List,
    Paragraph,
    Section,
    Table,
    text,
)

SUFFIX = ".json"


def write(documents: Iterable[Document], folder: Path) -> list[Path]:
    """A file for each Document, in JSON: no peer spends its time on reading."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_put(folder / f"{one.id}{SUFFIX}", content(one)) for one in documents]


def _put(path: Path, said: Any) -> Path:
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1))
    return path


def content(document: Document) -> dict[str, Any]:
    """All the words of a Document without figures and notes, in the order of its print."""
    if document.series or document.marking:
        raise ValueError("the generator makes no series and no markings")
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "dateline": document.dateline,
        "authors": list(document.metadata.authors),
        "language": document.language,
        "contents": document.labels.contents,
        "sections": [_section(block) for block in document.front + document.body],
    }


def _section(block: Block) -> dict[str, Any]:
    match block:
        case Section():
            blocks = [_block(one) for one in block.content]
            return {"id": block.id, "title": text(block.title), "blocks": blocks}
        case _:
            return {"id": "", "title": "", "blocks": [_block(block)]}


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "line": _line(block.content)}
        case List():
            numbered = block.role == "references"
            items = [{"id": one.id, "line": _only(one.content)} for one in block.items]
            return {"kind": "references" if numbered else "list", "entries": items}
        case Definitions():
            items = [{"term": text(one.term), "line": _only(one.content)} for one in block.items]
            return {"kind": "definitions", "entries": items}
        case Table():
            return {
                "kind": "table",
                "caption": f"{block.label}. {text(block.caption)}",
                "columns": [text(column.heading) for column in block.columns],
                "rows": [[_line(cell) for cell in row.cells] for row in block.rows],
            }
        case Box(title=()):
            return {"kind": "box", "lines": [_only((one,)) for one in block.content]}
        case Figure() | Section() | Box():
            raise ValueError(f"the generator makes no such thing: {block.id}")
        case _:
            assert_never(block)


def _only(blocks: tuple[Block, ...]) -> dict[str, Any]:
    """The line of what holds one paragraph."""
    match blocks:
        case (Paragraph(content),):
            return _line(content)
    raise ValueError("the generator makes paragraphs that stand alone")


def _line(line: Inlines) -> dict[str, Any]:
    """A line is words, an address perhaps, calls of references, and words again."""
    links = [one for one in line if isinstance(one, Link)]
    calls = [one for one in line if isinstance(one, Citation)]
    marks = [n for n, one in enumerate(line) if isinstance(one, Link | Citation)]
    before = line[: marks[0]] if marks else line
    after = line[marks[-1] + 1 :] if marks else ()
    return {
        "text": text(before).strip(),
        "url": links[0].target if links else "",
        "calls": [{"label": one.label, "target": one.target} for one in calls],
        "after": text(after).strip(),
    }
