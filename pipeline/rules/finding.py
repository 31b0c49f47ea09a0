"""What a rule yields, and the walks over records that rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pipeline import lookup, markup
from pipeline.diagnostic import Severity, Span
from pipeline.library import Briefing, Library, records
from pipeline.markup import Mark
from pipeline.record import Record, fields, references_in, texts_in, walked
from pipeline.source import Scalar
from pipeline.values import Ref, Text


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` stands only where one rule has several: it is the rule's name otherwise."""

    span: Span
    message: str
    hint: str = ""
    severity: Severity = "error"
    code: str = ""


# What is wrong with the records of the first Library; what they point to is in the second.
Rule: TypeAlias = Callable[[Library, Library], Iterator[Finding]]


def within(value: object) -> Iterator[Record]:
    """Every record in a value, itself first."""
    if isinstance(value, Record):
        yield from _records(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from within(item)


def _collect_records(value: object, found: list[Record]) -> None:
    if isinstance(value, Record):
        found.append(value)
        for name in fields(type(value)):
            _collect_records(getattr(value, name), found)
    elif isinstance(value, tuple):
        for item in value:
            _collect_records(item, found)


_records = walked(_collect_records)


def everywhere(library: Library) -> Iterator[Record]:
    """Every record of the library, however deep."""
    for record in records(library):
        yield from within(record)


def own_texts(record: Record) -> Iterator[Text]:
    """The texts that stand in a record itself, not in records inside it."""
    for name in fields(type(record)):
        yield from _texts(getattr(record, name))


def _texts(value: object) -> Iterator[Text]:
    match value:
        case Text():
            yield value
        case tuple():
            for item in value:
                yield from _texts(item)
        case Mapping():
            for item in value.values():
                yield from _texts(item)


def own_pointers(record: Record) -> Iterator[Ref]:
    """The pointers that stand in a record itself, not in records inside it."""
    for name in fields(type(record)):
        value = getattr(record, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Ref):
                yield item


def pointable(briefing: Briefing) -> Iterator[str]:
    """The ids of what has a title or a caption, which is what a pointer prints."""
    for record in within((briefing.front, briefing.body)):
        id = getattr(record, "id", None)
        if id and (getattr(record, "title", None) or getattr(record, "caption", None)):
            yield str(id)
        yield from (ref.id for ref in own_pointers(record) if ref.kind == "graphic")


def printed(briefing: Briefing, library: Library) -> Iterator[Record]:
    """The briefing, every shared record that it points to, directly or through another, and the
    figures and offices whose values its texts print."""
    seen: set[tuple[str, str]] = set()
    waiting: list[Record] = [briefing]
    while waiting:
        record = waiting.pop()
        yield record
        yield from valued(record, library)
        for ref in references_in(record):
            target = library.shared(ref.kind).get(ref.id)
            if target is not None and (ref.kind, ref.id) not in seen:
                seen.add((ref.kind, ref.id))
                waiting.append(target)


def valued(record: Record, library: Library) -> Iterator[Record]:
    """The figures and offices of other records whose values the texts of this one print."""
    for text in texts_in(record):
        for mark, _ in marks(text, "value"):
            try:
                values = lookup.values(mark.key, library.entities, library.events)
            except lookup.NoSuchValue:
                continue  # a finding of its own
            yield from (value for value in values if isinstance(value, Record))


def marks(text: Text, kind: str) -> Iterator[tuple[Mark, Scalar]]:
    """The marks of one kind in every language of a text, each with the scalar it stands in."""
    for scalar in text.values.values():
        for mark in markup.parse(scalar.text).marks:
            if mark.kind == kind:
                yield mark, scalar
