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
from pipeline.library import Library, records
from pipeline.portrait import Field
from pipeline.record import Entity, Own
from pipeline.rules.finding import Finding, Rule, everywhere, marks, own, owned, within
from pipeline.values import Ref, Source, Text


def uncited_statement(asked: Library, library: Library) -> Iterator[Finding]:
    """A statement cites no reference and does not say what the authors' judgement rests on."""
    for one in owned(records(asked)):
        says = "sources" in vars(one.record) and not isinstance(one.record, Entity)
        if says and not _sourced(one):
            yield Finding(
                one.texts[0].span if one.texts else one.record.place,
                "this is said without a source",
                "cite a reference, [@id] or `sources:`; or say under `basis:` what your judgement "
                "rests on",
            )


def _sourced(one: Own) -> bool:
    return bool(
        own(one.record, "sources")
        or own(one.record, "basis")
        or any(_cites(text) for text in one.texts)
    )


def _cites(text: Text) -> bool:
    """Whether a text cites, or means to and slips, which is a finding of its own."""
    meant = ("bad-citation", "unclosed-citation")
    return bool(marks(text, "citation")) or any(
        fault.code in meant
        for scalar in text.values.values()
        for fault in markup.parse(scalar.text).faults
    )


def unverified_source(asked: Library, library: Library) -> Iterator[Finding]:
    """What is said rests only on pages that nobody has seen (`seen: false`)."""
    for one in owned(records(asked)):
        cited = list(_cited(one))
        known = [library.references[id] for id in cited if id in library.references]
        if known and len(known) == len(cited) and not any(reference.seen for reference in known):
            yield Finding(
                _place_cited(one),
                "this rests only on a page that was not seen",
                "cite a reference that was seen, or leave the statement out",
            )


def _cited(one: Own) -> Iterator[str]:
    for source in _sources(one):
        yield source.reference.id
    for text in one.texts:
        for mark, _ in marks(text, "citation"):
            yield mark.key


def _sources(one: Own) -> list[Source]:
    named = own(one.record, "sources") or ()
    return [source for source in named if isinstance(source, Source)]


def _place_cited(one: Own) -> Span:
    """Where the first reference is named that a record cites."""
    for source in _sources(one):
        return source.reference.span
    cited = (marked for text in one.texts for marked in marks(text, "citation"))
    mark, scalar = next(cited)
    return scalar.at(mark.start, mark.end)


def unsourced_field(asked: Library, library: Library) -> Iterator[Finding]:
    """A profile or a table of states prints a word of an entity that names no `sources` for its
    words, or asks for a field that the entity does not have."""
    for briefing in asked.briefings.values():
        for block in within([briefing]):
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
            lists = [r for r in within([seen]) if isinstance(r, References)]
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
