"""Two Documents to one that shows what changed between them: a redline.

In: an older and a newer Document of the same briefing. Out: the newer one, with what it added in
Inserted and what it dropped in Deleted. Every writer prints it as it prints any Document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any, TypeVar

from pipeline.document import (
    Block,
    Box,
    Citation,
    Definition,
    Definitions,
    Deleted,
    Document,
    Figure,
    Inline,
    Inlines,
    Inserted,
    Item,
    List,
    Paragraph,
    Row,
    Section,
    Table,
    joined,
    text,
    walk,
)  # fmt: skip

T = TypeVar("T", bound="Block | Item | Definition | Row")


def compare(old: Document, new: Document) -> Document:
    """The newer Document with the older one's differences marked, down to the word."""
    return replace(new, front=_parts(old.front, new.front), body=_parts(old.body, new.body))


def _parts(old: Sequence[T], new: Sequence[T]) -> tuple[T, ...]:
    """Two rows of siblings as one: the same by id or by wording are compared, others marked."""
    merged: list[T] = []
    matcher = SequenceMatcher(None, [_key(o) for o in old], [_key(n) for n in new], autojunk=False)
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "equal":
            merged += [_merged(o, n) for o, n in zip(old[i:i_end], new[j:j_end], strict=True)]
        else:
            merged += _replaced(list(old[i:i_end]), list(new[j:j_end]))
    return tuple(merged)


def _key(part: Any) -> tuple[str, str, int]:
    """What makes two parts the same: their id, or else their words; and their shape."""
    words = "".join(text(value) for value in _inlines(part))
    return type(part).__name__, part.id or words, _shape(part)


def _shape(part: Any) -> int:
    """What must agree for two parts to be laid over each other: the number of columns."""
    match part:
        case Table():
            return len(part.columns)
        case Row():
            return len(part.cells)
        case _:
            return 0


def _inlines(part: Any) -> Iterator[Inlines]:
    for node in walk(part):
        match node:
            case Paragraph():
                yield node.content
            case Row():
                yield from node.cells


def _replaced(old: list[T], new: list[T]) -> Iterator[T]:
    """Reworded parts stand at the same place in the run and are of one type."""
    for o, n in zip(old, new, strict=False):
        if type(o) is type(n) and not (o.id and n.id) and _shape(o) == _shape(n):
            yield _merged(o, n)
        else:
            yield _marked(o, Deleted)
            yield _marked(n, Inserted)
    yield from (_marked(o, Deleted) for o in old[len(new) :])
    yield from (_marked(n, Inserted) for n in new[len(old) :])


def _merged(old: T, new: T) -> T:
    """One part in its two versions."""
    merged: Any
    match old, new:
        case Paragraph(), Paragraph():
            merged = replace(new, content=_line(old.content, new.content))
        case ((Item() | Section() | Box()), (Item() | Section() | Box())):
            merged = replace(new, content=_parts(old.content, new.content))
        case Definition(), Definition():
            content = _parts(old.content, new.content)
            merged = replace(new, term=_line(old.term, new.term), content=content)
        case List(), List():
            merged = replace(new, items=_parts(old.items, new.items))
        case Definitions(), Definitions():
            merged = replace(new, items=_parts(old.items, new.items))
        case Row(), Row():
            cells = tuple(_line(o, n) for o, n in zip(old.cells, new.cells, strict=True))
            merged = replace(new, cells=cells)
        case Table(), Table():
            merged = replace(
                new,
                columns=tuple(
                    replace(n, heading=_line(o.heading, n.heading))
                    for o, n in zip(old.columns, new.columns, strict=True)
                ),
                rows=_parts(old.rows, new.rows),
                caption=_line(old.caption, new.caption),
                source=_line(old.source, new.source),
            )
        case Figure(), Figure():
            caption = _line(old.caption, new.caption)
            merged = replace(new, caption=caption, source=_line(old.source, new.source))
        case _:
            raise TypeError(f"{type(old).__name__} and {type(new).__name__} are not compared")
    result: T = merged
    return result


def _marked(part: T, mark: Callable[[Inlines], Inline]) -> T:
    """A whole part as inserted or deleted. A deleted part gives up its id and its number: the
    newer Document may hold the same ones. A deleted picture leaves its caption."""
    marked: Any
    match part:
        case Paragraph():
            marked = replace(part, content=_mark(part.content, mark))
        case Item():
            marked = replace(part, content=_all(part.content, mark))
        case Section() | Box():
            title = _mark(part.title, mark)
            marked = replace(part, title=title, content=_all(part.content, mark))
        case Definition():
            term = _mark(part.term, mark)
            marked = replace(part, term=term, content=_all(part.content, mark))
        case List():
            marked = replace(part, items=_all(part.items, mark))
        case Definitions():
            marked = replace(part, items=_all(part.items, mark))
        case Row():
            marked = replace(part, cells=tuple(_mark(cell, mark) for cell in part.cells))
        case Table():
            marked = _marked_table(part, mark)
        case Figure() if mark is Deleted:
            marked = Paragraph(_mark(part.caption, mark))
        case Figure():
            source = _mark(part.source, mark)
            marked = replace(part, caption=_mark(part.caption, mark), source=source)
    if mark is Deleted:
        marked = replace(marked, id="")
    result: T = marked
    return result


def _all(parts: tuple[T, ...], mark: Callable[[Inlines], Inline]) -> tuple[T, ...]:
    return tuple(_marked(part, mark) for part in parts)


def _marked_table(table: Table, mark: Callable[[Inlines], Inline]) -> Table:
    return replace(
        table,
        columns=tuple(replace(one, heading=_mark(one.heading, mark)) for one in table.columns),
        rows=_all(table.rows, mark),
        caption=_mark(table.caption, mark),
        source=_mark(table.source, mark),
        label="" if mark is Deleted else table.label,
    )


def _mark(inlines: Inlines, mark: Callable[[Inlines], Inline]) -> Inlines:
    return (mark(inlines),) if inlines else ()


def _line(old: Inlines, new: Inlines) -> Inlines:
    """Two versions of a line, word by word."""
    before, after = list(_words(old)), list(_words(new))
    merged: list[Inline] = []
    matcher = SequenceMatcher(
        None, [_same(piece) for piece in before], [_same(piece) for piece in after], autojunk=False
    )
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "equal":
            merged += after[j:j_end]
            continue
        if i < i_end:
            merged.append(Deleted(joined(tuple(before[i:i_end]))))
        if j < j_end:
            merged.append(Inserted(joined(tuple(after[j:j_end]))))
    return joined(tuple(merged))


def _same(piece: Inline) -> Inline:
    """A citation is the same whatever its number: one new source early renumbers all others."""
    return replace(piece, label="") if isinstance(piece, Citation) else piece


def _words(inlines: Inlines) -> Iterator[Inline]:
    """A line in pieces that stay whole: a word with the blank after it, or a node."""
    for inline in inlines:
        if isinstance(inline, str):
            yield from re.findall(r"\S+\s*|\s+", inline)
        else:
            yield inline
