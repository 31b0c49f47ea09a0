"""What a rule yields, and the walks over records that rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from pipeline import lookup, markup
from pipeline.diagnostic import Severity, Span
from pipeline.library import Briefing, Library, records
from pipeline.markup import Mark
from pipeline.record import Own, Record, inside, references_in, remembered, texts_in
from pipeline.source import Scalar
from pipeline.values import Text


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


def owned(values: Iterable[Record]) -> Iterator[Own]:
    """Every record in these, however deep, each before those in it, with what stands in itself."""
    return (one for record in values for one in inside(record).records)


def within(values: Iterable[Record]) -> Iterator[Record]:
    """Every record in these, however deep, each before those in it."""
    return (one.record for one in owned(values))


def everywhere(library: Library) -> Iterator[Record]:
    """Every record of the library, however deep."""
    return within(records(library))


def own(record: Record, name: str) -> Any:
    """What stands under a key, or None where such a record has no such key."""
    return vars(record).get(name)


def pointable(briefing: Briefing) -> Iterator[str]:
    """The ids of what has a title or a caption, which is what a pointer prints."""
    for one in owned([briefing]):
        id = own(one.record, "id")
        if id and (own(one.record, "title") or own(one.record, "caption")):
            yield str(id)
        yield from (ref.id for ref in one.pointers if ref.kind == "graphic")


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
    for mark, _ in marks_in(record, "value"):
        try:
            values = lookup.values(mark.key, library.entities, library.events)
        except lookup.NoSuchValue:
            continue  # a finding of its own
        yield from (value for value in values if isinstance(value, Record))


Marked: TypeAlias = tuple[Mark, Scalar]  # a mark and what it stands in


def marks_in(record: Record, kind: str) -> list[Marked]:
    """The marks of one kind in every language of all texts that stand in a record."""
    return [one for one in _marks_in(record) if one[0].kind == kind]


@remembered
def _marks_in(record: Record) -> list[Marked]:
    return [one for text in texts_in(record) for one in _marks(text)]


def marks(text: Text, kind: str) -> list[Marked]:
    """The marks of one kind in every language of a text."""
    return [one for one in _marks(text) if one[0].kind == kind]


def _marks(text: Text) -> list[Marked]:
    scalars = text.values.values()
    return [(mark, scalar) for scalar in scalars for mark in markup.parse(scalar.text).marks]
