"""A file in outline: which records it holds, what each says in a digest, what each points to.

In: what was read of one file. Out: its Outline, a JSON value in plain clothes, small enough to
be remembered for thousands of files; and over all outlines, what one briefing reaches.

A briefing is understood from what it reaches and nothing else, and so is a shared record. So a
digest over that decides whether anything about it can have changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pipeline import lookup, markup
from pipeline.diagnostic import BREAK, Diagnostic, Span
from pipeline.library import KINDS, Part
from pipeline.markup import Mark
from pipeline.record import Entity, PictureFile, Record, Shared, references_in, texts_in
from pipeline.source import Node, Scalar, Sequence

Pointer: TypeAlias = tuple[str, str]  # kind and id of a shared record, or one of these two:
FLAG = "flag"  # the entity with this code
FILE = "file"  # the file of this name under sources/pictures/


@dataclass(frozen=True, slots=True)
class Entry:
    """A record: `said` is the digest of what it says, `placed` that of the lines in which it is
    written and of where they stand, which moves with every line that is added above it. `code` is
    that of a state."""

    kind: str
    id: str
    said: str
    placed: str
    points: tuple[Pointer, ...]
    code: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A file's records and the problems in reading it."""

    name: str
    entries: tuple[Entry, ...]
    broken: tuple[Pointer, ...]
    found: tuple[Diagnostic, ...]


def outline(part: Part, data: bytes, found: Iterable[Diagnostic]) -> Outline:
    """The Outline of a file, from what was read of it, its bytes, and what is wrong with these."""
    lines = BREAK.split(data.decode()) if part.records else []
    entries = tuple(
        _entry(part, lines, record, node)
        for record, node in zip(part.records, part.nodes, strict=True)
    )
    return Outline(part.name, entries, tuple(sorted(part.broken)), tuple(found))


def _entry(part: Part, lines: list[str], record: Record, node: Node) -> Entry:
    said: list[str] = []
    _collect(node, said)
    span = node.span
    return Entry(
        part.kind,
        str(record.id) if isinstance(record, Shared) else part.name,
        _digest(said),
        _digest([str(span.line), *lines[span.line - 1 : span.end_line]]),
        tuple(dict.fromkeys(_points(record))),
        str(record.code or "") if isinstance(record, Entity) else "",
    )


def _digest(words: list[str]) -> str:
    # No text has a NUL. 128 bits tell records of one library apart as surely as 256, at half the
    # size.
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:32]


def _collect(node: Node, said: list[str]) -> None:
    """All that a record is decoded from, but for places (`plain` tells nothing from "nothing").
    Kinds stand before texts, and counts before what they count, so that a flat list says it all."""
    if isinstance(node, Scalar):
        said += "plain" if node.plain else "quoted", node.text
    elif isinstance(node, Sequence):
        said += "list", str(len(node.items))
        for item in node.items:
            _collect(item, said)
    else:
        said += "mapping", str(len(node.entries))
        for key, value in node.entries:
            said.append(key.text)
            _collect(value, said)


def _points(record: Record) -> Iterator[Pointer]:
    """Every shared record that this one may print, or take a value from."""
    yield from ((ref.kind, ref.id) for ref in references_in(record))
    if isinstance(record, PictureFile):
        yield FILE, str(record.file)
    for text in texts_in(record):
        for scalar in text.values.values():
            for mark in markup.parse(scalar.text).marks:
                yield from _marked(mark)


def _marked(mark: Mark) -> Iterator[Pointer]:
    match mark.kind:
        case "citation":
            yield "reference", mark.key
        case "flag":
            yield FLAG, mark.key
        case "value":
            for id in lookup.split(mark.key)[0]:
                yield "entity", id
                yield "event", id


Reached: TypeAlias = Mapping[Pointer, Entry | str | None]

# What is reached ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shelf:
    """The shared records of all outlines, each by kind and id, in the order of files; the first
    of two with one id counts, as in the library. `files` has the digests of picture files."""

    entries: Mapping[Pointer, Entry]
    homes: Mapping[Pointer, str]  # the file in which each stands
    order: Mapping[Pointer, int]
    twice: bool  # whether an id stands twice
    coded: Mapping[str, tuple[Pointer, ...]]  # entities by the code of their state
    files: Mapping[str, str]
    broken: frozenset[Pointer]


def shelf(outlines: Iterable[Outline], files: Mapping[str, str]) -> Shelf:
    entries: dict[Pointer, Entry] = {}
    homes: dict[Pointer, str] = {}
    coded: dict[str, tuple[Pointer, ...]] = {}
    broken: set[Pointer] = set()
    twice = False
    for one in outlines:
        broken |= set(one.broken)
        for entry in one.entries:
            pointer = entry.kind, entry.id
            twice |= pointer in entries
            if entry.kind in KINDS and pointer not in entries:
                entries[pointer] = entry
                homes[pointer] = one.name
                if entry.code:
                    coded[entry.code] = (*coded.get(entry.code, ()), pointer)
    order = {pointer: number for number, pointer in enumerate(entries)}
    return Shelf(entries, homes, order, twice, coded, files, frozenset(broken))


def reached(entries: Iterable[Entry], shelf: Shelf) -> Reached:
    """All that these records point to, directly or through others; None for what is not there,
    and for a file its digest."""
    found: dict[Pointer, Entry | str | None] = {}
    waiting = [pointer for entry in entries for pointer in entry.points]
    while waiting:
        pointer = waiting.pop()
        if pointer in found:
            continue
        kind, id = pointer
        if kind == FILE:
            found[pointer] = shelf.files.get(id)
        elif kind == FLAG:
            found[pointer] = None
            waiting += shelf.coded.get(id, ())
        else:
            entry = found[pointer] = shelf.entries.get(pointer)
            waiting += entry.points if entry else ()
    return found


# As JSON values ----------------------------------------------------------------------------


def encode(one: Outline) -> Any:
    """The Outline as a JSON value; what `decode` reads back as an equal one."""
    entries = [[e.kind, e.id, e.said, e.placed, e.points, e.code] for e in one.entries]
    return [one.name, entries, one.broken, encode_problems(one.found)]


def decode(value: Any) -> Outline:
    name, entries, broken, found = value
    return Outline(
        name,
        tuple(
            Entry(kind, id, said, placed, _pointers(points), code)
            for kind, id, said, placed, points, code in entries
        ),
        _pointers(broken),
        decode_problems(found),
    )


def _pointers(value: Any) -> tuple[Pointer, ...]:
    return tuple((kind, id) for kind, id in value)


def encode_problems(found: Iterable[Diagnostic]) -> Any:
    """Diagnostics as a JSON value."""
    return [
        [
            [s.file, s.line, s.column, s.end_line, s.end_column],
            d.code,
            d.message,
            d.hint,
            d.severity,
        ]
        for d in found
        for s in (d.span,)
    ]


def decode_problems(value: Any) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(Span(*span), code, message, hint, severity)
        for span, code, message, hint, severity in value
    )
