"""Editions: which briefing, for whom, in which language; and what that reader may see.

In: a Library. Out: its editions, and records without what an audience may not see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pipeline.library import Library
from pipeline.record import Record, inside

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, order=True)
class Edition:
    audience: str
    briefing: str
    language: str


def editions(library: Library) -> Iterator[Edition]:
    """Every edition that the briefings declare, in the order of their ids."""
    for id, briefing in sorted(library.briefings.items()):
        for audience in briefing.audiences:
            for language in briefing.languages:
                yield Edition(audience.id, id, language)


def released(record: Record, audience: str) -> bool:
    return not record.release or any(ref.id == audience for ref in record.release)


def redact_library(library: Library, audience: str) -> Library:
    """The Library as this audience may see it; shared records that it may not see are gone."""
    return replace(
        library,
        briefings=_visible(library.briefings, audience),
        entities=_visible(library.entities, audience),
        events=_visible(library.events, audience),
        references=_visible(library.references, audience),
        pictures=_visible(library.pictures, audience),
        graphics=_visible(library.graphics, audience),
        provisions=_visible(library.provisions, audience),
        institutions=_visible(library.institutions, audience),
        disagreements=_visible(library.disagreements, audience),
        claims=_visible(library.claims, audience),
    )


def _visible(records: Mapping[str, R], audience: str) -> dict[str, R]:
    redacted = {id: redact(record, audience) for id, record in records.items()}
    return {id: record for id, record in redacted.items() if record is not None}


def redact(record: R, audience: str) -> R | None:
    """The record without every record in it that is not released to the audience, or None.

    A list loses the item and an optional key its value. A key that must be there cannot be
    withheld alone: the record that has it goes with it.
    """
    if not inside(record).restricted:
        return record
    redacted: R | None = _redact(record, audience)
    return redacted


def _redact(value: Any, audience: str) -> Any:
    match value:
        case Record():
            return _record(value, audience)
        case tuple():
            return tuple(kept for item in value if (kept := _redact(item, audience)) is not None)
        case _:
            return value


def _record(record: Record, audience: str) -> Record | None:
    if not released(record, audience):
        return None
    changed: dict[str, Any] = {}
    for name, field in type(record).model_fields.items():
        value = getattr(record, name)
        kept = _redact(value, audience)
        if kept is None and value is not None and field.is_required():
            return None
        if kept is not value:
            changed[name] = kept
    return record.model_copy(update=changed) if changed else record
