"""Ids: what is pointed at is there, and nothing is there twice."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import lookup
from pipeline.blocks.actors import Actors
from pipeline.diagnostic import Span, did_you_mean
from pipeline.library import Briefing, Library, records
from pipeline.record import references_in
from pipeline.rules.finding import Finding, Rule, marks_in, own, owned, pointable, within
from pipeline.values import Ref


def unknown_reference(asked: Library, library: Library) -> Iterator[Finding]:
    """A pointer to a shared record names an id that no such record has."""
    for record in records(asked):
        for ref in references_in(record):
            if not library.may_hold(ref.kind, ref.id):
                yield _unknown(ref, library)


def _unknown(ref: Ref, library: Library) -> Finding:
    hint = did_you_mean(ref.id, library.shared(ref.kind))
    return Finding(ref.span, f'no {ref.kind} has the id "{ref.id}"', hint)


def unknown_citation(asked: Library, library: Library) -> Iterator[Finding]:
    """A citation in a text, `[@id]`, names a reference that there is not."""
    for record in records(asked):
        for mark, scalar in marks_in(record, "citation"):
            if not library.may_hold("reference", mark.key):
                yield Finding(
                    scalar.at(mark.start, mark.end),
                    f'no reference has the id "{mark.key}"',
                    did_you_mean(mark.key, library.references),
                )


def unknown_value(asked: Library, library: Library) -> Iterator[Finding]:
    """A value in a text, `[=mali.population]`, names a record or a field that there is not, or adds
    up what is no figure."""
    for record in records(asked):
        for mark, scalar in marks_in(record, "value"):
            ids, _ = lookup.split(mark.key)
            if any(("entity", id) in library.broken for id in (*ids, "")):
                continue
            try:
                lookup.values(mark.key, library.entities, library.events)
            except lookup.NoSuchValue as error:
                yield Finding(scalar.at(mark.start, mark.end), str(error), error.hint)


def unknown_pointer(asked: Library, library: Library) -> Iterator[Finding]:
    """A cross reference in a text, `[#id]`, names no section, table or figure of its briefing that
    has a title or a caption."""
    for briefing in asked.briefings.values():
        anchors = set(pointable(briefing))
        for mark, scalar in marks_in(briefing, "pointer"):
            if mark.key not in anchors:
                yield Finding(
                    scalar.at(mark.start, mark.end),
                    f'nothing in this briefing has the id "{mark.key}"',
                    did_you_mean(mark.key, anchors),
                )


def duplicate_anchor(asked: Library, library: Library) -> Iterator[Finding]:
    """Two things of one briefing have the same id, so that a pointer would not know which."""
    for briefing in asked.briefings.values():
        seen: dict[str, int] = {}
        for id, span in _anchors(briefing):
            if id in seen:
                message = f'the id "{id}" is already used in line {seen[id]} of this briefing'
                yield Finding(
                    span,
                    message,
                    "ids of blocks, rows and graphics are anchors: give one another name",
                )
            seen.setdefault(id, span.line)


def _anchors(briefing: Briefing) -> Iterator[tuple[str, Span]]:
    """Every id that the Document will hold for this briefing, those of shared records as they
    are printed: a row of an event, a definition of an actor."""
    for one in owned([briefing]):
        id = own(one.record, "id")
        if id:
            yield str(id), id.span
        for ref in one.pointers:
            match ref.kind, one.record:
                case "graphic", _:
                    yield ref.id, ref.span
                case "event", _:
                    yield f"event-{ref.id}", ref.span
                case "entity", Actors():
                    yield f"actor-{ref.id}", ref.span
                case (("provision" | "institution" | "disagreement" | "claim"), _):
                    yield ref.id, ref.span


def reserved_id(asked: Library, library: Library) -> Iterator[Finding]:
    """An id has a form that the Document keeps for references, notes, events and actors."""
    for briefing in asked.briefings.values():
        for record in within([briefing]):
            id = own(record, "id")
            if id and (id == "imprint" or id.startswith(("ref-", "note-", "event-", "actor-"))):
                yield Finding(id.span, f'the id "{id}" is kept for what assembly makes itself')


def unknown_flag(asked: Library, library: Library) -> Iterator[Finding]:
    """A flag emoji stands for a state that no entity has as its code, or whose entity has no
    flag: fonts cannot be trusted with it, so it must have a picture."""
    flags = {entity.code for entity in library.entities.values() if entity.flag}
    for record in records(asked):
        for mark, scalar in marks_in(record, "flag"):
            if mark.key not in flags:
                yield Finding(
                    scalar.at(mark.start, mark.end),
                    f"no entity with the code {mark.key} has a flag",
                    f"add `code: {mark.key}` and `flag:` to the entity, or write the name",
                )


RULES: tuple[Rule, ...] = (
    unknown_reference,
    unknown_citation,
    unknown_value,
    unknown_pointer,
    duplicate_anchor,
    reserved_id,
    unknown_flag,
)
