"""Release: an edition holds nothing, and needs nothing, that its readers may not see."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import lookup
from pipeline.diagnostic import Span
from pipeline.edition import redact_library, released
from pipeline.library import Library, records
from pipeline.record import Record, inside, references_in
from pipeline.rules.finding import Finding, Rule, marks_in, pointable, printed
from pipeline.values import Ref


def withheld_record(asked: Library, library: Library) -> Iterator[Finding]:
    """What an audience sees points to something that is withheld from it: a record, a reference
    that is cited, a flag, a section; or a whole briefing is withheld from its own audience."""
    if not any(inside(record).restricted for record in records(library)):
        return
    found: dict[Span, Finding] = {}
    readers = {ref.id for briefing in asked.briefings.values() for ref in briefing.audiences}
    for audience in (one for one in library.audiences if one in readers):
        visible = redact_library(library, audience)
        for id, briefing in asked.briefings.items():
            for ref in briefing.audiences:
                if ref.id == audience and id not in visible.briefings:
                    found[ref.span] = _withheld(ref.span, "this briefing", audience)
                elif ref.id == audience:
                    for finding in _within(id, library, visible, audience):
                        found[finding.span] = finding
    yield from found.values()


def _within(id: str, library: Library, visible: Library, audience: str) -> Iterator[Finding]:
    seen = visible.briefings[id]
    for record in printed(seen, visible):
        for ref in references_in(record):
            if ref.kind != "audience" and _gone(ref, library, visible):
                yield _withheld(ref.span, f'"{ref.id}"', audience)
        yield from _in_texts(record, library, visible, audience)
    lost = set(pointable(library.briefings[id])) - set(pointable(seen))
    for mark, scalar in marks_in(seen, "pointer"):
        if mark.key in lost:
            yield _withheld(scalar.at(mark.start, mark.end), f'"{mark.key}"', audience)


def _in_texts(
    record: Record, library: Library, visible: Library, audience: str
) -> Iterator[Finding]:
    flags = {str(one.code) for one in visible.entities.values() if one.flag}
    hidden = {str(one.code) for one in library.entities.values() if one.flag} - flags
    for mark, scalar in marks_in(record, "citation"):
        reference = library.references.get(mark.key)
        if reference and not released(reference, audience):
            yield _withheld(scalar.at(mark.start, mark.end), f'"{mark.key}"', audience)
    for mark, scalar in marks_in(record, "value"):
        if not _valued(mark.key, visible) and _valued(mark.key, library):
            yield _withheld(scalar.at(mark.start, mark.end), f'"{mark.key}"', audience)
    for mark, scalar in marks_in(record, "flag"):
        if mark.key in hidden:
            yield _withheld(scalar.at(mark.start, mark.end), "this flag", audience)


def _valued(key: str, library: Library) -> bool:
    try:
        return bool(lookup.values(key, library.entities, library.events))
    except lookup.NoSuchValue:
        return False


def _gone(ref: Ref, library: Library, visible: Library) -> bool:
    return ref.id in library.shared(ref.kind) and ref.id not in visible.shared(ref.kind)


def _withheld(place: Span, what: str, audience: str) -> Finding:
    hint = "release it too, or withhold what needs it"
    return Finding(place, f'{what} is not released to the audience "{audience}"', hint)


RULES: tuple[Rule, ...] = (withheld_record,)
