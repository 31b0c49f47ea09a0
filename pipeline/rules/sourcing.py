"""Sources: everything that is said rests on something, and on something that was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline import markup
from pipeline.blocks.links import LinkRecord
from pipeline.blocks.profile import Profile
from pipeline.blocks.references import References
from pipeline.blocks.states import States
from pipeline.diagnostic import Span
from pipeline.edition import redact
from pipeline.library import Library
from pipeline.portrait import Field
from pipeline.record import Entity, Record
from pipeline.rules.finding import Finding, Rule, everywhere, marks, own, own_texts, within
from pipeline.values import Ref, Source, Text


def uncited_statement(asked: Library, library: Library) -> Iterator[Finding]:
    """A statement cites no reference and does not say what the authors' judgement rests on."""
    for record in everywhere(asked):
        says = "sources" in vars(record) and not isinstance(record, Entity)
        if says and not _sourced(record):
            yield Finding(
                _place(record),
                "this is said without a source",
                "cite a reference, [@id] or `sources:`; or say under `basis:` what your judgement "
                "rests on",
            )


def _sourced(record: Record) -> bool:
    return bool(
        own(record, "sources")
        or own(record, "basis")
        or any(_cites(text) for text in own_texts(record))
    )


def _cites(text: Text) -> bool:
    """Whether a text cites, or means to and slips, which is a finding of its own."""
    meant = ("bad-citation", "unclosed-citation")
    return any(True for _ in marks(text, "citation")) or any(
        fault.code in meant
        for scalar in text.values.values()
        for fault in markup.parse(scalar.text).faults
    )


def _place(record: Record) -> Span:
    texts = own_texts(record)
    return texts[0].span if texts else record.place


def unverified_source(asked: Library, library: Library) -> Iterator[Finding]:
    """What is said rests only on pages that nobody has seen (`seen: false`)."""
    for record in everywhere(asked):
        cited = list(_cited(record))
        known = [library.references[id] for id, _ in cited if id in library.references]
        if known and len(known) == len(cited) and not any(reference.seen for reference in known):
            yield Finding(
                cited[0][1],
                "this rests only on a page that was not seen",
                "cite a reference that was seen, or leave the statement out",
            )


def _cited(record: Record) -> Iterator[tuple[str, Span]]:
    for source in own(record, "sources") or ():
        if isinstance(source, Source):
            yield source.reference.id, source.reference.span
    for text in own_texts(record):
        for mark, scalar in marks(text, "citation"):
            yield mark.key, scalar.at(mark.start, mark.end)


def unsourced_field(asked: Library, library: Library) -> Iterator[Finding]:
    """A profile or a table of states prints a word of an entity that names no `sources` for its
    words, or asks for a field that the entity does not have."""
    for briefing in asked.briefings.values():
        for block in within(briefing.front, briefing.body):
            match block:
                case States(states=refs, rows=fields):
                    pass
                case Profile(entity=ref, rows=fields):
                    refs = (ref,)
                case _:
                    continue
            for ref in refs:
                if entity := library.entities.get(ref.id):
                    yield from _unsourced(fields, entity, ref)


def _unsourced(fields: Iterable[Field], entity: Entity, ref: Ref) -> Iterator[Finding]:
    for field in fields:
        value = getattr(entity, field.replace("-", "_"))
        if value is None:
            yield Finding(ref.span, f'"{ref.id}" has no "{field}" to print')
        elif isinstance(value, Text) and not entity.sources:
            message = f'"{field}" of "{ref.id}" is printed without a source'
            yield Finding(value.span, message, "add `sources:` to this entity")


def no_reference_list(asked: Library, library: Library) -> Iterator[Finding]:
    """What an audience reads cites references and has no block that lists them, or has two."""
    for briefing in asked.briefings.values():
        for audience in briefing.audiences:
            seen = redact(briefing, audience.id)
            if seen is None:
                continue
            lists = [r for r in within(seen.front, seen.body) if isinstance(r, References)]
            if not lists:
                hint = "add a block of `kind: references` at the end of `body`"
                message = f'for "{audience.id}" this briefing lists no references'
                yield Finding(briefing.title.span, message, hint)
            for second in lists[1:]:
                yield Finding(second.id.span, "the references of this briefing are already listed")


def link_without_address(asked: Library, library: Library) -> Iterator[Finding]:
    """A link leads to a reference that has no address."""
    for record in everywhere(asked):
        if isinstance(record, LinkRecord):
            reference = library.references.get(record.reference.id)
            if reference and not reference.url:
                message = f'"{record.reference.id}" has no address'
                yield Finding(record.reference.span, message, "add its `URL:`, or cite it instead")


RULES: tuple[Rule, ...] = (
    uncited_statement,
    unverified_source,
    unsourced_field,
    no_reference_list,
    link_without_address,
)
